"""Scalars as sums of ``coefficient * zeta_n^exponent * monomial``, and such terms added by key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple, final

import numpy as np

from algebra.numbers.arrays import Int64, Integers
from algebra.numbers.monomial import Monomial, multiply_monomials
from algebra.numbers.roots_of_unity import expand_roots
from algebra.numbers.scalar import Scalar, from_basis_terms
from algebra.semiring.nodes import Column, Nodes, reindexed


def _rows(x: Scalar, field: int, known: dict[Monomial, int]) -> list[tuple[Fraction, int, int]]:
    """Return the terms of a scalar over a field, their monomials numbered as they come."""
    single, up = x.as_monomial(), field // x.field
    terms = [single] if single else x.terms()
    return [(q, e * up, known.setdefault(m, len(known))) for q, e, m in terms]


def cleared(rationals: Sequence[Fraction]) -> tuple[int, list[int]]:
    """Return the common denominator, and the numerators over it."""
    denominator = lcm(*[q.denominator for q in rationals])
    return denominator, [q.numerator * (denominator // q.denominator) for q in rationals]


def integers(values: list[int]) -> Integers:
    """Return an int64 array, or an object array of Python integers where int64 is too small."""
    small = all(-(2**62) < x < 2**62 for x in values)
    return np.array(values, dtype=np.int64 if small else object)


@final
@dataclass(frozen=True, slots=True, eq=False)
class EntryTerms:
    """The terms of the entries of nodes, ``count[x]`` from ``start[x]`` for an entry coded ``x``.

    Those of a and b are over another denominator than those of c; ``denominator`` is that of the
    product of two inputs and an output, and ``largest`` bounds it doubled. The term ``t +
    conjugate`` is the complex conjugate of ``t``. Coefficients are Python integers if ``largest``
    leaves int64.
    """

    field: int
    denominator: int
    largest: int
    code: Int64
    start: Int64
    count: Int64
    exponent: Int64
    coefficient: Integers
    monomial: Int64
    monomials: tuple[Monomial, ...]
    conjugate: int


def pack(nodes: Nodes) -> EntryTerms:
    """Return the terms of the entries, ``code`` in the order of the nodes' entries."""
    code = 2 * nodes.value.ids + (nodes.row >= 2 * nodes.spectrum.order)
    used = np.flatnonzero(np.bincount(code)).tolist()
    scalars = nodes.value.scalars
    field = lcm(*[scalars[x // 2].field for x in used])
    known: dict[Monomial, int] = {(): 0}
    terms: list[tuple[Fraction, int, int]] = []
    start, count = np.zeros((2, 2 * len(scalars)), dtype=np.int64)
    for side in (0, 1):
        inputs = len(terms)
        for x in used:
            if x % 2 == side:
                start[x] = len(terms)
                terms += _rows(scalars[x // 2], field, known)
                count[x] = len(terms) - start[x]
    d, first = cleared([q for q, _, _ in terms[:inputs]])
    e, second = cleared([q for q, _, _ in terms[inputs:]])
    largest = 2 * max(map(abs, first), default=1) ** 2 * max(map(abs, second), default=1)
    for m in list(known):
        known.setdefault(_inverse(m), len(known))
    inverse = [known[_inverse(m)] for m in known]
    exponents, monomials = [x for _, x, _ in terms], [m for _, _, m in terms]
    return EntryTerms(
        field,
        d * d * e,
        largest,
        code,
        start,
        count,
        np.array(exponents + [-x % field for x in exponents], dtype=np.int64),
        np.array((first + second) * 2, dtype=np.int64 if largest < 2**63 else object),
        np.array(monomials + [inverse[m] for m in monomials], dtype=np.int64),
        tuple(known),
        len(terms),
    )


def _inverse(m: Monomial) -> Monomial:
    return tuple((name, -e) for name, e in m)


def multiply_all(monomials: Sequence[Monomial], triples: Int64) -> tuple[Int64, list[Monomial]]:
    """Return the products of triples of monomials, encoded in base ``len(monomials)``."""
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
    """Return the sums by key in the canonical basis of ``Q(zeta_field)``, by two sorts."""
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
    first = np.flatnonzero(new)
    totals = np.add.reduceat(coefficient[rank], first)
    live = totals.astype(bool)
    first = first[live]
    return TermSums(key[first], monomial[first], exponent[first], totals[live])


class Table(NamedTuple):
    """Sorted distinct keys, and the values there, none of them 0."""

    key: Int64
    value: Column


def nonzero(key: Int64, value: Column) -> Table:
    """Return the table without the keys where the value is 0."""
    live = value.live()
    return Table(key[live], value[live])


def to_column(
    sums: TermSums, *, field: int, denominator: int, monomials: Sequence[Monomial]
) -> Table:
    """Return the distinct keys, sorted, and their sums as scalars over the denominator."""

    def scalar(parts: Iterable[tuple[int, int, int]]) -> Scalar:
        return from_basis_terms(field, denominator, {(e, monomials[m]): c for e, m, c in parts})

    new = np.ones(len(sums.key), dtype=bool)
    new[1:] = sums.key[1:] != sums.key[:-1]
    if new.all() and sums.coefficient.dtype != object:
        table = np.array([sums.exponent, sums.monomial, sums.coefficient])
        if len(new) and (table == table[:, :1]).all():
            one = scalar([tuple(table[:, 0].tolist())])
            return Table(sums.key, Column(np.zeros(len(new), dtype=np.int64), (one,)))
    start = np.append(np.flatnonzero(new), len(sums.key))
    keys = sums.key[start[:-1]]
    known: dict[tuple[tuple[int, int, int], ...], int] = {}
    ids = np.empty(len(keys), dtype=np.int64)
    terms = list(
        zip(sums.exponent.tolist(), sums.monomial.tolist(), sums.coefficient.tolist(), strict=True)
    )
    for i, (first, last) in enumerate(zip(start[:-1].tolist(), start[1:].tolist(), strict=True)):
        ids[i] = known.setdefault(tuple(terms[first:last]), len(known))
    return Table(keys, reindexed(ids, [scalar(parts) for parts in known]))
