"""Numbers of modulus one and ratios: within the tolerance, the simplest there are, exact."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra.numbers.scalar import Scalar
from numeric.exact.certify import LEAST_TOLERANCE, neighbours
from numeric.exact.named import ratio_near, unit_near

angles = st.floats(-20, 20)
tolerances = st.floats(LEAST_TOLERANCE, 44.9)


def apart(x: float, y: float) -> float:
    """The distance of two angles on the circle."""
    return abs((x - y + np.pi) % (2 * np.pi) - np.pi)


@given(angles, tolerances)
def test_a_unit_number_is_within_the_tolerance_and_of_modulus_one(
    angle: float, tolerance: float
) -> None:
    x = unit_near(angle, tolerance=tolerance)
    assert apart(np.angle(complex(x.scalar())), angle) <= np.radians(tolerance) * (1 + 1e-9)
    assert x.scalar() * x.scalar().conjugate() == Scalar(1)
    assert gcd(x.x, x.y, x.D) == 1


def test_no_half_tangent_of_smaller_denominator_is_within_the_tolerance() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        angle, tolerance = float(rng.uniform(-np.pi / 4, np.pi / 4)), float(rng.uniform(0.2, 8))
        found = unit_near(angle, tolerance=tolerance)
        t = Fraction(found.y, found.D + found.x)
        for q in range(1, t.denominator):
            near = Fraction(round(np.tan(angle / 2) * q), q)
            assert abs(2 * np.arctan(float(near)) - angle) > np.radians(tolerance)


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


@pytest.mark.parametrize("tolerance", [0.0499, 45, 60, 0, -1, float("nan"), float("inf")])
def test_other_tolerances_are_refused(tolerance: float) -> None:
    with pytest.raises(ValueError, match=r"pass an angle of 0\.05 degrees or more, and less than"):
        neighbours({}, tolerance=tolerance)
