"""Checkpoints: the whole state of a training run in one ``.safetensors`` file."""

import json
from pathlib import Path
from typing import Any

import torch

from algebra.machine.read_file import ReadError, opened, printable
from algebra.machine.write_file import write_bytes
from numeric.training.run import TrainingRun
from numeric.training.settings import (
    MEASURED,
    Settings,
    settings_from_text,
    unlike,
)

FORMAT = "cogo-training-checkpoint-2"
MAX_FILE = 1 << 38


class CheckpointError(ValueError):
    """Raised for a file that is no checkpoint, or one of another training run."""


def write_checkpoint(path: str | Path, run: TrainingRun) -> None:
    """Write the state of a run, by rename; what was there is replaced only by a whole file."""
    from safetensors.torch import save

    tensors: dict[str, torch.Tensor] = {"w": run.w}
    for i, state in run.optimizer.state_dict()["state"].items():
        tensors |= {f"{i}.{name}": x.detach() for name, x in state.items() if x is not None}
    if run.live is not None:
        tensors["live"] = run.live
    names = "epoch", "wide", "history", "observed", "seconds"
    document = {name: getattr(run, name) for name in names} | {"settings": run.settings.to_text()}
    metadata = {"format": FORMAT, "state": json.dumps(document)}
    contiguous = {name: x.cpu().contiguous() for name, x in tensors.items()}
    write_bytes(path, save(contiguous, metadata=metadata), force=True)


def read_checkpoint(
    path: str | Path, settings: Settings, *, device: torch.device | str = "cpu"
) -> TrainingRun:
    """Return the run that a checkpoint holds, ready to go on."""
    document, tensors = _read(path)
    try:
        theirs = settings_from_text(document["settings"])
    except (KeyError, ValueError) as error:
        raise CheckpointError(f"{path}: {error}") from None
    if different := unlike(theirs, settings, but="epochs"):
        raise CheckpointError(
            f"{path} is the checkpoint of another run: {different}; pass its settings, or another "
            f"folder"
        )
    run = TrainingRun(settings, device=device)
    try:
        _restore(run, document, tensors)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is damaged: {error}") from None
    if run.epoch > run.settings.epochs:
        raise CheckpointError(
            f"{path} is at epoch {run.epoch}, beyond epochs={run.settings.epochs}; pass more epochs"
        )
    return run


def _restore(run: TrainingRun, document: dict[str, Any], tensors: dict[str, torch.Tensor]) -> None:
    epoch, wide = document["epoch"], document["wide"]
    if type(epoch) is not int or epoch < 0 or [type(x) for x in wide] != [bool] * run.task.runs:
        raise ValueError("epoch or wide")
    w = tensors.pop("w")
    live = tensors.pop("live", None)
    if w.shape != run.w.shape or w.dtype != run.w.dtype or not w.isfinite().all():
        raise ValueError("the weights do not fit the settings")
    run.w.copy_(w)
    state: dict[int, dict[str, torch.Tensor]] = {}
    for key, x in tensors.items():
        i, name = key.split(".")
        if name != "step" and (x.shape != w[0].shape or x.dtype != w.dtype):
            raise ValueError(f"{key} does not fit the weights")
        state.setdefault(int(i), {})[name] = x.clone()
    run.optimizer.load_state_dict({**run.optimizer.state_dict(), "state": state})
    if live is not None:
        runs, n = live.shape
        inside = ((live >= 0) & (live < run.settings.width)).all()
        if live.dtype != torch.int64 or runs != run.task.runs or n < 1 or not inside:
            raise ValueError("live")
        live = live.to(run.device)
    run.set_live(live)
    run.epoch, run.wide = epoch, list(wide)
    run.history = document["history"]
    names = {"epoch", *MEASURED[: 4 if any(map(len, run.task.held_out)) else 2], *run.by_rho}
    for records in run.history:
        kinds = [{name: type(x) for name, x in record.items()} for record in records]
        if kinds != [dict.fromkeys(names, float) | {"epoch": int}] * run.task.runs:
            raise ValueError("history")
    run.observed = [[float(x) for x in row] for row in document["observed"]]
    run.seconds = float(document["seconds"])


def _read(path: str | Path) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    from safetensors import SafetensorError, safe_open

    wrong = f"{printable(path)} is no checkpoint of a training run"
    try:
        # Tensors are those of the file, and no memory is taken before their shapes are judged.
        with opened(path, limit=MAX_FILE), safe_open(path, "pt") as file:
            metadata, names = file.metadata() or {}, file.keys()
            tensors = {name: file.get_tensor(name) for name in names}
        document = json.loads(metadata.get("state", "null"))
    except ReadError as error:
        raise CheckpointError(str(error)) from None
    except (SafetensorError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{wrong}: {error}") from None
    if metadata.get("format") != FORMAT or not isinstance(document, dict):
        raise CheckpointError(wrong)
    return document, tensors
