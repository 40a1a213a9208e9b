"""The outputs of a two-layer network for a pair of inputs, exactly, in integers.

Floats are integers divided by powers of two, and so are sums and products of them: an array becomes
integers, and what all of them are divided by. What a node adds to all outputs is packed into one
integer, ``sum_g N[g] 2^(W g)``, W bits being enough for any sum of them and its sign, so that a
pair costs one multiplication a node.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from operator import mul
from typing import final

import numpy as np

from algebra.numbers.arrays import Floats, Integers
from numeric.weights.two_layer import TwoLayer

#: Integers in an array, and what they are divided by.
Whole = tuple[Integers, int]


def whole(x: Floats) -> Whole:
    """Return an array of finite floats as integers, and the power of two that they are divided by.

    >>> integers, below = whole(np.array([0.75, -2.0, 0.0]))
    >>> integers.tolist(), below
    ([3, -8, 0], 4)
    """
    ratios = [n.as_integer_ratio() for n in x.astype(np.float64).ravel().tolist()]
    below = max((b for _, b in ratios), default=1)
    integers = np.array([a * (below // b) for a, b in ratios], dtype=object)
    return integers.reshape(x.shape), below


@final
@dataclass(frozen=True, eq=False)
class ExactNetwork:
    """A network whose outputs are computed exactly; what pairs share is made once.

    Args:
        network: the network.
        scale: what its outputs are multiplied by, in place of ``network.scale``.
    """

    network: TwoLayer
    scale: Fraction

    def outputs(self, x: int, y: int) -> tuple[list[int], Fraction]:
        """Return integers, and the positive rational number that they are to be multiplied by.

        >>> a = np.array([[0.5], [1.0]])
        >>> network = TwoLayer((a,), (a,), (np.array([[1.0, -0.25]]),))
        >>> outputs, unit = ExactNetwork(network, Fraction(1, 3)).outputs(0, 1)
        >>> [n * unit for n in outputs]
        [Fraction(3, 4), Fraction(-3, 16)]
        """
        first, second, packed, size, unit = self._sides
        hidden = (first[x] + second[y]).tolist()
        match self.network.activation:
            case "relu":
                hidden = [max(n, 0) for n in hidden]
            case "abs":
                hidden = [abs(n) for n in hidden]
            case _:
                hidden = [n**self._degree for n in hidden]
        total = sum(map(mul, [*hidden, 1], packed))
        half = 1 << 8 * size - 1  # is in the last of them, so that all outputs are positive
        data = total.to_bytes(size * self.network.outputs, "little")
        sums = [int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)]
        return [(n - half) * self.scale.numerator for n in sums], unit

    @property
    def _degree(self) -> int:
        name = self.network.activation
        return {"square": 2, "relu": 1, "abs": 1}.get(name) or int(name.removeprefix("power:"))

    @cached_property
    def _sides(self) -> tuple[Integers, Integers, list[int], int, Fraction]:
        """What x, with the bias, and y add to nodes; what nodes, and 1, add to outputs, packed.

        Then the bytes of an output, and what outputs are to be multiplied by.
        """
        network = self.network
        products = (network.first, network.second, network.last)
        (first, e), (second, f), (last, g) = (reduce(_product, map(whole, x)) for x in products)
        bias, shift = (
            whole(np.zeros(n) if b is None else b)
            for n, b in ((1, network.bias), (network.outputs, network.output_bias))
        )
        unit = max(e, f, bias[1])
        first, second = first * (unit // e) + bias[0] * (unit // bias[1]), second * (unit // f)
        outputs = g * unit**self._degree
        below = max(outputs, shift[1])
        rows = np.vstack([last * (below // outputs), shift[0] * (below // shift[1])])
        largest, most = ((abs(x).max(initial=0)) for x in (np.vstack([first, second]), rows))
        size = ((2 * largest + 1) ** self._degree * most * len(rows)).bit_length() // 8 + 1
        rows[-1] += 1 << 8 * size - 1
        packed = rows @ np.array([1 << 8 * size * g for g in range(len(rows.T))], dtype=object)
        return first, second, packed.tolist(), size, Fraction(1, self.scale.denominator * below)


def _product(x: Whole, y: Whole) -> Whole:
    return x[0] @ y[0], x[1] * y[1]
