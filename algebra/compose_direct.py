"""Search (iii): functions of least support with prescribed Fourier values.

Over n-th roots of unity the inputs ``(a, b)``, up to sign, form a finite group ``H``; an element is
a function ``c`` on ``H``, its nodes the support, and a potential its Fourier coefficient at a
character: 1 at that of ``abc``, 0 at those to be killed. This lists *every* solution of a given
order whose support is minimal (no solution lives on a part of it), up to symmetry.

On a minimal support the columns of the characters to be killed have a kernel of dimension one, and
any fewer of them are independent. So for every set of ``q - 2`` inputs, up to symmetry, the others
are projected to the quotient by their span, where the last two are proportional. This is done
modulo a prime ``p = 1 mod n``, and misses nothing if ``p`` is large enough: a minor of ``m < q``
columns has modulus at most ``m^(m/2)`` in every embedding (Hadamard), so its norm is below ``p``,
and it vanishes modulo a prime ideal over ``p`` only if it is 0. What is found is solved and proved
exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.composition_entry import (
    ComposeError,
    Node,
    canonical,
    character,
    inputs_mod_sign,
    merged,
)
from algebra.roots_of_unity import primitive_root_of_unity, split_prime, totient
from algebra.scalar import ONE, ZERO, zeta

Int64 = NDArray[np.int64]

#: More sets of ``q - 2`` inputs than this are refused.
MAX_SETS = 6_000_000
#: Residues lie below ``2**29``, so that nine products of them add up below ``2**63``.
PRIME_ABOVE = 1 << 28
#: Columns projected at once.
BATCH = 200_000


def inputs(n: int) -> list[tuple[int, int]]:
    """Return the inputs, exponents up to the common sign; the first is ``a = b = 1``.

    >>> len(inputs(3)), len(inputs(4))
    (9, 8)
    """
    return sorted({inputs_mod_sign(i, j, n) for i in range(n) for j in range(n)})


def solve_on(
    support: Sequence[tuple[int, int]], names: Sequence[str], *, n: int
) -> tuple[Node, ...] | None:
    """Return the exact ``c`` on a support with ``abc = 1`` and all of ``names`` killed, or None.

    None as well if some ``c`` is 0, or ``c`` is not unique: the support is then not minimal.

    >>> [c for _, _, c in solve_on([(0, 0), (1, 1), (2, 2)], ["a-bc", "abc-"], n=3)]
    [1/3, 1/3*zeta(3), 1/3*zeta(3)**2]
    """
    characters = list(dict.fromkeys(character(name) for name in names))
    rows = [[zeta(n, x * i + y * j) for i, j in support] for x, y in [(1, 1), *characters]]
    target = [ONE] + [ZERO] * len(characters)
    for column in range(len(support)):
        pivot = next((r for r in range(column, len(rows)) if rows[r][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        target[column], target[pivot] = target[pivot], target[column]
        inverse = rows[column][column].inverse()
        rows[column] = [x * inverse for x in rows[column]]
        target[column] = target[column] * inverse
        for r in range(len(rows)):
            factor = rows[r][column]
            if r != column and factor:
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[column], strict=True)]
                target[r] = target[r] - factor * target[column]
    if any(target[len(support) :]) or not all(target[: len(support)]):
        return None
    return merged(((i, j, c) for (i, j), c in zip(support, target, strict=False)), n)


def supports(
    names: Sequence[str], *, n: int, order: int
) -> Iterator[tuple[int, int, list[tuple[int, ...]]]]:
    """Yield ``(done, total, supports)``: batches of candidates, as positions in `inputs`.

    Every minimal support of this order is among them, up to translation, swap and conjugation. A
    candidate is a relation modulo a prime and still has to be proved.

    Raises:
        ComposeError: if there is too much to go through, or no prime in reach is large enough for
            the argument that none is missed.
    """
    every = inputs(n)
    first = order - 2
    sets = comb(len(every) - 1, max(first - 1, 0))
    if order < 2 or sets > MAX_SETS:
        raise ComposeError(
            f"direct search of order {order} over {n}-th roots of unity has {sets} sets of inputs "
            f"to go through, more than {MAX_SETS}; take fewer roots or a smaller order"
        )
    prime = split_prime(n, above=PRIME_ABOVE)
    if (order - 1) ** ((order - 1) * totient(n)) >= prime**2:
        raise ComposeError(
            f"direct search of order {order} over {n}-th roots of unity needs a prime above "
            f"{order - 1}^({(order - 1) * totient(n)}/2) to be complete, and {prime} is the "
            f"largest tried; take fewer roots or a smaller order"
        )
    symmetry = Symmetries(every, n)
    sets_found = _sets(first, symmetry)
    columns = _columns(names, every, n, prime)
    step = max(1, BATCH // len(every))
    for start in range(0, len(sets_found), step):
        chosen = sets_found[start : start + step]
        yield start + len(chosen), len(sets_found), _pairs(chosen, columns, prime, symmetry)


@final
class Symmetries:
    """The symmetries as permutations of the inputs: swap, conjugation, and translations."""

    __slots__ = ("difference", "images", "size")

    def __init__(self, every: Sequence[tuple[int, int]], n: int) -> None:
        at = {x: position for position, x in enumerate(every)}
        self.size = len(every)
        self.images = np.array(
            [
                [at[inputs_mod_sign(*image, n)] for image in images]
                for images in (
                    [(i, j) for i, j in every],
                    [(j, i) for i, j in every],
                    [(-i, -j) for i, j in every],
                    [(-j, -i) for i, j in every],
                )
            ]
        )
        self.difference = np.array(
            [[at[inputs_mod_sign(i - x, j - y, n)] for i, j in every] for x, y in every]
        )

    def canonical(self, chosen: Int64) -> Int64:
        """Return the least image of each row of positions, sorted."""
        best: Int64 | None = None
        for image in self.images:
            moved = image[chosen]
            for base in range(chosen.shape[1]):
                shifted = np.sort(self.difference[moved[:, [base]], moved], axis=1)
                if best is None:
                    best = shifted
                    continue
                less = np.zeros(len(chosen), bool)
                equal = np.ones(len(chosen), bool)
                for column in range(chosen.shape[1]):
                    less |= equal & (shifted[:, column] < best[:, column])
                    equal &= shifted[:, column] == best[:, column]
                best = np.where(less[:, None], shifted, best)
        assert best is not None
        return best


def _sets(size: int, symmetry: Symmetries) -> Int64:
    """Return one of each orbit of sets of ``size`` inputs."""
    if size <= 1:
        return np.zeros((1, size), dtype=np.int64)
    found = []
    for second in range(1, symmetry.size):
        rest = list(combinations(range(second + 1, symmetry.size), size - 2))
        if rest:
            table = np.array(rest, dtype=np.int64).reshape(len(rest), size - 2)
            head = np.tile(np.array([0, second], dtype=np.int64), (len(rest), 1))
            chosen = np.hstack([head, table])
            found.append(chosen[(symmetry.canonical(chosen) == chosen).all(axis=1)])
    return np.concatenate(found)


def _columns(names: Sequence[str], every: Sequence[tuple[int, int]], n: int, prime: int) -> Int64:
    """Return the values of the characters to kill at the inputs, and last those of ``abc``."""
    root = primitive_root_of_unity(n, prime)
    powers = [pow(root, e, prime) for e in range(n)]
    characters = list(dict.fromkeys(character(name) for name in names))
    return np.array(
        [[powers[(x * i + y * j) % n] for i, j in every] for x, y in [*characters, (1, 1)]],
        dtype=np.int64,
    )


def _pairs(
    chosen: Int64, columns: Int64, prime: int, symmetry: Symmetries
) -> list[tuple[int, ...]]:
    """Return the sets extended by every two inputs that are proportional modulo their span."""
    count, size = chosen.shape
    rows = len(columns) - 1
    table = columns[:-1][:, chosen].transpose(1, 0, 2).copy() if size else None
    change = np.tile(np.eye(rows, dtype=np.int64), (count, 1, 1))
    full = np.ones(count, bool)
    for column in range(size):
        assert table is not None
        live = table[:, column:, column] != 0
        full &= live.any(axis=1)
        pivot = column + live.argmax(axis=1)
        index = np.arange(count)
        for x in (table, change):
            x[index, column], x[index, pivot] = x[index, pivot].copy(), x[index, column].copy()
        inverse = _inverse(table[:, column, column], prime)
        factor = table[:, column + 1 :, column] * inverse[:, None] % prime
        for x in (table, change):
            x[:, column + 1 :] = (x[:, column + 1 :] - factor[:, :, None] * x[:, [column]]) % prime
    quotient = np.matmul(change[:, size:], columns[:-1]) % prime
    key = _projective(quotient, prime)
    found: set[tuple[int, ...]] = set()
    for t in np.flatnonzero(full):
        inside = set(chosen[t].tolist())
        order = np.argsort(key[t], kind="stable")
        sorted_key = key[t][order]
        breaks = np.flatnonzero(np.diff(sorted_key)) + 1
        for group in np.split(order, breaks):
            if len(group) < 2 or key[t][group[0]] < 0:
                continue
            members = [x for x in group.tolist() if x not in inside]
            found.update((*chosen[t].tolist(), *pair) for pair in combinations(members, 2))
    if not found:
        return []
    candidates = np.array(sorted(found), dtype=np.int64)
    return sorted(set(map(tuple, symmetry.canonical(candidates).tolist())))


def _inverse(x: Int64, prime: int) -> Int64:
    """Return ``x^(prime - 2)``, which is 0 where ``x`` is."""
    result = np.ones_like(x)
    for bit in bin(prime - 2)[2:]:
        result = result * result % prime
        if bit == "1":
            result = result * x % prime
    return result


def _projective(vectors: Int64, prime: int) -> Int64:
    """Return a key for every column, equal for proportional ones; -1 where it vanishes.

    Different columns can share a key by accident: candidates are proved anyway.
    """
    first = (vectors != 0).argmax(axis=1)
    pivot = np.take_along_axis(vectors, first[:, None], axis=1)[:, 0]
    scaled = vectors * _inverse(pivot, prime)[:, None] % prime
    key = np.zeros(pivot.shape, dtype=np.int64)
    for row in range(vectors.shape[1]):
        key = (key * 0x5851F42D + scaled[:, row]) % (prime * 4 + 1)
    return np.where(pivot == 0, -1, key)


def direct(
    names: Sequence[str], *, n: int, order: int
) -> Iterator[tuple[int, int, list[tuple[Node, ...]]]]:
    """Yield ``(done, total, solutions)``: all solutions of minimal support of this order.

    Canonical and proved exactly: ``abc = 1``, and all of ``names`` vanish.

    >>> found = [x for _, _, batch in direct(["abc-"], n=4, order=2) for x in batch]
    >>> len(found), found[0]
    (1, ((0, 0, 1/2), (0, 1, -1/2*zeta(4))))
    """
    every = inputs(n)
    seen: set[tuple[int, ...]] = set()
    for done, total, batch in supports(names, n=n, order=order):
        new = [x for x in batch if x not in seen]
        seen.update(new)
        solved = (solve_on([every[x] for x in support], names, n=n) for support in new)
        yield (
            done,
            total,
            sorted({canonical(nodes, n) for nodes in solved if nodes is not None}, key=repr),
        )
