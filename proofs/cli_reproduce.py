"""``cogo reproduce``: the paper's experiments, each beside our measurement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from algebra.write_file import require_writable
from numeric.cli_sweep import INTERRUPTED, progress_bar
from numeric.executor import executor_of, interrupts
from numeric.settings import SettingsError
from numeric.weight_files import NO_TORCH_TO_TRAIN
from proofs.terminal import console as results_console

if TYPE_CHECKING:
    from proofs.reproduce.result import Result

NAMES = ("table2", "weight-decay", "decoupling", "fig3", "groups", "fig4", "fig5")


def reproduce(
    what: Annotated[str, typer.Argument(help=f"{', '.join(NAMES)}, or all", metavar="WHAT")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="for results, pictures and runs")
    ] = Path("reproduced"),
    quick: Annotated[
        bool, typer.Option("--quick", help="fewer seeds and epochs, under two minutes each")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(help="processes; as many as there are processors", min=1)
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="a Dask scheduler, such as tcp://host:8786"),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="overwrite results that are there")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for machines")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="print nothing but errors")] = False,
) -> None:
    """Repeat an experiment of the paper, from training to picture.

    Prints the paper's figure beside ours, with its standard error over seeds and a verdict in
    words; writes WHAT.json, WHAT.md, pictures as PNG and PDF, certificates, and the trained
    networks. Interrupted, the same command goes on.

    Example: [bold]cogo reproduce table2 --quick[/]
    """
    names = NAMES if what == "all" else (what,)
    if what not in (*NAMES, "all"):
        raise ValueError(f"what={what!r} is no experiment; pass {', '.join(NAMES)}, or all")
    try:
        import torch  # noqa: F401
    except ImportError:
        raise SettingsError(NO_TORCH_TO_TRAIN) from None
    from numeric.sweep import SweepInterruptedError
    from proofs.reproduce.experiment import make_folder
    from proofs.reproduce.experiment import reproduce as run
    from proofs.reproduce.experiments import EXPERIMENTS
    from proofs.reproduce.laboratory import Laboratory

    make_folder(output)
    # The JSON is written last: without it an experiment was interrupted, and goes on.
    require_writable(*(output / f"{name}.json" for name in names), force=force)
    errors = Console(stderr=True)
    shown = errors if errors.is_terminal and not (as_json or quiet) else None
    results = []
    try:
        with interrupts(), executor_of(cluster, workers) as (executor, count):
            for name in names:
                with progress_bar(shown) as show:
                    laboratory = Laboratory(output, quick, executor, count, show)
                    result = run(EXPERIMENTS[name], laboratory)
                files = result.write(output)
                results.append(result)
                if not (as_json or quiet):
                    _print(result, files)
    except SweepInterruptedError as error:
        errors.print(str(error), soft_wrap=True, highlight=False)
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        typer.echo(json.dumps([result.as_json() for result in results], indent=1))


def _print(result: Result, files: list[Path]) -> None:
    from proofs.reproduce.result import QUICK, cells

    console = results_console()
    table = Table(title=result.title, title_justify="left", header_style="bold")
    table.add_column("quantity", overflow="fold")
    for name in ("the paper", "here"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict", overflow="fold")
    for row in cells(result):
        table.add_row(*map(escape, row))
    console.print(table)
    if result.quick:
        console.print(f"[yellow]{QUICK}[/]", soft_wrap=True)
    for note in result.notes:
        console.print(escape(note), soft_wrap=True, highlight=False)
    for path in (*files, *result.pictures, *result.certificates):
        console.print(f"wrote {path}", soft_wrap=True, highlight=False)
    console.print(f"{result.seconds:.0f} s", highlight=False)
