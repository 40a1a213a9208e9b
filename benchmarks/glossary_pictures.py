"""Draw docs/pictures/glossary/: one small picture for each term of docs/glossary.md.

python benchmarks/glossary_pictures.py [--docs docs]
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from algebra import blocks
from algebra.blocks.paper import normalised
from algebra.criterion.tensor import function_tensor
from algebra.groups.group import AbelianGroup
from algebra.numbers.units import I, zeta
from algebra.semiring.element import Element

A, B, C, GREY, WRONG = "#0072B2", "#E69F00", "#009E73", "#888888", "#D55E00"
ROWS = {"a": (A, "o"), "b": (B, "s"), "c": (C, "^")}
Z7 = AbelianGroup("Z7")
Draw = Callable[[Any], None]
PICTURES: dict[str, Draw] = {}


def picture(draw: Draw) -> Draw:
    """Draw this function's term, which is its name."""
    PICTURES[draw.__name__.replace("_", "-")] = draw
    return draw


def plain(axes: Any, x: tuple[float, float] = (0, 1), y: tuple[float, float] = (0, 1)) -> Any:
    axes.set_axis_off()
    axes.set(xlim=x, ylim=y)
    return axes


def ring(axes: Any, at: tuple[float, float] = (0, 0), radius: float = 1) -> None:
    t = np.linspace(0, 2 * np.pi, 100)
    axes.plot(at[0] + radius * np.cos(t), at[1] + radius * np.sin(t), color="#cccccc", lw=0.8)


def circle(axes: Any, at: tuple[float, float] = (0, 0), radius: float = 1) -> None:
    plain(axes, (-1.6, 1.6), (-1.3, 1.3)).set_aspect("equal")
    ring(axes, at, radius)


def arrow(axes: Any, tail: tuple[float, float], tip: tuple[float, float], color: str) -> None:
    style = {"arrowstyle": "->", "color": color, "lw": 1.4, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=tip, xytext=tail, arrowprops=style)


def box(axes: Any, x: float, y: float, text: str, color: str = "#eeeeee", size: float = 9) -> None:
    style = {"boxstyle": "round,pad=0.35", "facecolor": color, "edgecolor": GREY, "lw": 0.7}
    axes.text(x, y, text, ha="center", va="center", fontsize=size, bbox=style)


def rings(axes: Any, z: Element, names: tuple[str, ...] = ("a", "b", "c")) -> None:
    """The entries of a block, a ring for each row."""
    plain(axes, (-1.4, 2.7 * len(names) - 1.3), (-1.5, 1.5)).set_aspect("equal")
    for i, row in enumerate(names):
        ring(axes, (2.7 * i, 0))
        color, marker = ROWS[row]
        for node in z.node_list():
            x = complex(node[row, 0])
            x /= abs(x)
            axes.plot(2.7 * i + x.real, x.imag, marker, color=color, ms=5)
        axes.text(2.7 * i, 0, row, ha="center", va="center", color=color)


def chain(axes: Any, numbers: list[complex], color: str, left: float = 0) -> None:
    """Complex numbers added tip to tail."""
    at = complex(left)
    for x in numbers:
        arrow(axes, (at.real, at.imag), ((at + x).real, (at + x).imag), color)
        at += x


def heat(axes: Any, z: Element, k: int) -> None:
    """The row ``T[., ., k]`` of the function tensor, the place of the target framed."""
    T, d = function_tensor(z), Z7.order
    cells = [[abs(complex(T[k1, k2, k])) for k1 in range(d)] for k2 in range(d)]
    axes.pcolormesh(cells, cmap="Blues", vmin=0, vmax=1.2, edgecolors="#dddddd", lw=0.3)
    axes.add_patch(mpl.patches.Rectangle((k, k), 1, 1, fill=False, edgecolor=WRONG, lw=1.6))
    axes.set(xticks=[], yticks=[], aspect="equal", xlabel="$k_1$", ylabel="$k_2$")


@picture
def group(axes: Any) -> None:
    circle(axes)
    for g in range(7):
        x = np.exp(2j * np.pi * (0.25 - g / 7))
        axes.text(1.0 * x.real, 1.0 * x.imag, str(g), ha="center", va="center", fontsize=9)
    axes.text(0, 0, "3 + 5 = 1", ha="center", va="center", color=A)


@picture
def network(axes: Any) -> None:
    plain(axes)
    for y, name, color in ((0.75, "$x$", A), (0.25, "$y$", B)):
        axes.text(0.05, y, name, ha="center", va="center", color=color)
    for i in range(4):
        h = 0.14 + 0.24 * i
        arrow(axes, (0.1, 0.75), (0.38, h), A)
        arrow(axes, (0.1, 0.25), (0.38, h), B)
        arrow(axes, (0.53, h), (0.85, 0.5), C)
        box(axes, 0.455, h, "$( )^2$", size=7)
    axes.text(0.93, 0.5, "$f$", ha="center", va="center", color=C)


