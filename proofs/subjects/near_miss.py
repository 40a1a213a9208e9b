"""Faults: ways to spoil an optimizer by one mistake, and whether the result is wrong.

A near miss must be *truly* wrong, and whoever tests a checker must not ask the checker for that.
So the spoilt network is run on all pairs in float64, its free parameters set: what a mistake leaves
of the loss is far above rounding. docs/theory/proofs/engine.md says why there is something left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd
from types import MappingProxyType
from typing import final

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import ONE, ZERO, Exact, Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element
from proofs.subjects.brute_force import float_loss

Entries = dict[tuple[str, int], Scalar]
Nodes = list[Entries]
Edit = Callable[[Nodes], Sequence[Entries]]
#: A place where a fault can be planted: node, row, frequency, and one more number.
Place = tuple[int, str, int, int]
Places = Callable[[AbelianGroup, Nodes], Iterator[Place]]
#: What is done at a place.
Plant = Callable[[AbelianGroup, Place], Edit]
#: Rounding leaves a loss of some 1e-30, and any fault of an optimizer up to order 16 one of 1e-4.
WRONG = 1e-12


def is_wrong(z: Element, *, target: Target) -> bool:
    """Whether a network has a loss, by floats; not how an engine or a checker would decide."""
    return float_loss(z, target=target) > WRONG


def edited(z: Element, edit: Edit) -> Element:
    """Return the expanded element with its list of nodes changed."""
    return element(z.spectrum, edit([dict(node) for node in z.node_list()]), name=z.name)


def entries(
    change: Callable[[str, int, Scalar], tuple[str, int, Scalar]], *, node: int | None = None
) -> Edit:
    """Return the edit that replaces every entry ``(row, k, x)``, of one node or of all."""

    def changed(old: Entries) -> Entries:
        return {(p, k): x for p, k, x in (change(p, k, x) for (p, k), x in old.items())}

    return lambda nodes: [
        changed(old) if node is None or j == node % len(nodes) else old
        for j, old in enumerate(nodes)
    ]


def on_row(
    f: Callable[[Scalar], Scalar], *, row: str, node: int | None = None, at: int | None = None
) -> Edit:
    """Return the edit by a function of the entries of one row, or of one of them."""
    return entries(lambda p, k, x: (p, k, f(x) if p == row and at in (None, k) else x), node=node)


def times(factor: Exact, *, row: str, node: int | None = None, at: int | None = None) -> Edit:
    """Return the edit that multiplies entries of one row, or one of them."""
    return on_row(lambda x: x * factor, row=row, node=node, at=at)


def conjugated(*, row: str, node: int | None = None) -> Edit:
    """Return the edit that conjugates one row."""
    return on_row(Scalar.conjugate, row=row, node=node)


def exchanged(first: str, second: str, *, node: int) -> Edit:
    """Return the edit that exchanges two rows of one node."""
    names = {first: second, second: first}
    return entries(lambda p, k, x: (names.get(p, p), k, x), node=node)


def dropped(node: int) -> Edit:
    """Return the edit that drops a node."""
    return lambda nodes: [n for i, n in enumerate(nodes) if i != node % len(nodes)]


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One fault: its kind, a key of `CHANGES`, and which of the possible places, counted round."""

    kind: str
    pick: int = 0

    def __post_init__(self) -> None:
        if self.kind not in CHANGES:
            raise ValueError(f"kind={self.kind!r} is no fault; pass one of {', '.join(CHANGES)}")

    def places(self, z: Element) -> list[Place]:
        """Return the places where this kind of fault can be planted."""
        return list(CHANGES[self.kind][0](z.group, [dict(node) for node in z.node_list()]))

    def plant(self, z: Element, *, target: Target = "projected") -> Element:
        """Return an element with the fault, at the first place from the picked one that is wrong.

        Where there is none it is the element itself.
        """
        places, right = self.places(z), z.expand()
        for i in range(len(places)):
            place = places[(self.pick + i) % len(places)]
            spoilt = edited(z, CHANGES[self.kind][1](z.group, place))
            if spoilt != right and is_wrong(spoilt, target=target):
                return spoilt
        return z


# Places.


def _each_node(group: AbelianGroup, nodes: Nodes) -> Iterator[Place]:
    return ((j, "c", 0, 0) for j in range(len(nodes)))


def _each_input_row(group: AbelianGroup, nodes: Nodes) -> Iterator[Place]:
    return ((j, row, 0, 0) for j, row in product(range(len(nodes)), "ab"))


def _each(rows: str) -> Places:
    """Return the entries of rows."""
    return lambda group, nodes: (
        (j, p, k, 0) for j, node in enumerate(nodes) for p, k in node if p in rows
    )


