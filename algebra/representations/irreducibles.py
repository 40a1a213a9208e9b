"""All irreducible real representations of a group, each checked before it is used."""

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import numpy as np

from algebra.groups.finite_group import FiniteGroup, isomorphism_of
from algebra.groups.group import partitions
from algebra.groups.group_names import Factor, permutations_of, product_of, sign_of
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.representations.induced import induced
from algebra.representations.representation import Representation, by_words, require_complete

#: The symmetric groups by their orders.
_SYMMETRIC = {6: 3, 24: 4, 120: 5}


class NoRepresentationsError(ValueError):
    """Raised for a group not all of whose exact representations are found."""


@lru_cache(maxsize=32)
def irreducibles(group: FiniteGroup) -> tuple[Representation, ...]:
    """Return the irreducible real representations of a group, each checked exactly.

    Those of symmetric groups, in any numbering, are Young's; all others are cut out of induced
    ones, ``"3.1"`` the second of dimension 3. What is checked is the whole list: homomorphisms,
    forms, norms of characters, and ``sum of N^2 / e = d``.

    Raises:
        NoRepresentationsError: if not all are found; of order up to 63 all are.

    >>> from algebra.groups.group_names import group
    >>> [(x.name, x.dimension, x.kind) for x in irreducibles(group("Q8"))][-2:]
    [('1.3', 1, 1), ('4.0', 4, 4)]
    """
    n = _SYMMETRIC.get(group.order, 1)
    image = isomorphism_of(group, product_of((Factor("S", n),)))
    if image is None:
        found = induced(group)
    else:
        found = [replace(x, values=x.values[image]) for x in symmetric(n)]
    if sum(rho.functions for rho in found) < group.order:
        raise NoRepresentationsError(
            f"{group}: not all of its representations are found as parts of what characters of "
            f"subgroups induce; take memorization"
        )
    require_complete(group, found)
    return tuple(found)


def trivial(rho: Representation) -> bool:
    """Return whether a representation is the trivial one."""
    return rho.dimension == 1 and all(x == ONE for x in rho.values.ravel())


def symmetric(n: int) -> list[Representation]:
    """Return those of ``S_n``: Young's seminormal form; signed permutations for two of ``S_4``.

    Source: A. Young; G. James, A. Kerber, The Representation Theory of the Symmetric Group, 3.3.
    """
    found = [_seminormal(shape) for shape in partitions(n)]
    if n == 4:
        signed, signs = _signed(), np.array([*map(sign_of, permutations_of(4))], dtype=object)
        twisted = signed.values * signs.reshape(-1, 1, 1, 1)
        other = Representation("[2,1,1]", twisted, signed.form)
        found = [{x.name: x for x in (signed, other)}.get(x.name, x) for x in found]
    return found


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


def _seminormal(shape: tuple[int, ...]) -> Representation:
    """Return that of a shape: ``s_i`` is ``1/r`` on the diagonal, r the axial distance."""
    n = sum(shape)
    numbers = {p: x for x, p in enumerate(permutations_of(n))}
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
    swaps = [numbers[*range(i), i + 1, i, *range(i + 2, n)] for i in range(n - 1)]
    values = by_words(product_of((Factor("S", n),)), swaps, generators, kind=1)
    return Representation(str(list(shape)).replace(" ", ""), values, tuple(form))


def _signed() -> Representation:
    """Return how permutations of four points turn ``++--, +-+-, +--+``: signed permutations."""
    vectors = np.array([(1, 1, -1, -1), (1, -1, 1, -1), (1, -1, -1, 1)])
    moved = vectors[:, np.argsort(permutations_of(4))]
    products = np.einsum("ik,jxk->xij", vectors, moved)[..., None] // 4
    return Representation("[3,1]", np.vectorize(Scalar, otypes=[object])(products), (ONE,) * 3)
