"""``cogo check``: the stand-alone checker on files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from proofs import checker, infeasible_checker


def check(
    files: Annotated[list[Path], typer.Argument(help="certificates (.cert.json)")],
    as_json: Annotated[bool, typer.Option("--json", help="print JSON for machines")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="print nothing but errors")] = False,
) -> None:
    """Check certificates with the stand-alone checker (proofs/checker.py, one readable file).

    A certificate of infeasibility is checked by [bold]proofs/infeasible_checker.py[/], likewise.

    Exit code 0: all accepted; 1: one is refuted, with its first wrong entry; 2: one is malformed.
    The checker needs nothing but Python: copy the file anywhere and run
    [bold]python checker.py FILE[/].
    """
    worst = 0
    results = []
    for path in files:
        of_kind = infeasible_checker if infeasible_checker.states(str(path)) else checker
        code, message = of_kind.check_file(str(path))
        worst = max(worst, code)
        results.append({"file": str(path), "code": code, "message": message})
        if not as_json and not (quiet and code == 0):
            typer.echo(f"{path}: {message}", err=code == 2)
    if as_json:
        typer.echo(json.dumps(results, indent=1))
    raise typer.Exit(worst)
