"""Make the checks of claims, for groups where they are about one, and mark what rests on what."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from typing import Any, final, get_args

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import name_of, named_group
from algebra.networks import any_group
from algebra.optimizers.table import FAMILIES
from numeric.work.executor import results
from proofs.certificates import certificate, checker
from proofs.claims.claim import Claim, Context, Evidence, Kind
from proofs.claims.registry import CLAIMS, digraph
from proofs.subjects.subject import INSTALLED, Subject

#: More entries than this and no certificate is written: the checker reads at most MAX_TERMS.
MAX_ENTRIES = checker.MAX_TERMS // 2
#: What is said when work is lost.
KEPT = "nothing is kept"
Group = AbelianGroup | FiniteGroup
#: A group, or None, and the id of a claim.
_Job = tuple[Group | None, str]


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one claim, for one group where it is about one."""

    claim: str
    group: str  # empty where it is about none
    evidence: Evidence
    seconds: float = 0.0
    rests_on: tuple[str, ...] = ()  # refuted claims, itself left out
    certificate: str = ""  # the file written, or why none was

    @property
    def holds(self) -> bool | None:
        """True, False if refuted, or None: not attempted, or resting on a refuted claim."""
        return {"holds": True, "refuted": False}.get(self.result)

    @property
    def result(self) -> str:
        """The result in words."""
        if self.evidence.counterexample:
            return "refuted"
        if self.evidence.kind == "not attempted":
            return "not attempted"
        return "rests on refuted" if self.rests_on else "holds"

    @property
    def word(self) -> str:
        """The word of `WORDS`: how it holds, or why it is not known to."""
        return WORDS[self.evidence.kind if self.holds else self.result]

    @property
    def how(self) -> str:
        """How it is known: ``"proved: all 294 entries of T"``, and what Coq has proved."""
        kind, coq = self.evidence.kind, CLAIMS[self.claim].coq
        return f"{WORDS[kind]}: {self.evidence.scope}" + (f"; {coq}" if coq else "")

    def as_dict(self) -> dict[str, Any]:
        """Return everything, the claim's statement and source included, for JSON; floats that are
        no numbers as texts.
        """
        claim, evidence = CLAIMS[self.claim], self.evidence
        return {
            "claim": self.claim,
            **{key: getattr(claim, key) for key in ("statement", "source")},
            "theorems": list(claim.theorems),
            **{key: getattr(self, key) for key in ("group", "result", "holds")},
            **{key: getattr(evidence, key) for key in ("kind", "scope", "counterexample")},
            "rests_on": list(self.rests_on),
            "figures": {
                name: str(x) if isinstance(x, float) and not isfinite(x) else x
                for name, x in evidence.figures.items()
            },
            "seconds": round(self.seconds, 6),
            "certificate": self.certificate,
        }


def check(claim: Claim, context: Context) -> Outcome:
    """Make one check and time it."""
    start = time.perf_counter()
    evidence = claim.check(context)
    seconds = time.perf_counter() - start
    group = "" if context.group is None else name_of(context.group)
    return Outcome(claim.id, group, evidence, seconds)


def count(claims: Sequence[Claim], groups: Sequence[Group]) -> int:
    """Return how many outcomes `prove` will give."""
    return len(_jobs(claims, groups))


def _jobs(claims: Sequence[Claim], groups: Sequence[Group]) -> list[_Job]:
    """Return the claims about each group, and after these every other claim."""
    about = [(G, x.id) for G in groups for x in claims if x.is_about(G)]
    return [*about, *((None, x.id) for x in claims if x.applies is None)]


