"""What a table of predictions computes: the best of named operations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import gcd
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import Table as Table, is_latin as is_latin
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import factorise

#: Coefficients of ``x`` and ``y`` over the group that is asked for, in this order.
COEFFICIENTS = (1, -1, 2, -2, 3, -3)
#: At most so many groups and numberings of an order are tried.
NUMBERINGS = 32


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
    for moduli in islice(_factorisations(d), NUMBERINGS):
        if moduli != group.moduli:
            found += _affine(x, y, values, AbelianGroup(moduli), COEFFICIENTS[:2])
    found += _products(x, y, values, d)
    first = (x < d - 1) & (y < d - 1)
    if d > 2 and first.any():
        rest = AbelianGroup(d - 1)
        for s, t in ((1, 1), (1, -1)):
            wanted = rest.add(rest.multiply(s, x), rest.multiply(t, y))
            name = f"{_sum(s, t)} over {rest} on the first {d - 1} of {d}"
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
                f"{_sum(s, t)}{_constant(c, group)} over {group}",
                float(count[c] / len(answers)),
                len(answers),
                group if (s, t, c) == (1, 1, 0) else None,
            )


def _products(x: Int64, y: Int64, answers: Int64, d: int) -> Iterator[Operation]:
    yield _operation(f"x*y mod {d}", answers == x * y % d)
    if _is_prime(d) and y.any():
        yield _operation(f"x/y mod {d} for y > 0", (answers * y % d == x)[y > 0])
    if _is_prime(d + 1):
        u, v, w = x + 1, y + 1, answers + 1
        yield _operation(f"x*y mod {d + 1} on 1..{d}", w == u * v % (d + 1))
        yield _operation(f"x/y mod {d + 1} on 1..{d}", w * v % (d + 1) == u)


def _operation(name: str, right: NDArray[np.bool_]) -> Operation:
    return Operation(name, float(right.mean()), len(right))


def _sum(s: int, t: int) -> str:
    """Return ``s x + t y`` in writing, a positive term first."""
    terms = sorted([(s, "x"), (t, "y")], key=lambda term: term[0] < 0)
    texts = [f"{abs(n) if abs(n) > 1 else ''}{name}" for n, name in terms]
    first, second = (n < 0 for n, _ in terms)
    return f"{'-' * first}{texts[0]} {'-' if second else '+'} {texts[1]}"


def _constant(c: int, group: AbelianGroup) -> str:
    """Return ``+ c`` in writing; of two ways to write a residue the shorter."""
    if not c:
        return ""
    if len(group.moduli) == 1 and 2 * c > group.order:
        return f" - {group.order - c}"
    return f" + {group.label(c)}"


def _factorisations(d: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways to write ``d`` as a product, factors above 1, in order; the shortest first."""
    level: list[tuple[tuple[int, ...], int]] = [((), d)]
    while level:
        yield from ((*head, rest) for head, rest in level)
        level = [
            ((*head, n), rest // n)
            for head, rest in level
            for n in range(2, rest // 2 + 1)
            if rest % n == 0
        ]


def _is_prime(n: int) -> bool:
    return [e for _, e in factorise(n)] == [1]
