"""Elements made of nodes, blocks and parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from algebra.groups.spectrum import PAIR, Frequency, Spectrum
from algebra.numbers.scalar import Exact
from algebra.semiring.element import Element, index_of, zero
from algebra.semiring.nodes import from_entries
from algebra.semiring.operations import Leaf, Sum


def element(
    spectrum: Spectrum,
    nodes: Iterable[Mapping[tuple[str, Any], Exact]],
    *,
    name: str | None = None,
) -> Element:
    """Return an element from its nodes: mappings ``(row letter, frequency) -> exact entry``.

    Entries at ``-k`` follow by conjugation and may be left out.

    >>> from algebra import AbelianGroup, zeta
    >>> z = element(AbelianGroup("Z5"), [{("a", 1): 1, ("b", 1): zeta(4), ("c", 1): 2}])
    >>> z.entry("b", 4, 0) == -zeta(4)
    True
    """

    table = [{(p, index_of(spectrum, k)): x for (p, k), x in node.items()} for node in nodes]
    return Element(spectrum, Leaf(from_entries(spectrum, table)), name=name)


def block(
    a: Sequence[Exact],
    b: Sequence[Exact],
    c: Sequence[Exact],
    *,
    spectrum: Frequency = PAIR,
    name: str | None = None,
) -> Element:
    """Return a block over one abstract frequency from its rows; columns are nodes.

    Raises:
        ValueError: if the rows differ in length.

    >>> block([1, 1], [1, -1], [1, -1]).order
    2
    """
    if not len(a) == len(b) == len(c):
        raise ValueError(f"rows of length {len(a)}, {len(b)} and {len(c)}; give one entry a node")
    return element(
        spectrum,
        [{("a", 0): x, ("b", 0): y, ("c", 0): w} for x, y, w in zip(a, b, c, strict=True)],
        name=name,
    )


def total(spectrum: Spectrum, parts: Iterable[Element]) -> Element:
    """Return the sum of many elements, in one operation.

    >>> total(PAIR, []) == zero(PAIR)
    True
    """
    flat = tuple(parts)
    return flat[0] if len(flat) == 1 else Element(spectrum, Sum(flat)) if flat else zero(spectrum)
