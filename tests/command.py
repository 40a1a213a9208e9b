"""The commands ``cogo`` and ``python -m experiments``, run in this process."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cogo.cli.main import main


class Ran(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def says(self, *parts: str) -> Ran:
        """See each of these in what it wrote, wherever its lines are broken."""
        written = self.out + self.err
        for part in parts:
            assert part in written or part in " ".join(written.split()), f"{part!r}: {written}"
        return self


def cogo(
    capsys: pytest.CaptureFixture[str],
    *arguments: object,
    main: Callable[[list[str]], None] = main,
) -> Ran:
    """Run the command; return its exit code, and what it wrote to stdout and stderr.

    Its words are given one by one, or all in one text.
    """
    words = [str(x) for x in arguments]
    with pytest.raises(SystemExit) as stop:
        main(words[0].split() if len(words) == 1 else words)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return Ran(int(stop.value.code or 0), out, err)


def ended(
    command: Callable[..., Ran],
    capsys: pytest.CaptureFixture[str],
    *arguments: object,
    code: int = 0,
) -> Ran:
    """Run a command, and see that it ends as is expected.

    Texts are split as a shell does. What succeeds writes nothing to stderr, what is refused to one
    of the two; of bad input there is one line on stderr, and nothing else.
    """
    words = [y for x in arguments for y in (shlex.split(x) if isinstance(x, str) else [x])]
    ran = command(capsys, *words)
    assert ran.code == code, ran
    assert ran.err == "" or (code and ran.out == ""), ran
    assert code != 2 or (ran.out, ran.err.count("\n")) == ("", 1), ran
    return ran


def experiments(capsys: pytest.CaptureFixture[str], *arguments: object) -> Ran:
    """Run ``python -m experiments``; return what `cogo` returns."""
    from experiments.__main__ import main

    return cogo(capsys, *arguments, main=main)


def read_json(path: Path | str) -> Any:
    """Return what a file of JSON holds."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def environment() -> dict[str, str]:
    """Return what a process of its own needs to import this checkout."""
    root = Path(__file__).resolve().parent.parent
    return {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
