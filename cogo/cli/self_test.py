"""``cogo prove --self-test``: plant faults, and show which claims notice each."""

from __future__ import annotations

from itertools import groupby
from typing import NoReturn

import typer
from rich.markup import escape
from rich.table import Column, Table

from cogo.cli.terminal import console, print_json, progress_bar, say, table
from proofs.self_test.faults import MUTANTS
from proofs.self_test.run import Doubt, self_test, unnoticing


def run(*, as_json: bool, quiet: bool) -> NoReturn:
    """Try every fault, print what noticed it, and exit: 0 if none was missed, else 1."""
    found: list[Doubt] = []
    with progress_bar(silent=as_json or quiet) as show:
        for doubt in self_test():
            found.append(doubt)
            show(doubt.fault, len(found), len(MUTANTS))
    blind = unnoticing()
    if as_json:
        print_json([_as_dict(doubt) for doubt in found])
    else:
        _print(found, blind, quiet)
    raise typer.Exit(1 if blind or any(doubt.missed for doubt in found) else 0)


def _print(found: list[Doubt], blind: list[str], quiet: bool) -> None:
    out = console()
    if not quiet:
        out.print(_table(found))
    for key, word in {"missed": "[red]missed", "not_attempted": "[yellow]not attempted"}.items():
        for doubt in found:
            for claim, why in getattr(doubt, key):
                out.print(f"{word}[/] {escape(f'{doubt.fault} by {claim}: {why}')}")
    for claim in blind:
        out.print(f"[red]no fault reaches[/] {claim}")
    seconds = sum(doubt.seconds for doubt in found)
    caught = sum(doubt.caught for doubt in found)
    say(f"{caught} of {len(found)} planted faults caught, in {seconds:.1f} s")


def _as_dict(doubt: Doubt) -> dict[str, object]:
    found = {key: getattr(doubt, key) for key in ("fault", "sentence", "caught")}
    for key, what in {"refuted": "counterexample", "missed": "why", "not_attempted": "why"}.items():
        found[key] = [{"claim": name, what: text} for name, text in getattr(doubt, key)]
    return {**found, "seconds": round(doubt.seconds, 6)}


def _table(found: list[Doubt]) -> Table:
    made = table(
        "cogo prove --self-test",
        Column("planted fault", overflow="fold", ratio=6),
        "caught",
        Column("by", overflow="fold", ratio=4),
        Column("the first counterexample", overflow="fold", ratio=6),
    )
    for _, doubts in groupby(found, key=lambda doubt: doubt.fault.partition(".")[0]):
        made.add_section()
        for doubt in doubts:
            no = "[red]NO[/]" if doubt.missed else "[yellow]not attempted[/]"
            first = " ".join(doubt.refuted[0][1].split()) if doubt.refuted else ""
            made.add_row(
                escape(doubt.sentence),
                "[green]yes[/]" if doubt.caught else no,
                "\n".join(name for name, _ in doubt.refuted),
                escape(first if len(first) <= 110 else f"{first[:107]}..."),
            )
    return made
