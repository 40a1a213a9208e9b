"""Certificates of networks over a table: written here, decided by `table_checker`.

The format is described in docs/reference/certificates.md. Nothing here is part of what has to be
trusted.
"""

from __future__ import annotations

import json
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from algebra.criterion.target import Target
from algebra.networks.table_network import TableNetwork
from algebra.numbers.scalar import Scalar, added, root
from proofs.certificates import table_checker


class TableCertificateError(ValueError):
    """Raised for a file that is no certificate of a network over a table."""


def to_text(
    network: TableNetwork, *, target: Target = "projected", notes: dict[str, Any] | None = None
) -> str:
    """Return the certificate that claims a network solves the task of its table, a node a line.

    >>> from algebra.networks.any_group import build
    >>> print(to_text(build("S3"))[:75])
    {"format": "cogo-table", "version": 1, "operation": "S3", "field": 1, "targ
    """
    used = np.unique(np.concatenate([m.ravel() for m in (network.a, network.b, network.c)]))
    place = np.searchsorted(used, np.arange(len(network.scalars)))
    scalars = [network.scalars[i] for i in used.tolist()]
    field = lcm(*(x.field for x in scalars))
    head = {
        "format": "cogo-table",
        "version": 1,
        "operation": (network.name or "unnamed")[: table_checker.MAX_TITLE],
        "field": field,
        "target": target,
    }
    table = ",\n".join(map(json.dumps, network.table.tolist()))
    values = ",\n".join(json.dumps(_terms(x, field)) for x in scalars)
    nodes = ",\n".join(
        json.dumps({p: place[m[:, j]].tolist() for p, m in zip("abc", matrices, strict=True)})
        for matrices in [(network.a, network.b, network.c)]
        for j in range(network.order)
    )
    parts = (("table", table), ("values", values), ("nodes", nodes))
    lists = "".join(f', "{key}": [\n{lines}]' for key, lines in parts)
    more = f', "notes": {json.dumps(notes)}' if notes else ""
    return f"{json.dumps(head)[:-1]}{lists}{more}}}\n"


def _terms(x: Scalar, field: int) -> list[list[int]]:
    single = x.as_monomial()
    terms = [single] if single and single[0] else x.terms()
    return [[q.numerator, q.denominator, e * (field // x.field)] for q, e, _ in terms]


def from_bytes(data: bytes) -> tuple[TableNetwork, Target]:
    """Return the network that a certificate states, and its target; true or not.

    Raises:
        TableCertificateError: if the bytes are no certificate, with the checker's words.

    >>> from algebra.networks.any_group import build
    >>> from_bytes(to_text(build("S3"), target="onehot").encode())
    (<TableNetwork network of 10 nodes over S3>, 'onehot')
    """
    try:
        found = table_checker.read(data)
        scalars = [
            added(root(t.exponent, found.field, Fraction(t.num, t.den)) for t in terms)
            for terms in found.values
        ]
        d = len(found.table)
        a, b, c = (
            np.array([node[p] for node in found.nodes], dtype=np.int64).reshape(-1, d).T
            for p in "abc"
        )
        table = np.array(found.table, dtype=np.int64)
        network = TableNetwork(table, a, b, c, tuple(scalars), found.name)
    except (table_checker.Malformed, ValueError) as error:
        raise TableCertificateError(f"not a certificate: {error}") from None
    target: Target = "onehot" if found.target == "onehot" else "projected"
    return network, target