@picture
def hidden_node(axes: Any) -> None:
    plain(axes)
    arrow(axes, (0.1, 0.8), (0.38, 0.56), A)
    arrow(axes, (0.1, 0.2), (0.38, 0.44), B)
    box(axes, 0.5, 0.5, "$(a + b)^2$")
    for y in (0.15, 0.38, 0.62, 0.85):
        arrow(axes, (0.64, 0.5), (0.88, y), C)
    for x, y, text, color in ((0.05, 0.8, "$a(x)$", A), (0.05, 0.2, "$b(y)$", B)):
        axes.text(x, y, text, ha="center", va="center", color=color)
    axes.text(0.96, 0.5, "$c(g)$", ha="center", va="center", color=C)


@picture
def character(axes: Any) -> None:
    g, t = np.arange(8), np.linspace(0, 7, 200)
    for k, color in ((1, A), (2, B)):
        axes.plot(t, np.cos(2 * np.pi * k * t / 7), color=color, lw=0.8, alpha=0.5)
        axes.plot(g, np.cos(2 * np.pi * k * g / 7), "o", color=color, ms=4, label=f"$k = {k}$")
    axes.set(xticks=g, yticks=[], xlabel="$g$")
    axes.legend(fontsize=7, loc="lower right")


@picture
def frequency(axes: Any) -> None:
    axes.bar(range(7), [0, 0, 1, 0, 0, 1, 0], color=A, width=0.6)
    axes.set(xticks=range(7), yticks=[], xlabel="$k$", ylabel="$|a_k|$")


@picture
def conjugate_pair(axes: Any) -> None:
    circle(axes)
    places = {k: np.exp(2j * np.pi * k / 8) for k in range(8)}
    for k in (1, 2, 3):
        ends = np.array([places[k], places[8 - k]])
        axes.plot(ends.real, ends.imag, color=A)
    for k, x in places.items():
        color = GREY if k == 0 else WRONG if k == 4 else A
        axes.plot(x.real, x.imag, "o", color=color, ms=5)
        axes.text(1.25 * x.real, 1.22 * x.imag, str(k), ha="center", va="center", fontsize=8)


@picture
def exact_number(axes: Any) -> None:
    circle(axes)
    for e in range(12):
        x = np.exp(2j * np.pi * e / 12)
        axes.plot(x.real, x.imag, "o", color=GREY, ms=3)
    x = np.exp(2j * np.pi / 12)
    arrow(axes, (0, 0), (x.real, x.imag), A)
    axes.text(1.2, 0.55, r"$\zeta_{12}$", color=A, ha="center", va="center")


@picture
def parameter(axes: Any) -> None:
    circle(axes)
    t = np.linspace(0.4, 1.9, 30)
    axes.plot(1.15 * np.cos(t), 1.15 * np.sin(t), color=B, lw=1)
    arrow(axes, (0, 0), (np.cos(0.4), np.sin(0.4)), B)
    axes.text(1.25, 0.5, r"$\xi$", color=B, ha="center", va="center")


@picture
def element(axes: Any) -> None:
    plain(axes, (-0.6, 3), (0, 3))
    for i, (row, (color, _)) in enumerate(ROWS.items()):
        axes.text(-0.3, 2.5 - i, row, ha="center", va="center", color=color)
        for j in range(3):
            style = {"facecolor": color, "alpha": 0.25 + 0.25 * j, "edgecolor": "white"}
            axes.add_patch(mpl.patches.Rectangle((j + 0.03, 2.03 - i), 0.94, 0.94, **style))
    axes.text(1.5, -0.25, "three nodes", ha="center", fontsize=8)


@picture
def sum_and_product(axes: Any) -> None:
    plain(axes, (-0.3, 10.5), (-0.7, 3.4))
    for i, n in enumerate((2, 3)):
        axes.plot(np.arange(n) + 2.6 * i, [1.5] * n, "o", color=(A, B)[i], ms=8)
    axes.text(1.8, 1.5, "+", ha="center", va="center")
    axes.text(2.3, -0.5, "2 + 3 nodes", ha="center", fontsize=8)
    for i in range(2):
        for j in range(3):
            axes.plot(7.6 + j, 1 + i, "o", color=(A, "#56B4E9")[i], ms=8, mec=B, mew=1 + j)
    axes.text(8.6, -0.5, "2 times 3 nodes", ha="center", fontsize=8)


