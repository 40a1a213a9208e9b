"""``cogo check``: the stand-alone checkers on files, each on the format that it is for."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from numeric.cli_options import Json, Quiet
from proofs import checker, existence_checker, infeasible_checker

#: The stand-alone checker of each format.
CHECKERS: dict[str, ModuleType] = {
    "cogo-certificate": checker,
    "cogo-existence": existence_checker,
    "cogo-infeasible": infeasible_checker,
}


def check(
    files: Annotated[list[Path], typer.Argument(help="certificates (.cert.json)")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check certificates with the stand-alone checker of their format, one readable file each.

    proofs/checker.py for exact optimizers, proofs/existence_checker.py for existence proofs,
    proofs/infeasible_checker.py for proofs that there is none.

    Exit code 0: all accepted; 1: one is refuted or proves nothing, with its first wrong entry; 2:
    one is malformed. A checker needs nothing but Python: copy the file anywhere and run
    [bold]python checker.py FILE[/].
    """
    worst = 0
    results = []
    for path in files:
        code, message = checker_of(path).check_file(str(path))
        worst = max(worst, code)
        results.append({"file": str(path), "code": code, "message": message})
        if not as_json and not (quiet and code == 0):
            typer.echo(f"{path}: {message}", err=code == 2)
    if as_json:
        typer.echo(json.dumps(results, indent=1))
    raise typer.Exit(worst)


def checker_of(path: Path) -> ModuleType:
    """Return the checker of the format that a file names; that of exact optimizers if it is none.

    A wrong guess costs nothing: each checker refuses what does not name its own format.
    """
    try:
        if path.is_file():
            with path.open("rb") as stream:
                top = checker.parse(stream.read(checker.MAX_FILE + 1))
            return CHECKERS.get(str(top.get("format")) if isinstance(top, dict) else "", checker)
    except (OSError, MemoryError, checker.Malformed):
        pass
    return checker
