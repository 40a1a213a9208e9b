"""Short blocks satisfy everything but one constant, at every character of order 2, 3 and 4."""

from fractions import Fraction

import pytest

from algebra import AbelianGroup, Scalar, element, total
from algebra.short_blocks import LEFTOVER, character_order, short_block
from algebra.tensor import function_tensor, loss
from tests.algebra import reference

GROUPS = ("Z2", "Z3", "Z4", "Z6", "Z12", "Z2xZ4", "Z3xZ3", "Z4xZ4", "Z2^3")


@pytest.mark.parametrize("name", GROUPS)
def test_only_the_constant_is_left_over(name):
    group = AbelianGroup(name)
    found = 0
    for k in [*group.conjugate_pairs(), *group.real_characters()]:
        order = character_order(group, k)
        if order in LEFTOVER:
            found += 1
            z = short_block(group, k)
            assert z.order == {2: 1, 3: 3, 4: 3}[order]
            assert dict(function_tensor(z)) == {(0, 0, k): LEFTOVER[order], (k, k, k): Scalar(1)}
    assert found


@pytest.mark.parametrize(("name", "k"), [("Z2", 1), ("Z3", 1), ("Z4", 1)])
def test_with_a_constant_node_a_block_computes_its_character_by_brute_force(name, k):
    group = AbelianGroup(name)
    order = character_order(group, k)
    carrier = element(group, [{("a", 0): 1, ("c", k): -2 * LEFTOVER[order]}])
    z = total(group, [short_block(group, k), carrier])
    missing = (group.order - 1 - (1 if order == 2 else 2)) * Fraction(1, group.order)
    assert reference.exact_loss(z, "projected") == missing == loss(z)


def test_other_orders_are_refused():
    with pytest.raises(ValueError, match="frequency=1 of Z5 has order 5; short blocks exist for"):
        short_block(AbelianGroup("Z5"), 1)
    with pytest.raises(ValueError, match="frequency=0 of Z4 has order 1"):
        short_block(AbelianGroup("Z4"), 0)
