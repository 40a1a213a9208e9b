"""What a table of predictions computes: an addition in disguise, else named operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from math import gcd
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import (
    Isotopy,
    NotAbelianError,
    NotIsotopicError,
    Numbers,
    Table as Table,
    is_latin as is_latin,
    isomorphic,
)
from algebra.groups.naming import NUMBERINGS, constant_of, factorisations, simplest, sum_of
from algebra.groups.operation import operation
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import factorise
from numeric.weights.majority import FITS, isotopy_near, squares

#: Coefficients of ``x`` and ``y`` over the group that is asked for, in this order.
COEFFICIENTS = (1, -1, 2, -2, 3, -3)


@final
@dataclass(frozen=True, slots=True)
class Operation:
    """An operation, and how far the answers are its.

    Args:
        name: such as ``"x - y + 3 over Z7"``.
        accuracy: the share of pairs answered as it says.
        pairs: the number of pairs for which it says anything.
        sum_of: the group if it is ``x + y`` there, else None.
    """

    name: str
    accuracy: float
    pairs: int
    sum_of: AbelianGroup | None = None


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
    for square, numbers in squares(table, sizes[2]):
        whole, latin, tried = len(square) == max(sizes), False, []
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


def operations(table: Table, group: AbelianGroup) -> list[Operation]:
    """Return the operations with names that fit a table of predictions, the best first.

    Args:
        table: the index of the largest output for each pair, shape (d, d).
        group: the group of order d whose addition is looked for.

    Returns:
        As `on_pairs`.

    >>> x = np.arange(7)
    >>> best = operations((x[:, None] - x + 3) % 7, AbelianGroup("Z7"))[0]
    >>> best.name, best.accuracy, best.pairs
    ('x - y + 3 over Z7', 1.0, 49)
    """
    x, y = (v.ravel() for v in np.indices(table.shape))
    return on_pairs(x, y, table.ravel(), group)


def on_pairs(x: Int64, y: Int64, answers: Table, group: AbelianGroup) -> list[Operation]:
    """Return the operations with names, by their accuracy on some pairs.

    These are ``s x + t y + c`` over the group for small units ``s, t`` and the best ``c``;
    ``+-x +- y + c`` over other groups of its order, numbered by residues in any order of factors;
    products and quotients modulo d, and modulo d + 1 of ``1..d``; sums and differences of all
    numbers but the last.

    Returns:
        The best first; of equal ones the simpler one.
    """
    d = group.order
    values: Int64 = answers.astype(np.int64)
    found = list(_affine(x, y, values, group, COEFFICIENTS))
    for moduli in islice(factorisations(d), NUMBERINGS):
        if moduli != group.moduli:
            found += _affine(x, y, values, AbelianGroup(moduli), COEFFICIENTS[:2])
    found += _products(x, y, values, d)
    first = (x < d - 1) & (y < d - 1)
    if d > 2 and first.any():
        rest = AbelianGroup(d - 1)
        for s, t in ((1, 1), (1, -1)):
            wanted = rest.add(rest.multiply(s, x), rest.multiply(t, y))
            name = f"{sum_of(s, t)} over {rest} on the numbers 0..{d - 2}"
            found.append(_operation(name, (values == wanted)[first]))
    return sorted(found, key=lambda operation: -operation.accuracy)


def _affine(
    x: Int64, y: Int64, answers: Int64, group: AbelianGroup, coefficients: tuple[int, ...]
) -> Iterator[Operation]:
    seen = set()
    for s in coefficients:
        for t in coefficients:
            pair = s % group.exponent, t % group.exponent
            if pair in seen or gcd(s * t, group.exponent) > 1:
                continue
            seen.add(pair)
            value = group.add(group.multiply(s, x), group.multiply(t, y))
            count = np.bincount(group.add(answers, group.negate(value)), minlength=group.order)
            c = int(count.argmax())
            yield Operation(
                f"{sum_of(s, t)}{constant_of(c, group)} over {group}",
                float(count[c] / len(answers)),
                len(answers),
                group if (s, t, c) == (1, 1, 0) else None,
            )


def _products(x: Int64, y: Int64, answers: Int64, d: int) -> Iterator[Operation]:
    yield _operation(f"x*y mod {d}", answers == x * y % d)
    if _is_prime(d) and y.any():
        yield _operation(f"x/y mod {d}", (answers * y % d == x)[y > 0])
    if _is_prime(d + 1):
        u, v, w = x + 1, y + 1, answers + 1
        yield _operation(f"x*y mod {d + 1} on 1..{d}", w == u * v % (d + 1))
        yield _operation(f"x/y mod {d + 1} on 1..{d}", w * v % (d + 1) == u)


def _operation(name: str, right: NDArray[np.bool_]) -> Operation:
    return Operation(name, float(right.mean()), len(right))


def _is_prime(n: int) -> bool:
    return [e for _, e in factorise(n)] == [1]
