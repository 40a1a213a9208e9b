"""A checker that is one file: loaded from it, with one place changed, or copied and run alone."""

import copy
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import reduce
from operator import getitem
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
CHECKERS = ROOT / "proofs" / "certificates"


def altered(document: Any, place: str, x: Any = ...) -> Any:
    """Return a copy of a document with x at a place such as ``nodes.0.a``; without it, if none."""
    result = copy.deepcopy(document)
    *outer, last = (int(key) if re.fullmatch(r"-?\d+", key) else key for key in place.split("."))
    inner: Any = reduce(getitem, outer, result)
    if x is ...:
        del inner[last]
    else:
        inner[last] = x
    return result


def load(path: Path) -> ModuleType:
    """Return the module that a file is, whatever is installed under its name."""
    spec = importlib.util.spec_from_file_location(f"stand_alone_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def schema(name: str) -> jsonschema.Draft202012Validator:
    """Return the schema of a format, which is one."""
    text = json.loads((CHECKERS / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(text)
    return jsonschema.Draft202012Validator(text)


def mutated(path: Path, old: str, new: str) -> ModuleType:
    """Return the module with one place changed; ``old`` must be in it once."""
    source = path.read_text()
    assert source.count(old) == 1
    mutant = ModuleType("mutant")
    exec(compile(source.replace(old, new), "mutant", "exec"), mutant.__dict__)
    return mutant


def caught(
    path: Path, change: tuple[str, str], files: Iterable[tuple[Any, int]], **limits: int
) -> bool:
    """Whether a checker with one place changed crashes, or says another code of some file."""
    mutant = mutated(path, *change)
    vars(mutant).update(limits)
    try:
        return any(mutant.check(json.dumps(x).encode())[0] != code for x, code in files)
    except Exception:
        return True


def copied(path: Path, folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Copy the file into a folder; return what runs the copy there, without site packages."""
    (folder / path.name).write_bytes(path.read_bytes())
    command = [sys.executable, "-I", path.name]
    options: dict[str, Any] = {"cwd": folder, "capture_output": True, "text": True, "timeout": 60}
    return lambda *more, **other: subprocess.run([*command, *more], **options | other)
