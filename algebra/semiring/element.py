"""Elements of the semiring: the weights of a network, as the multiset of its hidden nodes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup, Index
from algebra.groups.spectrum import REAL, Frequency, Spectrum
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ONE, Exact, Scalar, to_scalar
from algebra.semiring import shown
from algebra.semiring.nodes import (
    ROWS,
    Nodes,
    concatenated,
    from_entries,
    mapped,
    multiplied,
    placed,
)

Node = Mapping[tuple[str, int], Scalar]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """Nodes given one by one."""

    nodes: Nodes


@final
@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """``z_1 + ... + z_m``: nodes concatenated."""

    parts: tuple[Element, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """``z_1 * ... * z_m``: all tuples of nodes, multiplied entrywise."""

    parts: tuple[Element, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """``sum_k block at k``: one block over an abstract frequency, at each ``k`` of a group."""

    block: Element
    frequencies: Int64


Operation = Leaf | Sum | Product | Placed


@final
class Element:
    """An element of the semiring of weights over a spectrum (a group, `PAIR` or `REAL`).

    Immutable. Equal if the expanded nodes agree up to their order. Build elements with
    `element`, `zero`, `one`, `block` and ``+ * **``; place blocks on a group with `at`.

    Example:
        >>> from algebra import blocks, zeta
        >>> u = blocks.node(zeta(3), zeta(3), zeta(3))
        >>> (u**2 + u + 1) == blocks.syn()
        True
    """

    __slots__ = ("_nodes", "name", "operation", "order", "spectrum")

    def __init__(
        self, spectrum: Spectrum, operation: Operation, *, name: str | None = None
    ) -> None:
        self.spectrum, self.operation, self.name = spectrum, operation, name
        self.order = _order(operation)
        self._nodes: Nodes | None = operation.nodes if isinstance(operation, Leaf) else None

    @property
    def group(self) -> AbelianGroup:
        """The group that the element is over; a ValueError for a block of one frequency."""
        if not isinstance(self.spectrum, AbelianGroup):
            raise ValueError(
                f"{self!r} is a block of one frequency; place it on a group with at(G, k)"
            )
        return self.spectrum

    @property
    def nodes(self) -> Nodes:
        """The expanded nodes, computed once; a MemoryEstimateError if they would not fit."""
        if self._nodes is None:
            self._nodes = _expand(self)
        return self._nodes

    def expand(self) -> Element:
        """Return the same element as a leaf: its nodes, the composition forgotten."""
        return (
            self if isinstance(self.operation, Leaf) else Element(self.spectrum, Leaf(self.nodes))
        )

    def node_list(self) -> list[Node]:
        """Return the nodes, each a mapping ``(row letter, k) -> entry``, at one k of each pair."""
        return list(self.nodes.entries())

    def entry(self, row: str, k: Index, node: int) -> Scalar:
        """Return ``z[row, k, node]`` of the expanded element; zero where nothing is stored."""
        if row not in ROWS:
            raise ValueError(f"row={row!r}: rows are 'a', 'b' and 'c'")
        if not 0 <= node < self.order:
            raise ValueError(f"node={node} does not exist; pass 0 <= node < {self.order}")
        index = index_of(self.spectrum, k)
        other = self.spectrum.negate(index)
        r = ROWS.index(row) * self.spectrum.order + min(index, other)
        nodes = self.nodes
        found = np.flatnonzero((nodes.node == node) & (nodes.row == r))
        if not len(found):
            return Scalar(0)
        x = nodes.value.scalars[int(nodes.value.ids[found[0]])]
        return x if index <= other else x.conjugate()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The free parameters, sorted by name."""
        names: set[str] = set()
        for part in every_part(self):
            if isinstance(part.operation, Leaf):
                for x in part.operation.nodes.value.compact().scalars:
                    names.update(x.parameters)
        return tuple(sorted(names))

    def __add__(self, other: Element | int) -> Element:
        y = _operand(self, other)
        if y is None:
            return NotImplemented
        return Element(self.spectrum, Sum((*_flat(self, Sum), *_flat(y, Sum))))

    __radd__ = __add__

    def __mul__(self, other: Element | int) -> Element:
        y = _operand(self, other)
        if y is None:
            return NotImplemented
        return Element(self.spectrum, Product((*_flat(self, Product), *_flat(y, Product))))

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Element:
        if not isinstance(exponent, int) or exponent < 0:
            raise ValueError(f"exponent={exponent!r}: a power of an element is an integer >= 0")
        return (
            Element(self.spectrum, Product((self,) * exponent)) if exponent else one(self.spectrum)
        )

    def named(self, name: str) -> Element:
        """Return the same element with a name, shown in its composition."""
        copy = Element(self.spectrum, self.operation, name=name)
        copy._nodes = self._nodes
        return copy

    def scaled(self, **factors: Exact) -> Element:
        """Return the element with whole rows multiplied: ``z.scaled(c=Fraction(1, 6))``.

        A product with the one-node element of these factors, so potentials multiply by them.
        """
        name = ", ".join(f"{p} times {to_scalar(x)!r}" for p, x in sorted(factors.items()))
        return self * uniform(self.spectrum, **factors).named(name)

    def at(self, group: AbelianGroup, *frequencies: Index) -> Element:
        """Return the sum of copies of this block, one at each frequency of ``group``.

        They have to be members of conjugate pairs for `PAIR`, real characters for `REAL`.
        """
        if not isinstance(self.spectrum, Frequency):
            raise ValueError(f"an element over {self.spectrum} is no block of one frequency")
        ks = np.array([group.index(k) for k in frequencies], dtype=np.int64)
        real = (group.negate(ks) == ks) & (ks != 0)
        wrong = ks[~real] if self.spectrum == REAL else ks[real | (ks == 0)]
        if len(wrong):
            kind, choices = "member of a conjugate pair", group.conjugate_pairs()
            if self.spectrum == REAL:
                kind, choices = "real character", group.real_characters()
            some = ", ".join(map(group.label, choices[:8])) or "none"
            raise ValueError(
                f"frequency={group.label(int(wrong[0]))} is no {kind} of {group}; pass one of "
                f"{some}{', ...' * (len(choices) > 8)}"
            )
        return Element(group, Placed(self, ks))

    def substitute(self, values: Mapping[str, Exact]) -> Element:
        """Return the element with parameters set to exact numbers of modulus one."""
        unknown = set(values) - set(self.parameters)
        if unknown:
            raise ValueError(
                f"{sorted(unknown)[0]} is no free parameter here; these are: "
                f"{', '.join(self.parameters) or 'none'}"
            )
        return _rebuild(self, values, {})

    def merged(self) -> Element:
        """Return the expanded element with nodes of equal ``a`` and ``b`` merged, ``c`` added.

        No potential that contains ``c`` once changes; nodes without inputs or output are dropped.
        """
        groups: dict[Any, dict[tuple[str, int], Scalar]] = {}
        for node in self.node_list():
            inputs = tuple((at, x) for at, x in sorted(node.items()) if at[0] != "c")
            outputs = groups.setdefault(inputs, {})
            for at, x in node.items():
                if at[0] == "c":
                    outputs[at] = outputs[at] + x if at in outputs else x
        live = [
            {**dict(inputs), **outputs}
            for inputs, outputs in groups.items()
            if inputs and any(outputs.values())
        ]
        return Element(self.spectrum, Leaf(from_entries(self.spectrum, live)), name=self.name)

    def multiset(self) -> Counter[frozenset[tuple[tuple[str, int], Scalar]]]:
        """Return how often each node occurs: equal for equal elements."""
        return Counter(frozenset(node.items()) for node in self.node_list())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Element):
            return NotImplemented
        if self is other:
            return True
        return (
            self.spectrum == other.spectrum
            and self.order == other.order
            and self.multiset() == other.multiset()
        )

    def __hash__(self) -> int:
        return hash((self.spectrum, frozenset(self.multiset().items())))

    def __repr__(self) -> str:
        kind = f" {self.name}" if self.name else ""
        return f"<Element{kind} of order {self.order} over {self.spectrum}>"

    def __str__(self) -> str:
        return shown.as_text(self)

    def _repr_html_(self) -> str:
        return shown.as_html(self)

    def _repr_latex_(self) -> str:
        return shown.as_latex(self)


