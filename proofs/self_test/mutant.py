"""A planted fault: a change of the code under test that claims must notice; and edits of nodes.

Faults are planted in data, or are wrong functions in place of those of the `Subject`; faults in
source are another matter: see docs/development/mutation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

from algebra.numbers.scalar import Exact, Scalar
from algebra.semiring.element import Element
from algebra.semiring.made import element
from proofs.subjects.subject import Subject

Plant = Callable[[Subject], Subject]


@final
@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault and what must notice it.

    Attributes:
        id: a dotted name, the first part saying where it is planted.
        sentence: what is wrong.
        plant: returns the subject with the fault.
        noticed_by: ids of claims each of which must be refuted.
        group: the group for claims about one.
    """

    id: str
    sentence: str
    plant: Plant
    noticed_by: tuple[str, ...]
    group: str = "Z5"


def fault(id: str, sentence: str, plant: Plant, noticed_by: str, group: str = "Z5") -> Mutant:
    """Return a fault, whose claims are named in one text."""
    return Mutant(id, sentence, plant, tuple(noticed_by.split()), group)


Entries = dict[tuple[str, int], Scalar]
Edit = Callable[[list[Entries]], Sequence[Entries]]


def edited(z: Element, edit: Edit) -> Element:
    """Return the expanded element with its list of nodes changed.

    >>> from algebra import blocks
    >>> edited(blocks.syn(), lambda nodes: nodes[1:]).order
    2
    """
    return element(z.spectrum, edit([dict(node) for node in z.node_list()]), name=z.name)


def entries_of(
    node: int, change: Callable[[str, int, Scalar], tuple[tuple[str, int], Scalar]]
) -> Edit:
    """Return the edit that replaces every entry ``(row, k, x)`` of one node."""

    def edit(nodes: list[Entries]) -> list[Entries]:
        nodes[node] = dict(change(p, k, x) for (p, k), x in nodes[node].items())
        return nodes

    return edit


def times(factor: Exact, *, row: str, node: int = 0, at: int | None = None) -> Edit:
    """Return the edit that multiplies entries of one row of one node, or one of them."""
    return entries_of(
        node, lambda p, k, x: ((p, k), x * factor if p == row and at in (None, k) else x)
    )


def conjugated(*, row: str, node: int) -> Edit:
    """Return the edit that conjugates one row of one node."""
    return entries_of(node, lambda p, k, x: ((p, k), x.conjugate() if p == row else x))


def exchanged(first: str, second: str, *, node: int) -> Edit:
    """Return the edit that exchanges two rows of one node."""
    names = {first: second, second: first}
    return entries_of(node, lambda p, k, x: ((names.get(p, p), k), x))


def dropped(node: int) -> Edit:
    """Return the edit that drops a node."""
    return lambda nodes: [n for i, n in enumerate(nodes) if i != node % len(nodes)]


def moved(source: int, target: int) -> Edit:
    """Return the edit that moves all entries at one frequency to another."""
    return lambda nodes: [
        {(p, target if k == source else k): x for (p, k), x in n.items()} for n in nodes
    ]
