"""A piece of a campaign that is interrupted keeps what it has found."""

from __future__ import annotations

import pytest

from proofs.fuzzing import attack
from tests.proofs.fuzzing.test_campaign import WRONG


def test_an_interrupt_while_a_value_is_drawn_again_keeps_the_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(attack, "ReadOnlyDatabase", interrupted)
    found = attack.run_piece(
        attack.Piece("optimizers.zero-loss", ((7,), (5,), (8,)), 400, subject=WRONG)
    )
    assert found.wrong
    assert found.interrupted
