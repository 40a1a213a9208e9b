"""How the house stands: circles of imports, folders, lengths, the main path, the wheel.

Run it in the project's root: ``python benchmarks/house.py``; ``--wheel`` builds one to weigh it,
and ``--picture docs/pictures/house.png`` draws the rooms. The suite asserts the first four figures.
"""

import argparse
import ast
import re
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from itertools import permutations, product
from pathlib import Path
from statistics import median

import grimp
import networkx
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PACKAGES = ("algebra", "numeric", "proofs", "cogo")


def sources(*folders: str) -> list[Path]:
    """Return the Python files of folders, but those of packages of Node."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "node_modules" not in path.parts)


def lines(path: Path) -> int:
    """Return the length of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def imports(*packages: str) -> tuple[networkx.DiGraph, networkx.DiGraph]:
    """Return who imports whom: of files, and of rooms (``algebra.numbers``, ...)."""
    graph = grimp.build_graph(*packages, cache_dir=None)
    files, rooms = networkx.DiGraph(), networkx.DiGraph()
    inits = {str(p.parent.relative_to(ROOT)).replace("/", ".") for p in sources(*packages)}
    for source in graph.modules:
        for target in graph.find_modules_directly_imported_by(source) - inits:
            files.add_edge(source, target)
            pair = [
                room if (room := ".".join(name.split(".")[:2])) in inits else name.split(".")[0]
                for name in (source, target)
            ]
            if pair[0] != pair[1] and source not in inits:
                rooms.add_edge(*pair)
    return files, rooms


def circles() -> list[list[str]]:
    """Return the circles of imports, of files and of rooms."""
    return [
        sorted(found)
        for each in imports(*PACKAGES)
        for found in networkx.strongly_connected_components(each)
        if len(found) > 1
    ]


def folders() -> Counter[str]:
    """Return how many files each folder holds, packages' own apart."""
    return Counter(
        str(path.parent.relative_to(ROOT))
        for path in sources(*PACKAGES, "experiments")
        if path.name != "__init__.py"
    )


def longest() -> list[tuple[int, str]]:
    """Return all files by length, the longest first."""
    return sorted(((lines(p), str(p.relative_to(ROOT))) for p in sources(*PACKAGES)), reverse=True)


def without_a_sentence() -> list[str]:
    """Return the files that do not open with what they are."""
    return [
        str(path.relative_to(ROOT))
        for path in sources(*PACKAGES, "experiments", "benchmarks", "tests")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]


def main_path() -> list[str]:
    """Return the files that docs/start/main-path.md reads, from the verb to the checker."""
    page = (ROOT / "docs" / "start" / "main-path.md").read_text(encoding="utf-8")
    return re.findall(r"^\d+\. \[`?([\w/]+\.py)", page, re.MULTILINE)


def picture(path: Path) -> None:
    """Draw the packages as floors with their rooms; an arrow goes to the room that is imported.

    Arrows that follow from others are left out, and so are those from one package to another,
    which all go down.
    """
    houses = (*PACKAGES, "experiments")
    rooms = imports(*houses)[1]
    figure, axes = pyplot.subplots(figsize=(15, 24))
    bottom = 0.0
    for package in houses:
        names = [
            f"{package}.{p.parent.name}" for p in sorted(ROOT.glob(f"{package}/*/__init__.py"))
        ]
        within = networkx.transitive_reduction(rooms.subgraph(names))
        within.add_nodes_from(names)
        at = _places(within)
        floors = 1 + max((y for _, y in at.values()), default=-0.6)
        axes.add_patch(FancyBboxPatch((-2.5, bottom), 5, floors, **_WALLS))
        axes.text(-2.5, bottom + floors + 0.05, package, size=15, weight="bold", va="bottom")
        axes.text(
            2.5, bottom + floors + 0.07, _sentence(package), size=9.5, ha="right", va="bottom"
        )
        for above, below in within.edges:
            (x, y), (u, v) = at[above], at[below]
            ends = ((x, bottom + y + 0.5 - _HEIGHT / 2), (u, bottom + v + 0.5 + _HEIGHT / 2))
            axes.annotate("", ends[1], ends[0], arrowprops=_ARROW)
        for name, (x, y) in at.items():
            _room(axes, name, x, bottom + y + 0.5)
        if not at:
            text = f"{folders()[package]} files, not installed"
            axes.text(0, bottom + floors / 2, text, size=10, ha="center", va="center")
        bottom += floors + 0.45
    axes.set(xlim=(-2.6, 2.6), ylim=(-0.1, bottom))
    axes.axis("off")
    figure.savefig(path, dpi=100, bbox_inches="tight")


