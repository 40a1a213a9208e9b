"""Training: it follows the paper's script, and interruptions change no bit of it."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
import torch

import numeric.training.run
import numeric.training.train
from algebra.machine.write_file import WriteError
from numeric.training.checkpoint import CheckpointError, read_checkpoint, write_checkpoint
from numeric.training.loss import LossPlan, evaluate
from numeric.training.run import (
    DEAD,
    TrainingRun,
    flushed_denormals,
    initial_weights,
    live_nodes,
    threads_for,
    torch_device,
)
from numeric.training.settings import Settings, settings_from_text
from numeric.training.train import Trained, train
from tests.command import environment
from tests.numeric.plain_network import same_bits, stacked
from tests.refusal import refused

SMALL = Settings(group="Z7", width=48, seeds=(0, 1), epochs=60, log_every=20)


def script(
    d: int, q: int, *, seed: int, epochs: int, every: int, dtype: torch.dtype
) -> list[float]:
    """The paper's loop: losses on the trained pairs, from a forward pass of the module."""
    torch.manual_seed(seed)
    a, b, c = (torch.nn.Linear(*size, bias=False) for size in ((d, q), (d, q), (q, d)))
    pairs = np.random.RandomState(seed).permutation(d * d)[int(np.ceil(0.1 * d * d)) :]
    x, y = (torch.from_numpy(v) for v in np.divmod(pairs, d))
    labels, eye = (x + y) % d, torch.eye(d, dtype=dtype)
    model = torch.nn.ModuleList([a, b, c]).to(dtype)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=5e-5)
    losses = []
    for epoch in range(epochs + 1):
        optimizer.zero_grad()
        output = c((a(eye[x]) + b(eye[y])).pow(2))
        if epoch % every == 0:
            # The script's own formula, below, cancels: at 5e-5 it is good for two digits.
            error = output.detach().double() - torch.eye(d)[labels]
            error -= error.mean(dim=1, keepdim=True)
            losses.append(error.square().sum(dim=1).mean().item())
        output = output - output.mean(dim=1, keepdim=True)
        fit = output.gather(1, labels[:, None]).mean()
        loss = output.pow(2).sum(dim=1).mean() - 2 * fit + 1 - 1 / d
        loss.backward()
        optimizer.step()
    return losses


def relative(found: Any, expected: Any) -> float:
    return float(np.abs(np.array(found) / np.array(expected) - 1).max())


def losses(trained: Trained) -> list[float]:
    return [record["train_loss"] for record in trained.history]


#: Losses of `script` at d=23, q=512, seed 1, float32, before epochs 0, 20, ..., 200.
RECORDED = [
    0.97030164, 0.28255008, 0.028298421, 0.0029608916, 0.00040101177, 0.0001015611,
    6.1893519e-05, 5.509193e-05, 5.0305184e-05, 4.7284178e-05, 4.5096002e-05,
]  # fmt: skip


def test_losses_follow_the_recorded_ones_of_the_paper_s_script():
    trained = train(Settings(group="Z23", seeds=(1,), epochs=200, log_every=20))[0]
    assert relative(losses(trained), RECORDED) < 1e-3


@pytest.mark.parametrize("route", ["cheaper", "closed"])
@pytest.mark.parametrize(("d", "q", "seed"), [(23, 64, 0), (11, 200, 1)])
def test_float64_training_follows_the_script_in_float64(d, q, seed, route, monkeypatch):
    """In float32, rounding alone moves some seeds' losses by percents; not so in float64."""
    if route == "closed":
        monkeypatch.setattr(numeric.training.run, "LossPlan", partial(LossPlan, route="closed"))
    settings = Settings(
        group=str(d), width=q, seeds=(seed,), epochs=200, log_every=10, dtype="float64"
    )
    expected = script(d, q, seed=seed, epochs=200, every=10, dtype=torch.float64)
    assert relative(losses(train(settings)[0]), expected) < 1e-6


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_optimizers_are_those_of_pytorch(optimizer):
    settings = Settings(
        group="Z5", width=16, epochs=30, optimizer=optimizer, weight_decay=0.01, lr=0.02,
        train_fraction=1, dtype="float64",
    )  # fmt: skip
    w = initial_weights(5, 16, seeds=[0], dtype=torch.float64).requires_grad_()
    make = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}[optimizer]
    options = {"momentum": 0.9} if optimizer == "sgd" else {}
    by_hand = make([w], lr=0.02, weight_decay=0.01, **options)
    plan = LossPlan(settings.task(), width=16, dtype=torch.float64, route="table")
    for _ in range(30):
        w.grad = plan(w.detach()).gradient
        by_hand.step()
    found = train(settings)[0].network
    np.testing.assert_allclose(found.plain()[2], w[0, 2].detach().numpy(), rtol=1e-9, atol=1e-12)


