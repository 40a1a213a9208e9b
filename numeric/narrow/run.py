"""A search for narrow networks that is kept in a folder: batches, hits, and where it was.

A hit is written, by rename, before the tally that counts it, so an interrupt loses none. Start
``i`` depends on ``(seed, i)`` alone: a search that goes on finds what an uninterrupted one does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import astuple, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, final

from algebra.groups.group import AbelianGroup
from algebra.machine.read_file import read_bytes, strict_json
from algebra.machine.write_file import write_bytes
from numeric.narrow.problem import Problem
from numeric.narrow.search import Hit, Searched, search
from numeric.weights.files import write_weights
from numeric.weights.plain_network import TwoLayer
from numeric.work.executor import results

FORMAT = "cogo-narrow"
STATE = "narrow.json"
KEYS = ("done", "outcomes", "zeros", "lowest residual of drifting starts")
MAX_FILE = 1 << 28
#: Starts that are run together, entries of their normal equations, and of one's, at most.
BATCH, BATCH_ENTRIES, MAX_ENTRIES = 50, 2_000_000, 20_000_000
#: Batches that wait for an executor at a time.
AHEAD = 64
#: What is said when work is lost.
KEPT = "hits and batches before it are kept, with -o: the same command goes on"


@final
@dataclass(frozen=True, slots=True)
class Tally:
    """How many starts are done, how many came to each `Searched`, ``(start, residual, size)`` of
    each zero, and the lowest residual that was only approached.
    """

    done: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: {x.value: 0 for x in Searched})
    zeros: tuple[tuple[int, float, float], ...] = ()
    lowest: float | None = None

    def plus(self, ends: list[Hit]) -> Tally:
        """Return the tally with one batch more."""
        counts = Counter(end.outcome.value for end in ends)
        zeros = [(x.start, x.residual, x.size) for x in ends if x.outcome is Searched.ZERO]
        lowest = [x.residual for x in ends if x.outcome is Searched.DRIFTS]
        lowest += [] if self.lowest is None else [self.lowest]
        return Tally(
            self.done + len(ends),
            {name: count + counts[name] for name, count in self.outcomes.items()},
            (*self.zeros, *zeros),
            min(lowest, default=None),
        )


def weights_of(problem: Problem, hit: Hit) -> TwoLayer:
    """Return the hit as a network that files hold."""
    group = problem.group
    known = {"group": str(group)}
    if not isinstance(group, AbelianGroup):
        known = {"operation": group.name}
    return TwoLayer((hit.a,), (hit.b,), (hit.c.T,), metadata=known)


def hit_file(folder: Path, start: int) -> Path:
    """Return where the weights of a zero are kept."""
    return folder / f"start-{start:07d}.npz"


def run(
    problem: Problem,
    *,
    starts: int,
    seed: int = 0,
    steps: int = 80,
    folder: Path,
    executor: Executor | None = None,
    report: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Run the starts that are not done yet, by batches here or in an executor; return the tally of
    all. A folder that holds another search, or a problem that is too large, is a ValueError.
    """
    entries = (3 * problem.group.order * problem.width) ** 2
    if entries > MAX_ENTRIES:
        raise ValueError(
            f"group={problem.group}, width={problem.width}: a matrix of {entries} entries; at most "
            f"{MAX_ENTRIES}; take a smaller group"
        )
    identity = _identity(problem, seed, steps)
    tally = _read(folder / STATE, identity)
    batch = max(1, min(BATCH, BATCH_ENTRIES // entries))
    pieces = [range(i, min(i + batch, starts)) for i in range(tally.done, starts, batch)]
    work = partial(_batch, problem, seed=seed, steps=steps)
    # In order, so that what is done is always a prefix.
    for _, ends in results(
        work, pieces, executor=executor, at_once=AHEAD, in_order=True, kept=KEPT
    ):
        for end in ends:
            if end.outcome is Searched.ZERO:
                write_weights(hit_file(folder, end.start), weights_of(problem, end), force=True)
        tally = tally.plus(ends)
        _write(folder / STATE, identity, tally)
        report(tally)
    return tally


def _batch(problem: Problem, piece: range, *, seed: int, steps: int) -> list[Hit]:
    ends = search(problem, starts=len(piece), seed=seed, first=piece.start, steps=steps)
    return sorted(ends, key=lambda end: end.start)


def _identity(problem: Problem, seed: int, steps: int) -> dict[str, Any]:
    """Return what a search is, as JSON has it."""
    group = problem.group
    names = ("width", "target", "constants", "support", "symmetry", "ties")
    identity = {
        "format": FORMAT,
        "version": 2,
        "group": str(group),
        "table": None if isinstance(group, AbelianGroup) else group.table,
        **{name: getattr(problem, name) for name in names},
        "seed": seed,
        "steps": steps,
    }
    return dict(json.loads(json.dumps(identity)))


def _write(path: Path, identity: dict[str, Any], tally: Tally) -> None:
    text = json.dumps(identity | dict(zip(KEYS, astuple(tally), strict=True)), indent=1)
    write_bytes(path, (text + "\n").encode(), force=True)


def _read(path: Path, identity: dict[str, Any]) -> Tally:
    """Return the tally in a file, none if there is no file."""
    if not path.exists():
        return Tally()
    try:
        kept = strict_json(read_bytes(path, limit=MAX_FILE))
        other = [key for key, value in identity.items() if kept[key] != value]
        if not other:
            done, outcomes, zeros, lowest = (kept[key] for key in KEYS)
            return Tally(
                int(done),
                {x.value: int(outcomes[x.value]) for x in Searched},
                tuple((int(i), float(r), float(s)) for i, r, s in zeros),
                None if lowest is None else float(lowest),
            )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(
            f"{path} is not the state of a search ({error}); give another folder"
        ) from None
    raise ValueError(
        f"{path} belongs to another search ({other[0]}={kept[other[0]]!r}, not "
        f"{identity[other[0]]!r}); give another folder, or the same options"
    )
