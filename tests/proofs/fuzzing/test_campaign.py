"""Campaigns: what is found, shrunk, stored, replayed and pasted; and how they end."""

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from algebra import AbelianGroup
from algebra.machine.install import install
from numeric.work.executor import LostWorkError, executor_of
from proofs.fuzzing import campaign as module
from proofs.fuzzing.campaign import Campaign, Piece, fuzz, run_piece
from proofs.properties.registry import property_named
from tests.command import cogo, environment
from tests.proofs.draws import pasted
from tests.refusal import refused

WRONG = "tests.proofs.planted:WRONG_CARRIER"
GROUPS = ["Z7", "Z5", "Z8"]
#: What finds the planted fault.
FAULTY = {"claims": ["optimizers.zero-loss"], "subject": WRONG, "folder": "failures"}

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


@pytest.fixture(scope="module")
def campaign(tmp_path_factory) -> Campaign:
    folder = tmp_path_factory.mktemp("campaign") / "failures"
    return fuzz(GROUPS, **FAULTY | {"folder": folder})


@pytest.fixture
def failure(campaign) -> Piece:
    """What the campaign found, stored in this folder too."""
    (found,) = campaign.failures.values()
    shutil.copytree(found.folder, "failures")
    return replace(found, folder=Path("failures"))


def test_a_planted_fault_is_found_and_shrunk_to_the_least_optimizer_that_has_it(failure):
    # No symmetry, no option, no value is needed to show the fault; the family is.
    assert failure.property_id == "optimizers.zero-loss"
    assert "family='four-plus-six'" in failure.value
    assert "options=(), expanded=False, symmetries=(), fault=None)" in failure.value
    assert failure.wrong.startswith("the projected loss is ")
    lines = failure.python()
    assert len(lines) == 5
    assert pasted(lines) == failure.wrong


def test_what_was_found_is_stored_and_replays_and_a_replay_leaves_it(failure):
    options = {"claims": ["optimizers"], "folder": "failures", "replay": True}
    (path,) = Path("failures").iterdir()
    assert failure.stored.parent == path
    assert fuzz(GROUPS, **options).failures == {}
    again = fuzz(GROUPS, subject=WRONG, **options)
    assert list(again.checks) == ["optimizers.zero-loss"]
    (same,) = again.failures.values()
    for key in ("value", "wrong", "reproduction"):
        assert getattr(same, key) == getattr(failure, key)
    # What is stored is about these groups: another list of groups would draw another value.
    assert not fuzz(["Z5", "Z7", "Z8"], subject=WRONG, **options).checks


def test_what_is_stored_is_tried_first_by_the_next_campaign_and_forgotten_once_it_holds(failure):
    again = fuzz(GROUPS, examples=5, **FAULTY)
    assert again.checks["optimizers.zero-loss"] == 1
    assert list(again.failures) == ["optimizers.zero-loss"]
    assert fuzz(GROUPS, examples=5, claims=FAULTY["claims"], folder="failures").failures == {}
    assert fuzz(GROUPS, replay=True, **FAULTY).failures == {}


def test_what_fails_only_now_and_then_is_said_without_lines_to_paste(monkeypatch):
    calls = []

    def now_and_then(subject, value):
        calls.append(value)
        return "wrong" if len(calls) == 3 else ""

    whimsical = replace(property_named("composition.polynomial"), check=now_and_then)
    monkeypatch.setattr(module, "property_named", lambda name: whimsical)
    failure = run_piece(Piece("composition.polynomial", ("Z3",), 20))
    assert (failure.wrong, failure.reproduction, failure.python()) == ("wrong", "", [])


def test_nothing_is_found_in_the_installed_code_and_nothing_written():
    found = fuzz(["Z3", "Z4"], claims=["laws", "symmetry"], examples=15, folder="failures")
    assert found.failures == {}
    assert not Path("failures").exists()
    assert set(found.checks) >= {"laws.semiring", "laws.homomorphism", "symmetry.tensor"}
    assert all(count == 15 for count in found.checks.values())
    assert found.labels["group: Z4"] > 0


def test_the_same_seed_draws_the_same_values_and_another_seed_others():
    one, two, other = (
        fuzz(["Z3", "Z4"], claims=["optimizers.width"], examples=30, seed=seed)
        for seed in (1, 1, 2)
    )
    assert one.labels == two.labels != other.labels


