"""The search behind ``cogo compose``: units of work, a journal, and the catalogue.

Finished units (a row of generators, a shape of cover, a piece of the direct search) are lines of a
journal, so that a search that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, final

from algebra.compose.direct import pieces, solve, supports
from algebra.compose.entry import Discovery, Node, canonical, symmetric
from algebra.compose.families import compose, factor_name
from algebra.compose.generators import (
    Partial,
    cover_shapes,
    distinct,
    exponents,
    multiply,
    polynomials,
)
from algebra.groups.spectrum import PAIR, REAL, Frequency
from algebra.machine.read_file import opened
from algebra.numbers.parse import parse
from numeric.work.executor import results

SEARCHES = ("generators", "cover", "direct")
#: A journal line longer than this is none of ours, nor is a journal.
MAX_LINE, MAX_JOURNAL = 1 << 26, 1 << 36
#: Candidates of the direct search that are proved together.
PROOFS = 25
#: What is said when work is lost.
KEPT = "finished pieces are kept, with -o: the same command goes on"


@final
@dataclass(frozen=True, slots=True)
class Query:
    """What to search for: compositions of roots of unity that kill potentials."""

    kills: tuple[str, ...]  # names of potentials
    roots: int  # their order
    largest: int  # the largest order wanted
    real: bool = False  # a real character in place of a conjugate pair
    searches: tuple[str, ...] = ("generators", "cover")

    @property
    def spectrum(self) -> Frequency:
        """The kind of frequency."""
        return REAL if self.real else PAIR

    @property
    def full(self) -> int:
        """All bits of the potentials to kill."""
        return (1 << len(self.kills)) - 1

    def key(self) -> str:
        """Return what identifies the search in a journal."""
        text = json.dumps([self.kills, self.roots, self.largest, self.real, self.searches])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


#: A unit of work, which another process can do.
Task = Callable[[], Any]
#: Nodes, and a text for each factor that they are composed of.
Composed = tuple[Sequence[Node], Sequence[str]]


@final
class Journal:
    """Finished units of a search, one JSON line each; in memory only if there is no path."""

    def __init__(self, path: Path | None, query: Query) -> None:
        self.path, self.key = path, query.key()
        self.units: dict[str, Any] = {}
        if path is not None and path.exists() and path.stat().st_size:
            for line in _lines(path):
                if line.get("query") == self.key and "unit" in line:
                    self.units[str(line["unit"])] = line.get("result")
        self.resumed = len(self.units)

    def record(self, unit: str, result: Any) -> None:
        """Append a finished unit."""
        self.units[unit] = result
        if self.path is not None:
            line = json.dumps({"query": self.key, "unit": unit, "result": result})
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(f"\n{line}\n")

    def close(self) -> None:
        """Remove the journal: the catalogue has been written."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with opened(path, limit=MAX_JOURNAL) as stream:
        for line in iter(lambda: stream.readline(MAX_LINE), b""):
            with suppress(ValueError):
                value = json.loads(line)
                if isinstance(value, dict):
                    yield value


