"""Training that is asked to stop in the middle of a step does so at once, and loses nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import torch
from safetensors import safe_open

import numeric.training.loss
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

#: Far less than `GRACE_SECONDS` of a sweep, far more than a second, on a busy machine.
SOON = 15.0
#: Operations of an output of Z11, 32 nodes, for all pairs at once.
LONG = 2 * 11**2 * 32
SMALL = Settings(group="Z7", width=48, seeds=(0, 1), epochs=9, log_every=2)
TRAIN = ["train", "Z7", "--width", "48", "--seeds", "0-1", "--epochs", "9", "--log-every", "2"]
SWEEP = ["sweep", "--groups", "Z7", "--widths", "16,48", "--epochs", "9", "--checkpoint-every", "0"]


def endless(monkeypatch: Any, owner: Any, name: str, epoch: int, number: int) -> None:
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
    paths = environment()
    with subprocess.Popen(
        [sys.executable, "-m", "cogo", *SWEEP, "-o", str(tmp_path / "x"), "--workers", "2"],
        stderr=subprocess.PIPE,
        text=True,
        env={**paths, "PYTHONPATH": f"{tmp_path}{os.pathsep}{paths['PYTHONPATH']}"},
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
    with monkeypatch.context() as patched:
        patched.setattr(TrainingRun, "record", Mock(side_effect=RuntimeError("the power fails")))
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
    monkeypatch.setattr("numeric.training.pairs.LONG_PRODUCT", LONG)
    monkeypatch.setattr("numeric.training.closed_form.LONG_TRANSFORM", 2 * 3 * 11 * 5)
    monkeypatch.setattr(numeric.training.loss, "LIST", 32 * 7)
    sizes: dict[str, list[int]] = {}

    def note(owner: Any, name: str, size: Callable[..., int]) -> None:
        real = getattr(owner, name)

        def noted(*arguments: Any, **options: Any) -> Any:
            sizes.setdefault(name, []).append(size(*arguments))
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, noted)

    note(torch, "mm", lambda x, y: 2 * len(x) * y.numel())
    note(torch.fft, "rfftn", lambda x: x.numel())
    note(numeric.training.loss, "sum_over_pairs", lambda w, pairs, labels: len(pairs))
    cut, cut_record = results()
    assert LONG / 2 < max(sizes["mm"]) <= LONG
    if route == "closed":
        assert 0 < max(sizes["rfftn"]) <= 2 * 3 * 11 * 5
        assert 0 < max(sizes["sum_over_pairs"]) <= 7
    torch.testing.assert_close(tuple(cut), tuple(whole), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(cut_record, record, rtol=1e-12, atol=0)


def test_a_signal_at_the_very_end_is_not_lost(tmp_path):
    """Else a sweep would go on with its next batch."""

    def interrupt(run: TrainingRun) -> None:
        if run.epoch == SMALL.epochs:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(InterruptedTrainingError, match="interrupted after 9 of 9 epochs"):
        train(SMALL, checkpoint=tmp_path / "c.safetensors", on_epoch=interrupt)
