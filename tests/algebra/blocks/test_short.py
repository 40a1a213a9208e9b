"""Short blocks, and three nodes with one that pairs of equal double share: all but constants."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

from algebra import AbelianGroup, Scalar, element, total
from algebra.blocks.short import (
    LEFTOVER,
    NODES,
    long_characters,
    shared_doubles,
    sharing_blocks,
    short_block,
)
from algebra.criterion import composed as route_composed
from algebra.criterion.tensor import choose_route, function_tensor, loss
from algebra.groups.group import character_order
from algebra.optimizers.from_short import few_plus_constant, three_plus_shared
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


@pytest.mark.parametrize("name", ["Z6", "Z8", "Z10", "Z2xZ6"])
def test_the_one_hot_task_is_solved_by_brute_force_and_every_entry_matters(name):
    z = three_plus_shared(AbelianGroup(name), target="onehot")
    assert reference.exact_loss(z, "onehot") == 0
    every_entry_matters(z)


def test_the_identity_behind_the_three_nodes():
    """In docs/theory/proofs/narrow.md; E D = 2 Re is for both parts of chi(x), chi(y)."""
    x, y, tau = sympy.symbols("x y tau", real=True)
    e, f = sympy.exp(sympy.I * x), sympy.exp(sympy.I * y)
    E, D, double = e + f, e - f, e**2 + f**2
    P, Q, delta = sympy.re(E), sympy.im(E), sympy.re(D)
    linear = sympy.re((1 - sympy.I * tau) * double)
    right = (
        -(1 - sympy.I / tau) * (delta**2 - 2)
        - (1 + sympy.I * tau) * Q**2
        + sympy.I / tau * ((P + tau * Q) ** 2 - linear)
    )
    difference = sympy.expand((2 * e * f - right).rewrite(sympy.cos).expand(complex=True))
    assert sympy.simplify(difference) == 0
    assert sympy.simplify(difference + linear) != 0


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
    z = three_plus_shared(AbelianGroup("Z600"))
    assert choose_route(z) in ("composed", "sparse")
    assert loss(z) == 0
