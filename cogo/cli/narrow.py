"""``cogo narrow``: how few nodes suffice, by numerical search."""

from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from algebra.criterion.target import as_target
from algebra.groups.finite_group import NotAGroupError
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import group as group_of
from algebra.groups.isotopy import NotIsotopicError, isotopy_of
from algebra.groups.operation import read_table
from algebra.machine.held import held_folder
from algebra.machine.read_file import printable
from algebra.machine.write_file import make_folder, write_bytes
from cogo.cli import options as opt
from cogo.cli.terminal import say
from numeric.narrow.problem import ZERO, Operation, Problem, Task, products
from numeric.narrow.run import Tally, hit_file, run
from numeric.narrow.search import Searched
from numeric.narrow.symmetric import structure
from numeric.weights.files import read_weights
from numeric.work.executor import executor_of
from proofs.widths.hit_proof import HitProof, prove_hit
from proofs.widths.known import KnownWidths

MAX_ORDER = 32
#: Zeros that are tried to be recognised until the first, and again after each one that is proved.
RECOGNISED = 3
#: Zeros that are tried for each that is to be proved.
TRIED = 20
#: Starts, if nothing else is asked for.
STARTS = 200
_SUPPORT = (
    "frequencies, or numbers of representations, of each node, such as '0;1;1;0,1': ';' between "
    "nodes; '+' or '-' at the end of a node for b = a or b = -a"
)
_SYMMETRY = (
    "permutes the nodes: 'swap', 'translate s,t', 'times n', 'auto h1,h2'; ';' between generators, "
    "'*' for products"
)
_STARTS = f"random starts, in all; by default {STARTS}, and none if the answer is known"
_PROOFS = "zeros to prove, those with the smallest terms first; 0 for none"


def narrow(
    group: opt.AnyGroup,
    *,
    width: Annotated[int, opt.number("the number of hidden nodes", 1, 256, "--width", "-w")],
    target: opt.TargetName = "projected",
    constants: opt.Constants = True,
    support: Annotated[opt.Text, opt.option(_SUPPORT)] = None,
    symmetry: Annotated[opt.Text, opt.option(_SYMMETRY)] = None,
    starts: Annotated[int | None, opt.number(_STARTS, 1, 10**7)] = None,
    seed: opt.Seed = 0,
    steps: Annotated[int, opt.number("the most that one start takes", 2, 10**5)] = 80,
    proofs: Annotated[int, opt.number(_PROOFS, 0, 1000)] = 1,
    output: Annotated[opt.File, opt.output_to("DIR", "keep hits, and where the search is")] = None,
    workers: opt.Workers = 1,
    cluster: opt.Cluster = None,
    out: opt.Output,
) -> None:
    """Say what is known of a width; else look for exact solutions, from random starts.

    What is proved of a width, or excluded, is said at once; [bold]--starts N[/] or [bold]-o DIR[/]
    searches all the same. A table (.csv) may be that of any operation.
    A start ends at a zero of the loss, or drifts (the loss creeps down while weights grow: an
    infimum that is approached and not attained), or is stationary, or runs out of steps. A zero is
    proved exactly, if its numbers can be recognised, or else that an exact solution exists nearby.
    With [bold]-o DIR[/] hits are kept as weights, proofs as certificates for [bold]cogo check[/],
    and the same command goes on where it was.
    Exit code 0: zeros were found, or a family of that width is proved; 1: neither.

    Example: [bold]cogo narrow Z5 --width 8 --target onehot[/]
    """
    task = _task(group)
    if not 2 <= task.order <= MAX_ORDER:
        raise ValueError(
            f"group={group} has order {task.order}; pass one of order 2 to {MAX_ORDER}"
        )
    shape, ties = (None, None) if support is None else _support(support)
    problem = Problem(task, width, as_target(target), constants, shape, symmetry, ties)
    if symmetry is not None:
        structure(problem, 0, seed=0)
    known = KnownWidths(problem.group, problem.target, constants)
    fits = known.suffices(width)
    settled = width < known.least or (fits and support is None and symmetry is None)
    searches = not settled or starts is not None or output is not None
    if output is not None:
        make_folder(output, parents=True)
    if not out.silent:
        said = None if isinstance(problem.group, AbelianGroup) else group
        say(str(known), known.verdict(width, said=said), *_relabelled(problem.group))
        if not searches:
            say("nothing was searched for; pass --starts N to search all the same")
    starts, tally = starts or STARTS, Tally()
    found: list[tuple[int, HitProof]] = []
    with (
        held_folder(output) if output else nullcontext(),
        TemporaryDirectory(prefix="cogo-narrow-") as spare,
        executor_of(cluster, workers) as (executor, _),
        out.bar() as show,
    ):

        def report(tally: Tally) -> None:
            text = f"{problem.group}, {width} nodes: {len(tally.zeros)} zeros"
            show(text, tally.done, starts)

        if searches:
            folder = output or Path(spare)
            asked = {"starts": starts, "seed": seed, "steps": steps}
            tally = run(problem, **asked, folder=folder, executor=executor, report=report)
            order = sorted(tally.zeros, key=lambda zero: zero[2])[: TRIED * proofs]
            for start, proof in _proofs(problem, [x for x, *_ in order], seed, proofs, folder):
                found.append((start, proof))
                show(f"start {start}: {proof.kind}", len(found), len(order))
    zeros = [dict(zip(("start", "residual", "size"), x, strict=True)) for x in tally.zeros]
    names = ("width", "target", "constants", "support", "ties", "symmetry")
    document = {
        "group": str(problem.group),
        **{name: getattr(problem, name) for name in names},
        "seed": seed,
        "starts": tally.done,
        "outcomes": tally.outcomes,
        "zeros": zeros,
        "lowest residual of drifting starts": tally.lowest,
        "proved widths": known.proved,
        "lower bound": known.least,
        "proofs": [{"start": x, "kind": y.kind, "message": y.message} for x, y in found],
    }
    lines = _lines(problem, tally, output, found) if searches else ()
    out.end(0 if tally.zeros or fits else 1, document, lines)


