"""Is a sweep that is killed again and again the same, bit for bit, as one left alone?

    python benchmarks/killed_sweep.py [--kills 20] [--seed 0] [--workers 2]

144 small runs are trained twice: once undisturbed, once by a command that is killed with SIGKILL
at random moments, workers and all, until it has been killed that often, and is then left to end.
Every file of a run is compared. Exit code 1 if one differs.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COGO = "from cogo.cli.main import main; main()"
PLAN = (
    "sweep", "--groups", "5-7,Z2^2", "--widths", "16,24", "--weight-decays", "0,1e-4",
    "--seeds", "0-8", "--epochs", "600", "--log-every", "50", "--checkpoint-every", "0.05",
)  # fmt: skip


def start(folder: Path, workers: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", COGO, *PLAN, "--workers", str(workers), "-o", str(folder), "-q"],
        env=environment,
        start_new_session=True,
    )


def runs(folder: Path) -> dict[str, bytes]:
    """Return the files of the runs by name."""
    return {path.name: path.read_bytes() for path in sorted((folder / "runs").iterdir())}


def wait_for_change(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Return when a checkpoint or a run is written, or the process has ended."""
    begin = time.time()
    while process.poll() is None:
        files = [*folder.glob("work/*.safetensors"), *folder.glob("runs/*.safetensors")]
        for path in files:
            try:
                if path.stat().st_mtime > begin:
                    return
            except FileNotFoundError:
                continue
        time.sleep(0.005)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as scratch:
        alone, killed = Path(scratch) / "alone", Path(scratch) / "killed"
        begin = time.monotonic()
        if start(alone, arguments.workers).wait():
            return 2
        whole = time.monotonic() - begin
        expected = runs(alone)
        print(f"undisturbed: {len(expected)} runs in {whole:.1f} s", flush=True)
        begin, kills, found, cut = time.monotonic(), 0, 0, 0
        while True:
            process = start(killed, arguments.workers)
            try:
                if kills < arguments.kills:
                    if kills % 5:
                        wait_for_change(killed, process)
                    # Of a fifth, most come while Python is still starting.
                    code = process.wait(timeout=chance.uniform(0.0, whole / arguments.kills / 2))
                else:
                    code = process.wait()
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                kills += 1
                here = len(list((killed / "runs").glob("*.safetensors"))) if killed.exists() else 0
                parts = len(list(killed.rglob("*.part"))) if killed.exists() else 0
                states = len(list((killed / "work").glob("*.safetensors"))) if parts or here else 0
                found, cut = found + states, cut + parts
                print(
                    f"kill {kills:2}: {here:3} runs finished, {states} checkpoints left",
                    flush=True,
                )
                continue
            if code:
                return 2
            break
        seconds = time.monotonic() - begin
        got = runs(killed)
        different = [name for name in expected if got.get(name) != expected[name]]
        print(
            f"killed {kills} times: {len(got)} runs in {seconds:.1f} s; {found} checkpoints and "
            f"{cut} unfinished temporary files were left by kills"
        )
        print(f"{len(expected) - len(different)} of {len(expected)} files are the same bit for bit")
        return int(bool(different) or got.keys() != expected.keys())


if __name__ == "__main__":
    sys.exit(main())
