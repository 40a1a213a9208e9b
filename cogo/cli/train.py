"""``cogo train``: gradient descent on a task, all seeds at once."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, final

import typer
from rich.console import RenderableType

from algebra.machine.held import held_folder
from algebra.machine.write_file import WouldOverwriteError
from cogo.cli import options as opt
from cogo.cli.terminal import table, wrote
from numeric.operations.by_representation import representations_of
from numeric.sweeps.plan import axis_values
from numeric.training.settings import InterruptedTrainingError, Settings, require_torch
from numeric.weights.files import write_weights

if TYPE_CHECKING:
    from numeric.training.run import TrainingRun
    from numeric.training.train import Trained

#: The gain from which on a representation counts as learned.
LEARNED = 0.5
CHECKPOINT = "checkpoint.safetensors"
#: What is said of a run, and how its numbers are written.
FIGURES = {
    **{"train_loss": ".3e", "test_loss": ".3e"},
    **{"train_accuracy": ".4f", "test_accuracy": ".4f"},
}
#: More threads crash PyTorch's pool of them, or have it crash for want of memory.
MAX_THREADS = 256


@final
@dataclass(frozen=True)
class Protocol:
    """How networks are trained; the defaults are the paper's."""

    width: opt.Width = 512
    seeds: Annotated[str, opt.option("0-4, 7 or 0,2,5-7; trained together")] = "0"
    epochs: Annotated[int, opt.option("full-batch steps")] = 10_000
    lr: Annotated[float, opt.option("learning rate")] = 0.01
    weight_decay: Annotated[
        float, opt.option("added to the gradient (adam, sgd), or decoupled (adamw)")
    ] = 5e-5
    optimizer: Annotated[str, opt.option("adam, adamw or sgd (momentum 0.9)")] = "adam"
    train_fraction: Annotated[
        float, opt.option("share of the pairs that is trained on; 1: all of them")
    ] = 0.9
    dtype: Annotated[str, opt.option("float32 or float64")] = "float32"
    log_every: Annotated[int, opt.option("epochs between records of the loss")] = 100


def train(
    group: opt.AnyGroup,
    *,
    output: Annotated[Path, opt.output_to("DIR", "folder for seedN.safetensors and a checkpoint")],
    protocol: Protocol,
    device: Annotated[str, opt.option("of PyTorch: cpu, cuda, ...")] = "cpu",
    threads: Annotated[
        int | None, opt.number("of the CPU", 1, MAX_THREADS, show_default="1 for small work")
    ] = None,
    resume: Annotated[
        bool, opt.option("go on from the checkpoint in DIR, if there is one", "--resume")
    ] = False,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """Train networks by gradient descent; the defaults are the protocol of the paper.

    Every seed decides its initial weights and its split. Killed at any moment, or stopped by
    Ctrl-C, the same command with [bold]--resume[/] goes on, and ends with the same weights.

    Example: [bold]cogo train Z23 --seeds 0-4 -o z23[/]
    """
    asked = {**vars(protocol), "seeds": axis_values("seeds", protocol.seeds)}
    settings = Settings(group=group, **asked)
    require_torch()
    from numeric.training.train import train as run_training

    files = {seed: output / f"seed{seed}.safetensors" for seed in settings.seeds}
    start = time.monotonic()
    try:
        with held_folder(output), out.bar() as show:
            _refuse_to_overwrite(output, [*files.values()], resume=resume, force=force)
            trained = run_training(
                settings,
                device=device,
                checkpoint=output / CHECKPOINT,
                resume=resume,
                threads=threads,
                on_epoch=lambda run: show(_state(run), run.epoch, settings.epochs),
            )
            for one in trained:
                write_weights(files[one.seed], one.network, force=resume or force)
    except InterruptedTrainingError as error:
        print(f"{error}; go on with --resume", file=sys.stderr)
        raise typer.Exit(2) from None
    seconds = time.monotonic() - start
    out.end(0, _document(settings, trained, files, seconds), _lines(trained, files, seconds))


def _refuse_to_overwrite(folder: Path, files: list[Path], *, resume: bool, force: bool) -> None:
    """Refuse files that are there, before any work is done."""
    checkpoint = folder / CHECKPOINT
    begun = checkpoint.exists()
    if force or (resume and begun):
        return
    for path in [*files, checkpoint]:
        if path.exists():
            how = (
                "; pass --resume to go on from the checkpoint, or --force to start again"
                if begun
                else ", and there is no checkpoint to go on from; pass --force to replace it, or "
                "another folder"
            )
            raise WouldOverwriteError(f"{path} exists already{how}")


def _state(run: TrainingRun) -> str:
    last = run.history[-1]
    loss, accuracy = ([x[name] for x in last] for name in ("train_loss", "train_accuracy"))
    return f"loss {max(loss):.2e}, accuracy {min(accuracy):.3f}"


def _document(
    settings: Settings, trained: list[Trained], files: dict[int, Path], seconds: float
) -> dict[str, Any]:
    runs = [
        {"seed": one.seed, "file": str(files[one.seed]), "epochs": one.history[-1]["epoch"]}
        | {name: one.history[-1].get(name) for name in FIGURES}
        | {
            "representations": [
                {"name": name, "gain": [x for _, x, _ in rows], "power": [x for *_, x in rows]}
                for name, rows in _by_representation(one)
            ],
            "epochs of records": [record["epoch"] for record in one.history],
        }
        for one in trained
    ]
    return {"settings": json.loads(settings.to_text()), "seconds": seconds, "runs": runs}


def _by_representation(one: Trained) -> list[tuple[str, list[tuple[float, ...]]]]:
    """Return the epoch, gain and power of each representation, record by record."""
    names = representations_of(one.settings.multiplied())
    return [
        (name, [(x["epoch"], x[f"gain.{name}"], x[f"power.{name}"]) for x in one.history])
        for name in names
    ]


def _lines(
    trained: list[Trained], files: dict[int, Path], seconds: float
) -> Iterator[RenderableType]:
    """Say how the runs ended, and when each representation was learned, if there are more."""
    numbers = {one.seed: {name: one.history[-1].get(name) for name in FIGURES} for one in trained}
    rows = [
        (str(seed), *("-" if x is None else f"{x:{FIGURES[name]}}" for name, x in found.items()))
        for seed, found in numbers.items()
    ]
    yield table("", "seed", *(name.replace("_", " ") for name in FIGURES), rows=rows)
    if rows := list(_learned(trained)):
        figures = ("learned at epoch", "gain", "share of power")
        yield table("", "seed", "representation", *figures, rows=rows, right=figures)
        yield f"learned: gain of {LEARNED:g} or more; epochs of records (measured)"
    yield from wrote(*(files[one.seed] for one in trained))
    yield f"{len(trained)} network{'s' * (len(trained) > 1)} trained in {seconds:.1f} s (measured)"


def _learned(trained: list[Trained]) -> Iterator[tuple[str, ...]]:
    """Yield when each representation was learned, and what there is of it in the end."""
    for one in trained:
        held = _by_representation(one)
        whole = sum(rows[-1][2] for _, rows in held) or 1.0
        for name, rows in held[1:]:  # of the trivial one, which is free, nothing is learned
            at = next((f"{epoch}" for epoch, gain, _ in rows if gain >= LEARNED), "-")
            *_, (_, gain, power) = rows
            yield str(one.seed), name, at, f"{gain:.3f}", f"{power / whole:.1%}"
