"""A picture of what rests on what: the claims as a graph, in columns by depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from numeric.pictures.figure import NODES, PAGE, SMALL, TITLE, new_figure
from proofs.claims.claim import Claim
from proofs.claims.registry import CLAIMS, digraph

#: By family.
COLOURS = dict(zip(dict.fromkeys(x.family for x in CLAIMS.values()), cycle(NODES), strict=False))
WIDTH, HEIGHT = 0.8, 0.66
RESULTS = {"refuted": "#CC0000", "rests on refuted": "#FF9900"}


def claims_figure(claims: Sequence[Claim], *, results: Mapping[str, str] | None = None) -> Any:
    """Return a figure of the claims, and of those that they rest on; arrows point to the latter.

    With results by id, refuted ones are framed in red, those that rest on them in orange, both
    thick, and those without a result, or not attempted, with dashes.
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
    picture = new_figure(PAGE * max(len(columns), 4) / 3.2, 0.21 * tallest + 0.7)
    axes = picture.add_subplot()
    axes.set_axis_off()
    place = {
        name: (x, -(y + 0.5) * tallest / len(column) - 0.5 * (x % 2))
        for x, column in enumerate(columns)
        for y, name in enumerate(column)
    }
    for source, target in networkx.transitive_reduction(graph).edges:
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
        axes.text(x, y, name, ha="center", va="center", fontsize=SMALL, zorder=3)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(-tallest - 0.7, 0.4)
    title = "What rests on what: arrows point to the claims rested on"
    if results:
        title += "\nred: refuted; orange: rests on a refuted claim; dashed: not checked"
    axes.set_title(title, fontsize=TITLE)
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
