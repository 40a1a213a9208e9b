"""How long does an epoch take, here and in a plain PyTorch loop written as the paper's script is?

Three loops over the same task, ``q`` = 512, float32, in one process, by turns:

* *script*: embeddings of one-hot rows, three linear layers, a clone of the hidden layer, the loss,
  ``backward``, Adam with coupled weight decay: the paper's training script without its statistics;
* *lean*: the same network by indexing, no one-hot products and no clone: what one would write
  first in PyTorch;
* *ours*: `numeric.training.run.TrainingRun`.

Each evaluates loss and accuracy on trained and held-out pairs every 100 epochs; an evaluation is
timed apart, and a hundredth of it added to the epoch. Figures are the best of several turns, short
ones, so that all loops meet the same disturbance where a machine is shared.

It also prints the distance to the machine's limit (the products' operations over the speed of a
large one, measured in the same run), both routes of ours, the time of five seeds of d = 23 for
10,000 epochs, the peak memory at d = 127, and an epoch with decayed weights over one without.

    python benchmarks/training.py [--quick] [--threads 2] [--cpu-time] [--json FILE]
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from experiments.result import machine
from numeric.training.loss import LossPlan, evaluate
from numeric.training.run import TrainingRun, flushed_denormals
from numeric.training.settings import Settings

WIDTH = 512
CASES = [(23, 1.0), (23, 0.9), (71, 1.0), (71, 0.9), (127, 1.0), (127, 0.9), (251, 1.0)]
QUICK = [(23, 0.9), (127, 1.0), (127, 0.9)]
#: What is to be reached: script over ours.
GOALS = {(23, 1.0): 0.95, (23, 0.9): 0.95, (127, 1.0): 10, (127, 0.9): 5, (251, 1.0): 30}
Tensor = torch.Tensor
#: What is counted; with ``--cpu-time`` the time that the process had a processor.
CLOCK: Callable[[], float] = time.perf_counter


class Script(torch.nn.Module):
    """The paper's network, as its script builds it."""

    def __init__(self, d: int, q: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(d, d).requires_grad_(False)
        with torch.no_grad():
            self.embedding.weight[:] = torch.eye(d)
        self.layera = torch.nn.Linear(d, q, bias=False)
        self.layerb = torch.nn.Linear(d, q, bias=False)
        self.layerc = torch.nn.Linear(q, d, bias=False)

    def forward(self, pairs: Tensor) -> Tensor:
        x = self.layera(self.embedding(pairs[:, 0])) + self.layerb(self.embedding(pairs[:, 1]))
        x = x.pow(2)
        self.kept = x.clone()
        return self.layerc(x)


class Lean(Script):
    """The same by indexing."""

    def forward(self, pairs: Tensor) -> Tensor:
        h = self.layera.weight.T[pairs[:, 0]] + self.layerb.weight.T[pairs[:, 1]]
        return self.layerc(h.pow(2))


def script_loss(output: Tensor, labels: Tensor) -> Tensor:
    output = output - output.mean(dim=1, keepdim=True)
    fit = output.gather(1, labels[:, None]).mean()
    return output.pow(2).sum(dim=1).mean() - 2 * fit + 1 - 1.0 / output.shape[1]


def plain_loop(kind: type[Script], settings: Settings) -> tuple[Callable[[], Any], ...]:
    """An epoch, and an evaluation, of a plain loop."""
    torch.manual_seed(settings.seeds[0])
    task = settings.task()
    d = task.group.order
    model = kind(d, settings.width)
    optimizer = torch.optim.Adam(
        [p for p in model.parameters() if p.requires_grad],
        lr=settings.lr,
        weight_decay=settings.weight_decay,
    )
    number = torch.arange(d * d)
    kept = torch.ones(d * d, dtype=torch.bool)
    kept[torch.from_numpy(task.held_out[0])] = False
    parts = []
    for chosen in (number[kept], number[~kept]):
        pairs = torch.stack([chosen // d, chosen % d], dim=1)
        parts.append((pairs, torch.from_numpy(task.group.products.ravel())[chosen]))
    train_pairs, train_labels = parts[0]

    def epoch() -> None:
        optimizer.zero_grad()
        script_loss(model(train_pairs), train_labels).backward()
        optimizer.step()

    def evaluation() -> None:
        with torch.no_grad():
            for pairs, labels in parts:
                if len(pairs):
                    output = model(pairs)
                    (output.max(dim=1).indices == labels).sum().item()
                    script_loss(output, labels).item()

    return epoch, evaluation


def our_loop(settings: Settings, route: str | None = None) -> tuple[Callable[[], Any], ...]:
    run = TrainingRun(settings)
    if route is not None:
        run.plan = LossPlan(run.task, width=settings.width, route=route)  # type: ignore[arg-type]

        def keep(live: Tensor | None) -> None:
            run.live = live

        run.set_live = keep  # type: ignore[method-assign]
    return run.step, lambda: evaluate(run.w.detach(), run.plan)


def seconds(f: Callable[[], Any], burst: float) -> float:
    """The best time of a call in a short burst."""
    best, end = float("inf"), time.perf_counter() + burst
    while True:
        start = CLOCK()
        f()
        best = min(best, CLOCK() - start)
        if time.perf_counter() > end:
            return best


def by_turns(loops: dict[str, tuple[Callable[[], Any], ...]], turns: int, burst: float) -> Any:
    """The best epoch of every loop, a hundredth of its best evaluation added."""
    best = {name: [float("inf")] * 2 for name in loops}
    for parts in loops.values():
        for f in parts:
            f()
    for _ in range(turns):
        for name, parts in loops.items():
            for i, f in enumerate(parts):
                best[name][i] = min(best[name][i], seconds(f, burst if i == 0 else 0.0))
    return {name: epoch + evaluation / 100 for name, (epoch, evaluation) in best.items()}


def gigaflops() -> float:
    """The speed of a large float32 product."""
    x = torch.randn(2048, 2048)
    return 2 * 2048**3 / min(seconds(lambda: x @ x, 0.0) for _ in range(10)) / 1e9


def operations(settings: Settings, route: str) -> float:
    """Multiplications and additions in matrix products of an epoch of ours."""
    task = settings.task()
    d, q = task.group.order, settings.width
    if route == "table":
        return 6.0 * d**3 * q
    return 12.0 * q**2 * d + 6.0 * (2 * d + 1) * d * q + 6.0 * len(task.held_out[0]) * d * q


def epochs(d: int, fraction: float, turns: int, burst: float) -> dict[str, Any]:
    settings = Settings(group=str(d), width=WIDTH, train_fraction=fraction)
    loops = {
        "script": plain_loop(Script, settings),
        "lean": plain_loop(Lean, settings),
        "ours": our_loop(settings),
    }
    if d <= 127:
        loops |= {route: our_loop(settings, route) for route in ("closed", "table")}
    route = TrainingRun(settings).plan.route
    times = by_turns(loops, turns, burst)
    speed = gigaflops()
    return {
        "d": d,
        "trained": fraction,
        "route": route,
        "times": times,
        "sgemm": speed,
        "limit": operations(settings, route) / speed / 1e9,
    }


def decayed(turns: int, burst: float) -> dict[str, float]:
    """An epoch with nine tenths of the nodes near 1e-20, whose squares are denormal."""
    result = {}
    for d in (23, 127):
        settings = Settings(group=str(d), width=WIDTH)
        loops = {}
        for name, size in (("alive", None), ("decayed", 1e-20)):
            run = TrainingRun(settings)
            if size is not None:
                with torch.no_grad():
                    run.w[..., WIDTH // 10 :] = size
            loops[name] = (run.step, lambda: None)
        times = by_turns(loops, turns, burst)
        result[f"d={d}"] = times["decayed"] / times["alive"]
    return result


def five_seeds(count: int, threads: int) -> float:
    from numeric.training.train import train

    settings = Settings(group="Z23", width=WIDTH, seeds=(0, 1, 2, 3, 4), epochs=count)
    start = CLOCK()
    train(settings, threads=threads)
    return CLOCK() - start


def peak_memory(threads: int) -> float:
    """Megabytes that training at d = 127 takes above what importing takes; a fresh process."""
    code = (
        "import re, sys\n"
        "from numeric.training.settings import Settings; from numeric.training.train import train\n"
        "def peak():\n"
        "    return int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1])\n"
        "settings = Settings(group='Z127', width=512, epochs=20, log_every=10)\n"
        "before = peak(); train(settings, threads=int(sys.argv[1]))\n"
        "print((peak() - before) / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(threads)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


HEAD = (
    "| d | trained | script | lean | ours | route | closed | table | script/ours | goal "
    "| lean/ours | sgemm GFLOP/s | ours over limit |"
)


def printed(row: dict[str, Any]) -> str:
    times = {name: 1e3 * t for name, t in row["times"].items()}
    cells = [
        str(row["d"]),
        f"{row['trained']:.0%}",
        *(f"{times[name]:.3g}" for name in ("script", "lean", "ours")),
        row["route"],
        *(f"{times[name]:.3g}" if name in times else "" for name in ("closed", "table")),
        f"**{times['script'] / times['ours']:.1f}**",
        str(GOALS.get((row["d"], row["trained"]), "")),
        f"{times['lean'] / times['ours']:.1f}",
        f"{row['sgemm']:.0f}",
        f"{times['ours'] / row['limit'] / 1e3:.1f}",
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything here too")
    parser.add_argument("--quick", action="store_true", help="fewer cases, 1,000 epochs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--cpu-time",
        action="store_true",
        help="count processor time, not time: for one thread on a shared machine",
    )
    parser.add_argument("--turns", type=int, default=12, help="of each loop; the best counts")
    options = parser.parse_args()
    if options.cpu_time:
        global CLOCK
        CLOCK = time.process_time
        options.threads = 1
    torch.set_flush_denormal(True)  # before PyTorch starts its threads
    torch.set_num_threads(options.threads)
    turns, burst = options.turns, 0.05
    count = 1_000 if options.quick else 10_000
    clock = "processor time" if options.cpu_time else "wall time"
    document: dict[str, Any] = {
        "versions": machine(),
        "threads": options.threads,
        "clock": clock,
    }
    print("; ".join(f"{k} {v}" for k, v in document["versions"].items()))
    print(f"\nmilliseconds an epoch, q = {WIDTH}, float32, {options.threads} threads, {clock}\n")
    print(HEAD + "\n" + "|---" * 13 + "|", flush=True)
    with flushed_denormals():
        document["epochs"] = []
        for case in QUICK if options.quick else CASES:
            row = epochs(*case, turns, burst)
            document["epochs"].append(row)
            print(printed(row), flush=True)
        document["decayed"] = decayed(turns, burst)
        ratios = ", ".join(f"{k}: {v:.2f}" for k, v in document["decayed"].items())
        print(f"\nan epoch with decayed nodes over one without: {ratios}", flush=True)
        document["memory"] = peak_memory(options.threads)
        peak = f"{document['memory']:.0f} MB (goal: 250)"
        print(f"peak memory at d = 127 above that of imports: {peak}", flush=True)
        document["five seeds"] = (count, spent := five_seeds(count, options.threads))
        print(f"five seeds of d = 23, {count} epochs: {spent:.1f} s (goal for 10,000: 40)")
    if options.json:
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
