"""What a family of optimizers is, and the error where a group has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from algebra.groups.group import AbelianGroup
from algebra.semiring.element import Element

Family = Callable[..., Element]


class FamilyError(ValueError):
    """Raised for a family that does not exist for a group; says which do."""


def require_nothing_lacks(family: str, lack: str) -> None:
    """Refuse a family for a group that lacks what it needs.

    >>> require_nothing_lacks("order4-real", "")
    """
    if lack:
        raise FamilyError(f"{family} {lack}; optimizers.families(group) gives those that exist")


@final
@dataclass(frozen=True, slots=True)
class FamilyInfo:
    """A family of optimizers.

    Attributes:
        build: makes one.
        parameters: the names of its parameters of modulus one.
        width: the number of nodes for a group.
        carries: whether it has a carrier for a group.
        lacks: what a group lacks, if it has none: ``"needs a real character, and Z7 has ..."``.
        options: the names of what else can be chosen.
        listed: whether `optimizers.families` lists it: not where another is narrower for every
            group and the family is of interest for what training finds.
    """

    build: Family
    parameters: tuple[str, ...]
    width: Callable[[AbelianGroup], int]
    carries: Callable[[AbelianGroup], bool] = lambda group: False
    lacks: Callable[[AbelianGroup], str] = lambda group: ""
    options: tuple[str, ...] = ()
    listed: bool = True

    def exists(self, group: AbelianGroup) -> bool:
        """Whether the group has an optimizer of the family."""
        return not self.lacks(group)
