"""The tables of docs/catalogue/compositions.md, and its pictures.

python benchmarks/compositions_page.py CATALOGUE.json... [--docs docs]    from catalogues of compose
python benchmarks/compositions_page.py                                    prints what is stored
"""

import argparse
import io
import json
from pathlib import Path

import numpy as np

from algebra import parse
from algebra.compose.entry import NAMED, Discovery
from algebra.groups.spectrum import PAIR, REAL
from algebra.machine.write_file import write_bytes
from cogo.cli.compose import norm


def entries(document: dict) -> list[Discovery]:
    spectrum = REAL if document["frequency"] == "real" else PAIR
    return [
        Discovery(
            n=document["roots"],
            nodes=tuple((i, j, parse(c)) for i, j, c in x["nodes"]),
            kills=tuple(x["kills"]),
            factors=tuple(x["factors"]),
            search=x["search"],
            family=x["family"],
            known=x["known"],
            free=x["free"],
            spectrum=spectrum,
        )
        for x in document["entries"]
    ]


def named(kill: list[str]) -> str:
    words = {NAMED["all"]: "all nine", NAMED["order4"]: "all but `R_n`"}
    return words.get(tuple(kill), ", ".join(f"`{r}`" for r in kill))


def draw(chosen: dict[str, Discovery], path: Path) -> None:
    """Draw each solution: nodes by colour; a on the inner ring, b on the middle one, c outside."""
    from matplotlib import colormaps
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Circle

    columns = max(2, min(3, len(chosen)))
    rows = -(-len(chosen) // columns)
    figure = Figure(figsize=(3.4 * columns, 3.7 * rows + 0.5), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    colours = colormaps["tab10"]
    for position, (title, x) in enumerate(chosen.items()):
        axes = figure.add_subplot(rows, columns, position + 1)
        largest = max(abs(complex(c)) for _, _, c in x.nodes)
        for radius in (0.55, 0.8):
            axes.add_patch(Circle((0, 0), radius, fill=False, edgecolor="#bbbbbb", linewidth=0.7))
        axes.add_patch(Circle((0, 0), 1.25, fill=False, edgecolor="#dddddd", linewidth=0.7))
        for node, (i, j, c) in enumerate(x.nodes):
            angles = [2 * np.pi * i / x.n, 2 * np.pi * j / x.n, np.angle(complex(c))]
            radii = [0.55, 0.8, 0.9 + 0.35 * abs(complex(c)) / largest]
            shift = 0.012 * (node - len(x.nodes) / 2)
            for angle, radius, marker in zip(angles, radii, "os^", strict=True):
                axes.scatter(
                    (radius + shift) * np.cos(angle),
                    (radius + shift) * np.sin(angle),
                    color=colours(node % 10),
                    marker=marker,
                    s=30,
                    zorder=3,
                    edgecolors="white",
                    linewidths=0.4,
                )
        axes.set_title(f"{title}\nnorm {norm(x):.3f}", fontsize=9)
        axes.set_aspect("equal")
        axes.set_xlim(-1.4, 1.4)
        axes.set_ylim(-1.4, 1.4)
        axes.set_axis_off()
    figure.suptitle("one colour a node: a (circle, inner), b (square), c (triangle)", fontsize=9)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    write_bytes(path, buffer.getvalue(), force=True)


def section(document: dict, docs: Path) -> dict:
    """Draw the members of least norm, and return what the page says of a search."""
    groups: dict[tuple[int, bool, str], list[Discovery]] = {}
    for x in entries(document):
        groups.setdefault((x.order, not x.known, x.family), []).append(x)
    rows = []
    for (order, new, family), members in sorted(groups.items()):
        least = min(members, key=norm)
        name = f"`{family}`{'' if new else '*'}" if family else "-"
        exact = f" = `{least.norm_text}`" if len(least.norm_text) < 40 else ""
        free = ", ".join(str(f) for f in sorted({x.free for x in members}))
        rows.append([str(order), name, str(len(members)), free, f"{norm(least):.4f}{exact}"])
    drawable = {
        f"{family or 'unnamed'}, order {order}": min(members, key=norm)
        for (order, _, family), members in sorted(groups.items())
        if order <= 6 or (order == 9 and family)
    }
    name = f"compose-{document['roots']}-{document['largest order']}-{document['searches'][-1]}.png"
    draw(drawable, docs / "pictures" / name)
    title = (
        f"Kill {named(document['kill'])}: roots of unity of order {document['roots']}, "
        f"up to {document['largest order']} nodes ({', '.join(document['searches'])})"
    )
    return {"title": title, "picture": name, "rows": rows}


def table(found: dict) -> str:
    """Return a section of the page."""
    head = ["order", "family", "solutions", "free", "least norm"]
    lines = [head, ["---"] * len(head), *found["rows"]]
    return "\n\n".join(
        [
            f"**{found['title']}**",
            "\n".join("| " + " | ".join(cells) + " |" for cells in lines),
            f"![The members of least norm](../pictures/{found['picture']})",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogues", nargs="*", type=Path)
    parser.add_argument("--docs", type=Path, default=Path("docs"))
    options = parser.parse_args()
    stored = options.docs / "catalogue" / "compositions.json"
    if not options.catalogues:
        print("\n\n".join(map(table, json.loads(stored.read_text(encoding="utf-8")))))
        return
    found = []
    for path in options.catalogues:
        document = json.loads(path.read_text())
        if document.get("format") != "cogo-catalogue":
            raise SystemExit(f"{path} is no catalogue of cogo compose")
        found.append(section(document, options.docs))
    write_bytes(stored, (json.dumps(found, indent=1) + "\n").encode(), force=True)


if __name__ == "__main__":
    main()
