"""Figures: their colours, their sizes, and how they are written."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from algebra.machine.write_file import write_bytes

#: Colour-blind safe (Okabe and Ito).
COLOURS = {"a": "#0072B2", "b": "#E69F00", "c": "#009E73"}
MARKERS = {"a": "o", "b": "s", "c": "^"}
SUFFIXES = (".png", ".pdf", ".svg")


def new_figure(width: float, height: float) -> Any:
    """Return an empty matplotlib figure of that many inches, drawn without a display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Any, path: str | Path, *, force: bool) -> None:
    """Write a figure whole or not at all, in the format of its suffix."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{path}: pictures are written as {', '.join(SUFFIXES)}; use that suffix")
    buffer = io.BytesIO()
    figure.savefig(buffer, format=suffix[1:])
    write_bytes(path, buffer.getvalue(), force=force)


def as_svg(figure: Any) -> str:
    """Return a figure as an SVG element: no background, no date, the same for the same figure.

    Texts are drawn as paths, so that no font is needed to show it.

    >>> as_svg(new_figure(1, 1)).startswith("<svg")
    True
    """
    from matplotlib import rc_context

    buffer = io.StringIO()
    figure.patch.set_alpha(0)
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with rc_context({"svg.hashsalt": "cogo", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata=metadata)
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def generic_angles(names: Iterable[str]) -> dict[str, complex]:
    """Return a number of modulus one for each free parameter, no two at a special angle.

    >>> round(abs(generic_angles(["nu"])["nu"]), 12)
    1.0
    """
    return {name: complex(np.exp(2j * np.pi * 0.381966 * (i + 1))) for i, name in enumerate(names)}


def circles(axes: Any, title: str, *, reach: float, radii: Iterable[float] = (1.0,)) -> None:
    """Draw thin circles about 0, out to ``reach``, without axes."""
    from matplotlib.patches import Circle

    for radius in radii:
        axes.add_patch(Circle((0, 0), radius, fill=False, edgecolor="#999999", linewidth=0.8))
    axes.set_title(title, fontsize=9, parse_math=False)
    axes.set(aspect="equal", xlim=(-reach, reach), ylim=(-reach, reach))
    axes.set_axis_off()


def legend_below(figure: Any) -> None:
    """Write a legend of all that is labelled under a figure, each label once."""
    handles = {
        label: handle
        for axes in figure.axes
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    if handles:
        figure.legend(
            handles.values(), handles.keys(), loc="outside lower center",
            ncols=min(3, len(handles)), fontsize=9, frameon=False,
        )  # fmt: skip
