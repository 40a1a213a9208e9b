"""Three nodes a pair, and one node for all pairs of equal double: all conditions but constants."""

import numpy as np
import pytest
import sympy

from algebra import AbelianGroup, element
from algebra.blocks.short import long_characters, shared_doubles, sharing_blocks
from algebra.criterion import composed as route_composed
from algebra.criterion.tensor import choose_route, function_tensor, loss
from algebra.optimizers.from_short import three_plus_shared
from tests.algebra import reference
from tests.algebra.blocks.test_short import every_entry_matters

GROUPS = ("Z6", "Z8", "Z10", "Z12", "Z14", "Z2xZ6", "Z16", "Z2xZ8", "Z4xZ8", "Z20", "Z30",
          "Z2xZ3xZ3", "Z5", "Z7", "Z9")  # fmt: skip


@pytest.mark.parametrize("name", GROUPS)
def test_only_the_constants_are_left_over(name):
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
