"""The sparse route: sums over the supports of the nodes, in exact integer arithmetic.

Every product ``a_k1 b_k2 c_k`` (and ``a_k' a_k'' c_k``, ``b_k' b_k'' c_k``) of terms of one node
is one integer coefficient, one exponent of ``zeta_n``, one monomial and one key ``(k1, k2, k)``;
terms are added by key. No primes and no bound are involved.

Cost: ``sum_j |c_j| (|a_j| |b_j| + |a_j|^2/2 + |b_j|^2/2)`` products, for nodes of those support
sizes: linear in ``q`` for one-frequency nodes. Nodes with equal support that follow one another
are added by a histogram before anything is sorted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.sums import EXACT_FLOAT, TermSums, added, to_column
from algebra.criterion.terms import NodeTerms, RowTerms, multiply_all, pack
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import Spectrum
from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Int64, Integers
from algebra.numbers.monomial import Monomial
from algebra.numbers.roots_of_unity import expand_root
from algebra.semiring.column import Column
from algebra.semiring.nodes import Nodes

#: Which products: all of the function tensor, or one kind of potential, not summed over k'.
Shape = Literal["T", "abc", "aac", "bbc"]

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
    counts = [
        np.bincount(
            nodes.node[nodes.row // nodes.spectrum.order == p], minlength=nodes.order
        ).astype(object)
        for p in range(3)
    ]
    a, b, c = 2 * counts[0], 2 * counts[1], counts[2]
    pairs = {"T": a * b + (a * a + b * b) // 2, "abc": a * b, "aac": a * a, "bbc": b * b}[shape]
    return int((pairs * c).sum()) if nodes.order else 0


def sparse_sums(nodes: Nodes, shape: Shape) -> tuple[Int64, Column]:
    """Return the non-zero entries, exactly: sorted keys and their values.

    Args:
        nodes: expanded nodes.
        shape: ``"T"`` for the function tensor (a group's spectrum only), keys ``(k1, k2, k)``;
            ``"abc"`` for all ``rho_{k1 k2 k}``; ``"aac"`` and ``"bbc"`` for all
            ``rho_{p, k', k'', k}``, keys ``(k', k'', k)``. Always ``k <= -k``; a key is
            ``(k1 * s + k2) * s + k`` with ``s`` the order of the spectrum.
    """
    terms = pack(nodes)
    scale = terms.input_denominator**2 * terms.output_denominator
    denominator = 2 * scale if shape == "T" else scale
    chunks: list[TermSums] = []
    for chunk in _chunks(nodes.spectrum, terms, shape):
        chunks.append(chunk)
        if sum(len(x.key) for x in chunks) > KEPT:
            chunks = [added(chunks, field=terms.field)]
    if not chunks:
        empty = np.empty(0, dtype=np.int64)
        return empty, Column(empty, ())
    monomials: list[Monomial] = [()]
    if len(terms.monomials) > 1:
        code = np.concatenate([x.monomial for x in chunks])
        monomial, monomials = multiply_all(terms.monomials, code)
        ends = np.cumsum([len(x.key) for x in chunks])[:-1]
        chunks = [
            replace(x, monomial=m) for x, m in zip(chunks, np.split(monomial, ends), strict=True)
        ]
    sums = added(chunks, field=terms.field)
    return to_column(sums, field=terms.field, denominator=denominator, monomials=monomials)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Products of two input terms of a node, shape (nodes, pairs)."""

    key: Int64
    exponent: Int64
    coefficient: Integers
    monomial: Int64


def _chunks(spectrum: Spectrum, terms: NodeTerms, shape: Shape) -> Iterator[TermSums]:
    """Yield partial sums, nodes grouped by how many terms they have."""
    size = {
        p: np.diff(row.start) for p, row in zip("abc", (terms.a, terms.b, terms.c), strict=True)
    }
    needed = {
        "T": size["a"] + size["b"],
        "abc": size["a"] * size["b"],
        "aac": size["a"],
        "bbc": size["b"],
    }[shape]
    active = np.flatnonzero((size["c"] > 0) & (needed > 0))
    if not len(active):
        return
    span = 1 + max(int(x.max(initial=0)) for x in size.values())
    code = (size["a"][active] * span + size["b"][active]) * span + size["c"][active]
    kinds = [int(code[0])] if (code == code[0]).all() else np.unique(code).tolist()
    for kind in kinds:
        members = active[code == kind]
        na, nb, nc = kind // (span * span), kind // span % span, kind % span
        pairs = {
            "T": na * nb + (na * (na + 1) + nb * (nb + 1)) // 2,
            "abc": na * nb,
            "aac": na * na,
            "bbc": nb * nb,
        }[shape]
        require_memory(
            pairs * 100,
            f"the products of one node with {na} + {nb} input terms",
            instead="use the dense route",
        )
        width = max(1, min(nc, CHUNK // pairs))
        height = max(1, CHUNK // (pairs * width))
        for first in range(0, len(members), height):
            chosen = members[first : first + height]
            a = _rectangle(terms.a, chosen, na)
            b = _rectangle(terms.b, chosen, nb)
            c = _rectangle(terms.c, chosen, nc)
            inputs = _pairs(spectrum, a, b, len(terms.monomials), shape, _wide(terms))
            for column in range(0, nc, width):
                part = _Pairs(
                    *(
                        x[:, column : column + width]
                        for x in (c.key, c.exponent, c.coefficient, c.monomial)
                    )
                )
                yield _contract(inputs, part, terms)


def _wide(terms: NodeTerms) -> bool:
    """Whether a product of three coefficients, or a sum of CHUNK of them, could leave int64."""
    rows = (terms.a, terms.b, terms.c)
    if any(row.coefficient.dtype == object for row in rows):
        return True
    a, b, c = (int(np.abs(row.coefficient).max(initial=1)) for row in rows)
    return 2 * max(a, b) ** 2 * c * CHUNK >= 2**63


def _rectangle(row: RowTerms, members: Int64, count: int) -> _Pairs:
    """Gather the terms of nodes that all have ``count`` of them, shape (nodes, count)."""
    at = row.start[members][:, None] + np.arange(count)
    return _Pairs(row.k[at], row.exponent[at], row.coefficient[at], row.monomial[at])


def _pairs(
    spectrum: Spectrum, a: _Pairs, b: _Pairs, monomials: int, shape: Shape, wide: bool
) -> _Pairs:
    size = spectrum.order
    if wide:
        a, b = (_Pairs(x.key, x.exponent, x.coefficient.astype(object), x.monomial) for x in (a, b))

    def outer(x: _Pairs, y: _Pairs) -> _Pairs:
        rows = len(x.key)
        i, j = (z.ravel() for z in np.indices((x.key.shape[1], y.key.shape[1])))
        return _Pairs(
            ((x.key * size)[:, i] + y.key[:, j]).reshape(rows, -1) * size,
            x.exponent[:, i] + y.exponent[:, j],
            x.coefficient[:, i] * y.coefficient[:, j],
            (x.monomial[:, i] * monomials + y.monomial[:, j]) * monomials,
        )

    if shape == "abc":
        return outer(a, b)
    if shape == "aac":
        return outer(a, a)
    if shape == "bbc":
        return outer(b, b)
    assert isinstance(spectrum, AbelianGroup)

    def squares(x: _Pairs, place: int) -> _Pairs:
        """Return twice the halves of the sums over k': unordered pairs, at (k' + k'', 0)."""
        i, j = np.triu_indices(x.key.shape[1])
        return _Pairs(
            spectrum.add(x.key[:, i], x.key[:, j]) * place,
            x.exponent[:, i] + x.exponent[:, j],
            x.coefficient[:, i] * x.coefficient[:, j] * np.where(i == j, 1, 2),
            (x.monomial[:, i] * monomials + x.monomial[:, j]) * monomials,
        )

    ab = outer(a, b)
    parts = [
        _Pairs(ab.key, ab.exponent, ab.coefficient * 2, ab.monomial),
        squares(a, size * size),
        squares(b, size),
    ]
    return _Pairs(
        *(
            np.concatenate([getattr(x, field) for x in parts], axis=1)
            for field in ("key", "exponent", "coefficient", "monomial")
        )
    )


def _contract(inputs: _Pairs, c: _Pairs, terms: NodeTerms) -> TermSums:
    """Multiply pairs of inputs by the outputs and add by key."""
    nodes, slots = len(inputs.key), inputs.key.shape[1] * c.key.shape[1]
    exponent = (inputs.exponent[:, :, None] + c.exponent[:, None, :]).reshape(nodes, slots)
    coefficient = (inputs.coefficient[:, :, None] * c.coefficient[:, None, :]).reshape(nodes, slots)
    exponent %= terms.field
    if len(terms.monomials) == 1 and coefficient.dtype != object and terms.field <= SMALL_FIELD:
        same = np.ones(nodes, dtype=bool)
        same[0] = False
        same[1:] = (inputs.key[1:] == inputs.key[:-1]).all(axis=1)
        same[1:] &= (c.key[1:] == c.key[:-1]).all(axis=1)
        firsts = np.flatnonzero(~same)
        largest = int(np.abs(coefficient).max(initial=0))
        bins = len(firsts) * slots * terms.field
        if bins <= 8 * nodes * slots and largest * nodes * terms.field < EXACT_FLOAT:
            return _histogram(
                inputs, c, exponent, coefficient, np.cumsum(~same) - 1, firsts, terms.field
            )
    key = (inputs.key[:, :, None] + c.key[:, None, :]).ravel()
    monomial = (inputs.monomial[:, :, None] + c.monomial[:, None, :]).ravel()
    return TermSums(key, monomial, exponent.ravel(), coefficient.ravel())


def _histogram(
    inputs: _Pairs,
    c: _Pairs,
    exponent: Int64,
    coefficient: Int64,
    run: Int64,
    firsts: Int64,
    field: int,
) -> TermSums:
    """Add over runs of nodes with equal support: a count per (run, slot, exponent).

    The counts are integers held in float64, exact because the caller bounds them by 2^53.
    """
    slots = exponent.shape[1]
    place = (run[:, None] * slots + np.arange(slots)) * field + exponent
    counts = np.bincount(
        place.ravel(), weights=coefficient.ravel(), minlength=len(firsts) * slots * field
    ).reshape(-1, field)
    reduced = counts @ _reduction(field)
    slot, root = np.nonzero(reduced)
    at = firsts[slot // slots]
    pair, output = np.divmod(slot % slots, c.key.shape[1])
    return TermSums(
        inputs.key[at, pair] + c.key[at, output],
        np.zeros(len(slot), dtype=np.int64),
        root.astype(np.int64),
        np.rint(reduced[slot, root]).astype(np.int64),
    )


def _reduction(field: int) -> NDArray[np.float64]:
    """Return the integer matrix that rewrites all roots in the canonical basis."""
    matrix = np.zeros((field, field))
    for e in range(field):
        sign, roots = expand_root(e, field)
        matrix[e, list(roots)] = sign
    return matrix
