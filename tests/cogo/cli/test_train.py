"""``cogo train``: what it writes and prints, that it resumes, and what it refuses."""

from __future__ import annotations

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
from algebra.machine.held import held_folder
from algebra.machine.install import install
from numeric import read_weights
from numeric.training.closed_form import Evaluation
from numeric.training.run import TrainingRun, cpu_threads
from tests.command import cogo

ROOT = Path(__file__).resolve().parents[3]
QUICK = ["train", "Z7", "--width", "32", "--seeds", "0-1", "--log-every", "10"]


def test_it_writes_one_file_a_seed_and_a_checkpoint(tmp_path, capsys):
    code, out, err = cogo(capsys, *QUICK, "--epochs", 30, "-o", tmp_path / "z7")
    assert (code, err) == (0, "")
    names = ["checkpoint.safetensors", "seed0.safetensors", "seed1.safetensors"]
    assert sorted(os.listdir(tmp_path / "z7")) == names
    assert "2 networks trained in" in out
    network = read_weights(tmp_path / "z7" / "seed1.safetensors")
    assert network.metadata["group"] == "Z7"
    assert network.metadata["history.epoch"] == "0 10 20 30"
    assert json.loads(network.metadata["settings"])["width"] == 32


def test_json_says_where_and_how_good(tmp_path, capsys):
    code, out, err = cogo(capsys, *QUICK, "--epochs", 5, "-o", tmp_path, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["settings"]["group"] == "Z7"
    assert [run["seed"] for run in document["runs"]] == [0, 1]
    assert document["runs"][0]["file"] == str(tmp_path / "seed0.safetensors")
    assert document["runs"][0]["epochs"] == 5
    assert 0 < document["runs"][0]["train_loss"] < 1
    assert 0 <= document["runs"][0]["test_accuracy"] <= 1


def test_over_a_group_that_is_not_abelian_it_says_what_was_learned_when(tmp_path, capsys):
    words = ["train", "D4", "--width", 64, "--epochs", 100, "--log-every", 10, "-o", tmp_path]
    code, out, _ = cogo(capsys, *words)
    assert code == 0
    for name in ("1.1", "1.2", "1.3", "2.0"):
        assert any(name in line and line.count("│") == 6 for line in out.splitlines())
    assert "learned: gain of 0.5 or more" in out
    told = json.loads(cogo(capsys, *words, "--resume", "--json")[1])["runs"][0]
    assert told["epochs of records"] == list(range(0, 101, 10))
    assert told["representations"][0]["name"] == "1"
    for x in told["representations"][1:]:
        assert len(x["gain"]) == len(x["power"]) == 11
        assert x["gain"][0] < 0.5 < x["gain"][-1]


def test_threads_are_those_asked_for_or_chosen_by_the_work(tmp_path, capsys, monkeypatch):
    seen: list[int] = []
    step = TrainingRun.update

    def update(run: TrainingRun, result: Evaluation) -> None:
        seen.append(torch.get_num_threads())
        step(run, result)

    monkeypatch.setattr(TrainingRun, "update", update)
    with cpu_threads(3):
        for name, least, options in (
            ("asked", 1e10, ("--threads", 2)), ("small", 1e10, ()), ("large", 0, ()),
        ):  # fmt: skip
            monkeypatch.setattr(numeric.training.run, "ONE_THREAD", least)
            cogo(capsys, *QUICK, "--epochs", 1, *options, "-o", tmp_path / name)
            assert torch.get_num_threads() == 3
    assert seen == [2, 1, 3]


@pytest.mark.parametrize("how", ["", "--resume", "--force"])
def test_the_second_of_two_trainings_in_a_folder_is_refused_at_the_start(how, tmp_path, capsys):
    """It would take years."""
    arguments = [*QUICK, "--epochs", 10**12, "-o", tmp_path, *filter(None, [how])]
    with held_folder(tmp_path):
        assert cogo(capsys, *arguments) == (
            2,
            "",
            f"error: {tmp_path}/.cogo-lock: another process is at work; wait for it, or give "
            f"another name or folder\n",
        )
        assert os.listdir(tmp_path) == [".cogo-lock"]
    assert os.listdir(tmp_path) == []


def test_all_pairs_leave_no_test_loss(tmp_path, capsys):
    full = [*QUICK, "--epochs", 5, "--train-fraction", 1]
    _, out, _ = cogo(capsys, *full, "-o", tmp_path / "a", "--json")
    assert json.loads(out)["runs"][0]["test_loss"] is None
    _, out, _ = cogo(capsys, *full, "-o", tmp_path / "b")
    assert " - " in out
    assert "history.test_loss" not in read_weights(tmp_path / "b" / "seed0.safetensors").metadata


def test_quiet_is_quiet(tmp_path, capsys):
    assert cogo(capsys, *QUICK, "--epochs", 1, "-o", tmp_path, "-q") == (0, "", "")


def test_it_goes_on_where_it_was_stopped(tmp_path, capsys):
    cogo(capsys, *QUICK, "--epochs", 10, "-o", tmp_path / "parts")
    cogo(capsys, *QUICK, "--epochs", 25, "-o", tmp_path / "parts", "--resume")
    cogo(capsys, *QUICK, "--epochs", 25, "-o", tmp_path / "whole", "--resume")
    for seed in (0, 1):
        a, b = (
            read_weights(tmp_path / folder / f"seed{seed}.safetensors")
            for folder in ("parts", "whole")
        )
        assert all(np.array_equal(x, b.state()[key]) for key, x in a.state().items())


def test_a_network_is_not_lost_to_resume_without_a_checkpoint(tmp_path, capsys):
    cogo(capsys, *QUICK, "--epochs", 3, "-o", tmp_path)
    before = (tmp_path / "seed0.safetensors").read_bytes()
    (tmp_path / "checkpoint.safetensors").unlink()
    code, _, err = cogo(capsys, *QUICK, "--epochs", 4, "--lr", 0.02, "-o", tmp_path, "--resume")
    assert (code, err.strip()) == (
        2,
        f"error: {tmp_path}/seed0.safetensors exists already, and there is no checkpoint to go on "
        "from; pass --force to replace it, or another folder",
    )
    assert (tmp_path / "seed0.safetensors").read_bytes() == before
    force = ("--epochs", 4, "-o", tmp_path, "--resume", "--force")
    assert cogo(capsys, *QUICK, *force)[0] == 0


@pytest.mark.parametrize("name", ["a[/]b", "[red]"])
def test_names_of_folders_are_text(name, tmp_path, capsys):
    folder = tmp_path / name
    folder.mkdir(parents=True)
    code, out, _ = cogo(capsys, *QUICK, "--epochs", 1, "-o", folder)
    assert code == 0
    assert f"wrote {folder}/seed0.safetensors" in out


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path):
    code = "from cogo.cli.main import main; main()"
    options = ["--epochs", "1000000", "-o", str(tmp_path / "x")]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *QUICK, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    while not (tmp_path / "x" / "checkpoint.safetensors").exists():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    assert err.startswith("interrupted after ")
    assert err.rstrip().endswith("checkpoint.safetensors; go on with --resume")
    assert sorted(os.listdir(tmp_path / "x")) == ["checkpoint.safetensors"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--device", "meta"], "error: --device='meta' cannot be used: "),
        (["--device", "abacus"], "error: --device='abacus' cannot be used: "),
        (["--optimizer", "sgd", "--lr", "1e9"], "error: seed 0 diverged: its loss is "),
    ],
)
def test_what_cannot_be_trained_is_one_line_and_exit_code_2(tmp_path, capsys, arguments, message):
    code, out, err = cogo(capsys, *QUICK, "--epochs", 200, "-o", tmp_path, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert err.count("\n") == 1
    assert not (tmp_path / "seed0.safetensors").exists()


def test_files_that_are_there_are_kept(tmp_path, capsys):
    (tmp_path / "seed1.safetensors").write_text("mine")
    (tmp_path / "checkpoint.safetensors").write_text("mine")
    code, _, err = cogo(capsys, *QUICK, "--epochs", 1, "-o", tmp_path)
    assert code == 2
    assert err == (
        f"error: {tmp_path}/seed1.safetensors exists already; pass --resume to go on from the "
        f"checkpoint, or --force to start again\n"
    )
    assert (tmp_path / "seed1.safetensors").read_text() == "mine"
    assert (tmp_path / "checkpoint.safetensors").read_text() == "mine"
    assert cogo(capsys, *QUICK, "--epochs", 1, "-o", tmp_path, "--force", "-q")[0] == 0
    assert read_weights(tmp_path / "seed1.safetensors").metadata["seed"] == "1"


def test_another_run_s_checkpoint_is_refused(tmp_path, capsys):
    cogo(capsys, *QUICK, "--epochs", 1, "-o", tmp_path)
    code, _, err = cogo(capsys, *QUICK, "--epochs", 1, "-o", tmp_path, "--resume", "--lr", 0.5)
    assert code == 2
    assert "is the checkpoint of another run: lr 0.01, not 0.5; pass its settings, or" in err


def test_without_pytorch_the_reason_is_given(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    code, out, err = cogo(capsys, "train", "Z7", "-o", tmp_path / "x")
    assert (code, out, err) == (2, "", f"error: training needs PyTorch: {install('train')}\n")
