"""A report: the outcomes, with everything that a reader needs to judge them, as files.

The same outcomes give the same report, but for times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from algebra.machine.held_file import held
from algebra.machine.write_file import require_writable, write_bytes
from proofs.claims.registry import CLAIMS
from proofs.proving.page import page
from proofs.proving.prove import Outcome
from proofs.proving.rendered import rendered, require_templates
from proofs.proving.report import FILES, PAGE, Report, make_report
from proofs.subjects.subject import INSTALLED, Subject

#: Where this is, the report was begun, and is not finished.
UNFINISHED = "unfinished"


def junit(report: Report) -> bytes:
    """Return the report as JUnit XML, for continuous integration: a suite for each group.

    A refuted claim is a failure, one that rests on a refuted claim an error, one that was not
    attempted is skipped.

    Source: the schema of Apache Ant's reports, https://github.com/windyroad/JUnit-Schema.

    >>> from proofs.claims.claim import Evidence
    >>> report = make_report([Outcome("laws.one", "", Evidence("proved", ""))], title="laws")
    >>> b'<testcase classname="cogo.laws" name="laws.one"' in junit(report)
    True
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

    A certificate is linked as ``certificates/NAME``, wherever it was written. Raises a ValueError,
    and writes nothing, if a file is there and ``force`` is not set, or templates are not installed.
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
    Raises a ValueError as `write_report` does; or if another process makes a report there.
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
