"""Experiments: each command on tiny runs, what it writes, and that it goes on where it was."""

import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

import numeric.sweeps.sweep
from algebra import AbelianGroup
from algebra.machine.install import install
from experiments import decoupling, fig3, fig4, groups, table2, weight_decay
from experiments.__main__ import EXPERIMENTS
from experiments.laboratory import Laboratory
from experiments.page import duration
from experiments.result import QUICK, UNFINISHED
from experiments.watched import watched
from numeric.sweeps.plan import SweepPlan
from numeric.training.checkpoint import read_checkpoint
from numeric.training.settings import InterruptedTrainingError
from numeric.weights.files import read_weights
from proofs.certificates import checker
from tests.command import environment, experiments as run, read_json
from tests.refusal import refused

TINY = SweepPlan(groups=("Z5",), widths=(48,), seeds=(0, 1), epochs=600, train_fractions=(1.0,))
SEVERAL = replace(TINY, groups=("Z5", "Z2^2"))


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every experiment train next to nothing."""
    decays = replace(TINY, weight_decays=(1e-5, 1e-3), epochs=200)
    widths = replace(TINY, widths=(24, 48), epochs=200)
    few = replace(TINY, widths=(16, 48), train_fractions=(0.9,), epochs=100)
    settings = replace(fig3.run_settings(quick=True), group="Z5", width=32, epochs=200)
    for module, name, value in (
        (table2, "plan", TINY),
        (groups, "plan", SEVERAL),
        (decoupling, "plan", few),
        (fig4, "plans", (decays, widths)),
        (fig3, "run_settings", settings),
        (weight_decay, "followed", (AbelianGroup("Z3"), 100)),
    ):
        monkeypatch.setattr(module, name, lambda *, quick, value=value: value)


@pytest.fixture
def undrawn(experiments, tiny, monkeypatch):
    """Run a tiny experiment without the pictures, which take most of its time."""
    monkeypatch.setattr(Laboratory, "draw", lambda self, figure, name: None)
    return partial(experiments, "--quick --workers 1 -o .")


def test_every_experiment_has_its_name_on_the_command_line(experiments):
    text = experiments("--help").out.replace("-\n", "-")
    for name, found in EXPERIMENTS.items():
        assert found.name == name
        assert name in text


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_writes_its_table_pictures_and_certificates(tiny, experiments, name):
    [document] = experiments(name, "--quick --workers 1 -o . --json").json
    assert document == read_json(f"{name}.json")
    assert document["quick"] is True
    assert document["rows"]
    assert sorted(document["pictures"]) == [f"{name}.pdf", f"{name}.png"]
    assert Path(f"{name}.png").read_bytes().startswith(b"\x89PNG")
    assert Path(f"{name}.pdf").read_bytes().startswith(b"%PDF")
    assert QUICK in Path(f"{name}.md").read_text()
    for file in document["certificates"]:
        assert checker.check(Path(file).read_bytes())[0] == 0
    assert bool(document["certificates"]) == (name in ("table2", "groups"))


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_so_far_trains_nothing_and_says_what_is_missing(undrawn, name):
    [document] = undrawn(name, "--so-far --json").json
    assert list(Path().glob("*-runs")) == []
    assert document["missing"]
    assert "**Unfinished" in Path(f"{name}.md").read_text()


def test_results_are_not_overwritten_and_nothing_is_trained_twice(undrawn):
    undrawn("table2").says("no figure here is comparable with it")
    files = list(Path("table2-quick-runs", "runs").iterdir())
    times = [x.stat().st_mtime_ns for x in files]
    undrawn("table2", code=2).says("table2.json exists already; pass --force")
    assert undrawn("table2 --force -q").out == ""
    assert [x.stat().st_mtime_ns for x in files] == times


def test_time_is_that_of_training_and_not_of_reading(undrawn):
    first, again = (undrawn("table2 --force --json").json[0]["time"] for _ in range(2))
    assert (first["networks"], first["new"], first["unrecorded"]) == (2, 2, 0)
    assert 0 < first["training"] <= first["waited"] <= first["here"]
    assert (again["networks"], again["new"], again["training"]) == (2, 0, first["training"])
    said = f"training took {duration(first['training'])} in all for 2 networks, none of"
    assert said in Path("table2.md").read_text()
    for path in Path("table2-quick-runs", "seconds").iterdir():
        path.unlink()
    undrawn("table2 --force").says(
        "how long the training of 2 took was not recorded when they were trained"
    )


def test_every_trained_width_has_its_accuracy_and_the_median_of_its_loss(undrawn):
    rows = {row["quantity"]: row for row in undrawn("decoupling --json").json[0]["rows"]}
    for q in (16, 48):
        accuracy = rows[f"Z5, trained: q = {q}, runs above 99 % on held-out pairs"]
        assert len(accuracy["values"]) == 2
        median = rows[f"Z5, trained: q = {q}, median over seeds of the loss over trained pairs"]
        files = Path("decoupling-quick-runs").glob(f"runs/Z5_q{q}_*.safetensors")
        losses = [read_weights(path).metadata["history.train_loss"].split() for path in files]
        assert [median["ours"]] == median["values"]
        assert median["ours"] == pytest.approx(np.median([float(x[-1]) for x in losses]))
        assert (median["known"], median["standard error"]) == ("measured", None)
    assert "| q = 48 | " in Path("decoupling.md").read_text()


def test_figure_4_reads_the_cell_of_table_2_and_trains_it_not_again(undrawn, monkeypatch):
    cell = replace(TINY, epochs=200)
    grids = (replace(cell, weight_decays=(1e-5, 5e-5)), replace(cell, widths=(24, 48)))
    monkeypatch.setattr(table2, "plan", lambda *, quick: cell)
    monkeypatch.setattr(fig4, "plans", lambda *, quick: grids)
    rows = {row["quantity"]: row["values"] for row in undrawn("fig4 --json").json[0]["rows"]}
    assert {
        path.name: [run.name.split("_s")[0] for run in (path / "runs").iterdir()]
        for path in Path().glob("*-runs")
    } == {
        "table2-quick-runs": 2 * ["Z5_q48_wd5e-05_lr0.01_f1.0"],
        "fig4-decay-Z5-quick-runs": 2 * ["Z5_q48_wd1e-05_lr0.01_f1.0"],
        "fig4-width-Z5-quick-runs": 2 * ["Z5_q24_wd5e-05_lr0.01_f1.0"],
    }
    shared, again = (
        [values for quantity, values in rows.items() if quantity.startswith(f"Z5, by {cell}")]
        for cell in ("weight decay: weight decay 5e-05", "q: q 48")
    )
    assert shared
    assert shared == again


def test_a_stopped_experiment_reports_what_is_trained_and_names_what_is_not(
    undrawn, capsys, monkeypatch
):
    """Interrupted after the first group's runs over weight decay; then the rest is made."""
    short = replace(SEVERAL, epochs=50)
    grids = (replace(short, weight_decays=(1e-5, 1e-3)), replace(short, widths=(24, 48)))
    monkeypatch.setattr(fig4, "plans", lambda *, quick: grids)
    real, calls = numeric.sweeps.sweep.sweep, []

    def stopped(plan, **options):
        calls.append(plan)
        if len(calls) > 1:
            raise InterruptedTrainingError("interrupted: the same command goes on")
        return real(plan, **options)

    words = "fig4 --groups Z5,Z2^2 --seeds 0-1"
    with monkeypatch.context() as patched:
        patched.setattr(numeric.sweeps.sweep, "sweep", stopped)
        ran = run(capsys, *f"{words} --quick --workers 1 -o .".split())
    assert ran.code == 2
    assert "the same command goes on" in ran.err
    assert "missing: Z2xZ2, q = 24, weight decay 5e-05: seeds 0, 1" in ran.out
    document = read_json("fig4.json")
    assert {row["quantity"].split(",")[1] for row in document["rows"]} == {
        f" by weight decay: weight decay {x}" for x in ("1e-05", "0.001")
    }
    assert document["missing"][0] == "Z5, q = 24, weight decay 5e-05: seeds 0, 1"
    assert len(document["missing"]) == 2 + 4
    written = Path("fig4.md").read_text()
    assert f"**{UNFINISHED}** Missing:" in written
    assert "* Z2xZ2, q = 48, weight decay 0.001: seeds 0, 1" in written

    undrawn(words)
    document = read_json("fig4.json")
    assert document["missing"] == []
    names = {row["quantity"].rsplit(",")[1] + row["quantity"][:3] for row in document["rows"]}
    assert len(names) == 8


