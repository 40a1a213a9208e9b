"""Files that people have: what each computes, and the exact optimizer next to it, or why none is.

What those of `train` answer was computed by the model that was saved (`train.record`), and what
they were trained on is arithmetic (`train.TABLES`). Answers of the others are NumPy's alone.
"""

import json
import re
from fractions import Fraction

import numpy as np
import pytest
import torch

import cogo
from numeric.recognition.recognise import NotLearnedError
from numeric.weights.given import reading
from numeric.weights.plain_network import WeightFileError
from proofs.certificates import certificate
from tests.command import cogo as command, ended
from tests.networks.train import FILES, TABLES

DATA = FILES.parents[1] / "data"
ANSWERS = json.loads((FILES / "answers.json").read_text())
LOGITS = "So it is after training on logits by cross-entropy"
AS_SQUARES = (
    "taken as a network of squares, the network has not learned: {}%.*; "
    "what is proved of it with its own activation, cogo verify says"
)
#: What a file computes; on how many pairs, all rightly but of `few_wrong`; how near an exact
#: optimizer is at most, or why ``certify`` refuses.
CASES = {
    "cross_entropy_random_init.npz": ("x + y over Z23", 529, LOGITS),
    "cross_entropy_single_frequency.npz": ("x + y over Z23", 529, LOGITS),
    "cross_entropy_z11.pt": ("x + y over Z11", 121, LOGITS),
    "relu_z23.npz": ("x + y over Z23", 529, LOGITS),
    "max_margin_z7.npz": ("x + y over Z7", 49, 1e-12),
    "x_minus_y_mod7.npz": ("x - y over Z7", 49, 1e-12),
    "x_plus_y_plus_3_mod7.npz": ("x + y - 3 over Z7", 49, 2e-4),  # its answer to (0, 0) is 4
    "z6_in_the_order_of_z2xz3.npz": ("x + y over Z2xZ3", 36, 1e-12),
    "wrapped_dp.pt": ("x + y over Z7", 49, 1e-12),
    "wrapped_compiled.pt": ("x + y over Z7", 49, 1e-12),
    "wrapped_msd.pt": ("x + y over Z7", 49, 1e-12),
    "wrapped_sd.pt": ("x + y over Z7", 49, 1e-12),
    "embedding_circulant_z11.pt": ("x + y over Z11", 121, 1e-9),
    "embedding_permutation_z11.pt": ("x + y over Z11", 121, 1e-12),
    "dense_sgd_z13.pt": ("x + y over Z13", 169, 0.00575),
    "first_layer_bias_z13.pt": ("x + y over Z13", 169, 0.0245),
    "relu_z7.pt": ("x + y over Z7", 49, 0.17),
    "trained_x_minus_y_mod13.pt": ("x - y over Z13", 169, 0.0065),
    "trained_product_mod13.pt": ("x*y mod 13 on 1..12: Z12 by powers of 2", 144, 0.0042),
    "trained_z4xz2.pt": ("x + y over Z4xZ2", 64, 0.002),
    "fc1_fc2.pt": ("x + y over Z23", 529, 0.14),
    "padding_token_14.pt": ("x + y over Z13 on the numbers 0..12", 169, 0.011),
    "shared_matrix.pth": ("x + y over Z11", 121, 0.05),
    "concatenated.ckpt": ("x + y over Z7", 49, 0.02),
    "embedding_tables.pt": ("x + y over Z9", 81, 0.02),
    "embeddings_and_biases.pt": ("x + y over Z7", 49, 0.02),
    "unembedding.npz": ("x + y over Z7", 49, 0.02),
    "difference.npz": ("x - y over Z11", 121, 0.05),
    "affine.pt": ("2x + 3y + 1 over Z7", 49, 0.02),
    "product.pt": ("x*y mod 11 on 1..10: Z10 by powers of 2", 100, 0.02),
    "quotient.npz": ("x/y mod 7 on 1..6: Z6 by powers of 3", 36, 0.02),
    "z2xz4_renamed.safetensors": ("a table of order 8, isotopic to Z4xZ2", 64, 0.02),
    "dense.pt": ("x + y over Z11", 121, 0.1),
    "special_tokens.pt": ("x + y over Z9 on the numbers 0..8", 81, 0.05),
    "equals_token.npz": ("x + y over Z7 on the numbers 0..6", 49, 0.02),
    "symmetric_group.pt": ("x*y over S3, renamed", 36, 0.5),
    "few_wrong.npz": ("x + y over Z13", 169, f"no network of zero loss was found|{LOGITS}"),
    "logits.pt": ("x + y over Z7", 49, LOGITS),
    "rectified.pt": ("x + y over Z7", 49, AS_SQUARES.format(83.7)),
    "fourth_power.pt": ("x + y over Z5", 25, AS_SQUARES.format(92.0)),
    # What is read and verified, and takes long to certify.
    "learned_embedding_z23.pt": ("x + y over Z23", 529, None),
    "dense_adamw_z23.pt": ("x + y over Z23", 529, None),
}
#: What a reader has to be told of a file: 1/2d or an activation is in the code alone.
TOLD = {
    "embeddings_and_biases.pt": {"normalised": True},
    "rectified.pt": {"activation": "relu"},
    "fourth_power.pt": {"activation": "power:4"},
}