_WIDTH, _HEIGHT = 0.95, 0.68
_WALLS = {"boxstyle": "round,pad=0.02", "facecolor": "#f4f1ea", "edgecolor": "#b8b0a0"}
_ARROW = {"arrowstyle": "-|>", "color": "#40506a", "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0}


def _room(axes: Axes, name: str, x: float, y: float) -> None:
    """Draw a room: its name, how many files it has, and its sentence."""
    corner = (x - _WIDTH / 2, y - _HEIGHT / 2)
    axes.add_patch(Rectangle(corner, _WIDTH, _HEIGHT, facecolor="white", edgecolor="#40506a"))
    folder = name.replace(".", "/")
    count = sum(n for name, n in folders().items() if f"{name}/".startswith(f"{folder}/"))
    title = f"{folder.split('/')[1]} ({count})"
    top = y + _HEIGHT / 2
    axes.text(x, top - 0.06, title, size=11, weight="bold", ha="center", va="top")
    axes.text(x, top - 0.24, textwrap.fill(_sentence(folder), 33), size=7.7, ha="center", va="top")


def _sentence(folder: str) -> str:
    """Return the first sentence of a package."""
    text = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text()))
    return str(text).split("\n\n")[0].replace("\n", " ").replace("`", "").rstrip(".")


def _places(rooms: networkx.DiGraph) -> dict[str, tuple[float, float]]:
    """Return a place for each room, above all it imports, with as few crossings as there can be."""
    floor: dict[str, int] = {}
    for room in reversed(list(networkx.topological_sort(rooms))):
        floor[room] = 1 + max((floor[x] for x in rooms[room]), default=-1)
    floors = [
        [x for x in floor if floor[x] == y] for y in range(max(floor.values(), default=-1) + 1)
    ]
    rows = ([(order, x) for order in permutations(f) for x in (-1, 0, 1)] for f in floors)
    ways = (
        {
            room: (i - (len(order) - 1) / 2 + shift, y)
            for y, (order, shift) in enumerate(way)
            for i, room in enumerate(order)
        }
        for way in product(*rows)
    )
    return min(ways, key=lambda at: _disorder(rooms, at))


def _disorder(rooms: networkx.DiGraph, at: dict[str, tuple[float, float]]) -> float:
    """Return how often arrows run through rooms, and cross; of equal ones, their lengths."""
    lines = [(at[above], at[below]) for above, below in rooms.edges]
    hidden = sum(
        abs(x + (u - x) * (y - t) / (y - v) - s) < _WIDTH / 2 + 0.05
        for (x, y), (u, v) in lines
        for s, t in at.values()
        if v < t < y
    )
    crossed = sum(
        v == t and y == r and (x - q) * (u - s) < 0
        for (x, y), (u, v) in lines
        for (q, r), (s, t) in lines
    )
    outside = sum(abs(x) > 2 for x, _ in at.values())
    lengths = sum(abs(x - u) for (x, _), (u, _) in lines) + 0.1 * sum(
        abs(x) for x, _ in at.values()
    )
    return 1000 * (hidden + outside) + 10 * crossed + lengths


def wheel() -> float:
    """Return the size of the wheel in kB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, str(ROOT)]
        subprocess.run(command, check=True)
        [file] = Path(folder).glob("*.whl")
        return file.stat().st_size / 1000


def main() -> None:
    """Print the figures, one a line."""
    command = argparse.ArgumentParser(description=__doc__)
    command.add_argument("--wheel", action="store_true", help="build a wheel and weigh it")
    command.add_argument("--picture", metavar="FILE", type=Path, help="draw the rooms")
    asked = command.parse_args()
    if asked.picture:
        picture(asked.picture)
        return

    def row(what: str, value: object) -> None:
        print(f"{what:36} {value}", flush=True)

    row("circles of imports", len(circles()))
    [(folder, count), *_] = folders().most_common(1)
    row("files in the biggest folder", f"{count} ({folder})")
    row("longest file", "{} ({})".format(*longest()[0]))
    row("files without a sentence", len(without_a_sentence()))
    for package in PACKAGES:
        found = [lines(p) for p in sources(package)]
        row(f"lines in {package}, median file", f"{sum(found):,}, {median(found):g}")
    row("lines in all packages", f"{sum(lines(p) for p in sources(*PACKAGES)):,}")
    row("lines in experiments", f"{sum(lines(p) for p in sources('experiments')):,}")
    row("lines in tests", f"{sum(lines(p) for p in sources('tests')):,}")
    row("files from build to the checker", len(main_path()))
    if asked.wheel:
        row("wheel, kB", f"{wheel():.0f}")


if __name__ == "__main__":
    main()
