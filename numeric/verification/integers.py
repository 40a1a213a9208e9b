"""The outputs of a two-layer network exactly: floats are integers divided by powers of two. What a
node adds to all outputs is packed into one integer, so that a pair costs one product a node.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from operator import mul
from typing import final

import numpy as np

from algebra.numbers.arrays import Floats, Integers
from numeric.weights.two_layer import TwoLayer, degree

#: Integers in an array, and what they are divided by.
Whole = tuple[Integers, int]


def whole(x: Floats) -> Whole:
    """Return an array of finite floats as integers, and the power of two that divides them."""
    ratios = [n.as_integer_ratio() for n in x.astype(np.float64).ravel().tolist()]
    below = max((b for _, b in ratios), default=1)
    integers = np.array([a * (below // b) for a, b in ratios], dtype=object)
    return integers.reshape(x.shape), below


@final
@dataclass(frozen=True, eq=False)
class ExactNetwork:
    """A network whose outputs, times a ``scale`` in place of its own, are computed exactly."""

    network: TwoLayer
    scale: Fraction

    def outputs(self, x: int, y: int) -> tuple[list[int], Fraction]:
        """Return integers, and the positive rational number that they are to be multiplied by."""
        first, second, packed, size, unit = self._sides
        power = degree(self.network.activation)
        hidden = (first[x] + second[y]).tolist()
        match self.network.activation:
            case "relu":
                hidden = [max(n, 0) for n in hidden]
            case "abs":
                hidden = [abs(n) for n in hidden]
            case _:
                hidden = [n**power for n in hidden]
        total = sum(map(mul, [*hidden, 1], packed))
        half = 1 << 8 * size - 1  # is in the last of them, so that all outputs are positive
        data = total.to_bytes(size * self.network.outputs, "little")
        sums = [int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)]
        return [(n - half) * self.scale.numerator for n in sums], unit

    @cached_property
    def _sides(self) -> tuple[Integers, Integers, list[int], int, Fraction]:
        """What x, with the bias, and y add to nodes; what nodes, and 1, add to outputs, packed as
        ``sum_g N[g] 2^(8 B g)``; the bytes B of an output, enough for any sum and its sign; and the
        unit.
        """
        network, power = self.network, degree(self.network.activation)
        products = (network.first, network.second, network.last)
        (first, e), (second, f), (last, g) = (reduce(_product, map(whole, x)) for x in products)
        bias, shift = (
            whole(np.zeros(n) if b is None else b)
            for n, b in ((1, network.bias), (network.outputs, network.output_bias))
        )
        unit = max(e, f, bias[1])
        first, second = first * (unit // e) + bias[0] * (unit // bias[1]), second * (unit // f)
        outputs = g * unit**power
        below = max(outputs, shift[1])
        rows = np.vstack([last * (below // outputs), shift[0] * (below // shift[1])])
        largest, most = ((abs(x).max(initial=0)) for x in (np.vstack([first, second]), rows))
        size = ((2 * largest + 1) ** power * most * len(rows)).bit_length() // 8 + 1
        rows[-1] += 1 << 8 * size - 1
        packed = rows @ np.array([1 << 8 * size * g for g in range(len(rows.T))], dtype=object)
        return first, second, packed.tolist(), size, Fraction(1, self.scale.denominator * below)


def _product(x: Whole, y: Whole) -> Whole:
    return x[0] @ y[0], x[1] * y[1]