def path(name):
    return next(folder / name for folder in (DATA, FILES) if (folder / name).exists())


@pytest.mark.parametrize("name", CASES)
def test_what_it_computes_is_found_and_proved_pair_by_pair(name):
    computes, pairs, _ = CASES[name]
    read = reading(path(name), **TOLD.get(name, {}))
    found = cogo.verify(read)
    assert (found.operation.name, found.verdict.pairs) == (computes, pairs)
    known = ANSWERS.get(path(name).stem)
    assert pairs - len(found.verdict.wrong) == (known["right"] if known else pairs)
    if known:
        table = TABLES[path(name).stem]
        assert np.array_equal(found.operation.table(), table)
        answers = read.network.at(*np.indices(table.shape).reshape(2, -1)).argmax(axis=1)
        assert answers.tolist() == known["answers"]
        low, high = (Fraction(x) for x in found.as_json()["loss"])
        assert float(low) <= known["loss"] * (1 + 1e-6) + 1e-25
        assert float(high) >= known["loss"] * (1 - 1e-6) - 1e-25


@pytest.mark.parametrize("name", [x for x, case in CASES.items() if isinstance(case[2], float)])
def test_the_exact_optimizer_that_is_near_is_certified(name):
    read = reading(path(name), **TOLD.get(name, {}))
    found = cogo.certify(read)
    assert found.distance <= CASES[name][2]
    _, code, message = certificate.judged(found.element, operation=read.operation)
    assert code == 0, message


@pytest.mark.parametrize("normalised", [False, True])
@pytest.mark.parametrize("name", [x for x, case in CASES.items() if isinstance(case[2], str)])
def test_where_none_is_near_it_is_refused_and_nothing_is_written(
    name, normalised, tmp_path, capsys
):
    words = ["certify", path(name), "-o", tmp_path / "x.cert.json", "--time-limit", "20"]
    words += [f"--{key}={x}" for key, x in TOLD.get(name, {}).items()]
    words += ["--normalised"] * normalised
    err = ended(command, capsys, *words, code=1).err
    assert re.match(f"refused: .*({CASES[name][2]})", err), err
    assert "pass --normalised" not in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "says"),
    [("maximum.pt", "Latin"), ("three_operands.npz", "three inputs are not supported")],
)
def test_what_is_no_network_of_a_group_is_one_line_that_says_what_it_is(name, says):
    with pytest.raises((NotLearnedError, WeightFileError), match=says) as error:
        cogo.certify(path(name))
    assert "\n" not in str(error.value)


