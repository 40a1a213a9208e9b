"""What the panel Compose shows: homomorphisms, so lamps of a product follow from its factors."""

from __future__ import annotations

import re

import pytest

from cogo.page.compose import composed, listed


def lit(found):
    """Return the potentials that are not killed."""
    return {lamp["name"] for lamp in found["lamps"] if lamp["state"] == "lit"}


@pytest.mark.parametrize("left", ["syn", "nu", "xi", "3c", "u"])
@pytest.mark.parametrize("right", ["syn_ab", "nu(i)", "nu(1)", "1"])
def test_a_product_kills_what_one_factor_kills(left, right):
    expression = {"op": "*", "parts": [{"block": left}, {"block": right}]}
    found = composed({"expression": expression})
    first, second = found["parts"]
    assert lit(found) == lit(first) & lit(second)
    assert found["order"] == first["order"] * second["order"]


def test_the_composition_of_order_six_is_an_optimizer_and_syn_is_not():
    parts = [{"block": "syn"}, {"block": "nu"}]
    assert composed({"expression": {"op": "*", "parts": parts}})["accepted"]
    alone = composed({"expression": {"op": "*", "parts": parts[:1]}})
    assert not alone["accepted"]
    assert alone["lossLatex"] == r"\frac{3}{7}"


def test_a_block_of_one_s_own_is_taken_as_rows():
    rows = ["1, zeta(3), zeta(3)^2"] * 3
    mine = composed({"expression": {"op": "*", "parts": [{"rows": rows}]}})
    syn = next(x for x in listed() if x["label"] == "syn")
    assert [x["text"] for x in mine["lamps"]] == [x["text"] for x in syn["lamps"]]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ({"block": "sin"}, "block='sin'"),
        ({"op": "-", "parts": []}, "op='-'"),
        ({"op": "*", "parts": []}, "drop a block"),
        ({"op": "*", "parts": [{"block": "syn"}] * 6}, "729 nodes"),
        ({"rows": ["1", "1", "1, 1"]}, "one entry a node"),
        ({"rows": ["__import__('os')", "1", "1"]}, "your block"),
        ({"rows": ["1"]}, "three texts"),
        (None, "expected an object"),
    ],
)
def test_what_cannot_be_composed_is_said(expression, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        composed({"expression": expression})


def test_expressions_are_not_nested_without_end():
    expression = {"block": "1"}
    for _ in range(50):
        expression = {"op": "+", "parts": [expression]}
    with pytest.raises(ValueError, match="at most 12 levels"):
        composed({"expression": expression})
