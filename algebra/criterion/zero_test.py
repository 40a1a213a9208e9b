"""The rigorous zero test behind the dense route: residues modulo primes, and a bound.

Let ``|sigma(X)| <= B`` for all embeddings of ``X`` in ``Z[zeta_n]`` (with parameters, Laurent
polynomials over it). If ``X = 0`` at all roots modulo primes ``p = 1 mod n`` whose product exceeds
``B``, then ``X = 0``. One root stands for all where the Galois group acts on the weights; a
parameter takes ``2 D + 1`` residues (docs/theory/checking-engine.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isqrt, lcm, prod
from typing import final

import numpy as np

from algebra.criterion.dense_nodes import DenseNodes
from algebra.criterion.terms import EXACT_FLOAT, ScalarTerms
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64, Integers
from algebra.numbers.monomial import embedding_bound
from algebra.numbers.roots_of_unity import (
    is_prime,
    primitive_root_of_unity,
    split_prime,
    unit_generators,
    units,
)
from algebra.semiring.nodes import Nodes

#: More points of the parameter grid than this, and the dense route is the wrong one.
MAX_GRID = 4096
#: For generators ``t`` of a Galois group: ``k -> t k``, and ``sigma_t`` on the ids of scalars.
Action = tuple[tuple[Int64, Int64], ...]


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """What the dense route evaluates: primes, roots, grid, and why that suffices.

    Attributes:
        field: ``n``; all scalars lie in ``Q(zeta_n)``.
        bound: ``B``, for ``X = scale * (T - target)`` or ``scale / 2`` times a potential.
        primes: 1 modulo ``n`` and the exponent of the group; each divides no denominator.
        roots: exponents ``t`` of the root ``r^t`` to use, ``r`` of order ``n`` modulo the prime.
        all_frequencies: whether every ``k`` must be looked at (one root), or ``k <= -k``.
        parameters: names, with the largest exponent each can reach.
    """

    field: int
    bound: int
    primes: tuple[int, ...]
    roots: tuple[int, ...]
    all_frequencies: bool
    parameters: tuple[tuple[str, int], ...]

    @property
    def images(self) -> int:
        """The number of homomorphisms into prime fields that are evaluated."""
        return len(self.primes) * len(self.roots) * self.grid_size

    @property
    def grid_size(self) -> int:
        """The number of points of the parameter grid."""
        return prod(2 * degree + 1 for _, degree in self.parameters)

    def sentence(self) -> str:
        """Return the plan in words."""
        count = f"{len(self.roots)} root{'s' * (len(self.roots) > 1)}"
        how = "one root by Galois symmetry" if self.all_frequencies else count
        return (
            f"zero modulo {' * '.join(map(str, self.primes))} > {self.bound} at {how} in "
            f"Q(zeta_{self.field})"
            + (f", on a grid of {self.grid_size} parameter values" if self.parameters else "")
        )


def bound(nodes: Nodes) -> tuple[int, int]:
    """Return ``(B, scale)`` with ``|sigma(scale * T[k1,k2,k])| + scale <= B`` for all embeddings.

    By Cauchy-Schwarz ``|T[k1,k2,k]| <= sum_j |c_kj| (|a_j|_max |b_j|_max + |a_j|_2^2/2 +
    |b_j|_2^2/2)``; ``scale = 2 D^2 E``, ``D`` the denominator of a and b, ``E`` of c.
    """
    size, order = nodes.spectrum.order, nodes.order
    output = nodes.row >= 2 * size
    inputs, outputs = nodes.value[~output].compact(), nodes.value[output].compact()
    d = lcm(*(x.denominator for x in inputs.scalars))
    e = lcm(*(x.denominator for x in outputs.scalars))
    node, row = nodes.node[~output], nodes.row[~output]
    k = row % size
    twice = 1 + (nodes.spectrum.negate(k) != k)  # an entry stands for its conjugate as well
    in_sizes = [_ceil(embedding_bound(x) * d) for x in inputs.scalars]
    out_sizes = [_ceil(embedding_bound(x) * e) for x in outputs.scalars]
    worst = max(in_sizes, default=1) ** 2 * max(out_sizes, default=1) * (2 * len(nodes) + 2) ** 2
    dtype = np.int64 if worst < 2**62 else object
    sizes = np.array(in_sizes, dtype=dtype)[inputs.ids]
    largest = [np.zeros(order, dtype=sizes.dtype) for _ in "ab"]
    for p in range(2):
        mine = row // size == p
        np.maximum.at(largest[p], node[mine], sizes[mine])
    weight = _sums(node, sizes * sizes * twice, order) + 2 * largest[0] * largest[1]
    out = np.array(out_sizes, dtype=dtype)[outputs.ids]
    totals = _sums(nodes.row[output] % size, out * weight[nodes.node[output]], size)
    scale = 2 * d * d * e
    return int(totals.max()) + scale, scale


def _sums(index: Int64, values: Integers, length: int) -> Integers:
    """Return the sums of non-negative integers by index, in Python integers if need be."""
    if values.dtype != object and int(values.max(initial=0)) * len(values) < 2**53:
        return np.bincount(index, weights=values, minlength=length).astype(np.int64)
    total = np.zeros(length, dtype=object)
    np.add.at(total, index, values)
    return total


def _ceil(q: Fraction) -> int:
    return -((-q.numerator) // q.denominator)


def degrees(nodes: Nodes) -> tuple[tuple[str, int], ...]:
    """Return each parameter with the largest exponent it can have in ``T``: the sum over rows."""
    output = nodes.row >= 2 * nodes.spectrum.order
    reach: dict[str, int] = {}
    for kind, times in ((~output, 2), (output, 1)):
        largest: dict[str, int] = {}
        for x in nodes.value[kind].compact().scalars:
            for _, _, m in x.terms():
                for name, e in m:
                    largest[name] = max(largest.get(name, 0), abs(e))
        for name, e in largest.items():
            reach[name] = reach.get(name, 0) + times * e
    return tuple(sorted(reach.items()))


def galois_action(weights: DenseNodes, field: int) -> Action | None:
    """Return ``k -> t k`` and ``sigma_t`` on scalar ids, for generators ``t``; else None."""
    group = weights.spectrum
    if not isinstance(group, AbelianGroup) or any(x.parameters for x in weights.scalars):
        return None
    index = {x: i for i, x in enumerate(weights.scalars)}
    every = np.arange(group.order)
    action = []
    for t in unit_generators(lcm(field, group.exponent)):
        moved = [index.get(x.galois(t), -1) for x in weights.scalars]
        if -1 in moved:
            return None
        action.append((group.multiply(t, every), np.array(moved, dtype=np.int64)))
    return tuple(action)


def is_invariant(weights: DenseNodes, action: Action) -> bool:
    """Decide whether every node satisfies ``sigma_t(z[p, k]) = z[p, t k]`` for the given action."""
    return all(
        np.array_equal(ids[image], np.take(moved, ids))
        for image, moved in action
        for ids in weights.ids
    )


def plan(nodes: Nodes, weights: DenseNodes, *, action: Action | None = None) -> Plan:
    """Return primes, roots and grid that decide every entry of ``T``, and every potential."""
    field = lcm(*(x.field for x in nodes.value.scalars))
    limit, scale = bound(nodes)
    reach = degrees(nodes)
    grid = prod(2 * degree + 1 for _, degree in reach)
    if grid > MAX_GRID:
        raise ValueError(
            f"route='dense' would need a grid of {grid} values of the {len(reach)} parameters; "
            f"at most {MAX_GRID}: use route='sparse' or 'composed', which decide them as "
            f"Laurent polynomials"
        )
    action = action or galois_action(weights, field)
    symmetric = action is not None and is_invariant(weights, action)
    roots = (1,) if symmetric else tuple(units(field))
    least = max((2 * degree + 2 for _, degree in reach), default=2)
    terms = max(nodes.order, nodes.spectrum.order, 8)
    group = nodes.spectrum
    split = lcm(field, group.exponent) if isinstance(group, AbelianGroup) else field
    primes = primes_above(split, limit, scale * group.order, terms, least)
    return Plan(field, limit, primes, roots, symmetric, reach)


def primes_above(field: int, limit: int, scale: int, terms: int, least: int) -> tuple[int, ...]:
    """Return primes with product above ``limit`` for which sums of ``terms`` products are exact."""
    ceiling = isqrt(2 * EXACT_FLOAT // terms)
    single = max(limit, least)
    while single <= ceiling:
        single = split_prime(field, above=single)
        if scale % single and single <= ceiling:
            return (single,)
    found: list[int] = []
    p = ceiling - (ceiling - 1) % field
    while prod(found) <= limit:
        if p <= max(field, least):
            raise ValueError(
                f"no primes p = 1 mod {field} below {ceiling} keep sums of {terms} products "
                f"exact; use route='sparse'"
            )
        if is_prime(p) and scale % p:
            found.append(p)
        p -= field
    return tuple(found)


def residues(values: ScalarTerms, how: Plan) -> Iterator[tuple[int, Int64]]:
    """Yield ``(p, residue of each scalar)`` for every image of the plan; terms over its field."""
    names = [name for name, _ in how.parameters]
    points = list(product(*(range(1, 2 * degree + 2) for _, degree in how.parameters)))
    for p in how.primes:
        r = primitive_root_of_unity(how.field, p)
        inverse = pow(values.denominator, -1, p)
        coefficient = (values.coefficient % p).astype(np.int64) * inverse % p
        for t in how.roots:
            powers = _powers(pow(r, t, p), how.field, p)
            plain = coefficient * powers[values.exponent] % p
            for point in points:
                at = dict(zip(names, point, strict=True))
                monomials = np.array(
                    [prod(pow(at[name], e, p) for name, e in m) % p for m in values.monomials],
                    dtype=np.int64,
                )
                terms = plain * monomials[values.monomial] % p
                sums = np.concatenate([[0], np.cumsum(terms)])
                yield p, (sums[values.start[1:]] - sums[values.start[:-1]]) % p


def _powers(r: int, n: int, p: int) -> Int64:
    """Return ``r^0 .. r^(n-1)`` modulo ``p < 2^31``, by doubling."""
    table = np.ones(1, dtype=np.int64)
    while len(table) < n:
        table = np.concatenate([table, table * pow(r, len(table), p) % p])
    return table[:n]
