"""The outputs of a two-layer network: in float64 with a bound of the error, and exactly.

Floats are integers divided by powers of two.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import final

import numpy as np

from algebra.numbers.arrays import Floats, Int64, Integers, Reals
from numeric.weights.plain_network import TwoLayer, activated, degree

#: Twice the unit roundoff of rounding to nearest, so that any direction of rounding is covered.
U = 2.0**-52
#: Whatever underflows, to zero or gradually, in a sum of `MAX_TERMS` is less than ``U * TINY``.
TINY = 2.0**-900
MAX_TERMS = 1 << 20
Bounded = tuple[Reals, Reals]


def gamma(roundings: int) -> float:
    """Return more than ``m u / (1 - m u)`` for so many roundings m, and for those of the bound."""
    return 2 * (roundings + 8) * U


@final
class BoundedNetwork:
    """A network whose outputs are bounded, its factors multiplied.

    Between a weight and an output there are at most m roundings, in any order of summation, with or
    without fused multiplication. So an output is off by at most

        gamma_m |s| (sum_j |L[j, g]| sigma(|F[x, j]| + |G[y, j]| + |bias[j]|) + |output_bias[g]|),

    sigma being the identity for |.| and ReLU, which bring no two numbers farther apart. Each sum of
    moduli has ``TINY`` added, for underflow. Overflow makes both infinite or NaN: then nothing is
    known, and comparisons are false.

    Source: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002, 3.1.
    """

    def __init__(self, network: TwoLayer, scale: Fraction) -> None:
        self.activation, self.degree = network.activation, degree(network.activation)
        parts = (network.first, network.second, network.last)
        terms = max([network.width, *(len(x) for factors in parts for x in factors[1:])])
        if terms > MAX_TERMS:
            raise ValueError(f"sums of {terms} terms; at most {MAX_TERMS} are bounded")
        first, self.second, self.last = map(_product, parts)
        bias, self.output_bias = map(_exactly, (network.bias, network.output_bias))
        self.first = first[0] + bias[0], first[1] + bias[1]
        try:
            self.scale = scale.numerator / scale.denominator
        except OverflowError:
            self.scale = np.inf
        *inputs, output = (sum(1 + len(x) for x in factors[1:]) + 1 for factors in parts)
        self.gamma = gamma(self.degree * (max(inputs) + 3) + network.width + output + 3)

    def outputs(self, x: int, y: Int64) -> Bounded:
        """Return the outputs of pairs, one row each, and how far they are off at most."""
        hidden, size = (f[x] + g[y] for f, g in zip(self.first, self.second, strict=True))
        size = activated(size, f"power:{self.degree}") + TINY
        out = activated(hidden, self.activation) @ self.last[0] + self.output_bias[0]
        size = size @ self.last[1] + self.output_bias[1]
        return self.scale * out, self.gamma * (abs(self.scale) + TINY) * size + U * TINY


def _exactly(x: Floats | None) -> Bounded:
    """Return an array, zero if there is none, and what it is at most in modulus."""
    wide = np.zeros(1) if x is None else x.astype(np.float64)
    return wide, np.abs(wide) + TINY


def _product(factors: tuple[Floats, ...]) -> Bounded:
    """Return a product of matrices, and that of their moduli."""
    return reduce(lambda x, y: (x[0] @ y[0], x[1] @ y[1] + TINY), map(_exactly, factors))


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
        first, second, last, shift, unit = self._sides
        sums = activated(first[x] + second[y], self.network.activation) @ last + shift
        return (sums * self.scale.numerator).tolist(), unit

    @cached_property
    def _sides(self) -> tuple[Integers, Integers, Integers, Integers, Fraction]:
        """What x, with the bias, and y add to nodes; nodes, and 1, to outputs; the unit."""
        network, power = self.network, degree(self.network.activation)
        products = (network.first, network.second, network.last)
        (first, e), (second, f), (last, g) = (reduce(_times, map(whole, x)) for x in products)
        bias, shift = (
            whole(np.zeros(n) if b is None else b)
            for n, b in ((1, network.bias), (network.outputs, network.output_bias))
        )
        unit = max(e, f, bias[1])
        first, second = first * (unit // e) + bias[0] * (unit // bias[1]), second * (unit // f)
        outputs = g * unit**power
        below = max(outputs, shift[1])
        last, added = last * (below // outputs), shift[0] * (below // shift[1])
        return first, second, last, added, Fraction(1, self.scale.denominator * below)


def _times(x: Whole, y: Whole) -> Whole:
    return x[0] @ y[0], x[1] * y[1]
