"""``cogo infeasible``: a certificate that so many nodes do not suffice."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, cast

import typer

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.machine.write_file import require_writable, write_bytes
from cogo.cli.options import Constants, Force, TargetName, output_to
from cogo.cli.terminal import progress_bar
from proofs.certificates import infeasible_checker
from proofs.widths.infeasible import Route, find, require
from proofs.widths.known import KnownWidths


def infeasible(
    group: Annotated[str, typer.Argument(help="Z3, Z2xZ2, ...; of order 2 to 16")],
    width: Annotated[int, typer.Option("--width", "-q", help="the number of nodes to exclude")],
    target: TargetName = "onehot",
    constants: Constants = True,
    route: Annotated[
        str | None, typer.Option(help="direct or squares; squares where it applies")
    ] = None,
    minutes: Annotated[float, typer.Option(help="after which Singular is stopped")] = 10,
    output: Annotated[Path | None, output_to("FILE", "write the certificate")] = None,
    force: Force = False,
) -> None:
    """Prove that no network of so many nodes, complex weights even, adds exactly.

    What is known of the width is said at once; with [bold]-o FILE[/], or if nothing is known,
    Singular (which must be installed) writes 1, or a power of a functional, as a combination of
    the equations. The certificate is checked without it, as by [bold]cogo check[/].
    Exit code 0: a certificate was found, and accepted, or a theorem about real weights is cited;
    1: so many nodes suffice, or there is no certificate on this route.

    Example: [bold]cogo infeasible Z3 --width 3 -o Z3.onehot.3.infeasible.json[/]
    """
    if not 0 < minutes <= 10**5:
        raise ValueError(f"minutes={minutes:g}; pass more than 0, and at most 100000")
    G = AbelianGroup(group)
    wanted, way = cast(Target, target), cast("Route | None", route)
    require(G, width, target=wanted, route=way)
    if output is not None:
        require_writable(output, force=force)
    known = KnownWidths(G, wanted, constants)
    typer.echo(f"{known}\n{known.verdict(width)}")
    if known.narrowest[1] <= width:
        raise typer.Exit(1)
    if width < known.least and output is None:
        typer.echo("pass -o FILE for a certificate, which would be about complex weights too")
        return
    start = time.monotonic()
    with progress_bar() as show:
        text = find(
            G,
            width,
            target=wanted,
            constants=constants,
            route=way,
            seconds=60 * minutes,
            report=lambda: show("Singular", time.monotonic() - start, 60 * minutes),
        )
    if text is None:
        typer.echo(
            f"{G}, target {target}, {width} nodes: no certificate on this route; that does not "
            f"say that so many nodes suffice"
        )
        raise typer.Exit(1)
    if output is not None:
        write_bytes(output, text.encode(), force=force)
    _, message = infeasible_checker.check(text.encode())
    typer.echo(message)
