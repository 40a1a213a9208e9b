"""Networks that plain PyTorch trained, in the files that people keep them in.

What each answers was computed by the model that was saved (`train.record`), and what it was trained
on is arithmetic (`train.TABLES`); the project reads the file alone.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import cogo
from numeric.recognition.recognise import NotLearnedError
from numeric.weights.given import reading
from numeric.weights.plain_network import WeightFileError
from proofs.certificates import certificate
from tests.networks.train import FILES, TABLES

ANSWERS = json.loads((FILES / "answers.json").read_text())
#: What a reader has to be told of a file: 1/2d or an activation is in the code alone.
TOLD = {
    "embeddings_and_biases": {"normalised": True},
    "rectified": {"activation": "relu"},
    "fourth_power": {"activation": "power:4"},
}
#: A few words of the name of what it is found to compute; how near an exact optimizer is at most.
NETWORKS = {
    "shared_matrix": ("x + y over Z11", 0.05),
    "concatenated": ("x + y over Z7", 0.02),
    "embedding_tables": ("x + y over Z9", 0.02),
    "embeddings_and_biases": ("x + y over Z7", 0.02),
    "unembedding": ("x + y over Z7", 0.02),
    "difference": ("x - y over Z11", 0.05),
    "affine": ("2x + 3y + 1 over Z7", 0.02),
    "product": ("mod 11", 0.02),
    "quotient": ("mod 7", 0.02),
    "z2xz4_renamed": ("a table of order 8, isotopic to Z4xZ2", 0.02),
    "few_wrong": ("x + y over Z13", None),
    "logits": ("x + y over Z7", None),
    "rectified": ("x + y over Z7", None),
    "fourth_power": ("x + y over Z5", None),
    "dense": ("x + y over Z11", 0.1),
    "special_tokens": ("x + y over Z9", 0.05),
    "equals_token": ("x + y over Z7", 0.02),
}


def file_of(name: str) -> Path:
    (found,) = (path for path in FILES.glob(f"{name}.*") if path.suffix != ".json")
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_what_it_computes_is_found_and_proved_pair_by_pair(name):
    read = reading(file_of(name), **TOLD.get(name, {}))
    answers = read.network.at(*np.indices(TABLES[name].shape).reshape(2, -1)).argmax(axis=1)
    assert answers.tolist() == ANSWERS[name]["answers"]
    found = cogo.verify(read)
    said = "\n".join(found.lines())
    assert NETWORKS[name][0] in said
    assert f"answers {ANSWERS[name]['right']} of {len(answers)} pairs" in said
    low, high = (Fraction(x) for x in found.as_json()["loss"])
    loss = ANSWERS[name]["loss"]
    assert float(low) <= loss * (1 + 1e-6) + 1e-25
    assert float(high) >= loss * (1 - 1e-6) - 1e-25


@pytest.mark.parametrize("name", [name for name, (_, near) in NETWORKS.items() if near])
def test_the_exact_optimizer_beside_it_is_certified(name):
    found = cogo.certify(file_of(name), **TOLD.get(name, {}))
    assert found.distance < NETWORKS[name][1]
    _, code, message = certificate.judged(found.element)
    assert code == 0, message


def test_the_bijections_of_a_renamed_operation_give_its_table():
    read = reading(file_of("z2xz4_renamed"))
    found = read.operation
    assert sorted(found.group.moduli) == [2, 4]
    assert np.array_equal(found.table(), TABLES["z2xz4_renamed"])


def test_trained_on_logits_it_is_said_to_be_and_nothing_is_certified():
    path = file_of("logits")
    assert "cross-entropy" in cogo.recognise(path).not_learned()
    with pytest.raises(NotLearnedError, match="cross-entropy"):
        cogo.certify(path)


def test_what_is_no_group_is_said_to_be():
    with pytest.raises((NotLearnedError, WeightFileError), match="Latin"):
        cogo.certify(file_of("maximum"))


def test_over_a_group_that_is_not_abelian_the_nearest_network_is_exact():
    found = cogo.certify(file_of("symmetric_group"))
    assert found.recognition.group.name == "S3"
    assert cogo.check(found.element).accepted
    assert found.distance < 0.5


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("three_operands", "three"),
        ("two_hidden_layers", "hidden"),
        ("attention", "attention"),
    ],
)
def test_what_is_no_two_layer_network_is_one_line_that_says_what_it_is(name, says):
    with pytest.raises(WeightFileError) as error:
        reading(file_of(name))
    assert says in str(error.value)
    assert "\n" not in str(error.value)
