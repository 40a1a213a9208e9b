"""Train what the page shows without training: runs of the paper's settings at d = 23, an example.

    python benchmarks/stored_runs.py

writes runs.json and example.npz of cogo/page/static; some minutes on one core.
"""

import json
from pathlib import Path

from cogo.page.training import trained
from numeric.training.settings import Settings
from numeric.training.train import train
from numeric.weights.files import write_weights

RUNS = (
    Settings(group="Z23", weight_decay=5e-5),
    Settings(group="Z23", weight_decay=1e-4),
)
EXAMPLE = Settings(
    group="Z7", width=32, seeds=(3,), epochs=5000, weight_decay=5e-4, train_fraction=1.0
)
OUT = Path(__file__).parent.parent / "cogo" / "page" / "static" / "runs.json"


def main() -> None:
    stored = []
    for settings in RUNS:
        snapshots: list[dict] = []

        def send(found, snapshots=snapshots) -> None:
            if "epoch" in found:
                snapshots.append(found)
                print(f"epoch {found['epoch']}: loss {found['loss']}", flush=True)

        trained(send, settings)
        name = f"{settings.group}, q = {settings.width}, weight decay {settings.weight_decay:g}"
        stored.append({"name": name, "epochs": settings.epochs, "snapshots": snapshots})
    (example,) = train(EXAMPLE, threads=1)
    write_weights(OUT.with_name("example.npz"), example.network, force=True)
    OUT.write_text(json.dumps(stored, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
