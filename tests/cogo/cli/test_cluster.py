"""Both searches on a Dask cluster, and what they do when what works for them dies."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, ThreadPoolExecutor
from pathlib import Path

import pytest

from algebra import AbelianGroup
from algebra.compose.entry import NAMED
from numeric.narrow.problem import Problem
from numeric.narrow.run import STATE, run
from numeric.weights.files import read_weights
from numeric.work.executor import LostWorkError
from proofs.compose import search as engine
from tests.command import read_json
from tests.dask_cluster import DaskCluster, two_workers
from tests.lossy import Lossy
from tests.refusal import refused


@pytest.fixture(scope="module")
def dask() -> Iterator[DaskCluster]:
    with two_workers() as cluster:
        yield cluster


class Stop(Exception):
    pass


def dies(*arguments, **options):
    """Stand in for a piece of work that takes too much memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def networks(folder: Path) -> dict[str, list]:
    """Every hit that a folder keeps, with its weights."""
    found = {}
    for path in sorted(folder.glob("*.npz")):
        w = read_weights(path).weights(AbelianGroup("Z3"))
        found[path.name] = [w.w_a.tolist(), w.w_b.tolist(), w.w_c.tolist()]
    return found


NARROW = "narrow Z3 --width 4 --target onehot --starts 160 --proofs 0"


def test_narrow_on_a_cluster_is_interrupted_loses_a_worker_and_finds_the_same(
    cogo, dask, monkeypatch
):
    """The search is stopped, goes on, and a worker dies while it has work."""
    monkeypatch.setattr("numeric.narrow.run.BATCH", 10)
    here = cogo(NARROW, "-o here --json").json

    def stop(tally):
        if tally.done == 40:
            raise Stop

    there = Path("there")
    there.mkdir()
    problem = Problem(AbelianGroup("Z3"), 4, "onehot")
    with pytest.raises(Stop):
        run(problem, starts=160, folder=there, executor=dask.executor(), report=stop)
    assert read_json(there / STATE)["done"] == 40
    assert 0 < len(networks(there)) < len(networks(Path("here")))
    with ThreadPoolExecutor(1) as threads:
        killed = threads.submit(dask.kill_a_busy_worker)
        assert cogo(NARROW, "-o there --json --cluster", dask.address).json == here
    assert killed.result() > 0
    assert networks(there) == networks(Path("here"))


COMPOSE = (
    "compose --kill order4 --roots 8 --max-order 4 "
    "--search generators --search cover --search direct"
)
QUERY = engine.Query(NAMED["order4"], 8, 4, searches=engine.SEARCHES)


def test_compose_on_a_cluster_is_interrupted_loses_a_worker_and_finds_the_same(cogo, dask):
    here = cogo(COMPOSE, "--json").json

    def stop(stage, done, total):
        if done == 3:
            raise Stop

    journal = engine.Journal(Path("c.json.journal"), QUERY)
    with pytest.raises(Stop):
        engine.search(QUERY, journal=journal, executor=dask.executor(), report=stop)
    with ThreadPoolExecutor(1) as threads:
        killed = threads.submit(dask.kill_a_busy_worker)
        cogo(COMPOSE, "-o c.json --cluster", dask.address).says("3 pieces taken from the journal")
    assert killed.result() > 0
    assert read_json("c.json") == here


LOST = "a worker died, or the cluster is gone ("
KEPT = (
    "finished pieces are kept, with -o: the same command goes on; take fewer workers if memory was "
    "short"
)


@pytest.mark.parametrize("where", ["processes", "cluster"])
def test_work_that_kills_what_does_it_is_bad_input_in_one_line(cogo, monkeypatch, dask, where):
    monkeypatch.setattr("numeric.narrow.run._batch", dies)
    there = f"--cluster {dask.address}" if where == "cluster" else "--workers 2"
    with dask.patience(0):
        cogo(NARROW, "--quiet", there, code=2).says(LOST, KEPT.removeprefix("finished pieces are "))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BrokenExecutor("the machine is gone"), "the machine is gone"),
        (CancelledError(), "CancelledError"),
    ],
)
def test_compose_says_the_same_of_work_that_is_lost(error, said):
    with refused(LostWorkError, f"{LOST}{said}); {KEPT}"):
        engine.search(QUERY, journal=engine.Journal(None, QUERY), executor=Lossy(error))
