"""One frequency as a named block: its composition with parameters that are exact unit numbers.

All entries of a composition are roots of unity times powers of its parameters
(`numeric.recognition.compositions`), so that parameters in ``Q(i)`` make the block exact, whatever
they are. What else may be chosen changes no condition and is the gauge: a turn of ``a`` and one of
``b`` (``c`` turns back by both), a ratio ``t`` (``t a, b/t``), and the modulus ``s`` of each node,
``(s a, s b, c/s^2)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Reals
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import zeta
from numeric.exact.named.exact_nodes import (
    ExactNode,
    UnnamedError,
    exact_nodes,
    exact_sizes,
    real_nodes,
)
from numeric.exact.named.small_height import Unit, ratio_near, simple_fraction, unit_near
from numeric.recognition.composition_fit import PhaseFit, simplest_fit
from numeric.recognition.compositions import (
    NU_I_SYN_AB,
    NU_I_XI,
    ORDER_4,
    ORDER_42,
    SYN_NU,
    THREE_C_SYN,
    PhaseTable,
)
from numeric.recognition.frequencies import NodeTable
from numeric.recognition.frequency_report import ONE_REAL, SERVED, FrequencyReport

_TABLES = {x.name: x for x in (NU_I_XI, ORDER_4, SYN_NU, NU_I_SYN_AB, THREE_C_SYN, ORDER_42)}
_TABLES[SERVED] = ORDER_42
#: The free parameters' names, where they are not those of the table.
_FREE = {ORDER_4.name: ("xi", "epsilon")}
#: What equal ``c_k s^2`` on all nodes add is ``T[0,0,k]`` alone: these blocks can carry.
CARRIERS = (SYN_NU.name, NU_I_SYN_AB.name, THREE_C_SYN.name, ONE_REAL)


@final
@dataclass(frozen=True, slots=True, eq=False)
class NamedBlock:
    """The exact block of one frequency.

    Args:
        frequency: its index; of ``{k, -k}`` the smaller.
        label: its name in the group.
        composition: as in `numeric.recognition.recognise`.
        parameters: the free parameters.
        turns: the numbers by which ``a`` and ``b`` are multiplied.
        fitted: the angles in radians, and for ``t`` the ratio, of which these are the neighbours
            of least height: by the parameters' names, ``a``, ``b`` and ``t``.
        ratio: ``t``.
        moduli: ``s`` of each node.
        fitted_moduli: the floats near which they are.
        columns: for each node the column in the trained weights.
        nodes: the exact nodes, nothing carried.
    """

    frequency: int
    label: str
    composition: str
    parameters: Mapping[str, Unit]
    turns: tuple[Unit, Unit]
    fitted: Mapping[str, float]
    ratio: Fraction
    moduli: tuple[Fraction, ...]
    fitted_moduli: tuple[float, ...]
    columns: tuple[int, ...]
    nodes: tuple[ExactNode, ...]

    @property
    def carrying(self) -> Fraction:
        """What ``c_k = 1/s^2`` on every node adds to ``T[0,0,k]``; 0 if it adds more than that."""
        if self.composition not in CARRIERS:
            return Fraction(0)
        each = self.ratio**2 + 1 / self.ratio**2
        return each * (Fraction(1, 2) if self.composition == ONE_REAL else 1) * len(self.nodes)

    def __str__(self) -> str:
        return ", ".join(
            [f"k={self.label}: {self.composition}", *(f"{n} = {x}" for n, x in self.named())]
        )

    def named(self) -> list[tuple[str, Unit]]:
        """Return the parameters by name, in order."""
        return list(self.parameters.items())

    def line(self) -> str:
        """Return the parameters with what is chosen freely: turns and moduli."""
        parts = [str(self)]
        turns = [(p, x) for p, x in zip("ab", self.turns, strict=True) if str(x) != "1"]
        if turns:
            parts.append(", ".join(f"{p} turned by {x}" for p, x in turns))
        least, most = min(self.moduli), max(self.moduli)
        moduli = f"modulus {least}" if least == most else f"moduli {least} to {most}"
        parts.append(moduli if self.ratio == 1 else f"{moduli}, a over b {self.ratio**2}")
        return "; ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """Return plain data, numbers as text."""
        return {
            "frequency": self.label,
            "composition": self.composition,
            "parameters": {name: str(x) for name, x in self.named()},
            "turn of a": str(self.turns[0]),
            "turn of b": str(self.turns[1]),
            "a over b": str(self.ratio),
            "moduli": [str(x) for x in self.moduli],
            "nodes": list(self.columns),
        }


def named_block(
    table: NodeTable, x: FrequencyReport, *, tolerance: float, general: bool = False
) -> NamedBlock:
    """Return the exact block of the composition that was recognised at one frequency.

    Args:
        table: the trained network's nodes.
        x: what was recognised there.
        tolerance: in degrees: of all angles, and of logarithms of moduli as if they were angles.
        general: write four nodes as a block ``order 4``, whose angle ``epsilon`` is a parameter,
            and as ``nu(i)*xi`` only if ``-i`` is within the tolerance of it.

    Raises:
        UnnamedError: if nothing was recognised, or it is no solution at one frequency.
    """
    if x.composition == ONE_REAL:
        return _real(table, x, tolerance)
    name = ORDER_4.name if general and x.composition == NU_I_XI.name else x.composition
    if name not in _TABLES:
        reason = {"none": "no node reads it alone"}.get(name, f"its composition is {name}")
        raise UnnamedError(reason)
    composition = _TABLES[name]
    z = table.z[:, x.frequency][:, list(x.place.nodes)]
    found = simplest_fit(z, composition)
    names = _FREE.get(name, composition.parameters[2:])
    parameters = {
        n: unit_near(angle, tolerance=tolerance) for n, angle in zip(names, found.free, strict=True)
    }
    block = _with_gauge(table, x, composition, found, parameters, tolerance)
    return _with_constants(table, x, block, tolerance) if composition is ORDER_42 else block


def standard_block(
    group: AbelianGroup, frequency: int, *, columns: Sequence[int], tolerance: float
) -> NamedBlock:
    """Return ``nu(i)*xi(1)``, or the block of a real character, of about the least plain norm.

    >>> block = standard_block(AbelianGroup("Z5"), 2, columns=range(4), tolerance=1)
    >>> str(block), block.moduli[0]
    ('k=2: nu(i)*xi, xi = 1', Fraction(7, 24))
    """
    real = group.negate(frequency) == frequency
    count = 2 if real else 4
    size = float(np.cbrt(1 / (2 * group.order * count)))
    radius = np.radians(tolerance)
    modulus = ratio_near(size * np.exp(-radius), size * np.exp(radius))
    one = Unit(1, 0, 1)
    moduli = (modulus,) * count
    nodes = (
        real_nodes(frequency, (1, 1), (1, -1), Fraction(1), moduli)
        if real
        else exact_nodes(NU_I_XI, frequency, {"xi": one}, (one, one), Fraction(1), moduli)
    )
    return NamedBlock(
        frequency=frequency,
        label=group.label(frequency),
        composition=ONE_REAL if real else NU_I_XI.name,
        parameters={} if real else {"xi": one},
        turns=(one, one),
        fitted={},
        ratio=Fraction(1),
        moduli=moduli,
        fitted_moduli=(size,) * count,
        columns=tuple(columns),
        nodes=nodes,
    )


def _with_gauge(
    table: NodeTable,
    x: FrequencyReport,
    composition: PhaseTable,
    found: PhaseFit,
    parameters: dict[str, Unit],
    tolerance: float,
) -> NamedBlock:
    p, r = (unit_near(angle, tolerance=tolerance) for angle in found.turns)
    turns = p, r
    columns = [x.place.nodes[i] for i in found.place]
    name = x.composition if composition is ORDER_42 else composition.name
    z = table.z[:, x.frequency][:, columns]
    sizes = np.array([float(s) for s in exact_sizes(composition, parameters)])
    ratio, t = _ratio(z, tolerance)
    floats = _moduli(z, sizes, float(ratio), table.group.order)
    moduli = _rational(floats, tolerance)
    nodes = exact_nodes(composition, x.frequency, parameters, turns, ratio, moduli)
    for node, sign in zip(nodes, found.sign, strict=True):
        for row in "ab":
            node[row, x.frequency] = int(sign) * Scalar(node[row, x.frequency])
    minus_i = parameters.get("epsilon") == Unit(0, -1, 1)
    kept = {n: u for n, u in parameters.items() if not (minus_i and n == "epsilon")}
    names = [*parameters, "a", "b", "t"]
    return NamedBlock(
        frequency=x.frequency,
        label=x.label,
        composition=NU_I_XI.name if minus_i else name,
        parameters=kept,
        turns=turns,
        fitted=dict(zip(names, [*found.free, *found.turns, t], strict=True)),
        ratio=ratio,
        moduli=moduli,
        fitted_moduli=tuple(map(float, floats)),
        columns=tuple(int(j) for j in columns),
        nodes=nodes,
    )


def _ratio(z: Complexes, tolerance: float) -> tuple[Fraction, float]:
    t = float(np.exp(np.log(np.abs(z[0]) / np.abs(z[1])).mean() / 2))
    radius = np.radians(tolerance)
    return ratio_near(t * np.exp(-radius), t * np.exp(radius)), t


def _moduli(z: Complexes, sizes: Reals, t: float, d: int) -> Reals:
    """Return ``s`` of each node: the best gauge, for the plain weights, to first order."""
    power = np.array([1.0, 1.0, -2.0])[:, None]
    model = np.stack([np.full_like(sizes, t), np.full_like(sizes, 1 / t), sizes])
    weight = np.abs(z) ** 2 * np.array([1.0, 1.0, (2 * d) ** -2])[:, None]
    gap = np.log(np.maximum(np.abs(z), 1e-300) / model)
    best: Reals = np.exp((weight * power * gap).sum(axis=0) / (weight * power**2).sum(axis=0))
    return best


def _rational(floats: Reals, tolerance: float) -> tuple[Fraction, ...]:
    """Return ratios near these, one and the same for all nodes if there is one."""
    over = np.exp(np.radians(tolerance))
    low, high = float(floats.max() / over), float(floats.min() * over)
    if low <= high:
        try:
            return (ratio_near(low, high),) * len(floats)
        except ValueError:  # nothing of the set is between them
            pass
    return tuple(ratio_near(float(s / over), float(s * over)) for s in floats)


def _with_constants(
    table: NodeTable, x: FrequencyReport, block: NamedBlock, tolerance: float
) -> NamedBlock:
    """Add the two nodes ``g + u + v`` and ``g - u - v``, of `algebra.blocks.order42.order42_at`.

    With ``rho = |u|/g`` the same on both, ``c = +-i/(8 rho)`` in the gauge of ``g = 1``.
    """
    k = x.frequency
    group = table.group
    double = group.multiply(2, k)
    if len(x.place.serving) != 2 or group.multiply(4, k) == 0:
        raise UnnamedError(f"{len(x.place.serving)} constant-part nodes serve it, not two")
    a, b, c = table.z[:, :, list(x.place.serving)]
    p, r = (u.scalar() for u in block.turns)
    g = (a[0] + b[0]).real
    turned = a[double] * np.conj(complex(block.turns[0].scalar())) ** 2
    turned += b[double] * np.conj(complex(block.turns[1].scalar())) ** 2
    along = (turned / 1j).real / 2
    sign, of_g = np.sign(along), np.sign(g)
    if sign[0] == sign[1] * of_g[0] * of_g[1] or not np.all(g):
        raise UnnamedError("the squares of the constant-part nodes that serve it do not cancel")
    radius = np.radians(tolerance)
    mean = float(np.exp(np.log(np.abs(along / g)).mean()))
    rho = ratio_near(mean * np.exp(-radius), mean * np.exp(radius))
    gaps = np.log(np.stack([np.abs(g), np.abs(along) / float(rho), np.abs(c[k]) * 8 * float(rho)]))
    power = np.array([1.0, 1.0, -2.0])[:, None]
    weight = np.stack([g**2 / 2, 4 * along**2, 2 * np.abs(c[k] / (2 * group.order)) ** 2])
    floats = np.exp((weight * power * gaps).sum(axis=0) / (weight * power**2).sum(axis=0))
    moduli = tuple(
        ratio_near(float(s * np.exp(-radius)), float(s * np.exp(radius))) for s in floats
    )
    i = zeta(4)
    nodes: list[ExactNode] = []
    for j, s in enumerate(moduli):
        whole, turn = int(of_g[j]), int(sign[j] * of_g[j])
        share = simple_fraction(float(a[0, j].real / g[j]), tolerance=tolerance)
        node: ExactNode = {
            ("a", double): whole * turn * s * rho * i * p * p,
            ("b", double): whole * turn * s * rho * i * r * r,
            ("c", k): turn / (8 * rho * s**2) * i * (p * r).conjugate(),
        }
        node |= {
            (row, 0): whole * s * part for row, part in (("a", share), ("b", 1 - share)) if part
        }
        nodes.append(node)
    return NamedBlock(
        frequency=k,
        label=block.label,
        composition=block.composition,
        parameters=block.parameters,
        turns=block.turns,
        fitted=block.fitted,
        ratio=block.ratio,
        moduli=block.moduli + moduli,
        fitted_moduli=block.fitted_moduli + tuple(map(float, floats)),
        columns=block.columns + x.place.serving,
        nodes=block.nodes + tuple(nodes),
    )


def _real(table: NodeTable, x: FrequencyReport, tolerance: float) -> NamedBlock:
    """Return the block of a real character, ``a = (1, 1), b = (1, -1), c = (1/2, -1/2)``."""
    z = table.z[:, x.frequency][:, list(x.place.nodes)].real
    signs = np.sign(z[:2]).astype(int)
    if signs.prod() != -1:
        raise UnnamedError("a b has the same sign on both nodes of a real character")
    ratio, t = _ratio(z.astype(np.complex128), tolerance)
    floats = _moduli(z.astype(np.complex128), np.full(2, 0.5), float(ratio), table.group.order)
    moduli = _rational(floats, tolerance)
    one = Unit(1, 0, 1)
    a, b = (tuple(map(int, row)) for row in signs)
    return NamedBlock(
        frequency=x.frequency,
        label=x.label,
        composition=ONE_REAL,
        parameters={},
        turns=(one, one),
        fitted={"t": t},
        ratio=ratio,
        moduli=moduli,
        fitted_moduli=tuple(map(float, floats)),
        columns=x.place.nodes,
        nodes=real_nodes(x.frequency, a, b, ratio, moduli),
    )
