"""An exact global optimizer near a trained one, made of named blocks with parameters in ``Q(i)``.

Every frequency gets the composition that recognition found there. All entries of a composition are
roots of unity times powers of its parameters: unit numbers of ``Q(i)`` make the block exact,
whatever they are, here those of small height within a tolerance of the fitted ones. What else may
be chosen changes no condition: a turn of ``a`` and one of ``b``, and a ratio ``t a, b/t``. What the
blocks leave over, one ``T[0,0,k]`` for each output, is divided among those that carry it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import count
from math import atan, gcd, log, pi, radians, tan
from typing import Any, NamedTuple, final

import numpy as np

from algebra.criterion.tensor import residual
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import Exact, Scalar, to_scalar
from algebra.numbers.units import I, zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element
from numeric.recognition.compositions import (
    COMPOSITIONS,
    NU_I_XI,
    ORDER_4,
    ORDER_42,
    PRODUCTS,
    REAL,
    PhaseTable,
    fit,
)
from numeric.recognition.frequencies import NodeTable
from numeric.recognition.report import NONE, SERVED, FrequencyReport, Recognition

#: In degrees.
TOLERANCE = 0.5
#: Shares of carriers are rounded by up to this part of the largest.
SHARES = 0.05
#: A network whose blocks carry less than this share of what they have to is not followed in it.
CARRIED = 0.1
#: The compositions that solve the task at a frequency, by what recognition calls them.
TABLES = {t.name: t for t in (REAL, *COMPOSITIONS, ORDER_42, *PRODUCTS) if t.name != "syn"}
TABLES[SERVED] = ORDER_42
#: An exact node: its entries at one of ``k, -k``.
ExactNode = dict[tuple[str, Index], Exact]


class UnnamedError(ValueError):
    """Raised for a frequency that has no exact named block near it; says why."""


@final
@dataclass(frozen=True, slots=True)
class Unit:
    """The number ``(x + i y)/D`` of modulus one, ``x^2 + y^2 = D^2``, in lowest terms."""

    x: int
    y: int
    D: int

    def scalar(self) -> Scalar:
        """Return the exact number."""
        return Scalar(Fraction(self.x, self.D)) + Scalar(Fraction(self.y, self.D)) * I

    def __str__(self) -> str:
        if self.D == 1:
            return {(1, 0): "1", (0, 1): "i", (-1, 0): "-1", (0, -1): "-i"}[self.x, self.y]
        return f"({self.x}{self.y:+}i)/{self.D}"


def half_tangent(angle: float, within: float) -> Fraction:
    """Return the ``t`` of least denominator with ``2 arctan t`` near an angle, in radians."""
    near = (Fraction(round(tan(angle / 2) * n), n) for n in count(1))
    return next(t for t in near if abs(2 * atan(t) - angle) <= within)


def unit_near(angle: float, *, tolerance: float) -> Unit:
    """Return the simplest number of modulus one within ``tolerance``, in degrees, of an angle.

    That is ``i^e (1 + it)^2/(1 + t^2)`` with the ``t`` of least denominator, ``|t| < 1/2``.
    """
    quarters = round(2 * angle / pi)
    t = half_tangent(angle - quarters * pi / 2, radians(tolerance))
    p, q = t.as_integer_ratio()
    x, y, height = q * q - p * p, 2 * p * q, q * q + p * p
    common = gcd(x, y, height)
    for _ in range(quarters % 4):
        x, y = -y, x
    return Unit(x // common, y // common, height // common)


def ratio_near(x: float, *, tolerance: float) -> Fraction:
    """Return the fraction of least denominator whose logarithm differs by at most the tolerance.

    In degrees, as if logarithms were angles.
    """
    near = (Fraction(round(x * n), n) for n in count(1))
    return next(y for y in near if y and abs(log(y / x)) <= radians(tolerance))


ONE = Unit(1, 0, 1)


@final
@dataclass(frozen=True, slots=True, eq=False)
class NamedBlock:
    """The exact block of one frequency, nothing carried, and its columns in the trained weights."""

    frequency: int
    label: str
    composition: str
    nodes: tuple[ExactNode, ...]
    columns: tuple[int, ...] = ()
    parameters: Mapping[str, Unit] = field(default_factory=dict)
    turns: tuple[Unit, Unit] = (ONE, ONE)
    ratio: Fraction = Fraction(1)

    @property
    def carrying(self) -> Fraction:
        """What ``c_k = 1`` on every node adds to ``T[0,0,k]``; 0 if it adds more than that."""
        real = self.composition == REAL.name
        a, b = (
            np.array([complex(x.get((p, self.frequency), 0)) for x in self.nodes]) for p in "ab"
        )
        more = [(a * b).sum()] if real else [x.sum() for x in (a * b, a * b.conj(), a * a, b * b)]
        if any(("a", 0) in x for x in self.nodes) or np.abs(more).max() > 1e-9:
            return Fraction(0)
        return (self.ratio**2 + 1 / self.ratio**2) * len(self.nodes) / (2 if real else 1)

    def __str__(self) -> str:
        named = [f"{name}={x}" for name, x in self.parameters.items()]
        return ", ".join([f"k={self.label}: {self.composition}", *named])

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
            "parameters": {name: str(x) for name, x in self.parameters.items()},
            "turn of a": str(self.turns[0]),
            "turn of b": str(self.turns[1]),
            "a over b": str(self.ratio),
            "nodes": list(self.columns),
        }


class Named(NamedTuple):
    """An exact network of named blocks, and what carries which share of what they leave over."""

    element: Element
    blocks: tuple[NamedBlock, ...]
    carriers: tuple[tuple[str, Fraction], ...]
    replaced: Mapping[str, str]

    def details(self, tolerance: float) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "tolerance in degrees": tolerance,
            "blocks": [x.as_json() for x in self.blocks],
            "carriers": {name: str(share) for name, share in self.carriers},
        }

    def lines(self, tolerance: float) -> tuple[str, ...]:
        """Return it in words: the blocks, and for each share the carriers that have it."""
        by_share: dict[Fraction, list[str]] = {}
        for name, share in self.carriers:
            by_share.setdefault(share, []).append(name)
        return (
            f"named blocks, angles within {tolerance:g} degrees of the fitted ones:",
            *(x.line() for x in self.blocks),
            *(
                f"{', '.join(names)}: {'carry' if len(names) > 1 else 'carries'} {share} "
                f"{'each ' * (len(names) > 1)}of what the other blocks leave over, T[0,0,k]"
                for share, names in by_share.items()
            ),
        )


def named_optimizer(found: Recognition, *, tolerance: float = TOLERANCE) -> Named:
    """Return an exact network near a trained one, of named blocks with parameters in ``Q(i)``.

    And why, for each frequency whose nodes have no name, a standard block stands in their place.
    All angles are within the tolerance, in degrees, of the fitted ones.
    """
    blocks: list[NamedBlock] = []
    replaced: dict[str, str] = {}
    for x in found.frequencies:
        try:
            block = _named_block(found.table, x, tolerance)
        except UnnamedError as error:
            replaced[x.label] = str(error)
            block = _standard_block(found.group, x.frequency)
        blocks.append(block)
    nodes = [dict(node) for block in blocks for node in block.nodes]
    left = {
        k: to_scalar(value)
        for (k1, k2, k), value in residual(element(found.group, nodes))
        if not k1 and not k2
    }
    carriers = _carriers(found.table, blocks, left)
    for one in carriers:
        if not one.nodes:
            nodes.append({("a", 0): 1})
        for node in (nodes[i] for i in one.nodes or [-1]):
            node |= {("c", k): -one.share / one.energy * value for k, value in left.items()}
    exact = element(found.group, nodes, name="named optimizer")
    return Named(exact, tuple(blocks), tuple((x.name, x.share) for x in carriers), replaced)


def _named_block(table: NodeTable, x: FrequencyReport, tolerance: float) -> NamedBlock:
    """Return the exact block of the composition that was recognised at one frequency."""
    composition = TABLES.get(x.composition)
    if composition is None:
        alone = "no node reads it alone" if x.composition == NONE else ""
        raise UnnamedError(alone or f"its composition is {x.composition}")
    columns = [j for j in x.place.nodes if j not in x.place.weak]
    if len(columns) != composition.order:
        raise UnnamedError(f"its {len(columns)} nodes are only together {x.composition}")
    z = table.z[:, x.frequency][:, columns]
    [found] = fit(z[None], composition, simplest=True)
    p, r, *free = (unit_near(x, tolerance=tolerance) for x in found.parameters.tolist())
    parameters = dict(zip(composition.parameters[2:], free, strict=True))
    mean = float(np.log(np.abs(z[0]) / np.abs(z[1])).mean())
    ratio = ratio_near(float(np.exp(mean / 2)), tolerance=tolerance)
    signs = found.sign.astype(int).tolist()
    exact = _exact_nodes(composition, x.frequency, parameters, (p, r), ratio, signs)
    places = tuple(columns[i] for i in found.place)
    block = NamedBlock(
        x.frequency, x.label, x.composition, exact, places, parameters, (p, r), ratio
    )
    return _with_constants(table, x, block, tolerance) if composition is ORDER_42 else block


def _standard_block(group: AbelianGroup, k: int) -> NamedBlock:
    """Return ``nu(i)*xi(1)``, or the block of a real character."""
    table, free = (REAL, {}) if group.negate(k) == k else (NU_I_XI, {"xi": ONE})
    nodes = _exact_nodes(table, k, free, (ONE, ONE), Fraction(1), [1] * table.order)
    return NamedBlock(k, group.label(k), table.name, nodes, parameters=free)


def _exact_nodes(
    composition: PhaseTable,
    k: int,
    parameters: Mapping[str, Unit],
    turns: tuple[Unit, Unit],
    t: Fraction,
    signs: Sequence[int],
) -> tuple[ExactNode, ...]:
    """Return the exact nodes in the order of the composition's table."""
    p, r, *free = (x.scalar() for x in (*turns, *parameters.values()))
    nodes: list[ExactNode] = []
    for j, (sign, size) in enumerate(zip(signs, _sizes(composition, parameters), strict=True)):
        node: ExactNode = {}
        for row, (name, scale) in enumerate({"a": sign * t, "b": sign / t, "c": size}.items()):
            twelfths = round(composition.constant[row, j] / (np.pi / 6))
            value = zeta(12, twelfths % 12) * Scalar(scale)
            for number, power in zip((p, r, *free), composition.coefficient[row, j], strict=True):
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
    if composition is not ORDER_42:
        return [Fraction(1, composition.order)] * composition.order
    phi = parameters["phi"]
    cosine, sine2 = Fraction(phi.x, phi.D), Fraction(phi.y, phi.D) ** 2
    if cosine <= 0 or not sine2:
        raise UnnamedError("the angle phi of its four nodes is not between 0 and 90 degrees")
    m = 1 / (8 * sine2 * cosine)
    return [m, m, cosine**2 / (4 * sine2), Fraction(1, 4)]


