"""The command ``cogo``, run in this process."""

from __future__ import annotations

import pytest

from proofs.cli import main


def cogo(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run the command; return its exit code, and what it wrote to stdout and stderr."""
    with pytest.raises(SystemExit) as stop:
        main([str(x) for x in arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return int(stop.value.code or 0), out, err
