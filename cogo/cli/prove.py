"""``cogo prove``, ``cogo laws`` and ``cogo claims``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from algebra.criterion.target import as_target
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import isomorphism_types
from algebra.groups.group_names import group as group_of, name_of
from algebra.machine.read_file import ReadError, printable, read_bytes
from algebra.machine.write_file import make_folder, write_bytes
from algebra.networks import any_group
from algebra.optimizers.carriers import FamilyError
from algebra.optimizers.table import FAMILIES, families, named
from cogo.cli import options as opt
from cogo.cli.terminal import console, print_json, progress_bar, say, say_written, table
from numeric.work.executor import executor_of
from proofs.claims.claim import Claim
from proofs.claims.registry import CLAIMS, selected
from proofs.proving import prove as engine
from proofs.proving.prove import Outcome


def prove(
    groups: Annotated[
        opt.Texts,
        typer.Argument(metavar="[GROUP...]", help="Z7 (the default), Z2xZ4, Z2^3, S4, Q8, ..."),
    ] = None,
    claims: Annotated[
        opt.Texts, opt.option("only these: an id, a family, or a glob; may be repeated")
    ] = None,
    all_groups: Annotated[
        int | None,
        opt.option("every Abelian group of order up to N, up to isomorphism", metavar="N"),
    ] = None,
    output: Annotated[
        opt.File, opt.output_to("DIR", "write a certificate of every optimizer to this folder")
    ] = None,
    report: Annotated[
        opt.File, opt.option("write a report: HTML, JSON, JUnit XML, certificates", metavar="DIR")
    ] = None,
    family: Annotated[
        opt.Texts,
        opt.option("only these optimizers; may be repeated", autocompletion=opt.FAMILY_NAMES),
    ] = None,
    target: Annotated[opt.Text, opt.TARGETS] = None,
    workers: opt.Workers = 1,
    seed: opt.Seed = 0,
    self_test: Annotated[
        bool, opt.option("plant faults, and show which claim notices each", "--self-test")
    ] = False,
    force: opt.Force = False,
    as_json: opt.Json = False,
    quiet: opt.Quiet = False,
) -> None:
    """Check every claim of the theory for these groups, and say of each how it is known.

    Optimizers are proved with all their parameters free: one proof for all values. With
    [bold]-o DIR[/] each is written as a certificate that a stand-alone checker has accepted.

    Example: [bold]cogo prove Z7 Z2xZ4 -o certificates[/]
    """
    from proofs.proving.report import CERTIFICATES, require_templates, unfinished, write_report

    if self_test:
        from cogo.cli.self_test import run

        run(as_json=as_json, quiet=quiet)
    if report is not None:
        require_templates()
    chosen = _chosen(claims, family, target)
    parsed = _groups(groups, all_groups)
    family = [*map(named, family or ())]
    for group in parsed:
        there = any_group.FAMILIES if isinstance(group, FiniteGroup) else families(group)
        for name in family:
            if name not in there:
                raise FamilyError(
                    f"family={name!r} does not exist for {group}; these do: {', '.join(there)}"
                )
    for folder in (output, report):
        if folder is not None:
            make_folder(folder, parents=True)
    folders = [output] if output else []
    title = f"cogo prove {' '.join(map(name_of, parsed))}"
    if all_groups:
        title = f"cogo prove --all-groups {all_groups}: {len(parsed)} groups"
    with unfinished(report, force=force) if report else nullcontext(force) as replaces:
        if report is not None:
            folders.append(report / CERTIFICATES)
            make_folder(folders[-1])
        outcomes = _checked(chosen, parsed, workers, seed, as_json or quiet)
        if not outcomes:
            raise ValueError("nothing was attempted: none of these claims is about these groups")
        if folders:
            write = partial(_written, folders=folders, force=force)
            outcomes = [engine.certified(x, write, groups=parsed) for x in outcomes]
        outcomes = engine.marked(outcomes)
        if report is not None:
            page = write_report(outcomes, report, title=title, seed=seed, force=replaces)
            if not (as_json or quiet):
                typer.echo(f"report: {printable(page)}")
    _finish(outcomes, title, as_json, quiet, bool(folders))


def laws(as_json: opt.Json = False, quiet: opt.Quiet = False) -> None:
    """Prove the semiring axioms and the homomorphism laws on symbolic entries.

    Entries are sums of two free parameters of modulus one, which run through a disc of complex
    numbers; the laws are polynomial identities, so they hold for all complex entries.
    """
    outcomes = _checked(selected(["laws"]), [], 1, 0, as_json or quiet)
    _finish(engine.marked(outcomes), "cogo laws", as_json, quiet, False)


def claims(
    patterns: Annotated[
        opt.Texts, typer.Argument(metavar="[CLAIM...]", help="ids, families or globs")
    ] = None,
    graph: Annotated[opt.File, opt.option("draw what rests on what", metavar="FILE.png")] = None,
    force: opt.Force = False,
    as_json: opt.Json = False,
) -> None:
    """List the claims: id, statement, source, and what each rests on; nothing is checked.

    Example: [bold]cogo claims criterion --graph claims.png[/]
    """
    chosen = selected(patterns or [])
    if graph is not None:
        from numeric.pictures.figure import save_figure
        from proofs.proving.pictures import claims_figure

        save_figure(claims_figure(chosen), graph, force=force)
    if as_json:
        keys = ("id", "statement", "latex", "source", "about", "needs", "theorems")
        print_json([{key: getattr(claim, key) for key in keys} for claim in chosen])
        return
    for claim in chosen:
        rests = f"; rests on {', '.join(claim.needs)}" if claim.needs else ""
        coq = f"; {claim.coq}" if claim.coq else ""
        say(f"{claim.id}: {claim.statement}", f"    {claim.source}{rests}{coq}")
    say(f"{len(chosen)} claims")
    say_written(graph)


def _chosen(
    claims: Sequence[str] | None, family: Sequence[str] | None, target: str | None
) -> Sequence[Claim]:
    """Return the claims that the options ask for."""
    patterns = list(claims or ())
    for name in family or ():
        if named(name) not in FAMILIES and name not in any_group.FAMILIES:
            every = ", ".join({**FAMILIES, **any_group.FAMILIES})
            raise FamilyError(f"family={name!r} is unknown; these exist: {every}")
        patterns += [f"optimizers.{name}", f"optimizers.{name}.onehot"] * (named(name) in FAMILIES)
        patterns += [f"groups.{name}"] * (name in any_group.FAMILIES)
    chosen = selected(patterns)
    if target is None:
        return chosen
    twice = {claim.id for claim in CLAIMS.values() if f"{claim.id}.onehot" in CLAIMS}
    dropped = twice if as_target(target) == "onehot" else {f"{name}.onehot" for name in twice}
    return [claim for claim in chosen if claim.id not in dropped]


def _groups(names: Sequence[str] | None, all_groups: int | None) -> list[engine.Group]:
    if all_groups is None:
        return [group_of(text) for text in names or ["Z7"]]
    if not 1 <= all_groups <= 200:
        raise ValueError(f"all-groups={all_groups}; pass an order from 1 to 200")
    every = [group for d in range(1, all_groups + 1) for group in isomorphism_types(d)]
    return [*every, *map(group_of, names or [])]


def _written(name: str, data: bytes, *, folders: Sequence[Path], force: bool) -> str:
    """Write a file to every folder, but where it is already, and return its path in the first."""
    for path in (folder / name for folder in folders):
        with suppress(ReadError):
            if read_bytes(path, limit=len(data)) == data:
                continue
        write_bytes(path, data, force=force)
    return str(folders[0] / name)


def _checked(
    claims: Sequence[Claim], groups: Sequence[engine.Group], workers: int, seed: int, silent: bool
) -> list[Outcome]:
    """Make the checks, with a progress bar on a terminal."""
    found: list[Outcome] = []
    total = engine.count(claims, groups)
    with executor_of(None, workers) as (executor, _), progress_bar(silent=silent) as show:
        for outcome in engine.prove(claims, groups, seed=seed, executor=executor):
            found.append(outcome)
            show(f"{outcome.group} {outcome.claim}", len(found), total)
    return found


def _finish(outcomes: list[Outcome], title: str, as_json: bool, quiet: bool, files: bool) -> None:
    """Print what was found, and exit with the verdict."""
    refuted = [x for x in outcomes if x.holds is False]
    if as_json:
        print_json([x.as_dict() for x in outcomes])
        raise typer.Exit(1 if refuted else 0)
    out = console()
    if not quiet:
        out.print(_table(outcomes, title))
    for x in refuted:
        out.print(f"[red]refuted[/] {escape(f'{x.group} {x.claim}: {x.evidence.counterexample}')}")
    if not quiet:
        say(summary(outcomes), *_next(outcomes, files))
    raise typer.Exit(1 if refuted else 0)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return how many checks came out how, by kind of evidence."""
    numbers = engine.tally(outcomes)
    refuted, resting = numbers.pop("refuted"), numbers.pop("rests on refuted")
    parts = [f"{number} {word}" for word, number in numbers.items() if number]
    rests = f", {resting} rest on refuted ones" if resting else ""
    shown = ", ".join(parts) or "nothing shown"
    return f"{shown}; {refuted} refuted{rests}; checks took {engine.time_of(outcomes)}"


