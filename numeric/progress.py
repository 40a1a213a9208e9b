"""How far long work is, with the time left, on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

#: What is longer is cut, so that the bar stays on one line of a narrow terminal.
MAX_TEXT = 40


@contextmanager
def progress_bar(*, silent: bool = False) -> Iterator[Callable[[str, float, float], None]]:
    """Show a bar on stderr while the block runs; give what sets text, work done, and all work.

    Silent if asked to be, or if stderr is no terminal. The time left is reckoned anew whenever
    the whole changes, so stages can follow each other in one bar.

    >>> with progress_bar() as show:
    ...     show("training", 1, 2)
    """
    errors = Console(stderr=True)
    if silent or not errors.is_terminal:
        yield lambda text, done, total: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TimeLeft(),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda text, done, total: bar.update(
            task, total=total or 1, completed=done, description=text[:MAX_TEXT]
        )