@picture
def potential(axes: Any) -> None:
    plain(axes, (-0.3, 5.6), (-0.6, 1.6)).set_aspect("equal")
    w = np.exp(2j * np.pi / 3)
    chain(axes, [1, 1, 1], C)
    axes.text(1.5, -0.4, "$abc$ = 3", ha="center", fontsize=9)
    chain(axes, [1, w, w * w], WRONG, left=4)
    axes.text(4.5, -0.4, r"$ab\bar{c}$ = 0", ha="center", fontsize=9)


@picture
def four_sets(axes: Any) -> None:
    names = {
        (2, 2): ("R_g", C),
        (5, 2): ("R_c", WRONG),
        (2, 5): ("R_c", WRONG),
        (5, 5): ("R_c", WRONG),
    }
    names |= {(0, 0): ("R_n", B)}
    names |= dict.fromkeys(((4, 0), (3, 0), (0, 4), (0, 3)), ("R_*", A))
    axes.pcolormesh(np.zeros((7, 7)), cmap="Blues", vmin=0, vmax=1, edgecolors="#dddddd", lw=0.3)
    for (k1, k2), (name, color) in names.items():
        axes.add_patch(mpl.patches.Rectangle((k1, k2), 1, 1, facecolor=color, alpha=0.35))
        axes.text(k1 + 0.5, k2 + 0.5, name, ha="center", va="center", fontsize=5)
    axes.set(xticks=[], yticks=[], aspect="equal", xlabel="$k_1$", ylabel="$k_2$", title="$k = 2$")


@picture
def block(axes: Any) -> None:
    rings(axes, blocks.syn())


@picture
def composition(axes: Any) -> None:
    plain(axes)
    arrow(axes, (0.5, 0.68), (0.27, 0.4), GREY)
    arrow(axes, (0.5, 0.68), (0.73, 0.4), GREY)
    box(axes, 0.5, 0.78, "*  6 nodes", "#fbe3b5")
    box(axes, 0.25, 0.28, "syn\n3 nodes", "#d5ede4")
    box(axes, 0.75, 0.28, "nu\n2 nodes", "#d5ede4")


@picture
def carrier(axes: Any) -> None:
    plain(axes, (-0.4, 3.4), (-0.5, 1.5)).set_aspect("equal")
    arrow(axes, (0, 0), (1, 1), WRONG)
    axes.text(0.1, 0.8, "$1 + i$", color=WRONG, fontsize=9)
    arrow(axes, (2.6, 1), (1.6, 0), C)
    axes.text(2.2, 0.2, "$-(1 + i)$", color=C, fontsize=9)
    axes.text(0.5, -0.4, "blocks leave", ha="center", fontsize=8)
    axes.text(2.3, -0.4, "a carrier adds", ha="center", fontsize=8)


@picture
def function_tensor_(axes: Any) -> None:
    heat(axes, normalised(blocks.syn()).at(Z7, 2), 2)


@picture
def optimizer(axes: Any) -> None:
    heat(axes, normalised(blocks.syn() * blocks.nu(zeta(8))).at(Z7, 2), 2)


@picture
def family(axes: Any) -> None:
    axes.bar([1, 2, 3], [6, 4, 4], color=[C, A, A], width=0.6)
    axes.set(
        xticks=[1, 2, 3],
        xticklabels=["pair 1", "pair 2", "pair 3"],
        ylabel="nodes",
        title="four-plus-six",
    )


@picture
def width(axes: Any) -> None:
    widths = {"memo-\nrization": 49, "six each": 18, "four\n+ six": 14, "four\n+ const.": 13}
    axes.bar(list(widths), list(widths.values()), color=A, width=0.6)
    axes.tick_params(axis="x", labelsize=6)
    axes.set(ylabel="nodes for Z7")


@picture
def target(axes: Any) -> None:
    g, hot = np.arange(5), np.eye(5)[2]
    axes.bar(g - 0.2, hot, 0.4, color=A, label="one-hot")
    axes.bar(g + 0.2, hot - 0.2, 0.4, color=B, label="projected")
    axes.axhline(0, color=GREY, lw=0.6)
    axes.set(xticks=g, yticks=[0, 1], xlabel="$g$")
    axes.legend(fontsize=6)


@picture
def loss(axes: Any) -> None:
    g = np.arange(5)
    axes.bar(g, np.eye(5)[2], 0.7, color="#dddddd")
    axes.plot(g, [0.12, -0.05, 0.83, 0.08, 0.02], "o", color=A)
    for x, y in zip(g, [0.12, -0.05, 0.83, 0.08, 0.02], strict=True):
        axes.plot([x, x], [y, float(x == 2)], color=WRONG, lw=1.4)
    axes.set(xticks=g, yticks=[0, 1], xlabel="$g$")


