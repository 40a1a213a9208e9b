"""Certificates: a file that states an exact optimizer and can be checked by anyone.

The format is described in docs/reference/certificates.md; `proofs/certificates/checker.py` decides
whether a file is right, with the standard library alone. This module only writes elements into that
format and reads them back: nothing here is part of what has to be trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
from algebra.numbers.scalar import Exact, Scalar, root
from algebra.numbers.units import param
from algebra.semiring.element import Element
from algebra.semiring.made import element
from proofs.certificates import checker, table_certificate

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

    Args:
        z: an element over an `AbelianGroup`, expanded if it was composed; or a network over a
            table, whose certificate is that of `table_certificate`.
        target: ``"projected"`` or ``"onehot"``.
        operation: what the network computes if its rows are relabelled; x + y if None. Rows that it
            leaves out are not told of but in its name.
        notes: anything else a reader wants to know; the checker ignores it and says so.

    Raises:
        ValueError: if ``z`` is not over a group, or the operation is over another, or its table
            has more entries than the checker reads.
        MemoryEstimateError: if the expanded text would not fit into memory.

    >>> from algebra import AbelianGroup, optimizers
    >>> print(to_text(optimizers.six_per_frequency(AbelianGroup("Z3"), nu=1))[:70])
    {"format": "cogo-certificate", "version": 1, "group": [3], "field": 3,
    """
    if isinstance(z, TableNetwork):
        if operation is not None:
            raise ValueError(f"operation={operation.name}: {z!r} has a table; leave it out")
        return table_certificate.to_text(z, target=target, notes=notes)
    group = z.group
    require_memory(
        z.order * 3 * ENTRY_BYTES,
        f"a certificate of {z.order} nodes",
        instead="check the composition with cogo prove, which expands nothing",
    )
    nodes = z.nodes.with_conjugates()
    require_memory(
        len(nodes) * ENTRY_BYTES * 2,
        f"a certificate of {len(nodes)} entries",
        instead="check the composition with cogo prove, which expands nothing",
    )
    field = lcm(*(x.field for x in nodes.value.scalars))
    over = _few_denominators({q.denominator for x in nodes.value.scalars for q in _rationals(x)})
    head = {
        "format": "cogo-certificate",
        "version": 1,
        "group": list(group.moduli),
        "field": field,
        "parameters": list(z.parameters),
        "target": target,
    }
    text = json.dumps(head)[:-1] + ', "nodes": [\n'
    text += ",\n".join(
        _lines(
            group,
            nodes.node,
            nodes.row,
            nodes.value.ids,
            [_terms(x, field, over) for x in nodes.value.scalars],
            z.order,
        )
    )
    text += "\n]"
    if operation is not None:
        text += f',\n"operation": {_operation(operation, group)}'
    if notes:
        text += ', "notes": ' + json.dumps(notes)
    return text + "}\n"


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


def _rationals(x: Scalar) -> list[Fraction]:
    single = x.as_monomial()
    return [q for q, _, _ in ([single] if single else x.terms())]


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


def _terms(x: Scalar, field: int, over: Mapping[int, int]) -> str:
    single = x.as_monomial()
    terms = []
    for q, e, m in [single] if single else x.terms():
        den = over[q.denominator]
        term: list[Any] = [
            q.numerator * (den // q.denominator),
            den,
            e * (field // x.field),
        ]
        terms.append([*term, dict(m)] if m else term)
    return json.dumps(terms)


def _lines(
    group: AbelianGroup, node: Any, row: Any, ids: Any, terms: list[str], order: int
) -> Iterator[str]:
    d = group.order
    label = {int(k): json.dumps(list(group.tuple(int(k)))) for k in np.unique(row % d)}
    start = np.searchsorted(node, np.arange(order + 1)).tolist()
    rows, values = row.tolist(), ids.tolist()
    for j in range(order):
        parts: list[list[str]] = [[], [], []]
        for i in range(start[j], start[j + 1]):
            parts[rows[i] // d].append(f"[{label[rows[i] % d]}, {terms[values[i]]}]")
        yield (
            "{"
            + ", ".join(
                f'"{p}": [{", ".join(entries)}]' for p, entries in zip("abc", parts, strict=True)
            )
            + "}"
        )


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
            (p, group.index(k)): _value(terms, found.field, found.parameters)
            for p, row in node.items()
            for k, terms in row.items()
        }
        for node in found.nodes
    ]
    target: Target = "onehot" if found.target == "onehot" else "projected"
    return element(group, nodes), target


def operation_of(data: bytes) -> Isotopy | None:
    """Return the operation that a certificate states, if it does; true or not.

    Raises:
        CertificateError: if the bytes are no certificate, with the checker's words.
    """
    found = _read(data)
    if found.operation is None:
        return None
    name, _, p, s, r = found.operation
    return Isotopy(AbelianGroup(found.group), tuple(p), tuple(s), tuple(r), name)


def _read(data: bytes) -> checker.Certificate:
    try:
        return checker.read(data)
    except checker.Malformed as error:
        raise CertificateError(f"not a certificate: {error}") from None


def _value(terms: list[checker.Term], field: int, names: list[str]) -> Scalar:
    total = Scalar(0)
    for num, den, exponent, monomial in terms:
        powers = checker.powers(monomial, names)
        total = total + root(exponent, field, Fraction(num, den), powers)
    return total
