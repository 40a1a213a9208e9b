"""Single entries of the function tensor of a float network, by output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from algebra.numbers.arrays import Complexes
from numeric.recognition.frequencies import NodeTable
from numeric.weights.embed import Weights, spectrum_of


@final
class TensorRows:
    """The entries ``T[k1,k2,k]`` of a network.

        T[k1,k2,k] = sum_j c_k ( a_k1 b_k2 + [k2 = 0] (a^2)_k1 / 2 + [k1 = 0] (b^2)_k2 / 2 )

    where ``(a^2)_k1`` is the Fourier coefficient of the squared function, one FFT for all.

    Args:
        table: the network's spectral coordinates.
        w: its weights.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> from numeric.recognition.frequencies import node_table
    >>> w = embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))
    >>> rows = TensorRows(node_table(w), w)
    >>> round(abs(rows.entry(1, 1, 1)), 9), rows.missed(2) < 1e-12
    (1.0, True)
    """

    __slots__ = ("_squares", "_table")

    def __init__(self, table: NodeTable, w: Weights) -> None:
        self._table = table
        self._squares = [
            spectrum_of(np.square(x, dtype=np.float64), table.group, row=row)
            for x, row in ((w.w_a, "a"), (w.w_b, "b"))
        ]

    def entry(self, k1: int, k2: int, k: int) -> complex:
        """Return ``T[k1,k2,k]``."""
        return complex(self._terms(k1, k2, k).sum())

    def constant(self, k: int, nodes: Sequence[int]) -> tuple[complex, complex]:
        """Return what these nodes add to ``T[0,0,k]``, and what all others add."""
        terms = self._terms(0, 0, k)
        own = complex(terms[list(nodes)].sum())
        return own, complex(terms.sum()) - own

    def missed(self, k: int, *, scale: float = 1.0) -> float:
        """Return the largest ``|T[k1,k2,k] - [k1 = k2 = k]|`` of the multiples of ``k`` up to two.

        All but ``T[0,0,k]``, every entry multiplied by a scale first.
        """
        group = self._table.group
        minus = group.negate(k)
        double = group.multiply(2, k)
        single = {k, minus}
        alone = single | {double, group.negate(double)}
        keys = {(x, y) for x in single for y in single}
        keys |= {(x, 0) for x in alone if x} | {(0, x) for x in alone if x}
        return max(abs(scale * self.entry(x, y, k) - (x == y == k)) for x, y in sorted(keys))

    def _terms(self, k1: int, k2: int, k: int) -> Complexes:
        a, b, c = self._table.z
        terms = a[k1] * b[k2]
        if k2 == 0:
            terms = terms + self._squares[0][k1] / 2
        if k1 == 0:
            terms = terms + self._squares[1][k2] / 2
        product: Complexes = terms * c[k]
        return product
