"""The result of an experiment as a page of Markdown that someone reads.

python -m experiments.page FILE.json prints what the page of a stored result has for figures.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from algebra.machine.write_file import WriteError, write_bytes
from experiments.result import QUICK, UNFINISHED, Result, Row, Time, in_a_line, result_of

#: Between these heads of a page stands what a person has written, which is kept.
DISCUSSION, HOW = "## Discussion", "## How it was run"


def page(result: Result, *, discussion: str = "") -> str:
    """Return a result as a page."""
    parts = [f"# {result.title}"]
    if result.paper:
        parts.append(f"**The paper.** {result.paper}")
    parts += [f"**{text}**" for text in (QUICK + "." if result.quick else "", result.part) if text]
    if result.missing:
        parts.append(f"**{UNFINISHED}** Missing:")
        parts.append("\n".join(f"* {text}" for text in result.missing))
    if result.rows:
        parts.append("## What was measured")
    parts += _tables(result, "### {}")
    parts += [f"![{Path(x.name).stem}]({x.name})" for x in result.pictures if x.suffix == ".png"]
    parts += _notes(result)
    if discussion.strip():
        parts += [DISCUSSION, discussion.strip()]
    parts += [HOW, _how(result)]
    return "\n\n".join(parts) + "\n"


def printed(found: Mapping[str, Any]) -> str:
    """Return what a stored result has for its page: tables, notes, and how it was run."""
    result = result_of(found)
    return "\n\n".join(
        [*_tables(result, "**{}**"), *_notes(result), "How it was run:", _how(result)]
    )


def _tables(result: Result, heading: str) -> list[str]:
    """Return the tables, and what stands above each."""
    sections: dict[str, list[Row]] = {}
    for row in result.rows:
        sections.setdefault(row.section, []).append(row)
    parts = []
    for section, rows in sections.items():
        parts += [heading.format(section)] * bool(section)
        parts += filter(None, (_pivot([x for x in rows if x.way], result),
                               _table([x for x in rows if not x.way], result)))  # fmt: skip
    return parts


def _notes(result: Result) -> list[str]:
    return ["\n".join(f"* {note}" for note in result.notes)] * bool(result.notes)


def write(result: Result, folder: Path) -> list[Path]:
    """Write a result as a page and then as JSON, which says that all is there.

    What a page that is there says between "Discussion" and "How it was run" is kept.
    """
    path = folder / f"{result.name}.md"
    try:
        there = path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise WriteError(f"{path} cannot be read: {reason}; mend it, or move it away") from None
    discussion = there.partition(f"\n{DISCUSSION}\n")[2]
    if f"\n{HOW}\n" in discussion:
        discussion = discussion.rpartition(f"\n{HOW}\n")[0]
    texts = {
        f"{result.name}.md": page(result, discussion=discussion),
        f"{result.name}.json": json.dumps(result.as_json(), indent=1) + "\n",
    }
    for name, text in texts.items():
        write_bytes(folder / name, text.encode(), force=True)
    return [folder / name for name in texts]


def _how(result: Result) -> str:
    lines = [f"* {name}: {text}" for name, text in result.settings.items()]
    if result.time.networks > result.time.unrecorded:
        lines.append(f"* {time_in_words(result.time)[0]}")
    return "\n".join([*lines, f"* {in_a_line(result.machine)}"])


def time_in_words(time: Time) -> list[str]:
    """Return what took how long, as sentences.

    >>> time_in_words(Time(networks=2, new=0, training=90.0, here=3.0))
    ['time: training took 1 min 30 s in all for 2 networks, none of them trained in this call', 'this call took 3 s by the clock, with 1 worker']
    """  # noqa: E501
    lines = []
    if time.networks:
        known = time.networks - time.unrecorded
        new = str(time.new) if time.new else "none"
        spent = (
            f"training took {duration(time.training)} in all for {known} network"
            f"{'s' * (known != 1)}"
            if known
            else f"{time.networks} networks"
        )
        lines.append(f"time: {spent}, {new} of them trained in this call")
        if time.unrecorded:
            lines.append(
                f"how long the training of {time.unrecorded} took was not recorded when they "
                f"were trained"
            )
    workers = f"{time.workers} worker{'s' * (time.workers != 1)}"
    waited = f", {duration(time.waited)} of it training" if time.new else ""
    return [*lines, f"this call took {duration(time.here)} by the clock{waited}, with {workers}"]


def duration(seconds: float) -> str:
    """Return seconds for people."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _table(rows: list[Row], result: Result) -> str:
    """Return rows with a verdict each; no column for the paper where it gives no figure."""
    if not rows:
        return ""
    compared = any(row.paper is not None for row in rows)
    lines = [["quantity", *(["the paper"] if compared else []), "here", "known", "verdict"]]
    lines += [
        [
            row.quantity,
            *([row.paper_text()] if compared else []),
            row.ours_with_unit(),
            row.known,
            row.verdict(quick=result.quick) if row.paper is not None or row.said else "",
        ]
        for row in rows
    ]
    return markdown(lines)


def _pivot(rows: list[Row], result: Result) -> str:
    """Return a table with a column for each way in which a quantity was found."""
    if not rows:
        return ""
    ways = list(dict.fromkeys(row.way for row in rows))
    compared = any(row.paper is not None for row in rows)
    lines = [["", *(["the paper"] if compared else []), *ways]]
    for quantity in dict.fromkeys(row.quantity for row in rows):
        mine = {row.way: row for row in rows if row.quantity == quantity}
        paper = next((x.paper_text() for x in mine.values() if x.paper is not None), "-")
        shown = [_cell(mine[way], result) if way in mine else "-" for way in ways]
        lines.append([quantity, *([paper] if compared else []), *shown])
    return markdown(lines)


def _cell(row: Row, result: Result) -> str:
    verdict = row.verdict(quick=result.quick) if row.paper is not None or row.said else ""
    return "<br>".join(filter(None, (row.ours_with_unit(), verdict)))


def markdown(lines: list[list[str]]) -> str:
    """Return lines of cells as a table, the first one as its head.

    >>> print(markdown([["x", "x^2"], ["2", "4"]]))
    | x | x^2 |
    | --- | --- |
    | 2 | 4 |
    """
    rule = ["---"] * len(lines[0])
    return "\n".join(_line(cells) for cells in (lines[0], rule, *lines[1:]))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(x.replace("|", "\\|") for x in cells) + " |"


if __name__ == "__main__":
    print(printed(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
