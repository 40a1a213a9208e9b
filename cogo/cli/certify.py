"""``cogo certify``: what exact optimizer a network is, or the ones next to it, proved."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from algebra.machine.read_file import printable
from algebra.machine.write_file import require_writable, write_bytes
from cogo.cli.options import (
    Activation,
    File,
    Force,
    GroupOfFile,
    Json,
    Keys,
    Layout,
    Normalised,
    OperationOfFile,
    Quiet,
    TimeLimit,
    option,
    output_to,
)
from cogo.cli.terminal import console, print_json, progress_bar, say, say_written, table
from numeric.exact.certify import GRACE, Certified, Neighbours, neighbours
from numeric.exact.named import TOLERANCE
from numeric.exact.projection import NoneNearError
from numeric.recognition.recognise import NotLearnedError
from numeric.work.time_limit import SECONDS, OutOfTimeError, given_up_at
from proofs.certificates import certificate, checker, table_checker

SUFFIX = ".cert.json"
_NAMED = (
    "write the one of recognised blocks, parameters as numbers of Q(i) of small height; by default "
    "the nearest is written"
)
_TOLERANCE = "of named blocks: how far angles may be rounded"
_ANYWAY = "write also what has too little to do with the network, and say so"


def certify(
    file: Annotated[Path, typer.Argument(help="weights: .npz, .safetensors, .pt, .ckpt, ...")],
    output: Annotated[File, output_to("OUT.cert.json", "write the certificate to it")] = None,
    group: GroupOfFile = None,
    operation: OperationOfFile = None,
    layout: Layout = None,
    keys: Keys = None,
    activation: Activation = "square",
    normalised: Normalised = False,
    named: Annotated[bool, option(_NAMED, "--named")] = False,
    tolerance: Annotated[float, option(_TOLERANCE, metavar="DEGREES")] = TOLERANCE,
    time_limit: TimeLimit = SECONDS,
    anyway: Annotated[bool, option(_ANYWAY, "--anyway")] = False,
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say which exact global optimizer a network is, or which are next to it, and prove it.

    A network that cogo build made comes back as itself. Of a trained one two are found: the nearest
    one, with entries that have no name, and one of the compositions that cogo recognise finds, with
    simple parameters. The certificate is checked by the stand-alone checker; -o writes it.

    Exit code 0: it is accepted; 1: the network does not solve the task, or nothing that was found
    has enough to do with it, and nothing is written; 2: bad input.

    Example: [bold]cogo certify weights.npz -o weights.cert.json --named --tolerance 1[/]
    """
    if output is not None:
        if not output.name.endswith(SUFFIX) or output.name == SUFFIX:
            raise ValueError(f"output={output}: a certificate's name ends in {SUFFIX}")
        require_writable(output, force=force)
    end = time.monotonic() + time_limit
    with progress_bar(silent=quiet or as_json) as show:
        try:
            near = neighbours(
                file,
                group=group,
                operation=operation,
                layout=layout,
                keys=keys,
                activation=activation,
                normalised=normalised,
                tolerance=tolerance,
                seconds=time_limit,
                anyway=anyway,
                progress=show,
            )
            found = near.chosen(named=named, anyway=anyway)
        except (NoneNearError, NotLearnedError) as error:
            _refuse(file, str(error), as_json=as_json)
        show("writing and checking the certificate", 1, 1)
        summary, refused = found.as_json(), near.refused.get(found.kind)
        notes = {"made by": "cogo certify", **summary}
        if refused is not None:
            notes["refused"] = refused
        isotopy = near.reading.operation
        try:
            with given_up_at(max(end, time.monotonic()) + GRACE):
                data = certificate.to_text(found.element, operation=isotopy, notes=notes).encode()
                over = near.reading.multiplication
                code, message = (checker if over is None else table_checker).check(data)
        except OutOfTimeError:
            reason = f"an exact network is at {_percent(found.distance)}; the time limit came "
            reason += "before it was checked: pass a longer --time-limit"
            _refuse(file, reason, as_json=as_json)
    if code == 2:
        reason = f"a zero of the loss in floats is at {found.distance:.4%}; its certificate "
        _refuse(file, f"{reason}exceeds a limit of the checker: {message}", as_json=as_json)
    if output is not None and code == 0:
        write_bytes(output, data, force=force)
    if as_json:
        rows = {
            kind: {"relative distance": x.distance, "refused": near.refused.get(kind)}
            for kind, x in near.found.items()
        }
        result = {"file": str(file), "accepted": code == 0, "message": message}
        result |= {"operation": over.as_json() if over else isotopy and isotopy.as_json()}
        result |= {**summary, "refused": refused, "found": rows, "output": output and str(output)}
        print_json(result)
    elif not quiet:
        _print(file, near, found, "written" if output else "checked")
        say(message)
        if code == 0 and output is None:
            say("-o FILE.cert.json writes the certificate")
        elif code == 0:
            say_written(output)
    raise typer.Exit(code)


def _print(file: Path, near: Neighbours, found: Certified, done: str) -> None:
    """Print what the network is, how far the exact ones are, and what the written one is."""
    trained = near.recognition
    live, pairs = trained.width - len(trained.dead), trained.group.order**2
    if found.kind == "family":
        what = found.lines[0]
    else:
        count = ", ".join(f"{name} {n}" for name, n in trained.compositions.items())
        by = "nodes by representation" if near.reading.multiplication else "frequencies by block"
        what = f"trained on {trained.group}, {by}: {count}; {found.kind} optimizer"
    say(
        f"{printable(file)}: {what}: distance {_percent(found.distance)}",
        f"{trained.width} nodes, {live} of them live; loss {trained.measured.loss:.4g}; right on "
        f"{found.agreeing} of {pairs} pairs",
        *near.reading.notes,
    )
    if found.kind != "family":
        option = {"named": "with --named", "nearest": "without --named"}
        rows = []
        for kind, x in near.found.items():
            fate = done if x is found else "refused" if kind in near.refused else option[kind]
            rows.append((kind, _percent(x.distance), str(x.element.order), fate))
        columns = ("kind", "distance", "nodes", "")
        console().print(
            table("exact optimizers next to it", *columns, rows=rows, right=columns[1:3])
        )
    for kind, why in near.refused.items():
        say(f"{kind}: {f'{done} anyway, though' if kind == found.kind else 'refused:'} {why}")
    for kind, x in near.found.items():
        if x is found or kind not in near.refused:
            say(*x.lines[x.kind == "family" :])


def _percent(x: float) -> str:
    """Return a distance; what is no more than rounding is 0."""
    return f"{x:.4%}" if x > 1e-6 else "0"


def _refuse(file: Path, reason: str, *, as_json: bool) -> NoReturn:
    """Say why there is no certificate, and stop with exit code 1."""
    if as_json:
        print_json({"file": str(file), "accepted": False, "message": reason})
    else:
        print(f"refused: {printable(file)}: {reason}; nothing was written", file=sys.stderr)
    raise typer.Exit(1)
