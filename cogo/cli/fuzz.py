"""``cogo fuzz``: a property-based campaign against every claim, or what it stored, again."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.table import Table

from algebra.machine.read_file import printable
from algebra.machine.write_file import make_folder
from cogo.cli.main import INTERRUPTED
from cogo.cli.options import Output, Seed, Texts, WorkersOrAll, option, output_to
from cogo.cli.terminal import coloured, table
from numeric.work.executor import executor_of
from numeric.work.signals import end_workers, interrupts

if TYPE_CHECKING:
    from proofs.fuzzing.campaign import Campaign, Piece

TERMINATED = 143
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
    *,
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
    out: Output,
) -> None:
    """Attack the claims with random values: weights, optimizers, near misses.

    A failure is shrunk, stored in Hypothesis' database, which the next campaign and
    [bold]--replay[/] try again, and printed as five lines of Python. Ctrl-C keeps what was found.
    What holds here was [bold]sampled[/], not proved. Exit code 0: nothing found; 1: a failure;
    2: bad input; 2 (Ctrl-C) or 143: interrupted and nothing found.

    Example: [bold]cogo fuzz Z7 Z2xZ4 --claims optimizers --minutes 5[/]
    """
    try:
        import proofs.strategies  # noqa: F401
    except ImportError as error:  # which says how to install Hypothesis
        raise ValueError(str(error)) from None
    from proofs.fuzzing.campaign import INSTALLED_NAME, fuzz as run

    is_new, start = not output.exists(), time.perf_counter()
    make_folder(output, parents=True)
    if is_new:  # the first failure makes it again
        output.rmdir()
    with (
        interrupts() as received,
        executor_of(None, 1 if replay else workers) as (executor, count),
        out.bar() as bar,
    ):

        def show(found: Campaign) -> bool:
            text = f"{found.checks.total()} checks, {len(found.failures)} failures"
            done, of = found.checks.total(), len(found.checks) * examples
            bar(text, *((time.perf_counter() - start, 60 * minutes) if minutes else (done, of)))
            return bool(received)

        campaign = run(
            groups or (),
            claims=[x.strip() for text in claims or () for x in text.split(",") if x.strip()],
            examples=examples,
            minutes=minutes,
            seed=seed,
            subject=subject or INSTALLED_NAME,
            replay=replay,
            executor=executor,
            workers=count,
            folder=output,
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
    stopped_by = TERMINATED if signal.SIGTERM in received else INTERRUPTED
    code = 1 if campaign.failures else stopped_by if campaign.interrupted else 0
    out.end(code, campaign.as_dict(), _lines(campaign, out, replay, time.perf_counter() - start))


def _lines(
    campaign: Campaign, out: Output, replay: bool, seconds: float
) -> Iterator[RenderableType]:
    """Yield the tables, what failed and how it is had again, and what was done."""
    checked, failures = +campaign.checks, campaign.failures
    if not (out.quiet or replay):
        yield from _tables(campaign)
    for name, found in failures.items():
        yield coloured("FAILED", "red", f" {name}: {found.wrong}")
        yield from (f"value: {found.value}", *_again(found), "in Python:", *found.python())
    if out.quiet:
        return
    if replay:
        yield from (f"{name} holds now" for name in checked if name not in failures)
    for name, order in campaign.skipped.items():
        yield coloured("not attempted", "yellow", f" {name}: for groups of order at most {order}")
    values = checked.total()
    yield (
        f"{values} value{'s' * (values != 1)} {'tried again' if replay else 'sampled'} "
        f"for {len(checked)} propert{'y' if len(checked) == 1 else 'ies'}, "
        f"seed {campaign.seed}: {len(failures)} failure{'s' * (len(failures) != 1)}, "
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
        result = ("FAILED", "red") if name in campaign.failures else result
        rates.add_row(name, str(checks), coloured(*result))
    kinds: dict[str, list[str]] = {}
    for label, count in campaign.labels.most_common():
        kind, _, which = label.partition(": ")
        kinds.setdefault(kind, []).append(f"{which} {count}")
    rows = [(kind, ", ".join(met)) for kind, met in sorted(kinds.items())]
    return rates, table(
        "what the values were", "", "met, and how often", rows=rows, show_lines=True
    )
