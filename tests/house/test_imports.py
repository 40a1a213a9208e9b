"""Imports run one way, through rooms without circles, and importing the packages is light."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import algebra

ROOT = Path(algebra.__file__).parent.parent
#: Loaded when a picture or an expression is asked for, never by `import algebra`.
HEAVY = ("torch", "sympy", "networkx", "mpmath", "matplotlib", "safetensors", "rich", "typer")
PACKAGES = ("algebra", "numeric", "proofs", "cogo", "experiments")
CHECKERS = sorted((ROOT / "proofs" / "certificates").glob("*checker.py"))


def python(program: str) -> str:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def contracts(folder: Path) -> tuple[int, str]:
    """Run import-linter on the packages in a folder, by the contracts of pyproject.toml."""
    program = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", program, "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def copy_of_the_house(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("*.pyc"))
    return folder


def test_the_import_contracts_are_kept(copy_of_the_house):
    code, out = contracts(copy_of_the_house)
    assert code == 0, out


@pytest.mark.parametrize(
    ("place", "planted", "contract"),
    [
        ("algebra/numbers/scalar.py", "import numeric.weights.embed", "The packages"),
        ("numeric/work/executor.py", "def f():\n    import proofs.widths.known", "The packages"),
        ("algebra/numbers/text.py", "from algebra.semiring import element", "The rooms of algebra"),
        ("numeric/weights/embed.py", "from numeric.training import loss", "The rooms of numeric"),
        ("proofs/certificates/checker.py", "import proofs.claims.claim", "The rooms of proofs"),
        ("algebra/numbers/text.py", "from algebra.numbers import scalar", "No circles"),
        ("proofs/widths/known.py", "from rich.table import Table", "The terminal"),
    ],
)  # fmt: skip
def test_a_planted_import_breaks_its_contract(copy_of_the_house, place, planted, contract):
    path = copy_of_the_house / place
    whole = path.read_text(encoding="utf-8")
    path.write_text(f"{whole}\n{planted}\n", encoding="utf-8")
    try:
        code, out = contracts(copy_of_the_house)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert code == 1
    assert any(line.startswith(contract) and line.endswith("BROKEN") for line in out.splitlines())


def test_the_five_checkers_import_the_standard_library_alone():
    assert len(CHECKERS) == 5
    for path in CHECKERS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {x.name.split(".")[0] for x in node.names} <= sys.stdlib_module_names, path
            if isinstance(node, ast.ImportFrom):
                assert str(node.module).split(".")[0] in sys.stdlib_module_names, path


def test_importing_all_of_algebra_loads_nothing_heavy():
    files = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / "algebra").rglob("*.py"))
    modules = ", ".join(".".join(path.parts).removesuffix(".__init__") for path in files)
    program = f"import {modules}, sys; print([m for m in {HEAVY} if m in sys.modules])"
    assert python(program).strip() == "[]"


def test_importing_algebra_is_fast(record_property):
    program = "import time as t; s = t.process_time(); import algebra; print(t.process_time() - s)"
    seconds = min(float(python(program)) for _ in range(5))
    record_property("import_seconds", round(seconds, 3))
    assert seconds < 0.6
