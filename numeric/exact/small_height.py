"""Exact numbers of small height near floats: unit numbers of ``Q(i)``, and ratios.

The height of ``(x + i y)/D``, in lowest terms, is ``D``. All are taken from one finite set whose
members have a small common denominator, because a certificate with many unrelated denominators is
dear to check: ``i^e`` times a product of ``((x + iy)^2 / p)^f`` over the primes ``p = x^2 + y^2``
of `UNIT_POWERS`, ``|f|`` up to the power given there, of height up to `UNIT_HEIGHT`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import count
from math import isqrt, log, pi, prod
from typing import final

import numpy as np

from algebra.numbers.arrays import Reals
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import I

#: The largest power of each prime in the denominator of a unit number.
UNIT_POWERS = {5: 3, 13: 2, 17: 2, 29: 2}
UNIT_POWERS |= dict.fromkeys((37, 41, 53, 61, 73, 89, 97, 101, 109, 113, 137, 149), 1)
UNIT_HEIGHT = 10**6
#: A common denominator of all unit numbers here, of 109 binary digits.
DENOMINATOR = prod(p**n for p, n in UNIT_POWERS.items())
#: In degrees: the set meets every interval of this radius.
LEAST_TOLERANCE = 0.05

_QUARTER = pi / 2


@final
@dataclass(frozen=True, slots=True)
class Unit:
    """The number ``(x + i y)/D`` of modulus one, ``x^2 + y^2 = D^2``, in lowest terms.

    >>> Unit(3, 4, 5), str(Unit(3, 4, 5)), str(Unit(0, -1, 1)), str(Unit(-1, 0, 1))
    (Unit(x=3, y=4, D=5), '(3+4i)/5', '-i', '-1')
    """

    x: int
    y: int
    D: int

    def __post_init__(self) -> None:
        if self.x**2 + self.y**2 != self.D**2 or self.D < 1:
            raise ValueError(f"({self.x} + {self.y} i)/{self.D} does not have modulus one")

    def scalar(self) -> Scalar:
        """Return the exact number."""
        return Scalar(Fraction(self.x, self.D)) + Scalar(Fraction(self.y, self.D)) * I

    def angle(self) -> float:
        """Return the angle in radians, in ``(-pi, pi]``."""
        return float(np.arctan2(self.y, self.x))

    def __str__(self) -> str:
        if self.D == 1:
            return {(1, 0): "1", (0, 1): "i", (-1, 0): "-1", (0, -1): "-i"}[self.x, self.y]
        return f"({self.x}{self.y:+}i)/{self.D}"


def unit_near(angle: float, *, tolerance: float) -> Unit:
    """Return the unit number of least height whose angle differs by at most ``tolerance``.

    Args:
        angle: in radians, any number of turns.
        tolerance: in degrees.

    Raises:
        ValueError: for a tolerance below `LEAST_TOLERANCE`, or not below 45.

    >>> [str(unit_near(0.93, tolerance=t)) for t in (5, 0.5, 0.1)]
    ['(3+4i)/5', '(3+4i)/5', '(12788+17205i)/21437']
    >>> [str(unit_near(-2.4, tolerance=t)) for t in (20, 1)]
    ['(-4-3i)/5', '(-72-65i)/97']
    """
    radius = np.radians(checked_tolerance(tolerance))
    places, members = _units()
    quarters = int(np.floor((angle - radius) / _QUARTER))
    middle = angle - quarters * _QUARTER
    at = range(*np.searchsorted(places, (middle - radius, middle + radius)))
    x, y, height = members[min(at, key=lambda i: (members[i][2], abs(places[i] - middle)))]
    for _ in range(quarters % 4):
        x, y = -y, x
    return Unit(x, y, height)


def ratio_near(x: float, *, tolerance: float) -> Fraction:
    """Return the fraction of least denominator whose logarithm differs by at most the tolerance.

    Args:
        x: a positive number.
        tolerance: in degrees, as if logarithms were angles.

    >>> ratio_near(0.175, tolerance=2), ratio_near(1.001, tolerance=0.5)
    (Fraction(3, 17), Fraction(1, 1))
    """
    if not x > 0:
        raise ValueError(f"x={x!r}: pass a positive number")
    radius = np.radians(checked_tolerance(tolerance))
    near = (Fraction(x).limit_denominator(n) for n in count(1))
    return next(y for y in near if y and abs(log(y / Fraction(x))) <= radius)


def checked_tolerance(tolerance: float) -> float:
    """Return the tolerance.

    Raises:
        ValueError: if it is not between `LEAST_TOLERANCE` and 45 degrees.
    """
    if not LEAST_TOLERANCE <= tolerance < 45:
        raise ValueError(
            f"tolerance={tolerance!r}: pass an angle of {LEAST_TOLERANCE} degrees or more, and "
            f"less than 45; the numbers of small height lie no denser"
        )
    return tolerance


@cache
def _units() -> tuple[Reals, list[tuple[int, int, int]]]:
    """Return the angles in the first half of the circle, in order, and their unit numbers."""
    found = [(1, 0, 1)]
    for p, n in UNIT_POWERS.items():
        x = next(x for x in range(1, p) if isqrt(p - x * x) ** 2 == p - x * x)
        y = isqrt(p - x * x)
        powers = [(1, 0)]
        for _ in range(n):
            powers.append(_times(powers[-1], (x * x - y * y, 2 * x * y)))
        found = [
            (*_times((x, y), (u, v if f > 0 else -v)), height * p ** abs(f))
            for x, y, height in found
            for f in range(-n, n + 1)
            if height * p ** abs(f) <= UNIT_HEIGHT
            for u, v in [powers[abs(f)]]
        ]
    table = np.array(found)
    quarter = np.arctan2(table[:, 1], table[:, 0]) // _QUARTER
    for turned in (0, 1, 2, 3):  # into the first quarter
        again = quarter % 4 > turned
        table[again, 0], table[again, 1] = table[again, 1], -table[again, 0]
    x, y, height = table.T
    table = np.concatenate([table, np.stack([-y, x, height], axis=1)])
    places = np.arctan2(table[:, 1], table[:, 0])
    order = np.argsort(places, kind="stable")
    return places[order], [(int(x), int(y), int(D)) for x, y, D in table[order]]


def _times(u: tuple[int, int], v: tuple[int, int]) -> tuple[int, int]:
    return u[0] * v[0] - u[1] * v[1], u[0] * v[1] + u[1] * v[0]
