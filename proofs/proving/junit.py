"""The outcomes as JUnit XML, for continuous integration: a suite for each group.

A refuted claim is a failure with its counterexample, one that rests on a refuted claim an error
with the reason, one that was not attempted is skipped.

Source: the schema of Apache Ant's reports, https://github.com/windyroad/JUnit-Schema.
"""

from __future__ import annotations

from proofs.claims.registry import CLAIMS
from proofs.proving.prove import Outcome
from proofs.proving.rendered import rendered
from proofs.proving.report import Report


def junit(report: Report) -> bytes:
    """Return the report as JUnit XML.

    >>> from proofs.claims.claim import Evidence
    >>> from proofs.proving.report import make_report
    >>> report = make_report([Outcome("laws.one", "", Evidence("proved", ""))], title="laws")
    >>> b'<testcase classname="cogo.laws" name="laws.one"' in junit(report)
    True
    """
    suites: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        suites.setdefault(outcome.group or "every group", []).append(outcome)
    return rendered("junit.xml", report=report, suites=suites, claims=CLAIMS)
