"""What training is determined by: the settings of runs that are trained together; their task."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from functools import lru_cache
from importlib.util import find_spec
from itertools import repeat
from math import ceil, isfinite
from operator import index
from pathlib import Path
from typing import Any, Literal, final, get_args

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import cayley_table, name_of, named_group
from algebra.machine.install import install
from algebra.numbers.arrays import Int64

Optimizer = Literal["adam", "adamw", "sgd"]
Precision = Literal["float32", "float64"]
MAX_SEEDS = 1000
MAX_WIDTH = 1 << 20
#: NumPy's `RandomState` takes 32 bits.
MAX_SEED = 2**32 - 1
#: A learning rate or a weight decay: one for all runs, or one for each.
Rate = float | tuple[float, ...]
#: What is measured of a network in training, on the pairs it is trained on and on those held out.
MEASURED = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")


class InterruptedTrainingError(Exception):
    """Raised after Ctrl-C, SIGTERM, or another request to stop, when the state has been saved."""


def require_torch() -> None:
    """Refuse to train without PyTorch: say what to install."""
    if find_spec("torch") is None:
        raise ValueError(f"training needs PyTorch: {install('train')}")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Predict ``x + y``, or ``x y``: a group of order d, and by run the numbers ``x d + y`` of the
    pairs that are not trained on, increasing.
    """

    group: AbelianGroup | FiniteGroup
    held_out: tuple[Int64, ...]

    @property
    def runs(self) -> int:
        """The number of runs in the batch."""
        return len(self.held_out)


