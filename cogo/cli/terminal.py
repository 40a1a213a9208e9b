"""What the commands share on a terminal: the console, and a progress bar with the time left."""

import codecs
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Column, Table
from rich.text import Text

from algebra.machine.read_file import printable

#: What sets the text of a progress bar, the work done, and all work.
Show = Callable[[str, float, float], None]
#: Columns of output that goes to a file or pipe.
WIDTH = 100
#: What a terminal shows that has not all characters; others are escaped.
PLAIN = {"°": " deg", "±": "+-", "·": "-", "–": "-", "×": "x", "≈": "="}


def prepare() -> None:
    """Make output possible on any terminal: of ASCII alone, and of no known width."""
    codecs.register_error("cogo", _plain)
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", lambda **options: None)(errors="cogo")
    if os.environ.get("COLUMNS", "").strip("0") == "":
        os.environ.pop("COLUMNS", None)  # Rich would print lines of no width
    if "_COGO_COMPLETE" in os.environ:
        os.environ["COLUMNS"] = "10000"  # a shell takes each line for a word that it may offer


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    there = error.object[error.start : error.end]
    return "".join(PLAIN.get(x, ascii(x)[1:-1]) for x in there), error.end


def say(*lines: RenderableType, width: int = 0) -> None:
    """Print texts as they are, each on one line however long, and tables: as wide as the terminal,
    or as 100 columns in a file, or as so many.
    """
    out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    out.width = max(out.width if out.is_terminal else WIDTH, width)
    for line in lines:
        out.print(line)


def coloured(word: str, colour: str, rest: str = "") -> Text:
    """Return a text that begins with a word in a colour."""
    return Text.assemble((word, colour), rest)


def wrote(*paths: Path | None) -> list[str]:
    """Return where each file is that was written."""
    return [f"wrote {printable(path)}" for path in paths if path is not None]


def print_json(value: object) -> None:
    """Print JSON for machines."""
    print(json.dumps(value, indent=1), flush=True)


def table(
    title: str,
    *columns: str | Column,
    rows: Iterable[Sequence[str | Text] | None] = (),
    right: Sequence[str] = (),
    **options: Any,
) -> Table:
    """Return a table under a title, whose cells fold; a row that is None ends a section."""
    left: Any = {"title_justify": "left", "caption_justify": "left", "header_style": "bold"}
    whole = (
        Column(x, justify="right" if x in right else "left", overflow="fold")
        if isinstance(x, str)
        else x
        for x in columns
    )
    made = Table(*whole, title=title or None, **left, **options)
    for row in rows:
        if row is None:
            made.add_section()
        else:
            made.add_row(*row)
    return made


#: What is longer is cut, so that the bar stays on one line of a narrow terminal.
MAX_TEXT = 40


@contextmanager
def progress_bar(*, silent: bool = False) -> Iterator[Show]:
    """Show a bar on stderr, if it is a terminal; give what sets its text, work done, and all work.

    The time left is reckoned anew whenever the whole changes, so stages can follow each other.
    """
    errors = Console(stderr=True)
    if silent or not errors.is_terminal:
        yield lambda text, done, total: None
        return
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.TextColumn("{task.percentage:>3.0f} %"),
        rich.TimeElapsedColumn(),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda text, done, total: bar.update(
            task, total=total or 1, completed=done, description=text[:MAX_TEXT]
        )
