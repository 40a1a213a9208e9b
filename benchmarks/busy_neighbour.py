"""What does a step of training lose to one other busy program, on one thread and on more?

A step of ours, median of a burst, on one thread and on as many as PyTorch is set to, alone and
beside one process that never rests; in units of one thread alone. *Chosen* is what
`numeric.training.run.threads_for` takes. The first row is an epoch of the paper's d = 23, q = 512.

    python benchmarks/busy_neighbour.py [SECONDS]
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from numeric.training.run import TrainingRun, cpu_threads, flushed_denormals, threads_for
from numeric.training.settings import Settings

CASES = [(23, 512), (71, 512), (127, 512), (251, 1024), (499, 1024)]


@contextmanager
def neighbour(busy: bool) -> Iterator[None]:
    """One process that never rests, or none."""
    if not busy:
        yield
        return
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def step(run: TrainingRun, threads: int, seconds: float) -> float:
    """The median time of a step in a burst."""
    times: list[float] = []
    with cpu_threads(threads):
        run.step()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end or len(times) < 3:
            start = time.perf_counter()
            run.step()
            times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    torch.set_flush_denormal(True)  # before PyTorch starts its threads
    many = torch.get_num_threads()
    print(f"| d | q | 1 thread, ms | 1, busy | {many}, alone | {many}, busy | chosen |")
    print("|---" * 7 + "|", flush=True)
    with flushed_denormals():
        for d, q in CASES:
            run = TrainingRun(Settings(group=str(d), width=q))
            times = []
            for busy in (False, True):
                with neighbour(busy):
                    times += [step(run, threads, seconds) for threads in (1, many)]
            ratios = (times[i] / times[0] for i in (2, 1, 3))
            cells = [f"{1e3 * times[0]:.3g}", *(f"{x:.2f}" for x in ratios)]
            chosen = threads_for(run.task, width=q)
            print(f"| {d} | {q} | " + " | ".join(cells) + f" | {chosen} |", flush=True)


if __name__ == "__main__":
    main()
