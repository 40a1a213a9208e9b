"""An operation that is asked for: ``x - y``, ``x + 2y + 3``, ``x*y mod 13``, or a table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from io import StringIO
from math import gcd
from pathlib import Path
from typing import Any, NamedTuple, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import Isotopy, NotIsotopicError, Table, isotopy_of
from algebra.groups.naming import moduli_of, simplest
from algebra.machine.read_file import printable, read_bytes
from algebra.numbers.arrays import Int64
from algebra.numbers.parse import parse
from algebra.numbers.roots_of_unity import factorise, units

MAX_TEXT, MAX_FILE, MAX_ROWS = 200, 1 << 24, 4096
FORMS = "write a sum such as 'x - 2y + 3', a product such as 'x*y mod 13' or 'x/y', or a table"
_SUFFIX = re.compile(r"(.*?)(?:\(?\s*(?:\bmod\b|%)\s*([0-9]+)\s*\)?|\bover\b\s*(\S+))?", re.DOTALL)
_TUPLE = re.compile(r"\(\s*[0-9]+(?:\s*,\s*[0-9]+)+\s*\)")
#: What numpy.savetxt writes by default: no whole numbers, and no labels either.
_FLOAT = re.compile(r"-?([0-9]+\.[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)
#: What no formula has: other letters, long numbers, and powers of brackets.
_STRANGE = re.compile(r"[^-+*/^(),0-9xy\s]|[0-9]{10}|\)\s*(?:\^|\*\*)")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Magma:
    """An operation on ``0..d-1`` that need be no group's, by its table, shape (d, d)."""

    products: Int64
    name: str

    @property
    def order(self) -> int:
        """The number ``d``."""
        return len(self.products)

    def __str__(self) -> str:
        return self.name


def operation(
    given: str | Path | Table | Sequence[Sequence[int]],
    d: int,
    *,
    group: AbelianGroup | None = None,
) -> Isotopy:
    """Return the operation that a formula, rows of numbers or a CSV file describe, or say why none.

    Sums are over the group, or modulo d; with ``mod n`` of the first n numbers. Products are of the
    residues prime to n: d numbers stand for these in order, or for ``0..n-1`` or ``1..n-1``, the
    others left out. Without ``mod n``, n is d + 1 if prime, else d.
    """
    with _errors_of(given, d):
        if isinstance(given, str) and not _is_file(given):
            return _of_formula(given, d, group)
        table = _rows(given, d)
        return simplest(isotopy_of(table, group=group), group=group, only=group is not None)


def by_table(given: str | Path | Table | Sequence[Sequence[int]], d: int) -> Isotopy:
    """Return any operation on ``0..d-1``: a polynomial modulo d, or a table.

    >>> by_table("x^2 + y^2 mod 5", 5).table()[2]
    array([4, 0, 3, 3, 0])
    """
    with _errors_of(given, d):
        if isinstance(given, str) and not _is_file(given):
            name, table = _polynomial(given, d)
        else:
            name = printable(Path(given).name) if isinstance(given, str | Path) else "the table"
            table = _rows(given, d)
    every = tuple(range(d))
    return Isotopy(Magma(table, name), every, every, every, name)


@contextmanager
def _errors_of(given: Any, d: int) -> Iterator[None]:
    """Have every error begin with what was given; refuse what is too long or too large first."""
    said = f"operation={str(given)!r:.200}" if isinstance(given, str | Path) else "operation"
    if isinstance(given, str) and len(given) > MAX_TEXT:
        raise ValueError(f"{said} has {len(given)} characters; at most {MAX_TEXT} are read")
    if not 1 <= d <= MAX_ROWS:
        raise ValueError(f"{said}: its table would have {d} rows; at most {MAX_ROWS} are made")
    try:
        yield
    except NotIsotopicError as error:
        raise NotIsotopicError(f"{said}, of {d} numbers: {error}") from None
    except ValueError as error:
        raise ValueError(f"{said}: {error}") from None


def _polynomial(text: str, d: int) -> tuple[str, Int64]:
    """Return the name and the values of a polynomial modulo d."""
    body, modulus, over = _parts(text)
    if over is not None or modulus not in (None, d):
        raise ValueError(f"a polynomial of {d} numbers is modulo {d}")
    table = np.zeros((d, d), dtype=np.int64)
    for term in _terms(body.lower()):
        if term.residues:
            raise ValueError("a polynomial has no tuples")
        x, y = (np.array([pow(u, n, d) for u in range(d)]) for n in term.powers)
        table = (table + _integer(term.q, d) % d * (x[:, None] * y % d)) % d
    return f"{body} mod {d}", table


def _is_file(given: str) -> bool:
    return given.lower().endswith(".csv")


