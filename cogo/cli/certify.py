"""``cogo certify``: what exact optimizer a network is, or the ones next to it, proved."""

import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from algebra.machine.read_file import printable
from algebra.machine.write_file import require_writable, write_bytes
from cogo.cli import options as opt
from cogo.cli.terminal import print_json, table, wrote
from numeric.exact.certify import GRACE, Certified, Neighbours, neighbours
from numeric.exact.named import TOLERANCE
from numeric.exact.projection import NoneNearError
from numeric.recognition.recognise import NotLearnedError
from numeric.work.time_limit import SECONDS, OutOfTimeError, given_up_at
from proofs.certificates import certificate

SUFFIX = ".cert.json"
_NAMED = (
    "write the one of recognised blocks, parameters as numbers of Q(i) of small height; by default "
    "the nearest is written"
)
_TOLERANCE = "of named blocks: how far angles may be rounded"
_ANYWAY = "write also what has too little to do with the network, and say so"


def certify(
    file: opt.Weights,
    *,
    output: Annotated[
        opt.File, opt.output_to(f"OUT{SUFFIX}", "write the certificate to it")
    ] = None,
    given: opt.Given,
    named: Annotated[bool, opt.option(_NAMED, "--named")] = False,
    tolerance: Annotated[float, opt.option(_TOLERANCE, metavar="DEGREES")] = TOLERANCE,
    time_limit: opt.TimeLimit = SECONDS,
    anyway: Annotated[bool, opt.option(_ANYWAY, "--anyway")] = False,
    force: opt.Force = False,
    out: opt.Output,
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
    how: dict[str, Any] = {**vars(given), "tolerance": tolerance, "anyway": anyway}
    try:
        with out.bar() as show:
            near = neighbours(file, **how, seconds=time_limit, progress=show)
            found = near.chosen(named=named, anyway=anyway)
            show("writing and checking the certificate", 1, 1)
            data, code, message = _certificate(near, found, max(end, time.monotonic()) + GRACE)
    except (NoneNearError, NotLearnedError) as error:
        if out.as_json:
            print_json({"file": str(file), "accepted": False, "message": str(error)})
        else:
            print(f"refused: {printable(file)}: {error}; nothing was written", file=sys.stderr)
        raise typer.Exit(1) from None
    if output is not None and code == 0:
        write_bytes(output, data, force=force)
    operation = near.reading.operation
    document = {
        "file": str(file),
        "accepted": code == 0,
        "message": message,
        "operation": operation and operation.as_json(),
        **found.as_json(),
        "refused": near.refused.get(found.kind),
        "found": {
            kind: {"relative distance": x.distance, "refused": near.refused.get(kind)}
            for kind, x in near.found.items()
        },
        "output": output and str(output),
    }
    last = [message]
    if code == 0:
        last += wrote(output) or ["-o FILE.cert.json writes the certificate"]
    done = "written" if output else "checked"
    out.end(code, document, chain(_lines(file, near, found, done), last))


def _certificate(near: Neighbours, found: Certified, limit: float) -> tuple[bytes, int, str]:
    """Return the certificate, and what the stand-alone checker says of it."""
    notes = {"made by": "cogo certify", **found.as_json()}
    if found.kind in near.refused:
        notes["refused"] = near.refused[found.kind]
    try:
        with given_up_at(limit):
            over = near.reading.operation
            data, code, message = certificate.judged(found.element, operation=over, notes=notes)
    except OutOfTimeError:
        raise NoneNearError(
            f"an exact network is at {_percent(found.distance)}; the time limit came before it was "
            f"checked: pass a longer --time-limit"
        ) from None
    if code == 2:
        raise NoneNearError(
            f"a zero of the loss in floats is at {found.distance:.4%}; its certificate exceeds a "
            f"limit of the checker: {message}"
        )
    return data, code, message


def _lines(file: Path, near: Neighbours, found: Certified, done: str) -> Iterator[RenderableType]:
    """Say what the network is, how far the exact ones are, and what the written one is."""
    trained = near.recognition
    if found.kind == "family":
        what = found.lines[0]
    else:
        count = ", ".join(f"{name} {n}" for name, n in trained.compositions.items())
        by = "nodes by representation" if near.reading.over_a_table else "frequencies by block"
        held = f"{trained.group}, {by}: {count}" if count else f"{trained.group}"
        what = f"trained on {held}; {found.kind} optimizer"
    yield f"{printable(file)}: {what}: distance {_percent(found.distance)}"
    yield (
        f"{trained.width} nodes, {trained.width - len(trained.dead)} of them live; loss "
        f"{trained.measured.loss:.4g}; right on {found.agreeing} of {trained.group.order**2} pairs"
    )
    yield from near.reading.notes
    if found.kind != "family":
        option = {"named": "with --named", "nearest": "without --named"}
        rows = []
        for kind, x in near.found.items():
            fate = done if x is found else "refused" if kind in near.refused else option[kind]
            rows.append((kind, _percent(x.distance), str(x.element.order), fate))
        columns = ("kind", "distance", "nodes", "")
        yield table("exact optimizers next to it", *columns, rows=rows, right=columns[1:3])
    for kind, why in near.refused.items():
        yield f"{kind}: {f'{done} anyway, though' if kind == found.kind else 'refused:'} {why}"
    for kind, x in near.found.items():
        if x is found or kind not in near.refused:
            yield from x.lines[x.kind == "family" :]


def _percent(x: float) -> str:
    """Return a distance; what is no more than rounding is 0."""
    return f"{x:.4%}" if x > 1e-6 else "0"
