"""``cogo sweep``: a grid of training runs into a folder, resumable, on processes or a cluster."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from cogo.cli.options import Cluster, Output, Text, WorkersOrAll, option, output_to
from cogo.cli.terminal import coloured, table, wrote
from numeric.sweeps.plan import AXES, PlanError, plan_from_document, read_plan
from numeric.sweeps.sweep import Sweep, SweepInterruptedError, shown, sweep as run_sweep
from numeric.training.settings import no_torch
from numeric.work.executor import executor_of, interrupts

MAX_ROWS = 40
MAX_FAILED = 10
INTERRUPTED = 130
#: Accuracy, on held-out pairs if there are any, from which a run is said to have learned.
LEARNED = 0.99


def sweep(
    plan: Annotated[
        Path | None,
        typer.Argument(metavar="[PLAN.yaml]", help="the plan; options below take precedence"),
    ] = None,
    *,
    output: Annotated[Path, output_to("DIR", "folder for the runs")],
    groups: Annotated[Text, option("Z23,S4, 5-9 (cyclic), or Cayley tables (.csv)")] = None,
    widths: Annotated[Text, option("512 or 64,128 or 64-256:64")] = None,
    weight_decays: Annotated[
        Text, option("5e-5 or 1e-5,1e-4 or 1e-5..1e-3:5 (equal ratios)")
    ] = None,
    lrs: Annotated[Text, option("learning rates, written likewise")] = None,
    train_fractions: Annotated[
        Text, option("shares of the pairs to train on, such as 0.5,0.9")
    ] = None,
    seeds: Annotated[Text, option("0-4 or 0,2,5-7")] = None,
    epochs: Annotated[int | None, option("full-batch steps; 10000")] = None,
    optimizer: Annotated[Text, option("adam, adamw or sgd")] = None,
    dtype: Annotated[Text, option("float32 or float64")] = None,
    log_every: Annotated[int | None, option("epochs between records of the loss; 100")] = None,
    workers: WorkersOrAll = None,
    cluster: Cluster = None,
    retry_failed: Annotated[bool, option("try again what failed before", "--retry-failed")] = False,
    checkpoint_every: Annotated[
        float, option("seconds between checkpoints of a batch", min=0.0)
    ] = 30.0,
    out: Output,
) -> None:
    """Train all combinations of groups, widths, decays, rates, splits and seeds.

    One file a run, and an index made from the files. Killed at any moment, the same command goes
    on and ends with the same files. Runs that fail are recorded and do not stop the rest.

    Example: [bold]cogo sweep --groups Z23 --weight-decays 1e-5,5e-5,1e-4 --seeds 0-4 -o sweep23[/]
    """
    given = {
        "groups": groups, "widths": widths, "weight_decays": weight_decays, "lrs": lrs,
        "train_fractions": train_fractions, "seeds": seeds, "epochs": epochs,
        "optimizer": optimizer, "dtype": dtype, "log_every": log_every,
    }  # fmt: skip
    document = {} if plan is None else json.loads(read_plan(plan).to_text())
    document |= {name: value for name, value in given.items() if value is not None}
    if "groups" not in document:
        raise PlanError("groups is missing; pass --groups Z23, or a plan in YAML")
    chosen = plan_from_document(document)
    try:
        import torch  # noqa: F401
    except ImportError:
        raise no_torch() from None
    try:
        with (
            interrupts(),
            executor_of(cluster, workers) as (executor, count),
            out.bar() as show,
        ):
            state = run_sweep(
                chosen,
                folder=output,
                executor=executor,
                workers=count,
                retry_failed=retry_failed,
                every_seconds=checkpoint_every,
                progress=lambda state: show(*shown(state)),
            )
    except SweepInterruptedError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(INTERRUPTED) from None
    document = {
        "folder": str(output),
        "plan": json.loads(state.folder.plan.to_text()),
        **{name: getattr(state, name) for name in ("found", "trained", "failed", "damaged")},
        "index": state.index and str(state.index),
        "runs": state.folder.rows(),
    }
    out.end(0, document, _lines(state))


def _lines(state: Sweep) -> Iterator[RenderableType]:
    plan = state.folder.plan
    varied = [axis for axis in AXES if axis != "seeds" and len(getattr(plan, axis)) > 1]
    names = [axis.removesuffix("s") for axis in varied]
    cells: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in state.folder.rows():
        cells.setdefault(tuple(row[name] for name in names), []).append(row)
    rows = [[*map(str, key), *_figures(of)] for key, of in list(cells.items())[:MAX_ROWS]]
    figures = ("runs", "failed", "train loss", "test loss", "learned")
    columns = (*(name.replace("_", " ") for name in names), *figures)
    yield table("", *columns, rows=rows, right=figures)
    if len(cells) > MAX_ROWS:
        yield f"{len(cells) - MAX_ROWS} more combinations are in the index"
    yield from (f"{x} was damaged: put aside in damaged, and trained again" for x in state.damaged)
    for name, error in list(state.failed.items())[:MAX_FAILED]:
        yield coloured("failed", "red", f" {name}: {error}")
    if len(state.failed) > MAX_FAILED:
        yield f"{len(state.failed) - MAX_FAILED} more failed runs are in the index"
    yield (
        f"{state.trained} runs trained, {state.found} found finished, {len(state.failed)} failed; "
        f"losses are means (measured)"
    )
    yield from wrote(state.index)


def _figures(runs: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return what is said of the runs of one combination."""
    done = [row for row in runs if row["status"] == "done"]
    accuracies = ((row["test_accuracy"], row["train_accuracy"]) for row in done)
    learned = sum((last if x is None else x) >= LEARNED for x, last in accuracies)
    failed = sum(row["status"] == "failed" for row in runs)
    losses = _mean(done, "train_loss"), _mean(done, "test_loss")
    return (str(len(done)), str(failed), *losses, f"{learned} of {len(done)}")


def _mean(rows: list[dict[str, Any]], name: str) -> str:
    values = [row[name] for row in rows if row[name] is not None]
    return f"{sum(values) / len(values):.3e}" if values else "-"
