"""The panel Training: a run is watched, cancelled, and leaves weights that the library reads."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import psutil
import pytest

from cogo.page import prover
from cogo.page.runs import KEPT, Run, cancel, poll, runs_kept
from cogo.page.training import start, weights
from numeric.recognition.recognise import recognise
from tests.command import environment

SETTINGS = {"group": "Z5", "width": 32, "epochs": 600, "train_fraction": 1.0}


@pytest.fixture
def runs():
    found = runs_kept()
    yield found
    for run in found._kept.values():
        run.end()


def until_it_ends(runs, run):
    """Return the last state."""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        found = poll(runs, {"run": run, "since": 0})
        if found["state"] != "running":
            return found
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_a_run_is_watched_and_its_weights_are_those_of_the_last_snapshot(runs, tmp_path):
    run = start(runs, SETTINGS)["run"]
    found = until_it_ends(runs, run)
    assert found["state"] == "done"
    assert [x["epoch"] for x in found["lines"]] == list(range(10, 601, 10))
    last = found["lines"][-1]
    name, data = weights(runs, {"run": run})
    assert name == "trained.npz"
    path = tmp_path / name
    path.write_bytes(data)
    measured = recognise(path)
    assert measured.measured.loss == pytest.approx(last["loss"], rel=1e-3)
    assert [x.order for x in measured.frequencies] == [x["order"] for x in last["frequencies"]]
    assert last["loss"] < found["lines"][0]["loss"]


def test_runs_of_two_pages_go_side_by_side_and_each_cancels_its_own(runs):
    one, two = (start(runs, {**SETTINGS, "epochs": 50_000})["run"] for _ in range(2))
    assert cancel(runs, {"run": one})["state"] == "cancelled"
    assert poll(runs, {"run": two})["state"] == "running"
    with pytest.raises(ValueError, match="train one first"):
        weights(runs, {"run": one})
    with pytest.raises(ValueError, match="not kept any more"):
        poll(runs, {"run": 99})


def test_only_so_many_runs_are_kept_and_the_oldest_ends(runs):
    numbers = [start(runs, {**SETTINGS, "epochs": 50_000})["run"] for _ in range(KEPT)]
    first = runs.at({"run": numbers[0]}).process
    start(runs, SETTINGS)
    assert not first.is_alive()
    with pytest.raises(ValueError, match="not kept any more"):
        poll(runs, {"run": numbers[0]})


def test_a_run_ends_with_its_server():
    """Also with one that is killed, and can say nothing to it."""
    program = (
        "import time; from cogo.page.runs import runs_kept; from cogo.page.training import start\n"
        "if __name__ == '__main__':\n"
        f"    runs = runs_kept(); run = start(runs, {SETTINGS | {'epochs': 50_000}})\n"
        "    print(runs.at(run).process.pid, flush=True); time.sleep(60)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", program], env=environment(), stdout=subprocess.PIPE, text=True
    )
    run = psutil.Process(int(server.stdout.readline()))
    server.kill()
    server.wait()
    assert not psutil.wait_procs([run], timeout=60)[1]


def test_what_fails_in_a_run_is_said(runs):
    run = runs.add(Run(prover.proved, "Zx"))
    assert until_it_ends(runs, run)["state"].startswith("failed: group='Zx'")


def test_the_claims_are_checked_today_and_said_as_the_report_says_them(runs):
    started = prover.start(runs, {"group": "Z3"})
    found = until_it_ends(runs, started["run"])
    assert found["state"] == "done"
    assert len(found["lines"]) == started["total"]
    assert {"refuted", "rests on refuted"}.isdisjoint(x["word"] for x in found["lines"])
    bound = next(x for x in found["lines"] if x["claim"] == "width.lower-bound")
    assert bound["how"].startswith("proved: Coq, ")
    row = next(row for row in prover.catalogue()["widths"] if row["group"] == "Z5")
    assert row["onehot"] == {"family": "few-plus-constant", "width": 8, "least": 8}
    with pytest.raises(ValueError, match="the page proves for 2 to 16"):
        prover.start(runs, {"group": "Z17"})


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ({"group": "Z1000"}, "up to 64"),
        ({"width": 0}, "1 <= width"),
        ({"width": 5000}, "up to 1024"),
        ({"epochs": 10**8}, "up to 50000"),
        ({"lr": "fast"}, "lr: expected a number"),
        ({"optimizer": "lion"}, "optimizer='lion'"),
        ({"group": "Z7; rm"}, "group"),
    ],
)
def test_settings_that_are_no_good_are_said(runs, setting, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        start(runs, {**SETTINGS, **setting})
