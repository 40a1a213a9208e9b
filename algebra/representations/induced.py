"""Irreducible real representations of any group: parts of induced ones, cut out exactly.

For a character ``lambda`` of a subgroup ``K`` and representatives ``r_j`` of its cosets, ``x``
sends ``e_i`` to ``lambda(k) e_j``, where ``x r_i = r_j k``. An irreducible ``chi`` that ``lambda``
occurs in once, restricted to K, is there once, and ``sum_x conj(chi(x)) x e_1`` spans its copy. An
orthogonal basis of that has ``1 / squared norms`` as its form, so that no square root is taken.

* Of real type, lambda is to be real. Of complex type, any will do.
* Of quaternionic type, some ``t`` outside K is to have ``lambda(t k t^-1) = conj(lambda(k))`` and
  ``lambda(t^2) = -1``: then ``t -> j`` makes quaternions of lambda on K and its coset of t.

Which these are is counted in the characters modulo a prime: the centre of the group algebra splits.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from math import isqrt, lcm
from typing import NamedTuple

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.numbers.arrays import Exacts, Int64
from algebra.numbers.roots_of_unity import primitive_root_of_unity, reduced_rows, split_prime, units
from algebra.numbers.scalar import ONE, ZERO, Scalar, added
from algebra.numbers.units import I, zeta
from algebra.representations.representation import Representation, by_words, real_blocks


class Characters(NamedTuple):
    """All irreducible complex characters ``values[i, x]`` modulo a prime, and their types 1, 2, 4.

    Their values are sums of powers of ``root``, which stands for ``zeta_n``.
    """

    values: Int64
    kinds: Int64
    prime: int
    root: int
    n: int


def characters(group: FiniteGroup) -> Characters:
    """Return all irreducible characters, modulo a prime larger than what they count.

    Powers of some central element are a basis of the centre of the group algebra. The roots of
    their relation are its values at the characters, and give the idempotents: J. D. Dixon, High
    speed computation of group characters, Numer. Math. 10 (1967).
    """
    d, n = group.order, int(np.lcm.reduce(group.orders))
    chosen = np.unique(group.classes)
    p = split_prime(n, above=max(2 * isqrt(d), 4 * len(chosen) ** 2))
    seed, pivots = 1, list[int]()
    while pivots[: len(chosen)] != [*range(len(chosen))]:
        seed += 1
        w = np.array([pow(seed, x, p) for x in range(d)])[group.classes]
        acting = w[group.products[:, group.inverses]]
        powers = [np.eye(d, dtype=np.int64)[group.identity]]
        for _ in chosen:
            powers.append(acting @ powers[-1] % p)
        rows, pivots = reduced_rows(np.array(powers)[:, chosen].T, p)
    relation = rows[:, -1]
    every = np.arange(p)
    value = np.ones_like(every)
    for c in relation[::-1]:
        value = (value * every - c) % p
    found = []
    for r in np.flatnonzero(value == 0).tolist():
        quotient = [1]
        for c in relation[:0:-1]:
            quotient.append((quotient[-1] * r - int(c)) % p)
        at = sum(q * pow(r, e, p) for e, q in enumerate(quotient[::-1])) % p
        idempotent = np.array(quotient[::-1]) @ np.array(powers[:-1]) % p * pow(at, -1, p) % p
        square = int(idempotent[group.identity]) * d % p
        degree = next(m for m in range(1, isqrt(d) + 1) if m * m % p == square)
        found.append(idempotent[group.inverses] * (d * pow(degree, -1, p) % p) % p)
    values = np.array(sorted(found, key=lambda x: (x[group.identity], ((x - 1) % p).tolist())))
    signs = values[:, group.products.diagonal()].sum(axis=1) * pow(d, -1, p) % p
    kinds = np.where(signs == 0, 2, np.where(signs == 1, 1, 4))
    return Characters(values, kinds, p, primitive_root_of_unity(n, p), n)


def induced(group: FiniteGroup) -> list[Representation]:
    """Return the irreducible real representations of a group whose sources are found.

    >>> from algebra.groups.group_names import group
    >>> [(x.name, x.dimension, x.kind) for x in induced(group("Dic3"))]
    [('1', 1, 1), ('1.1', 1, 1), ('2.0', 2, 2), ('4.0', 4, 4), ('2.1', 2, 1)]
    """
    table = characters(group)
    at = {x.tobytes(): i for i, x in enumerate(table.values)}
    twin = [at[x.tobytes()] for x in table.values[:, group.inverses]]
    missing = {i for i, j in enumerate(twin) if i <= j}
    powers = [np.full(group.order, group.identity)]
    for _ in range(1, table.n):
        powers.append(group.products[powers[-1], np.arange(group.order)])
    found: dict[int, Representation] = {}
    for i, rho in _parts(group, table, missing):
        for t in units(lcm(4, table.n)).tolist():  # characters that are conjugate over Q
            j = at[table.values[i, powers[t % table.n]].tobytes()]
            if min(j, twin[j]) in missing:
                missing.discard(min(j, twin[j]))
                found[min(j, twin[j])] = rho.galois(t)
    names: Counter[int] = Counter()
    for i, rho in sorted(found.items()):
        found[i] = replace(rho, name=f"{rho.dimension}.{names[rho.dimension]}" if i else "1")
        names[rho.dimension] += 1
    return [found[i] for i in sorted(found)]


def _subgroups(group: FiniteGroup) -> Iterator[Int64]:
    """Yield subgroups: all of it, commutators, those of two generators, of three, ...; large first.

    Of conjugate ones some are left out.
    """
    seen = {tuple(range(group.order)), tuple(group.commutators.tolist())}
    yield from map(np.array, sorted(seen, key=len, reverse=True))
    every = {tuple(group.generated(x).tolist()): x for x in range(group.order)}.values()
    layer: list[tuple[int, ...]] = [(x,) for x in sorted({int(group.classes[x]) for x in every})]
    while layer:
        found = {tuple(group.generated(*g, x).tolist()): (*g, x) for g in layer for x in every}
        new = sorted((-len(x), x) for x in found if x not in seen)
        yield from (np.array(x) for _, x in new)
        seen |= {*found}
        layer = [found[x] for _, x in new]


def _parts(
    group: FiniteGroup, table: Characters, missing: set[int]
) -> Iterator[tuple[int, Representation]]:
    """Yield each irreducible character that is missing then, as a part of an induced one."""
    p, n = table.prime, table.n
    powers = np.array([pow(table.root, -e % n, p) for e in range(n)])
    for k in _subgroups(group):
        if not missing:
            return
        inside = np.searchsorted(k, group.products[np.ix_(k, k)])
        quotient, image = FiniteGroup(inside).abelian_quotient
        every = np.arange(quotient.order)[:, None]
        exponents = quotient.character_exponents(every, image) * (n // quotient.exponent)
        sums = powers[exponents] @ table.values[:, k].T % p
        for i in sorted(missing):
            for row in exponents[sums[:, i] == len(k)]:  # lambda is there once
                if i in missing and (sides := _sides(group, k, row, int(table.kinds[i]), n)):
                    yield i, _cut_out(group, table, i, k, row, sides)


def _sides(group: FiniteGroup, k: Int64, row: Int64, kind: int, n: int) -> tuple[int, ...]:
    """Return the identity, and t if it takes one; nothing if lambda does not do for a type."""
    if kind == 2 or (kind == 1 and not (2 * row % n).any()):
        return (group.identity,)
    exponent = np.full(group.order, -1)
    exponent[k] = row
    moved = exponent[group.products[group.products[:, k], group.inverses[:, None]]]
    square = 2 * exponent[group.products.diagonal()]
    turned = (moved == -row % n).all(axis=1) & (square == (0 if kind == 1 else n))
    outside = np.flatnonzero(turned & (exponent < 0))
    return (group.identity, int(outside[0])) if len(outside) else ()


def _exact(group: FiniteGroup, table: Characters, i: int) -> dict[int, Scalar]:
    """Return a character's values at representatives x, by the eigenvalues of their powers."""
    p, values = table.prime, {}
    for x in np.unique(group.classes).tolist():
        order, powers = int(group.orders[x]), [group.identity]
        for _ in range(1, order):
            powers.append(group.table[powers[-1]][x])
        terms = []
        for k in range(order):
            w = pow(table.root, -k * table.n // order % table.n, p)
            total = sum(v * pow(w, j, p) for j, v in enumerate(table.values[i, powers].tolist()))
            terms.append(zeta(order, k) * (total * pow(order, -1, p) % p))
        values[x] = added(terms)
    return values


def _block(z: Scalar, kind: int, sides: tuple[int, ...], f: int) -> Exacts:
    """Return the real matrix that stands for ``lambda(k) = z``, times that of t if f is 1."""
    turn = np.array([(z + z.conjugate()) / 2, (z - z.conjugate()) / (2 * I)])
    if kind == 4:
        return real_blocks(np.concatenate([turn * (f == 0), turn * f])[None, None])
    if kind == 1 and len(sides) == 1:
        return turn[:1, None]
    real: Exacts = real_blocks(turn[None, None]) * np.array([1, 1 - 2 * f])
    return real


def _cut_out(
    group: FiniteGroup, table: Characters, i: int, k: Int64, row: Int64, sides: tuple[int, ...]
) -> Representation:
    """Return the copy of a character in what lambda induces, in an orthogonal basis of it.

    Lambda is given on the subgroup k by exponents in a row; sides are 1, and t, if any.
    """
    t = group.products
    kind, chi = int(table.kinds[i]), _exact(group, table, i)
    size = int(table.values[i, group.identity]) // (2 if kind == 4 else 1)
    sigma = {
        x: _block(zeta(table.n, e), kind, sides, f)
        for f, s in enumerate(sides)
        for x, e in zip(t[k, s].tolist(), row.tolist(), strict=True)
    }
    coset = t[:, list(sigma)].min(axis=1)
    chosen = np.unique(coset)
    n, b = len(chosen), len(sigma[group.identity])
    acting = []
    for s in group.generators:
        m = np.full((n, b, n, b), ZERO, dtype=object)
        for j, x in enumerate(t[s, chosen].tolist()):  # s r_j = r h
            r = coset[x]
            m[np.searchsorted(chosen, r), :, j] = sigma[int(t[group.inverses[r], x])]
        acting.append(m.reshape(n * b, n * b))

    def summed(r: int, s: int) -> Scalar:
        """Return the mean of ``conj(chi(r k s)) lambda(k)`` over K."""
        some = Counter(zip(group.classes[t[r, t[k, s]]].tolist(), row.tolist(), strict=True))
        terms = (chi[x].conjugate() * zeta(table.n, e) * m for (x, e), m in some.items())
        return added(terms) / len(k)

    blocks = [
        sum(_block(summed(r, s), kind, sides, f) for f, s in enumerate(sides)) for r in chosen
    ]
    basis: list[Exacts] = []
    form: list[Scalar] = []
    moved = [np.concatenate(blocks)[:, :kind]]
    for v in moved:
        for u, scale in zip(basis, form, strict=True):
            v = v - u @ (u.T @ v) * scale
        if v.any():
            basis.append(v)
            form.append(ONE / (v[:, 0] @ v[:, 0]))
            moved += [m @ v for m in acting]
        if len(basis) == size:
            break
    frame = np.concatenate(basis, axis=1)
    back = np.repeat(np.array(form, dtype=object), kind)[:, None] * frame.T
    columns = [(back @ m @ frame)[:, ::kind] for m in acting]
    values = by_words(group, group.generators, columns, kind=kind)
    return Representation("", values, tuple(form))
