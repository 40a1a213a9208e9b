"""Arrays of real numbers known to within a radius: float64 that is never wrong.

A `Balls` stands for all arrays ``x`` with ``|x - middle| <= radius``, entry by entry. Each
operation returns balls that hold its exact results for all arrays in its arguments. The bounds are
those of [Higham02], Sections 2.2 and 3.1, for any order of summation, with or without fused
multiplication, and for any direction of rounding:

    |fl(x . y) - x . y| <= gamma_m |x| . |y| + m eta,      gamma_m = m u / (1 - m u),

with ``u = 2^-52``, twice the unit roundoff of rounding to nearest. The roundings of the radii
themselves are counted in, by factors just above 1. Whatever underflow does, to zero or gradually,
is less than ``TINY``, which every radius has; so numbers below the least normal one may be taken
for 0. Overflow makes a middle or a radius infinite or NaN, and then nothing is known: compare with
``>`` and ``<``, which are false for NaN.

Source: [Higham02] N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., SIAM 2002.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np

from algebra.numbers.arrays import Floats, Reals

U = 2.0**-52
TINY = 2.0**-1000
LEAST_NORMAL = 2.0**-1022
#: Terms of a sum, at most: ``m u`` and the underflow of m products stay small.
MAX_TERMS = 1 << 20
#: More than the roundings of a radius that is made of at most six operations.
UP = 1 + 16 * U


@final
@dataclass(frozen=True, slots=True, eq=False)
class Balls:
    """All arrays within a radius of a middle.

    Args:
        middle: float64.
        radius: float64 of the same shape, not negative; None if it is 0 everywhere.
    """

    middle: Reals
    radius: Reals | None

    def __getitem__(self, rows: Any) -> Balls:
        return Balls(self.middle[rows], None if self.radius is None else self.radius[rows])


def exactly(x: Floats) -> Balls:
    """Return an array of floats as it is; numbers below the least normal one get a radius.

    >>> exactly(np.array([1.5, 5e-324])).radius.tolist() == [0.0, TINY]
    True
    """
    middle = x.astype(np.float64)
    small = (np.abs(middle) < LEAST_NORMAL) & (middle != 0)
    return Balls(middle, small * TINY if small.any() else None)


def rational(x: Fraction) -> Balls:
    """Return balls of no dimension about a rational number.

    >>> rational(Fraction(3, 4)).radius is None, float(rational(Fraction(1, 3)).radius) < 1e-15
    (True, True)
    """
    try:
        middle = np.float64(x.numerator / x.denominator)
    except OverflowError:
        middle = np.float64(np.inf)
    exact = abs(middle) >= LEAST_NORMAL and np.isfinite(middle) and Fraction(float(middle)) == x
    radius = None if exact or x == 0 else np.array(abs(middle) * U + TINY)
    return Balls(np.array(middle), radius)


def plus(x: Balls, y: Balls) -> Balls:
    """Return ``x + y``, broadcast.

    >>> z = plus(exactly(np.array([0.1])), exactly(np.array([0.2])))
    >>> abs(Fraction(z.middle[0]) - Fraction(0.1) - Fraction(0.2)) <= Fraction(z.radius[0])
    True
    """
    middle = x.middle + y.middle
    return Balls(middle, (_added(2 * U * np.abs(middle), x.radius, y.radius)) * UP + TINY)


def times(x: Balls, y: Balls) -> Balls:
    """Return ``x * y``, broadcast."""
    middle = x.middle * y.middle
    radius = 2 * U * np.abs(middle)
    if x.radius is not None:
        radius = radius + x.radius * np.abs(y.middle)
    if y.radius is not None:
        radius = radius + y.radius * _added(np.abs(x.middle), x.radius)
    return Balls(middle, radius * UP + TINY)


def power(x: Balls, n: int) -> Balls:
    """Return ``x^n`` for ``n >= 1``.

    >>> z = power(exactly(np.array([0.1])), 3)
    >>> abs(Fraction(z.middle[0]) - Fraction(0.1) ** 3) <= Fraction(z.radius[0]) < 1e-17
    True
    """
    found = x
    for _ in range(n - 1):
        found = times(found, x)
    return found


def matrix_product(x: Balls, y: Balls) -> Balls:
    """Return ``x @ y`` for matrices; the radius costs one or two products more.

    Raises:
        ValueError: if sums have more than ``MAX_TERMS`` terms.

    >>> z = matrix_product(exactly(np.array([[0.1, 0.7]])), exactly(np.array([[3.0], [-0.3]])))
    >>> exact = 3 * Fraction(0.1) - Fraction(0.7) * Fraction(0.3)
    >>> abs(Fraction(z.middle[0, 0]) - exact) <= Fraction(z.radius[0, 0])
    True
    """
    terms = len(y.middle)
    if terms > MAX_TERMS:
        raise ValueError(f"sums of {terms} terms; at most {MAX_TERMS} are bounded")
    gamma = _gamma(terms)
    middle = x.middle @ y.middle
    size = np.abs(x.middle)
    radius = _added(gamma * size, x.radius) @ np.abs(y.middle)
    if y.radius is not None:
        radius = radius + _added(size, x.radius) @ y.radius
    return Balls(middle, radius * (1 + gamma) + TINY)


def mean(x: Balls) -> Balls:
    """Return the means of the rows, the last axis kept with length 1."""
    terms = x.middle.shape[-1]
    gamma = _gamma(terms)
    middle = x.middle.sum(axis=-1, keepdims=True) / terms
    radius = _added(gamma * np.abs(x.middle), x.radius).sum(axis=-1, keepdims=True) / terms
    return Balls(middle, radius * (1 + gamma) + TINY)


def ends(x: Balls) -> tuple[Reals, Reals]:
    """Return lower and upper bounds.

    >>> lower, upper = ends(rational(Fraction(1, 3)))
    >>> Fraction(lower) <= Fraction(1, 3) <= Fraction(upper)
    True
    """
    radius = _added(2 * U * np.abs(x.middle), x.radius) * UP + TINY
    return x.middle - radius, x.middle + radius


def squares(x: Balls) -> tuple[Fraction, Fraction]:
    """Return bounds of the sum of the squares of all entries, which is finite.

    The rows are summed first, then the column of sums.

    >>> low, high = squares(exactly(np.full((2, 3), 0.1)))
    >>> low <= 6 * Fraction(0.1) ** 2 <= high, high - low < 1e-13
    (True, True)
    """
    rows, terms = x.middle.shape
    slack = 2 * _gamma(rows + terms)
    size = np.abs(x.middle)
    lower, upper = (_added(size, r) for r in (None, x.radius))
    if x.radius is not None:
        lower = np.maximum(size - x.radius * UP - 4 * U * size, 0)
    least, most = (float(np.square(side).sum(axis=1).sum()) for side in (lower, upper))
    tiny = Fraction(TINY) * rows * terms
    low = Fraction(least) * (1 - Fraction(slack)) - tiny
    return max(low, Fraction(0)), Fraction(most) * (1 + Fraction(slack)) + tiny


def _gamma(terms: int) -> float:
    """Return more than ``gamma_m``, and than the roundings of a radius that sums m terms."""
    return 2 * (terms + 8) * U


def _added(x: Reals, *radii: Reals | None) -> Reals:
    for radius in radii:
        x = x if radius is None else x + radius
    return x
