"""The options that several commands have, each with one name and one text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from algebra.criterion.target import Target
from algebra.optimizers.table import FAMILIES

MAX_WORKERS = 256
#: What may be left out, and what may be repeated.
Text = str | None
Texts = list[str] | None
File = Path | None


def option(text: str, *names: str, **more: Any) -> Any:
    """Return an option with its help; a flag is given its one name."""
    return typer.Option(*names, help=text, **more)


def output_to(metavar: str, text: str) -> Any:
    """Return the option ``--output`` or ``-o``, for files of one kind or a folder."""
    return typer.Option("--output", "-o", metavar=metavar, help=text)


def one_of(name: str, value: str, *choices: str) -> None:
    """Refuse what is none of the choices."""
    if value not in choices:
        raise ValueError(f"{name}={value!r}; pass {' or '.join(choices)}")


def _required(workers: int | None) -> int | None:
    if workers is not None and not 1 <= workers <= MAX_WORKERS:
        raise ValueError(f"workers={workers}; pass 1 to {MAX_WORKERS}")
    return workers


def _positive(seconds: float) -> float:
    if not seconds > 0:
        raise ValueError(f"time-limit={seconds:g}; pass a positive number of seconds")
    return seconds


Json = Annotated[bool, typer.Option("--json", help="print JSON for machines")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print only errors, and what fails")]
Force = Annotated[bool, typer.Option("--force", help="overwrite files that are there")]
Seed = Annotated[int, typer.Option(help="the same seed draws the same values")]

Group = Annotated[str, typer.Argument(help="Z7, 7, Z2xZ4, 2x4, Z2^3, ...")]
AnyGroup = Annotated[
    str,
    typer.Argument(
        help="Z7, 7, Z2xZ4, Z2^3; D5 (of order 10), Q8, S4, A5, S3xZ4; a Cayley table (.csv); ..."
    ),
]
#: For weights, of which no file says all.
GroupOfFile = Annotated[
    str | None,
    typer.Option(
        "--group", help="Z2xZ4, S4, ...; by default the one named in the file, else cyclic"
    ),
]
OperationOfFile = Annotated[
    str | None,
    typer.Option(
        "--operation",
        metavar="FORMULA",
        help="what it computes: 'x - y', 'x+2y+3', 'x*y mod 13', ..., or a table (.csv); by "
        "default found from its answers",
    ),
]
Normalised = Annotated[
    bool, typer.Option("--normalised", help="the network multiplies its output by 1/2d")
]
Layout = Annotated[
    str | None,
    typer.Option(
        metavar="SHAPES",
        help="shapes of the matrices in the order in which they act, where a file leaves a choice: "
        "'(q,d) (q,d) (d,q)', '(q,2d) (d,q)', '(d,m) (q,m) (d,q)', ...; d values of an input, q "
        "hidden nodes, m of an embedding",
    ),
]
Keys = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="names of the matrices in the order in which they act, 'fc1.weight,fc2.weight', or "
        "one name above all of them, 'ema_model'",
    ),
]
Activation = Annotated[
    str, typer.Option(help="square, relu, abs, or power:n; a file does not say it")
]
_TARGET = "projected: a constant over outputs is free; onehot: exact"
TARGETS = typer.Option(help=_TARGET, autocompletion=lambda: get_args(Target))
TargetName = Annotated[str, TARGETS]
#: Names of families that a shell offers, with what each is.
FAMILY_NAMES: Any = lambda: [(name, info.sentence) for name, info in FAMILIES.items()]  # noqa: E731
Width = Annotated[int, typer.Option("--width", "-w", help="the number of hidden nodes")]
Constants = Annotated[
    bool, typer.Option("--constants/--no-constants", help="nodes may have a constant part")
]

TimeLimit = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        callback=_positive,
        help="for the whole command; what is not ready a few seconds later is given up",
    ),
]

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
