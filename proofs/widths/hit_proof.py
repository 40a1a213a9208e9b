"""Numerical zeros of the search for narrow networks, proved: exactly, or that one exists nearby.

For an exact network the solution set through a zero is followed to a point with simple coordinates,
which is computed to many digits and recognised. What comes out is a guess; its certificate is
written only if its checker accepts it: `checker.py`, or over a table `table_checker.py`. Of a proof
of existence floats choose which unknowns are free, the centre, and the approximate inverse;
`existence_checker.py` decides, with integers alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import lcm
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup, Index
from algebra.networks.table_network import table_network
from algebra.numbers.arrays import Reals
from algebra.numbers.scalar import ZERO, Exact, Scalar, added, root, to_scalar
from algebra.semiring.element import Element
from algebra.semiring.made import element
from numeric.narrow.problem import Problem, Task, products
from numeric.real_points.algebraic_number import recognised
from numeric.real_points.simple_point import simple_point
from numeric.real_points.system import SINGULAR, System
from numeric.weights.plain_network import TwoLayer
from proofs.certificates import certificate, existence_checker
from proofs.widths.invariant_network import SCALE, Network, coordinates, equations, network_of

#: Bits after the point to which a simple point is computed.
BITS = 300
#: Bits after the point that the inverse of a proof of existence may have, the fewest that will do,
#: and the contraction that it has to leave.
INVERSE_BITS, CONTRACTION = (4, 6, 8, 10, 12, 16, 20, 24, 32, 40), 0.5
#: Simple points that are tried for each zero: this over the square of the unknowns, in bounds.
WORK, ATTEMPTS = 60_000, 12


class NotProvedError(ValueError):
    """Raised where a numerical zero is not recognised, or no proof of existence possible."""


def recognise(
    network: Network,
    values: Sequence[float],
    *,
    attempts: int | None = None,
    notes: dict[str, Any] | None = None,
) -> tuple[str, str]:
    """Return the certificate of an exact network on the solution set, and its checker's words.

    The values are the unknowns at a numerical zero, to double precision; attempts are simple points
    that are tried. A certificate over the field that the group and 12th roots of unity generate is
    taken at once; otherwise the shortest.
    """
    if attempts is None:
        attempts = max(1, min(ATTEMPTS, WORK // max(network.unknowns, 1) ** 2))
    system = System.of(equations(network))
    start = np.concatenate([[1.0], np.asarray(values, dtype=np.float64)])
    outputs = (form for node in network.nodes for _, *forms in node["c"] for form in forms)
    last = frozenset(unknown for form in outputs for _, unknown in form)
    exponent = _exponent(network.group)
    reached, proved = 0, list[tuple[str, str]]()
    for attempt in range(attempts):
        found = simple_point(system, start, rng=np.random.default_rng(attempt), last=last)
        reached += found is not None
        exact = _recognised(system, *found, exponent) if found else None
        if exact is None:
            continue
        data, code, message = _checked(network, exact, notes)
        if not code:
            proved.append((data.decode(), message))
            if lcm(12, exponent) % lcm(*(x.field for x in exact)) == 0:
                return proved[-1]
    if proved:
        return min(proved, key=lambda pair: len(pair[0]))
    raise NotProvedError(
        f"{attempts} attempts reached {reached} points of the solution set whose numbers stay put, "
        f"and none of these was recognised exactly"
    )


def _recognised(
    system: System, point: Reals, fixed: dict[int, Fraction], exponent: int
) -> list[Scalar] | None:
    """Return the unknowns exactly, the number 1 at 0; None where one is not recognised."""
    free = np.array([i for i in range(1, len(point)) if i not in fixed], dtype=np.int64)
    digits = system.refined(point, free, bits=BITS)
    known: dict[int, Scalar] = {}
    for x in dict.fromkeys(digits[i] for i in free.tolist()):
        number = recognised(Fraction(x, 1 << BITS), bits=BITS - 10, exponent=exponent)
        if number is None:
            return None
        known[x] = number
    unknowns = range(1, len(point))
    return [Scalar(1), *(to_scalar(fixed[i]) if i in fixed else known[digits[i]] for i in unknowns)]


def _exponent(group: Task) -> int:
    """Return a number whose roots of unity the group's characters are sums of."""
    if isinstance(group, FiniteGroup):
        return lcm(*group.orders.tolist())
    return group.exponent if isinstance(group, AbelianGroup) else 1


