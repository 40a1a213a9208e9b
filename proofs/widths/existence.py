"""Existence certificates: a proof that an exact optimizer lies close to a numerical zero.

The format is described in docs/reference/certificates.md;
`proofs/certificates/existence_checker.py` decides whether a file proves what it states, with
integers alone. This module chooses what the checker is given: which unknowns are free, the centre,
and the approximate inverse. Floats choose here, and decide nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Reals
from numeric.narrow.problem import Task, products
from numeric.real_points.system import SINGULAR, System
from numeric.weights.plain_network import PlainNetwork
from proofs.certificates import existence_checker as checker

Basis = Literal["functions", "characters"]
#: A node as the format writes it: rows ``a, b, c`` of entries ``[index, form]``.
Node = dict[str, list[Any]]

#: The radius is ``2**-RADIUS``, and numbers are written with ``SCALE`` bits after the point.
SCALE, RADIUS = 80, 60
#: Bits after the point that the inverse may have; the fewest that will do are taken.
INVERSE_BITS = (4, 6, 8, 10, 12, 16, 20, 24, 32, 40)
#: The contraction that the rounded inverse has to leave.
CONTRACTION = 0.5


class NotProvedError(ValueError):
    """Raised where a numerical zero is not recognised, or no proof of existence possible."""


@final
@dataclass(frozen=True, slots=True)
class Network:
    """The weights of a network as linear forms in real unknowns, which are numbered from 1.

    Entries are values of functions, or parts of Fourier coefficients, by the basis; nodes are
    written as in the format.
    """

    group: Task
    target: Target
    basis: Basis
    nodes: Sequence[Node]
    unknowns: int

    def document(self, values: Sequence[int]) -> dict[str, Any]:
        """Return what a certificate says, with nothing proved: no free unknowns, no inverse."""
        over: dict[str, Any] = {"group": [self.group.order], "table": products(self.group).tolist()}
        if isinstance(self.group, AbelianGroup):
            over = {"group": list(self.group.moduli)}
        return {
            "format": "cogo-existence",
            "version": 1,
            **over,
            "basis": self.basis,
            "target": self.target,
            "scale": SCALE,
            "radius": 1 << SCALE - RADIUS,
            "values": list(values),
            "free": [],
            "nodes": list(self.nodes),
            "inverse_scale": 0,
            "inverse": [],
        }


def equations(network: Network) -> list[checker.Polynomial]:
    """Return the equations of an exact network that do not follow from those before them."""
    start = checker.read(json.dumps(network.document([0] * network.unknowns)).encode())
    return checker.independent([f for f in checker.expand(start) if f])


def prove(
    network: Network, values: Sequence[float], *, notes: dict[str, Any] | None = None
) -> tuple[str, str]:
    """Return the certificate that an exact network lies close to a numerical one, as checked.

    As many unknowns as there are equations are left free, by a QR factorisation with pivots, the
    others keep the value that they have, rounded. Newton steps follow in integers.
    """
    system = System.of(equations(network))
    point = np.concatenate([[1.0], np.asarray(values, dtype=np.float64)])
    point = system.polished(point, np.arange(1, len(point)))
    free = _free(system.jacobian(point)) + 1
    centre = system.refined(point, free, bits=SCALE)
    exact = np.array([1.0, *(x / 2.0**SCALE for x in centre[1:])])
    bits, inverse = _inverse(system.jacobian(exact)[:, free - 1])
    document = network.document(centre[1:]) | {
        "free": free.tolist(),
        "inverse_scale": bits,
        "inverse": inverse,
    }
    text = _text(document | ({"notes": notes} if notes else {}))
    code, message = checker.check(text.encode())
    if code:
        raise NotProvedError(f"the existence proof does not go through: {message}")
    return text, message


def _free(derivatives: Reals) -> NDArray[np.int64]:
    """Return as many columns as rows that form a regular matrix, by QR with pivots."""
    from scipy.linalg import qr

    size = len(derivatives)
    singular = np.linalg.svd(derivatives, compute_uv=False) if size else np.zeros(0)
    rank = int((singular > SINGULAR * singular.max(initial=0)).sum())
    if rank < size:
        raise NotProvedError(
            f"the derivatives of {size} independent equations have rank {rank}; the zero is not "
            f"regular, and an interval argument proves {rank} equations only"
        )
    return np.sort(qr(derivatives, mode="r", pivoting=True)[1][:size])


def _inverse(derivatives: Reals) -> tuple[int, list[list[int]]]:
    """Return an approximate inverse in units of ``2**-bits``, with the fewest bits that will do."""
    size = len(derivatives)
    inverse = np.linalg.inv(derivatives)
    for bits in INVERSE_BITS:
        rounded = np.round(inverse * 2.0**bits)
        rest = np.eye(size) - rounded / 2.0**bits @ derivatives
        if np.abs(rest).sum(axis=1).max(initial=0.0) < CONTRACTION:
            return bits, [[int(x) for x in row] for row in rounded]
    raise NotProvedError(
        f"the derivatives are too close to a singular matrix: an inverse of {INVERSE_BITS[-1]} "
        f"bits after the point is not enough"
    )


def _text(document: dict[str, Any]) -> str:
    """Return the certificate, a node or a row of the inverse on each line."""
    lines = []
    for key, value in document.items():
        if key in ("nodes", "inverse") and value:
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value)
            lines.append(f"{json.dumps(key)}: [\n{rows}\n]")
        else:
            lines.append(f"{json.dumps(key)}: {json.dumps(value)}")
    return "{" + ",\n".join(lines) + "}\n"


def coordinates(network: Network, weights: PlainNetwork) -> list[float]:
    """Return the unknowns of a network with given weights, by least squares."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import lsqr

    group, d = network.group, network.group.order
    values = {"a": weights.layera.T, "b": weights.layerb.T, "c": 2 * d * weights.layerc}
    if network.basis == "characters":
        assert isinstance(group, AbelianGroup)
        turns = group.character_exponents(np.arange(d)[:, None], np.arange(d)[None, :])
        table = np.exp(2j * np.pi * turns / group.exponent) / d
        values = {p: (table if p == "c" else table.conj()) @ w for p, w in values.items()}
    entries: list[float] = []
    places: list[tuple[int, int, int]] = []
    for j, node in enumerate(network.nodes):
        for p, row in node.items():
            for index, *forms in row:
                at = group.index(tuple(index)) if isinstance(group, AbelianGroup) else index[0]
                z = complex(values[p][at, j])
                for part, form in zip((z.real, z.imag), forms, strict=False):
                    places += [(len(entries), i - 1, coefficient) for coefficient, i in form]
                    entries.append(part)
    rows, columns, coefficients = zip(*places, strict=True)
    shape = (len(entries), network.unknowns)
    matrix = csr_matrix((np.array(coefficients, dtype=float), (rows, columns)), shape=shape)
    found: list[float] = lsqr(matrix, np.array(entries), atol=1e-15, btol=1e-15)[0].tolist()
    return found