def index_of(spectrum: Spectrum, k: Index) -> int:
    """Return the index of a character of a group, or of an abstract frequency."""
    if isinstance(spectrum, AbelianGroup):
        return spectrum.index(k)
    if not isinstance(k, int) or not 0 <= k < spectrum.order:
        raise ValueError(f"index={k!r} is not in {spectrum}; pass 0 (or 1 for -k on a pair)")
    return k


def zero(spectrum: Spectrum) -> Element:
    """Return 0: no nodes.

    >>> from algebra import PAIR
    >>> zero(PAIR).order
    0
    """
    return Element(spectrum, Leaf(from_entries(spectrum, ())), name="0")


def one(spectrum: Spectrum) -> Element:
    """Return 1: the single node with all entries 1.

    >>> from algebra import blocks
    >>> blocks.syn() * one(blocks.syn().spectrum) == blocks.syn()
    True
    """
    return uniform(spectrum).named("1")


def uniform(spectrum: Spectrum, **factors: Exact) -> Element:
    """Return the single node whose rows are constant: ``uniform(PAIR, c=1/6)``; 1 by default."""
    unknown = set(factors) - set(ROWS)
    if unknown:
        raise ValueError(f"row={sorted(unknown)[0]!r}: rows are 'a', 'b' and 'c'")
    k = np.arange(spectrum.order)
    keep = [int(x) for x in k[k <= spectrum.negate(k)]]
    node = {(p, x): factors.get(p, ONE) for p in ROWS for x in keep}
    return Element(spectrum, Leaf(from_entries(spectrum, [node])))


