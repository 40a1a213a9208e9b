"""The canonical basis of Q(all roots of unity), the same in every field, and integers modulo n.

Source: W. Bosma, "Canonical bases for cyclotomic fields", AAECC 1 (1990) 125-134.
"""

from functools import lru_cache
from math import gcd

import numpy as np

from algebra.numbers.arrays import Int64


@lru_cache(maxsize=4096)
def factorise(n: int) -> tuple[tuple[int, int], ...]:
    """Return the prime factorisation of ``n >= 1`` as ``((p, a), ...)``; ``O(sqrt n)``."""
    factors, p = [], 2
    while p * p <= n:
        a = 0
        while n % p == 0:
            n, a = n // p, a + 1
        if a:
            factors.append((p, a))
        p += 1
    if n > 1:
        factors.append((n, 1))
    return tuple(factors)


def totient(n: int) -> int:
    """Return Euler's phi(n), the degree of ``Q(zeta_n)`` over Q."""
    for p, _ in factorise(n):
        n -= n // p
    return n


def units(n: int) -> Int64:
    """Return the residues coprime to ``n``, of ``1..n``: the Galois group of ``Q(zeta_n)``."""
    return np.flatnonzero(np.gcd(np.arange(1, n + 1), n) == 1) + 1


def unit_generators(n: int) -> list[int]:
    """Return generators of the multiplicative group of Z/n, at most one more than its primes."""
    found = []
    for p, a in factorise(n):
        q = p**a
        if p == 2:
            local = [q - 1, 5 % q] if a > 2 else [q - 1] if a == 2 else []
        else:
            phi = q - q // p
            g = next(
                g
                for g in range(2, q)
                if gcd(g, p) == 1 and all(pow(g, phi // r, q) != 1 for r, _ in factorise(phi))
            )
            local = [g]
        rest = n // q
        found += [(g + q * ((1 - g) * pow(q, -1, rest) % rest)) % n for g in local]
    return found


@lru_cache(maxsize=4096)
def _local_rules(n: int) -> tuple[tuple[int, int, int, int], ...]:
    """For each ``p^a || n``: (p^a, inverse of n/p^a, first exponent outside the basis, n/p)."""
    return tuple(
        (p**a, pow(n // p**a, -1, p**a), p**a - p ** (a - 1), n // p) for p, a in factorise(n)
    )


@lru_cache(maxsize=1 << 14)
def expand_root(e: int, n: int) -> tuple[int, tuple[int, ...]]:
    """Return ``(sign, exponents)``: ``zeta_n^e = sign * sum zeta_n^x`` over basis roots ``x``."""
    sign, roots = 1, [e % n]
    for q, inverse, first, step in _local_rules(n):
        if roots[0] * inverse % q >= first:  # all roots share their other p-parts
            sign = -sign
            roots = [(x - j * step) % n for x in roots for j in range(1, n // step)]
    return sign, tuple(roots)


def expand_roots(e: Int64, n: int) -> tuple[Int64, Int64, Int64]:
    """Vectorised `expand_root`: return (index into ``e``, exponent, sign), one row per root."""
    index = np.arange(len(e), dtype=np.int64)
    sign = np.ones(len(e), dtype=np.int64)
    for q, inverse, first, step in _local_rules(n):
        outside = (e % q) * inverse % q >= first
        if not outside.any():
            continue
        p = n // step
        keep = ~outside
        shifts = np.arange(1, p, dtype=np.int64) * step
        expanded = (e[outside][:, None] - shifts) % n
        index = np.concatenate([index[keep], np.repeat(index[outside], p - 1)])
        sign = np.concatenate([sign[keep], np.repeat(-sign[outside], p - 1)])
        e = np.concatenate([e[keep], expanded.ravel()])
    return index, e, sign


def contract_roots(exponents: list[int], n: int) -> int | None:
    """Return ``e`` with ``+-zeta_n^e = sum zeta_n^x`` over the given basis roots, or None."""
    e, count = exponents[0], 1
    for q, inverse, first, step in _local_rules(n):
        p = n // step
        if p > 2 and len({x * inverse % q for x in exponents}) > 1:
            while e * inverse % q < first:
                e = (e + step) % n
            count *= p - 1
    if count != len(exponents):
        return None
    return e if set(expand_root(e, n)[1]) == set(exponents) else None


def is_prime(m: int) -> bool:
    """Decide primality of ``m < 3.3e24`` (Sorenson and Webster, Math. Comp. 86 (2017) 985-1003)."""
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
    if m < 2:
        return False
    if m >= 3317044064679887385961981:  # the least composite that passes all these bases
        raise ValueError(f"m={m} is beyond the range in which this primality test is proved")
    for p in bases:
        if m % p == 0:
            return m == p
    s = (m - 1 & 1 - m).bit_length() - 1
    for b in bases:
        x = pow(b, m - 1 >> s, m)
        if x != 1 and all(pow(x, 1 << r, m) != m - 1 for r in range(s)):
            return False
    return True


def split_prime(n: int, *, above: int) -> int:
    """Return the least prime ``p = 1 mod n`` with ``p > above``: it splits in ``Q(zeta_n)``."""
    p = above + 1 + (-above) % n
    while not is_prime(p):
        p += n
    return p


def primitive_root_of_unity(n: int, p: int) -> int:
    """Return an element of exact order ``n`` modulo the prime ``p = 1 mod n``."""
    for g in range(1 if n == 1 else 2, p):
        r = pow(g, (p - 1) // n, p)
        if pow(r, n, p) == 1 and all(pow(r, n // f, p) != 1 for f, _ in factorise(n)):
            return r
    raise ValueError(f"p={p} has no element of order n={n}; p must be a prime with p = 1 mod n")


def reduced_rows(matrix: Int64, p: int) -> tuple[Int64, list[int]]:
    """Return the reduced row echelon form modulo a prime below ``2^31``, and its pivot columns."""
    rows, pivots = matrix % p, list[int]()
    for column in range(rows.shape[1]):
        at = len(pivots)
        live = np.flatnonzero(rows[at:, column])
        if len(live):
            rows[[at, at + live[0]]] = rows[[at + live[0], at]]
            rows[at] = rows[at] * pow(int(rows[at, column]), -1, p) % p
            others = np.arange(len(rows)) != at
            rows[others] = (rows[others] - rows[others, column, None] * rows[at]) % p
            pivots.append(column)
    return rows, pivots
