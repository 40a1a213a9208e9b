"""The composed route: tables of potentials along the composition, nothing expanded.

Potentials are homomorphisms: the table of a sum is the sum of tables, that of a product their
entrywise product, cheapest factor first; later ones are asked for surviving keys alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial, reduce
from operator import add, mul
from typing import final

import numpy as np

from algebra.criterion.dense import dense_potentials, exact_entries
from algebra.criterion.dense_nodes import DenseNodes, dense, row_classes
from algebra.criterion.sparse import AXES, Shape, products, sparse_sums, unpack
from algebra.criterion.zero_test import plan
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ZERO
from algebra.semiring.column import Column, column, combine, concatenate
from algebra.semiring.element import Element
from algebra.semiring.nodes import Nodes
from algebra.semiring.operations import Leaf, Placed, Product, Sum

SHAPES: tuple[Shape, ...] = ("abc", "aac", "bbc")
#: A multiply-add in BLAS costs about this much less than one of the sparse route.
BLAS_GAIN = 200
#: An element of so many times the nodes of its factors is not expanded to be looked at.
WIDER = 8


@final
@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The potentials of one shape that do not vanish: sorted distinct keys, and their values."""

    key: Int64
    value: Column


@final
@dataclass(slots=True)
class _Tables:
    """The tables computed so far, by element and shape: shared parts are computed once."""

    known: dict[tuple[int, Shape], Table] = field(default_factory=dict)
    kept: list[Element] = field(default_factory=list)  # so that no id is used twice
    leaves: dict[int, _LeafFacts] = field(default_factory=dict)

    def table(self, z: Element, shape: Shape) -> Table:
        key = id(z), shape
        if key not in self.known:
            self.known[key] = self._compute(z, shape)
            self.kept.append(z)
        return self.known[key]

    def leaf(self, nodes: Nodes) -> _LeafFacts:
        if id(nodes) not in self.leaves:
            self.leaves[id(nodes)] = _LeafFacts(nodes)
        return self.leaves[id(nodes)]

    def _compute(self, z: Element, shape: Shape) -> Table:
        match z.operation:
            case Leaf(nodes):
                return self.leaf(nodes).table(shape)
            case Sum(parts):
                return _added([self.table(x, shape) for x in parts])
            case Product(parts):
                return self._product(parts, shape)
            case Placed(block, ks):
                assert isinstance(z.spectrum, AbelianGroup)
                return _placed(self.table(block, shape), block, ks, z.spectrum)

    def cost(self, z: Element, shape: Shape) -> int:
        """Return an estimate of the multiply-adds that the table of ``z`` takes."""
        match z.operation:
            case Leaf(nodes):
                return self.leaf(nodes).cost(shape)
            case Sum(parts) | Product(parts):
                return sum(self.cost(x, shape) for x in parts)
            case Placed(block, ks):
                return self.cost(block, shape) + 8 * len(ks)

    def _product(self, parts: tuple[Element, ...], shape: Shape) -> Table:
        first, *rest = sorted(parts, key=lambda x: self.cost(x, shape))
        result = self.table(first, shape)
        for part in rest:
            if not len(result.key):
                break
            value = self._at(part, shape, result.key)
            live = value.live()
            result = Table(result.key[live], combine(mul, result.value[live], value[live]))
        return result

    def _at(self, z: Element, shape: Shape, keys: Int64) -> Column:
        """Return the values at given keys: from the table, or one by one if that is cheaper."""
        match z.operation:
            case Leaf(nodes) if (id(z), shape) not in self.known:
                leaf = self.leaf(nodes)
                firsts, back = leaf.distinct(shape, keys)
                if firsts.size * nodes.order * 10 < leaf.cost(shape):
                    return exact_entries(leaf.weights(), keys[firsts], shape)[back]
            case Product(parts):
                return reduce(partial(combine, mul), (self._at(x, shape, keys) for x in parts))
            case _:
                pass
        table = self.table(z, shape)
        padded = concatenate([table.value, column([ZERO])])
        at = np.searchsorted(table.key, keys)
        return padded[np.where(np.append(table.key, -1)[at] == keys, at, len(table.key))]


