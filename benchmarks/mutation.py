"""Does the suite notice faults in the source of the exact core, the checkers and the exports?

Cosmic Ray changes one place of one file in a copy of the repository (an operator, a number, a
comparison, ...) and the tests that execute that line run, those of its room first, until one fails;
a mutant *survives* if none does. Prints each as it is tried, then the score and the survivors.

    pip install cosmic-ray pytest-cov
    python benchmarks/mutation.py [--sample 200] [--seed 0] [--only algebra/numbers] [--session DIR]

A mutant is noticed if a test fails, or if the tests take several times the processor time that
they take without it. What the clock ends, or pytest for another reason, is no result and is tried
again next time: a busy machine notices nothing.

The session keeps which test executes which line (recorded once, some minutes) and all results: a
campaign goes on where it was stopped. ``--again`` records anew and tries the survivors again, after
tests were added. ``--sample 0`` tries every place.
"""

import argparse
import ast
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from difflib import unified_diff
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from cosmic_ray.commands import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult
from coverage import CoverageData

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from numeric.work.time_limit import answer

ROOT = Path(__file__).resolve().parent.parent
MUTATED = ("algebra/criterion/*.py", "algebra/numbers/*.py", "algebra/semiring/*.py")
MUTATED += ("algebra/files/*.py", "proofs/certificates/*checker.py")
#: Identity in place of equality, or the other way around: of small numbers, texts and types one
#: is the other.
SAME = ("_Eq_Is", "_Is_Eq", "_NotEq_IsNot", "_IsNot_NotEq")
#: Order in place of equality: of words, whose order in the alphabet is chance.
ORDER = ("_Eq_LtE", "_Eq_GtE", "_NotEq_Lt", "_NotEq_Gt")
#: Decorators that change what a type checker says, or how often something is computed.
WITHOUT_EFFECT = r"(final|cache|lru_cache)\b"
#: Constants that say how much is done at once, or which of two right routes is taken.
SPEED = ("CHUNK", "KEPT", "WORK", "SMALL_FIELD", "BLAS_GAIN", "LEAF_COST", "WIDER")
SPEED += ("ENTRY_BYTES",)
Span = tuple[tuple[int, int], tuple[int, int]]
#: The tests that are recorded, beside the doctests of what is mutated.
TESTS = ("tests/algebra", "tests/proofs/certificates", "tests/proofs/widths")
COPIED = ("algebra", "numeric", "proofs", "cogo", "experiments", "tests", "benchmarks", "docs")
COPIED += ("README.md", "pyproject.toml", "setup.cfg")
SCRATCH = shutil.ignore_patterns("__pycache__", ".*", "node_modules")
#: What pytest returns if a test failed, if a file could not be imported, or after a crash by a
#: signal: of what is not there no test failed.
NOTICED = {1, 2, 256 - signal.SIGSEGV, 256 - signal.SIGABRT}
OUT_OF_TIME = 256 - signal.SIGXCPU
NOT_FOUND = 4
RECORDER = """
import json, os, pytest
def write(*found):
    with open("seconds.jsonl", "a") as file:
        print(json.dumps(found), file=file)
@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    start = sum(os.times()[:4])  # of this process and its children: a machine may be busy
    result = yield
    write(item.nodeid, sum(os.times()[:4]) - start, False)
    return result
def pytest_runtest_logreport(report):
    if report.failed:
        write(report.nodeid, 0.0, True)
"""


def modules(only: str = "") -> list[str]:
    """Return the files that are mutated."""
    every = (path for pattern in MUTATED for path in sorted(ROOT.glob(pattern)))
    names = (path.relative_to(ROOT).as_posix() for path in every if path.name != "__init__.py")
    return [name for name in names if name.startswith(only)]


