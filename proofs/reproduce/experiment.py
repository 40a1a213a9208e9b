"""An experiment: a name, what it asks, and the function that answers; and how one is run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

from algebra.write_file import WriteError
from numeric.sweep_plan import SweepPlan
from proofs.reproduce.laboratory import Laboratory
from proofs.reproduce.result import Result, Row


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
        name: what it is called on the command line.
        title: what it shows, in a few words.
        make: does the work; draws and certifies through the laboratory.
    """

    name: str
    title: str
    make: Callable[[Laboratory], Findings]


def reproduce(experiment: Experiment, laboratory: Laboratory) -> Result:
    """Run an experiment and return its result; the files are in the laboratory's folder.

    Raises:
        WriteError: if the folder cannot be made, or a file cannot be written.
    """
    make_folder(laboratory.folder)
    start = time.monotonic()
    found = experiment.make(laboratory)
    return Result(
        name=experiment.name,
        title=experiment.title,
        rows=found.rows,
        notes=tuple(laboratory.notes),
        quick=laboratory.quick,
        settings=found.settings,
        pictures=tuple(laboratory.pictures),
        certificates=tuple(laboratory.certificates),
        seconds=time.monotonic() - start,
    )


def make_folder(folder: Path) -> None:
    """Make a folder if it is not there.

    Raises:
        WriteError: if that is not possible.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"{folder} cannot be made: {error.strerror or error}") from None


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
