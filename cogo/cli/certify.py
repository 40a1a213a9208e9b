"""``cogo certify``: the nearest exact optimizer of a trained network, proved."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from algebra.machine.read_file import printable
from algebra.machine.write_file import require_writable, write_bytes
from cogo.cli.options import Force, GroupOfFile, Json, Normalised, Quiet
from numeric.exact.certified import NoneNearError
from numeric.exact.certify import certify as certified
from numeric.exact.named.optimizer import TOLERANCE
from numeric.exact.named.small_height import checked_tolerance
from numeric.recognition.recognise import NotLearnedError
from proofs.certificates import certificate, checker

SUFFIX = ".cert.json"
#: Seconds between lines on stderr, where that is no terminal.
EVERY = 10.0


def certify(
    file: Annotated[Path, typer.Argument(help="weights: .npz, .safetensors or .pt")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="OUT.cert.json", help="the certificate to write"),
    ],
    group: GroupOfFile = None,
    normalised: Normalised = False,
    named: Annotated[
        bool,
        typer.Option(
            "--named",
            help="made of the recognised blocks, parameters as numbers of Q(i) of small height",
        ),
    ] = False,
    tolerance: Annotated[
        float | None,
        typer.Option(
            metavar="DEGREES",
            help=f"with --named: how far angles may be rounded, by default {TOLERANCE}",
        ),
    ] = None,
    general: Annotated[
        bool,
        typer.Option(
            "--general",
            help="with --named: blocks of order 4 with an angle epsilon of their own; nearer",
        ),
    ] = False,
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="the search in floats stops then, and what it has found is made exact",
        ),
    ] = None,
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find the exact global optimizer nearest to a trained network, and prove it.

    The certificate is checked by the stand-alone checker before it is written. Exit code 0: it is
    accepted; 1: no exact optimizer was found near the network, or it does not solve the task, and
    nothing is written; 2: bad input.

    By default it is the nearest one that is found, with entries that have no name. With --named it
    is made of the compositions that cogo recognise finds, with simple parameters, and farther away.

    Example: [bold]cogo certify weights.npz -o weights.cert.json --named --tolerance 1[/]
    """
    for option, given in (("--tolerance", tolerance is not None), ("--general", general)):
        if given and not named:
            raise ValueError(f"{option} is about named blocks; pass --named as well")
    if time_limit is not None:
        if named:
            raise ValueError("--time-limit is about the search in floats; leave out --named")
        if not time_limit > 0:
            raise ValueError(f"time-limit={time_limit:g}; pass a positive number of seconds")
    tolerance = checked_tolerance(TOLERANCE if tolerance is None else tolerance)
    if not output.name.endswith(SUFFIX) or output.name == SUFFIX:
        raise ValueError(f"output={output}: a certificate's name ends in {SUFFIX}")
    require_writable(output, force=force)
    with _progress(quiet or as_json) as progress:
        try:
            found = certified(
                file,
                group=group,
                normalised=normalised,
                named=named,
                tolerance=tolerance,
                general=general,
                seconds=float("inf") if time_limit is None else time_limit,
                progress=progress,
            )
        except (NoneNearError, NotLearnedError) as error:
            _refuse(file, str(error), as_json=as_json)
        progress("writing the certificate", 0, 0.0)
        summary = found.as_json()
        notes = {"made by": "cogo certify", **summary}
        data = certificate.to_text(found.element, notes=notes).encode()
        progress("checking", 0, 0.0)
        code, message = checker.check(data)
    if code == 2:
        _refuse(
            file,
            f"a zero of the loss in floats is at {found.distance:.4%}; its certificate exceeds a "
            f"limit of the checker: {message}",
            as_json=as_json,
        )
    if code == 0:
        write_bytes(output, data, force=force)
    if as_json:
        result = {"file": str(file), "accepted": code == 0, "message": message}
        typer.echo(json.dumps({**result, **summary, "output": str(output)}, indent=1))
    elif not quiet:
        console = Console(highlight=False, soft_wrap=True)
        trained = found.recognition
        console.print(
            f"[bold]{escape(printable(file))}[/]: {trained.width} nodes over {trained.group}, "
            f"{trained.width - len(trained.dead)} of them live; loss {trained.measured.loss:.4g}"
        )
        for line in (*found.lines(), message):
            console.print(line, markup=False)
        if code == 0:
            console.print(f"wrote {printable(output)}", markup=False)
    raise typer.Exit(code)


def _refuse(file: Path, reason: str, *, as_json: bool) -> NoReturn:
    """Say why there is no certificate, and stop with exit code 1."""
    if as_json:
        typer.echo(json.dumps({"file": str(file), "accepted": False, "message": reason}, indent=1))
    else:
        print(f"refused: {printable(file)}: {reason}; nothing was written", file=sys.stderr)
    raise typer.Exit(1)


@contextmanager
def _progress(silent: bool) -> Iterator[Callable[[str, int, float], None]]:
    errors = Console(stderr=True)
    if silent:
        yield lambda phase, step, residual: None
        return
    if not errors.is_terminal:
        yield _lines()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task("recognising", total=None)

        def show(phase: str, step: int, residual: float) -> None:
            steps = f", step {step}, off by {residual:.1e}" if step else ""
            bar.update(task, description=f"{phase}{steps}")

        yield show


def _lines() -> Callable[[str, int, float], None]:
    """Return what writes a line to stderr now and then."""
    began = last = time.monotonic()

    def show(phase: str, step: int, residual: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY:
            last = now
            steps = f", step {step}, off by {residual:.1e}" if step else ""
            print(f"{now - began:.0f} s: {phase}{steps}", file=sys.stderr, flush=True)

    return show
