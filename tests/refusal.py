"""Refusals with their exact text."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def refused(kind: type[Exception], message: str) -> Iterator[None]:
    """Expect an error whose whole text is the message."""
    with pytest.raises(kind) as caught:
        yield
    assert str(caught.value) == message
