"""Families of global optimizers under their names, for every finite Abelian group."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, final

import numpy as np

from algebra.blocks.short import WITHOUT_CONSTANTS, shared_doubles
from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.parse import parse
from algebra.optimizers import from_blocks, from_short
from algebra.optimizers.carriers import FamilyError, Parameter, lacks_real_character
from algebra.semiring.element import Element

#: Names for the narrowest family that exists for a group.
NARROWEST = ("auto", "narrowest")
#: Options that are no numbers.
_WORDS = ("form", "mirror", "carrier")


@final
@dataclass(frozen=True, slots=True)
class FamilyInfo:
    """A family of optimizers.

    Attributes:
        parameters: the names of its parameters of modulus one.
        width: the number of nodes, with those that the one-hot target takes if asked.
        lacks: what a group lacks, if it has none: ``"needs a real character, and Z7 has ..."``.
        listed: whether `families` lists it; not if another is narrower for every group.
    """

    build: Callable[..., Element]
    alias: str
    sentence: str
    parameters: tuple[str, ...]
    width: Callable[[AbelianGroup, bool], int]
    lacks: Callable[[AbelianGroup], str] = lambda group: ""
    listed: bool = True

    @property
    def options(self) -> tuple[str, ...]:
        """The names of what can be chosen beside parameters."""
        others = ("group", "target", *self.parameters)
        return tuple(x for x in signature(self.build).parameters if x not in others)

    def exists(self, group: AbelianGroup) -> bool:
        """Whether the group has an optimizer of the family."""
        return not self.lacks(group)


def _nodes(group: AbelianGroup, per_pair: int) -> int:
    """Return ``per_pair pairs + 2 reals``."""
    return per_pair * len(group.conjugate_pairs()) + 2 * len(group.real_characters())


def _has_pairs(group: AbelianGroup) -> bool:
    return group.exponent > 2


def _shared_width(group: AbelianGroup, onehot: bool) -> int:
    alone = 3 * len(group.conjugate_pairs()) + len(group.real_characters()) + 1
    return alone + len(shared_doubles(group))


def _order42_width(group: AbelianGroup, onehot: bool) -> int:
    k = np.array(group.conjugate_pairs(), dtype=np.int64)
    saved = 2 * int((group.multiply(4, k) == 0).sum())
    return _nodes(group, 6) - saved + (onehot or _has_pairs(group))


FAMILIES: dict[str, FamilyInfo] = {
    "few-plus-constant": FamilyInfo(
        from_short.few_plus_constant,
        "order431",
        "one to four nodes at each frequency, by its order, and one constant node",
        ("xi",),
        # characters of order 3 leave nothing over
        lambda group, onehot: from_short.short_width(group) + (onehot or group.exponent != 3),
        from_short.lacks_short_blocks,
    ),
    "few-plus-real": FamilyInfo(
        from_short.few_plus_real,
        "order431-real",
        "one to four nodes at each frequency, by its order, and one node of a single input",
        ("xi",),
        lambda group, onehot: from_short.short_width(group, among=WITHOUT_CONSTANTS) + 1,
        lacks_real_character,
    ),
    "three-plus-shared": FamilyInfo(
        from_short.three_plus_shared,
        "order431-shared",
        "three nodes at each frequency, one that all of equal double share, and one constant node",
        (),
        _shared_width,
        from_short.lacks_equal_doubles,
    ),
    "four-plus-real": FamilyInfo(
        from_blocks.four_plus_real,
        "order4-real",
        "four nodes at each frequency; the two of a real one cancel what they leave over",
        ("xi",),
        lambda group, onehot: _nodes(group, 4),
        lacks_real_character,
    ),
    "four-plus-constant": FamilyInfo(
        from_blocks.four_plus_constant,
        "order4-const",
        "four nodes at each frequency, and one constant node that cancels what they leave over",
        ("xi",),
        lambda group, onehot: _nodes(group, 4) + (onehot or _has_pairs(group)),
    ),
    "four-plus-six": FamilyInfo(
        from_blocks.four_plus_six,
        "order46",
        "four nodes at each frequency but one; the six there cancel what they leave over",
        ("xi", "nu"),
        lambda group, onehot: _nodes(group, 4) + (2 if _has_pairs(group) else onehot),
    ),
    "six-per-frequency": FamilyInfo(
        from_blocks.six_per_frequency,
        "order6",
        "six nodes at each frequency",
        ("nu", "alpha", "beta"),
        lambda group, onehot: _nodes(group, 6) + onehot,
    ),
    "nine-per-frequency": FamilyInfo(
        from_blocks.nine_per_frequency,
        "order9",
        "nine nodes at each frequency",
        (),
        lambda group, onehot: _nodes(group, 9) + onehot,
    ),
    "memorization": FamilyInfo(
        from_blocks.memorization,
        "memorization",
        "one node for every pair of inputs",
        (),
        lambda group, onehot: group.order**2 + onehot,
    ),
    "four-two-plus-constant": FamilyInfo(
        from_blocks.four_two_plus_constant,
        "order42",
        "four nodes at each frequency, two at its double, and one constant node",
        (),
        _order42_width,
        listed=False,
    ),
}
#: The name of a family by its short name, which is of the orders of blocks, as in [Tian24].
ALIASES = {info.alias: name for name, info in FAMILIES.items()}


def named(family: str) -> str:
    """Return the name of a family given by its name or short name; other text as it is."""
    return ALIASES.get(family, family)


def families(group: AbelianGroup, *, target: Target = "projected") -> list[str]:
    """Return the families that exist for a group, narrowest first.

    ``four-two-plus-constant`` is left out; `build` and `width` know it by name.

    >>> families(AbelianGroup("Z7"))[:3], families(AbelianGroup("Z8"))[0]
    (['four-plus-constant', 'four-plus-six', 'six-per-frequency'], 'three-plus-shared')
    """
    names = [name for name, info in FAMILIES.items() if info.listed and info.exists(group)]
    return sorted(names, key=lambda name: width(group, name, target=target))


def width(group: AbelianGroup, family: str, *, target: Target = "projected") -> int:
    """Return the number of hidden nodes of a family's optimizer, without building it.

    For the one-hot target a family without a carrier takes one node more.

    >>> G = AbelianGroup("Z7")
    >>> width(G, "four-plus-six"), width(G, "order6"), width(G, "order6", target="onehot")
    (14, 18, 19)
    """
    return FAMILIES[named(family)].width(group, target == "onehot")


def family_name(group: AbelianGroup, family: str, *, target: Target = "projected") -> str:
    """Return the name of a family that the group has; of ``"auto"``, that of the narrowest."""
    if family in NARROWEST:
        return families(group, target=target)[0]
    family, there = named(family), ", ".join(families(group))
    if family not in FAMILIES:
        raise FamilyError(f"family={family!r} is unknown; for {group} these exist: auto, {there}")
    if lack := FAMILIES[family].lacks(group):
        raise FamilyError(f"{family} {lack}; these families exist: {there}")
    return family


def build(
    group: AbelianGroup | str,
    family: str = "auto",
    *,
    target: Target = "projected",
    **parameters: Parameter | str,
) -> Element:
    """Return an optimizer by the name of its family; ``"auto"``, or ``"narrowest"``.

    Parameters are exact numbers, or text that `parse` reads; ``"free"``, or one value for each
    frequency ``{k: value}``. One value is that of all frequencies that have the parameter; over
    some groups there are none (the command, which builds one, refuses it then).

    Raises:
        FamilyError: for an unknown family, or one that does not exist for the group.
        ValueError: for a parameter or option that the family does not have, or a value that is
            not of modulus one (``rho``, ``sigma``: not real).

    >>> build("Z7").order, build("Z8").order
    (13, 12)
    >>> build("Z7", "four-plus-constant", xi="(77+36i)/85").order
    13
    """
    group = AbelianGroup(group) if isinstance(group, str) else group
    name = family_name(group, family, target=target)
    info = FAMILIES[name]
    require_options(name, parameters, [*info.parameters, *info.options])
    values = {
        name: x if name in _WORDS else _read(name, x, may_be_free=name in info.parameters)
        for name, x in parameters.items()
    }
    return info.build(group, target=target, **values)


def require_options(family: str, given: Collection[str], there: Collection[str]) -> None:
    """Refuse a parameter or option that a family does not have."""
    if unknown := sorted({*given} - {*there}):
        has = ", ".join(sorted(there)) or "none"
        raise ValueError(f"{unknown[0]} is no parameter of {family}; it has: {has}")


def _read(name: str, value: Any, *, may_be_free: bool) -> Any:
    """Return a value of a parameter that may be text, or be so at some frequencies."""
    if isinstance(value, Mapping):
        return {k: _read(name, x, may_be_free=may_be_free) for k, x in value.items()}
    if not isinstance(value, str):
        return value
    if value.strip() == "free":
        if not may_be_free:
            raise ValueError(f"{name}=free: {name} cannot be free; pass a number")
        return None
    try:
        return parse(value)
    except ValueError as error:
        raise ValueError(f"{name}={value:.60}: {error}") from None
