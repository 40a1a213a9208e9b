"""The outputs of a two-layer network for a pair of inputs, exactly, in integers.

Floats are integers times powers of two. An array becomes integers times one power of two,
``x = N 2^e``, and so do sums and products of such arrays. What a node adds to all outputs is packed
into one long integer, ``sum_g N[g] 2^(W g)``, ``W`` bits being enough for any sum of them and its
sign, so that a pair costs one multiplication a node.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import final

import numpy as np

from algebra.numbers.arrays import Floats, Integers
from numeric.weights.two_layer import TwoLayer


@final
@dataclass(frozen=True, slots=True, eq=False)
class Dyadic:
    """Python integers in an array, times ``2^exponent``."""

    integers: Integers
    exponent: int

    def at(self, exponent: int) -> Dyadic:
        """Return the same with another exponent, which is not larger."""
        return Dyadic(self.integers * (1 << self.exponent - exponent), exponent)

    def __matmul__(self, other: Dyadic) -> Dyadic:
        return Dyadic(self.integers @ other.integers, self.exponent + other.exponent)

    def largest(self) -> int:
        """Return the largest absolute value of an integer."""
        return int(np.abs(self.integers).max(initial=0))


def dyadic(x: Floats) -> Dyadic:
    """Return an array of finite floats as integers times a power of two.

    >>> found = dyadic(np.array([0.75, -2.0, 0.0]))
    >>> found.integers.tolist(), found.exponent
    ([3, -8, 0], -2)
    """
    fractions, exponents = np.frexp(x.astype(np.float64))
    mantissas = np.ldexp(fractions, 53).astype(np.int64)
    lowest = np.where(mantissas == 0, 1, mantissas & -mantissas)
    exponents = exponents.astype(np.int64) - 54 + np.frexp(lowest)[1]
    used = mantissas != 0
    least = int(exponents[used].min()) if used.any() else 0
    shifts = np.where(used, exponents - least, 0)
    powers = np.array([1 << int(n) for n in shifts.ravel()], dtype=object).reshape(shifts.shape)
    return Dyadic((mantissas // lowest).astype(object) * powers, least)


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
        """Return integers, and the rational number that they are to be multiplied by.

        >>> a = np.array([[0.5], [1.0]])
        >>> network = TwoLayer((a,), (a,), (np.array([[1.0, -0.25]]),))
        >>> outputs, unit = ExactNetwork(network, Fraction(1, 3)).outputs(0, 1)
        >>> [n * unit for n in outputs]
        [Fraction(3, 4), Fraction(-3, 16)]
        """
        first, second = self._inputs
        packed, size = self._packed
        hidden = self._activated((first.integers[x] + second.integers[y]).tolist())
        total = sum(s * c for s, c in zip(hidden, packed.integers.tolist(), strict=True) if c)
        half = 1 << 8 * size - 1
        data = (total + self._halves).to_bytes(size * self.network.outputs, "little")
        places = range(0, len(data), size)
        sums = [int.from_bytes(data[i : i + size], "little") - half for i in places]
        exponent = first.exponent * self._degree + packed.exponent
        above, below = self.scale.numerator, self.scale.denominator
        if self.network.output_bias is None:
            return [n * above for n in sums], Fraction(2) ** exponent / below
        bias = dyadic(self.network.output_bias)
        least = min(exponent, bias.exponent)
        above <<= exponent - least
        added = bias.at(least).integers * self.scale.numerator
        outputs = [n * above + b for n, b in zip(sums, added, strict=True)]
        return outputs, Fraction(2) ** least / below

    @property
    def _degree(self) -> int:
        """The degree of the activation, with which the exponent of its argument is multiplied."""
        name = self.network.activation
        return {"square": 2, "relu": 1, "abs": 1}.get(name) or int(name.removeprefix("power:"))

    def _activated(self, sums: list[int]) -> list[int]:
        match self.network.activation:
            case "relu":
                return [max(s, 0) for s in sums]
            case "abs":
                return [abs(s) for s in sums]
            case _:
                degree = self._degree
                return [s**degree for s in sums]

    @cached_property
    def _inputs(self) -> tuple[Dyadic, Dyadic]:
        """What ``x``, with the bias, and ``y`` add to the nodes, with one exponent."""
        network = self.network
        sides = [reduce(Dyadic.__matmul__, map(dyadic, x)) for x in (network.first, network.second)]
        sides += [] if network.bias is None else [dyadic(network.bias)]
        least = min(side.exponent for side in sides)
        first, second, *bias = (side.at(least) for side in sides)
        return Dyadic(sum((b.integers for b in bias), first.integers), least), second

    @cached_property
    def _packed(self) -> tuple[Dyadic, int]:
        """What each node adds to the outputs, packed, and the bytes of an output."""
        last = reduce(Dyadic.__matmul__, map(dyadic, self.network.last))
        nodes, count = last.integers.shape
        largest = sum(side.largest() for side in self._inputs)
        most = largest**self._degree * last.largest() * nodes
        size = most.bit_length() // 8 + 1
        places = np.array([1 << 8 * size * g for g in range(count)], dtype=object)
        return Dyadic(last.integers @ places, last.exponent), size

    @cached_property
    def _halves(self) -> int:
        """What is added to make all packed outputs positive."""
        size = self._packed[1]
        return sum(1 << 8 * size * (g + 1) - 1 for g in range(self.network.outputs))
