"""Finite groups by name and by table, and their multiplications in disguise."""

import os
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from algebra.groups.finite_group import (
    FiniteGroup,
    NotAGroupError,
    isomorphism_by,
    isomorphism_of,
)
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import (
    group,
    identified,
    multiplication,
    multiplication_of,
    name_of,
    named_group,
    named_groups,
    permutations_of,
    product_of,
)
from tests.algebra.groups.tables import LOOP, ORDER_21, isotope, renumbered

NAMES = ["S3", "D4", "D5", "Q8", "Dic3", "A4", "S4", "A5", "S3xZ4", "Q16", "S3xS3", "Q8xZ2"]
ABELIAN = {"D2": (2, 2), "V4": (2, 2), "S2": (2,), "A3": (3,), "Dic1": (4,), "C7": (7,),
           "D1xA3": (2, 3), "Z2^3": (2, 2, 2), "7": (7,), "2x4": (2, 4)}  # fmt: skip


@pytest.mark.parametrize("name", ["D5", "Dic3", "Q8", "S5", "SL(2,5)"])
def test_names_say_their_order(name):
    order = {"D5": 10, "Dic3": 12, "Q8": 8}.get(name, 120)
    assert str(group(name)) == f"{name} (order {order})"


@pytest.mark.parametrize(("name", "moduli"), ABELIAN.items())
def test_a_group_that_is_abelian_is_one_under_any_name(name, moduli):
    assert group(name) == AbelianGroup(moduli)


@pytest.mark.parametrize("name", NAMES)
def test_a_group_has_inverses_generators_and_an_abelian_quotient(name):
    g = group(name)
    assert (g.products[np.arange(g.order), g.inverses] == g.identity).all()
    assert len(set(g.generated(*g.generators))) == g.order
    assert not g.is_abelian
    assert g.name == name
    quotient, at = g.abelian_quotient
    assert (at[g.products] == quotient.add(at[:, None], at)).all()
    assert quotient.order * len(g.commutators) == g.order


def test_permutations_act_from_the_right():
    s3 = group("S3")
    for x, p in enumerate(s3.labels):
        for y, q in enumerate(s3.labels):
            assert s3.labels[s3.table[x][y]] == "".join(p[int(i) - 1] for i in q)


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "Dic3", "A4", "D6", "S4"])
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_group_is_known_under_any_numbering_by_an_isomorphism(name, seed):
    g, other = group(name), renumbered(name, seed)
    found, image = identified(other)
    there = product_of(next(f for f in named_groups(g.order) if "x".join(map(str, f)) == found))
    assert (image[other.products] == there.products[image[:, None], image]).all()
    assert isomorphism_of(g, there) is not None


def test_groups_that_are_not_isomorphic_have_no_isomorphism():
    of_order_12 = [product_of(f) for f in named_groups(12)][:3]
    for i, g in enumerate(of_order_12):
        assert [isomorphism_of(g, h) is not None for h in of_order_12] == [i == j for j in range(3)]


def test_a_group_without_a_name_is_described():
    name, image = identified(FiniteGroup(ORDER_21))
    assert image is None
    assert "order 21 with 5 classes, commutator subgroup of order 7" in name


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([[0, 1], [1, 2]], "not closed: row 1, column 1 has 2, which is not in 0..1"),
        ([[1, 0], [1, 0]], "no neutral element"),
        ([[0, 1, 2], [1, 2, 2], [2, 1, 1]], "1 has no inverse: 0 is neutral, and row 1 never"),
        (LOOP, "not associative: (1 * 1) * 2 = 2, and 1 * (1 * 2) = 4"),
    ],
)
def test_the_axiom_that_fails_is_named_with_its_place(table, said):
    with pytest.raises(NotAGroupError) as error:
        FiniteGroup(table)
    assert said in str(error.value)


def test_a_group_with_one_wrong_product_is_none():
    good = group("S3").products
    for x, y in np.ndindex(6, 6):
        bad = good.copy()
        bad[x, y] = (bad[x, y] + 1) % 6
        with pytest.raises(NotAGroupError):
            FiniteGroup(bad)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([[0, 1], [1]], "rows of different lengths"),
        ([[0.0]], "whole numbers"),
        (np.zeros((0, 0), int), "1 <= d"),
        (np.zeros((2, 3), int), r"shape \(2, 3\)"),
    ],
)
def test_what_is_no_table_is_refused(table, said):
    with pytest.raises(ValueError, match=said):
        FiniteGroup(table)


