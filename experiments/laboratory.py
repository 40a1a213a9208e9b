"""What experiments share: a folder, an executor, training, recognition, pictures, certificates."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from algebra.machine.write_file import make_folder, write_bytes
from algebra.numbers.arrays import Reals
from numeric.pictures.figure import save_figure
from numeric.sweeps.plan import Axis, SweepPlan, run_name
from numeric.training.settings import Settings
from numeric.weights.plain_network import TwoLayer, Weights

if TYPE_CHECKING:
    from numeric.sweeps.folder import SweepFolder
    from numeric.training.run import TrainingRun


@final
@dataclass(frozen=True, slots=True)
class TrainedRun:
    """A finished run of a sweep: ``w_c`` without ``1/2d``, and columns of its record by name."""

    settings: Settings
    weights: Weights
    history: dict[str, tuple[float, ...]]


@final
@dataclass(slots=True)
class Laboratory:
    """Where an experiment works.

    Args:
        runs: the folder for trained networks; ``folder`` if None.
        groups: those to take of the ones that the experiment has; all if empty; ``seeds`` likewise.
        trains: whether what is missing is trained; if not, it is noted.
        took: how long the training of each network took, by name; None if not recorded.
        new: the names of those that were trained now.
        waited: seconds spent waiting for training.
        missing: runs that were asked for, and are not trained.
        notes: sentences for the result, gathered on the way.
    """

    folder: Path
    quick: bool
    executor: Executor | None = None
    workers: int = 1
    progress: Callable[[str, float, float], None] = lambda text, done, total: None
    runs: Path | None = None
    groups: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    trains: bool = True
    took: dict[str, float | None] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    waited: float = 0.0
    missing: list[Settings] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)
    certificates: list[Path] = field(default_factory=list)

    def opened(self, **changes: Any) -> Laboratory:
        """Return a laboratory like this one with nothing in it yet, but for ``changes``."""
        fresh: dict[str, Any] = {
            "took": {}, "new": set(), "waited": 0.0,
            "missing": [], "notes": [], "pictures": [], "certificates": [],
        }  # fmt: skip
        return replace(self, **{**fresh, **changes})

    def require(self, plan: SweepPlan) -> None:
        """Check that a plan has the chosen groups and seeds."""
        for axis, chosen in self._choices().items():
            known = getattr(plan, axis)
            for value in chosen:
                if value not in known:
                    shown = ", ".join(map(str, known))
                    raise ValueError(
                        f"{axis}={value} is no part of this experiment, which has {shown}"
                    )

    def part(self, plan: SweepPlan) -> SweepPlan:
        """Return the part of a plan that is of the chosen groups and seeds."""
        for axis, chosen in self._choices().items():
            if chosen:
                known = getattr(plan, axis)
                plan = along(plan, axis, tuple(x for x in known if x in chosen))
        return plan

    def _choices(self) -> dict[Axis, tuple[Any, ...]]:
        return {"groups": self.groups, "seeds": self.seeds}

    def trained(
        self, plan: SweepPlan, name: str, *, only: SweepPlan | None = None
    ) -> list[TrainedRun]:
        """Return the chosen runs of a plan, trained now or before; failed ones become a note."""
        from numeric.sweeps.folder import SweepFolder, read_folder
        from numeric.sweeps.sweep import sweep

        where = self.place(name)
        asked = self.part(only or plan).runs()
        known = {run for run in asked if SweepFolder(where, plan).file("runs", run).exists()}
        if self.trains:
            begun = time.monotonic()
            folder = sweep(
                plan,
                folder=where,
                executor=self.executor,
                workers=self.workers,
                wanted=frozenset(asked).__contains__,
                progress=self.progress,
            ).folder
            self.waited += time.monotonic() - begun
            self.new |= {f"{name} {run_name(run)}" for run in asked if run not in known}
        elif (where / "plan.json").exists():
            folder = read_folder(where, plan=plan)
        else:
            self.missing += asked
            return []
        return list(self._finished(folder, asked, name))

    def _finished(
        self, folder: SweepFolder, runs: Iterable[Settings], name: str
    ) -> Iterator[TrainedRun]:
        for run in runs:
            match folder.outcome(run):
                case None:
                    self.missing.append(run)
                case str(error):
                    self.notes.append(f"failed: {run_name(run)}: {error}")
                case network:
                    self.took[f"{name} {run_name(run)}"] = folder.seconds(run)
                    yield _read(network, run)

    def watched(
        self,
        settings: Settings,
        look: Callable[[TrainingRun], list[float]],
        *,
        name: str,
        at: Callable[[int], bool],
        start: Reals | None = None,
    ) -> TrainingRun | None:
        """Return one network with what was seen while it was trained, see `watched`.

        It is kept as a checkpoint under ``name``. None if it is not finished and nothing is
        trained.
        """
        from experiments.watched import watched

        if self.trains:
            make_folder(self.place(name))
        begun, file = time.monotonic(), self.place(name) / "network.safetensors"
        before = file.stat().st_mtime_ns if file.exists() else 0
        run = watched(
            settings,
            look,
            at=at,
            start=start,
            checkpoint=file,
            trains=self.trains,
            progress=lambda done, total: self.progress(name, done, total),
        )
        if run.epoch < settings.epochs:
            self.missing.append(settings)
            return None
        self.waited += time.monotonic() - begun
        self.took[name] = run.seconds
        if file.stat().st_mtime_ns != before:
            self.new.add(name)
        return run

    def place(self, name: str) -> Path:
        """Return the folder of the networks of this name."""
        folder = self.runs or self.folder
        return folder / (f"{name}-quick-runs" if self.quick else f"{name}-runs")

    def draw(self, figure: Any, name: str) -> None:
        """Write a figure as PNG and PDF, without frames; quick ones say so."""
        if self.quick:
            figure.suptitle("quick run", x=0.995, ha="right", fontsize=7, color="#666666")
        for axes in figure.axes:
            if len(axes.get_shared_x_axes().get_siblings(axes)) == 1:  # no scale on the right
                axes.spines[["top", "right"]].set_visible(False)
        for suffix in (".png", ".pdf"):
            path = self.folder / f"{name}{suffix}"
            save_figure(figure, path, force=True)
            figure.set_layout_engine("none")  # it has its places, for the other format too
            self.pictures.append(path)

    def certify(self, run: TrainedRun, name: str) -> None:
        """Write the certificate of the exact optimizer nearest to a run, or note why not."""
        from numeric.exact.certify import certify
        from numeric.exact.projection import NoneNearError
        from numeric.recognition.recognise import NotLearnedError
        from proofs.certificates import certificate

        try:
            found = certify(run.weights)
        except (NotLearnedError, NoneNearError) as error:
            self.notes.append(f"no certificate {name}: {error}")
            return
        notes = {"made by": "python -m experiments"}
        data, code, message = certificate.judged(found.element, notes=notes)
        if code:
            self.notes.append(f"no certificate {name}: {message}")
            return
        path = self.folder / f"{name}.cert.json"
        write_bytes(path, data, force=True)
        self.certificates.append(path)
        self.notes.append(
            f"{path.name}: exact, {found.element.order} nodes, {found.distance:.3%} from this run, "
            f"accepted by the checker"
        )


def _read(network: TwoLayer, run: Settings) -> TrainedRun:
    history = {
        key.removeprefix("history."): tuple(map(float, text.split()))
        for key, text in network.metadata.items()
        if key.startswith("history.")
    }
    return TrainedRun(run, network.weights(), history)


def along(plan: SweepPlan, axis: Axis, values: tuple[Any, ...]) -> SweepPlan:
    """Return a plan with these values on an axis."""
    changed: dict[str, Any] = {axis: values}
    return replace(plan, **changed)
