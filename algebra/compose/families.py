"""Which parametrised family a solution over roots of unity is a point of, and of what dimension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from math import lcm

import numpy as np

from algebra.blocks import paper as blocks
from algebra.compose.direct import field_of_roots
from algebra.compose.entry import (
    NAMED,
    NINE,
    REAL_TWO,
    Discovery,
    Node,
    canonical,
    character as character_of,
    inputs_mod_sign,
    merged,
    symmetric,
    value,
)
from algebra.criterion.zero_test import Plan, residues
from algebra.groups.spectrum import PAIR, Frequency
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import reduced_rows, split_prime
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.potential import parse_potential


def free_parameters(
    nodes: Sequence[Node], kills: Sequence[str], *, n: int, spectrum: Frequency = PAIR
) -> int:
    """Return the dimension of the tangent space of ``{abc = 1, kills = 0}``, modulo symmetry.

    The rank of the Jacobian, in logarithmic coordinates, is the larger of two modulo primes.
    """
    field = lcm(n, *(c.field for _, _, c in nodes))
    ranks = []
    prime = 1 << 30
    for _ in range(2):
        prime = split_prime(field, above=prime)
        while any(c.denominator % prime == 0 for _, _, c in nodes):
            prime = split_prime(field, above=prime)
        jacobian = _jacobian(nodes, ["abc", *kills], n, field, prime, spectrum)
        ranks.append(len(reduced_rows(jacobian, prime)[1]))
    unknown = 6 if spectrum == PAIR else 3
    symmetry = len(nodes) + (2 if spectrum == PAIR else 0)
    return unknown * len(nodes) - max(ranks) - symmetry


def _jacobian(
    nodes: Sequence[Node], names: Sequence[str], n: int, field: int, prime: int, spectrum: Frequency
) -> Int64:
    columns = 6 if spectrum == PAIR else 3
    entries = [(zeta(n, i), zeta(n, j), c) for i, j, c in nodes]
    both = [x for node in entries for x in (*node, *map(Scalar.conjugate, node))]
    ((_, values),) = residues(both, Plan(field, 0, (prime,), (1,)))
    at = values.reshape(len(nodes), 6).T
    rows = []
    for name in names:
        r = parse_potential(name, spectrum=spectrum)
        for form in (r, r.conjugate()) if spectrum == PAIR else (r,):
            term, degree = np.ones_like(at[0]), np.zeros(columns, dtype=np.int64)
            for p, k in form.indices:
                x = 3 * k + "abc".index(p)
                term = term * at[x] % prime
                degree[x] += 1
            rows.append(np.outer(term, degree).ravel() % prime)
    return np.array(rows)


#: The families of the paper, by the names they get here.
KNOWN = ("nu(i)*xi", "syn*nu", "nu(i)*syn(al,be)", "three_c*syn")


def exponent(x: Scalar, n: int) -> int:
    """Return ``e`` with ``x = zeta_n^e``."""
    for e in range(n):
        if x == zeta(n, e):
            return e
    raise ValueError(f"{x!r} is no {n}-th root of unity")


def nodes_of(z: Element, n: int) -> tuple[Node, ...]:
    """Return an element over one frequency, inputs n-th roots of unity, as nodes of a search."""
    return merged(
        ((exponent(x["a", 0], n), exponent(x["b", 0], n), x["c", 0]) for x in z.node_list()), n
    )


def family(nodes: Sequence[Node], kills: Sequence[str], *, n: int) -> str:
    """Return the name of the family that a solution is a point of, the smallest, or nothing.

    Those of [Tian24] are in `KNOWN`; those of this project are all there are
    (docs/theory/all-blocks.md).
    """
    whole = set(kills) >= set(NINE)
    equal = len({c * c.conjugate() for _, _, c in nodes}) == 1
    if len(nodes) == 4 and set(kills) >= set(NAMED["order4"]) and _paired(nodes, n):
        return "nu(i)*xi" if equal and nodes[0][2] * nodes[0][2].conjugate() * 16 == 1 else "order4"
    if len(nodes) == 6 and whole:
        if _paired(nodes, n):
            return "nu(i)*syn(al,be)" if equal else "mirrors"
        if _two_triples(nodes, n):
            return "syn*nu" if equal else "triples"
        return "coplanar" if _four_in_a_plane(nodes, n) else "cubic"
    if len(nodes) == 9 and whole and n % 3 == 0:
        z = blocks.normalised(blocks.three_c() * blocks.syn())
        return "three_c*syn" if canonical(nodes_of(z, n), n) == canonical(nodes, n) else ""
    return ""


def _paired(nodes: Sequence[Node], n: int) -> bool:
    """Whether the element is ``nu(i)`` times half as many nodes: ``(a,b,c)`` and ``(ia,-ib,c)``."""
    if n % 4:
        return False
    table = {(i, j): c for i, j, c in nodes}
    return all(
        table.get(inputs_mod_sign(i + n // 4, j - n // 4, n)) == c for (i, j), c in table.items()
    )


def _two_triples(nodes: Sequence[Node], n: int) -> bool:
    """Whether ``b/a`` takes two values, opposite, three times each: then it is one of `triples`."""
    count = Counter((j - i) % n for i, j, _ in nodes)
    return sorted(count.values()) == [3, 3] and (max(count) - min(count)) * 2 == n


def _four_in_a_plane(nodes: Sequence[Node], n: int) -> bool:
    """Whether some four of the inputs are dependent over the reals: rows ``a, a-, b, b-``."""
    from sympy.polys.matrices import DomainMatrix

    field, powers = field_of_roots(n)
    rows = [[powers[e % n] for e in (i, -i, j, -j)] for i, j, _ in nodes]
    fours = map(list, combinations(rows, 4))
    return not all(DomainMatrix(four, (4, 4), field).det() for four in fours)


@lru_cache(maxsize=8)
def named_blocks(n: int) -> dict[tuple[Node, ...], str]:
    """Return the blocks of [Tian24] at n-th roots of unity, canonical form to name."""
    made: list[Element] = []
    roots = [zeta(n, e) for e in range(n)]
    if n % 4 == 0:
        made += [blocks.xi(x) for x in roots]
    if n % 2 == 0:
        made += [blocks.nu(v) for v in roots]
    if n % 3 == 0:
        made += [blocks.syn(), blocks.three_c()]
        made += [blocks.syn_ab(x, y) for x in roots for y in roots]
    found: dict[tuple[Node, ...], str] = {}
    for z in made:
        try:
            key = canonical(nodes_of(blocks.normalised(z), n), n)
        except ValueError:  # abc = 0
            continue
        found.setdefault(key, str(z.name))
    return found


def factor_name(nodes: Sequence[Node], text: str, *, n: int) -> str:
    """Return the name of a block of [Tian24], where a factor is one up to symmetry, or ``text``."""
    if len(nodes) > 3:
        return text
    return named_blocks(n).get(canonical(nodes, n), text)


def compose(
    nodes: Sequence[Node],
    names: Sequence[str],
    *,
    n: int,
    factors: Sequence[str],
    search: str,
    spectrum: Frequency = PAIR,
) -> Discovery:
    """Return the catalogue entry of a hit: canonical, normalised, proved, and named."""
    abc = value(nodes, (1, 1), n)
    if not abc:
        raise ValueError("abc = 0 on this hit, so no scaling makes it 1")
    swap = symmetric(names, spectrum=spectrum)
    least = canonical([(i, j, c / abc) for i, j, c in nodes], n, swap=swap)
    every = NINE if spectrum == PAIR else REAL_TWO
    kills = [
        r
        for r in dict.fromkeys((*every, *names))
        if not value(least, character_of(r, spectrum=spectrum), n)
    ]
    if spectrum == PAIR:
        name = family(least, kills, n=n)
    else:
        real = canonical(nodes_of(blocks.real_character(), n), n)
        name = "real" if real == canonical(least, n) else ""
    found = Discovery(
        n=n,
        nodes=least,
        kills=tuple(kills),
        factors=tuple(factors),
        search=search,
        family=name,
        known=name in KNOWN,
        free=free_parameters(least, kills, n=n, spectrum=spectrum),
        spectrum=spectrum,
    )
    missing = [r for r in names if r not in kills]
    if missing or not found.prove():
        raise ValueError(f"the hit does not kill {', '.join(missing) or 'what it should'}")
    return found
