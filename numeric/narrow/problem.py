"""The equations that a network of a given width has to solve, and the functions of its inputs."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import final

import numpy as np
from scipy.linalg import helmert

from algebra.criterion.target import Target, as_target
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64, Reals
from algebra.numbers.to_float import to_reals
from algebra.representations.irreducibles import NoRepresentationsError, irreducibles, trivial

#: Sum of squared residuals below which an attained zero is reported.
ZERO = 1e-24


@final
@dataclass(frozen=True, slots=True)
class Operation:
    """Any operation on the numbers ``0..d-1``, by its table; it need not be a group's."""

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
    """An orthonormal basis of the functions on d elements, as columns, the constants first; by
    column the number of its space, one of ``{k, -k}`` or of a representation; names by number.
    """

    basis: Reals
    labels: Int64
    names: dict[int, str]


@lru_cache(maxsize=64)
def spaces(task: Task) -> Spaces:
    """Return the spaces that translations keep, and automorphisms permute.

    For a group without known representations, or an operation, those of mean zero are one.
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


@final
@dataclass(frozen=True)
class Problem:
    """Whether ``width`` nodes compute a table: the unknowns and the residuals.

    Nodes may have a constant part (the frequency 0 of a and b) if ``constants`` says so; a and b of
    a node only the frequencies of its ``support``, one of each pair ``{k, -k}``, or numbers of
    representations; ``ties`` are 1 if ``b = a``, -1 if ``b = -a``, 0 if b is free. A ``symmetry``
    (`numeric.narrow.symmetric`), such as ``"swap; translate 1,1"``, has to permute both.
    """

    group: Task
    width: int
    target: Target = "onehot"
    constants: bool = True
    support: tuple[tuple[int, ...], ...] | None = None
    symmetry: str | None = None
    ties: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ValueError(f"width={self.width}: pass a width of at least 1")
        as_target(self.target)
        if self.support is not None:
            self._require_support(self.support)
        if self.ties is not None and (
            len(self.ties) != self.width or not set(self.ties) <= {-1, 0, 1}
        ):
            raise ValueError(f"ties={self.ties!r}: pass 1, -1 or 0 for each of {self.width} nodes")

    def _require_support(self, support: tuple[tuple[int, ...], ...]) -> None:
        if len(support) != self.width:
            raise ValueError(
                f"support has {len(support)} nodes and width={self.width}: pass one list of "
                f"frequencies for each node"
            )
        known = sorted(set(self.frequencies.tolist()))
        wrong = [k for node in support for k in node if k not in known]
        if wrong:
            names = spaces(self.group).names
            said = [str(k) if names[k] == str(k) else f"{k} for {names[k]}" for k in known[:8]]
            what = "frequency here; pass one of each pair {k,-k}"
            if not isinstance(self.group, AbelianGroup):
                what = "representation here; pass numbers"
            raise ValueError(
                f"support: {wrong[0]} is no {what}: {', '.join(said)}{', ...' * (len(known) > 8)}"
            )

    @cached_property
    def frequencies(self) -> Int64:
        """The frequency, or the number of the representation, of each function of an input."""
        labels = spaces(self.group).labels
        return labels if self.constants else labels[labels != 0]
