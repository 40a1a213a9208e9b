"""Faults: ways to spoil an optimizer by one mistake, and whether the result is wrong.

A near miss must be *truly* wrong, and whoever tests a checker must not ask the checker for that.
So the spoilt network is run on all pairs in float64, its free parameters set: what a mistake leaves
of the loss is far above rounding. docs/theory/proofs/engine.md says why there is something left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import gcd
from types import MappingProxyType
from typing import Any, final

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
#: A kind of fault: an edit for each place where it can be planted. Of a block, which is over no
#: group, those can be of one node or entry.
Kind = Callable[[Any, Nodes], Iterable[Edit]]
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

    def edits(self, z: Element) -> list[Edit]:
        """Return the edit of each place where this kind of fault can be planted."""
        return list(CHANGES[self.kind](z.spectrum, [dict(node) for node in z.node_list()]))

    def plant(self, z: Element, *, target: Target = "projected") -> Element:
        """Return an element with the fault, at the first place from the picked one that is wrong.

        Where there is none it is the element itself.
        """
        edits, right = self.edits(z), z.expand()
        for i in range(len(edits)):
            spoilt = edited(z, edits[(self.pick + i) % len(edits)])
            if spoilt != right and is_wrong(spoilt, target=target):
                return spoilt
        return z


def _entry(f: Callable[[Scalar], Scalar], rows: str) -> Kind:
    """Replace any entry of some rows by a function of it, where that may stand."""
    return lambda group, nodes: (
        on_row(f, row=p, node=j, at=k)
        for j, node in enumerate(nodes)
        for (p, k), x in node.items()
        if p in rows and (group.negate(k) != k or f(x) == f(x).conjugate())
    )


def _moves(rows: str) -> Kind:
    """Move any entry of some rows to another frequency, not 0, where there is none."""
    return lambda group, nodes: (
        _moved(group, j, p, k, other)
        for j, node in enumerate(nodes)
        for p, k in node
        for other in group.representatives[1:].tolist()
        if p in rows and (p, other) not in node
    )


def _moved(group: AbelianGroup, node: int, row: str, k: int, other: int) -> Edit:
    def moved(p: str, at: int, x: Scalar) -> tuple[str, int, Scalar]:
        real = group.negate(other) == other
        if (p, at) != (row, k):
            return p, at, x
        return p, other, (x + x.conjugate() or ONE) if real else x

    return entries(moved, node=node)


def _carried(group: AbelianGroup, nodes: Nodes) -> Iterator[Edit]:
    """Halve an output at a frequency that its node does not read."""
    for j, node in enumerate(nodes):
        for p, k in node:
            if p == "c" and not {("a", k), ("b", k)} & node.keys():
                yield times(Fraction(1, 2), row="c", node=j, at=k)


def _more(node: Entries) -> Edit:
    return lambda nodes: [*nodes, node]


def _outputs(f: Callable[[int, Scalar], tuple[int, Scalar]]) -> Edit:
    """Replace every output by another one at another frequency."""
    return entries(lambda p, k, x: (p, *(f(k, x) if p == "c" else (k, x))))


def _translated(group: AbelianGroup, g: int) -> Edit:
    """Predict ``x + y + g``."""
    return _outputs(lambda k, x: (k, x * group.character_value(k, g).conjugate()))


def _relabelled(group: AbelianGroup, t: int) -> Edit:
    """Predict ``t (x + y)``."""
    return _outputs(lambda k, x: (group.multiply(t, k), x))


#: What may happen to an entry, by name.
ENTRY: Mapping[str, Callable[[Scalar], Scalar]] = {
    "sign": lambda x: -x,
    "conjugated": Scalar.conjugate,
    "root": lambda x: zeta(3) * x,
    "scale": lambda x: 2 * x,
    "dropped": lambda x: ZERO,
}
#: Every kind of fault, by name.
CHANGES: Mapping[str, Kind] = MappingProxyType(
    {
        **{f"output {name}": _entry(f, "c") for name, f in ENTRY.items()},
        "output moved": _moves("c"),
        "carrier entry": _carried,
        "node dropped": lambda group, nodes: map(dropped, range(len(nodes))),
        "node doubled": lambda group, nodes: map(_more, nodes),
        # A node with a constant input.
        "node added": lambda group, nodes: (
            _more({("a", 0): ONE, ("c", k): ONE}) for k in group.representatives.tolist()
        ),
        "row sign": lambda group, nodes: (
            times(-1, row=row, node=j) for j, row in product(range(len(nodes)), "ab")
        ),
        "rows swapped": lambda group, nodes: (
            entries(lambda p, k, x: ({"a": "b", "b": "a"}.get(p, p), k, x), node=j)
            for j in range(len(nodes))
        ),
        **{f"input {name}": _entry(f, "ab") for name, f in ENTRY.items()},
        "input moved": _moves("ab"),
        "normalisation": lambda group, nodes: [times(Fraction(1, 2), row="c")],
        "normalisation at k": lambda group, nodes: (
            times(2, row="c", at=k) for k in group.representatives.tolist()
        ),
        "first inputs scaled": lambda group, nodes: [times(2, row="a")],
        "outputs conjugated": lambda group, nodes: [on_row(Scalar.conjugate, row="c")],
        "outputs translated": lambda group, nodes: (
            _translated(group, g) for g in range(1, group.order)
        ),
        "outputs relabelled": lambda group, nodes: (
            _relabelled(group, t)
            for t in range(2, group.exponent - 1)
            if gcd(t, group.exponent) == 1
        ),
    }
)