def copy_to(folder: Path) -> Path:
    """Copy what the tests need."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=SCRATCH)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def record(folder: Path, session: Path, python: str) -> None:
    """Run all tests once; keep which executes which line, and how long each takes."""
    (folder / "recorder.py").write_text(RECORDER)
    what = [*TESTS, "--doctest-modules", *modules()]
    options = ["-q", "-n", "2", "-p", "recorder", "-p", "no:cacheprovider"]
    covered = [f"--cov={name}" for name in ("algebra", "proofs")]
    covered += ["--cov-context=test", "--cov-report="]
    start = time.perf_counter()
    print("recording which test executes which line", flush=True)
    answer(pytest_in(folder, python, *what, *options, *covered), "", seconds=7200)
    seconds: dict[str, float] = defaultdict(float)
    reports = map(json.loads, (folder / "seconds.jsonl").read_text().splitlines())
    for name, duration, failed in reports:
        seconds[name] += float("nan") if failed else duration
    for name in [name for name, x in seconds.items() if x != x]:
        print(f"left out, for it fails without a mutant: {name}", flush=True)
        del seconds[name]
    data = CoverageData(str(folder / ".coverage"))
    data.read()
    lines: dict[str, dict[int, list[str]]] = {}
    for name in modules():
        found, within = data.contexts_by_lineno(str(folder / name)), bodies(folder / name)
        lines[name] = {
            line: sorted({x.partition("|")[0] for x in every} & seconds.keys())
            for line, every in found.items()
            if line in within
        }
    (session / "lines.json").write_text(json.dumps({"seconds": seconds, "lines": lines}))
    print(f"recorded {len(seconds)} tests in {time.perf_counter() - start:.0f} s", flush=True)


def pytest_in(folder: Path, python: str, *arguments: str, compiling: bool = False) -> list[str]:
    """Return the command that runs tests of a copy; what is compiled of a mutant is not kept."""
    variables = [f"PYTHONPATH={folder}", "OMP_NUM_THREADS=1", "CI=1"]
    variables += [f"PYTHONDONTWRITEBYTECODE={'' if compiling else 1}"]
    return ["env", "-C", str(folder), *variables, python, "-m", "pytest", *arguments]


def left_out(path: Path) -> tuple[list[Span], list[Span]]:
    """Return the places of what changes no result, and those where words are compared.

    The rules are those of docs/development/mutation.md.
    """
    tree = ast.parse(path.read_text())
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found: list[ast.AST] = []
    words: list[ast.AST] = []
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            found += filter(None, [getattr(node, name, None)])
        for decorator in getattr(node, "decorator_list", ()):
            if re.match(WITHOUT_EFFECT, ast.unparse(decorator)):
                found.append(decorator)
        if isinstance(node, ast.keyword) and node.arg == "slots":
            found.append(node)
        if isinstance(node, ast.Compare) and any(map(is_word, [node.left, *node.comparators])):
            words.append(node)
        if isinstance(node, ast.Name) and node.id in (*SPEED, "__name__"):
            part: ast.AST = node
            while isinstance(above[part], ast.expr) and not isinstance(above[part], ast.BoolOp):
                part = above[part]
            found.append(above[part] if isinstance(above[part], ast.Assign) else part)
    span: Any = lambda x: ((x.lineno, x.col_offset), (x.end_lineno, x.end_col_offset))  # noqa: E731
    return [span(x) for x in found], [span(x) for x in words]


def is_word(node: ast.expr) -> bool:
    """Return whether an expression is a text in quotes."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def bodies(path: Path) -> set[int]:
    """Return the lines in bodies of functions; all others run at import, whoever uses them."""
    every = ast.walk(ast.parse(path.read_text()))
    ends = [(x.body[0].lineno, x.end_lineno or 0) for x in every if isinstance(x, ast.FunctionDef)]
    return {line for first, last in ends for line in range(first, last + 1)}


def place(item: WorkItem) -> tuple[str, str, int]:
    """Return the file, the kind of operator and the place, at which there may be many mutants.

    One of them is drawn, or ``*`` would be tried eleven times as often as ``<``.
    """
    (mutation,) = item.mutations
    kind = "_".join(mutation.operator_name.split("_")[:2])
    return mutation.module_path.as_posix(), kind, mutation.occurrence


