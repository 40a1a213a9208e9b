"""One network that is looked at while it is trained; killed at any moment, it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Reals
from numeric.training.settings import InterruptedTrainingError, Settings
from numeric.weights.plain_network import Weights

if TYPE_CHECKING:
    from numeric.training.run import TrainingRun

#: Seconds between checkpoints.
EVERY = 5.0


def watched(
    settings: Settings,
    look: Callable[[TrainingRun], list[float]],
    *,
    at: Callable[[int], bool],
    start: Reals | None = None,
    checkpoint: Path | None = None,
    trains: bool = True,
    every_seconds: float = EVERY,
    progress: Callable[[float, float], None] = lambda done, total: None,
) -> TrainingRun:
    """Train one network to the end, and return it with what was seen on the way.

    PyTorch uses one thread, as in a sweep: small networks are slower with more. Weights and what
    was seen are saved together, so that the result does not depend on interruptions. A network that
    is finished stays in its file.
    """
    from numeric.training.run import cpu_threads, flushed_denormals
    from numeric.training.train import train

    run = _opened(settings, start, checkpoint)

    def is_seen() -> bool:
        return bool(run.observed) and run.observed[-1][0] == run.epoch

    def see(run: TrainingRun) -> None:
        if not is_seen() and (run.epoch == settings.epochs or at(run.epoch)):
            run.observed.append([float(run.epoch), *look(run)])
            progress(run.epoch, settings.epochs)

    if trains and not (run.epoch == settings.epochs and is_seen()):
        try:
            with flushed_denormals(), cpu_threads(1):
                see(run)
            train(run, checkpoint=checkpoint, every_seconds=every_seconds, threads=1, on_epoch=see)
        except (KeyboardInterrupt, InterruptedTrainingError):
            raise InterruptedTrainingError(
                f"interrupted after {run.epoch} of {settings.epochs} epochs of one network; the "
                f"same command goes on"
            ) from None
    return run


def weights_of(run: TrainingRun) -> Weights:
    """Return the weights of the first run of a batch, ``w_c`` without ``1/2d``."""
    a, b, c = (x.numpy().astype(np.float64) for x in run.w.detach()[0].cpu())
    group = run.task.group
    assert isinstance(group, AbelianGroup), "what is watched are additions"
    return Weights(group, a, b, c * (2 * group.order))


def _opened(settings: Settings, start: Reals | None, checkpoint: Path | None) -> TrainingRun:
    """Return the run that the file holds, or a new one if it holds none."""
    import torch

    from numeric.training.checkpoint import CheckpointError, read_checkpoint
    from numeric.training.run import TrainingRun

    if checkpoint is not None and checkpoint.exists():
        try:
            return read_checkpoint(checkpoint, settings)
        except CheckpointError:  # damaged, or of other settings: trained again
            pass
    run = TrainingRun(settings)
    if start is not None:
        run.w.copy_(torch.from_numpy(start)[None])
    return run
