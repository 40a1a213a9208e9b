"""Fuzzing campaigns: properties attacked by Hypothesis, in pieces, on any executor.

A piece is one property, some groups, a number of examples and a seed: all of it is plain data,
so pieces run in this process, in a process pool, or on a cluster, and give the same examples
everywhere. What a piece finds is shrunk where it was found.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from algebra.groups.group import AbelianGroup
from numeric.work.executor import Here
from proofs.fuzzing.failure import INSTALLED_NAME, Failure, subject_named
from proofs.fuzzing.plain_data import encode
from proofs.properties.property import Property, labels
from proofs.properties.registry import chosen, property_named
from proofs.subjects.subject import INSTALLED, Subject

#: Examples in a piece.
PIECE = 200
#: A failure that has not shrunk to the end after this time is reported as it is.
SHRINK_SECONDS = 60.0
#: How long an interrupted campaign waits for pieces that are being worked on.
GRACE_SECONDS = 20.0
#: The largest order of the groups that are drawn from where none are named.
MAX_ORDER = 16


class WorkerDiedError(ValueError):
    """Raised when a process of the executor died; what was found before is stored."""


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a campaign.

    Attributes:
        property_id: of the property to attack.
        groups: the cyclic orders of the groups to draw from.
        examples: how many values to draw.
        seed: for Hypothesis; the same piece draws the same values.
        subject: the code under test, or its name ``module:NAME``, as other processes need it.
        stop_at: seconds since the epoch at which to stop.
        stop_file: a path; the piece stops when a file is there.
    """

    property_id: str
    groups: tuple[tuple[int, ...], ...]
    examples: int
    seed: int
    subject: Subject | str = INSTALLED_NAME
    stop_at: float | None = None
    stop_file: str | None = None


@final
@dataclass(frozen=True, slots=True)
class PieceResult:
    """What came of a piece.

    Attributes:
        piece: the piece.
        checks: values checked, those tried while shrinking not counted.
        seconds: wall time, drawing included, shrinking not.
        labels: how often each label of `proofs.properties.property.labels` was met.
        failure: what was found, shrunk.
        interrupted: whether Ctrl-C ended it.
    """

    piece: Piece
    checks: int
    seconds: float
    labels: Counter[str]
    failure: Failure | None = None
    interrupted: bool = False


