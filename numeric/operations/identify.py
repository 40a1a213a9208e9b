"""What a table of predictions computes: an addition in disguise, else the nearest with a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import (
    Isotopy,
    NotAbelianError,
    NotIsotopicError,
    Numbers,
    Table,
    isomorphic,
)
from algebra.groups.naming import simplest
from algebra.groups.operation import operation
from algebra.numbers.arrays import Int64
from numeric.operations.majority import FITS, isotopy_near, squares
from numeric.operations.named import Operation, operations


@final
@dataclass(frozen=True, slots=True)
class Identified:
    """What a table of answers computes.

    Args:
        isotopy: the addition in disguise that it is, or None.
        right: the number of pairs answered as it says, or as the best named operation does.
        pairs: of how many.
        reason: why it is no addition in disguise, or nothing.
        named: operations with names, the best first, if it is none.
    """

    isotopy: Isotopy | None
    right: int
    pairs: int
    reason: str = ""
    named: tuple[Operation, ...] = ()

    def __str__(self) -> str:
        if self.isotopy is not None:
            name, left = self.isotopy.name, self.isotopy.numbers
            others = "; the other rows, columns and outputs are left out" if left else ""
            return f"it answers {self.right} of {self.pairs} pairs as {name}{others}"
        tried = ", ".join(f"{x.name} ({x.accuracy:.1%} of {x.pairs} pairs)" for x in self.named[:3])
        return f"its answers are those of no Abelian group: {self.reason}; nearest are {tried}"


def identify(
    answers: Table, group: AbelianGroup | None = None, *, outputs: int | None = None
) -> Identified:
    """Return what a table of predictions computes.

    In this order: the sum over the group that is expected; an addition in disguise with which all
    answers agree, or 85 %; a named operation with which as many do; the same of smaller tables,
    as rows that are not used leave them.

    Args:
        answers: the index of the largest output for each pair; shape (d, d), or any.
        group: the group whose addition is expected; cyclic, if None.
        outputs: the number of outputs; by default as many as rows, or as it takes.

    >>> x = np.arange(7)
    >>> print(identify((x[:, None] - x + 3) % 7))
    it answers 49 of 49 pairs as x - y + 3 over Z7
    >>> print(identify(x[:, None] * x % 7))
    it answers 36 of 36 pairs as x*y mod 7 on 1..6: Z6 by powers of 3; the other rows, ...
    """
    table: Int64 = np.asarray(answers).astype(np.int64)
    sizes = (*table.shape, outputs or max(len(table), int(table.max()) + 1))
    d = min(sizes)
    expected = group if group is not None and group.order == d else AbelianGroup(d)
    plain = Isotopy(expected, *(tuple(range(d)),) * 3, f"x + y over {expected}")
    if d == max(sizes) and plain.agreement(table) == (d * d, d * d):
        return Identified(plain, d * d, d * d)
    reason, named, best = "", [], Operation("", 0.0, table.size)
    for same in squares(table, sizes[2]):
        whole, latin, tried = len(same[0][0]) == max(sizes), False, []
        for square, numbers in same:
            try:
                tried.append(_written(isotopy_near(square), numbers, group, sizes))
            except NotIsotopicError as error:
                reason, latin = reason or str(error), isinstance(error, NotAbelianError)
        if whole and [x.agreement(table)[0] for x in tried] != [d * d]:
            named = operations(table, expected)
            best = named[0]
            tried = [plain, *tried, *_formula(best, expected)]
        for found in sorted(tried, key=lambda x: -x.agreement(table)[0] / x.group.order**2):
            right, pairs = found.agreement(table)
            if right >= FITS * pairs and not _by_chance(found):
                return Identified(found, right, pairs)
        if whole and latin:
            break
    return Identified(None, round(best.accuracy * best.pairs), best.pairs, reason, tuple(named))


def _by_chance(found: Isotopy) -> bool:
    """Return whether so few of a table's numbers were chosen that they may agree by chance."""
    return found.numbers is not None and found.group.order < (
        3 if len(set(found.numbers)) == 1 else 4
    )


def _formula(named: Operation, group: AbelianGroup) -> list[Isotopy]:
    """Return the addition in disguise that a named operation is, if it is one and fits."""
    if named.accuracy < FITS:
        return []
    try:
        return [operation(named.name, group.order, group=named.sum_of)]
    except ValueError:
        return []


def _written(
    near: Isotopy, numbers: Numbers, group: AbelianGroup | None, sizes: tuple[int, ...]
) -> Isotopy:
    """Return it with its name, on some of the numbers of a table, and over this group if it can."""
    if {near.group.order} != set(sizes):
        near = replace(near, numbers=numbers)
    like = group is not None and isomorphic(group, near.group)
    return simplest(near, group=group if like else None)
