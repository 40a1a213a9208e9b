"""The panel Your network says of a file what the command line says, and keeps to its limits."""

import re
from io import BytesIO

import numpy as np
import pytest

from algebra.networks.any_group import build
from algebra.networks.families import memorization
from cogo.page.network import certified, download, pair, read
from numeric.weights.embed import embed
from numeric.weights.given import reading
from proofs.certificates import checker, table_checker
from tests.numeric.trained_like import TRAINED

DATA = TRAINED.parent
FILE, NAMED = TRAINED.read_bytes(), {"name": TRAINED.name}
LAYOUTS = (
    *("trained_z4xz2.pt", "x_minus_y_mod7.npz", "fc1_fc2.pt", "wrapped_dp.pt"),
    *("max_margin_z7.npz", TRAINED.name),
)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_file_in_any_layout_gives_what_the_command_line_gives(name, cogo):
    path = DATA / name
    found = read(path.read_bytes(), {"name": name})
    (said,) = cogo("recognise", path, "--json").json
    assert (found["group"], found["loss"]) == (said["group"], pytest.approx(said["loss"]))
    for key in ("composition", "order"):
        assert [x[key] for x in found["frequencies"]] == [x[key] for x in said["frequencies"]]
    assert " pairs of " in found["proved"][0]
    cogo("verify", path).says(found["proved"][0])


def test_the_contributions_of_a_pair_add_up_to_its_outputs():
    added = pair(FILE, {**NAMED, "x": "5", "y": "20"})
    outputs = reading(TRAINED).network.at(np.array([5]), np.array([20]))[0]
    assert np.allclose(np.sum(added["trained"], axis=0), outputs, atol=1e-6)
    assert added["answer"] == 2 == int(np.argmax(outputs))
    assert added["exact"] is None
    for pair_, says in (("x", "invalid literal"), ("23", "x=23, y=0: pass 0 to 22")):
        with pytest.raises(ValueError, match=says):
            pair(FILE, {**NAMED, "x": pair_})


def test_what_is_certified_passes_the_checker_and_is_shown_beside_it():
    asked = {**NAMED, "kind": "named"}
    assert certified(FILE, asked)["accepted"]
    name, data = download(FILE, asked)
    assert name == "z23-named.cert.json"
    assert checker.check(data)[0] == 0
    added = pair(FILE, {**asked, "x": "5", "y": "20"})
    exact = np.sum(added["exact"], axis=0)
    assert np.allclose(exact - exact.mean(), (np.arange(23) == 2) - 1 / 23, atol=1e-9)
    assert len(added["exact"]) == len(added["rows"]) == len(added["trained"])


SQUARES = (np.arange(5)[:, None] ** 2 + np.arange(5) ** 2) % 5


@pytest.mark.parametrize(
    ("made", "says", "answer"),
    [
        (build("S3"), "36 of 36 pairs of x*y over S3", 4),
        (memorization(SQUARES), "x^2 + y^2 mod 5", 0),
    ],
)
def test_of_what_is_not_abelian_the_answers_are_shown_and_certified(made, says, answer):
    stream = BytesIO()
    np.savez(stream, **embed(made).state())
    data, asked = stream.getvalue(), {"name": "a.npz", "kind": "nearest"}
    found = read(data, {"name": "a.npz"})
    assert says in found["proved"][0]
    assert (found["reason"], found["frequencies"], found["accuracy"]) == ("", [], 1)
    assert certified(data, asked)["accepted"]
    assert table_checker.check(download(data, asked)[1])[0] == 0
    added = pair(data, {**asked, "x": "1", "y": "2"})
    assert added["answer"] == answer == int(np.argmax(np.sum(added["exact"], axis=0)))


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("weights.exe", b"", "weights are files ending in"),
        ("../../setup.cfg", b"", "weights are files ending in"),
        ("a.npz", b"", "empty"),
        ("a.npz", b"PK no archive", "not an .npz file"),
        ("<img src=x>.pt", b"\x80\x02}", "not a .pt file"),
    ],
)
def test_what_is_no_network_is_a_sentence_that_names_no_folder(name, data, says):
    with pytest.raises(ValueError, match=re.escape(says)) as error:
        read(data, {"name": name})
    assert "/tmp" not in str(error.value)


def test_what_a_file_is_read_as_is_not_taken_for_another_reading():
    data = (DATA / "max_margin_z7.npz").read_bytes()
    one, other = (
        read(data, {"name": "a.npz", "activation": activation}) for activation in ("square", "relu")
    )
    assert one["proved"] != other["proved"]
    assert pair(data, {"name": "a.npz"})["answer"] == 0
