"""A mutant is noticed by a test that fails or by processor time, and by nothing else."""

import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray")

from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem

from benchmarks import mutation

SOURCE = """LIMIT = 7


def below(x):
    while x >= LIMIT:
        x = x - 1
    return x
"""
TESTS = """from a import below
1 / below(8)
def test_right():
    assert below(9) == 6
def test_blind():
    assert below(3) is not None
def test_asleep():
    import time
    below(3)
    time.sleep(9)
"""
GREATER = "core/ReplaceComparisonOperator_GtE_Gt"
ENDLESS = "core/ReplaceBinaryOperator_Sub_Mul"  # with it the loop does not end


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.py").write_text(SOURCE)
    (tmp_path / "test_a.py").write_text(TESTS)
    return tmp_path


def tried(folder, operator, test, seconds=60.0):
    item = WorkItem.single("1", MutationSpec(Path("a.py"), operator, 0, (6, 12), (6, 17)))
    return mutation.outcome_of(item, [f"test_a.py::{test}"], seconds, folder, sys.executable)


@pytest.mark.parametrize(
    ("operator", "test", "outcome"),
    [
        (GREATER, "test_right", TestOutcome.KILLED),
        (GREATER, "test_blind", TestOutcome.SURVIVED),
        ("core/ReplaceBinaryOperator_Sub_Mod", "test_blind", TestOutcome.KILLED),
    ],
)
def test_a_mutant_is_noticed_by_a_test_that_fails(folder, operator, test, outcome):
    found = tried(folder, operator, test)
    assert (found.worker_outcome, found.test_outcome) == (WorkerOutcome.NORMAL, outcome)
    assert (folder / "a.py").read_text() == SOURCE
    assert len(found.diff.splitlines()) > 3


def test_a_loop_without_end_is_noticed_by_processor_time(folder):
    found = tried(folder, ENDLESS, "test_right", seconds=2)
    assert (found.test_outcome, found.output) == (TestOutcome.KILLED, "out of time")


@pytest.mark.parametrize(
    ("test", "seconds", "instead", "said"),
    [
        ("test_gone", 60.0, None, "pytest: exit code 4"),
        ("test_asleep", 0.6, ["sleep", "60"], "the clock ended it"),  # and not processor time
        ("test_right", 60.0, ["false"], "pytest: exit code -1"),
    ],
)
def test_what_ends_without_a_test_that_failed_notices_nothing(
    folder, test, seconds, instead, said, monkeypatch
):
    if instead:
        monkeypatch.setattr(mutation, "pytest_in", lambda *args: instead)
    found = tried(folder, GREATER, test, seconds=seconds)
    assert (found.worker_outcome, found.test_outcome) == (WorkerOutcome.EXCEPTION, None)
    assert found.output == said


def test_lines_in_bodies_of_functions_are_told_from_those_that_run_at_import(folder):
    assert mutation.bodies(folder / "a.py") == {5, 6, 7}


RULES = """
CHUNK = 1 << 20
LIMIT = 1 << 20
@final
@dataclass(frozen=True, slots=True)
class A:
    x: 1 + 1 = 2 + 2
@lru_cache(maxsize=3)
def f(x):
    step = max(1, CHUNK // len(x))
    return step and 5 * CHUNK > 7 and 6 * LIMIT > 8 and x == 'word' and x == 3
if __name__ == "__main__":
    f(9)
"""


def test_what_is_left_out_is_what_the_rules_say_and_no_more(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(RULES)
    lines = RULES.split("\n")
    left, words = (
        {lines[a - 1][b:d] if a == c else "several lines" for (a, b), (c, d) in spans}
        for spans in mutation.left_out(path)
    )
    assert words == {"x == 'word'", '__name__ == "__main__"'}
    assert left == {
        "CHUNK = 1 << 20", "final", "slots=True", "1 + 1", "lru_cache(maxsize=3)",
        "step = max(1, CHUNK // len(x))", "5 * CHUNK > 7", '__name__ == "__main__"',
    }  # fmt: skip


def test_every_constant_that_a_rule_names_is_there():
    texts = [(mutation.ROOT / name).read_text() for name in mutation.modules()]
    found = {x for text in texts for x in re.findall(r"(?m)^([A-Z_]+)(?::.*)? = ", text)}
    assert set(mutation.SPEED) <= found
