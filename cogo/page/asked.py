"""What a browser asks, read: every value is checked before anything is computed with it."""

from __future__ import annotations

from typing import Any, NamedTuple, final

from algebra.criterion.target import Target, as_target
from algebra.groups.group import AbelianGroup

#: Steps of a slider in a whole turn; a phase is a root of unity, so a slider's value is exact.
STEPS = 360
MAX_ORDER, MAX_LIST, MAX_TEXT, MAX_INT = 127, 4096, 200, 10**9
KINDS = {
    dict: "an object",
    list: f"a list of at most {MAX_LIST} values",
    str: f"a text of at most {MAX_TEXT} characters",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def fields(data: Any, **defaults: Any) -> list[Any]:
    """Return the values of a request by name, each of the kind of its default, and not too large.

    >>> fields({"group": "Z7"}, group="Z5", seed=1)
    ['Z7', 1]
    """
    found = [_of_kind(data, {}, "request").get(name, x) for name, x in defaults.items()]
    return [_of_kind(x, y, name) for x, (name, y) in zip(found, defaults.items(), strict=True)]


def _of_kind(value: Any, default: Any, name: str) -> Any:
    kind = type(default)
    right = type(value) is kind or (kind is float and type(value) is int)
    if kind in (list, str):
        right = right and len(value) <= (MAX_LIST if kind is list else MAX_TEXT)
    if not right or (kind is int and abs(value) >= MAX_INT):
        raise ValueError(f"{name}: expected {KINDS[kind]}")
    return kind(value)


@final
class Asked(NamedTuple):
    """An optimizer of the panel Play, and what was broken in it: nodes left out, entries turned.

    A turn is a node, a row, and steps: ``z[row, k, node]`` times ``zeta(360)^steps`` at all ``k``.
    """

    group: AbelianGroup
    family: str
    target: Target
    deleted: frozenset[int]
    turned: tuple[tuple[int, str, int], ...]


def asked(data: Any) -> Asked:
    """Return what a request asks for; a ValueError for a value of another kind, or out of range."""
    name, family, target, deleted, turned = fields(
        data, group="Z7", family="auto", target="projected", deleted=[], turned=[]
    )
    group, goal = AbelianGroup(name), as_target(target)
    if not 1 < group.order <= MAX_ORDER:
        raise ValueError(f"{group} has order {group.order}; the page draws 2 to {MAX_ORDER}")
    turns = [tuple(fields(turn, node=-1, row="a", steps=0)) for turn in turned]
    for _, row, _ in turns:
        if row not in ("a", "b", "c"):
            raise ValueError(f"row={row!r}: rows are a, b and c")
    left_out = frozenset(_of_kind(j, 0, "deleted") for j in deleted)
    return Asked(group, family, goal, left_out, tuple(turns))
