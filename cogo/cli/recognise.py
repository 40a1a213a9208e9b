"""``cogo recognise``: which exact compositions are in these float weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from algebra.machine.read_file import printable
from algebra.machine.write_file import make_folder, require_writable
from cogo.cli.options import Force, GroupOfFile, Json, Normalised
from cogo.cli.terminal import progress_bar
from numeric.recognition.frequency_report import NOT_FACTORABLE, UNKNOWN, FrequencyReport
from numeric.recognition.recognise import recognise as recognised
from numeric.recognition.report import Recognition
from numeric.weights.embed import Weights
from numeric.weights.given import reading

#: Columns of tables that go to a file.
WIDTH = 132
#: Columns of the table of potentials.
WHOLE = 240
#: At most so many nodes of several frequencies are listed.
SHOWN = 12
PICTURES = ("orders.png", "phases.png", "fitted.png")


def recognise(
    files: Annotated[
        list[Path], typer.Argument(help="weights: .npz, .safetensors or .pt", metavar="FILE...")
    ],
    group: GroupOfFile = None,
    normalised: Normalised = False,
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=f"draw {', '.join(PICTURES)} of each file into a folder of the file's name",
        ),
    ] = None,
    potentials: Annotated[
        bool, typer.Option("--potentials", help="print the potentials beside their ideal values")
    ] = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Recognise the algebraic solution in the weights of a trained network.

    For every frequency: its nodes, the composition that fits them best among all blocks, with
    parameters, and the distance to it. The fit does not depend on how nodes are scaled, ordered,
    translated or relabelled.

    Example: [bold]cogo recognise weights.npz --pictures pictures[/]
    """
    weights = [reading(path, group=group, normalised=normalised).weights for path in files]
    folders = [None if pictures is None else pictures / path.name for path in files]
    _prepare([folder for folder in folders if folder is not None], force)
    results = []
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console = Console(highlight=False, soft_wrap=True, width=WIDTH)
    for path, w, folder in zip(files, weights, folders, strict=True):
        with progress_bar() as show:
            found = recognised(w, progress=show)
        if folder is not None:
            _draw(found, folder, force)
        if as_json:
            results.append({"file": str(path), **found.as_json()})
        else:
            _print(console, path, found, w)
            if potentials:
                # Numbers stay whole: cells that do not fit would be cut.
                Console(highlight=False, soft_wrap=True, width=max(console.width, WHOLE)).print(
                    _potentials_table(found)
                )
            for name in PICTURES if folder is not None else ():
                console.print(f"wrote {printable(folder)}/{name}", markup=False)
    if as_json:
        typer.echo(json.dumps(results, indent=1))


def _prepare(folders: list[Path], force: bool) -> None:
    """Make the folders; refuse, before any work is done, what would overwrite something."""
    for folder in folders:
        make_folder(folder, parents=True)
    require_writable(*(folder / name for folder in folders for name in PICTURES), force=force)


def _draw(found: Recognition, folder: Path, force: bool) -> None:
    from numeric.pictures import recognition as draw

    for name, picture in zip(PICTURES, (draw.orders, draw.phases, draw.fitted), strict=True):
        picture(found, folder / name, force=force)


def _print(console: Console, path: Path, found: Recognition, w: Weights) -> None:
    name = escape(printable(path))
    console.print(
        f"[bold]{name}[/]: {found.width} nodes over {found.group}, {w.w_a.dtype}; "
        f"loss {found.measured.loss:.4g}, accuracy {found.measured.accuracy:.2%} of "
        f"{found.group.order**2} pairs (measured)"
    )
    reason = found.not_learned()
    if reason is not None:
        console.print(f"[yellow]{reason}[/]")
    if found.memorized:
        console.print(
            f"memorization: {found.memorized} of {found.group.order**2} pairs have a node that "
            f"answers to them alone"
        )
    else:
        console.print(_table(found))
    console.print(_totals(found))


def _table(found: Recognition) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in (
        "k",
        "order",
        "composition",
        "parameters",
        "residual",
        "nodes",
        "T[0,0,k]",
        "note",
    ):
        table.add_column(
            name,
            justify="right" if name in ("k", "order", "residual", "T[0,0,k]") else "left",
            no_wrap=name != "note",
        )
    for x in found.frequencies:
        table.add_row(
            x.label,
            str(x.order),
            x.composition,
            ", ".join(f"{name} {angle:.1f}°" for name, angle in x.match.parameters.items()),
            "" if x.match.residual == float("inf") else f"{x.match.residual:.2%}",
            " ".join(map(str, x.place.nodes[:9])) + (" ..." if x.order > 9 else ""),
            _constant(x),
            _note(x),
        )
    return table


def _constant(x: FrequencyReport) -> str:
    """Return the modulus of what its nodes leave in ``T[0,0,k]``, and what carriers leave of it."""
    return (
        f"{abs(x.sums.leftover):.2f} -> {abs(x.sums.leftover + x.sums.carried):.2f}"
        if x.order
        else ""
    )


def _note(x: FrequencyReport) -> str:
    notes = []
    if x.composition in NOT_FACTORABLE and x.place.serving:
        names = " ".join(map(str, x.place.serving))
        notes.append(f"R_* is cancelled by the constant-part nodes {names}")
    if x.match.reason:
        notes.append(x.match.reason)
    if x.composition == UNKNOWN and x.match.tried:
        name = min(x.match.tried, key=lambda name: x.match.tried[name])
        if np.isfinite(x.match.tried[name]):
            notes.append(f"nearest {name} at {x.match.tried[name]:.0%}")
    if x.place.shared:
        with_ = ", ".join(x.place.partners)
        notes.append(f"with {with_}: nodes {' '.join(map(str, x.place.shared))} read both")
    if x.place.weak:
        notes.append(f"besides weak nodes: {' '.join(map(str, x.place.weak))}")
    return "; ".join(notes)


def _totals(found: Recognition) -> str:
    lines = [
        "orders: " + ", ".join(f"{n}: {count}" for n, count in found.orders.items()),
        "compositions: " + ", ".join(f"{name} {n}" for name, n in found.compositions.items()),
        "of factorable orders 4 and 6 (Table 2): "
        + ", ".join(f"{name} {share:.1f} %" for name, share in found.table2().items()),
        f"nodes: {found.width - len(found.dead)} live, {len(found.dead)} dead, "
        f"{len(found.carriers)} carriers, {len(found.constants)} with a constant part, "
        f"{len(found.mixed)} of several frequencies",
        *map(str, found.several[:SHOWN]),
        *([f"... and {len(found.several) - SHOWN} more such nodes"] * (len(found.several) > SHOWN)),
    ]
    return "\n".join(lines)


def _potentials_table(found: Recognition) -> Table:
    table = Table(box=None, pad_edge=False, title="potentials (ideal: abc 1, others 0)")
    names = list(found.frequencies[0].sums.potentials) if found.frequencies else []
    ideal: dict[str, Any] = {"abc": 1}
    for name in ("k", *names, "T[0,0,k]"):
        title = f"{name} ({ideal[name]})" if name in ideal else name
        table.add_column(title, justify="right")
    for x in found.frequencies:
        cells = [f"{z:.3f}" for z in x.sums.potentials.values()]
        table.add_row(x.label, *cells, f"{x.sums.leftover + x.sums.carried:.3f}")
    return table
