"""Short blocks satisfy everything but one constant, at every character of order 2 to 5."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from algebra import AbelianGroup, Scalar, element, total
from algebra.blocks.short import LEFTOVER, NODES, short_block
from algebra.criterion.tensor import function_tensor, loss
from algebra.groups.group import character_order
from algebra.optimizers.from_short import few_plus_constant
from algebra.optimizers.width_bounds import lower_bound
from tests.algebra import reference

GROUPS = ("Z2", "Z3", "Z4", "Z6", "Z12", "Z2xZ4", "Z3xZ3", "Z4xZ4", "Z2^3", "Z5", "Z10",
          "Z5xZ5", "Z25")  # fmt: skip


@pytest.mark.parametrize("name", GROUPS)
def test_only_the_constant_is_left_over(name):
    group = AbelianGroup(name)
    found = 0
    for k in [*group.conjugate_pairs(), *group.real_characters()]:
        order = character_order(group, k)
        if order not in LEFTOVER:
            continue
        found += 1
        z = short_block(group, k)
        assert z.order == NODES[order] == {2: 1, 3: 3, 4: 3, 5: 7}[order]
        expected = {}
        for at, left in zip((k, group.multiply(2, k)), LEFTOVER[order]):  # noqa: B905
            if at > group.negate(np.array(at)):  # T is listed at the smaller of each pair
                at, left = group.negate(at), left.conjugate()
            expected |= {(0, 0, at): left} if left else {}
            expected[at, at, at] = Scalar(1)
        assert dict(function_tensor(z)) == expected
    assert found


@pytest.mark.parametrize("order", [2, 3, 4, 5])
def test_with_a_constant_node_a_block_computes_its_character_by_brute_force(order):
    group = AbelianGroup(order)
    left = dict(zip((1, 2), LEFTOVER[order]))  # noqa: B905
    carrier = element(group, [{("a", 0): 1, **{("c", m): -2 * x for m, x in left.items()}}])
    z = total(group, [short_block(group, 1), carrier])
    missing = Fraction(order == 4, order)  # the real character
    assert reference.exact_loss(z, "projected") == missing == loss(z)


@pytest.mark.parametrize(("name", "k", "order"), [("Z7", 1, 7), ("Z4", 0, 1)])
def test_other_orders_are_refused(name, k, order):
    said = f"frequency={k} of {name} has order {order}; short blocks exist for"
    with pytest.raises(ValueError, match=said):
        short_block(AbelianGroup(name), k)


def test_the_two_identities_behind_order_five():
    P, Q = sympy.symbols("P Q")
    squares = [(3 - 4 * P + 4 * Q) ** 2, (1 - 2 * P + 4 * Q) ** 2, (3 + 4 * P + 2 * Q) ** 2]
    first = sum(w * s for w, s in zip((5, -6, 4), squares, strict=True))
    second = sum(w * s for w, s in zip((-5, 12, 2), squares, strict=True))
    assert sympy.expand(first - 120 * (P**2 + Q)) == 75
    assert sympy.expand(second - 120 * (Q**2 + P)) == -15


def test_with_characters_of_order_three_alone_nothing_is_left_over_and_the_width_is_least():
    for name in ("Z3", "Z3xZ3", "Z3^3"):
        group = AbelianGroup(name)
        z = few_plus_constant(group)
        assert loss(z) == 0
        assert z.order == lower_bound(group) == 3 * (group.order - 1) // 2


def test_eight_nodes_solve_z5_by_brute_force():
    z = few_plus_constant(AbelianGroup("Z5"), target="onehot")
    assert z.order == 8
    assert reference.exact_loss(z, "onehot") == 0
    every_entry_matters(z)


def with_one_node_doubled(z, node, row):
    nodes = z.node_list()
    nodes[node] = {key: 2 * x if key[0] == row else x for key, x in nodes[node].items()}
    return element(z.group, nodes)


def every_entry_matters(z):
    """A row of a node that is doubled makes a loss, wherever there is something."""
    for node, entries in enumerate(z.node_list()):
        for row in "abc":
            wrong = with_one_node_doubled(z, node, row)
            assert (loss(wrong, target="onehot") != 0) == any(key[0] == row for key in entries)
