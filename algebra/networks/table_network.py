"""A network over the table of an operation: exact real values of each node on all inputs.

    f(x, y)[g] = (1/2d) sum_j c[g, j] (a[x, j] + b[y, j])^2

It is meant for ``table[x, y]``, for any operation on ``0..d-1``; a group's is one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from algebra.groups.isotopy import Table
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ONE, ZERO, Exact, Scalar, to_scalar
from algebra.semiring.nodes import Column, column

#: Values on first inputs, on second inputs, and at outputs.
Node = tuple[Sequence[Exact], Sequence[Exact], Sequence[Exact]]


@final
@dataclass(frozen=True, slots=True, eq=False)
class TableNetwork:
    """Nodes as matrices of ids into distinct scalars, real numbers without parameters.

    Args:
        table: the operation, shape (d, d), entries ``0..d-1``.
        a, b, c: ids, shape (d, q); the value of node j on a first input x is ``scalars[a[x, j]]``,
            b alike on second inputs, c at outputs, without the ``1/2d``.
        name, family: of the operation, such as ``"S4"``, and of the network.

    Raises:
        ValueError: if shapes do not fit, an entry of the table is no number, or a scalar is not
            real or has parameters.
    """

    table: Int64
    a: Int64
    b: Int64
    c: Int64
    scalars: tuple[Scalar, ...]
    name: str = ""
    family: str = ""

    def __post_init__(self) -> None:
        d = len(self.table)
        if self.table.shape != (d, d) or not d:
            raise ValueError(f"table of shape {self.table.shape}: pass d rows of d numbers")
        if self.table.min() < 0 or self.table.max() >= d:
            raise ValueError(f"table: entries are numbers 0..{d - 1}")
        if not self.a.shape == self.b.shape == self.c.shape or self.a.shape[:1] != (d,):
            raise ValueError(
                f"nodes of shapes {self.a.shape}, {self.b.shape}, {self.c.shape}: pass (d, q) each"
            )
        for x in self.scalars:
            if x.parameters or x != x.conjugate():
                raise ValueError(f"value {x!r:.80} is no real number; set its parameters")

    @property
    def order(self) -> int:
        """The number ``q`` of nodes."""
        return int(self.a.shape[1])

    def __repr__(self) -> str:
        words = f"{self.family or 'network'} of {self.order} nodes"
        return f"<TableNetwork {words} over {self.name or f'a table of {len(self.table)}'}>"

    def nodes(self) -> Iterator[tuple[list[Scalar], list[Scalar], list[Scalar]]]:
        """Yield the values of each node: on first inputs, on second inputs, at outputs."""
        for j in range(self.order):
            a, b, c = ([self.scalars[i] for i in m[:, j]] for m in (self.a, self.b, self.c))
            yield a, b, c

    def output(self, x: int, y: int, g: int) -> Scalar:
        """Return ``f(x, y)[g]``."""
        s = self.scalars
        total = ZERO
        for i, k, m in zip(self.a[x], self.b[y], self.c[g], strict=True):
            root = s[i] + s[k]
            total = total + s[m] * root * root
        return total / (2 * len(self.table))


def interned(values: NDArray[Any]) -> Column:
    """Return an array of scalars, each different one once; the ids have its shape."""
    flat = column(values.ravel())
    return Column(flat.ids.reshape(values.shape), flat.scalars)


def table_network(
    table: Table | Sequence[Sequence[int]],
    nodes: Iterable[Node],
    *,
    name: str = "",
    family: str = "",
) -> TableNetwork:
    """Return a network from the values of its nodes, ``(a, b, c)``, d exact real numbers each.

    Raises:
        ValueError: if a node has not d values in each row, or as `TableNetwork`.

    >>> table_network([[0, 1], [1, 0]], [([1, -1], [1, -1], [1, -1]), ([1, 1], [0, 0], [0, 4])])
    <TableNetwork network of 2 nodes over a table of 2>
    """
    t: Int64 = np.asarray(table).astype(np.int64)
    rows = []
    for j, node in enumerate(nodes):
        for p, values in zip("abc", node, strict=True):
            if len(values) != len(t):
                raise ValueError(f"node {j}: {p} has {len(values)} values; pass {len(t)}")
            rows.append(list(values))
    objects = {id(x): x for values in rows for x in values}  # a scalar takes long to hash
    value = column(map(to_scalar, objects.values()))
    place = dict(zip(objects, value.ids.tolist(), strict=True))
    ids = np.array([[place[id(x)] for x in values] for values in rows], dtype=np.int64)
    a, b, c = ids.reshape(-1, 3, len(t)).transpose(1, 2, 0)
    return TableNetwork(t, a, b, c, value.scalars or (ONE,), name, family)
