"""Blocks of order 4 rounded by their closed form, and small nodes that make all of it exact.

Rounding the entries of a float network of zero loss to dyadic numbers leaves residuals ``T -
target`` of the size of the rounding. Each residual is the ``c`` of a node with fixed tiny inputs:

    a = h or ih at m, b = h or ih at n      cancels T[+-m, +-n, k] (four nodes for all k)
    a = h at 0 and h or ih at m, b = 0      cancels T[+-m, 0, k]    (two nodes; b likewise)
    a = h or h(1+i) at m, b = 0             cancels T[+-2m, 0, k]   (two nodes; b likewise)
    a = h at 0, b = 0                       cancels T[0, 0, k]      (one node)

in this order, since each kind disturbs only later ones: the second is for ``m`` that are not twice
a frequency, and disturbs ``2m``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product
from math import gcd, log2, prod

import numpy as np

from algebra.criterion.tensor import FunctionTensor, function_tensor, residual
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import I
from algebra.semiring.made import element

#: An exact node: its entries at one of ``k, -k``.
Node = dict[tuple[str, Index], Exact]
#: What is left of ``T - target``, by ``(k1, k2)`` and output.
Residuals = dict[tuple[int, int], dict[int, Scalar]]
#: Inputs of correcting nodes are between these powers of a half.
COARSEST, FINEST = 5, 30
#: The turns of an input: 1 and i, or at real characters 1 alone.
TURNS = (Scalar(1), I)


def residuals(group: AbelianGroup, nodes: Sequence[Node]) -> Residuals:
    """Return ``T - target`` of these nodes, term by term."""
    return _added({}, residual(element(group, nodes), route="sparse"))


def worst(left: Residuals) -> float:
    """Return the largest modulus among residuals."""
    return max((abs(complex(x)) for row in left.values() for x in row.values()), default=0.0)


def corrections(group: AbelianGroup, left: Residuals) -> list[Node]:
    """Return nodes that cancel residuals exactly, and do nothing else.

    >>> G = AbelianGroup("Z5")
    >>> nodes = [{("a", 1): 1, ("b", 1): 1, ("c", 1): Fraction(1, 9)}]
    >>> more = corrections(G, residuals(G, nodes))
    >>> len(more), residuals(G, nodes + more)
    (13, {})
    """
    small = _smallness(group, left)
    stages: list[Callable[[Residuals], Iterator[Node]]] = [
        lambda left: _products(group, left, small),
        lambda left: _of_one(group, left, small, linear=True),
        lambda left: _of_one(group, left, small, linear=False),
        lambda left: _constant(group, left, small),
    ]
    found: list[Node] = []
    for stage in stages:
        nodes = [x for x in stage(left) if any(p == "c" for p, _ in x)]
        if nodes:
            left = _added(left, function_tensor(element(group, nodes), route="sparse"))
        found += nodes
    assert not left
    return found


def _added(left: Residuals, more: FunctionTensor) -> Residuals:
    """Return residuals with more added, without zeros."""
    total: Residuals = {at: dict(row) for at, row in left.items()}
    for (k1, k2, k), x in more:
        row = total.setdefault((k1, k2), {})
        row[k] = row.get(k, Scalar(0)) + x
    kept = {at: {k: x for k, x in row.items() if x} for at, row in total.items()}
    return {at: row for at, row in kept.items() if row}


def _smallness(group: AbelianGroup, left: Residuals) -> int:
    """Return the ``s`` for which correcting nodes with inputs ``2^-s`` have about the least norm.

    If an output of norm ``R`` is wanted, that is ``(R/2d)^(1/3)``; these are ``d^2`` functions.
    """
    d = group.order
    power = sum(abs(complex(x)) ** 2 for row in left.values() for x in row.values())
    return _bits(np.sqrt(2 * power) / d / (2 * d), COARSEST)


def _bits(cube: float, least: int) -> int:
    return int(np.clip(np.ceil(-np.log2(np.cbrt(max(cube, 1e-300)))), least, FINEST))


def _turns(group: AbelianGroup, m: int) -> Sequence[Scalar]:
    return TURNS[:1] if group.negate(m) == m else TURNS


def _products(group: AbelianGroup, left: Residuals, small: int) -> Iterator[Node]:
    """Yield nodes that cancel ``T[+-m,+-n,k]``: ``a`` is ``h`` or ``ih`` at m, ``b`` at n.

    ``sum_uv c_uv (u at m)(v at n)`` is ``T[sm, tn] = h^2 sum_uv c_uv u_s v_t``, ``u_s`` being ``u``
    or its conjugate: ``c`` is the sum over signs of ``T`` with the opposite turns, over ``4h^2``.
    """
    h = Fraction(1, 2**small)
    pairs = {tuple(min(k, group.negate(k)) for k in at) for at in left if all(at)}
    for m, n in sorted(pairs):
        signs = list(product(sorted({m, group.negate(m)}), sorted({n, group.negate(n)})))
        scale = Fraction(-1, len(signs)) / h**2
        for u, v in product(_turns(group, m), _turns(group, n)):
            node: Node = {("a", m): h * u, ("b", n): h * v}
            for s, t in signs:
                turn = (u.conjugate() if s == m else u) * (v.conjugate() if t == n else v)
                for k, x in left.get((s, t), {}).items():
                    node["c", k] = node.get(("c", k), Scalar(0)) + scale * turn * x
            yield _trimmed(node)


def _of_one(group: AbelianGroup, left: Residuals, small: int, *, linear: bool) -> Iterator[Node]:
    """Yield nodes that cancel ``T[+-m,0,k]`` and ``T[0,+-m,k]``, at m that are no doubles, or are.

    Of doubles by squares, ``a = h u`` at ``n = m/2``, ``u = 1, 1 + i``; of others by the mixed
    terms of ``a = h + h u`` at ``m``, ``u = 1, i``.
    """
    h = Fraction(1, 2**small)
    every = np.arange(group.order)
    doubles = group.multiply(2, every)
    for row in "ab":
        places = {max(at) for at in left if (at[1] if row == "a" else at[0]) == 0 and any(at)}
        for m in sorted({min(k, group.negate(k)) for k in places}):
            halves = every[doubles == m]
            if bool(len(halves)) == linear:
                continue
            other = group.negate(m)
            at = ((m, 0), (other, 0)) if row == "a" else ((0, m), (0, other))
            plus, minus = (left.get(x, {}) for x in at)
            n = m if linear else int(halves[0])
            fixed: Node = {(row, 0): h} if linear else {}
            one = fixed | {(row, n): h}
            two = fixed | {(row, n): h * (I if linear else 1 + I)}
            scale = -1 / h**2
            for k in sorted({*plus, *minus}):
                x, y = plus.get(k, Scalar(0)), minus.get(k, Scalar(0))
                if m == other:
                    one["c", k] = scale * x
                elif linear:
                    one["c", k], two["c", k] = scale / 2 * (x + y), scale / 2 * (y - x) * I
                else:
                    one["c", k], two["c", k] = scale * (x + y), scale / 2 * (y - x) * I
            yield from map(_trimmed, (one, two))


def _constant(group: AbelianGroup, left: Residuals, small: int) -> Iterator[Node]:
    """Yield the node that cancels ``T[0,0,k]``, of about the least norm."""
    row = left.get((0, 0), {})
    most = max((abs(complex(x)) for x in row.values()), default=0.0)
    h = Fraction(1, 2 ** min(small, max(0, _bits(most / group.order, 0) - 1)))
    yield {("a", 0): h, **{("c", k): -2 / h**2 * x for k, x in row.items()}}


def _trimmed(node: Node) -> Node:
    return {at: x for at, x in node.items() if x}


#: Odd parts of N divide this.
SMOOTH = 3**3 * 5**2 * 7**2 * 11 * 13 * 17 * 19 * 23
#: Binary digits of ``a1, b1, a2``, and of ``b2``, after the point.
COARSE, FINE = 14, 48

DEGENERATE = "a block of order 4 is degenerate: an entry is zero, or its directions of c coincide"


def exact_order4(a1: complex, b1: complex, a2: complex, b2: complex, *, k: int) -> list[Node]:
    """Return the four nodes of the exact block at frequency ``k`` near these floats.

    Every block of order 4 (docs/theory/certify.md, theory of
    `numeric.recognition.compositions.ORDER_4`) is

        a = a1 (1, i), a2 (1, i);   b = b1 (1, -i), b2 (1, -i);   P = a1 b1, Q = a2 b2,
        c = conj(Q) / (4i N) twice, -conj(P) / (4i N) twice,       N = Im(P conj(Q)),

    for any complex ``a1, b1, a2, b2`` with ``N != 0``: no conditions are left, so rounding them to
    Gaussian rationals rounds the block. Here ``a1, b1, a2`` are rounded to a grid, and ``b2`` is
    the nearest point of a finer grid at which ``N`` is a product of small primes: the denominators
    of a whole certificate then have a small common multiple, which makes it quick to check.

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
