"""A network as it is stored answers as its own formula says, folded, and in modules of PyTorch."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from algebra import AbelianGroup, optimizers, zeta
from numeric import WeightFileError, embed, plain_network, read_weights
from numeric.training.loss import LossPlan, evaluate
from numeric.training.settings import split_task
from numeric.weights import plain_network as module
from numeric.weights.performance import accuracies, performance, said
from numeric.weights.plain_network import TwoLayer, checked_activation
from tests.numeric.network_loss import network_loss, outputs, sums
from tests.numeric.plain_network import Module, full_task, stacked

D, M, Q, R = 5, 3, 8, 4
SIGMA: dict[str, Any] = {
    "square": lambda t: t * t,
    "relu": lambda t: max(t, 0.0),
    "abs": abs,
    "power:3": lambda t: t**3,
}


def network(activation: str) -> TwoLayer:
    rng = np.random.default_rng(0)
    e, f, a, b, c, u = (
        rng.normal(size=s).astype(np.float32)
        for s in ((D, M), (D, M), (M, Q), (M, Q), (Q, R), (R, D))
    )
    bias, out = rng.normal(size=Q), rng.normal(size=D)
    return TwoLayer((e, a), (f, b), (c, u), bias, out, 1 / 7, activation)


@pytest.mark.parametrize("activation", SIGMA)
def test_outputs_are_those_of_the_formula(activation):
    net, sigma = network(activation), SIGMA[activation]
    (e, a), (f, b), (c, u) = (
        [x.astype(float) for x in layers] for layers in (net.first, net.second, net.last)
    )
    found = net.at(*np.divmod(np.arange(D * D), D)).reshape(D, D, D)
    for x, y in np.ndindex(D, D):
        hidden = [
            sigma(sum(e[x, m] * a[m, j] + f[y, m] * b[m, j] for m in range(M)) + net.bias[j])
            for j in range(Q)
        ]
        for g in range(D):
            wanted = sum(hidden[j] * c[j, r] * u[r, g] for j in range(Q) for r in range(R))
            assert found[x, y, g] == pytest.approx((wanted + net.output_bias[g]) / 7)


def test_the_plain_network_has_the_same_outputs():
    net = network("square")
    a, _, c = net.plain()
    assert (a.shape, c.dtype) == ((Q + 1, D), np.float64)
    x, y = np.divmod(np.arange(D * D), D)
    np.testing.assert_allclose(outputs(net).reshape(-1, D), net.at(x, y), rtol=1e-12)


def test_the_answers_are_the_largest_outputs_in_pieces_too(monkeypatch):
    net = network("relu")
    wanted = net.at(*np.divmod(np.arange(D * D), D)).argmax(axis=1).reshape(D, D)
    assert np.array_equal(net.table(), wanted)
    monkeypatch.setattr(module, "CHUNK", 80)
    assert np.array_equal(net.table(), wanted)


def test_where_nothing_is_folded_the_arrays_stay():
    a, b, c = (np.ones(s, dtype=np.float32) for s in ((D, Q), (D, Q), (Q, D)))
    assert TwoLayer((a,), (b,), (c,)).plain()[2].dtype == np.float32
    assert TwoLayer((a,), (b,), (c,), scale=0.5).plain()[2].dtype == np.float64


ONE, HUGE = np.ones((2, 3)), np.full((2, 3), 1e200)


@pytest.mark.parametrize(
    ("second", "last", "message"),
    [
        ((ONE,), (np.full((3, 2), np.nan),), r"layerc.weight: the weight at \(0, 0\) is nan, not"),
        ((HUGE[:, :2], HUGE), (ONE.T,), r"layerb.weight: the weight at \(0, 0\) is inf, not a"),
        ((ONE[:1],), (ONE.T,), r"expected the shapes \(q, d\), .* layerb.weight \(3, 1\)"),
        ((ONE,), (ONE.T.astype(np.float16),), "float32, or float64, throughout; found float16"),
    ],
)
def test_what_makes_no_plain_network_is_refused(second, last, message):
    first = (ONE.astype(last[0].dtype),)
    second = tuple(x.astype(last[0].dtype) for x in second)
    with np.errstate(all="ignore"), pytest.raises(WeightFileError, match=message):
        TwoLayer(first, second, last).plain()


@pytest.mark.parametrize("text", ["gelu", "power:0", "power:17", "power:", "power:²", "", "Square"])
def test_other_activations_are_refused(text):
    with pytest.raises(WeightFileError, match=f"activation='{text}'; pass square, relu, abs, or"):
        checked_activation(text)
    assert [checked_activation(f"power:{n}") for n in (2, 3)] == ["square", "power:3"]


def test_what_is_measured_of_an_optimizer():
    found = performance(embed(optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))))
    assert (found.loss < 1e-28, found.accuracy) == (True, 1.0)
    found = performance(embed(optimizers.nine_per_frequency(AbelianGroup("Z7"))))
    assert found.scale == pytest.approx(1)
    assert found.loss_at(3) == pytest.approx(4 * found.zero) == pytest.approx(24 / 7)
    small = accuracies(embed(optimizers.nine_per_frequency(AbelianGroup("Z5"))))
    assert small == {"relu": 1.0, "abs": 1.0}
    text = "100.00% of all pairs are answered correctly as squares, 99.43% with ReLU (measured)"
    assert (said(1.0, {"relu": 0.9943, "abs": 0.2}) or "").startswith(text)


PAPERS = Path(__file__).resolve().parents[2] / "data" / "d23_q512_wd5e-5_s2.pt"


def test_the_paper_s_checkpoint_has_the_losses_that_its_author_printed():
    """8.79e-05 on the trained pairs, 1.08e-04 on the others, both with accuracy one."""
    w = stacked(read_weights(PAPERS))[None]
    task = split_task(AbelianGroup("Z23"), seeds=[2])
    (record,) = evaluate(w, LossPlan(task, width=w.shape[-1], dtype=w.dtype))
    assert record["train_loss"] == pytest.approx(8.79e-05, rel=1e-3)
    assert record["test_loss"] == pytest.approx(1.08e-04, rel=5e-3)
    assert record["train_accuracy"] == record["test_accuracy"] == 1


def test_a_checkpoint_loads_into_the_module_by_its_own_keys():
    state = torch.load(PAPERS, weights_only=True)
    assert torch.equal(state.pop("embedding.weight"), torch.eye(23))
    found = Module(state).outputs()
    assert np.array_equal(found, Module(read_weights(PAPERS).state()).outputs())
    assert (found.argmax(-1) == sums((23,))).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_embedded_optimizer_predicts_every_sum(dtype):
    group = AbelianGroup("Z2xZ4")
    plain = plain_network(embed(optimizers.four_plus_six(group, xi=zeta(8), nu=1), dtype=dtype))
    assert (Module(plain.state()).outputs().argmax(-1) == sums((2, 4))).all()
    assert network_loss(plain) < (1e-20 if dtype == np.float64 else 1e-10)


def test_the_group_is_asked_for_where_it_is_not_said_and_has_to_fit():
    w = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z8"))))
    for metadata, asked, message in (
        ({}, None, r"does not name its group of order 8; pass it, such as AbelianGroup\('Z8'\)"),
        ({"group": "Q8"}, None, "metadata: group='Q8'"),
        ({}, "Z7", "Z7 has order 7, .* d = 8; .* order are Z8, Z4xZ2, Z2xZ2xZ2$"),
    ):
        with pytest.raises(WeightFileError, match=message):
            replace(w, metadata=metadata).weights(asked and AbelianGroup(asked))


def test_evaluation_of_a_full_task_has_no_test_part():
    w = torch.zeros(2, 3, 5, 4)
    records = evaluate(w, LossPlan(full_task(AbelianGroup("Z5"), runs=2), width=4))
    for record in records:  # all outputs are equal: 0 is predicted
        expected = {"epoch": 0, "train_loss": 0.8, "train_accuracy": 0.2}
        assert record == pytest.approx(expected)