#: What looking at a leaf costs in any case, in multiply-adds of the sparse route.
LEAF_COST = 5_000


@final
@dataclass(slots=True)
class _LeafFacts:
    """Given nodes with what is computed from them on demand: matrices and classes of rows."""

    nodes: Nodes
    dense: DenseNodes | None = None
    classes: list[Int64] = field(default_factory=list)

    def weights(self) -> DenseNodes:
        if self.dense is None:
            self.dense = dense(self.nodes)
            self.classes = [row_classes(ids)[0] for ids in self.dense.rows()]
        return self.dense

    def cost(self, shape: Shape) -> int:
        sparse = products(self.nodes, shape)
        if self._surely_sparse(sparse):
            return LEAF_COST + sparse
        return LEAF_COST + min(sparse, self._dense_cost(shape))

    def _surely_sparse(self, products: int) -> bool:
        """Return whether so many products cost less than to fill the matrices of the other way."""
        cells = 3 * self.nodes.spectrum.order * self.nodes.order
        return products <= max(LEAF_COST, cells) or self._parametric()

    def _dense_cost(self, shape: Shape) -> int:
        self.weights()
        x, y, z = (int(self.classes[p].max(initial=0)) + 1 for p in AXES[shape])
        return x * y * z * self.nodes.order // BLAS_GAIN + 5 * len(self.nodes)

    def _parametric(self) -> bool:
        return any(x.parameters for x in self.nodes.value.scalars)

    def table(self, shape: Shape) -> Table:
        """Return the table, sparse by support or dense modulo primes by cost."""
        sparse = products(self.nodes, shape)
        if self._surely_sparse(sparse) or sparse <= self._dense_cost(shape):
            return Table(*sparse_sums(self.nodes, shape))
        weights = self.weights()
        keys = dense_potentials(weights, shape, how=plan(self.nodes, weights))
        firsts, back = self.distinct(shape, keys)
        values = exact_entries(weights, keys[firsts], shape)[back]
        live = values.live()
        return Table(keys[live], values[live])

    def distinct(self, shape: Shape, keys: Int64) -> tuple[Int64, Int64]:
        """Return one key for each distinct triple of rows, and which triple each key is."""
        self.weights()
        size = self.nodes.spectrum.order
        code = np.zeros(len(keys), dtype=np.int64)
        for p, k in zip(AXES[shape], unpack(keys, size), strict=True):
            code = code * size + self.classes[p][k]
        _, first, back = np.unique(code, return_index=True, return_inverse=True)
        return first, back.astype(np.int64)


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


def _added(tables: list[Table]) -> Table:
    if len(tables) == 1:
        return tables[0]
    return summed(
        np.concatenate([np.empty(0, dtype=np.int64), *(t.key for t in tables)]),
        concatenate([Column(np.empty(0, dtype=np.int64), ()), *(t.value for t in tables)]),
    )


def summed(key: Int64, value: Column) -> Table:
    """Add values of equal keys, neighbours pairwise, until all keys are distinct."""
    rank = np.argsort(key, kind="stable")
    key, value = key[rank], value[rank]
    while True:
        new = np.ones(len(key), dtype=bool)
        new[1:] = key[1:] != key[:-1]
        if new.all():
            break
        start = np.flatnonzero(new)
        place = np.arange(len(key)) - np.repeat(start, np.diff(np.append(start, len(key))))
        left = place % 2 == 0
        paired = left.copy()
        paired[:-1] &= ~new[1:]
        paired[-1] = False
        where = np.flatnonzero(paired)
        both = combine(add, value[where], value[where + 1])
        rest = np.flatnonzero(left & ~paired)
        merged = np.concatenate([where, rest])
        order = np.argsort(merged, kind="stable")
        key, value = key[merged][order], concatenate([both, value[rest]])[order]
    live = value.live()
    return Table(key[live], value[live])


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
    tables = _Tables()
    keys, values = [], []
    for shape in SHAPES:
        table = tables.table(z, shape)
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
