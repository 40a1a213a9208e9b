"""Isotopies of Abelian groups, found from tables, against brute force and other oracles."""

from itertools import permutations, product
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.groups.group_names import group
from algebra.groups.isotopy import (
    Isotopy,
    NotIsotopicError,
    is_latin,
    isomorphic,
    isomorphism,
    isotopy_of,
    not_associative,
)
from tests.algebra.groups.tables import LOOP, isotope
from tests.refusal import refused

GROUPS = [G for d in range(1, 17) for G in isomorphism_types(d)]


NOT_ABELIAN = {name: group(name).products for name in ("S3", "D4", "Q8", "A4")}


@pytest.mark.parametrize("G", GROUPS, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_every_isotope_of_every_abelian_group_is_found_again(G: AbelianGroup, seed: int) -> None:
    table = isotope(G.products, seed)
    found = isotopy_of(table)
    assert found.group == G
    assert (found.table() == table).all()
    assert found.agreement(table) == (table.size, table.size)


def latin_squares(d: int) -> list[Any]:
    """Those with the first row and the first column in order, row by row."""
    found: list[list[tuple[int, ...]]] = [[tuple(range(d))]]
    for i in range(1, d):
        found = [
            [*square, row]
            for square in found
            for row in permutations(range(d))
            if row[0] == i
            and all(a != b for other in square for a, b in zip(row, other, strict=True))
        ]
    return [np.array(square) for square in found]


@pytest.mark.parametrize(("d", "groups"), [(1, 1), (2, 1), (3, 1), (4, 4), (5, 6)])
def test_of_small_order_brute_force_over_all_bijections_accepts_the_same(d, groups) -> None:
    """Every isotope is one with first row and column in order, and rows and columns permuted."""
    wanted: dict[bytes, AbelianGroup] = {}
    for G in isomorphism_types(d):
        for rows, columns in product(permutations(range(1, d)), repeat=2):
            table = G.products[np.ix_((0, *rows), (0, *columns))]
            square = np.argsort(table[0])[table]
            square = square[np.argsort(square[:, 0])]
            wanted[square.tobytes()] = G
    assert len(wanted) == groups
    squares = latin_squares(d)
    assert len(squares) == {1: 1, 2: 1, 3: 1, 4: 4, 5: 56}[d]
    accepted: dict[bytes, AbelianGroup] = {}
    for square in squares:
        try:
            accepted[square.tobytes()] = isotopy_of(square).group
        except NotIsotopicError as error:
            assert_quadrangle(square, str(error))
    assert accepted == wanted


def assert_quadrangle(table: Any, message: str) -> None:
    """The message names two quadrangles that agree in three corners and not in the fourth."""
    assert message.startswith("it is isotopic to no group: rows ")
    numbers = [int(x) for x in "".join(c if c.isdigit() else " " for c in message).split()]
    corners = []
    for a, b, c, d, *four in (numbers[:8], numbers[8:]):
        assert table[np.ix_((a, b), (c, d))].ravel().tolist() == four
        corners.append(four)
    first, second = corners
    assert first[:3] == second[:3]
    assert first[3] != second[3]


def assert_refused_with_a_quadrangle(table: Any) -> None:
    assert is_latin(table)
    with pytest.raises(NotIsotopicError) as error:
        isotopy_of(table)
    assert_quadrangle(table, str(error.value))


@pytest.mark.parametrize("name", NOT_ABELIAN)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_group_that_is_not_abelian_is_said_to_be_one(name: str, seed: int) -> None:
    table = isotope(NOT_ABELIAN[name], seed)
    said = f"it is isotopic to a group of order {len(table)} that is not Abelian"
    with refused(NotIsotopicError, said):
        isotopy_of(table)


@given(st.sampled_from([G for G in GROUPS if G.order > 2]), st.integers(0, 10**6), st.data())
def test_a_row_with_two_entries_exchanged_is_no_latin_square(G, seed, data) -> None:
    table = isotope(G.products, seed)
    d = len(table)
    x = data.draw(st.integers(0, d - 1))
    y, z = data.draw(st.permutations(range(d)))[:2]
    table[x, [y, z]] = table[x, [z, y]]
    assert not is_latin(table)
    with pytest.raises(NotIsotopicError, match=r"^it is no Latin square: column \d+ has \d+ more"):
        isotopy_of(table)


@pytest.mark.parametrize("seed", range(10))
def test_a_loop_that_is_no_group_is_refused_with_a_quadrangle(seed: int) -> None:
    assert_refused_with_a_quadrangle(isotope(LOOP, seed))


NOT_CYCLIC = [G for G in GROUPS if G.order in (8, 9, 12, 16) and G.exponent < G.order]


@pytest.mark.parametrize("G", NOT_CYCLIC, ids=str)
def test_turning_over_a_subsquare_of_a_group_is_noticed(G: AbelianGroup) -> None:
    """Latin still, and close to a group: two rows, exchanged in the columns of a subgroup."""
    table, cycle = G.products, [0]
    while (k := int(G.add(cycle[-1], 1))) != 0:
        cycle.append(k)
    table[np.ix_([0, 1], cycle)] = table[np.ix_([1, 0], cycle)]
    assert_refused_with_a_quadrangle(table)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[0, 1], [0, 1]], "it is no Latin square: column 0 has 0 more than once"),
        ([[0, 0], [1, 1]], "it is no Latin square: row 0 has 0 more than once"),
        ([[0, 2], [2, 0]], "it has the entry 2, which is not in 0..1"),
        ([[0, -1], [1, 0]], "it has the entry -1, which is not in 0..1"),
        ([[0, 1]], "a table of shape (1, 2) is not square"),
    ],
)
def test_what_is_no_latin_square_is_named(table: Any, message: str) -> None:
    with refused(NotIsotopicError, message):
        isotopy_of(np.array(table))


