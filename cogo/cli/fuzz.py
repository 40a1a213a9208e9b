"""``cogo fuzz``: a property-based campaign against every claim, or the replay of a failure."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from algebra.groups.group import AbelianGroup
from algebra.machine.read_file import printable
from algebra.machine.write_file import make_folder
from cogo.cli.options import Cluster, Json, Quiet, Seed, WorkersOrAll
from cogo.cli.terminal import progress_bar
from numeric.work.executor import executor_of, interrupts

if TYPE_CHECKING:
    from proofs.fuzzing.campaign import Campaign
    from proofs.fuzzing.failure import Failure

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
    cluster: Cluster = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="where failures are stored")
    ] = Path("fuzz-failures"),
    replay: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="check a stored failure again; may be repeated"),
    ] = None,
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

    A failure is shrunk, stored as a file of plain data that [bold]--replay FILE[/] checks again,
    and printed as five lines of Python. Ctrl-C keeps what was found. What holds here was
    [bold]sampled[/], not proved. Exit code 0: nothing found; 1: a failure; 2: bad input;
    2 (Ctrl-C) or 143: interrupted and nothing found.

    Example: [bold]cogo fuzz Z7 Z2xZ4 --claims optimizers --minutes 5[/]
    """
    if replay:
        raise typer.Exit(_replay(replay, subject, as_json, quiet))
    over = [AbelianGroup(text) for text in groups or ()]
    patterns = [name.strip() for text in claims or () for name in text.split(",") if name.strip()]
    with (
        _writable(output),
        interrupts() as received,
        executor_of(cluster, workers) as (executor, count),
    ):
        campaign = _run(
            over,
            not (as_json or quiet),
            claims=patterns,
            examples=examples,
            minutes=minutes,
            seed=seed,
            subject=subject,
            executor=executor,
            workers=count,
            folder=output,
            asked_to_stop=lambda: bool(received),
        )
    if not (+campaign.checks or campaign.interrupted):
        raise ValueError("nothing was attempted; pass more --minutes, or smaller groups")
    if as_json:
        typer.echo(json.dumps(campaign.as_dict(), indent=1))
    else:
        _print(campaign, quiet)
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
    from proofs.fuzzing.campaign import fuzz as run
    from proofs.fuzzing.failure import INSTALLED_NAME, subject_named

    options["subject"] = options["subject"] or INSTALLED_NAME
    subject_named(options["subject"])
    minutes = options["minutes"]
    with progress_bar(silent=not shows) as bar:

        def show(campaign: Campaign) -> None:
            checks = sum(campaign.checks.values())
            rate = checks / max(campaign.wall_seconds, 1e-9)
            text = f"{checks} checks, {rate:.0f}/s, {len(campaign.failures)} failures"
            if minutes is None:
                bar(text, campaign.done, campaign.planned)
            else:
                bar(text, campaign.wall_seconds, 60 * minutes)

        return run(over, progress=show, **options)


def _replay(files: list[Path], subject: str | None, as_json: bool, quiet: bool) -> int:
    """Check stored failures again; return the exit code."""
    from proofs.fuzzing.failure import INSTALLED_NAME, read, subject_named

    code_under_test = subject_named(subject or INSTALLED_NAME)
    records = []
    for path in files:
        failure = read(path)
        wrong = failure.replay(code_under_test)
        name = printable(path)
        records.append(
            {"file": str(path), "property": failure.property_id, "holds": not wrong, "wrong": wrong}
        )
        if as_json or (quiet and not wrong):
            continue
        if wrong:
            typer.echo(f"{name}: {failure.property_id} still fails: {printable(wrong)}")
            continue
        was = printable(failure.counterexample)
        typer.echo(f"{name}: {failure.property_id} holds now; it was: {was}")
        if subject is None and failure.subject != INSTALLED_NAME:
            found_with = printable(failure.subject)
            typer.echo(f"it was found with --subject {found_with}, which was not tested now")
    if as_json:
        typer.echo(json.dumps(records, indent=1))
    return int(any(not record["holds"] for record in records))


def _print(campaign: Campaign, quiet: bool) -> None:
    console = Console(highlight=False)
    if not quiet:
        console.print(_rates(campaign, wide=console.width >= 110))
        console.print(_coverage(campaign))
    for name, failure in campaign.failures.items():
        console.print(f"[red]FAILED[/] {name}: {escape(failure.counterexample)}", soft_wrap=True)
        stored = printable(campaign.files.get(name))
        console.print(f"stored: {stored}", soft_wrap=True, markup=False)
        _print_code(console, failure)
    if quiet:
        return
    for name, order in campaign.skipped.items():
        console.print(f"[yellow]not attempted[/] {name}: for groups of order at most {order}")
    checks = sum(campaign.checks.values())
    seconds = sum(campaign.seconds.values())
    ended = ", interrupted" if campaign.interrupted else ""
    properties, failures = len(+campaign.checks), len(campaign.failures)
    noun = "property" if properties == 1 else "properties"
    console.print(
        f"{checks} values sampled for {properties} {noun}, "
        f"seed {campaign.seed}: {failures} failure{'s' * (failures != 1)}, "
        f"in {campaign.wall_seconds:.1f} s "
        f"({checks / max(seconds, 1e-9):.0f} a second and process){ended}",
        soft_wrap=True,
    )


def _print_code(console: Console, failure: Failure) -> None:
    console.print("in Python:")
    for line in failure.python():
        console.print(escape(line), soft_wrap=True)


def _rates(campaign: Campaign, *, wide: bool) -> Table:
    from proofs.properties.registry import property_named

    table = Table(title="cogo fuzz", title_justify="left", header_style="bold")
    table.add_column("property", no_wrap=True)
    if wide:
        table.add_column("statement", overflow="fold", ratio=1)
    table.add_column("checks", justify="right")
    table.add_column("a second", justify="right")
    table.add_column("result", no_wrap=True)
    for name, checks in campaign.checks.items():
        result = "[green]no failure[/]" if checks else "[yellow]not attempted[/]"
        table.add_row(
            name,
            *([property_named(name).statement] if wide else []),
            str(checks),
            f"{checks / max(campaign.seconds[name], 1e-9):.0f}",
            "[red]FAILED[/]" if name in campaign.failures else result,
        )
    return table


def _coverage(campaign: Campaign) -> Table:
    """Return a table with a row for each kind of label: what was met, and how often."""
    table = Table(
        title="what the values were", title_justify="left", header_style="bold", show_lines=True
    )
    table.add_column("", no_wrap=True)
    table.add_column("met, and how often", overflow="fold", ratio=1)
    kinds: dict[str, list[str]] = {}
    for label, count in sorted(campaign.labels.items(), key=lambda item: (-item[1], item[0])):
        kind, _, which = label.partition(": ")
        kinds.setdefault(kind, []).append(f"{which} {count}")
    for kind in sorted(kinds):
        table.add_row(kind, escape(", ".join(kinds[kind])))
    return table
