"""From a trained network to the exact ones next to it, of every kind, and their distances."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Literal, Unpack, final

from algebra.networks.table_network import TableNetwork
from algebra.semiring.element import Element
from numeric.exact.family import family_of
from numeric.exact.named import TOLERANCE, named_optimizer
from numeric.exact.nearest import nearest_float
from numeric.exact.over_a_table import nearest_over_a_table
from numeric.exact.projection import STEPS, NoneNearError, balanced, distance, floats, plain
from numeric.recognition.over_a_table import TableRecognition
from numeric.recognition.recognise import NotLearnedError, recognise
from numeric.recognition.report import Recognition, a_few
from numeric.weights.given import Given, How, Reading, reading
from numeric.weights.performance import Progress
from numeric.weights.plain_network import Weights
from numeric.work.time_limit import SECONDS, OutOfTimeError, given_up_at

#: In degrees: with a smaller tolerance numbers would be long, with a larger one anything.
LEAST_TOLERANCE, MOST_TOLERANCE = 0.05, 45
#: What is not ready so many seconds later is given up.
GRACE = 3.0
AS = "what is proved of it with its own activation, cogo verify says"
NAMELESS = "over a table only what cogo build makes has a name"
AS_SQUARES = f"exact optimizers are networks of squares, and the weights are taken as one: {AS}"
#: A network of less loss is looked at in its own scale, in which its entries may be short numbers.
EXACT = 1e-20
#: A network of more loss than this is no exact one, rounded.
LOSS = 1e-9
#: What is farther than this, relatively, has little to do with the network.
FAR = 0.5

Kind = Literal["family", "nearest", "named"]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Certified:
    """An exact network next to a trained one; that it is an optimizer is for a checker to decide.

    Args:
        kind: ``"nearest"``, of whatever entries; ``"named"``, of the recognised blocks; or
            ``"family"``, one that `algebra.optimizers.build` builds, and the network itself.
        element: the exact network; over a table if the group is not Abelian.
        columns: for each of its nodes the column in the trained weights that it stands for;
            columns from the trained width on are new.
        distance: `numeric.exact.projection.distance`, relative to the trained network.
        recognition: what was found in the trained network.
        details: what is reported of this kind alone, as plain data.
        lines: the same in words.
        replaced: why, for each frequency whose trained nodes were given up.
    """

    kind: Kind
    element: Element | TableNetwork
    columns: tuple[int, ...]
    distance: float
    recognition: Recognition | TableRecognition = field(repr=False)
    details: Mapping[str, Any]
    lines: tuple[str, ...]
    replaced: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        made = self.lines[0] if self.kind == "family" else self.kind
        group, width = self.recognition.group, self.element.order
        return f"<Certified {made}: {width} nodes over {group}, distance {self.distance:.4%}>"

    def __str__(self) -> str:
        return "\n  ".join([repr(self), *self._lines()])

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(x)}</li>" for x in self._lines())
        z = self.element
        shown = z._repr_html_() if isinstance(z, Element) else f"<p>{escape(repr(z))}</p>"
        return f"<p>{escape(repr(self))}</p><ul>{lines}</ul>{shown}"

    def _repr_latex_(self) -> str | None:
        return self.element._repr_latex_() if isinstance(self.element, Element) else None

    def _lines(self) -> list[str]:
        trained, refusal = self.recognition, self.refusal()
        answers = f"{self.agreeing} of {trained.group.order**2} pairs"
        first = f"the trained network, {trained.width} nodes, answers {answers} as it does"
        return [first, *self.lines[self.kind == "family" :], *([refusal] if refusal else [])]

    @property
    def agreeing(self) -> int:
        """The pairs on which the trained network predicts ``x + y``, as the exact one does."""
        return round(self.recognition.measured.accuracy * self.recognition.group.order**2)

    def refusal(self) -> str | None:
        """Return why it has too little to do with the network, and what would help, or None."""
        if not self.replaced or isinstance(self.recognition, TableRecognition):
            return _far(self.distance, self.recognition)
        by_reason: dict[str, list[str]] = {}
        for label, why in self.replaced.items():
            by_reason.setdefault(why, []).append(label)
        reasons = "; ".join(f"{why}: {a_few(at)}" for why, at in by_reason.items())
        return (
            f"standard blocks would stand for {len(self.replaced)} of "
            f"{len(self.recognition.frequencies)} frequencies ({reasons}), and the whole is "
            f"{self.distance:.1%} away"
        )

    def as_json(self) -> dict[str, Any]:
        """Return what is reported, as plain data."""
        trained = self.recognition
        return {
            "group": str(trained.group),
            "kind": self.kind,
            "trained width": trained.width,
            "width": self.element.order,
            "relative distance": float(f"{self.distance:.6g}"),
            **self.details,
            "replaced": dict(self.replaced),
            "trained loss": float(f"{trained.measured.loss:.6g}"),
            "agreeing predictions": self.agreeing,
            "predictions": trained.group.order**2,
        }


def _far(distance: float, found: Recognition | TableRecognition) -> str | None:
    """Return why an exact network at this distance has too little to do with a trained one."""
    if distance <= FAR:
        return None
    return (
        f"the exact optimizer that was found is {distance:.1%} away from the network. Networks "
        f"near an exact optimizer have a loss near zero, and this one has "
        f"{found.measured.loss:.3g}: train it longer on the squared error"
    )


@final
@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The exact networks next to a trained one, what it is, and what was recognised in it.

    ``found`` are those by kind; a family leaves nothing else to look for. ``refused`` is why there
    is none of a kind, or none that has enough to do with the network.
    """

    reading: Reading
    recognition: Recognition | TableRecognition
    found: Mapping[Kind, Certified]
    refused: Mapping[Kind, str]

    def chosen(self, *, named: bool = False, anyway: bool = False) -> Certified:
        """Return the network that the certificate is of: the nearest one, or the named one.

        With ``anyway`` also one that is refused, the nearest of them if none is not.

        Raises:
            NoneNearError: if there is none, with the reasons.
        """
        wanted = [x for x in self.found.values() if not named or x.kind != "nearest"]
        for refused in (False, True) if anyway else (False,):
            some = [x for x in wanted if (x.kind in self.refused) == refused]
            if some:
                return min(some, key=lambda x: x.distance)
        reasons = dict(self.refused)
        if named:
            reasons.pop("nearest", None)
            near = self.found.get("nearest")
            if near is not None and "nearest" not in self.refused:
                reasons["nearest"] = f"without --named there is one at {near.distance:.4%}"
        raise NoneNearError("; ".join(f"{kind}: {why}" for kind, why in reasons.items()))


