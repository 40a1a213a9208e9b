"""One frequency as a named block: its composition with parameters that are exact unit numbers.

All entries of a composition are roots of unity times powers of its parameters
(`numeric.recognition.compositions`), so that parameters in ``Q(i)`` make the block exact, whatever
they are. What else may be chosen changes no condition: a turn of ``a`` and one of ``b`` (``c``
turns back by both), and a ratio ``t`` (``t a, b/t``). The modulus of a node is its gauge, which is
no part of a network: the inputs of all nodes have modulus ``t`` and ``1/t``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.arrays import Complexes
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import zeta
from numeric.exact.named.small_height import Unit, ratio_near, unit_near
from numeric.recognition.composition_fit import PhaseFit, simplest_fit
from numeric.recognition.compositions import (
    COMPOSITIONS,
    NU_I_XI,
    ORDER_4,
    ORDER_42,
    SYN,
    PhaseTable,
    products,
)
from numeric.recognition.frequencies import NodeTable
from numeric.recognition.frequency_report import ONE_REAL, SERVED, FrequencyReport

#: The free parameters' names, where they are not those of the table.
_FREE = {ORDER_4.name: ("xi", "epsilon")}
ONE = Unit(1, 0, 1)

#: An exact node: its entries at one of ``k, -k``.
ExactNode = dict[tuple[str, Index], Exact]


class UnnamedError(ValueError):
    """Raised for a frequency that has no exact named block near it; says why."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class NamedBlock:
    """The exact block of one frequency.

    Args:
        frequency: its index; of ``{k, -k}`` the smaller.
        label: its name in the group.
        composition: as in `numeric.recognition.recognise`.
        nodes: the exact nodes, nothing carried.
        columns: for each node the column in the trained weights; none if it is not of them.
        parameters: the free parameters.
        turns: the numbers by which ``a`` and ``b`` are multiplied.
        ratio: ``t``.
        fitted: the angles in radians, and for ``t`` the ratio, of which these are the neighbours
            of least height: by the parameters' names, ``a``, ``b`` and ``t``.
    """

    frequency: int
    label: str
    composition: str
    nodes: tuple[ExactNode, ...]
    columns: tuple[int, ...] = ()
    parameters: Mapping[str, Unit] = field(default_factory=dict)
    turns: tuple[Unit, Unit] = (ONE, ONE)
    ratio: Fraction = Fraction(1)
    fitted: Mapping[str, float] = field(default_factory=dict)

    @property
    def carrying(self) -> Fraction:
        """What ``c_k = 1`` on every node adds to ``T[0,0,k]``; 0 if it adds more than that."""
        real = self.composition == ONE_REAL
        a, b = (
            np.array([complex(x.get((p, self.frequency), 0)) for x in self.nodes]) for p in "ab"
        )
        more = [(a * b).sum()] if real else [x.sum() for x in (a * b, a * b.conj(), a * a, b * b)]
        if any(("a", 0) in x for x in self.nodes) or np.abs(more).max() > 1e-9:
            return Fraction(0)
        return (self.ratio**2 + 1 / self.ratio**2) * len(self.nodes) / (2 if real else 1)

    def __str__(self) -> str:
        return ", ".join(
            [f"k={self.label}: {self.composition}", *(f"{n}={x}" for n, x in self.named())]
        )

    def named(self) -> list[tuple[str, Unit]]:
        """Return the parameters by name, in order."""
        return list(self.parameters.items())

    def line(self) -> str:
        """Return the parameters, the turns and the ratio."""
        turns = [f"{p} turned by {x}" for p, x in zip("ab", self.turns, strict=True) if x != ONE]
        ratio = [] if self.ratio == 1 else [f"a over b {self.ratio**2}"]
        return "; ".join([str(self), *([", ".join(turns)] if turns else []), *ratio])

    def as_json(self) -> dict[str, Any]:
        """Return plain data, numbers as text."""
        return {
            "frequency": self.label,
            "composition": self.composition,
            "parameters": {name: str(x) for name, x in self.named()},
            "turn of a": str(self.turns[0]),
            "turn of b": str(self.turns[1]),
            "a over b": str(self.ratio),
            "nodes": list(self.columns),
        }


