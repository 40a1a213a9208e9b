"""What recognition says of a network, and of each frequency of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, NamedTuple, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import Isotopy, is_latin
from algebra.numbers.arrays import Complexes
from algebra.numbers.text import text_latex
from algebra.semiring.shown import html_table, latex_table, text_table
from numeric.operations.identify import identify
from numeric.operations.named import operations
from numeric.recognition.frequencies import NodeTable
from numeric.weights.performance import Performance

LEARNED = 0.95
#: Of the table of frequencies.
HEADINGS = ("k", "nodes", "composition", "parameters", "residual")
#: Lists of more nodes than this are left out, and their length is said.
LISTED = 32
#: A name where all conditions are met, but by no composition with a name; where they are not; and
#: where there are no nodes.
GENERAL, UNKNOWN, NONE = "general", "unknown", "none"
#: Many nodes whose phases agree, and are spread over the circle.
RANDOM_PHASES = "random phases"
#: Four nodes and the constant-part nodes that serve them, in no closed form.
SERVED = "order 4 + constants"
#: What the analysis of [Tian24] calls non-factorable.
NOT_FACTORABLE = ("order42", SERVED)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """What nodes are: the best composition by its name, and how far they are from it.

    The residual is ``|nodes - model| / |model|``, nodes balanced, weak ones left out; parameters
    are angles in degrees, in their fundamental domain; the model is in the nodes' order and gauge,
    shape (3, n), or empty; ``tried`` has the residual of every composition, and ``reason`` says in
    words why it is ``unknown``, or what ``general`` nodes are.
    """

    composition: str
    residual: float = float("inf")
    parameters: Mapping[str, float] = field(default_factory=dict)
    model: Complexes = field(default_factory=lambda: np.empty((3, 0), dtype=np.complex128))
    tried: Mapping[str, float] = field(default_factory=dict)
    reason: str = ""


class Place(NamedTuple):
    """Where the nodes of a frequency are, by their columns of the weights.

    Those of its block; of these those below a quarter of the largest, and those that read other
    frequencies; which these are; and constant-part nodes of others that cancel what these leave.
    """

    nodes: tuple[int, ...]
    weak: tuple[int, ...]
    shared: tuple[int, ...]
    partners: tuple[str, ...]
    serving: tuple[int, ...]


class Sums(NamedTuple):
    """What the conditions say of a frequency; docs/reference/command-line.md, its JSON.

    ``served`` is what constant-part nodes add to ``aac, a-a-c, bbc, b-b-c``, ideally minus these.
    """

    potentials: Mapping[str, complex]
    leftover: complex
    carried: complex
    served: tuple[complex, ...]
    missed: float


class Together(NamedTuple):
    """What all live nodes are at one frequency: docs/theory/recognition.md, "Many nodes"."""

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
    """What is at one frequency: at ``frequency``, of ``{k, -k}`` the smaller, called ``label``.

    ``character`` is the order of the character, the least ``n`` with ``n k = 0``; ``entries`` are
    the nodes' in their balanced gauge, shape (3, n).
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
        match = {
            "composition": self.composition,
            "reason": self.match.reason,
            "parameters": self.match.parameters,
            "residual": self.match.residual,
            "tried": self.match.tried,
        }
        parts = (self.place, self.sums, self.together)
        known = match | {name: x for part in parts for name, x in part._asdict().items()}
        return {
            "frequency": self.label,
            "order": self.order,
            "character order": self.character,
            **{name.replace("_", " "): _plain(x) for name, x in known.items()},
        }


def _plain(x: Any) -> Any:
    """Return what JSON can hold: numbers rounded, None for infinity and for a list too long."""
    match x:
        case float():
            return _finite(float(f"{x:.6g}"))
        case complex():
            return [_finite(round(part, 6)) for part in (x.real, x.imag)]
        case Mapping():
            return {name: _plain(y) for name, y in x.items()}
        case tuple():
            return [_plain(y) for y in x] if len(x) <= LISTED else None
    return x


def _finite(x: float) -> float | None:
    return x if np.isfinite(x) else None


