"""What the engine estimates before it works: products, costs, memory, and which route follows."""

from __future__ import annotations

import cmath
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import prod

import numpy as np
import pytest

from algebra import AbelianGroup, Scalar, optimizers, zeta
from algebra.criterion import composed, dense as dense_module, sparse, zero_test
from algebra.criterion.composed import BLAS_GAIN, LEAF_COST, SHAPES, _cost, _given
from algebra.criterion.dense import _grouped, dense_mismatches
from algebra.criterion.sparse import AXES, products, sparse_sums, unpack
from algebra.criterion.terms import EXACT_FLOAT, TermSums, pack
from algebra.criterion.zero_test import dense, plan, row_classes
from algebra.numbers import to_float
from algebra.semiring import nodes as nodes_module
from algebra.semiring.element import Leaf, Placed, every_part
from algebra.semiring.made import element
from algebra.semiring.nodes import Column, Nodes

ELEMENTS = {
    "few": optimizers.build(AbelianGroup("Z7"), "four-plus-constant", xi=1),
    "three": optimizers.build(AbelianGroup("Z2xZ5"), "four-plus-six", xi=1, nu=1),
    "dense": optimizers.build(AbelianGroup("Z31"), "memorization"),
}


def leaves(z):
    return [x for x in every_part(z) if isinstance(x.operation, Leaf)]


