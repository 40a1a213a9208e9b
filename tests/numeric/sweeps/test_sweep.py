"""Sweeps: the same files bit for bit however often they are interrupted, and clear failures."""

import csv
import errno
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from shutil import copytree
from unittest.mock import Mock

import pytest

from algebra.machine.install import install
from algebra.machine.write_file import WriteError
from numeric import read_weights
from numeric.sweeps.folder import locked, read_folder
from numeric.sweeps.plan import SweepPlan, run_name
from numeric.sweeps.sweep import CHECKPOINT, Piece, sweep, train_piece
from numeric.training.checkpoint import write_checkpoint
from numeric.training.run import TrainingRun
from numeric.training.settings import Settings, settings_from_text
from numeric.training.train import train
from numeric.work.executor import LostWorkError
from tests.command import cogo, environment
from tests.dask_cluster import two_workers
from tests.lossy import Lossy
from tests.refusal import refused

PLAN = SweepPlan(groups=("Z5", "Z2^2"), widths=(8, 16), seeds=(0, 1, 2), epochs=30, log_every=10)
LONG = (
    "sweep", "--groups", "5-6", "--widths", "16,24", "--seeds", "0-2", "--weight-decays", "0,1e-3",
    "--epochs", "500",
)  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "runs").iterdir())}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folder of a sweep that nothing disturbed; not to be changed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    state = sweep(PLAN, folder=folder)
    assert (state.trained, state.found, state.failed) == (12, 0, {})
    return folder


@pytest.fixture(scope="module")
def undisturbed(done):
    return contents(done)


def test_every_run_has_a_file_with_its_settings_and_history_as_train_makes_it(done):
    for run in PLAN.runs():
        network = read_weights(done / "runs" / f"{run_name(run)}.safetensors")
        assert settings_from_text(network.metadata["settings"]) == run
        assert network.metadata["history.epoch"] == "0 10 20 30"
        assert network.plain()[0].shape == (run.width, 5 if run.group == "Z5" else 4)
    assert list((done / "work").iterdir()) == []
    batch, folder = PLAN.batches()[0], read_folder(done)
    for run, one in zip(batch.runs(), train(batch), strict=True):
        assert (folder.outcome(run).plain()[2] == one.network.plain()[2]).all()


def test_a_run_that_diverges_says_so_and_the_others_of_its_batch_are_as_if_trained_alone(tmp_path):
    plan = SweepPlan(
        groups=("Z5",), widths=(8,), weight_decays=(0.0, 1e-3), lrs=(0.01, 1e6, 0.02), seeds=(4,),
        optimizer="sgd", epochs=100,
    )  # fmt: skip
    assert len(plan.batches()) == 1
    state = sweep(plan, folder=tmp_path)
    assert state.trained == 4
    assert list(state.failed.values()) == 2 * [
        "seed 4 diverged: its loss is nan after 100 epochs; pass a learning rate below 1e+06"
    ]
    for run in replace(plan, lrs=(0.01, 0.02)).runs():
        kept = read_folder(tmp_path).outcome(run)
        assert settings_from_text(kept.metadata["settings"]) == run
        assert kept.metadata["seed"] == "4"
        assert (kept.plain()[2] == train(run)[0].network.plain()[2]).all()


