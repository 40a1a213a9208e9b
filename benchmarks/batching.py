"""What is gained by training the small runs of a sweep together?

Runs of one shape that differ in seed, learning rate and weight decay, as `SweepPlan.batches` puts
them together, against the same runs one after the other, on one thread, as a worker trains them.
A turn is a hundred epochs and the evaluation that follows them, of the batch and of each of its
runs; figures are the best of several turns, and count the time that the process had a processor,
since a machine may be shared. After the first turn the weights are compared.

    python benchmarks/batching.py [--turns 5] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch

from numeric.sweeps.plan import SweepPlan
from numeric.training.loss import evaluate
from numeric.training.run import TrainingRun, flushed_denormals
from numeric.training.settings import Settings

CASES = [("Z5", 16), ("Z7", 64), ("Z11", 64), ("Z2xZ8", 64), ("Z23", 64), ("Z23", 128)]
EPOCHS = 100


def batch(group: str, width: int) -> Settings:
    """The first batch of a sweep over two decays, two rates and four seeds."""
    plan = SweepPlan(
        groups=(group,),
        widths=(width,),
        weight_decays=(5e-5, 1e-4),
        lrs=(0.005, 0.01),
        seeds=(0, 1, 2, 3),
    )
    return plan.batches()[0]


def turn(run: TrainingRun) -> float:
    """Seconds of a hundred epochs and an evaluation."""
    start = time.process_time()
    for _ in range(EPOCHS):
        run.step()
    evaluate(run.w, run.plan)
    return time.process_time() - start


def measured(group: str, width: int, turns: int) -> dict[str, Any]:
    """Milliseconds that an epoch of one run takes, together and alone."""
    chosen = batch(group, width)
    together = TrainingRun(chosen)
    alone = [TrainingRun(run) for run in chosen.runs()]
    best, each = float("inf"), [float("inf")] * len(alone)
    for number in range(turns):
        best = min(best, turn(together))
        each = [min(x, turn(run)) for x, run in zip(each, alone, strict=True)]
        if number == 0:  # later, differences in rounding may have grown
            torch.testing.assert_close(together.w, torch.cat([run.w for run in alone]),
                                       rtol=1e-2, atol=1e-3)  # fmt: skip
    runs = len(alone)
    return {
        "group": group,
        "q": width,
        "runs": runs,
        "alone": 1e3 * sum(each) / runs / EPOCHS,
        "together": 1e3 * best / runs / EPOCHS,
        "ratio": sum(each) / best,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=5, help="of each; the best counts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything here too")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("| group | q | runs | alone, ms | together, ms | alone over together |")
    print("|---|---|---|---|---|---|")
    rows = []
    with flushed_denormals():
        for group, width in CASES:
            row = measured(group, width, options.turns)
            rows.append(row)
            print(
                f"| {group} | {width} | {row['runs']} | {row['alone']:.3f} | "
                f"{row['together']:.3f} | **{row['ratio']:.1f}** |",
                flush=True,
            )
    if options.json:
        document = {"torch": torch.__version__, "epochs": EPOCHS, "rows": rows}
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
