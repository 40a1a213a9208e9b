"""``cogo verify``: its exit codes, what it writes, and that the stand-alone checker accepts it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from algebra import AbelianGroup, optimizers
from numeric import embed, plain_network, read_weights, write_weights
from numeric.weights.plain_network import TwoLayer
from proofs.certificates import network_checker
from tests.command import cogo
from tests.numeric.plain_network import of_layers
from tests.numeric.trained_like import TRAINED
from tests.proofs.stand_alone import ROOT, copied

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")
CHECKER = ROOT / "proofs" / "certificates" / "network_checker.py"


@pytest.fixture
def exact() -> TwoLayer:
    network = plain_network(embed(optimizers.nine_per_frequency(AbelianGroup("Z2xZ4"))))
    write_weights("w.npz", network)
    return network


def test_all_pairs_right_is_exit_code_0(exact, capsys):
    code, out, _ = cogo(capsys, "verify", "w.npz")
    assert code == 0
    assert out.splitlines()[1] == (
        "answers 64 of 64 pairs of x + y over Z2xZ4 correctly, least margin 0.99999 (proved)"
    )
    assert cogo(capsys, "verify", "w.npz", "-q") == (0, "", "")


def noisy(network: TwoLayer) -> TwoLayer:
    """So much noise that three pairs are wrong."""
    rng = np.random.default_rng(0)
    a, b, c = network.plain()
    a, b = (x + 0.7 * rng.normal(size=x.shape) for x in (a, b))
    return of_layers(a, b, c, **network.metadata)


def test_wrong_pairs_are_exit_code_1(exact, capsys):
    write_weights("n.npz", noisy(exact))
    code, out, _ = cogo(capsys, "verify", "n.npz", "-q")
    assert code == 1
    assert "answers 61 of 64 pairs of x + y over Z2xZ4 correctly (proved)" in out
    assert "wrong pairs: (2, 1) (2, 6) (6, 1)\n" in out
    code, out, _ = cogo(capsys, "verify", "n.npz", "--json")
    found = json.loads(out)
    assert (code, found["right"], found["wrong"]) == (1, 61, [[2, 1], [2, 6], [6, 1]])


@pytest.mark.parametrize("suffix", ["npz", "safetensors", "pt", "NPZ"])
def test_what_is_written_is_accepted_by_the_checker_alone(suffix, exact, capsys):
    write_weights(f"n.{suffix.lower()}", exact)
    Path(f"n.{suffix.lower()}").rename(f"n.{suffix}")
    copied_too = suffix in ("pt", "NPZ")  # of a kind, or a name, that the checker does not read
    name = "n.verify.safetensors" if copied_too else f"n.{suffix}"
    group = ["--group", "Z2xZ4"] * (suffix == "pt")
    assert cogo(capsys, "verify", f"n.{suffix}", "-o", "n.verify.json", *group)[0] == 0
    assert Path("n.verify.safetensors").exists() is copied_too
    made = json.loads(Path("n.verify.json").read_text())
    assert made["file"] == name
    assert made["network"]["last"] == ["layerc.weight[0:8, 0:24].T"]
    assert cogo(capsys, "check", "n.verify.json")[0] == 0
    done = copied(CHECKER, Path())("n.verify.json")
    assert done.returncode == 0
    assert "accepted: 64 of 64 pairs of x + y over Z2xZ4 are right" in done.stdout
    Path(name).write_bytes(Path(name).read_bytes()[:-1] + b"?")
    code, out, _ = cogo(capsys, "check", "n.verify.json")
    assert code == 1
    assert "refuted: sha256: that of the weights is " in out


def test_a_statement_about_a_network_with_wrong_pairs_is_written_too(exact, capsys):
    write_weights("n.npz", noisy(exact))
    assert cogo(capsys, "verify", "n.npz", "-o", "n.verify.json")[0] == 1
    assert json.loads(Path("n.verify.json").read_text())["claim"]["wrong"] == [
        [2, 1],
        [2, 6],
        [6, 1],
    ]
    assert cogo(capsys, "check", "n.verify.json")[0] == 0


def test_the_bijections_of_an_operation_are_in_the_statement(exact, capsys):
    a, b, c = exact.plain()
    a, b = (np.hstack([x[:, [3, 2, 1, 0, 4, 5, 6, 7]], 0 * x[:, :1]]) for x in (a, b))
    write_weights("n.npz", of_layers(a, b, np.vstack([c, c[:1] - 1])))
    assert cogo(capsys, "verify", "n.npz", "-o", "n.verify.json", "-q")[0] == 0
    made = json.loads(Path("n.verify.json").read_text())["operation"]
    assert [made[key][8] for key in "psr"] == [-1, -1, -1]
    code, out, _ = cogo(capsys, "check", "n.verify.json")
    assert code == 0
    assert "accepted: 64 of 64 pairs of r^-1(p(x) + s(y)) over Z" in out


def test_the_factor_1_2d_and_an_activation_are_in_the_statement(exact, capsys):
    a, b, c = exact.plain()
    write_weights("n.npz", of_layers(a, b, 16 * c))
    words = ["--normalised", "--group", "Z2xZ4", "--activation", "power:4"]
    cogo(capsys, "verify", "n.npz", "-o", "n.verify.json", *words)
    made = json.loads(Path("n.verify.json").read_text())["network"]
    assert (made["scale"], made["activation"]) == ("1/16", "power:4")
    assert '"scale": "1/16", "activation": "power:4"}' in cogo(capsys, "check", "n.verify.json")[1]


def test_what_the_checker_would_refuse_is_not_written(exact, capsys, monkeypatch):
    monkeypatch.setattr(network_checker, "MAX_ORDER", 7)
    code, out, err = cogo(capsys, "verify", "w.npz", "-o", "n.verify.json")
    assert (code, out) == (2, "")
    assert err.startswith("error: nothing was written; the stand-alone checker says: malformed: ")
    assert not Path("n.verify.json").exists()


def test_23_inputs_and_512_nodes_are_accepted_by_the_checker(capsys):
    write_weights("n.npz", read_weights(TRAINED))
    assert cogo(capsys, "verify", "n.npz", "-o", "n.verify.json", "-q")[0] == 0
    assert cogo(capsys, "check", "n.verify.json")[0] == 0


def test_factors_biases_and_names_of_a_file_are_those_of_the_statement(capsys):
    """Shared by both inputs, behind an embedding, with biases, half as wide: all is in the file."""
    rng = np.random.default_rng(0)
    names = {"net.embed.weight": (5, 4), "net.fc1.weight": (9, 4), "net.fc1.bias": (9,)}
    names |= {"net.fc2.weight": (5, 9), "net.fc2.bias": (5,)}
    arrays = {k: rng.normal(size=shape).astype(np.float16) for k, shape in names.items()}
    np.savez("n.npz", **arrays)
    assert cogo(capsys, "verify", "n.npz", "-o", "n.verify.json", "-q")[0] == 1
    made = json.loads(Path("n.verify.json").read_text())["network"]
    assert made["first"] == ["net.embed.weight[0:5, 0:4]", "net.fc1.weight[0:9, 0:4].T"]
    assert made["second"] == made["first"]
    assert made["last"] == ["net.fc2.weight[0:5, 0:9].T"]
    assert made["bias"] == ["net.fc1.bias[0:1, 0:9]"]
    assert made["output_bias"] == ["net.fc2.bias[0:1, 0:5]"]
    assert cogo(capsys, "check", "n.verify.json")[0] == 0


def test_a_network_whose_factors_are_in_no_array_is_copied_under_names_of_ours(capsys):
    """A bias behind the embedding becomes a column of it."""
    rng = np.random.default_rng(0)
    shapes = {
        "embed.weight": (5, 4),
        "embed.bias": (4,),
        "fc1.weight": (9, 4),
        "fc2.weight": (5, 9),
    }
    np.savez("n.npz", **{k: rng.normal(size=shape) for k, shape in shapes.items()})
    code, out, _ = cogo(capsys, "verify", "n.npz", "-o", "n.verify.json")
    assert code == 1
    assert "wrote n.verify.safetensors, the same numbers as a file that the checker reads" in out
    made = json.loads(Path("n.verify.json").read_text())
    assert made["file"] == "n.verify.safetensors"
    assert made["notes"]["the weights are those of"] == "n.npz"
    assert cogo(capsys, "check", "n.verify.json")[0] == 0
