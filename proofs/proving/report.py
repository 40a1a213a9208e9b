"""What proving a list of claims brought up, as one value."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any, final

from proofs.claims.registry import CLAIMS
from proofs.proving.pictures import Picture, pictures
from proofs.proving.prove import Outcome, tally
from proofs.subjects.subject import Subject

PAGE, JSON, JUNIT = FILES = ("index.html", "report.json", "junit.xml")
CERTIFICATES = "certificates"
#: Packages whose version is part of what was shown.
PACKAGES = ("cogo-algebra", "numpy", "sympy", "mpmath", "networkx", "matplotlib", "torch")


@final
@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what came of it; certificates are relative to the report's folder."""

    title: str
    outcomes: tuple[Outcome, ...]
    seed: int
    moment: str  # the end of the checks, UTC
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
    outcomes: Sequence[Outcome], *, title: str, seed: int = 0, subject: Subject | None = None
) -> Report:
    """Return a report of outcomes, with pictures if the code under test is given.

    >>> from proofs.claims.claim import Evidence
    >>> report = make_report([Outcome("laws.one", "", Evidence("proved", ""))], title="laws")
    >>> report.accepted, sorted(report.versions)[:2]
    (True, ['Python', 'cogo-algebra'])
    """
    found = tuple(map(_relative, outcomes))
    drawn = pictures(found, subject) if subject else ()
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return Report(title, found, seed, moment, _versions(), drawn)


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
