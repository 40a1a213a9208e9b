"""The system of equations that a network of a given width has to solve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from algebra.criterion.target import Target, as_target
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64, Reals

#: Sum of squared residuals below which an attained zero is reported.
ZERO = 1e-24


@final
@dataclass(frozen=True)
class Problem:
    """Whether ``width`` nodes solve the task over a group: the unknowns and the residuals.

    Args:
        group: any finite Abelian group.
        width: the number ``q`` of hidden nodes.
        target: ``"onehot"``, or ``"projected"`` (a constant over outputs is free).
        constants: whether nodes may have a constant part (the frequency 0 of a and b).
        support: for each node the frequencies that a and b may have, one of each pair ``{k, -k}``;
            None leaves all free. It makes larger groups solvable where the shape is known.
        ties: for each node 1 if ``b = a``, -1 if ``b = -a``, 0 if b is free; None leaves all free.
        symmetry: generators of a group that permutes the nodes, such as ``"swap; translate 1,1"``,
            see `numeric.narrow.symmetric`; None asks for none. It has to permute supports and ties.

    >>> Problem(AbelianGroup("Z5"), width=8).shape
    (5, 5, 8, 5)
    """

    group: AbelianGroup
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
            raise ValueError(
                f"support: {wrong[0]} is no frequency here; pass one of each pair {{k,-k}}: "
                f"{', '.join(map(str, known[:8]))}{', ...' if len(known) > 8 else ''}"
            )

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Output rows, order of the group, nodes, and functions that span an input."""
        d = self.group.order
        return len(self.rows), d, self.width, self.basis.shape[1]

    @cached_property
    def rows(self) -> Reals:
        """The combinations of outputs that count: all, or an orthonormal basis of mean zero."""
        d = self.group.order
        return np.eye(d) if self.target == "onehot" else _mean_zero(d).T

    @cached_property
    def basis(self) -> Reals:
        """An orthonormal basis of the functions that an input may be: cosines and sines."""
        x = np.arange(self.group.order)
        columns = []
        for k in self.group.representatives[0 if self.constants else 1 :]:
            e = self.group.character_exponents(np.array(k), x)
            turn = 2 * np.pi * e / self.group.exponent
            columns.append(np.cos(turn))
            if self.group.negate(np.array(k)) != k:
                columns.append(np.sin(turn))
        stacked = np.stack(columns, axis=1)
        return np.asarray(stacked / np.linalg.norm(stacked, axis=0))

    @cached_property
    def frequencies(self) -> Int64:
        """The frequency of each function of the basis."""
        k = self.group.representatives[0 if self.constants else 1 :]
        return np.repeat(k, np.where(self.group.negate(k) == k, 1, 2))

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
        x = np.arange(self.group.order)
        sums = self.group.add(x[:, None], x[None, :]).ravel()
        return self.rows[:, sums]


def _mean_zero(d: int) -> Reals:
    """Return an orthonormal basis of the functions of mean zero, as columns (Helmert)."""
    columns = np.zeros((d, d - 1))
    for k in range(1, d):
        columns[:k, k - 1] = 1
        columns[k, k - 1] = -k
        columns[:, k - 1] /= np.sqrt(k * (k + 1))
    return columns
