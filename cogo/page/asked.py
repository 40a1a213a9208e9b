"""What a browser asks, read: every value is checked before anything is computed with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from algebra.criterion.target import Target, as_target
from algebra.groups.group import AbelianGroup

#: Steps of a slider in a whole turn; a phase is a root of unity, so a slider's value is exact.
STEPS = 360
MAX_ORDER, MAX_LIST, MAX_TEXT = 127, 4096, 200


@final
@dataclass(frozen=True, slots=True)
class Turn:
    """An entry of one node turned: ``z[row, k, node]`` times ``zeta(360)^steps`` at all ``k``."""

    node: int
    row: str
    steps: int


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """An optimizer of the panel Play, and what was broken in it.

    Args:
        group: of order up to 127.
        family: a name of `algebra.optimizers.table`, or ``"auto"``.
        target: ``"projected"`` or ``"onehot"``.
        deleted: nodes that are left out.
        turned: entries that are turned.
    """

    group: AbelianGroup
    family: str
    target: Target
    deleted: frozenset[int] = frozenset()
    turned: tuple[Turn, ...] = ()


def asked(data: Any) -> Asked:
    """Return what a request asks for.

    Raises:
        ValueError: for a value that is missing, of another kind, or out of range.

    >>> asked({"group": "Z7", "family": "six-per-frequency", "deleted": [2]}).deleted
    frozenset({2})
    """
    data = mapping(data, "request")
    group = AbelianGroup(text(data, "group", "Z7"))
    target = as_target(text(data, "target", "projected"))
    if not 1 < group.order <= MAX_ORDER:
        raise ValueError(f"{group} has order {group.order}; the page draws 2 to {MAX_ORDER}")
    turns = []
    for item in sequence(data.get("turned", []), "turned"):
        turn = mapping(item, "turned")
        row = text(turn, "row", "a")
        if row not in ("a", "b", "c"):
            raise ValueError(f"row={row!r}: rows are a, b and c")
        turns.append(Turn(whole(turn.get("node"), "node"), row, whole(turn.get("steps"), "steps")))
    deleted = frozenset(whole(j, "deleted") for j in sequence(data.get("deleted", []), "deleted"))
    return Asked(group, text(data, "family", "auto"), target, deleted, tuple(turns))


def phases(data: Any, names: Sequence[str]) -> dict[str, int]:
    """Return the steps of the sliders by parameter; 0 where nothing is said."""
    given = mapping(mapping(data, "request").get("phases", {}), "phases")
    return {name: whole(given.get(name, 0), f"phases.{name}") % STEPS for name in names}


def mapping(value: Any, name: str) -> Mapping[str, Any]:
    """Return a JSON object."""
    if not isinstance(value, dict):
        raise ValueError(f"{name}: expected an object")
    return value


def sequence(value: Any, name: str) -> list[Any]:
    """Return a JSON array that is not too long."""
    if not isinstance(value, list) or len(value) > MAX_LIST:
        raise ValueError(f"{name}: expected a list of at most {MAX_LIST} values")
    return value


def text(data: Mapping[str, Any], name: str, default: str) -> str:
    """Return a short text."""
    value = data.get(name, default)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"{name}: expected a text of at most {MAX_TEXT} characters")
    return value


def whole(value: Any, name: str) -> int:
    """Return an integer of at most nine digits."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**9:
        raise ValueError(f"{name}: expected a whole number")
    return value
