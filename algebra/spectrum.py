"""What the entries of an element are indexed by: the characters of a group, or one frequency.

`AbelianGroup` is a spectrum. The two others stand for one abstract frequency, where the
building blocks of the theory live before they are placed at frequencies of a group: `PAIR`, a
conjugate pair ``{k, -k}`` (index 0 is ``k``, index 1 is ``-k``), and `REAL`, a real character.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, final, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from algebra.group import AbelianGroup

Int64 = NDArray[np.int64]


@runtime_checkable
class Spectrum(Protocol):
    """A finite index set with the involution ``k -> -k``."""

    @property
    def order(self) -> int:
        """The number of indices."""

    def negate(self, k: Int64) -> Int64:
        """Return the indices of the conjugates."""

    def label(self, k: int) -> str:
        """Return a short name of an index."""


@final
@dataclass(frozen=True, slots=True)
class Frequency:
    """One abstract frequency: a conjugate pair, or a real character.

    >>> PAIR.order, REAL.order, PAIR.label(1)
    (2, 1, '-k')
    """

    order: int

    def negate(self, k: Int64) -> Int64:
        """Return the conjugate's index: 0 and 1 are exchanged on a pair."""
        return self.order - 1 - k

    def label(self, k: int) -> str:
        """Return ``k`` or ``-k``."""
        return "-k" if k else "k"

    def __str__(self) -> str:
        return "{k,-k}" if self.order == 2 else "{k=-k}"

    def __repr__(self) -> str:
        return "PAIR" if self.order == 2 else "REAL"


PAIR = Frequency(2)
REAL = Frequency(1)

__all__ = ["PAIR", "REAL", "AbelianGroup", "Frequency", "Int64", "Spectrum"]
