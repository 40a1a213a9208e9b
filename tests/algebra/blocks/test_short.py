"""Short blocks, and three nodes with one that pairs of equal double share: all but constants."""

from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np
import pytest

from algebra import AbelianGroup, Scalar, element, total, unit, zeta
from algebra.blocks.short import (
    LEFTOVER,
    NODES,
    corners,
    long_characters,
    shared_doubles,
    sharing_blocks,
    short_block,
    three_nodes_of_order_3,
    three_nodes_of_order_4,
)
from algebra.criterion import composed as route_composed
from algebra.criterion.tensor import choose_route, function_tensor, loss
from algebra.groups.group import character_order
from algebra.optimizers.table import build
from proofs.subjects import brute_force
from tests.refusal import refused

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
    assert brute_force.losses(z)["projected"] == missing == loss(z)


#: Blocks, the order of their character, and what is left over if it is in closed form.
BLOCKS = [
    (partial(three_nodes_of_order_3, x=unit(Fraction(2, 3)), y=zeta(8)), 3, None),
    (partial(three_nodes_of_order_4, s=Fraction(3, 2), t=Fraction(-1, 5)), 4, None),
    (partial(three_nodes_of_order_4, s=3, t=3), 4, Fraction(5, 3)),  # 1 / sin of twice the angle
    (three_nodes_of_order_4, 4, Fraction(5, 4)),
    (corners, 4, 0),
]


WITH_ORDER = {3: ("Z3", "Z3xZ3", "Z12", "Z15"), 4: ("Z4", "Z4xZ4", "Z12", "Z24")}


@pytest.mark.parametrize(("block", "order", "left"), BLOCKS)
def test_other_blocks_leave_over_the_constant_alone(block, order, left):
    for group in map(AbelianGroup, WITH_ORDER[order]):
        k = next(k for k in group.conjugate_pairs() if character_order(group, k) == order)
        found = {at: x for at, x in function_tensor(block(group, k)) if at[2] == k}
        constant = found.pop((0, 0, k), 0)
        assert found == {(k, k, k): 1}
        assert (constant == left) if left is not None else constant


def test_the_short_block_of_order_3_is_the_symmetric_member():
    group, w = AbelianGroup("Z3"), zeta(3)
    assert three_nodes_of_order_3(group, 1, x=w, y=w**2) == short_block(group, 1)


Z3, Z4 = map(AbelianGroup, ("Z3", "Z4"))
REFUSED = [
    (partial(short_block, AbelianGroup("Z7"), 1), "frequency=1 of Z7 has order 7; short blocks "
     "exist for characters of order 2, 3, 4 and 5"),
    (partial(short_block, Z4, 0), "frequency=0 of Z4 has order 1; short blocks exist for "
     "characters of order 2, 3, 4 and 5"),
    (partial(three_nodes_of_order_3, Z4, 1, x=1, y=1), "frequency=1 of Z4 has order 4; this block "
     "is for characters of order 3"),
    (partial(three_nodes_of_order_3, Z3, 1, x=1, y=-1), "x=1, y=-1: two of the squares of x, y and "
     "conj(x y) are equal; pass, say, zeta(3) and zeta(3)**2"),
    (partial(three_nodes_of_order_3, Z3, 1, x=2, y=1), "x=2 does not have modulus one; pass a root "
     "of unity such as zeta(8), or unit(t) with rational t"),
    (partial(three_nodes_of_order_4, Z4, 1, s=0), "s=0 is no real number other than 0; pass, say, "
     "Fraction(3, 2)"),
    (partial(three_nodes_of_order_4, Z4, 1, s=2), "s=2, t=1/2: s + t = 0 or s t = 1, and a c is "
     "infinite; pass others"),
    (partial(corners, Z3, 1), "frequency=1 of Z3 has order 3; this block is for characters of "
     "order 4"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_numbers_and_characters_that_do_not_do_are_refused(make, message):
    with refused(ValueError, message):
        make()


SHARING = ("Z6", "Z8", "Z10", "Z12", "Z14", "Z2xZ6", "Z16", "Z2xZ8", "Z4xZ8", "Z20", "Z30",
          "Z2xZ3xZ3", "Z5", "Z7", "Z9")  # fmt: skip


@pytest.mark.parametrize("name", SHARING)
def test_of_shared_nodes_only_the_constants_are_left_over(name):
    group = AbelianGroup(name)
    z, left = sharing_blocks(group)
    pairs, reals = group.conjugate_pairs(), group.real_characters()
    assert z.order == 3 * len(pairs) + len(reals) + len(shared_doubles(group))
    expected = {(k, k, k): 1 for k in left}
    expected |= {(0, 0, k): x for k, x in left.items() if x}
    assert dict(function_tensor(z)) == expected
    assert sorted(left) == sorted([*pairs, *reals])


@pytest.mark.parametrize("name", ["Z5", "Z6", "Z8", "Z10", "Z2xZ6"])
def test_the_one_hot_task_is_solved_by_brute_force_and_every_entry_matters(name):
    """A row of a node that is doubled makes a loss, wherever there is something."""
    family = "few-plus-constant" if name == "Z5" else "three-plus-shared"
    z = build(name, family, target="onehot")
    assert brute_force.losses(z)["onehot"] == 0
    nodes = z.node_list()
    for (at, node), row in product(enumerate(nodes), "abc"):
        doubled = {key: 2 * x if key[0] == row else x for key, x in node.items()}
        wrong = element(z.group, [*nodes[:at], doubled, *nodes[at + 1 :]])
        assert (loss(wrong, target="onehot") != 0) == any(key[0] == row for key in node)


def test_doubles_are_listed_once_and_have_as_many_halves_as_there_are():
    for name, halves in (("Z8", 2), ("Z2xZ8", 4), ("Z10", 2), ("Z2^3xZ5", 8), ("Z7", 1)):
        group = AbelianGroup(name)
        long, doubles = np.array(long_characters(group)), shared_doubles(group)
        assert len(long) == halves * len(doubles)
        both = group.multiply(2, long)
        assert set(np.minimum(both, group.negate(both)).tolist()) == set(doubles)
    assert shared_doubles(AbelianGroup("Z2xZ6")) == [2]
    assert shared_doubles(AbelianGroup("Z4xZ4")) == []


def test_without_its_shared_nodes_nothing_is_solved():
    group = AbelianGroup("Z10")
    z, left = sharing_blocks(group)
    bare = element(group, z.node_list()[: -len(shared_doubles(group))])
    wrong = {at for at, _ in function_tensor(bare) if 0 in at[:2] and any(at[:2])}
    assert {k for *_, k in wrong} == set(long_characters(group))
    assert set(left) >= {k for *_, k in wrong}


def test_the_cost_of_a_sparse_leaf_is_known_without_its_matrices(monkeypatch):
    refuse = lambda nodes: pytest.fail(f"matrices of {nodes.order} nodes")  # noqa: E731
    monkeypatch.setattr(route_composed, "dense", refuse)
    z = build("Z600", "three-plus-shared")
    assert choose_route(z) in ("composed", "sparse")
    assert loss(z) == 0
