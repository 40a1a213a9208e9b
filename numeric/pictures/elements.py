"""Pictures of elements: phases on the circle and the composition; how figures are made and kept.

`phases` and `tree` write one PNG (by the suffix: also PDF or SVG) and return nothing; figures
themselves can be had as SVG, for a page that holds its pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from algebra.numbers.to_float import to_complex
from algebra.semiring.element import Element
from algebra.semiring.operations import to_digraph
from numeric.pictures.figure import (
    COLOURS,
    MARKERS,
    circles,
    generic_angles,
    legend_below,
    new_figure,
    save_figure,
)

MAX_CIRCLES = 12
MAX_OPERANDS = 7


def phases(z: Element, path: str | Path, *, force: bool = False) -> None:
    """Draw the entries of every node on circles, one circle per frequency.

    The angle of a mark is the phase of ``a``, ``b`` or ``c``, its distance from the centre the
    modulus relative to the largest of its row at this frequency (the three rows are drawn
    slightly apart); free parameters are drawn at generic angles,
    which the title says.
    """
    group = z.group
    free = generic_angles(z.parameters)
    nodes = z.nodes
    values = np.array([to_complex(x, free) for x in nodes.value.scalars] or [0])[nodes.value.ids]
    p, k = np.divmod(nodes.row, group.order)
    shown = [int(x) for x in np.unique(k)][:MAX_CIRCLES]
    columns = min(4, max(1, len(shown)))
    rows = -(-len(shown) // columns) or 1
    figure = new_figure(3.0 * columns, 3.2 * rows + 0.9)
    for i, frequency in enumerate(shown):
        axes = figure.add_subplot(rows, columns, i + 1)
        circles(axes, f"k = {group.label(frequency)}", reach=1.3)
        for number, row in enumerate("abc"):
            mine = (p == number) & (k == frequency)
            if not mine.any():
                continue
            points = values[mine] / np.abs(values[mine]).max()
            offset = 1 + 0.09 * (number - 1)
            style = {"marker": MARKERS[row], "edgecolors": "white", "linewidths": 0.5}
            x, y = points.real * offset, points.imag * offset
            axes.scatter(x, y, s=34, c=COLOURS[row], label=row, zorder=3, **style)
    legend_below(figure)
    hidden = len(np.unique(k)) - len(shown)
    notes = [f"{z.name or 'element'} over {group}: {z.order} nodes"]
    if hidden:
        notes.append(f"the first {len(shown)} of {hidden + len(shown)} frequencies")
    if free:
        notes.append("free parameters at generic angles")
    figure.suptitle("; ".join(notes), fontsize=11, parse_math=False)
    save_figure(figure, path, force=force)


def tree(z: Element, path: str | Path, *, force: bool = False) -> None:
    """Draw how an element was composed, results above their operands, shared parts once.

    Of a sum or product of many operands the first few are drawn, and their number is written.
    """
    save_figure(tree_figure(z), path, force=force)


def tree_figure(z: Element) -> Any:
    """Return the figure that `tree` writes."""
    graph = to_digraph(z)
    children = _shortened(graph)
    depth, place = _layout(children)
    wide = max(place.values()) + 1
    figure = new_figure(max(6.0, min(24.0, 2.3 * wide)), 1.5 + 1.25 * (max(depth.values()) + 1))
    axes = figure.add_subplot()
    axes.set_axis_off()
    for parent, parts in children.items():
        for child in parts:
            times = graph.edges[parent, child]["times"] if not isinstance(child, tuple) else 1
            x, y = [place[parent], place[child]], [-depth[parent], -depth[child]]
            if times > 1:
                axes.text(sum(x) / 2, sum(y) / 2, f"{times} times", fontsize=8)
            axes.plot(x, y, color="#999999", linewidth=0.9, zorder=1)
    for vertex in place:
        text, colour = _label(graph, vertex)
        box = {"boxstyle": "round,pad=0.35", "facecolor": colour, "edgecolor": "#666666"}
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9, "bbox": box}
        axes.text(place[vertex], -depth[vertex], text, zorder=2, parse_math=False, **style)
    axes.set_xlim(-0.7, wide - 0.3)
    axes.set_ylim(-max(depth.values()) - 0.6, 0.6)
    axes.set_title(
        f"composition of {z.name or 'an element'} over {z.spectrum}", fontsize=11, parse_math=False
    )
    return figure


def _shortened(graph: Any) -> dict[Any, list[Any]]:
    """Return the operands of every vertex that is drawn; long lists end in a '... more' vertex."""
    children: dict[Any, list[Any]] = {}
    todo = [0]
    while todo:
        vertex = todo.pop()
        if vertex in children:
            continue
        parts = sorted(graph.successors(vertex), key=lambda v: graph.edges[vertex, v]["position"])
        if len(parts) > MAX_OPERANDS:
            more = ("more", vertex, len(parts) - MAX_OPERANDS + 1)
            children[vertex] = [*parts[: MAX_OPERANDS - 1], more]
            children[more] = []
            parts = parts[: MAX_OPERANDS - 1]
        else:
            children[vertex] = parts
        todo += reversed(parts)
    return children


def _layout(children: dict[Any, list[Any]]) -> tuple[dict[Any, int], dict[Any, float]]:
    """Return the depth (longest path from the root) and horizontal place of every vertex."""
    depth: dict[Any, int] = {}
    todo: list[tuple[Any, int]] = [(0, 0)]
    while todo:
        vertex, level = todo.pop()
        if depth.get(vertex, -1) < level:
            depth[vertex] = level
            todo += [(child, level + 1) for child in children[vertex]]
    place: dict[Any, float] = {}
    used: dict[int, float] = {}

    def put(vertex: Any) -> None:
        if vertex in place:
            return
        for child in children[vertex]:
            put(child)
        own = [place[child] for child in children[vertex]]
        wanted = sum(own) / len(own) if own else used.get(-1, 0.0)
        if not own:
            used[-1] = wanted + 1
        place[vertex] = max(wanted, used.get(depth[vertex], 0.0))
        used[depth[vertex]] = place[vertex] + 1

    put(0)
    return depth, place


def _label(graph: Any, vertex: Any) -> tuple[str, str]:
    if isinstance(vertex, tuple):
        return f"... {vertex[2]} more", "#ffffff"
    data = graph.nodes[vertex]
    colour = {"+": "#cfe3f2", "*": "#fbe3b5"}.get(data["label"], "#d5ede4")
    name = data["name"]
    if name and len(name) > 34:
        name = name[:31] + "..."
    operation = "" if data["label"].endswith(("node", "nodes")) else f"  [{data['label']}]"
    title = (name or ("" if operation else "leaf")) + operation
    nodes = f"{data['order']} node" + "s" * (data["order"] != 1)
    return f"{title.strip()}\n{nodes}", colour
