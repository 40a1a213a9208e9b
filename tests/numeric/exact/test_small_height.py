"""Numbers of small height: within the tolerance, the least there is, exact."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra.numbers.scalar import Scalar
from numeric.exact.small_height import (
    DENOMINATOR,
    LEAST_TOLERANCE,
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


@given(st.floats(-4, 4), st.floats(LEAST_TOLERANCE, 20))
def test_a_ratio_is_within_the_tolerance_and_none_of_smaller_denominator_is(
    log: float, tolerance: float
) -> None:
    x = ratio_near(float(np.exp(log)), tolerance=tolerance)
    assert abs(np.log(float(x)) - log) <= np.radians(tolerance) * (1 + 1e-9)
    for denominator in range(1, min(x.denominator, 300)):
        near = Fraction(round(np.exp(log) * denominator), denominator)
        assert not near or abs(np.log(float(near)) - log) > np.radians(tolerance) * (1 - 1e-9)


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
