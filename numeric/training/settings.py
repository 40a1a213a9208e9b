"""What training is determined by: the settings of a run, and of runs that are trained together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from operator import index
from typing import Any, Literal, final, get_args

from algebra.groups.group_names import name_of, named_group
from algebra.machine.install import install
from numeric.training.task import MAX_SEED, Task, split_task

Optimizer = Literal["adam", "adamw", "sgd"]
Precision = Literal["float32", "float64"]
MAX_SEEDS = 1000
MAX_WIDTH = 1 << 20
_SEEDS = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?\Z")


class SettingsError(ValueError):
    """Raised for a setting that cannot be trained with; the message says which would do."""


def no_torch() -> SettingsError:
    """Return the error for training without PyTorch: what to install."""
    return SettingsError(f"training needs PyTorch: {install('train')}")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of runs that differ in their seeds; defaults are the paper's [Tian24].

    Args:
        group: the name of a group, such as ``"Z23"`` or ``"S4"``; normalised.
        width: the number ``q`` of hidden nodes.
        seeds: one run for each; a seed decides the initial weights and the split.
        epochs: steps of gradient descent; one step sees all trained pairs.
        optimizer: ``"adam"`` and ``"sgd"`` (momentum 0.9) add the weight decay to the gradient,
            ``"adamw"`` decouples it.
        weight_decay: relative to a loss that is a sum over outputs and a mean over pairs.
        train_fraction: the share of pairs that is trained on, ``0 < train_fraction <= 1``.
        log_every: how many epochs lie between two records of loss and accuracy.
    """

    group: str
    width: int = 512
    seeds: tuple[int, ...] = (0,)
    epochs: int = 10_000
    optimizer: Optimizer = "adam"
    lr: float = 0.01
    weight_decay: float = 5e-5
    train_fraction: float = 0.9
    dtype: Precision = "float32"
    log_every: int = 100

    def __post_init__(self) -> None:
        object.__setattr__(self, "group", name_of(named_group(self.group)))
        _require(isinstance(self.seeds, Iterable), "seeds", self.seeds, "a tuple of seeds")
        object.__setattr__(self, "seeds", tuple(_whole("seed", x) for x in self.seeds))
        for name in ("width", "epochs", "log_every"):
            object.__setattr__(self, name, _whole(name, getattr(self, name)))
        for name in ("lr", "weight_decay", "train_fraction"):
            value = getattr(self, name)
            _require(isinstance(value, int | float), name, value, "a number")
        _require(1 <= self.width <= MAX_WIDTH, "width", self.width, f"1 <= width <= {MAX_WIDTH}")
        _require(self.epochs >= 0, "epochs", self.epochs, "epochs >= 0")
        _require(self.log_every >= 1, "log_every", self.log_every, "log_every >= 1")
        for name, choices in (("optimizer", Optimizer), ("dtype", Precision)):
            value = getattr(self, name)
            _require(value in get_args(choices), name, value, " or ".join(get_args(choices)))
        for name in ("lr", "weight_decay"):
            value = getattr(self, name)
            _require(isfinite(value) and value >= 0, name, value, f"a finite {name} >= 0")
        count, different = len(self.seeds), len(set(self.seeds))
        _require(1 <= count <= MAX_SEEDS, "seeds", self.seeds, f"1 to {MAX_SEEDS} seeds")
        _require(count == different, "seeds", self.seeds, "each seed once")
        for seed in self.seeds:
            _require(0 <= seed <= MAX_SEED, "seed", seed, f"0 <= seed <= {MAX_SEED}")
        try:
            self.task()
        except ValueError as error:
            raise SettingsError(str(error)) from None

    def task(self) -> Task:
        """Return the task: the group, and the split of each seed."""
        return split_task(
            named_group(self.group), seeds=self.seeds, train_fraction=self.train_fraction
        )

    def to_text(self) -> str:
        """Return the settings as JSON; `settings_from_text` reads them."""
        return json.dumps(asdict(self))

    def differences(self, other: Settings) -> list[str]:
        """Return the names of settings that differ, except ``epochs``, which may grow."""
        names = [field.name for field in fields(self) if field.name != "epochs"]
        return [name for name in names if getattr(self, name) != getattr(other, name)]