def test_parts_add_up_to_the_whole(undrawn, monkeypatch):
    """Networks of a part are those of the whole, and a folder takes the parts one by one."""
    monkeypatch.setattr(groups, "plan", lambda *, quick: replace(SEVERAL, epochs=60))
    undrawn("groups")
    parts = ("--groups 2^2", "--groups Z5 --seeds 1", "")
    where = "groups --json -o parts --runs runs --force"
    documents = [undrawn(where, part).json[0] for part in parts]
    assert [document["part"] for document in documents] == [
        "A part of the experiment: groups Z2xZ2 of 2.",
        "A part of the experiment: groups Z5 of 2; seeds 1 of 2.",
        "",
    ]
    assert documents[0]["settings"]["groups"] == "Z2xZ2"
    assert {row["quantity"].rpartition(", ")[2] for row in documents[1]["rows"]} == {"Z5"}
    assert [len(row["values"]) for row in documents[1]["rows"]][-1] == 1
    whole, made = (
        {path.name: path.read_bytes() for path in Path(folder, "groups-quick-runs/runs").iterdir()}
        for folder in (".", "runs")
    )
    assert made == whole


def test_without_torch_the_command_says_what_to_install(experiments, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    experiments("table2 -o .", code=2).says(f"training needs PyTorch: {install('train')}")


LONG = replace(TINY, seeds=(0,), epochs=300, train_fractions=(0.9,)).runs()[0]
FILE = Path("network.safetensors")
WATCH = "from tests.experiments.test_reproduce import *; watch(checkpoint=FILE, every_seconds=0.0)"


def watch(look=fig3.look, **options):
    return watched(LONG, look, at=lambda n: n % 7 == 0, **options)


@pytest.fixture
def one_thread(in_an_empty_folder):
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_a_watched_network_that_is_killed_goes_on_and_loses_nothing(one_thread):
    """SIGKILL in the middle, then an error; weights and what was seen are the same bit for bit."""
    alone = watch()
    process = subprocess.Popen([sys.executable, "-c", WATCH], env=environment())
    limit = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < limit:
        with suppress(ValueError, OSError):
            if read_checkpoint(FILE, LONG).epoch > 20:
                break
        time.sleep(0.002)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    begun = read_checkpoint(FILE, LONG).epoch
    assert begun < LONG.epochs - 14

    def breaks(run):
        assert run.epoch < begun + 10
        return fig3.look(run)

    with pytest.raises(AssertionError):
        watch(breaks, checkpoint=FILE, every_seconds=0.0)
    assert begun < read_checkpoint(FILE, LONG).epoch < LONG.epochs
    whole = watch(checkpoint=FILE)
    assert whole.observed == alone.observed
    assert [row[0] for row in whole.observed] == [*range(0, 300, 7), 300]
    assert (whole.w == alone.w).all()
    assert whole.history == alone.history
    assert whole.seconds > 0
    written = FILE.stat().st_mtime_ns
    assert watch(checkpoint=FILE).observed == alone.observed
    assert FILE.stat().st_mtime_ns == written


def test_ctrl_c_on_a_watched_network_says_that_it_goes_on(in_an_empty_folder):
    def interrupt(run):
        if run.epoch == 14:
            raise KeyboardInterrupt
        return []

    message = "interrupted after 14 of 300 epochs of one network; the same command goes on"
    with refused(InterruptedTrainingError, message):
        watch(interrupt, checkpoint=FILE, every_seconds=0.0)
    left = watched(LONG, lambda run: [], at=lambda n: False, checkpoint=FILE, trains=False)
    assert left.epoch == 14


def test_a_damaged_file_of_a_watched_network_is_made_again(one_thread):
    FILE.write_bytes(b"0" * 100)
    assert watch(checkpoint=FILE).observed == watch().observed


def test_starts_that_are_followed_are_kept(tmp_path):
    follow = partial(weight_decay.follow, group=AbelianGroup("Z5"), epochs=200, seed=0)
    place = Laboratory(tmp_path, True)
    alone = follow("order6")
    assert follow("order6", laboratory=place) == alone
    assert follow("order6", laboratory=place.opened(trains=False)) == alone
    idle = place.opened(trains=False)
    assert follow("order46", laboratory=idle) is None
    assert [run.width for run in idle.missing] == [10]
