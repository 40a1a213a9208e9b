"""A training run in a process of its own: settings come in as JSON, snapshots go out, a line each.

    python -m cogo.page.trainer SETTINGS WEIGHTS

It ends when its standard input does, so it does not outlive the server.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from algebra.groups.group import AbelianGroup
from cogo.page.runs import end_with_the_page, report
from numeric.recognition.recognise import recognise
from numeric.training.run import TrainingRun
from numeric.training.settings import Settings, settings_from_text
from numeric.training.train import train
from numeric.weights.files import write_weights
from numeric.weights.plain_network import PlainNetwork

#: Snapshots of a run, evenly apart.
SNAPSHOTS = 60


def snapshot(run: TrainingRun) -> dict[str, Any]:
    """Return what is in the weights of the first run now: what is recognised at each frequency."""
    a, b, c = (np.array(x.cpu(), dtype=np.float64) for x in run.w[0])
    assert isinstance(run.task.group, AbelianGroup), "the page asks for no other"
    found = recognise(PlainNetwork(a.T, b.T, c).weights(run.task.group))
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


def main(settings: Settings, path: str) -> None:
    """Train, print a snapshot now and then, and leave the weights in a file."""
    end_with_the_page()
    every = max(1, settings.epochs // SNAPSHOTS)

    def on_epoch(run: TrainingRun) -> None:
        if run.epoch % every == 0 or run.epoch == settings.epochs:
            report(snapshot(run))

    (trained,) = train(settings, threads=1, on_epoch=on_epoch)
    write_weights(path, trained.network, force=True)
    report({"done": True})


if __name__ == "__main__":
    main(settings_from_text(sys.argv[1]), sys.argv[2])
