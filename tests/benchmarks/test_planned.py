"""A planned check gives the answer of the residual, whichever method it chose."""

import itertools
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
    nodes[j][at] = nodes[j][at] * (2 if z.spectrum.negate(at[1]) == at[1] else factor)
    return element(z.spectrum, nodes)


def accepted_in_blocks(z, target="projected"):
    """Whether the check of blocks, which is planned here, accepts."""
    check = block_check(z.nodes, target_keys(z.spectrum, target))
    assert isinstance(check, BlockCheck)
    return check.accepts()


@pytest.mark.parametrize("target", ["projected", "onehot"])
@pytest.mark.parametrize("name", GROUPS)
def test_planned_checks_accept_every_family_and_refuse_a_corrupted_copy(name, target):
    group = AbelianGroup(name)
    for family in optimizers.families(group):
        z = optimizers.build(group, family, target=target)
        z = z.substitute({p: zeta(8) for p in z.parameters})
        assert plan_check(z, target=target).accepts()
        in_c = [{k for row, k in node if row == "c"} for node in z.node_list()]
        if any(set().union(*in_c)):
            wide = (j for j, node in enumerate(z.node_list()) if in_c[j] and len(node) > 2)
            broken = corrupted(z, next(wide), I)
            wrong = len(residual(broken, target=target)) > 0
            assert plan_check(broken, target=target).accepts() != wrong


def test_each_distinct_block_is_decided_not_only_the_first():
    z = optimizers.six_per_frequency(AbelianGroup("Z127"), nu=1).expand()
    assert accepted_in_blocks(z)
    for j in (0, 5, 6, 200, z.order - 1):
        assert not accepted_in_blocks(corrupted(z, j, zeta(3)))


def test_a_missing_block_is_not_accepted():
    group = AbelianGroup("Z7")
    z = (block([1, 1], [1, 1], [1, 1]) * block([1], [1], [Fraction(1, 2)])).at(group, 1)
    whole = optimizers.six_per_frequency(group, nu=1)
    fewer = element(group, [n for n in whole.node_list() if ("c", 2) not in n])
    assert not plan_check(fewer).accepts()
    assert not plan_check(z).accepts()


@given(st.data(), st.sampled_from(["Z3", "Z5", "Z7", "Z9", "Z2xZ4"]))
def test_planned_checks_agree_with_the_residual_on_near_misses(data, name):
    group = AbelianGroup(name)
    nu = {k: zeta(12, data.draw(st.integers(0, 11))) for k in group.conjugate_pairs()}
    nodes = [dict(node) for node in optimizers.six_per_frequency(group, nu=nu).node_list()]
    node = data.draw(st.sampled_from(nodes))
    at = data.draw(st.sampled_from(sorted(node)))
    if group.negate(at[1]) != at[1]:
        factors = (1, -1, I, zeta(3), unit(Fraction(1, 2)))
        node[at] = node[at] * data.draw(st.sampled_from(factors))
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
    x, modulus = 2, 7  # Phi_3(2): decides no sum of more than one root
    nodes = [dict(node) for node in good.node_list()]
    nodes[0]["c", 1] = nodes[0]["c", 1] + modulus
    wrong = element(group, nodes)
    planned = block_check(wrong.nodes, target_keys(group, "projected"))
    assert planned is not None
    assert not planned.accepts()
    value = wrong.nodes.value
    both = concatenate([value, value.map(lambda y: y.conjugate())]).scalars
    residues = np.array([_image(y, 3, x, modulus) for y in both], dtype=np.int64)
    assert BlockCheck(planned.stacks, residues, modulus, planned.complete).accepts()
    assert accepted_in_blocks(good)


@pytest.mark.parametrize("target", ["projected", "onehot"])
def test_what_the_target_leaves_free_is_not_looked_at(target):
    z = optimizers.six_per_frequency(AbelianGroup("Z5"), nu=1, target="onehot")
    assert accepted_in_blocks(z, target)


@pytest.mark.parametrize(("p", "q"), ["ab", "ba"])
def test_sums_at_different_entries_do_not_cancel(p, q):
    """Nodes whose T[0,2k,k] and T[0,0,k] are wrong, and add up to zero."""
    group = AbelianGroup("Z7")
    extra = [
        {(p, 1): zeta(3, e), (q, 1): beta, ("c", 1): gamma}
        for beta, gamma in ((1, 1), (zeta(6), -2))
        for e in range(3)
    ]
    z = element(group, [*optimizers.six_per_frequency(group, nu=1).node_list(), *extra])
    assert not accepted_in_blocks(z)
    assert len(residual(z))
