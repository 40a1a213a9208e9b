"""``cogo compose``: from conditions to compositions."""

import json
import time
from collections.abc import Iterator
from contextlib import nullcontext
from math import prod
from typing import Annotated

from rich.console import RenderableType
from rich.table import Table

from algebra.compose.entry import NAMED, Discovery, potentials
from algebra.compose.generators import cheapest_cover
from algebra.groups.spectrum import PAIR, REAL
from algebra.machine.held import held
from algebra.machine.write_file import require_writable, write_bytes
from cogo.cli import options as opt
from cogo.cli.terminal import table, wrote
from numeric.work.executor import executor_of
from proofs.compose import search as engine

MAX_ROWS = 40
#: The searches, and what each finds completely.
COMPLETE = {
    "generators": "all polynomials in one generator over {0.roots}-th roots of unity, up to "
    "{0.largest} nodes",
    "cover": "all irredundant products of such polynomials whose orders multiply to at most "
    "{0.largest}",
    "direct": "all solutions of minimal support with inputs {0.roots}-th roots of unity, up to "
    "{0.largest} nodes",
}


def compose(
    kill: Annotated[
        str,
        opt.option(
            "what must vanish: all, order4 (all but R_n), R_c, R_n, R_*, or potentials such "
            "as 'a-bc,aa-c'; with commas",
            metavar="NAMES",
        ),
    ] = "all",
    *,
    roots: Annotated[int, opt.number("inputs are roots of unity of this order", 2, 48)] = 12,
    max_order: Annotated[int, opt.number("the largest number of nodes wanted", 1, 12)] = 6,
    frequency: Annotated[str, opt.option("pair or real")] = "pair",
    searches: Annotated[
        opt.Texts,
        opt.option(
            "generators: polynomials in one node; cover: products of them; direct: all of "
            "least support; may be repeated (default: generators and cover)",
            "--search",
        ),
    ] = None,
    output: Annotated[opt.File, opt.output_to("FILE.json", "write the catalogue")] = None,
    workers: opt.Workers = 1,
    cluster: opt.Cluster = None,
    force: opt.Force = False,
    out: opt.Output,
) -> None:
    """Find all compositions that kill the given potentials; prove each exactly.

    With [bold]-o FILE.json[/] finished pieces are kept in FILE.json.journal, and a search that was
    interrupted goes on where it was when the same command is given again.

    Example: [bold]cogo compose --kill order4 --max-order 4[/]
    """
    query = _query(kill, roots, max_order, frequency, searches)
    path = None if output is None else output.with_name(output.name + ".journal")
    start = time.perf_counter()
    with (
        held(path) if path else nullcontext(),
        executor_of(cluster, workers) as (executor, _),
        out.bar() as show,
    ):
        journal = engine.Journal(path, query)
        replaces = force or journal.resumed > 0  # ours, if it was killed just before its end
        if output is not None:
            require_writable(output, force=replaces)
        found = engine.search(query, journal=journal, executor=executor, report=show)
        document = {
            "format": "cogo-catalogue",
            "version": 1,
            "kill": list(query.kills),
            "roots": query.roots,
            "largest order": query.largest,
            "frequency": frequency,
            "searches": list(query.searches),
            "complete": [COMPLETE[search].format(query) for search in query.searches],
            "entries": [x.as_dict() for x in found],
        }
        if output is not None:
            write_bytes(output, (json.dumps(document, indent=1) + "\n").encode(), force=replaces)
            journal.close()

    def lines() -> Iterator[RenderableType]:
        yield _table(query, found)
        resumed = f", {journal.resumed} pieces taken from the journal" if journal.resumed else ""
        seconds = time.perf_counter() - start
        yield f"{len(found)} solutions, each proved exactly, in {seconds:.1f} s{resumed}"
        yield from _cheapest(query, journal)
        yield from wrote(output)

    out.end(0 if found else 1, document, lines())


def _query(
    kill: str, roots: int, largest: int, frequency: str, searches: list[str] | None
) -> engine.Query:
    opt.one_of("frequency", frequency, "pair", "real")
    real = frequency == "real"
    chosen = tuple(dict.fromkeys(searches or ("generators", "cover")))
    for name in chosen:
        if name not in engine.SEARCHES:
            raise ValueError(f"search={name!r}; pass {', '.join(engine.SEARCHES)}")
    if real and roots % 2:
        raise ValueError(f"roots={roots} has no sign -1, which a real character needs; pass 2")
    if real and "direct" in chosen:
        raise ValueError("search=direct is for conjugate pairs; pass generators or cover")
    names = [x.strip() for x in kill.split(",") if x.strip()]
    if not names:
        raise ValueError("kill is empty; pass names such as all, R_c or 'a-bc,aa-c'")
    if unknown := [x for x in names if x not in NAMED and set(x) - set("abc-")]:
        raise ValueError(
            f"kill={unknown[0]!r} is unknown; pass {', '.join(NAMED)}, or potentials such as 'a-bc'"
        )
    wanted = potentials(names, spectrum=REAL if real else PAIR)
    if not wanted:
        raise ValueError(f"kill={kill!r} names no potential of a real character; pass aac, bbc")
    return engine.Query(wanted, roots, largest, real, chosen)


def _table(query: engine.Query, found: list[Discovery]) -> Table:
    kinds: dict[tuple[int, bool, str], list[Discovery]] = {}
    for x in found:
        kinds.setdefault((x.order, not x.known, x.family), []).append(x)
    rows = []
    for (order, new, family), members in sorted(kinds.items())[:MAX_ROWS]:
        least, free = min(members, key=norm), sorted({x.free for x in members})
        about = str(order), family or "-", "new" if new else "[Tian24]", str(len(members))
        example = " * ".join(least.factors) or "direct"
        rows.append((*about, ", ".join(map(str, free)), f"{norm(least):.4f}", example))
    return table(
        f"kill {' '.join(query.kills)}: {query.roots}-th roots of unity, "
        f"up to {query.largest} nodes",
        *("order", "family", "known", "count", "free", "least norm", "an example"),
        rows=rows,
        caption="searched: " + "; ".join(COMPLETE[x].format(query) for x in query.searches),
    )


def norm(x: Discovery) -> float:
    """Return the balanced squared norm as a float."""
    factor = 6 if x.spectrum == PAIR else 3
    return float(factor * sum(m * complex(s).real ** (1 / 3) for s, m in x.moduli))


def _cheapest(query: engine.Query, journal: engine.Journal) -> list[str]:
    """Say what the cheapest set cover is, if there was a search for covers."""
    if "cover" not in query.searches:
        return []
    kinds = [x for x in engine.cheapest(journal) if x[0] != query.full]
    cover = cheapest_cover(kinds, full=query.full)
    if cover is None:
        return ["no product of partial solutions of these orders kills everything"]
    orders = [order for _, order in cover]
    return [f"cheapest cover: order {prod(orders)} = {' x '.join(map(str, orders))}"]
