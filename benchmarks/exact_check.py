"""How long does an exact proof of zero loss take, here and in the systems one would otherwise use?

Every engine decides the two-sided criterion ``T[k1, k2, k] = [k1 = k2 = k]`` (all ``k != 0``, all
``k1, k2``) for the same weights over the cyclic group ``Z_d``:

* work A, sparse: order-6 blocks at every frequency, six nodes per conjugate pair;
* work B, dense: memorization, ``d^2`` nodes with every frequency, not using that it is a product.

Data is in the engine's own objects before the clock starts: `load` may pick any faithful form,
sort nodes by support and fix bounds and primes. Weights are known to be real. Every engine must
accept the instance and refuse three copies with one entry turned by a root of unity; at work A it
must also tell right from wrong for ``nu(zeta_12)``, and for weights where only sums of the paper's
potentials vanish; otherwise the run fails.

Each figure comes from a fresh process, one thread, best of several; ``~`` marks a median over 1.3
times the best (a disturbed machine). Memory is what loading and checking add to the peak resident
size once imports and a tiny instance are behind, and in brackets that peak itself (for GAP of its
own process, whose memory pool holds everything here from the start; for the others with the
instance as Python dictionaries).

The ratios count against the fastest system one would otherwise use. Two more rows are yardsticks:
the C loop, for the distance to the machine, and "NumPy by hand", our own techniques written out for
this one task by someone who knows them.

Install the peers: ``apt install gap-core gcc`` and ``pip install python-flint galois cypari``
(``cypari`` brings its own PARI; Debian's is ``pari-gp``). Those that are absent are reported.

    python benchmarks/exact_check.py [--quick] [--json FILE] [--only TEXT]
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ours
from peers import PEERS, Absent, Engine, Instance, balanced, corrupt, memorization, order6

MAKE = {"A": order6, "B": memorization}
QUICK = {"A": (7, 127), "B": (5, 11)}
GROWTH = (127, 1009, 10007)
NOISY = 1.3
TIMEOUT = 240
THREADED = ("OMP", "OPENBLAS", "MKL", "NUMBA", "VECLIB_MAXIMUM")
SINGLE_THREAD = {f"{library}_NUM_THREADS": "1" for library in THREADED}


@final
class Ours(Engine):
    name = "CoGO"
    role = "ours"
    how = "this project"

    def version(self) -> str:
        return ours.version()

    def load(self, instance: Instance) -> Any:
        return ours.load(instance)

    def check(self, loaded: Any) -> bool:
        return ours.check(loaded)


@final
class OursUnplanned(Engine):
    name = "CoGO, no plan"
    role = "ours, without a plan"
    how = "this project, supports, bounds and tables inside the timing"

    def version(self) -> str:
        return ours.version()

    def load(self, instance: Instance) -> Any:
        return ours.load_element(instance)

    def check(self, loaded: Any) -> bool:
        return ours.check_element(loaded)


ENGINES: dict[str, type[Engine]] = {engine.name: engine for engine in (Ours, OursUnplanned, *PEERS)}


def measure(name: str, work: str, d: int, seconds: float) -> dict[str, Any]:
    """One figure; runs in a process of its own."""
    engine = ENGINES[name]()
    try:
        version = engine.version()
        tiny = engine.load(MAKE[work](3))
    except (Absent, ImportError, NotImplementedError) as absent:
        return {"absent": str(absent)}
    engine.check(tiny)
    instance = MAKE[work](d)
    before = engine.peak_bytes()
    loaded = engine.load(instance)
    verdict = engine.check(loaded)
    peak = engine.peak_bytes()
    _require(verdict is not False, f"{name} refuses a valid instance: work {work}, d={d}")
    for seed in range(3):
        _refuses(engine, corrupt(instance, seed), f"work {work}, d={d}, seed={seed}")
    if work == "A":
        turned = order6(5, nu_exponent=1, nu_field=12)
        _require(engine.check(engine.load(turned)) is not False, f"{name} refuses nu(zeta_12)")
        _refuses(engine, corrupt(turned, 0), "nu(zeta_12)")
        _require(engine.check(engine.load(balanced(5))) is not False, f"{name} refuses zero sums")
        _refuses(engine, balanced(5, complete=False), "sums that are not zero")
    timing = engine.measure(loaded, seconds)
    return {
        "version": version,
        "decided": verdict is True,
        "best": timing.best,
        "median": timing.median,
        "runs": timing.runs,
        "added_bytes": peak - before,
        "peak_bytes": peak,
    }


def _refuses(engine: Engine, instance: Instance, which: str) -> None:
    verdict = engine.check(engine.load(instance))
    _require(verdict is not True, f"{engine.name} accepts a corrupted copy: {which}")


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise SystemExit(message)


def apart(*words: str) -> dict[str, Any]:
    """This command in a fresh process; this one stays small: a child's peak starts at its own."""
    command = [sys.executable, __file__, *words]
    options: Any = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True}
    try:
        done = subprocess.run(command, env=os.environ | SINGLE_THREAD, timeout=TIMEOUT, **options)
    except subprocess.TimeoutExpired:
        return {"failed": f"over {TIMEOUT} s with loading and the corrupted copies"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def measure_large(name: str) -> dict[str, Any]:
    """Build and prove one large case, once; runs in a process of its own."""
    ours.version()
    run, argument, seconds, size = ours.LARGE[name]
    before = Engine.peak_bytes(Ours())
    start = time.perf_counter()
    width = run(argument)
    taken = time.perf_counter() - start
    added = Engine.peak_bytes(Ours()) - before
    return {
        "case": name,
        "nodes": width,
        "seconds": taken,
        "added_bytes": added,
        "allowed_seconds": seconds,
        "allowed_bytes": size,
    }


def growth(times: dict[tuple[str, str, int], float]) -> dict[str, list[float | None]]:
    """Exponents ``log(t2/t1) / log(d2/d1)`` of work A between consecutive sizes."""
    table = {}
    for name in ENGINES:
        row = [times.get((name, "A", d)) for d in GROWTH]
        pairs = list(zip(GROWTH, row, strict=True))
        exponents = [
            math.log(t2 / t1) / math.log(d2 / d1) if t1 and t2 else None
            for (d1, t1), (d2, t2) in pairwise(pairs)
        ]
        if any(x is not None for x in exponents):
            table[name] = exponents
    return table


def ratios(
    times: dict[tuple[str, str, int], float], columns: list[tuple[str, int]]
) -> list[dict[str, Any]]:
    """Per column the fastest peer, its time over ours, and ours over the C loop's."""
    rows = []
    for work, d in columns:
        at = {name: t for (name, w, size), t in times.items() if (w, size) == (work, d)}
        peers = {name: t for name, t in at.items() if ENGINES[name].role == "peer"}
        fastest = min(peers, key=peers.__getitem__, default=None)
        mine = at.get(Ours.name)
        yardsticks = [t for name, t in at.items() if ENGINES[name].role == "yardstick"]
        by_hand = [t for name, t in at.items() if ENGINES[name].role == "by hand"]
        rows.append(
            {
                "by_hand_over_ours": by_hand[0] / mine if by_hand and mine else None,
                "work": work,
                "d": d,
                "fastest_peer": fastest,
                "fastest_peer_seconds": peers.get(fastest) if fastest else None,
                "times_faster": peers[fastest] / mine if fastest and mine else None,
                "yardstick_seconds": min(yardsticks, default=None),
                "ours_seconds": mine,
                "times_the_yardstick": mine / min(yardsticks) if mine and yardsticks else None,
            }
        )
    return rows


def report(document: dict[str, Any], columns: list[tuple[str, int]]) -> None:
    from cogo.cli.terminal import say, table

    say(" ".join(f"{key}: {value};" for key, value in document["machine"].items()))
    results = {(r["engine"], r["work"], r["d"]): r for r in document["results"]}
    heads = [f"{work} {d}" for work, d in columns]

    def grid(title: str, cell: Callable[[dict[str, Any]], str]) -> Any:
        rows = (
            [name, *(cell(results.get((name, work, d), {})) for work, d in columns)]
            for name in document["engines"]
        )
        return table(title, "engine", *heads, rows=filter(lambda x: any(x[1:]), rows), right=heads)

    def time_cell(r: dict[str, Any]) -> str:
        if "best" not in r:
            return "failed" if "failed" in r else "skipped" if "skipped" in r else ""
        if not r["decided"]:
            return "undecided"
        return f"{'~' if r['median'] > NOISY * r['best'] else ''}{r['best'] * 1e3:.3g}"

    def memory_cell(r: dict[str, Any]) -> str:
        if "peak_bytes" not in r:
            return ""
        return f"{r['added_bytes'] / 2**20:.1f} ({r['peak_bytes'] / 2**20:.0f})"

    def figure(x: float | None, scale: float = 1.0) -> str:
        return f"{scale * x:.3g}" if x else ""

    fastest = ("its time", "ours", "times faster", "C loop", "ours / C loop", "by hand / ours")
    rows = (
        (
            *(head, r["fastest_peer"] or "", figure(r["fastest_peer_seconds"], 1e3)),
            *(figure(r["ours_seconds"], 1e3), figure(r["times_faster"])),
            *(figure(r["yardstick_seconds"], 1e3), figure(r["times_the_yardstick"])),
            figure(r["by_hand_over_ours"]),
        )
        for head, r in zip(heads, document["ratios"], strict=True)
    )
    say(
        grid("Exact check, milliseconds", time_cell),
        table("Ratios, milliseconds", "work", "fastest peer", *fastest, rows=rows, right=fastest),
        grid("Memory added (peak), MiB", memory_cell),
        width=150,
    )
    if document["growth"]:
        steps = [f"{low} to {high}" for low, high in pairwise(GROWTH)]
        rows = (
            (name, *("" if x is None else f"{x:.2f}" for x in exponents))
            for name, exponents in document["growth"].items()
        )
        say(table("Growth of work A: exponent of d", "engine", *steps, rows=rows, right=steps))
    if document["large"]:
        figures = ("nodes", "seconds", "at most", "memory added, MB", "at most")
        rows = (
            (r["case"], "failed", r["failed"])
            if "failed" in r
            else (
                *(r["case"], str(r["nodes"]), f"{r['seconds']:.2f}", f"{r['allowed_seconds']:g}"),
                *(f"{r[key] / 1e6:.0f}" for key in ("added_bytes", "allowed_bytes")),
            )
            for r in document["large"]
        )
        title = "Large cases, ours: build and prove, every parameter free"
        say(table(title, "case", *figures, rows=rows, right=figures))
    rows = (
        (name, about["version"] or f"absent: {about['absent']}", about["how"])
        for name, about in document["engines"].items()
    )
    say(table("Engines", "engine", "version", "how", rows=rows), width=150)
    for r in document["results"]:
        for state in ("failed", "skipped"):
            if state in r:
                say(f"{r['engine']}, work {r['work']}, d={r['d']}: {state}: {r[state]}")


def run(options: argparse.Namespace) -> dict[str, Any]:
    from rich.progress import Progress

    from experiments.result import machine

    names = [
        name
        for name in ENGINES
        if not options.only or any(text.lower() in name.lower() for text in options.only)
    ]
    sizes = QUICK if options.quick else Engine.sizes
    tasks = [
        (name, work, d)
        for name in names
        for work in MAKE
        for d in ENGINES[name].sizes.get(work, ())
        if d in sizes[work]
    ]
    engines = {name: {"how": ENGINES[name].how, "version": None, "absent": None} for name in names}
    results: list[dict[str, Any]] = []
    with Progress(disable=not sys.stderr.isatty(), transient=True) as progress:
        bar = progress.add_task("", total=len(tasks))
        for name, work, d in tasks:
            progress.update(bar, description=f"{name}, {work} {d}", advance=1)
            if engines[name]["absent"]:
                continue
            reason = ENGINES[name].skipped.get(f"{work}{d}")
            one = ("--one", name, work, str(d), "--seconds", str(options.seconds))
            found = {"skipped": reason} if reason else apart(*one)
            if "absent" in found:
                engines[name]["absent"] = found["absent"]
                continue
            engines[name]["version"] = found.pop("version", engines[name]["version"])
            results.append({"engine": name, "work": work, "d": d} | found)
            best = f"{1e3 * found['best']:.3g} ms" if "best" in found else next(iter(found))
            print(f"{name}, work {work}, d={d}: {best}", flush=True)
    times = {
        (r["engine"], r["work"], r["d"]): r["best"] for r in results if r.get("decided", False)
    }
    columns = [(work, d) for work in MAKE for d in sizes[work]]
    cases = (
        []
        if options.quick or options.only
        else [{"case": name, **apart("--large", name)} for name in ours.LARGE]
    )
    document = {
        "machine": {**machine(), "load": [round(x, 2) for x in os.getloadavg()]},
        "engines": engines,
        "results": results,
        "ratios": ratios(times, columns),
        "growth": growth(times),
        "large": cases,
    }
    report(document, columns)
    return document


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few sizes, short timings")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything here too")
    parser.add_argument(
        "--only", action="append", metavar="TEXT", help="engines with it in the name"
    )
    parser.add_argument("--seconds", type=float, help="per figure (default 1; 0.2 with --quick)")
    parser.add_argument("--one", nargs=3, metavar=("ENGINE", "WORK", "D"), help=argparse.SUPPRESS)
    parser.add_argument("--large", metavar="CASE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.large:
        print(json.dumps(measure_large(options.large)))
        return 0
    if options.seconds is None:
        options.seconds = 0.2 if options.quick else 1.0
    if options.one:
        name, work, d = options.one
        print(json.dumps(measure(name, work, int(d), options.seconds)))
        return 0
    document = run(options)
    if options.json:
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 1 if any("failed" in r for r in document["results"] + document["large"]) else 0


if __name__ == "__main__":
    sys.exit(main())
