"""Faults: ways to spoil an optimizer by one mistake, and whether the result is wrong.

A near miss must be *truly* wrong, and whoever tests a checker must not ask the checker for that.
So the spoilt network is run on all pairs in float64, its free parameters set: what a mistake leaves
of the loss is far above rounding. docs/theory/proofs/engine.md says why there is something left.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import gcd
from operator import neg
from types import MappingProxyType
from typing import Any, final

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element
from proofs.subjects.brute_force import float_loss

Entries = Mapping[tuple[str, int], Scalar]
Nodes = list[Entries]
#: A kind of fault: the nodes for each place where it can be planted. Of a block, which is over no
#: group, those can be of one node or entry.
Kind = Callable[[Any, Nodes], Iterable[Nodes]]
Function = Callable[[Scalar], Scalar]
#: Rounding leaves a loss of some 1e-30, and any fault of an optimizer up to order 16 one of 1e-4.
WRONG = 1e-12


def is_wrong(z: Element, *, target: Target) -> bool:
    """Whether a network has a loss, by floats; not how an engine or a checker would decide."""
    return float_loss(z, target=target) > WRONG


def with_nodes(z: Element, nodes: Iterable[Entries]) -> Element:
    """Return the element with other nodes, expanded."""
    return element(z.spectrum, nodes, name=z.name)


def on_rows(rows: str, f: Function, node: Entries) -> Entries:
    """Return a node with a function of the entries of some rows."""
    return {(p, k): f(x) if p in rows else x for (p, k), x in node.items()}


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One fault: its kind, a key of `CHANGES`, and which of the possible places, counted round."""

    kind: str
    pick: int = 0

    def __post_init__(self) -> None:
        if self.kind not in CHANGES:
            raise ValueError(f"kind={self.kind!r} is no fault; pass one of {', '.join(CHANGES)}")

    def places(self, z: Element) -> list[Nodes]:
        """Return the nodes for each place of an element where this kind of fault can be planted."""
        return list(CHANGES[self.kind](z.spectrum, z.node_list()))

    def plant(self, z: Element, *, target: Target = "projected") -> Element:
        """Return an element with the fault, at the first place from the picked one that is wrong.

        Where there is none it is the element itself.
        """
        places, right = self.places(z), z.expand()
        for i in range(len(places)):
            spoilt = with_nodes(z, places[(self.pick + i) % len(places)])
            if spoilt != right and is_wrong(spoilt, target=target):
                return spoilt
        return z


def _one(changes: Callable[[Any, Entries], Iterable[Entries]]) -> Kind:
    """Change one node."""
    return lambda group, nodes: (
        [*nodes[:j], new, *nodes[j + 1 :]]
        for j, node in enumerate(nodes)
        for new in changes(group, node)
    )


def _entry(f: Function, rows: str) -> Kind:
    """Replace any entry of some rows by a function of it, where that may stand."""
    return _one(
        lambda group, node: (
            {**node, (p, k): f(x)}
            for (p, k), x in node.items()
            if p in rows and (group.negate(k) != k or f(x) == f(x).conjugate())
        )
    )


def _moves(rows: str) -> Kind:
    """Move any entry of some rows to another frequency, not 0, where there is none."""

    def moved(group: AbelianGroup, node: Entries) -> Iterator[Entries]:
        for (p, k), x in node.items():
            rest = {at: y for at, y in node.items() if at != (p, k)}
            for other in group.representatives[1:].tolist() if p in rows else ():
                if (p, other) not in node:
                    real = group.negate(other) == other
                    yield rest | {(p, other): (x + x.conjugate() or ONE) if real else x}

    return _one(moved)


def _carried(group: AbelianGroup, node: Entries) -> Iterator[Entries]:
    """Halve an output at a frequency that its node does not read."""
    for (p, k), x in node.items():
        if p == "c" and not {("a", k), ("b", k)} & node.keys():
            yield {**node, (p, k): x / 2}


def _outputs(
    change: Callable[[Any, Any, int, Scalar], tuple[int, Scalar]],
    choices: Callable[[Any], Iterable[int]] = lambda group: [0],
) -> Kind:
    """Replace every output, maybe by one at another frequency: ``(group, choice, k, x)``."""
    return lambda group, nodes: (
        [
            dict(
                ((p, k), x) if p != "c" else (("c", m), y)
                for (p, k), x in node.items()
                for m, y in [change(group, choice, k, x)]
            )
            for node in nodes
        ]
        for choice in choices(group)
    )


#: What may happen to an entry, by name.
ENTRY: Mapping[str, Function] = {
    "sign": neg,
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
        "carrier entry": _one(_carried),
        "node dropped": lambda group, nodes: (
            nodes[:j] + nodes[j + 1 :] for j in range(len(nodes))
        ),
        "node doubled": lambda group, nodes: ([*nodes, node] for node in nodes),
        # A node with a constant input.
        "node added": lambda group, nodes: (
            [*nodes, {("a", 0): ONE, ("c", k): ONE}] for k in group.representatives.tolist()
        ),
        "row sign": _one(lambda group, node: (on_rows(p, neg, node) for p in "ab")),
        "rows swapped": _one(
            lambda group, node: [{({"a": "b", "b": "a"}.get(p, p), k): node[p, k] for p, k in node}]
        ),
        **{f"input {name}": _entry(f, "ab") for name, f in ENTRY.items()},
        "input moved": _moves("ab"),
        "normalisation": _outputs(lambda group, _, k, x: (k, x / 2)),
        "normalisation at k": _outputs(
            lambda group, at, k, x: (k, x * (1 + (k == at))),
            lambda group: group.representatives.tolist(),
        ),
        "first inputs scaled": lambda group, nodes: [
            [on_rows("a", ENTRY["scale"], node) for node in nodes]
        ],
        "outputs conjugated": _outputs(lambda group, _, k, x: (k, x.conjugate())),
        # The network predicts x + y + g.
        "outputs translated": _outputs(
            lambda group, g, k, x: (k, x * group.character_value(k, g).conjugate()),
            lambda group: range(1, group.order),
        ),
        # It predicts t (x + y).
        "outputs relabelled": _outputs(
            lambda group, t, k, x: (group.multiply(t, k), x),
            lambda group: (t for t in range(2, group.exponent - 1) if gcd(t, group.exponent) == 1),
        ),
    }
)
