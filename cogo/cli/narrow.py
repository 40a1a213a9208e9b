"""``cogo narrow``: how few nodes suffice, by numerical search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from algebra.criterion.target import as_target
from algebra.groups.finite_group import NotAGroupError
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import group as group_of
from algebra.groups.isotopy import NotIsotopicError, isotopy_of
from algebra.groups.operation import read_table
from algebra.machine.read_file import printable
from algebra.machine.write_file import held_folder, make_folder, write_bytes
from cogo.cli import terminal
from cogo.cli.options import (
    AnyGroup,
    Cluster,
    Constants,
    Json,
    Quiet,
    Seed,
    TargetName,
    Width,
    Workers,
    output_to,
)
from numeric.narrow.problem import ZERO, Operation, Problem, Task, products
from numeric.narrow.run import Tally, hit_file, run, weights_of
from numeric.narrow.search import Hit, Searched
from numeric.narrow.symmetric import structure
from numeric.weights.files import read_weights
from numeric.weights.plain_network import PlainNetwork
from numeric.work.executor import executor_of
from proofs.widths.hit_proof import HitProof, prove_hit
from proofs.widths.known import KnownWidths

MAX_STARTS, MAX_STEPS, MAX_WIDTH, MAX_ORDER = 10**7, 10**5, 256, 32
#: Zeros that are tried to be recognised until the first, and again after each one that is proved.
RECOGNISED = 3
#: Zeros to prove at most, zeros that are tried for each, and zeros held in memory for it.
MAX_PROOFS, TRIED, HELD = 1000, 20, 1000
#: Starts, if nothing else is asked for.
STARTS = 200


def narrow(
    group: AnyGroup,
    width: Width,
    target: TargetName = "projected",
    constants: Constants = True,
    support: Annotated[
        str | None,
        typer.Option(
            help="frequencies, or numbers of representations, of each node, such as '0;1;1;0,1': "
            "';' between nodes; '+' or '-' at the end of a node for b = a or b = -a"
        ),
    ] = None,
    symmetry: Annotated[
        str | None,
        typer.Option(
            help="permutes the nodes: 'swap', 'translate s,t', 'times n', 'auto h1,h2'; ';' "
            "between generators, '*' for products"
        ),
    ] = None,
    starts: Annotated[
        int | None,
        typer.Option(
            help=f"random starts, in all; by default {STARTS}, and none if the answer is known"
        ),
    ] = None,
    seed: Seed = 0,
    steps: Annotated[int, typer.Option(help="the most that one start takes")] = 80,
    proofs: Annotated[
        int, typer.Option(help="zeros to prove, those with the smallest terms first; 0 for none")
    ] = 1,
    output: Annotated[Path | None, output_to("DIR", "keep hits, and where the search is")] = None,
    workers: Workers = 1,
    cluster: Cluster = None,
    as_json: Json = False,
    quiet: Quiet = False,
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
    limits = (
        ("width", width, 1, MAX_WIDTH),
        ("starts", STARTS if starts is None else starts, 1, MAX_STARTS),
        ("steps", steps, 2, MAX_STEPS),
        ("seed", seed, 0, 2**63 - 1),
        ("proofs", proofs, 0, MAX_PROOFS),
    )
    for name, value, low, high in limits:
        if not low <= value <= high:
            raise ValueError(f"{name}={value}; pass {low} to {high}")
    problem = _problem(group, width, target, constants, support, symmetry)
    known = KnownWidths(problem.group, problem.target, constants)
    fits = known.suffices(width)
    settled = width < known.least or (fits and support is None and symmetry is None)
    searches = not settled or starts is not None or output is not None
    if output is not None:
        make_folder(output, parents=True)
    if not (as_json or quiet):
        said = None if isinstance(problem.group, AbelianGroup) else group
        terminal.say(str(known), known.verdict(width, said=said), *_relabelled(problem.group))
        if not searches:
            terminal.say("nothing was searched for; pass --starts N to search all the same")
    starts = starts or STARTS
    tally = Tally()
    hits: dict[int, PlainNetwork] = {}
    title = f"{problem.group}, {width} nodes"
    with (
        held_folder(output) if output else nullcontext(),
        executor_of(cluster, workers) as (executor, _),
        terminal.progress_bar(silent=as_json or quiet or not searches) as show,
    ):

        def report(tally: Tally) -> None:
            show(f"{title}: {len(tally.zeros)} zeros", tally.done, starts)

        def keep(hit: Hit) -> None:
            if len(hits) < HELD and proofs:
                hits[hit.start] = weights_of(problem, hit)

        if searches:
            tally = run(
                problem,
                starts=starts,
                seed=seed,
                steps=steps,
                folder=output,
                executor=executor,
                report=report,
                found=keep,
            )
    proofs_found = _prove(problem, tally, hits, seed, proofs, output, silent=as_json or quiet)
    if as_json:
        terminal.print_json(_document(problem, tally, known, seed, proofs_found))
    elif searches and not quiet:
        terminal.say(*_lines(problem, tally, output, proofs_found))
    raise typer.Exit(0 if tally.zeros or fits else 1)


def _prove(
    problem: Problem,
    tally: Tally,
    hits: dict[int, PlainNetwork],
    seed: int,
    wanted: int,
    output: Path | None,
    *,
    silent: bool,
) -> list[tuple[int, HitProof]]:
    """Return the proofs of zeros, those with the smallest terms first, and what failed."""
    found: list[tuple[int, HitProof]] = []
    done = 0
    order = sorted(tally.zeros, key=lambda zero: zero[2])[: TRIED * wanted]
    with terminal.progress_bar(silent=silent) as show:
        for start, _, _ in order:
            if done == wanted:
                break
            if start in hits:
                weights = hits[start]
            elif output is not None and hit_file(output, start).exists():
                weights = read_weights(hit_file(output, start))
            else:
                continue
            exact = len(found) < done + RECOGNISED
            proof = prove_hit(problem, weights, start=start, seed=seed, exact=exact)
            found.append((start, proof))
            show(f"start {start}: {proof.kind}", len(found), len(order))
            if proof.kind != "none":
                done += 1
                if output is not None:
                    path = hit_file(output, start).with_suffix("")
                    text = proof.text.encode()
                    write_bytes(path.with_name(path.name + proof.suffix), text, force=True)
    return found


def _problem(
    group: str,
    width: int,
    target: str,
    constants: bool,
    support: str | None,
    symmetry: str | None,
) -> Problem:
    G = _task(group)
    if not 2 <= G.order <= MAX_ORDER:
        raise ValueError(f"group={group} has order {G.order}; pass one of order 2 to {MAX_ORDER}")
    nodes, ties = (None, None) if support is None else _support(support)
    problem = Problem(G, width, as_target(target), constants, nodes, symmetry, ties)
    if symmetry is not None:
        structure(problem, 0, seed=0)
    return problem


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


def _document(
    problem: Problem,
    tally: Tally,
    known: KnownWidths,
    seed: int,
    proofs: list[tuple[int, HitProof]],
) -> dict[str, Any]:
    asked = ("width", "target", "constants", "support", "ties", "symmetry")
    return {
        "group": str(problem.group),
        **{name: getattr(problem, name) for name in asked},
        "seed": seed,
        "starts": tally.done,
        "outcomes": tally.outcomes,
        "zeros": [
            {"start": start, "residual": residual, "size": size}
            for start, residual, size in tally.zeros
        ],
        "lowest residual of drifting starts": tally.lowest,
        "proved widths": known.proved,
        "lower bound": known.least,
        "proofs": [
            {"start": start, "kind": proof.kind, "message": proof.message}
            for start, proof in proofs
        ],
    }


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
        "exact": "proved: start {start} is close to an exact solution",
        "existence": "proved: an exact solution exists close to start {start}",
        "none": "not proved: start {start}",
    }
    for start, proof in proofs:
        where = f" (start-{start:07d}{proof.suffix})" if output and proof.text else ""
        yield f"{said[proof.kind].format(start=start)}{where}"
        yield f"        {proof.message}"
    if output is not None:
        yield f"kept in {printable(output)}"