@final
@dataclass(slots=True)
class Campaign:
    """What a campaign found so far, by property.

    Attributes:
        seed: of the whole.
        groups: drawn from.
        checks: values checked, 0 for a property that was not attempted.
        seconds: spent on them, in whatever process.
        labels: coverage of the strategies.
        failures: at most one for each property, shrunk.
        files: where the failures are stored.
        skipped: properties that these groups are too large for, with the largest order.
        interrupted: whether it was ended by Ctrl-C or a signal.
        wall_seconds: time from start to end.
        planned: how many values are to be checked, where no time is given.
        done: how many of them are, or need not be any more.
    """

    seed: int
    groups: tuple[AbelianGroup, ...]
    checks: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    labels: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Failure] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    interrupted: bool = False
    wall_seconds: float = 0.0
    planned: int = 0
    done: int = 0

    def add(self, result: PieceResult) -> None:
        """Count a piece."""
        name = result.piece.property_id
        self.checks[name] += result.checks
        self.done += result.piece.examples
        self.seconds[name] += result.seconds
        self.labels.update(result.labels)
        self.interrupted |= result.interrupted
        if result.failure is not None and name not in self.failures:
            self.failures[name] = result.failure

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON data."""
        return {
            "seed": self.seed,
            "groups": [str(group) for group in self.groups],
            "properties": [
                {
                    "id": name,
                    "statement": property_named(name).statement,
                    "attacks": list(property_named(name).attacks),
                    "checks": self.checks[name],
                    "seconds": round(self.seconds[name], 3),
                    "evidence": "sampled" if self.checks[name] else "not attempted",
                    "holds": name not in self.failures if self.checks[name] else None,
                }
                for name in self.checks
            ],
            "failures": [
                {
                    "property": name,
                    "counterexample": found.counterexample,
                    "file": self.files.get(name),
                    "python": found.python(),
                }
                for name, found in self.failures.items()
            ],
            "coverage": dict(sorted(self.labels.items())),
            "skipped": self.skipped,
            "interrupted": self.interrupted,
            "wall_seconds": round(self.wall_seconds, 3),
        }


class _Wrong(Exception):
    """A counterexample; one class raised in one place, so that Hypothesis sees one bug."""


class _Stop(BaseException):
    """Ends a piece; no Exception, so that Hypothesis does not take it for a counterexample."""


def run_piece(piece: Piece) -> PieceResult:
    """Attack one property with the examples of a piece; shrink what is found.

    >>> run_piece(Piece("scalars.text", ((3,),), 20, seed=1)).checks
    20
    """
    from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
    from hypothesis.errors import Flaky

    target = property_named(piece.property_id)
    subject = subject_named(piece.subject) if isinstance(piece.subject, str) else piece.subject
    name = piece.subject if isinstance(piece.subject, str) else _name(subject)
    counts: Counter[str] = Counter()
    found: list[tuple[Any, str]] = []
    checks, start, stopped = 0, time.perf_counter(), 0.0

    def attack(value: Any) -> None:
        nonlocal checks, stopped
        _stop_if_asked(piece, stopped)
        if not found:
            checks += 1
            counts.update(labels(value))
        wrong = target.counterexample(subject, value)
        if wrong:
            if not found:
                stopped = time.perf_counter()
            found[:] = [(value, wrong)]
            raise _Wrong(wrong)

    run = seed(piece.seed)(
        settings(
            max_examples=piece.examples,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            phases=(Phase.generate, Phase.target, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
        )(given(target.strategy([AbelianGroup(moduli) for moduli in piece.groups]))(attack))
    )
    interrupted = False
    try:
        run()
    except (_Wrong, _Stop, Flaky):
        pass
    except KeyboardInterrupt:
        interrupted = True
    seconds = (stopped or time.perf_counter()) - start
    failure = None
    if found:
        value, wrong = found[0]
        failure = Failure(piece.property_id, encode(value), wrong, piece.seed, name)
    return PieceResult(piece, checks, seconds, counts, failure, interrupted)


def _stop_if_asked(piece: Piece, failed_at: float) -> None:
    if piece.stop_file is not None and Path(piece.stop_file).exists():
        raise _Stop
    if failed_at:
        if time.perf_counter() - failed_at > SHRINK_SECONDS:
            raise _Stop
    elif piece.stop_at is not None and time.time() > piece.stop_at:
        raise _Stop


def _name(subject: Subject) -> str:
    return INSTALLED_NAME if subject is INSTALLED else "my_module:SUBJECT"


def default_groups() -> tuple[AbelianGroup, ...]:
    """Return the groups that are drawn from where none are named, up to order `MAX_ORDER`."""
    from proofs.strategies.groups import GROUPS

    return tuple(G for G in map(AbelianGroup, GROUPS) if G.order <= MAX_ORDER)


def fuzz(
    groups: Sequence[AbelianGroup | str] = (),
    *,
    claims: Sequence[str] = (),
    examples: int = PIECE,
    minutes: float | None = None,
    seed: int = 0,
    subject: Subject | str = INSTALLED,
    executor: Executor | None = None,
    workers: int = 1,
    folder: str | Path | None = None,
    progress: Callable[[Campaign], None] = lambda campaign: None,
    asked_to_stop: Callable[[], bool] = lambda: False,
) -> Campaign:
    """Attack properties with drawn values and return what was found.

    The evidence is *sampled*: a property that holds here held for so many values, no more.

    Args:
        groups: to draw from; `default_groups` if none are given.
        claims: ids or patterns of claims or properties; everything by default.
        examples: how many values for each property, where no time is given.
        minutes: how long to go on instead.
        seed: the same seed, groups and examples draw the same values, however many workers.
        subject: the code under test. An executor in another process needs its name,
            ``"module:NAME"``.
        executor: where pieces are run; this process by default.
        workers: how many pieces the executor is given at a time, twice over.
        folder: where failures are stored, as soon as they are found; nowhere by default.
        progress: called after every piece.
        asked_to_stop: asked after every piece; ends the campaign as an interrupt does.

    Raises:
        ValueError: for a pattern that is about nothing, or numbers that are not positive.
        ImportError: without Hypothesis.

    >>> found = fuzz(["Z3"], claims=["optimizers.zero-loss"], examples=20)
    >>> found.checks["optimizers.zero-loss"], found.failures
    (20, {})
    """
    if examples < 1 or (minutes is not None and not minutes > 0) or workers < 1:
        raise ValueError(
            f"examples={examples}, minutes={minutes}, workers={workers}: pass positive numbers"
        )
    code = INSTALLED_NAME if subject is INSTALLED else subject
    if executor is not None and not isinstance(code, str):
        raise ValueError("subject: an executor needs its name; pass 'MODULE:NAME'")
    over = tuple(AbelianGroup(G) if isinstance(G, str) else G for G in groups) or default_groups()
    campaign = Campaign(seed, over)
    targets = _targets(chosen(tuple(claims)), campaign)
    campaign.planned = len(targets) * examples
    start = time.time()
    with tempfile.TemporaryDirectory(prefix="cogo-fuzz-") as scratch:
        stop_file = Path(scratch) / "stop"
        pieces = _pieces(
            targets,
            campaign,
            examples=examples,
            stop_at=None if minutes is None else start + 60 * minutes,
            make=lambda found, groups, count, number: Piece(
                found.id,
                groups,
                count,
                _seed_of(seed, found.id, number),
                code,
                None if minutes is None else start + 60 * minutes,
                str(stop_file),
            ),
        )
        running: set[Future[PieceResult]] = set()

        def collect(done: set[Future[PieceResult]]) -> None:
            for future in done:
                if not future.cancelled():
                    campaign.add(future.result())
            for name, failure in campaign.failures.items():
                if folder is not None and name not in campaign.files:
                    campaign.files[name] = str(failure.store(folder))
            campaign.wall_seconds = time.time() - start
            progress(campaign)

        runner = executor or Here()
        try:
            while True:
                while len(running) < (2 * workers if executor else 1):
                    piece = next(pieces, None)
                    if piece is None:
                        break
                    running.add(runner.submit(run_piece, piece))
                if not running:
                    break
                done, running = wait(running, timeout=0.5, return_when=FIRST_COMPLETED)
                collect(done)
                if campaign.interrupted or asked_to_stop():
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            campaign.interrupted = True
            stop_file.touch()
            for future in running:
                future.cancel()
            collect(wait(running, timeout=GRACE_SECONDS).done)
        except BrokenExecutor as error:
            raise WorkerDiedError(
                f"a worker died ({error}); take fewer workers or smaller groups"
            ) from None
    campaign.wall_seconds = time.time() - start
    return campaign


def _targets(
    properties: list[Property], campaign: Campaign
) -> list[tuple[Property, tuple[tuple[int, ...], ...]]]:
    """Return the properties with the groups that are small enough for each."""
    targets = []
    for found in properties:
        fitting = tuple(G.moduli for G in campaign.groups if G.order <= found.max_order)
        if fitting:
            targets.append((found, fitting))
            campaign.checks[found.id], campaign.seconds[found.id] = 0, 0.0
        else:
            campaign.skipped[found.id] = found.max_order
    return targets


def _pieces(
    targets: list[tuple[Property, tuple[tuple[int, ...], ...]]],
    campaign: Campaign,
    *,
    examples: int,
    stop_at: float | None,
    make: Callable[[Property, tuple[tuple[int, ...], ...], int, int], Piece],
) -> Iterator[Piece]:
    """Yield pieces, the properties in turn; a property that has failed gets no more."""
    todo = deque((found, groups, 0) for found, groups in targets)
    while todo:
        found, groups, number = todo.popleft()
        if found.id in campaign.failures:
            campaign.done += max(0, examples - number * PIECE)
            continue
        if stop_at is None:
            left = examples - number * PIECE
        else:
            left = PIECE if time.time() < stop_at else 0
        if left <= 0:
            continue
        yield make(found, groups, min(left, PIECE), number)
        todo.append((found, groups, number + 1))


def _seed_of(seed: int, name: str, number: int) -> int:
    digest = hashlib.sha256(f"{seed}/{name}/{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big")
