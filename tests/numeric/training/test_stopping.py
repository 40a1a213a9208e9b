"""Training that is asked to stop in the middle of a step does so at once, and loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

import numeric.training.loss
from algebra.groups.group import AbelianGroup
from numeric.training.checkpoint import read_checkpoint
from numeric.training.loss import LossPlan, evaluate
from numeric.training.run import TrainingRun
from numeric.training.settings import (
    InterruptedTrainingError,
    Settings,
    settings_from_text,
    split_task,
)
from numeric.training.train import train

ROOT = Path(__file__).resolve().parents[3]
#: Far less than `GRACE_SECONDS` of a sweep, far more than a second, on a busy machine.
SOON = 15.0
#: Operations of an output of Z11, 32 nodes, for all pairs at once.
LONG = 2 * 11**2 * 32
SMALL = Settings(group="Z7", width=48, seeds=(0, 1), epochs=9, log_every=2)
TRAIN = ["train", "Z7", "--width", "48", "--seeds", "0-1", "--epochs", "9", "--log-every", "2"]
SWEEP = ["sweep", "--groups", "Z7", "--widths", "16,48", "--epochs", "9", "--checkpoint-every", "0"]
#: Imported by every Python that is started: one step, or one record, never ends, and says so.
ENDLESS = """
import os
from pathlib import Path
from numeric.training import run as training_run

def endless(name, epoch):
    real = getattr(training_run, name)

    def work(first, *more, **options):
        result = real(first, *more, **options)
        while ENDLESS == name and options.get("epoch", getattr(first, "epoch", None)) == epoch:
            Path(__file__).with_name(f"endless-{os.getpid()}").touch()
            real(first, *more, **options)
        return result

    setattr(training_run, name, work)

