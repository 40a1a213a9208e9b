"""Nodes as integer arrays: every entry a short sum of ``coefficient * root * monomial``.

This is the form the checking engine works on. All scalars of an element share one field
``Q(zeta_n)`` and, per kind of row, one denominator, so a term is four integers: frequency,
exponent of ``zeta_n``, coefficient, and the number of its Laurent monomial.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.numbers.arrays import Int64, Integers
from algebra.numbers.monomial import Monomial, multiply_monomials
from algebra.numbers.scalar import Scalar
from algebra.semiring.nodes import Nodes


@final
@dataclass(frozen=True, slots=True, eq=False)
class ScalarTerms:
    """Scalars as terms: scalar ``s`` owns the terms ``start[s]:start[s + 1]``.

    A rational times a root of unity is always *one* term, though its canonical form may have
    ``p - 1`` of them. The value of a term is ``coefficient / denominator * zeta_n^exponent *
    monomials[monomial]``.
    """

    field: int
    denominator: int
    start: Int64
    exponent: Int64
    coefficient: Integers
    monomial: Int64
    monomials: tuple[Monomial, ...]


def terms_of(
    scalars: Sequence[Scalar], *, monomials: dict[Monomial, int] | None = None, field: int = 1
) -> ScalarTerms:
    """Return the terms of each scalar over a common field and denominator.

    >>> from algebra import zeta
    >>> t = terms_of([zeta(3) / 2, 1 + zeta(4)])
    >>> t.field, t.denominator, t.exponent, t.coefficient
    (12, 2, array([4, 0, 3]), array([1, 2, 2]))
    """
    known: dict[Monomial, int] = {(): 0} if monomials is None else monomials
    n = lcm(field, *(x.field for x in scalars))
    rows: list[tuple[Fraction, int, int]] = []
    start = [0]
    for x in scalars:
        single = x.as_monomial()
        for q, e, m in [single] if single else x.terms():
            rows.append((q, e * (n // x.field), known.setdefault(m, len(known))))
        start.append(len(rows))
    denominator = lcm(*(q.denominator for q, _, _ in rows))
    coefficients = [int(q * denominator) for q, _, _ in rows]
    return ScalarTerms(
        n,
        denominator,
        np.array(start, dtype=np.int64),
        np.array([e for _, e, _ in rows], dtype=np.int64),
        integers(coefficients),
        np.array([m for _, _, m in rows], dtype=np.int64),
        tuple(known),
    )


def integers(values: list[int]) -> Integers:
    """Return an int64 array, or an object array of Python integers where int64 is too small."""
    small = all(-(2**62) < x < 2**62 for x in values)
    return np.array(values, dtype=np.int64 if small else object)


@final
@dataclass(frozen=True, slots=True, eq=False)
class RowTerms:
    """The terms of one kind of row, sorted by node: node ``j`` owns ``start[j]:start[j + 1]``."""

    start: Int64
    k: Int64
    exponent: Int64
    coefficient: Integers
    monomial: Int64


@final
@dataclass(frozen=True, slots=True, eq=False)
class NodeTerms:
    """The nodes of an element as terms.

    ``a`` and ``b`` hold entries at all frequencies, over the denominator ``input_denominator``;
    ``c`` holds one frequency of each pair ``{k, -k}``, over ``output_denominator``: the others
    follow from ``T[-k1, -k2, -k] = conj(T[k1, k2, k])``.
    """

    order: int
    field: int
    input_denominator: int
    output_denominator: int
    a: RowTerms
    b: RowTerms
    c: RowTerms
    monomials: tuple[Monomial, ...]


def pack(nodes: Nodes) -> NodeTerms:
    """Return the nodes as terms; linear in the number of entries."""
    known: dict[Monomial, int] = {(): 0}
    field = lcm(*(x.field for x in nodes.value.scalars))
    is_output = nodes.row >= 2 * nodes.spectrum.order
    values = [nodes.value[~is_output].compact(), nodes.value[is_output].compact()]
    packed = [terms_of(value.scalars, monomials=known, field=field) for value in values]
    for m in list(known):
        known.setdefault(_inverse(m), len(known))
    inverse = np.array([known[_inverse(m)] for m in known], dtype=np.int64)
    row_kind = nodes.row // nodes.spectrum.order
    rows = []
    for p in range(3):
        mine = row_kind == p
        value, terms = values[p == 2], packed[p == 2]
        ids = value.ids[mine[is_output if p == 2 else ~is_output]]
        rows.append(_row_terms(nodes, mine, ids, terms, inverse, both=p < 2))
    return NodeTerms(
        nodes.order,
        field,
        packed[0].denominator,
        packed[1].denominator,
        rows[0],
        rows[1],
        rows[2],
        tuple(known),
    )


def _inverse(m: Monomial) -> Monomial:
    return tuple((name, -e) for name, e in m)


def _row_terms(
    nodes: Nodes,
    mine: NDArray[np.bool_],
    ids: Int64,
    terms: ScalarTerms,
    inverse: Int64,
    *,
    both: bool,
) -> RowTerms:
    node, k = nodes.node[mine], nodes.row[mine] % nodes.spectrum.order
    count = (terms.start[1:] - terms.start[:-1])[ids]
    if len(count) and count.max() > 1:
        which = np.repeat(np.arange(len(ids)), count)
        within = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        node, k = node[which], k[which]
        term = terms.start[ids][which] + within
    else:
        term = terms.start[ids]
    exponent, monomial = terms.exponent[term], terms.monomial[term]
    coefficient = terms.coefficient[term]
    if both:
        other = nodes.spectrum.negate(k)
        copies = 1 + (other != k)
        term = np.repeat(np.arange(len(k)), copies)
        second = np.zeros(len(term), dtype=bool)
        second[1:] = term[1:] == term[:-1]
        node, coefficient = node[term], coefficient[term]
        k = np.where(second, other[term], k[term])
        exponent = np.where(second, -exponent[term] % terms.field, exponent[term])
        if len(inverse) > 1:
            monomial = np.where(second, inverse[monomial[term]], monomial[term])
        else:
            monomial = monomial[term]
    start = np.searchsorted(node, np.arange(nodes.order + 1))
    return RowTerms(start, k, exponent, coefficient, monomial)


def multiply_all(monomials: Sequence[Monomial], triples: Int64) -> tuple[Int64, list[Monomial]]:
    """Return the products of triples of monomials, encoded in base ``len(monomials)``.

    Returns:
        The number of each triple's product, and the distinct products; 0 is the empty monomial.
    """
    size = len(monomials)
    distinct, back = np.unique(triples, return_inverse=True)
    known: dict[Monomial, int] = {(): 0}
    ids = []
    for code in distinct.tolist():
        rest, third = divmod(code, size)
        first, second = divmod(rest, size)
        m = multiply_monomials(
            multiply_monomials(monomials[first], monomials[second]), monomials[third]
        )
        ids.append(known.setdefault(m, len(known)))
    return np.array(ids, dtype=np.int64)[back], list(known)
