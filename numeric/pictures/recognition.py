"""Pictures of what was recognised: orders, phases, fitted against trained weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from numeric.pictures.figure import (
    COLOURS,
    MARKERS,
    circles,
    legend_below,
    new_figure,
    save_figure,
)
from numeric.recognition.frequency_report import FrequencyReport
from numeric.recognition.report import Recognition

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
MAX_CIRCLES = 12
MAX_TICKS = 14


def shade(composition: str) -> str:
    """Return the colour of a composition; products of many factors share one."""
    return SHADES.get(composition, SHADES["product"])


def orders(found: Recognition, path: str | Path, *, force: bool = False) -> None:
    """Draw how many frequencies have each order, stacked by composition.

    Raises:
        WriteError: if the file exists (and not ``force``), or cannot be written.
    """
    figure = new_figure(7.0, 3.8)
    axes = figure.add_subplot()
    every = sorted({x.order for x in found.frequencies})
    height = np.zeros(len(every))
    for name in found.compositions:
        counts = np.array(
            [sum(x.order == n and x.composition == name for x in found.frequencies) for n in every]
        )
        axes.bar([str(n) for n in every], counts, 0.6, bottom=height, label=name, color=shade(name))
        for i, n in enumerate(counts):
            if n:
                middle: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9}
                axes.text(i, height[i] + n / 2, str(n), color=_ink(shade(name)), **middle)
        height += counts
    axes.set_xlabel("order (nodes at a frequency)")
    axes.set_ylabel("frequencies")
    axes.set_title(f"{found.group}: {len(found.frequencies)} frequencies", fontsize=11)
    axes.margins(y=0.08)
    axes.spines[["top", "right"]].set_visible(False)
    if found.compositions:
        axes.legend(fontsize=9, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    axes.yaxis.get_major_locator().set_params(integer=True)
    save_figure(figure, path, force=force)


def phases(found: Recognition, path: str | Path, *, force: bool = False) -> None:
    """Draw the phases of the nodes of some frequencies, and of the fitted compositions as rings.

    The distance from the centre is the modulus in the balanced gauge relative to the largest;
    the three rows are drawn slightly apart. One frequency of every composition comes first.
    """
    shown = a_few(found)
    columns = min(4, max(2, len(shown)))  # two, so that the title has room
    rows = -(-len(shown) // columns) or 1
    figure = new_figure(3.0 * columns, 3.3 * rows + 0.9)
    for i, x in enumerate(shown):
        axes = figure.add_subplot(rows, columns, i + 1)
        largest = max(float(np.abs(x.entries).max()), 1e-300)
        for number, row in enumerate("abc"):
            offset = (1 + 0.11 * (number - 1)) / largest
            z = x.entries[number] * offset
            style: dict[str, Any] = {"marker": MARKERS[row], "zorder": 3, "label": row}
            axes.scatter(z.real, z.imag, s=30, c=COLOURS[row], **style)
            if x.match.model.size:
                m = x.match.model[number] * offset
                axes.scatter(
                    m.real, m.imag, s=95, facecolors="none", edgecolors="black", linewidths=0.8
                )
        far = (
            f"residual {x.match.residual:.2%}"
            if np.isfinite(x.match.residual)
            else "nothing was fitted"
        )
        circles(axes, f"k = {x.label}: {x.composition}\n{far}", reach=1.35)
    if shown:
        legend_below(figure)
    else:
        nothing = f"no frequency has 1 to {MAX_CIRCLES} nodes of its own"
        figure.text(0.5, 0.5, nothing, ha="center", fontsize=10)
    hidden = len([x for x in found.frequencies if x.order]) - len(shown)
    more = f", {len(shown)} of {hidden + len(shown)} frequencies" if hidden else ""
    figure.suptitle(f"{found.group}{more}:\nnodes, and fitted compositions as rings", fontsize=11)
    save_figure(figure, path, force=force)


def _ink(shade: str) -> str:
    """Return a colour that is legible on a shade."""
    red, green, blue = (int(shade[i : i + 2], 16) for i in (1, 3, 5))
    return "white" if 0.3 * red + 0.6 * green + 0.1 * blue < 120 else "black"


def a_few(found: Recognition) -> list[FrequencyReport]:
    """Return up to twelve frequencies, every composition among them."""
    live = [x for x in found.frequencies if x.entries.size and x.order <= MAX_CIRCLES]
    first = {x.composition: x for x in reversed(live)}
    chosen = list(first.values())[:MAX_CIRCLES]
    chosen += [x for x in live if x not in chosen][: MAX_CIRCLES - len(chosen)]
    return sorted(chosen, key=lambda x: x.frequency)


def fitted(found: Recognition, path: str | Path, *, force: bool = False) -> None:
    """Draw fitted against trained entries, real and imaginary parts, and residuals by frequency."""
    figure = new_figure(10.0, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
    fits = [x for x in found.frequencies if x.match.model.size]
    for number, row in enumerate("abc"):
        z = [y for x in fits for y in x.entries[number]]
        m = [y for x in fits for y in x.match.model[number]]
        trained = np.concatenate([np.real(z), np.imag(z)])
        exact = np.concatenate([np.real(m), np.imag(m)])
        left.scatter(trained, exact, s=9, c=COLOURS[row], marker=MARKERS[row], label=row, alpha=0.6)
    if fits:
        edge = left.get_xlim()
        left.plot(edge, edge, color="#999999", linewidth=0.8, zorder=0)
    else:
        left.text(0, 0, "no composition was fitted", ha="center", fontsize=10)
    left.set_xlabel("trained entry (balanced gauge)")
    left.set_ylabel("fitted entry")
    left.set_aspect("equal", adjustable="datalim")
    left.legend(fontsize=9, frameon=False)
    for name in dict.fromkeys(x.composition for x in found.frequencies):
        mine = [
            x for x in found.frequencies if x.composition == name and np.isfinite(x.match.residual)
        ]
        right.scatter(
            [x.frequency for x in mine],
            [100 * x.match.residual for x in mine],
            s=22,
            c=shade(name),
            label=name,
        )
    right.set_xlabel("frequency")
    right.set_ylabel("residual, percent of the norm")
    right.set_ylim(bottom=0)
    if found.frequencies:
        right.legend(fontsize=9, frameon=False)
    _named_ticks(right, found)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"{found.group}: fitted against trained", fontsize=11)
    save_figure(figure, path, force=force)


def _named_ticks(axes: Any, found: Recognition) -> None:
    """Put the names of some frequencies under an axis, all if they are few."""
    step = -(-len(found.frequencies) // MAX_TICKS) or 1
    ticks = found.frequencies[::step]
    labels = [x.label for x in ticks]
    turn = {"rotation": 60, "ha": "right"} if max(map(len, labels), default=0) > 4 else {}
    axes.set_xticks([x.frequency for x in ticks], labels, **turn)
