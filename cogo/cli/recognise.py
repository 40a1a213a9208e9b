"""``cogo recognise``: which exact compositions are in these float weights."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from math import pi, radians
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import RenderableType
from rich.table import Column, Table
from rich.text import Text

from algebra.machine.read_file import printable
from algebra.machine.write_file import make_folder, require_writable
from cogo.cli import options as opt
from cogo.cli.terminal import coloured, say, table, wrote
from numeric.exact.family import root_near
from numeric.exact.named import half_tangent
from numeric.recognition.over_a_table import HEADINGS, TableRecognition
from numeric.recognition.recognise import POTENTIALS, recognise as recognised
from numeric.recognition.report import (
    GENERAL,
    NOT_FACTORABLE,
    RANDOM_PHASES,
    UNKNOWN,
    FrequencyReport,
    Recognition,
    a_few,
)
from numeric.verification.verify import Verified, verified
from numeric.weights.given import Reading, reading
from numeric.weights.performance import Progress, accuracies, said
from numeric.work.time_limit import SECONDS, OutOfTimeError, given_up_at

#: Columns at which tables are cut: cells that do not fit would be.
WIDTH = 240
#: Below this loss the activation is squares.
CLEAR = 0.05
#: Parameters that are angles, and not the angles of numbers of modulus one.
ANGLES = ("angle", "sum", "gap", "next gap")
#: What can be typed: roots of unity up to this order if an angle is so near one, else numbers that
#: are so near, in degrees.
ROOTS, SAME, NEAR = 48, 1e-6, 0.05
#: At most so many nodes of several frequencies are listed.
SHOWN = 12
#: Nodes of a frequency that are listed; if it has more and no name, what they are together is said.
MANY, NAMELESS = 9, (GENERAL, RANDOM_PHASES, UNKNOWN)
PICTURES = ("orders.png", "phases.png")
_PICTURES = f"draw {', '.join(PICTURES)} of each file into a folder of the file's name"
_POTENTIALS = "print the potentials beside their ideal values"


def recognise(
    files: Annotated[
        list[Path],
        typer.Argument(help="weights: .npz, .safetensors, .pt, .ckpt, ...", metavar="FILE..."),
    ],
    *,
    given: opt.Given,
    pictures: Annotated[opt.File, opt.option(_PICTURES, metavar="DIR")] = None,
    potentials: Annotated[bool, opt.option(_POTENTIALS, "--potentials")] = False,
    time_limit: opt.TimeLimit = SECONDS,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """Recognise the algebraic solution in the weights of a trained network.

    For every frequency: its nodes, the composition that fits them best among all blocks, with
    parameters, and the distance to it. The fit does not depend on how nodes are scaled, ordered,
    translated or relabelled.

    Example: [bold]cogo recognise weights.npz --pictures pictures[/]
    """
    results, doing, code = [], "reading", 0
    try:
        with given_up_at(time.monotonic() + time_limit):
            readings = [reading(path, **vars(given)) for path in files]
            folders = [pictures / path.name for path in files] if pictures else []
            for folder in folders:
                make_folder(folder, parents=True)
            # Refuse, before any work is done, what would overwrite something.
            require_writable(*(x / name for x in folders for name in PICTURES), force=force)
            for path, read, folder in zip_longest(files, readings, folders):
                with out.bar() as show:

                    def report(phase: str, done: float, of: float, show: Progress = show) -> None:
                        nonlocal doing
                        doing = phase
                        show(phase, done, of)

                    found, others = recognised(read, progress=report), {}
                    proved = verified(read, progress=report) if found.group.order > 1 else None
                    if isinstance(found, Recognition) and found.measured.loss > CLEAR:
                        report("trying other activations", 0, 1)
                        others = accuracies(read.weights)
                doing = "writing"
                drawn = _drawn(found, folder, force)
                seen = read, found, proved, others
                results.append({"file": str(path), **_document(*seen)})
                if out.silent:
                    continue
                say(*_lines(path, *seen, potentials=potentials), *wrote(*drawn), width=WIDTH)
                for what, asked in ("pictures", folder), ("potentials", potentials):
                    if asked and isinstance(found, TableRecognition):
                        say(f"no {what}: they are of networks over Abelian groups")
    except OutOfTimeError:
        said = f"the time limit of {time_limit:g} s came while {doing}: pass a longer --time-limit"
        print(f"refused: {said}", file=sys.stderr)
        code = 1
    out.end(code, results, ())


def _document(
    read: Reading,
    found: Recognition | TableRecognition,
    proved: Verified | None,
    others: dict[str, float],
) -> dict[str, object]:
    """Return what is in one network, and what is proved of it, for JSON."""
    every = proved.as_json() if proved else {}
    if isinstance(found, TableRecognition):
        return {**found.as_json(), "proved": every}
    known = {name: every.get(name) for name in ("pairs", "right", "margin")}
    known |= {"proved loss": every.get("loss"), "other activations": others}
    return {**found.as_json(), **known, "notes": list(read.notes)}


def _lines(
    path: Path,
    read: Reading,
    found: Recognition | TableRecognition,
    proved: Verified | None,
    others: dict[str, float],
    *,
    potentials: bool,
) -> Iterator[RenderableType]:
    """Say what is in one network."""
    nodes = f": {read.network.width} nodes over {found.group}, {read.weights.w_a.dtype}"
    yield coloured(printable(path), "bold", nodes)
    yield from read.notes
    if proved:
        yield from proved.lines()
    if isinstance(found, TableRecognition):
        if (why := found.not_learned()) is not None:
            yield Text(why, "yellow")
        live = int(found.live.sum())
        title = f"{live} nodes by the representation that has most of their inputs"
        single = "single: 95 % of the inputs and of the outputs are of it; measured"
        if rows := [*found.cells()]:
            yield table(title, *HEADINGS, rows=rows, right=HEADINGS[1:], caption=single)
        yield from found.lines()
        return
    measured, as_other = found.measured, said(found.measured.accuracy, others)
    why = found.not_learned(said=read.notes)
    if read.network.activation != "square":
        why = why and f"taken as a network of squares, {why}"
        as_other = (
            f"what follows takes them as squares: loss {measured.loss:.4g}, accuracy "
            f"{measured.accuracy:.2%} of {measured.answers.size} pairs (measured)"
        )
    yield from (Text(str(x), "yellow") for x in (as_other, why, found.up_to_scale) if x)
    nameless = (x.order for x in found.frequencies if x.composition in NAMELESS)
    if found.memorized:
        of = f"{found.memorized} of {found.group.order**2} pairs"
        yield f"memorization: {of} have a node that answers to them alone"
    elif found.up_to_scale or max(nameless, default=0) > MANY:
        numbers = "k nodes effective share alone T[k,k,k] missed phase off residual"
        yield _table(found, _together, numbers, "acts_as composition parameters")
    else:
        yield _table(found, _each, "k order residual T[0,0,k]", "composition parameters nodes")
        notes = ((x.label, _note(x)) for x in found.frequencies)
        yield from (f"k = {label}: {note}" for label, note in notes if note)
    yield from _totals(found)
    if potentials:
        numbers = f"k {' '.join(POTENTIALS).replace('abc ', 'abc_(1) ', 1)} T[0,0,k]"
        yield _table(found, _potentials, numbers, title="potentials (ideal: abc 1, others 0)")


def _drawn(found: Recognition | TableRecognition, folder: Path | None, force: bool) -> list[Path]:
    """Return the pictures that were drawn into a folder."""
    if folder is None or isinstance(found, TableRecognition):
        return []
    from numeric.pictures import recognition as draw
    from numeric.pictures.figure import save_figure

    for name in PICTURES:
        save_figure(getattr(draw, Path(name).stem)(found), folder / name, force=force)
    return [folder / name for name in PICTURES]


def _table(
    found: Recognition,
    cells: Callable[[FrequencyReport], Sequence[str]],
    numbers: str,
    texts: str = "",
    title: str = "",
) -> Table:
    """Return a table of numbers, then texts, a row a frequency; columns with spaces between."""
    made = [Column(x, justify="right", no_wrap=True) for x in numbers.split()]
    made += [Column(x.replace("_", " "), no_wrap=True) for x in texts.split()]
    rows = map(cells, found.frequencies)
    return table(title, *made, rows=rows, box=None, pad_edge=False)


def _each(x: FrequencyReport) -> tuple[str, ...]:
    label, order, composition, _, residual = x.cells
    left = abs(x.sums.leftover), abs(x.sums.leftover + x.sums.carried)
    nodes = " ".join(map(str, x.place.nodes[:MANY])) + (" ..." if x.order > MANY else "")
    change = f"{left[0]:.2f} -> {left[1]:.2f}" if x.order else ""
    return label, order, residual, change, composition, _parameters(x), nodes


def _together(x: FrequencyReport) -> tuple[str, ...]:
    """Return what many nodes are together, or nodes up to scale."""
    t, (label, order, composition, _, residual) = x.together, x.cells
    at = (f"{t.alone:.1%}", f"{t.phase:.1f}°") if x.order else ("", "")
    numbers = (label, order, f"{t.effective:.1f}", f"{t.share:.1%}", at[0])
    off = f"{t.gain:.3g}", f"{x.sums.missed:.2g}", at[1], f"{t.off:.2f}", residual
    return (*numbers, *off, t.acts_as, composition, _parameters(x))


def _potentials(x: FrequencyReport) -> tuple[str, ...]:
    sums = [*x.sums.potentials.values(), x.sums.leftover + x.sums.carried]
    return (x.label, *(f"{z:.3f}" for z in sums))


def _parameters(x: FrequencyReport) -> str:
    """Return the parameters, those that are numbers of modulus one as they can be typed."""
    return ", ".join(
        f"{name} {angle:.1f}°" if name in ANGLES else f"{name}={typed(angle)} {angle:.1f}°"
        for name, angle in x.match.parameters.items()
    )


def typed(angle: float) -> str:
    """Return a number with this angle, in degrees: a root of unity, or a `unit` .05 off at most."""
    root = root_near(radians(angle), order=ROOTS, within=radians(SAME))
    if root:
        return root
    t = half_tangent(min(radians(angle), pi - radians(NEAR)), radians(NEAR))
    return f"unit({t})" if t else "1"


def _note(x: FrequencyReport) -> str:
    place, match, notes = x.place, x.match, []
    if x.composition in NOT_FACTORABLE and place.serving:
        notes.append(f"R_* is cancelled by the constant-part {_nodes(place.serving)}")
    if match.reason:
        notes.append(match.reason)
    if x.composition == UNKNOWN and match.tried:
        name = min(match.tried, key=lambda name: match.tried[name])
        if np.isfinite(match.tried[name]):
            notes.append(f"nearest {name} at {match.tried[name]:.0%}")
    if place.shared:
        notes.append(f"with {a_few(place.partners)}: {_nodes(place.shared)} read both")
    if place.weak:
        notes.append(f"besides weak {_nodes(place.weak)}")
    return "; ".join(notes)


def _nodes(nodes: Sequence[int]) -> str:
    if len(nodes) > SHOWN:
        return f"nodes, {len(nodes)} of them"
    return f"nodes {' '.join(map(str, nodes))}"


def _totals(found: Recognition) -> Iterator[str]:
    yield "orders: " + ", ".join(f"{n}: {count}" for n, count in found.orders.items())
    yield "compositions: " + ", ".join(f"{name} {n}" for name, n in found.compositions.items())
    if any(x.order in (4, 6) for x in found.frequencies) and not found.up_to_scale:
        shares = (f"{name} {share:.1f} %" for name, share in found.table2().items())
        yield f"of factorable orders 4 and 6 (Table 2): {', '.join(shares)}"
    yield (
        f"nodes: {found.width - len(found.dead)} live, {len(found.dead)} dead, "
        f"{len(found.carriers)} carriers, {len(found.constants)} with a constant part, "
        f"{len(found.mixed)} of several frequencies"
    )
    if len(found.several) <= SHOWN:
        yield from map(str, found.several)
    else:
        reads = float(np.median([len(x.reads) for x in found.several]))
        yield f"the nodes of several frequencies read {reads:.0f} of them in the median"