def _rows(given: Any, d: int) -> Int64:
    return read_table(Path(given), d)[0] if isinstance(given, str | Path) else _table_of(given, d)


def _of_formula(text: str, d: int, group: AbelianGroup | None) -> Isotopy:
    formula, _, _ = text.partition(" on ")
    body, n, over = _parts(formula)
    if over is not None:
        named = AbelianGroup(over)
        if group not in (None, named):
            raise ValueError(f"it is over {named}, and the group asked for is {group}")
        group = named
    terms = _terms(body.lower())
    if len(terms) == 1 and all(terms[0].powers):
        if over is not None:
            raise ValueError(f"a product is taken modulo n, not over {over}; write mod n")
        found = _product(terms[0], d, n, group)
    else:
        found = _linear(terms, d, n, group)
    if formula != text and found.name != text:
        raise ValueError(f"that is {found.name!r}; write no more than {formula!r}")
    return found


def _parts(formula: str) -> tuple[str, int | None, str | None]:
    """Return a formula without what is behind it, ``mod n`` or ``over`` a group, and these."""
    match = _SUFFIX.fullmatch(formula.strip())
    assert match is not None
    body, n = match[1].strip(), None if match[2] is None else int(match[2])
    if body.startswith("(") and body.endswith(")") and "(" not in body[1:]:
        body = body[1:-1]
    if n is not None and not 2 <= n < 10**9:
        raise ValueError(f"it is modulo {n}; pass 2 or more, of at most 9 digits")
    return body, n, match[3]


class _Term(NamedTuple):
    """``q * x^powers[0] * y^powers[1]``, or a tuple of residues times q."""

    q: Fraction
    powers: tuple[int, int]
    residues: tuple[int, ...]


def _terms(text: str) -> list[_Term]:
    """Return the terms of a sum of products, read as a polynomial in x, y and its tuples."""
    tuples = {f"t{i}": found for i, found in enumerate(_TUPLE.findall(text))}
    plain = re.sub(r"(?<=[xy])\s*(?=[xy])", "*", text)
    for name, found in tuples.items():
        plain = plain.replace(found, f" {name} ", 1)
    try:
        if strange := _STRANGE.search(text):
            text = text[strange.start() :]
            raise ValueError
        terms = []
        for q, _, monomial in parse(plain).terms():
            powers = dict(monomial)
            named = tuples.keys() & powers
            if named and list(powers.values()) != [1]:
                raise ValueError
            residues = re.findall("[0-9]+", tuples[named.pop()]) if named else []
            at = powers.get("x", 0), powers.get("y", 0)
            terms.append(_Term(q, at, tuple(map(int, residues))))
    except ValueError:
        raise ValueError(f"cannot read {text!r:.40}; {FORMS}") from None
    return terms


def _linear(terms: list[_Term], d: int, n: int | None, group: AbelianGroup | None) -> Isotopy:
    over = group or AbelianGroup(n or d)
    if n is not None and over.moduli != (n,):
        raise ValueError(f"it is modulo {n}, and the group asked for is {over}")
    if over.order > d:
        raise ValueError(f"it is over {over}, and there are {d} numbers")
    number = np.arange(over.order)
    sums, seen = np.zeros((over.order, over.order), dtype=np.int64), set()
    for term in terms:
        if term.powers not in ((1, 0), (0, 1), (0, 0)):
            raise NotIsotopicError(f"no addition in disguise is known of this form; {FORMS}")
        seen.add(term.powers)
        if any(term.powers):
            factor = _integer(term.q, over.exponent)
            if gcd(factor, over.exponent) > 1:
                text = f"{factor} and {over.exponent} have a common factor"
                raise NotIsotopicError(f"{text}, so that this is no addition in disguise")
            multiples = over.multiply(factor, number)
            sums = over.add(sums, multiples[:, None] if term.powers[0] else multiples[None])
        elif len(term.residues or over.moduli[:1]) != len(over.moduli) or term.q.denominator != 1:
            raise ValueError(f"a constant of {over} is written {over.label(over.order - 1)}")
        else:
            parts = zip(term.residues or (1,), over.moduli, strict=True)
            residues = [x * int(term.q) % m for x, m in parts]
            sums = over.add(sums, np.full((1, 1), over.index(residues)))
    for power, letter in ((1, 0), "x"), ((0, 1), "y"):
        if power not in seen:
            raise NotIsotopicError(f"it does not depend on {letter}; {FORMS}")
    found = isotopy_of(sums, group=over)
    if over.order < d:
        found = replace(found, numbers=(tuple(number.tolist()),) * 3)
    return simplest(found, group=over)