def neighbours(
    given: Given,
    *,
    kinds: tuple[Kind, ...] = ("named", "nearest"),
    tolerance: float = TOLERANCE,
    seconds: float = SECONDS,
    anyway: bool = False,
    progress: Progress | None = None,
    **how: Unpack[How],
) -> Neighbours:
    """Return the exact networks of these kinds next to a trained one; see `certify`."""
    deadline, doing = time.monotonic() + seconds, "reading"

    def report(phase: str, done: float, of: float) -> None:
        nonlocal doing
        doing = phase
        if progress is not None:
            progress(phase, done, of)

    found: dict[Kind, Certified] = {}
    refused: dict[Kind, str] = {}
    if not LEAST_TOLERANCE <= tolerance < MOST_TOLERANCE:
        raise ValueError(
            f"tolerance={tolerance!r}: pass an angle of {LEAST_TOLERANCE} degrees or more, and "
            f"less than {MOST_TOLERANCE}"
        )
    try:
        with given_up_at(deadline + GRACE):
            network = reading(given, **how)
            squares = network.network.activation == "square"
            if not squares:
                network = replace(network, notes=(*network.notes, AS_SQUARES))
            w = balanced(network.weights)
            try:
                trained = _learned(replace(network, weights=w), report)
            except NotLearnedError as error:
                if squares:
                    raise
                raise NotLearnedError(f"taken as a network of squares, {error}; {AS}") from None

            def certified(kind: Kind, z: Element | TableNetwork, *told: Any) -> None:
                apart, columns = distance(floats(z, w), w)
                found[kind] = Certified(kind, z, columns, apart, trained, *told)

            if trained.measured.loss < LOSS and (built := family_of(w, trained)) is not None:
                z, made = built
                certified("family", z, made._asdict(), (made.named(trained.group),))
                return Neighbours(network, trained, found, refused)
            if "named" in kinds:
                if isinstance(trained, TableRecognition):
                    refused["named"] = NAMELESS
                else:
                    named = named_optimizer(trained, tolerance=tolerance)
                    told = named.details(tolerance), named.lines(tolerance), named.replaced
                    certified("named", named.element, *told)
            if "nearest" in kinds:
                certified("nearest", *_nearest(network, w, trained, deadline, anyway, report))
    except OutOfTimeError:
        reason = f"the time limit of {seconds:g} s came while {doing}: pass a longer one"
        if not found:
            raise NoneNearError(reason) from None
        refused["nearest"] = reason
    except NoneNearError as error:
        refused["nearest"] = str(error)
    for kind, one in found.items():
        if (why := one.refusal()) is not None:
            refused[kind] = why
    return Neighbours(network, trained, found, refused)


