"""``cogo prove --self-test``: plant faults, and show which claims notice each."""

from __future__ import annotations

import json
from typing import NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cogo.cli.terminal import console, progress_bar
from proofs.self_test.run import MUTANTS, Doubt, self_test, unnoticing


def run(*, as_json: bool, quiet: bool) -> NoReturn:
    """Try every fault, print what noticed it, and exit: 0 if none was missed, else 1."""
    found: list[Doubt] = []
    with progress_bar(silent=as_json or quiet) as show:
        for doubt in self_test():
            found.append(doubt)
            show(doubt.fault, len(found), len(MUTANTS))
    missed = [doubt for doubt in found if doubt.missed]
    blind = unnoticing()
    if as_json:
        typer.echo(json.dumps([_as_dict(doubt) for doubt in found], indent=1))
    else:
        out = console()
        if not quiet:
            out.print(_table(found))
        _print_missed(out, found, blind)
        seconds = sum(doubt.seconds for doubt in found)
        caught = sum(doubt.caught for doubt in found)
        out.print(
            f"{caught} of {len(found)} planted faults caught, in {seconds:.1f} s", highlight=False
        )
    raise typer.Exit(1 if missed or blind else 0)


def _print_missed(out: Console, found: list[Doubt], blind: list[str]) -> None:
    for doubt in found:
        for claim, why in doubt.missed:
            text = escape(f"{doubt.fault} by {claim}: {why}")
            out.print(f"[red]missed[/] {text}", soft_wrap=True)
    for doubt in found:
        for claim, why in doubt.not_attempted:
            text = escape(f"{doubt.fault} by {claim}: {why}")
            out.print(f"[yellow]not attempted[/] {text}", soft_wrap=True)
    for claim in blind:
        out.print(f"[red]no fault reaches[/] {claim}", soft_wrap=True)


def _as_dict(doubt: Doubt) -> dict[str, object]:
    return {
        "fault": doubt.fault,
        "sentence": doubt.sentence,
        "caught": doubt.caught,
        "refuted": [{"claim": name, "counterexample": text} for name, text in doubt.refuted],
        "missed": [{"claim": name, "why": text} for name, text in doubt.missed],
        "not_attempted": [{"claim": name, "why": text} for name, text in doubt.not_attempted],
        "seconds": round(doubt.seconds, 6),
    }


def _table(found: list[Doubt]) -> Table:
    table = Table(title="cogo prove --self-test", title_justify="left", header_style="bold")
    table.add_column("planted fault", overflow="fold", ratio=6)
    table.add_column("caught")
    table.add_column("by", overflow="fold", ratio=4)
    table.add_column("the first counterexample", overflow="fold", ratio=6)
    place = ""
    for doubt in found:
        if doubt.fault.partition(".")[0] != place:
            table.add_section()
            place = doubt.fault.partition(".")[0]
        table.add_row(
            escape(doubt.sentence),
            _caught(doubt),
            "\n".join(name for name, _ in doubt.refuted),
            escape(_short(doubt.refuted[0][1])) if doubt.refuted else "",
        )
    return table


def _caught(doubt: Doubt) -> str:
    if doubt.caught:
        return "[green]yes[/]"
    return "[red]NO[/]" if doubt.missed else "[yellow]not attempted[/]"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 110 else f"{line[:107]}..."
