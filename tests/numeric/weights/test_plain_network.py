"""A network as it is stored answers as its own formula says, and folded as a plain one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers
from numeric import WeightFileError, embed
from numeric.weights.performance import accuracies, performance, said
from numeric.weights.plain_network import TwoLayer, checked_activation

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
def test_outputs_are_those_of_the_formula(activation: str) -> None:
    net, sigma = network(activation), SIGMA[activation]
    (e, a), (f, b), (c, u) = (
        tuple(x.tolist() for x in y) for y in (net.first, net.second, net.last)
    )
    assert net.bias is not None
    assert net.output_bias is not None
    bias, out = net.bias.tolist(), net.output_bias.tolist()
    x, y = np.divmod(np.arange(D * D), D)
    found = net.at(x, y)
    for i, (s, t) in enumerate(zip(x, y, strict=True)):
        hidden = [
            sigma(sum(e[s][m] * a[m][j] + f[t][m] * b[m][j] for m in range(M)) + bias[j])
            for j in range(Q)
        ]
        for g in range(D):
            wanted = sum(hidden[j] * c[j][r] * u[r][g] for j in range(Q) for r in range(R))
            assert found[i, g] == pytest.approx((wanted + out[g]) / 7)


def test_the_plain_network_has_the_same_outputs() -> None:
    net = network("square")
    a, b, c = net.plain()
    assert (a.shape, c.dtype) == ((Q + 1, D), np.float64)
    x, y = np.divmod(np.arange(D * D), D)
    outputs = (a[:, x] + b[:, y]).T ** 2 @ c.T
    np.testing.assert_allclose(outputs, net.at(x, y), rtol=1e-12)


def test_where_nothing_is_folded_the_arrays_stay() -> None:
    a, b, c = (np.ones(s, dtype=np.float32) for s in ((D, Q), (D, Q), (Q, D)))
    assert TwoLayer((a,), (b,), (c,)).plain()[2].dtype == np.float32
    assert TwoLayer((a,), (b,), (c,), scale=0.5).plain()[2].dtype == np.float64


@pytest.mark.parametrize("text", ["gelu", "power:0", "power:17", "power:", "power:²", "", "Square"])
def test_other_activations_are_refused(text: str) -> None:
    with pytest.raises(WeightFileError, match=f"activation='{text}'; pass square, relu, abs, or"):
        checked_activation(text)


def test_small_networks_by_hand() -> None:
    net = TwoLayer((np.eye(2),), (np.eye(2),), (np.eye(2),), activation="relu")
    assert net.at(np.array([0, 1]), np.array([0, 0])).tolist() == [[2.0, 0.0], [1.0, 1.0]]
    net = TwoLayer((np.eye(2),), (np.eye(2),), (np.eye(2),), output_bias=np.ones(2))
    assert net.plain()[2].tolist() == [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]
    assert [checked_activation(f"power:{n}") for n in (2, 3)] == ["square", "power:3"]


def test_what_is_measured_of_an_optimizer() -> None:
    found = performance(embed(optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))))
    assert (found.loss < 1e-28, found.accuracy) == (True, 1.0)
    found = performance(embed(optimizers.nine_per_frequency(AbelianGroup("Z7"))))
    assert found.scale == pytest.approx(1)
    assert found.loss_at(3) == pytest.approx(4 * found.zero) == pytest.approx(24 / 7)
    small = accuracies(embed(optimizers.nine_per_frequency(AbelianGroup("Z5"))))
    assert small == {"relu": 1.0, "abs": 1.0}
    text = "100.00% of all pairs are answered correctly as squares, 99.43% with ReLU (measured)"
    assert (said(1.0, {"relu": 0.9943, "abs": 0.2}) or "").startswith(text)
