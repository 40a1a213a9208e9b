"""A picture of what rests on what: the claims as a graph, in columns by depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numeric.pictures.figure import new_figure
from proofs.claims.claim import Claim
from proofs.claims.registry import CLAIMS, digraph

#: Colour-blind safe (Okabe and Ito), by family.
COLOURS = {
    "optimizers": "#009E73",
    "certificates": "#66C2A5",
    "blocks": "#E69F00",
    "laws": "#0072B2",
    "composition": "#56B4E9",
    "characters": "#999999",
    "criterion": "#D55E00",
    "symmetries": "#CC79A7",
    "norms": "#B8860B",
    "path": "#F0E442",
    "width": "#8DA0CB",
    "checker": "#555555",
    "mirror": "#A6761D",
}
WIDTH, HEIGHT = 0.68, 0.62
RESULTS = {"refuted": "#CC0000", "rests on refuted": "#FF9900"}


def claims_figure(claims: Sequence[Claim], *, results: Mapping[str, str] | None = None) -> Any:
    """Return a figure of the claims, and of those that they rest on; arrows point to the latter.

    With results by id, refuted ones are framed in red and thick, those that rest on them in orange
    and thick, those without a result, or not attempted, with dashes.
    """
    import networkx

    whole = digraph()
    kept = {claim.id for claim in claims}
    kept |= {other for claim in claims for other in networkx.descendants(whole, claim.id)}
    graph = whole.subgraph(kept)
    order = {name: i for i, name in enumerate(CLAIMS)}
    # A claim stands right of all that it rests on.
    generations = networkx.topological_generations(graph.reverse())
    columns = [sorted(names, key=order.__getitem__) for names in generations]
    tallest = max(map(len, columns))
    picture = new_figure(2.9 * len(columns) + 0.4, max(2.5, 0.27 * tallest + 0.9), dpi=130)
    axes = picture.add_subplot()
    axes.set_axis_off()
    place = {
        name: (x, -(y + 0.5) * tallest / len(column))
        for x, column in enumerate(columns)
        for y, name in enumerate(column)
    }
    for source, target in graph.edges:
        (x1, y1), (x2, y2) = place[source], place[target]
        axes.annotate(
            "",
            xy=(x2 + WIDTH / 2, y2),
            xytext=(x1 - WIDTH / 2, y1),
            arrowprops={
                "arrowstyle": "->",
                "color": COLOURS[CLAIMS[source].family],
                "lw": 0.7,
                "alpha": 0.7,
            },
            zorder=1,
        )
    for name, (x, y) in place.items():
        result = (results or {}).get(name, "" if results else "holds")
        colour = RESULTS.get(result, COLOURS[CLAIMS[name].family])
        axes.add_patch(_box(x, y, colour, result))
        axes.text(x, y, name, ha="center", va="center", fontsize=7, color="#000000", zorder=3)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(-tallest - 0.2, 0.4)
    title = "What rests on what: arrows point to the claims rested on"
    if results:
        title += "\nred: refuted; orange: rests on a refuted claim; dashed: not checked"
    axes.set_title(title, fontsize=10)
    return picture


def _box(x: float, y: float, colour: str, result: str) -> Any:
    from matplotlib.patches import FancyBboxPatch

    return FancyBboxPatch(
        (x - WIDTH / 2, y - HEIGHT / 2),
        WIDTH,
        HEIGHT,
        boxstyle="round,pad=0,rounding_size=0.06",
        facecolor="#ffffff",
        edgecolor=colour,
        linewidth=2.6 if result in RESULTS else 1.4,
        linestyle="--" if result in ("", "not attempted") else "-",
        zorder=2,
    )
