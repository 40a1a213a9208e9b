"""Faults: ways to spoil an optimizer by one mistake, each of which is wrong for a reason.

A near miss must be *truly* wrong, and whoever tests a checker must not ask the checker for that.
So every kind of fault comes with an argument, and with the places where the argument applies:

*Outputs.* ``T[.,.,k] = sum_j c_kj F(h_j^2 / 2)``, with ``h_j(x, y) = a_j(x) + b_j(y)`` and ``F``
the Fourier transform over both inputs. If ``c_k`` of one node changes by ``delta != 0``, then
``T[0,0,k]`` changes by ``delta`` times half the mean of ``h_j^2``, a positive number unless
``h_j = 0``. The same for a node that is dropped, doubled or added.

*Inputs.* If the inputs of one node change from ``h`` to ``h'``, then all ``T[.,.,k]`` with
``c_k != 0`` change unless ``(h' - h)(h' + h) = 0`` at all inputs. If only the row ``a`` changes,
``h' - h`` depends on ``x`` alone and is not 0 at some ``x``; there ``h' + h = a' + a + 2b`` is
not 0 at some ``y`` if ``b`` is not constant. Only the sign of a whole row is another matter:
``h'^2 - h^2 = -4ab``, which vanishes if and only if a row does.

*The whole.* ``T`` is linear in ``c``: scaling outputs scales ``T[k,k,k] = 1``, moving them moves
it, translating them multiplies it by ``chi_k(g)``; ``T[k,k,k]`` is linear in ``a``, if ``k != 0``.

Free parameters change nothing: all this holds at their generic values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from types import MappingProxyType
from typing import final

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import ONE, ZERO, Exact, Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element

Nodes = list[dict[tuple[str, int], Scalar]]
Edit = Callable[[Nodes], Sequence[dict[tuple[str, int], Scalar]]]
#: A place where a fault can be planted: node, row, frequency, and one more number.
Place = tuple[int, str, int, int]
Places = Callable[[AbelianGroup, Nodes, Target], Iterator[Place]]
#: What is done at a place.
Plant = Callable[[AbelianGroup, Place], Edit]
Entries = dict[tuple[str, int], Scalar]


def _nodes_of(z: Element) -> Nodes:
    return [dict(node) for node in z.node_list()]


def edited(z: Element, edit: Edit) -> Element:
    """Return the expanded element with its list of nodes changed."""
    return element(z.spectrum, edit(_nodes_of(z)), name=z.name)


def entries(
    change: Callable[[str, int, Scalar], tuple[str, int, Scalar]], *, node: int | None = None
) -> Edit:
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


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One fault: its kind, a key of `CHANGES`, and which of the possible places, counted round."""

    kind: str
    pick: int = 0

    def __post_init__(self) -> None:
        if self.kind not in CHANGES:
            raise ValueError(f"kind={self.kind!r} is no fault; pass one of {', '.join(CHANGES)}")

    def places(self, z: Element, *, target: Target = "projected") -> list[Place]:
        """Return the places where this kind of fault makes an optimizer of the target wrong."""
        return list(CHANGES[self.kind][0](z.group, _nodes_of(z), target))

    def plant(self, z: Element, *, target: Target = "projected") -> Element:
        """Return the element with the fault, or the element itself if there is no place for it."""
        found = self.places(z, target=target)
        if not found:
            return z
        return edited(z, CHANGES[self.kind][1](z.group, found[self.pick % len(found)]))


def _outputs(node: Entries, target: Target) -> list[int]:
    """Return the frequencies of outputs that matter; none if ``h = a + b`` is 0 everywhere."""
    varies = any(p != "c" and k for p, k in node)
    if not (varies or node.get(("a", 0), ZERO) + node.get(("b", 0), ZERO)):
        return []
    return [k for p, k in node if p == "c" and (k or target == "onehot")]


def _live(nodes: Nodes, target: Target) -> Iterator[tuple[int, Entries]]:
    return ((j, node) for j, node in enumerate(nodes) if _outputs(node, target))


# Places.


