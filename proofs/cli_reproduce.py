"""``cogo reproduce``: the paper's experiments, each beside our measurement."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from algebra.group import AbelianGroup
from algebra.read_file import printable, read_bytes
from algebra.strict_json import strict_json
from algebra.write_file import make_folder, require_writable
from numeric.cli_options import Cluster, Force, Json, Quiet, WorkersOrAll
from numeric.cli_sweep import INTERRUPTED
from numeric.executor import executor_of, interrupts
from numeric.progress import progress_bar
from numeric.settings import SettingsError, parse_seeds
from numeric.weight_files import NO_TORCH_TO_TRAIN
from proofs.terminal import console as results_console

if TYPE_CHECKING:
    from proofs.reproduce.result import Result

MAX_RESULT = 1 << 26
NAMES = ("table2", "weight-decay", "decoupling", "fig3", "groups", "fig4", "fig5")


def reproduce(
    what: Annotated[str, typer.Argument(help=f"{', '.join(NAMES)}, or all", metavar="WHAT")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="for results, pictures and runs")
    ] = Path("reproduced"),
    quick: Annotated[
        bool, typer.Option("--quick", help="fewer seeds and epochs, under two minutes each")
    ] = False,
    groups: Annotated[
        str | None,
        typer.Option(help="a part: only these of the experiment's groups, such as Z23,Z71"),
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(help="a part: only these of its seeds, such as 0-1 or 0,3")
    ] = None,
    runs: Annotated[
        Path | None, typer.Option(metavar="DIR", help="for trained networks, if not with the rest")
    ] = None,
    so_far: Annotated[
        bool, typer.Option("--so-far", help="train nothing; report on what is trained, and say so")
    ] = False,
    workers: WorkersOrAll = None,
    cluster: Cluster = None,
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Repeat an experiment of the paper, from training to picture.

    Prints the paper's figure beside ours, with its standard error over seeds and a verdict in
    words; writes WHAT.json, WHAT.md, pictures as PNG and PDF, certificates, and the trained
    networks. Interrupted, it reports on what is trained by then; the same command goes on.

    Example: [bold]cogo reproduce fig4 --groups Z23,Z71 --seeds 0-1[/]
    """
    names = NAMES if what == "all" else (what,)
    if what not in (*NAMES, "all"):
        raise ValueError(f"what={what!r} is no experiment; pass {', '.join(NAMES)}, or all")
    try:
        import torch  # noqa: F401
    except ImportError:
        raise SettingsError(NO_TORCH_TO_TRAIN) from None
    from numeric.sweep import SweepInterruptedError
    from proofs.reproduce.experiment import reproduce as run
    from proofs.reproduce.experiments import EXPERIMENTS
    from proofs.reproduce.laboratory import Laboratory

    experiments = [EXPERIMENTS[name] for name in names]
    bench = Laboratory(
        output,
        quick,
        runs=runs,
        groups=_groups(groups),
        seeds=() if seeds is None else parse_seeds(seeds),
        trains=not so_far,
    )
    for experiment in experiments:
        experiment.require(bench)
    if so_far and runs is not None and not runs.is_dir():
        raise ValueError(f"runs={runs} is no folder, so nothing is trained there; give another")
    for folder in (output, runs):
        if folder is not None:
            make_folder(folder, parents=True)
    require_writable(*_finished(output, names), force=force)
    errors = Console(stderr=True)
    results: list[Result] = []

    def report(result: Result) -> None:
        files = result.write(output)
        results.append(result)
        if not (as_json or quiet):
            _print(result, files)

    stopped = None
    with interrupts(), executor_of(cluster, workers) as (executor, count):
        for experiment in experiments:
            with progress_bar(silent=as_json or quiet) as show:
                laboratory = bench.opened(executor=executor, workers=count, progress=show)
                try:
                    result = run(experiment, laboratory)
                except SweepInterruptedError as error:
                    stopped = str(error)
            if stopped is not None:
                errors.print(stopped, soft_wrap=True, highlight=False, markup=False)
                result = run(experiment, bench.opened(trains=False))
            report(result)
            if stopped is not None:
                break
    if as_json:
        typer.echo(json.dumps([result.as_json() for result in results], indent=1))
    if stopped is not None:
        raise typer.Exit(INTERRUPTED)


def _groups(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(str(AbelianGroup(x.strip())) for x in text.split(","))


def _finished(folder: Path, names: Iterable[str]) -> list[Path]:
    """Return the results that are there and whole; an unfinished one may be overwritten."""
    found = []
    for path in (folder / f"{name}.json" for name in names):
        try:
            missing = strict_json(read_bytes(path, limit=MAX_RESULT))["missing"]
        except (ValueError, KeyError, TypeError):
            missing = []
        if not missing:
            found.append(path)
    return found


def _print(result: Result, files: list[Path]) -> None:
    from proofs.reproduce.page import time_in_words
    from proofs.reproduce.result import QUICK, UNFINISHED, cells

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
    if result.part:
        console.print(f"[yellow]{escape(result.part)}[/]", soft_wrap=True)
    if result.missing:
        console.print(f"[yellow]{UNFINISHED}[/]", soft_wrap=True)
    for missing in result.missing:
        console.print(f"missing: {escape(missing)}", soft_wrap=True, highlight=False)
    for note in result.notes:
        console.print(escape(note), soft_wrap=True, highlight=False)
    for path in (*files, *result.pictures, *result.certificates):
        console.print(f"wrote {printable(path)}", soft_wrap=True, highlight=False, markup=False)
    for line in time_in_words(result.time):
        console.print(line, soft_wrap=True, highlight=False)
