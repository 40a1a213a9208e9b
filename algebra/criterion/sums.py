"""Exact sums of terms by key, in canonical form.

A term is ``coefficient * zeta_n^exponent * monomial``; terms with equal keys are added, roots
outside the canonical basis are rewritten, zeros are dropped, and the sums come back as scalars.
Everything is integer arithmetic; where int64 could overflow, Python integers are used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.numbers.arrays import Int64, Integers
from algebra.numbers.monomial import Monomial
from algebra.numbers.roots_of_unity import expand_roots
from algebra.numbers.scalar import Scalar, from_basis_terms
from algebra.semiring.column import Column, reindexed

#: Sums of integers in float64 stay exact below this.
EXACT_FLOAT = 2**53


@final
@dataclass(frozen=True, slots=True, eq=False)
class TermSums:
    """Distinct ``(key, monomial, exponent)``, sorted, with non-zero integer coefficients."""

    key: Int64
    monomial: Int64
    exponent: Int64
    coefficient: Integers


def sum_terms(
    key: Int64, monomial: Int64, exponent: Int64, coefficient: Integers, *, field: int
) -> TermSums:
    """Return the sums by key in the canonical basis of ``Q(zeta_field)``.

    Cost: one sort of the terms before and one after rewriting; each prime of the field at most
    doubles the number of terms when exponents are spread evenly.
    """
    sums = _by_key(key, monomial, exponent % field, coefficient)
    index, roots, sign = expand_roots(sums.exponent, field)
    if len(index) == len(sums.key) and (sign == 1).all():
        return sums
    return _by_key(sums.key[index], sums.monomial[index], roots, sums.coefficient[index] * sign)


def added(parts: Sequence[TermSums]) -> TermSums:
    """Return the terms of all parts, whose roots are in the canonical basis, added by key."""
    columns = [(x.key, x.monomial, x.exponent, x.coefficient) for x in parts]
    return _by_key(
        *(columns[0] if len(parts) == 1 else map(np.concatenate, zip(*columns, strict=True)))
    )


def _by_key(key: Int64, monomial: Int64, exponent: Int64, coefficient: Integers) -> TermSums:
    if not len(key):
        return TermSums(key, monomial, exponent, coefficient)
    if coefficient.dtype != object:
        largest = max(int(coefficient.max()), -int(coefficient.min()))
        if largest * len(key) >= 2**63:
            coefficient = coefficient.astype(object)
    rank = np.lexsort((exponent, monomial, key))
    key, monomial, exponent = key[rank], monomial[rank], exponent[rank]
    new = np.ones(len(key), dtype=bool)
    new[1:] = (
        (key[1:] != key[:-1]) | (monomial[1:] != monomial[:-1]) | (exponent[1:] != exponent[:-1])
    )
    first = new.nonzero()[0]
    totals = np.add.reduceat(coefficient[rank], first)
    live = totals.astype(bool)
    first = first[live]
    return TermSums(key[first], monomial[first], exponent[first], totals[live])


def to_column(
    sums: TermSums, *, field: int, denominator: int, monomials: Sequence[Monomial]
) -> tuple[Int64, Column]:
    """Return the distinct keys, sorted, and their sums as scalars over the denominator.

    Equal sums are built once; all entries being one and the same term, as in a target, is seen
    by NumPy.
    """

    def scalar(parts: Iterable[tuple[int, int, int]]) -> Scalar:
        return from_basis_terms(field, denominator, {(e, monomials[m]): c for e, m, c in parts})

    new = np.ones(len(sums.key), dtype=bool)
    new[1:] = sums.key[1:] != sums.key[:-1]
    if new.all() and sums.coefficient.dtype != object:
        table = np.array([sums.exponent, sums.monomial, sums.coefficient])
        if len(new) and (table == table[:, :1]).all():
            one = scalar([tuple(table[:, 0].tolist())])
            return sums.key, Column(np.zeros(len(new), dtype=np.int64), (one,))
    start = np.append(np.flatnonzero(new), len(sums.key))
    keys = sums.key[start[:-1]]
    known: dict[tuple[tuple[int, int, int], ...], int] = {}
    ids = np.empty(len(keys), dtype=np.int64)
    terms = list(
        zip(sums.exponent.tolist(), sums.monomial.tolist(), sums.coefficient.tolist(), strict=True)
    )
    for i, (first, last) in enumerate(zip(start[:-1].tolist(), start[1:].tolist(), strict=True)):
        ids[i] = known.setdefault(tuple(terms[first:last]), len(known))
    return keys, reindexed(ids, [scalar(parts) for parts in known])