def _checked(
    network: Network, exact: Sequence[Scalar], notes: dict[str, Any] | None
) -> tuple[bytes, int, str]:
    """Return the certificate of the network with these unknowns, and what its checker says."""
    group, target = network.group, network.target
    if isinstance(group, AbelianGroup):
        return certificate.judged(_element(network, group, exact), target=target, notes=notes)

    def row(entries: list[Any]) -> list[Scalar]:
        values = {x: _value(form, exact) for (x,), form in entries}
        return [values.get(x, ZERO) for x in range(group.order)]

    nodes = [(row(node["a"]), row(node["b"]), row(node["c"])) for node in network.nodes]
    z = table_network(products(group), nodes, name=group.name)
    return certificate.judged(z, target=target, notes=notes)


def _element(network: Network, group: AbelianGroup, exact: Sequence[Scalar]) -> Element:
    """Return the element whose weights have these unknowns."""
    chi, i = group.character_value, root(1, 4)
    nodes: list[dict[tuple[str, Index], Exact]] = []
    for node in network.nodes:
        entries: dict[tuple[str, Index], Exact] = {}
        for p, row in node.items():
            values = {group.index(tuple(k)): [_value(x, exact) for x in forms] for k, *forms in row}
            if network.basis == "characters":
                entries |= {(p, k): x + i * y for k, (x, y) in values.items() if x or y}
                continue
            for k in group.representatives.tolist():
                sign = k if p == "c" else group.negate(k)
                total = added(x * chi(sign, at) for at, (x,) in values.items())
                if total:
                    entries[p, k] = total / group.order
        nodes.append(entries)
    return element(group, nodes)


def _value(form: Sequence[Sequence[int]], exact: Sequence[Scalar]) -> Scalar:
    return added(exact[i] * coefficient for coefficient, i in form)


def prove_existence(
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
    head = network.document | {"values": centre[1:], "free": free.tolist(), "inverse_scale": bits}
    rows = {"nodes": head.pop("nodes"), "inverse": head.pop("inverse") + inverse}
    short = partial(json.dumps, separators=(",", ":"))
    lists = [(key, map(short, x)) for key, x in rows.items()]
    text = certificate.in_lines(head | ({"notes": notes} if notes else {}), lists) + "}\n"
    code, message = existence_checker.check(text.encode())
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


#: Unknowns of networks that are not tried to be recognised: each simple point takes too long.
MAX_UNKNOWNS = 130


@final
@dataclass(frozen=True, slots=True)
class HitProof:
    """What was proved of a numerical zero: a certificate and what its checker says, or why none."""

    kind: Literal["exact", "existence", "none"]
    text: str
    message: str

    @property
    def suffix(self) -> str:
        """The suffix of the file of such a certificate."""
        return ".cert.json" if self.kind == "exact" else ".exist.json"


def prove_hit(
    problem: Problem, weights: TwoLayer, *, start: int, seed: int = 0, exact: bool = True
) -> HitProof:
    """Prove what lies close to the weights of a hit: an exact network, or that there is one.

    First a point of the solution set is recognised exactly, if that is asked for, since it takes
    longer; where it fails, existence is proved. The start is the number of the one that found it.
    """
    network = network_of(problem, start=start, seed=seed)
    values = coordinates(network, weights)
    notes: dict[str, Any] = {"found by": f"cogo narrow, seed {seed}, start {start}"}
    if problem.symmetry is not None:
        notes["symmetry"] = problem.symmetry
    why = f"not recognised: more than {MAX_UNKNOWNS} unknowns" if exact else "recognition not tried"
    if exact and network.unknowns <= MAX_UNKNOWNS:
        try:
            return HitProof("exact", *recognise(network, values, notes=notes))
        except NotProvedError as error:
            why = f"not recognised: {error}"
    try:
        return HitProof("existence", *prove_existence(network, values, notes=notes))
    except NotProvedError as error:
        return HitProof("none", "", f"{why}; no proof of existence: {error}")
