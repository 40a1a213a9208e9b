"""The sparse route: sums over the supports of the nodes, in exact integer arithmetic.

Neighbours of equal support, a run, are added by a histogram; runs with the same entries at other
frequencies, as of a block placed at all of them, once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.terms import (
    EXACT_FLOAT,
    EntryTerms,
    Table,
    TermSums,
    added,
    multiply_all,
    pack,
    sum_terms,
    to_column,
)
from algebra.criterion.zero_test import row_classes
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import Spectrum
from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Int64, Mask
from algebra.numbers.roots_of_unity import expand_root
from algebra.semiring.nodes import Column, Nodes

#: Which products: all of the function tensor, or one kind of potential, not summed over k'.
Shape = Literal["T", "abc", "aac", "bbc"]
#: The rows of the factors, 0, 1, 2 for a, b, c.
AXES: dict[Shape, tuple[int, int, int]] = {
    "T": (0, 1, 2), "abc": (0, 1, 2), "aac": (0, 0, 2), "bbc": (1, 1, 2)
}  # fmt: skip

#: Products handled at once, about 100 MB of working memory.
CHUNK = 1 << 20
#: So many terms are kept before they are added by key.
KEPT = 4 * CHUNK
#: Fields up to this degree are reduced by one matrix product.
SMALL_FIELD = 64


def unpack(key: Int64, size: int) -> tuple[Int64, Int64, Int64]:
    """Return ``k1, k2, k`` of keys ``(k1 * size + k2) * size + k``."""
    return key // (size * size), key // size % size, key % size


def products(nodes: Nodes, shape: Shape) -> int:
    """Return how many products of terms the route takes for these nodes, from supports alone."""
    cell = nodes.node * 3 + nodes.row // nodes.spectrum.order
    count = np.bincount(cell, minlength=3 * nodes.order).reshape(-1, 3)
    if 4 * len(nodes) ** 3 >= 2**63:
        count = count.astype(object)
    a, b, c = count.T
    if shape == "T":
        return int(2 * ((a + b) ** 2 * c).sum())
    x, y, _ = AXES[shape]
    return int(4 * (count.T[x] * count.T[y] * c).sum())


def sparse_sums(nodes: Nodes, shape: Shape) -> Table:
    """Return the non-zero entries, exactly: sorted keys and their values."""
    empty = np.empty(0, dtype=np.int64)
    if not len(nodes):
        return Table(empty, Column(empty, ()))
    terms = pack(nodes)
    parts: list[TermSums] = []
    for runs in _runs(nodes, terms):
        for part in _run_sums(nodes.spectrum, runs, terms, shape):
            parts.append(part)
            if sum(len(x.key) for x in parts) > KEPT:
                parts = [added(parts)]
    if not parts:
        return Table(empty, Column(empty, ()))
    sums, monomials = added(parts), list(terms.monomials)
    if len(monomials) > 1:
        number, monomials = multiply_all(monomials, sums.monomial)
        sums = added([replace(sums, monomial=number)])
    denominator = terms.denominator * (2 if shape == "T" else 1)
    return to_column(sums, field=terms.field, denominator=denominator, monomials=monomials)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Runs of equally many nodes of one layout: a column is a term of an entry, or its conjugate.

    ``columns`` counts those of a, b, c; ``k`` has shape (runs, columns); ``term``, of each ``kind``
    of runs with the same terms, (kinds, nodes, columns).
    """

    columns: tuple[int, int, int]
    k: Int64
    kind: Int64
    term: Int64


def _runs(nodes: Nodes, terms: EntryTerms) -> Iterator[_Runs]:
    """Yield all nodes: by the number of entries, then by the length of runs, then by layout."""
    several = terms.count.max() > 1
    for at in _pieces(nodes.node[1:] != nodes.node[:-1]):
        row, code = nodes.row[at], terms.code[at]
        differs = (row[1:] != row[:-1]).any(axis=1)
        if several:
            size = terms.count[code]
            differs |= (size[1:] != size[:-1]).any(axis=1)
        for run in _pieces(differs):
            yield from _layouts(nodes.spectrum, row[run[:, 0]], code[run], terms)


