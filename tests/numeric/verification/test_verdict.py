"""A verdict is true of the exact network that floats are, whatever its weights."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from numeric.verification import bounds, verify as module
from numeric.verification.verify import interval, verdict
from numeric.weights.plain_network import TwoLayer
from tests.numeric.verification.oracle import ACTIVATIONS, agrees, random_network

D = 4
TABLE = np.add.outer(np.arange(D), np.arange(D)) % D


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_random_networks_with_all_that_they_may_have(activation, kind):
    rng = np.random.default_rng(len(activation) + len(kind))
    for _ in range(20):
        network = random_network(rng, activation=activation, kind=kind)
        assert agrees(verdict(network, TABLE), network, TABLE)


def test_bounds_are_narrow_where_floats_decide():
    network = random_network(np.random.default_rng(1), q=64)
    found = verdict(network, TABLE)
    assert found.in_integers == 0
    for low, high in (found.margin, found.loss, found.onehot):
        assert high - low < Fraction(1, 10**10) * max(abs(high), 1)


@pytest.mark.parametrize("activation", ["square", "relu", "abs", "power:3"])
@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e-100, 1e100, 1e160, 1e300])
def test_magnitudes_at_which_floats_underflow_or_overflow(activation, size):
    rng = np.random.default_rng(0)
    for _ in range(4):
        network = random_network(rng, d=3, q=2, activation=activation, size=size)
        table = np.add.outer(np.arange(3), np.arange(3)) % 3
        assert agrees(verdict(network, table), network, table)


def test_weights_of_all_magnitudes_at_once():
    rng = np.random.default_rng(2)
    for _ in range(10):
        a, b, c = (rng.normal(size=(D, 3)) * 10.0 ** rng.integers(-300, 150, (D, 3)) for _ in "abc")
        network = TwoLayer((a,), (b,), (c.T,))
        assert agrees(verdict(network, TABLE), network, TABLE)


def test_denormal_weights_count():
    least = np.full((2, 1), 5e-324)
    network = TwoLayer((least,), (least,), (np.array([[0.0, 5e-324]]),))
    found = verdict(network, np.ones((2, 2), dtype=int))
    assert (found.wrong, found.in_integers) == ((), 4)
    assert found.margin[0] == 4 * Fraction(5e-324) ** 3


@pytest.mark.parametrize("way", [-1, 1])
def test_a_margin_of_one_unit_in_the_last_place_is_seen(way):
    one, more = np.array([[1.0]]), np.nextafter(0.1, way)
    network = TwoLayer((one,), (one,), (np.array([[0.1, more]]),))
    found = verdict(network, np.array([[1]]))
    assert (found.wrong == ()) is (way > 0)
    assert found.margin == (4 * (Fraction(more) - Fraction(0.1)),) * 2


def test_a_wrong_pair_has_a_negative_margin():
    last = np.array([[0.0, 1.0], [0.5, 0.0]])
    network = TwoLayer((np.eye(2),), (np.eye(2),), (last,), activation="relu")
    found = verdict(network, np.array([[1, 0], [1, 0]]))
    assert (found.wrong, found.ties, found.in_integers) == (((0, 1),), (), 0)
    assert interval(found.margin) == ["-0.50001", "-0.49999"]


def test_equal_outputs_are_ties_and_wrong():
    network = TwoLayer((np.eye(D),), (np.eye(D),), (np.ones((D, D)),))
    found = verdict(network, TABLE)
    assert len(found.wrong) == 16
    assert found.ties == found.wrong
    assert found.margin == (0, 0)


def test_sums_whose_rounding_makes_a_tie_are_decided_exactly():
    """In float64 both outputs are 1; the second is larger by 2^-60."""
    last = np.array([[1.0, 1.0], [0.0, 2.0**-60]])
    network = TwoLayer((np.full((1, 2), 0.5),), (np.full((1, 2), 0.5),), (last,))
    assert verdict(network, np.array([[1]])).wrong == ()
    assert verdict(network, np.array([[0]])).wrong == ((0, 0),)


def test_a_network_without_weights():
    found = verdict(TwoLayer((np.zeros((D, 2)),), (np.zeros((D, 2)),), (np.zeros((2, D)),)), TABLE)
    assert (len(found.ties), found.loss, found.onehot) == (16, (Fraction(3, 4),) * 2, (1, 1))


def test_only_pairs_of_the_table_are_looked_at():
    network = random_network(np.random.default_rng(5))
    rows, columns = [2, 0], [3, 1, 2]
    found = verdict(network, TABLE[np.ix_(rows, columns)], rows=rows, columns=columns)
    whole = set(verdict(network, TABLE).wrong)
    assert set(found.wrong) == {(x, y) for x, y in whole if x in rows and y in columns}
    assert found.pairs == 6


def test_blocks_of_pairs_fit_together(monkeypatch):
    network = random_network(np.random.default_rng(6))
    whole = verdict(network, TABLE)
    monkeypatch.setattr(module, "CHUNK", 15)
    parts = verdict(network, TABLE)
    assert (parts.wrong, parts.ties) == (whole.wrong, whole.ties)
    assert agrees(parts, network, TABLE)


floats = st.floats(allow_nan=False, allow_infinity=False)
short = st.integers(-8, 8).map(lambda n: n / 4)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(ACTIVATIONS)),
    *(arrays(np.float64, (3, 2), elements=st.one_of(short, floats)) for _ in range(3)),
    arrays(np.float64, 2, elements=short),
    st.one_of(short, floats),
)
def test_what_is_said_is_true_of_any_floats(activation, a, b, c, bias, scale):
    network = TwoLayer((a,), (b,), (c.T,), bias=bias, scale=scale, activation=activation)
    table = np.add.outer(np.arange(3), np.arange(3)) % 3
    assert agrees(verdict(network, table), network, table)


def test_a_bound_that_is_made_too_small_is_caught(monkeypatch):
    """In floats the first output is 0 and not 4: there it loses against 2."""
    inputs = np.array([[1e8, 1.0, 1e8]])
    last = np.array([[1.0, 0.0], [1.0, 0.5], [-1.0, 0.0]])
    network, table = TwoLayer((inputs,), (inputs,), (last,)), np.array([[0]])
    found = verdict(network, table)
    assert agrees(found, network, table)
    assert found.in_integers == 1
    monkeypatch.setattr(bounds, "gamma", lambda roundings: 2.0**-72)
    with pytest.raises(AssertionError):
        agrees(verdict(network, table), network, table)


@pytest.mark.parametrize("sign", [-1, 1])
def test_losses_hold_wherever_the_outputs_are_within_their_bounds(sign):
    """All outputs at once may be off to one side: then their mean is."""
    rng = np.random.default_rng(0)
    outputs, radius = rng.normal(size=(5, 4)), np.abs(rng.normal(size=(5, 4)))
    wanted = np.array([0, 1, 2, 3, 0])
    for ones in (np.ones((5, 4)), np.eye(5, 4), rng.choice([-1, 1], (5, 4))):
        f = np.vectorize(Fraction, otypes=[object])(outputs)
        f = f + sign * np.vectorize(Fraction, otypes=[object])(radius * ones)
        f[np.arange(5), wanted] -= 1
        (low, high), (least, most) = module._losses((outputs, radius), wanted)
        assert low <= (f * f).sum() - (f.sum(axis=1) ** 2).sum() / 4 <= high
        assert least <= (f * f).sum() <= most


def test_an_error_of_one_output_is_one_of_the_mean():
    """Errors 2, -1, -1, the first of which may be 1: then 1, -1, -1 are 4/3, -2/3, -2/3."""
    outputs = np.array([[3.0, -1.0, -1.0]]), np.array([[1.0, 0.0, 0.0]])
    (low, high), _ = module._losses(outputs, np.array([0]))
    assert low <= Fraction(24, 9) <= Fraction(6) <= high