def candidates(database: WorkDB, only: str) -> Iterator[WorkItem]:
    """Yield the mutants of a session, in one order, that change more than an annotation."""
    spans = {name: left_out(ROOT / name) for name in modules(only)}
    order = lambda item: (*place(item), item.mutations[0].operator_name)  # noqa: E731
    for item in sorted(database.work_items, key=order):
        (mutation,) = item.mutations
        name = mutation.module_path.as_posix()
        if name not in spans or mutation.operator_name.endswith(SAME):
            continue
        line, column = mutation.start_pos
        column += mutation.operator_name.endswith("Decorator")  # behind the @
        found, words = spans[name]
        found = [*found, *(words if mutation.operator_name.endswith(ORDER) else ())]
        if not any(first <= (line, column) < last for first, last in found):
            yield item


def tests_of(
    item: WorkItem, lines: dict[str, dict[str, list[str]]], every: Iterable[str]
) -> list[str]:
    """Return the tests that execute a line; of one that runs at import, all of its room."""
    (mutation,) = item.mutations
    recorded = lines[mutation.module_path.as_posix()]
    here = range(mutation.start_pos[0], mutation.end_pos[0] + 1)
    found = {test for line in here for test in recorded.get(str(line), [])}
    room = mutation.module_path.parent.as_posix()
    return sorted(found or {test for test in every if of_room(test, room)})


def of_room(test: str, room: str) -> bool:
    """Return whether a test mirrors a room, or stands in it."""
    return test.startswith((room, f"tests/{room}"))


def outcome_of(
    item: WorkItem, asked: list[str], seconds: float, folder: Path, python: str
) -> WorkResult:
    """Run tests on a mutant; they, and all that they started, end with this process."""
    (mutation,) = item.mutations
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    path = folder / mutation.module_path
    with use_mutation(path, operator, mutation.occurrence) as (before, after):
        if after is None or before == after:
            return WorkResult(worker_outcome=WorkerOutcome.NO_TEST)
        options = ["-q", "-x", "-p", "no:cacheprovider", "--doctest-modules"]
        limit = f"--cpu={seconds:.0f}:{seconds + 9:.0f}"  # of a process: SIGXCPU, then SIGKILL
        command = ["prlimit", limit, *pytest_in(folder, python, *options, *asked)]
        try:
            found = answer(command if asked else ["true"], "", seconds=10 * seconds)
        except subprocess.TimeoutExpired:
            return WorkResult(worker_outcome=WorkerOutcome.EXCEPTION, output="the clock ended it")
    code = found.returncode
    diff = "\n".join(unified_diff(before.splitlines(), after.splitlines(), lineterm=""))
    if code == NOT_FOUND:  # are the tests gone, or does the mutant keep them from being collected?
        command = pytest_in(folder, python, "--collect-only", *options, *asked)
        code = 1 if answer(command, "", seconds=10 * seconds).returncode == 0 else code
    elif code in {1, 2} and not re.search("^(FAILED|ERROR) ", found.stdout, re.MULTILINE):
        code = -1  # it was not pytest that ended so
    if code not in {0, OUT_OF_TIME, *NOTICED}:
        output = f"pytest: exit code {code}"
        return WorkResult(worker_outcome=WorkerOutcome.EXCEPTION, output=output, diff=diff)
    outcome = TestOutcome.KILLED if code else TestOutcome.SURVIVED
    output = "out of time" if code == OUT_OF_TIME else None
    return WorkResult(WorkerOutcome.NORMAL, output, outcome, diff)


