"""The irreducible real representations of cyclic, dihedral, symmetric and other groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import gcd
from types import MappingProxyType

import numpy as np

from algebra.groups.group_names import permutations_of, sign_of
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.numbers.units import I, zeta
from algebra.representations.representation import Exacts, Representation

_HALF = Scalar(Fraction(1, 2))
#: Orders of turns whose cosine is rational, and so are their matrices in a suitable frame.
_RATIONAL = (3, 6)
#: Alternating groups: which representations of the symmetric group stay irreducible.
_RESTRICTED = {3: (), 4: ("[3,1]",), 5: ("[4,1]", "[3,2]")}
_GOLDEN = zeta(5) + zeta(5) ** 4  # (sqrt 5 - 1) / 2


def cosine(k: int, n: int) -> Scalar:
    """Return ``cos(2 pi k/n)``."""
    return (zeta(n, k) + zeta(n, -k)) * _HALF


def sine(k: int, n: int) -> Scalar:
    """Return ``sin(2 pi k/n)``."""
    return (zeta(n, k) - zeta(n, -k)) * _HALF / I


def _linear(name: str, values: Sequence[int | Scalar]) -> Representation:
    """Return a real character."""
    return Representation(name, _exact(values).reshape(-1, 1, 1, 1), (ONE,))


def _exact(values: Sequence[int | Scalar]) -> Exacts:
    return np.array([Scalar(x) for x in values], dtype=object)


def cyclic(n: int) -> list[Representation]:
    """Return those of ``Z_n``: characters, in pairs ``cos + i sin`` where they are not real."""
    found = [_linear("1", [1] * n)]
    for k in range(1, n // 2 + 1):
        if 2 * k == n:
            found.append(_linear(f"chi{k}", [(-1) ** x for x in range(n)]))
        else:
            turns = [[cosine(k * x, n), sine(k * x, n)] for x in range(n)]
            values = np.array(turns, dtype=object).reshape(n, 1, 1, 2)
            found.append(Representation(f"chi{k}", values, (ONE,)))
    return found


def _turns(name: str, h: int, n: int, turns: int) -> Representation:
    """Return ``r^k s^f -> R^k F^f``, R the turn by ``2 pi h/n`` and F a reflection.

    In the frame ``e_1, s e_2`` turns are ``[[cos, -s sin], [sin/s, cos]]`` and ``D = (1, 1/s^2)``.
    """
    s = sine(h, n) if n // gcd(h, n) in _RATIONAL else ONE
    values = np.full((2 * turns, 2, 2, 1), ZERO, dtype=object)
    for k in range(turns):
        c, t = cosine(h * k, n), sine(h * k, n)
        values[k, ..., 0] = [[c, -s * t], [t / s, c]]
        values[k + turns, ..., 0] = [[c, s * t], [t / s, -c]]
    return Representation(name, values, (ONE, 1 / (s * s)))


def dihedral(n: int) -> list[Representation]:
    """Return those of ``D_n``: real characters, and turns and reflections of the plane."""
    k, f = np.arange(2 * n) % n, np.arange(2 * n) // n
    signs = [("1", 0 * k), ("det", f)] + ([("alt", k), ("altdet", k + f)] if n % 2 == 0 else [])
    found = [_linear(name, ((-1) ** x).tolist()) for name, x in signs]
    return found + [_turns(f"rot{h}", h, n, n) for h in range(1, (n + 1) // 2)]


def dicyclic(n: int) -> list[Representation]:
    """Return those of ``Dic_n``: as of ``D_n``, and quaternions ``a -> exp(i pi h/n), x -> j``."""
    m = 2 * n
    k, f = np.arange(2 * m) % m, np.arange(2 * m) // m
    found = [_linear("1", [1] * 2 * m), _linear("det", ((-1) ** f).tolist())]
    if n % 2 == 0:
        signs = ("alt", k), ("altdet", k + f)
        found += [_linear(name, ((-1) ** x).tolist()) for name, x in signs]
    else:
        powers = [zeta(4, int(2 * x + y)) for x, y in zip(k, f, strict=True)]
        turns = [[(z + z.conjugate()) * _HALF, (z - z.conjugate()) * _HALF / I] for z in powers]
        values = np.array(turns, dtype=object).reshape(2 * m, 1, 1, 2)
        found.append(Representation("chi", values, (ONE,)))
    for h in range(1, n):
        if h % 2 == 0:
            found.append(_turns(f"rot{h}", h, m, m))
            continue
        values = np.full((2 * m, 1, 1, 4), ZERO, dtype=object)
        for x in range(m):
            values[x, 0, 0, :2] = values[x + m, 0, 0, 2:] = [cosine(h * x, m), sine(h * x, m)]
        found.append(Representation(f"quat{h}", values, (ONE,)))
    return found


def symmetric(n: int) -> list[Representation]:
    """Return those of ``S_n``: Young's seminormal form; signed permutations for two of ``S_4``.

    Source: A. Young; G. James, A. Kerber, The Representation Theory of the Symmetric Group, 3.3.
    """
    elements = permutations_of(n)
    found = [_seminormal(shape, elements) for shape in _partitions(n, n)]
    if n == 4:
        signed = _signed(elements)
        signs = _exact([sign_of(p) for p in elements]).reshape(-1, 1, 1, 1)
        twisted = Representation("[2,1,1]", signed.values * signs, signed.form)
        found = [{"[3,1]": signed, "[2,1,1]": twisted}.get(x.name, x) for x in found]
    return found


def alternating(n: int) -> list[Representation]:
    """Return those of ``A_4`` and ``A_5``: restricted, and the turns of the icosahedron."""
    elements = permutations_of(n, even=True)
    every = permutations_of(n)
    at = [every.index(p) for p in elements]
    found = [_linear("1", [1] * len(elements))]
    if n == 4:
        cosets = np.array([_cube(p) for p in elements])
        found.append(Representation("chi", cyclic(3)[1].values[cosets], (ONE,)))
    found += [x.of(at) for x in symmetric(n) if x.name in _RESTRICTED[n]]
    if n == 5:
        turns = _icosahedron(elements)
        other = np.vectorize(lambda x: x.galois(2) if x.field > 1 else x, otypes=[object])
        found.append(Representation("3", turns, (ONE,) * 3))
        found.append(Representation("3'", other(turns), (ONE,) * 3))
    return found


def _partitions(n: int, largest: int) -> Iterator[tuple[int, ...]]:
    if n == 0:
        yield ()
    for first in range(min(n, largest), 0, -1):
        for rest in _partitions(n - first, first):
            yield (first, *rest)


def _tableaux(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the standard tableaux of a shape, each as the row of every number."""
    found: list[tuple[int, ...]] = [()]
    for _ in range(sum(shape)):
        found = [
            (*t, row)
            for t in found
            for row in range(len(shape))
            if t.count(row) < shape[row] and (row == 0 or t.count(row) < t.count(row - 1))
        ]
    return found


