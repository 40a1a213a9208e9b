"""``cogo narrow``: how few nodes suffice, by numerical search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from algebra import optimizers
from algebra.group import AbelianGroup
from numeric.cli_options import Cluster, Workers
from numeric.executor import executor_of
from numeric.narrow import ZERO, Outcome, Problem, Target
from numeric.narrow_run import Tally, run
from proofs import terminal
from proofs.claims.width import onehot_bound, projected_bound
from proofs.cli_prove import Json

MAX_STARTS, MAX_STEPS, MAX_WIDTH, MAX_ORDER = 10**7, 10**5, 256, 32
#: Families whose nodes have no constant part.
PLAIN = ("order431-real", "order4-real", "order46", "order6", "order9", "memorization")


def narrow(
    group: Annotated[str, typer.Argument(help="Z5, Z2xZ4, ...")],
    width: Annotated[int, typer.Option("--width", "-q", help="the number of nodes")],
    target: Annotated[str, typer.Option(help="onehot or projected")] = "projected",
    constants: Annotated[
        bool, typer.Option("--constants/--no-constants", help="nodes may have a constant part")
    ] = True,
    support: Annotated[
        str | None,
        typer.Option(help="frequencies of each node, such as '0;1;1;0,1': ';' between nodes"),
    ] = None,
    starts: Annotated[int, typer.Option(help="random starts, in all")] = 200,
    seed: Annotated[int, typer.Option(help="of the random starts")] = 0,
    steps: Annotated[int, typer.Option(help="the most that one start takes")] = 80,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="keep hits, and where the search is"),
    ] = None,
    workers: Workers = 1,
    cluster: Cluster = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="print nothing but errors")] = False,
) -> None:
    """Look for exact solutions with few nodes, from random starts; say what is proved.

    A start ends at a zero of the loss, or drifts (the loss creeps down while weights grow: an
    infimum that is approached and not attained), or is stationary, or runs out of steps. With
    [bold]-o DIR[/] hits are kept as weights, and the same command goes on where it was.
    Exit code 0: zeros were found, or a family of that width is proved; 1: neither.

    Example: [bold]cogo narrow Z5 --width 8 --target onehot[/]
    """
    problem = _problem(
        group, width, target, constants, support, starts=starts, seed=seed, steps=steps
    )
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
    title = f"{problem.group}, {width} nodes"
    with (
        executor_of(cluster, workers) as (executor, _),
        terminal.progress(title, starts, silent=as_json or quiet) as advance,
    ):
        shown = 0

        def report(tally: Tally) -> None:
            nonlocal shown
            for _ in range(tally.done - shown):
                advance(f"{title}: {len(tally.zeros)} zeros")
            shown = tally.done

        tally = run(
            problem,
            starts=starts,
            seed=seed,
            steps=steps,
            folder=output,
            executor=executor,
            report=report,
        )
    proved = proved_widths(problem)
    if as_json:
        typer.echo(json.dumps(_document(problem, tally, proved, seed), indent=1))
    elif not quiet:
        _print(problem, tally, proved, output)
    fits = proved and min(proved.values()) <= width
    raise typer.Exit(0 if tally.zeros or fits else 1)


def _problem(
    group: str,
    width: int,
    target: str,
    constants: bool,
    support: str | None,
    *,
    starts: int,
    seed: int,
    steps: int,
) -> Problem:
    G = AbelianGroup(group)
    limits = (
        ("width", width, 1, MAX_WIDTH),
        ("starts", starts, 1, MAX_STARTS),
        ("steps", steps, 2, MAX_STEPS),
        ("seed", seed, 0, 2**63 - 1),
    )
    for name, value, low, high in limits:
        if not low <= value <= high:
            raise ValueError(f"{name}={value}; pass {low} to {high}")
    if not 2 <= G.order <= MAX_ORDER:
        raise ValueError(f"group={group} has order {G.order}; pass one of order 2 to {MAX_ORDER}")
    if target in ("onehot", "projected"):
        nodes = None if support is None else _support(support)
        return Problem(G, width, cast(Target, target), constants, nodes)
    raise ValueError(f"target={target!r}; pass 'onehot' or 'projected'")


def _support(text: str) -> tuple[tuple[int, ...], ...]:
    try:
        return tuple(tuple(int(k) for k in node.split(",")) for node in text.split(";"))
    except ValueError:
        raise ValueError(
            f"support={text!r}; pass frequencies as indices, with ',' within a node and ';' "
            f"between nodes, such as '0;1;1;0,1'"
        ) from None


def proved_widths(problem: Problem) -> dict[str, int]:
    """Return the proved families that the problem admits, with their widths, narrowest first.

    >>> proved_widths(Problem(AbelianGroup("Z5"), width=8))["order431"]
    8
    """
    G, target = problem.group, problem.target
    names = optimizers.families(G, target=target)
    if not problem.constants:
        # The one-hot target takes a constant node where there is no carrier.
        names = [
            name
            for name in names
            if name in PLAIN and (target == "projected" or optimizers.FAMILIES[name].carries(G))
        ]
    return {name: optimizers.width(G, name, target=target) for name in names}


def least_possible(problem: Problem) -> int:
    """Return the lower bound that is known for the target."""
    bound = onehot_bound if problem.target == "onehot" else projected_bound
    return bound(problem.group, constants=problem.constants)


def _document(problem: Problem, tally: Tally, proved: dict[str, int], seed: int) -> dict[str, Any]:
    return {
        "group": str(problem.group),
        "width": problem.width,
        "target": problem.target,
        "constants": problem.constants,
        "support": problem.support,
        "seed": seed,
        "starts": tally.done,
        "outcomes": dict(tally.outcomes),
        "zeros": [
            {"start": start, "residual": residual, "size": size}
            for start, residual, size in tally.zeros
        ],
        "lowest residual of drifting starts": tally.lowest,
        "proved widths": proved,
        "lower bound": least_possible(problem),
    }


def _print(problem: Problem, tally: Tally, proved: dict[str, int], output: Path | None) -> None:
    out = terminal.console()
    constants = "" if problem.constants else ", no constant parts"
    counts = dict(tally.outcomes)
    out.print(
        f"[bold]{problem.group}[/], {problem.width} nodes, target {problem.target}{constants}: "
        f"{tally.done} starts"
    )
    words = {
        Outcome.ZERO: f"zeros: residual below {ZERO:.0e} with moderate weights (measured in "
        f"floats, not proved)",
        Outcome.DRIFTS: "drift: the loss creeps down while weights grow; no zero is attained"
        + (f" (down to {tally.lowest:.1e})" if tally.lowest is not None else ""),
        Outcome.STATIONARY: "stationary at a positive loss",
        Outcome.UNFINISHED: "ran out of steps",
    }
    for outcome, what in words.items():
        out.print(f"{counts[outcome.value]:>7} {what}", highlight=False)
    if tally.zeros:
        start, residual, size = min(tally.zeros, key=lambda zero: zero[2])
        out.print(
            f"smallest terms: start {start}, residual {residual:.1e}, largest term {size:.3g}",
            highlight=False,
        )
    bound = least_possible(problem)
    if proved:
        name, q = next(iter(proved.items()))
        verdict = "so this width is proved" if q <= problem.width else "so this width is not"
        out.print(f"proved: {name} has {q} nodes, {verdict}; at least {bound}", highlight=False)
    else:
        out.print(f"proved: no family; at least {bound} nodes", highlight=False)
    if output is not None:
        out.print(f"kept in {output}", highlight=False)
