"""Blocks of order 4 with exact entries: Gaussian rationals near floats.

Every block of order 4 (docs/certify.md, theory of `numeric.recognition.compositions.ORDER_4`) is

    a = a1 (1, i), a2 (1, i);   b = b1 (1, -i), b2 (1, -i);   P = a1 b1, Q = a2 b2,
    c = conj(Q) / (4i N) twice, -conj(P) / (4i N) twice,       N = Im(P conj(Q)),

for any complex ``a1, b1, a2, b2`` with ``N != 0``: no conditions are left, so rounding them to
Gaussian rationals rounds the block. Here ``a1, b1, a2`` are rounded to a grid, and ``b2`` is the
nearest point of a finer grid at which ``N`` is a product of small primes: the denominators of a
whole certificate then have a small common multiple, which makes it quick to check.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from math import gcd, log2, prod
from typing import final

from numeric.exact.nearest.gaussian import Gaussian

#: Odd parts of N divide this.
SMOOTH = 3**3 * 5**2 * 7**2 * 11 * 13 * 17 * 19 * 23
#: Binary digits of ``a1, b1, a2``, and of ``b2``, after the point.
COARSE, FINE = 14, 48

DEGENERATE = "a block of order 4 is degenerate: an entry is zero, or its directions of c coincide"


@final
@dataclass(frozen=True, slots=True)
class ExactOrder4:
    """The entries of a block of order 4 at ``k``, ``abc = 1``; columns ``1, i; 1, i`` of the pairs.

    Args:
        a: four Gaussian rationals.
        b: four.
        c: four.
        leftover: ``T[0,0,k] = aa-c + bb-c``.
    """

    a: tuple[Gaussian, ...]
    b: tuple[Gaussian, ...]
    c: tuple[Gaussian, ...]
    leftover: Gaussian


def exact_order4(a1: complex, b1: complex, a2: complex, b2: complex) -> ExactOrder4:
    """Return the exact block near these floats.

    Raises:
        ValueError: if ``Im(a1 b1 conj(a2 b2))`` is zero to the precision of the grid.

    >>> block = exact_order4(0.7, 0.7, 0.7, -0.7j)
    >>> sum((x * y * z for x, y, z in zip(block.a, block.b, block.c)), Gaussian(0))
    Gaussian(re=Fraction(1, 1), im=Fraction(0, 1))
    >>> abs(complex(block.leftover)) > 1
    True
    """
    p, _ = _primitive(_grid(a1, COARSE), Gaussian(1))
    q, first = _primitive(_grid(b1, COARSE), p)
    r, turned = _primitive(_grid(a2, COARSE), first.conjugate())
    u, v = int(-turned.im), int(-turned.re)  # N = u x + v y for b2 = x + i y
    g = gcd(u, v)
    wanted = b2.real * 2.0**FINE, b2.imag * 2.0**FINE
    size = u * wanted[0] + v * wanted[1]
    n = smooth(size / g) * g if abs(size) >= g else 0
    if not n:
        raise ValueError(DEGENERATE)
    s = Gaussian(*_solution(u // g, v // g, n // g, wanted))
    # In units: a, b of 2^-COARSE, b2 of 2^-FINE; N of 2^-(3 COARSE + FINE).
    third = (r * s).conjugate().over_i() * Fraction(2 ** (2 * COARSE), 4 * n)
    fourth = -first.conjugate().over_i() * Fraction(2 ** (COARSE + FINE), 4 * n)
    i, coarse, fine = Gaussian(0, 1), Fraction(1, 2**COARSE), Fraction(1, 2**FINE)
    p, q, r, s = coarse * p, coarse * q, coarse * r, fine * s
    a, b = (p, i * p, r, i * r), (q, -i * q, s, -i * s)
    c = (third, third, fourth, fourth)
    left = (z * (x.square() + y.square()) for x, y, z in zip(a, b, c, strict=True))
    return ExactOrder4(a, b, c, sum(left, Gaussian(Fraction(0), Fraction(0))))


def _grid(x: complex, bits: int) -> Gaussian:
    return Gaussian(round(x.real * 2**bits), round(x.imag * 2**bits))


def _primitive(x: Gaussian, factor: Gaussian) -> tuple[Gaussian, Gaussian]:
    """Return ``y`` near ``x``, and ``y * factor``, whose parts have no odd common divisor."""
    for turn in sorted(product(range(-4, 5), repeat=2), key=lambda t: t[0] ** 2 + t[1] ** 2):
        y = x + Gaussian(*turn)
        whole = y * factor
        g = gcd(int(whole.re), int(whole.im))
        if g and g & (g - 1) == 0:
            return y, whole
    raise ValueError(DEGENERATE)


@cache
def _divisors() -> tuple[tuple[float, int], ...]:
    """Return ``(log2(l) mod 1, l)`` for the divisors of SMOOTH, sorted."""
    powers = [[p**e for e in range(n + 1)] for p, n in ((3, 3), (5, 2), (7, 2))]
    powers += [[1, p] for p in (11, 13, 17, 19, 23)]
    divisors = [prod(x) for x in product(*powers)]
    return tuple(sorted((log2(x) % 1, x) for x in divisors))


def smooth(x: float) -> int:
    """Return the nearest integer of the form ``l 2^t``, ``l`` a divisor of SMOOTH, by ratio.

    Zero if ``x`` is too small for any.

    >>> smooth(1e15) / 1e15 - 1 < 1e-3
    True
    """
    table = _divisors()
    sign, x = (1 if x > 0 else -1), abs(x)
    at = bisect_left(table, (log2(x) % 1, 0))
    best = 0
    for _, divisor in (table[at % len(table)], table[at - 1]):
        t = round(log2(x / divisor))
        if t < 0:
            continue
        value = divisor << t
        if not best or abs(value - x) < abs(best - x):
            best = value
    return sign * best


def _solution(u: int, v: int, n: int, wanted: tuple[float, float]) -> tuple[int, int]:
    """Return integers ``(x, y)`` near the wanted ones with ``u x + v y = n``, ``gcd(u, v) = 1``."""
    if v:
        x = n * pow(u, -1, abs(v)) % abs(v)
        y = (n - u * x) // v
    else:
        x, y = n * u, 0
    # All solutions: (x, y) + m (v, -u).
    gap = round(wanted[0]) - x, round(wanted[1]) - y
    length = u * u + v * v
    m = (gap[0] * v - gap[1] * u + length // 2) // length
    return x + m * v, y - m * u
