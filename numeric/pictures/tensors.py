"""The function tensor as heat maps: what composing kills, and what a carrier cancels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.tensor import FunctionTensor
from algebra.numbers.scalar import ONE, Scalar
from algebra.numbers.to_float import to_complex
from numeric.pictures.figure import LABEL, SMALL, TITLE, canvas, generic_angles, mathematics

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Above this order the cells of a heat map are too small to be told apart; values are written in
#: cells up to the second.
MAX_ORDER, WRITTEN = 16, 7
#: Maps of a tensor, each of side 1, and what is between and above them.
MAPS, GAP, ARROW, ABOVE, BELOW = 2, 0.14, 0.5, 0.78, 0.22
GOOD, BAD, EMPTY = "#1f7a4d", "#b3261e", "#eceae4"


def slice_of(
    T: FunctionTensor, k: int, values: Mapping[str, complex] | None = None
) -> NDArray[np.float64]:
    """Return ``|T[k1,k2,k]|`` by ``k1, k2``; parameters without a value are at generic angles."""
    d = T.group.order
    low = min(k, T.group.negate(k))
    found = np.zeros((d, d))
    for (k1, k2, at), value in T:
        if at == low:
            if low != k:
                k1, k2 = (T.group.negate(x) for x in (k1, k2))
            found[k1, k2] = abs(to_complex(value, values or generic_angles(value.parameters)))
    return found


def function_tensors(
    given: Mapping[str, tuple[FunctionTensor, Scalar]], *, ax: Axes | None = None
) -> Figure:
    """Draw ``|T[k1, k2, k]|`` for the first ``k``, two tensors in a row: before, and after.

    The loss is 0 if and only if the framed cell of each map is 1 and every other is 0. Green is a
    framed cell that is 1, red is what is wrong; the losses are exact.

    Args:
        given: by title, a function tensor and its loss; of one group.
        ax: where to draw; on a new figure, one column wide, if not given.

    Raises:
        ValueError: for a group of more than 16 elements.

    >>> from algebra import AbelianGroup, optimizers
    >>> from algebra.criterion.tensor import function_tensor, loss
    >>> z = optimizers.six_per_frequency(AbelianGroup("Z5"))
    >>> figure = function_tensors({"order 6": (function_tensor(z), loss(z))})
    """
    group = next(iter(given.values()))[0].group
    if group.order > MAX_ORDER:
        raise ValueError(
            f"group={group} has {group.order} elements; pass one of at most {MAX_ORDER}"
        )
    shown = [int(k) for k in group.representatives if k][:MAPS]
    columns = min(2, len(given))
    one = len(shown) + GAP * (len(shown) - 1)
    down, left = -(-len(given) // columns), 0.22
    axes = canvas(
        ax,
        wide=left + columns * one + ARROW * (columns - 1),
        high=down * (ABOVE + 1 + BELOW) + 0.2,
    )
    write = partial(axes.text, ha="center", va="center")
    for i, (title, (T, loss)) in enumerate(given.items()):
        x = left + (i % columns) * (one + ARROW)
        y = -(i // columns) * (ABOVE + 1 + BELOW)
        text = repr(loss) if len(repr(loss)) < 24 else "depends on parameters"
        write(x + one / 2, y - 0.2, mathematics(title), fontsize=LABEL)
        bold: dict[str, Any] = {"fontweight": "bold", "color": BAD if loss else GOOD}
        write(x + one / 2, y - 0.5, f"loss = {text}", fontsize=TITLE, **bold)
        for n, k in enumerate(shown):
            _map(axes, T, k, (x + n * (1 + GAP), y - ABOVE), labels=i % columns == n == 0)
        if i % columns:
            arrow = {"arrowstyle": "-|>", "color": "#333333", "lw": 1.4}
            tip, tail = (x - 0.12, y - ABOVE - 0.5), (x - ARROW + 0.12, y - ABOVE - 0.5)
            axes.annotate("", xy=tip, xytext=tail, arrowprops=arrow)
    axes.text(
        left, -down * (ABOVE + 1 + BELOW) - 0.05, va="center", fontsize=SMALL, color="#555555",
        s="$|T[k_1, k_2, k]|$, rows $k_1$, columns $k_2$: the framed cell must be 1, all others 0",
    )  # fmt: skip
    return axes.figure  # type: ignore[return-value]


def _map(axes: Axes, T: FunctionTensor, k: int, at: tuple[float, float], *, labels: bool) -> None:
    """Draw one heat map, its upper left corner at a point."""
    from matplotlib.patches import Rectangle

    group, d, (x, y) = T.group, T.group.order, at
    side = 1 / d
    write = partial(axes.text, ha="center", va="center")

    def cell(k1: int, k2: int, **style: Any) -> None:
        corner = x + k2 * side, y - (k1 + 1) * side
        axes.add_patch(Rectangle(corner, side, side, **style))

    values = slice_of(T, k)
    exact = {(k1, k2): value for (k1, k2, out), value in T if out == k}
    for k1, k2 in np.ndindex(d, d):
        right = k1 == k2 == k and exact.get((k, k)) == ONE
        colour, size = GOOD if right else BAD, float(values[k1, k2])
        cell(k1, k2, facecolor=EMPTY, edgecolor="white", linewidth=0.4)
        if size:
            cell(k1, k2, facecolor=colour, alpha=min(1.0, 0.25 + 0.75 * size), linewidth=0)
            if d <= WRITTEN:
                text = f"{size:.2g}".removeprefix("0")
                middle = x + (k2 + 0.5) * side, y - (k1 + 0.5) * side
                write(*middle, text, va="center_baseline", fontsize=28 / d, color="white")
    cell(k, k, fill=False, edgecolor="black", linewidth=1.0, zorder=3)
    write(x + 0.5, y - 1.1, f"$k$ = {group.label(k)}", fontsize=SMALL)
    if labels and d <= 9:
        for i in range(d):
            at_row = y - (i + 0.5) * side
            at_column, size = x + (i + 0.5) * side, min(SMALL - 1, 28 / d)
            write(x - 0.04, at_row, group.label(i), ha="right", fontsize=size)
            write(at_column, y + 0.08, group.label(i), fontsize=size)
