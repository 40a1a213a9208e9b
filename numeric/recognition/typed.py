"""Angles as numbers of modulus one that can be typed: ``cogo build --param xi=unit(16/39)``."""

from __future__ import annotations

from fractions import Fraction
from math import atan, degrees, radians, tan

#: Roots of unity up to this order are named if an angle is so near one, in degrees.
ROOTS, SAME = 48, 1e-6
#: Else how far the number may be from the angle.
NEAR = 0.05


def typed(angle: float) -> str:
    """Return a number whose angle this is: a root of unity, else within .05 degrees a `unit`.

    Args:
        angle: in degrees, from 0 to 180.

    >>> [typed(x) for x in (0, 180, 90, 22.5, 67.5, 36.87, 44.6)]
    ['1', '-1', 'i', 'zeta(16)', 'zeta(16)^3', 'unit(1/3)', 'unit(16/39)']
    """
    turn = Fraction(angle / 360).limit_denominator(ROOTS)
    if abs(360 * turn - angle) <= SAME:
        n, e = turn.denominator, turn.numerator
        known = {(1, 0): "1", (2, 1): "-1", (4, 1): "i"}
        return known.get((n, e % n), f"zeta({n}){f'^{e}' if e > 1 else ''}")
    bound, t = 1, tan(radians(min(angle, 180 - NEAR)) / 2)
    while abs(2 * degrees(atan(near := Fraction(t).limit_denominator(bound))) - angle) > NEAR:
        bound += 1
    return f"unit({near})"
