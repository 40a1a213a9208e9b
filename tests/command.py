"""The commands ``cogo`` and ``python -m experiments``, run in this process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cogo.cli.main import main


def cogo(
    capsys: pytest.CaptureFixture[str],
    *arguments: object,
    main: Callable[[list[str]], None] = main,
) -> tuple[int, str, str]:
    """Run the command; return its exit code, and what it wrote to stdout and stderr.

    Its words are given one by one, or all in one text.
    """
    words = [str(x) for x in arguments]
    with pytest.raises(SystemExit) as stop:
        main(words[0].split() if len(words) == 1 else words)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return int(stop.value.code or 0), out, err


def experiments(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run ``python -m experiments``; return what `cogo` returns."""
    from experiments.__main__ import main

    return cogo(capsys, *arguments, main=main)


def environment() -> dict[str, str]:
    """Return what a process of its own needs to import this checkout."""
    root = Path(__file__).resolve().parent.parent
    return {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
