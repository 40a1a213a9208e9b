"""What experiments share: a folder, an executor, training, recognition, pictures, certificates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from algebra.write_file import write_bytes
from numeric.embed import Weights
from numeric.pictures import save_figure
from numeric.settings import Settings
from numeric.sweep_plan import SweepPlan

if TYPE_CHECKING:
    from numeric.sweep import Sweep


@final
@dataclass(frozen=True, slots=True)
class TrainedRun:
    """A finished run of a sweep.

    Args:
        settings: of the run.
        weights: what was trained, ``w_c`` without ``1/2d``.
        history: columns of the training record by name.
    """

    settings: Settings
    weights: Weights
    history: dict[str, tuple[float, ...]]


@final
@dataclass(slots=True)
class Laboratory:
    """Where an experiment works.

    Args:
        folder: for everything it writes.
        quick: whether fewer seeds and epochs are asked for.
        executor: where batches are trained; this process if None.
        workers: how many it trains at a time.
        progress: shows a text, how much is done, and of how much.
        notes: sentences for the result, gathered on the way.
        pictures: files drawn so far.
        certificates: files written so far.
    """

    folder: Path
    quick: bool
    executor: Executor | None = None
    workers: int = 1
    progress: Callable[[str, float, float], None] = lambda text, done, total: None
    notes: list[str] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    certificates: list[Path] = field(default_factory=list)

    def trained(self, plan: SweepPlan, name: str) -> list[TrainedRun]:
        """Train a plan, or read what was trained before; failed runs become a note.

        Raises:
            SweepInterruptedError: after Ctrl-C; the same command goes on.
            SweepFolderError, SweepWorkerError, WriteError: see `numeric.sweep.sweep`.
        """
        from numeric.cli_sweep import shown
        from numeric.sweep import sweep

        where = self.folder / (f"{name}-quick-runs" if self.quick else f"{name}-runs")
        state = sweep(
            plan,
            folder=where,
            executor=self.executor,
            workers=self.workers,
            progress=lambda state: self.progress(*shown(state)),
        )
        self.notes += [f"failed: {run}: {error}" for run, error in state.failed.items()]
        return list(_finished(state))

    def draw(self, figure: Any, name: str) -> None:
        """Write a figure as PNG and PDF; quick ones say so.

        Raises:
            WriteError: if a file cannot be written.
        """
        if self.quick:
            figure.suptitle("quick run", x=0.995, ha="right", fontsize=7, color="#666666")
        for suffix in (".png", ".pdf"):
            path = self.folder / f"{name}{suffix}"
            save_figure(figure, path, True)
            self.pictures.append(path)

    def certify(self, run: TrainedRun, name: str) -> None:
        """Write the certificate of the exact optimizer nearest to a run, or note why not."""
        from numeric.nearest import NotLearnedError, nearest_optimizer
        from numeric.projection import ProjectionError
        from proofs import certificate, checker

        try:
            found = nearest_optimizer(run.weights)
        except (NotLearnedError, ProjectionError) as error:
            self.notes.append(f"no certificate {name}: {error}")
            return
        data = certificate.to_text(found.element, notes={"made by": "cogo reproduce"}).encode()
        code, message = checker.check(data)
        if code:
            self.notes.append(f"no certificate {name}: {message}")
            return
        path = self.folder / f"{name}.cert.json"
        write_bytes(path, data, force=True)
        self.certificates.append(path)
        self.notes.append(
            f"{path.name}: an exact optimizer of {found.element.order} nodes at relative distance "
            f"{found.distance:.3%} of this run (accepted by the checker)"
        )


def _finished(state: Sweep) -> Iterator[TrainedRun]:
    folder = state.folder
    for run in folder.plan.runs():
        if folder.failure(run) is not None:
            continue
        network = folder.network(run)
        history = {
            key.removeprefix("history."): tuple(map(float, text.split()))
            for key, text in network.metadata.items()
            if key.startswith("history.")
        }
        yield TrainedRun(run, network.weights(), history)