def _proofs(
    problem: Problem, zeros: list[int], seed: int, wanted: int, folder: Path
) -> Iterator[tuple[int, HitProof]]:
    """Yield proofs of zeros, those that failed too, until there are as many as are wanted."""
    done = 0
    for tried, start in enumerate(zeros):
        if done == wanted:
            break
        path, exact = hit_file(folder, start), tried < done + RECOGNISED
        proof = prove_hit(problem, read_weights(path), start=start, seed=seed, exact=exact)
        yield start, proof
        if proof.kind != "none":
            done += 1
            write_bytes(path.with_suffix(proof.suffix), proof.text.encode(), force=True)


def _task(text: str) -> Task:
    """Return the group, or the operation of a table that is no group's."""
    try:
        return group_of(text)
    except NotAGroupError:
        table, _ = read_table(Path(text))
        return Operation(tuple(map(tuple, table.tolist())), Path(text).stem)


def _relabelled(task: Task) -> Iterator[str]:
    """Say whose widths an operation has, if it is an addition in disguise."""
    if isinstance(task, Operation):
        with suppress(NotIsotopicError):
            group = isotopy_of(products(task)).group
            yield f"{task.name} is addition in {group} relabelled: it has the widths of {group}"


def _support(text: str) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...] | None]:
    """Return the frequencies of each node, and how b is tied to a; no ties if no node has one."""
    words = [node.strip() for node in text.split(";")]
    ties = tuple({"+": 1, "-": -1}.get(word[-1:], 0) for word in words)
    try:
        nodes = tuple(tuple(int(k) for k in word.rstrip("+-").split(",")) for word in words)
        return nodes, ties if any(ties) else None
    except ValueError:
        raise ValueError(
            f"support={text!r}; pass frequencies as indices, with ',' within a node and ';' "
            f"between nodes, such as '0;1;1;0,1'; '+' or '-' at the end of a node for b = a or -a"
        ) from None


def _lines(
    problem: Problem,
    tally: Tally,
    output: Path | None,
    proofs: list[tuple[int, HitProof]],
) -> Iterator[str]:
    constants = "" if problem.constants else ", no constant parts"
    yield (
        f"{problem.group}, {problem.width} nodes, target {problem.target}{constants}: "
        f"{tally.done} starts"
    )
    down = "" if tally.lowest is None else f" (down to {tally.lowest:.1e})"
    words = {
        Searched.ZERO: f"zeros: residual below {ZERO:.0e} with moderate weights (measured in "
        f"floats, not proved)",
        Searched.DRIFTS: "drift: the loss creeps down while weights grow; no zero is attained"
        + down,
        Searched.STATIONARY: "stationary at a positive loss",
        Searched.UNFINISHED: "ran out of steps",
    }
    for outcome, what in words.items():
        yield f"{tally.outcomes[outcome.value]:>7} {what}"
    if tally.zeros:
        start, residual, size = min(tally.zeros, key=lambda zero: zero[2])
        yield f"smallest terms: start {start}, residual {residual:.1e}, largest term {size:.3g}"
    said = {
        "exact": "proved: an exact solution, reached from start {start}",
        "existence": "proved: an exact solution exists next to numbers reached from start {start}",
        "none": "not proved: start {start}",
    }
    for start, proof in proofs:
        where = f" (start-{start:07d}{proof.suffix})" if output and proof.text else ""
        yield f"{said[proof.kind].format(start=start)}{where}"
        yield f"        {proof.message}"
    if output is not None:
        yield f"kept in {printable(output)}"