def prove(
    claims: Sequence[Claim],
    groups: Sequence[Group],
    *,
    subject: Subject = INSTALLED,
    seed: int = 0,
    executor: Executor | None = None,
) -> Iterator[Outcome]:
    """Check claims, those about a group for each group that they apply to.

    Outcomes come in a fixed order, claims about everything last. The seed is of what is sampled; an
    executor makes several checks at once, of the installed code only.

    >>> from proofs.claims.registry import selected
    >>> groups = [AbelianGroup("Z7"), AbelianGroup("Z8")]
    >>> [x.result for x in prove(selected(["width.lower-bound"]), groups)]
    ['holds', 'holds']
    """
    if executor and subject is not INSTALLED:
        raise ValueError("an executor checks the installed code; pass no other subject")
    work = partial(_checked, seed=seed)
    work = work if executor else partial(work, subject=subject)
    jobs = _jobs(claims, groups)
    for _, outcome in results(work, jobs, executor=executor, kept=KEPT, in_order=True):
        yield outcome


def _checked(job: _Job, *, seed: int, subject: Subject = INSTALLED) -> Outcome:
    group, claim = job
    return check(CLAIMS[claim], Context(subject, group, seed))


def marked(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes with those marked that rest on a refuted claim, however indirectly.

    A claim about a group rests on claims about the same group and on universal ones; a universal
    claim on all.
    """
    every = list(outcomes)
    refuted = [x for x in every if x.evidence.counterexample]
    if not refuted:
        return every
    import networkx

    graph = digraph()
    below: Mapping[str, set[str]] = {x.claim: networkx.descendants(graph, x.claim) for x in every}

    def causes(x: Outcome) -> set[str]:
        about = [y.claim for y in refuted if y.group == x.group or not (x.group and y.group)]
        return below[x.claim].intersection(about)

    return [replace(x, rests_on=tuple(sorted(causes(x)))) for x in every]


#: What may come of a check, in the words of `tally`.
WORDS: dict[str, str] = {key: key for key in (*get_args(Kind), "rests on refuted", "refuted")}
WORDS["exhaustive"] = "checked exhaustively"


def tally(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Return how many checks came out how, for every word, zeros included."""
    found = Counter(x.word for x in outcomes)
    return {word: found[word] for word in WORDS.values()}


def by_claim(outcomes: Iterable[Outcome]) -> dict[Claim, list[Outcome]]:
    """Return the outcomes, one a group, of each claim, in the registry's order."""
    found: dict[str, list[Outcome]] = {}
    for x in outcomes:
        found.setdefault(x.claim, []).append(x)
    return {claim: found[name] for name, claim in CLAIMS.items() if name in found}


def time_of(outcomes: Iterable[Outcome]) -> str:
    """Return how long checks took, with its unit."""
    seconds = sum(x.seconds for x in outcomes)
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def certified(
    outcome: Outcome,
    write: Callable[[str, bytes], str],
    *,
    groups: Sequence[Group] = (),
    subject: Subject = INSTALLED,
) -> Outcome:
    """Return the outcome of an optimizer's claim with its certificate written; others as they are.

    The stand-alone checker accepts it before it is given to ``write``, with a name for its file.
    """
    made = CLAIMS[outcome.claim].optimizer
    if made is None or outcome.holds is not True:
        return outcome
    family, target = made
    group = {name_of(x): x for x in groups}.get(outcome.group) or named_group(outcome.group)
    z = any_group.build(group, family, target=target)
    if isinstance(group, FiniteGroup):
        check, called, name = subject.table, family, f"{outcome.group}.{family}"
    else:
        check, called = subject.checker, FAMILIES[family].alias
        name = f"{group}.{family}{'.onehot' if target == 'onehot' else ''}"
        entries = z.order * 3 * (group.order if family == "memorization" else 1)
        if entries > MAX_ENTRIES:
            why = f"none: about {entries} entries, checker reads {checker.MAX_TERMS}"
            return replace(outcome, certificate=why)
    notes = {"family": called, "made by": "cogo prove"}
    data = certificate.to_text(z, target=target, notes=notes).encode()
    code, message = check(data)
    if code:
        refuted = replace(outcome.evidence, counterexample=f"the checker: {message}")
        return replace(outcome, evidence=refuted)
    return replace(outcome, certificate=write(f"{name}.cert.json", data))
