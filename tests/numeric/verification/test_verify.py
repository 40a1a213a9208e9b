"""What `verify` says of networks that are given: in words, in JSON, and as values."""

from fractions import Fraction

import numpy as np
import pytest

import cogo
from algebra import AbelianGroup, optimizers
from benchmarks.verify import network as near_an_optimizer
from numeric import embed, plain_network
from numeric.verification.verify import SHOWN, verify
from numeric.weights.plain_network import WeightFileError
from tests.numeric.plain_network import of_layers
from tests.numeric.trained_like import TRAINED


def test_a_trained_network():
    found = cogo.verify(TRAINED)
    assert found.lines() == [
        "answers 529 of 529 pairs of x + y over Z23 correctly, least margin 0.98276 (proved)",
        "loss in [8.9941e-05, 8.9942e-05] (proved)",
    ]
    assert found.correct


A, B, C = plain_network(embed(optimizers.six_per_frequency(AbelianGroup("Z7"), nu=1))).plain()
Z7 = of_layers(A, B, C)


@pytest.mark.parametrize(("spec", "normalised"), [("Z2xZ4", False), ("Z5", True)])
def test_an_exact_optimizer_has_almost_no_loss_and_the_factor_1_2d_is_exact(spec, normalised):
    group = AbelianGroup(spec)
    a, b, c = plain_network(embed(optimizers.nine_per_frequency(group))).plain()
    factor = 2 * group.order if normalised else 1
    found = verify(of_layers(a, b, factor * c), normalised=normalised)
    assert (found.correct, found.scale) == (True, Fraction(1, factor))
    assert found.verdict.loss[0] == 0
    assert found.verdict.loss[1] < Fraction(1, 10**20)


def test_wrong_pairs_are_listed_and_counted():
    found = verify(Z7, operation="x-y")
    assert not found.correct
    first, pairs, loss = found.lines()
    assert first == "answers 7 of 49 pairs of x - y over Z7 correctly (proved)"
    assert pairs.startswith("wrong pairs: (0, 1) (0, 2) (0, 3)")
    assert pairs.endswith(f") and {42 - SHOWN} more")
    assert loss == "loss in [1.7142, 1.7143] (proved)"
    assert len(found.as_json()["wrong"]) == 42


TOKEN = np.random.default_rng(0).normal(size=(2, len(A), 1))


@pytest.mark.parametrize(
    ("layers", "operation"),
    [
        ((A, B, np.roll(C, 1, axis=0)), "x + y + 1 over Z7"),
        ((A, B[:, [0, 6, 5, 4, 3, 2, 1]], C), "x - y over Z7"),
        # A token that stands for nothing is left out.
        (
            (np.hstack([A, TOKEN[0]]), np.hstack([B, TOKEN[1]]), np.vstack([C, -np.ones(len(A))])),
            "x + y over Z7 on the numbers 0..6",
        ),
    ],
)
def test_the_operation_that_is_found_is_the_one_that_is_verified(layers, operation):
    """A shift of the outputs is another operation, all of whose pairs are right."""
    found = verify(of_layers(*layers))
    assert found.lines()[0].startswith(f"answers 49 of 49 pairs of {operation} correctly")


def test_ties_are_named():
    first, pairs, _ = verify(of_layers(np.ones((1, 2)), np.ones((1, 2)), np.ones((2, 1)))).lines()
    assert first == "answers 0 of 4 pairs of x + y over Z2 correctly (proved)"
    assert pairs == "wrong pairs: (0, 0) (0, 1) (1, 0) (1, 1); 4 of them are ties"


def test_the_activation_counts():
    assert verify(Z7).correct
    assert not verify(Z7, activation="power:1").correct


def test_127_inputs_and_512_nodes_are_decided_by_the_bound_alone():
    found = verify(near_an_optimizer(127, 512))
    assert (found.correct, found.verdict.in_integers) == (True, 0)


def test_one_output_is_refused():
    with pytest.raises(WeightFileError, match="has one output, which is always the largest"):
        verify(of_layers(*np.ones((3, 1, 1))))
