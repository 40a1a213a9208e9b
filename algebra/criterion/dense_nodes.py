"""Weights as dense matrices of scalar ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.terms import EXACT_FLOAT
from algebra.groups.spectrum import Spectrum
from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Int64, Reals
from algebra.numbers.scalar import ZERO, Scalar
from algebra.semiring.column import concatenate
from algebra.semiring.nodes import Nodes


@final
@dataclass(frozen=True, slots=True, eq=False)
class DenseNodes:
    """Ids into ``scalars``, shape (3, spectrum order, q) for a, b, c; the last scalar is zero."""

    spectrum: Spectrum
    ids: Int64
    scalars: tuple[Scalar, ...]


def row_classes(ids: Int64) -> tuple[Int64, Int64]:
    """Return the class of equal rows each row belongs to, and the first row of each class."""
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
    return DenseNodes(nodes.spectrum, ids.reshape(3, size, nodes.order), (*both.scalars, ZERO))


def balanced(residue: Int64, p: int) -> Reals:
    """Return residues in ``-(p-1)/2 .. p/2`` as floats."""
    return np.where(2 * residue > p, residue - p, residue).astype(np.float64)


def reduced(x: Reals, p: int) -> Reals:
    """Return balanced residues of exact integers ``|x| < 2^53`` (to within one ``p``)."""
    quotient: Reals = x / p  # one work array, reused: these passes are bound by memory
    np.rint(quotient, out=quotient)
    quotient *= p
    return np.subtract(x, quotient, out=quotient)


def is_divisible(x: Reals, p: int) -> NDArray[np.bool_]:
    """Decide divisibility by ``p``: if ``x = p t`` then ``x / p`` is exactly ``t``."""
    quotient = x / p
    return np.asarray(x == p * np.rint(quotient, out=quotient))


def require_exact(terms: int, p: int) -> None:
    """Check that sums of this many products of balanced residues are exact in float64."""
    if terms * (p // 2 + 1) ** 2 >= EXACT_FLOAT:
        raise ArithmeticError(f"a sum of {terms} products modulo {p} may exceed 2^53")


def matmul(x: Reals, y: Reals, p: int) -> Reals:
    """Return ``x @ y`` for residues up to ``p`` in modulus, checking that sums stay exact."""
    require_exact(x.shape[1], p)
    product: Reals = x @ y
    return product
