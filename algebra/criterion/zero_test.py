"""The rigorous zero test behind the dense route: matrices modulo primes, and a bound.

Let ``|sigma(X)| <= B`` for all embeddings of ``X`` in ``Z[zeta_n]``. If ``X = 0`` at all roots
modulo primes ``p = 1 mod n`` whose product exceeds ``B``, then ``X = 0``. One root stands for all
where the Galois group acts on the weights (docs/theory/checking-engine.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isqrt, lcm, prod
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.terms import EXACT_FLOAT, cleared, integers
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import Spectrum
from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Int64, Reals
from algebra.numbers.monomial import embedding_bound
from algebra.numbers.roots_of_unity import (
    is_prime,
    primitive_root_of_unity,
    split_prime,
    unit_generators,
    units,
)
from algebra.numbers.scalar import ZERO, Scalar
from algebra.semiring.nodes import Nodes, concatenate

#: For generators ``t`` of a Galois group: ``k -> t k``, and ``sigma_t`` on the ids of scalars.
Action = tuple[tuple[Int64, Int64], ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class DenseNodes:
    """Ids into ``scalars``, shape (3, spectrum order, q) for a, b, c; the last scalar is zero."""

    spectrum: Spectrum
    ids: Int64
    scalars: tuple[Scalar, ...]


def row_classes(ids: Int64) -> tuple[Int64, Int64]:
    """Return the class of equal rows each row belongs to, and the first row of each class."""
    known: dict[bytes, int] = {}
    first = [known.setdefault(row.tobytes(), i) for i, row in enumerate(ids)]
    firsts = np.array([*known.values()], dtype=np.int64)
    return np.searchsorted(firsts, first), firsts


def dense(nodes: Nodes) -> DenseNodes:
    """Return all entries of the nodes as id matrices, conjugates included."""
    size = nodes.spectrum.order
    require_memory(
        24 * size * nodes.order,
        f"three dense {size} x {nodes.order} matrices",
        instead="use route='sparse' or 'composed'",
    )
    value = nodes.value.compact()  # an unused scalar may have denominators of its own
    both = concatenate([value, value.map(Scalar.conjugate)])
    p, k = np.divmod(nodes.row, size)
    ids = np.full((3 * size, nodes.order), len(both.scalars), dtype=np.int64)
    ids[p * size + nodes.spectrum.negate(k), nodes.node] = both.ids[len(nodes) :]
    ids[nodes.row, nodes.node] = both.ids[: len(nodes)]
    return DenseNodes(nodes.spectrum, ids.reshape(3, size, nodes.order), (*both.scalars, ZERO))


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """What the dense route evaluates: primes, roots, and why that suffices.

    Attributes:
        field: ``n``; all scalars lie in ``Q(zeta_n)``.
        bound: ``B``, for ``X = scale * (T - target)`` or ``scale / 2`` times a potential.
        primes: 1 modulo ``n`` and the exponent of the group; each divides no denominator.
        roots: exponents ``t`` of the root ``r^t`` to use, ``r`` of order ``n`` modulo the prime.
        symmetry: why one root suffices, if every ``k`` is looked at and not ``k <= -k`` alone.
    """

    field: int
    bound: int
    primes: tuple[int, ...]
    roots: tuple[int, ...]
    symmetry: Action | None = None

    def sentence(self) -> str:
        """Return the plan in words."""
        count = f"{len(self.roots)} root{'s' * (len(self.roots) > 1)}"
        how = "one root by Galois symmetry" if self.symmetry else count
        return (
            f"zero modulo {' * '.join(map(str, self.primes))} > {self.bound} at {how} in "
            f"Q(zeta_{self.field})"
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
    in_sizes = [-(-embedding_bound(x) * d // 1) for x in inputs.scalars]  # rounded up
    out_sizes = [-(-embedding_bound(x) * e // 1) for x in outputs.scalars]
    worst = max(in_sizes, default=1) ** 2 * max(out_sizes, default=1) * (2 * len(nodes) + 2) ** 2
    dtype = np.int64 if worst < 2**62 else object
    sizes = np.array(in_sizes, dtype=dtype)[inputs.ids]
    largest = np.zeros((2, order), dtype=dtype)
    np.maximum.at(largest, (row // size, node), sizes)
    weight = 2 * largest[0] * largest[1]
    np.add.at(weight, node, sizes * sizes * twice)
    totals = np.zeros(size, dtype=dtype)
    out = np.array(out_sizes, dtype=dtype)[outputs.ids] * weight[nodes.node[output]]
    np.add.at(totals, nodes.row[output] % size, out)
    scale = 2 * d * d * e
    return int(totals.max()) + scale, scale


def galois_action(weights: DenseNodes, field: int) -> Action | None:
    """Return ``k -> t k`` and ``sigma_t`` on scalar ids, for generators ``t``; else None."""
    group = weights.spectrum
    if not isinstance(group, AbelianGroup):
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


def plan(nodes: Nodes, weights: DenseNodes) -> Plan:
    """Return primes and roots that decide every entry of ``T``, and every potential."""
    if free := sorted({name for x in weights.scalars for name in x.parameters}):
        raise ValueError(
            f"route='dense' takes no free parameters, and {', '.join(free):.60} are free; use "
            f"route='sparse' or 'composed', which decide them as Laurent polynomials"
        )
    field = lcm(*(x.field for x in nodes.value.scalars))
    limit, scale = bound(nodes)
    action = galois_action(weights, field)
    symmetry = action if action is not None and is_invariant(weights, action) else None
    roots = (1,) if symmetry is not None else tuple(units(field).tolist())
    terms = max(nodes.order, nodes.spectrum.order, 8)
    group = nodes.spectrum
    split = lcm(field, group.exponent) if isinstance(group, AbelianGroup) else field
    primes = primes_above(split, limit, scale * group.order, terms)
    return Plan(field, limit, primes, roots, symmetry)


def primes_above(field: int, limit: int, scale: int, terms: int) -> tuple[int, ...]:
    """Return primes with product above ``limit`` for which sums of ``terms`` products are exact."""
    ceiling = isqrt(2 * EXACT_FLOAT // terms)
    # A prime above the limit is above the scale, which is a part of the limit, and divides no part.
    if limit < ceiling and (single := split_prime(field, above=max(limit, 2))) <= ceiling:
        return (single,)
    found: list[int] = []
    p = ceiling - (ceiling - 1) % field
    while prod(found) <= limit:
        if p <= max(field, 2):
            raise ValueError(
                f"no primes p = 1 mod {field} below {ceiling} keep sums of {terms} products "
                f"exact; use route='sparse'"
            )
        if is_prime(p) and scale % p:
            found.append(p)
        p -= field
    return tuple(found)


def residues(scalars: Sequence[Scalar], how: Plan) -> Iterator[tuple[int, Int64]]:
    """Yield ``(p, residue of each scalar)`` for every image of the plan."""
    rows = [[single] if (single := x.as_monomial()) else [*x.terms()] for x in scalars]
    denominator, numerators = cleared([q for row in rows for q, _, _ in row])
    numerator = integers(numerators)
    ups = [how.field // x.field for x in scalars]
    exponents = [e * up for row, up in zip(rows, ups, strict=True) for _, e, _ in row]
    exponent = np.array(exponents, dtype=np.int64)
    start = np.cumsum([0, *map(len, rows)])
    for p in how.primes:
        r = primitive_root_of_unity(how.field, p)
        powers = np.array([pow(r, e, p) for e in range(how.field)])
        coefficient = (numerator % p).astype(np.int64) * pow(denominator, -1, p) % p
        for t in how.roots:
            terms = coefficient * powers[exponent * t % how.field] % p
            sums = np.concatenate([[0], np.cumsum(terms)])
            yield p, (sums[start[1:]] - sums[start[:-1]]) % p


def balanced(residue: Int64, p: int) -> Reals:
    """Return residues in ``-(p-1)/2 .. p/2`` as floats."""
    return np.where(2 * residue > p, residue - p, residue).astype(np.float64)


def reduced(x: Reals, p: int) -> Reals:
    """Return balanced residues of exact integers ``|x| < 2^53`` (to within one ``p``)."""
    quotient: Reals = x / p  # one work array, reused: these passes are bound by memory
    np.rint(quotient, out=quotient)
    quotient *= p
    return np.subtract(x, quotient, out=quotient)


def is_divisible(x: Reals, p: int) -> NDArray[np.bool_]:
    """Decide divisibility by ``p``: if ``x = p t`` then ``x / p`` is exactly ``t``."""
    quotient = x / p
    return np.asarray(x == p * np.rint(quotient, out=quotient))


def require_exact(terms: int, p: int) -> None:
    """Check that sums of this many products of balanced residues are exact in float64."""
    if terms * (p // 2 + 1) ** 2 >= EXACT_FLOAT:
        raise ArithmeticError(f"a sum of {terms} products modulo {p} may exceed 2^53")


def matmul(x: Reals, y: Reals, p: int) -> Reals:
    """Return ``x @ y`` for residues up to ``p`` in modulus, checking that sums stay exact."""
    require_exact(x.shape[1], p)
    product: Reals = x @ y
    return product
