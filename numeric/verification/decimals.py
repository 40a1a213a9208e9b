"""Rational numbers in decimal digits, rounded down or up, so that what is printed is still true."""

from __future__ import annotations

from fractions import Fraction

#: Digits that are printed of a bound.
DIGITS = 5
Bounds = tuple[Fraction, Fraction]


def decimal(x: Fraction, *, up: bool, digits: int = DIGITS) -> str:
    """Return the nearest number of so many digits that is not above ``x``, or not below.

    >>> third = Fraction(1, 3)
    >>> decimal(third, up=False), decimal(third, up=True), decimal(-third / 10**7, up=True)
    ('0.33333', '0.33334', '-3.3333e-08')
    """
    if not x:
        return "0"
    size = abs(x)
    bits = size.numerator.bit_length() - size.denominator.bit_length()
    place = bits * 30103 // 100000 - 1
    while size >= Fraction(10) ** (place + 1):
        place += 1
    unit = Fraction(10) ** (place - digits + 1)
    units = -(-size // unit) if up == (x > 0) else size // unit
    if units == 10**digits:
        units, place = units // 10, place + 1
    sign, text = "-" if x < 0 else "", str(units).rstrip("0")
    if -4 <= place < 0:
        return f"{sign}0.{'0' * (-place - 1)}{text}"
    whole, exponent = (place + 1, "") if 0 <= place < digits else (1, f"e{place:+03d}")
    return f"{sign}{text[:whole]:0<{whole}}.{text[whole:]}".removesuffix(".") + exponent


def interval(x: Bounds) -> list[str]:
    """Return two numbers that ``x`` lies between.

    >>> interval((Fraction(1, 7), Fraction(1, 7)))
    ['0.14285', '0.14286']
    """
    return [decimal(x[0], up=False), decimal(x[1], up=True)]
