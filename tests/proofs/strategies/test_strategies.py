"""Every strategy draws what it says, and reaches its hard cases."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis.errors import Unsatisfiable

from algebra import PAIR, REAL, AbelianGroup, Potential, Scalar, potential_sets
from algebra.criterion.tensor import loss
from algebra.groups.group import character_order
from algebra.optimizers.table import FAMILIES
from algebra.semiring.element import Placed, Product, Sum
from proofs import strategies as draw
from proofs.subjects.generic import representatives
from proofs.subjects.near_miss import CHANGES
from proofs.subjects.recipe import Symmetry
from tests.proofs.draws import drawn

Z12 = AbelianGroup("Z12")


def test_groups_include_order_one_real_characters_and_keep_to_the_orders_asked_for():
    found = drawn(draw.groups(max_order=16))
    assert {G.order for G in found} >= set(range(1, 17))
    assert any(len(G.moduli) > 1 and 1 in G.moduli for G in found)
    assert any(len(G.moduli) > 2 for G in found)
    assert {bool(G.real_characters()) for G in found} == {True, False}
    assert {G.order for G in drawn(draw.groups(min_order=3, max_order=4), count=20)} == {3, 4}


def test_characters_reach_zero_and_orders_two_three_and_four():
    found = {character_order(Z12, k) for k in drawn(draw.characters(Z12), count=60)}
    assert found == {1, 2, 3, 4, 6, 12}


@pytest.mark.parametrize(
    ("name", "count", "least"),
    [
        *[("Z1", 5, 1), ("Z5", 60, 4), ("Z4xZ2", 120, 8), ("Z2^3", 200, 80)],  # 80 of 168
        *[("Z2^4xZ6", 60, 31), ("Z1009", 60, 16)],
    ],
)
def test_automorphisms_reach_every_one_of_a_small_group_and_many_of_a_large_one(name, count, least):
    group = AbelianGroup(name)
    found = {phi.images for phi in drawn(draw.automorphisms(group), count=count)}
    assert len(found) >= least
    if group.order < 10:
        assert found <= {phi.images for phi in group.automorphisms()}


def test_scalars_reach_zero_numbers_beyond_64_bits_and_parameters():
    found = drawn(draw.scalars, count=80)
    assert Scalar(0) in found
    assert {name for x in found for name in x.parameters} == set(draw.PARAMETERS)
    free = {x.parameters for x in drawn(draw.unit_parameters, count=20)}
    assert free == {(name,) for name in draw.PARAMETERS}
    assert any(abs(q.numerator) > 2**64 for x in found for q, _, _ in x.terms())
    assert any(x.field > 12 for x in found)


def test_unit_numbers_have_modulus_one_and_are_not_all_roots_of_unity():
    found = drawn(draw.unit_numbers, count=80)
    assert all(x.is_unit_modulus() for x in found)
    assert any(x.denominator > 1 for x in found)
    assert Scalar(1) in found


def test_nodes_are_real_at_real_characters_and_have_constant_parts():
    values = draw.ENTRIES["roots"]
    group = AbelianGroup("Z2xZ4")
    found = drawn(draw.nodes(group, values), count=60)
    at_real = [x for node in found for (_, k), x in node.items() if group.negate(k) == k]
    assert at_real == [x.conjugate() for x in at_real]
    reached = {k for node in found for _, k in node}
    assert reached == set(representatives(group))
    for row in "abc":
        assert any(all(p != row for p, _ in node) for node in found)


def test_elements_of_given_order_and_support_have_them():
    strategy = draw.leaves(Z12, draw.ENTRIES["parameters"], order=4, support=[0, 3, 4, 6])
    found = drawn(strategy, count=30)
    assert {z.order for z in found} == {4}
    # Order 4 in the dual group is k = 3, order 3 is k = 4, the real character k = 6.
    assert {k for z in found for node in z.node_list() for _, k in node} == {0, 3, 4, 6}


def test_elements_reach_no_nodes_one_node_and_repeated_nodes():
    found = drawn(draw.leaves(Z12, draw.ENTRIES["roots"]), count=80)
    orders = Counter(z.order for z in found)
    assert set(orders) == {0, 1, 2, 3}
    assert orders[0] < 40
    assert sum(len(z.multiset()) < z.order for z in found) >= 5


@pytest.mark.parametrize("spectrum", [PAIR, REAL, AbelianGroup("Z6")], ids=str)
def test_compositions_reach_every_operation(spectrum):
    found = drawn(draw.elements(spectrum, draw.ENTRIES["roots"]), count=50)
    operations = {type(z.operation) for z in found}
    assert operations >= {Sum, Product}
    assert (Placed in operations) == isinstance(spectrum, AbelianGroup)
    assert any(z.name for z in found)
    assert all(z.order <= 12 for z in found)


def test_group_elements_are_over_the_groups_given():
    among = [AbelianGroup("Z1"), AbelianGroup("Z3")]
    found = drawn(draw.group_elements(among=among), count=20)
    assert {z.spectrum for z in found} == {*among}


def test_same_spectrum_draws_over_groups_and_both_kinds_of_frequencies():
    found = drawn(draw.same_spectrum(2), count=30)
    assert all(x.spectrum == y.spectrum for x, y in found)
    assert {PAIR, REAL} < {x.spectrum for x, _ in found}


def test_potentials_reach_degree_zero_and_the_four_sets_of_the_loss():
    group = AbelianGroup("Z3")
    found = drawn(draw.potentials(group), count=100)
    assert Potential(group, []) in found
    sets = potential_sets(group)
    assert all(any(r in members for r in found) for members in sets.values())


def test_generators_are_one_node_of_roots_of_unity():
    found = drawn(draw.generators(), count=60)
    assert {u.order for u in found} == {1}
    assert all(u.entry(p, 0, 0).is_unit_modulus() for u in found for p in "abc")
    assert any(u.entry("a", 0, 0) == 1 for u in found)


def test_constructions_ask_for_what_is_possible_and_reach_nothing_and_much():
    found = drawn(draw.constructions(), count=150)
    assert {len(kill) for _, kill in found} >= {0, 1, 5}
    assert {name for _, kill in found for name in kill} == {
        str(r) for name, members in potential_sets(PAIR).items() if name != "R_g" for r in members
    }


def test_symmetries_reach_every_kind_and_the_identity():
    found = drawn(draw.symmetries(Z12), count=100)
    assert {x.kind for x in found} == {
        *("permuted", "scaled", "swapped", "translated", "relabelled", "lengthened"),
    }
    assert Symmetry("translated", (0, 0)) in found
    assert any(Fraction(-1) in x.arguments for x in found if x.kind == "scaled")
    assert not any(
        x.kind == "lengthened" for x in drawn(draw.symmetries(Z12, lengthen=False), count=50)
    )


def test_optimizers_reach_every_family_target_symmetry_and_kind_of_parameters():
    found = drawn(draw.optimizer_recipes(), count=200)
    families = {recipe.family for recipe in found}
    assert families == {name for name, info in FAMILIES.items() if info.listed}
    assert {recipe.target for recipe in found} == {"projected", "onehot"}
    assert {x.kind for recipe in found for x in recipe.symmetries} >= {"lengthened", "swapped"}
    assert any(recipe.build().parameters for recipe in found[:100])
    assert any(recipe.values for recipe in found)
    assert any(not recipe.expanded for recipe in found)
    options = {name for recipe in found for name, _ in recipe.options}
    assert options == {"mirror", "carrier", "form"}
    assert any(recipe.group.order == 1 for recipe in found)
    assert any(recipe.group.real_characters() for recipe in found)


def test_optimizers_have_zero_loss_exactly():
    for target in ("projected", "onehot"):
        for z in drawn(draw.optimizers(max_order=9, target=target), count=40):
            assert not loss(z, target=target)


def test_optimizers_keep_to_the_families_and_widths_asked_for():
    found = drawn(
        draw.optimizer_recipes(
            chosen=["four-plus-six", "six-per-frequency"], max_order=9, max_width=20, moved=False
        ),
        count=50,
    )
    assert {recipe.family for recipe in found} == {"four-plus-six", "six-per-frequency"}
    assert all(recipe.build().order <= 20 for recipe in found)


@pytest.mark.parametrize("kind", CHANGES)
def test_near_misses_of_every_kind_are_wrong_by_the_exact_engine(kind):
    found = drawn(draw.near_misses(max_order=9, max_width=40, faults=[kind]), count=8)
    assert found
    for miss in found:
        assert miss.fault.kind == kind
        assert loss(miss.build(), target=miss.target), kind


def test_near_misses_reach_every_kind_of_fault_and_the_trivial_group():
    among = [AbelianGroup(name) for name in ("Z1", "Z3", "Z5", "Z8")]
    found = drawn(draw.near_misses(among=among, max_width=16), count=300)
    assert {recipe.fault.kind for recipe in found} == set(CHANGES)
    assert any(recipe.group.order == 1 for recipe in found)
    assert any(recipe.target == "onehot" for recipe in found)


def test_a_fault_that_finds_no_place_anywhere_is_no_near_miss():
    with pytest.raises(Unsatisfiable):
        drawn(draw.near_misses(among=[AbelianGroup("Z2")], faults=["outputs conjugated"]), count=1)
