"""Numbers of modulus one near angles, and ratios near floats, that are written in few digits."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import atan, atan2, gcd, log, pi, radians, tan
from typing import final

from algebra.numbers.scalar import Scalar
from algebra.numbers.units import I

#: In degrees: with a smaller tolerance numbers would be long, with a larger one anything.
LEAST_TOLERANCE, MOST_TOLERANCE = 0.05, 45
#: What is typed: roots of unity up to this order if an angle is so near one, else numbers that are
#: so near, in degrees.
ROOTS, SAME, NEAR = 48, 1e-6, 0.05


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
        return atan2(self.y, self.x)

    def __str__(self) -> str:
        if self.D == 1:
            return {(1, 0): "1", (0, 1): "i", (-1, 0): "-1", (0, -1): "-i"}[self.x, self.y]
        return f"({self.x}{self.y:+}i)/{self.D}"


def _half_tangent(angle: float, within: float) -> Fraction:
    """Return the ``t`` of least denominator with ``2 arctan t`` near an angle, in radians."""
    near = (Fraction(tan(angle / 2)).limit_denominator(n) for n in count(1))
    return next(t for t in near if abs(2 * atan(t) - angle) <= within)


def unit_near(angle: float, *, tolerance: float) -> Unit:
    """Return the simplest number of modulus one whose angle differs by at most ``tolerance``.

    That is ``i^e (1 + it)^2/(1 + t^2)`` with the ``t`` of least denominator, ``|t| < 1/2``.

    Args:
        angle: in radians, any number of turns.
        tolerance: in degrees.

    >>> [str(unit_near(0.93, tolerance=t)) for t in (5, 0.5, 0.1)]
    ['(3+4i)/5', '(3+4i)/5', '(12240+16471i)/20521']
    >>> [str(unit_near(-2.4, tolerance=t)) for t in (20, 1)]
    ['(-3-4i)/5', '(-72-65i)/97']
    """
    quarters = round(2 * angle / pi)
    t = _half_tangent(angle - quarters * pi / 2, radians(tolerance))
    p, q = t.as_integer_ratio()
    x, y, height = q * q - p * p, 2 * p * q, q * q + p * p
    common = gcd(x, y, height)
    for _ in range(quarters % 4):
        x, y = -y, x
    return Unit(x // common, y // common, height // common)


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
    near = (Fraction(x).limit_denominator(n) for n in count(1))
    return next(y for y in near if y and abs(log(y / Fraction(x))) <= radians(tolerance))


def checked_tolerance(tolerance: float) -> float:
    """Return the tolerance.

    Raises:
        ValueError: if it is too small or too large.
    """
    if not LEAST_TOLERANCE <= tolerance < MOST_TOLERANCE:
        raise ValueError(
            f"tolerance={tolerance!r}: pass an angle of {LEAST_TOLERANCE} degrees or more, and "
            f"less than {MOST_TOLERANCE}"
        )
    return tolerance


def root_near(angle: float, *, order: int, within: float) -> str:
    """Return the root of unity with an angle, in writing, or nothing; in radians.

    >>> [root_near(x, order=8, within=1e-6) for x in (pi, 6 * pi / 8, -pi / 2, 1.0)]
    ['-1', 'zeta(8)^3', '-i', '']
    """
    turns = Fraction(angle / (2 * pi)).limit_denominator(order)
    if abs(2 * pi * float(turns) - angle) > within:
        return ""
    n, power = turns.denominator, turns.numerator % turns.denominator
    if n in (1, 2, 4):
        return ("1", "i", "-1", "-i")[power * 4 // n]
    return f"zeta({n})" if power == 1 else f"zeta({n})^{power}"


def typed(angle: float) -> str:
    """Return a number whose angle this is: a root of unity, else within .05 degrees a `unit`.

    Args:
        angle: in degrees, from 0 to 180.

    >>> [typed(x) for x in (0, 180, 90, 22.5, 67.5, 36.87, 44.6)]
    ['1', '-1', 'i', 'zeta(16)', 'zeta(16)^3', 'unit(1/3)', 'unit(16/39)']
    """
    root = root_near(radians(angle), order=ROOTS, within=radians(SAME))
    if root:
        return root
    t = _half_tangent(min(radians(angle), pi - radians(NEAR)), radians(NEAR))
    return f"unit({t})" if t else "1"
