"""Exact numbers recognised from many digits: rational, quadratic, or in a real cyclotomic field.

A recognised number is a guess: whatever is built from it has to be checked exactly.
"""

from fractions import Fraction
from math import lcm

from algebra.numbers.roots_of_unity import factorise, totient
from algebra.numbers.scalar import Scalar, root, to_scalar

#: Degrees of real subfields of cyclotomic fields that are tried where a number is not quadratic.
DEGREES = range(3, 9)
#: Coefficients of a relation are at most this, denominators of rational numbers too; in quadratic
#: relations a tenth, so that the discriminant can be factorised.
LARGEST = 10**7
#: Discriminants of quadratic numbers, without square factors, are at most this.
MAX_DISCRIMINANT = 500
#: Bits at the end that are not relied on.
SPARE = 30


def recognised(x: Fraction, *, bits: int, exponent: int = 1) -> Scalar | None:
    """Return the exact number that agrees with a real number to many digits, or None.

    Source: H. Ferguson, D. Bailey, S. Arno, "Analysis of PSLQ" (1999), as implemented in mpmath.
    """
    near = x.limit_denominator(LARGEST)
    if abs(x - near) < Fraction(1, 1 << bits - SPARE):
        return to_scalar(near)
    from mpmath import mp, mpf, pslq

    with mp.workprec(bits):
        value = mpf(x.numerator) / x.denominator
        tolerance = mpf(2) ** (SPARE - bits)
        square = pslq(
            [mpf(1), value, value**2], tol=tolerance, maxcoeff=LARGEST // 10, maxsteps=10**4
        )
        if square:
            return _quadratic(square, close_to=float(value))
        for n in sorted({lcm(exponent, m) for m in (1, 4, 8, 12, 24)}):
            if totient(n) // 2 not in DEGREES:
                continue
            numbers = [j for j in range(1, (n + 1) // 2) if j < totient(n) // 2]
            basis = [mpf(1), *(2 * mp.cos(2 * mp.pi * j / n) for j in numbers)]
            relation = pslq([value, *basis], tol=tolerance, maxcoeff=LARGEST, maxsteps=10**4)
            if relation and relation[0]:
                over = -relation[0]
                parts = [to_scalar(Fraction(relation[1], over))]
                for j, c in zip(numbers, relation[2:], strict=True):
                    parts += [root(j, n, Fraction(c, over)), root(-j % n, n, Fraction(c, over))]
                return sum(parts, Scalar(0))
    return None


def square_root(m: int) -> Scalar:
    """Return the positive root of m by Gauss sums: ``sum_a (a/p) zeta_p^a`` is ``sqrt(p)``, or ``i
    sqrt(p)`` if ``p = 3 mod 4``.  Source: Ireland, Rosen, "A Classical Introduction to Modern
    Number Theory", ch. 6.
    """
    result = Scalar(1)
    for p, power in factorise(m):
        if power % 2:
            if p == 2:
                base = root(1, 8) + root(7, 8)
            else:
                signs = (1 if pow(a, (p - 1) // 2, p) == 1 else -1 for a in range(1, p))
                total = sum((root(a, p, Fraction(s)) for a, s in enumerate(signs, 1)), Scalar(0))
                base = total if p % 4 == 1 else total * root(3, 4)
            result = result * base
        result = result * p ** (power // 2)
    return result


def _quadratic(relation: list[int], *, close_to: float) -> Scalar | None:
    """Return the root of ``relation``, lowest coefficient first, that is close to a number."""
    c, b, a = relation
    discriminant = b * b - 4 * a * c
    if not a or discriminant <= 0:
        return None
    free, square = 1, 1
    for p, power in factorise(discriminant):
        free, square = free * p ** (power % 2), square * p ** (power // 2)
    if free > MAX_DISCRIMINANT:
        return None
    part = square_root(free) * Fraction(square, 2 * a)
    middle = Fraction(-b, 2 * a)
    near = [abs(float(middle) + sign * complex(part).real - close_to) for sign in (1, -1)]
    return part + middle if near[0] < near[1] else middle - part
