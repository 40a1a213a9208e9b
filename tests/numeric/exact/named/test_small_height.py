"""Numbers of small height: within the tolerance, the least there is, exact."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from math import gcd, isqrt

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra.numbers.scalar import Scalar
from numeric.exact.named.small_height import (
    DENOMINATOR,
    LEAST_TOLERANCE,
    RATIO_POWERS,
    Unit,
    ratio_near,
    unit_near,
)

angles = st.floats(-20, 20)
tolerances = st.floats(LEAST_TOLERANCE, 44.9)


def apart(x: float, y: float) -> float:
    """The distance of two angles on the circle."""
    return abs((x - y + np.pi) % (2 * np.pi) - np.pi)


def units_of_height(height: int) -> list[Unit]:
    """All of them, found without any theory."""
    found = []
    for x in range(-height, height + 1):
        y = isqrt(height**2 - x * x)
        if x * x + y * y == height**2 and gcd(x, y, height) == 1:
            found += [Unit(x, y, height), Unit(x, -y, height)]
    return found


@given(angles, tolerances)
def test_a_unit_number_is_within_the_tolerance_and_of_modulus_one(
    angle: float, tolerance: float
) -> None:
    x = unit_near(angle, tolerance=tolerance)
    assert apart(x.angle(), angle) <= np.radians(tolerance) * (1 + 1e-9)
    assert x.scalar() * x.scalar().conjugate() == Scalar(1)
    assert gcd(x.x, x.y, x.D) == 1
    assert DENOMINATOR % x.D == 0


def test_no_unit_number_of_less_height_is_within_the_tolerance() -> None:
    rng = np.random.default_rng(0)
    small = [u for height in range(1, 200) if DENOMINATOR % height == 0
             for u in units_of_height(height)]  # fmt: skip
    assert len(small) > 150
    for _ in range(300):
        angle, tolerance = float(rng.uniform(-7, 7)), float(rng.uniform(0.5, 8))
        near = [u.D for u in small if apart(u.angle(), angle) <= np.radians(tolerance)]
        height = unit_near(angle, tolerance=tolerance).D
        assert height == min(near) if near else height >= 200


@given(st.floats(-12, 12), st.floats(LEAST_TOLERANCE, 20))
def test_a_ratio_lies_between_its_bounds_and_has_small_primes(log: float, tolerance: float) -> None:
    x = ratio_near(float(np.exp(log)), tolerance=tolerance)
    assert abs(np.log(float(x)) - log) <= np.radians(tolerance) * (1 + 1e-9)
    rest = x.numerator * x.denominator
    for p in (2, *RATIO_POWERS):
        while rest % p == 0:
            rest //= p
    assert rest == 1


def test_no_ratio_of_less_height_lies_between_the_bounds() -> None:
    heights = {
        Fraction(p, q): max(p, q)
        for p in range(1, 200, 2)
        for q in range(1, 200, 2)
        if gcd(p, q) == 1
        and all(
            (p * q) % (r ** (n + 1)) for r, n in RATIO_POWERS.items()
        )
        and set(_primes(p * q)) <= set(RATIO_POWERS)
    }  # fmt: skip
    by_height = sorted(
        (height, [r * Fraction(2) ** e for e in range(-12, 13)]) for r, height in heights.items()
    )
    rng = np.random.default_rng(1)
    for _ in range(200):
        middle, tolerance = float(np.exp(rng.uniform(-2, 2))), float(rng.uniform(0.3, 12))
        low, high = (middle * float(np.exp(s * np.radians(tolerance))) for s in (-1, 1))
        x = ratio_near(middle, tolerance=tolerance)
        at_least, at_most = Fraction(low), Fraction(high)
        least = next(
            height
            for height, ratios in by_height
            for r in ratios[bisect_left(ratios, at_least) :][:1]
            if r <= at_most
        )
        assert max(_odd(x.numerator), _odd(x.denominator)) == least


def _odd(n: int) -> int:
    return n // (n & -n)


def _primes(n: int) -> list[int]:
    return [p for p in range(2, n + 1) if n % p == 0 and all(p % r for r in range(2, p))]


def test_simple_numbers_are_found_as_they_are() -> None:
    assert [str(unit_near(k * np.pi / 2 + 1e-5, tolerance=0.5)) for k in range(-1, 4)] == [
        "-i", "1", "i", "-1", "-i",
    ]  # fmt: skip


@pytest.mark.parametrize("tolerance", [0.0499, 45, 0, -1, float("nan"), float("inf")])
def test_other_tolerances_are_refused(tolerance: float) -> None:
    with pytest.raises(ValueError, match=r"pass an angle of 0\.05 degrees or more, and less than"):
        unit_near(1.0, tolerance=tolerance)


def test_what_is_no_unit_number_and_no_interval_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(3 \+ 5 i\)/6 does not have modulus one"):
        Unit(3, 5, 6)
    with pytest.raises(ValueError, match=r"x=-2\.0: pass a positive number"):
        ratio_near(-2.0, tolerance=1)
