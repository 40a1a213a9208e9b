"""Settings of the whole suite: where the sources are, and how Hypothesis searches.

In CI examples are derandomised, so that a red build is about the change and not about luck; at
home they are drawn anew. There is no deadline: exact arithmetic has no typical time.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

#: Tests share `tests.algebra.reference`; the checkout comes before what is installed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

_COMMON = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("home", _COMMON)
settings.register_profile("ci", _COMMON, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "home")


@pytest.fixture
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For commands that write where they are run."""
    monkeypatch.chdir(tmp_path)
