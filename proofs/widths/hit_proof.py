"""Numerical zeros of the search for narrow networks, proved: exactly, or that one exists nearby."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, final

from algebra.groups.group import AbelianGroup
from numeric.narrow.orbits import kinds
from numeric.narrow.problem import Problem
from numeric.narrow.symmetric import structure
from numeric.weights.plain_network import PlainNetwork
from proofs.certificates import existence_checker
from proofs.widths import existence
from proofs.widths.exact_hit import NotRecognisedError, recognise
from proofs.widths.existence import Network, NotRegularError
from proofs.widths.invariant_network import RATIONAL, invariant

#: Unknowns of networks that are not tried to be recognised: each simple point takes too long.
MAX_UNKNOWNS = 130


@final
@dataclass(frozen=True, slots=True)
class HitProof:
    """What was proved of a numerical zero: a certificate and what its checker says, or why none."""

    kind: Literal["exact", "existence", "none"]
    text: str
    message: str

    @property
    def suffix(self) -> str:
        """The suffix of the file of such a certificate."""
        return ".cert.json" if self.kind == "exact" else ".exist.json"


def network_of(problem: Problem, *, start: int, seed: int) -> Network:
    """Return the networks among which a start was searched.

    Functions are written by their values over a table, or where all characters of the group have
    degree at most 2; by Fourier coefficients otherwise, or where nodes keep to some frequencies.

    >>> network_of(Problem(AbelianGroup("Z5"), width=2), start=0, seed=0).basis
    'characters'
    """
    group = problem.group
    free = problem.symmetry is None and kinds(problem)[0] is None
    if free and isinstance(group, AbelianGroup) and group.exponent not in RATIONAL:
        everywhere = tuple(group.representatives.tolist())
        problem = replace(problem, support=(everywhere,) * problem.width)
    return invariant(structure(problem, start, seed=seed))


def prove_hit(
    problem: Problem, weights: PlainNetwork, *, start: int, seed: int = 0, exact: bool = True
) -> HitProof:
    """Prove what lies close to the weights of a hit: an exact network, or that there is one.

    First a point of the solution set is recognised exactly, if that is asked for, since it takes
    longer; where it fails, existence is proved. The start is the number of the one that found it.

    >>> from numeric.narrow.search import search
    >>> from numeric.narrow.run import weights_of
    >>> problem = Problem(AbelianGroup("Z2"), width=2)
    >>> hit = next(iter(search(problem, starts=1)))
    >>> prove_hit(problem, weights_of(problem, hit), start=hit.start).kind
    'exact'
    """
    network = network_of(problem, start=start, seed=seed)
    values = existence.coordinates(network, weights)
    notes: dict[str, Any] = {"found by": f"cogo narrow, seed {seed}, start {start}"}
    if problem.symmetry is not None:
        notes["symmetry"] = problem.symmetry
    why = [
        f"not recognised: more than {MAX_UNKNOWNS} unknowns" if exact else "recognition not tried"
    ]
    if exact and network.unknowns <= MAX_UNKNOWNS:
        try:
            return HitProof("exact", *recognise(network, values, notes=notes))
        except NotRecognisedError as error:
            why = [f"not recognised: {error}"]
    try:
        text = existence.prove(network, values, notes=notes)
    except NotRegularError as error:
        return HitProof("none", "", "; ".join([*why, f"no proof of existence: {error}"]))
    return HitProof("existence", text, existence_checker.check(text.encode())[1])
