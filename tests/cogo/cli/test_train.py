"""``cogo train``: what it writes and prints, that it resumes, and what it refuses."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

import numeric.training.run
from algebra.machine.install import install
from numeric import read_weights
from numeric.training.closed_form import Evaluation
from numeric.training.run import TrainingRun, cpu_threads
from tests.command import environment

QUICK = "train Z7 --width 32 --seeds 0-1 --log-every 10"
CHECKPOINT, SEED0, SEED1 = (Path(f"{x}.safetensors") for x in ("checkpoint", "seed0", "seed1"))


def test_it_writes_one_file_a_seed_and_a_checkpoint(cogo):
    cogo(QUICK, "--epochs 30 -o z7").says("2 networks trained in")
    assert sorted(os.listdir("z7")) == [str(CHECKPOINT), str(SEED0), str(SEED1)]
    network = read_weights("z7" / SEED1)
    assert network.metadata["group"] == "Z7"
    assert network.metadata["history.epoch"] == "0 10 20 30"
    assert json.loads(network.metadata["settings"])["width"] == 32


def test_json_says_where_and_how_good(cogo):
    document = cogo(QUICK, "--epochs 5 -o z7 --json").json
    assert document["settings"]["group"] == "Z7"
    assert [run["seed"] for run in document["runs"]] == [0, 1]
    run = document["runs"][0]
    assert (run["file"], run["epochs"]) == (str("z7" / SEED0), 5)
    assert 0 < run["train_loss"] < 1
    assert 0 <= run["test_accuracy"] <= 1


def test_over_a_group_that_is_not_abelian_it_says_what_was_learned_when(cogo):
    words = "train D4 --width 64 --epochs 100 --log-every 10 -o ."
    ran = cogo(words).says("learned: gain of 0.5 or more")
    for name in ("1.1", "1.2", "1.3", "2.0"):
        assert any(name in line and line.count("│") == 6 for line in ran.out.splitlines())
    told = cogo(words, "--resume --json").json["runs"][0]
    assert told["epochs of records"] == list(range(0, 101, 10))
    assert told["representations"][0]["name"] == "1"
    for x in told["representations"][1:]:
        assert len(x["gain"]) == len(x["power"]) == 11
        assert x["gain"][0] < 0.5 < x["gain"][-1]


def test_threads_are_those_asked_for_or_chosen_by_the_work(cogo, monkeypatch):
    seen: list[int] = []
    step = TrainingRun.update

    def update(run: TrainingRun, result: Evaluation) -> None:
        seen.append(torch.get_num_threads())
        step(run, result)

    monkeypatch.setattr(TrainingRun, "update", update)
    with cpu_threads(3):
        for name, least, more in (("a", 1e10, "--threads 2"), ("b", 1e10, ""), ("c", 0, "")):
            monkeypatch.setattr(numeric.training.run, "ONE_THREAD", least)
            cogo(QUICK, "--epochs 1 -o", name, more)
            assert torch.get_num_threads() == 3
    assert seen == [2, 1, 3]


def test_all_pairs_leave_no_test_loss(cogo):
    full = (QUICK, "--epochs 5 --train-fraction 1")
    assert cogo(*full, "-o a --json").json["runs"][0]["test_loss"] is None
    cogo(*full, "-o b").says(" - ")
    assert "history.test_loss" not in read_weights("b" / SEED0).metadata


def test_it_goes_on_where_it_was_stopped(cogo):
    for folder, epochs in (("parts", 10), ("parts", 25), ("whole", 25)):
        cogo(QUICK, "--resume --epochs", epochs, "-o", folder)
    for seed in (SEED0, SEED1):
        a, b = (read_weights(folder / seed).state() for folder in ("parts", "whole"))
        for key, x in a.items():
            assert np.array_equal(x, b[key])


def test_a_network_is_not_lost_to_resume_without_a_checkpoint(cogo):
    cogo(QUICK, "--epochs 3 -o .")
    before = SEED0.read_bytes()
    CHECKPOINT.unlink()
    assert cogo(QUICK, "--epochs 4 --lr 0.02 -o . --resume", code=2).err == (
        "error: seed0.safetensors exists already, and there is no checkpoint to go on from; pass "
        "--force to replace it, or another folder\n"
    )
    assert SEED0.read_bytes() == before
    cogo(QUICK, "--epochs 4 -o . --resume --force")


@pytest.mark.parametrize("name", ["a[/]b", "[red]"])
def test_names_of_folders_are_text(name, cogo):
    Path(name).mkdir(parents=True)
    cogo(QUICK, "--epochs 1 -o", name).says(f"wrote {name}/seed0.safetensors")


def test_ctrl_c_saves_and_says_how_to_go_on(in_an_empty_folder):
    words = [*QUICK.split(), "--epochs", "1000000", "-o", "."]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    program = [sys.executable, "-m", "cogo", *words]
    process = subprocess.Popen(program, env=environment(), **piped)
    while not CHECKPOINT.exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("interrupted after ")
    assert err.rstrip().endswith("checkpoint.safetensors; go on with --resume")
    assert os.listdir() == [str(CHECKPOINT)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--device meta", "error: --device='meta' cannot be used: "),
        ("--device abacus", "error: --device='abacus' cannot be used: "),
        ("--optimizer sgd --lr 1e9", "error: seed 0 diverged: its loss is "),
    ],
)
def test_what_cannot_be_trained_is_one_line_and_exit_code_2(cogo, words, message):
    assert cogo(QUICK, "--epochs 200 -o .", words, code=2).err.startswith(message)
    assert not SEED0.exists()


def test_files_that_are_there_are_kept(cogo):
    for path in (SEED1, CHECKPOINT):
        path.write_text("mine")
    assert cogo(QUICK, "--epochs 1 -o .", code=2).err == (
        "error: seed1.safetensors exists already; pass --resume to go on from the checkpoint, or "
        "--force to start again\n"
    )
    assert [path.read_text() for path in (SEED1, CHECKPOINT)] == ["mine", "mine"]
    assert cogo(QUICK, "--epochs 1 -o . --force -q").out == ""
    assert read_weights(SEED1).metadata["seed"] == "1"


def test_another_run_s_checkpoint_is_refused(cogo):
    cogo(QUICK, "--epochs 1 -o .")
    cogo(QUICK, "--epochs 1 -o . --resume --lr 0.5", code=2).says(
        "is the checkpoint of another run: lr 0.01, not 0.5; pass its settings, or"
    )


def test_without_pytorch_the_reason_is_given(cogo, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    err = cogo("train Z7 -o x", code=2).err
    assert err == f"error: training needs PyTorch: {install('train')}\n"
