"""The panel Doubt: a certificate, the stand-alone checker run on it, and the checker's source."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from proofs.certificates import checker

SECONDS = 30


def source() -> dict[str, Any]:
    """Return the source of the checker, as it runs."""
    return {"name": "checker.py", "text": Path(checker.__file__).read_text()}


def checked(data: bytes) -> dict[str, Any]:
    """Run the unmodified checker on a file, alone: its own process, isolated from this one.

    Returns:
        ``code`` 0, 1 or 2 (None if it took more than `SECONDS`), and the ``message`` it printed.

    >>> checked(b"{}")["code"]
    2
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dropped.cert.json"
        path.write_bytes(data)
        try:
            done = subprocess.run(
                [sys.executable, "-I", checker.__file__, str(path)],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return {"code": None, "message": f"not decided within {SECONDS} s"}
    message = (done.stdout or done.stderr).strip().replace(f"{path}: ", "")
    return {"code": done.returncode, "message": message}


def tampered(data: bytes) -> tuple[bytes, dict[str, Any]] | None:
    """Return the file with one digit changed, inside its nodes, and where; None if it has none.

    >>> changed, where = tampered(b'{"nodes": [[1, 2]]}')
    >>> changed, where["was"], where["is"]
    (b'{"nodes": [[2, 2]]}', '1', '2')
    """
    start = data.find(b'"nodes"')
    found = re.compile(rb"(?<![\\w\"])[1-9]\d*(?![\\w\"])").search(data, max(start, 0))
    if start < 0 or found is None:
        return None
    was = found[0]
    now = str(int(was[:9]) + 1).encode() + was[9:]
    line = data[: found.start()].count(b"\n") + 1
    changed = data[: found.start()] + now + data[found.end() :]
    return changed, {"line": line, "was": was.decode(), "is": now.decode()}
