"""Bounds hold the exact outputs and losses of a network, and decimals stay on their side."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from numeric.verification.bounds import MAX_TERMS, BoundedNetwork, ExactNetwork, U, gamma, whole
from numeric.verification.verify import _squares, decimal, interval
from numeric.weights.plain_network import TwoLayer
from tests.numeric.verification.oracle import ACTIVATIONS, fractions, outputs, random_network

numbers = st.floats(allow_nan=False, allow_infinity=False)
Y = np.arange(3)


def holds(network: TwoLayer, scale: Fraction) -> bool:
    """Whether the exact outputs are within their bounds; infinite ones and NaN say nothing."""
    with np.errstate(all="ignore"):
        bounded, exact = BoundedNetwork(network, scale), outputs(network, scale)
        for x in range(3):
            f, radius = bounded.outputs(x, Y)
            known = np.isfinite(f) & np.isfinite(radius)
            gap = np.abs(fractions(f[known]) - exact[x][known])
            if not (gap <= fractions(radius[known])).all():
                return False
    return True


matrices = arrays(np.float64, (3, 3), elements=numbers)


@given(st.sampled_from(sorted(ACTIVATIONS)), st.lists(matrices, min_size=6, max_size=6),
       st.fractions())  # fmt: skip
def test_outputs_of_any_floats_are_within_their_bounds(activation, m, scale):
    network = TwoLayer((m[0], m[1]), (m[2],), (m[3], m[4]), m[5][0], m[5][1], 1.0, activation)
    assert holds(network, scale)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("size", [1e-320, 1e-170, 1e-80, 1.0, 1e60, 1e160])
def test_outputs_of_any_size_are_within_their_bounds(activation, size):
    rng = np.random.default_rng(0)
    for _ in range(2):
        network = random_network(rng, d=3, q=40, activation=activation, size=size)
        assert holds(network, Fraction(1, 6))
        huge = TwoLayer((network.first[0][:, :1],), (np.zeros((3, 1)),), (np.full((1, 3), 1e300),),
                        activation=activation)  # fmt: skip
        assert holds(huge, Fraction(1, 3))


def test_bounds_are_those_of_the_formula_and_not_wider():
    a, b, c = np.eye(3), -np.eye(3), np.ones((3, 2))
    f, radius = BoundedNetwork(TwoLayer((a,), (b,), (c,)), Fraction(1)).outputs(0, np.array([0, 1]))
    assert f.tolist() == [[0.0, 0.0], [2.0, 2.0]]
    # Moduli are added where numbers cancel; a rounding of an input, of two sums, of a square, of
    # a sum of three nodes, and what is left.
    np.testing.assert_allclose(radius, gamma(15) * np.array([[4.0, 4.0], [2.0, 2.0]]), rtol=1e-12)
    assert gamma(0) > 2 * U > gamma(0) / 9


def test_a_bound_without_what_underflow_takes_is_caught(monkeypatch):
    """The square of 1e-170 is 0 in floats, and 1e-40 of 1e300 nodes in truth."""
    network = TwoLayer((np.full((3, 1), 1e-170),), (np.zeros((3, 1)),), (np.full((1, 3), 1e300),))
    assert holds(network, Fraction(1))
    monkeypatch.setattr("numeric.verification.bounds.TINY", 0.0)
    assert not holds(network, Fraction(1))


def test_a_bound_of_fewer_roundings_is_caught(monkeypatch):
    rng = np.random.default_rng(0)
    network = random_network(rng, d=3, q=40)
    assert holds(network, Fraction(1, 3))
    monkeypatch.setattr("numeric.verification.bounds.gamma", lambda roundings: U / 2**9)
    assert not holds(network, Fraction(1, 3))


@given(*(arrays(np.float64, (2, 3), elements=st.floats(-1e50, 1e50)) for _ in range(2)))
def test_sums_of_squares_lie_between_their_bounds(x, radius):
    radius = np.abs(radius)
    for y in (fractions(x) + fractions(np.copysign(radius, s * x)) for s in (-1, 1)):
        low, high = _squares(x, radius, gamma(5))
        assert low <= (y**2).sum() <= high


def test_floats_are_integers_divided_by_a_power_of_two():
    integers, below = whole(np.array([0.75, -2.0, 0.0]))
    assert (integers.tolist(), below) == ([3, -8, 0], 4)


def test_integers_and_a_unit_are_the_outputs():
    a = np.array([[0.5], [1.0]])
    network = ExactNetwork(TwoLayer((a,), (a,), (np.array([[1.0, -0.25]]),)), Fraction(1, 3))
    found, unit = network.outputs(0, 1)
    assert [n * unit for n in found] == [Fraction(3, 4), Fraction(-3, 16)]


def test_too_many_terms_are_refused():
    many = np.zeros((1, MAX_TERMS + 1))
    with pytest.raises(ValueError, match="sums of 1048577 terms; at most 1048576 are bounded"):
        BoundedNetwork(TwoLayer((many,), (many,), (many.T,)), Fraction(1))


@given(st.one_of(st.fractions(), numbers.map(Fraction)), st.integers(1, 9))
def test_decimals_are_on_their_side_and_as_near_as_their_digits_allow(x, digits):
    low, high = (Fraction(decimal(x, up=up, digits=digits)) for up in (False, True))
    assert low <= x <= high
    assert high - low <= abs(x) * Fraction(10) ** (1 - digits)


def test_decimals_read_as_people_write_them():
    assert interval((Fraction(1), Fraction(1))) == ["1", "1"]
    assert interval((Fraction(1, 7), Fraction(1, 7))) == ["0.14285", "0.14286"]
    assert decimal(-Fraction(1, 3) / 10**7, up=True) == "-3.3333e-08"
    assert interval((Fraction(-1, 3), Fraction(2, 3))) == ["-0.33334", "0.66667"]
    assert interval((Fraction(99999999, 100), Fraction(10) ** 9)) == ["9.9999e+05", "1e+09"]
    assert decimal(Fraction(999999, 10**10), up=True) == "0.0001"
    wide = [decimal(Fraction(n), up=True) for n in (100, 99999, 100001)]
    assert wide == ["100", "99999", "1.0001e+05"]
