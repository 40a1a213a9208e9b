"""What recognition says of one frequency: what is there, where, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from math import atan, degrees, radians, tan
from statistics import median
from typing import Any, final

import numpy as np

from algebra.numbers.arrays import Complexes, Int64, Reals
from numeric.recognition.frequencies import NodeTable

#: Roots of unity up to this order are named if an angle is so near one, in degrees.
ROOTS, SAME = 48, 1e-6
#: Else how far the number may be from the angle.
NEAR = 0.05
#: Lists of more nodes than this are left out, and their length is said.
LISTED = 32
UNKNOWN, NONE = "unknown", "none"
#: One or two nodes at a real character.
SHORT_2, ONE_REAL, REAL_GENERAL = "short 2", "real", "real, general"
SHORT_3, SHORT_3_GENERAL = "short 3", "short 3, general"
SHORT_4, SHORT_4_GENERAL = "short 4", "short 4, general"
SHORT_5 = "short 5"
#: Four nodes at a character of order 4 that leave nothing over.
CORNERS = "corners"
#: Four nodes with constant-part nodes that serve them: in closed form, and any others.
ORDER_42, SERVED = "order42", "order 4 + constants"
#: Many nodes whose phases agree, and are spread over the circle.
RANDOM_PHASES = "random phases"
#: Nodes that meet all conditions, of no composition with a name.
GENERAL = "general"
#: What the analysis of [Tian24] calls non-factorable.
NOT_FACTORABLE = (ORDER_42, SERVED)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What nodes are.

    Args:
        composition: the best composition; ``general`` if none has a name but all conditions are
            met, ``unknown`` if not, ``none`` without nodes.
        residual: ``|nodes - composition| / |composition|``, every node in its balanced gauge,
            weak nodes left out.
        parameters: the free parameters in their fundamental domain, as angles in degrees.
        model: the fitted composition in the nodes' order and gauge, shape (3, n); empty if none.
        tried: the residual of every composition that was tried.
        reason: in words, why it is ``unknown``, or what ``general`` nodes are; else empty.
    """

    composition: str
    residual: float = float("inf")
    parameters: Mapping[str, float] = field(default_factory=dict)
    model: Complexes = field(default_factory=lambda: np.empty((3, 0), dtype=np.complex128))
    tried: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


@final
@dataclass(frozen=True, slots=True)
class Place:
    """Where the nodes of a frequency are, by their columns of the weights.

    Args:
        nodes: those that make its block.
        weak: of these the ones too small to matter, below a quarter of the largest: they add less
            than 2 % of it to any condition.
        shared: of these the ones that read other frequencies as well.
        partners: those other frequencies.
        serving: constant-part nodes that read another frequency, and cancel what these leave.
    """

    nodes: tuple[int, ...]
    weak: tuple[int, ...]
    shared: tuple[int, ...]
    partners: tuple[str, ...]
    serving: tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class Sums:
    """What the conditions say of a frequency.

    Args:
        potentials: the ten monomial potentials of its nodes, by name.
        leftover: what its nodes add to ``T[0,0,k]``: ``aa-c + bb-c`` without constant parts, half
            of that at a real character.
        carried: what all other nodes add to ``T[0,0,k]``; ideally minus ``leftover``.
        served: what constant-part nodes add to ``aac, a-a-c, bbc, b-b-c``; ideally minus these.
        missed: the largest of ``T[k1,k2,k] - [k1 = k2 = k]`` of the whole network, for ``k1, k2``
            among ``0, +-k, +-2k`` but ``T[0,0,k]``.
    """

    potentials: Mapping[str, complex]
    leftover: complex
    carried: complex
    served: tuple[complex, complex, complex, complex]
    missed: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class FrequencyReport:
    """What is at one frequency.

    Args:
        frequency: its index; of ``{k, -k}`` the smaller.
        label: its name in the group.
        character: the order of the character, the least ``n`` with ``n k = 0``.
        match: what its nodes are.
        place: where they are.
        sums: what they add up to.
        together: how they act together, however many they are.
        entries: the nodes' entries in their balanced gauge, shape (3, n).
    """

    frequency: int
    label: str
    character: int
    match: Match
    place: Place
    sums: Sums
    together: Together
    entries: Complexes

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """What a person reads of it: frequency, nodes, composition, parameters, residual."""
        match = self.match
        angles = ", ".join(f"{name} {a:.1f} degrees" for name, a in match.parameters.items())
        off = f"{match.residual:.2%}" if np.isfinite(match.residual) else ""
        return self.label, str(self.order), match.composition, angles, off

    @property
    def order(self) -> int:
        """The number of nodes."""
        return len(self.place.nodes)

    @property
    def composition(self) -> str:
        """The name of what its nodes are."""
        return self.match.composition

    def as_json(self) -> dict[str, Any]:
        """Return plain data; complex numbers as ``[re, im]``, what is not finite as None."""
        match, place, sums, together = self.match, self.place, self.sums, self.together
        return {
            "frequency": self.label,
            "order": self.order,
            "nodes": listed(place.nodes),
            "character order": self.character,
            "composition": self.composition,
            "reason": match.reason,
            "missed": _number(sums.missed),
            "parameters": {name: _rounded(x, 4) for name, x in match.parameters.items()},
            "residual": _number(match.residual),
            "tried": {name: _number(x) for name, x in match.tried.items()},
            "potentials": {name: _pair(x) for name, x in sums.potentials.items()},
            "leftover": _pair(sums.leftover),
            "carried": _pair(sums.carried),
            "served": [_pair(x) for x in sums.served],
            "serving": listed(place.serving),
            "weak": listed(place.weak),
            "shared": listed(place.shared),
            "partners": list(place.partners),
            "gain": _number(together.gain),
            "share": _rounded(together.share, 4),
            "effective": _rounded(together.effective, 2),
            "alone": _rounded(together.alone, 4),
            "phase": _rounded(together.phase, 2),
            "acts as": together.acts_as,
            "off": _rounded(together.off, 4),
        }


