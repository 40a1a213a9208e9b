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
from tests.proofs.stand_alone import ROOT

DATA = ROOT / "tests" / "data"


def test_a_trained_network():
    found = cogo.verify(DATA / "trained_d23.npz")
    assert found.lines() == [
        "answers 529 of 529 pairs of x + y over Z23 correctly, least margin 0.98276 (proved)",
        "loss in [8.9941e-05, 8.9942e-05] (proved)",
    ]
    assert found.correct


def test_an_exact_optimizer_on_a_product_of_groups_has_almost_no_loss():
    found = verify(embed(optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))))
    assert found.correct
    assert found.verdict.loss[0] == 0
    assert found.verdict.loss[1] < Fraction(1, 10**20)


def test_the_factor_1_2d_is_exact():
    network = plain_network(embed(optimizers.six_per_frequency(AbelianGroup("Z5"), nu=1)))
    a, b, c = network.plain()
    found = verify(of_layers(a, b, 10 * c), normalised=True)
    assert found.scale == Fraction(1, 10)
    assert found.correct
    assert found.verdict.loss[1] < Fraction(1, 10**20)


def test_wrong_pairs_are_listed_and_counted():
    network = plain_network(embed(optimizers.six_per_frequency(AbelianGroup("Z7"), nu=1)))
    found = verify(network, operation="x-y")
    assert not found.correct
    first, pairs, loss = found.lines()
    assert first == "answers 7 of 49 pairs of x - y over Z7 correctly (proved)"
    assert pairs.startswith("wrong pairs: (0, 1) (0, 2) (0, 3)")
    assert pairs.endswith(f") and {42 - SHOWN} more")
    assert loss == "loss in [1.7142, 1.7143] (proved)"
    assert len(found.as_json()["wrong"]) == 42


def test_the_operation_that_is_found_is_the_one_that_is_verified():
    """A shift of the outputs is another operation, all of whose pairs are right."""
    network = plain_network(embed(optimizers.six_per_frequency(AbelianGroup("Z7"), nu=1)))
    a, b, c = network.plain()
    found = verify(of_layers(a, b, np.roll(c, 1, axis=0)))
    assert found.lines()[0].startswith("answers 49 of 49 pairs of x + y + 1 over Z7 correctly")
    found = verify(of_layers(a, b[:, [0, 6, 5, 4, 3, 2, 1]], c))
    assert found.lines()[0].startswith("answers 49 of 49 pairs of x - y over Z7 correctly")


def test_tokens_that_stand_for_nothing_are_left_out():
    network = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z7"))))
    rng = np.random.default_rng(0)
    a, b, c = network.plain()
    inputs = [np.hstack([x, rng.normal(size=(len(x), 1))]) for x in (a, b)]
    found = verify(of_layers(*inputs, np.vstack([c, -np.ones((1, c.shape[1]))])))
    assert (found.correct, found.verdict.pairs) == (True, 49)
    assert found.operation.numbers == (tuple(range(7)),) * 3
    assert "x + y over Z7 on the numbers 0..6" in found.lines()[0]


def test_ties_are_named():
    network = of_layers(np.ones((1, 2)), np.ones((1, 2)), np.ones((2, 1)))
    first, pairs, _ = verify(network).lines()
    assert first == "answers 0 of 4 pairs of x + y over Z2 correctly (proved)"
    assert pairs == "wrong pairs: (0, 0) (0, 1) (1, 0) (1, 1); 4 of them are ties"


def test_the_activation_counts():
    network = plain_network(embed(optimizers.six_per_frequency(AbelianGroup("Z7"), nu=1)))
    assert verify(network).correct
    assert not verify(network, activation="power:1").correct


def test_127_inputs_and_512_nodes_are_decided_by_the_bound_alone():
    found = verify(near_an_optimizer(127, 512))
    assert found.correct
    assert found.verdict.in_integers == 0


def test_one_output_is_refused():
    with pytest.raises(WeightFileError, match="has one output, which is always the largest"):
        verify(of_layers(np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1))))
