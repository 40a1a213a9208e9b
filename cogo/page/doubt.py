"""The panel Doubt: a certificate, the stand-alone checker run on it, and the checker's source."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from algebra.machine.read_file import read_bytes
from proofs.certificates import checker

SECONDS, MAX_SOURCE = 30, 1 << 20
FILE = "dropped.cert.json"
#: Runs the checker's file as it is, and counts how often each of its lines ran.
COUNTING = """
import json, runpy, sys, trace
path = sys.argv[1]
sys.argv = sys.argv[1:]
counting = trace.Trace(count=1, trace=0)
try:
    counting.runfunc(runpy.run_path, path, run_name="__main__")
except SystemExit:
    pass
print(json.dumps({line: n for (file, line), n in counting.counts.items() if file == path}))
"""


def source() -> dict[str, Any]:
    """Return the source of the checker, as it runs."""
    text = read_bytes(Path(checker.__file__), limit=MAX_SOURCE).decode()
    return {"name": "checker.py", "text": text}


def checked(data: bytes) -> dict[str, Any]:
    """Run the unmodified checker on a file, in a process isolated from this one.

    Its ``code`` is None if it took more than `SECONDS`.
    """
    done = _run([checker.__file__], data)
    if done is None:
        return {"code": None, "message": f"not decided within {SECONDS} s"}
    message = (done.stdout or done.stderr).strip().replace(FILE, "").removeprefix(": ")
    return {"code": done.returncode, "message": message}


def lines(data: bytes) -> dict[str, Any]:
    """Return how often each line of the checker ran on a file, and at which it refused it."""
    done = _run(["-c", COUNTING, checker.__file__], data)
    if done is None:
        raise ValueError(f"counting its lines takes more than {SECONDS} s; the verdict stands")
    counts = json.loads(done.stdout.splitlines()[-1])
    text = source()["text"].splitlines()
    refusals = ("raise Refuted", "raise Malformed")
    raised = [int(n) for n in counts if text[int(n) - 1].lstrip().startswith(refusals)]
    return {"counts": counts, "raised": raised[:1]}


def _run(command: list[str], data: bytes) -> subprocess.CompletedProcess[str] | None:
    """Run Python alone on a file, in a folder of its own; None if it takes too long."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_bytes(data)
        try:
            return subprocess.run(
                [sys.executable, "-I", *command, FILE],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return None


def tampered(data: bytes) -> tuple[bytes, dict[str, Any]]:
    """Return the file with one digit changed, inside its nodes, and where."""
    start = data.find(b'"nodes"')
    found = re.compile(rb"(?<![\w\"])[1-9]\d*(?![\w\"])").search(data, max(start, 0))
    if start < 0 or found is None:
        raise ValueError("there is no number among its nodes that could be changed")
    was = found[0]
    now = str(int(was[:9]) + 1).encode() + was[9:]
    line = data[: found.start()].count(b"\n") + 1
    changed = data[: found.start()] + now + data[found.end() :]
    return changed, {"line": line, "was": was.decode(), "is": now.decode()}


def tampered_and_checked(data: bytes) -> dict[str, Any]:
    """Return what was changed in a file, and what the checker says then, line by line."""
    content, where = tampered(data)
    return {**where, **checked(content), **lines(content)}