def _each_output(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    return ((j, "c", k, 0) for j, node in enumerate(nodes) for k in _outputs(node, target))


def _each_node(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    return ((j, "c", 0, 0) for j, _ in _live(nodes, target))


def _each_row(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    """Yield the rows of inputs of live nodes in which both rows are there."""
    for j, node in _live(nodes, target):
        if {"a", "b"} <= {p for p, _ in node}:
            yield from ((j, row, 0, 0) for row in "ab")


def _each_input(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    """Yield the inputs of live nodes whose other row is not constant."""
    for j, node in _live(nodes, target):
        varying = {p for p, k in node if k}
        yield from (
            (j, p, k, 0) for p, k in node if p != "c" and {"a": "b", "b": "a"}[p] in varying
        )


def _swappable(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    """Yield the nodes with ``a(x) b(y) != b(x) a(y)`` beyond functions of one input."""
    for j, node in _live(nodes, target):
        full: dict[str, dict[int, Scalar]] = {"a": {}, "b": {}}
        for (p, k), x in node.items():
            if p != "c" and k:
                full[p][k], full[p][group.negate(k)] = x, x.conjugate()
        a, b = full["a"], full["b"]
        pivot = next(iter(a), 0)
        left, right = a.get(pivot, ZERO), b.get(pivot, ZERO)
        if any(left * b.get(k, ZERO) != right * a.get(k, ZERO) for k in {*a, *b}):
            yield j, "a", 0, 0


def _only(every: Places, keep: Callable[[AbelianGroup, Entries, Place], object]) -> Places:
    """Keep the places of which something is true, given the node."""
    return lambda group, nodes, target: (
        place for place in every(group, nodes, target) if keep(group, nodes[place[0]], place)
    )


def _paired(every: Places) -> Places:
    """Keep the places at complex characters, where any number may stand."""
    return _only(every, lambda group, node, place: group.negate(place[2]) != place[2])


def _complex(every: Places) -> Places:
    """Keep the places whose entry is not real."""
    return _only(every, lambda group, node, at: node[at[1:3]].conjugate() != node[at[1:3]])


def _elsewhere(every: Places) -> Places:
    """Add to each place the frequencies to which its entry can move: not 0, not its own."""
    return lambda group, nodes, target: (
        (j, row, k, other)
        for j, row, k, _ in every(group, nodes, target)
        for other in group.representatives.tolist()
        if other not in (0, k, group.negate(k))
    )


def _once(where: Callable[[AbelianGroup, Target], object]) -> Places:
    """Return one place, for what is done everywhere."""
    return lambda group, nodes, target: iter([(0, "c", 0, 0)] if where(group, target) else [])


def _each_frequency(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    return ((0, "c", int(k), 0) for k in group.representatives if k or target == "onehot")


def _each_shift(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    return ((0, "c", 0, g) for g in range(1, group.order))


def _each_scaling(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    n = group.exponent
    return ((0, "c", 0, t) for t in range(2, n - 1) if gcd(t, n) == 1)


# What is done there.


def _change(f: Callable[[Scalar], Scalar]) -> Plant:
    """Replace one entry by a function of it."""
    return lambda group, place: on_row(f, row=place[1], node=place[0], at=place[2])


def _drop_entry(group: AbelianGroup, place: Place) -> Edit:
    j, row, k, _ = place

    def edit(nodes: Nodes) -> Nodes:
        del nodes[j][row, k]
        return nodes

    return edit


def _move_entry(group: AbelianGroup, place: Place) -> Edit:
    j, row, k, other = place

    def edit(nodes: Nodes) -> Nodes:
        x = nodes[j].pop((row, k))
        if group.negate(other) == other:
            x = x + x.conjugate() or ONE
        nodes[j][row, other] = nodes[j].get((row, other), ZERO) + x
        return nodes

    return edit


def _all_outputs(f: Callable[[AbelianGroup, int, Scalar, int], tuple[int, Scalar]]) -> Plant:
    """Replace every output by another one at another frequency, given the place's last number."""
    return lambda group, place: entries(
        lambda p, k, x: (p, *(f(group, k, x, place[3]) if p == "c" else (k, x)))
    )


_negated, _doubled = _change(lambda x: -x), _change(lambda x: 2 * x)
_conjugate, _turned = _change(Scalar.conjugate), _change(lambda x: zeta(3) * x)
#: Every kind of fault, by name: where it can be planted so that the result is wrong, and how.
CHANGES: Mapping[str, tuple[Places, Plant]] = MappingProxyType(
    {
        "output sign": (_each_output, _negated),
        "output conjugated": (_complex(_each_output), _conjugate),
        "output root": (_paired(_each_output), _turned),
        "output scale": (_each_output, _doubled),
        "output dropped": (_each_output, _drop_entry),
        "output moved": (_elsewhere(_each_output), _move_entry),
        # One c_k of a carrier is half of what it should be.
        "carrier entry": (
            _only(_each_output, lambda group, node, at: not {("a", at[2]), ("b", at[2])} & {*node}),
            _change(lambda x: x * Fraction(1, 2)),
        ),
        "node dropped": (_each_node, lambda group, place: dropped(place[0])),
        "node doubled": (
            _each_node,
            lambda group, place: lambda nodes: [*nodes, dict(nodes[place[0]])],
        ),
        # A node with a constant input.
        "node added": (
            _each_frequency,
            lambda group, place: lambda nodes: [*nodes, {("a", 0): ONE, ("c", place[2]): ONE}],
        ),
        "row sign": (_each_row, lambda group, place: times(-1, row=place[1], node=place[0])),
        "rows swapped": (_swappable, lambda group, place: exchanged("a", "b", node=place[0])),
        "input sign": (_each_input, _negated),
        "input conjugated": (_complex(_each_input), _conjugate),
        "input root": (_paired(_each_input), _turned),
        "input scale": (_each_input, _doubled),
        "input dropped": (_each_input, _drop_entry),
        "input moved": (
            _only(_elsewhere(_each_input), lambda group, node, at: (at[1], at[3]) not in node),
            _move_entry,
        ),
        "normalisation": (
            _once(lambda group, target: group.order > 1 or target == "onehot"),
            lambda group, place: times(Fraction(1, 2), row="c"),
        ),
        "normalisation at k": (
            _each_frequency,
            lambda group, place: times(2, row="c", at=place[2]),
        ),
        "first inputs scaled": (
            _once(lambda group, target: group.order > 1),
            lambda group, place: times(2, row="a"),
        ),
        "outputs conjugated": (
            _once(lambda group, target: group.conjugate_pairs()),
            lambda group, place: conjugated(row="c"),
        ),
        # The network predicts x + y + g.
        "outputs translated": (
            _each_shift,
            _all_outputs(lambda group, k, x, g: (k, x * group.character_value(k, g).conjugate())),
        ),
        # The network predicts t (x + y).
        "outputs relabelled": (
            _each_scaling,
            _all_outputs(lambda group, k, x, t: (group.multiply(t, k), x)),
        ),
    }
)
