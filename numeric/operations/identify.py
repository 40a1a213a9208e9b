"""What a table of predictions computes: an addition in disguise, else the nearest with a name."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import multiplication_of
from algebra.groups.isotopy import (
    Isotopy,
    NotAbelianError,
    NotIsotopicError,
    Numbers,
    Table,
    is_latin,
    isomorphic,
    isotopy_of,
)
from algebra.groups.naming import simplest
from algebra.groups.operation import operation
from algebra.numbers.arrays import Int64
from numeric.operations.named import Operation, operations


@final
@dataclass(frozen=True, slots=True)
class Identified:
    """What a table of answers computes.

    Args:
        isotopy: the addition in disguise that it is, or None.
        right: the number of pairs answered as it says, or as the best named operation does.
        pairs: of how many.
        reason, named: if it is none, why, and operations with names, the best first; if some
            numbers are left out, what holds with them.
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
            return f"it answers {self.right} of {self.pairs} pairs as {name}{others}{self.reason}"
        tried = ", ".join(f"{x.name} ({x.accuracy:.1%} of {x.pairs} pairs)" for x in self.named[:3])
        nearest = f"nearest are {tried}; for another, give its table (.csv) as the operation"
        return f"its answers are those of no Abelian group: {self.reason}; {nearest}"


def identify(
    answers: Table, group: AbelianGroup | None = None, *, outputs: int | None = None
) -> Identified:
    """Return what a table of predictions computes.

    In this order: the sum over the group that is expected; an addition in disguise with which all
    answers agree, or 85 %; a named operation with which as many do; the same of smaller tables,
    as rows that are not used leave them.

    The group that is expected is cyclic, if None; outputs are as many as rows, or as it takes.

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
                return Identified(found, right, pairs, _with_all(found, table))
        if whole and latin:
            break
    return Identified(None, round(best.accuracy * best.pairs), best.pairs, reason, tuple(named))


def _by_chance(found: Isotopy) -> bool:
    """Return whether so few of a table's numbers were chosen that they may agree by chance."""
    return found.numbers is not None and found.group.order < (
        3 if len(set(found.numbers)) == 1 else 4
    )


def _with_all(found: Isotopy, table: Int64) -> str:
    """Return which operation with a name all numbers have, where some of them are left out."""
    n = len(table)
    whole = table.shape == (n, n) and table.max() < n
    if not whole or found.numbers is None or len(found.numbers[0]) == n:
        return ""
    best = operations(table, AbelianGroup(n))[0]
    if best.accuracy < FITS or best.pairs < n * n:
        return ""
    right = round(best.accuracy * best.pairs)
    return f", with which {right} of {best.pairs} are {best.name}: give its table (.csv) for those"


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


#: From this share of right answers on, the others are taken for mistakes.
FITS = 0.85
#: A square whose rows and columns have a smaller share of different answers is not looked at.
DIFFERENT = 0.8
#: Votes that are held at once; zeros that are tried; rounds of votes for each.
VOTES, ZEROS, ROUNDS = 1 << 23, 4, 3
#: At most so many rows are left out, and no more than half.
LEFT_OUT = 64


def squares(answers: Table, outputs: int) -> Iterator[list[tuple[Int64, Numbers]]]:
    """Yield smaller and smaller square tables, and their rows, columns and outputs.

    What has the fewest different answers goes first: a number as row, column and output; or, in
    a second square of the same size, a row, then a column, then an output. An answer that is gone
    is -1.
    """
    table: Int64 = np.asarray(answers).astype(np.int64)
    ways = [False] if {*table.shape} != {outputs} else [True, False]
    for same in zip(*(_smaller(table, outputs, together=way) for way in ways), strict=True):
        yield [x for i, x in enumerate(same) if i == 0 or x[1] != same[0][1]]


