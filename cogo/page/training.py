"""The panel Training: settings, checked before a run is started, and the run, a process."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from cogo.page.exchange import as_file, fields, lines
from numeric.recognition.recognise import recognise
from numeric.training.settings import Settings
from numeric.weights.plain_network import Weights

if TYPE_CHECKING:
    from numeric.training.run import TrainingRun

MAX_ORDER, MAX_WIDTH, MAX_EPOCHS = 64, 1024, 50_000
#: What a request may set; what it does not is as in the paper.
NAMES = ("group", "width", "epochs", "lr", "weight_decay", "train_fraction", "optimizer")


def start(data: Any) -> AsyncIterator[str]:
    """Train with the settings of a request: snapshots, then the file of weights, a line each."""
    return lines(trained, _settings(data))


def _settings(data: Any) -> Settings:
    """Return settings; a ValueError for what cannot be trained with, or is too large for a page."""
    paper = Settings(group="Z7")
    seed, *values = fields(data, seed=0, **{name: getattr(paper, name) for name in NAMES})
    settings = Settings(**dict(zip(NAMES, values, strict=True)), seeds=(seed,))
    if isinstance(settings.task().group, FiniteGroup):
        raise ValueError(f"{settings.group} is not Abelian; use cogo train")
    for name, value, most in (
        ("order of the group", settings.task().group.order, MAX_ORDER),
        ("width", settings.width, MAX_WIDTH),
        ("epochs", settings.epochs, MAX_EPOCHS),
    ):
        if value > most:
            raise ValueError(f"{name} {value}; the page trains up to {most}: use cogo train")
    return settings


#: Snapshots of a run, evenly apart.
SNAPSHOTS = 60


def snapshot(run: TrainingRun) -> dict[str, Any]:
    """Return what is in the weights of the first run now: what is recognised at each frequency."""
    a, b, c = (x.cpu().numpy().astype(np.float64) for x in run.w[0])
    assert isinstance(run.task.group, AbelianGroup), "the page asks for no other"
    found = recognise(Weights(run.task.group, a, b, 2 * run.task.group.order * c))
    table = found.table
    alone = table.live & ~table.mixed
    reading = np.bincount(table.home[alone], minlength=found.group.order)
    sums = [{name: abs(z) for name, z in x.sums.potentials.items()} for x in found.frequencies]
    return {
        "epoch": run.epoch,
        "loss": float(f"{found.measured.loss:.4g}"),
        "accuracy": float(f"{found.measured.accuracy:.4g}"),
        "mixed": int((table.live & table.mixed).sum()),
        "frequencies": [
            {
                "label": x.label,
                "nodes": int(reading[x.frequency]),
                "order": x.order,
                "composition": x.composition,
                "residual": round(x.match.residual, 4) if np.isfinite(x.match.residual) else None,
                "abc": float(f"{size.pop('abc'):.4g}"),
                "other": float(f"{max(size.values()):.4g}"),
            }
            for x, size in zip(found.frequencies, sums, strict=True)
        ],
    }


def trained(send: Callable[[Any], None], settings: Settings) -> None:
    """Train, send a snapshot now and then, and at the end the file of weights in base 64."""
    from numeric.training.train import train

    every = max(1, settings.epochs // SNAPSHOTS)

    def on_epoch(run: TrainingRun) -> None:
        if run.epoch % every == 0 or run.epoch == settings.epochs:
            send(snapshot(run))

    (found,) = train(settings, threads=1, on_epoch=on_epoch)
    send({"file": b64encode(as_file(found.network)).decode()})