def split_task(
    group: AbelianGroup | FiniteGroup, *, seeds: Sequence[int], train_fraction: float = 0.9
) -> Task:
    """Return the task of a random part of the pairs, one split for each seed: that of
    scikit-learn's ``train_test_split(pairs, test_size=1 - train_fraction, random_state=seed)``
    [Tian24].
    """
    if not 0 < train_fraction <= 1:
        raise ValueError(f"train_fraction={train_fraction}; pass 0 < train_fraction <= 1")
    n = group.order**2
    # As a decimal: 1 - 0.9 in floats is not the 0.1 that the user means.
    count = ceil(float(1 - Fraction(str(float(train_fraction)))) * n)
    if count >= n:
        raise ValueError(
            f"train_fraction={train_fraction} leaves none of the {n} pairs of {group} to train on"
        )
    mixed = (np.random.RandomState(seed).permutation(n if count else 0) for seed in seeds)
    return Task(group, tuple(np.sort(x[:count]).astype(np.int64) for x in mixed))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of runs that differ in their seeds; defaults are the paper's [Tian24].

    Args:
        group: the name of a group, such as ``"Z23"`` or ``"S4"``, normalised; or the path of its
            Cayley table, ``"mine.csv"``, which is read once: its name is kept.
        width: the number ``q`` of hidden nodes.
        seeds: one run for each; a seed decides the initial weights and the split.
        epochs: steps of gradient descent; one step sees all trained pairs.
        optimizer: ``"adam"`` and ``"sgd"`` (momentum 0.9) add the weight decay to the gradient,
            ``"adamw"`` decouples it.
        lr, weight_decay: a number, or one for each run; the decay is relative to a
            loss that is a sum over outputs and a mean over pairs.
        train_fraction: the share of pairs that is trained on, ``0 < train_fraction <= 1``.
        log_every: how many epochs lie between two records of loss and accuracy.
        table: the Cayley table that was read.
    """

    group: str
    width: int = 512
    seeds: tuple[int, ...] = (0,)
    epochs: int = 10_000
    optimizer: Optimizer = "adam"
    lr: Rate = 0.01
    weight_decay: Rate = 5e-5
    train_fraction: float = 0.9
    dtype: Precision = "float32"
    log_every: int = 100
    table: tuple[tuple[int, ...], ...] | None = None

    def __post_init__(self) -> None:
        name, table = self.group, self.table
        if name.lower().endswith(".csv"):
            name, table = Path(name).name, table or cayley_table(name).table
        else:
            name = name_of(named_group(name))
        object.__setattr__(self, "group", name)
        object.__setattr__(self, "table", table and tuple(map(tuple, table)))
        _require(isinstance(self.seeds, Iterable), "seeds", self.seeds, "a tuple of seeds")
        object.__setattr__(self, "seeds", tuple(_whole("seed", x) for x in self.seeds))
        for name in ("width", "epochs", "log_every"):
            object.__setattr__(self, name, _whole(name, getattr(self, name)))
        value: Any = self.train_fraction
        _require(isinstance(value, int | float), "train_fraction", value, "a number")
        _require(1 <= self.width <= MAX_WIDTH, "width", self.width, f"1 <= width <= {MAX_WIDTH}")
        _require(self.epochs >= 0, "epochs", self.epochs, "epochs >= 0")
        _require(self.log_every >= 1, "log_every", self.log_every, "log_every >= 1")
        for name, choices in (("optimizer", Optimizer), ("dtype", Precision)):
            value = getattr(self, name)
            _require(value in get_args(choices), name, value, " or ".join(get_args(choices)))
        count = len(self.seeds)
        _require(1 <= count <= MAX_SEEDS, "seeds", self.seeds, f"1 to {MAX_SEEDS} seeds")
        for name in ("lr", "weight_decay"):
            object.__setattr__(self, name, _rate(name, getattr(self, name), count))
        _require(len(set(self._each())) == count, "seeds", self.seeds, "each seed once")
        for seed in self.seeds:
            _require(0 <= seed <= MAX_SEED, "seed", seed, f"0 <= seed <= {MAX_SEED}")
        self.task()

    def _each(self) -> list[tuple[int, float, float]]:
        """Return the seed, the learning rate and the weight decay of each run."""
        rates = (x if isinstance(x, tuple) else repeat(x) for x in (self.lr, self.weight_decay))
        return list(zip(self.seeds, *rates, strict=False))

    def runs(self) -> list[Settings]:
        """Return the settings of each run, with one seed."""
        return [replace(self, seeds=(s,), lr=lr, weight_decay=x) for s, lr, x in self._each()]

    def task(self) -> Task:
        """Return the task: the group, and the split of each run."""
        return split_task(self.multiplied(), seeds=self.seeds, train_fraction=self.train_fraction)

    def multiplied(self) -> AbelianGroup | FiniteGroup:
        """Return the group, in the numbering of its table if it has one."""
        return _group_of(self.group, self.table)

    def to_text(self) -> str:
        """Return the settings as JSON; `settings_from_text` reads them."""
        return json.dumps(asdict(self))


@lru_cache(maxsize=64)
def _group_of(name: str, table: tuple[tuple[int, ...], ...] | None) -> AbelianGroup | FiniteGroup:
    return named_group(name) if table is None else FiniteGroup(table, name)


def unlike(theirs: Any, ours: Any, *, but: str = "") -> str:
    """Return in words which fields of two values differ: ``"lr 0.1, not 0.2"``."""

    def shown(value: Any) -> str:
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        return text if len(text) <= 40 else f"{text[:37]}..."

    pairs = {x.name: (getattr(theirs, x.name), getattr(ours, x.name)) for x in fields(ours)}
    return ", ".join(
        f"{name} {shown(x)}, not {shown(y)}"
        for name, (x, y) in pairs.items()
        if x != y and name != but
    )


def settings_from_text(text: str) -> Settings:
    """Return settings from `Settings.to_text`."""
    try:
        document = json.loads(text)
        return Settings(**{**document, "seeds": tuple(document["seeds"])})
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"these are no settings of a training run: {error}") from None


def _whole(name: str, value: Any) -> int:
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"{name}={value!r}; pass a whole number") from None


def _require(holds: bool, name: str, value: Any, wanted: str) -> None:
    if not holds:
        shown: Any = value[:5] if isinstance(value, tuple) else value
        raise ValueError(f"{name}={shown!r}; pass {wanted}")


def _rate(name: str, value: Any, count: int) -> Rate:
    """Return a number, or one for each run where they differ."""
    values = value if isinstance(value, list | tuple) else [value]
    for x in values:
        _require(isinstance(x, int | float), name, x, "a number")
        _require(isfinite(x) and x >= 0, name, x, f"a finite {name} >= 0")
    _require(len(values) == 1 or len(values) == count, name, value, "one number, or one a seed")
    rates = tuple(map(float, values))
    return rates[0] if len(set(rates)) == 1 else rates
