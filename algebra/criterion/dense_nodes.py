"""Weights as dense matrices of scalar ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.groups.spectrum import Spectrum
from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ZERO, Scalar
from algebra.semiring.column import concatenate
from algebra.semiring.nodes import Nodes


@final
@dataclass(frozen=True, slots=True, eq=False)
class DenseNodes:
    """Matrices of shape (spectrum order, q) of ids into ``scalars``; the last scalar is zero."""

    spectrum: Spectrum
    a: Int64
    b: Int64
    c: Int64
    scalars: tuple[Scalar, ...]

    def rows(self) -> tuple[Int64, Int64, Int64]:
        """Return the three matrices."""
        return self.a, self.b, self.c


def row_classes(ids: Int64) -> tuple[Int64, Int64]:
    """Return the class of equal rows each row belongs to, and the first row of each class."""
    if (ids == ids[:1]).all():
        return np.zeros(len(ids), dtype=np.int64), np.zeros(min(len(ids), 1), dtype=np.int64)
    known: dict[bytes, int] = {}
    classes = [known.setdefault(row.tobytes(), len(known)) for row in ids]
    index = np.array(classes, dtype=np.int64)
    return index, np.unique(index, return_index=True)[1].astype(np.int64)


def dense(nodes: Nodes) -> DenseNodes:
    """Return all entries of the nodes as id matrices, conjugates included."""
    size = nodes.spectrum.order
    require_memory(
        24 * size * nodes.order,
        f"three dense {size} x {nodes.order} matrices",
        instead="use route='sparse' or 'composed'",
    )
    value = nodes.value.compact()  # an unused scalar may have denominators of its own
    both = concatenate([value, value.map(Scalar.conjugate)])
    p, k = np.divmod(nodes.row, size)
    ids = np.full((3 * size, nodes.order), len(both.scalars), dtype=np.int64)
    ids[p * size + nodes.spectrum.negate(k), nodes.node] = both.ids[len(nodes) :]
    ids[nodes.row, nodes.node] = both.ids[: len(nodes)]
    return DenseNodes(
        nodes.spectrum, ids[:size], ids[size : 2 * size], ids[2 * size :], (*both.scalars, ZERO)
    )
