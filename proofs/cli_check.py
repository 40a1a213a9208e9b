"""``cogo check``: the stand-alone checkers on files, each on the format that it is for."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Annotated

import typer

from algebra.read_file import ReadError, printable, read_bytes
from numeric.cli_options import Json, Quiet
from proofs import checker, existence_checker, infeasible_checker
from proofs.cli_show import OTHERS, kind_of

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
        code, message = checked(path)
        worst = max(worst, code)
        results.append({"file": str(path), "code": code, "message": message})
        if not as_json and not (quiet and code == 0):
            typer.echo(f"{printable(path)}: {message}", err=code == 2)
    if as_json:
        typer.echo(json.dumps(results, indent=1))
    raise typer.Exit(worst)


def checked(path: Path) -> tuple[int, str]:
    """Return exit code and message of the checker of the format that a file names.

    A wrong guess costs nothing: each checker refuses what does not name its own format.
    """
    try:
        data = read_bytes(path, limit=checker.MAX_FILE)
        kind = kind_of(path, data)
        if kind in CHECKERS or kind not in OTHERS:
            code, message = CHECKERS.get(kind, checker).check(data)
            return code, message
        what, then = OTHERS[kind]
        return 2, f"no certificate: {what}; {then}"
    except ReadError as error:
        return 2, f"not checked: {str(error).removeprefix(f'{printable(path)} ')}"
    except MemoryError:
        return 2, "not checked: out of memory"
