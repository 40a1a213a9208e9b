"""``cogo prove``, its self-test, ``cogo laws`` and ``cogo claims``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import RenderableType
from rich.text import Text

from algebra.groups.group import isomorphism_types
from algebra.groups.group_names import group as group_of, name_of
from algebra.machine.read_file import ReadError, printable, read_bytes
from algebra.machine.write_file import make_folder, write_bytes
from cogo.cli import options as opt
from cogo.cli.terminal import coloured, say, table, wrote
from numeric.work.executor import executor_of
from proofs.claims.claim import Claim
from proofs.claims.registry import selected
from proofs.proving import prove as engine
from proofs.proving.prove import Outcome

if TYPE_CHECKING:
    from proofs.self_test.run import Doubt


def prove(
    groups: Annotated[
        opt.Texts,
        typer.Argument(metavar="[GROUP...]", help="Z7 (the default), Z2xZ4, Z2^3, S4, Q8, ..."),
    ] = None,
    *,
    claims: Annotated[
        opt.Texts, opt.option("only these: an id, a family, or a glob; may be repeated")
    ] = None,
    all_groups: Annotated[
        int | None,
        opt.number("every Abelian group of order up to N, up to isomorphism", 1, 200, metavar="N"),
    ] = None,
    output: Annotated[
        opt.File, opt.output_to("DIR", "write a certificate of every optimizer to this folder")
    ] = None,
    report: Annotated[
        opt.File, opt.option("write a report: HTML, JSON, JUnit XML, certificates", metavar="DIR")
    ] = None,
    workers: opt.Workers = 1,
    seed: opt.Seed = 0,
    self_test: Annotated[
        bool, opt.option("plant faults, and show which claim notices each", "--self-test")
    ] = False,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """Check every claim of the theory for these groups, and say of each how it is known.

    Optimizers are proved with all their parameters free: one proof for all values. With
    [bold]-o DIR[/] each is written as a certificate that a stand-alone checker has accepted.

    Example: [bold]cogo prove Z7 Z2xZ4 -o certificates[/]
    """
    from proofs.proving.report import CERTIFICATES, require_templates, unfinished, write_report

    if self_test:
        _self_test(out)
    if report is not None:
        require_templates()
    chosen = selected(claims or ())
    orders = range(1, (all_groups or 0) + 1)
    parsed: list[engine.Group] = [group for d in orders for group in isomorphism_types(d)]
    parsed += map(group_of, groups or ([] if all_groups else ["Z7"]))
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
        outcomes = _checked(chosen, parsed, workers, seed, out)
        if not outcomes:
            raise ValueError("nothing was attempted: none of these claims is about these groups")
        if folders:
            write = partial(_written, folders=folders, force=force)
            outcomes = [engine.certified(x, write, groups=parsed) for x in outcomes]
        outcomes = engine.marked(outcomes)
        if report is not None:
            page = write_report(outcomes, report, title=title, seed=seed, force=replaces)
            if not out.silent:
                say(f"report: {printable(page)}")
    _end(outcomes, title, out, files=bool(folders))


def laws(*, out: opt.Output) -> None:
    """Prove the semiring axioms and the homomorphism laws on symbolic entries.

    Entries are sums of two free parameters of modulus one, which run through a disc of complex
    numbers; the laws are polynomial identities, so they hold for all complex entries.
    """
    _end(engine.marked(_checked(selected(["laws"]), [], 1, 0, out)), "cogo laws", out)


def claims(
    patterns: Annotated[
        opt.Texts, typer.Argument(metavar="[CLAIM...]", help="ids, families or globs")
    ] = None,
    *,
    graph: Annotated[opt.File, opt.option("draw what rests on what", metavar="FILE.png")] = None,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """List the claims: id, statement, source, and what each rests on; nothing is checked.

    Example: [bold]cogo claims criterion --graph claims.png[/]
    """
    chosen = selected(patterns or [])
    if graph is not None:
        from numeric.pictures.figure import save_figure
        from proofs.proving.pictures import claims_figure

        save_figure(claims_figure(chosen), graph, force=force)
    lines = []
    for claim in chosen:
        rests = f"; rests on {', '.join(claim.needs)}" if claim.needs else ""
        coq = f"; {claim.coq}" if claim.coq else ""
        lines += [f"{claim.id}: {claim.statement}", f"    {claim.source}{rests}{coq}"]
    keys = ("id", "statement", "latex", "source", "about", "needs", "theorems")
    document = [{key: getattr(claim, key) for key in keys} for claim in chosen]
    out.end(0, document, [*lines, f"{len(chosen)} claims", *wrote(graph)])


def _written(name: str, data: bytes, *, folders: Sequence[Path], force: bool) -> str:
    """Write a file to every folder, but where it is already, and return its path in the first."""
    for path in (folder / name for folder in folders):
        with suppress(ReadError):
            if read_bytes(path, limit=len(data)) == data:
                continue
        write_bytes(path, data, force=force)
    return str(folders[0] / name)


def _checked(
    claims: Sequence[Claim],
    groups: Sequence[engine.Group],
    workers: int,
    seed: int,
    out: opt.Output,
) -> list[Outcome]:
    """Make the checks, with a progress bar on a terminal."""
    found: list[Outcome] = []
    total = engine.count(claims, groups)
    with executor_of(None, workers) as (executor, _), out.bar() as show:
        for outcome in engine.prove(claims, groups, seed=seed, executor=executor):
            found.append(outcome)
            show(f"{outcome.group} {outcome.claim}", len(found), total)
    return found


def _end(outcomes: list[Outcome], title: str, out: opt.Output, *, files: bool = False) -> NoReturn:
    """Print what was found, and exit with the verdict."""
    refuted = [x for x in outcomes if x.holds is False]

    def lines() -> Iterator[RenderableType]:
        if not out.quiet:
            yield table(title, *COLUMNS, rows=_rows(outcomes), right=("nodes", "time"))
        for x in refuted:
            text = f" {x.group} {x.claim}: {x.evidence.counterexample}"
            yield coloured("refuted", "red", text)
        if not out.quiet:
            yield summary(outcomes)
            yield from _next(outcomes, files)

    out.end(1 if refuted else 0, [x.as_dict() for x in outcomes], lines())


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


COLUMNS = ("claim", "nodes", "result", "how established", "time")
_COLOURS = {
    "holds": "green",
    "refuted": "red",
    "rests on refuted": "yellow",
    "not attempted": "yellow",
}


def _rows(outcomes: Sequence[Outcome]) -> Iterator[tuple[str | Text, ...] | None]:
    """Yield a row for each claim, and None between families."""
    by_claim = engine.by_claim(outcomes)
    for _, family in groupby(by_claim, key=lambda claim: claim.family):
        yield None
        for claim in family:
            members = by_claim[claim]
            groups = [x.group for x in members if x.group]
            about = f"{groups[0]}: " if len(groups) == 1 else ""
            figures = [x.evidence.figures for x in members]
            nodes = {str(found["nodes"]) for found in figures if "nodes" in found}
            yield (
                about + claim.statement,
                nodes.pop() if len(nodes) == 1 else "",
                Text("\n").join(_results(members)),
                _how(members),
                engine.time_of(members),
            )


def _results(members: Sequence[Outcome]) -> Iterator[Text]:
    found = Counter(x.result for x in members)
    for result, colour in _COLOURS.items():
        if found[result]:
            word = result.upper() if result == "refuted" else result
            yield coloured(word, colour, f" {found[result]}x" * (len(members) > 1))


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


def _self_test(out: opt.Output) -> NoReturn:
    """Try every fault, print what noticed it, and exit: 0 if none was missed, else 1."""
    from proofs.self_test import faults, run

    found: list[Doubt] = []
    with out.bar() as show:
        for fault in faults.MUTANTS:
            found.append(run.try_fault(fault))
            show(fault.id, len(found), len(faults.MUTANTS))
    blind = run.unnoticing()

    def lines() -> Iterator[RenderableType]:
        if not out.quiet:
            yield table("cogo prove --self-test", *FAULTS, rows=_fault_rows(found))
        for key, colour in {"missed": "red", "not_attempted": "yellow"}.items():
            for doubt in found:
                for claim, why in getattr(doubt, key):
                    text = f" {doubt.fault} by {claim}: {why}"
                    yield coloured(key.replace("_", " "), colour, text)
        yield from (coloured("no fault reaches", "red", f" {claim}") for claim in blind)
        caught, seconds = (sum(getattr(x, key) for x in found) for key in ("caught", "seconds"))
        yield f"{caught} of {len(found)} planted faults caught, in {seconds:.1f} s"

    failed = blind or any(doubt.missed for doubt in found)
    out.end(1 if failed else 0, [_as_dict(doubt) for doubt in found], lines())


def _as_dict(doubt: Doubt) -> dict[str, object]:
    found = {key: getattr(doubt, key) for key in ("fault", "sentence", "caught")}
    for key, what in {"refuted": "counterexample", "missed": "why", "not_attempted": "why"}.items():
        found[key] = [{"claim": name, what: text} for name, text in getattr(doubt, key)]
    return {**found, "seconds": round(doubt.seconds, 6)}


FAULTS = ("planted fault", "caught", "by", "the first counterexample")


def _fault_rows(found: Sequence[Doubt]) -> Iterator[tuple[str | Text, ...] | None]:
    for _, doubts in groupby(found, key=lambda doubt: doubt.fault.partition(".")[0]):
        yield None
        for doubt in doubts:
            no = ("NO", "red") if doubt.missed else ("not attempted", "yellow")
            first = " ".join(doubt.refuted[0][1].split()) if doubt.refuted else ""
            yield (
                doubt.sentence,
                coloured(*(("yes", "green") if doubt.caught else no)),
                "\n".join(name for name, _ in doubt.refuted),
                first if len(first) <= 110 else f"{first[:107]}...",
            )
