"""``cogo prove`` and ``cogo laws``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from algebra.group import AbelianGroup
from algebra.optimizers import FamilyError, families
from algebra.tensor import Target
from algebra.write_file import write_bytes
from proofs.laws import LAWS
from proofs.prove import BLOCKS, Outcome, prove_blocks, prove_laws, prove_optimizers

Json = Annotated[bool, typer.Option("--json", help="print JSON for machines")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print only what does not hold")]


def prove(
    groups: Annotated[
        list[str] | None,
        typer.Argument(metavar="[GROUP...]", help="Z7 (the default), 7, Z2xZ4, 2x4, Z2^3, ..."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="write a certificate of every optimizer to this folder",
        ),
    ] = None,
    family: Annotated[
        list[str] | None, typer.Option(help="only these families; may be repeated")
    ] = None,
    target: Annotated[
        str, typer.Option(help="projected: a constant over outputs is free; onehot: exact")
    ] = "projected",
    force: Annotated[bool, typer.Option("--force", help="overwrite certificates")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Prove, exactly, that the closed-form optimizers of these groups have zero loss.

    All parameters are free: one proof for all their values. The ring laws and the blocks the
    optimizers are made of are proved as well. With [bold]-o DIR[/] every optimizer is written as
    a certificate that a stand-alone checker has accepted.

    Example: [bold]cogo prove Z7 Z2xZ4 -o certificates[/]
    """
    goal = as_target(target)
    parsed = [AbelianGroup(text) for text in groups or ["Z7"]]
    for group in parsed:
        for name in family or ():
            if name not in families(group):
                raise FamilyError(
                    f"family={name!r} does not exist for {group}; these do: "
                    f"{', '.join(families(group))}"
                )
    if output is not None:
        _make_folder(output)

    def outcomes() -> Iterator[Outcome]:
        for group in parsed:

            def write(name: str, data: bytes, group: AbelianGroup = group) -> str:
                assert output is not None
                path = output / certificate_name(group, name, goal)
                if not (path.is_file() and path.read_bytes() == data):
                    write_bytes(path, data, force=force)
                return str(path)

            yield from prove_optimizers(
                group,
                target=goal,
                chosen=tuple(family) if family else None,
                write=write if output else None,
            )
        yield from prove_blocks()
        yield from prove_laws()

    count = len(LAWS) + len(BLOCKS) + sum(len(family or families(group)) for group in parsed)
    _report(
        outcomes(),
        count,
        f"cogo prove {' '.join(map(str, parsed))}",
        as_json,
        quiet,
        output is not None,
    )


def laws(as_json: Json = False, quiet: Quiet = False) -> None:
    """Prove the semiring axioms and the homomorphism laws, on symbolic entries; no group needed.

    Entries are sums of two free parameters of modulus one, which run through a disc of complex
    numbers; the laws are polynomial identities, so they hold for all complex entries.
    """
    _report(prove_laws(), len(LAWS), "cogo laws", as_json, quiet, False)


def as_target(text: str) -> Target:
    """Return the target that the text names."""
    if text not in get_args(Target):
        raise ValueError(f"target={text!r}; pass projected or onehot")
    return "onehot" if text == "onehot" else "projected"


def certificate_name(group: AbelianGroup, family: str, target: Target) -> str:
    """Return the file name of a certificate: ``Z7.order46.cert.json``."""
    return f"{group}.{family}{'.onehot' if target == 'onehot' else ''}.cert.json"


def _make_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"output={folder} is a file; pass a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"output={folder} cannot be made: {error.strerror}") from None


def _report(
    outcomes: Iterator[Outcome], count: int, title: str, as_json: bool, quiet: bool, files: bool
) -> None:
    start = time.perf_counter()
    found: list[Outcome] = []
    errors = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal or as_json or quiet,
    ) as progress:
        task = progress.add_task(title, total=count)
        for outcome in outcomes:
            found.append(outcome)
            progress.update(task, advance=1, description=outcome.claim[:50])
    seconds = time.perf_counter() - start
    refuted = [x for x in found if x.holds is False]
    if as_json:
        typer.echo(json.dumps([x.as_dict() for x in found], indent=1))
    else:
        console = Console()
        if not console.is_terminal:
            console = Console(width=100)
        if not quiet:
            console.print(_table(found, title))
        for x in refuted:
            console.print(
                f"[red]refuted[/] {x.group} {x.claim}: {x.counterexample}", soft_wrap=True
            )
        if not quiet:
            proved = sum(x.holds is True for x in found)
            skipped = sum(x.holds is None for x in found)
            text = f"{proved} proved, {len(refuted)} refuted"
            text += f", {skipped} not attempted" if skipped else ""
            console.print(f"{text}, in {seconds:.2f} s", highlight=False)
            _print_next(console, found, files)
    raise typer.Exit(1 if refuted else 0)


def _print_next(console: Console, found: list[Outcome], files: bool) -> None:
    """Say where the certificates are, or how to get them."""
    about = [x for x in found if x.group]
    lines = [f"{x.group} {x.claim.split()[0]}: {x.certificate}" for x in about if x.certificate]
    if files and lines:
        lines.insert(0, "Certificates, each accepted by the stand-alone checker:")
        lines.append("Replay one with cogo check FILE, or python proofs/checker.py FILE alone.")
    elif about and not files:
        lines = ["Add -o DIR to write a certificate of each optimizer that anyone can re-check."]
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)


def _table(found: list[Outcome], title: str) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold", show_lines=False)
    table.add_column("claim", overflow="fold", ratio=5)
    table.add_column("nodes", justify="right")
    table.add_column("result")
    table.add_column("how established", overflow="fold", ratio=5)
    table.add_column("time", justify="right", no_wrap=True)
    section = found[0].group if found else ""
    for x in found:
        if x.group != section:
            table.add_section()
            section = x.group
        result = {True: "[green]holds[/]", False: "[red]REFUTED[/]", None: "[yellow]-[/]"}[x.holds]
        row = [
            f"{x.group}: {x.claim}" if x.group else x.claim,
            "" if x.width is None else str(x.width),
            result,
            x.how,
            _duration(x.seconds),
        ]
        table.add_row(*row)
    return table


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
