"""The options that several verbs have, each with one name and one text, and how verbs answer."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, NoReturn, final, get_args

import typer
from rich.console import RenderableType

from algebra.criterion.target import Target
from algebra.optimizers.table import FAMILIES
from cogo.cli.terminal import Show, print_json, progress_bar, say

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


def number(text: str, least: float, most: float, *names: str, **more: Any) -> Any:
    """Return an option that is a number in a range, or None."""

    def checked(asked: typer.CallbackParam, x: Any) -> Any:
        if x is not None and not least <= x <= most:
            raise ValueError(f"{asked.name}={x}; pass {least} to {most}")
        return x

    return typer.Option(*names, help=text, callback=checked, **more)


def one_of(name: str, value: str, *choices: str) -> None:
    """Refuse what is none of the choices."""
    if value not in choices:
        raise ValueError(f"{name}={value!r}; pass {' or '.join(choices)}")


def flat(verb: Callable[..., None]) -> Callable[..., None]:
    """Return a verb of whose parameters those that are dataclasses are their fields instead."""
    asked = signature(verb, eval_str=True).parameters
    kinds: dict[str, Any] = {
        name: x.annotation for name, x in asked.items() if is_dataclass(x.annotation)
    }
    options = [
        option.replace(kind=Parameter.KEYWORD_ONLY)
        for name, x in asked.items()
        for option in (
            signature(kinds[name], eval_str=True).parameters.values() if name in kinds else [x]
        )
    ]

    @wraps(verb)
    def called(**given: Any) -> None:
        for name, kind in kinds.items():
            given[name] = kind(**{field.name: given.pop(field.name) for field in fields(kind)})
        verb(**given)

    called.__signature__ = Signature(options)  # type: ignore[attr-defined]
    return called


Json = Annotated[bool, typer.Option("--json", help="print JSON for machines")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print only errors, and what fails")]


@final
@dataclass(frozen=True, slots=True)
class Output:
    """How a verb answers: with JSON, in words, or only if something failed."""

    as_json: Json = False
    quiet: Quiet = False

    @property
    def silent(self) -> bool:
        """Whether nothing is said on the way."""
        return self.as_json or self.quiet

    def bar(self) -> AbstractContextManager[Show]:
        """Return a progress bar."""
        return progress_bar(silent=self.silent)

    def end(self, code: int, document: object, lines: Iterable[RenderableType]) -> NoReturn:
        """Print what was found, and end with an exit code."""
        if self.as_json:
            print_json(document)
        elif code or not self.quiet:
            say(*lines)
        raise typer.Exit(code)


@final
@dataclass(frozen=True)
class Given:
    """How a file of weights is read: the arguments of `numeric.weights.given.reading`."""

    group: Annotated[
        Text, option("Z2xZ4, S4, ...; by default the one named in the file, else cyclic")
    ] = None
    operation: Annotated[
        Text,
        option(
            "what it computes: 'x - y', 'x+2y+3', 'x*y mod 13', ..., or a table (.csv); by "
            "default found from its answers",
            metavar="FORMULA",
        ),
    ] = None
    layout: Annotated[
        Text,
        option(
            "shapes of the matrices in the order in which they act, where a file leaves a choice: "
            "'(q,d) (q,d) (d,q)', '(q,2d) (d,q)', '(d,m) (q,m) (d,q)', ...; d values of an input, "
            "q hidden nodes, m of an embedding",
            metavar="SHAPES",
        ),
    ] = None
    keys: Annotated[
        Text,
        option(
            "names of the matrices in the order in which they act, 'fc1.weight,fc2.weight', or "
            "one name above all of them, 'ema_model'",
            metavar="NAMES",
        ),
    ] = None
    activation: Annotated[str, option("square, relu, abs, or power:n; a file does not say it")] = (
        "square"
    )
    normalised: Annotated[
        bool, option("the network multiplies its output by 1/2d", "--normalised")
    ] = False


Force = Annotated[bool, typer.Option("--force", help="overwrite files that are there")]
Seed = Annotated[int, number("the same seed draws the same values", 0, 2**63 - 1)]
AnyGroup = Annotated[
    str,
    typer.Argument(
        help="Z7, 7, Z2xZ4, Z2^3; D5 (of order 10), Q8, S4, A5, S3xZ4; a Cayley table (.csv); ..."
    ),
]
Weights = Annotated[Path, typer.Argument(help="weights: .npz, .safetensors, .pt, .ckpt, ...")]
TargetName = Annotated[
    str,
    option(
        "projected: a constant over outputs is free; onehot: exact",
        autocompletion=lambda: get_args(Target),
    ),
]
#: Names of families that a shell offers, with what each is.
FAMILY_NAMES: Any = lambda: [(name, info.sentence) for name, info in FAMILIES.items()]  # noqa: E731
Width = Annotated[int, typer.Option("--width", "-w", help="the number of hidden nodes")]
Constants = Annotated[
    bool, typer.Option("--constants/--no-constants", help="nodes may have a constant part")
]
TimeLimit = Annotated[
    float,
    number(
        "for the whole command; what is not ready a few seconds later is given up",
        0.1,
        10**6,
        metavar="SECONDS",
    ),
]

PROCESSES, MAX_WORKERS = "processes at a time", 256
#: For commands that start with one process.
Workers = Annotated[int, number(PROCESSES, 1, MAX_WORKERS)]
#: For commands whose default, None, is as many as there are processors.
WorkersOrAll = Annotated[
    int | None,
    number(PROCESSES, 1, MAX_WORKERS, show_default="as many as there are processors"),
]
Cluster = Annotated[Text, option("a Dask scheduler, such as tcp://host:8786", metavar="ADDRESS")]