def unlike(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    """Return in words which settings differ: ``"lr 0.1, not 0.2"``, long values shortened."""

    def shown(value: Any) -> str:
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        return text if len(text) <= 40 else f"{text[:37]}..."

    return ", ".join(f"{name} {shown(x)}, not {shown(ours[name])}" for name, x in theirs.items())


#: What the runs of a batch may differ in.
FREE = ("seeds", "lr", "weight_decay")


@final
@dataclass(frozen=True, slots=True)
class Batch:
    """Runs that differ in seed, learning rate and weight decay alone."""

    members: tuple[Settings, ...]

    def __post_init__(self) -> None:
        if not self.members:
            raise SettingsError("a batch has no run; give settings")
        for member in self.members[1:]:
            different = [x for x in self.shared.differences(member) if x not in FREE]
            if different or member.epochs != self.shared.epochs:
                shown = ", ".join(different or ["epochs"])
                raise SettingsError(f"runs of one batch differ in {shown}; train them apart")

    @property
    def shared(self) -> Settings:
        """Settings whose fields but ``FREE`` are those of all runs."""
        return self.members[0]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each run."""
        return tuple(seed for member in self.members for seed in member.seeds)

    def runs(self) -> list[Settings]:
        """Return the settings of each run, with one seed."""
        return [replace(member, seeds=(seed,)) for member in self.members for seed in member.seeds]

    def member(self, at: int) -> Settings:
        """Return the member that a run belongs to."""
        return [member for member in self.members for _ in member.seeds][at]

    def task(self) -> Task:
        """Return the task: the group, and the split of each run."""
        group = named_group(self.shared.group)
        return split_task(group, seeds=self.seeds, train_fraction=self.shared.train_fraction)

    def to_text(self) -> str:
        """Return the batch as JSON, that of its settings if it has one member."""
        if len(self.members) == 1:
            return self.shared.to_text()
        return json.dumps([asdict(member) for member in self.members])

    def values(self, name: str) -> Any:
        """Return a setting of the one member, or of each."""
        values = tuple(getattr(member, name) for member in self.members)
        return values[0] if len(values) == 1 else values

    def differences(self, other: Batch) -> list[str]:
        """Return the names of settings that differ, except ``epochs``, which may grow."""
        if len(self.members) != len(other.members):
            return ["seeds"]
        pairs = zip(self.members, other.members, strict=True)
        return list(dict.fromkeys(name for a, b in pairs for name in a.differences(b)))


def batch_of(settings: Settings | Batch) -> Batch:
    """Return settings as a batch."""
    return settings if isinstance(settings, Batch) else Batch((settings,))


def batch_from_text(text: str) -> Batch:
    """Return a batch from `Batch.to_text`."""
    try:
        document = json.loads(text)
        members = document if isinstance(document, list) else [document]
        return Batch(tuple(Settings(**{**x, "seeds": tuple(x["seeds"])}) for x in members))
    except (TypeError, KeyError, ValueError) as error:
        raise SettingsError(f"these are no settings of a training run: {error}") from None


def settings_from_text(text: str) -> Settings:
    """Return settings from `Settings.to_text`."""
    settings, *others = batch_from_text(text).members
    if others:
        raise SettingsError("these are no settings of a training run, but of several")
    return settings


def parse_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds in ``"0-4"``, ``"7"`` or ``"0,2,5-7"``."""
    seeds: list[int] = []
    for part in text.split(","):
        match = _SEEDS.match(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise SettingsError(f"seeds={text!r}: cannot read {part!r}; write 0-4, 7 or 0,2,5-7")
        if last - first + len(seeds) >= MAX_SEEDS:
            raise SettingsError(f"seeds={text!r}: at most {MAX_SEEDS} at once")
        seeds.extend(range(first, last + 1))
    return tuple(seeds)


def _whole(name: str, value: Any) -> int:
    try:
        return index(value)
    except TypeError:
        raise SettingsError(f"{name}={value!r}; pass a whole number") from None


def _require(holds: bool, name: str, value: Any, wanted: str) -> None:
    if not holds:
        shown: Any = value[:5] if isinstance(value, tuple) else value
        raise SettingsError(f"{name}={shown!r}; pass {wanted}")
