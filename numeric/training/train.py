"""Gradient descent on a batch of seeds: resumable, and the same bit for bit when resumed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch

from numeric.training.checkpoint import read_checkpoint, write_checkpoint
from numeric.training.loss import Record
from numeric.training.run import TrainingRun, cpu_threads, flushed_denormals, threads_for
from numeric.training.settings import InterruptedTrainingError, Settings
from numeric.weights.plain_network import TwoLayer
from numeric.work.signals import handled

#: Of a history, at most so many records go into a file of weights.
MAX_RECORDS = 1000


class _Stop(BaseException):
    """Raised where training can be left at once, after a request to stop."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """The outcome of one run of a batch, ``seconds`` its share of the batch's."""

    settings: Settings
    seed: int
    network: TwoLayer
    history: list[Record]
    seconds: float

    def __repr__(self) -> str:
        last = self.history[-1]
        return (
            f"<Trained {self.settings.group}, seed {self.seed}, {last['epoch']} epochs: "
            f"loss {last['train_loss']:.3g}, accuracy {last['train_accuracy']:.4f}>"
        )


def train(
    settings: Settings | TrainingRun,
    *,
    device: torch.device | str = "cpu",
    checkpoint: str | Path | None = None,
    resume: bool = False,
    every_seconds: float = 30.0,
    threads: int | None = None,
    on_epoch: Callable[[TrainingRun], None] = lambda run: None,
) -> list[Trained]:
    """Train all seeds of the settings together, and return their networks, one `Trained` a seed.

    On a CPU the result does not depend on interruptions: killed at any moment and resumed from its
    checkpoint, with the same number of threads, it is the same bit for bit.

    Args:
        settings: what is trained, or a run that is there already, which goes on.
        checkpoint: a file that holds the state, written every ``every_seconds`` and at the end;
            without one Ctrl-C is a KeyboardInterrupt. With ``resume`` it is gone on from.
        threads: of the CPU; by default what `numeric.training.run.threads_for` says.
        on_epoch: is called with the run after every epoch.
    """
    stops = _Stops()
    with flushed_denormals(), handled(stops.request):
        if isinstance(settings, TrainingRun):
            run = settings
        elif resume and checkpoint is not None and os.path.exists(checkpoint):
            run = read_checkpoint(checkpoint, settings, device=device)
        else:
            run = TrainingRun(settings, device=device)
            if checkpoint is not None:
                write_checkpoint(checkpoint, run)
        saved = time.monotonic()
        began = saved - run.seconds
        count = threads or threads_for(run.task, width=run.settings.width)
        try:
            with cpu_threads(count):
                with stops.at_once():
                    run.keep_record()
                while run.epoch < run.settings.epochs:
                    with stops.at_once():
                        result = run.evaluation()
                    run.update(result)
                    run.seconds = time.monotonic() - began
                    if checkpoint is not None and time.monotonic() - saved > every_seconds:
                        write_checkpoint(checkpoint, run)
                        saved = time.monotonic()
                    with stops.at_once():
                        run.keep_record()
                    on_epoch(run)
            run.seconds = time.monotonic() - began
            if checkpoint is not None:
                write_checkpoint(checkpoint, run)
            trained = [_trained(run, at) for at in range(run.task.runs)]
            stops.check()
        except _Stop:
            if checkpoint is None:
                raise KeyboardInterrupt from None
            write_checkpoint(checkpoint, run)
            raise InterruptedTrainingError(
                f"interrupted after {run.epoch} of {run.settings.epochs} epochs; the state is in "
                f"{checkpoint}"
            ) from None
        return trained


def _trained(run: TrainingRun, at: int) -> Trained:
    history = [records[at] for records in run.history]
    a, b, c = (x.numpy().copy() for x in run.w[at].cpu())
    settings = run.runs[at]
    (seed,) = settings.seeds
    metadata = {
        **({} if settings.table else {"group": settings.group}),
        "seed": str(seed),
        "settings": settings.to_text(),
        **_as_text(history),
    }
    network = TwoLayer((a,), (b,), (c.T,), metadata=metadata)
    return Trained(settings, seed, network, history, run.seconds / run.task.runs)


def _as_text(history: list[Record]) -> dict[str, str]:
    """Return the columns of a history as texts, thinned evenly, the last record kept."""
    step = -(-len(history) // MAX_RECORDS)
    kept = history[::-1][::step][::-1]
    return {
        f"history.{name}": " ".join(f"{x[name]:{'d' if name == 'epoch' else '.6g'}}" for x in kept)
        for name in kept[0]
    }


@final
class _Stops:
    """A first Ctrl-C or SIGTERM is a request to stop; a second one acts as it did before."""

    def __init__(self) -> None:
        self.requested = self.anywhere = False

    def request(self, number: int, restore: Callable[[], None]) -> None:
        """Take a request, and obey it where that can be."""
        self.requested = True
        restore()
        if self.anywhere:
            raise _Stop

    def check(self) -> None:
        """Raise `_Stop` if a stop was requested."""
        if self.requested:
            raise _Stop

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let a request end the block, which changes nothing that a checkpoint holds."""
        self.anywhere = True
        try:
            self.check()
            yield
        finally:
            self.anywhere = False
