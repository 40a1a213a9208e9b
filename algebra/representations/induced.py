"""Irreducible real representations that are induced from characters of subgroups.

For a character ``chi`` of a subgroup and representatives ``r_i`` of its cosets, ``x`` sends ``e_i``
to ``chi(h) e_j``, where ``x r_i = r_j h``. All groups with a normal series of cyclic factors, and
thus most small ones, have no others. Which of them are irreducible, of which type, and alike is
counted exactly: sums of roots of unity are residues modulo a prime larger than what they count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import coordinates
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import primitive_root_of_unity, split_prime
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.representations.constructed import cosine, sine
from algebra.representations.representation import Exacts, Representation


def abelian_quotient(group: FiniteGroup) -> tuple[AbelianGroup, Int64]:
    """Return the quotient by the commutator subgroup, and the image of each element."""
    t = group.products
    coset = t[:, group.commutators].min(axis=1)
    chosen = np.unique(coset)
    at = np.searchsorted(chosen, coset)
    found = coordinates(at[t[np.ix_(chosen, chosen)]], int(at[group.identity]))
    assert found is not None
    quotient, image = found
    return quotient, image[at]


class Induced(NamedTuple):
    """``x e_i = zeta_n^turns[x, i] e_places[x, i]``, and its character modulo the prime."""

    places: Int64
    turns: Int64
    character: Int64


def induced(group: FiniteGroup) -> list[Representation]:
    """Return the irreducible real representations of a group that are induced, as far as known.

    Those of complex type are monomial; quaternions are found where they are 2 x 2 matrices of
    complex numbers; those of real type where a signed permutation representation has them once.
    """
    n = int(np.lcm.reduce(group.orders))
    p = split_prime(n, above=2 * group.order**3)
    powers = np.array([pow(primitive_root_of_unity(n, p), e, p) for e in range(n)])
    every = list(_all_induced(group, n, powers, p))
    squares = group.products.diagonal()
    found: list[Representation] = []
    known: set[bytes] = set()
    for one in every:
        if one.character.tobytes() in known or _inner(group, one, one, p) != group.order:
            continue
        known |= {x.tobytes() for x in (one.character, one.character[group.inverses])}
        kind = int(one.character[squares].sum() % p)  # d, 0 or -d: Frobenius and Schur
        size = one.places.shape[1]
        values: Exacts | None = None
        form = (ONE,) * size
        if kind == 0:
            values = np.stack([_matrices(one, n, cosine), _matrices(one, n, sine)], axis=-1)
        elif kind == group.order:
            real = (x for x in every if not (2 * x.turns % n).any())
            whole = next((x for x in real if _inner(group, one, x, p) == group.order), None)
            if whole is not None:
                values, form = _part(group, _matrices(whole, n, cosine), one, n)
        elif size == 2:  # z + w j is [[z, w], [-conj w, conj z]]
            z = [_matrices(one, n, part)[:, 0] for part in (cosine, sine)]
            values, form = np.stack(z, axis=-1).reshape(-1, 1, 1, 4), (ONE,)
        if values is not None:
            found.append(Representation(f"ind{len(found)}" if found else "1", values, form))
    return found


def _all_induced(group: FiniteGroup, n: int, powers: Int64, p: int) -> Iterator[Induced]:
    """Yield those from the group, the commutators, and subgroups of at most two generators."""
    cyclic = {tuple(group.generated(x).tolist()): x for x in range(group.order)}
    some = list(cyclic.values())
    pairs = {tuple(group.generated(x, y).tolist()) for x in some for y in some}
    pairs |= {tuple(range(group.order)), tuple(group.commutators.tolist())}
    for members in sorted(pairs, key=lambda x: (-len(x), x)):
        h: Int64 = np.array(members)
        coset = group.products[:, h].min(axis=1)
        chosen = np.unique(coset)
        at = np.searchsorted(chosen, coset)
        images = group.products[:, chosen]  # x r_i = r_j h
        places = at[images]
        inside = np.searchsorted(h, group.products[group.inverses[chosen[places]], images])
        quotient, image = abelian_quotient(
            FiniteGroup(np.searchsorted(h, group.products[np.ix_(h, h)]))
        )
        for k in range(quotient.order):
            exponents = quotient.character_exponents(np.array(k), image)
            turns = (exponents * (n // quotient.exponent))[inside]
            fixed = places == np.arange(len(chosen))
            yield Induced(places, turns, (powers[turns] * fixed).sum(axis=1) % p)


def _inner(group: FiniteGroup, one: Induced, other: Induced, p: int) -> int:
    """Return d times the inner product of two characters, which is less than the prime."""
    products = one.character * other.character[group.inverses] % p
    return int(products.sum() % p)


def _matrices(one: Induced, n: int, part: Callable[[int, int], Scalar]) -> Exacts:
    """Return the matrices, of real or of imaginary parts."""
    d, size = one.places.shape
    table = np.array([part(e, n) for e in range(n)], dtype=object)
    values = np.full((d, size, size), ZERO, dtype=object)
    x, i = np.indices((d, size))
    values[x, one.places, i] = table[one.turns]
    return values


def _part(
    group: FiniteGroup, whole: Exacts, one: Induced, n: int
) -> tuple[Exacts, tuple[Scalar, ...]]:
    """Return what an orthogonal representation is on the part that it has once, and its form.

    A projection has columns that span the part; of these an orthogonal basis, and 1 over its
    squared norms is the form.
    """
    size = one.places.shape[1]
    fixed = one.places == np.arange(size)
    character = [
        sum((cosine(int(e), n) for e in turns[at]), start=ZERO)
        for turns, at in zip(one.turns, fixed, strict=True)
    ]
    projection = sum(x * m for x, m in zip(character, whole, strict=True) if x)
    basis: list[Exacts] = []
    norms: list[Scalar] = []
    for v in projection.T:
        for b, norm in zip(basis, norms, strict=True):
            v = v - b * ((b @ v) / norm)
        if v.any():
            basis.append(v)
            norms.append(v @ v)
    frame = np.array(basis)
    inverse = frame / np.array(norms, dtype=object)[:, None]
    values = np.array([inverse @ m @ frame.T for m in whole])
    return values[..., None], tuple(ONE / x for x in norms)
