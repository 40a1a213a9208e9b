"""A planted fault: a change of the code under test that a claim must notice.

Faults are planted in data, or in a copy of a module made from its source with one place changed;
never in the installed code.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import final

from algebra.groups.group import Index
from algebra.numbers.scalar import Exact, Scalar
from algebra.semiring.element import Element
from algebra.semiring.made import element
from proofs.subjects.subject import Subject


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
    plant: Callable[[Subject], Subject]
    noticed_by: tuple[str, ...]
    group: str = "Z5"


def patched(module: str, *, old: str, new: str) -> ModuleType:
    """Return a copy of a module in which one place of the source is changed.

    The copy has a name of its own and is in nobody's way; what it imports is the installed code.

    Raises:
        ValueError: if ``old`` does not occur exactly once: the fault would be another one.

    >>> patched("algebra.semiring.norm", old="Counter[Fraction] =", new="Counter[int] =")
    <module 'algebra.norm_patched' from ...>
    """
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    if source.count(old) != 1:
        raise ValueError(f"{module}: {old!r} occurs {source.count(old)} times; once is needed")
    name = f"{module}_patched"
    copy = ModuleType(name)
    copy.__file__, copy.__package__ = spec.origin, module.rpartition(".")[0]
    before = sys.modules.get(name)
    sys.modules[name] = copy  # dataclasses look their module up
    try:
        exec(compile(source.replace(old, new), f"{spec.origin} (patched)", "exec"), copy.__dict__)
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
    return copy


Entries = dict[tuple[str, int], Scalar]
Edit = Callable[[list[Entries]], Sequence[Entries]]


def edited(z: Element, edit: Edit) -> Element:
    """Return the expanded element with its list of nodes changed.

    >>> from algebra import blocks
    >>> edited(blocks.syn(), lambda nodes: nodes[1:]).order
    2
    """
    nodes: list[dict[tuple[str, Index], Exact]] = [
        {(p, k): x for (p, k), x in node.items()} for node in edit([dict(n) for n in z.node_list()])
    ]
    return element(z.spectrum, nodes, name=z.name)


def times(factor: Exact, *, row: str, node: int = 0, at: int | None = None) -> Edit:
    """Return the edit that multiplies entries of one row of one node, or one of them."""

    def edit(nodes: list[Entries]) -> list[Entries]:
        nodes[node] = {
            (p, k): x * factor if p == row and at in (None, k) else x
            for (p, k), x in nodes[node].items()
        }
        return nodes

    return edit


def conjugated(*, row: str, node: int) -> Edit:
    """Return the edit that conjugates one row of one node."""

    def edit(nodes: list[Entries]) -> list[Entries]:
        nodes[node] = {
            (p, k): x.conjugate() if p == row else x for (p, k), x in nodes[node].items()
        }
        return nodes

    return edit


def exchanged(first: str, second: str, *, node: int) -> Edit:
    """Return the edit that exchanges two rows of one node."""

    def edit(nodes: list[Entries]) -> list[Entries]:
        names = {first: second, second: first}
        nodes[node] = {(names.get(p, p), k): x for (p, k), x in nodes[node].items()}
        return nodes

    return edit


def dropped(node: int) -> Edit:
    """Return the edit that drops a node."""
    return lambda nodes: [n for i, n in enumerate(nodes) if i != node % len(nodes)]


def moved(source: int, target: int) -> Edit:
    """Return the edit that moves all entries at one frequency to another."""
    return lambda nodes: [
        {(p, target if k == source else k): x for (p, k), x in n.items()} for n in nodes
    ]
