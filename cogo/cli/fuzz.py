"""``cogo fuzz``: a property-based campaign against every claim, or what it stored, again."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from algebra.groups.group import AbelianGroup
from algebra.machine.read_file import printable
from algebra.machine.write_file import make_folder
from cogo.cli.options import Json, Quiet, Seed, WorkersOrAll
from cogo.cli.terminal import console, print_json, progress_bar, say, table
from numeric.work.executor import executor_of, interrupts

if TYPE_CHECKING:
    from proofs.fuzzing.attack import Attack
    from proofs.fuzzing.campaign import Campaign

INTERRUPTED, TERMINATED = 130, 143


def fuzz(
    groups: Annotated[
        list[str] | None,
        typer.Argument(metavar="[GROUP...]", help="draw from these; all up to order 16 if none"),
    ] = None,
    claims: Annotated[
        list[str] | None,
        typer.Option(
            help="attack these claims or properties only: an id, a family such as 'symmetry', or "
            "a pattern such as 'laws.*'; may be repeated, or separated by commas"
        ),
    ] = None,
    examples: Annotated[int, typer.Option(help="values to draw for each property", min=1)] = 200,
    minutes: Annotated[
        float | None, typer.Option(help="go on for so long instead of counting examples")
    ] = None,
    seed: Seed = 0,
    workers: WorkersOrAll = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="where failures are stored")
    ] = Path("fuzz-failures"),
    replay: Annotated[
        bool, typer.Option("--replay", help="draw nothing: try what is stored for these groups")
    ] = False,
    subject: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:NAME",
            help="the proofs.subjects.subject.Subject to test, not the installed one",
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Attack the claims with random values: weights, optimizers, near misses.

    A failure is shrunk, stored in Hypothesis' database, which the next campaign and
    [bold]--replay[/] try again, and printed as five lines of Python. Ctrl-C keeps what was found.
    What holds here was [bold]sampled[/], not proved. Exit code 0: nothing found; 1: a failure;
    2: bad input; 2 (Ctrl-C) or 143: interrupted and nothing found.

    Example: [bold]cogo fuzz Z7 Z2xZ4 --claims optimizers --minutes 5[/]
    """
    over = [AbelianGroup(text) for text in groups or ()]
    patterns = [name.strip() for text in claims or () for name in text.split(",") if name.strip()]
    with (
        _writable(output),
        interrupts() as received,
        executor_of(None, 1 if replay else workers) as (executor, count),
    ):
        campaign = _run(
            over,
            not (as_json or quiet),
            claims=patterns,
            examples=examples,
            minutes=minutes,
            seed=seed,
            subject=subject,
            replay=replay,
            executor=executor,
            workers=count,
            folder=output,
            asked_to_stop=lambda: bool(received),
        )
    if not (+campaign.checks or campaign.interrupted):
        raise ValueError(
            f"nothing is stored in {output} for these groups and claims; name those of the campaign"
            if replay
            else "nothing was attempted; pass more --minutes, or smaller groups"
        )
    if as_json:
        print_json(campaign.as_dict())
    else:
        _print(campaign, quiet, replay)
    stopped_by = TERMINATED if signal.SIGTERM in received else INTERRUPTED
    raise typer.Exit(1 if campaign.failures else stopped_by if campaign.interrupted else 0)


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """See to it, before any work is done, that failures can be stored; leave no empty folder."""
    new = not folder.exists()
    make_folder(folder, parents=True)
    try:
        yield
    finally:
        with suppress(OSError):
            if new:
                folder.rmdir()


def _run(over: list[AbelianGroup], shows: bool, **options: Any) -> Campaign:
    """Run the campaign with a progress bar, if there is a terminal to show it on."""
    try:
        import proofs.strategies  # noqa: F401
    except ImportError as error:
        raise ValueError(str(error)) from None
    from proofs.fuzzing.attack import INSTALLED_NAME, subject_named
    from proofs.fuzzing.campaign import fuzz as run

    options["subject"] = options["subject"] or INSTALLED_NAME
    subject_named(options["subject"])
    minutes = options["minutes"]
    with progress_bar(silent=not shows) as bar:

        def show(campaign: Campaign) -> None:
            checks, seconds = campaign.checks.total(), campaign.wall_seconds
            rate = checks / max(seconds, 1e-9)
            text = f"{checks} checks, {rate:.0f}/s, {len(campaign.failures)} failures"
            timed = None if minutes is None else (seconds, 60 * minutes)
            bar(text, *(timed or (campaign.done, campaign.planned)))

        return run(over, progress=show, **options)


def _print(campaign: Campaign, quiet: bool, replay: bool) -> None:
    out = console()
    if not (quiet or replay):
        _print_tables(campaign)
    for name, found in campaign.failures.items():
        out.print(f"[red]FAILED[/] {name}: {escape(found.wrong)}")
        say(f"value: {found.value}", *_again(found), "in Python:", *found.python())
    if quiet:
        return
    for name in +campaign.checks if replay else ():
        if name not in campaign.failures:
            out.print(f"{name} holds now")
    for name, order in campaign.skipped.items():
        out.print(f"[yellow]not attempted[/] {name}: for groups of order at most {order}")
    properties, failures = len(+campaign.checks), len(campaign.failures)
    checks, seconds = campaign.checks.total(), sum(campaign.seconds.values())
    drawn = f" ({checks / max(seconds, 1e-9):.0f} a second and process)"
    out.print(
        f"{checks} value{'s' * (checks != 1)} {'tried again' if replay else 'sampled'} "
        f"for {properties} propert{'y' if properties == 1 else 'ies'}, "
        f"seed {campaign.seed}: {failures} failure{'s' * (failures != 1)}, "
        f"in {campaign.wall_seconds:.1f} s"
        f"{'' if replay else drawn}{', interrupted' * campaign.interrupted}"
    )


def _again(found: Attack) -> list[str]:
    """Return where a failure is stored, and the command that tries it again."""
    piece = found.piece
    if not found.reproduction:
        return ["another value came when it was drawn again: does the code draw random numbers?"]
    words = ["cogo", "fuzz", *(str(AbelianGroup(moduli)) for moduli in piece.groups)]
    words += ["--claims", piece.property_id, "--output", str(piece.folder)]
    words += ["--subject", str(piece.subject), "--replay"]
    return [f"stored: {printable(piece.stored)}", f"again: {printable(shlex.join(words))}"]


def _print_tables(campaign: Campaign) -> None:
    """Print a row for each property, and one for each kind of label: what was met, how often."""
    rates = table(
        "cogo fuzz", "property", "checks", "a second", "result", right=("checks", "a second")
    )
    for name, checks in campaign.checks.items():
        result = "[green]no failure[/]" if checks else "[yellow]not attempted[/]"
        result = "[red]FAILED[/]" if name in campaign.failures else result
        rates.add_row(
            name, str(checks), f"{checks / max(campaign.seconds[name], 1e-9):.0f}", result
        )
    kinds: dict[str, list[str]] = {}
    for label, count in sorted(campaign.labels.items(), key=lambda item: (-item[1], item[0])):
        kind, _, which = label.partition(": ")
        kinds.setdefault(kind, []).append(f"{which} {count}")
    rows = [(kind, ", ".join(kinds[kind])) for kind in sorted(kinds)]
    met = table("what the values were", "", "met, and how often", rows=rows, show_lines=True)
    console().print(rates)
    console().print(met)
