"""The outputs of a two-layer network in float64, and how far they are from the exact ones."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import final

import numpy as np

from algebra.numbers.arrays import Floats, Int64, Reals
from numeric.weights.two_layer import TwoLayer, activated, degree

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
