"""Pictures of what was recognised: orders; nodes, and what was fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numeric.pictures.figure import (
    LABEL,
    Panel,
    axes_for,
    draw_rings,
    labelled,
    legend,
    mathematics,
)
from numeric.recognition.report import FrequencyReport, Recognition

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Colour-blind safe (Okabe and Ito), by composition; a family's member with a name is the darker.
SHADES = {
    "nu(i)*xi": "#0072B2",
    "order 4": "#56B4E9",
    "order42": "#CC79A7",
    "order 4 + constants": "#E3B9D0",
    "nu*syn": "#E69F00",
    "nu(i)*syn(al,be)": "#009E73",
    "three_c*syn": "#D55E00",
    "syn": "#F0E442",
    "short 2": "#000000",
    "real": "#444444",
    "real, general": "#777777",
    "short 3": "#8C510A",
    "short 3, general": "#BF812D",
    "short 4": "#35978F",
    "short 4, general": "#80CDC1",
    "corners": "#01665E",
    "short 5": "#762A83",
    "general": "#A6A6D9",
    "random phases": "#AA4499",
    "product": "#332288",
    "unknown": "#999999",
    "none": "#DDDDDD",
}
#: Nodes of a frequency that is drawn, frequencies that are named.
MAX_NODES, NAMED = 12, 6


def shade(composition: str) -> str:
    """Return the colour of a composition; products of many factors share one."""
    return SHADES.get(composition, SHADES["product"])


def orders(found: Recognition, *, ax: Axes | None = None) -> Figure:
    """Draw how many frequencies have each order, stacked by composition.

    >>> import cogo
    >>> found = cogo.recognise(cogo.embed(cogo.build("Z7", "six-per-frequency", nu=1)))
    >>> figure = cogo.pictures.orders(found)
    """
    axes = axes_for(ax, height=2.3)
    every = sorted({x.order for x in found.frequencies})
    height = np.zeros(len(every))
    for name in found.compositions:
        mine = [x.order for x in found.frequencies if x.composition == name]
        counts = np.array([mine.count(n) for n in every])
        style: dict[str, Any] = {"bottom": height, "color": shade(name), "label": mathematics(name)}
        bars = axes.bar([str(n) for n in every], counts, 0.6, **style)
        numbers = [str(n) if n else "" for n in counts]
        ink: dict[str, Any] = {"fontsize": LABEL, "color": _ink(shade(name))}
        axes.bar_label(bars, numbers, label_type="center", **ink)
        height += counts
    labelled(
        axes,
        x="order: nodes at a frequency",
        y="frequencies",
        title=f"{found.group}: {len(found.frequencies)} frequencies, by composition",
    )
    axes.margins(y=0.08)
    if found.compositions:
        legend(axes, loc="upper left", bbox_to_anchor=(1, 1))
    axes.yaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
    return axes.figure  # type: ignore[return-value]


def phases(found: Recognition, *, ax: Axes | None = None) -> Figure:
    """Draw the nodes of one frequency of each composition, and what was fitted as open circles.

    Entries are in the balanced gauge.

    >>> import cogo
    >>> found = cogo.recognise(cogo.embed(cogo.build("Z7", "six-per-frequency", nu=1)))
    >>> figure = cogo.pictures.recognised(found)
    """
    live = [x for x in found.frequencies if x.entries.size and x.order <= MAX_NODES]
    alike: dict[str, list[FrequencyReport]] = {}
    for x in live:
        alike.setdefault(x.composition, []).append(x)
    panels = []
    for name, (x, *others) in alike.items():
        title = f"$k$ = {x.label}: {mathematics(name)}"
        if np.isfinite(x.match.residual):
            title += f", {x.match.residual:.2%} away"
        if others:
            more = ", ".join(y.label for y in others[:NAMED]) + ", ..." * (len(others) > NAMED)
            title += f"; so is $k$ = {more}"
        fitted = x.match.model if x.match.model.size else None
        panels.append(Panel(title, list(x.place.nodes), x.entries, fitted))
    note = f"no frequency has 1 to {MAX_NODES} nodes of its own"
    if panels:
        note = "dots: trained nodes; open circles: the fitted composition"
    return draw_rings(panels, title=f"{found.group}, trained and fitted", note=note, ax=ax)


def _ink(shade: str) -> str:
    """Return a colour that is legible on a shade."""
    red, green, blue = (int(shade[i : i + 2], 16) for i in (1, 3, 5))
    return "white" if 0.3 * red + 0.6 * green + 0.1 * blue < 120 else "black"