def operands(operation: Operation) -> tuple[Element, ...]:
    """Return the elements an operation was applied to."""
    match operation:
        case Sum(parts) | Product(parts):
            return parts
        case Placed(base, _):
            return (base,)
        case _:
            return ()


def every_part(z: Element) -> list[Element]:
    """Return ``z`` and all it was composed of, shared parts once, operands before results."""
    found: dict[int, Element] = {}

    def visit(x: Element) -> None:
        if id(x) not in found:
            for part in operands(x.operation):
                visit(part)
            found[id(x)] = x

    visit(z)
    return list(found.values())


def _order(operation: Operation) -> int:
    match operation:
        case Leaf(nodes):
            return nodes.order
        case Sum(parts):
            return sum(z.order for z in parts)
        case Product(parts):
            return prod(z.order for z in parts)
        case Placed(base, ks):
            return base.order * len(ks)


def _expand(z: Element) -> Nodes:
    match z.operation:
        case Leaf(nodes):
            return nodes
        case Sum(parts):
            return concatenated(z.spectrum, [x.nodes for x in parts])
        case Product(parts):
            nodes = parts[0].nodes
            for part in parts[1:]:
                nodes = multiplied(nodes, part.nodes)
            return nodes
        case Placed(base, ks):
            return placed(base.nodes, z.spectrum, ks)


def _rebuild(z: Element, values: Mapping[str, Exact], memo: dict[int, Element]) -> Element:
    if id(z) in memo:
        return memo[id(z)]
    operation: Operation
    match z.operation:
        case Leaf(nodes):
            operation = Leaf(mapped(nodes, values))
        case Sum(parts) | Product(parts):
            operation = type(z.operation)(tuple(_rebuild(x, values, memo) for x in parts))
        case Placed(base, ks):
            operation = Placed(_rebuild(base, values, memo), ks)
    memo[id(z)] = Element(z.spectrum, operation, name=_renamed(z.name, values))
    return memo[id(z)]


def _renamed(name: str | None, values: Mapping[str, Exact]) -> str | None:
    """Put values for the parameters that a name such as ``xi(xi_1)`` gives in parentheses."""

    def put(found: re.Match[str]) -> str:
        return repr(to_scalar(values[found[0]])) if found[0] in values else found[0]

    return name and re.sub(r"(?<=[(,])[A-Za-z][A-Za-z0-9_]*(?=[,)])", put, name)


def _operand(z: Element, other: object) -> Element | None:
    if isinstance(other, int) and not isinstance(other, bool):
        if other not in (0, 1):
            raise ValueError(f"{other} is no element; the semiring has 0 and 1, and scaled(c=...)")
        return one(z.spectrum) if other else zero(z.spectrum)
    if not isinstance(other, Element):
        return None
    if other.spectrum != z.spectrum:
        raise ValueError(f"cannot combine elements over {z.spectrum} and over {other.spectrum}")
    return other


def _flat(z: Element, kind: type[Sum] | type[Product]) -> tuple[Element, ...]:
    """Return the operands of an unnamed sum (product), so that ``x + y + w`` is one operation."""
    operation = z.operation
    if z.name is None and isinstance(operation, kind) and isinstance(operation, Sum | Product):
        return operation.parts
    return (z,)
