"""``cogo verify``: its exit codes, what it writes, and that the stand-alone checker accepts it."""

from pathlib import Path

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers
from numeric import embed, plain_network, read_weights, write_weights
from numeric.weights.plain_network import TwoLayer
from proofs.certificates import network_checker
from tests.command import read_json
from tests.numeric.plain_network import of_layers
from tests.numeric.trained_like import TRAINED
from tests.proofs.stand_alone import copied


@pytest.fixture
def exact(cogo) -> TwoLayer:
    network = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))))
    write_weights("w.npz", network)
    return network


def test_all_pairs_right_is_exit_code_0(exact, cogo):
    assert cogo("verify w.npz").out.splitlines()[1] == (
        "answers 64 of 64 pairs of x + y over Z2xZ4 correctly, least margin 0.99999 (proved)"
    )
    assert cogo("verify w.npz -q").out == ""


def test_wrong_pairs_are_exit_code_1_and_a_statement_about_them_is_written_too(exact, cogo):
    rng = np.random.default_rng(0)
    a, b, c = exact.plain()
    a, b = (x + 0.7 * rng.normal(size=x.shape) for x in (a, b))
    write_weights("n.npz", of_layers(a, b, c, **exact.metadata))
    cogo("verify n.npz -q -o n.verify.json", code=1).says(
        "answers 61 of 64 pairs of x + y over Z2xZ4 correctly (proved)",
        "wrong pairs: (2, 1) (2, 6) (6, 1)\n",
    )
    found = cogo("verify n.npz --json", code=1).json
    assert (found["right"], found["wrong"]) == (61, [[2, 1], [2, 6], [6, 1]])
    assert read_json("n.verify.json")["claim"]["wrong"] == found["wrong"]
    cogo("check n.verify.json")


@pytest.mark.parametrize("suffix", ["npz", "safetensors", "pt", "NPZ"])
def test_what_is_written_is_accepted_by_the_checker_alone(suffix, exact, cogo):
    write_weights(f"n.{suffix.lower()}", exact)
    Path(f"n.{suffix.lower()}").rename(f"n.{suffix}")
    copied_too = suffix in ("pt", "NPZ")  # of a kind, or a name, that the checker does not read
    name = "n.verify.safetensors" if copied_too else f"n.{suffix}"
    cogo(f"verify n.{suffix} -o n.verify.json", "--group Z2xZ4" * (suffix == "pt"))
    assert Path("n.verify.safetensors").exists() is copied_too
    made = read_json("n.verify.json")
    assert made["file"] == name
    assert made["network"]["last"] == ["layerc.weight[0:8, 0:24].T"]
    cogo("check n.verify.json")
    done = copied(Path(network_checker.__file__), Path())("n.verify.json")
    assert done.returncode == 0
    assert "accepted: 64 of 64 pairs of x + y over Z2xZ4 are right" in done.stdout
    Path(name).write_bytes(Path(name).read_bytes()[:-1] + b"?")
    cogo("check n.verify.json", code=1).says("refuted: sha256: that of the weights is ")


def test_the_bijections_of_an_operation_are_in_the_statement(exact, cogo):
    a, b, c = exact.plain()
    a, b = (np.hstack([x[:, [3, 2, 1, 0, 4, 5, 6, 7]], 0 * x[:, :1]]) for x in (a, b))
    write_weights("n.npz", of_layers(a, b, np.vstack([c, c[:1] - 1])))
    cogo("verify n.npz -o n.verify.json -q")
    made = read_json("n.verify.json")["operation"]
    assert [made[key][8] for key in "psr"] == [-1, -1, -1]
    accepted = "accepted: 64 of 64 pairs of r^-1(p(x) + s(y)) over Z"
    assert accepted in cogo("check n.verify.json").out