def supports(nodes):
    """How many entries are stored in a, b and c, node by node."""
    size = nodes.spectrum.order
    count = Counter(zip(nodes.node.tolist(), (nodes.row // size).tolist(), strict=True))
    return [[count[j, p] for p in range(3)] for j in range(nodes.order)]


@pytest.mark.parametrize("name", ELEMENTS)
def test_products_are_counted_from_supports(name):
    for leaf in leaves(ELEMENTS[name]):
        nodes = leaf.operation.nodes
        rows = supports(nodes)
        told = {
            "T": sum(2 * (a + b) ** 2 * c for a, b, c in rows),
            "abc": sum(4 * a * b * c for a, b, c in rows),
            "aac": sum(4 * a * a * c for a, b, c in rows),
            "bbc": sum(4 * b * b * c for a, b, c in rows),
        }
        assert {shape: products(nodes, shape) for shape in told} == told


def test_counts_of_products_leave_machine_integers_where_they_must():
    size = 10**6  # of the largest group
    node, row = np.divmod(np.arange(6 * size), 3 * size)
    value = Column(np.zeros(6 * size, dtype=np.int64), (Scalar(1),))
    assert products(Nodes(AbelianGroup([size]), 2, node, row, value), "T") == 16 * size**3


def distinct_rows(nodes, shape):
    weights = dense(nodes)
    return [len({row.tobytes() for row in weights.ids[axis]}) for axis in AXES[shape]]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ELEMENTS)
def test_costs_are_those_of_the_cheaper_way_and_add_up(name, shape):
    def cost(z):
        match z.operation:
            case Leaf(nodes):
                sparse = products(nodes, shape)
                if sparse <= max(LEAF_COST, 3 * nodes.spectrum.order * nodes.order):
                    return LEAF_COST + sparse
                if any(x.parameters for x in nodes.value.scalars):
                    return LEAF_COST + sparse
                by_blas = prod(distinct_rows(nodes, shape)) * nodes.order // BLAS_GAIN
                return LEAF_COST + min(sparse, by_blas + 5 * len(nodes))
            case Placed(block, ks):
                return cost(block) + 8 * len(ks)
        return sum(cost(x) for x in z.operation.parts)

    assert _cost(ELEMENTS[name], shape) == cost(ELEMENTS[name])


def test_the_cheaper_way_of_a_leaf_is_taken(monkeypatch):
    (leaf, *_) = leaves(ELEMENTS["dense"])
    nodes = leaf.operation.nodes
    assert products(nodes, "abc") > max(LEAF_COST, 3 * 31 * nodes.order)
    taken = []
    monkeypatch.setattr(
        composed, "sparse_sums", lambda *args: taken.append("sparse") or sparse_sums(*args)
    )
    tables = {}
    for more in (0, -1):
        count = products(nodes, "abc")
        monkeypatch.setattr(composed, "_leaf_costs", lambda *_, m=more, n=count: (n, n + m))
        tables[more] = composed._of_nodes(nodes, "abc")
        assert taken == ["sparse"]
    assert np.array_equal(tables[0].key, tables[-1].key)
    assert tables[0].value.tolist() == tables[-1].value.tolist()


def test_the_composed_route_is_taken_where_products_are_wide(monkeypatch):
    G = AbelianGroup("Z5")
    one, other = (element(G, [{(p, 1): 1 for p in "abc"}] * count) for count in (20, 30))
    z = optimizers.build(G, "nine-per-frequency")
    assert (_given(one * other), _given(one + other * one), _given(z)) == (50, 70, z.order)
    for wider, cheaper in ((11, True), (12, False)):
        monkeypatch.setattr(composed, "WIDER", wider)
        assert composed.is_composed_cheaper(one * other) is cheaper
    assert not composed.is_composed_cheaper(z)


def asked_for(monkeypatch, module):
    """What a module asks for before it takes memory."""
    asked = []
    monkeypatch.setattr(
        module, "require_memory", lambda needed, what, instead: asked.append((needed, what))
    )
    return asked


def test_memory_is_asked_for_by_what_will_be_held(monkeypatch):
    G = AbelianGroup("Z31")
    x = element(G, [{("a", k): 1, ("b", k): 1, ("c", k): 1} for k in range(1, 6)] * 2)
    y = element(G, [{(p, k): 1 for p in "abc" for k in (1, 2)} for _ in range(3)])
    at = asked_for(monkeypatch, nodes_module)
    nodes_module.multiplied(x.nodes, y.nodes)  # 2 nodes at each of 1 and 2, times 3 nodes
    assert at == [(2 * 2 * 3 * 3 * 100, "a product of 30 nodes")]
    at.clear()
    nodes_module.concatenated(G, [x.nodes, y.nodes])
    assert at == [((10 * 3 + 3 * 6) * 100, "a sum of 13 nodes")]
    at = asked_for(monkeypatch, zero_test)
    dense(x.nodes)
    assert at == [(24 * 31 * 10, "three dense 31 x 10 matrices")]
    at = asked_for(monkeypatch, sparse)
    sparse._pairs(3, 5, "T")
    sparse._pairs(3, 5, "abc")
    sparse._pairs(3, 5, "bbc")
    words = "the products of one node with 3 + 5 input terms"
    assert at == [(8 * 8 * 50, words), (3 * 5 * 100, words), (5 * 5 * 100, words)]
    at = asked_for(monkeypatch, dense_module)
    z = ELEMENTS["few"].nodes
    found = dense_module.dense_potentials(dense(z), "abc", how=plan(z, dense(z)))
    ((needed, words),) = at
    count = needed // 60
    assert (needed % 60, words) == (0, f"a table of {count} potentials that do not vanish")
    assert count >= len(found)


@pytest.mark.parametrize("pairs", [(2, 3), (4, 0), (0, 2)])
def test_pairs_of_input_columns_are_those_of_the_shape(pairs):
    na, nb = pairs
    a, b = range(na), range(na, na + nb)
    told = {
        "T": set(combinations_with_replacement(range(na + nb), 2)),
        "abc": set(product(a, b)),
    }
    for shape, expected in told.items():
        first, second = sparse._pairs(na, nb, shape)
        assert len(first) == len(expected)
        assert set(zip(first.tolist(), second.tolist(), strict=True)) == expected


def test_a_histogram_is_made_where_it_is_small_and_exact():
    terms = pack(ELEMENTS["few"].nodes)
    field = terms.field
    assert field <= sparse.SMALL_FIELD
    assert len(terms.monomials) == 1
    widest = 8 * field // field - 1  # of as many keys as roots: 8 counts a key
    for last, fits in ((widest, True), (widest + 1, False)):
        key = np.append(np.zeros(field - 1, dtype=np.int64), last)
        assert sparse._fits_histogram(key, 1, terms) is fits
        assert sparse._fits_histogram(key + 5, 1, terms) is fits
    key[-1] = 0
    most = (EXACT_FLOAT - 1) // (terms.largest * field)
    assert sparse._fits_histogram(key, most, terms)
    assert not sparse._fits_histogram(key, most + 1, terms)
    for other in ({"field": 64}, {"field": 65}, {"monomials": terms.monomials * 2}):
        changed = replace(terms, **other)
        wide = np.zeros(70, dtype=np.int64)
        assert sparse._fits_histogram(wide, 1, changed) is (other == {"field": 64})


def test_a_target_is_closed_under_conjugation_where_all_frequencies_are_looked_at():
    group = AbelianGroup("Z2xZ5")
    d = group.order
    nodes = optimizers.build(group, "memorization").nodes
    target = np.array(sorted((k * d + k) * d + k for k in map(int, group.representatives[1:])))
    assert plan(nodes, dense(nodes)).symmetry
    skew = (2 * d + 3) * d + 4
    assert dense_mismatches(nodes, target).tolist() == []
    assert len(dense_mismatches(nodes, np.append(target, skew))) > 0


@pytest.mark.parametrize(("copies", "grouped"), [(3, False), (4, True), (5, True)])
def test_nodes_are_grouped_where_columns_repeat_four_times(copies, grouped):
    G = AbelianGroup("Z5")
    kinds = [{("a", 1): j + 2, ("b", 1): j + 2, ("c", 1): 1 + (j % 2)} for j in range(2 * copies)]
    weights, repeats = _grouped(dense(element(G, kinds).nodes))
    assert (repeats is not None) is grouped
    if grouped:
        assert (repeats[0], repeats[1].tolist()) == (0, [0, copies, 2 * copies])
        columns = weights.ids[2][:, repeats[1][:-1]]
        assert (np.repeat(columns, copies, axis=1) == weights.ids[2]).all()


def test_classes_of_rows_are_numbered_as_they_come():
    index, first = row_classes(np.array([[3, 1], [2, 2], [3, 1], [2, 3]]))
    assert (index.tolist(), first.tolist()) == ([0, 1, 0, 2], [0, 1, 3])
    index, first = row_classes(np.array([[3, 1], [3, 1]]))
    assert (index.tolist(), first.tolist()) == ([0, 0], [0])


def test_sums_beyond_64_bits_are_added_as_python_integers():
    zeros = np.zeros(4, dtype=np.int64)
    for sign in (1, -1):
        large = np.full(4, sign * 2**61, dtype=np.int64)
        assert dense_sum(TermSums(zeros, zeros, zeros, large)) == sign * 2**63


def dense_sum(sums):
    from algebra.criterion.terms import added

    return int(added([sums]).coefficient[0])


@pytest.mark.parametrize("key", [0, 7, 124, 3 * 25 + 2 * 5 + 4])
def test_keys_are_three_digits(key):
    assert tuple(int(x) for x in unpack(np.int64(key), 5)) == (key // 25, key // 5 % 5, key % 5)


def digits_asked(monkeypatch, x):
    """The binary digits that a sum is added with, one number after the other; none for floats."""
    import mpmath

    bits = []
    workprec = mpmath.workprec
    monkeypatch.setattr(mpmath, "workprec", lambda n: bits.append(n) or workprec(n))
    value = to_float.to_complex(x)
    monkeypatch.setattr(mpmath, "workprec", workprec)
    return value, bits


@pytest.mark.parametrize(("n", "bits"), [(49, []), (51, [128])])
def test_a_sum_is_added_again_where_a_32nd_of_it_is_left(n, bits, monkeypatch):
    # |1 + zeta(n)^((n - 1)/2)| is 2 sin(pi/2n): 1/15.6 for 49, 1/16.2 for 51
    x = 1 + zeta(n) ** ((n - 1) // 2)
    value, asked = digits_asked(monkeypatch, x)
    assert asked == bits
    assert cmath.isclose(value, 1 + cmath.exp(1j * cmath.pi * (n - 1) / n), rel_tol=1e-14)


def test_digits_are_doubled_until_sixty_of_them_are_left(monkeypatch):
    root = zeta(8) - zeta(8) ** 3  # the root of 2
    for power, bits in ((20, [128]), (50, [128, 256]), (110, [128, 256, 512])):
        x = (root - 1) ** power  # p - q root, of the size (p + q root) (root - 1)^(2 power)
        for scale in (Fraction(1), Fraction(1, 10**30), Fraction(10**30)):
            value, asked = digits_asked(monkeypatch, x * scale)
            assert cmath.isclose(value, (2**0.5 - 1) ** power * float(scale), rel_tol=1e-12)
            assert asked == bits