def named_block(
    table: NodeTable, x: FrequencyReport, *, tolerance: float, general: bool = False
) -> NamedBlock:
    """Return the exact block of the composition that was recognised at one frequency.

    Args:
        table: the trained network's nodes, balanced.
        x: what was recognised there.
        tolerance: in degrees: of all angles, and of the logarithm of ``t`` as if it were one.
        general: write four nodes as a block ``order 4``, whose angle ``epsilon`` is a parameter,
            and as ``nu(i)*xi`` only if ``-i`` is within the tolerance of it.

    Raises:
        UnnamedError: if nothing was recognised, or it is no solution at one frequency.
    """
    if x.composition == ONE_REAL:
        return _real(table, x, tolerance)
    name = ORDER_4.name if general and x.composition == NU_I_XI.name else x.composition
    tables = {t.name: t for t in (*COMPOSITIONS, ORDER_42, *products()) if t is not SYN}
    composition = ORDER_42 if name == SERVED else tables.get(name)
    if composition is None:
        reason = {"none": "no node reads it alone"}.get(name, f"its composition is {name}")
        raise UnnamedError(reason)
    nodes = [j for j in x.place.nodes if j not in x.place.weak]
    if len(nodes) != composition.order:
        raise UnnamedError(f"its {len(nodes)} nodes are only together {name}")
    z = table.z[:, x.frequency][:, nodes]
    found = simplest_fit(z, composition)
    names = _FREE.get(name, composition.parameters[2:])
    parameters = {
        n: unit_near(angle, tolerance=tolerance) for n, angle in zip(names, found.free, strict=True)
    }
    block = _block(x, nodes, composition, z, found, parameters, tolerance)
    return _with_constants(table, x, block, tolerance) if composition is ORDER_42 else block


def standard_block(group: AbelianGroup, frequency: int) -> NamedBlock:
    """Return ``nu(i)*xi(1)``, or the block of a real character.

    >>> str(standard_block(AbelianGroup("Z5"), 2))
    'k=2: nu(i)*xi, xi=1'
    """
    label = group.label(frequency)
    if group.negate(frequency) == frequency:
        nodes = _real_nodes(frequency, (1, 1), (1, -1), Fraction(1))
        return NamedBlock(frequency, label, ONE_REAL, nodes)
    parameters = {"xi": ONE}
    nodes = exact_nodes(NU_I_XI, frequency, parameters, (ONE, ONE), Fraction(1))
    return NamedBlock(frequency, label, NU_I_XI.name, nodes, parameters=parameters)


def exact_nodes(
    composition: PhaseTable,
    k: int,
    parameters: Mapping[str, Unit],
    turns: tuple[Unit, Unit],
    t: Fraction,
) -> tuple[ExactNode, ...]:
    """Return the exact nodes in the order of the composition's table."""
    p, r = (x.scalar() for x in turns)
    free = [x.scalar() for x in parameters.values()]
    if composition is ORDER_4:
        xi, epsilon = free
        free = [p * xi, r * epsilon * xi.conjugate()]
    numbers = [p, r, *free]
    nodes: list[ExactNode] = []
    for j, size in enumerate(_sizes(composition, parameters)):
        node: ExactNode = {}
        for row, (name, scale) in enumerate({"a": t, "b": 1 / t, "c": size}.items()):
            twelfths = round(composition.constant[row, j] / (np.pi / 6))
            value = zeta(12, twelfths % 12) * Scalar(scale)
            for number, power in zip(numbers, composition.coefficient[row, j], strict=True):
                base = number.conjugate() if power < 0 else number  # of modulus one
                value = value * base ** abs(round(power))
            node[name, k] = value
        nodes.append(node)
    return tuple(nodes)


def _sizes(composition: PhaseTable, parameters: Mapping[str, Unit]) -> list[Fraction]:
    """Return ``|abc|`` by column of the table."""
    if composition is ORDER_4:
        epsilon = parameters["epsilon"]
        if epsilon.y >= 0:
            raise UnnamedError("the two directions of c of its block of order 4 coincide")
        return [Fraction(-epsilon.D, 4 * epsilon.y)] * 4
    if composition is ORDER_42:
        phi = parameters["phi"]
        cosine, sine2 = Fraction(phi.x, phi.D), Fraction(phi.y, phi.D) ** 2
        if cosine <= 0 or not sine2:
            raise UnnamedError("the angle phi of its four nodes is not between 0 and 90 degrees")
        m = 1 / (8 * sine2 * cosine)
        return [m, m, cosine**2 / (4 * sine2), Fraction(1, 4)]
    return [Fraction(1, composition.order)] * composition.order


