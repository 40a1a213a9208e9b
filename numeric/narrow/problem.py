"""The system of equations that a network of a given width has to solve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from scipy.linalg import helmert

from algebra.criterion.target import Target, as_target
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64, Reals
from numeric.narrow.spaces import Task, products, spaces

#: Sum of squared residuals below which an attained zero is reported.
ZERO = 1e-24


@final
@dataclass(frozen=True)
class Problem:
    """Whether ``width`` nodes compute a table: the unknowns and the residuals.

    Args:
        group: a finite group, Abelian or not, or any operation.
        width: the number ``q`` of hidden nodes.
        target: ``"onehot"``, or ``"projected"`` (a constant over outputs is free).
        constants: whether nodes may have a constant part (the frequency 0 of a and b).
        support: for each node the frequencies that a and b may have, one of each pair ``{k, -k}``,
            or the numbers of representations (`numeric.narrow.spaces`); None leaves all free. It
            makes larger groups solvable where the shape is known.
        ties: for each node 1 if ``b = a``, -1 if ``b = -a``, 0 if b is free; None leaves all free.
        symmetry: generators of a group that permutes the nodes, such as ``"swap; translate 1,1"``,
            see `numeric.narrow.symmetric`; None asks for none. It has to permute supports and ties.

    >>> from algebra import AbelianGroup
    >>> Problem(AbelianGroup("Z5"), width=8).shape
    (5, 5, 8, 5)
    """

    group: Task
    width: int
    target: Target = "onehot"
    constants: bool = True
    support: tuple[tuple[int, ...], ...] | None = None
    symmetry: str | None = None
    ties: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ValueError(f"width={self.width}: pass a width of at least 1")
        as_target(self.target)
        if self.support is not None:
            self._require_support(self.support)
        if self.ties is not None and (
            len(self.ties) != self.width or not set(self.ties) <= {-1, 0, 1}
        ):
            raise ValueError(f"ties={self.ties!r}: pass 1, -1 or 0 for each of {self.width} nodes")

    def _require_support(self, support: tuple[tuple[int, ...], ...]) -> None:
        if len(support) != self.width:
            raise ValueError(
                f"support has {len(support)} nodes and width={self.width}: pass one list of "
                f"frequencies for each node"
            )
        known = sorted(set(self.frequencies.tolist()))
        wrong = [k for node in support for k in node if k not in known]
        if wrong:
            names = spaces(self.group).names
            said = [str(k) if names[k] == str(k) else f"{k} for {names[k]}" for k in known[:8]]
            what = "frequency here; pass one of each pair {k,-k}"
            if not isinstance(self.group, AbelianGroup):
                what = "representation here; pass numbers"
            raise ValueError(
                f"support: {wrong[0]} is no {what}: {', '.join(said)}{', ...' * (len(known) > 8)}"
            )

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Output rows, order, nodes, and functions that span an input."""
        d = self.group.order
        return len(self.rows), d, self.width, self.basis.shape[1]

    @cached_property
    def rows(self) -> Reals:
        """The combinations of outputs that count: all, or an orthonormal basis of mean zero."""
        d = self.group.order
        return np.eye(d) if self.target == "onehot" else helmert(d)

    @cached_property
    def basis(self) -> Reals:
        """An orthonormal basis of the functions that an input may be."""
        found = spaces(self.group)
        return found.basis if self.constants else found.basis[:, found.labels != 0]

    @cached_property
    def frequencies(self) -> Int64:
        """The frequency of each function of the basis, or the number of its representation."""
        labels = spaces(self.group).labels
        return labels if self.constants else labels[labels != 0]

    @cached_property
    def mask(self) -> Reals:
        """Which functions of the basis each node may have: 1 or 0, shape ``(n, q)``."""
        if self.support is None:
            return np.ones((len(self.frequencies), self.width))
        allowed = [[k in node for node in self.support] for k in self.frequencies.tolist()]
        return np.array(allowed, dtype=np.float64)

    @cached_property
    def signs(self) -> Reals:
        """What b is of a, by node: 1, -1, or 0 where it is free."""
        return np.array(self.ties or (0,) * self.width, dtype=np.float64)

    @cached_property
    def targets(self) -> Reals:
        """``t_m(x, y)``, pairs flattened: shape ``(rows, d^2)``."""
        return self.rows[:, products(self.group).ravel()]
