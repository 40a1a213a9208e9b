"""Whatever is given as a network becomes the same weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import cogo
from algebra import AbelianGroup, optimizers
from numeric import WeightFileError, embed, plain_network, write_weights
from numeric.weights.given import reading

NETWORK = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z7"))))
STATE, (A, B, C) = NETWORK.state(), NETWORK.plain()


class Module(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        for name, x in (("layera", A), ("layerb", B)):
            setattr(self, name, torch.nn.Linear(7, len(x), bias=False))
        self.layerc = torch.nn.Linear(len(A), 7, bias=False)
        self.double()
        self.load_state_dict({key: torch.from_numpy(x.copy()) for key, x in STATE.items()})


def given(kind: str, folder: Any) -> Any:
    if kind in ("path", "text"):
        write_weights(folder / "w.npz", NETWORK, force=True)
        return folder / "w.npz" if kind == "path" else str(folder / "w.npz")
    wide = np.concatenate([A, B], axis=1)
    return {
        "module": Module,
        "state_dict": lambda: Module().state_dict(),
        "arrays": lambda: STATE,
        "two matrices": lambda: {"W": wide, "V": C, "embedding.weight": np.eye(7)},
        "plain": lambda: NETWORK,
        "weights": NETWORK.weights,
    }[kind]()


@pytest.mark.parametrize(
    "kind",
    ["path", "text", "module", "state_dict", "arrays", "two matrices", "plain", "weights"],
)
def test_all_that_can_be_given_is_one_and_the_same_network(kind, tmp_path):
    w, wanted = reading(given(kind, tmp_path)).weights, NETWORK.weights()
    assert w.group == wanted.group
    for p in ("w_a", "w_b", "w_c"):
        assert np.array_equal(getattr(w, p), getattr(wanted, p))
    assert cogo.recognise(given(kind, tmp_path)).compositions == {"three_c*syn": 3}


def test_normalised_takes_the_factor_out_of_what_is_given():
    scaled = {**STATE, "layerc.weight": 14 * C}
    w = reading(scaled, normalised=True).weights
    assert np.allclose(w.w_c, NETWORK.weights().w_c)
    assert reading(scaled, group=AbelianGroup("Z7"), normalised=True).weights.group.order == 7
    assert reading(embed(cogo.build("S3")).state(), group="S3", normalised=True).normalised


@pytest.mark.parametrize(
    ("wrong", "options", "error", "message"),
    [
        ({"layerc.weight": "text"}, {}, WeightFileError, "there are no arrays"),
        (STATE, {"group": "Z8"}, WeightFileError, "Z8 has order 8, and the weights have d = 7; up"),
        (
            {"W": np.eye(9, 7), "V": np.eye(8, 9)}, {"keys": "W,V"}, WeightFileError,
            "d = 7 and 8 outputs, and no operation on some of them is nearly answered; pass one, "
            "such as operation='x [+] y over Z7'",
        ),
        (STATE, {"group": "Z2x"}, WeightFileError, "Z2x"),
        (3, {}, TypeError, "given=int: pass a path, a state_dict, a module"),
        (NETWORK.weights(), {"group": "Z8"}, ValueError, "these are weights over Z7 without 1/2d"),
        (NETWORK.weights(), {"normalised": True}, ValueError, "leave out group, operation"),
    ],
)  # fmt: skip
def test_what_is_no_network_is_refused(wrong, options, error, message):
    with pytest.raises(error, match=message.replace("(", r"\(")):
        reading(wrong, **options)


def test_a_plain_network_and_its_arrays_are_over_the_group_that_is_said():
    network = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))))
    found = reading(network), reading(network.state(), group="Z2xZ4")
    assert [x.weights.group for x in found] == [AbelianGroup("Z2xZ4")] * 2
