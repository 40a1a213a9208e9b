"""Commands are silent while they work, however slow the machine is."""

from __future__ import annotations

import pytest

import cogo.cli.certify


@pytest.fixture(autouse=True)
def _no_line_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cogo.cli.certify, "EVERY", float("inf"))
