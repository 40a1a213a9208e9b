"""What many nodes are together, and outputs without a scale; networks made by NumPy alone."""

import json
import re
from typing import Any

import numpy as np
import pytest

from algebra import AbelianGroup, blocks, optimizers, unit
from numeric import Weights, embed
from numeric.recognition.block_match import Block, matches
from numeric.recognition.recognise import recognise
from numeric.recognition.report import LISTED
from numeric.weights import performance
from numeric.weights.given import reading
from numeric.weights.performance import accuracies, said
from tests.numeric.trained_like import DENSE, TRAINED, at_all_pairs, random_weights

DATA = DENSE.parent
P = 11


def waves(phases: Any, sizes: Any) -> Weights:
    """Nodes ``cos(w x + t), cos(w y + t), s cos(w g + 2t)`` with ``w = 2 pi k / P``.

    Phases and sizes have shape (frequencies, nodes); all by definition, no transform.
    """
    k = np.arange(1, P // 2 + 1)[:, None]
    angle = 2 * np.pi / P * k * np.arange(P)[:, None, None]
    inputs, outputs = np.cos(angle + phases), sizes * np.cos(angle + 2 * phases)
    return Weights(AbelianGroup(P), *(x.reshape(P, -1) for x in (inputs, inputs, outputs)))


def test_outputs_without_a_scale_are_recognised_up_to_it():
    rng = np.random.default_rng(2)
    phases, sizes = rng.uniform(0, 2 * np.pi, (5, 40)), rng.uniform(10, 20, (5, 40))
    found = recognise(waves(phases, sizes))
    assert found.measured.accuracy == 1
    assert not found.learned
    assert "--normalised" not in str(found.not_learned())
    free = found.up_to_scale
    assert (free.least, free.median, free.same) == pytest.approx((1, 1, 1))
    assert free.phase < 1e-6
    gains = sizes.sum(axis=1) / 8  # every node has a = b = e^(it)/2 and c = s e^(-2it)/2
    assert free.gains == pytest.approx((gains.min(), gains.max()))
    assert found.compositions == {"random phases": P // 2}
    for x, s in zip(found.frequencies, sizes, strict=True):
        assert x.together.effective == pytest.approx(s.sum() ** 2 / (s**2).sum())
        assert x.match.residual < 1e-9
        assert x.together.alone == pytest.approx(1)
    assert sum(x.together.share for x in found.frequencies) == pytest.approx(1)


def test_phases_that_do_not_add_up_or_are_not_spread_are_not_said_to_be_random():
    rng = np.random.default_rng(3)
    phases, no = rng.uniform(0, 2 * np.pi, 40), np.zeros(40, dtype=bool)

    def named(angles: Any, more: Any) -> str:
        a, c = np.exp(1j * angles), np.exp(1j * (more - 2 * angles))
        [found] = matches([Block(P, np.stack([a, a, c]) / 5, np.zeros(40), no, ~no)])
        return found.composition

    assert named(phases, 0) == "random phases"
    assert named(phases, rng.normal(0, 0.2, 40)) == "random phases"
    assert named(phases, rng.uniform(-np.pi, np.pi, 40)) == "unknown"
    assert named(phases, 0.6 * rng.choice([-1, 1], 40)) == "unknown"
    assert named(0.3 * phases, 0) == "unknown"
    assert named(2 * np.pi / 3 * rng.integers(3, size=40), 0) == "unknown"  # syn, many times over


def split(w: Weights, parts: int, rng: Any) -> Weights:
    """Every node in so many parts, ``sum t^3 = 1`` over the parts of each."""
    t = rng.uniform(0.5, 1.5, (parts, w.width))
    t /= np.cbrt((t**3).sum(axis=0))
    return Weights(
        w.group, *(np.concatenate(list(t[:, None] * x), axis=1) for x in (w.w_a, w.w_b, w.w_c))
    )


Z7 = AbelianGroup("Z7")
#: What the nodes of each frequency act as, and nodes that do so exactly.
ACTS = [
    (["nu*syn"] * 3, optimizers.nine_per_frequency(Z7)),
    (["nu(i)*xi"] * 3, optimizers.four_plus_constant(Z7, xi=unit(2))),
    (["syn"] * 3, at_all_pairs(blocks.syn(), "Z7")),
    (["nu(i)*xi", "nu(i)*xi", "real"], optimizers.four_plus_real(AbelianGroup("Z6"), xi=unit(2))),
    (["no known block"] * 3, None),
]


@pytest.mark.parametrize(("acts_as", "z"), ACTS)
def test_a_sum_acts_as_the_block_whatever_the_number_of_its_nodes(acts_as, z):
    rng = np.random.default_rng(5)
    w = embed(z, gauge="balanced") if z else random_weights("Z7", 30, rng)
    few, many = (recognise(x).frequencies for x in (w, split(w, 12, rng)))
    assert [x.together.acts_as for x in few] == [x.together.acts_as for x in many] == acts_as
    for x, y in zip(few, many, strict=True):
        assert y.together.off == pytest.approx(x.together.off)
        assert y.together.gain == pytest.approx(x.together.gain)
        assert y.together.effective > x.together.effective
        if z:
            assert x.together.off < 1e-9
            assert x.together.effective == pytest.approx(x.order)


def test_json_has_no_lists_of_many_nodes_and_says_how_many_there_are():
    data = json.loads(json.dumps(recognise(DENSE).as_json()))
    assert data["counts"]["mixed"] == 98
    assert data["mixed"] is None
    assert data["several"] is None

    def lists(x: Any) -> Any:
        if isinstance(x, dict):
            for y in x.values():
                yield from lists(y)
        elif isinstance(x, list):
            yield x
            for y in x:
                yield from lists(y)

    assert max(map(len, lists(data))) <= LISTED
    assert {x["order"] > 90 for x in data["frequencies"]} == {True}
    few = recognise(embed(optimizers.nine_per_frequency(AbelianGroup("Z7")))).as_json()
    assert few["frequencies"][0]["nodes"] == list(range(9))


def scaled(w: Weights, factor: float) -> Weights:
    return Weights(w.group, w.w_a, w.w_b, factor * w.w_c)


@pytest.mark.parametrize("spec", ["Z7", "Z2xZ4"])
def test_the_best_scale_is_a_least_squares_fit(spec):
    w = random_weights(spec, 5, np.random.default_rng(0))
    found = performance.performance(w)
    for s in (found.scale, 0.3, -2.0):
        assert found.loss_at(s) == pytest.approx(performance.performance(scaled(w, s)).loss)
    assert found.loss_at(found.scale) < min(found.loss_at(found.scale + x) for x in (-0.01, 0.01))


SCALES = {
    1 / 14: "too small: .* times 14 they leave less than 1e-12: multiply the output layer by 14, "
    "or leave out --normalised$",
    0.2: "too small: .* times 5 they leave less than 1e-12: multiply the output layer by 5$",
    0.26: None,
    1.9: None,
    3: "too large: .* times 0.333 they leave less than 1e-12: multiply the output layer by 0.333",
    14: r"too large: .* times 1/2d they leave less than 1e-12: .*, pass --normalised \(normalised=",
    12: r"too large: .* times 1/2d they leave 0.0175: .*, pass --normalised \(normalised=",
}


@pytest.mark.parametrize("factor", SCALES)
def test_normalised_is_advised_only_where_it_brings_the_loss_near_zero(factor):
    z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=unit(2), nu=unit(3))
    found = recognise(scaled(embed(z, gauge="balanced"), factor))
    assert found.measured.accuracy == 1.0
    assert found.measured.scale == pytest.approx(1 / factor)
    said, wanted = found.not_learned(), SCALES[factor]
    assert found.learned == (wanted is None)
    assert (said is None) == (wanted is None)
    if wanted is not None:
        assert re.search(wanted, str(said)), said
        assert ("pass --normalised" in str(said)) == (factor > 3)


@pytest.mark.parametrize("factor", [1, 10, 1e-3])
def test_a_network_trained_on_logits_is_analysed_up_to_its_scale_and_told_that_none_fits(factor):
    found = recognise(scaled(reading(DATA / "cross_entropy_z11.pt").weights, factor))
    said, best = str(found.not_learned()), 0.0593 / factor
    assert said.startswith("the outputs are no one-hot vectors at any scale: 100.0% of all pairs")
    assert (
        f"; times {best:.3g}, the best scale, they leave 0.264. So it is after training on" in said
    )
    assert "--normalised" not in said
    assert found.measured.scale == pytest.approx(best, rel=1e-3)
    assert found.measured.loss_at(found.measured.scale) == pytest.approx(0.264, abs=5e-4)
    free = found.up_to_scale
    assert free.gains == pytest.approx((9.70 * factor, 14.46 * factor), rel=1e-3)
    assert free.phase == pytest.approx(6.7, abs=0.05)
    assert recognise(TRAINED).up_to_scale is None


def test_right_answers_that_overflow_are_said_to_be_no_one_hot_vectors():
    w = embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))
    with np.errstate(over="ignore"):
        found = recognise(scaled(w, 1e200))
    assert "one-hot vectors at any scale" in str(found.not_learned())
    assert not found.learned