def _product(term: _Term, d: int, n: int | None, group: AbelianGroup | None) -> Isotopy:
    n = _modulus(d) if n is None else n
    residues = units(n) if n <= 6 * d else units(1)
    if d not in (len(residues), n - 1, n):
        prime = f", or those prime to {n}" if n <= 6 * d else ""
        raise ValueError(f"the {d} numbers are not the {n} residues, nor 1..{n - 1}{prime}")
    table = np.full((len(residues),) * 2, _integer(term.q, n) % n)
    for power, shape in zip(term.powers, ((-1, 1), (1, -1)), strict=True):
        powers = np.array([pow(int(u), power, n) for u in residues])
        table = table * powers.reshape(shape) % n
    if np.gcd(table[0, 0], n) > 1:
        raise ValueError(f"the factor {term.q.numerator} is not prime to {n}")
    found = isotopy_of(np.searchsorted(residues, table), group=group)
    if len(residues) < d:
        found = replace(found, numbers=(tuple((residues - (d < n)).tolist()),) * 3)
    return simplest(found, group=group, modulus=n)


def _integer(q: Fraction, n: int) -> int:
    """Return an integer that is q modulo n."""
    try:
        return q.numerator * pow(q.denominator, -1, n)
    except ValueError:
        raise ValueError(f"{q.denominator} has no inverse modulo {n}") from None


def _modulus(d: int) -> int:
    """Return n for ``x*y`` on d numbers: d + 1 or d if prime."""
    for n in (d + 1, d):
        if [e for _, e in factorise(n)] == [1]:
            return n
    raise ValueError(
        f"neither {d} nor {d + 1} is prime; write mod n, such as mod "
        f"{', '.join(map(str, [d, *moduli_of(d)[:5]]))}"
    )


def _table_of(given: Any, d: int) -> Int64:
    try:
        table = np.asarray(given)
    except ValueError:
        raise ValueError(f"rows of different lengths; pass {d} rows of {d} numbers") from None
    if table.dtype.kind not in "iu":
        raise ValueError(f"entries of dtype {table.dtype}; pass whole numbers")
    _require_size(table.shape, d)
    for wrong in table[(table < 0) | (table >= d)][:1]:
        raise ValueError(f"it has the entry {wrong}, which is not in 0..{d - 1}")
    return table.astype(np.int64)


def read_table(path: Path, d: int | None = None) -> tuple[Int64, tuple[str, ...]]:
    """Return the table in a CSV file of numbers or labels, and the labels."""
    text = read_bytes(path, limit=MAX_FILE).decode("utf-8-sig", errors="replace")
    try:
        rows = [
            [x.strip() for x in row]
            for row in csv.reader(StringIO(text), strict=True, skipinitialspace=True)
            if row
        ]
    except csv.Error as error:
        raise ValueError(f"no CSV: {error}") from None
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ValueError(f"row {i} has {len(row)} entries, and row 0 has {len(rows[0])}")
    if d is None:  # in a group's own table the labels of the others do not suffice
        body, labels = {x for row in rows[1:] for x in row[1:]}, rows[0][1:] if rows else []
        corner = bool(rows) and rows[0][0].isdigit() and all(x.isdigit() for x in labels)
        labelled = body <= {*labels} and [row[0] for row in rows[1:]] == labels and not corner
        d = len(rows) - labelled
    else:
        labelled = len(rows) == d + 1
    _require_size((len(rows) - labelled, len(rows[0]) - labelled if rows else 0), d)
    entries = [row[1:] for row in rows[1:]] if labelled else rows
    if labelled:
        labels = rows[0][1:]
        order = {x: i for i, x in enumerate(labels)}
        if [row[0] for row in rows[1:]] != labels or len(order) < d:
            raise ValueError("the first row and the first column are not the same d labels")
    else:
        found = dict.fromkeys(x for row in entries for x in row)
        for x in filter(_FLOAT.fullmatch, found):
            raise ValueError(f"{x!r:.40} is no whole number; np.savetxt takes fmt='%d'")
        number = all(re.fullmatch(r"[0-9]{1,9}", x) for x in found)
        listed = sorted(found, key=int) if number else list(found)
        if number and len({int(x) for x in listed}) == len(listed) and int(listed[-1]) < d:
            listed = list(map(str, range(d)))
        order = {x: i for i, x in enumerate(listed)}
        if len(order) != d:
            raise ValueError(f"it has {len(order)} different entries, and {d} rows")
    for i, row in enumerate(entries):
        for j, x in enumerate(row):
            if x not in order:
                raise ValueError(f"row {i}, column {j}: {x!r:.40} is no label")
    table = np.array([[order[x] for x in row] for row in entries], dtype=np.int64)
    return table, tuple(order)


def _require_size(shape: tuple[int, ...], d: int) -> None:
    if shape != (d, d):
        size = " x ".join(map(str, shape))
        raise ValueError(f"a table of {size}; pass one of {d} x {d}")
