"""Every property holds for this code, and is broken by a fault that is planted for it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis.errors import DidNotReproduce

from algebra import ONE, AbelianGroup
from numeric.weights.embed import embed
from proofs.fuzzing import campaign
from proofs.fuzzing.campaign import Piece, run_piece
from proofs.properties.registry import PROPERTIES, chosen, property_named
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import INSTALLED
from tests.proofs.draws import pasted
from tests.proofs.planted import PLANTED
from tests.refusal import refused

GROUPS = [AbelianGroup(name) for name in ("Z1", "Z2", "Z3", "Z4", "Z5", "Z2xZ4")]


def piece(name: str, *, examples: int, **changes: Any) -> Piece:
    over = tuple(str(G) for G in GROUPS if G.order <= PROPERTIES[name].max_order)
    return Piece(name, over, examples, seed=1, **changes)


@pytest.mark.parametrize("name", PROPERTIES)
def test_property_holds(name):
    found = run_piece(piece(name, examples=25))
    assert not found.wrong, found
    assert found.checks == 25


@pytest.mark.parametrize("name", PLANTED)
def test_property_is_broken_by_a_planted_fault(name, monkeypatch):
    monkeypatch.setattr(campaign, "SHRINK_SECONDS", 0.05)
    found = run_piece(piece(name, examples=300, subject=PLANTED[name]))
    assert found.wrong
    lines = found.python()
    lines[2] = f"from tests.proofs.planted import PLANTED; subject = PLANTED[{name!r}]"
    assert pasted(lines) == found.wrong
    lines[2] = "from proofs.subjects.subject import INSTALLED as subject"
    with pytest.raises(DidNotReproduce):
        exec("\n".join(lines), {})


def test_every_property_has_a_planted_fault():
    assert set(PLANTED) == set(PROPERTIES)


def test_an_exception_of_the_code_under_test_is_a_counterexample():
    def broken(z, target):
        raise ZeroDivisionError("by nothing")

    recipe = Recipe(AbelianGroup("Z3"), "six-per-frequency")
    found = property_named("optimizers.zero-loss").counterexample(
        replace(INSTALLED, loss=broken), recipe
    )
    assert found == "raised ZeroDivisionError: by nothing"


def test_an_unknown_property_is_refused_with_those_that_exist():
    with refused(ValueError, f"property='loss' does not exist; these do: {', '.join(PROPERTIES)}"):
        property_named("loss")


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("symmetry", ["symmetry.tensor", "symmetry.loss"]),
        ("composition", ["composition.zero-sets", "composition.polynomial"]),
        ("symmetry.translation", ["symmetry.tensor", "symmetry.loss"]),
        ("checker.accepts", ["checker.accepts"]),
        ("checker.limits", [x for x in PROPERTIES if x.startswith("checker.")]),
        ("path.*", ["symmetry.loss", "path.potentials"]),
        ("optimizers.width", ["optimizers.width"]),
        (
            "optimizers.six-per-frequency",
            [*(x for x in PROPERTIES if x.startswith("optimizers.")), "checker.accepts"],
        ),
        ("norms.order", ["mirror.gauges"]),
        ("*.round-trip", ["checker.round-trip"]),
    ],
)
def test_patterns_choose_properties_by_what_they_attack(pattern, names):
    assert [found.id for found in chosen((pattern,))] == names


def test_a_pattern_about_nothing_is_refused():
    with refused(
        ValueError,
        f"claims='lemma' is attacked by no property; these exist: {', '.join(PROPERTIES)}",
    ):
        chosen(("symmetry", "lemma"))


def test_ids_are_those_of_the_registry_and_statements_are_sentences():
    for name, found in PROPERTIES.items():
        assert found.id == name
        assert found.attacks
        assert found.statement[0].islower() or found.statement.startswith("float64")
        assert not found.statement.endswith(".")


def test_labels_say_what_the_values_were():
    """They are Hypothesis' events, which `pytest --hypothesis-show-statistics` shows as well."""
    labels = run_piece(piece("checker.refuses", examples=40)).labels
    labels |= run_piece(piece("symmetry.tensor", examples=40)).labels
    labels |= run_piece(piece("laws.semiring", examples=40)).labels
    assert set(labels) >= {
        *("family: six-per-frequency", "target: projected", "parameters: free", "option: mirror"),
        *("symmetry: swapped", "fault: output sign", "group: Z1", "group: Z2xZ4"),
        *("characters: the trivial one only", "characters: of order 3", "operation: product"),
        *("nodes: some repeated", "over: a conjugate pair", "over: a real character"),
    }


HERE = "tests.proofs.planted"
SUCH = "pass MODULE:NAME, such as proofs.subjects.subject:INSTALLED"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("1:x", f": invalid format: '1:x'; {SUCH}"),
        (f"{HERE}:NOTHING", f": module '{HERE}' has no attribute 'NOTHING'; {SUCH}"),
        (f"{HERE}:PLANTED", f" is {PLANTED!r:.80}, and no proofs.subjects.subject.Subject"),
    ],
)
def test_what_is_no_subject_is_refused(name, why):
    with refused(ValueError, f"subject={name!r}{why}"):
        campaign.subject_named(name)


def test_the_ulps_of_the_mirror_are_measured_and_not_nothing():
    recipe = Recipe(AbelianGroup("Z5"), "four-plus-six", values=(("xi_2", ONE), ("nu_1", ONE)))
    z = recipe.build()
    w = embed(z)
    assert np.abs(w.w_a).max() > 0
    assert property_named("mirror.weights").counterexample(INSTALLED, z) == ""
