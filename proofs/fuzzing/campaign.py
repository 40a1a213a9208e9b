"""Fuzzing campaigns: properties attacked in turn, in pieces, in this process or in others."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, final

from algebra.groups.group import AbelianGroup
from numeric.work.pieces import results
from proofs.fuzzing.attack import INSTALLED_NAME, Attack, Piece, run_piece
from proofs.properties.registry import chosen, property_named
from proofs.strategies.groups import GROUPS

#: Examples in a piece; seconds that an interrupted campaign waits for pieces being worked on.
PIECE, GRACE = 200, 20.0
#: The largest order of the groups that are drawn from where none are named.
MAX_ORDER = 16


@final
@dataclass(slots=True)
class Campaign:
    """What a campaign found so far, by property."""

    seed: int
    groups: tuple[AbelianGroup, ...]
    checks: Counter[str] = field(default_factory=Counter)  # 0: not attempted
    labels: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Attack] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)  # the largest order that is attacked
    interrupted: bool = False
    planned: int = 0
    done: int = 0  # of the values planned, those that are checked, or need not be any more

    def add(self, found: Attack) -> None:
        """Count a piece."""
        name = found.piece.property_id
        self.checks[name] += found.checks
        self.done += found.piece.examples
        self.labels.update(found.labels)
        self.interrupted |= found.interrupted
        if found.wrong:
            self.failures.setdefault(name, found)

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
                    "checks": checks,
                    "evidence": "sampled" if checks else "not attempted",
                    "holds": name not in self.failures if checks else None,
                }
                for name, checks in self.checks.items()
            ],
            "failures": [
                {
                    "property": name,
                    "counterexample": found.wrong,
                    "value": found.value,
                    "stored": found.piece.folder and str(found.piece.stored),
                    "python": found.python(),
                }
                for name, found in self.failures.items()
            ],
            "coverage": dict(sorted(self.labels.items())),
            "skipped": self.skipped,
            "interrupted": self.interrupted,
        }


def default_groups() -> tuple[AbelianGroup, ...]:
    """Return the groups that are drawn from where none are named, up to order `MAX_ORDER`."""
    return tuple(G for G in map(AbelianGroup, GROUPS) if G.order <= MAX_ORDER)


def fuzz(
    groups: Sequence[AbelianGroup | str] = (),
    *,
    claims: Sequence[str] = (),
    examples: int = PIECE,
    minutes: float | None = None,
    seed: int = 0,
    subject: str = INSTALLED_NAME,
    replay: bool = False,
    executor: Executor | None = None,
    workers: int = 1,
    folder: str | Path | None = None,
    progress: Callable[[Campaign], None] = lambda campaign: None,
    asked_to_stop: Callable[[], bool] = lambda: False,
) -> Campaign:
    """Attack properties with drawn values and return what was found.

    The evidence is *sampled*: a property that holds here held for so many values, no more. The
    same seed, groups and examples draw the same values, however many workers.

    Args:
        groups: to draw from; `default_groups` if none are given.
        claims: ids or patterns of claims or properties; everything by default.
        examples: how many values for each property, where no time is given.
        minutes: how long to go on instead.
        seed: of all that is drawn.
        subject: the code under test, ``"module:NAME"``.
        replay: whether only what is stored for these groups is tried again, here.
        executor: where pieces are run; this process by default.
        workers: how many pieces the executor is given at a time, twice over.
        folder: where failures are stored, as soon as they are found, and tried first of all.
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
    over = tuple(AbelianGroup(G) if isinstance(G, str) else G for G in groups) or default_groups()
    campaign, targets = Campaign(seed, over), []
    stop_at = None if minutes is None else time.time() + 60 * minutes
    where = None if folder is None else str(folder)
    with tempfile.TemporaryDirectory(prefix="cogo-fuzz-") as scratch:
        stop_file = Path(scratch, "stop")
        for asked in chosen(tuple(claims)):
            fitting = tuple(G.moduli for G in over if G.order <= asked.max_order)
            piece = Piece(asked.id, fitting, 0, seed, subject, where, stop_at, str(stop_file))
            if replay and not (piece.stored and piece.stored.is_dir()):
                continue
            if not fitting:
                campaign.skipped[asked.id] = asked.max_order
            else:
                targets.append(piece)
                campaign.checks[asked.id] = 0
        campaign.planned = len(targets) * examples
        running: dict[Future[Attack], Piece] = {}
        attacks = results(
            run_piece,
            iter(targets) if replay else _pieces(targets, campaign, examples),
            executor=executor,
            kept="failures are stored",
            at_once=2 * workers,
            running=running,
        )
        try:
            for _, found in attacks:
                campaign.add(found)
                progress(campaign)
                if campaign.interrupted or asked_to_stop():
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            campaign.interrupted = True
            stop_file.touch()
            attacks.close()  # what is not begun is cancelled
            for future in wait(running, timeout=GRACE).done:
                if not future.cancelled():
                    campaign.add(future.result())
    return campaign


def _pieces(targets: list[Piece], campaign: Campaign, examples: int) -> Iterator[Piece]:
    """Yield pieces, the properties in turn; a property that has failed gets no more."""
    todo = deque((target, 0) for target in targets)
    while todo:
        target, number = todo.popleft()
        name, stop_at = target.property_id, target.stop_at
        left = examples - number * PIECE if stop_at is None else PIECE * (time.time() < stop_at)
        if name in campaign.failures:
            campaign.done += max(0, left)
        elif left > 0:
            digest = hashlib.sha256(f"{target.seed}/{name}/{number}".encode()).digest()
            own = int.from_bytes(digest[:8], "big")
            yield replace(target, examples=min(left, PIECE), seed=own)
            todo.append((target, number + 1))