def _smaller(table: Int64, outputs: int, *, together: bool) -> Iterator[tuple[Int64, Numbers]]:
    n = min(*table.shape, outputs)
    numbers = [np.arange(k) for k in (*table.shape, outputs)]

    def without(table: Int64, number: int, axis: int) -> Int64:
        numbers[axis] = np.delete(numbers[axis], number)
        if axis < 2:
            return np.delete(table, number, axis=axis)
        return np.where(table == number, -1, table - (table > number))

    for size in range(n, max(n - LEFT_OUT, min(n, max(3, (n + 1) // 2))) - 1, -1):
        for axes in [(0, 1, 2)] if together else [(0,), (1,), (2,)]:
            while len(numbers[axes[0]]) > size:
                seen = _different(table, len(numbers[2]))
                poorest = np.sum([seen[axis] for axis in axes], axis=0)[::-1].argmin()
                for axis in axes:
                    table = without(table, len(numbers[axis]) - 1 - int(poorest), axis)
        rows, columns, given = (tuple(x.tolist()) for x in numbers)
        yield table, (rows, columns, given)


def isotopy_near(square: Int64) -> Isotopy:
    """Return the addition in disguise that a square of answers is, or nearly is.

    It is -1 where there is no answer.

    Raises:
        NotIsotopicError: if it agrees with none on 85 % of all pairs, with the reason.
        NotAbelianError: if it is, or most answers are, a Latin square of another kind.
    """
    wrong = NotIsotopicError("they form no Latin square, and their majority no group")
    for table in _repaired(square):
        try:
            return isotopy_of(table)
        except NotAbelianError as error:
            also = "" if table is square else "they form no Latin square, and by majority "
            wrong = NotAbelianError(f"{also}{error}")
    raise wrong


def multiplication_near(square: Int64) -> Isotopy | None:
    """Return the multiplication, not Abelian, that a square of answers is, or nearly is, or None.

    It agrees with 85 % of all pairs; that it is of the group named is checked on the whole table.
    """
    with suppress(NotIsotopicError):
        return next(filter(None, map(multiplication_of, _repaired(square))), None)
    return None


def _repaired(square: Int64) -> Iterator[Int64]:
    """Yield Latin squares with which 85 % of the answers agree; those of a group, if there is one.

    A Latin square itself; none, but an error, where few answers of rows and columns are different.
    The answers vote on a group of outputs: where ``T[x, v] = e = zero``, the quadrangle criterion
    has ``T[u, v] T[x, y] = T[u, y]``. In ``p(x) s(y)``, p and s are then what agrees with most.
    """
    if is_latin(square):
        yield square
        return
    if min(x.mean() for x in _different(square, len(square))[:2]) < DIFFERENT * len(square):
        raise NotIsotopicError("they form no Latin square, nor nearly one")
    often = np.bincount(square[square >= 0], minlength=len(square))
    for zero in np.argsort(-often, kind="stable")[:ZEROS]:
        products = square
        for _ in range(ROUNDS):
            products = _votes(products, int(zero))
            if is_latin(products):
                table = _completed(square, products, int(zero))
                if (table == square).mean() >= FITS:
                    yield table


def _different(table: Int64, outputs: int) -> tuple[Int64, Int64, Int64]:
    """Return how many different answers rows and columns have, and in how many an answer occurs."""
    rows, columns = (np.zeros((n, outputs + 1), dtype=bool) for n in table.shape)
    x, y = np.indices(table.shape)
    rows[x, table] = True  # -1 is the last
    columns[y, table] = True
    rows, columns = rows[:, :-1], columns[:, :-1]
    return rows.sum(axis=1), columns.sum(axis=1), rows.sum(axis=0) + columns.sum(axis=0)


def _votes(square: Int64, zero: int) -> Int64:
    """Return what most say of each product of two answers, -1 for those that nobody speaks of."""
    n = len(square)
    where = np.argwhere(square == zero)[: max(4, VOTES // n**2)]
    ballots = []
    for x, v in where:
        a, c = np.broadcast_arrays(square[x][None, :], square[:, v][:, None])
        ballot = (c * n + a) * n + square
        ballots.append(ballot[(a >= 0) & (c >= 0) & (square >= 0)])
    codes, count = np.unique(np.concatenate(ballots or [np.empty(0, np.int64)]), return_counts=True)
    order = np.lexsort((count, codes // n))
    cell = codes[order] // n
    last = order[np.append(cell[1:] != cell[:-1], True)] if len(order) else order
    products = np.full(n * n, -1)
    products[codes[last] // n] = codes[last] % n
    return products.reshape(n, n)


def _completed(square: Int64, products: Int64, zero: int) -> Int64:
    """Return ``p(x) s(y)`` for p and s that agree with as many answers as each alone can."""
    x, y = np.nonzero(square >= 0)
    z = square[x, y]
    inverse = (products == zero).argmax(axis=1)
    fullest = square[int(_different(square, len(square))[0].argmax())]
    at = np.where(fullest >= 0, fullest, zero)  # s, up to mistakes in this row
    p = _matched(x, products[z, inverse[at[y]]], len(square))
    s = _matched(y, products[inverse[p[x]], z], len(square))
    p = _matched(x, products[z, inverse[s[y]]], len(square))
    table: Int64 = products[p[:, None], s]
    return table


def _matched(number: Int64, element: Int64, n: int) -> Int64:
    """Return the bijection of numbers to elements with which most of these pairs agree."""
    from scipy.optimize import linear_sum_assignment  # half a second that most networks do not need

    agree: NDArray[np.int64] = np.bincount(number * n + element, minlength=n * n)
    chosen: Int64 = linear_sum_assignment(-agree.reshape(n, n))[1].astype(np.int64)
    return chosen
