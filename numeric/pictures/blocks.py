"""Blocks of one frequency on the circle: the phases of a, b and c, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from algebra.numbers.to_float import to_complex
from algebra.semiring.element import Element
from numeric.pictures.figure import (
    COLOURS,
    MARKERS,
    circles,
    generic_angles,
    legend_below,
    new_figure,
)

#: Radii of the rings on which the entries of modulus one of each row lie.
RINGS = {"a": 0.45, "b": 0.78, "c": 1.11}
COLUMNS = 4


def blocks_figure(blocks: Mapping[str, Element]) -> Any:
    """Return a figure with one circle for each block, entries at ``k`` by phase.

    Row ``a`` lies on the inner ring, ``b`` on the middle one, ``c`` on the outer one; moduli are
    relative to the largest of the row. The numbers of the nodes stand beside a mark, "147" for the
    nodes 1, 4 and 7 if these share the entry. Free parameters are drawn at generic angles.

    >>> from algebra import blocks
    >>> len(blocks_figure({"syn": blocks.syn(), "nu": blocks.nu()}).axes)
    2
    """
    rows = -(-len(blocks) // COLUMNS) or 1
    figure = new_figure(2.3 * COLUMNS, 2.5 * rows + 0.7)
    for place, (name, z) in enumerate(blocks.items()):
        axes = figure.add_subplot(rows, COLUMNS, place + 1)
        circles(axes, f"{name}, order {z.order}", reach=1.5, radii=RINGS.values())
        _draw(axes, z)
    legend_below(figure)
    return figure


def _draw(axes: Any, z: Element) -> None:
    for (row, radius), place in zip(RINGS.items(), ("inner", "middle", "outer"), strict=True):
        marks = _marks(z, row)
        axes.scatter(
            [x.real * radius for x in marks],
            [x.imag * radius for x in marks],
            s=26,
            c=COLOURS[row],
            marker=MARKERS[row],
            label=f"{row} ({place} ring)",
            zorder=3,
        )
        for x, nodes in marks.items():
            away = x * radius + 0.17 * (x / abs(x) if x else 1)
            text = ("" if z.order < 10 else ",").join(nodes)
            style = {"ha": "center", "va": "center", "color": COLOURS[row]}
            axes.text(away.real, away.imag, text, fontsize=5.5, zorder=4, **style)


def _marks(z: Element, row: str) -> dict[complex, list[str]]:
    """Return the distinct entries of a row at ``k``, the largest of modulus one, and their nodes.

    Entries are told apart as exact numbers.
    """
    free = generic_angles(z.parameters)
    nodes: dict[Any, list[str]] = {}
    for j in range(z.order):
        nodes.setdefault(z.entry(row, 0, j), []).append(str(j + 1))
    values = {x: to_complex(x, free) for x in nodes}
    largest = max(map(abs, values.values()), default=0) or 1
    return {values[x] / largest: names for x, names in nodes.items()}
