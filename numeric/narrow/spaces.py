"""What is computed, and the functions of an input in spaces: of characters, or representations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np
from scipy.linalg import helmert

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64, Reals
from algebra.numbers.to_float import to_reals
from algebra.representations.irreducibles import NoRepresentationsError, irreducibles, trivial


@final
@dataclass(frozen=True, slots=True)
class Operation:
    """Any operation on the numbers ``0..d-1``, by its table; it need not be a group's.

    >>> Operation(((0, 0), (0, 1)), "and").order
    2
    """

    table: tuple[tuple[int, ...], ...]
    name: str = "operation"

    @property
    def order(self) -> int:
        """The number ``d`` of inputs, and of outputs."""
        return len(self.table)

    def __str__(self) -> str:
        return f"{self.name} (order {self.order})"


#: What a network may compute: addition, the product of a group, or any operation.
Task = AbelianGroup | FiniteGroup | Operation


@lru_cache(maxsize=64)
def products(task: Task) -> Int64:
    """Return the table, shape (d, d)."""
    return np.array(task.table, dtype=np.int64) if isinstance(task, Operation) else task.products


@final
@dataclass(frozen=True, slots=True, eq=False)
class Spaces:
    """The functions on ``d`` elements, an orthonormal basis in spaces; the constants come first.

    Attributes:
        basis: functions as columns, shape (d, d).
        labels: by column the number of its space: one of ``{k, -k}``, or of a representation.
        names: by number.
    """

    basis: Reals
    labels: Int64
    names: dict[int, str]


@lru_cache(maxsize=64)
def spaces(task: Task) -> Spaces:
    """Return the spaces that translations keep, and automorphisms permute.

    For a group without known representations, or an operation, those of mean zero are one.

    >>> from algebra.groups.group_names import group
    >>> spaces(group("S3")).labels, spaces(group("S3")).names
    (array([0, 1, 1, 1, 1, 2]), {0: '[3]', 1: '[2,1]', 2: '[1,1,1]'})
    """
    columns: list[tuple[int, Reals]] = []
    d = task.order
    if isinstance(task, AbelianGroup):
        x = np.arange(d)
        for k in task.representatives.tolist():
            turn = 2 * np.pi * task.character_exponents(np.array(k), x) / task.exponent
            columns.append((k, np.cos(turn)))
            if task.negate(k) != k:
                columns.append((k, np.sin(turn)))
        names = {k: str(k) for k, _ in columns}
    else:
        try:
            if not isinstance(task, FiniteGroup):
                raise NoRepresentationsError("an operation")
            found = sorted(irreducibles(task), key=lambda rho: not trivial(rho))
            names = {i: rho.name for i, rho in enumerate(found)}
            for i, rho in enumerate(found):
                values = rho.values.reshape(d, -1).T
                columns += [(i, to_reals(f)) for f in values]
        except NoRepresentationsError:
            names = {0: "constants", 1: "mean zero"}
            columns = [(0, np.ones(d)), *((1, f) for f in helmert(d))]
    basis = np.stack([f / np.linalg.norm(f) for _, f in columns], axis=1)
    return Spaces(basis, np.array([k for k, _ in columns], dtype=np.int64), names)
