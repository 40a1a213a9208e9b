"""What `verify` says of networks that are given: in words, in JSON, and as values."""

import time
from fractions import Fraction

import numpy as np
import pytest

import cogo
from algebra import AbelianGroup, optimizers
from benchmarks.verify import network as near_an_optimizer
from numeric import embed, plain_network
from numeric.verification.verify import SHOWN, verify
from numeric.weights.plain_network import PlainNetwork, WeightFileError
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
    found = verify(embed(optimizers.order9(AbelianGroup("Z2xZ4"))))
    assert found.correct
    assert found.verdict.loss[0] == 0
    assert found.verdict.loss[1] < Fraction(1, 10**20)


def test_the_factor_1_2d_is_exact():
    network = plain_network(embed(optimizers.order6(AbelianGroup("Z5"), nu=1)))
    scaled = PlainNetwork(network.layera, network.layerb, 10 * network.layerc)
    found = verify(scaled, normalised=True)
    assert found.scale == Fraction(1, 10)
    assert found.correct
    assert found.verdict.loss[1] < Fraction(1, 10**20)


def test_wrong_pairs_are_listed_and_counted():
    network = plain_network(embed(optimizers.order6(AbelianGroup("Z7"), nu=1)))
    other = PlainNetwork(network.layera, network.layerb, np.roll(network.layerc, 1, axis=0))
    found = verify(other, group="Z7")
    assert not found.correct
    first, pairs, loss = found.lines()
    assert first == "answers 0 of 49 pairs of x + y over Z7 correctly (proved)"
    assert pairs.startswith("wrong pairs: (0, 0) (0, 1) (0, 2)")
    assert pairs.endswith(f") and {49 - SHOWN} more")
    assert loss == "loss in [1.9999, 2.0001] (proved)"
    assert len(found.as_json()["wrong"]) == 49


def test_ties_are_named():
    network = PlainNetwork(np.ones((1, 2)), np.ones((1, 2)), np.ones((2, 1)))
    first, pairs, _ = verify(network).lines()
    assert first == "answers 0 of 4 pairs of x + y over Z2 correctly (proved)"
    assert pairs == "wrong pairs: (0, 0) (0, 1) (1, 0) (1, 1); 4 of them are ties"


def test_the_activation_counts():
    network = plain_network(embed(optimizers.order6(AbelianGroup("Z7"), nu=1)))
    assert verify(network).correct
    assert not verify(network, activation="power:1").correct


def test_127_inputs_and_512_nodes_take_less_than_three_seconds():
    network = near_an_optimizer(127, 512)
    start = time.process_time()
    found = verify(network)
    assert time.process_time() - start < 3
    assert found.correct
    assert found.verdict.in_integers == 0


def test_one_output_is_refused():
    with pytest.raises(WeightFileError, match="has one output, which is always the largest"):
        verify(PlainNetwork(np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1))))
