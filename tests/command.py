"""The command ``cogo``, run in this process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proofs.cli import main


def cogo(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run the command; return its exit code, and what it wrote to stdout and stderr."""
    with pytest.raises(SystemExit) as stop:
        main([str(x) for x in arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return int(stop.value.code or 0), out, err


def environment() -> dict[str, str]:
    """Return what a process of its own needs to import this checkout."""
    root = Path(__file__).resolve().parent.parent
    return {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
