"""How an element was composed: leaves, sums, products, and blocks placed on a group.

The operations form a directed acyclic graph, shared parts being shared. Every potential can be
computed along it, since potentials are semiring homomorphisms; `to_digraph` gives it as a
networkx graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, final

from algebra.groups.spectrum import Spectrum
from algebra.numbers.arrays import Int64
from algebra.semiring.nodes import Nodes

#: What is composed: elements.
E = TypeVar("E")
P = TypeVar("P", bound="Part")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """Nodes given one by one."""

    nodes: Nodes


@final
@dataclass(frozen=True, slots=True, eq=False)
class Sum(Generic[E]):
    """``z_1 + ... + z_m``: nodes concatenated."""

    parts: tuple[E, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Product(Generic[E]):
    """``z_1 * ... * z_m``: all tuples of nodes, multiplied entrywise."""

    parts: tuple[E, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Placed(Generic[E]):
    """``sum_k block at k``: one block over an abstract frequency, at each ``k`` of a group."""

    block: E
    frequencies: Int64


Operation = Leaf | Sum[E] | Product[E] | Placed[E]


class Part(Protocol):
    """What is asked of an element here: how it was composed, and what to write beside that."""

    @property
    def operation(self) -> Operation[Any]:
        """Leaf, sum, product, power, or block placed on a group."""

    @property
    def spectrum(self) -> Spectrum:
        """The frequencies of its entries."""

    @property
    def order(self) -> int:
        """The number of its nodes."""

    @property
    def name(self) -> str | None:
        """The name it was given."""


def operands(operation: Operation[E]) -> tuple[E, ...]:
    """Return the elements an operation was applied to."""
    match operation:
        case Sum(parts) | Product(parts):
            return parts
        case Placed(base, _):
            return (base,)
        case _:
            return ()


def symbol(element: Part) -> str:
    """Return what to write for an operation: ``+``, ``*``, ``at k`` or the leaf's order."""
    match element.operation:
        case Sum():
            return "+"
        case Product():
            return "*"
        case Placed(_, ks):
            labels = [element.spectrum.label(k) for k in ks[:4].tolist()]
            return "at " + ", ".join(labels) + (f", ... ({len(ks)})" if len(ks) > 4 else "")
        case _:
            return "1 node" if element.order == 1 else f"{element.order} nodes"


def every_part(z: P) -> list[P]:
    """Return ``z`` and all it was composed of, shared parts once, operands before results.

    >>> from algebra import blocks
    >>> [x.order for x in every_part(blocks.syn() * blocks.nu())]
    [3, 2, 6]
    """
    order: list[P] = []
    done: set[int] = set()
    todo: list[tuple[P, bool]] = [(z, False)]
    while todo:
        x, ready = todo.pop()
        if id(x) in done:
            continue
        if ready:
            done.add(id(x))
            order.append(x)
            continue
        todo.append((x, True))
        todo += [(y, False) for y in reversed(operands(x.operation))]
    return order


def to_digraph(z: Part) -> Any:
    """Return the composition as a ``networkx.DiGraph``, an edge from each result to its operands.

    Vertex 0 is ``z``. Attributes of vertices: ``label`` (operation), ``name`` (given name or
    None), ``order`` (nodes); of edges: the first ``position`` among the operands, and how
    many ``times`` the operand is taken.
    """
    import networkx

    graph = networkx.DiGraph()
    parts = every_part(z)[::-1]
    numbers = {id(x): number for number, x in enumerate(parts)}
    for number, x in enumerate(parts):
        label = symbol(x)
        graph.add_node(number, label=label, name=x.name, order=x.order)
        for position, part in enumerate(operands(x.operation)):
            if graph.has_edge(number, numbers[id(part)]):
                graph.edges[number, numbers[id(part)]]["times"] += 1
            else:
                graph.add_edge(number, numbers[id(part)], position=position, times=1)
    return graph
