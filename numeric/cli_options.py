"""The options of all commands that work on several processors or machines."""

from __future__ import annotations

from typing import Annotated

import typer

MAX_WORKERS = 256


def _required(workers: int | None) -> int | None:
    if workers is not None and not 1 <= workers <= MAX_WORKERS:
        raise ValueError(f"workers={workers}; pass 1 to {MAX_WORKERS}")
    return workers


#: For commands that start with one process.
Workers = Annotated[int, typer.Option(callback=_required, help="processes at a time")]
#: For commands whose default, None, is as many as there are processors.
WorkersOrAll = Annotated[
    int | None,
    typer.Option(
        callback=_required,
        help="processes at a time",
        show_default="as many as there are processors",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="a Dask scheduler, such as tcp://host:8786"),
]