def test_processes_draw_what_one_process_draws_and_one_that_dies_is_said_with_what_to_do():
    message = r"a worker died, .*; failures are stored; take fewer workers"
    alone = fuzz(["Z3"], claims=["path"], examples=30)
    with executor_of(None, 2) as (pool, count):
        both = {"claims": ["path"], "executor": pool, "workers": count}
        several = fuzz(["Z3"], examples=30, **both)
        assert several.labels == alone.labels
        assert several.checks == alone.checks
        with pytest.raises(LostWorkError, match=message):
            fuzz(["Z3"], subject="tests.proofs.planted:DYING", **both)


def test_more_examples_than_a_piece_are_several_pieces(monkeypatch):
    monkeypatch.setattr(module, "PIECE", 8)
    found = fuzz(["Z3"], claims=["composition.polynomial"], examples=20)
    assert found.checks == {"composition.polynomial": 20}


def test_a_property_that_failed_gets_no_more_pieces(monkeypatch):
    monkeypatch.setattr(module, "PIECE", 40)
    found = fuzz(["Z7"], claims=["optimizers.zero-loss"], examples=4000, subject=WRONG)
    assert found.checks["optimizers.zero-loss"] < 400


def test_a_campaign_with_minutes_goes_on_until_they_are_over():
    start = time.perf_counter()
    found = fuzz(["Z3"], claims=["composition.polynomial"], minutes=0.01, folder="failures")
    assert 0.6 <= time.perf_counter() - start < 60
    assert found.checks["composition.polynomial"] > 5
    assert not Path("failures").exists()  # the value that was being tried is no failure


def test_groups_that_are_too_large_for_a_property_are_said():
    found = fuzz(["Z13"], claims=["criterion"], examples=2)
    assert found.skipped["criterion.loss"] == 4
    assert "criterion.loss" not in found.checks


def test_a_property_whose_turn_did_not_come_was_not_attempted(capsys, monkeypatch):
    """The first piece uses up the time."""
    monkeypatch.setattr(module, "PIECE", 10)

    def slow(piece):
        result = run_piece(replace(piece, stop_at=inf))
        time.sleep(max(0.0, piece.stop_at - time.time()))
        return result

    monkeypatch.setattr(module, "run_piece", slow)
    options = ("fuzz", "Z3", "--claims", "symmetry", "--minutes", "0.01", "--workers", "1")
    code, out, _ = cogo(capsys, *options)
    assert code == 0
    results = {line.split()[1]: line for line in out.splitlines() if " symmetry." in line}
    assert "no failure" in results["symmetry.tensor"]
    assert "not attempted" in results["symmetry.loss"]
    assert "10 values sampled for 1 property" in out
    first, second = json.loads(cogo(capsys, *options, "--json")[1])["properties"]
    assert (first["evidence"], first["holds"]) == ("sampled", True)
    assert (second["evidence"], second["holds"], second["checks"]) == ("not attempted", None, 0)


@pytest.mark.parametrize("options", [["Z3", "--minutes", "1e-9"], ["Z97", "--claims", "symmetry"]])
@pytest.mark.parametrize("more", [[], ["--quiet"], ["--json"]])
def test_a_campaign_that_attempted_nothing_found_nothing_out(capsys, options, more):
    code, out, err = cogo(capsys, "fuzz", *options, *more, "--workers", "1")
    assert (code, out) == (2, "")
    assert "nothing was attempted; pass more --minutes, or smaller groups" in err


def test_numbers_that_are_not_positive_are_refused():
    with refused(ValueError, "examples=0, minutes=None, workers=1: pass positive numbers"):
        fuzz(["Z3"], examples=0)


def test_ctrl_c_keeps_what_was_found(monkeypatch):
    pieces = []

    def interrupted(piece):
        pieces.append(piece)
        if len(pieces) == 2:
            raise KeyboardInterrupt
        return run_piece(piece)

    monkeypatch.setattr(module, "run_piece", interrupted)
    found = fuzz(["Z7"], claims=["optimizers"], subject=WRONG, folder="failures", examples=200)
    assert found.interrupted
    assert list(found.failures) == ["optimizers.zero-loss"]
    assert len(list(Path("failures").iterdir())) == 1


def test_an_interrupt_while_a_value_is_drawn_again_keeps_the_failure(monkeypatch):
    right, interrupts = module.ReadOnlyDatabase, iter([KeyboardInterrupt])

    def interrupted(database):
        for interrupt in interrupts:
            raise interrupt
        return right(database)

    monkeypatch.setattr(module, "ReadOnlyDatabase", interrupted)
    found = fuzz(GROUPS, examples=400, **FAULTY)
    assert found.failures["optimizers.zero-loss"].reproduction
    assert found.interrupted


