"""Train the runs that the page shows without training: the paper's settings at d = 23, two decays.

    python benchmarks/stored_runs.py

writes cogo/page/static/runs.json; some minutes on one core.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from numeric.training.settings import Settings

RUNS = (
    Settings(group="Z23", weight_decay=5e-5),
    Settings(group="Z23", weight_decay=1e-4),
)
OUT = Path(__file__).parent.parent / "cogo" / "page" / "static" / "runs.json"


def main() -> None:
    stored = []
    for settings in RUNS:
        snapshots = []
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "cogo.page.trainer", settings.to_text()]
            with subprocess.Popen(
                [*command, f"{folder}/w.npz"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            ) as run:
                assert run.stdout is not None
                for line in run.stdout:
                    found = json.loads(line)
                    if "epoch" in found:
                        snapshots.append(found)
                        print(f"epoch {found['epoch']}: loss {found['loss']}", flush=True)
        name = f"{settings.group}, q = {settings.width}, weight decay {settings.weight_decay:g}"
        stored.append({"name": name, "epochs": settings.epochs, "snapshots": snapshots})
    OUT.write_text(json.dumps(stored, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
