"""How an element was composed: leaves, sums, products, and blocks placed on a group, shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar, final

from algebra.numbers.arrays import Int64
from algebra.semiring.nodes import Nodes

#: What is composed: elements.
E = TypeVar("E")


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


def operands(operation: Operation[E]) -> tuple[E, ...]:
    """Return the elements an operation was applied to."""
    match operation:
        case Sum(parts) | Product(parts):
            return parts
        case Placed(base, _):
            return (base,)
        case _:
            return ()
