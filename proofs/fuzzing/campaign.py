"""Fuzzing campaigns: Hypothesis attacks properties in turn, piece by piece, here or elsewhere."""

from __future__ import annotations

import hashlib
import math
import pkgutil
import re
import time
import unittest
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, final

from hypothesis import Phase, Verbosity
from hypothesis.database import (
    DirectoryBasedExampleDatabase,
    InMemoryExampleDatabase,
    ReadOnlyDatabase,
)
from hypothesis.errors import Flaky
from hypothesis.statistics import collector

from algebra.groups.group import AbelianGroup
from numeric.work.executor import results
from proofs.properties.registry import chosen, property_named
from proofs.strategies.groups import GROUPS
from proofs.subjects.subject import Subject

#: Examples in a piece, and the largest order of the groups that are drawn from by default.
PIECE, MAX_ORDER = 200, 16
#: A failure that has not shrunk to the end after this time is reported as it is.
SHRINK_SECONDS = 60.0
#: The name of the subject that is not a planted fault.
INSTALLED_NAME = "proofs.subjects.subject:INSTALLED"


class _Stop(KeyboardInterrupt):
    """Ends a piece; Hypothesis neither takes it for a counterexample nor stores the value."""


@final
@dataclass(slots=True)
class Piece:
    """A piece of a campaign, which draws the same in any process; and what came of it.

    Without examples what is stored is tried again, and left as it is.
    """

    property_id: str
    groups: tuple[str, ...]  # to draw from
    examples: int
    seed: int = 0
    subject: Subject | str = INSTALLED_NAME  # named where other processes need it
    folder: Path | None = None  # where failures are stored, and tried first of all
    stop_at: float = math.inf  # seconds since the epoch
    checks: int = 0  # those while shrinking are not counted
    labels: Counter[str] = field(default_factory=Counter)
    value: str = ""  # as it prints, shrunk
    wrong: str = ""
    #: What draws the value again; empty where another one came, as of code that is random.
    reproduction: str = ""

    @property
    def stored(self) -> Path | None:
        """Hypothesis' database of what failed, whose entries are about these groups alone."""
        digest = hashlib.sha256(repr(self.groups).encode()).hexdigest()
        return self.folder and self.folder / self.property_id / digest[:8]

    def python(self) -> list[str]:
        """Return five lines of Python that draw the value again and raise what is wrong."""
        name = self.subject if isinstance(self.subject, str) else "my_module:SUBJECT"
        module, _, subject = name.partition(":")
        return [
            "from hypothesis import reproduce_failure",
            "from proofs.properties.registry import property_named",
            f"from {module} import {subject} as subject",
            f"test = property_named({self.property_id!r}).test({[*self.groups]}, subject)",
            f"{self.reproduction}(test)()",
        ] * bool(self.reproduction)


