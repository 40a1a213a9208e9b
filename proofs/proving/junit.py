"""The outcomes as JUnit XML, for continuous integration: a suite for each group.

A refuted claim is a failure with its counterexample, one that rests on a refuted claim an error
with the reason, one that was not attempted is skipped.

Source: the schema of Apache Ant's reports, https://github.com/windyroad/JUnit-Schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from proofs.claims.registry import CLAIMS
from proofs.proving.markup import tag, xml
from proofs.proving.prove import Outcome

if TYPE_CHECKING:
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
    return xml(
        tag(
            "testsuites",
            *(
                _suite(report, name, number, members)
                for number, (name, members) in enumerate(suites.items())
            ),
        )
    )


def _suite(report: Report, name: str, number: int, members: Sequence[Outcome]) -> Element:
    results = [outcome.result for outcome in members]
    properties = {"seed": str(report.seed), **report.versions}
    return tag(
        "testsuite",
        tag("properties", *(tag("property", name=k, value=v) for k, v in properties.items())),
        *map(_case, members),
        tag("system-out", "\n".join(map(_line, members))),
        tag("system-err"),
        name=name,
        package="cogo",
        id=str(number),
        # The schema asks for a host; which machine it was is nobody's business.
        hostname="localhost",
        timestamp=report.moment,
        tests=str(len(members)),
        failures=str(results.count("refuted")),
        errors=str(results.count("rests on refuted")),
        skipped=str(results.count("not attempted")),
        time=f"{sum(x.seconds for x in members):.6f}",
    )


def _line(outcome: Outcome) -> str:
    how = "" if outcome.holds is False else f", {outcome.how}"
    return f"{outcome.claim}: {outcome.result}{how}"


def _case(outcome: Outcome) -> Element:
    found: list[Element] = []
    if outcome.result == "refuted":
        text = f"{CLAIMS[outcome.claim].statement}\n{outcome.evidence.counterexample}"
        message = outcome.evidence.counterexample.partition("\n")[0]
        found = [tag("failure", text, message=message, type="refuted")]
    elif outcome.result == "rests on refuted":
        message = f"rests on what was refuted: {', '.join(outcome.rests_on)}"
        found = [tag("error", f"{message}\n{outcome.how}", message=message, type=outcome.result)]
    elif outcome.result == "not attempted":
        found = [tag("skipped", message=outcome.how)]
    return tag(
        "testcase",
        *found,
        classname=f"cogo.{CLAIMS[outcome.claim].family}",
        name=f"{outcome.claim} [{outcome.group}]" if outcome.group else outcome.claim,
        time=f"{outcome.seconds:.6f}",
    )
