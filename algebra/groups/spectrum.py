"""What entries are indexed by: the characters of a group, or one frequency, a pair or real."""

from dataclasses import dataclass
from typing import Protocol, TypeVar, final, runtime_checkable

from algebra.numbers.arrays import Int64

#: An index, or an array of them.
K = TypeVar("K", int, Int64)


@runtime_checkable
class Spectrum(Protocol):
    """A finite index set with the involution ``k -> -k``."""

    @property
    def order(self) -> int:
        """The number of indices."""

    def negate(self, k: K) -> K:
        """Return the index of the conjugate, or the indices of several."""

    def label(self, k: int) -> str:
        """Return a short name of an index."""


@final
@dataclass(frozen=True, slots=True)
class Frequency:
    """One abstract frequency: a conjugate pair, or a real character."""

    order: int

    def negate(self, k: K) -> K:
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
