"""A report: the outcomes, with everything that a reader needs to judge them, as files.

The same outcomes give the same report, but for times.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Any, final

from algebra.held_file import held
from algebra.write_file import require_writable, write_bytes
from proofs.prove import Outcome, tally
from proofs.registry import CLAIMS
from proofs.report.pictures import Picture, pictures
from proofs.subject import INSTALLED, Subject

PAGE, JSON, JUNIT = FILES = ("index.html", "report.json", "junit.xml")
CERTIFICATES = "certificates"
#: Where this is, the report was begun, and is not finished.
UNFINISHED = "unfinished"
#: Packages whose version is part of what was shown.
PACKAGES = ("cogo-algebra", "numpy", "sympy", "mpmath", "networkx", "matplotlib", "torch")


@final
@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what came of it.

    Attributes:
        title: the command or the question.
        outcomes: in order; certificates relative to the folder of the report.
        seed: of whatever was sampled.
        moment: the end of the checks, UTC.
        versions: of Python and of packages, by name.
        pictures: what is drawn.
    """

    title: str
    outcomes: tuple[Outcome, ...]
    seed: int
    moment: str
    versions: Mapping[str, str]
    pictures: tuple[Picture, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether nothing was refuted; what the exit code says."""
        return not any(x.holds is False for x in self.outcomes)

    def as_json(self) -> bytes:
        """Return everything but the pictures as JSON, floats that are no numbers as texts."""
        top = {
            "format": "cogo-report",
            "version": 1,
            "title": self.title,
            "refuted": not self.accepted,
            "summary": tally(self.outcomes),
            "seed": self.seed,
            "moment": self.moment,
            "versions": dict(self.versions),
            "outcomes": [
                _finite({**x.as_dict(), "latex": CLAIMS[x.claim].latex}) for x in self.outcomes
            ],
        }
        return (json.dumps(top, indent=1, allow_nan=False, default=str) + "\n").encode()


def make_report(
    outcomes: Sequence[Outcome],
    *,
    title: str,
    seed: int = 0,
    subject: Subject | None = None,
) -> Report:
    """Return a report of outcomes, with pictures if the code under test is given.

    >>> from proofs.claim import Evidence
    >>> report = make_report([Outcome("laws.one", "", Evidence("proved", ""))], title="laws")
    >>> report.accepted, sorted(report.versions)[:2]
    (True, ['Python', 'cogo-algebra'])
    """
    found = tuple(map(_relative, outcomes))
    drawn = pictures(found, subject) if subject else ()
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return Report(title, found, seed, moment, _versions(), drawn)


def write_report(
    outcomes: Sequence[Outcome],
    folder: Path,
    *,
    title: str,
    seed: int = 0,
    subject: Subject = INSTALLED,
    force: bool = False,
) -> Path:
    """Write a page, JSON and JUnit XML to a folder, each by rename; return the page's path.

    Args:
        outcomes: as `proofs.prove.marked` gives them; a certificate is linked as
            ``certificates/NAME``, wherever it was written.
        folder: which exists.
        title: the command or the question.
        seed: of whatever was sampled.
        subject: the code under test, which is drawn.
        force: whether files that are there may be replaced.

    Raises:
        ValueError: if a file exists and ``force`` is not set, or cannot be written; then none is.
    """
    from proofs.report.junit import junit
    from proofs.report.page import page

    require_writable(*(folder / name for name in FILES), force=force)
    report = make_report(outcomes, title=title, seed=seed, subject=subject)
    contents = (page(report), report.as_json(), junit(report))
    for name, data in zip(FILES, contents, strict=True):
        write_bytes(folder / name, data, force=force)
    return folder / PAGE


@contextmanager
def unfinished(folder: Path, *, force: bool = False) -> Iterator[bool]:
    """Hold a folder while a report is made; give whether files that are there may be replaced.

    They may if ``force`` is set, or if a file says that they are of a report that was not finished.

    Raises:
        ValueError: before any work is done, what `write_report` would raise; or if another process
            makes a report there.
    """
    marker = folder / UNFINISHED
    replaces = force or marker.exists()
    require_writable(*(folder / name for name in FILES), force=replaces)
    with held(marker) as stream:
        if not replaces:
            stream.write("The report in this folder is not finished; the same command goes on.\n")
            stream.flush()
        yield replaces
        marker.unlink()


def _relative(outcome: Outcome) -> Outcome:
    """Return the outcome with its certificate's path relative to the report."""
    if not outcome.certificate.endswith(".json"):
        return outcome
    name = PurePath(outcome.certificate).name
    return replace(outcome, certificate=f"{CERTIFICATES}/{name}")


def _versions() -> dict[str, str]:
    found = {"Python": platform.python_version(), "system": platform.system()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(x) for key, x in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
