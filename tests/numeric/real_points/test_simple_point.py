"""From a numerical zero to exact numbers: systems, simple points, recognised digits."""

from fractions import Fraction
from math import isqrt

import numpy as np
import pytest

from algebra import zeta
from numeric.real_points.algebraic_number import recognised, square_root
from numeric.real_points.simple_point import simple_point
from numeric.real_points.system import System

BITS = 300


def digits(x: Fraction) -> Fraction:
    return Fraction(round(x * 2**BITS), 2**BITS)


def root_of(m: int) -> Fraction:
    return Fraction(isqrt(m << 4 * BITS), 1 << 2 * BITS)


def test_the_jacobian_is_the_derivative_of_the_values():
    rng = np.random.default_rng(0)
    monomials = [(), (1,), (2, 3), (1, 1), (2, 2, 2), (1, 2, 3), (1, 1, 3)]
    rows = [{m: int(rng.integers(-3, 4)) for m in monomials} for _ in range(4)]
    system = System.of(rows)
    point = np.array([1.0, *rng.normal(size=3)])
    for row, value in zip(rows, system.values(point), strict=True):
        by_hand = sum(x * np.prod([point[i] for i in m]) for m, x in row.items())
        assert value == pytest.approx(by_hand)
    move, h = np.array([0.0, *rng.normal(size=3)]), 1e-6
    slope = (system.values(point + h * move) - system.values(point - h * move)) / (2 * h)
    assert system.jacobian(point) @ move[1:] == pytest.approx(slope, abs=1e-7)


def test_refined_numbers_are_right_to_all_bits():
    # x y = 2 and x = y^2: the cube root of 2 and its square; the third equation is redundant
    system = System.of([{(1, 2): 1, (): -2}, {(1,): 1, (2, 2): -1}, {(2, 2, 2): 1, (): -2}])
    start = system.polished(np.array([1.0, 1.6, 1.2]), np.array([1, 2]))
    _, x, y = system.refined(start, np.array([1, 2]), bits=BITS)
    one = 1 << BITS
    assert abs(x * y - 2 * one**2) < 8 * one
    assert abs(y**3 - 2 * one**3) < 8 * one**2


def test_only_free_unknowns_move():
    system = System.of([{(1, 1): 1, (2, 2): 1, (): -25}])
    there = system.polished(np.array([1.0, 4.0, 2.0]), np.array([2]))
    assert there[:2].tolist() == [1.0, 4.0]
    assert there[2] == pytest.approx(3.0)
    assert system.refined(there, np.array([2]), bits=60)[1] == 4 << 60


@pytest.mark.parametrize("seed", range(4))
def test_a_simple_point_is_a_zero_that_cannot_move(seed):
    # x y z = 6 and x + y + z = w: two of four unknowns are free
    system = System.of([{(1, 2, 3): 1, (): -6}, {(1,): 1, (2,): 1, (3,): 1, (4,): -1}])
    start = np.array([1.0, 1.2, 1.7, 6 / (1.2 * 1.7), 0.0])
    start[4] = start[1:4].sum()
    found = simple_point(system, start, rng=np.random.default_rng(seed), last=frozenset({4}))
    point, fixed = found
    assert np.abs(system.values(point)).max() < 1e-10
    assert len(fixed) == 2
    assert 4 not in fixed
    assert all(point[i] == float(x) for i, x in fixed.items())


def test_where_nothing_simple_can_be_reached_there_is_no_point():
    # On x^2 + y^2 = 1/1000 no coordinate can be 1, but each can be 0: that is tried and found;
    # on x y = 1/1000, from x = y, neither can be 0, and 1 is one of both
    small = System.of([{(1, 1): 1000, (2, 2): 1000, (): -1}])
    found = simple_point(small, np.array([1.0, 0.03, 0.01]), rng=np.random.default_rng(0))
    assert list(found[1].values()) == [Fraction(0)]
    # x^2 - 2 y^2 = 0 with x z = 10000: every simple value of one lets another one blow up
    steep = System.of([{(1, 2): 1, (): -10_000}])
    assert simple_point(steep, np.array([1.0, 100, 100]), rng=np.random.default_rng(0)) is None


@pytest.mark.parametrize(
    ("x", "exponent", "expected"),
    [
        (Fraction(-22, 7), 1, Fraction(-22, 7)),
        (1 + 2 * root_of(3), 3, 1 + 2 * square_root(3)),
        ((root_of(5) - 1) / 4, 5, (zeta(5) + zeta(5, 4)) * Fraction(1, 2)),
        (-root_of(7) / 3, 1, -square_root(7) * Fraction(1, 3)),
        (root_of(2) + root_of(3), 4, square_root(2) + square_root(3)),
    ],
)
def test_numbers_are_recognised(x, exponent, expected):
    found = recognised(digits(x), bits=BITS - 10, exponent=exponent)
    assert found == expected
    assert complex(found).real == pytest.approx(float(x))


def test_a_cosine_is_recognised_in_the_field_of_its_group_only():
    from mpmath import mp

    with mp.workprec(BITS + 20):
        cosine = mp.cos(2 * mp.pi / 7) * 2**BITS
        x = Fraction(int(mp.nint(cosine)), 2**BITS)
    found = recognised(x, bits=BITS - 10, exponent=7)
    assert found == (zeta(7) + zeta(7, 6)) * Fraction(1, 2)
    assert recognised(x, bits=BITS - 10, exponent=5) is None


def test_other_numbers_are_not_recognised():
    assert recognised(digits(root_of(2)) + Fraction(1, 2**200), bits=BITS - 10) is None
    assert recognised(digits(root_of(1009)), bits=BITS - 10) is None  # beyond the discriminants
    assert recognised(digits(Fraction(1, 10**9 + 7)), bits=BITS - 10) is None


@pytest.mark.parametrize("m", range(1, 61))
def test_square_roots_square_to_integers_and_are_positive(m):
    assert square_root(m) ** 2 == m
    assert complex(square_root(m)).real == pytest.approx(m**0.5)