def campaign(database: WorkDB, session: Path, folders: list[Path], options: argparse.Namespace):
    """Try a sample of the mutants of a session, but for those that have a result."""
    known = json.loads((session / "lines.json").read_text())
    every = list(candidates(database, options.only))
    random.Random(options.seed).shuffle(every)
    places = {place(item): item for item in every}
    drawn = list(places.values())[: options.sample or None]
    stale = {TestOutcome.SURVIVED} if options.again else set()
    results = {x: r for x, r in database.results if r.worker_outcome != WorkerOutcome.EXCEPTION}
    results = {x: r for x, r in results.items() if r.test_outcome not in stale}
    idle: SimpleQueue[Path] = SimpleQueue()
    for folder in folders:
        idle.put(folder)
    begin = time.perf_counter()

    def work(item: WorkItem) -> tuple[WorkItem, WorkResult, float]:
        start = time.perf_counter()
        if item.job_id in results:
            return item, results[item.job_id], 0.0
        near, far, total = [], [], 0.0
        room = item.mutations[0].module_path.parent.as_posix()
        seconds = known["seconds"]
        for test in sorted(tests_of(item, known["lines"], seconds), key=seconds.get):
            if total and total + seconds[test] > options.seconds:
                break
            (near if of_room(test, room) else far).append(test)
            total += seconds[test]
        folder = idle.get()
        try:
            result = outcome_of(item, near, 30 + 3 * total, folder, options.python)
            if far and result.test_outcome == TestOutcome.SURVIVED:
                result = outcome_of(item, far, 30 + 3 * total, folder, options.python)
        finally:
            idle.put(folder)
        return item, result, time.perf_counter() - start

    survivors, outcomes = [], Counter[str]()
    with ThreadPoolExecutor(len(folders)) as pool:
        for done in as_completed([pool.submit(work, item) for item in drawn]):
            item, result, seconds = done.result()
            if item.job_id not in results:
                database.set_result(item.job_id, result)
            (mutation,) = item.mutations
            outcome = (result.test_outcome or result.worker_outcome).value
            outcomes[outcome] += 1
            lines = (result.diff or "").splitlines()
            diff = [x for x in lines if x[:1] in "+-" and x[:3] not in ("+++", "---")]
            where = f"{mutation.module_path}:{mutation.start_pos[0]}"
            tried = f"{outcomes.total()}/{len(drawn)}"
            print(f"{tried} {outcome}, {seconds:.0f} s: {where}", *diff, sep="\n", flush=True)
            if result.test_outcome == TestOutcome.SURVIVED:
                survivors.append("\n".join([where, *diff]))
    tried = outcomes["killed"] + outcomes["survived"]
    print("\nsurvivors:", *survivors, sep="\n")
    print(
        f"\n{outcomes['killed']} of {tried} noticed, {tried and outcomes['killed'] / tried:.1%}; a "
        f"sample of {len(drawn)} from {len(places)} places, seed {options.seed}; {dict(outcomes)}; "
        f"{time.perf_counter() - begin:.0f} s"
    )


def main() -> None:
    """Try mutants; print each, the survivors, and the score."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="the beginning of a path")
    parser.add_argument("--session", type=Path, help="a folder that keeps what was found")
    parser.add_argument("--again", action="store_true", help="try the survivors again")
    parser.add_argument("--seconds", type=float, default=120, help="of tests for a mutant")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the tests")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cogo-mutation-") as scratch:
        session = (options.session or Path(scratch) / "session").resolve()
        session.mkdir(parents=True, exist_ok=True)
        first = copy_to(Path(scratch) / "0")
        command = pytest_in(first, options.python, "--collect-only", *TESTS, compiling=True)
        answer(command, "", seconds=600)  # so that each mutant finds all else compiled
        if options.again or not (session / "lines.json").exists():
            record(first, session, options.python)
        copies = [Path(scratch) / str(i) for i in range(1, options.workers)]
        folders = [first, *(shutil.copytree(first, copy) for copy in copies)]
        os.chdir(folders[0])
        with use_db(str(session / "mutants.sqlite")) as database:
            if not database.num_work_items:
                init([Path(name) for name in modules()], database, {})
            campaign(database, session, folders, options)


if __name__ == "__main__":
    main()