def _pieces(differs: Mask) -> Iterator[Int64]:
    """Yield the positions in pieces, shape (pieces, length), by length."""
    total, pieces = len(differs) + 1, np.count_nonzero(differs) + 1
    length, rest = divmod(total, pieces)
    if not rest and differs[length - 1 :: length].all():  # all of one length, as they mostly are
        yield np.arange(total).reshape(pieces, length)
        return
    start = np.append(0, np.flatnonzero(differs) + 1)
    lengths = np.diff(start, append=total)
    for length in np.unique(lengths).tolist():
        yield start[lengths == length][:, None] + np.arange(length)


def _layouts(spectrum: Spectrum, row: Int64, code: Int64, terms: EntryTerms) -> Iterator[_Runs]:
    """Yield runs by layout, from rows of shape (runs, entries), codes (runs, nodes, entries)."""
    p, k = np.divmod(row, spectrum.order)
    other = spectrum.negate(k)
    place, both, width = 2 * p + (other != k), np.concatenate([k, other], axis=1), k.shape[1]
    kind, samples = row_classes(np.concatenate([place, code.reshape(len(code), -1)], axis=1))
    place, code = place[samples], code[samples]
    layout, firsts = row_classes(np.concatenate([place, terms.count[code[:, 0]]], axis=1))
    for i, first in enumerate(firsts.tolist()):
        columns: tuple[list[tuple[int, int, int]], ...] = ([], [], [])
        sizes = terms.count[code[first, 0]].tolist()
        for entry, (x, size) in enumerate(zip(place[first].tolist(), sizes, strict=True)):
            mine = columns[x // 2]
            mine += [(entry, entry, term) for term in range(size)]
            if x in (1, 3):
                mine += [(entry, width + entry, terms.conjugate + term) for term in range(size)]
        if not columns[2] or not (columns[0] or columns[1]):
            continue
        entry, index, term = np.array(columns[0] + columns[1] + columns[2]).T
        own_k, own_kind, own_code = both, kind, code
        if len(firsts) > 1:
            members = layout == i
            run = members[kind]
            own_k, own_kind = both[run], (np.cumsum(members) - 1)[kind[run]]
            own_code = code[members]
        yield _Runs(
            (len(columns[0]), len(columns[1]), len(columns[2])),
            own_k[:, index],
            own_kind,
            terms.start[own_code[:, :, entry]] + term,
        )


def _run_sums(
    spectrum: Spectrum, runs: _Runs, terms: EntryTerms, shape: Shape
) -> Iterator[TermSums]:
    """Yield the sums of the products of runs: of those of one kind once, then for each by key."""
    na, nb, nc = runs.columns
    first, second = _pairs(na, nb, shape)
    if not len(first):
        return
    length = runs.term.shape[1]
    node = runs.term.reshape(-1, na + nb + nc)
    width = max(1, min(nc, CHUNK // len(first)))
    height = max(1, CHUNK // (len(first) * width))
    for at in range(0, len(node), height):
        term = node[at : at + height]
        kind = np.arange(at, at + len(term)) // length
        exponent, coefficient = terms.exponent[term], terms.coefficient[term]
        exponents = exponent[:, first] + exponent[:, second]
        coefficients = coefficient[:, first] * coefficient[:, second]
        if shape == "T":
            coefficients *= 2 - (first == second)
        for column in range(na + nb, na + nb + nc, width):
            c = slice(column, column + width)
            outputs = exponent[:, c].shape[1]
            slots = len(first) * outputs
            e = (exponents[:, :, None] + exponent[:, None, c]).ravel()
            x = (coefficients[:, :, None] * coefficient[:, None, c]).ravel()
            key = (kind[:, None] * slots + np.arange(slots)).ravel()
            if _fits_histogram(key, len(term), terms):
                sums = _histogram(key, e % terms.field, x, terms.field)
            else:
                m, n = terms.monomial[term], len(terms.monomials)
                products = (m[:, first] * n + m[:, second])[:, :, None] * n + m[:, None, c]
                sums = sum_terms(key, products.ravel(), e, x, field=terms.field)
            pair, output = np.divmod(sums.key, outputs)
            of_kind, pair = np.divmod(pair, len(first))
            columns = first[pair], second[pair], column + output
            yield from _placed(spectrum, runs, sums, of_kind, columns, shape)


def _pairs(na: int, nb: int, shape: Shape) -> tuple[Int64, Int64]:
    """Return the pairs of input columns that are multiplied: for T of (a + b)^2, each once."""
    column = np.arange(na + nb)
    sides = {"a": column[:na], "b": column[na:], "T": column}
    left, right = sides[shape[0]], sides[shape[:2][-1]]
    require_memory(
        len(left) * len(right) * (50 if shape == "T" else 100),
        f"the products of one node with {na} + {nb} input terms",
        instead="use the dense route",
    )
    if shape == "T":
        left, right = (left[:, None] <= right).nonzero()
        return left, right
    return np.repeat(left, len(right)), np.tile(right, len(left))


def _placed(
    spectrum: Spectrum,
    runs: _Runs,
    sums: TermSums,
    kind: Int64,
    columns: tuple[Int64, Int64, Int64],
    shape: Shape,
) -> Iterator[TermSums]:
    """Yield sums by key, of every run, from the sorted kinds of runs and columns they are of."""
    first, second, output = columns
    live = np.bincount(kind, minlength=len(runs.term))
    start = live.cumsum() - live
    step = max(1, CHUNK // max(1, int(live.max())))
    for at in range(0, len(runs.k), step):
        k, of_kind = runs.k[at : at + step], runs.kind[at : at + step]
        count = live[of_kind]
        run = np.arange(len(k)).repeat(count)
        if not len(run):
            continue
        term = np.arange(len(run)) + (start[of_kind] - count.cumsum() + count).repeat(count)
        i, j, c = first[term], second[term], output[term]
        if shape == "T":  # the frequencies (k, 0) of a and (0, k) of b are added
            assert isinstance(spectrum, AbelianGroup)
            x = np.array([k, k])
            x[0, :, runs.columns[0] :] = x[1, :, : runs.columns[0]] = 0
            k1, k2 = spectrum.add(x[:, run, i], x[:, run, j])
        else:
            k1, k2 = k[run, i], k[run, j]
        key = (k1 * spectrum.order + k2) * spectrum.order + k[run, c]
        yield TermSums(key, sums.monomial[term], sums.exponent[term], sums.coefficient[term])


def _fits_histogram(key: Int64, nodes: int, terms: EntryTerms) -> bool:
    """Whether the counts per key and root are few, and below ``2^53`` when reduced."""
    return (
        len(terms.monomials) == 1
        and terms.field <= SMALL_FIELD
        and int(key[-1] - key[0] + 1) * terms.field <= 8 * len(key)
        and terms.largest * nodes * terms.field < EXACT_FLOAT
    )


def _histogram(key: Int64, exponent: Int64, coefficient: Int64, field: int) -> TermSums:
    """Add by sorted key: a count per (key, exponent), which the caller bounds by 2^53."""
    bins = int(key[-1] - key[0] + 1) * field
    at = (key - key[0]) * field + exponent
    counts = np.bincount(at, weights=coefficient, minlength=bins)
    reduced = counts.reshape(-1, field) @ _reduction(field)
    slot, root = reduced.nonzero()
    none = np.zeros(len(slot), dtype=np.int64)
    return TermSums(slot + key[0], none, root, reduced[slot, root].astype(np.int64))


@lru_cache(maxsize=SMALL_FIELD)
def _reduction(field: int) -> NDArray[np.float64]:
    """Return the integer matrix that rewrites all roots in the canonical basis."""
    matrix = np.zeros((field, field))
    for e in range(field):
        sign, roots = expand_root(e, field)
        matrix[e, list(roots)] = sign
    return matrix
