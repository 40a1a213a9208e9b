"""Exact numbers of small height near floats: unit numbers of ``Q(i)``, and smooth ratios.

The height of ``(x + i y)/D``, in lowest terms, is ``D``; that of a ratio ``2^n p/q``, ``p`` and
``q`` odd, is ``max(p, q)``. Both kinds are taken from one finite set whose members have a small
common denominator, because a certificate with many unrelated denominators is dear to check:

* unit numbers are ``i^e`` times a product of ``((x + iy)^2 / p)^f`` over the primes ``p = x^2 +
  y^2`` of `UNIT_POWERS`, ``|f|`` up to the power given there, of height up to `UNIT_HEIGHT`;
* ratios are products of powers, positive and negative, of the primes of `RATIO_POWERS`, times
  any power of 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
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
#: The largest power of each odd prime in the numerator or the denominator of a ratio.
RATIO_POWERS = {3: 6, 5: 4, 7: 3, 11: 1}
#: In degrees: both sets meet every interval of this radius, of angles, and of logarithms of ratios
#: as if they were angles.
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


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Members of a set in the order of their places on a circle, and their heights."""

    places: Reals
    heights: Reals
    members: tuple[tuple[int, int, int], ...]
    period: float

    def least(self, low: float, high: float) -> tuple[int, int]:
        """Return the member of least height between two places, and how often it goes round.

        Among those of the same height it is the one nearest to the middle.
        """
        turns = int(np.floor(low / self.period))
        low, high = low - turns * self.period, high - turns * self.period
        count = len(self.places)
        first = int(np.searchsorted(self.places, low, side="left"))
        last = int(np.searchsorted(self.places, high, side="right"))
        if high >= self.period:
            last = count + int(np.searchsorted(self.places, high - self.period, side="right"))
        if last <= first:
            raise ValueError("no member of the set lies in this interval")
        at = np.arange(first, last)
        place = self.places[at % count] + self.period * (at // count)
        order = np.lexsort((np.abs(place - (low + high) / 2), self.heights[at % count]))
        best = int(at[order[0]])
        return best % count, turns + best // count


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
    table = _units()
    index, quarters = table.least(angle - radius, angle + radius)
    x, y, height = table.members[index]
    for _ in range(quarters % 4):
        x, y = -y, x
    return Unit(x, y, height)


def ratio_near(x: float, *, tolerance: float) -> Fraction:
    """Return the ratio of least height whose logarithm differs by at most the tolerance.

    Args:
        x: a positive number.
        tolerance: in degrees, as if logarithms were angles.

    >>> ratio_near(0.175, tolerance=2), ratio_near(1.001, tolerance=0.5)
    (Fraction(7, 40), Fraction(1, 1))
    """
    if not x > 0:
        raise ValueError(f"x={x!r}: pass a positive number")
    radius = np.radians(checked_tolerance(tolerance))
    table = _ratios()
    index, octaves = table.least(log(x) - radius, log(x) + radius)
    over, under, _ = table.members[index]
    return Fraction(over, under) * Fraction(2) ** octaves


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
def _units() -> _Table:
    """Return the unit numbers of the first quarter of the circle, ``0 <= angle < pi/2``."""
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
    first = []
    for x, y, height in found:
        while not x > 0 <= y:
            x, y = -y, x
        first.append((x, y, height))
    return _table(first, [float(np.arctan2(y, x)) for x, y, _ in first], _QUARTER)


@cache
def _ratios() -> _Table:
    """Return the ratios in ``[1, 2)``; the height there leaves the power of 2 out."""
    found = []
    places = []
    for powers in product(*(range(-n, n + 1) for n in RATIO_POWERS.values())):
        over, under = 1, 1
        for p, f in zip(RATIO_POWERS, powers, strict=True):
            over, under = over * p ** max(f, 0), under * p ** max(-f, 0)
        height = max(over, under)
        place = log(over / under) / log(2)
        octaves = int(np.floor(place))
        over, under = over * 2 ** max(-octaves, 0), under * 2 ** max(octaves, 0)
        found.append((over, under, height))
        places.append((place - octaves) * log(2))
    return _table(found, places, log(2))


def _table(found: list[tuple[int, int, int]], places: list[float], period: float) -> _Table:
    order = np.argsort(places, kind="stable")
    return _Table(
        places=np.array(places)[order],
        heights=np.array([float(found[i][2]) for i in order]),
        members=tuple(found[i] for i in order),
        period=period,
    )


def _times(u: tuple[int, int], v: tuple[int, int]) -> tuple[int, int]:
    return u[0] * v[0] - u[1] * v[1], u[0] * v[1] + u[1] * v[0]
