"""Sweeps: all runs of a plan, on any executor, into a folder, resumable."""

from __future__ import annotations

import hashlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, final

from algebra.machine.read_file import read_bytes
from algebra.machine.write_file import WriteError
from numeric.sweeps.folder import SweepFolder, locked
from numeric.sweeps.plan import SweepPlan, run_name
from numeric.training.settings import InterruptedTrainingError, Settings
from numeric.weights.performance import Progress
from numeric.weights.plain_network import TwoLayer
from numeric.work.executor import results
from numeric.work.signals import end_workers

if TYPE_CHECKING:
    from numeric.training.run import TrainingRun

#: Seconds after which a batch looks at the file that asks it to stop, and reports its epoch.
LOOK = 0.3
#: In the work folder: the endings of a batch's files, and the file that asks all to stop.
CHECKPOINT, EPOCH, STOP = ".safetensors", ".epoch", "stop"


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

    def file(self, suffix: str) -> Path:
        """Return its file in the work folder: of its checkpoint, or of how far it is."""
        name = hashlib.sha256(self.batch.to_text().encode()).hexdigest()[:32]
        return Path(self.work) / f"{name}{suffix}"


#: A run, its network or why it failed, and the seconds its training took, its share of the batch.
Outcome = tuple[Settings, TwoLayer | str, float]


def train_piece(piece: Piece) -> list[Outcome]:
    """Return the outcome of each run of a batch, of each trained alone if one spoils it.

    PyTorch uses one thread, so that the outcome does not depend on where it is made.
    """
    try:
        return _trained(piece)
    except (WriteError, InterruptedTrainingError):
        raise
    except Exception as error:
        match piece.batch.runs():
            case [run]:
                return [(run, " ".join(str(error).split())[:1000] or type(error).__name__, 0.0)]
    return [outcome for single in piece.alone() for outcome in train_piece(single)]


def _trained(piece: Piece) -> list[Outcome]:
    from numeric.training.checkpoint import CheckpointError, write_checkpoint
    from numeric.training.train import train

    checkpoint = piece.file(CHECKPOINT) if Path(piece.work).is_dir() else None
    looked = 0.0

    def look(run: TrainingRun) -> None:
        nonlocal looked
        if time.monotonic() - looked < LOOK or checkpoint is None:
            return
        looked = time.monotonic()
        if (Path(piece.work) / STOP).exists():
            write_checkpoint(checkpoint, run)
            raise InterruptedTrainingError("stopped")
        with suppress(OSError):  # it only moves a progress bar
            piece.file(EPOCH).write_text(str(run.epoch))

    every = piece.every_seconds
    work = partial(
        train, piece.batch, checkpoint=checkpoint, every_seconds=every, threads=1, on_epoch=look
    )
    try:
        trained = work(resume=True)
    except CheckpointError:
        trained = work()
    return [(x.settings, x.network, x.seconds) for x in trained]


#: What is said when work is lost, or a file cannot be written.
KEPT = "what is finished is kept: the same command goes on"
#: How long an interrupted sweep waits for batches to save their state.
GRACE_SECONDS = 20.0
#: Seconds between two looks at how far the batches are.
POLL = 0.5


@final
@dataclass(slots=True)
class Sweep:
    """How far a sweep is: numbers of runs, errors of those that failed, names of those trained
    again because their files were damaged.
    """

    folder: SweepFolder
    wanted: int = 0
    found: int = 0
    trained: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    index: Path | None = None


def sweep(
    plan: SweepPlan,
    *,
    folder: str | Path,
    executor: Executor | None = None,
    workers: int = 1,
    retry_failed: bool = False,
    every_seconds: float = 30.0,
    wanted: Callable[[Settings], bool] = lambda run: True,
    progress: Progress = lambda text, done, of: None,
) -> Sweep:
    """Train all runs of a plan that the folder does not hold yet; killed at any moment and called
    again, it goes on, and the files of the runs end up the same bit for bit.

    Args:
        executor, workers: where batches are trained, by default here, and how many at a time.
        retry_failed: whether runs that failed before are tried again.
        every_seconds: seconds between checkpoints of a batch.
        wanted: which runs to train. A batch is trained as a whole if one of its runs is wanted, so
            that no bit depends on this.
        progress: called about twice a second, by another thread.
    """
    with locked(folder, plan) as opened:
        state = Sweep(opened)
        pieces = _pieces(state, retry_failed, every_seconds, wanted)
        pieces.sort(key=_cost, reverse=True)
        for left in (*(opened.path / "work").glob(f"*{EPOCH}"), opened.path / "work" / STOP):
            left.unlink(missing_ok=True)
        try:
            _train(state, pieces, executor, 2 * workers, progress)
        finally:
            # Not where the disk is full: the first error says what to do.
            with suppress(WriteError):
                state.index = opened.write_index()
        return state


