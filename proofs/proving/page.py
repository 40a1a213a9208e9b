"""The page for people: one HTML file that loads nothing, needs no JavaScript, and runs none.

A claim is one line that opens; what does not hold stands first and open. Check boxes beside the
numbers of the summary hide and show claims by how they are known (CSS alone).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence

from proofs.claims.claim import Claim
from proofs.claims.registry import CLAIMS
from proofs.formal.theorem import statement
from proofs.proving.pictures import worst
from proofs.proving.prove import WORDS, Outcome, by_claim, outcome_word, tally, time_of
from proofs.proving.rendered import mathml, rendered
from proofs.proving.report import Report

#: So many counterexamples stand before the claims; all stand in them.
MAX_IN_FULL = 50
SIGNS = {"holds": "✓", "refuted": "✗", "rests on refuted": "!", "not attempted": "–"}


def page(report: Report) -> bytes:
    """Return the report as an HTML page.

    >>> from proofs.claims.claim import Evidence
    >>> from proofs.proving.report import make_report
    >>> report = make_report([Outcome("laws.one", "", Evidence("proved", ""))], title="laws")
    >>> page(report)[:30]
    b'<!DOCTYPE html>\\n<html lang="en'
    """
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
    words = {outcome_word(x) for x in outcomes}
    return " ".join(f"has-{_slug(key)}" for key, word in WORDS.items() if word in words)


def _slug(key: str) -> str:
    return key.replace(" ", "-")


def _anchor(claim: str) -> str:
    """Return the id of a claim's place on the page, percent signs and spaces avoided."""
    return "claim-" + "".join(x if x.isalnum() or x in ".-" else f"_{ord(x):x}" for x in claim)