# The command.


def test_the_command_samples_and_says_so(capsys):
    options = "fuzz Z3 --claims symmetry,path --examples 10 --workers 1"
    code, out, _ = cogo(capsys, options)
    assert code == 0
    assert "30 values sampled for 3 properties, seed 0: 0 failures" in out
    assert "symmetry.tensor" in out
    assert "characters" in out
    assert "proved" not in out
    code, out, _ = cogo(capsys, f"{options} --json")
    found = json.loads(out)
    assert (code, found["groups"]) == (0, ["Z3"])
    assert [(x["evidence"], x["checks"]) for x in found["properties"]] == [("sampled", 10)] * 3


def test_the_command_prints_stores_and_replays_a_failure(capsys):
    code, out, _ = cogo(
        capsys, f"fuzz Z5 --claims optimizers.zero-loss --subject {WRONG} --workers 1 -o found -q"
    )
    assert code == 1
    (path,) = Path("found").rglob("optimizers.zero-loss/*")
    assert f"stored: {path}" in out
    lines = out.splitlines()
    code_lines = lines[lines.index("in Python:") + 1 :]
    assert len(code_lines) == 5
    assert pasted(code_lines).startswith("the projected loss is ")

    (again,) = (line for line in lines if line.startswith("again: cogo fuzz "))
    code, out, _ = cogo(capsys, *again.split()[2:])
    assert code == 1
    assert "FAILED optimizers.zero-loss: the projected loss is " in out
    assert "1 value tried again for 1 property, seed 0: 1 failure, in " in out
    replay = ("fuzz", "Z5", "--replay", "-o", "found")
    code, out, _ = cogo(capsys, *replay)
    assert code == 0
    assert "optimizers.zero-loss holds now" in out
    code, out, _ = cogo(capsys, *replay, "--json")
    assert [x["holds"] for x in json.loads(out)["properties"]] == [True]


def test_without_hypothesis_the_command_says_what_to_install(capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "proofs.strategies", raising=False)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    code, _, err = cogo(capsys, "fuzz", "Z3", "--workers", "1")
    assert code == 2
    assert f"proofs.strategies needs Hypothesis: {install('fuzz')}" in " ".join(err.split())


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "cogo", "fuzz", *arguments, "--minutes", "5"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, **pipes, text=True, env=environment())


def wait_for(pattern: str, count: int = 1) -> None:
    until = time.time() + 60
    while len(list(Path().glob(pattern))) < count:
        assert time.time() < until
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("number", "workers", "loaded", "code"),
    [(signal.SIGINT, 1, 1, 2), (signal.SIGTERM, 2, 3, 143)],
    ids=["Ctrl-C, one process", "SIGTERM, two processes"],
)
def test_a_signal_ends_a_campaign_with_its_table_and_code(number, workers, loaded, code):
    Path("marked.py").write_text(
        "import os, pathlib\nfrom proofs.subjects.subject import INSTALLED as subject\n"
        "pathlib.Path(f'loaded-{os.getpid()}').touch()\n"
    )
    options = ("--claims", "path", "--subject", "marked:subject", "--workers", str(workers))
    running = start("Z3", *options)
    wait_for("loaded-*", loaded)
    time.sleep(1)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == code, err
    assert "interrupted" in out
    assert "symmetry.loss" in out
    assert "Traceback" not in err


def test_a_signal_after_a_failure_exits_as_refuted_with_the_file_kept():
    running = start("Z5", "--claims", "optimizers", "--workers", "1", "--subject", WRONG)
    wait_for("fuzz-failures/optimizers.zero-loss/*/*/*")
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 1, err
    assert "FAILED optimizers.zero-loss" in out


def test_default_groups_go_up_to_order_sixteen():
    assert {G.order for G in module.default_groups()} == set(range(1, 17))
    assert AbelianGroup("Z2^4") in module.default_groups()


def test_a_signal_whose_exception_was_swallowed_ends_the_campaign_after_the_piece(monkeypatch):
    monkeypatch.setattr(module, "PIECE", 8)
    asked = []
    found = fuzz(["Z3"], claims=["symmetry"], minutes=5, progress=lambda x: asked.append(x) or True)
    assert found.interrupted
    assert len(asked) <= 2