def _seminormal(shape: tuple[int, ...], elements: Sequence[tuple[int, ...]]) -> Representation:
    """Return that of a shape: ``s_i`` is ``1/r`` on the diagonal, r the axial distance."""
    n = sum(shape)
    tableaux = _tableaux(shape)
    at = {t: i for i, t in enumerate(tableaux)}
    form = [ONE] * len(tableaux)
    generators = []
    for i in range(n - 1):
        matrix = np.full((len(tableaux),) * 2, ZERO, dtype=object)
        for t, index in at.items():
            contents = [t[:k].count(t[k]) - t[k] for k in (i, i + 1)]
            r = contents[1] - contents[0]
            matrix[index, index] = Scalar(Fraction(1, r))
            other = at.get((*t[:i], t[i + 1], t[i], *t[i + 2 :]))
            if other is not None and other != index:
                matrix[other, index] = ONE if other > index else 1 - Scalar(Fraction(1, r * r))
        generators.append(matrix)
    for i, t in enumerate(tableaux):  # a tableau after another one by s_k is reached from it
        for k in range(n - 1):
            other = at.get((*t[:k], t[k + 1], t[k], *t[k + 2 :]), i)
            if other > i:
                form[other] = form[i] / generators[k][i, other]
    swaps = [(*range(i), i + 1, i, *range(i + 2, n)) for i in range(n - 1)]
    values = _by_words(elements, swaps, generators)
    return Representation(str(list(shape)).replace(" ", ""), values[..., None], tuple(form))


def _by_words(
    elements: Sequence[tuple[int, ...]],
    generators: Sequence[tuple[int, ...]],
    matrices: Sequence[Exacts],
) -> Exacts:
    """Return the matrix of every permutation, as a word in generators."""
    n = len(matrices[0])
    one = np.full((n, n), ZERO, dtype=object)
    one[np.arange(n), np.arange(n)] = ONE
    start = tuple(range(len(elements[0])))
    known, listed = {start: one}, [start]
    for p in listed:
        for g, matrix in zip(generators, matrices, strict=True):
            q = tuple(p[i] for i in g)
            if q not in known:
                known[q] = known[p] @ matrix
                listed.append(q)
    return np.array([known[p] for p in elements], dtype=object)


def _signed(elements: Sequence[tuple[int, ...]]) -> Representation:
    """Return how permutations of four points turn ``++--, +-+-, +--+``: signed permutations."""
    vectors = [(1, 1, -1, -1), (1, -1, 1, -1), (1, -1, -1, 1)]
    values = np.full((len(elements), 3, 3, 1), ZERO, dtype=object)
    for x, p in enumerate(elements):
        for j, v in enumerate(vectors):
            moved = [0] * 4
            for i in range(4):
                moved[p[i]] = v[i]
            for i, u in enumerate(vectors):
                values[x, i, j, 0] = Scalar(sum(a * b for a, b in zip(u, moved, strict=True)) // 4)
    return Representation("[3,1]", values, (ONE,) * 3)


def _cube(p: tuple[int, ...]) -> int:
    """Return the coset of an even permutation of four points modulo the double transpositions."""
    pairings = [{frozenset(x), frozenset({*range(4)} - {*x})} for x in ((0, 1), (0, 2), (0, 3))]
    moved = {frozenset(p[i] for i in part) for part in pairings[0]}
    return pairings.index(moved)


def _icosahedron(elements: Sequence[tuple[int, ...]]) -> Exacts:
    """Return turns of the icosahedron: ``(0 1)(2 3)`` a half turn, ``(0 2 4)`` a third of a turn.

    Their product has order 5, as has the permutations', which is all that A_5 asks for.
    """
    t, u = _GOLDEN * _HALF, (_GOLDEN + 1) * _HALF
    half = np.array([[-_HALF, u, t], [u, t, _HALF], [t, _HALF, -u]], dtype=object)
    third = np.array([[ZERO, ZERO, ONE], [ONE, ZERO, ZERO], [ZERO, ONE, ZERO]], dtype=object)
    return _by_words(elements, [(1, 0, 3, 2, 4), (2, 1, 4, 3, 0)], [half, third])[..., None]


CONSTRUCTED: MappingProxyType[str, Callable[[int], list[Representation]]] = MappingProxyType(
    {"Z": cyclic, "D": dihedral, "Dic": dicyclic, "S": symmetric, "A": alternating}
)