@picture
def margin(axes: Any) -> None:
    outputs = [0.12, -0.05, 0.83, 0.3, 0.02]
    axes.bar(range(5), outputs, 0.6, color=[GREY, GREY, C, GREY, GREY])
    axes.annotate("", (3, 0.83), (3, 0.3), arrowprops={"arrowstyle": "<->", "color": WRONG})
    axes.axhline(0, color=GREY, lw=0.6)
    axes.set(xticks=range(5), yticks=[], xlabel="$g$")


@picture
def certificate(axes: Any) -> None:
    plain(axes)
    box(axes, 0.2, 0.5, "file of\nintegers", "#fbe3b5", 8)
    box(axes, 0.52, 0.5, "checker", "#cfe3f2", 8)
    arrow(axes, (0.31, 0.5), (0.41, 0.5), GREY)
    arrow(axes, (0.64, 0.56), (0.76, 0.75), C)
    arrow(axes, (0.64, 0.44), (0.76, 0.25), WRONG)
    axes.text(0.78, 0.78, "accepted", color=C, fontsize=8, va="center")
    axes.text(0.78, 0.22, "refuted", color=WRONG, fontsize=8, va="center")


@picture
def gauge(axes: Any) -> None:
    s = np.linspace(0.55, 2.2, 100)
    axes.plot(s, 2 * s**2 + 1 / s**4, color=A)
    at = 1.0
    axes.plot([at], [2 * at**2 + 1 / at**4], "o", color=WRONG)
    axes.set(yticks=[], xticks=[1], xticklabels=["balanced"], xlabel="$s$", ylabel="norm")


@picture
def constant_part(axes: Any) -> None:
    g, t = np.arange(8), np.linspace(0, 7, 100)
    axes.plot(t, np.cos(2 * np.pi * t / 7), color=GREY, lw=0.8)
    axes.plot(t, 0.8 + np.cos(2 * np.pi * t / 7), color=A, lw=0.8)
    axes.plot(g, 0.8 + np.cos(2 * np.pi * g / 7), "o", color=A, ms=4)
    axes.annotate("", (3.5, -0.2), (3.5, -1), arrowprops={"arrowstyle": "<->", "color": WRONG})
    axes.text(3.7, -0.65, "$a_0$", color=WRONG, fontsize=9)
    axes.set(xticks=[], yticks=[])


@picture
def short_block(axes: Any) -> None:
    axes.bar(["2", "3", "4", "5", "more"], [1, 3, 3, 3.5, 4], color=[A, A, A, A, GREY], width=0.6)
    axes.set(xlabel="order of the character", ylabel="nodes a frequency")


@picture
def near_miss(axes: Any) -> None:
    rings(axes, blocks.syn())
    axes.plot(-0.5, -np.sqrt(3) / 2, "o", color="white", ms=6)
    axes.plot(0.1, -0.99, "o", color=WRONG, ms=6)


@picture
def operation(axes: Any) -> None:
    g = np.arange(5)
    table = np.hstack([(g[:, None] - g) % 5, np.full((5, 1), np.nan), (g[:, None] + g) % 5])
    axes.pcolormesh(table, cmap="viridis", edgecolors="white", lw=0.5)
    axes.set(xticks=[2.5, 8.5], xticklabels=["$x - y$", "$x + y$"], yticks=[], aspect="equal")


@picture
def order(axes: Any) -> None:
    rings(axes, blocks.nu(I) * blocks.xi(zeta(8)))


@picture
def five_words(axes: Any) -> None:
    plain(axes, (0, 1), (0, 5))
    words = ("proved", "checked exhaustively", "sampled", "measured", "cited")
    for i, (word, color) in enumerate(zip(words, (C, C, B, B, GREY), strict=True)):
        axes.plot(0.12, 4.5 - i, "o", color=color, ms=7)
        axes.text(0.22, 4.5 - i, word, va="center")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    folder = parser.parse_args().docs / "pictures" / "glossary"
    folder.mkdir(parents=True, exist_ok=True)
    style = {"svg.hashsalt": "cogo", "svg.fonttype": "path", "font.size": 9, "axes.titlesize": 8}
    with mpl.rc_context({**style, "axes.spines.top": False, "axes.spines.right": False}):
        for name, draw in PICTURES.items():
            figure = Figure(figsize=(2.6, 1.7), layout="constrained")
            draw(figure.add_subplot())
            path = folder / f"{name.rstrip('-')}.svg"
            figure.savefig(path, metadata={"Date": None, "Creator": None})
            print(path)


if __name__ == "__main__":
    main()
