"""What the commands share on a terminal: the console, and a progress bar with the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

#: Columns of output that goes to a file or pipe.
WIDTH = 100


def console() -> Console:
    """Return the console for results: as wide as the terminal, else 100 columns."""
    out = Console()
    return out if out.is_terminal else Console(width=WIDTH)


@contextmanager
def progress(title: str, total: int, *, silent: bool = False) -> Iterator[Callable[[str], None]]:
    """Show a progress bar on stderr while the block runs; call what is given for each step done.

    Silent if asked to be, or if stderr is no terminal.

    >>> with progress("working", 2) as advance:
    ...     advance("first")
    """
    errors = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=silent or not errors.is_terminal,
    ) as bar:
        task = bar.add_task(title[:40], total=total)
        yield lambda what: bar.update(task, advance=1, description=what[:40])