def _learned(network: Reading, progress: Progress | None = None) -> Any:
    """Return what is recognised of a network, if there is something to certify."""
    group = network.weights.group
    if group.order == 1:
        raise ValueError(
            f"{group} has one element, and every network adds in it; pass weights of a larger group"
        )
    found = recognise(network, progress=progress)
    if (reason := found.not_learned()) is not None:
        help = (
            "cogo recognise shows its blocks up to scale, and what was trained on the squared error"
        )
        free = isinstance(found, Recognition) and found.up_to_scale
        raise NotLearnedError(f"{reason}; {help} can be certified" if free else reason)
    return found


def _nearest(
    network: Reading,
    w: Weights,
    trained: Recognition | TableRecognition,
    deadline: float,
    anyway: bool,
    progress: Progress,
) -> tuple[Element | TableNetwork, dict[str, Any], tuple[str, ...]]:
    """Return the exact network next to a trained one, looked at in the scale of its start."""
    if isinstance(trained, TableRecognition):
        near = nearest_over_a_table(w, trained, deadline=deadline, progress=progress)
    else:
        exact = trained.measured.loss < EXACT
        start = _learned(network) if exact else trained
        near = nearest_float(start, deadline=deadline, progress=progress)
    whole = distance(near.weights, w).relative
    if not anyway and (reason := _far(whole, trained)) is not None:
        raise NoneNearError(reason)
    progress(f"rounding a zero of the loss in floats at {whole:.4%}", STEPS, STEPS)
    z, count = near.exact()
    norms = (plain(balanced(floats(z, w))) ** 2).sum(axis=(0, 1))
    small = float((norms[count:].sum() / norms.sum()) ** 0.5)
    more = z.order - count
    details = {
        "distance of the float optimum": float(f"{near.distance:.6g}"),
        "all weights free": near.free,
        "small correcting nodes": more,
        "their relative norm": float(f"{small:.3g}"),
    }
    freed = "all weights of the trained ones were free, and " if near.free else ""
    line = (
        f"a zero of the loss in floats at {near.distance:.4%}, rounded: {freed}all entries in "
        f"Q(i); {more} small nodes, relative norm {small:.1e}, cancel what rounding leaves"
    )
    return z, details, (line,)


def certify(
    given: Given,
    *,
    named: bool = False,
    tolerance: float = TOLERANCE,
    seconds: float = SECONDS,
    anyway: bool = False,
    progress: Progress | None = None,
    **how: Unpack[How],
) -> Certified:
    """Return the exact network next to a trained one, zero loss by construction.

    Its ``element`` is what a certificate is written of.

    Args:
        given, how: as `numeric.weights.given.reading` takes them.
        named: made of the blocks that `numeric.recognise` finds, with simple parameters, and
            farther away; else whatever is nearest. What `algebra.optimizers.build` builds is
            itself either way.
        tolerance: of named blocks, in degrees: how far angles may be rounded.
        seconds: after these the search ends with what it has found, and all is soon given up.
        anyway: return also what has too little to do with the network.
        progress: called with what is done, how much of it, and of how much.

    Raises:
        NoneNearError: if none is found within half of its norm, with all frequencies as they are,
            that the checker could take.
        NotLearnedError: if the network does not solve the task.
        WeightFileError: if what is given is no such network.

    Source: docs/theory/certify.md.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from numeric import embed, plain_network
    >>> z = optimizers.four_plus_six(AbelianGroup("Z5"), xi=zeta(8), nu=1)
    >>> found = certify(plain_network(embed(z, gauge="balanced")).state())
    >>> print(found.kind, *found.lines)
    family four-plus-six of Z5, nu = 1, xi = zeta(8)
    """
    near = neighbours(
        given,
        kinds=("named",) if named else ("nearest",),
        tolerance=tolerance,
        seconds=seconds,
        anyway=anyway,
        progress=progress,
        **how,
    )
    return near.chosen(named=named, anyway=anyway)
