"""Files that people have, each with its right answer, which was computed with NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import cogo
from numeric.weights.given import reading
from numeric.weights.plain_network import WeightFileError
from proofs.certificates import certificate
from tests.command import cogo as command

DATA = Path("tests/data").resolve()


@dataclass(frozen=True)
class Case:
    """What a file answers, on how many pairs, all rightly, and how near an exact optimizer is at
    most: None where none is, and ``certify`` refuses.
    """

    computes: str
    pairs: int
    near: float | None = None


CASES = {
    "cross_entropy_random_init.npz": Case("x + y over Z23", 529),
    "cross_entropy_single_frequency.npz": Case("x + y over Z23", 529),
    "cross_entropy_z11.pt": Case("x + y over Z11", 121),
    "relu_z23.npz": Case("x + y over Z23", 529),
    "max_margin_z7.npz": Case("x + y over Z7", 49, 1e-12),
    "x_minus_y_mod7.npz": Case("x - y over Z7", 49, 1e-12),
    # its answer to (0, 0) is 4
    "x_plus_y_plus_3_mod7.npz": Case("x + y - 3 over Z7", 49, 2e-4),
    "z6_in_the_order_of_z2xz3.npz": Case("x + y over Z2xZ3", 36, 1e-12),
    "wrapped_dp.pt": Case("x + y over Z7", 49, 1e-12),
    "wrapped_compiled.pt": Case("x + y over Z7", 49, 1e-12),
    "wrapped_msd.pt": Case("x + y over Z7", 49, 1e-12),
    "wrapped_sd.pt": Case("x + y over Z7", 49, 1e-12),
    "embedding_circulant_z11.pt": Case("x + y over Z11", 121, 1e-9),
    "embedding_permutation_z11.pt": Case("x + y over Z11", 121, 1e-12),
    "dense_sgd_z13.pt": Case("x + y over Z13", 169, 0.00575),
    "first_layer_bias_z13.pt": Case("x + y over Z13", 169, 0.0245),
    "relu_z7.pt": Case("x + y over Z7", 49, 0.17),
    "trained_x_minus_y_mod13.pt": Case("x - y over Z13", 169, 0.0065),
    "trained_product_mod13.pt": Case("x*y mod 13 on 1..12: Z12 by powers of 2", 144, 0.0042),
    "trained_z4xz2.pt": Case("x + y over Z4xZ2", 64, 0.002),
    "fc1_fc2.pt": Case("x + y over Z23", 529, 0.14),
    "padding_token_14.pt": Case("x + y over Z13 on the numbers 0..12", 169, 0.011),
}
#: What is read and verified, and takes long to certify.
LONG = dict.fromkeys(
    ("learned_embedding_z23.pt", "dense_adamw_z23.pt"), Case("x + y over Z23", 529)
)


@pytest.mark.parametrize("name", CASES | LONG)
def test_what_it_computes_is_found_and_proved(name: str) -> None:
    case = {**CASES, **LONG}[name]
    found = cogo.verify(DATA / name)
    assert found.operation.name.startswith(case.computes)
    assert (found.correct, found.verdict.pairs) == (True, case.pairs)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.near is not None])
def test_the_exact_optimizer_that_is_near_is_certified(name: str) -> None:
    near = CASES[name].near
    assert near is not None
    read = reading(DATA / name)
    found = cogo.certify(read)
    assert found.distance <= near
    _, code, message = certificate.judged(found.element, operation=read.operation)
    assert code == 0, message


@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.near is None])
@pytest.mark.usefixtures("in_an_empty_folder")
def test_where_none_is_near_it_is_refused_and_nothing_is_written(
    name: str, normalised: bool, capsys: Any
) -> None:
    words = ["certify", DATA / name, "-o", "x.cert.json", "--time-limit", "20"]
    code, _, err = command(capsys, *words, *(["--normalised"] if normalised else []))
    assert code == 1
    assert err.startswith("refused: ")
    assert "pass --normalised" not in err
    assert "So it is after training on logits by cross-entropy" in err
    assert not Path("x.cert.json").exists()


def test_a_sum_plus_a_constant_is_a_family_whose_inputs_are_moved() -> None:
    found = cogo.certify(DATA / "x_plus_y_plus_3_mod7.npz")
    assert (found.kind, found.details["family"]) == ("family", "four-plus-six")
    assert found.lines[0].endswith("nu = 1, xi = zeta(8), inputs moved by 0 and 3")


def test_a_group_that_is_asked_for_stays_and_the_right_one_is_named() -> None:
    found = cogo.recognise(DATA / "trained_z4xz2.pt", group="Z8")
    assert str(found.group) == "Z8"
    assert "pass --group Z4xZ2" in str(found.not_learned())
    assert len(cogo.verify(DATA / "trained_z4xz2.pt", group="Z8").verdict.wrong) == 16


@pytest.mark.usefixtures("in_an_empty_folder")
def test_weights_of_another_activation_are_certified_as_squares_and_that_is_said(
    capsys: Any,
) -> None:
    words = ["certify", DATA / "relu_z7.pt", "-o", "x.cert.json", "--activation", "relu"]
    code, out, _ = command(capsys, *words)
    assert code == 0
    assert "exact optimizers are networks of squares" in out


def test_trained_on_logits_it_is_analysed_up_to_its_scale() -> None:
    found = cogo.recognise(DATA / "cross_entropy_single_frequency.npz")
    assert "cross-entropy" in str(found.not_learned())
    assert found.measured.scale == pytest.approx(0.0732, abs=5e-5)
    assert found.measured.loss_at(found.measured.scale) == pytest.approx(0.299, abs=5e-4)
    said = str(found.up_to_scale)
    assert "T[k,k,k] is 5.9" in said
    assert "at least 96.7%" in said
    assert "2.0 degrees in the median" in said


def test_the_activation_that_it_was_trained_with_gives_other_answers() -> None:
    found = cogo.verify(DATA / "relu_z23.npz", activation="relu")
    assert len(found.verdict.wrong) == 3
    assert found.lines()[0].startswith("answers 526 of 529 pairs of x + y over Z23 correctly")


def test_a_dense_network_is_a_summary_and_no_list_of_nodes(capsys: Any) -> None:
    code, out, _ = command(capsys, "recognise", DATA / "dense_sgd_z13.pt")
    assert code == 0
    assert max(len(line) for line in out.splitlines()) < 240
    assert len(out.splitlines()) < 25


def test_what_is_no_such_network_is_refused(capsys: Any) -> None:
    with pytest.raises(WeightFileError, match="three inputs are not supported"):
        reading(DATA / "three_operands.npz")
    for name, says in (("element_key_twice.json", "twice"), ("element_5000_digits.json", "digits")):
        code, _, err = command(capsys, "show", DATA / name)
        assert code == 2
        assert says in err


def forms(name: str) -> dict[str, Any]:
    """The same network as a path, a state dict, a module, and arrays."""
    path = DATA / name
    if path.suffix == ".npz":
        arrays = dict(np.load(path))
        return {"path": path, "arrays": arrays}
    state = torch.load(path, weights_only=True)
    module = torch.nn.Module()
    for key, x in state.items():
        *parents, last = key.split(".")
        at = module
        for parent in parents:
            if parent not in dict(at.named_children()):
                at.add_module(parent, torch.nn.Module())
            at = at.get_submodule(parent)
        at.register_parameter(last, torch.nn.Parameter(x))
    arrays = {key: x.numpy() for key, x in state.items()}
    return {"path": path, "state dict": state, "module": module, "arrays": arrays}


@pytest.mark.parametrize(
    ("name", "says", "far"),
    [
        ("learned_embedding_z23.pt", "answers 529 of 529 pairs of x + y over Z23", None),
        ("fc1_fc2.pt", "answers 529 of 529 pairs of x + y over Z23", None),
        ("first_layer_bias_z13.pt", "answers 169 of 169 pairs of x + y over Z13", None),
        ("trained_product_mod13.pt", "answers 144 of 144 pairs of x*y mod 13", None),
        ("max_margin_z7.npz", "answers 49 of 49 pairs of x + y over Z7", 1e-12),
    ],
)
def test_a_path_a_state_dict_a_module_and_arrays_are_the_same_network(name, says, far):
    proved, seen, near = set(), set(), set()
    for given in forms(name).values():
        found = cogo.verify(given)
        assert str(found).startswith(says)
        assert repr(found).startswith(f"<Verified: {says}")
        proved.add(str(found))
        seen.add(str(cogo.recognise(given)))
        if far is not None:
            near.add(cogo.certify(given).distance)
            assert max(near) < far
    assert (len(proved), len(seen), len(near)) == (1, 1, int(far is not None))


def test_what_a_network_of_fourth_powers_is_as_squares_is_said_to_be_of_squares(capsys, tmp_path):
    words = [Path("tests/networks/files/fourth_power.pt").resolve(), "--activation", "power:4"]
    code, out, _ = command(capsys, "recognise", *words)
    assert code == 0
    assert "answers 25 of 25 pairs of x + y over Z5 correctly" in out
    assert "\ntaken as a network of squares, the network has not learned: 92.0%" in out
    output = tmp_path / "x.cert.json"
    code, out, err = command(capsys, "certify", *words, "-o", output)
    assert (code, out) == (1, "")
    assert "taken as a network of squares, the network has not learned: 92.0%" in err
    assert "what is proved of it with its own activation, cogo verify says" in err
    assert not output.exists()