def _moves(rows: str) -> Places:
    """Return the entries of rows, each with the other frequencies, not 0, where there is none."""
    return lambda group, nodes: (
        (j, p, k, other)
        for j, p, k, _ in _each(rows)(group, nodes)
        for other in group.representatives[1:].tolist()
        if (p, other) not in nodes[j]
    )


def _each_carried(group: AbelianGroup, nodes: Nodes) -> Iterator[Place]:
    """Yield the outputs at frequencies that their node does not read."""
    return (
        at
        for at in _each("c")(group, nodes)
        if not {("a", at[2]), ("b", at[2])} & nodes[at[0]].keys()
    )


def _numbers(numbers: Callable[[AbelianGroup], Sequence[int]]) -> Places:
    """Return a place for each of some numbers, of what is done everywhere."""
    return lambda group, nodes: ((0, "c", 0, i) for i in numbers(group))


_EVERYWHERE = _numbers(lambda group: [0])
_EACH_FREQUENCY = _numbers(lambda group: group.representatives.tolist())


# What is done there.


def _change(f: Callable[[Scalar], Scalar]) -> Plant:
    """Replace one entry by a function of it."""
    return lambda group, place: on_row(f, row=place[1], node=place[0], at=place[2])


def _turn(group: AbelianGroup, place: Place) -> Edit:
    """Multiply an entry by a root of unity, where any number may stand."""
    real = group.negate(place[2]) == place[2]
    return _change(lambda x: x if real else zeta(3) * x)(group, place)


def _move_entry(group: AbelianGroup, place: Place) -> Edit:
    j, row, k, other = place
    real = group.negate(other) == other

    def moved(p: str, at: int, x: Scalar) -> tuple[str, int, Scalar]:
        if (p, at) != (row, k):
            return p, at, x
        return p, other, (x + x.conjugate() or ONE) if real else x

    return entries(moved, node=j)


def _all_outputs(f: Callable[[AbelianGroup, int, Scalar, int], tuple[int, Scalar]]) -> Plant:
    """Replace every output by another one at another frequency, given the place's last number."""
    return lambda group, place: entries(
        lambda p, k, x: (p, *(f(group, k, x, place[3]) if p == "c" else (k, x)))
    )


#: What may happen to an entry, by name.
ENTRY: Mapping[str, Plant] = {
    "sign": _change(lambda x: -x),
    "conjugated": _change(Scalar.conjugate),
    "root": _turn,
    "scale": _change(lambda x: 2 * x),
    "dropped": _change(lambda x: ZERO),
}
#: Every kind of fault, by name: where it can be planted, and how.
CHANGES: Mapping[str, tuple[Places, Plant]] = MappingProxyType(
    {
        **{f"output {name}": (_each("c"), plant) for name, plant in ENTRY.items()},
        "output moved": (_moves("c"), _move_entry),
        # One c_k of a carrier is half of what it should be.
        "carrier entry": (_each_carried, _change(lambda x: x * Fraction(1, 2))),
        "node dropped": (_each_node, lambda group, place: dropped(place[0])),
        "node doubled": (
            _each_node,
            lambda group, place: lambda nodes: [*nodes, dict(nodes[place[0]])],
        ),
        # A node with a constant input.
        "node added": (
            _EACH_FREQUENCY,
            lambda group, place: lambda nodes: [*nodes, {("a", 0): ONE, ("c", place[3]): ONE}],
        ),
        "row sign": (_each_input_row, lambda group, at: times(-1, row=at[1], node=at[0])),
        "rows swapped": (_each_node, lambda group, place: exchanged("a", "b", node=place[0])),
        **{f"input {name}": (_each("ab"), plant) for name, plant in ENTRY.items()},
        "input moved": (_moves("ab"), _move_entry),
        "normalisation": (_EVERYWHERE, lambda group, place: times(Fraction(1, 2), row="c")),
        "normalisation at k": (_EACH_FREQUENCY, lambda group, at: times(2, row="c", at=at[3])),
        "first inputs scaled": (_EVERYWHERE, lambda group, place: times(2, row="a")),
        "outputs conjugated": (_EVERYWHERE, lambda group, place: conjugated(row="c")),
        # The network predicts x + y + g.
        "outputs translated": (
            _numbers(lambda group: range(1, group.order)),
            _all_outputs(lambda group, k, x, g: (k, x * group.character_value(k, g).conjugate())),
        ),
        # The network predicts t (x + y).
        "outputs relabelled": (
            _numbers(
                lambda group: [
                    t for t in range(2, group.exponent - 1) if gcd(t, group.exponent) == 1
                ]
            ),
            _all_outputs(lambda group, k, x, t: (group.multiply(t, k), x)),
        ),
    }
)