def _next(outcomes: Sequence[Outcome], files: bool) -> list[str]:
    """Say where the certificates are, or how to get them."""
    about = [x for x in outcomes if x.claim.startswith(("optimizers.", "groups.")) and x.group]
    if not files:
        how = "Add -o DIR to write a certificate of each optimizer that anyone can re-check."
        return [how] if about else []
    written = [(x, printable(x.certificate)) for x in about if x.certificate]
    lines = [f"{x.group} {x.claim.partition('.')[2]}: {path}" for x, path in written]
    tables = all(x.claim.startswith("groups.") for x in about)
    alone = f"python proofs/certificates/{'table_' * tables}checker.py FILE alone"
    first = "Certificates, each accepted by the stand-alone checker:"
    return [first, *lines, f"Replay one with cogo check FILE, or {alone}."] if lines else []


_COLOURS = {
    "holds": "green",
    "refuted": "red",
    "rests on refuted": "yellow",
    "not attempted": "yellow",
}


def _table(outcomes: Sequence[Outcome], title: str) -> Table:
    made = table(
        title,
        Column("claim", overflow="fold", ratio=6),
        Column("nodes", justify="right"),
        "result",
        Column("how established", overflow="fold", ratio=5),
        Column("time", justify="right", no_wrap=True),
    )
    by_claim = engine.by_claim(outcomes)
    for _, family in groupby(by_claim, key=lambda claim: claim.family):
        made.add_section()
        for claim in family:
            members = by_claim[claim]
            groups = [x.group for x in members if x.group]
            about = f"{groups[0]}: " if len(groups) == 1 else ""
            nodes = {
                str(x.evidence.figures["nodes"]) for x in members if "nodes" in x.evidence.figures
            }
            made.add_row(
                escape(about + claim.statement),
                nodes.pop() if len(nodes) == 1 else "",
                "\n".join(_results(members)),
                escape(_how(members)),
                engine.time_of(members),
            )
    return made


def _results(members: Sequence[Outcome]) -> Iterator[str]:
    found = Counter(x.result for x in members)
    for result, colour in _COLOURS.items():
        if found[result]:
            text = result.upper() if result == "refuted" else result
            yield f"[{colour}]{text}[/]" + f" {found[result]}x" * (len(members) > 1)


def _how(members: Sequence[Outcome]) -> str:
    """Return how a claim is known: for one group in full, for many by kind."""
    if len(members) == 1:
        return members[0].how
    kinds: dict[str, list[Outcome]] = {}
    for x in members:
        end = ";" if x.evidence.kind == "cited" else ":"
        kinds.setdefault(x.how.partition(end)[0], []).append(x)
    return "\n".join(
        f"{kind}: {len(found)} groups, {found[0].group} to {found[-1].group}"
        if len(found) > 1
        else f"{found[0].group}: {found[0].how}"
        for kind, found in kinds.items()
    )
