"""Pictures of elements: the entries of their nodes, and how they were composed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes
from algebra.numbers.to_float import to_complex
from algebra.semiring.element import Element, Placed, Product, Sum, operands
from algebra.semiring.nodes import ROWS
from numeric.pictures.figure import (
    LABEL,
    SMALL,
    Panel,
    canvas,
    draw_rings,
    generic_angles,
    mathematics,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Lines of a composition that are drawn, and levels.
MAX_LINES, MAX_DEPTH = 40, 12
COLOURS = {"+": "#cfe3f2", r"$\ast$": "#fbe3b5"}
#: Frequencies that are named where a branch stands for many.
NAMED = 6


def phases(*elements: Element, ax: Axes | None = None) -> Figure:
    """Draw the entries ``a``, ``b``, ``c`` of the nodes at each frequency on three rings.

    The place of a mark is the entry, relative to the largest modulus of its row there; nodes with
    the same entry share a mark. Frequencies at which the nodes have the same entries, up to the
    names of parameters, are drawn once. Free parameters are drawn at generic angles.

    >>> from algebra import blocks, optimizers, AbelianGroup
    >>> figure = phases(optimizers.four_plus_six(AbelianGroup("Z7")))
    >>> figure = phases(blocks.syn(), blocks.nu())
    """
    panels = [panel for z in elements for panel in _patterns(z)]
    whole = [f"{_name(z)} over {z.spectrum}: {z.order} nodes" for z in elements]
    blocks = len(elements) != 1 or not isinstance(elements[0].spectrum, AbelianGroup)
    note = "colour and number: the node"
    if any(z.parameters for z in elements):
        note += "; free parameters at generic angles"
    return draw_rings(panels, title="" if blocks else whole[0], note=note, ax=ax)


def _patterns(z: Element) -> list[Panel]:
    """Return a panel for each set of frequencies whose nodes look alike."""
    found: dict[Any, tuple[list[str], list[int], Complexes]] = {}
    at: dict[int, dict[int, dict[str, Any]]] = {}
    for j, node in enumerate(z.node_list()):
        for (row, k), x in node.items():
            at.setdefault(k, {}).setdefault(j, {})[row] = x
    for k, nodes in sorted(at.items()):
        every = [x for node in nodes.values() for x in node.values()]
        free = generic_angles(dict.fromkeys(name for x in every for name in x.parameters))
        entries = np.array(
            [[to_complex(node[p], free) if p in node else np.nan for node in nodes.values()]
             for p in ROWS], dtype=complex,
        )  # fmt: skip
        columns = np.nan_to_num(entries, nan=9e9).T.round(9)
        alike = tuple(sorted(map(str, (columns + 0.0).tolist())))
        label = z.spectrum.label(k) + " (constants)" * (k == 0 and z.spectrum.order > 2)
        found.setdefault(alike, ([], list(nodes), entries))[0].append(label)
    panels = []
    for labels, numbers, entries in found.values():
        first, *rest = labels
        if isinstance(z.spectrum, AbelianGroup):
            title = f"$k$ = {first}"
            if rest:
                more = ", ".join(rest[:NAMED]) + ", ..." * (len(rest) > NAMED)
                title += f"; likewise {more}" + f" ({len(labels)} in all)" * (len(rest) > NAMED)
        else:
            title = f"{_name(z)}: {z.order} nodes"
        panels.append(Panel(title, numbers, entries))
    return panels


def tree(z: Element, *, ax: Axes | None = None) -> Figure:
    """Draw how an element was composed, operands below their result; equal branches once.

    Branches that differ by the frequency they are at, and the names of parameters, are equal:
    one is drawn, and how many there are. A part that is used again is not drawn again.

    >>> from algebra import optimizers, AbelianGroup
    >>> figure = tree(optimizers.four_plus_six(AbelianGroup("Z23")))
    """
    lines: list[tuple[int, str, str, str]] = []
    _lines(z, lines, set(), {})
    hidden = len(lines) - MAX_LINES
    if hidden > 0:
        lines[MAX_LINES:] = [(0, "", f"... and {hidden} more lines", "")]
    indent, step, wide = 1.3, 1.2, 21.0
    title = f"{_name(z)} over {z.spectrum}"
    axes = canvas(ax, wide=wide, high=step * len(lines) + 0.4, title=title)
    last: dict[int, float] = {}
    for i, (depth, symbol, text, order) in enumerate(lines):
        x, y = indent * depth + 0.7, -step * (i + 0.6)
        if depth:
            up = x - indent
            axes.plot([up, up, x], [last[depth - 1], y, y], color="#999999", lw=0.7, zorder=1)
        last[depth] = y
        style: dict[str, Any] = {"va": "center", "fontsize": LABEL, "zorder": 2}
        box = {"boxstyle": "round,pad=0.25", "facecolor": COLOURS.get(symbol, "#d5ede4"), "lw": 0.5}
        if symbol:
            axes.text(x, y, symbol, ha="center", bbox=box, **style)
        axes.text(x + 0.75, y, text, **style)
        axes.text(wide, y, order, ha="right", color="#555555", va="center", fontsize=SMALL)
    return axes.figure  # type: ignore[return-value]


def _lines(
    z: Element,
    lines: list[tuple[int, str, str, str]],
    seen: set[int],
    memo: dict[int, Any],
    *,
    depth: int = 0,
    many: int = 1,
    kind: str = "",
    each: bool = False,
) -> None:
    """Append a line for an element, which stands for ``many``, and then those of its operands."""
    placed, again = z, id(z) in seen and bool(operands(z.operation))
    where = ""
    while isinstance(z.operation, Placed):
        ks = z.operation.frequencies.tolist()
        if many == 1 and len(ks) == 1:
            where = f" at $k$ = {z.spectrum.label(ks[0])}"
        many, kind = many * len(ks), "frequencies" if len(ks) > 1 else kind
        z = z.operation.block.named(z.name) if z.name else z.operation.block
    seen.add(id(placed))
    symbol = {Sum: "+", Product: r"$\ast$"}.get(type(z.operation), "")
    name = mathematics(z.name) if z.name else {"+": "sum", r"$\ast$": "product"}.get(symbol, "")
    if each or many > 1:
        name = re.sub(r"_\{[\d,]+\}", "_k", re.sub(r" at (\d+|\([\d,]+\))", " at $k$", name))
    text = name + where + f"  $\\times$ {many} {kind}" * (many > 1) + ", as above" * again
    order = f"{z.order} node{'s' * (z.order != 1)}"
    lines.append((depth, symbol, text, f"{many} $\\times$ {order}" if many > 1 else order))
    if again or depth == MAX_DEPTH:
        return
    alike: dict[Any, list[Element]] = {}
    for part in operands(z.operation):
        alike.setdefault(_shape(part, memo), []).append(part)
    for first, *others in alike.values():
        at_k = isinstance(first.operation, Placed) or " at " in (first.name or "")
        kind = "times" if all(x is first for x in others) else "frequencies" if at_k else "alike"
        _lines(first, lines, seen, memo, depth=depth + 1, many=1 + len(others), kind=kind,
               each=each or many > 1)  # fmt: skip


def _shape(z: Element, memo: dict[int, Any]) -> Any:
    """Return what equal branches share: operations, orders, and names without their indices."""
    if id(z) not in memo:
        name = re.sub(r"_\d+(_\d+)*|(?<= at )(\d+|\([\d,]+\))", "", z.name or "")
        inner = tuple(_shape(x, memo) for x in operands(z.operation))
        memo[id(z)] = (type(z.operation).__name__, name, z.order, inner)
    return memo[id(z)]


def _name(z: Element) -> str:
    return mathematics(z.name) if z.name else "element"
