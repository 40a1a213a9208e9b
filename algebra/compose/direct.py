"""Search (iii): every function of least support with prescribed Fourier values, up to symmetry.

An element is a function ``c`` on the inputs ``(a, b)``, n-th roots of unity up to sign, a potential
its Fourier coefficient. Modulo the span of ``q - 2`` columns of a minimal support the last two are
proportional, and not if ``abc`` is added; modulo the primes nothing is missed
(docs/theory/proofs/engine.md), and what is found is proved exactly.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import comb, prod
from typing import Any, final

import numpy as np

from algebra.compose.entry import (
    Node,
    canonical,
    character,
    inputs_mod_sign,
    merged,
    symmetric,
)
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import primitive_root_of_unity, split_prime, totient
from algebra.numbers.scalar import added, root

#: More sets of ``q - 2`` inputs than this are refused.
MAX_SETS = 6_000_000
#: Residues lie below ``2**29``, so that ten products of them add up below ``2**63``.
PRIME_ABOVE = 1 << 28
#: Columns projected at once; more do not stay in the cache.
BATCH = 30_000


def inputs(n: int) -> list[tuple[int, int]]:
    """Return the inputs, exponents up to the common sign; the first is ``a = b = 1``."""
    return sorted({inputs_mod_sign(i, j, n) for i in range(n) for j in range(n)})


def solve_on(
    support: Sequence[tuple[int, int]], names: Sequence[str], *, n: int
) -> tuple[Node, ...] | None:
    """Return the exact ``c`` on a minimal support that kills all of ``names``, or None."""
    from sympy.polys.matrices import DomainMatrix

    field, powers = field_of_roots(n)
    rows = [
        [*(powers[(x * i + y * j) % n] for i, j in support), field.zero]
        for x, y in [(1, 1), *_characters(names)]
    ]
    rows[0][-1] = field.one
    solved, pivots = DomainMatrix(rows, (len(rows), len(support) + 1), field).rref()
    if pivots != tuple(range(len(support))):
        return None
    c = [
        added(
            root(e, n, Fraction(int(q.numerator), int(q.denominator)))
            for e, q in enumerate(reversed(row[-1].to_list()))
        )
        for row in solved.to_list()[: len(support)]
    ]
    if not all(c):
        return None
    return merged(((i, j, x) for (i, j), x in zip(support, c, strict=True)), n)


@lru_cache(maxsize=8)
def field_of_roots(n: int) -> tuple[Any, list[Any]]:
    """Return SymPy's field of n-th roots of unity, and the powers of its root."""
    from sympy import QQ

    field = QQ.cyclotomic_field(n)
    powers = [field.one]
    for _ in range(1, n):
        powers.append(powers[-1] * field.unit)
    return field, powers


def pieces(names: Sequence[str], *, n: int, order: int) -> list[int]:
    """Return the pieces of a search, for `supports`: second inputs of the sets to go through."""
    every = inputs(n)
    sets = comb(len(every) - 1, max(order - 3, 0))
    if order < 2 or sets > MAX_SETS:
        raise ValueError(
            f"direct search of order {order} over {n}-th roots of unity has {sets} sets of inputs "
            f"to go through (a = b = 1 and {max(order - 3, 0)} of the other {len(every) - 1} of H, "
            f"and each with every two more), more than {MAX_SETS}; take fewer roots or a smaller "
            f"order"
        )
    if order > len(_characters(names)) + 1:
        return []  # so many columns have a kernel of two dimensions: no minimal support
    if order < 4:
        return [0]
    pairs = np.array([[0, second] for second in range(1, len(every))], dtype=np.int64)
    least = (
        Symmetries(every, n, swap=symmetric(names)).canonical(pairs, conjugate=False) == pairs
    ).all(axis=1)
    return [int(x) for x in pairs[least, 1]]


