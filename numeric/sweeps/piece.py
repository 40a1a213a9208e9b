"""One piece of a sweep: a batch of runs, trained wherever there is a worker."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from algebra.machine.write_file import WriteError
from algebra.numbers.arrays import Floats
from numeric.training.settings import Settings

if TYPE_CHECKING:
    from numeric.training.run import TrainingRun

#: Seconds between looks at the file that asks a batch to stop, and between reports of its epoch.
LOOK, REPORT = 0.2, 1.0


class StoppedError(Exception):
    """Raised in a batch that was asked to stop, after its state has been saved."""


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A batch to train, the folder for its checkpoint, and seconds between two; there is no
    checkpoint where the folder is not, as on a cluster that shares no files.
    """

    batch: Settings
    work: str
    every_seconds: float = 30.0

    def alone(self) -> list[Piece]:
        """Return each run as a piece of its own."""
        return [replace(self, batch=run) for run in self.batch.runs()]

    @property
    def name(self) -> str:
        """Return the name of its files in the work folder."""
        return hashlib.sha256(self.batch.to_text().encode()).hexdigest()[:32]

    def checkpoint(self) -> Path:
        """Return where its state is saved."""
        return Path(self.work) / f"{self.name}.safetensors"

    def epoch_file(self) -> Path:
        """Return where it says how far it is."""
        return Path(self.work) / f"{self.name}.epoch"

    def stop_file(self) -> Path:
        """Return the file that asks all batches to stop."""
        return Path(self.work) / "stop"


#: The parts of a network: ``layera, layerb, layerc``, and texts for the header of its file.
Parts = tuple[Floats, Floats, Floats, dict[str, str]]
#: A run, its network or why it failed, and the seconds its training took, its share of the batch.
Outcome = tuple[Settings, Parts | str, float]


def train_piece(piece: Piece) -> list[Outcome]:
    """Return the outcome of each run of a batch, of each trained alone if one spoils it.

    PyTorch uses one thread, so that the outcome does not depend on where it is made.
    """
    try:
        return _trained(piece)
    except (WriteError, StoppedError):
        raise
    except Exception as error:
        match piece.batch.runs():
            case [run]:
                return [(run, " ".join(str(error).split())[:1000] or type(error).__name__, 0.0)]
    return [outcome for single in piece.alone() for outcome in train_piece(single)]


def _trained(piece: Piece) -> list[Outcome]:
    from numeric.training.checkpoint import CheckpointError, write_checkpoint
    from numeric.training.train import InterruptedTrainingError, train

    saves = Path(piece.work).is_dir()
    checkpoint = piece.checkpoint() if saves else None
    looked = reported = 0.0

    def look(run: TrainingRun) -> None:
        nonlocal looked, reported
        now = time.monotonic()
        if now - looked < LOOK or not saves:
            return
        looked = now
        if piece.stop_file().exists():
            write_checkpoint(piece.checkpoint(), run)
            raise StoppedError("stopped")
        if now - reported >= REPORT:
            reported = now
            with suppress(OSError):  # it only moves a progress bar
                piece.epoch_file().write_text(str(run.epoch))

    for fresh in (False, True):
        try:
            trained = train(
                piece.batch,
                checkpoint=checkpoint,
                resume=not fresh,
                every_seconds=piece.every_seconds,
                threads=1,
                on_epoch=look,
            )
            break
        except CheckpointError:
            if fresh:
                raise
        except InterruptedTrainingError as error:
            raise StoppedError(str(error)) from None
    together = {"batch": _companions(piece.batch)}
    outcomes: list[Outcome] = []
    for run, one in zip(piece.batch.runs(), trained, strict=True):
        x = one.network
        parts = x.layera, x.layerb, x.layerc, {**x.metadata, **together}
        outcomes.append((run, parts, one.seconds))
    return outcomes


def _companions(batch: Settings) -> str:
    """Return the seeds of a batch, by learning rate and weight decay if it has several."""
    seeds: dict[Any, list[str]] = {}
    for run in batch.runs():
        seeds.setdefault((run.lr, run.weight_decay), []).append(str(run.seeds[0]))
    texts = {x: " ".join(numbers) for x, numbers in seeds.items()}
    if len(texts) == 1:
        return texts.popitem()[1]
    return "; ".join(f"lr {lr!r}, wd {decay!r}: {text}" for (lr, decay), text in texts.items())
