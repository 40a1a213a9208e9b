"""Work in processes of its own, watched while it goes: training, and proofs of claims."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from json import dumps, loads
from pathlib import Path
from typing import Any, final

from cogo.page.asked import fields

#: So many runs are kept; one more ends the oldest.
KEPT = 4


@final
@dataclass(slots=True)
class _Run:
    process: subprocess.Popen[str]
    state: str = "running"
    lines: list[dict[str, Any]] = field(default_factory=list)


class Runs:
    """Runs by number, so that each page watches its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cogo-page-")
        self._lock = threading.Lock()
        self._runs: OrderedDict[int, _Run] = OrderedDict()
        self._count = 0

    def start(self, module: str, *arguments: str) -> int:
        """Run a module that prints lines of JSON, the last of them ``{"done": true}``.

        Its last argument is a file of the run's own, which it may leave.
        """
        with self._lock:
            self._count += 1
            number = self._count
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments, str(self.file(number))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            run = self._runs[number] = _Run(process)
            threading.Thread(target=self._watch, args=[run], daemon=True).start()
            if len(self._runs) > KEPT:
                oldest, old = self._runs.popitem(last=False)
                _end(old)
                self.file(oldest).unlink(missing_ok=True)
        return number

    def file(self, number: int) -> Path:
        """Return the file that a run may leave."""
        return Path(self._folder.name) / f"{number}.npz"

    def poll(self, data: Any) -> dict[str, Any]:
        """Return the state of a run, and its lines from a number on."""
        run, (since,) = self._at(data), fields(data, since=0)
        return {"state": run.state, "lines": run.lines[max(0, since) :]}

    def cancel(self, data: Any) -> dict[str, Any]:
        """End a run, if it has not ended."""
        run = self._at(data)
        with self._lock:
            _end(run)
        return {"state": run.state}

    def close(self) -> None:
        """End all runs, and remove what they left."""
        with self._lock:
            for run in self._runs.values():
                _end(run)
        self._folder.cleanup()

    def _at(self, data: Any) -> _Run:
        (number,) = fields(data, run=0)
        if number not in self._runs:
            raise ValueError("that run is not kept any more; start it again")
        return self._runs[number]

    def _watch(self, run: _Run) -> None:
        assert run.process.stdout is not None
        assert run.process.stderr is not None
        done = False
        for line in run.process.stdout:
            found = loads(line)
            if found.get("done"):
                done = True
            else:
                run.lines.append(found)
        error = run.process.stderr.read().strip().splitlines()
        with self._lock:
            if run.state == "running":
                run.state = "done" if done else f"failed: {(error or ['it was ended'])[-1]}"


def _end(run: _Run) -> None:
    if run.process.poll() is None:
        run.process.kill()
        run.process.wait()
        run.state = "cancelled"


def report(line: dict[str, Any]) -> None:
    """Print a line for the page, from the process of a run."""
    print(dumps(line), flush=True)


def end_with_the_page() -> None:
    """End this process when its standard input ends, so that it does not outlive the server."""

    def wait() -> None:
        sys.stdin.read()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