def test_a_scale_of_the_outputs_does_not_change_what_is_recognised_up_to_it():
    z = optimizers.four_plus_six(AbelianGroup("Z11"), xi=unit(2), nu=unit(3))
    w = embed(z, gauge="balanced")
    found = recognise(scaled(w, 500))
    assert found.up_to_scale.gains == pytest.approx((500, 500))
    assert found.compositions == recognise(w).compositions == {"nu(i)*xi": 4, "nu*syn": 1}
    assert max(x.match.residual for x in found.frequencies) < 1e-9


def test_other_activations_are_measured_on_all_pairs():
    arrays = random_weights(7, 9, np.random.default_rng(0))
    right = {"relu": 0, "abs": 0}
    for x, y in np.ndindex(7, 7):
        hidden = arrays.w_a[x] + arrays.w_b[y]
        for name, h in (("relu", hidden * (hidden > 0)), ("abs", abs(hidden))):
            right[name] += int(np.argmax(arrays.w_c @ h) == (x + y) % 7)
    assert accuracies(arrays) == {name: n / 49 for name, n in right.items()}
    assert len({*right.values()}) == 2
    assert said(0.1, {"relu": 0.89, "abs": 0.1}) is None
    assert "10.00% of all pairs are answered correctly as squares, 90.00% with ReLU" in str(
        said(0.1, {"relu": 0.9, "abs": 0.1})
    )
