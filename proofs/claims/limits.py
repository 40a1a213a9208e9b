"""The routes at the limits of machine numbers: integers of 53 and 64 bits, primes, and grids.

Elements on which a route is wrong if it leaves out a guard: sums and products that just fit or just
do not, numbers that the prime divides which a bound too small would suggest, and a polynomial
that vanishes at all points of a grid too small.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import get_args

from algebra.criterion.tensor import Route
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.roots_of_unity import is_prime, split_prime
from algebra.numbers.scalar import Exact
from algebra.numbers.units import param
from algebra.semiring.element import Element
from algebra.semiring.made import element
from proofs.claims.claim import Compared, Context, Evidence, claim, up_to
from proofs.claims.criterion import T_of, formula

Node = dict[tuple[str, Index], Exact]
#: Bits of a product of three coefficients, for all of which every route is asked.
BITS = (53, *range(60, 67))
#: The nodes of either factor of a product, whose entries add up to more than 2^53.
MANY = 100


def _large(group: AbelianGroup) -> Iterator[tuple[str, Element]]:
    """Yield elements whose coefficients, products and sums just fit, or just do not."""
    last = group.order - 1
    for bits in BITS:
        third = bits // 3
        a, c = 2**third + 1, 2 ** (bits - 2 * third) - 1
        node: Node = {("a", 1): a, ("b", last): a - 2, ("c", 1): c}
        yield f"products of {bits} bits", element(group, [node, node, node | {("c", 1): 1}])


def hidden_prime(n: int) -> tuple[int, int, int]:
    """Return ``p = x^2 + 2 y^2``, x and y: the least prime ``1 mod n`` above ``x^2 + y^2 + 2``.

    >>> hidden_prime(5)
    (131, 9, 5)
    """
    return next(
        (p, x, y)
        for x in count(1)
        for y in range(2, x + 2)
        if is_prime(p := x * x + 2 * y * y) and p == split_prime(n, above=p - y * y + 2)
    )


def _hidden(group: AbelianGroup) -> Iterator[tuple[str, Element]]:
    """Yield elements with entries that the modulus divides which too small a bound would allow."""
    n = group.exponent
    # The bound is a multiple of 2^64 and the scale, so in int64 the least prime would do.
    least, a = split_prime(n, above=2), 2**21
    node: Node = {("a", 1): a, ("b", 1): a, ("c", 1): least * 2**22}
    yield f"{least} times a power of 2", element(group, [node])
    for k in group.conjugate_pairs()[:1]:
        # 2 T[0,0,0] is p, which is next above the bound if one of k and -k is forgotten.
        p, x, y = hidden_prime(n)
        for row in "ab":
            squares: Node = {(row, 0): x, (row, k): y, ("c", 0): 1}
            yield f"sums over {row} of {p}/2", element(group, [squares])
        # Zero at v = 1, ..., 4, where a grid of three points would end.
        v, w = param("v"), param("v").conjugate()
        roots: Node = {("a", k): v - 3 + 2 * w, ("b", k): v - 7 + 12 * w, ("c", k): 1}
        yield "a polynomial with four zeros", element(group, [roots])


@claim(
    "criterion.limits",
    r"T^{\mathrm{sparse}} = T^{\mathrm{dense}} = T^{\mathrm{composed}}",
    needs="criterion.routes",
    applies=up_to(9, least=2),
)
def limits(context: Context) -> Compared:
    """the routes are exact where integers leave 53 and 64 bits, and where a prime may deceive"""
    group, s = context.over, context.subject
    cases = [*_large(group), *_hidden(group)]
    bits = f"products of {BITS[0]} to {BITS[-1]} bits, {MANY**2} nodes"
    scope = f"{len(cases) + 1} elements: {bits}, and numbers that small primes and grids miss"
    yield Evidence("exhaustive", scope)
    for name, z in cases:
        expected = formula(z)
        for route in get_args(Route)[1:]:
            yield f"{name}, {route} route", T_of(s, z, route), expected
    node: Node = {("a", 1): 1, ("b", 1): 1, ("c", 1): 2**21 - 1}
    one = element(group, [node] * (MANY - 1) + [node | {("c", 1): 2**20}])
    many = s.multiply(one, one)
    yield f"{MANY**2} nodes", T_of(s, many), T_of(s, many, "composed")


CLAIMS = (limits,)
