"""A verdict is true of the exact network that floats are, whatever its weights."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from numeric.verification import bounds, verify as module
from numeric.verification.verify import verdict
from numeric.weights.plain_network import TwoLayer
from tests.numeric.verification.oracle import ACTIVATIONS, agrees, fractions, random_network

D = 4
TABLE, TABLE_3 = (np.add.outer(np.arange(d), np.arange(d)) % d for d in (D, 3))
PAIRS = tuple(np.ndindex(D, D))


@pytest.mark.parametrize("kind", ["float16", "float32", "float64"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_random_networks_with_all_that_they_may_have(activation, kind):
    rng = np.random.default_rng(len(activation) + len(kind))
    for _ in range(20):
        network = random_network(rng, activation=activation, kind=kind)
        agrees(verdict(network, TABLE), network, TABLE)


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
        agrees(verdict(network, TABLE_3), network, TABLE_3)


def test_weights_of_all_magnitudes_at_once():
    rng = np.random.default_rng(2)
    for _ in range(10):
        a, b, c = (rng.normal(size=(D, 3)) * 10.0 ** rng.integers(-300, 150, (D, 3)) for _ in "abc")
        network = TwoLayer((a,), (b,), (c.T,))
        agrees(verdict(network, TABLE), network, TABLE)


def layers(inputs, last, **more):
    """A network that reads both inputs by the same weights."""
    return TwoLayer((np.array(inputs),), (np.array(inputs),), (np.array(last),), **more)


LEAST, HALF = 5e-324, [[0.5, 0.5]]
#: In float64 both outputs are 1; the second is larger by 2^-60.
ROUNDED = layers(HALF, [[1.0, 1.0], [0.0, 2.0**-60]])
#: A network, its right answers, which pairs are wrong and which ties, and for how many that is
#: decided in integers.
SMALL = {
    "denormal weights": (layers([[LEAST]] * 2, [[0.0, LEAST]]), [[1, 1], [1, 1]], (), (), 4),
    "larger by a unit in the last place": (
        layers([[1.0]], [[0.1, np.nextafter(0.1, 1)]]), [[1]], (), (), 1),
    "smaller by a unit in the last place": (
        layers([[1.0]], [[0.1, np.nextafter(0.1, -1)]]), [[1]], ((0, 0),), (), 1),
    "a negative margin": (
        layers(np.eye(2), [[0.0, 1.0], [0.5, 0.0]], activation="relu"),
        [[1, 0], [1, 0]], ((0, 1),), (), 0),
    "equal outputs": (layers(np.eye(D), np.ones((D, D))), TABLE, PAIRS, PAIRS, 16),
    "no weights": (layers(np.zeros((D, 2)), np.zeros((2, D))), TABLE, PAIRS, PAIRS, 16),
    "right, and in floats a tie": (ROUNDED, [[1]], (), (), 1),
    "wrong, and in floats a tie": (ROUNDED, [[0]], ((0, 0),), (), 1),
    # In floats the first output is 0 and not 4: there it loses against 2.
    "right, and in floats wrong": (
        layers([[1e8, 1.0, 1e8]], [[1.0, 0.0], [1.0, 0.5], [-1.0, 0.0]]), [[0]], (), (), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_small_differences_and_ties_are_decided(name):
    network, table, *wanted = SMALL[name]
    found = verdict(network, np.array(table))
    assert [found.wrong, found.ties, found.in_integers] == wanted
    agrees(found, network, np.array(table))
    if found.in_integers:
        assert found.margin[0] == found.margin[1]
    if name == "no weights":
        assert (found.loss, found.onehot) == ((Fraction(3, 4),) * 2, (1, 1))


def test_a_bound_that_is_made_too_small_is_caught(monkeypatch):
    network, table, *_ = SMALL["right, and in floats wrong"]
    monkeypatch.setattr(bounds, "gamma", lambda roundings: 2.0**-72)
    with pytest.raises(AssertionError):
        agrees(verdict(network, np.array(table)), network, np.array(table))


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
    agrees(parts, network, TABLE)


floats = st.floats(allow_nan=False, allow_infinity=False)
short = st.integers(-8, 8).map(lambda n: n / 4)


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(ACTIVATIONS)),
    *(arrays(np.float64, (3, 2), elements=st.one_of(short, floats)) for _ in range(3)),
    arrays(np.float64, 2, elements=short),
    st.one_of(short, floats),
)
def test_what_is_said_is_true_of_any_floats(activation, a, b, c, bias, scale):
    network = TwoLayer((a,), (b,), (c.T,), bias=bias, scale=scale, activation=activation)
    agrees(verdict(network, TABLE_3), network, TABLE_3)


@pytest.mark.parametrize("sign", [-1, 1])
def test_losses_hold_wherever_the_outputs_are_within_their_bounds(sign):
    """All outputs at once may be off to one side: then their mean is."""
    rng = np.random.default_rng(0)
    outputs, radius = rng.normal(size=(5, 4)), np.abs(rng.normal(size=(5, 4)))
    wanted = np.array([0, 1, 2, 3, 0])
    for ones in (np.ones((5, 4)), np.eye(5, 4), rng.choice([-1, 1], (5, 4))):
        f = fractions(outputs) + sign * fractions(radius * ones)
        f[np.arange(5), wanted] -= 1
        (low, high), (least, most) = module._losses((outputs, radius), wanted)
        assert low <= (f * f).sum() - (f.sum(axis=1) ** 2).sum() / 4 <= high
        assert least <= (f * f).sum() <= most


def test_an_error_of_one_output_is_one_of_the_mean():
    """Errors 2, -1, -1, the first of which may be 1: then 1, -1, -1 are 4/3, -2/3, -2/3."""
    outputs = np.array([[3.0, -1.0, -1.0]]), np.array([[1.0, 0.0, 0.0]])
    (low, high), _ = module._losses(outputs, np.array([0]))
    assert low <= Fraction(24, 9) <= Fraction(6) <= high
