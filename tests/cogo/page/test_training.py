"""The panel Training: a run is watched, cancelled, and leaves weights that the library reads."""

import asyncio
import http.client
import json
import multiprocessing
import re
import signal
import subprocess
import sys
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing

import psutil
import pytest

from cogo.page import prover, training
from cogo.page.exchange import lines
from numeric.recognition.recognise import recognise
from proofs.claims.registry import selected
from tests.command import environment

SETTINGS = {"group": "Z5", "width": 32, "epochs": 120, "train_fraction": 1.0}
#: The claims for this group take minutes.
LONG = {"group": "Z16"}


def run(coroutine):
    """Run a coroutine in a thread of its own: a browser's loop may go on in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def test_a_run_is_watched_and_its_weights_are_those_of_the_last_snapshot(tmp_path):
    sent = []
    training.trained(sent.append, training._settings(SETTINGS))
    *snapshots, file = sent
    assert [x["epoch"] for x in snapshots] == list(range(2, 121, 2))
    first, *_, last = snapshots
    assert last["loss"] < first["loss"]
    path = tmp_path / "trained.npz"
    path.write_bytes(b64decode(file["file"]))
    found = recognise(path)
    assert found.measured.loss == pytest.approx(last["loss"], rel=1e-3)
    assert [x.order for x in found.frequencies] == [x["order"] for x in last["frequencies"]]


def children():
    """The processes at work for this one."""
    return {x.pid for x in multiprocessing.active_children()}


def test_work_of_two_pages_goes_side_by_side_and_what_is_left_ends():
    before = children()

    async def left():
        async with aclosing(prover.start(LONG)) as one:
            await anext(one)
            async with aclosing(prover.start(LONG)) as two:
                await anext(two)
                assert len(children()) >= len(before) + 2
            assert "claim" in json.loads(await anext(one))

    run(left())
    assert children() == before


def asked(place, what, data):
    """Begin long work at a server; return the answer, of which the first line has come."""
    connection = http.client.HTTPConnection(place, timeout=120)
    connection.request("POST", f"/api/{what}", body=json.dumps(data))
    answer = connection.getresponse()
    assert {"total", "epoch"} & json.loads(answer.readline()).keys()
    return connection, answer


def test_a_page_that_is_closed_ends_its_run(address):
    before = children()
    whole = {**SETTINGS, "epochs": 50_000}
    connection, answer = asked(address.removeprefix("http://"), "training", whole)
    assert len(children()) > len(before)
    answer.close()
    connection.close()
    end = time.monotonic() + 60
    while children() != before:
        assert time.monotonic() < end, "the run goes on"
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_work_ends_with_its_server(number):
    """Also with one that is killed, and can say nothing to it."""
    command = [sys.executable, "-m", "cogo", "page", "--no-browser", "--json"]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with psutil.Popen(command, env=environment(), **piped) as server:
        address = re.search(r"http://(.*)/", server.stdout.readline() + server.stdout.readline())[1]
        asked(address, "prove", LONG)
        runs = server.children(recursive=True)
        server.send_signal(number)
        assert "Traceback" not in server.communicate(timeout=60)[1]
    assert not psutil.wait_procs(runs, timeout=60)[1]


def test_what_fails_in_a_process_is_said():
    async def collected():
        return [json.loads(line) async for line in lines(prover.proved, "Zx")]

    (end,) = run(collected())
    assert end["state"].startswith("failed: group='Zx'")


def test_the_claims_are_checked_today_and_said_as_the_report_says_them(monkeypatch):
    few = {claim.id: claim for claim in selected(["width", "criterion"])}
    monkeypatch.setattr(prover, "CLAIMS", few)
    found = []
    prover.proved(found.append, "Z3")
    total, *found = found
    assert [x["claim"] for x in found] == [*few]
    assert total == {"total": len(few)}
    assert {"refuted", "rests on refuted"}.isdisjoint(x["word"] for x in found)
    bound = next(x for x in found if x["claim"] == "width.lower-bound")
    assert bound["how"].startswith("proved: Coq, ")
    row = next(row for row in prover.catalogue()["widths"] if row["group"] == "Z5")
    assert row["onehot"] == {"family": "few-plus-constant", "width": 8, "least": 8}
    with pytest.raises(ValueError, match="the page proves for 2 to 16"):
        prover.start({"group": "Z17"})


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
def test_settings_that_are_no_good_are_said(setting, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        training.start({**SETTINGS, **setting})
