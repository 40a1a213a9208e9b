"""``cogo sweep``: a grid of training runs into a folder, resumable, on processes or a cluster."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, final

import typer
from rich.console import RenderableType

from cogo.cli import options as opt
from cogo.cli.terminal import coloured, wrote
from numeric.sweeps.plan import PlanError, plan_from_document, read_plan
from numeric.sweeps.sweep import Sweep, sweep as run_sweep
from numeric.training.settings import InterruptedTrainingError, require_torch
from numeric.work.executor import executor_of
from numeric.work.signals import interrupts

#: Failed runs that are listed.
MAX_FAILED = 10


@final
@dataclass(frozen=True)
class Grid:
    """What a plan says, each as a text; None is as in the plan, or as in the paper."""

    groups: Annotated[opt.Text, opt.option("Z23,S4, 5-9 (cyclic), or Cayley tables (.csv)")] = None
    widths: Annotated[opt.Text, opt.option("512 or 64,128 or 64-256:64")] = None
    weight_decays: Annotated[opt.Text, opt.option("1e-5,1e-4 or 1e-5..1e-3:5, equal ratios")] = None
    lrs: Annotated[opt.Text, opt.option("learning rates, written likewise")] = None
    train_fractions: Annotated[opt.Text, opt.option("shares of pairs to train on: 0.5,0.9")] = None
    seeds: Annotated[opt.Text, opt.option("0-4 or 0,2,5-7")] = None
    epochs: Annotated[int | None, opt.option("full-batch steps; 10000")] = None
    optimizer: Annotated[opt.Text, opt.option("adam, adamw or sgd")] = None
    dtype: Annotated[opt.Text, opt.option("float32 or float64")] = None
    log_every: Annotated[int | None, opt.option("epochs between records of the loss; 100")] = None


def sweep(
    plan: Annotated[
        opt.File,
        typer.Argument(metavar="[PLAN.yaml]", help="the plan; options below take precedence"),
    ] = None,
    *,
    output: Annotated[Path, opt.output_to("DIR", "folder for the runs")],
    grid: Grid,
    workers: opt.WorkersOrAll = None,
    cluster: opt.Cluster = None,
    retry_failed: Annotated[bool, opt.option("try again what failed", "--retry-failed")] = False,
    checkpoint_every: Annotated[
        float, opt.option("seconds between checkpoints of a batch", min=0.0)
    ] = 30.0,
    out: opt.Output,
) -> None:
    """Train all combinations of groups, widths, decays, rates, splits and seeds.

    One file a run, and an index made from the files. Killed at any moment, the same command goes
    on and ends with the same files. Runs that fail are recorded and do not stop the rest.

    Example: [bold]cogo sweep --groups Z23 --weight-decays 1e-5,5e-5,1e-4 --seeds 0-4 -o sweep23[/]
    """
    document = {} if plan is None else json.loads(read_plan(plan).to_text())
    document |= {name: value for name, value in vars(grid).items() if value is not None}
    if "groups" not in document:
        raise PlanError("groups is missing; pass --groups Z23, or a plan in YAML")
    chosen = plan_from_document(document)
    require_torch()
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
                progress=show,
            )
    except InterruptedTrainingError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    document = {
        "folder": str(output),
        "plan": json.loads(state.folder.plan.to_text()),
        **{name: getattr(state, name) for name in ("found", "trained", "failed", "damaged")},
        "index": state.index and str(state.index),
        "runs": state.folder.rows(),
    }
    out.end(0, document, _lines(state))


def _lines(state: Sweep) -> Iterator[RenderableType]:
    yield from (f"{x} was damaged: put aside in damaged, and trained again" for x in state.damaged)
    for name, error in list(state.failed.items())[:MAX_FAILED]:
        yield coloured("failed", "red", f" {name}: {error}")
    if len(state.failed) > MAX_FAILED:
        yield f"{len(state.failed) - MAX_FAILED} more failed runs are in the index"
    yield f"{state.trained} runs trained, {state.found} found finished, {len(state.failed)} failed"
    yield from wrote(state.index)