def run_piece(piece: Piece) -> Piece:
    """Attack one property with what is stored, then with new values; shrink what is found."""
    target, found = property_named(piece.property_id), replace(piece, labels=Counter())
    subject = subject_named(piece.subject) if isinstance(piece.subject, str) else piece.subject
    database = (
        DirectoryBasedExampleDatabase(piece.stored) if piece.stored else InMemoryExampleDatabase()
    )
    end = piece.stop_at

    def check(code: Subject, value: Any) -> str:
        nonlocal end
        if time.time() > end:
            raise _Stop
        wrong = target.counterexample(code, value)
        found.checks += not found.wrong
        if wrong:
            end = end if found.wrong else time.time() + SHRINK_SECONDS
            found.value, found.wrong = repr(value), wrong
        return wrong

    def test(database: Any, *phases: Phase) -> None:
        options = {"report_multiple_bugs": False, "verbosity": Verbosity.quiet, "print_blob": True}
        options |= {"database": database, "phases": phases, "max_examples": piece.examples or 1}
        replace(target, check=check).test(piece.groups, subject, seed=piece.seed, **options)()

    def count(statistics: dict[str, Any]) -> None:
        for phase in ("reuse-phase", "generate-phase"):
            for case in statistics.get(phase, {}).get("test-cases", ()):
                found.labels.update(x for x in case["events"] if re.match(r"\w+: ", x))

    if piece.examples:
        with suppress(AssertionError, _Stop, Flaky), collector.with_value(count):  # type: ignore[arg-type]
            test(database, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
    if found.wrong or not piece.examples:
        end = math.inf
        try:  # the smallest that is stored; wherever the search was stopped
            test(ReadOnlyDatabase(database), Phase.reuse)
        except (AssertionError, Flaky) as error:
            notes = "\n".join(getattr(error, "__notes__", ()))
            line = re.search(r"@(reproduce_failure\(.*?, b(['\"]).*?\2\))", notes)
            found.reproduction = line[1] if line else ""
        except unittest.SkipTest:  # nothing is stored
            pass
    return found


def subject_named(name: str) -> Subject:
    """Return the subject that ``module:NAME`` names; a ValueError says why there is none."""
    try:
        found = pkgutil.resolve_name(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(
            f"subject={name!r}: {error}; pass MODULE:NAME, such as {INSTALLED_NAME}"
        ) from None
    if not isinstance(found, Subject):
        raise ValueError(
            f"subject={name!r} is {found!r:.80}, and no proofs.subjects.subject.Subject"
        )
    return found


@final
@dataclass(slots=True)
class Campaign:
    """What a campaign found so far, by property."""

    seed: int
    groups: tuple[AbelianGroup, ...]
    checks: Counter[str] = field(default_factory=Counter)  # 0: not attempted
    labels: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Piece] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)  # the largest order that is attacked
    interrupted: bool = False

    def add(self, found: Piece) -> None:
        """Count a piece; of a property of which nothing is stored a replay says nothing."""
        if found.checks:
            self.checks[found.property_id] += found.checks
        self.labels.update(found.labels)
        if found.wrong:
            self.failures.setdefault(found.property_id, found)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON data."""
        return {
            "seed": self.seed,
            "groups": list(map(str, self.groups)),
            "properties": [
                {
                    "id": name,
                    "statement": property_named(name).statement,
                    "attacks": list(property_named(name).attacks),
                    "checks": checks,
                    "evidence": "sampled" if checks else "not attempted",
                    "holds": name not in self.failures if checks else None,
                }
                for name, checks in self.checks.items()
            ],
            "failures": [
                {
                    "property": name,
                    "counterexample": found.wrong,
                    "value": found.value,
                    "stored": found.stored and str(found.stored),
                    "python": found.python(),
                }
                for name, found in self.failures.items()
            ],
            "coverage": dict(sorted(self.labels.items())),
            "skipped": self.skipped,
            "interrupted": self.interrupted,
        }


def default_groups() -> tuple[AbelianGroup, ...]:
    """Return the groups that are drawn from where none are named, up to order `MAX_ORDER`."""
    return tuple(G for G in map(AbelianGroup, GROUPS) if G.order <= MAX_ORDER)


def fuzz(
    groups: Sequence[str] = (),
    *,
    claims: Sequence[str] = (),
    examples: int = PIECE,
    minutes: float | None = None,
    seed: int = 0,
    subject: str = INSTALLED_NAME,
    replay: bool = False,
    executor: Executor | None = None,
    workers: int = 1,
    folder: str | Path | None = None,
    progress: Callable[[Campaign], object] = lambda campaign: False,
) -> Campaign:
    """Attack properties with drawn values and return what was found, which is *sampled*.

    Options are those of ``cogo fuzz``. The same seed, groups and examples draw the same values, in
    however many ``workers`` of the executor; ``progress`` is called after every piece, and may say
    that it shall end as an interrupt does. A ValueError for a pattern that is about nothing, or
    numbers that are not positive.

    >>> found = fuzz(["Z3"], claims=["optimizers.zero-loss"], examples=20)
    >>> found.checks["optimizers.zero-loss"], found.failures
    (20, {})
    """
    if examples < 1 or (minutes is not None and not minutes > 0) or workers < 1:
        raise ValueError(
            f"examples={examples}, minutes={minutes}, workers={workers}: pass positive numbers"
        )
    subject_named(subject)
    over = tuple(map(AbelianGroup, groups)) or default_groups()
    campaign, targets = Campaign(seed, over), list[Piece]()
    stop_at = math.inf if minutes is None else time.time() + 60 * minutes
    for asked in chosen(tuple(claims)):
        fitting = tuple(str(G) for G in over if G.order <= asked.max_order)
        if fitting:
            where = None if folder is None else Path(folder)
            targets.append(Piece(asked.id, fitting, 0, seed, subject, where, stop_at))
        elif not replay:
            campaign.skipped[asked.id] = asked.max_order
    todo = iter(targets) if replay else _pieces(targets, campaign, examples)
    found = results(
        run_piece, todo, executor=executor, kept="failures are stored", at_once=2 * workers
    )
    try:
        for _, piece in found:
            campaign.add(piece)
            if progress(campaign):
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        campaign.interrupted = True
        found.close()
        for again in map(run_piece, targets):  # what was found, and not yet shrunk, is stored
            if again.wrong:
                campaign.add(again)
    return campaign


def _pieces(targets: list[Piece], campaign: Campaign, examples: int) -> Iterator[Piece]:
    """Yield pieces, the properties in turn; a property that has failed gets no more."""
    campaign.checks.update({target.property_id: 0 for target in targets})
    todo = deque((target, 0) for target in targets)
    while todo:
        target, number = todo.popleft()
        name, timed = target.property_id, target.stop_at < math.inf
        left = PIECE if timed else examples - number * PIECE
        if left > 0 and name not in campaign.failures and time.time() < target.stop_at:
            digest = hashlib.sha256(f"{target.seed}/{name}/{number}".encode()).digest()
            own = int.from_bytes(digest[:8], "big")
            yield replace(target, examples=min(left, PIECE), seed=own)
            todo.append((target, number + 1))
