"""The report of what proving brought up: a page for people, JSON, and JUnit XML, as files.

The page is one HTML file that loads nothing and runs nothing. Every text is escaped, formulas are
MathML. The same outcomes give the same report, but for times.
"""

from __future__ import annotations

import html
import json
import platform
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path, PurePath
from typing import Any, final
from xml.etree import ElementTree

from algebra.machine.held import held
from algebra.machine.install import install
from algebra.machine.write_file import require_writable, write_bytes
from proofs.claims.claim import Claim
from proofs.claims.registry import CLAIMS
from proofs.formal.proved import statement
from proofs.proving.pictures import Picture, pictures, worst
from proofs.proving.prove import WORDS, Outcome, by_claim, tally, time_of
from proofs.subjects.subject import INSTALLED, Subject

PAGE, JSON, JUNIT = FILES = ("index.html", "report.json", "junit.xml")
CERTIFICATES = "certificates"
#: Packages whose version is part of what was shown.
PACKAGES = ("cogo-algebra", "numpy", "sympy", "mpmath", "networkx", "matplotlib", "torch")
#: Where this is, the report was begun, and is not finished.
UNFINISHED = "unfinished"
#: What neither HTML nor XML can contain, not even escaped.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: So many counterexamples stand before the claims; all stand in them.
MAX_IN_FULL = 50
SIGNS = {"holds": "✓", "refuted": "✗", "rests on refuted": "!", "not attempted": "–"}


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
        """Return everything but the pictures as JSON."""
        top = {
            "format": "cogo-report",
            "version": 1,
            "title": self.title,
            "refuted": not self.accepted,
            "summary": tally(self.outcomes),
            "seed": self.seed,
            "moment": self.moment,
            "versions": dict(self.versions),
            "outcomes": [x.as_dict() | {"latex": CLAIMS[x.claim].latex} for x in self.outcomes],
        }
        return (json.dumps(top, indent=1, allow_nan=False, default=str) + "\n").encode()


def make_report(
    outcomes: Sequence[Outcome], *, title: str, seed: int = 0, subject: Subject | None = None
) -> Report:
    """Return a report of outcomes, with pictures if the code under test is given."""
    found = tuple(
        replace(x, certificate=f"{CERTIFICATES}/{PurePath(x.certificate).name}")
        if x.certificate.endswith(".json")
        else x
        for x in outcomes
    )
    drawn = pictures(found, subject) if subject else ()
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return Report(title, found, seed, moment, _versions(), drawn)


def _versions() -> dict[str, str]:
    found = {"Python": platform.python_version(), "system": platform.system()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def require_templates() -> None:
    """Refuse a report before any work if what writes it is missing."""
    missing = [name for name in ("jinja2", "latex2mathml") if find_spec(name) is None]
    if missing:
        raise ValueError(f"a report needs {' and '.join(missing)}: {install('report')}")


def rendered(template: str, /, **values: Any) -> bytes:
    """Return a template of this folder with its values filled in."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("proofs.proving", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    text = environment.get_template(template).render(**values)
    return (ILLEGAL.sub("\ufffd", text) + "\n").encode()


def mathml(latex: str) -> str:
    """Return a formula as markup that a template takes as it is."""
    from latex2mathml.converter import convert_to_element
    from markupsafe import Markup

    # Its own text of an element is not escaped.
    root = convert_to_element(latex)
    for element in root.iter():
        element.text = re.sub(r"\\([_%&#$])", r"\1", html.unescape(element.text or ""))
    return Markup(ElementTree.tostring(root, encoding="unicode", method="html"))


def page(report: Report) -> bytes:
    """Return the report as an HTML page."""
    members = by_claim(report.outcomes)
    families: dict[str, dict[Claim, list[Outcome]]] = {}
    for claim, found in members.items():
        families.setdefault(claim.family, {})[claim] = found
    return rendered(
        "page.html",
        report=report,
        verdict=_verdict(report),
        refuted=[x for x in report.outcomes if x.holds is False],
        certified=[x for x in report.outcomes if x.certificate.endswith(".json")],
        groups={x.group for x in report.outcomes if x.group},
        numbers=tally(report.outcomes),
        by_claim=members,
        families=families,
        results=worst(report.outcomes),
        claims=CLAIMS,
        words=WORDS,
        signs=SIGNS,
        most=MAX_IN_FULL,
        slug=_slug,
        anchor=_anchor,
        classes=_classes,
        kinds=_kinds,
        time=time_of,
        mathml=mathml,
        coq=statement,
        base64=lambda text: b64encode(text.encode()).decode(),
    )


def _verdict(report: Report) -> str:
    numbers = tally(report.outcomes)
    if not report.outcomes:
        return "Nothing was checked."
    if not report.accepted:
        resting = numbers["rests on refuted"]
        rests = f"; {resting} more rest on them" if resting else ""
        return f"Refuted: {numbers['refuted']} of {len(report.outcomes)} checks{rests}."
    known = ", ".join(f"{n} {word}" for word, n in numbers.items() if n)
    return f"Nothing was refuted: {known}."


def _kinds(members: Sequence[Outcome]) -> str:
    """Say how a claim is known, in several ways with numbers; nothing if its badge says it."""
    found = {word: number for word, number in tally(members).items() if number}
    if len(found) > 1:
        return ", ".join(f"{number} {word}" for word, number in found.items())
    return "".join(word for word in found if word not in SIGNS)


def _classes(outcomes: Iterable[Outcome]) -> str:
    words = {x.word for x in outcomes}
    return " ".join(f"has-{_slug(key)}" for key, word in WORDS.items() if word in words)


def _slug(key: str) -> str:
    return key.replace(" ", "-")


def _anchor(claim: str) -> str:
    """Return the id of a claim's place on the page, percent signs and spaces avoided."""
    return "claim-" + "".join(x if x.isalnum() or x in ".-" else f"_{ord(x):x}" for x in claim)


def junit(report: Report) -> bytes:
    """Return the report as JUnit XML: a suite for each group.

    Source: the schema of Apache Ant's reports, https://github.com/windyroad/JUnit-Schema.
    """
    suites: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        suites.setdefault(outcome.group or "every group", []).append(outcome)
    return rendered("junit.xml", report=report, suites=suites, claims=CLAIMS)


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

    A certificate is linked as ``certificates/NAME``. A ValueError, and nothing written, if a file
    is there and ``force`` is not set, or templates are not installed.
    """
    require_templates()
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
