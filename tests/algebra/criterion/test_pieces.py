"""Work is done in pieces that fit into memory and cache, and reduced before it is not exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from algebra import AbelianGroup
from algebra.criterion import dense as dense_module, sparse
from algebra.criterion.dense import dense_mismatches
from algebra.criterion.sparse import sparse_sums
from algebra.criterion.terms import EXACT_FLOAT, pack
from algebra.criterion.zero_test import dense, plan
from algebra.semiring.made import element
from tests.algebra.criterion.test_estimates import ELEMENTS

SMALL_PIECES = {sparse: {"CHUNK": 1, "KEPT": 1}, dense_module: {"CHUNK": 1}}


@pytest.mark.parametrize("name", ["few", "three"])
@pytest.mark.parametrize("shape", ["T", "abc", "aac", "bbc"])
def test_results_do_not_depend_on_the_size_of_pieces(name, shape, monkeypatch):
    nodes = ELEMENTS[name].nodes
    weights = dense(nodes)
    how = plan(nodes, weights)
    d = nodes.spectrum.order
    none = np.array([], dtype=np.int64)

    def found():
        key, value = sparse_sums(nodes, shape)
        if shape == "T":
            return key.tolist(), value.tolist(), dense_mismatches(nodes, none).tolist()
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


def counted(patch, module, name):
    """The calls of a function of a module, by what they are given."""
    calls, called = [], getattr(module, name)
    patch.setattr(module, name, lambda *args, **how: calls.append(args) or called(*args, **how))
    return calls


@pytest.mark.parametrize("size", [1, 100, 1000, 5000, 10**6])
def test_pieces_are_as_large_as_they_may_be(size, monkeypatch):
    nodes = ELEMENTS["few"].nodes
    d, q = 7, nodes.order
    weights = dense(nodes)
    how = plan(nodes, weights)
    images = len(how.primes) * len(how.roots)
    monkeypatch.setattr(dense_module, "CHUNK", size)
    calls = counted(monkeypatch, dense_module, "triple")
    dense_mismatches(nodes, np.array([], dtype=np.int64), how=how)
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
    float64 = 8
    assert dense_module.CHUNK * float64 == 64 * 2**20
    assert dense_module.WORK * float64 == 8 * 2**20
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
