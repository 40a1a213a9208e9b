"""Imports run one way, ``algebra <- numeric <- proofs``, and importing `algebra` is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import algebra

ROOT = Path(algebra.__file__).parent.parent
#: mpmath comes with SymPy.
FOREIGN = {"numpy", "sympy", "networkx", "mpmath"}
#: Loaded when a picture or an expression is asked for, never by `import algebra`.
HEAVY = ("torch", "sympy", "networkx", "mpmath", "matplotlib", "safetensors", "rich", "typer")
MAX_SECONDS = 0.6


def imported(source: str) -> set[str]:
    """Return the top-level packages that a source imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(x.name.split(".")[0] for x in node.names)
        if isinstance(node, ast.ImportFrom):
            names.add("." if node.level else str(node.module).split(".")[0])
    return names


def imported_by(path: Path) -> set[str]:
    return imported(path.read_text(encoding="utf-8"))


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def python(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def test_algebra_imports_nothing_of_the_other_rooms():
    for path in sources("algebra"):
        foreign = imported_by(path) - set(sys.stdlib_module_names) - {"algebra"}
        assert foreign <= FOREIGN, path.name


def test_numeric_imports_nothing_of_proofs():
    for path in sources("numeric"):
        assert "proofs" not in imported_by(path), path.name


def test_the_checker_imports_the_standard_library_alone():
    checker = ROOT / "proofs" / "checker.py"
    assert imported_by(checker) <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import numeric.embed", {"numeric"}),
        ("from proofs.checker import x", {"proofs"}),
        ("def f():\n    import torch", {"torch"}),
        ("from . import x", {"."}),
        ("if TYPE_CHECKING:\n    from numeric import y", {"numeric"}),
    ],
)
def test_a_planted_import_is_found(source, names):
    assert imported(source) == names


def test_importing_algebra_loads_nothing_heavy():
    program = f"import algebra, sys; print([m for m in {HEAVY} if m in sys.modules])"
    assert python(program).strip() == "[]"


def test_importing_all_of_algebra_loads_no_torch():
    modules = ", ".join(f"algebra.{path.stem}" for path in sources("algebra"))
    modules = modules.replace("algebra.__init__", "algebra")
    program = f"import {modules}, sys; print([m for m in {HEAVY} if m in sys.modules])"
    assert python(program).strip() == "[]"


def test_importing_algebra_is_fast(record_property):
    program = (
        "import time; start = time.process_time(); import algebra; "
        "print(time.process_time() - start)"
    )
    seconds = min(float(python(program)) for _ in range(5))
    record_property("import_seconds", round(seconds, 3))
    assert seconds < MAX_SECONDS
