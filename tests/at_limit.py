"""What is done at a limit is refused one below it: of modules, whose limits are constants."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


def at_limit(
    module: ModuleType, limit: str, number: int, work: Callable[[], Any], message: str
) -> None:
    """Do the work where so much is admitted; see it refused where one less is."""
    refusals = (ValueError, getattr(module, "Malformed", ValueError))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, limit, number)
        work()
        patch.setattr(module, limit, number - 1)
        with pytest.raises(refusals, match=message):
            work()


def judged(module: ModuleType, found: Any, code: int = 0) -> Callable[[], None]:
    """Return the work of checking a file, which is not refused before it is accepted or refuted."""

    def work() -> None:
        made, message = module.check(json.dumps(found).encode())
        if made == 2:
            raise ValueError(message)
        assert made == code, message

    return work