def test_another_group_than_was_asked_for_is_named() -> None:
    with refused(NotIsotopicError, "it is isotopic to Z8, which is not isomorphic to Z2xZ4"):
        isotopy_of(isotope(AbelianGroup("Z8").products, 0), group=AbelianGroup("Z2xZ4"))
    table = isotope(AbelianGroup("Z6").products, 1)
    for asked in map(AbelianGroup, ("Z2xZ3", "Z3xZ2", "Z6")):
        found = isotopy_of(table, group=asked)
        assert found.group == asked
        assert (found.table() == table).all()


@pytest.mark.parametrize("texts", [("Z6", "Z2xZ3"), ("Z4xZ2xZ9", "Z2xZ36"), ("Z2xZ6", "Z6xZ2")])
def test_an_isomorphism_is_a_bijection_that_keeps_sums(texts: tuple[str, str]) -> None:
    g, h = map(AbelianGroup, texts)
    assert isomorphic(g, h)
    phi = isomorphism(g, h)
    assert sorted(phi) == list(range(g.order))
    assert (phi[g.products] == h.add(phi[:, None], phi[None])).all()


def test_groups_of_other_types_are_not_isomorphic() -> None:
    for g, h in product(GROUPS, repeat=2):
        assert isomorphic(g, h) == (g == h)


@pytest.mark.parametrize("name", ["Z300", "Z2xZ2xZ3xZ5xZ5"])
def test_a_table_of_order_300_takes_less_than_five_seconds(name: str) -> None:
    table = isotope(AbelianGroup(name).products, 0)
    began = perf_counter()
    assert (isotopy_of(table).table() == table).all()
    assert perf_counter() - began < 5


def test_bijections_that_are_none_are_refused() -> None:
    G, q = AbelianGroup("Z3"), (0, 1, 2)
    with refused(ValueError, "s=(0, 1, 1) is no permutation of 0..2"):
        Isotopy(G, q, (0, 1, 1), q)
    with pytest.raises(ValueError, match="pass 3 of each, for Z3"):
        Isotopy(G, q, q, q, numbers=(q, q, (0, 1)))


def test_the_rows_in_the_order_of_the_group_are_those_of_addition() -> None:
    """One-hot rows: the operation of a larger table that leaves out row 0, column 3, output 1."""
    G = AbelianGroup("Z3")
    found = Isotopy(G, (1, 0, 2), (2, 1, 0), (0, 2, 1), numbers=((1, 2, 3), (0, 1, 2), (0, 2, 3)))
    answers = np.full((4, 4), 1)
    answers[1:, :3] = np.array((0, 2, 3))[found.table()]
    assert found.agreement(answers) == (9, 9)
    x, y, g = found.places()
    for k, m in product(range(3), repeat=2):
        assert answers[x[k], y[m]] == g[(k + m) % 3]
    answers[1, 0] = 1
    assert found.agreement(answers) == (8, 9)
    assert not found.is_addition
    assert found.as_json()["rows"] == [1, 2, 3]


@pytest.mark.parametrize("name", NOT_ABELIAN)
def test_a_triple_that_does_not_associate_is_found_where_there_is_one(name: str) -> None:
    """Light's test against all triples: loops with a subsquare of order 2 turned over."""
    table = NOT_ABELIAN[name]
    assert (table[0] == np.arange(len(table))).all()
    assert not_associative(table) is None
    broken = 0
    for x, y, u, v in product(range(1, len(table)), repeat=4):
        if x < y and u < v and table[x, u] == table[y, v] and table[x, v] == table[y, u]:
            loop = table.copy()
            loop[np.ix_([x, y], [u, v])] = table[np.ix_([y, x], [u, v])]
            triples = np.argwhere(loop[loop] != loop[:, loop]).tolist()
            found = not_associative(loop)
            assert (found is None) == (not triples)
            if found is not None:
                assert list(found) in triples
                broken += 1
                with pytest.raises(NotIsotopicError, match="cross at"):
                    isotopy_of(loop)
    assert broken
