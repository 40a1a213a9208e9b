"""The pytest plugin: `assert_global_optimizer` and `assert_kills` as fixtures.

    def test_mine(assert_global_optimizer):
        assert_global_optimizer(my_construction(), target="onehot")

Nothing is loaded before a fixture is asked for; both functions can be imported from here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from proofs.assertions import assert_global_optimizer, assert_kills


@pytest.fixture(name="assert_global_optimizer")
def _assert_global_optimizer() -> Any:
    """`proofs.assertions.assert_global_optimizer`: the whole battery for one construction."""
    from proofs import assertions

    return assertions.assert_global_optimizer


@pytest.fixture(name="assert_kills")
def _assert_kills() -> Any:
    """`proofs.assertions.assert_kills`: potentials that must vanish on an element."""
    from proofs import assertions

    return assertions.assert_kills


def __getattr__(name: str) -> Any:
    """Load the assertions when they are imported from here."""
    if name in ("assert_global_optimizer", "assert_kills"):
        from proofs import assertions

        return getattr(assertions, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["assert_global_optimizer", "assert_kills"]
