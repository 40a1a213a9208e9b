"""Representations that are induced from characters of subgroups."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group_names import group
from algebra.networks.any_group import build, check
from algebra.representations.induced import induced
from algebra.representations.irreducibles import NoRepresentationsError, irreducibles
from algebra.representations.representation import require_complete


def semidirect(moduli, matrix, k):
    """The product of Z_m x ... with Z_k, whose generator acts by a matrix."""

    def acted(j, v):
        for _ in range(j):
            rows = zip(matrix, moduli, strict=True)
            v = tuple(sum(a * b for a, b in zip(row, v, strict=True)) % m for row, m in rows)
        return v

    every = list(product(product(*map(range, moduli)), range(k)))
    at = {x: i for i, x in enumerate(every)}

    def times(x, y):
        (v, j), (w, m) = x, y
        moved = zip(v, acted(j, w), moduli, strict=True)
        return at[tuple((a + b) % n for a, b, n in moved), (j + m) % k]

    return FiniteGroup(np.array([[times(x, y) for y in every] for x in every]))


OTHERS = {
    "Z7:Z3": (((7,), [[2]], 3), [(6, 2)]),
    "Z5:Z4": (((5,), [[2]], 4), [(4, 1)]),
    "Z8:Z2": (((8,), [[3]], 2), [(2, 1), (4, 2)]),
    "Z4:Z4": (((4,), [[3]], 4), [(2, 1), (4, 4)]),
    "Z3^2:Z2": (((3, 3), [[2, 0], [0, 2]], 2), [(2, 1)] * 4),
    "Heisenberg": (((3, 3), [[1, 1], [0, 1]], 3), [(6, 2)]),
    "Z2^3:Z7": (((2, 2, 2), [[0, 0, 1], [1, 0, 1], [0, 1, 0]], 7), [(7, 1)]),
}


@pytest.mark.parametrize("name", OTHERS)
def test_groups_without_a_name_have_all_of_them_checked_exactly(name):
    made, expected = OTHERS[name]
    g = semidirect(*made)
    found = irreducibles(g)
    require_complete(g, found)
    assert (
        sorted(
            (x.dimension, x.kind)
            for x in found
            if x.values.shape[1] * x.kind > 2 or (x.dimension, x.kind) == (2, 1)
        )
        == expected
    )
    assert all(x == 1 for x in found[0].character())
    pairs = {frozenset((g.classes[x], g.classes[g.inverses[x]])) for x in range(g.order)}
    assert len(found) == len(pairs)


@pytest.mark.parametrize("name", ["Z7:Z3", "Z5:Z4", "Z4:Z4", "Z3^2:Z2"])
def test_their_closed_form_is_exact(name):
    g = semidirect(*OTHERS[name][0])
    for family in ("representation", "short"):
        assert check(build(g, family), target="onehot").accepted


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "D5", "A4", "Dic3", "S4", "D4xZ2"])
def test_where_there_are_two_constructions_they_have_the_same_characters(name):
    g = group(name)
    assert {x.character() for x in induced(g)} == {x.character() for x in irreducibles(g)}


def test_a_group_with_others_is_refused():
    every = [m for m in product(range(3), repeat=4) if (m[0] * m[3] - m[1] * m[2]) % 3 == 1]
    at = {m: i for i, m in enumerate(every)}

    def times(x, y):
        (a, b, c, d), (e, f, g, h) = x, y
        product = a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h
        return at[tuple(v % 3 for v in product)]

    special = FiniteGroup(np.array([[times(x, y) for y in every] for x in every]))
    with pytest.raises(NoRepresentationsError, match="not all of its representations are induced"):
        irreducibles(special)
    assert check(build(special, "memorization")).accepted