def _pieces(
    state: Sweep, retry_failed: bool, every_seconds: float, wanted: Callable[[Settings], bool]
) -> list[Piece]:
    """Return the batches with a wanted run that is still to be trained."""
    folder = state.folder
    pieces = []
    for batch in folder.plan.batches():
        open_runs = 0
        for run in filter(wanted, batch.runs()):
            state.wanted += 1
            match folder.outcome(run):
                case TwoLayer():
                    state.found += 1
                    continue
                case _ if (path := folder.file("runs", run)).exists():
                    state.damaged.append(run_name(run))
                    path.replace(folder.path / "damaged" / path.name)
                case str(error) if not retry_failed:
                    state.failed[run_name(run)] = error
                    continue
            open_runs += 1
        if open_runs:
            pieces.append(Piece(batch, str((folder.path / "work").resolve()), every_seconds))
    return pieces


def _cost(piece: Piece) -> float:
    """Return about how much work a batch is; a step costs about ``q d^2 + q^2 d`` or more."""
    batch = piece.batch
    d, q = batch.multiplied().order, batch.width
    return float(batch.epochs * len(batch.seeds) * (min(d**3 * q, 2 * d * q**2) + 10 * d**2 * q))


def _train(
    state: Sweep,
    pieces: list[Piece],
    executor: Executor | None,
    at_once: int,
    progress: Progress,
) -> None:
    running: dict[Future[list[Outcome]], Piece] = {}
    begun: list[Piece] = []
    finished, of = 0.0, sum(map(_cost, pieces))

    def begin() -> Iterator[Piece]:
        for piece in pieces:
            begun.append(piece)
            yield piece

    def show() -> None:
        text = f"{state.found + state.trained} runs finished, {len(state.failed)} failed"
        progress(text, finished + sum(map(_part, list(begun))), of)

    try:
        with _twice_a_second(show):
            for piece, outcomes in results(
                train_piece,
                begin(),
                executor=executor,
                at_once=at_once,
                own=(WriteError, InterruptedTrainingError),
                kept=KEPT,
                running=running,
            ):
                _keep(state, piece, outcomes)
                begun.remove(piece)
                finished += _cost(piece)
    except (KeyboardInterrupt, InterruptedTrainingError):
        _stop(state, running)
        raise InterruptedTrainingError(
            f"interrupted: {state.found + state.trained} of {state.wanted} runs are finished; the "
            f"same command goes on"
        ) from None
    except WriteError as error:
        _stop(state, running)
        raise WriteError(f"{error}; {KEPT}") from None


@contextmanager
def _twice_a_second(show: Callable[[], None]) -> Iterator[None]:
    """Call a function meanwhile, and at the end; this thread works, and gets the signals."""
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(POLL):
            show()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    show()


def _keep(state: Sweep, piece: Piece, outcomes: list[Outcome]) -> None:
    """Write what a batch came to, but no run that is there; then forget its checkpoint."""
    folder = state.folder
    for run, came, seconds in outcomes:
        if folder.file("runs", run).exists():
            continue
        if isinstance(came, str):
            folder.write_failure(run, came)
            state.failed[run_name(run)] = came
        else:
            folder.write_run(run, came, seconds)
            state.failed.pop(run_name(run), None)
            state.trained += 1
    for done in (piece, *piece.alone()):
        done.file(CHECKPOINT).unlink(missing_ok=True)
        done.file(EPOCH).unlink(missing_ok=True)


def _part(piece: Piece) -> float:
    """Return how much of a running batch is done, as far as it says."""
    try:
        epoch = int(read_bytes(piece.file(EPOCH), limit=32))
    except ValueError:
        return 0.0
    return _cost(piece) * min(1.0, epoch / max(1, piece.batch.epochs))


def _stop(state: Sweep, running: dict[Future[list[Outcome]], Piece]) -> None:
    """Ask the batches to save their state, and keep those that are finished by then."""
    with suppress(OSError):
        (state.folder.path / "work" / STOP).touch()
    end_workers(signal.SIGINT)  # in the middle of a step they see no file
    for future in wait(running, timeout=GRACE_SECONDS).done:
        with suppress(Exception):  # of the executor, or the work: an interruption is the news
            _keep(state, running[future], future.result())
