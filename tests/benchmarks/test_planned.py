"""A planned check gives the answer of the residual, whichever method it chose."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra import AbelianGroup, I, block, element, optimizers, unit, zeta
from algebra.criterion.target import target_keys
from algebra.criterion.tensor import residual
from algebra.numbers.roots_of_unity import totient
from algebra.semiring.nodes import concatenate
from benchmarks.block_check import BlockCheck, _image, _packing, block_check
from benchmarks.planned import plan_check

GROUPS = ["Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z8", "Z9", "Z2xZ2", "Z3xZ3", "Z2xZ4"]


def corrupted(z, j, factor):
    """Multiply one entry of c by a number."""
    nodes = [dict(node) for node in z.node_list()]
    at = next(key for key in nodes[j] if key[0] == "c")
    if z.spectrum.negate(at[1]) == at[1]:
        factor = 2
    nodes[j][at] = nodes[j][at] * factor
    return element(z.spectrum, nodes)


@pytest.mark.parametrize("target", ["projected", "onehot"])
@pytest.mark.parametrize("name", GROUPS)
def test_planned_checks_accept_every_family_and_refuse_a_corrupted_copy(name, target):
    group = AbelianGroup(name)
    for family in optimizers.families(group):
        z = optimizers.build(group, family, target=target)
        z = z.substitute({p: zeta(8) for p in z.parameters})
        assert plan_check(z, target=target).accepts()
        if any(at[0] == "c" and at[1] for node in z.node_list() for at in node):
            j = next(
                j
                for j, node in enumerate(z.node_list())
                if any(at[0] == "c" for at in node) and len(node) > 2
            )
            broken = corrupted(z, j, I)
            assert plan_check(broken, target=target).accepts() == (
                not len(residual(broken, target=target))
            )


def test_each_distinct_block_is_decided_not_only_the_first():
    group = AbelianGroup("Z127")
    z = optimizers.six_per_frequency(group, nu=1).expand()
    check = block_check(z.nodes, target_keys(group, "projected"))
    assert isinstance(check, BlockCheck)
    assert check.accepts()
    for j in (0, 5, 6, 200, z.order - 1):
        broken = corrupted(z, j, zeta(3))
        again = block_check(broken.nodes, target_keys(group, "projected"))
        assert again is not None
        assert not again.accepts()


def test_a_missing_block_is_not_accepted():
    group = AbelianGroup("Z7")
    z = (block([1, 1], [1, 1], [1, 1]) * block([1], [1], [Fraction(1, 2)])).at(group, 1)
    whole = optimizers.six_per_frequency(group, nu=1)
    fewer = element(group, [n for n in whole.node_list() if ("c", 2) not in n])
    assert not plan_check(fewer).accepts()
    assert not plan_check(z).accepts()


@given(st.integers(0, 2**32), st.sampled_from(["Z3", "Z5", "Z7", "Z9", "Z2xZ4"]))
def test_planned_checks_agree_with_the_residual_on_near_misses(seed, name):
    rng = random.Random(seed)
    group = AbelianGroup(name)
    z = optimizers.six_per_frequency(
        group, nu={k: zeta(12, rng.randrange(12)) for k in group.conjugate_pairs()}
    )
    nodes = [dict(node) for node in z.node_list()]
    j = rng.randrange(len(nodes))
    at = rng.choice(sorted(nodes[j]))
    if group.negate(at[1]) != at[1]:
        nodes[j][at] = nodes[j][at] * rng.choice([1, -1, I, zeta(3), unit(Fraction(1, 2))])
    other = element(group, nodes)
    assert plan_check(other).accepts() == (not len(residual(other, route="sparse")))


@pytest.mark.parametrize("n", [3, 4, 12, 15])
def test_packing_keeps_every_small_sum_from_vanishing(n):
    x, modulus = _packing(n, 5)
    phi = totient(n)
    for digits in itertools.product((-5, 0, 5, 1), repeat=min(phi, 4)):
        value = sum(c * x**i for i, c in enumerate(digits))
        assert (value % modulus == 0) == (not any(digits))


def test_a_bound_that_is_too_small_would_accept_a_wrong_element():
    """Planted violation: with the modulus of a smaller bound a wrong block passes."""
    group = AbelianGroup("Z3")
    good = optimizers.six_per_frequency(group, nu=1).expand()
    check = block_check(good.nodes, target_keys(group, "projected"))
    x, modulus = 2, 7  # Phi_3(2): decides no sum of more than one root
    nodes = [dict(node) for node in good.node_list()]
    nodes[0]["c", 1] = nodes[0]["c", 1] + modulus
    wrong = element(group, nodes)
    planned = block_check(wrong.nodes, target_keys(group, "projected"))
    assert planned is not None
    assert not planned.accepts()
    residues = np.array([_image(y, 3, x, modulus) for y in _both(wrong)], dtype=np.int64)
    weak = BlockCheck(planned.stacks, residues, modulus, planned.complete)
    assert weak.accepts()
    assert check.accepts()


def test_what_the_target_leaves_free_is_not_looked_at():
    group = AbelianGroup("Z5")
    z = optimizers.six_per_frequency(group, nu=1, target="onehot")
    for target in ("projected", "onehot"):
        check = block_check(z.nodes, target_keys(group, target))
        assert check is not None
        assert check.accepts()


@pytest.mark.parametrize("rows", ["ab", "ba"])
def test_sums_at_different_entries_do_not_cancel(rows):
    """Nodes whose T[0,2k,k] and T[0,0,k] are wrong, and add up to zero."""
    group = AbelianGroup("Z7")
    p, q = rows
    extra = [
        {(p, 1): zeta(3, e), (q, 1): beta, ("c", 1): gamma}
        for beta, gamma in ((1, 1), (zeta(6), -2))
        for e in range(3)
    ]
    z = element(group, [*optimizers.six_per_frequency(group, nu=1).node_list(), *extra])
    check = block_check(z.nodes, target_keys(group, "projected"))
    assert check is not None
    assert not check.accepts()
    assert len(residual(z))


def _both(z):
    return concatenate([z.nodes.value, z.nodes.value.map(lambda y: y.conjugate())]).scalars
