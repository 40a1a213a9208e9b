"""Columns of exact scalars, interned, so that an operation is done once per distinct value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.numbers.arrays import Int64, Mask
from algebra.numbers.scalar import Scalar


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