def supports(names: Sequence[str], *, n: int, order: int, piece: int) -> list[tuple[int, ...]]:
    """Return the candidates of one piece, positions in `inputs`, which have to be proved."""
    every = inputs(n)
    symmetry = Symmetries(every, n, swap=symmetric(names))
    chosen = _sets(order - 2, piece, symmetry)
    step = max(1, BATCH // len(every))
    found: set[tuple[int, ...]] = set()
    exponents = np.array([*_characters(names), (1, 1)]) @ np.array(every).T % n
    for prime in primes(n, order):
        zeta = primitive_root_of_unity(n, prime)
        columns = np.array([pow(zeta, e, prime) for e in range(n)])[exponents]
        for start in range(0, len(chosen), step):
            found.update(_pairs(chosen[start : start + step], columns, prime, symmetry))
    return sorted(found)


def primes(n: int, order: int) -> list[int]:
    """Return primes ``p = 1 mod n`` of which one is enough, for each solution of an order."""
    found = [split_prime(n, above=PRIME_ABOVE)]
    while prod(found) ** 2 <= order ** (order * totient(n)):
        found.append(split_prime(n, above=found[-1]))
    return found


@final
class Symmetries:
    """The symmetries as permutations of the inputs: conjugation, translations, perhaps the swap."""

    __slots__ = ("difference", "images", "size")

    def __init__(self, every: Sequence[tuple[int, int]], n: int, *, swap: bool) -> None:
        at = {x: position for position, x in enumerate(every)}
        self.size = len(every)
        signs = ((1, False), (1, True), (-1, False), (-1, True))
        self.images = [
            np.array([at[inputs_mod_sign(s * x[turned], s * x[1 - turned], n)] for x in every])
            for s, turned in signs
            if swap or not turned
        ]
        self.difference = np.array(
            [[at[inputs_mod_sign(i - x, j - y, n)] for i, j in every] for x, y in every]
        )

    def canonical(self, chosen: Int64, *, conjugate: bool = True) -> Int64:
        """Return the least image of each row of positions, sorted."""
        shape = (self.size,) * chosen.shape[1]  # a row is one number: less if it is less
        least = np.full(len(chosen), np.iinfo(np.int64).max)
        for image in self.images if conjugate else self.images[: len(self.images) // 2]:
            moved = image[chosen]
            for base in range(chosen.shape[1]):
                shifted = np.sort(self.difference[moved[:, [base]], moved], axis=1)
                least = np.minimum(least, np.ravel_multi_index(tuple(shifted.T), shape))
        return np.array(np.unravel_index(least, shape)).T


def _sets(size: int, second: int, symmetry: Symmetries) -> Int64:
    """Return one of each orbit, but for conjugation, of sets of inputs whose second is given."""
    if size <= 1:
        return np.zeros((1, size), dtype=np.int64)
    rest = combinations(range(second + 1, symmetry.size), size - 2)
    chosen = np.array([(0, second, *x) for x in rest], dtype=np.int64).reshape(-1, size)
    least: Int64 = chosen[(symmetry.canonical(chosen, conjugate=False) == chosen).all(axis=1)]
    return least


def _characters(names: Sequence[str]) -> list[tuple[int, int]]:
    return list(dict.fromkeys(character(name) for name in names))


def _pairs(
    chosen: Int64, columns: Int64, prime: int, symmetry: Symmetries
) -> list[tuple[int, ...]]:
    """Return the sets with every two inputs proportional modulo their span, and not with abc.

    Columns are the values of the characters to kill at the inputs, and last those of ``abc``.
    """
    count, size = chosen.shape
    killed = len(columns) - 1
    table = columns[:, chosen].transpose(1, 0, 2).copy()
    change = np.tile(np.eye(killed + 1, dtype=np.int64), (count, 1, 1))
    full = np.ones(count, bool)
    index = np.arange(count)
    for column in range(size):
        live = table[:, column:killed, column] != 0
        full &= live.any(axis=1)
        pivot = column + live.argmax(axis=1)
        for x in (table, change):
            x[index, column], x[index, pivot] = x[index, pivot].copy(), x[index, column].copy()
        inverse = _inverse(table[:, column, column], prime)
        factor = table[:, column + 1 :, column] * inverse[:, None] % prime
        for x in (table, change):
            x[:, column + 1 :] = (x[:, column + 1 :] - factor[:, :, None] * x[:, [column]]) % prime
    quotient = np.matmul(change[full, size:], columns) % prime
    key, abc = _projective(quotient, prime)
    order = np.argsort(key, axis=1, kind="stable")
    key, abc = (np.take_along_axis(x, order, axis=1) for x in (key, abc))
    found = []
    for gap in range(1, key.shape[1]):
        same = (key[:, gap:] == key[:, :-gap]) & (key[:, gap:] >= 0)
        if not same.any():
            break
        row, at = np.nonzero(same & (abc[:, gap:] != abc[:, :-gap]))
        pair = np.stack([order[row, at], order[row, at + gap]], axis=1)
        found.append(np.hstack([chosen[full][row], pair]))
    if not found:
        return []
    return sorted(set(map(tuple, symmetry.canonical(np.concatenate(found)).tolist())))


def _inverse(x: Int64, prime: int) -> Int64:
    """Return the inverses ``x^(p - 2)``, and 0 where ``x`` is."""
    found, exponent = np.ones_like(x), prime - 2
    while exponent:
        if exponent % 2:
            found = found * x % prime
        x, exponent = x * x % prime, exponent // 2
    return found


def _projective(vectors: Int64, prime: int) -> tuple[Int64, Int64]:
    """Return a key for every column, equal for proportional ones, and the last entry to scale."""
    others, last = vectors[:, :-1], vectors[:, -1]
    first = (others != 0).argmax(axis=1)
    pivot = np.take_along_axis(others, first[:, None], axis=1)[:, 0]
    inverse = _inverse(pivot, prime)
    scaled = others * inverse[:, None] % prime
    key = np.zeros(pivot.shape, dtype=np.int64)
    for row in range(others.shape[1]):
        key = (key * 0x5851F42D + scaled[:, row]) % (prime * 4 + 1)
    return np.where(pivot == 0, -1, key), last * inverse % prime


def solve(
    candidates: Iterable[Sequence[int]], names: Sequence[str], *, n: int
) -> list[tuple[Node, ...]]:
    """Return the solutions on those candidates of `supports` that have one, canonical."""
    every = inputs(n)
    solved = (solve_on([every[x] for x in support], names, n=n) for support in candidates)
    swap = symmetric(names)
    return sorted({canonical(x, n, swap=swap) for x in solved if x is not None}, key=repr)