endless("evaluate", 4)
TrainingRun = training_run.TrainingRun
training_run.step = TrainingRun.evaluation
endless("step", 3)
TrainingRun.evaluation = training_run.step
"""


def start(folder: Path, endless: str, *arguments: str) -> subprocess.Popen[str]:
    (folder / "sitecustomize.py").write_text(f"ENDLESS = {endless!r}\n{ENDLESS}")
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.Popen(
        [sys.executable, "-c", "from cogo.cli.main import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
    )


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    limit = time.monotonic() + 200
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < limit
        time.sleep(0.05)


def stop(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    asked = time.monotonic()
    process.send_signal(number)
    try:
        _, errors = process.communicate(timeout=4 * SOON)
    finally:
        process.kill()
    assert time.monotonic() - asked < SOON
    return process.returncode, errors


@pytest.mark.parametrize(
    ("number", "endless", "epoch"), [(signal.SIGTERM, "step", 3), (signal.SIGINT, "evaluate", 4)]
)
def test_a_signal_ends_a_long_step_or_record_at_once_and_the_rest_has_the_same_bits(
    tmp_path: Path, number: int, endless: str, epoch: int
) -> None:
    checkpoint = tmp_path / "x" / "checkpoint.safetensors"
    process = start(tmp_path, endless, *TRAIN, "-o", str(tmp_path / "x"))
    wait_for(lambda: any(tmp_path.glob("endless-*")), process)
    assert stop(process, number) == (
        2,
        f"interrupted after {epoch} of 9 epochs; the state is in {checkpoint}; go on with "
        f"--resume\n",
    )
    run = read_checkpoint(checkpoint, SMALL)
    assert (run.epoch, run.history[-1][0]["epoch"]) == (epoch, 2)
    resumed = train(SMALL, checkpoint=checkpoint, resume=True)
    for one, other in zip(resumed, train(SMALL), strict=True):
        assert one.history == other.history
        for key, x in one.network.state().items():
            assert (x == other.network.state()[key]).all()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_signal_ends_the_long_steps_of_a_sweep_at_once(tmp_path: Path, workers: int) -> None:
    process = start(tmp_path, "step", *SWEEP, "-o", str(tmp_path / "x"), "--workers", str(workers))
    work = tmp_path / "x" / "work"
    wait_for(lambda: len(list(tmp_path.glob("endless-*"))) == workers, process)
    code, errors = stop(process, signal.SIGTERM)
    assert code == 2
    assert errors.startswith("interrupted: 0 of 2 runs are finished; the same command goes on\n")
    assert "Traceback" not in errors
    left = sorted(work.glob("*.safetensors"))
    assert len(left) == workers
    for path in left:
        with safe_open(path, "pt") as file:
            settings = settings_from_text(json.loads(file.metadata()["state"])["settings"])
        assert read_checkpoint(path, settings).epoch == 3


def test_the_state_is_saved_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "c.safetensors"

    def lost(run: TrainingRun) -> None:
        raise RuntimeError("the power fails")

    with monkeypatch.context() as patched:
        patched.setattr(TrainingRun, "record", lost)
        with pytest.raises(RuntimeError, match="the power fails"):
            train(SMALL, checkpoint=path)
    assert read_checkpoint(path, SMALL).history == []
    assert train(SMALL, checkpoint=path, resume=True)[0].history == train(SMALL)[0].history


def test_a_step_without_a_checkpoint_is_left_by_ctrl_c_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = TrainingRun.evaluation

    def endless(run: TrainingRun) -> Any:
        if run.epoch == 3:
            os.kill(os.getpid(), signal.SIGINT)
            limit = time.monotonic() + 60
            while time.monotonic() < limit:
                real(run)
            raise AssertionError("the step was not left")
        return real(run)

    monkeypatch.setattr(TrainingRun, "evaluation", endless)
    with pytest.raises(KeyboardInterrupt):
        train(SMALL)


@pytest.mark.parametrize("route", ["closed", "table"])
def test_no_operation_of_a_step_or_a_record_is_long(
    route: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python answers signals between operations; so long ones are cut, with the same result."""
    task = split_task(AbelianGroup("Z11"), seeds=[0, 1], train_fraction=0.5)
    w = torch.randn(2, 3, 11, 32, dtype=torch.float64)

    def results() -> tuple[Any, Any]:
        plan = LossPlan(task, width=32, dtype=w.dtype, route=route)
        return plan(w), evaluate(w, plan)

    whole, record = results()
    monkeypatch.setattr(numeric.training.loss, "LONG_PRODUCT", LONG)
    monkeypatch.setattr(numeric.training.loss, "LONG_TRANSFORM", 2 * 3 * 11 * 5)
    monkeypatch.setattr(numeric.training.loss, "LIST", 32 * 7)
    sizes: dict[str, list[int]] = {"mm": [], "rfftn": [], "pairs": []}
    mm, rfftn, summed = torch.mm, torch.fft.rfftn, numeric.training.loss.sum_over_pairs

    def note(name: str, size: int, result: Any) -> Any:
        sizes[name].append(size)
        return result

    monkeypatch.setattr(
        torch, "mm", lambda x, y, **o: note("mm", 2 * len(x) * y.numel(), mm(x, y, **o))
    )
    monkeypatch.setattr(torch.fft, "rfftn", lambda x, **o: note("rfftn", x.numel(), rfftn(x, **o)))
    monkeypatch.setattr(
        numeric.training.loss,
        "sum_over_pairs",
        lambda w, pairs, labels: note("pairs", len(pairs), summed(w, pairs, labels)),
    )
    cut, cut_record = results()
    assert LONG / 2 < max(sizes["mm"]) <= LONG
    if route == "closed":
        assert 0 < max(sizes["rfftn"]) <= 2 * 3 * 11 * 5
        assert 0 < max(sizes["pairs"]) <= 7
    torch.testing.assert_close(tuple(cut), tuple(whole), rtol=1e-12, atol=1e-12)
    for one, other in zip(cut_record, record, strict=True):
        assert one["train_accuracy"] == other["train_accuracy"]
        torch.testing.assert_close(one["train_loss"], other["train_loss"], rtol=1e-12, atol=0)


def test_a_signal_at_the_very_end_is_not_lost(tmp_path: Path) -> None:
    """Else a sweep would go on with its next batch."""

    def interrupt(run: TrainingRun) -> None:
        if run.epoch == SMALL.epochs:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(InterruptedTrainingError, match="interrupted after 9 of 9 epochs"):
        train(SMALL, checkpoint=tmp_path / "c.safetensors", on_epoch=interrupt)