def test_initial_weights_are_three_linear_layers_in_order():
    state = torch.get_rng_state()
    w = initial_weights(5, 7, seeds=[3, 4])
    assert torch.equal(state, torch.get_rng_state())
    for run, seed in enumerate((3, 4)):
        torch.manual_seed(seed)
        for p, size in enumerate(((5, 7), (5, 7), (7, 5))):
            weight = torch.nn.Linear(*size, bias=False).weight
            assert torch.equal(w[run, p], weight if p == 2 else weight.T)


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
@pytest.mark.parametrize("width", [48, 5, 17])
def test_a_run_trains_the_same_alone_and_in_a_batch(width, optimizer):
    """Whatever else is in the batch: other seeds, learning rates, decays."""
    one = replace(SMALL, group="Z5", width=width, optimizer=optimizer, epochs=20, log_every=10)
    lr, decay = one.lr, one.weight_decay
    batch = replace(
        one, seeds=(0, 1, 0, 1, 7, 1, 0), lr=(lr, lr, 0.003, 0.003, lr, 0.02, 0.02),
        weight_decay=(decay, decay, decay, decay, 0.1, 0.0, 0.0),
    )  # fmt: skip
    together = train(batch)
    assert len(together) == 7
    for run, trained in zip(batch.runs(), together, strict=True):
        assert (trained.settings, trained.seed) == (run, run.seeds[0])
        same_bits(train(run)[0], trained)


def test_trained_networks_carry_their_settings_and_history():
    trained = train(SMALL)[1]
    assert settings_from_text(trained.network.metadata["settings"]) == replace(SMALL, seeds=(1,))
    assert trained.network.metadata["seed"] == "1"
    assert trained.network.metadata["group"] == "Z7"
    assert trained.network.metadata["history.epoch"] == "0 20 40 60"
    written = trained.network.metadata["history.train_loss"].split()
    assert relative([float(x) for x in written], losses(trained)) < 1e-5
    plan = LossPlan(replace(SMALL, seeds=(1,)).task(), width=48)
    (record,) = evaluate(stacked(trained.network)[None], plan, epoch=60)
    assert record == trained.history[-1]


def test_long_histories_are_thinned_in_files_and_keep_the_last_record(monkeypatch):
    monkeypatch.setattr(numeric.training.train, "MAX_RECORDS", 3)
    trained = train(replace(SMALL, log_every=10))[0]
    assert len(trained.history) == 7
    assert trained.network.metadata["history.epoch"] == "0 30 60"


CODE = """
import sys
from numeric.training.settings import settings_from_text
from numeric.training.train import train
def say(run):
    print(run.epoch, flush=True)
train(settings_from_text(sys.argv[1]), checkpoint=sys.argv[2], every_seconds=0, on_epoch=say)
"""


def assert_same_state(x: TrainingRun, y: TrainingRun) -> None:
    mine, yours = (
        {"w": run.w, "live": run.live, **run.optimizer.state_dict()["state"]} for run in (x, y)
    )
    torch.testing.assert_close(mine, yours, rtol=0, atol=0)
    assert (x.epoch, x.wide, x.history) == (y.epoch, y.wide, y.history)


def test_killed_and_resumed_training_ends_in_the_same_bits(tmp_path):
    """Checkpoints are written all the time, and the process is killed at any moment."""
    settings = replace(SMALL, epochs=300, log_every=7)
    killed, whole = tmp_path / "killed.safetensors", tmp_path / "whole.safetensors"
    with subprocess.Popen(
        [sys.executable, "-c", CODE, settings.to_text(), killed],
        stdout=subprocess.PIPE, text=True, env=environment(),
    ) as process:  # fmt: skip
        for line in process.stdout:
            if int(line) >= 150:
                process.kill()
                break
    assert process.returncode == -signal.SIGKILL
    assert 149 <= read_checkpoint(killed, settings).epoch < 300
    train(settings, checkpoint=killed, resume=True)
    train(settings, checkpoint=whole)
    assert_same_state(*(read_checkpoint(path, settings) for path in (killed, whole)))


def spoilt(settings: Settings) -> TrainingRun:
    """Most nodes of its two runs are dead, and one run needs wide sums."""
    run = TrainingRun(settings)
    with torch.no_grad():
        run.w[0, :, :, 5:] = 1e-20
        run.w[1, :, :, :30] = 1e-13
    run.wide = [True, False]
    return run


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_every_state_resumes_to_the_same_bits(tmp_path, optimizer):
    """Dead nodes, wide sums, several rates, records between checkpoints: at every fifth epoch."""
    settings = replace(
        SMALL, epochs=130, optimizer=optimizer, weight_decay=(1e-6, 2e-6), log_every=30,
        lr=(0.01, 0.02),
    )  # fmt: skip
    with flushed_denormals():
        straight, resumed = spoilt(settings), spoilt(settings)
        while straight.epoch < settings.epochs:
            for run in (straight, resumed):
                for _ in range(5):
                    if run.epoch % settings.log_every == 0:
                        run.record()
                    run.step()
            write_checkpoint(tmp_path / "c.safetensors", resumed)
            resumed = read_checkpoint(tmp_path / "c.safetensors", settings)
            assert_same_state(straight, resumed)
    assert straight.live is not None