def listed(items: Sequence[Any]) -> list[Any] | None:
    """Return a list, or None for one that nobody would read."""
    return list(items) if len(items) <= LISTED else None


def finite(x: float) -> float | None:
    """Return the number, or None for what JSON has no word for."""
    return x if np.isfinite(x) else None


def _number(x: float) -> float | None:
    return finite(float(f"{x:.6g}"))


def _rounded(x: float, digits: int) -> float | None:
    return finite(round(x, digits))


def _pair(x: complex) -> list[float | None]:
    return [_rounded(x.real, 6), _rounded(x.imag, 6)]


def typed(angle: float) -> str:
    """Return a number whose angle this is: a root of unity, else within .05 degrees a `unit`.

    Args:
        angle: in degrees, from 0 to 180.

    >>> [typed(x) for x in (0, 180, 90, 22.5, 67.5, 36.87, 44.6)]
    ['1', '-1', 'i', 'zeta(16)', 'zeta(16)^3', 'unit(1/3)', 'unit(16/39)']
    """
    turn = Fraction(angle / 360).limit_denominator(ROOTS)
    if abs(360 * turn - angle) <= SAME:
        n, e = turn.denominator, turn.numerator
        known = {(1, 0): "1", (2, 1): "-1", (4, 1): "i"}
        return known.get((n, e % n), f"zeta({n}){f'^{e}' if e > 1 else ''}")
    bound, t = 1, tan(radians(min(angle, 180 - NEAR)) / 2)
    while abs(2 * degrees(atan(near := Fraction(t).limit_denominator(bound))) - angle) > NEAR:
        bound += 1
    return "1" if near == 0 else f"unit({near})"


#: Moduli of the potentials that blocks leave, ``abc`` being 1; all others are 0.
LEAVES: dict[str, dict[str, float]] = {
    "nu*syn": {},
    "nu(i)*xi": {"aa-c": 0.5**0.5, "bb-c": 0.5**0.5},
    "syn": {"aac": 1.0, "bbc": 1.0},
    "syn, one input conjugated": {"a-a-c": 1.0, "b-b-c": 1.0},
}
#: A sum acts as a block if no potential is farther than this from the block's.
ACTS = 0.35
NONE_KNOWN = "no known block"


