"""Runs that are trained together."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import final

from algebra.groups.group import AbelianGroup
from numeric.training.settings import Settings, SettingsError, settings_from_text
from numeric.training.task import Task, split_task

#: What the runs of a batch may differ in.
FREE = ("seeds", "lr", "weight_decay")


@final
@dataclass(frozen=True, slots=True)
class Batch:
    """Runs that differ in seed, learning rate and weight decay alone.

    Args:
        members: settings that differ in nothing else, each with one or several seeds.

    Raises:
        SettingsError: if there is no run, or if they differ in more.

    Example:
        >>> one = Settings(group="Z5", seeds=(0, 1))
        >>> batch = Batch((one, replace(one, lr=0.02)))
        >>> batch.seeds, batch.task()
        ((0, 1, 0, 1), <Task over Z5: 4 runs, 22 of 25 pairs trained on>)
    """

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
        """Return the settings of each run, with one seed.

        >>> [run.seeds for run in Batch((Settings(group="Z5", seeds=(3, 4)),)).runs()]
        [(3,), (4,)]
        """
        return [replace(member, seeds=(seed,)) for member in self.members for seed in member.seeds]

    def member(self, at: int) -> Settings:
        """Return the member that a run belongs to."""
        return [member for member in self.members for _ in member.seeds][at]

    def task(self) -> Task:
        """Return the task: the group, and the split of each run."""
        group = AbelianGroup(self.shared.group)
        return split_task(group, seeds=self.seeds, train_fraction=self.shared.train_fraction)

    def to_text(self) -> str:
        """Return the batch as JSON, that of its settings if it has one member."""
        if len(self.members) == 1:
            return self.shared.to_text()
        return json.dumps([asdict(member) for member in self.members])

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
    except (TypeError, ValueError) as error:
        raise SettingsError(f"these are no settings of a training run: {error}") from None
    members = document if isinstance(document, list) else [document]
    return Batch(tuple(settings_from_text(json.dumps(member)) for member in members))