def _with_constants(
    table: NodeTable, x: FrequencyReport, block: NamedBlock, tolerance: float
) -> NamedBlock:
    """Add the two nodes ``1 + u + v`` and ``1 - u - v``, of `algebra.blocks.order4.order42_at`.

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
    return replace(block, nodes=(*block.nodes, *nodes), columns=(*block.columns, *x.place.serving))


class _Carrier(NamedTuple):
    """Nodes on which ``c_k = 1`` adds ``energy`` to ``T[0,0,k]``, and nothing else.

    Their numbers, or none for a constant node to be added; their columns in the network; and their
    share in what is cancelled.
    """

    name: str
    nodes: Sequence[int]
    columns: tuple[int, ...]
    energy: Fraction
    share: Fraction = Fraction(0)


def _carriers(
    table: NodeTable, blocks: Sequence[NamedBlock], left: Mapping[int, Scalar]
) -> list[_Carrier]:
    """Return what takes a share: blocks that carry, and constant nodes, or a new one.

    Shares are near those in the trained network, and have a small denominator.
    """
    found, first = [], 0
    for x in blocks:
        if x.carrying:
            places = range(first, first + len(x.nodes))
            found.append(_Carrier(f"k={x.label}", places, x.columns, x.carrying))
        first += len(x.nodes)
    constant: list[tuple[int, ...]] = [
        (int(j),) for j in np.flatnonzero(table.live & (table.home == 0) & ~table.mixed)
    ]
    every = constant if found or constant else [()]
    found += [_Carrier("constant", (), columns, Fraction(1, 2)) for columns in every]
    if not left:
        return []
    inner = (np.abs(table.z[:2]) ** 2).sum(axis=(0, 1)) / 2
    inner += (table.z[0, 0] * table.z[1, 0]).real
    ks = list(left)
    wanted = -np.array([complex(left[k]) for k in ks])
    done = [table.z[2][np.ix_(ks, x.columns)] @ inner[list(x.columns)] for x in found]
    measured = np.array([max(0.0, float((x / wanted).real.mean())) for x in done])
    if measured.sum() < CARRIED:
        measured[:] = 1
    measured /= measured.sum()
    number, counts = 0, np.zeros(len(found))
    while np.abs(counts / max(counts.sum(), 1) - measured).max() > SHARES * measured.max():
        number += 1
        counts = np.rint(measured * number)
    shared = zip(found, counts, strict=True)
    return [x._replace(share=Fraction(int(n), int(counts.sum()))) for x, n in shared if n]