@final
@dataclass(frozen=True, slots=True)
class Together:
    """What all live nodes are at one frequency.

    Args:
        gain: the real part of ``T[k,k,k]``, 1 in a network of zero loss.
        share: of the power of all live nodes' inputs but their constants, every node scaled such
            that its inputs have the size of its output.
        effective: how many nodes there are if those count that matter, ``(sum p)^2 / sum p^2`` with
            ``p = |a b c|`` of each node.
        alone: the least share of the power of their inputs that the frequency's nodes have at it.
        phase: the median of ``|arg a + arg b + arg c|`` of its nodes, in degrees.
        acts_as: the block that leaves over what these nodes leave, or ``no known block``.
        off: the largest difference of the moduli of potentials from that block's, by ``|abc|``.
    """

    gain: float
    share: float
    effective: float
    alone: float
    phase: float
    acts_as: str
    off: float


@final
@dataclass(frozen=True, slots=True)
class UpToScale:
    """What a network is like whose outputs have no scale.

    Args:
        gains: the least and the largest ``T[k,k,k]``.
        least: the least share of the power of its inputs that a node has at one frequency.
        median: the median of these shares.
        same: the share of nodes that write to the frequency that they read.
        phase: the median of ``|arg a + arg b + arg c|`` over all nodes, each at its frequency.
    """

    gains: tuple[float, float]
    least: float
    median: float
    same: float
    phase: float

    def __str__(self) -> str:
        low, high = self.gains
        return (
            f"up to scale: T[k,k,k] is {low:.3g} to {high:.3g}; nodes have at least "
            f"{self.least:.1%} (median {self.median:.1%}) of the power of their inputs at one "
            f"frequency, and {self.same:.0%} of them write to it most; "
            f"|arg a + arg b + arg c| is {self.phase:.1f} degrees in the median"
        )

    def as_json(self) -> dict[str, object]:
        """Return plain data."""
        return asdict(self)


def together(
    table: NodeTable, k: int, nodes: Int64, potentials: Mapping[str, complex], gain: complex
) -> Together:
    """Return what nodes are at a frequency.

    Args:
        table: all nodes.
        k: the frequency.
        nodes: those that make its block.
        potentials: of all live nodes at the frequency.
        gain: ``T[k,k,k]``.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> from numeric.recognition.recognise import recognise
    >>> z = optimizers.nine_per_frequency(AbelianGroup("Z7"))
    >>> found = recognise(embed(z)).frequencies[0].together
    >>> round(found.effective, 6), round(found.phase, 6), found.acts_as, found.off < 1e-12
    (9.0, 0.0, 'nu*syn', True)
    """
    a, b, c = table.z[:, k]
    size = np.abs(a * b * c)[table.live]
    total = float((size**2).sum())
    one = max(abs(potentials["abc"]), 1e-300)
    off = {
        name: max(abs(abs(x) / one - left.get(r, 0.0)) for r, x in potentials.items() if r != "abc")
        for name, left in LEAVES.items()
    }
    if table.group.negate(k) == k:  # where abc = 1 is the only condition
        off = {"real": 0.0}
    best = min(off, key=lambda name: off[name])
    at, phase = table.alone[nodes], _phases(table, np.full(len(nodes), k), nodes)
    return Together(
        gain=float(gain.real),
        share=float(table.share[table.group.representatives == k].sum()),
        effective=float(size.sum() ** 2 / total) if total else 0.0,
        alone=float(at.min(initial=1.0)),
        phase=median(phase.tolist()) if len(nodes) else 0.0,
        acts_as=best if off[best] <= ACTS else NONE_KNOWN,
        off=off[best],
    )


def up_to_scale(table: NodeTable, gains: Mapping[int, float]) -> UpToScale:
    """Return what a network is like, given ``T[k,k,k]`` by frequency."""
    nodes = np.flatnonzero(table.live & (table.home > 0))
    alone = table.alone[nodes]
    phase = _phases(table, table.home[nodes], nodes)
    values = list(gains.values()) or [0.0]
    return UpToScale(
        gains=(min(values), max(values)),
        least=float(alone.min(initial=1.0)),
        median=median(alone.tolist()) if len(nodes) else 0.0,
        same=float((table.output == table.home)[nodes].mean()) if len(nodes) else 0.0,
        phase=median(phase.tolist()) if len(nodes) else 0.0,
    )


def _phases(table: NodeTable, k: Int64, nodes: Int64) -> Reals:
    """Return ``|arg a + arg b + arg c|`` of nodes, each at a frequency, in degrees."""
    a, b, c = table.z[:, k, nodes]
    return np.asarray(np.degrees(np.abs(np.angle(a * b * c))), dtype=np.float64)
