"""Operations with names, and on how many pairs a table of predictions agrees with each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from math import gcd
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import Table
from algebra.groups.naming import NUMBERINGS, constant_of, factorisations, sum_of
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import factorise

#: Coefficients of ``x`` and ``y`` over the group that is asked for, in this order.
COEFFICIENTS = (1, -1, 2, -2, 3, -3)
#: Up to this order sums of many groups are looked up.
TABLES = 256


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


def operations(
    answers: Table, group: AbelianGroup, *, pairs: tuple[Int64, Int64] | None = None
) -> list[Operation]:
    """Return the operations with names, by their accuracy on a table, or on answers to some pairs.

    These are ``s x + t y + c`` over the group for small units ``s, t`` and the best ``c``;
    ``+-x +- y + c`` over other groups of its order, numbered by residues in any order of factors;
    products and quotients modulo d, and modulo d + 1 of ``1..d``; polynomials modulo d; sums and
    differences of all numbers but the last.

    Source: of polynomials, A. Power et al., Grokking, arXiv:2201.02177.

    Returns:
        The best first; of equal ones the simpler one.

    >>> x = np.arange(7)
    >>> best = operations((x[:, None] - x + 3) % 7, AbelianGroup("Z7"))[0]
    >>> best.name, best.accuracy, best.pairs
    ('x - y + 3 over Z7', 1.0, 49)
    """
    x, y = pairs or (v.ravel() for v in np.indices(answers.shape))
    d = group.order
    values: Int64 = answers.ravel().astype(np.int64)
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
    seen, every, add = set(), np.arange(group.order), _addition(group)
    for s, t in product(coefficients, repeat=2):
        pair = s % group.exponent, t % group.exponent
        if pair in seen or gcd(s * t, group.exponent) > 1:
            continue
        seen.add(pair)
        value = add(group.multiply(s, every)[x], group.multiply(t, every)[y])
        count = np.bincount(add(answers, group.negate(every)[value]), minlength=group.order)
        c = int(count.argmax())
        yield Operation(
            f"{sum_of(s, t)}{constant_of(c, group)} over {group}",
            float(count[c] / len(answers)),
            len(answers),
            group if (s, t, c) == (1, 1, 0) else None,
        )


@lru_cache(maxsize=TABLES)
def _addition(group: AbelianGroup) -> Callable[[Int64, Int64], Int64]:
    """Return the group's addition; by a table where it takes a while and little memory."""
    if len(group.moduli) == 1 or group.order > TABLES:
        return group.add
    every = np.arange(group.order)
    table = group.add(every[:, None], every)
    return lambda k, m: table[k, m]


def _products(x: Int64, y: Int64, answers: Int64, d: int) -> Iterator[Operation]:
    yield _operation(f"x*y mod {d}", answers == x * y % d)
    for name, value in (
        ("x^2 + y^2", x**2 + y**2),
        ("x^2 + x*y + y^2", x**2 + x * y + y**2),
        ("x^2 + x*y + y^2 + x", x**2 + x * y + y**2 + x),
        ("x^3 + x*y", x**3 + x * y),
        ("x^3 + x*y^2 + y", x**3 + x * y**2 + y),
    ):
        yield _operation(f"{name} mod {d}", answers == value % d)
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
