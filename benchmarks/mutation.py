"""Does the suite notice faults in the source of the engine and of the stand-alone checkers?

Cosmic Ray (``pip install cosmic-ray``) changes one place of one file in a copy of the repository
(an operator, a number, a comparison, ...) and runs the tests; a mutant *survives* if they pass.
Prints each mutant as it is tried, then the score and the survivors. What a session file has is
not tried again, so that a campaign goes on where it was stopped.

    python benchmarks/mutation.py [--sample 40] [--seed 0] [--only algebra/numbers] [--session FILE]

``--sample 0`` tries them all: days of one core.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem, WorkResult

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from numeric.work.child_process import answer

ROOT = Path(__file__).resolve().parent.parent
#: What is mutated, and the tests that are asked: those of the same room, beside its doctests.
MUTATED = {
    "algebra/criterion/*.py": "tests/algebra/criterion",
    "algebra/numbers/*.py": "tests/algebra/numbers",
    "algebra/semiring/*.py": "tests/algebra/semiring",
    "proofs/certificates/*checker.py": "tests/proofs/certificates",
}
COPIED = ("algebra", "numeric", "proofs", "cogo", "tests", "benchmarks", "docs")
COPIED += ("README.md", "pyproject.toml", "setup.cfg")
SCRATCH = shutil.ignore_patterns("__pycache__", ".*")


def modules(only: str) -> dict[str, str]:
    """Return the files that are mutated, and the folder of their tests."""
    return {
        path.relative_to(ROOT).as_posix(): tests
        for pattern, tests in MUTATED.items()
        for path in sorted(ROOT.glob(pattern))
        if path.name != "__init__.py" and path.relative_to(ROOT).as_posix().startswith(only)
    }


def command(python: str, *tests: str) -> str:
    """Return the command that runs tests until one fails."""
    return f"{python} -m pytest -q -x -p no:cacheprovider --doctest-modules {' '.join(tests)}"


def annotations(path: Path) -> set[tuple[int, int]]:
    """Return the places of all that stands in annotations: to change it changes nothing."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        for name in ("annotation", "returns"):
            part = getattr(node, name, None)
            for x in ast.walk(part) if part is not None else ():
                if isinstance(x, ast.expr):
                    found |= {(x.lineno, c) for c in range(x.col_offset, x.end_col_offset or 0)}
    return found


def place(item: WorkItem) -> tuple[str, str, int]:
    """Return the file, the kind of operator and the place, at which there may be many mutants.

    One of them is drawn, or ``*`` would be tried eleven times as often as ``<``.
    """
    (mutation,) = item.mutations
    kind = "_".join(mutation.operator_name.split("_")[:2])
    return mutation.module_path.as_posix(), kind, mutation.occurrence


def candidates(database: WorkDB, only: str) -> Iterator[WorkItem]:
    """Yield the mutants of a session, in one order, that change more than an annotation."""
    inside = {name: annotations(ROOT / name) for name in modules(only)}
    order = lambda item: (*place(item), item.mutations[0].operator_name)  # noqa: E731
    for item in sorted(database.work_items, key=order):
        (mutation,) = item.mutations
        name = mutation.module_path.as_posix()
        if name in inside and tuple(mutation.start_pos) not in inside[name]:
            yield item


def changed(diff: str) -> str:
    """Return the lines that a diff takes out and puts in."""
    lines = [x for x in diff.splitlines() if x[:1] in "+-" and x[:3] not in ("+++", "---")]
    return "\n".join(lines)


def main() -> None:
    """Try mutants; print each, the score, and the survivors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="the beginning of a path")
    parser.add_argument("--session", type=Path)
    parser.add_argument(
        "--seconds", type=float, help="for a mutant; else four times what is needed"
    )
    parser.add_argument("--python", default=sys.executable, help="the interpreter of the tests")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cogo-mutation-") as scratch:
        copy = Path(scratch)
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=SCRATCH)
            else:
                shutil.copy(ROOT / name, copy / name)
        session = (options.session or copy / "session.sqlite").resolve()
        os.chdir(copy)
        os.environ |= {"PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1", "CI": "1"}
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        with use_db(str(session)) as database:
            if not database.num_work_items:
                init([Path(name) for name in modules(options.only)], database, {})
            campaign(database, options)


def limit(python: str, tests: str) -> float:
    """Run tests without a mutant; return the seconds that they are given with one."""
    start = time.perf_counter()
    plain = command(python, tests)
    if subprocess.run(plain.split(), stdout=subprocess.DEVNULL).returncode:
        sys.exit(f"the tests do not pass without a mutant: {plain}")
    seconds = time.perf_counter() - start
    print(f"{tests} takes {seconds:.0f} s", flush=True)
    return 60 + 4 * seconds


def outcome_of(mutation: MutationSpec, asked: str, seconds: float) -> WorkResult:
    """Run the tests on a mutant; they, and all that they started, end with this process."""
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    with use_mutation(mutation.module_path, operator, mutation.occurrence) as (before, after):
        if after is None:
            return WorkResult(worker_outcome=WorkerOutcome.NO_TEST)
        try:
            code = answer(asked.split(), "", seconds=seconds).returncode
        except subprocess.TimeoutExpired:
            code = 1
    diff = "\n".join(unified_diff(before.splitlines(), after.splitlines(), lineterm=""))
    outcome = TestOutcome.KILLED if code else TestOutcome.SURVIVED
    return WorkResult(worker_outcome=WorkerOutcome.NORMAL, diff=diff, test_outcome=outcome)


def campaign(database: WorkDB, options: argparse.Namespace) -> None:
    """Try a sample of the mutants of a session, but for those that have a result."""
    tests = modules(options.only)
    every = list(candidates(database, options.only))
    random.Random(options.seed).shuffle(every)
    places = {place(item): item for item in every}
    drawn = list(places.values())[: options.sample or None]
    results = dict(database.results)
    limits: dict[str, float] = {}
    survivors, outcomes = [], Counter[str]()
    for number, item in enumerate(drawn, 1):
        (mutation,) = item.mutations
        name = mutation.module_path.as_posix()
        start = time.perf_counter()
        if item.job_id not in results:
            asked = command(options.python, name, tests[name])
            if tests[name] not in limits:
                limits[tests[name]] = options.seconds or limit(options.python, tests[name])
            start = time.perf_counter()
            results[item.job_id] = outcome_of(mutation, asked, limits[tests[name]])
            database.set_result(item.job_id, results[item.job_id])
        result = results[item.job_id]
        outcome = (result.test_outcome or result.worker_outcome).value
        outcomes[outcome] += 1
        diff = changed(result.diff or "")
        print(
            f"{number}/{len(drawn)} {outcome}, {time.perf_counter() - start:.0f} s: "
            f"{name}:{mutation.start_pos[0]}",
            diff,
            sep="\n",
            flush=True,
        )
        if result.test_outcome == TestOutcome.SURVIVED:
            survivors.append(f"{name}:{mutation.start_pos[0]}\n{diff}")
    tried = outcomes["killed"] + outcomes["survived"]
    print(
        f"\n{outcomes['killed']} of {tried} noticed, {tried and outcomes['killed'] / tried:.0%}; "
        f"a sample of {len(drawn)} from {len(places)} places, seed {options.seed}; {dict(outcomes)}"
    )
    print("\nsurvivors:", *survivors, sep="\n")


if __name__ == "__main__":
    main()
