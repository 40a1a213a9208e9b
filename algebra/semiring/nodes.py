"""The hidden nodes of an element, as sparse columns; at the smaller of ``{k, -k}`` and not 0.

Columns of exact scalars are interned, so that an operation is done once per distinct value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import final

import numpy as np

from algebra.groups.spectrum import Spectrum
from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Int64, Mask
from algebra.numbers.scalar import Exact, Scalar, to_scalar

ROWS = ("a", "b", "c")
#: Bytes per stored entry while nodes are multiplied or concatenated.
ENTRY_BYTES = 100


@final
@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of exact scalars: entry ``i`` is ``scalars[ids[i]]``."""

    ids: Int64
    scalars: tuple[Scalar, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, at: Int64 | Mask | slice) -> Column:
        return Column(self.ids[at], self.scalars)

    def tolist(self) -> list[Scalar]:
        """Return the scalars one by one."""
        return [self.scalars[i] for i in self.ids.tolist()]

    def map(self, f: Callable[[Scalar], Scalar]) -> Column:
        """Return the column of ``f(x)``."""
        return reindexed(self.ids, [f(x) for x in self.scalars])

    def live(self) -> Mask:
        """Return which entries are not zero."""
        return np.array([bool(x) for x in self.scalars], dtype=bool)[self.ids]

    def conjugated(self, where: Mask) -> Column:
        """Return the column for each row of a mask, with conjugates where it says so."""
        both = concatenate([self, self.map(Scalar.conjugate)]) if where.any() else self
        at = np.arange(len(self)) + np.where(where, len(self), 0)
        return Column(both.ids[at].ravel(), both.scalars)

    def compact(self) -> Column:
        """Return the same column, with no scalar that is not used."""
        present = np.bincount(self.ids, minlength=len(self.scalars)) > 0
        place = np.cumsum(present) - 1
        used = np.flatnonzero(present).tolist()
        return Column(place[self.ids], tuple(self.scalars[i] for i in used))


def column(values: Iterable[Scalar]) -> Column:
    """Return the column of the given scalars."""
    known: dict[Scalar, int] = {}
    ids = [known.setdefault(x, len(known)) for x in values]
    return Column(np.array(ids, dtype=np.int64), tuple(known))


def reindexed(ids: Int64, scalars: Sequence[Scalar]) -> Column:
    """Return the column with equal scalars merged."""
    distinct = column(scalars)
    return Column(distinct.ids[ids] if len(ids) else ids, distinct.scalars)


def concatenate(columns: Sequence[Column]) -> Column:
    """Return the columns one below the other."""
    if len(columns) == 1:
        return columns[0]
    scalars: list[Scalar] = []
    ids = [np.empty(0, dtype=np.int64)]
    for c in columns:
        ids.append(c.ids + len(scalars))
        scalars += c.scalars
    return reindexed(np.concatenate(ids), scalars)


