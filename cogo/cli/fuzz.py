"""``cogo fuzz``: a property-based campaign against every claim, or what it stored, again."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from algebra.groups.group import AbelianGroup
from algebra.machine.read_file import printable
from algebra.machine.write_file import make_folder
from cogo.cli.options import Json, Quiet, Seed, Texts, WorkersOrAll, option, output_to
from cogo.cli.terminal import coloured, print_json, progress_bar, say, table
from numeric.work.executor import end_workers, executor_of, interrupts

if TYPE_CHECKING:
    from proofs.fuzzing.campaign import Campaign, Piece

INTERRUPTED, TERMINATED = 130, 143
CLAIMS = (
    "attack these claims or properties only: an id, a family such as 'symmetry', or a pattern such "
    "as 'laws.*'; may be repeated, or separated by commas"
)
SUBJECT = "the proofs.subjects.subject.Subject to test, not the installed one"


def fuzz(
    groups: Annotated[
        Texts,
        typer.Argument(metavar="[GROUP...]", help="draw from these; all up to order 16 if none"),
    ] = None,
    claims: Annotated[Texts, option(CLAIMS)] = None,
    examples: Annotated[int, option("values to draw for each property", min=1)] = 200,
    minutes: Annotated[
        float | None, option("go on for so long instead of counting examples")
    ] = None,
    seed: Seed = 0,
    workers: WorkersOrAll = None,
    output: Annotated[Path, output_to("DIR", "where failures are stored")] = Path("fuzz-failures"),
    replay: Annotated[
        bool, option("draw nothing: try what is stored for these groups", "--replay")
    ] = False,
    subject: Annotated[str | None, option(SUBJECT, metavar="MODULE:NAME")] = None,
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
    start = time.perf_counter()
    with (
        _writable(output),
        interrupts() as received,
        executor_of(None, 1 if replay else workers) as (executor, count),
        progress_bar(silent=as_json or quiet) as bar,
    ):

        def show(found: Campaign) -> bool:
            text = f"{found.checks.total()} checks, {len(found.failures)} failures"
            timed = (time.perf_counter() - start, 60 * minutes) if minutes else None
            bar(text, *(timed or (found.done, len(found.checks) * examples)))
            return bool(received)

        campaign = _run(
            over,
            subject,
            **{"claims": patterns, "examples": examples, "minutes": minutes, "seed": seed},
            **{"replay": replay, "executor": executor, "workers": count, "folder": output},
            progress=show,
        )
        if campaign.interrupted:
            end_workers()
    if not (+campaign.checks or campaign.interrupted):
        raise ValueError(
            f"nothing is stored in {output} for these groups and claims; name those of the campaign"
            if replay
            else "nothing was attempted; pass more --minutes, or smaller groups"
        )
    if as_json:
        print_json(campaign.as_dict())
    else:
        _print(campaign, quiet, replay, time.perf_counter() - start)
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


def _run(over: list[AbelianGroup], subject: str | None, **options: Any) -> Campaign:
    """Run the campaign; without Hypothesis say what to install."""
    try:
        import proofs.strategies  # noqa: F401
    except ImportError as error:
        raise ValueError(str(error)) from None
    from proofs.fuzzing.campaign import INSTALLED_NAME, fuzz as run, subject_named

    subject_named(subject or INSTALLED_NAME)
    return run(over, subject=subject or INSTALLED_NAME, **options)


def _print(campaign: Campaign, quiet: bool, replay: bool, seconds: float) -> None:
    checked = +campaign.checks
    if not (quiet or replay):
        say(*_tables(campaign))
    for name, found in campaign.failures.items():
        say(
            coloured("FAILED", "red", f" {name}: {found.wrong}"),
            f"value: {found.value}",
            *_again(found),
            "in Python:",
            *found.python(),
        )
    if quiet:
        return
    if replay:
        say(*(f"{name} holds now" for name in checked if name not in campaign.failures))
    for name, order in campaign.skipped.items():
        say(coloured("not attempted", "yellow", f" {name}: for groups of order at most {order}"))
    values, failures = checked.total(), len(campaign.failures)
    say(
        f"{values} value{'s' * (values != 1)} {'tried again' if replay else 'sampled'} "
        f"for {len(checked)} propert{'y' if len(checked) == 1 else 'ies'}, "
        f"seed {campaign.seed}: {failures} failure{'s' * (failures != 1)}, "
        f"in {seconds:.1f} s{', interrupted' * campaign.interrupted}"
    )


def _again(found: Piece) -> list[str]:
    """Return where a failure is stored, and the command that tries it again."""
    if not found.reproduction:
        return ["another value came when it was drawn again: does the code draw random numbers?"]
    words = ["cogo", "fuzz", *found.groups, "--claims", found.property_id]
    words += ["--output", str(found.folder), "--subject", str(found.subject), "--replay"]
    return [f"stored: {printable(found.stored)}", f"again: {printable(shlex.join(words))}"]


def _tables(campaign: Campaign) -> tuple[Table, Table]:
    """Return a row for each property, and one for each kind of event: what was met, how often."""
    rates = table("cogo fuzz", "property", "checks", "result", right=("checks",))
    for name, checks in campaign.checks.items():
        result = ("no failure", "green") if checks else ("not attempted", "yellow")
        if name in campaign.failures:
            result = ("FAILED", "red")
        rates.add_row(name, str(checks), coloured(*result))
    kinds: dict[str, list[str]] = {}
    for label, count in campaign.labels.most_common():
        kind, _, which = label.partition(": ")
        kinds.setdefault(kind, []).append(f"{which} {count}")
    rows = [(kind, ", ".join(met)) for kind, met in sorted(kinds.items())]
    return rates, table(
        "what the values were", "", "met, and how often", rows=rows, show_lines=True
    )