def test_training_can_be_prolonged(tmp_path):
    path = tmp_path / "c.safetensors"
    train(replace(SMALL, epochs=30), checkpoint=path)
    longer = train(SMALL, checkpoint=path, resume=True)
    assert np.array_equal(longer[0].network.plain()[2], train(SMALL)[0].network.plain()[2])
    with pytest.raises(
        CheckpointError, match=r"is at epoch 60, beyond epochs=30; pass more epochs"
    ):
        train(replace(SMALL, epochs=30), checkpoint=path, resume=True)


def test_dead_nodes_take_no_part_and_change_nothing():
    settings = replace(SMALL, weight_decay=0.0)
    with flushed_denormals():
        with_dead, without = spoilt(settings), spoilt(settings)
        without.set_live = lambda live: None
        for run in (with_dead, without):
            run.wide = [False, False]
            run.step()
    assert with_dead.live.shape == (2, 32)
    alive = with_dead.w.detach().abs().amax(dim=(1, 2)) > 1e-3
    assert torch.equal(alive, without.w.detach().abs().amax(dim=(1, 2)) > 1e-3)
    gradients = [torch.stack([x.grad for x in run.slices]) for run in (with_dead, without)]
    torch.testing.assert_close(*gradients, rtol=1e-5, atol=1e-7)


def test_nodes_are_live_down_to_the_threshold():
    w = torch.zeros(2, 3, 4, 100)
    w[0, 0, 1, 7] = DEAD * 2
    w[0, 2, 3, 99] = -DEAD * 2
    w[1, 1, 0, 50] = DEAD / 2
    live = live_nodes(w)
    assert live.shape == (2, 16)
    assert {7, 99} <= set(live[0].tolist())
    assert (live.diff() > 0).all()
    assert live_nodes(torch.ones(1, 3, 4, 100)) is None


def test_training_survives_the_death_of_all_nodes():
    run = TrainingRun(replace(SMALL, epochs=3, width=32, seeds=(0,)))
    with torch.no_grad():
        run.w *= 1e-20
    run.step()
    assert run.live is not None
    assert run.w.isfinite().all()


def test_denormals_are_flushed_meanwhile_and_not_afterwards():
    def flushed() -> bool:
        return bool(torch.tensor(1e-39) * 1 == 0)

    before = flushed()
    with flushed_denormals():
        assert flushed()
        with flushed_denormals():
            pass
        assert flushed()
    assert flushed() is before


def test_divergence_is_reported_with_its_seed(tmp_path):
    settings = replace(SMALL, optimizer="sgd", lr=1e4, seeds=(5,))
    with pytest.raises(ValueError, match=r"^seed 5 diverged: its loss is (nan|inf) after 20 epo"):
        train(settings, checkpoint=tmp_path / "c.safetensors")
    assert read_checkpoint(tmp_path / "c.safetensors", settings).epoch == 0


def test_training_works_beside_the_main_thread():
    found: list[Trained] = []
    thread = threading.Thread(target=lambda: found.extend(train(SMALL)))
    thread.start()
    thread.join()
    same_bits(found[0], train(SMALL)[0])


def test_a_full_disk_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    path = tmp_path / "c.safetensors"
    train(replace(SMALL, epochs=20), checkpoint=path)
    before = path.read_bytes()
    full = Mock(side_effect=OSError(28, "No space left on device"))
    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WriteError, match="cannot be written: No space left on device"):
        train(SMALL, checkpoint=path, resume=True, every_seconds=0)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]
    assert read_checkpoint(path, SMALL).epoch == 20


def test_checkpoints_of_other_runs_are_refused(tmp_path):
    path = tmp_path / "c.safetensors"
    train(replace(SMALL, epochs=5), checkpoint=path)
    message = (
        f"{path} is the checkpoint of another run: width 48, not 32, seeds 0,1, not 0,1,2, lr "
        f"0.01, not 0.1; pass its settings, or another folder"
    )
    with refused(CheckpointError, message):
        train(replace(SMALL, width=32, lr=0.1, seeds=range(3)), checkpoint=path, resume=True)


