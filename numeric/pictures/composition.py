"""Pictures of how an element was composed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from algebra.semiring.element import Element, Placed, Product, Sum, operands
from numeric.pictures.entries import name_of
from numeric.pictures.figure import LABEL, SMALL, canvas, mathematics

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Lines of a composition that are drawn, and levels.
MAX_LINES, MAX_DEPTH = 40, 12
COLOURS = {"+": "#cfe3f2", r"$\ast$": "#fbe3b5"}


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
    title = f"{name_of(z)} over {z.spectrum}"
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