def _block(
    x: FrequencyReport,
    places: Sequence[int],
    composition: PhaseTable,
    z: Complexes,
    found: PhaseFit,
    parameters: dict[str, Unit],
    tolerance: float,
) -> NamedBlock:
    turns = tuple(unit_near(angle, tolerance=tolerance) for angle in found.turns)
    ratio, t = _ratio(z, tolerance)
    nodes = exact_nodes(composition, x.frequency, parameters, (turns[0], turns[1]), ratio)
    for node, sign in zip(nodes, found.sign, strict=True):
        for row in "ab":
            node[row, x.frequency] = int(sign) * Scalar(node[row, x.frequency])
    minus_i = parameters.get("epsilon") == Unit(0, -1, 1)
    named = x.composition if composition is ORDER_42 else composition.name
    return NamedBlock(
        frequency=x.frequency,
        label=x.label,
        composition=NU_I_XI.name if minus_i else named,
        nodes=nodes,
        columns=tuple(places[i] for i in found.place),
        parameters={n: u for n, u in parameters.items() if not (minus_i and n == "epsilon")},
        turns=(turns[0], turns[1]),
        ratio=ratio,
        fitted=dict(zip([*parameters, "a", "b"], [*found.free, *found.turns], strict=True))
        | {"t": t},
    )


def _ratio(z: Complexes, tolerance: float) -> tuple[Fraction, float]:
    t = float(np.exp(np.log(np.abs(z[0]) / np.abs(z[1])).mean() / 2))
    return ratio_near(t, tolerance=tolerance), t


def _with_constants(
    table: NodeTable, x: FrequencyReport, block: NamedBlock, tolerance: float
) -> NamedBlock:
    """Add the two nodes ``1 + u + v`` and ``1 - u - v``, of `algebra.blocks.order42.order42_at`.

    With ``rho = |u|`` the same on both, ``c = +-i/(8 rho)``.
    """
    k, group = x.frequency, table.group
    double = group.multiply(2, k)
    if len(x.place.serving) != 2 or group.multiply(4, k) == 0:
        raise UnnamedError(f"{len(x.place.serving)} constant-part nodes serve it, not two")
    a, b, _ = table.z[:, :, list(x.place.serving)]
    p, r = (u.scalar() for u in block.turns)
    g = (a[0] + b[0]).real
    turned = a[double] * np.conj(complex(p)) ** 2 + b[double] * np.conj(complex(r)) ** 2
    along = (turned / 1j).real / 2
    signs = np.sign(along * g).astype(int)
    if signs.prod() != -1:
        raise UnnamedError("the squares of the constant-part nodes that serve it do not cancel")
    rho = ratio_near(float(np.exp(np.log(np.abs(along / g)).mean())), tolerance=tolerance)
    i = zeta(4)
    nodes: list[ExactNode] = [
        {
            ("a", 0): 1,
            ("a", double): int(sign) * rho * i * p * p,
            ("b", double): int(sign) * rho * i * r * r,
            ("c", k): int(sign) / (8 * rho) * i * (p * r).conjugate(),
        }
        for sign in signs
    ]
    return replace(block, nodes=block.nodes + tuple(nodes), columns=block.columns + x.place.serving)


def _real(table: NodeTable, x: FrequencyReport, tolerance: float) -> NamedBlock:
    """Return the block of a real character, ``a = (1, 1), b = (1, -1), c = (1/2, -1/2)``."""
    z = table.z[:, x.frequency][:, list(x.place.nodes)].real
    signs = np.sign(z[:2]).astype(int)
    if signs.prod() != -1:
        raise UnnamedError("a b has the same sign on both nodes of a real character")
    ratio, t = _ratio(z.astype(np.complex128), tolerance)
    nodes = _real_nodes(x.frequency, signs[0].tolist(), signs[1].tolist(), ratio)
    return NamedBlock(
        x.frequency, x.label, ONE_REAL, nodes, x.place.nodes, ratio=ratio, fitted={"t": t}
    )


def _real_nodes(k: int, a: Sequence[int], b: Sequence[int], t: Fraction) -> tuple[ExactNode, ...]:
    """Return the nodes of a real character with these signs of ``a`` and ``b``."""
    return tuple(
        {("a", k): x * t, ("b", k): y / t, ("c", k): Fraction(x * y, 2)}
        for x, y in zip(a, b, strict=True)
    )
