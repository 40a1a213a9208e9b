"""A piece of a campaign: Hypothesis attacks one property, shrinks what is wrong, and keeps it."""

from __future__ import annotations

import hashlib
import pkgutil
import re
import time
import unittest
from collections import Counter
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

from algebra.groups.group import AbelianGroup
from proofs.properties.property import labels
from proofs.properties.registry import property_named
from proofs.subjects.subject import Subject

#: A failure that has not shrunk to the end after this time is reported as it is.
SHRINK_SECONDS = 60.0
#: The name of the subject that is not a planted fault.
INSTALLED_NAME = "proofs.subjects.subject:INSTALLED"


class _Stop(BaseException):
    """Ends a piece; no Exception, so that Hypothesis does not take it for a counterexample."""


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a campaign: plain data, which gives the same examples in any process.

    Attributes:
        property_id: of the property to attack.
        groups: the cyclic orders of the groups to draw from.
        examples: how many values to draw; 0 to try only what is stored, and leave it as it is.
        seed: for Hypothesis; the same piece draws the same values.
        subject: the code under test, or its name ``module:NAME``, as other processes need it.
        folder: where failures are stored, and tried first of all; nowhere by default.
        stop_at: seconds since the epoch at which to stop.
        stop_file: a path; the piece stops when a file is there.
    """

    property_id: str
    groups: tuple[tuple[int, ...], ...]
    examples: int
    seed: int = 0
    subject: Subject | str = INSTALLED_NAME
    folder: str | None = None
    stop_at: float | None = None
    stop_file: str | None = None

    @property
    def stored(self) -> Path | None:
        """Hypothesis' database of what failed, whose entries are about these groups alone."""
        digest = hashlib.sha256(repr(self.groups).encode()).hexdigest()
        return None if self.folder is None else Path(self.folder, self.property_id, digest[:8])


@final
@dataclass(slots=True)
class Attack:
    """What came of a piece.

    Attributes:
        piece: the piece.
        checks: values checked, those tried while shrinking not counted.
        seconds: wall time, drawing included, shrinking not.
        labels: how often each label of `proofs.properties.property.labels` was met.
        interrupted: whether Ctrl-C ended it.
        value: how the value prints for which the property does not hold, shrunk.
        wrong: "", or what is wrong with it.
        reproduction: Hypothesis' decorator that draws the value again; "" if another value came,
            as where the code under test has a random number in it.
    """

    piece: Piece
    checks: int = 0
    seconds: float = 0.0
    labels: Counter[str] = field(default_factory=Counter)
    interrupted: bool = False
    value: str = ""
    wrong: str = ""
    reproduction: str = ""

    def python(self) -> list[str]:
        """Return five lines of Python that draw the value again and raise what is wrong."""
        if not self.reproduction:
            return []
        name = self.piece.subject
        module, _, subject = (name if isinstance(name, str) else "my_module:SUBJECT").partition(":")
        over = [str(AbelianGroup(moduli)) for moduli in self.piece.groups]
        return [
            "from hypothesis import reproduce_failure",
            "from proofs.properties.registry import property_named",
            f"from {module} import {subject} as subject",
            f"test = property_named({self.piece.property_id!r}).test({over}, subject)",
            f"{self.reproduction}(test)()",
        ]


def run_piece(piece: Piece) -> Attack:
    """Attack one property with what is stored, then with new values; shrink what is found.

    >>> run_piece(Piece("scalars.text", ((3,),), 20)).checks
    20
    """
    target = property_named(piece.property_id)
    subject = subject_named(piece.subject) if isinstance(piece.subject, str) else piece.subject
    stored = piece.stored
    kept = DirectoryBasedExampleDatabase(stored) if stored else InMemoryExampleDatabase()
    found, hunting = Attack(piece), piece.examples > 0
    start, failed_at = time.perf_counter(), 0.0

    def check(code: Subject, value: Any) -> str:
        nonlocal failed_at
        if hunting:
            _stop_if_asked(piece, failed_at)
        if not found.wrong:
            found.checks += 1
            found.labels.update(labels(value))
        wrong = target.counterexample(code, value)
        if wrong:
            failed_at = failed_at or time.perf_counter()
            found.value, found.wrong = repr(value), wrong
        return wrong

    def test(database: Any, *phases: Phase) -> None:
        replace(target, check=check).test(
            [AbelianGroup(moduli) for moduli in piece.groups],
            subject,
            seed=piece.seed,
            max_examples=max(1, piece.examples),
            database=database,
            report_multiple_bugs=False,
            phases=phases,
            verbosity=Verbosity.quiet,
            print_blob=True,
        )()

    with suppress(AssertionError, _Stop, Flaky):
        try:
            if hunting:
                test(kept, Phase.reuse, Phase.generate, Phase.target, Phase.shrink)
        except KeyboardInterrupt:
            found.interrupted = True
    found.seconds = (failed_at or time.perf_counter()) - start
    if found.wrong or not hunting:
        hunting = False
        try:  # the smallest that is stored; wherever the search was stopped
            test(ReadOnlyDatabase(kept), Phase.reuse)
        except (AssertionError, Flaky) as error:
            notes = "\n".join(getattr(error, "__notes__", ()))
            line = re.search(r"@(reproduce_failure\(.*?, b(['\"]).*?\2\))", notes)
            found.reproduction = line[1] if line else ""
        except unittest.SkipTest:  # nothing is stored
            pass
        except KeyboardInterrupt:  # what is wrong is known and stored all the same
            found.interrupted = True
    return found


def _stop_if_asked(piece: Piece, failed_at: float) -> None:
    shrunk = failed_at and time.perf_counter() - failed_at > SHRINK_SECONDS
    late = not failed_at and piece.stop_at is not None and time.time() > piece.stop_at
    if shrunk or late or (piece.stop_file is not None and Path(piece.stop_file).exists()):
        raise _Stop


def subject_named(name: str) -> Subject:
    """Return the subject that ``module:NAME`` names; the module is imported.

    Raises:
        ValueError: if there is no such module, or the name in it is no `Subject`.

    >>> subject_named("proofs.subjects.subject:INSTALLED") == Subject()
    True
    """
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