def index(folder: Path) -> list[dict[str, str]]:
    with open(folder / "index.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_missing_files_and_the_index_are_made_again_bit_for_bit(done, undisturbed, tmp_path):
    folder = copytree(done, tmp_path / "x")
    for path in [*sorted((folder / "runs").iterdir())[::2], folder / "index.csv"]:
        path.unlink()
    state = sweep(PLAN, folder=folder)
    assert (state.trained, state.found) == (6, 6)
    assert contents(folder) == undisturbed
    table = index(folder)
    assert [row["run"] for row in table] == [run_name(run) for run in PLAN.runs()]
    assert [x | {"seconds": 0} for x in table] == [x | {"seconds": 0} for x in index(done)]
    run = read_weights(folder / "runs" / f"{table[3]['run']}.safetensors")
    assert float(table[3]["train_loss"]) == float(run.metadata["history.train_loss"].split()[-1])
    (folder / "index.csv").unlink()
    sweep(PLAN, folder=folder)
    assert index(folder) == table


def test_a_part_of_a_sweep_is_trained_alone_and_the_rest_later(undisturbed, tmp_path):
    state = sweep(PLAN, folder=tmp_path, wanted=lambda run: run.width == 8 and run.group == "Z5")
    assert (state.wanted, state.trained, state.found) == (3, 3, 0)
    made = contents(tmp_path)
    assert {name.split("_s")[0] for name in made} == {"Z5_q8_wd5e-05_lr0.01_f0.9"}
    rest = sweep(PLAN, folder=tmp_path)
    assert (rest.wanted, rest.trained, rest.found) == (12, 9, 3)
    assert contents(tmp_path) == undisturbed


def test_batches_are_trained_by_size(tmp_path):
    plan = SweepPlan(groups=("Z5",), widths=(16, 4, 8), epochs=2)
    sweep(plan, folder=tmp_path)
    runs = sorted((tmp_path / "runs").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    widths = [int(path.name.split("_")[1][1:]) for path in runs]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("damage", ["a flipped bit", "cut short", "another run", "empty"])
def test_a_damaged_file_is_put_aside_and_made_again(done, undisturbed, tmp_path, damage):
    folder = copytree(done, tmp_path / "x")
    first, second, *_ = sorted((folder / "runs").iterdir())
    data = bytearray(first.read_bytes())
    data[-9] ^= 1
    damaged = {
        "a flipped bit": data,
        "cut short": data[:-100],
        "another run": second.read_bytes(),
        "empty": b"",
    }
    first.write_bytes(damaged[damage])
    state = sweep(PLAN, folder=folder)
    assert (state.damaged, state.trained, state.found) == ([first.stem], 1, 11)
    assert contents(folder) == undisturbed
    assert [path.name for path in (folder / "damaged").iterdir()] == [first.name]


def test_a_checkpoint_is_gone_on_from(undisturbed, tmp_path):
    (tmp_path / "work").mkdir()
    batch = PLAN.batches()[0]
    run = TrainingRun(batch)
    run.w.data *= 2
    write_checkpoint(Piece(batch, str(tmp_path / "work")).file(CHECKPOINT), run)
    sweep(PLAN, folder=tmp_path)
    made = contents(tmp_path)
    other = {name for name in undisturbed if made[name] != undisturbed[name]}
    assert other == {f"{run_name(x)}.safetensors" for x in batch.runs()}


@pytest.mark.parametrize("seeds", [(0,), (0, 1, 2)])
def test_a_damaged_checkpoint_is_not_gone_on_from(undisturbed, tmp_path, seeds):
    plan = replace(PLAN, seeds=seeds)
    (tmp_path / "work").mkdir()
    for batch in plan.batches():
        Piece(batch, str(tmp_path / "work")).file(CHECKPOINT).write_bytes(b"\0" * 100)
    sweep(plan, folder=tmp_path)
    wanted = {f"{run_name(x)}.safetensors" for x in plan.runs()}
    assert contents(tmp_path) == {name: undisturbed[name] for name in wanted}


def test_a_failed_run_is_recorded_and_stops_no_other(tmp_path, monkeypatch):
    import numeric.training.train

    real = numeric.training.train.train

    def fails_for_seed_1(batch, **options):
        if 1 in batch.seeds and batch.width == 16:
            raise ValueError("no luck")
        return real(batch, **options)

    with monkeypatch.context() as patched:
        patched.setattr(numeric.training.train, "train", fails_for_seed_1)
        state = sweep(PLAN, folder=tmp_path)
        assert (state.trained, set(state.failed.values())) == (10, {"no luck"})
        assert sorted(state.failed) == [
            f"{PLAN.groups[1]}_q16_wd5e-05_lr0.01_f0.9_s1",
            "Z5_q16_wd5e-05_lr0.01_f0.9_s1",
        ]
        again = sweep(PLAN, folder=tmp_path)
        assert (again.trained, again.found, again.failed) == (0, 10, state.failed)
    rows = {row["run"]: row for row in read_folder(tmp_path).rows()}
    failed = rows["Z5_q16_wd5e-05_lr0.01_f0.9_s1"]
    assert (failed["status"], failed["error"], failed["train_loss"]) == ("failed", "no luck", None)
    healed = sweep(PLAN, folder=tmp_path, retry_failed=True)
    assert (healed.trained, healed.found, healed.failed) == (2, 10, {})
    assert list((tmp_path / "failed").iterdir()) == []


def test_a_full_disk_stops_the_sweep_and_loses_nothing(undisturbed, tmp_path, monkeypatch):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", Mock(side_effect=chain([None] * 9, repeat(full))))
        with pytest.raises(WriteError, match="written: No space left on device; what is finished"):
            sweep(PLAN, folder=tmp_path)
    assert 0 < len(contents(tmp_path)) < 12
    assert list(tmp_path.rglob("*.part")) == []
    sweep(PLAN, folder=tmp_path)
    assert contents(tmp_path) == undisturbed


def test_two_sweeps_do_not_share_a_folder(tmp_path):
    message = "another process is at work; wait for it, or give another name or folder"
    with locked(tmp_path, PLAN), refused(WriteError, f"{tmp_path}/.cogo-lock: {message}"):
        sweep(PLAN, folder=tmp_path)


def test_a_folder_of_another_plan_is_refused(tmp_path):
    sweep(SweepPlan(groups=("Z3",), widths=(4,), epochs=1), folder=tmp_path)
    other = SweepPlan(groups=("Z3",), widths=(4, 5), epochs=1)
    message = (
        f"{tmp_path} holds another sweep: widths 4, not 4,5; pass its settings, or another folder"
    )
    with refused(ValueError, message):
        read_folder(tmp_path, plan=other)
    with refused(ValueError, message):
        sweep(other, folder=tmp_path)
    (tmp_path / "plan.json").write_text("{")
    with pytest.raises(ValueError, match=r"plan\.json is damaged: .*; restore it, or give"):
        sweep(SweepPlan(groups=("Z3",), widths=(4,), epochs=1), folder=tmp_path)


def test_a_batch_lost_by_the_executor_is_one_sentence(tmp_path):
    message = (
        "a worker died, or the cluster is gone (the machine is gone); what is finished is kept: "
        "the same command goes on; take fewer workers if memory was short"
    )
    with refused(LostWorkError, message):
        sweep(PLAN, folder=tmp_path, executor=Lossy(RuntimeError("the machine is gone")))


def test_a_sweep_that_is_killed_ends_with_the_same_files(tmp_path, capsys):
    """SIGKILL to the parent of two workers, which end with it."""
    code, _, _ = cogo(capsys, *LONG, "-o", tmp_path / "alone", "-q", "--workers", 1)
    assert code == 0
    folder = tmp_path / "killed"
    program = [sys.executable, "-m", "cogo", *LONG, "-o", folder, "--workers", "2"]
    with subprocess.Popen(
        [*program, "-q", "--checkpoint-every", "0.05"], env=environment(), start_new_session=True
    ) as process:
        limit = time.monotonic() + 300
        while not all(any(folder.glob(f"{x}/*.safetensors")) for x in ("runs", "work")):
            assert process.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.005)
        process.kill()
    limit = time.monotonic() + 20
    with suppress(ProcessLookupError):
        while True:
            os.killpg(process.pid, 0 if time.monotonic() < limit else signal.SIGKILL)
            assert time.monotonic() < limit, "workers live on"
            time.sleep(0.1)
    assert 0 < len(contents(folder)) < 24
    code, out, err = cogo(capsys, *LONG, "-o", folder, "--workers", 1)
    assert (code, err) == (0, "")
    assert contents(folder) == contents(tmp_path / "alone")
    assert "runs trained" in out


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_trains_the_same(undisturbed, tmp_path):
    plan = SweepPlan(groups=("Z5", "Z7"), widths=(16,), seeds=(0, 1), lrs=(0.01, 0.02), epochs=900)
    sweep(plan, folder=tmp_path / "alone")
    killed = []
    with two_workers() as dask:

        def kill_one(text: str, done: float, of: float) -> None:
            if done and not killed:
                killed.append(dask.kill_a_busy_worker())

        state = sweep(
            plan, folder=tmp_path / "cluster", executor=dask.executor(), workers=2,
            progress=kill_one,
        )  # fmt: skip
    assert killed
    assert (state.trained, state.failed) == (8, {})
    assert contents(tmp_path / "cluster") == contents(tmp_path / "alone")


def test_the_command_says_what_it_did_in_words_and_json(tmp_path, capsys):
    small = ("sweep", "--groups", "Z5", "--widths", "8,16", "--epochs", 5, "--workers", 1)
    code, out, err = cogo(capsys, *small, "-o", tmp_path / "z")
    assert (code, err) == (0, "")
    assert "2 runs trained, 0 found finished, 0 failed\nwrote " in out
    code, out, err = cogo(capsys, *small, "-o", tmp_path / "z", "--json")
    document = json.loads(out)
    assert (document["trained"], document["found"], document["failed"]) == (0, 2, {})
    assert [row["width"] for row in document["runs"]] == [8, 16]
    assert cogo(capsys, *small, "-o", tmp_path / "z", "-q") == (0, "", "")


def test_options_take_precedence_over_the_plan_in_a_file(tmp_path, capsys):
    (tmp_path / "plan.yaml").write_text("groups: Z5\nwidths: 8\nepochs: 4\nseeds: [5]\n")
    code, out, _ = cogo(
        capsys, "sweep", tmp_path / "plan.yaml", "--seeds", "6", "-o", tmp_path / "z",
        "--workers", 1, "--json"
    )  # fmt: skip
    assert code == 0
    assert [row["run"] for row in json.loads(out)["runs"]] == ["Z5_q8_wd5e-05_lr0.01_f0.9_s6"]


def test_without_torch_the_command_says_what_to_install(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    code, _, err = cogo(capsys, "sweep", "--groups", "Z5", "-o", tmp_path / "z")
    assert code == 2
    assert f"training needs PyTorch: {install('train')}" in err


def test_a_piece_is_trained_where_there_is_no_folder():
    piece = Piece(Settings(group="Z5", width=8, epochs=2), "nowhere")
    [(run, network, _)] = train_piece(piece)
    assert (run.seeds, network.plain()[0].shape) == ((0,), (8, 5))
    assert network.metadata["group"] == "Z5"
