"""Figures: their size and colours, the mathematics of their labels, and how they are written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from algebra.machine.write_file import write_bytes
from algebra.numbers.text import parameter_latex

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches: a column of a paper, which a picture is wide by default, and both columns.
COLUMN, PAGE = 3.4, 7.0
#: Points: a title, a label, a small label.
TITLE, LABEL, SMALL = 8.0, 7.0, 6.0
#: Colour-blind safe (Okabe and Ito), by node.
NODES = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#8C510A",
    "#F0E442",
    "#332288",
    "#999999",
)
SUFFIXES = (".png", ".pdf", ".svg")


def new_figure(width: float, height: float, *, dpi: float = 250) -> Figure:
    """Return an empty matplotlib figure of that many inches, drawn without a display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = _figure_type()(figsize=(width, height), dpi=dpi, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


@cache
def _figure_type() -> type[Figure]:
    """Return a figure that a notebook shows without being told to by pyplot."""
    from matplotlib import figure

    class Figure(figure.Figure):
        def _repr_png_(self) -> bytes:
            buffer = io.BytesIO()
            self.savefig(buffer, format="png")
            return buffer.getvalue()

    return Figure


def axes_for(ax: Axes | None, *, width: float = COLUMN, height: float) -> Axes:
    """Return the axes to draw on: those given, or those of a new figure."""
    return new_figure(width, height).add_subplot() if ax is None else ax


def canvas(
    ax: Axes | None, *, wide: float, high: float, width: float = COLUMN, title: str = ""
) -> Axes:
    """Return axes without a frame whose x goes from 0 to ``wide`` and whose y down to ``-high``."""
    axes = axes_for(ax, width=width, height=width * high / wide + 0.25 * bool(title))
    axes.set_title(title, fontsize=TITLE)
    axes.set(xlim=(0, wide), ylim=(-high, 0), aspect="equal")
    axes.set_axis_off()
    return axes


def labelled(axes: Axes, *, x: str = "", y: str = "", title: str = "") -> None:
    """Label axes, in the sizes of a column, and leave out what frames nothing."""
    axes.set_xlabel(x, fontsize=LABEL)
    axes.set_ylabel(y, fontsize=LABEL)
    axes.set_title(title, fontsize=TITLE)
    axes.tick_params(labelsize=SMALL)
    axes.spines[["top", "right"]].set_visible(False)


def save_figure(figure: Figure, path: str | Path, *, force: bool = False) -> None:
    """Write a figure whole or not at all, in the format of its suffix.

    Raises:
        ValueError: for a suffix other than ``.png``, ``.pdf`` and ``.svg``.
        WriteError: if the file exists (and not ``force``), or cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_figure(new_figure(1, 1), f"{folder}/one.pdf")
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise ValueError(f"{path}: pictures are written as {', '.join(SUFFIXES)}; use that suffix")
    buffer = io.BytesIO()
    figure.savefig(buffer, format=suffix[1:])
    write_bytes(path, buffer.getvalue(), force=force)


def as_svg(figure: Figure) -> str:
    """Return a figure as an SVG element, the same for the same figure: no background, no date,
    texts as paths, so that no font is needed.
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
    """Return a number of modulus one for each free parameter, no two at a special angle."""
    return {name: complex(np.exp(2j * np.pi * 0.381966 * (i + 1))) for i, name in enumerate(names)}


_SYMBOL = re.compile(
    r"zeta\((?P<n>\d+)\)(\*\*(?P<e>-?\d+))?"
    r"|(?<![A-Za-z])(?P<name>al|be|[a-z]+)(?P<tail>(_\w+)?)(?![A-Za-z])|(?P<times>\s*\*\s*)"
)


def mathematics(name: str) -> str:
    r"""Return a name of a block or a part with its letters as the pages write them."""
    if set(name) & set("$\\{}^"):  # a name of somebody's own
        return name.replace("$", r"\$")

    def put(found: re.Match[str]) -> str:
        if found["times"]:
            return r"$\ast$"
        if found["n"]:
            power = f"^{{{found['e']}}}" if found["e"] else ""
            return "i" if found["n"] == "4" and not power else rf"$\zeta_{{{found['n']}}}{power}$"
        word = {"al": "alpha", "be": "beta"}.get(found["name"], found["name"]) + found["tail"]
        latex = parameter_latex(word)
        return f"${latex}$" if latex.startswith("\\") and "mathrm" not in latex else found[0]

    return _SYMBOL.sub(put, name).replace("three_c", r"$3_c$")


def legend(axes: Any, **options: Any) -> None:
    """Write a legend without a frame, in the size of a column's labels."""
    axes.legend(**{"fontsize": SMALL, "frameon": False, **options})
