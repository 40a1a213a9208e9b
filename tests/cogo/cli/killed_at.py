"""Kills a command at every step that it takes on files, and repeats it each time, to the end.

``python -m tests.cogo.cli.killed_at FOLDER VERB...``, where OUT in the arguments is what is
written. Prints JSON: exit codes and files, first of the command that was not killed, then of
repetitions. Steps are what files can be found between: one made, renamed or removed, a folder made.
Temporary files are none.
"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from algebra.machine.held import LOCK
from cogo.cli.main import main
from proofs.proving import report

#: Where the path is among the details of an event.
EVENTS = {"open": 0, "os.rename": 1, "os.remove": 0, "os.mkdir": 0}


def run(arguments: Sequence[str], out: Path) -> int:
    """Run a command; return its exit code."""
    try:
        main([str(out) if x == "OUT" else x for x in arguments])
    except SystemExit as stop:
        return int(stop.code or 0)
    raise AssertionError("a command ends by SystemExit")


def killed(arguments: Sequence[str], out: Path, *, step: int) -> bool:
    """Run a command in a process of its own that is killed before a step; False if it had none."""
    child = os.fork()
    if not child:
        steps = 0

        def watch(event: str, details: tuple[Any, ...]) -> None:
            nonlocal steps
            if event not in EVENTS or (event == "open" and not details[2] & os.O_CREAT):
                return
            path = os.path.abspath(os.fsdecode(details[EVENTS[event]]))
            name = os.path.basename(path)
            if path.startswith(str(out)) and (name == LOCK or not name.startswith((".", "tmp"))):
                if steps == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                steps += 1

        sys.addaudithook(watch)
        try:
            run(arguments, out)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def files(out: Path) -> list[str]:
    """Return the names of the files that there are, but for temporary ones, which hide."""
    found = sorted(
        x for x in out.parent.rglob("*") if x.is_file() and (x.name == LOCK or x.name[0] != ".")
    )
    return [str(x.relative_to(out.parent)) for x in found]


if __name__ == "__main__":
    report.pictures = lambda found, subject: ()  # which take long, and are no files
    folder, arguments = Path(sys.argv[1]), sys.argv[2:]
    ends = []
    with redirect_stdout(sys.stderr):
        for step in range(-1, 1000):
            out = folder / str(step) / "out.json"
            out.parent.mkdir()
            if step >= 0 and not killed(arguments, out, step=step):
                break
            ends.append([run(arguments, out), files(out)])
    print(json.dumps(ends))
