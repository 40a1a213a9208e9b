"""What the commands share on a terminal: the console, and a progress bar with the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from numeric.progress import progress_bar

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
    done = 0
    with progress_bar(silent=silent) as show:
        show(title, done, total)

        def advance(what: str) -> None:
            nonlocal done
            done += 1
            show(what, done, total)

        yield advance
