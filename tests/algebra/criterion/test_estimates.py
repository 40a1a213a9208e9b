"""What the engine estimates before it works: costs, memory, routes, and pieces that fit."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from math import prod

import numpy as np
import pytest

from algebra import AbelianGroup, Scalar, optimizers
from algebra.criterion import composed, dense as dense_module, sparse, zero_test
from algebra.criterion.composed import BLAS_GAIN, LEAF_COST, SHAPES, _cost, _given
from algebra.criterion.dense import _grouped, dense_mismatches
from algebra.criterion.sparse import AXES, products, sparse_sums, unpack
from algebra.criterion.terms import EXACT_FLOAT, pack
from algebra.criterion.zero_test import dense, plan, row_classes
from algebra.semiring import nodes as nodes_module
from algebra.semiring.element import Leaf, Placed, every_part
from algebra.semiring.made import element
from algebra.semiring.nodes import Column, Nodes

ELEMENTS = {
    "few": optimizers.build(AbelianGroup("Z7"), "four-plus-constant", xi=1),
    "three": optimizers.build(AbelianGroup("Z2xZ5"), "four-plus-six", xi=1, nu=1),
    "dense": optimizers.build(AbelianGroup("Z31"), "memorization"),
}


NONE = np.array([], dtype=np.int64)


def counted(patch, module, name):
    """The calls of a function of a module, by what they are given."""
    calls, called = [], getattr(module, name)
    patch.setattr(module, name, lambda *args, **how: calls.append(args) or called(*args, **how))
    return calls


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
                weights = (dense(nodes).ids[axis] for axis in AXES[shape])
                distinct = prod(len({row.tobytes() for row in ids}) for ids in weights)
                by_blas = distinct * nodes.order // BLAS_GAIN
                return LEAF_COST + min(sparse, by_blas + 5 * len(nodes))
            case Placed(block, ks):
                return cost(block) + 8 * len(ks)
        return sum(cost(x) for x in z.operation.parts)

    assert _cost(ELEMENTS[name], shape) == cost(ELEMENTS[name])


def test_the_cheaper_way_of_a_leaf_is_taken(monkeypatch):
    (leaf, *_) = leaves(ELEMENTS["dense"])
    nodes = leaf.operation.nodes
    assert products(nodes, "abc") > max(LEAF_COST, 3 * 31 * nodes.order)
    taken = counted(monkeypatch, composed, "sparse_sums")
    tables = {}
    for more in (0, -1):
        count = products(nodes, "abc")
        monkeypatch.setattr(composed, "_leaf_costs", lambda *_, m=more, n=count: (n, n + m))
        tables[more] = composed._of_nodes(nodes, "abc")
        assert len(taken) == 1
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


def test_memory_is_asked_for_by_what_will_be_held(monkeypatch):
    G = AbelianGroup("Z31")
    x = element(G, [{("a", k): 1, ("b", k): 1, ("c", k): 1} for k in range(1, 6)] * 2)
    y = element(G, [{(p, k): 1 for p in "abc" for k in (1, 2)} for _ in range(3)])
    at = counted(monkeypatch, nodes_module, "require_memory")
    nodes_module.multiplied(x.nodes, y.nodes)  # 2 nodes at each of 1 and 2, times 3 nodes
    assert at == [(2 * 2 * 3 * 3 * 100, "a product of 30 nodes")]
    at.clear()
    nodes_module.concatenated(G, [x.nodes, y.nodes])
    assert at == [((10 * 3 + 3 * 6) * 100, "a sum of 13 nodes")]
    at = counted(monkeypatch, zero_test, "require_memory")
    dense(x.nodes)
    assert at == [(24 * 31 * 10, "three dense 31 x 10 matrices")]
    at = counted(monkeypatch, sparse, "require_memory")
    sparse._pairs(3, 5, "T")
    sparse._pairs(3, 5, "abc")
    sparse._pairs(3, 5, "bbc")
    words = "the products of one node with 3 + 5 input terms"
    assert at == [(8 * 8 * 50, words), (3 * 5 * 100, words), (5 * 5 * 100, words)]
    at = counted(monkeypatch, dense_module, "require_memory")
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


@pytest.mark.parametrize("key", [0, 7, 124, 3 * 25 + 2 * 5 + 4])
def test_keys_are_three_digits(key):
    assert tuple(int(x) for x in unpack(np.int64(key), 5)) == (key // 25, key // 5 % 5, key % 5)


SMALL_PIECES = {sparse: {"CHUNK": 1, "KEPT": 1}, dense_module: {"CHUNK": 1}}


@pytest.mark.parametrize("name", ["few", "three"])
@pytest.mark.parametrize("shape", ["T", "abc", "aac", "bbc"])
def test_results_do_not_depend_on_the_size_of_pieces(name, shape, monkeypatch):
    nodes = ELEMENTS[name].nodes
    weights = dense(nodes)
    how = plan(nodes, weights)
    d = nodes.spectrum.order

    def found():
        key, value = sparse_sums(nodes, shape)
        if shape == "T":
            return key.tolist(), value.tolist(), dense_mismatches(nodes, NONE).tolist()
        keys = dense_module.dense_potentials(weights, shape, how=how)
        values = dense_module.exact_entries(weights, keys, shape)
        return key.tolist(), value.tolist(), keys.tolist(), values.tolist()

    whole = found()
    negate = nodes.spectrum.negate
    assert whole[2] == [x for x in whole[0] if x % d <= negate(x % d)]
    for module, sizes in SMALL_PIECES.items():
        for size, number in sizes.items():
            monkeypatch.setattr(module, size, number)
    assert found() == whole


@pytest.mark.parametrize("size", [1, 100, 1000, 5000, 10**6])
def test_pieces_are_as_large_as_they_may_be(size, monkeypatch):
    nodes = ELEMENTS["few"].nodes
    d, q = 7, nodes.order
    weights = dense(nodes)
    how = plan(nodes, weights)
    images = len(how.primes) * len(how.roots)
    monkeypatch.setattr(dense_module, "CHUNK", size)
    calls = counted(monkeypatch, dense_module, "triple")
    dense_mismatches(nodes, NONE, how=how)
    step, outputs = max(1, size // (d * max(d, q))), len(np.unique(nodes.row[nodes.row >= 2 * d]))
    assert len(calls) == -(-outputs // step) * images
    assert max(len(c) for _, _, c, *_ in calls) == min(step, outputs)
    calls.clear()
    dense_module.dense_potentials(weights, "abc", how=how)
    (x, q), y = calls[0][0].shape, len(calls[0][1])
    step = max(1, size // max(x * y, min(x, y) * q))
    assert max(len(c) for _, _, c, *_ in calls) == min(
        step, sum(len(c) for *_, c, _ in calls) // images
    )
    assert len(calls) == images * -(-sum(len(c) for *_, c, _ in calls) // images // step)


@pytest.mark.parametrize("size", [1, 7, 64, 300, 10**6])
def test_products_are_formed_in_pieces(size, monkeypatch):
    nodes = ELEMENTS["few"].nodes
    terms = pack(nodes)
    monkeypatch.setattr(sparse, "CHUNK", size)
    calls = counted(monkeypatch, sparse, "_fits_histogram")
    sparse_sums(nodes, "T")
    lengths = [len(key) for key, *_ in calls]
    pieces = []
    for runs in sparse._runs(nodes, terms):
        na, nb, nc = runs.columns
        pairs = (na + nb) * (na + nb + 1) // 2
        width = max(1, min(nc, size // pairs))
        height = max(1, size // (pairs * width))
        rows = runs.term.shape[0] * runs.term.shape[1]
        for at in range(0, rows, height):
            high = min(height, rows - at)
            pieces += [high * pairs * min(width, nc - c) for c in range(0, nc, width)]
    assert lengths == pieces


@pytest.mark.parametrize(("q", "p"), [(1, 330_281), (3, 229_003), (3, 94_906_249)])
def test_products_of_three_are_exact_where_floats_would_not_be(q, p):
    assert 2 * q * (p // 2 + 1) ** 3 >= EXACT_FLOAT
    one = np.full((1, q), float(p // 2))
    cube = dense_module.triple(one, one, one, p)
    assert int(cube[0, 0, 0]) % p == q * pow(p // 2, 3, p) % p


@pytest.mark.parametrize(("p", "reductions"), [(94_906_263, 1), (94_906_265, 2)])
def test_sums_over_groups_are_reduced_once_they_may_not_be_exact(p, reductions, monkeypatch):
    assert 2 * 47_453_132**2 < EXACT_FLOAT // 2 <= 2 * 47_453_133**2
    one, repeats = np.array([[1.0]]), (0, np.array([0, 1]))
    calls = counted(monkeypatch, dense_module, "reduced")
    assert dense_module.triple(one, one, one, p, repeats).tolist() == [[[1.0]]]
    assert len(calls) == reductions


def test_pieces_have_the_sizes_that_are_stated():
    assert (8 * dense_module.CHUNK, 8 * dense_module.WORK) == (64 * 2**20, 8 * 2**20)
    assert (sparse.CHUNK, sparse.KEPT) == (2**20, 4 * 2**20)


def test_the_largest_product_of_an_input_twice_and_an_output_is_known():
    G = AbelianGroup("Z5")
    for node, largest in (
        ({("a", 1): 3, ("c", 1): 5}, 3 * 3 * 5),
        ({("a", 1): 3, ("b", 2): 7}, 7 * 7),
        ({("c", 1): 5}, 5),
        ({("a", 1): Fraction(1, 3), ("b", 1): 2, ("c", 1): Fraction(-5, 2)}, 6 * 6 * 5),
    ):
        assert pack(element(G, [node]).nodes).largest == 2 * largest