class UpToScale(NamedTuple):
    """What a network is like whose outputs have no scale.

    The least and the largest ``T[k,k,k]``; the least and the median share of a node's inputs at one
    frequency; the share of nodes that write to what they read; the median ``|arg a + arg b + arg
    c|``, each node at its frequency.
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


class SeveralNode(NamedTuple):
    """A node that reads several frequencies: its column, what it reads, and what it writes to.

    What it reads includes the trivial one if it has a constant part; a weak one is too small to
    matter to what is recognised.
    """

    node: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    weak: bool

    def __str__(self) -> str:
        return (
            f"node {self.node} reads {len(self.reads)} frequencies ({a_few(self.reads)}) and "
            f"writes to {a_few(self.writes)}{', weakly' if self.weak else ''}"
        )


@final
@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """What is in a network of so many hidden nodes.

    Args:
        frequencies: one report for each pair ``{k, -k}`` and real character.
        dead: nodes without effect.
        carriers: nodes that write to frequencies they do not read.
        constants: nodes with a constant part.
        several: the nodes that read several frequencies, and which.
        memorized: the number of pairs ``(x, y)`` with a node that answers to them alone.
        measured: loss and accuracy on all pairs.
        wrong_scale: how outputs that are right differ from one-hot by their scale, or None.
        up_to_scale: what there is to say of outputs that are right and have no scale near 1, whose
            blocks are recognised up to a factor; None for others.
        isotopy: what it computes, if not ``x + y``; group and frequencies are those of the network
            relabelled by it.
    """

    group: AbelianGroup
    width: int
    frequencies: tuple[FrequencyReport, ...]
    dead: tuple[int, ...]
    carriers: tuple[int, ...]
    constants: tuple[int, ...]
    several: tuple[SeveralNode, ...]
    memorized: int
    measured: Performance
    wrong_scale: str | None
    up_to_scale: UpToScale | None
    table: NodeTable = field(repr=False)
    isotopy: Isotopy | None = None

    def __repr__(self) -> str:
        what = ", ".join(f"{name} {n}" for name, n in self.compositions.items()) or "none"
        return (
            f"<Recognition of {self.width} nodes over {self.group}: {what}; "
            f"loss {self.measured.loss:.4g}, accuracy {self.measured.accuracy:.2%}>"
        )

    @property
    def _lines(self) -> list[tuple[str, ...]]:
        return [HEADINGS, *(x.cells for x in self.frequencies)]

    def __str__(self) -> str:
        return "\n".join([repr(self), *text_table(self._lines)])

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{html_table(self._lines)}"

    def _repr_latex_(self) -> str:
        cells = [[text_latex(x) for x in line] for line in self._lines]
        return latex_table(cells, columns="rrllr")

    @property
    def mixed(self) -> tuple[int, ...]:
        """The nodes that read several frequencies."""
        return tuple(x.node for x in self.several)

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
        """Whether at least 95 % of all pairs are answered correctly, by outputs near one-hot."""
        return self.measured.accuracy >= LEARNED and self.wrong_scale is None

    @property
    def _task(self) -> str:
        return f"x + y over {self.group}" if self.isotopy is None else self.isotopy.name

    def not_learned(self, *, said: tuple[str, ...] = ()) -> str | None:
        """Return why there is no exact solution to look for in these weights, or None.

        Without sentences that were ``said`` before.
        """
        if self.measured.accuracy >= LEARNED:
            return self.wrong_scale
        share = f"{self.measured.accuracy:.1%} of all pairs"
        loss = f"loss {self.measured.loss:.3g}"
        answers, task, seen = self.measured.answers, self.group.products, ""
        if (asked := self.isotopy) is not None:  # back to the numbers of the file
            p, s, r = (np.array(q) for q in (asked.p, asked.s, asked.r))
            answers, task = np.argsort(r)[answers[np.ix_(p, s)]], asked.table()
            seen = "" if asked.numbers is None else "of the numbers that are kept, "
        found = identify(answers, self.group)
        it = found.isotopy
        why = [] if str(found) in said else [f"{seen}{found}"]
        same = it is not None and it.numbers is None and np.array_equal(it.table(), task)
        if is_latin(answers) if it is None else not same:
            if it is not None and it.is_addition and it.group != self.group:
                why.append(f"pass --group {it.group} (AbelianGroup({str(it.group)!r}))")
            head = f"the network computes another operation than {self._task} ({share}, {loss})"
        else:
            empty = [x.label for x in self.frequencies if not x.order]
            why = why if it is None else []
            why += [f"no node reads the frequencies {a_few(empty)}"] if empty else []
            head = f"the network has not learned: {share} are answered correctly, {loss}"
        return "; ".join([head, *why])

    def table2(self) -> dict[str, float]:
        """Return the shares of Table 2 of [Tian24], in percent of factorable orders 4 and 6.

        The last, of non-factorable blocks, is in percent of the frequencies of order 4.
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
        task, right = self._task, self.measured.accuracy
        if right < LEARNED:  # what the answers are most often
            best = operations(self.measured.answers, self.group)[0]
            task, right = best.name, best.accuracy
        return {
            "group": str(self.group),
            "width": self.width,
            "loss": _finite(self.measured.loss),
            "accuracy": self.measured.accuracy,
            "learned": self.learned,
            "scale": _finite(self.measured.scale),
            "latin": is_latin(self.measured.answers),
            "operation": task,
            "operation accuracy": right,
            "isotopy": self.isotopy and self.isotopy.as_json(),
            "orders": {str(n): count for n, count in self.orders.items()},
            "compositions": self.compositions,
            "table2": self.table2(),
            "dead": len(self.dead),
            "carriers": _plain(self.carriers),
            "constants": _plain(self.constants),
            "mixed": _plain(self.mixed),
            "counts": {
                "live": self.width - len(self.dead),
                "carriers": len(self.carriers),
                "constants": len(self.constants),
                "mixed": len(self.mixed),
            },
            "several": _plain(tuple(x._asdict() for x in self.several)),
            "up to scale": self.up_to_scale and self.up_to_scale._asdict(),
            "memorized": self.memorized,
            "frequencies": [x.as_json() for x in self.frequencies],
        }


def a_few(names: Sequence[str]) -> str:
    """Return the first names, and how many there are."""
    return ", ".join(names[:6]) + (f", ... ({len(names)} in all)" if len(names) > 6 else "")
