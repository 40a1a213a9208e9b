"""Pages are run in an empty folder, so that they may write files under plain names.

Commands are silent while they work, however slow the machine is.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import cogo.cli.certify


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cogo.cli.certify, "EVERY", float("inf"))
