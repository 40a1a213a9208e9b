"""Campaigns: what is found, shrunk, stored, replayed and pasted; and how they end."""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

import proofs
from algebra import AbelianGroup
from proofs.fuzzing import campaign as module
from proofs.fuzzing.campaign import Campaign, Piece, WorkerDiedError, fuzz, run_piece
from proofs.fuzzing.failure import read
from proofs.fuzzing.plain_data import decode
from tests.command import cogo
from tests.dask_cluster import two_workers
from tests.proofs.planted import PLANTED, WRONG_CARRIER
from tests.refusal import refused

ROOT = Path(proofs.__file__).parent.parent
WRONG = "tests.proofs.planted:WRONG_CARRIER"


pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


def pasted(lines: list[str]) -> str:
    """Run pasted lines in a namespace of their own; return what they print."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec("\n".join(lines), {})
    return output.getvalue()


@pytest.fixture
def found() -> Campaign:
    return fuzz(
        ["Z7", "Z5", "Z8"], claims=["optimizers.zero-loss"], subject=WRONG, folder="failures"
    )


def test_a_planted_fault_is_found_and_shrunk_to_the_least_optimizer_that_has_it(found):
    failure = found.failures["optimizers.zero-loss"]
    recipe = decode(failure.value)
    # No symmetry, no option, no value is needed to show the fault; the family is.
    assert recipe.family == "order46"
    assert (recipe.symmetries, recipe.options, recipe.fault) == ((), (), None)
    assert failure.counterexample.startswith("the projected loss is ")


def test_what_was_found_is_stored_and_replays(found):
    (path,) = Path("failures").iterdir()
    assert found.files == {"optimizers.zero-loss": str(path)}
    stored = read(path)
    assert stored.replay(WRONG_CARRIER) == stored.counterexample
    assert stored.replay() == ""


def test_the_five_pasted_lines_run_and_show_the_failure(found):
    failure = found.failures["optimizers.zero-loss"]
    lines = failure.python()
    assert len(lines) == 5
    assert pasted(lines) == failure.counterexample + "\n"


def test_five_pasted_lines_run_for_every_property_with_a_planted_fault(monkeypatch):
    monkeypatch.setattr(module, "SHRINK_SECONDS", 0.2)
    for name, subject in PLANTED.items():
        piece = Piece(name, ((3,), (4,)), 5, 3, subject)
        failure = run_piece(piece).failure
        if failure is not None:
            lines = failure.python()
            lines[2] = f"from tests.proofs.planted import PLANTED; subject = PLANTED[{name!r}]"
            assert pasted(lines).strip() == failure.counterexample


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


def test_processes_draw_what_one_process_draws():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        several = fuzz(["Z3"], claims=["path"], examples=30, executor=pool, workers=2)
    alone = fuzz(["Z3"], claims=["path"], examples=30)
    assert several.labels == alone.labels
    assert several.checks == alone.checks


def test_more_examples_than_a_piece_are_several_pieces(monkeypatch):
    monkeypatch.setattr(module, "PIECE", 8)
    found = fuzz(["Z3"], claims=["scalars.text"], examples=20)
    assert found.checks == {"scalars.text": 20}


def test_a_property_that_failed_gets_no_more_pieces(monkeypatch):
    monkeypatch.setattr(module, "PIECE", 40)
    found = fuzz(["Z7"], claims=["optimizers.zero-loss"], examples=4000, subject=WRONG)
    assert found.checks["optimizers.zero-loss"] < 400
    assert found.done == found.planned == 4000


def test_a_campaign_with_minutes_goes_on_until_they_are_over():
    start = time.perf_counter()
    found = fuzz(["Z3"], claims=["scalars.text"], minutes=0.02)
    assert 1.0 < time.perf_counter() - start < 60
    assert found.checks["scalars.text"] > 20


def test_groups_that_are_too_large_for_a_property_are_said():
    found = fuzz(["Z13"], claims=["criterion"], examples=2)
    assert found.skipped["criterion.loss"] == 4
    assert "criterion.loss" not in found.checks


def test_a_property_whose_turn_did_not_come_was_not_attempted(capsys, monkeypatch):
    """The first piece uses up the time."""
    monkeypatch.setattr(module, "PIECE", 10)

    def slow(piece):
        result = run_piece(piece)
        time.sleep(max(0.0, piece.stop_at - time.time()))
        return result

    monkeypatch.setattr(module, "run_piece", slow)
    options = ("fuzz", "Z3", "--claims", "symmetry", "--minutes", "0.02", "--workers", "1")
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


def test_an_executor_needs_the_name_of_a_subject():
    with refused(ValueError, "subject: an executor needs its name; pass 'MODULE:NAME'"):
        fuzz(["Z3"], subject=WRONG_CARRIER, executor=_Dying())


def test_numbers_that_are_not_positive_are_refused():
    with refused(ValueError, "examples=0, minutes=None, workers=1: pass positive numbers"):
        fuzz(["Z3"], examples=0)


def test_shrinking_that_takes_too_long_is_cut_and_the_failure_kept(monkeypatch):
    monkeypatch.setattr(module, "SHRINK_SECONDS", 0.0)
    found = run_piece(Piece("optimizers.zero-loss", ((7,),), 200, 1, WRONG))
    assert found.failure is not None
    assert found.failure.replay(WRONG_CARRIER)


class _Dying(Executor):
    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        future.set_exception(BrokenProcessPool("killed"))
        return future


def test_a_worker_that_dies_is_said_with_what_to_do():
    with refused(WorkerDiedError, "a worker died (killed); take fewer workers or smaller groups"):
        fuzz(["Z3"], claims=["path"], executor=_Dying(), workers=1)


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


# The command.


def test_the_command_samples_and_says_so(capsys):
    code, out, _ = cogo(
        capsys, "fuzz", "Z3", "--claims", "symmetry,path", "--examples", "10", "--workers", "1"
    )
    assert code == 0
    assert "30 values sampled for 3 properties, seed 0: 0 failures" in out
    assert "symmetry.tensor" in out
    assert "characters" in out
    assert "proved" not in out


def test_the_command_prints_stores_and_replays_a_failure(capsys):
    code, out, _ = cogo(
        capsys,
        "fuzz",
        "Z5",
        "--claims",
        "optimizers.zero-loss",
        "--subject",
        WRONG,
        "--workers",
        "1",
        "-o",
        "found",
        "-q",
    )
    assert code == 1
    (path,) = Path("found").iterdir()
    assert f"stored: {path}" in out
    lines = out.splitlines()
    code_lines = lines[lines.index("in Python:") + 1 :]
    assert len(code_lines) == 5
    assert pasted(code_lines).startswith("the projected loss is ")

    code, out, _ = cogo(capsys, "fuzz", "--replay", str(path), "--subject", WRONG)
    assert code == 1
    assert "optimizers.zero-loss still fails: the projected loss is " in out
    code, out, _ = cogo(capsys, "fuzz", "--replay", str(path))
    assert code == 0
    assert "optimizers.zero-loss holds now; it was: the projected loss is " in out
    assert f"it was found with --subject {WRONG}, which was not tested now" in out
    code, out, _ = cogo(capsys, "fuzz", "--replay", str(path), "--json")
    assert json.loads(out)[0]["holds"] is True


def test_the_command_prints_json(capsys):
    code, out, _ = cogo(
        capsys,
        "fuzz",
        "Z3",
        "--claims",
        "scalars.text",
        "--examples",
        "5",
        "--json",
        "--workers",
        "1",
    )
    assert code == 0
    found = json.loads(out)
    assert found["properties"][0]["evidence"] == "sampled"
    assert found["properties"][0]["checks"] == 5
    assert found["groups"] == ["Z3"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Z0"], "cyclic orders are integers >= 1"),
        (["--claims", "nothing"], "claims='nothing' is attacked by no property"),
        (["--minutes", "0"], "pass positive numbers"),
        (["--subject", "x"], "subject='x'; pass MODULE:NAME"),
        (["--replay", "missing.json"], "No such file"),
        (["--cluster", "tcp://127.0.0.1:9", "--claims", "path"], ""),
    ],
)
def test_the_command_refuses_bad_input(capsys, monkeypatch, arguments, message):
    if "--cluster" in arguments:
        monkeypatch.setitem(sys.modules, "distributed", None)
        message = "pip install 'cogo-algebra[cluster]'"
    code, out, err = cogo(capsys, "fuzz", *arguments, "--workers", "1")
    assert code == 2
    assert out == ""
    assert message in " ".join(err.split())
    assert "Traceback" not in err


def test_without_hypothesis_the_command_says_what_to_install(capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "proofs.strategies", raising=False)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    code, _, err = cogo(capsys, "fuzz", "Z3", "--workers", "1")
    assert code == 2
    assert "pip install 'cogo-algebra[fuzz]'" in " ".join(err.split())


def start(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", "from cogo.cli.main import main; main()", "fuzz", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


@pytest.mark.parametrize(
    ("number", "workers", "code"),
    [(signal.SIGINT, 1, 2), (signal.SIGTERM, 2, 143)],
    ids=["Ctrl-C, one process", "SIGTERM, two processes"],
)
def test_a_signal_ends_a_campaign_with_its_table_and_code(number, workers, code):
    running = start("Z3", "--claims", "path", "--minutes", "5", "--workers", str(workers))
    time.sleep(4 + 2 * workers)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == code, err
    assert "interrupted" in out
    assert "symmetry.loss" in out
    assert "Traceback" not in err


def test_a_signal_after_a_failure_exits_as_refuted_with_the_file_kept():
    running = start(
        "Z5", "--claims", "optimizers", "--minutes", "5", "--workers", "1", "--subject", WRONG
    )
    until = time.time() + 60
    while not list(Path().glob("fuzz-failures/optimizers.zero-loss-*.json")):
        assert time.time() < until
        time.sleep(0.2)
    running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 1, err
    assert "FAILED optimizers.zero-loss" in out


def test_the_command_starts_without_hypothesis_dask_and_torch():
    program = (
        "import sys, cogo.cli.main; "
        "print([m for m in ('hypothesis', 'distributed', 'torch', 'pytest') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_dask_cluster_draws_what_one_process_draws(capsys):
    with two_workers() as dask:
        several = fuzz(["Z3"], claims=["path"], examples=30, executor=dask.executor(), workers=2)
        code, out, _ = cogo(
            capsys,
            "fuzz",
            "Z5",
            "--claims",
            "optimizers.zero-loss",
            "--subject",
            WRONG,
            "--cluster",
            dask.address,
            "--json",
        )
    alone = fuzz(["Z3"], claims=["path"], examples=30)
    assert several.labels == alone.labels
    assert code == 1
    assert json.loads(out)["failures"][0]["property"] == "optimizers.zero-loss"


def test_default_groups_go_up_to_order_sixteen():
    orders = {G.order for G in module.default_groups()}
    assert orders == set(range(1, 17))
    assert AbelianGroup("Z2^4") in module.default_groups()


def test_a_signal_whose_exception_was_swallowed_ends_the_campaign_after_the_piece():
    asked = []

    def progress(campaign):
        asked.append(len(campaign.checks))

    found = fuzz(
        ["Z3"], claims=["symmetry"], minutes=5, progress=progress, asked_to_stop=lambda: bool(asked)
    )
    assert found.interrupted
    assert len(asked) <= 2
