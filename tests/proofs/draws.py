"""What a strategy gives, many draws with a fixed seed; and what pasted lines raise."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings


def drawn(strategy, *, count: int = 150) -> list[Any]:
    values: list[Any] = []

    @seed(7)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value):
        values.append(value)

    collect()
    return values


def pasted(lines: list[str]) -> str:
    """Run pasted lines in a namespace of their own; return what they raise."""
    with pytest.raises(AssertionError) as caught:
        exec("\n".join(lines), {})
    return str(caught.value)
