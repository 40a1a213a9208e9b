"""The composed route: tables of potentials along the composition, nothing expanded.

That of a product is the entrywise product of tables, the cheapest first.
"""

from functools import lru_cache
from itertools import pairwise
from math import prod
from operator import mul

import numpy as np

from algebra.criterion.dense import dense_potentials, exact_entries
from algebra.criterion.sparse import AXES, Shape, products, sparse_sums, unpack
from algebra.criterion.terms import Table, nonzero
from algebra.criterion.zero_test import DenseNodes, dense, plan, row_classes
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import added
from algebra.semiring.element import Element, Leaf, Placed, Product, Sum
from algebra.semiring.nodes import Column, Nodes, combine, concatenate, reindexed

#: What looking at a leaf costs in any case, in multiply-adds of the sparse route.
LEAF_COST = 5_000
SHAPES: tuple[Shape, ...] = ("abc", "aac", "bbc")
#: A multiply-add in BLAS costs about this much less than one of the sparse route.
BLAS_GAIN = 200
#: An element of so many times the nodes of its factors is not expanded to be looked at.
WIDER = 8


Known = dict[tuple[int, Shape], Table]


def _table(z: Element, shape: Shape, known: Known) -> Table:
    """Return the table of an element; those of shared parts are computed once."""
    key = id(z), shape
    if key not in known:
        match z.operation:
            case Leaf(nodes):
                known[key] = _of_nodes(nodes, shape)
            case Sum(parts):
                keys, values = zip(*(_table(x, shape, known) for x in parts), strict=True)
                known[key] = summed(np.concatenate(keys), concatenate(values))
            case Product(parts):
                known[key] = _product(parts, shape, known)
            case Placed(block, ks):
                assert isinstance(z.spectrum, AbelianGroup)
                known[key] = _placed(_table(block, shape, known), block, ks, z.spectrum)
    return known[key]


def _product(parts: tuple[Element, ...], shape: Shape, known: Known) -> Table:
    first, *rest = sorted(parts, key=lambda x: _cost(x, shape))
    result = _table(first, shape, known)
    for part in rest:
        if not len(result.key):
            break
        other = _table(part, shape, known)
        at = np.searchsorted(other.key, result.key)
        both = np.append(other.key, -1)[at] == result.key
        value = combine(mul, result.value[both], other.value[at[both]])
        result = Table(result.key[both], value)
    return result


def _cost(z: Element, shape: Shape) -> int:
    """Return an estimate of the multiply-adds that the table of ``z`` takes."""
    match z.operation:
        case Leaf(nodes):
            return LEAF_COST + min(_leaf_costs(nodes, shape))
        case Sum(parts) | Product(parts):
            return sum(_cost(x, shape) for x in parts)
        case Placed(block, ks):
            return _cost(block, shape) + 8 * len(ks)


def _leaf_costs(nodes: Nodes, shape: Shape) -> tuple[int, int]:
    """Return what the table of given nodes takes by support, and dense if that is looked at."""
    sparse = products(nodes, shape)
    cells = 3 * nodes.spectrum.order * nodes.order
    if sparse <= max(LEAF_COST, cells) or any(x.parameters for x in nodes.value.scalars):
        return sparse, sparse
    classes = _dense(nodes)[1]
    rows = prod(int(classes[p].max(initial=0)) + 1 for p in AXES[shape])
    return sparse, rows * nodes.order // BLAS_GAIN + 5 * len(nodes)


@lru_cache(maxsize=2)
def _dense(nodes: Nodes) -> tuple[DenseNodes, list[Int64]]:
    """Return the matrices, and the class of equal rows that each row is of."""
    weights = dense(nodes)
    return weights, [row_classes(ids)[0] for ids in weights.ids]


def _of_nodes(nodes: Nodes, shape: Shape) -> Table:
    """Return the table, sparse by support or dense modulo primes by cost."""
    sparse, by_blas = _leaf_costs(nodes, shape)
    if sparse <= by_blas:
        return sparse_sums(nodes, shape)
    weights, classes = _dense(nodes)
    keys = dense_potentials(weights, shape, how=plan(nodes, weights))
    code = np.zeros(len(keys), dtype=np.int64)
    for p, k in zip(AXES[shape], unpack(keys, nodes.spectrum.order), strict=True):
        code = code * nodes.spectrum.order + classes[p][k]
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    values = exact_entries(weights, keys[first], shape)[back.astype(np.int64)]
    return nonzero(keys, values)


def is_composed_cheaper(z: Element) -> bool:
    """Whether products multiply the nodes so often that their factors' tables are looked at."""
    return z.order > WIDER * _given(z)


def _given(z: Element) -> int:
    """Return how many nodes there are before products are taken, those of a block at each place."""
    match z.operation:
        case Sum(parts) | Product(parts):
            return sum(map(_given, parts))
        case _:
            return z.order


def summed(key: Int64, value: Column) -> Table:
    """Add values of equal keys, equal sums once."""
    rank = np.argsort(key, kind="stable")
    key, ids = key[rank], value.ids[rank].tolist()
    start = np.flatnonzero(np.diff(key, prepend=-1))
    known: dict[tuple[int, ...], int] = {}
    parts = [tuple(ids[i:j]) for i, j in pairwise([*start.tolist(), len(key)])]
    sums = np.array([known.setdefault(x, len(known)) for x in parts], dtype=np.int64)
    total = reindexed(sums, [added(value.scalars[i] for i in x) for x in known])
    return nonzero(key[start], total)


def _placed(table: Table, block: Element, ks: Int64, group: AbelianGroup) -> Table:
    size, d = block.spectrum.order, group.order
    images = np.stack([ks, group.negate(ks)])  # of index 0 and of index 1
    k1, k2, k = (images[x].T for x in unpack(table.key, size))
    flip = group.negate(k) < k
    k1, k2, k = (np.where(flip, group.negate(x), x) for x in (k1, k2, k))
    return summed(((k1 * d + k2) * d + k).ravel(), table.value.conjugated(flip))


def composed_tensor(z: Element) -> Table:
    """Return the non-zero entries of the function tensor, exactly, along the composition."""
    group = z.spectrum
    assert isinstance(group, AbelianGroup)
    d = group.order
    keys, values, known = [], [], Known()
    for shape in SHAPES:
        table = _table(z, shape, known)
        if shape == "abc":
            keys.append(table.key)
            values.append(table.value)
        else:
            total = group.add(table.key // (d * d), table.key // d % d)
            over_k = summed(
                (total * d * d if shape == "aac" else total * d) + table.key % d, table.value
            )
            keys.append(over_k.key)
            values.append(over_k.value.map(lambda x: x / 2))
    return summed(np.concatenate(keys), concatenate(values))
