"""Blocks of order 4 with exact entries: Gaussian rationals near floats.

Every block of order 4 (docs/theory/certify.md, theory of
`numeric.recognition.compositions.ORDER_4`) is

    a = a1 (1, i), a2 (1, i);   b = b1 (1, -i), b2 (1, -i);   P = a1 b1, Q = a2 b2,
    c = conj(Q) / (4i N) twice, -conj(P) / (4i N) twice,       N = Im(P conj(Q)),

for any complex ``a1, b1, a2, b2`` with ``N != 0``: no conditions are left, so rounding them to
Gaussian rationals rounds the block. Here ``a1, b1, a2`` are rounded to a grid, and ``b2`` is the
nearest point of a finer grid at which ``N`` is a product of small primes: the denominators of a
whole certificate then have a small common multiple, which makes it quick to check.
"""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from functools import cache
from itertools import product
from math import gcd, log2, prod

from algebra.numbers.scalar import Scalar
from algebra.numbers.units import I
from numeric.exact.nearest.corrections import Node

#: Odd parts of N divide this.
SMOOTH = 3**3 * 5**2 * 7**2 * 11 * 13 * 17 * 19 * 23
#: Binary digits of ``a1, b1, a2``, and of ``b2``, after the point.
COARSE, FINE = 14, 48

DEGENERATE = "a block of order 4 is degenerate: an entry is zero, or its directions of c coincide"


def exact_order4(a1: complex, b1: complex, a2: complex, b2: complex, *, k: int) -> list[Node]:
    """Return the four nodes of the exact block at frequency ``k`` near these floats.

    Raises:
        ValueError: if ``Im(a1 b1 conj(a2 b2))`` is zero to the precision of the grid.

    >>> nodes = exact_order4(0.7, 0.7, 0.7, -0.7j, k=1)
    >>> sum((x["a", 1] * x["b", 1] * x["c", 1] for x in nodes), Scalar(0))
    1
    """
    p, _ = _primitive(_grid(a1), 1)
    q, first = _primitive(_grid(b1), p)
    r, turned = _primitive(_grid(a2), first.conjugate())
    u, v = int(-turned.imag), int(-turned.real)  # N = u x + v y for b2 = x + i y
    g = gcd(u, v)
    wanted = b2.real * 2.0**FINE, b2.imag * 2.0**FINE
    size = u * wanted[0] + v * wanted[1]
    n = smooth(size / g) * g if abs(size) >= g else 0
    if not n:
        raise ValueError(DEGENERATE)
    x, y = _solution(u // g, v // g, n // g, wanted)
    coarse = Fraction(1, 2**COARSE)
    a, b = ([coarse * _scalar(t.real, t.imag) for t in pair] for pair in ((p, r), (q, 0)))
    b[1] = Fraction(1, 2**FINE) * _scalar(x, y)
    # Im(P conj Q), n being in units of 2^-(3 COARSE + FINE).
    over = Fraction(2 ** (3 * COARSE + FINE), 4 * n) * -I
    c = over * (a[1] * b[1]).conjugate(), -over * (a[0] * b[0]).conjugate()
    return [
        {("a", k): turn * s, ("b", k): turn.conjugate() * t, ("c", k): w}
        for s, t, w in zip(a, b, c, strict=True)
        for turn in (Scalar(1), I)
    ]


def _scalar(x: float, y: float) -> Scalar:
    return Scalar(int(x)) + Scalar(int(y)) * I


def _grid(x: complex) -> complex:
    """Return a Gaussian integer; products of three are exact as floats."""
    return complex(round(x.real * 2**COARSE), round(x.imag * 2**COARSE))


def _primitive(x: complex, factor: complex) -> tuple[complex, complex]:
    """Return ``y`` near ``x``, and ``y * factor``, whose parts have no odd common divisor."""
    for turn in sorted(product(range(-4, 5), repeat=2), key=lambda t: t[0] ** 2 + t[1] ** 2):
        y = x + complex(*turn)
        whole = y * factor
        g = gcd(int(whole.real), int(whole.imag))
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
