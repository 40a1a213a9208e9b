"""The panel Training: a run is watched, cancelled, and leaves weights that the library reads."""

from __future__ import annotations

import time

import pytest

from cogo.page.asked import AskedError
from cogo.page.training import Training
from numeric.recognition.recognise import recognise

SETTINGS = {"group": "Z5", "width": 32, "epochs": 600, "train_fraction": 1.0}


@pytest.fixture
def training():
    found = Training()
    yield found
    found.close()


def until_it_ends(training):
    """Return the last state."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found = training.poll({"since": 0})
        if found["state"] != "running":
            return found
        time.sleep(0.1)
    raise AssertionError("the run does not end")


def test_a_run_is_watched_and_its_weights_are_those_of_the_last_snapshot(training):
    training.start(SETTINGS)
    found = until_it_ends(training)
    assert found["state"] == "done"
    epochs = [x["epoch"] for x in found["snapshots"]]
    assert epochs == list(range(10, 601, 10))
    last = found["snapshots"][-1]
    measured = recognise(training.weights)
    assert measured.measured.loss == pytest.approx(last["loss"], rel=1e-3)
    assert [x.order for x in measured.frequencies] == [x["order"] for x in last["frequencies"]]
    assert last["loss"] < found["snapshots"][0]["loss"]


def test_a_run_is_cancelled_and_a_new_one_ends_it(training):
    training.start({**SETTINGS, "epochs": 50_000})
    first = training._process
    training.start({**SETTINGS, "epochs": 50_000})
    assert first.poll() is not None
    assert training.cancel({})["state"] == "cancelled"
    assert training._process.poll() is not None
    assert not training.weights.exists()


def test_a_run_ends_with_its_server(training):
    training.start({**SETTINGS, "epochs": 50_000})
    time.sleep(0.1)
    training._process.stdin.close()
    assert training._process.wait(timeout=60) != 0


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
def test_settings_that_are_no_good_are_said(training, setting, says):
    with pytest.raises(AskedError) as error:
        training.start({**SETTINGS, **setting})
    assert says in str(error.value)
