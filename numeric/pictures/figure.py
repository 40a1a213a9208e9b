"""Figures: their size and colours, the mathematics of their labels, and how they are written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

from algebra.machine.write_file import write_bytes
from algebra.numbers.arrays import Complexes
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
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8C510A", "#F0E442",
    "#332288", "#999999",
)  # fmt: skip
SUFFIXES = (".png", ".pdf", ".svg")


def new_figure(width: float, height: float) -> Figure:
    """Return an empty matplotlib figure of that many inches, drawn without a display."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = _figure_type()(figsize=(width, height), dpi=250, layout="constrained")
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
    """Write a legend of what has a label, without a frame, in the size of a column's labels."""
    if any(axes.get_legend_handles_labels()):
        axes.legend(**{"fontsize": SMALL, "frameon": False, **options})


#: Rings of so many frequencies are drawn; from more than `TALL` on, two frequencies side by side.
MAX_PANELS, TALL = 16, 5
#: In radii of a ring: from one ring to the next, the height of a frequency, of a mark.
STEP, HEIGHT, MARK = 2.75, 3.55, 0.1
#: More moduli than these are not drawn as circles, longer lists of nodes not written.
MAX_CIRCLES, MAX_LABEL = 4, 9


@final
@dataclass(frozen=True, slots=True)
class Panel:
    """Three rings of some nodes: ``entries`` has rows a, b, c and a column a node, NaN where there
    is none; ``fitted``, of the same shape, is drawn as open circles.
    """

    title: str
    nodes: Sequence[int]
    entries: Complexes
    fitted: Complexes | None = None


def draw_rings(panels: Sequence[Panel], *, title: str, note: str, ax: Axes | None = None) -> Figure:
    """Draw panels below each other; of nodes that are close each has a sector of its mark."""
    shown = panels[:MAX_PANELS]
    columns = 2 if len(shown) > TALL else 1
    down = -(-len(shown) // columns)
    wide = 3 * STEP * columns
    width = COLUMN if columns == 1 else PAGE
    axes = canvas(ax, wide=wide, high=HEIGHT * down + 0.5, width=width, title=title)
    for i, panel in enumerate(shown):
        x, y = 3 * STEP * (i % columns), -HEIGHT * (i // columns)
        centre = x + 1.5 * STEP
        axes.text(centre, y - 0.3, panel.title, fontsize=LABEL, ha="center", va="center")
        for r, row in enumerate("abc"):
            _ring(axes, panel, r, (x + (r + 0.5) * STEP, y - 1.95), row)
    if len(panels) > len(shown):
        note = f"{len(shown)} of {len(panels)} patterns; {note}"
    style: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": SMALL, "color": "#555555"}
    axes.text(wide / 2, -HEIGHT * down - 0.45, note, **style)
    return axes.figure  # type: ignore[return-value]


def _ring(axes: Axes, panel: Panel, r: int, at: tuple[float, float], row: str) -> None:
    from matplotlib.patches import Circle, Wedge

    every = [panel.entries[r]] if panel.fitted is None else [panel.entries[r], panel.fitted[r]]
    sizes = np.abs(np.concatenate(every))
    sizes = sizes[np.isfinite(sizes)]
    largest = float(sizes.max(initial=0)) or 1.0
    x0, y0 = at

    def circle(x: float, y: float, radius: float, **style: Any) -> None:
        axes.add_patch(Circle((x, y), radius, fill=False, **style))

    moduli = {float(f"{x / largest:.3g}") for x in sizes if x > 0}
    for radius in moduli if len(moduli) <= MAX_CIRCLES else [1.0]:
        circle(x0, y0, radius, edgecolor="#bbbbbb", linewidth=0.6)
    relation = "=" if len(moduli) == 1 else r"\leq"
    name = rf"${row}$, $|{row}| {relation} {largest:.3g}$" if len(sizes) else f"${row}$: none"
    axes.text(x0, y0 - 1.5, name, fontsize=SMALL, ha="center", va="center")
    axes.plot([x0], [y0], ".", markersize=1.5, color="#999999")
    size = 1.7 * MARK if panel.fitted is not None else MARK
    colours = [NODES[j % len(NODES)] for j in range(len(panel.nodes))]
    for mine in _near([complex(z) for z in panel.entries[r] / largest]):
        for n, (j, z) in enumerate(mine):
            turn = 360 / len(mine)
            wedge = Wedge((x0 + z.real, y0 + z.imag), MARK, 90 + n * turn, 90 + (n + 1) * turn)
            wedge.set(facecolor=colours[j], linewidth=0, zorder=3)
            axes.add_patch(wedge)
        z = sum(z for _, z in mine) / len(mine)
        out = z / abs(z) if abs(z) > MARK / 9 else 1j
        text: dict[str, Any] = {"va": "center", "ha": "center", "fontsize": SMALL - 1, "zorder": 4}
        away = size + 0.16
        if abs(out.real) > 0.4:
            text["ha"], away = "left" if out.real > 0 else "right", size + 0.05
        label = runs([panel.nodes[j] for j, _ in mine])
        label = label if len(label) <= MAX_LABEL else f"{len(mine)} nodes"
        axes.text(x0 + z.real + away * out.real, y0 + z.imag + away * out.imag, label, **text)
    if panel.fitted is not None:
        for colour, z in zip(colours, panel.fitted[r] / largest, strict=True):
            circle(x0 + z.real, y0 + z.imag, size, linewidth=0.8, zorder=2, edgecolor=colour)


def _near(points: Sequence[complex]) -> list[list[tuple[int, complex]]]:
    """Return points with their numbers, those whose marks would hide each other together."""
    found: list[list[tuple[int, complex]]] = []
    for j, z in enumerate(points):
        if np.isfinite(z):
            near = (x for x in found if any(abs(z - y) < 1.4 * MARK for _, y in x))
            home = next(near, None)
            if home is None:
                found.append(home := [])
            home.append((j, z))
    return found


def runs(numbers: Sequence[int]) -> str:
    """Return numbers, consecutive ones as a range."""
    found: list[list[int]] = []
    for n in sorted(numbers):
        if found and n == found[-1][-1] + 1:
            found[-1].append(n)
        else:
            found.append([n])
    return ",".join(f"{x[0]}-{x[-1]}" if len(x) > 2 else ",".join(map(str, x)) for x in found)
