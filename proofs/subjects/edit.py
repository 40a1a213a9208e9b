"""Edits of the nodes of an element, for near misses and for the faults of the self-test."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from algebra.numbers.scalar import Exact, Scalar
from algebra.semiring.element import Element
from algebra.semiring.made import element

Nodes = list[dict[tuple[str, int], Scalar]]
Edit = Callable[[Nodes], Sequence[dict[tuple[str, int], Scalar]]]
Change = Callable[[str, int, Scalar], tuple[str, int, Scalar]]


def nodes_of(z: Element) -> Nodes:
    """Return the nodes of an element, to be changed."""
    return [dict(node) for node in z.node_list()]


def edited(z: Element, edit: Edit) -> Element:
    """Return the expanded element with its list of nodes changed."""
    return element(z.spectrum, edit(nodes_of(z)), name=z.name)


def entries(change: Change, *, node: int | None = None) -> Edit:
    """Return the edit that replaces every entry ``(row, k, x)``, of one node or of all."""

    def edit(nodes: Nodes) -> Nodes:
        only = None if node is None else node % len(nodes)
        images = (
            [change(p, k, x) for (p, k), x in n.items()] if only in (None, j) else None
            for j, n in enumerate(nodes)
        )
        return [
            n if new is None else {(p, k): x for p, k, x in new}
            for n, new in zip(nodes, images, strict=True)
        ]

    return edit


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


def moved(source: int, target: int) -> Edit:
    """Return the edit that moves all entries at one frequency to another."""
    return entries(lambda p, k, x: (p, target if k == source else k, x))
