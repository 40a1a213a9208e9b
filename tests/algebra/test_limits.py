"""The limits of what is read: as much as each is read, and no more."""

from __future__ import annotations

import json

import pytest

from algebra import AbelianGroup, optimizers, zeta
from algebra.files import closed_form, element_file
from algebra.numbers import parse as reader
from algebra.semiring.made import element
from tests.at_limit import at_limit

TEXTS = {
    ("MAX_LENGTH", 5): ["1 + i"],
    ("MAX_DIGITS", 4): ["1234", "2**4", "(1/2)**-4", "(1/3)^4"],
    ("MAX_FIELD", 12): ["zeta(12)", "zeta(3, 12)", "exp(pi*i/12)", "e^(5*pi*i/12)"],
    ("MAX_EXPONENT", 12): ["i**12", "u^-12"],
    ("MAX_DEPTH", 3): ["((1))", "unit((1))"],
}


@pytest.mark.parametrize(("limit", "number"), TEXTS)
def test_a_text_is_read_up_to_each_limit(limit, number):
    for text in TEXTS[limit, number]:
        at_limit(reader, limit, number, lambda t=text: reader.parse(t), rf"\b{number - 1}\b")


def test_depth_is_that_of_brackets_that_are_open_at_once():
    at_limit(reader, "MAX_DEPTH", 2, lambda: reader.parse("(1)(2)(3)"), "nested more than 1 deep")


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_sum_is_raised_to_the_hundredth_power_at_most(sign):
    assert reader.parse(f"(1 + i)**{sign}100").field == 1
    with pytest.raises(ValueError, match=f"the power {sign}101 of a sum in "):
        reader.parse(f"(1 + i)**{sign}101")


def test_a_file_of_an_element_is_read_up_to_each_limit():
    group = AbelianGroup("Z5")
    u = element(group, [{("a", 1): 1 + zeta(5), ("c", 0): 3}, {("b", 1): 7}])
    z = (u + u) * u
    data = element_file.to_text(z).encode()
    bits = 2 * 4  # of 7 = 7/1 three and one, twice
    sizes = {"MAX_FILE": len(data), "MAX_ORDER": z.order, "MAX_ENTRIES": 3, "MAX_DEPTH": 3}
    sizes |= {"MAX_TERMS": 2 * 2, "MAX_BITS": bits}
    for limit, number in sizes.items():
        at_limit(element_file, limit, number, lambda: element_file.from_text(data), "more than ")
    assert json.loads(data)["scalars"] == ["1 + zeta(5)", "3", "7"]


def test_text_is_as_large_as_the_limit_at_most():
    z = optimizers.memorization(AbelianGroup("Z3"))
    at_limit(closed_form, "MAX_NODES", z.order, lambda: closed_form.cosine_lines(z), f"{z.order} ")