@pytest.mark.parametrize("labelled", [False, True])
def test_a_cayley_table_is_read_from_csv(tmp_path, labelled):
    rows = [[f"e{x}" for x in row] for row in group("Q8").table]
    if labelled:
        rows = [["*", *rows[0]], *([row[0], *row] for row in rows)]
    file = tmp_path / "t.csv"
    file.write_text("\n".join(map(",".join, rows)))
    found, names = group(file), tuple(f"e{x}" for x in range(8))
    assert (found.table, found.name, found.labels) == (group("Q8").table, "Q8", names)
    assert group(str(file)) == found


def test_a_csv_is_of_an_abelian_group_or_of_none(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("\n".join(",".join(str((x + y) % 6) for x in range(6)) for y in range(6)))
    assert group(file) == AbelianGroup("Z6")
    file.write_text("0,1\n1,1\n")
    with pytest.raises(NotAGroupError, match=r"t\.csv: table: 1 has no inverse"):
        group(file)


NO_GROUPS = ["S7", "X3", "Q12", "D600", "A", "S3x", "Z3^99", "D0", "SL(2,4)", "SL(2,999983)",
             "SL3", "S3^0", "V5", "S3x\x1b[2J\n"]  # fmt: skip


@pytest.mark.parametrize("text", [*NO_GROUPS, "S3" * 100, ""])
def test_a_bad_name_is_one_line(text):
    with pytest.raises(ValueError, match="group=") as error:
        group(text)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 450


def fake_gap(folder, monkeypatch, script: str) -> None:
    gap = folder / "gap"
    gap.write_text(f"#!{sys.executable}\n{script}")
    gap.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_a_small_group_needs_gap(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="GAP is not there"):
        group("SmallGroup(21,1)")
    with pytest.raises(ValueError, match="an order from 1 to 63"):
        group("SmallGroup(64,1)")


def test_the_answer_of_gap_is_a_table_that_is_checked(tmp_path, monkeypatch):
    rows = [[x + 1 for x in row] for row in group("D4").table]
    fake_gap(tmp_path, monkeypatch, f"print({rows})")
    assert group("SmallGroup(8,3)").name == "D4"
    rows[3][3] = 1 + rows[3][3] % 8
    fake_gap(tmp_path, monkeypatch, f"print({rows})")
    with pytest.raises(NotAGroupError):
        group("SmallGroup(8,3)")
    fake_gap(tmp_path, monkeypatch, "print('Error, there are only 5 groups')")
    with pytest.raises(ValueError, match="there is no such group"):
        group("SmallGroup(8,9)")


@pytest.mark.skipif(
    not any(os.access(f"{p}/gap", os.X_OK) for p in os.environ["PATH"].split(os.pathsep)),
    reason="GAP is not installed",
)
def test_gap_itself_gives_small_groups():
    assert group("SmallGroup(12,3)").name == "A4"
    assert group("SmallGroup(24,3)").name == "SL(2,3)"
    assert group("SmallGroup(6,2)").order == 6
    assert group("SmallGroup(21,1)").name == "SmallGroup(21,1)"


def test_an_isomorphism_is_made_from_images_of_generators():
    z3 = FiniteGroup([[0, 1, 2], [1, 2, 0], [2, 0, 1]])
    assert isomorphism_by(z3, z3, [2]).tolist() == [0, 2, 1]
    assert isomorphism_by(z3, z3, [0]) is None


@pytest.mark.parametrize(("text", "written"), [("2x4", "Z2xZ4"), ("s3xC4", "S3xZ4")])
def test_a_name_is_read_again_as_it_is_written(text, written):
    assert name_of(named_group(text)) == written


def test_even_permutations_are_in_order():
    assert permutations_of(3, even=True) == [(0, 1, 2), (1, 2, 0), (2, 0, 1)]


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(["S3", "D4", "Q8", "Dic3", "A4"]), st.integers(0, 10**6))
def test_every_isotope_is_found_and_its_table_is_that_of_the_operation(name, seed):
    table = isotope(group(name).products, seed)
    found = multiplication_of(table)
    assert found.group.name == name
    assert (found.table() == table).all()


def test_the_group_in_its_own_numbering_is_said_without_more():
    g = group("A4")
    assert multiplication_of(g.products) == multiplication(g)


def test_the_multiplication_of_a_group_without_a_name_is_described():
    table = ORDER_21[:, ::-1]
    found = multiplication_of(table)
    assert "a group of order 21 with 5 classes" in found.name
    assert (found.table() == table).all()


@pytest.mark.parametrize(
    "table", [[[0, 1], [0, 1]], [[0, 1], [1, 0]], [[1, 2, 0], [2, 0, 1], [0, 1, 2]], LOOP]
)
def test_what_is_no_group_in_disguise_or_an_addition_is_none(table):
    assert multiplication_of(np.array(table)) is None