def combine(f: Callable[[Scalar, Scalar], Scalar], x: Column, y: Column) -> Column:
    """Return the column of ``f(x_i, y_i)``, each distinct pair computed once."""
    if not len(x):
        return x
    size = len(y.scalars)
    pairs, ids = np.unique(x.ids * size + y.ids, return_inverse=True)
    return reindexed(
        ids.astype(np.int64), [f(x.scalars[i // size], y.scalars[i % size]) for i in pairs.tolist()]
    )


@final
@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Entry ``value[i]`` is at ``(node[i], row[i])``, sorted by node, then row; ``order`` nodes.

    ``row = p * spectrum.order + k`` with ``p`` = 0, 1, 2 for a, b, c.
    """

    spectrum: Spectrum
    order: int
    node: Int64
    row: Int64
    value: Column

    def __len__(self) -> int:
        return len(self.node)

    def with_conjugates(self) -> Nodes:
        """Return all non-zero entries, those at the larger index of each pair included."""
        size = self.spectrum.order
        p, k = np.divmod(self.row, size)
        other = self.spectrum.negate(k)
        paired = other != k
        value = concatenate([self.value, self.value[paired].map(Scalar.conjugate)])
        node = np.concatenate([self.node, self.node[paired]])
        row = np.concatenate([self.row, (p * size + other)[paired]])
        return in_order(Nodes(self.spectrum, self.order, node, row, value))

    def entries(self) -> list[dict[tuple[str, int], Scalar]]:
        """Return, node by node, the mapping ``(row letter, k) -> entry`` of stored entries."""
        d = self.spectrum.order
        table: list[dict[tuple[str, int], Scalar]] = [{} for _ in range(self.order)]
        for j, r, x in zip(self.node.tolist(), self.row.tolist(), self.value.tolist(), strict=True):
            table[j][ROWS[r // d], r % d] = x
        return table


def in_order(nodes: Nodes) -> Nodes:
    """Return nodes whose entries are in any order."""
    rank = np.argsort(nodes.node * (3 * nodes.spectrum.order) + nodes.row, kind="stable")
    node, row, value = nodes.node[rank], nodes.row[rank], nodes.value[rank]
    return Nodes(nodes.spectrum, nodes.order, node, row, value)


def from_entries(spectrum: Spectrum, nodes: Iterable[Mapping[tuple[str, int], Exact]]) -> Nodes:
    """Return nodes from mappings ``(row letter, index) -> entry``, at ``k``, at ``-k`` or both."""
    listed: list[tuple[int, int]] = []
    values: list[Scalar] = []
    order = 0
    for j, entries in enumerate(nodes):
        order += 1
        stored: dict[tuple[int, int], Scalar] = {}
        for (p, k), value in entries.items():
            x = to_scalar(value)
            if p not in ROWS:
                raise ValueError(f"row={p!r} of node {j}: rows are 'a', 'b' and 'c'")
            other = spectrum.negate(k)
            if other == k and x.conjugate() != x:
                raise ValueError(
                    f"node {j}, entry {p}[{spectrum.label(k)}] = {x!r} is not real, but the "
                    f"character is; real weights need conj(z[k]) = z[-k]"
                )
            key = ROWS.index(p), min(k, other)
            y = x if k <= other else x.conjugate()
            if stored.setdefault(key, y) != y:
                raise ValueError(
                    f"node {j}: the entries {p}[{spectrum.label(k)}] and "
                    f"{p}[{spectrum.label(other)}] are not conjugates; give one of them"
                )
        for (p_index, k), y in sorted(stored.items(), key=lambda item: item[0]):
            if y:
                listed.append((j, p_index * spectrum.order + k))
                values.append(y)
    node, row = np.array(listed, dtype=np.int64).reshape(-1, 2).T
    return Nodes(spectrum, order, node, row, column(values))


def concatenated(spectrum: Spectrum, parts: list[Nodes]) -> Nodes:
    """Return the nodes of all parts, one after the other."""
    if not parts:
        return from_entries(spectrum, ())
    starts = np.cumsum([0] + [x.order for x in parts])
    require_memory(
        sum(map(len, parts)) * ENTRY_BYTES,
        f"a sum of {starts[-1]} nodes",
        instead="check it through its composition",
    )
    return Nodes(
        spectrum,
        int(starts[-1]),
        np.concatenate([x.node + s for x, s in zip(parts, starts[:-1], strict=True)]),
        np.concatenate([x.row for x in parts]),
        concatenate([x.value for x in parts]),
    )


def multiplied(x: Nodes, y: Nodes) -> Nodes:
    """Return all pairs of nodes, multiplied entrywise: node ``(i, j)`` at ``i * y.order + j``."""
    rank = np.argsort(y.row, kind="stable")
    first, last = (np.searchsorted(y.row[rank], x.row, side=side) for side in ("left", "right"))
    count = last - first
    require_memory(
        int(count.sum()) * ENTRY_BYTES,
        f"a product of {x.order * y.order} nodes",
        instead="check it through its composition",
    )
    left = np.arange(len(x)).repeat(count)
    right = rank[np.arange(len(left)) + (first - count.cumsum() + count).repeat(count)]
    node, value = (
        x.node[left] * y.order + y.node[right],
        combine(mul, x.value[left], y.value[right]),
    )
    return in_order(Nodes(x.spectrum, x.order * y.order, node, x.row[left], value))


def placed(block: Nodes, group: Spectrum, frequencies: Int64) -> Nodes:
    """Return the nodes of a block over one abstract frequency, at each frequency of a group."""
    p, k = np.divmod(block.row, block.spectrum.order)
    assert not k.any(), "a block stores its entries at index 0 only"
    other = group.negate(frequencies)
    copies = len(frequencies)
    node = (np.arange(copies) * block.order)[:, None] + block.node
    row = np.minimum(frequencies, other)[:, None] + p * group.order
    value = block.value.conjugated((other < frequencies)[:, None])
    return in_order(Nodes(group, block.order * copies, node.ravel(), row.ravel(), value))


def mapped(nodes: Nodes, values: Mapping[str, Exact]) -> Nodes:
    """Return the nodes with parameters substituted; entries that become zero are dropped."""
    value = nodes.value.map(lambda x: x.substitute(values))
    live = value.live()
    kept = reindexed(value.ids[live], value.scalars)
    return Nodes(nodes.spectrum, nodes.order, nodes.node[live], nodes.row[live], kept)
