"""What recognition says of one frequency: what is there, where, and what it adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, final

import numpy as np

from algebra.numbers.arrays import Complexes

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
        composition: the best one; ``general`` if none has a name but all conditions are met,
            ``unknown`` if not, ``none`` without nodes.
        residual: ``|nodes - composition| / |composition|``, nodes balanced, weak ones left out.
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


class Place(NamedTuple):
    """Where the nodes of a frequency are, by their columns of the weights.

    Those that make its block; of these the weak ones, below a quarter of the largest, which add
    less than 2 % of it to any condition, and those that read other frequencies as well; these other
    frequencies; and constant-part nodes that read another frequency, and cancel what these leave.
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
        match, sums = self.match, self.sums
        return {
            "frequency": self.label,
            "order": self.order,
            "character order": self.character,
            "composition": self.composition,
            "reason": match.reason,
            "missed": _rounded(sums.missed),
            "parameters": {name: _rounded(x) for name, x in match.parameters.items()},
            "residual": _rounded(match.residual),
            "tried": {name: _rounded(x) for name, x in match.tried.items()},
            "potentials": {name: _pair(x) for name, x in sums.potentials.items()},
            "leftover": _pair(sums.leftover),
            "carried": _pair(sums.carried),
            "served": [_pair(x) for x in sums.served],
            **{name: listed(some) for name, some in self.place._asdict().items()},
            **{
                name.replace("_", " "): x if isinstance(x, str) else _rounded(x)
                for name, x in asdict(self.together).items()
            },
        }


def listed(items: Sequence[Any]) -> list[Any] | None:
    """Return a list, or None for one that nobody would read."""
    return list(items) if len(items) <= LISTED else None


def finite(x: float) -> float | None:
    """Return the number, or None for what JSON has no word for."""
    return x if np.isfinite(x) else None


def _rounded(x: float) -> float | None:
    return finite(float(f"{x:.6g}"))


def _pair(x: complex) -> list[float | None]:
    return [finite(round(part, 6)) for part in (x.real, x.imag)]
