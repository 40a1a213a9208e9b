"""From a trained network to the exact ones next to it, of every kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Unpack, final

from numeric.exact.certified import Certified, Kind, Made, NoneNearError, balanced, certified
from numeric.exact.family import family_of
from numeric.exact.named.optimizer import TOLERANCE, named_optimizer
from numeric.exact.named.small_height import checked_tolerance
from numeric.exact.nearest.optimizer import nearest_optimizer
from numeric.recognition.recognise import NotLearnedError, learned
from numeric.recognition.report import Recognition
from numeric.weights.given import Given, How, Reading, reading

#: By default what is nearest is found, made exact and checked in so many seconds.
SECONDS = 300.0
AS = "what is proved of it with its own activation, cogo verify says"
#: A network of less loss is looked at in its own scale, in which its entries may be short numbers.
EXACT = 1e-20


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
    recognition: Recognition
    found: Mapping[Kind, Certified[Any]]
    refused: Mapping[Kind, str]

    def chosen(self, *, named: bool = False, anyway: bool = False) -> Certified[Any]:
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
    general: bool = False,
    seconds: float = SECONDS,
    anyway: bool = False,
    progress: Callable[[str, int, float], None] | None = None,
    **how: Unpack[How],
) -> Neighbours:
    """Return the exact networks of these kinds next to a trained one; see `certify`.

    Raises:
        NotLearnedError: if the network does not solve the task.
        WeightFileError: if what is given is no such network.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed, plain_network
    >>> state = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))).state()
    >>> print(*(x.made for x in neighbours(state).found.values()))
    nine-per-frequency of Z5
    """
    deadline = time.monotonic() + seconds
    network = reading(given, **how)
    network.require_abelian("certify")
    tolerance = checked_tolerance(tolerance)
    if network.network.activation != "square":
        said = f"exact optimizers are networks of squares, and the weights are taken as one: {AS}"
        network = replace(network, notes=(*network.notes, said))
    w, normalised = balanced(network.weights), network.normalised
    try:
        trained = learned(w, normalised=normalised)
    except NotLearnedError as error:
        if network.network.activation == "square":
            raise
        raise NotLearnedError(f"taken as a network of squares, {error}; {AS}") from None
    found: dict[Kind, Certified[Any]] = {}
    refused: dict[Kind, str] = {}
    built = family_of(w, trained)
    if built is not None:
        found["family"] = certified(*built, trained=w, recognition=trained)
        return Neighbours(network, trained, found, refused)
    exact = trained.measured.loss < EXACT
    start = learned(network.weights, normalised=normalised) if exact else trained
    for kind in kinds:
        replaced: Mapping[str, str] = {}
        made: Made
        try:
            if kind == "named":
                z, made, replaced = named_optimizer(trained, tolerance=tolerance, general=general)
            else:
                z, made = nearest_optimizer(
                    start, deadline=deadline, anyway=anyway, progress=progress
                )
        except NoneNearError as error:
            refused[kind] = str(error)
            continue
        found[kind] = one = certified(z, made, trained=w, recognition=trained, replaced=replaced)
        if (reason := one.refusal()) is not None:
            refused[kind] = reason
    return Neighbours(network, trained, found, refused)


def certify(
    given: Given,
    *,
    named: bool = False,
    tolerance: float = TOLERANCE,
    general: bool = False,
    seconds: float = SECONDS,
    anyway: bool = False,
    progress: Callable[[str, int, float], None] | None = None,
    **how: Unpack[How],
) -> Certified[Any]:
    """Return the exact network next to a trained one, zero loss by construction.

    Its ``element`` is what a certificate is written of, and what a checker proves to be a global
    optimizer.

    Args:
        given: a path, ``model.state_dict()``, a module, arrays by name, a plain network, weights.
        named: made of the blocks that `numeric.recognise` finds, with simple parameters, and
            farther away; else whatever is nearest. A network that `algebra.optimizers.build`
            builds is itself either way.
        tolerance: of named blocks, in degrees: how far angles may be rounded.
        general: of named blocks: those of order 4 have an angle ``epsilon`` of their own; nearer.
        seconds: of the nearest one: the search in floats leaves time to make exact, and to check,
            what it has found; in a main thread rounding is given up soon after.
        anyway: return also what has too little to do with the network.
        progress: called with the phase, the step and the largest residual.
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
    >>> print(found.kind, found.made)
    family four-plus-six of Z5, nu = 1, xi = zeta(8)
    """
    near = neighbours(
        given,
        kinds=("named",) if named else ("nearest",),
        tolerance=tolerance,
        general=general,
        seconds=seconds,
        anyway=anyway,
        progress=progress,
        **how,
    )
    return near.chosen(named=named, anyway=anyway)
