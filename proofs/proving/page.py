"""The page for people: one HTML file that loads nothing, needs no JavaScript, and runs none.

A claim is one line that opens; what does not hold stands first and open. Check boxes beside the
numbers of the summary hide and show claims by how they are known (CSS alone).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from proofs.claims.claim import Claim
from proofs.claims.registry import CLAIMS
from proofs.proving.formula import Formulas
from proofs.proving.markup import html, tag
from proofs.proving.pictures import Picture, worst
from proofs.proving.prove import WORDS, Outcome, outcome_word, tally

if TYPE_CHECKING:
    from proofs.proving.report import Report

#: Nothing may be loaded or run; a browser enforces it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
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
    formulas = Formulas()
    parts = [
        _header(report),
        tag(
            "main",
            *_failures(report.outcomes),
            *_claims(report.outcomes, formulas),
            *_certificates(report.outcomes),
            *_pictures(report.pictures),
            _versions(report),
            id="main",
        ),
    ]
    body = tag(
        "body",
        tag("a", "Skip to the claims", href="#main", class_="skip"),
        formulas.glyphs(),
        *parts,
    )
    return html(tag("html", _head(report), body, lang="en"))


def _head(report: Report) -> Element:
    style = files("proofs.proving").joinpath("page.css").read_text(encoding="utf-8")
    for key in WORDS:
        has = f"body:has(#show-{_slug(key)}:checked) .has-{_slug(key)}"
        style += f"@supports selector(:has(*)) {{ {has} {{ display: block }} }}\n"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", **{"http-equiv": "Content-Security-Policy", "content": POLICY}),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", **{"name": "color-scheme", "content": "light dark"}),
        tag("link", rel="icon", href="data:,"),
        tag("title", f"{'' if report.accepted else 'REFUTED: '}{report.title}"),
        tag("style", style),
    )


def _header(report: Report) -> Element:
    numbers = tally(report.outcomes)
    claims = len({x.claim for x in report.outcomes})
    groups = len({x.group for x in report.outcomes if x.group})
    seconds = sum(x.seconds for x in report.outcomes)
    over = f" over {groups} group{'s' * (groups != 1)}" if groups else ""
    tiles = [_tile(key, numbers[word]) for key, word in WORDS.items()]
    return tag(
        "header",
        tag("h1", report.title),
        tag("p", _verdict(report), class_="verdict " + ("good" if report.accepted else "bad")),
        tag(
            "p",
            f"{len(report.outcomes)} checks of {claims} claims{over}, {_time(seconds)} of work, "
            f"seed {report.seed}, ",
            tag("time", f"{report.moment.replace('T', ' ')} UTC", datetime=f"{report.moment}Z"),
        ),
        tag("fieldset", tag("legend", "How they are known; tick what to show"), *tiles),
        tag(
            "nav",
            *_joined(tag("a", text, href=f"#{name}") for name, text in _sections(report)),
            aria_label="Sections",
        ),
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


def _tile(key: str, number: int) -> Element:
    box = tag("input", type="checkbox", id=f"show-{_slug(key)}", checked="")
    return tag(
        "label",
        box,
        tag("strong", str(number)),
        " ",
        tag("span", WORDS[key]),
        class_=f"tile tile-{_slug(key)}" + (" none" if not number else ""),
    )


def _sections(report: Report) -> Iterator[tuple[str, str]]:
    if not report.accepted:
        yield "refuted", "Refuted"
    yield "claims", "Claims"
    if any(x.certificate for x in report.outcomes):
        yield "certificates", "Certificates"
    if report.pictures:
        yield "pictures", "Pictures"
    yield "versions", "Versions"


def _joined(links: Iterator[Element]) -> Iterator[Element | str]:
    for link in links:
        yield link
        yield " "


def _failures(outcomes: Sequence[Outcome]) -> Iterator[Element]:
    """Yield the counterexamples, in full, before anything else."""
    refuted = [x for x in outcomes if x.holds is False]
    if refuted:
        found = [
            tag(
                "article",
                tag(
                    "h3",
                    tag("a", x.claim, href=f"#{_anchor(x.claim)}"),
                    f" over {x.group}" if x.group else "",
                ),
                tag("p", CLAIMS[x.claim].statement),
                _counterexample(x),
                class_="failure",
            )
            for x in refuted[:MAX_IN_FULL]
        ]
        if len(refuted) > MAX_IN_FULL:
            found.append(
                tag("p", f"... and {len(refuted) - MAX_IN_FULL} more, in the claims below")
            )
        yield tag("section", tag("h2", "Refuted"), *found, id="refuted")


def _counterexample(outcome: Outcome) -> Element:
    label = f"Counterexample of {outcome.claim}"
    return tag(
        "pre", outcome.evidence.counterexample, tabindex="0", role="region", aria_label=label
    )


def _claims(outcomes: Sequence[Outcome], formulas: Formulas) -> Iterator[Element]:
    by_claim: dict[str, list[Outcome]] = {}
    for x in outcomes:
        by_claim.setdefault(x.claim, []).append(x)
    results = worst(outcomes)
    families = []
    known = [CLAIMS[name] for name in CLAIMS if name in by_claim]
    for family in dict.fromkeys(claim.family for claim in known):
        members = [claim for claim in known if claim.family == family]
        every = [x for claim in members for x in by_claim[claim.id]]
        blocks = [_claim(claim, by_claim[claim.id], results, formulas) for claim in members]
        families.append(
            tag("section", tag("h3", family), *blocks, class_=f"family {_classes(every)}")
        )
    if families:
        yield tag("section", tag("h2", "Claims"), *families, id="claims")
    else:
        yield tag("section", tag("h2", "Claims"), tag("p", "None was checked."), id="claims")


def _claim(
    claim: Claim, members: Sequence[Outcome], results: Mapping[str, str], formulas: Formulas
) -> Element:
    result = results[claim.id]
    groups = [x.group for x in members if x.group]
    where = "" if not groups else groups[0] if len(groups) == 1 else f"{len(groups)} groups"
    summary = tag(
        "summary",
        tag("span", f"{SIGNS[result]} {result}", class_=f"badge {_slug(result)}"),
        tag("span", claim.statement, class_="statement"),
        tag("span", " · ".join(filter(None, (_kinds(members), where))), class_="kind"),
    )
    details = [
        summary,
        tag(
            "div",
            formulas.draw(claim.latex),
            class_="scroll",
            tabindex="0",
            role="region",
            aria_label=f"Formula of {claim.id}",
        ),
        tag(
            "dl",
            *_pair("Claim", tag("code", claim.id)),
            *_pair("Source", claim.source),
            *_pair("Rests on", *_needs(claim, results)),
            *_pair("Time", _time(sum(x.seconds for x in members))),
        ),
        _table(claim, members),
    ]
    opened = {"open": ""} if result in ("refuted", "rests on refuted") else {}
    names = f"claim {_slug(result)} {_classes(members)}"
    return tag("details", *details, id=_anchor(claim.id), class_=names, **opened)


def _kinds(members: Sequence[Outcome]) -> str:
    """Say how a claim is known, in several ways with numbers; nothing if its badge says it."""
    found = {word: number for word, number in tally(members).items() if number}
    if len(found) > 1:
        return ", ".join(f"{number} {word}" for word, number in found.items())
    return "".join(word for word in found if word not in SIGNS)


def _needs(claim: Claim, results: Mapping[str, str]) -> Iterator[Element | str]:
    if not claim.needs:
        yield "no other claim"
    for number, name in enumerate(claim.needs):
        yield ", " if number else ""
        if name in results:
            yield tag("a", name, href=f"#{_anchor(name)}")
            yield "" if results[name] == "holds" else f" ({results[name]})"
        else:
            yield f"{name} (not checked here)"


def _pair(term: str, *text: Element | str) -> tuple[Element, Element]:
    return tag("dt", term), tag("dd", *text)


def _table(claim: Claim, members: Sequence[Outcome]) -> Element:
    """Return the outcomes of one claim, a row for each group."""
    columns = [
        name
        for name, used in (
            ("Group", any(x.group for x in members)),
            ("Result", True),
            ("How", True),
            ("Figures", any(x.evidence.figures for x in members)),
            ("Certificate", any(x.certificate for x in members)),
            ("Time", len(members) > 1),
        )
        if used
    ]
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in columns)))
    body = tag("tbody", *(_row(x, columns) for x in members))
    return tag(
        "div",
        tag("table", head, body),
        class_="scroll",
        tabindex="0",
        role="region",
        aria_label=f"Outcomes of {claim.id}",
    )


def _row(x: Outcome, columns: Sequence[str]) -> Element:
    how: list[Element | str] = [x.how]
    if x.holds is False:
        # What would have been proved is not; only what was looked at may be said.
        how = [f"among {x.evidence.scope}", _counterexample(x)]
    if x.rests_on:
        how.append(tag("p", f"Rests on what was refuted: {', '.join(x.rests_on)}"))
    cells: dict[str, list[Element | str]] = {
        "Group": [x.group],
        "Result": [f"{SIGNS[x.result]} {x.result}"],
        "How": how,
        "Figures": [", ".join(f"{name}: {_number(y)}" for name, y in x.evidence.figures.items())],
        "Certificate": [_certificate(x)],
        "Time": [_time(x.seconds)],
    }
    return tag(
        "tr",
        *(tag("td", *cells[name], data_label=name) for name in columns),
        class_=_slug(x.result),
    )


def _certificate(x: Outcome) -> Element | str:
    if not x.certificate.endswith(".json"):
        return x.certificate
    return tag("a", x.certificate.rpartition("/")[2], href=x.certificate)


def _certificates(outcomes: Sequence[Outcome]) -> Iterator[Element]:
    found = [x for x in outcomes if x.certificate.endswith(".json")]
    if found:
        rows = [tag("li", _certificate(x), f": {x.claim}, {x.group}") for x in found]
        yield tag(
            "section",
            tag("h2", "Certificates"),
            tag(
                "p",
                "Each was accepted by the stand-alone checker, and anyone can check it again: ",
                tag("code", "cogo check FILE"),
                ", or ",
                tag("code", "python checker.py FILE"),
                " with the file proofs/certificates/checker.py alone.",
            ),
            tag(
                "details",
                tag("summary", f"{len(found)} file{'s' * (len(found) != 1)}"),
                tag("ul", *rows),
                **({"open": ""} if len(found) <= 20 else {}),
            ),
            id="certificates",
        )


def _pictures(pictures: Sequence[Picture]) -> Iterator[Element]:
    if pictures:
        yield tag("section", tag("h2", "Pictures"), *map(_figure, pictures), id="pictures")


def _figure(picture: Picture) -> Element:
    inside: list[Element] = []
    if picture.svg:
        data = base64.b64encode(picture.svg.encode()).decode()
        source = f"data:image/svg+xml;base64,{data}"
        image = tag("img", src=source, alt=picture.text, class_="wide" if picture.wide else "fits")
        inside = [
            tag(
                "div", image, class_="scroll", tabindex="0", role="region", aria_label=picture.title
            )
        ]
    caption = tag("figcaption", tag("strong", picture.title), ". ", picture.text)
    return tag("figure", caption, *inside)


def _versions(report: Report) -> Element:
    pairs = [part for name, text in report.versions.items() for part in _pair(name, text)]
    return tag(
        "section",
        tag("h2", "Versions"),
        tag("dl", *_pair("seed", str(report.seed)), *pairs),
        tag(
            "p",
            "The same as ",
            tag("a", "JSON", href="report.json"),
            " and as ",
            tag("a", "JUnit XML", href="junit.xml"),
            ".",
        ),
        id="versions",
    )


def _classes(outcomes: Sequence[Outcome]) -> str:
    words = {outcome_word(x) for x in outcomes}
    return " ".join(f"has-{_slug(key)}" for key, word in WORDS.items() if word in words)


def _slug(key: str) -> str:
    return key.replace(" ", "-")


def _anchor(claim: str) -> str:
    """Return the id of a claim's place on the page, percent signs and spaces avoided."""
    return "claim-" + "".join(x if x.isalnum() or x in ".-" else f"_{ord(x):x}" for x in claim)


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
