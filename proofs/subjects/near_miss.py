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

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from types import MappingProxyType
from typing import final

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import ONE, Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element, Node
from algebra.semiring.made import element

Nodes = list[dict[tuple[str, int], Scalar]]
#: A place where a fault can be planted: node, row, frequency, and one more number.
Place = tuple[int, str, int, int]
Places = Callable[[AbelianGroup, Nodes, Target], Iterator[Place]]
Plant = Callable[[AbelianGroup, Nodes, Place], Nodes]


@final
@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind of fault.

    Attributes:
        sentence: what is done.
        places: where it can be planted so that the result is wrong, from the nodes.
        plant: the nodes with the fault at a place.
    """

    sentence: str
    places: Places
    plant: Plant


@final
@dataclass(frozen=True, slots=True)
class Change:
    """One fault: its kind, a key of `CHANGES`, and which of the possible places, counted round.

    Raises:
        ValueError: for a kind that does not exist.

    >>> from algebra import optimizers
    >>> from algebra.criterion.tensor import loss
    >>> z = Change("output sign").plant(optimizers.order6(AbelianGroup("Z3"), nu=1))
    >>> loss(z)
    2/3
    """

    kind: str
    pick: int = 0

    def __post_init__(self) -> None:
        if self.kind not in CHANGES:
            raise ValueError(f"kind={self.kind!r} is no fault; pass one of {', '.join(CHANGES)}")

    def places(self, z: Element, *, target: Target = "projected") -> list[Place]:
        """Return the places where this kind of fault makes an optimizer of the target wrong."""
        return list(CHANGES[self.kind].places(z.group, _editable(z), target))

    def plant(self, z: Element, *, target: Target = "projected") -> Element:
        """Return the element with the fault, or the element itself if there is no place for it."""
        found = self.places(z, target=target)
        if not found:
            return z
        place = found[self.pick % len(found)]
        return element(z.spectrum, CHANGES[self.kind].plant(z.group, _editable(z), place))


def _editable(z: Element) -> Nodes:
    return [dict(node) for node in z.node_list()]


def _is_hidden_zero(node: Node) -> bool:
    """Whether ``h = a + b`` vanishes at all inputs."""
    if any(p != "c" and k for p, k in node):
        return False
    return not (node.get(("a", 0), Scalar(0)) + node.get(("b", 0), Scalar(0)))


def _outputs(node: Node, target: Target) -> list[int]:
    """Return the frequencies at which the node has an output that matters."""
    if _is_hidden_zero(node):
        return []
    return [k for p, k in node if p == "c" and (k or target == "onehot")]


def _varies(node: Node, row: str) -> bool:
    return any(p == row and k for p, k in node)


def _other(row: str) -> str:
    return "b" if row == "a" else "a"


# Places.


def _each_output(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    for j, node in enumerate(nodes):
        for k in _outputs(node, target):
            yield j, "c", k, 0


def _paired(every: Places) -> Places:
    """Keep the places at complex characters, where any number may stand."""

    def places(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
        own = group.negate(np.arange(group.order)).tolist()
        return (place for place in every(group, nodes, target) if own[place[2]] != place[2])

    return places


def _complex(every: Places) -> Places:
    """Keep the places whose entry is not real."""

    def places(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
        for j, row, k, other in every(group, nodes, target):
            if nodes[j][row, k].conjugate() != nodes[j][row, k]:
                yield j, row, k, other

    return places


def _carried_output(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    for j, row, k, _ in _each_output(group, nodes, target):
        if ("a", k) not in nodes[j] and ("b", k) not in nodes[j]:
            yield j, row, k, 0


def _elsewhere(group: AbelianGroup, places: Iterator[Place]) -> Iterator[Place]:
    """Add to each place the frequencies to which its entry can move: not 0, not its own."""
    ks = [int(k) for k in group.representatives if k]
    for j, row, k, _ in places:
        for other in ks:
            if other not in (k, group.negate(k)):
                yield j, row, k, other


def _moved_output(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    return _elsewhere(group, _each_output(group, nodes, target))


def _each_node(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    for j, node in enumerate(nodes):
        if _outputs(node, target):
            yield j, "c", 0, 0


def _each_row(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    """Yield the rows of inputs of live nodes in which both rows are there."""
    for j, node in enumerate(nodes):
        if _outputs(node, target) and all(any(p == q for p, _ in node) for q in "ab"):
            yield from ((j, row, 0, 0) for row in "ab")


def _each_input(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    """Yield the inputs of live nodes whose other row is not constant."""
    for j, node in enumerate(nodes):
        if _outputs(node, target):
            for p, k in node:
                if p != "c" and _varies(node, _other(p)):
                    yield j, p, k, 0


def _moved_input(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    for j, row, k, other in _elsewhere(group, _each_input(group, nodes, target)):
        if (row, other) not in nodes[j]:
            yield j, row, k, other


def _swappable(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    """Yield the nodes with ``a(x) b(y) != b(x) a(y)`` beyond functions of one input."""
    for j, node in enumerate(nodes):
        if not _outputs(node, target):
            continue
        full: dict[str, dict[int, Scalar]] = {"a": {}, "b": {}}
        for (p, k), x in node.items():
            if p != "c" and k:
                full[p][k], full[p][group.negate(k)] = x, x.conjugate()
        a, b = full["a"], full["b"]
        none = Scalar(0)
        for pivot in list(a)[:1]:
            if any(
                a[pivot] * b.get(k, none) != b.get(pivot, none) * a.get(k, none) for k in {*a, *b}
            ):
                yield j, "a", 0, 0


def _once(where: Callable[[AbelianGroup, Target], object]) -> Places:
    """Return one place, for what is done everywhere."""
    return lambda group, nodes, target: iter([(0, "c", 0, 0)] if where(group, target) else [])


def _each_frequency(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    yield from ((0, "c", int(k), 0) for k in group.representatives if k or target == "onehot")


def _each_shift(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    yield from ((0, "c", 0, g) for g in range(1, group.order))


def _each_scaling(group: AbelianGroup, nodes: Nodes, target: Target) -> Iterator[Place]:
    n = group.exponent
    yield from ((0, "c", 0, t) for t in range(2, n - 1) if gcd(t, n) == 1)


# What is done there.


def _change(f: Callable[[Scalar], Scalar]) -> Plant:
    """Replace one entry by a function of it."""

    def plant(group: AbelianGroup, nodes: Nodes, place: Place) -> Nodes:
        j, row, k, _ = place
        nodes[j][row, k] = f(nodes[j][row, k])
        return nodes

    return plant


def _drop_entry(group: AbelianGroup, nodes: Nodes, place: Place) -> Nodes:
    j, row, k, _ = place
    del nodes[j][row, k]
    return nodes


def _move_entry(group: AbelianGroup, nodes: Nodes, place: Place) -> Nodes:
    j, row, k, other = place
    x = nodes[j].pop((row, k))
    if group.negate(other) == other:
        x = x + x.conjugate() or ONE
    nodes[j][row, other] = nodes[j].get((row, other), Scalar(0)) + x
    return nodes


def _drop_node(group: AbelianGroup, nodes: Nodes, place: Place) -> Nodes:
    return [node for j, node in enumerate(nodes) if j != place[0]]


def _double_node(group: AbelianGroup, nodes: Nodes, place: Place) -> Nodes:
    return [*nodes, dict(nodes[place[0]])]


def _add_node(group: AbelianGroup, nodes: Nodes, place: Place) -> Nodes:
    return [*nodes, {("a", 0): ONE, ("c", place[2]): ONE}]


def _rewritten(
    f: Callable[[AbelianGroup, Place, str, int, Scalar], tuple[str, int, Scalar]],
    *,
    everywhere: bool,
) -> Plant:
    """Replace every entry ``(row, k, x)`` by another one, of all nodes or of one."""

    def plant(group: AbelianGroup, nodes: Nodes, place: Place) -> Nodes:
        result: Nodes = []
        for j, node in enumerate(nodes):
            if everywhere or j == place[0]:
                images = [f(group, place, p, k, x) for (p, k), x in node.items()]
                node = {(p, k): x for p, k, x in images}
            result.append(node)
        return result

    return plant


def _all_outputs(f: Callable[[AbelianGroup, int, Scalar, Place], tuple[int, Scalar]]) -> Plant:
    """Replace every output by another one at another frequency."""

    def image(
        group: AbelianGroup, place: Place, p: str, k: int, x: Scalar
    ) -> tuple[str, int, Scalar]:
        return (p, *f(group, k, x, place)) if p == "c" else (p, k, x)

    return _rewritten(image, everywhere=True)


_flip_row = _rewritten(
    lambda group, place, p, k, x: (p, k, -x if p == place[1] else x), everywhere=False
)
_swap_rows = _rewritten(
    lambda group, place, p, k, x: ({"a": "b", "b": "a"}.get(p, p), k, x), everywhere=False
)
_scale_row_a = _rewritten(
    lambda group, place, p, k, x: (p, k, 2 * x if p == "a" else x), everywhere=True
)
_THIRD = zeta(3)

#: Every kind of fault, by name.
CHANGES: Mapping[str, FaultKind] = MappingProxyType(
    {
        "output sign": FaultKind("one c_k is negated", _each_output, _change(lambda x: -x)),
        "output conjugated": FaultKind(
            "one c_k is conjugated", _complex(_each_output), _change(Scalar.conjugate)
        ),
        "output root": FaultKind(
            "one c_k is turned by a third", _paired(_each_output), _change(lambda x: _THIRD * x)
        ),
        "output scale": FaultKind("one c_k is doubled", _each_output, _change(lambda x: 2 * x)),
        "output dropped": FaultKind("one c_k is left out", _each_output, _drop_entry),
        "output moved": FaultKind(
            "one c_k stands at another frequency", _moved_output, _move_entry
        ),
        "carrier entry": FaultKind(
            "one c_k of a carrier is half of what it should be",
            _carried_output,
            _change(lambda x: x * Fraction(1, 2)),
        ),
        "node dropped": FaultKind("one node is left out", _each_node, _drop_node),
        "node doubled": FaultKind("one node is there twice", _each_node, _double_node),
        "node added": FaultKind(
            "a node with a constant input is added", _each_frequency, _add_node
        ),
        "row sign": FaultKind("one row of inputs of one node is negated", _each_row, _flip_row),
        "rows swapped": FaultKind("a and b of one node are exchanged", _swappable, _swap_rows),
        "input sign": FaultKind("one a_k or b_k is negated", _each_input, _change(lambda x: -x)),
        "input conjugated": FaultKind(
            "one a_k or b_k is conjugated", _complex(_each_input), _change(Scalar.conjugate)
        ),
        "input root": FaultKind(
            "one a_k or b_k is turned by a third",
            _paired(_each_input),
            _change(lambda x: _THIRD * x),
        ),
        "input scale": FaultKind(
            "one a_k or b_k is doubled", _each_input, _change(lambda x: 2 * x)
        ),
        "input dropped": FaultKind("one a_k or b_k is left out", _each_input, _drop_entry),
        "input moved": FaultKind(
            "one a_k or b_k stands at another frequency", _moved_input, _move_entry
        ),
        "normalisation": FaultKind(
            "all outputs are halved",
            _once(lambda group, target: group.order > 1 or target == "onehot"),
            _all_outputs(lambda group, k, x, place: (k, x * Fraction(1, 2))),
        ),
        "normalisation at k": FaultKind(
            "all outputs at one frequency are doubled",
            _each_frequency,
            _all_outputs(lambda group, k, x, place: (k, 2 * x if k == place[2] else x)),
        ),
        "first inputs scaled": FaultKind(
            "all a are doubled", _once(lambda group, target: group.order > 1), _scale_row_a
        ),
        "outputs conjugated": FaultKind(
            "all outputs are conjugated",
            _once(lambda group, target: group.conjugate_pairs()),
            _all_outputs(lambda group, k, x, place: (k, x.conjugate())),
        ),
        "outputs translated": FaultKind(
            "the network predicts x + y + g",
            _each_shift,
            _all_outputs(
                lambda group, k, x, place: (k, x * group.character_value(k, place[3]).conjugate())
            ),
        ),
        "outputs relabelled": FaultKind(
            "the network predicts t (x + y)",
            _each_scaling,
            _all_outputs(lambda group, k, x, place: (group.multiply(place[3], k), x)),
        ),
    }
)
