"""An experiment: a name, what it asks, and the function that answers; and how one is run."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import final

from algebra.machine.write_file import make_folder
from experiments.laboratory import Laboratory
from experiments.result import Result, Row, Time
from numeric.sweeps.plan import SweepPlan
from numeric.training.settings import Settings


@final
@dataclass(frozen=True, slots=True)
class Findings:
    """What an experiment's function returns: the table, and its settings in words."""

    rows: tuple[Row, ...]
    settings: Mapping[str, str]


@final
@dataclass(frozen=True, slots=True)
class Experiment:
    """An experimental claim of the paper, or a question it leaves open.

    Args:
        paper: what the paper says about it, in our words, and where.
        make: does the work; draws and certifies through the laboratory.
        plan: whether quick, to the runs of which groups and seeds can be chosen; None where there
            is nothing to choose from.
    """

    name: str
    title: str
    paper: str
    make: Callable[[Laboratory], Findings]
    plan: Callable[[bool], SweepPlan] | None = None

    def require(self, laboratory: Laboratory) -> None:
        """Check that the chosen groups and seeds are of this experiment."""
        if self.plan is not None:
            laboratory.require(self.plan(laboratory.quick))
        elif laboratory.groups or laboratory.seeds:
            raise ValueError(f"{self.name} trains one network; leave out --groups and --seeds")


def reproduce(experiment: Experiment, laboratory: Laboratory) -> Result:
    """Run an experiment and return its result; the files are in the laboratory's folder."""
    experiment.require(laboratory)
    make_folder(laboratory.folder, parents=True)
    start = time.monotonic()
    found = experiment.make(laboratory)
    return Result(
        name=experiment.name,
        title=experiment.title,
        paper=experiment.paper,
        rows=found.rows,
        notes=tuple(laboratory.notes),
        quick=laboratory.quick,
        part=part_in_words(experiment, laboratory),
        missing=unfinished(laboratory.missing),
        settings=found.settings,
        pictures=tuple(laboratory.pictures),
        certificates=tuple(laboratory.certificates),
        time=Time(
            networks=len(laboratory.took),
            new=len(laboratory.new),
            training=sum(x for x in laboratory.took.values() if x is not None),
            unrecorded=sum(x is None for x in laboratory.took.values()),
            here=time.monotonic() - start,
            waited=laboratory.waited,
            workers=laboratory.workers,
        ),
    )


def part_in_words(experiment: Experiment, laboratory: Laboratory) -> str:
    """Return which part of the experiment was run, empty for the whole."""
    if experiment.plan is None:
        return ""
    whole = experiment.plan(laboratory.quick)
    chosen = laboratory.part(whole)
    texts = [
        f"{axis} {', '.join(map(str, getattr(chosen, axis)))} of {len(getattr(whole, axis))}"
        for axis in ("groups", "seeds")
        if getattr(chosen, axis) != getattr(whole, axis)
    ]
    return f"A part of the experiment: {'; '.join(texts)}." if texts else ""


def unfinished(runs: Iterable[Settings]) -> tuple[str, ...]:
    """Return what is missing, for people: a text for all runs that differ in their seeds alone."""
    cells: dict[str, list[int]] = {}
    for run in dict.fromkeys(runs):
        cell = f"{run.group}, q = {run.width}, weight decay {run.weight_decay:g}"
        cells.setdefault(cell, []).append(run.seeds[0])
    return tuple(
        f"{cell}: seed{'s' * (len(seeds) > 1)} {', '.join(map(str, seeds))}"
        for cell, seeds in cells.items()
    )


def in_words(plan: SweepPlan) -> dict[str, str]:
    """Return what a plan trains, for people.

    >>> in_words(SweepPlan(groups=("Z5", "Z7"), widths=(16,)))["groups"]
    'Z5, Z7'
    """
    words = {
        "groups": plan.groups,
        "q": plan.widths,
        "weight decay": plan.weight_decays,
        "learning rate": plan.lrs,
        "trained on": plan.train_fractions,
        "seeds": plan.seeds,
    }
    texts = {name: ", ".join(f"{x}" for x in values) for name, values in words.items()}
    return {**texts, "epochs": str(plan.epochs), "optimizer": plan.optimizer}
