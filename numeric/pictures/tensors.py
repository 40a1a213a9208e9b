"""The function tensor as heat maps: what composing kills, and what a carrier cancels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.tensor import FunctionTensor
from algebra.numbers.scalar import Scalar
from algebra.numbers.to_float import to_complex
from numeric.pictures.figure import generic_angles, new_figure

#: Above this order the cells of a heat map are too small to be told apart.
MAX_ORDER = 16
MAX_SLICES = 4


def slice_of(
    T: FunctionTensor, k: int, values: Mapping[str, complex] | None = None
) -> NDArray[np.float64]:
    """Return ``|T[k1,k2,k]|`` for all ``k1`` (rows) and ``k2`` (columns).

    ``values`` of the free parameters are generic angles where they are not given.

    >>> from algebra import AbelianGroup, optimizers
    >>> from algebra.criterion.tensor import function_tensor
    >>> slice_of(function_tensor(optimizers.six_per_frequency(AbelianGroup("Z3"))), 1).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    d = T.group.order
    low = min(k, T.group.negate(k))
    found = np.zeros((d, d))
    for (k1, k2, at), value in T:
        if at == low:
            if low != k:
                k1, k2 = (T.group.negate(x) for x in (k1, k2))
            found[k1, k2] = abs(to_complex(value, values or generic_angles(value.parameters)))
    return found


def tensors_figure(tensors: Mapping[str, tuple[FunctionTensor, Scalar]]) -> Any:
    """Return a figure with a row of heat maps for each function tensor, a column for each ``k``.

    The one cell of each map that must be 1 is framed; every other cell must be 0.

    >>> from algebra import AbelianGroup, optimizers
    >>> from algebra.criterion.tensor import function_tensor, loss
    >>> z = optimizers.six_per_frequency(AbelianGroup("Z5"))
    >>> len(tensors_figure({"order 6": (function_tensor(z), loss(z))}).axes)
    3
    """
    group = next(iter(tensors.values()))[0].group
    d = group.order
    if d > MAX_ORDER:
        raise ValueError(f"group={group} has {d} elements; pass one of at most {MAX_ORDER}")
    shown = [int(k) for k in group.representatives if k][:MAX_SLICES]
    maps = {title: [slice_of(T, k) for k in shown] for title, (T, _) in tensors.items()}
    top = max((m.max() for row in maps.values() for m in row), default=1.0) or 1.0
    figure = new_figure(2.1 * len(shown) + 1.2, 2.55 * len(maps) + 0.3)
    parts = figure.subfigures(len(maps), 1, squeeze=False)[:, 0]
    for part, (title, row) in zip(parts, maps.items(), strict=True):
        part.patch.set_alpha(0)
        value = repr(tensors[title][1])
        loss = f"loss = {value}" if len(value) < 30 else "loss depends on parameters"
        part.suptitle(f"{title}: {loss}", fontsize=9.5, parse_math=False)
        for place, (k, cells) in enumerate(zip(shown, row, strict=True)):
            axes = part.add_subplot(1, len(shown), place + 1)
            image = axes.pcolormesh(
                cells, cmap="Blues", vmin=0, vmax=top, edgecolors="#cccccc", linewidth=0.3
            )
            axes.set_aspect("equal")
            axes.invert_yaxis()
            _frame(axes, k)
            labels = [group.label(i) for i in range(d)]
            size = 6 if d <= 9 and len(group.moduli) == 1 else 4
            axes.set_xticks(np.arange(d) + 0.5, labels, fontsize=size)
            axes.set_yticks(np.arange(d) + 0.5, labels if place == 0 else [""] * d, fontsize=size)
            axes.tick_params(length=0)
            axes.set_title(f"k = {group.label(k)}", fontsize=8)
            axes.set_xlabel("k2", fontsize=7)
            if place == 0:
                axes.set_ylabel("k1", fontsize=7)
        bar = part.colorbar(image, ax=part.axes)
        bar.set_label("modulus of T", fontsize=7)
        bar.ax.tick_params(labelsize=6)
    return figure


def _frame(axes: Any, k: int) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((k, k), 1, 1, fill=False, edgecolor="#D55E00", linewidth=1.4, zorder=3)
    )
