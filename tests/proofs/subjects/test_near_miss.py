"""Faults: what is done, where, and that nothing else changes."""

from dataclasses import replace

import pytest

from algebra import AbelianGroup, optimizers
from algebra.criterion.tensor import function_tensor, loss
from proofs.subjects.near_miss import CHANGES, Change, is_wrong, with_nodes
from proofs.subjects.recipe import Recipe, Symmetry
from tests.refusal import refused

Z5 = AbelianGroup("Z5")


def test_an_unknown_fault_is_refused():
    with refused(ValueError, f"kind='typo' is no fault; pass one of {', '.join(CHANGES)}"):
        Change("typo")


def test_places_are_counted_round():
    z = optimizers.six_per_frequency(Z5, nu=1)
    assert len(Change("node dropped").places(z)) == z.order == 12
    assert Change("node dropped", 3).plant(z) == Change("node dropped", 15).plant(z)
    assert Change("node dropped", 3).plant(z).order == 11


def test_a_fault_without_a_place_leaves_the_element():
    z = optimizers.six_per_frequency(AbelianGroup("Z2"))
    assert Change("outputs conjugated").plant(z) is z


@pytest.mark.parametrize("kind", CHANGES)
def test_every_place_in_one_optimizer_is_wrong(kind):
    # Z8 has a real character, characters of order 4, and a carrier.
    z = optimizers.build(AbelianGroup("Z8"), "four-plus-six")
    count = len(Change(kind).places(z))
    assert count
    for pick in range(0, count, max(1, count // 6)):
        assert loss(Change(kind, pick).plant(z)), (kind, pick)


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("target", ["projected", "onehot"])
def test_floats_and_the_exact_engine_agree_on_what_is_wrong(kind, target):
    for family in ("four-plus-six", "four-plus-constant"):
        z = optimizers.build(AbelianGroup("Z6"), family, target=target)
        every = Change(kind).places(z)
        for pick in range(0, len(every), max(1, len(every) // 6)):
            wrong = with_nodes(z, every[pick])
            assert is_wrong(wrong, target=target) == bool(loss(wrong, target=target)), pick


def test_an_output_sign_changes_one_entry_of_one_node():
    z = optimizers.four_plus_six(Z5, xi=1, nu=1)
    wrong = Change("output sign", 2).plant(z)
    before, after = z.node_list(), wrong.node_list()
    changed = [
        (j, at) for j in range(z.order) for at in before[j] if before[j][at] != after[j].get(at)
    ]
    assert len(changed) == 1
    j, at = changed[0]
    assert at[0] == "c"
    assert after[j][at] == -before[j][at]


def test_translated_outputs_predict_a_shifted_sum():
    z = optimizers.six_per_frequency(Z5, nu=1)
    T = function_tensor(Change("outputs translated", 0).plant(z))
    assert dict(T) == {(k, k, k): Z5.character_value(k, 1).conjugate() for k in (1, 2)}


def test_a_recipe_is_followed_in_order_and_passes_over_unknown_parameters():
    recipe = Recipe(
        Z5,
        "six-per-frequency",
        values=(("nu_1", Z5.character_value(1, 0)), ("xi_2", Z5.character_value(1, 1))),
        symmetries=(Symmetry("swapped"), Symmetry("lengthened", (1, 1, -1))),
        fault=Change("node dropped"),
    )
    assert replace(recipe, fault=None).build().order == 36
    assert recipe.build().order == 35
    assert recipe.build().parameters == ("nu_2",)
    assert loss(recipe.build())


def test_symmetries_refuse_what_is_none():
    with refused(
        ValueError,
        "kind='turned'; pass one of permuted, scaled, swapped, translated, relabelled, lengthened",
    ):
        Symmetry("turned")  # type: ignore[arg-type]
    with refused(ValueError, "arguments=(1, 0): pass factors other than 0"):
        Symmetry("scaled", (1, 0))
    with refused(ValueError, "arguments=(1, 1): the cubes of a path add up to 1"):
        Symmetry("lengthened", (1, 1))