def test_the_factor_1_2d_and_an_activation_are_in_the_statement(exact, cogo):
    a, b, c = exact.plain()
    write_weights("n.npz", of_layers(a, b, 16 * c))
    words = "verify n.npz -o n.verify.json --normalised --group Z2xZ4 --activation power:4"
    cogo(words)
    made = read_json("n.verify.json")["network"]
    assert (made["scale"], made["activation"]) == ("1/16", "power:4")
    assert '"scale": "1/16", "activation": "power:4"}' in cogo("check n.verify.json").out


def test_another_activation_that_answers_more_is_said(cogo):
    """A node for each pair is 1 there and else at most 0; the others are never above 0."""
    (x, y), hot = np.indices((5, 5)).reshape(2, -1), np.eye(5)
    a, b = (np.vstack([hot[z] - 0.5, -hot]) for z in (x, y))
    np.savez("n.npz", a=a, b=b, c=np.vstack([hot[(x + y) % 5], 9 * hot[[0] * 5]]).T)
    cogo("verify n.npz", code=1).says("as squares, 100.00% with ReLU (measured); a file does not")
    assert "ReLU" not in cogo("verify n.npz --activation relu").out


def test_another_activation_that_answers_fewer_is_not_said(cogo):
    """Noise spoils one answer of squares and 41 of absolute values, of 529."""
    rng, arrays = np.random.default_rng(1), dict(np.load(TRAINED))
    np.savez("n.npz", **{k: x + 0.22 * abs(x).max() * rng.normal(size=x.shape)
                         for k, x in arrays.items()})  # fmt: skip
    found = cogo("verify n.npz", code=1)
    found.says("528 of 529")
    assert "|.|" not in found.out


def test_what_the_checker_would_refuse_is_not_written(exact, cogo, monkeypatch):
    monkeypatch.setattr(network_checker, "MAX_ORDER", 7)
    err = cogo("verify w.npz -o n.verify.json", code=2).err
    assert err.startswith("error: nothing was written; the stand-alone checker says: malformed: ")
    assert not Path("n.verify.json").exists()


def test_23_inputs_and_512_nodes_are_accepted_by_the_checker(cogo):
    write_weights("n.npz", read_weights(TRAINED))
    cogo("verify n.npz -o n.verify.json -q")
    cogo("check n.verify.json")


def write_layers(**shapes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    arrays = {k: rng.normal(size=shape).astype(np.float16) for k, shape in shapes.items()}
    np.savez("n.npz", **arrays)


def test_factors_biases_and_names_of_a_file_are_those_of_the_statement(cogo):
    """Shared by both inputs, behind an embedding, with biases, half as wide: all is in the file."""
    names = {"net.embed.weight": (5, 4), "net.fc1.weight": (9, 4), "net.fc1.bias": (9,)}
    write_layers(**names, **{"net.fc2.weight": (5, 9), "net.fc2.bias": (5,)})
    cogo("verify n.npz -o n.verify.json -q", code=1)
    made = read_json("n.verify.json")["network"]
    assert made["first"] == ["net.embed.weight[0:5, 0:4]", "net.fc1.weight[0:9, 0:4].T"]
    assert made["second"] == made["first"]
    assert made["last"] == ["net.fc2.weight[0:5, 0:9].T"]
    assert made["bias"] == ["net.fc1.bias[0:1, 0:9]"]
    assert made["output_bias"] == ["net.fc2.bias[0:1, 0:5]"]
    cogo("check n.verify.json")


def test_a_network_whose_factors_are_in_no_array_is_copied_under_names_of_ours(cogo):
    """A bias behind the embedding becomes a column of it."""
    names = {"embed.weight": (5, 4), "embed.bias": (4,), "fc1.weight": (9, 4)}
    write_layers(**names, **{"fc2.weight": (5, 9)})
    cogo("verify n.npz -o n.verify.json", code=1).says(
        "wrote n.verify.safetensors, the same numbers as a file that the checker reads"
    )
    made = read_json("n.verify.json")
    assert made["file"] == "n.verify.safetensors"
    assert made["notes"]["the weights are those of"] == "n.npz"
    cogo("check n.verify.json")
