"""From a trained network to the exact ones next to it, of every kind."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Unpack, final

from algebra.networks.table_network import TableNetwork
from algebra.semiring.element import Element
from numeric.exact.certified import (
    Certified,
    Kind,
    NoneNearError,
    balanced,
    certified,
    distance,
    far,
    floats,
    plain,
)
from numeric.exact.family import Built, family_of, family_over_a_table
from numeric.exact.named import TOLERANCE, named_optimizer
from numeric.exact.nearest_float import nearest_float
from numeric.exact.over_a_table import nearest_over_a_table, rounded_over_a_table
from numeric.exact.projection import STEPS
from numeric.exact.rounding import made_exact
from numeric.recognition.over_a_table import TableRecognition, over_a_table
from numeric.recognition.recognise import NotLearnedError, learned
from numeric.recognition.report import Recognition
from numeric.recognition.units import checked_tolerance
from numeric.weights.embed import Weights, from_spectrum
from numeric.weights.given import Given, How, Reading, reading
from numeric.weights.performance import Progress
from numeric.work.time_limit import SECONDS, OutOfTimeError, given_up_at

#: What is not ready so many seconds later is given up.
GRACE = 3.0
AS = "what is proved of it with its own activation, cogo verify says"
NAMELESS = "over a group that is not Abelian only what cogo build makes has a name"
AS_SQUARES = f"exact optimizers are networks of squares, and the weights are taken as one: {AS}"
#: A network of less loss is looked at in its own scale, in which its entries may be short numbers.
EXACT = 1e-20
#: A network of more loss than this is no exact one, rounded.
LOSS = 1e-9


@final
@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The exact networks next to a trained one.

    Args:
        reading: the trained network.
        recognition: what was found in it.
        found: by kind; one of `numeric.exact.family` leaves nothing else to look for.
        refused: why there is none of a kind, or none that has enough to do with the network.
    """

    reading: Reading
    recognition: Recognition | TableRecognition
    found: Mapping[Kind, Certified]
    refused: Mapping[Kind, str]

    def chosen(self, *, named: bool = False, anyway: bool = False) -> Certified:
        """Return the network that the certificate is of: the nearest one, or the named one.

        Args:
            named: the one of named blocks, or of a family.
            anyway: also one that is refused, the nearest of them if none is not.

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
    """Return the exact networks of these kinds next to a trained one; see `certify`.

    Raises:
        NoneNearError: if the time is over before anything was found.
        NotLearnedError: if the network does not solve the task.
        WeightFileError: if what is given is no such network.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed, plain_network
    >>> state = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))).state()
    >>> print(*neighbours(state).found.values())
    <Certified nine-per-frequency of Z5: 18 nodes over Z5, distance 0.0000%>
      the trained network, 18 nodes, answers 25 of 25 pairs as it does
    """
    deadline = time.monotonic() + seconds
    doing = "reading"

    def report(phase: str, done: float, of: float) -> None:
        nonlocal doing
        doing = phase
        if progress is not None:
            progress(phase, done, of)

    found: dict[Kind, Certified] = {}
    refused: dict[Kind, str] = {}
    tolerance = checked_tolerance(tolerance)
    try:
        with given_up_at(deadline + GRACE):
            network = reading(given, **how)
            squares = network.network.activation == "square"
            if not squares:
                network = replace(network, notes=(*network.notes, AS_SQUARES))
            w = balanced(network.weights)
            try:
                trained = _learned(network, w, report)
            except NotLearnedError as error:
                if squares:
                    raise
                raise NotLearnedError(f"taken as a network of squares, {error}; {AS}") from None
            if trained.measured.loss < LOSS and (built := _built(w, trained)) is not None:
                z, made = built
                lines = (made.named(trained.group),)
                found["family"] = certified("family", z, w, trained, made._asdict(), lines)
                return Neighbours(network, trained, found, refused)
            if isinstance(trained, TableRecognition):
                refused |= {"named": NAMELESS} if "named" in kinds else {}
            elif "named" in kinds:
                chosen = named_optimizer(trained, tolerance=tolerance)
                told = chosen.details(tolerance), chosen.lines(tolerance), chosen.replaced
                found["named"] = certified("named", chosen.element, w, trained, *told)
            if "nearest" in kinds:
                found["nearest"] = _nearest(network, w, trained, deadline, anyway, report)
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


def _learned(network: Reading, w: Weights, progress: Progress) -> Recognition | TableRecognition:
    """Return what is recognised of a network, if there is something to certify."""
    if network.multiplication is None:
        return learned(w, normalised=network.normalised, progress=progress)
    found = over_a_table(network, progress=progress)
    if (reason := found.not_learned()) is not None:
        raise NotLearnedError(reason)
    return found


def _built(
    w: Weights, found: Recognition | TableRecognition
) -> tuple[Element | TableNetwork, Built] | None:
    if isinstance(found, TableRecognition):
        return family_over_a_table(w, found)
    return family_of(w, found)


def _nearest(
    network: Reading,
    w: Weights,
    trained: Recognition | TableRecognition,
    deadline: float,
    anyway: bool,
    progress: Progress,
) -> Certified:
    """Return the exact network next to a trained one, looked at in the scale of its start."""
    z: Element | TableNetwork
    if isinstance(trained, TableRecognition):
        there, apart = nearest_over_a_table(w, trained, deadline=deadline, progress=progress)
        free = True
    else:
        exact = trained.measured.loss < EXACT
        start = learned(network.weights, normalised=network.normalised) if exact else trained
        near = nearest_float(start, deadline=deadline, progress=progress)
        there, apart, free = from_spectrum(near.z, trained.group), near.distance, near.free
    whole = distance(there, w).relative
    if not anyway and (reason := far(whole, trained)) is not None:
        raise NoneNearError(reason)
    progress(f"rounding a zero of the loss in floats at {whole:.4%}", STEPS, STEPS)
    if isinstance(trained, TableRecognition):
        z, count = rounded_over_a_table(there, trained)
    else:
        z, count = made_exact(trained.group, near)
    norms = (plain(balanced(floats(z, w))) ** 2).sum(axis=(0, 1))
    small = float((norms[count:].sum() / norms.sum()) ** 0.5)
    more = z.order - count
    details = {
        "distance of the float optimum": float(f"{apart:.6g}"),
        "all weights free": free,
        "small correcting nodes": more,
        "their relative norm": float(f"{small:.3g}"),
    }
    freed = "all weights of the trained ones were free, and " if free else ""
    line = (
        f"a zero of the loss in floats at {apart:.4%}, rounded: {freed}all entries in Q(i); "
        f"{more} small nodes, relative norm {small:.1e}, cancel what rounding leaves"
    )
    return certified("nearest", z, w, trained, details, (line,))


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

    Its ``element`` is what a certificate is written of, and what a checker proves to be a global
    optimizer.

    Args:
        given: a path, ``model.state_dict()``, a module, arrays by name, a plain network, weights.
        named: made of the blocks that `numeric.recognise` finds, with simple parameters, and
            farther away; else whatever is nearest. A network that `algebra.optimizers.build`
            builds is itself either way.
        tolerance: of named blocks, in degrees: how far angles may be rounded.
        seconds: the search for the nearest one leaves time to make exact, and to check, what it
            has found; in a main thread all is given up a few seconds after these.
        anyway: return also what has too little to do with the network.
        progress: called with what is done, how much of it, and of how much.
        how: as `numeric.weights.given.reading` takes it: the group, the layout, ...

    Raises:
        NoneNearError: if none is found near the network: within half of its norm, and with all of
            its frequencies as they are; or none that the checker could take.
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
