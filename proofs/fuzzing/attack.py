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

    Without examples what is stored is tried again, and left as it is. The subject is named where
    other processes need it; the folder is where failures are stored, and tried first of all.
    """

    property_id: str
    groups: tuple[tuple[int, ...], ...]
    examples: int
    seed: int = 0
    subject: Subject | str = INSTALLED_NAME
    folder: str | None = None
    stop_at: float | None = None  # seconds since the epoch
    stop_file: str = ""  # once it is there, the piece ends

    @property
    def stored(self) -> Path | None:
        """Hypothesis' database of what failed, whose entries are about these groups alone."""
        digest = hashlib.sha256(repr(self.groups).encode()).hexdigest()
        return None if self.folder is None else Path(self.folder, self.property_id, digest[:8])

    @property
    def over(self) -> list[AbelianGroup]:
        """The groups to draw from."""
        return list(map(AbelianGroup, self.groups))

    def stop_if_asked(self, failed_at: float) -> None:
        """End a piece whose time is over, whose shrinking takes too long, or that is asked to."""
        shrunk = failed_at and time.perf_counter() - failed_at > SHRINK_SECONDS
        late = not failed_at and self.stop_at is not None and time.time() > self.stop_at
        if shrunk or late or (self.stop_file and Path(self.stop_file).exists()):
            raise _Stop


@final
@dataclass(slots=True)
class Attack:
    """What came of a piece.

    The value is shown as it prints, shrunk; what draws it again is
    empty where another value came, as of code under test that has a random number in it.
    """

    piece: Piece
    checks: int = 0  # those while shrinking are not counted
    labels: Counter[str] = field(default_factory=Counter)
    interrupted: bool = False
    value: str = ""
    wrong: str = ""
    reproduction: str = ""

    def python(self) -> list[str]:
        """Return five lines of Python that draw the value again and raise what is wrong."""
        name, over = self.piece.subject, list(map(str, self.piece.over))
        module, _, subject = (name if isinstance(name, str) else "my_module:SUBJECT").partition(":")
        return [
            "from hypothesis import reproduce_failure",
            "from proofs.properties.registry import property_named",
            f"from {module} import {subject} as subject",
            f"test = property_named({self.piece.property_id!r}).test({over}, subject)",
            f"{self.reproduction}(test)()",
        ] * bool(self.reproduction)


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
    failed_at = 0.0

    def check(code: Subject, value: Any) -> str:
        nonlocal failed_at
        if hunting:
            piece.stop_if_asked(failed_at)
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
            piece.over,
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


def subject_named(name: str) -> Subject:
    """Return the subject that ``module:NAME`` names; a ValueError says why there is none.

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