def search(
    query: Query,
    *,
    journal: Journal,
    executor: Executor | None = None,
    report: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> list[Discovery]:
    """Return all solutions that the searches find, up to symmetry, each proved exactly.

    Units in the journal are not done again; the others run on the executor, or in this process.
    """
    found: dict[tuple[Node, ...], Discovery] = {}

    def stage(
        name: str, tasks: dict[str, Task], entries: Callable[[Any], Iterable[Any]] = iter
    ) -> list[Any]:
        """Do some units and keep the entries in their results, which are returned in order."""
        made = dict.fromkeys(tasks)
        for done, (unit, result) in enumerate(_run(tasks, journal, executor), 1):
            made[unit] = result
            for x in (_proved(query, entry) for entry in entries(result)):
                old = found.get(x.nodes)
                if old is None or _plainness(x.factors) < _plainness(old.factors):
                    found[x.nodes] = x
            report(f"{name}: {len(found)} found", done, len(tasks))
        return list(made.values())

    cuts: dict[str, Task] = {}
    if "direct" in query.searches:  # what is too much is refused before work starts
        for q in range(2, query.largest + 1):
            for piece in pieces(query.kills, n=query.roots, order=q):
                work = partial(supports, query.kills, n=query.roots, order=q, piece=piece)
                cuts[f"direct {q} {piece}"] = work
    rows = sorted({i for i, _ in exponents(query.roots, query.spectrum)})
    partials: list[Partial] = []
    if {"generators", "cover"} & set(query.searches):
        tasks: dict[str, Task] = {f"generators {i}": partial(_row, query, i) for i in rows}
        kept = "generators" in query.searches
        by_row = stage("generators", tasks, lambda row: row["entries"] if kept else ())
        partials = [
            Partial(_read(nodes), kills, text)
            for result in by_row
            for nodes, kills, text in result["partials"]
        ]
    if "cover" in query.searches:
        partials = sorted(distinct(partials), key=lambda p: (len(p.nodes), p.kills, p.text))
        groups: dict[tuple[int, int], list[Partial]] = {}
        for p in partials:
            groups.setdefault((p.kills, len(p.nodes)), []).append(p)
        shapes = cover_shapes(groups, full=query.full, largest=query.largest)
        tasks = {
            f"cover {shape}": partial(_cover, query, [groups[kind] for kind in shape])
            for shape in shapes
        }
        stage("products", tasks)
    if "direct" in query.searches:
        candidates = {tuple(x) for result in stage("direct", cuts, lambda x: ()) for x in result}
        chosen = sorted(candidates, key=lambda x: (len(x), x))
        tasks = {
            f"direct proofs {i}": partial(_solve, query, chosen[i : i + PROOFS])
            for i in range(0, len(chosen), PROOFS)
        }
        stage("direct, proofs", tasks)
    return sorted(
        found.values(),
        key=lambda x: (x.order, not x.known, x.family, x.norm_text, x.factors, repr(x.nodes)),
    )


def cheapest(journal: Journal) -> list[tuple[int, int]]:
    """Return the distinct ``(kills, order)`` of all partial solutions in a finished journal."""
    rows = [x for unit, x in journal.units.items() if unit.startswith("generators")]
    return sorted({(int(x[1]), len(x[0])) for row in rows for x in row["partials"]})


def _run(
    tasks: dict[str, Task], journal: Journal, executor: Executor | None
) -> Iterator[tuple[str, Any]]:
    """Yield results: those in the journal, then the others as they finish."""
    known = [unit for unit in tasks if unit in journal.units]
    for unit in known:
        yield unit, journal.units[unit]
    todo = [task for task in tasks.items() if task[0] not in known]
    for (unit, _), result in results(_called, todo, executor=executor, kept=KEPT):
        journal.record(unit, result)
        yield unit, journal.units[unit]


def _called(task: tuple[str, Task]) -> Any:
    return task[1]()


def _row(query: Query, i: int) -> dict[str, Any]:
    """Search (i) for the generators whose ``a`` is ``zeta^i``."""
    n, whole, partials = query.roots, list[Composed](), list[Partial]()
    for u in (u for u in exponents(n, query.spectrum) if u[0] == i):
        for p in polynomials(u, query.kills, n=n, largest=query.largest, spectrum=query.spectrum):
            if p.kills == query.full:
                whole.append((p.nodes, [p.text]))
            elif 2 * len(p.nodes) <= query.largest:
                partials.append(p)
    shown = [[_written(p.nodes), p.kills, p.text] for p in distinct(partials)]
    return {"entries": _entries(query, whole, "generators"), "partials": shown}


def _cover(query: Query, members: Sequence[Sequence[Partial]]) -> list[Any]:
    """Search (ii) for one shape: all products."""
    n = query.roots
    named = [[(p.nodes, factor_name(p.nodes, p.text, n=n)) for p in group] for group in members]
    products = (zip(*factors, strict=True) for factors in product(*named))
    made = ((multiply(nodes, n), names) for nodes, names in products)
    kept = ((nodes, names) for nodes, names in made if 2 <= len(nodes) <= query.largest)
    return _entries(query, kept, "cover")


def _solve(query: Query, candidates: Sequence[Sequence[int]]) -> list[Any]:
    """Search (iii): the solutions on some candidates."""
    found = solve(candidates, query.kills, n=query.roots)
    return _entries(query, ((nodes, ()) for nodes in found), "direct")


def _entries(query: Query, found: Iterable[Composed], search: str) -> list[Any]:
    """Return solutions for the journal, of those equal up to symmetry the plainest."""
    swap = symmetric(query.kills, spectrum=query.spectrum)
    best: dict[tuple[Node, ...], Sequence[str]] = {}
    for nodes, factors in found:
        key = canonical(nodes, query.roots, swap=swap)
        if key not in best or _plainness(factors) < _plainness(best[key]):
            best[key] = factors
    return [
        {"nodes": _written(nodes), "factors": list(factors), "search": search}
        for nodes, factors in best.items()
    ]


def _proved(query: Query, entry: Any) -> Discovery:
    """Return what an entry of the journal says, proved; a ValueError if it cannot be."""
    try:
        nodes, search = _read(entry["nodes"]), str(entry["search"])
        factors = tuple(map(str, entry["factors"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"an entry of the journal cannot be read: {error!r}") from None
    how: Any = {"n": query.roots, "factors": factors, "search": search, "spectrum": query.spectrum}
    try:
        return compose(nodes, query.kills, **how)
    except ValueError as error:
        raise ValueError(
            f"an entry of the journal cannot be proved; remove the journal: {error}"
        ) from None


def _plainness(factors: Sequence[str]) -> tuple[bool, int, int, int, tuple[str, ...]]:
    """Order descriptions: in named blocks, of few factors, short; none at all is the last."""
    unnamed = sum(", u = (" in name for name in factors)
    return not factors, unnamed, len(factors), sum(map(len, factors)), tuple(factors)


def _written(nodes: Iterable[Node]) -> list[Any]:
    return [[i, j, repr(c)] for i, j, c in nodes]


def _read(nodes: Any) -> tuple[Node, ...]:
    return tuple((int(i), int(j), parse(c)) for i, j, c in nodes)