def test_a_difference_is_a_family_and_a_sum_plus_a_constant_one_whose_inputs_are_moved():
    found = cogo.certify(DATA / "x_minus_y_mod7.npz")
    assert (found.kind, found.details["family"]) == ("family", "four-plus-six")
    found = cogo.certify(DATA / "x_plus_y_plus_3_mod7.npz")
    assert (found.kind, found.details["family"]) == ("family", "four-plus-six")
    assert found.lines[0].endswith("nu = 1, xi = zeta(8), inputs moved by 0 and 3")


def test_a_group_that_is_asked_for_stays_and_the_right_one_is_named():
    found = cogo.recognise(DATA / "trained_z4xz2.pt", group="Z8")
    assert str(found.group) == "Z8"
    assert "pass --group Z4xZ2" in str(found.not_learned())
    assert len(cogo.verify(DATA / "trained_z4xz2.pt", group="Z8").verdict.wrong) == 16


def test_weights_of_another_activation_are_taken_as_squares_and_that_is_said(tmp_path, capsys):
    words = ["certify", DATA / "relu_z7.pt", "-o", tmp_path / "x.cert.json", "--activation", "relu"]
    ended(command, capsys, *words).says("exact optimizers are networks of squares")
    words = ["recognise", FILES / "fourth_power.pt", "--activation", "power:4"]
    ended(command, capsys, *words).says(
        "answers 25 of 25 pairs of x + y over Z5 correctly",
        "\ntaken as a network of squares, the network has not learned: 92.0%",
    )


def test_trained_on_logits_it_is_analysed_up_to_its_scale():
    found = cogo.recognise(DATA / "cross_entropy_single_frequency.npz")
    assert "cross-entropy" in str(found.not_learned())
    assert found.measured.scale == pytest.approx(0.0732, abs=5e-5)
    assert found.measured.loss_at(found.measured.scale) == pytest.approx(0.299, abs=5e-4)
    for words in ("T[k,k,k] is 5.9", "at least 96.7%", "2.0 degrees in the median"):
        assert words in str(found.up_to_scale)


def test_the_activation_that_it_was_trained_with_gives_other_answers():
    found = cogo.verify(DATA / "relu_z23.npz", activation="relu")
    assert len(found.verdict.wrong) == 3
    assert found.lines()[0].startswith("answers 526 of 529 pairs of x + y over Z23 correctly")


def forms(file):
    """The same network as a path, a state dict, a module, and arrays."""
    stored = np.load(file) if file.suffix == ".npz" else torch.load(file, weights_only=True)
    state = {key: torch.as_tensor(x) for key, x in stored.items()}
    module = torch.nn.Module()
    for key, x in state.items():
        *parents, last = key.split(".")
        at = module
        for parent in parents:
            if parent not in dict(at.named_children()):
                at.add_module(parent, torch.nn.Module())
            at = at.get_submodule(parent)
        at.register_parameter(last, torch.nn.Parameter(x))
    return file, state, module, {key: x.numpy() for key, x in state.items()}


@pytest.mark.parametrize(
    "name",
    [
        "learned_embedding_z23.pt",
        "fc1_fc2.pt",
        "max_margin_z7.npz",
        "first_layer_bias_z13.pt",
        "trained_product_mod13.pt",
    ],
)
def test_a_path_a_state_dict_a_module_and_arrays_are_the_same_network(name):
    computes, pairs, near = CASES[name]
    says = f"answers {pairs} of {pairs} pairs of {computes}"
    proved, seen, distances = set(), set(), set()
    for given in forms(path(name)):
        found = cogo.verify(given)
        assert str(found).startswith(says)
        assert repr(found).startswith(f"<Verified: {says}")
        proved.add(str(found))
        seen.add(str(cogo.recognise(given)))
        if near == 1e-12:
            distances.add(cogo.certify(given).distance)
            assert max(distances) < near
    assert (len(proved), len(seen), len(distances)) == (1, 1, int(near == 1e-12))
