"""``cogo check``: the stand-alone checkers on files, each on the format that it is for."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from algebra.machine.read_file import printable
from cogo.cli import options as opt
from proofs.certificates.checker_of import check_certificate
from proofs.second_opinion.systems import second_opinions


def check(
    files: Annotated[list[Path], typer.Argument(help="certificates (.cert.json)")],
    *,
    second_opinion: Annotated[
        bool, opt.option("ask PARI/GP and Coq too, where they are here", "--second-opinion")
    ] = False,
    out: opt.Output,
) -> None:
    """Check certificates with the stand-alone checker of their format.

    In proofs/certificates: checker.py for exact optimizers, table_checker.py for
    those over the table of any operation, existence_checker.py for existence
    proofs, infeasible_checker.py for proofs that there is none, network_checker.py for what is
    claimed of the network in a file of weights beside it.

    Exit code 0: all accepted; 1: one is refuted or proves nothing, with its first wrong entry; 2:
    one is malformed; the largest of all, second opinions included. A checker needs nothing but
    Python: copy the file anywhere and run [bold]python checker.py FILE[/].
    """
    results: list[dict[str, Any]] = []
    for path in files:
        found = check_certificate(path)
        results.append({"file": str(path), "code": found.code, "message": found.message})
        if not (out.as_json or (out.quiet and found.accepted)):
            typer.echo(f"{printable(path)}: {found.message}", err=found.code == 2)
        if second_opinion and found.code < 2:
            results[-1]["second_opinions"] = opinions = []
            for said in second_opinions(path):
                opinions.append(asdict(said))
                results[-1]["code"] = max(results[-1]["code"], said.code or 0)
                if not (out.as_json or (out.quiet and not said.code)):
                    typer.echo(f"{printable(path)}: {said}")
    out.end(max(found["code"] for found in results), results, [])
