"""Exact networks over tables: families, widths, the verdict, the exact loss; none that is wrong."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from algebra import criterion, optimizers
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import group
from algebra.networks import families
from algebra.networks.any_group import build, check, loss
from algebra.networks.families import (
    STRASSEN,
    doubled,
    from_element,
    memorization,
    quaternions,
    representation,
    short,
)
from algebra.networks.table_network import TableNetwork, table_network
from algebra.networks.verdict import table_check, table_loss
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import zeta
from algebra.optimizers.carriers import FamilyError
from algebra.representations.irreducibles import irreducibles
from algebra.semiring.element import Element
from algebra.semiring.made import element
from algebra.semiring.symmetry import balanced_norm
from tests.algebra.groups.tables import renumbered
from tests.refusal import refused

#: ``W(G)``, and the width of the narrowest network that is known.
WIDTHS = {"S3": (10, 10), "D4": (12, 12), "D5": (18, 18), "D6": (20, 20), "Q8": (20, 12),
          "Dic3": (30, 25), "A4": (32, 30), "SL(2,3)": (80, 78), "S4": (64, 64), "Q16": (44, 36),
          "S3xZ4": (60, 58), "Q8xZ2": (40, 24), "Q8xZ3": (68, 57)}  # fmt: skip


def floats(z: TableNetwork) -> tuple[np.ndarray, ...]:
    value = np.array([complex(x) for x in z.scalars])
    assert abs(value.imag).max() < 1e-12
    return tuple(value.real[m] for m in (z.a, z.b, z.c))


def float_loss(z: TableNetwork, target: str) -> float:
    a, b, c = floats(z)
    d = len(z.table)
    f = np.einsum("xyj,gj->xyg", (a[:, None] + b[None]) ** 2, c) / (2 * d) - np.eye(d)[z.table]
    if target == "projected":
        f -= f.mean(axis=2, keepdims=True)
    return float((f**2).sum() / d**2)


@pytest.mark.parametrize("name", WIDTHS)
def test_widths_are_those_of_the_theory_and_the_loss_is_zero(name):
    g, widths = group(name), WIDTHS[name]
    assert widths[0] == 1 + sum(x.dimension * x.functions for x in irreducibles(g)[1:])
    for z, width in zip((representation(g), short(g)), widths, strict=True):
        assert z.order == width
        assert table_check(z, target="onehot").accepted
        assert table_check(z).accepted
        assert float_loss(z, "onehot") < 1e-12


def test_a_symmetric_group_is_proved():
    found = table_check(z := representation(group("S5")), target="onehot")
    assert (z.order, found.accepted) == (596, True)
    assert f"({120**3} conditions, " in str(found)


@pytest.mark.parametrize("name", ["S3", "D4", "Q8"])
@pytest.mark.parametrize("target", ["onehot", "projected"])
def test_a_wrong_value_anywhere_is_refuted_with_its_exact_loss(name, target):
    z = short(group(name))
    random = np.random.default_rng(0)
    scalars = (*z.scalars, Scalar(7) / 3)
    for p in "abc":
        for _ in range(4):
            m = getattr(z, p).copy()
            m[random.integers(len(m)), random.integers(z.order)] = len(scalars) - 1
            bad = replace(z, scalars=scalars, **{p: m})
            found = table_check(bad, target=target)
            assert not found.accepted
            exact = complex(found.loss).real
            assert float_loss(bad, target) == pytest.approx(exact, rel=1e-12)
            assert "not an optimizer" in str(found)


def test_a_wrong_table_is_refuted_with_the_place():
    z = representation(group("S3"))
    table = z.table.copy()
    table[2, 3] = (table[2, 3] + 1) % 6
    found = table_check(replace(z, table=table), target="onehot")
    assert {(x, y) for x, y, _ in found.wrong} == {(2, 3)}
    assert f"f(2, 3)[{table[2, 3]}] = 0, expected 1" in str(found)
    assert found.loss == Scalar(2) / 36


def test_a_constant_over_outputs_is_free_for_one_target_only():
    z = representation(group("S3"))
    more = table_network(z.table, [*z.nodes(), ([1] * 6, [0] * 6, [1] * 6)])
    assert table_check(more).accepted
    found = table_check(more, target="onehot")
    assert (found.accepted, found.loss) == (False, Scalar(6) / 144)
    assert table_loss(more) == 0


def random_element(G: AbelianGroup, data: st.DataObject) -> Element:
    entry = st.sampled_from([Scalar(1), Scalar(-2) / 3, zeta(3), zeta(4) / 2, 1 + zeta(5)])
    k = st.sampled_from(G.representatives.tolist())
    node = st.dictionaries(st.tuples(st.sampled_from("abc"), k), entry, min_size=1, max_size=6)

    def real(place: tuple[str, int], x: Scalar) -> Scalar:
        return x if G.negate(place[1]) != place[1] else x + x.conjugate()

    nodes = data.draw(st.lists(node, min_size=1, max_size=5))
    return element(G, [{at: real(at, x) for at, x in one.items()} for one in nodes])


@settings(max_examples=20, deadline=None)
@given(name=st.sampled_from(["Z2", "Z3", "Z4", "Z5", "Z2xZ2", "Z6"]), data=st.data())
def test_both_engines_agree_over_abelian_groups(name, data):
    z = random_element(AbelianGroup(name), data)
    network = from_element(z)
    for target in ("projected", "onehot"):
        accepted = criterion.check(z, target=target).accepted
        assert table_check(network, target=target).accepted == accepted
        assert table_loss(network, target=target) == criterion.loss(z, target=target)


@pytest.mark.parametrize("name", ["Z5", "Z6", "Z2xZ4", "Z9"])
@pytest.mark.parametrize("target", ["onehot", "projected"])
def test_all_abelian_families_are_optimizers_over_their_table(name, target):
    for family in optimizers.families(AbelianGroup(name), target=target):
        z = optimizers.build(name, family, target=target)
        network = from_element(z)
        assert table_check(network, target=target).accepted
        assert network.order == z.order


def test_an_abelian_table_has_the_closed_form_too():
    z = representation(FiniteGroup(AbelianGroup("Z5").products))
    assert (z.order, table_check(z, target="onehot").accepted) == (9, True)


def balanced(z: TableNetwork) -> float:
    """The squared norm, each node scaled so that it is least: ``sum 3 (A^2 C/4)^(1/3)``."""
    a, b, c = floats(z)
    return float(3 * np.cbrt(((a**2 + b**2).sum(0) ** 2 * (c**2).sum(0)) / 4).sum())


def test_norms_over_a_table_are_d_times_those_of_the_spectrum():
    z = optimizers.build("Z5", "order6", nu=1)
    assert balanced(from_element(z)) == pytest.approx(5 * float(balanced_norm(z)))


@pytest.mark.parametrize(
    ("name", "of", "products", "width"),
    [("S3", "[2,1]", STRASSEN, 16), ("Q8", "4.0", quaternions(), 20)],
)
def test_r_products_are_a_network_of_2r_nodes(name, of, products, width):
    z = doubled(group(name), products, of=of)
    assert (z.order, table_check(z, target="onehot").accepted) == (width, True)
    wrong = products[2].copy()
    wrong[0, 0] = wrong[0, 0] + 1
    assert not table_check(doubled(group(name), (*products[:2], wrong), of=of)).accepted


def test_strassen_s_products_are_wider_and_heavier_than_the_closed_form():
    g = group("S3")
    strassen, closed = doubled(g, STRASSEN, of="[2,1]"), representation(g)
    assert [round(balanced(z), 1) for z in (strassen, closed)] == [254.6, 172.6]


def test_the_signs_of_eight_products_are_rational():
    assert all(x.is_rational() for x in short(group("Q8")).scalars)


@given(st.integers(1, 4).flatmap(lambda d: arrays(int, (d, d), elements=st.integers(0, d - 1))))
@settings(max_examples=20, deadline=None)
def test_any_table_is_memorized(table):
    z = memorization(table)
    assert table_check(z, target="onehot").accepted
    assert z.order <= len(table) ** 2 + 2 * len(table) + 1


def test_one_way_in_for_all_groups():
    assert build("D2").order == build("Z2^2").order
    assert isinstance(build("Q8"), TableNetwork)
    assert loss(build("Z5")) == loss(build("S3")) == 0
    wide = build("A4", "short", linear="order6")
    assert (wide.order, check(wide).accepted) == (33, True)


S3, TURNED = group("S3"), partial(build, "S3", "representation")
NO_NETWORK = (
    "'z7.cert.json' is neither an element nor a network over a table; pass what build returns; "
    "check_certificate takes the path of a file"
)
REFUSED = [
    (partial(build, "S3", "order46"), FamilyError, "family='order46' is unknown; for S3 (order 6) "
     "these exist: auto, short, representation, memorization"),
    (partial(build, "S3", xi=1), ValueError, "xi is no parameter of short; it has: linear"),
    (partial(build, "S3", target="both"), ValueError, "target='both'; pass projected or onehot"),
    (partial(TURNED, turn="zeta(3)"), ValueError, "turn='zeta(3)' is no real number; pass such as "
     "1/3"),
    (partial(TURNED, turn="nu"), ValueError, "turn='nu' is no real number; pass such as 1/3"),
    (partial(build, 7), TypeError, "group=7 is no group; pass a name such as 'Z7', or a group"),
    (partial(check, "z7.cert.json"), TypeError, NO_NETWORK),
    (partial(loss, "z7.cert.json"), TypeError, NO_NETWORK),
    (partial(doubled, S3, ([[1]], [[1]], [[1]]), of="[2,1]"), ValueError, "products of shapes "
     "(1, 1), (1, 1), (1, 1); pass (R, 4) three times, [2,1] having so many different entries"),
    (partial(doubled, S3, (1, 2, 3), of="[2,1]"), ValueError, "products of shapes (1,), (1,), "
     "(1,); pass (R, 4) three times, [2,1] having so many different entries"),
    (partial(doubled, S3, STRASSEN[:2], of="[2,1]"), ValueError, "2 arrays of products; pass "
     "three, such as STRASSEN"),
    (partial(doubled, S3, STRASSEN, of="x"), ValueError, "of='x' is no representation of S3 "
     "(order 6); pass one of [2,1], [1,1,1]"),
    (partial(table_network, [[0, 1]], [([1],) * 3]), ValueError, "table of shape (1, 2): pass d "
     "rows of d numbers"),
    (partial(table_network, [[0, 2], [1, 0]], [([1, 1],) * 3]), ValueError, "table: entries are "
     "numbers 0..1"),
    (partial(table_network, [[0, 1], [1, 0]], [([1],) * 3]), ValueError, "node 0: a has 1 values; "
     "pass 2"),
    (partial(table_network, [[0]], [([zeta(3)], [1], [1])]), ValueError, "value zeta(3) is no real "
     "number; set its parameters"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_what_is_no_group_network_or_parameter_is_refused(call, kind, message):
    with refused(kind, message):
        call()


@pytest.mark.parametrize("name", ["S3", "D5", "Q8", "A4", "S4", "S3xZ4"])
@pytest.mark.parametrize("turn", ["1/3", "-2", "1/2*(zeta(8) + zeta(8)**7)"])
def test_the_frame_of_the_closed_form_may_be_turned(name, turn):
    z, turned = representation(group(name)), representation(group(name), turn=turn)
    assert turned.order == z.order
    assert table_check(turned, target="onehot").accepted
    assert sorted(map(repr, turned.nodes())) != sorted(map(repr, z.nodes()))


#: Of each three-dimensional representation how many squares are found for its turns.
TURNS = {"A4": [26], "SL(2,3)": [26], "A4xZ2": [26, None], "S4": [None] * 2, "A5": [None] * 2}


@pytest.mark.parametrize("name", TURNS)
def test_26_squares_do_for_turns_of_the_tetrahedron_and_are_asked_of_no_others(name):
    threes = [x for x in irreducibles(group(name)) if x.values.shape[1:] == (3, 3, 1)]
    assert [x and len(x[0]) for x in map(families.turns, threes)] == TURNS[name]


def test_other_squares_do_not(monkeypatch):
    first, second = families._TURNED
    for product in ((second, second), (first, (second[0], second[1], first[2]))):
        monkeypatch.setattr(families, "_TURNED", product)
        assert not table_check(families.short(group("A4"))).accepted


@pytest.mark.parametrize("seed", range(3))
def test_in_any_numbering_they_are_turns_again(seed):
    z = families.short(renumbered("A4", seed))
    assert (z.order, table_check(z, target="onehot").accepted) == (30, True)
