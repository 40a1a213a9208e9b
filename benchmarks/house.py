"""How the house stands: circles of imports, folders, lengths, the main path, the wheel.

Run it in the project's root: ``python benchmarks/house.py``; ``--wheel`` builds one to weigh it.
The suite asserts the first four figures.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median

import grimp
import networkx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
PACKAGES = ("algebra", "numeric", "proofs", "cogo")


def sources(*folders: str) -> list[Path]:
    """Return the Python files of folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def lines(path: Path) -> int:
    """Return the length of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def circles() -> list[list[str]]:
    """Return the circles of imports, of files and of rooms (``algebra.numbers``, ...)."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    files, rooms = networkx.DiGraph(), networkx.DiGraph()
    inits = {str(p.parent.relative_to(ROOT)).replace("/", ".") for p in sources(*PACKAGES)}
    for source in graph.modules:
        for target in graph.find_modules_directly_imported_by(source) - inits:
            files.add_edge(source, target)
            pair = [".".join(name.split(".")[:2]) for name in (source, target)]
            if pair[0] != pair[1] and source not in inits:
                rooms.add_edge(*pair)
    return [
        sorted(found)
        for each in (files, rooms)
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
    """Return the files that docs/main-path.md reads, from the verb to the stand-alone checker."""
    page = (ROOT / "docs" / "main-path.md").read_text(encoding="utf-8")
    return re.findall(r"^\d+\. \[`?([\w/]+\.py)", page, re.MULTILINE)


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
    asked = command.parse_args()

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
