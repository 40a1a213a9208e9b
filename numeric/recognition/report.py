"""What recognition says: of each frequency, of nodes that read several, and in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes
from numeric.recognition.frequencies import NodeTable
from numeric.weights.operations import Operation, is_latin, operations
from numeric.weights.performance import Performance

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
#: Nodes that meet all conditions, of no composition with a name.
GENERAL = "general"
#: What solves the task at a real character.
REALS = (SHORT_2, ONE_REAL, REAL_GENERAL)
#: What the analysis of [Tian24] calls non-factorable.
NOT_FACTORABLE = (ORDER_42, SERVED)
LEARNED = 0.99


@final
@dataclass(frozen=True, slots=True)
class SeveralNode:
    """A node that reads several frequencies.

    Args:
        node: its column.
        reads: the frequencies it reads, the trivial one included if it has a constant part.
        writes: the frequencies it writes to.
        weak: whether it is too small to matter to what is recognised.
    """

    node: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    weak: bool

    def __str__(self) -> str:
        return (
            f"node {self.node} reads {len(self.reads)} frequencies ({a_few(list(self.reads))}) and "
            f"writes to {a_few(list(self.writes))}{', weakly' if self.weak else ''}"
        )


@final
@dataclass(frozen=True, slots=True, eq=False)
class FrequencyReport:
    """What is at one frequency.

    Args:
        frequency: its index; of ``{k, -k}`` the smaller.
        label: its name in the group.
        nodes: the hidden nodes that make its block, columns of the weights.
        character: the order of the character, the least ``n`` with ``n k = 0``.
        composition: the best composition; ``general`` if none has a name but all conditions are
            met, ``unknown`` if not, ``none`` without nodes.
        reason: in words, why it is ``unknown``, or what ``general`` nodes are; else empty.
        missed: the largest of ``T[k1,k2,k] - [k1 = k2 = k]`` of the whole network, for ``k1, k2``
            among ``0, +-k, +-2k`` but ``T[0,0,k]``.
        parameters: the free parameters in their fundamental domain, as angles in degrees.
        turns: the phases by which ``a`` and ``b`` are turned, in degrees.
        residual: ``|nodes - composition| / |composition|``, every node in its balanced gauge,
            weak nodes left out.
        tried: the residual of every composition that was tried.
        gauge: ``s`` for each node: ``(a, b, c) = (s a', s b', c'/s^2)`` with equal moduli.
        potentials: the ten monomial potentials, by name.
        leftover: what its nodes add to ``T[0,0,k]``: ``aa-c + bb-c`` without constant parts, half
            of that at a real character.
        carried: what all other nodes add to ``T[0,0,k]``; ideally minus ``leftover``.
        served: what constant-part nodes add to ``aac, a-a-c, bbc, b-b-c``; ideally minus these.
        serving: those constant-part nodes.
        weak: nodes too small to matter, below a quarter of the largest: they add less than 2 % of
            it to any condition.
        shared: nodes of this block that read other frequencies as well.
        partners: those other frequencies.
        entries: the nodes' entries in their balanced gauge, shape (3, n).
        model: the fitted composition in the same gauge, shape (3, n); empty if none.
    """

    frequency: int
    label: str
    nodes: tuple[int, ...]
    character: int
    composition: str
    reason: str
    missed: float
    parameters: Mapping[str, float]
    turns: tuple[float, float]
    residual: float
    tried: Mapping[str, float]
    gauge: tuple[float, ...]
    potentials: Mapping[str, complex]
    leftover: complex
    carried: complex
    served: tuple[complex, complex, complex, complex]
    serving: tuple[int, ...]
    weak: tuple[int, ...]
    shared: tuple[int, ...]
    partners: tuple[str, ...]
    entries: Complexes
    model: Complexes

    @property
    def order(self) -> int:
        """The number of nodes."""
        return len(self.nodes)

    def as_json(self) -> dict[str, Any]:
        """Return plain data; complex numbers as ``[re, im]``, what is not finite as None."""
        return {
            "frequency": self.label,
            "order": self.order,
            "nodes": list(self.nodes),
            "character order": self.character,
            "composition": self.composition,
            "reason": self.reason,
            "missed": _number(self.missed),
            "parameters": {name: _rounded(x, 4) for name, x in self.parameters.items()},
            "turns": [_rounded(x, 4) for x in self.turns],
            "residual": _number(self.residual),
            "tried": {name: _number(x) for name, x in self.tried.items()},
            "gauge": [_rounded(x, 6) for x in self.gauge],
            "potentials": {name: _pair(x) for name, x in self.potentials.items()},
            "leftover": _pair(self.leftover),
            "carried": _pair(self.carried),
            "served": [_pair(x) for x in self.served],
            "serving": list(self.serving),
            "weak": list(self.weak),
            "shared": list(self.shared),
            "partners": list(self.partners),
        }


@final
@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """What is in a network.

    Args:
        group: the group.
        width: the number of hidden nodes.
        frequencies: one report for each pair ``{k, -k}`` and real character.
        dead: nodes without effect.
        carriers: nodes that write to frequencies they do not read.
        constants: nodes with a constant part.
        mixed: nodes that read several frequencies.
        several: which frequencies these are, by node.
        memorized: the number of pairs ``(x, y)`` with a node that answers to them alone.
        measured: loss and accuracy on all pairs.
    """

    group: AbelianGroup
    width: int
    frequencies: tuple[FrequencyReport, ...]
    dead: tuple[int, ...]
    carriers: tuple[int, ...]
    constants: tuple[int, ...]
    mixed: tuple[int, ...]
    several: tuple[SeveralNode, ...]
    memorized: int
    measured: Performance
    table: NodeTable = field(repr=False)

    @property
    def orders(self) -> dict[int, int]:
        """The number of frequencies of each order."""
        return dict(sorted(Counter(x.order for x in self.frequencies).items()))

    @property
    def compositions(self) -> dict[str, int]:
        """The number of frequencies of each composition, most frequent first."""
        return dict(Counter(x.composition for x in self.frequencies).most_common())

    @property
    def learned(self) -> bool:
        """Whether at least 99 % of all pairs are answered correctly, by outputs near one-hot."""
        return self.measured.accuracy >= LEARNED and self.measured.wrong_scale() is None

    def operation(self) -> Operation:
        """Return the operation whose answers these are, or are most often."""
        measured = self.measured
        if measured.accuracy >= LEARNED:
            pairs = self.group.order**2
            return Operation(f"x + y over {self.group}", measured.accuracy, pairs, self.group)
        return operations(measured.answers, self.group)[0]

    def not_learned(self) -> str | None:
        """Return why there is no exact solution to look for in these weights, or None."""
        if self.measured.accuracy >= LEARNED:
            return self.measured.wrong_scale()
        best, share = self.operation(), f"{self.measured.accuracy:.1%} of all pairs"
        named = f"{best.name} in {best.accuracy:.1%} of {best.pairs} pairs"
        latin = is_latin(self.measured.answers)
        table = f"its predictions form {'a' if latin else 'no'} Latin square"
        if best.accuracy >= LEARNED or latin:
            known = "" if best.accuracy >= LEARNED else "none that is tried, at best "
            other = best.sum_of
            return (
                f"the network computes another operation than x + y over {self.group} ({share}, "
                f"loss {self.measured.loss:.3g}): {known}{named}; {table}"
                f"{f'; pass --group {other} (AbelianGroup({str(other)!r}))' if other else ''}"
            )
        empty = [x.label for x in self.frequencies if not x.order]
        some = f"; no node reads the frequencies {a_few(empty)}" if empty else ""
        return (
            f"the network has not learned: {share} are answered correctly, loss "
            f"{self.measured.loss:.3g}; {table}, and the best of the operations tried is {named}"
            f"{some}"
        )

    def table2(self) -> dict[str, float]:
        """Return the shares of Table 2 of [Tian24], in percent of factorable orders 4 and 6.

        The last share, of non-factorable blocks, is in percent of the frequencies of order 4.
        """
        of = [x for x in self.frequencies if x.order in (4, 6)]
        served = [x for x in of if x.composition in NOT_FACTORABLE]
        count = Counter(x.composition for x in of)
        whole = max(1, len(of) - len(served))
        names = ("nu(i)*xi", "nu(i)*syn(al,be)", "nu*syn")
        shares = {name: 100 * count[name] / whole for name in names}
        shares["others"] = 100 * (len(of) - len(served)) / whole - sum(shares.values())
        four = max(1, sum(x.order == 4 for x in of))
        return {**shares, "non-factorable order 4": 100 * len(served) / four}

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        operation = self.operation()
        return {
            "group": str(self.group),
            "width": self.width,
            "loss": _finite(self.measured.loss),
            "accuracy": self.measured.accuracy,
            "learned": self.learned,
            "scale": _finite(self.measured.scale),
            "latin": is_latin(self.measured.answers),
            "operation": operation.name,
            "operation accuracy": operation.accuracy,
            "orders": {str(n): count for n, count in self.orders.items()},
            "compositions": self.compositions,
            "table2": self.table2(),
            "dead": len(self.dead),
            "carriers": list(self.carriers),
            "constants": list(self.constants),
            "mixed": list(self.mixed),
            "several": [
                {
                    "node": x.node,
                    "reads": list(x.reads),
                    "writes": list(x.writes),
                    "weak": x.weak,
                }
                for x in self.several
            ],
            "memorized": self.memorized,
            "frequencies": [x.as_json() for x in self.frequencies],
        }


def _finite(x: float) -> float | None:
    """Return the number, or None for what JSON has no word for."""
    return x if np.isfinite(x) else None


def _number(x: float) -> float | None:
    return _finite(float(f"{x:.6g}"))


def _rounded(x: float, digits: int) -> float | None:
    return _finite(round(x, digits))


def _pair(x: complex) -> list[float | None]:
    return [_rounded(x.real, 6), _rounded(x.imag, 6)]


def a_few(names: list[str]) -> str:
    """Return the first names, and how many there are."""
    return ", ".join(names[:6]) + (f", ... ({len(names)} in all)" if len(names) > 6 else "")
