"""``cogo infeasible``: a certificate that so many nodes do not suffice."""

import time
from typing import Annotated

import typer

from algebra.criterion.target import as_target
from algebra.groups.group import AbelianGroup
from algebra.machine.write_file import require_writable, write_bytes
from cogo.cli import options as opt
from cogo.cli.terminal import say, wrote
from proofs.certificates import infeasible_checker
from proofs.widths.infeasible import find, require
from proofs.widths.known import KnownWidths


def infeasible(
    group: Annotated[str, typer.Argument(help="Z3, Z2xZ2, ...; of order 2 to 16")],
    *,
    width: opt.Width,
    target: opt.TargetName = "projected",
    constants: opt.Constants = True,
    minutes: Annotated[float, opt.number("after which Singular is stopped", 0.001, 10**5)] = 10,
    output: Annotated[opt.File, opt.output_to("FILE", "write the certificate")] = None,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """Prove that no network of so many nodes, complex weights even, adds exactly.

    What is known of the width is said at once; with [bold]-o FILE[/], or if nothing is known,
    Singular (which must be installed) writes 1, or a power of a functional, as a combination of
    the equations. The certificate is checked without it, as by [bold]cogo check[/].
    Exit code 0: a certificate was found, and accepted, or a theorem about real weights is cited;
    1: so many nodes suffice, or there is no certificate on this route.

    Example: [bold]cogo infeasible Z3 --target onehot --width 3 -o Z3.onehot.3.infeasible.json[/]
    """
    G, wanted = AbelianGroup(group), as_target(target)
    require(G, width, target=wanted)
    if output is not None:
        require_writable(output, force=force)
    known = KnownWidths(G, wanted, constants)
    verdict = known.verdict(width)
    if not out.silent:
        say(str(known), verdict)
    suffice, text, lines = known.suffices(width), None, []
    if not suffice and (output is not None or width >= known.least):
        start = time.monotonic()
        with out.bar() as show:
            text = find(
                G,
                width,
                target=wanted,
                constants=constants,
                seconds=60 * minutes,
                report=lambda: show("Singular", time.monotonic() - start, 60 * minutes),
            )
        suffice = text is None
        lines = [
            f"{G}, target {target}, {width} nodes: no certificate on this route; that does not "
            f"say that so many nodes suffice"
        ]
    elif not suffice:
        lines = ["pass -o FILE for a certificate, which would be about complex weights too"]
    written = None if text is None else output
    if text is not None:
        lines = [infeasible_checker.check(text.encode())[1]]
        if output is not None:
            write_bytes(output, text.encode(), force=force)
    asked = {"group": str(G), "width": width, "target": wanted, "constants": constants}
    known_of = {"proved widths": known.proved, "lower bound": known.least, "verdict": verdict}
    found = {"excluded": not suffice, "message": "".join(lines)}
    document = {**asked, **known_of, **found, "certificate": written and str(written)}
    out.end(1 if suffice else 0, document, [*lines, *wrote(written)])
