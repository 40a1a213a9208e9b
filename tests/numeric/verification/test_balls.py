"""Balls hold the exact results of every operation, and decimals stay on their side."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from numeric.verification import balls
from numeric.verification.balls import Balls, exactly
from numeric.verification.verdict import decimal, interval

numbers = st.floats(allow_nan=False, allow_infinity=False)
vectors = arrays(np.float64, 3, elements=numbers)
matrices = arrays(np.float64, (3, 3), elements=numbers)
fractions = np.vectorize(Fraction, otypes=[object])


def holds(x: Balls, exact) -> bool:
    """Whether the exact numbers are in the balls; infinite ones and NaN say nothing."""
    radius = np.zeros(x.middle.shape) if x.radius is None else x.radius
    finite = np.isfinite(x.middle) & np.isfinite(radius)
    gap = np.abs(fractions(x.middle[finite]) - np.asarray(exact, dtype=object)[finite])
    return bool((gap <= fractions(radius[finite])).all())


@settings(deadline=None)
@given(vectors, vectors)
def test_sums_products_and_powers_hold_the_exact_ones(x, y):
    with np.errstate(all="ignore"):
        a, b = exactly(x), exactly(y)
        total, product = balls.plus(a, b), balls.times(a, b)
        assert holds(total, fractions(x) + fractions(y))
        assert holds(product, fractions(x) * fractions(y))
        exact = fractions(x) + fractions(y)
        assert holds(balls.plus(a, total), fractions(x) + exact)
        assert holds(balls.times(total, product), exact * fractions(x) * fractions(y))
        assert holds(balls.power(total, 3), exact**3)


@settings(deadline=None)
@given(matrices, matrices, matrices)
def test_products_of_matrices_and_means_hold_the_exact_ones(x, y, z):
    with np.errstate(all="ignore"):
        product = balls.matrix_product(balls.matrix_product(exactly(x), exactly(y)), exactly(z))
        exact = fractions(x) @ fractions(y) @ fractions(z)
        assert holds(product, exact)
        assert holds(balls.mean(product), exact.sum(axis=1, keepdims=True) / 3)


@settings(deadline=None)
@given(arrays(np.float64, (2, 3), elements=st.floats(-1e50, 1e50)))
def test_sums_of_squares_lie_between_their_bounds(x):
    low, high = balls.squares(balls.times(exactly(x), exactly(x)))
    assert low <= (fractions(x) ** 4).sum() <= high


SIGNS = [(u, v) for u in (-1, 1) for v in (-1, 1)]


def wide(shape: tuple[int, ...], seed: int) -> Balls:
    """Balls about as wide as their distance from 0."""
    rng = np.random.default_rng(seed)
    return Balls(rng.normal(size=shape), np.abs(rng.normal(size=shape)))


def corner(x: Balls, sign: int) -> np.ndarray:
    """An array on the edge of the balls, away from 0 or towards it and beyond."""
    assert x.radius is not None
    return fractions(x.middle) + sign * fractions(np.copysign(x.radius, x.middle))


@pytest.mark.parametrize(("u", "v"), SIGNS)
@pytest.mark.parametrize("seed", range(5))
def test_what_is_anywhere_in_the_balls_stays_in_those_of_the_result(seed, u, v):
    """Radii of both sides count, not the rounding alone."""
    a, b = wide((4, 3), seed), wide((4, 3), seed + 9)
    x, y = corner(a, u), corner(b, v)
    assert holds(balls.plus(a, b), x + y)
    assert holds(balls.times(a, b), x * y)
    assert holds(balls.power(a, 3), x**3)
    assert holds(balls.mean(a), x.sum(axis=1, keepdims=True) / 3)
    low, high = balls.squares(a)
    assert low <= (x * x).sum() <= high
    lower, upper = balls.ends(a)
    assert (fractions(lower) <= x).all()
    assert (x <= fractions(upper)).all()
    c = Balls(np.abs(b.middle).T, b.radius.T)
    z = corner(c, v)
    positive = Balls(np.abs(a.middle), a.radius)
    assert holds(balls.matrix_product(positive, c), corner(positive, u) @ z)
    assert holds(
        balls.matrix_product(positive, Balls(c.middle, None)),
        corner(positive, u) @ fractions(c.middle),
    )
    assert holds(
        balls.matrix_product(Balls(positive.middle, None), c), fractions(positive.middle) @ z
    )


def test_numbers_below_the_least_normal_one_have_a_radius():
    assert exactly(np.array([5e-324, 1.0])).radius.tolist() == [balls.TINY, 0.0]
    assert exactly(np.array([balls.LEAST_NORMAL, 0.0])).radius is None


@given(st.fractions())
def test_a_rational_number_is_in_its_ball(x):
    assert holds(balls.rational(x), np.array(x, dtype=object))


def test_too_many_terms_are_refused():
    many = exactly(np.zeros((1, balls.MAX_TERMS + 1)))
    with pytest.raises(ValueError, match="sums of 1048577 terms; at most 1048576 are bounded"):
        balls.matrix_product(many, Balls(many.middle.T, None))


@given(st.one_of(st.fractions(), numbers.map(Fraction)), st.integers(1, 9))
def test_decimals_are_on_their_side_and_as_near_as_their_digits_allow(x, digits):
    low, high = (Fraction(decimal(x, up=up, digits=digits)) for up in (False, True))
    assert low <= x <= high
    assert high - low <= abs(x) * Fraction(10) ** (1 - digits)


def test_decimals_read_as_people_write_them():
    assert interval((Fraction(1), Fraction(1))) == ["1", "1"]
    assert interval((Fraction(-1, 3), Fraction(2, 3))) == ["-0.33334", "0.66667"]
    assert interval((Fraction(99999999, 100), Fraction(10) ** 9)) == ["9.9999e+05", "1e+09"]
    assert decimal(Fraction(999999, 10**10), up=True) == "0.0001"
    assert [decimal(Fraction(n), up=True) for n in (100, 99999, 100001)] == [
        "100",
        "99999",
        "1.0001e+05",
    ]
