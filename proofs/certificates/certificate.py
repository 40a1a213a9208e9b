"""Certificates: a file that states an exact optimizer and can be checked by anyone.

The formats are described in docs/reference/certificates.md; `checker` and `table_checker` decide.
Nothing here, which writes and reads them, is part of what has to be trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from math import lcm
from pathlib import Path
from typing import Any

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup, Index
from algebra.groups.isotopy import Isotopy
from algebra.machine.memory import require_memory
from algebra.machine.write_file import write_bytes
from algebra.networks.table_network import TableNetwork
from algebra.numbers.scalar import Exact, Scalar, added, root
from algebra.numbers.units import param
from algebra.semiring.element import Element
from algebra.semiring.made import element
from proofs.certificates import checker, table_checker

#: Bytes of text per entry, generously.
ENTRY_BYTES = 60
#: Classes of denominators by length in bits; see `_few_denominators`.
DENOMINATOR_BITS = (2, 20, 64, 192, 2048, 1 << 20)
#: Those of the first class are left as they are, for the reader, up to this many bits in all.
READABLE_BITS = 512


class CertificateError(ValueError):
    """Raised for a file that is no certificate; the message says what is malformed."""


def to_text(
    z: Element | TableNetwork,
    *,
    target: Target = "projected",
    operation: Isotopy | None = None,
    notes: dict[str, Any] | None = None,
) -> str:
    """Return the certificate that claims ``z`` is a global optimizer, one node a line.

    Rows that an operation leaves out are not told of but in its name; notes are what else a reader
    wants to know, which the checker ignores. A ValueError for what no checker could read.
    """
    if isinstance(z, TableNetwork):
        if operation is not None and not np.array_equal(operation.table(), z.table):
            raise ValueError(f"operation={operation.name}: {z!r} is for another table")
        text = in_lines(*_of_table(z, target), end="]")
    else:
        text = in_lines(*_of_element(z, target))
    if isinstance(z, Element) and operation is not None:
        text += f',\n"operation": {_operation(operation, z.group)}'
    if notes:
        text += f', "notes": {json.dumps(notes)}'
    return text + "}\n"


def in_lines(
    head: dict[str, Any], lists: Iterable[tuple[str, Iterable[str]]], *, end: str = "\n]"
) -> str:
    """Return a JSON object without its last brace: a head, and lists with an item a line."""
    text = json.dumps(head)[:-1]
    return text + "".join(f', "{key}": [\n' + ",\n".join(lines) + end for key, lines in lists)


def judged(z: Element | TableNetwork, **how: Any) -> tuple[bytes, int, str]:
    """Return the certificate as `to_text` writes it, and what its stand-alone checker says."""
    data = to_text(z, **how).encode()
    judge = table_checker if isinstance(z, TableNetwork) else checker
    return data, *judge.check(data)


Parts = tuple[dict[str, Any], list[tuple[str, Iterator[str]]]]


def _of_element(z: Element, target: Target) -> Parts:
    """Return what a certificate begins with, and its lines."""
    require = {"instead": "check the composition with cogo prove, which expands nothing"}
    require_memory(z.order * 3 * ENTRY_BYTES, f"a certificate of {z.order} nodes", **require)
    nodes = z.nodes.with_conjugates()
    size = len(nodes)
    require_memory(size * ENTRY_BYTES * 2, f"a certificate of {size} entries", **require)
    field = lcm(*(x.field for x in nodes.value.scalars))
    over = _few_denominators({q.denominator for x in nodes.value.scalars for q, *_ in _sum(x)})
    head = {
        "format": "cogo-certificate",
        "version": 1,
        "group": list(z.group.moduli),
        "field": field,
        "parameters": list(z.parameters),
        "target": target,
    }
    terms = [_terms(x, field, over) for x in nodes.value.scalars]
    return head, [("nodes", _lines(z.group, nodes, terms, z.order))]


def _of_table(z: TableNetwork, target: Target) -> Parts:
    used = np.unique(np.concatenate([m.ravel() for m in (z.a, z.b, z.c)]))
    place = np.searchsorted(used, np.arange(len(z.scalars)))
    scalars = [z.scalars[i] for i in used.tolist()]
    field = lcm(*(x.field for x in scalars))
    head = {
        "format": "cogo-table",
        "version": 1,
        "operation": (z.name or "unnamed")[: table_checker.MAX_TITLE],
        "field": field,
        "target": target,
    }
    nodes = (
        json.dumps({p: place[m[:, j]].tolist() for p, m in (("a", z.a), ("b", z.b), ("c", z.c))})
        for j in range(z.order)
    )
    values = (_terms(x, field, {}) for x in scalars)
    table = map(json.dumps, z.table.tolist())
    return head, [("table", table), ("values", values), ("nodes", nodes)]


def _operation(found: Isotopy, group: AbelianGroup) -> str:
    if found.group != group:
        raise ValueError(
            f"operation={found.name}: it is over {found.group}, the network over {group}"
        )
    if group.order**2 > checker.MAX_TABLE:
        raise ValueError(
            f"operation={found.name}: its table has {group.order**2} entries, and checkers read at "
            f"most {checker.MAX_TABLE}; leave out the operation"
        )
    name = json.dumps(found.name[: checker.MAX_TITLE] or str(group))
    table = ",\n".join(json.dumps(row) for row in found.table().tolist())
    maps = ", ".join(
        f'"{p}": {list(q)}' for p, q in zip("psr", (found.p, found.s, found.r), strict=True)
    )
    return f'{{"name": {name}, {maps}, "table": [\n{table}]}}'


def _few_denominators(found: set[int]) -> dict[int, int]:
    """Return what to write denominators as: fewer different ones make a file cheaper to check.

    The checker's bounds count the digits of all different denominators. Where these are many,
    those of similar length are replaced by their least common multiple, if that is shorter.
    """
    over = {x: x for x in found}
    for low, high in pairwise(DENOMINATOR_BITS):
        group = [x for x in found if low <= x.bit_length() < high]
        common, bits = lcm(*group), sum(x.bit_length() for x in group)
        shorter = common.bit_length() < bits
        few = len(group) < 4 or common.bit_length() > DENOMINATOR_BITS[-2]
        few |= low == DENOMINATOR_BITS[0] and bits <= READABLE_BITS
        over.update((x, common if shorter and not few else x) for x in group)
    return over


def _sum(x: Scalar) -> Any:
    """Return the terms of a number, of a single one as it was made."""
    single = x.as_monomial()
    return [single] if single and single[0] else x.terms()


def _terms(x: Scalar, field: int, over: dict[int, int]) -> str:
    terms: list[list[Any]] = []
    for q, e, m in _sum(x):
        den = over.get(q.denominator, q.denominator)
        term = [q.numerator * (den // q.denominator), den, e * (field // x.field)]
        terms.append([*term, dict(m)] if m else term)
    return json.dumps(terms)


def _lines(group: AbelianGroup, nodes: Any, terms: list[str], order: int) -> Iterator[str]:
    d = group.order
    label = {int(k): json.dumps(list(group.tuple(int(k)))) for k in np.unique(nodes.row % d)}
    start = np.searchsorted(nodes.node, np.arange(order + 1)).tolist()
    rows, values = nodes.row.tolist(), nodes.value.ids.tolist()
    for first, last in pairwise(start):
        parts: dict[str, list[str]] = {"a": [], "b": [], "c": []}
        for i in range(first, last):
            p, k = divmod(rows[i], d)
            parts["abc"[p]].append(f"[{label[k]}, {terms[values[i]]}]")
        yield "{" + ", ".join(f'"{p}": [{", ".join(x)}]' for p, x in parts.items()) + "}"


def write(
    path: str | Path,
    z: Element | TableNetwork,
    *,
    target: Target = "projected",
    operation: Isotopy | None = None,
    notes: dict[str, Any] | None = None,
    force: bool = False,
) -> None:
    """Write the certificate of ``z`` to a file, by rename, so that none is ever half-written.

    Raises:
        ValueError: if the file exists and ``force`` is not set, or cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> from algebra import optimizers
    >>> with TemporaryDirectory() as folder:
    ...     write(f"{folder}/z.cert.json", optimizers.build("Z5"))
    """
    text = to_text(z, target=target, operation=operation, notes=notes)
    write_bytes(path, text.encode(), force=force)


def from_bytes(data: bytes) -> tuple[Element, Target]:
    """Return the element that a certificate states, and its target; true or not.

    Raises:
        CertificateError: if the bytes are no certificate, with the checker's words; or if a
            parameter has a name that scalars give to something else, such as ``i``.

    >>> from algebra import AbelianGroup, optimizers
    >>> z = optimizers.four_plus_six(AbelianGroup("Z5"))
    >>> from_bytes(to_text(z).encode())[0] == z
    True
    """
    found = _read(data)
    try:
        for name in found.parameters:
            param(name)
    except ValueError as error:
        raise CertificateError(
            f"a certificate, but its parameters cannot be written as text: {error}"
        ) from None
    group = AbelianGroup(found.group)
    nodes: list[dict[tuple[str, Index], Exact]] = [
        {
            (p, group.index(k)): added(
                root(exponent, found.field, Fraction(num, den), checker.powers(m, found.parameters))
                for num, den, exponent, m in terms
            )
            for p, row in node.items()
            for k, terms in row.items()
        }
        for node in found.nodes
    ]
    return element(group, nodes), found.target


def operation_of(data: bytes) -> Isotopy | None:
    """Return the operation that a certificate states, if it does; its name may be another's.

    A CertificateError says that its table is not that of its three permutations.
    """
    found = _read(data)
    if found.operation is None:
        return None
    name, table, p, s, r = found.operation
    stated = Isotopy(AbelianGroup(found.group), tuple(p), tuple(s), tuple(r), name)
    if stated.table().tolist() != table:
        raise CertificateError("operation.table: not that of its p, s, r; cogo check says where")
    return stated


def table_from_bytes(data: bytes) -> tuple[TableNetwork, Target]:
    """Return the network over a table that a certificate states, and its target; true or not."""
    try:
        found = table_checker.read(data)
        scalars = [
            added(root(t.exponent, found.field, Fraction(t.num, t.den)) for t in terms)
            for terms in found.values
        ]
        a, b, c = (
            np.array([node[p] for node in found.nodes], dtype=np.int64)
            .reshape(-1, len(found.table))
            .T
            for p in "abc"
        )
        table = np.array(found.table, dtype=np.int64)
        network = TableNetwork(table, a, b, c, tuple(scalars), found.name)
    except (table_checker.Malformed, ValueError) as error:
        raise CertificateError(f"not a certificate: {error}") from None
    return network, found.target


def _read(data: bytes) -> Any:
    try:
        return checker.read(data)
    except checker.Malformed as error:
        raise CertificateError(f"not a certificate: {error}") from None