def test_damaged_checkpoints_are_refused(tmp_path):
    path = tmp_path / "c.safetensors"
    with refused(CheckpointError, f"{path} does not exist; give the path of a file"):
        read_checkpoint(path, SMALL)
    train(replace(SMALL, epochs=5), checkpoint=path)
    good = path.read_bytes()
    for message, *damaged in (
        ("is empty; give a file", b""),
        ("is no checkpoint of a training run", b"hello", good[:100], good[:-1],
         b"\xff" * 8 + good[8:], good[:8] + good[9:]),
        ("is damaged: epoch or wide", good.replace(b'\\"epoch\\": 5', b'\\"epoch\\":-5', 1)),
        ("damaged|another run", good.replace(b'\\"width\\\\\\": 48', b'\\"width\\\\\\": 49', 1)),
    ):  # fmt: skip
        for bad in damaged:
            path.write_bytes(bad)
            with pytest.raises(CheckpointError, match=message):
                read_checkpoint(path, SMALL)
    run = TrainingRun(SMALL)
    with torch.no_grad():
        run.w[0, 0, 0, 0] = float("nan")
    write_checkpoint(path, run)
    with pytest.raises(CheckpointError, match="is damaged: the weights do not fit the settings"):
        read_checkpoint(path, SMALL)
    (trained, _) = train(replace(SMALL, epochs=1))
    numeric.write_weights(path, trained.network, force=True)
    with refused(CheckpointError, f"{path} is no checkpoint of a training run"):
        read_checkpoint(path, SMALL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"group": "Q9"}, "group='Q9': Q9 is no group; Q8, Q16, ..., Dic3 of order 12"),
        ({"width": 0}, "width=0; pass 1 <= width <= 1048576"),
        ({"epochs": -1}, "epochs=-1; pass epochs >= 0"),
        ({"log_every": 0}, "log_every=0; pass log_every >= 1"),
        ({"optimizer": "lion"}, "optimizer='lion'; pass adam or adamw or sgd"),
        ({"dtype": "float16"}, "dtype='float16'; pass float32 or float64"),
        ({"lr": float("nan")}, "lr=nan; pass a finite lr >= 0"),
        ({"weight_decay": -1.0}, "weight_decay=-1.0; pass a finite weight_decay >= 0"),
        ({"seeds": ()}, "seeds=(); pass 1 to 1000 seeds"),
        ({"seeds": (1, 1)}, "seeds=(1, 1); pass each seed once"),
        ({"seeds": (-1,)}, "seed=-1; pass 0 <= seed <= 4294967295"),
        ({"seeds": (2**32,)}, "seed=4294967296; pass 0 <= seed <= 4294967295"),
        ({"lr": (0.1,) * 3}, "lr=(0.1, 0.1, 0.1); pass one number, or one a seed"),
        ({"lr": ("x", 0.1)}, "lr='x'; pass a number"),
        ({"weight_decay": (0.1, -1)}, "weight_decay=-1; pass a finite weight_decay >= 0"),
        ({"lr": (0.1, 0.2, 0.1), "seeds": (0, 0, 0)}, "seeds=(0, 0, 0); pass each seed once"),
        ({"width": 2.5}, "width=2.5; pass a whole number"),
        ({"epochs": "10"}, "epochs='10'; pass a whole number"),
        ({"log_every": None}, "log_every=None; pass a whole number"),
        ({"seeds": 3}, "seeds=3; pass a tuple of seeds"),
        ({"seeds": (0.5,)}, "seed=0.5; pass a whole number"),
        ({"lr": "fast"}, "lr='fast'; pass a number"),
        ({"train_fraction": None}, "train_fraction=None; pass a number"),
        *(
            ({"train_fraction": x}, f"train_fraction={x}; pass 0 < train_fraction <= 1")
            for x in (0.0, 2.0, float("nan"))
        ),
        (
            {"train_fraction": 0.001},
            "train_fraction=0.001 leaves none of the 49 pairs of Z7 to train on",
        ),
    ],
)
def test_wrong_settings_are_refused(change, message):
    with refused(ValueError, message):
        replace(SMALL, **change)


@pytest.mark.parametrize(
    "text", ["", "no", "[]", "[3]", "{}", '{"group": "Z7"}', '{"seeds": [0], "x": 1}']
)
def test_texts_that_are_no_settings_are_refused(text):
    with pytest.raises(ValueError, match=r"^these are no settings of a training run: "):
        settings_from_text(text)


def test_devices_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match=r"^device='abacus' cannot be used: .*; pass cpu$"):
        torch_device("abacus")


def test_whole_numbers_of_numpy_are_settings_like_others():
    made = Settings(group="Z5", width=np.int64(16), seeds=np.arange(2))
    assert made == Settings(group="Z5", width=16, seeds=(0, 1))
    assert settings_from_text(made.to_text()) == made


def test_a_step_of_the_paper_is_left_to_one_thread():
    task = Settings(group="23", seeds=(0, 1)).task()
    assert threads_for(task, width=512) == 1
    assert [len(pairs) for pairs in task.held_out] == [53, 53]
