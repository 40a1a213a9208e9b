"""Training that is asked to stop in the middle of a step does so at once, and loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

import numeric.training.closed_form
import numeric.training.loss
import numeric.training.pairs
import numeric.training.run
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
from tests.command import cogo, environment
from tests.numeric.plain_network import same_bits

ROOT = Path(__file__).resolve().parents[3]
#: Far less than `GRACE_SECONDS` of a sweep, far more than a second, on a busy machine.
SOON = 15.0
#: Operations of an output of Z11, 32 nodes, for all pairs at once.
LONG = 2 * 11**2 * 32
SMALL = Settings(group="Z7", width=48, seeds=(0, 1), epochs=9, log_every=2)
TRAIN = ["train", "Z7", "--width", "48", "--seeds", "0-1", "--epochs", "9", "--log-every", "2"]
SWEEP = ["sweep", "--groups", "Z7", "--widths", "16,48", "--epochs", "9", "--checkpoint-every", "0"]


def endless(
    monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, epoch: int, number: int
) -> None:
    """Let a step, or a record, never end at an epoch, and a signal come meanwhile."""
    real = getattr(owner, name)

    def work(first: Any, *more: Any, **options: Any) -> Any:
        if options.get("epoch", getattr(first, "epoch", None)) == epoch:
            os.kill(os.getpid(), number)
            limit = time.monotonic() + SOON
            while time.monotonic() < limit:
                real(first, *more, **options)
            raise AssertionError("it was not left")
        return real(first, *more, **options)

    monkeypatch.setattr(owner, name, work)


LONG_WORK = pytest.mark.parametrize(
    ("owner", "name", "epoch", "number"),
    [
        (TrainingRun, "evaluation", 3, signal.SIGTERM),
        (numeric.training.run, "evaluate", 4, signal.SIGINT),
    ],
)


@LONG_WORK
def test_a_signal_ends_a_long_step_or_record_at_once_and_the_rest_has_the_same_bits(
    tmp_path, monkeypatch, capsys, owner, name,
    epoch, number,
):  # fmt: skip
    checkpoint = tmp_path / "x" / "checkpoint.safetensors"
    with monkeypatch.context() as patched:
        endless(patched, owner, name, epoch, number)
        code, _, errors = cogo(capsys, *TRAIN, "-o", tmp_path / "x")
    assert (code, errors.splitlines()[-1]) == (
        2,
        f"interrupted after {epoch} of 9 epochs; the state is in {checkpoint}; go on with --resume",
    )
    run = read_checkpoint(checkpoint, SMALL)
    assert (run.epoch, run.history[-1][0]["epoch"]) == (epoch, 2)
    resumed = train(SMALL, checkpoint=checkpoint, resume=True)
    for one, other in zip(resumed, train(SMALL), strict=True):
        same_bits(one, other)


@LONG_WORK
def test_without_a_checkpoint_a_signal_is_ctrl_c_at_once(monkeypatch, owner, name, epoch, number):
    before = signal.getsignal(signal.SIGINT)
    endless(monkeypatch, owner, name, epoch, number)
    with pytest.raises(KeyboardInterrupt):
        train(SMALL)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_ends_the_long_step_of_a_sweep_at_once(tmp_path, monkeypatch, capsys):
    endless(monkeypatch, TrainingRun, "evaluation", 3, signal.SIGTERM)
    code, _, errors = cogo(capsys, *SWEEP, "-o", tmp_path / "x", "--workers", 1)
    stopped_at_3(tmp_path, code, errors, batches=1)


def stopped_at_3(folder: Path, code: int, errors: str, *, batches: int) -> None:
    assert code == 2
    assert errors.endswith("interrupted: 0 of 2 runs are finished; the same command goes on\n")
    assert "Traceback" not in errors
    left = sorted((folder / "x" / "work").glob("*.safetensors"))
    assert len(left) == batches
    for path in left:
        with safe_open(path, "pt") as file:
            settings = settings_from_text(json.loads(file.metadata()["state"])["settings"])
        assert read_checkpoint(path, settings).epoch == 3


#: Imported by every Python that is started: in workers one step never ends, and says so.
ENDLESS = """
import os, sys
from pathlib import Path
if any("spawn_main" in x for x in sys.orig_argv):
    from numeric.training.run import TrainingRun
    real = TrainingRun.evaluation
    def evaluation(run):
        while run.epoch == 3:
            Path(__file__).with_name(f"endless-{os.getpid()}").touch()
            real(run)
        return real(run)
    TrainingRun.evaluation = evaluation
"""


def test_a_signal_ends_the_long_steps_of_the_workers_of_a_sweep_at_once(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(ENDLESS)
    with subprocess.Popen(
        [sys.executable, "-m", "cogo", *SWEEP, "-o", str(tmp_path / "x"), "--workers", "2"],
        stderr=subprocess.PIPE,
        text=True,
        env={**environment(), "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
    ) as process:
        limit = time.monotonic() + 200
        while len(list(tmp_path.glob("endless-*"))) < 2:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < limit
            time.sleep(0.05)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            _, errors = process.communicate(timeout=4 * SOON)
        finally:
            process.kill()
    assert time.monotonic() - asked < SOON
    stopped_at_3(tmp_path, process.returncode, errors, batches=2)


def test_the_state_is_saved_before_anything_is_computed(tmp_path, monkeypatch):
    path = tmp_path / "c.safetensors"

    def lost(run: TrainingRun) -> None:
        raise RuntimeError("the power fails")

    with monkeypatch.context() as patched:
        patched.setattr(TrainingRun, "record", lost)
        with pytest.raises(RuntimeError, match="the power fails"):
            train(SMALL, checkpoint=path)
    assert read_checkpoint(path, SMALL).history == []
    assert train(SMALL, checkpoint=path, resume=True)[0].history == train(SMALL)[0].history


@pytest.mark.parametrize("route", ["closed", "table"])
def test_no_operation_of_a_step_or_a_record_is_long(route, monkeypatch):
    """Python answers signals between operations; so long ones are cut, with the same result."""
    task = split_task(AbelianGroup("Z11"), seeds=[0, 1], train_fraction=0.5)
    w = torch.randn(2, 3, 11, 32, dtype=torch.float64)

    def results() -> tuple[Any, Any]:
        plan = LossPlan(task, width=32, dtype=w.dtype, route=route)
        return plan(w), evaluate(w, plan)

    whole, record = results()
    monkeypatch.setattr(numeric.training.pairs, "LONG_PRODUCT", LONG)
    monkeypatch.setattr(numeric.training.closed_form, "LONG_TRANSFORM", 2 * 3 * 11 * 5)
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


def test_a_signal_at_the_very_end_is_not_lost(tmp_path):
    """Else a sweep would go on with its next batch."""

    def interrupt(run: TrainingRun) -> None:
        if run.epoch == SMALL.epochs:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(InterruptedTrainingError, match="interrupted after 9 of 9 epochs"):
        train(SMALL, checkpoint=tmp_path / "c.safetensors", on_epoch=interrupt)
