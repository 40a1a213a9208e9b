"""Groups that are not Abelian, and tables, on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from algebra.groups.group_names import group
from proofs.certificates.checker_of import check_certificate
from tests.command import cogo as run

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def cogo(capsys):
    return lambda *words: Ran(*run(capsys, *words))


def test_an_exact_network_is_built_checked_and_shown(cogo):
    built = cogo("build", "S3", "-o", "s3.cert.json", "-o", "s3.npz", "--target", "onehot")
    assert built.code == 0
    assert "short, 10 nodes, S3, target onehot: loss = 0 exactly (216 conditions" in built.out
    assert "next: cogo check s3.cert.json" in built.out
    checked = cogo("check", "s3.cert.json")
    assert checked.code == 0
    assert "all 216 outputs f(x, y)[g] equal" in checked.out
    shown = cogo("show", "s3.cert.json")
    assert shown.code == 0
    assert "10 nodes" in shown.out
    assert "loss = 0 exactly" in shown.out
    found = json.loads(cogo("show", "s3.cert.json", "--json").out)
    assert (found["operation"], found["width"], found["accepted"]) == ("S3", 10, True)


@pytest.mark.parametrize("gauge", ["balanced", "rational"])
@pytest.mark.parametrize("name", ["S3", "D5", "Q8", "A4"])
def test_the_plain_network_answers_every_pair(cogo, name, gauge):
    assert cogo("build", name, "-o", "w.npz", "--gauge", gauge, "-q").code == 0
    with np.load("w.npz") as file:
        a, b, c = (file[f"layer{p}.weight"] for p in "abc")
    hidden = (a.T[:, None] + b.T[None]) ** 2
    outputs = hidden @ c.T
    assert (outputs.argmax(axis=2) == group(name).products).all()
    margins = outputs - outputs.mean(axis=2, keepdims=True)
    wanted = np.eye(len(c))[group(name).products]
    assert abs(margins - (wanted - wanted.mean())).max() < 1e-12


def test_pytorch_loads_what_is_written(cogo):
    torch = pytest.importorskip("torch")
    assert cogo("build", "Q8", "-o", "w.pt", "-q", "--dtype", "float32").code == 0
    linear = {name: torch.nn.Linear(8, 12, bias=False) for name in ("layera", "layerb")}
    net = torch.nn.ModuleDict({**linear, "layerc": torch.nn.Linear(12, 8, bias=False)})
    net.load_state_dict(torch.load("w.pt", weights_only=True), strict=True)
    one = torch.eye(8)
    f = net["layerc"]((net["layera"](one)[:, None] + net["layerb"](one)).square())
    assert (f.argmax(-1).numpy() == group("Q8").products).all()


def test_a_table_that_is_no_group_is_memorized(cogo):
    with open("or.csv", "w", encoding="utf-8") as file:
        file.write("0,1\n1,1\n")
    refused = cogo("build", "or.csv")
    assert refused.code == 2
    assert "1 has no inverse" in refused.err
    assert "--family memorization takes any table" in refused.err
    assert cogo("build", "or.csv", "--family", "memorization", "-o", "or.cert.json").code == 0
    assert check_certificate("or.cert.json").accepted


def test_an_abelian_table_is_an_operation_of_the_abelian_theory(cogo):
    with open("z3.csv", "w", encoding="utf-8") as file:
        file.write("1,2,0\n2,0,1\n0,1,2\n")
    built = cogo("build", "z3.csv", "-o", "z3.cert.json")
    assert built.code == 0
    assert "relabelled, it computes x + y + 1 over Z3" in built.out
    assert "relabelled by its p, s, r" in check_certificate("z3.cert.json").message


def test_an_abelian_group_is_one_under_any_name(cogo):
    assert json.loads(cogo("build", "D2", "--json").out)["group"] == "Z2xZ2"
    found = json.loads(cogo("build", "D5", "--json").out)
    assert (found["group"], found["order"], found["width"]) == ("D5", 10, 18)


def shuffled(name: str, seed: int, noise: float = 0.0) -> None:
    """Write a network for a group whose inputs and outputs are renumbered, each in its own way."""
    assert build_weights(name)
    with np.load("w.npz") as file:
        state = {key: file[key] for key in ("layera.weight", "layerb.weight", "layerc.weight")}
    random = np.random.default_rng(seed)
    d = len(state["layerc.weight"])
    state = {k: w + noise * random.standard_normal(w.shape) for k, w in state.items()}
    state["layera.weight"] = state["layera.weight"][:, random.permutation(d)]
    state["layerb.weight"] = state["layerb.weight"][:, random.permutation(d)]
    state["layerc.weight"] = state["layerc.weight"][random.permutation(d)]
    np.savez("w.npz", **state)


def build_weights(name: str) -> bool:
    from cogo import build, embed, write_weights

    write_weights("w.npz", embed(build(name, "representation"), gauge="balanced"))
    return True


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "A4", "Dic3", "D6"])
def test_the_group_is_found_from_the_answers_in_any_numbering(cogo, name):
    shuffled(name, 1, noise=1e-3)
    found = cogo("verify", "w.npz")
    d = group(name).order
    assert found.code == 0
    assert f"it answers {d * d} of {d * d} pairs as x*y over {name}" in found.out
    assert f"answers {d * d} of {d * d} pairs of x*y over {name}, renamed correctly" in found.out
    held = json.loads(cogo("recognise", "w.npz", "--json").out)[0]
    assert held["operation"]["group"] == name
    assert held["proved"]["right"] == d * d
    for row in held["representations"]:
        assert row["nodes"] == row["closed form"]
        if row["dimension"] > 1:
            assert row["single"] == row["nodes"]
    assert abs(sum(row["share of c"] for row in held["representations"]) - 1) < 1e-9


@pytest.mark.parametrize(("name", "wrong"), [("S3", 1), ("D4", 2), ("S4", 6), ("S4", 17)])
def test_the_group_is_found_behind_wrong_answers_which_are_listed(cogo, name, wrong):
    shuffled(name, 1)
    with np.load("w.npz") as file:
        a, b, c = (file[f"layer{x}.weight"] for x in "abc")
    d, random = len(c), np.random.default_rng(2)
    answers = np.einsum("zq,xyq->xyz", c, (a.T[:, None] + b.T) ** 2).argmax(axis=2)
    spoilt = [divmod(int(i), d) for i in random.choice(d * d, wrong, replace=False)]
    for x, y in spoilt:  # (x + y)^2 - (x - y)^2 is 4 at this pair alone
        one, other = np.eye(d)[[x, y]]
        output = np.eye(d)[:, [(answers[x, y] + 1) % d]]
        a, b = np.vstack([a, one, one]), np.vstack([b, other, -other])
        c = np.hstack([c, output, -output])
    np.savez("w.npz", **{"layera.weight": a, "layerb.weight": b, "layerc.weight": c})
    found = cogo("verify", "w.npz", "--json")
    told = json.loads(found.out)
    assert found.code == 1
    assert told["wrong"] == sorted(map(list, spoilt))
    said = f"it answers {d * d - wrong} of {d * d} pairs as x*y over {name}, renamed"
    assert said in cogo("verify", "w.npz").out
    held = json.loads(cogo("recognise", "w.npz", "--json").out)[0]
    assert (held["operation"]["group"], held["proved"]["right"]) == (name, d * d - wrong)
    assert said in cogo("recognise", "w.npz").out


def test_what_is_proved_is_a_file_with_the_table(cogo):
    shuffled("D4", 3)
    found = cogo("verify", "w.npz", "-o", "w.verify.json")
    assert found.code == 0
    statement = json.loads(Path("w.verify.json").read_text())
    assert sorted(statement["operation"]) == ["table"]
    assert statement["notes"]["operation"] == "x*y over D4, renamed"
    assert (
        "accepted: 64 of 64 pairs of its 8 x 8 table are right"
        in cogo("check", "w.verify.json").out
    )
    first = statement["operation"]["table"][0]
    first[0], first[1] = first[1], first[0]
    Path("w.verify.json").write_text(json.dumps(statement))
    refuted = cogo("check", "w.verify.json")
    assert refuted.code == 1
    assert "refuted: wrong: (0, 0) is not listed" in refuted.out


def test_what_a_network_holds_is_printed(cogo):
    shuffled("S3", 2)
    found = cogo("recognise", "w.npz")
    assert found.code == 0
    assert "10 nodes over S3 (order 6)" in found.out
    assert "10 nodes by the representation that has most of their inputs" in found.out


def test_wrong_answers_are_found_against_the_group_that_is_named(cogo):
    build_weights("S3")
    with np.load("w.npz") as file:
        state = {key: file[key] for key in ("layera.weight", "layerb.weight", "layerc.weight")}
    state["layerc.weight"][[2, 3]] = state["layerc.weight"][[3, 2]]
    np.savez("w.npz", **state)
    found = cogo("verify", "w.npz", "--group", "S3")
    assert found.code == 1
    assert "answers 24 of 36 pairs of x*y over S3 correctly (proved)" in found.out


@pytest.mark.parametrize("name", ["S3", "Q8"])
def test_the_nearest_exact_network_is_certified(cogo, name):
    shuffled(name, 1, noise=1e-3)
    found = cogo("certify", "w.npz", "-o", "x.cert.json")
    d = group(name).order
    assert found.code == 0, found.err
    assert f"trained on {name} (order {d}), nodes by representation:" in found.out
    assert f"accepted: a table of {d} x {d}" in found.out
    assert check_certificate("x.cert.json").accepted
    told = json.loads(cogo("certify", "w.npz", "-o", "y.cert.json", "--json").out)
    assert told["accepted"]
    assert 0 < told["relative distance"] < 0.02
    assert told["operation"]["group"] == name
    named = cogo("certify", "w.npz", "-o", "z.cert.json", "--named")
    assert named.code == 1
    assert "has a name" in named.err
    assert not Path("z.cert.json").exists()


def test_what_was_built_is_certified_as_itself(cogo):
    assert cogo("build", "S3", "-o", "w.npz", "-q").code == 0
    found = cogo("certify", "w.npz", "-o", "x.cert.json")
    assert "short of S3 (order 6): distance 0" in found.out


def test_an_addition_over_another_group_than_the_cyclic_one_stays_an_addition(cogo):
    assert cogo("build", "Z2xZ4", "-o", "w.pt", "-q").code == 0
    found = cogo("verify", "w.pt")
    assert "answers 64 of 64 pairs of x + y over Z2xZ4 correctly" in found.out


def test_families_of_such_groups_have_options(cogo):
    turned = cogo("build", "S3", "--family", "representation", "--param", "turn=1/3", "--json")
    assert json.loads(turned.out)["proved"]
    wide = cogo("build", "A4", "--param", "linear=six-per-frequency", "--json")
    assert json.loads(wide.out)["width"] == 33


def test_what_is_claimed_of_such_a_group_is_proved_and_certified(cogo):
    found = cogo("prove", "Q8", "--claims", "groups", "-o", "certificates")
    assert found.code == 0
    assert all(x in found.out for x in ("Q8: short has zero one-hot loss", "4 proved, 2 checked"))
    files = sorted(x.name for x in Path("certificates").iterdir())
    names = ("memorization", "representation", "short")
    assert files == [f"Q8.{name}.cert.json" for name in names]
    checked = cogo("check", *(f"certificates/{name}" for name in files))
    assert checked.code == 0
    assert checked.out.count("accepted: a table of 8 x 8") == 3


def test_a_table_of_a_group_is_proved_in_its_own_numbering(cogo):
    table = np.array(group("S3").table)
    moved = np.array([3, 0, 4, 1, 5, 2])
    renamed = np.empty_like(table)
    renamed[np.ix_(moved, moved)] = moved[table]
    Path("t.csv").write_text("\n".join(",".join(map(str, row)) for row in renamed.tolist()))
    found = cogo("prove", "t.csv", "--claims", "groups.short", "-o", "certificates")
    assert found.code == 0, found.err
    [file] = Path("certificates").iterdir()
    assert json.loads(file.read_text())["table"] == renamed.tolist()
    assert cogo("prove", "S3", "--claims", "optimizers.four-plus-six").code == 2
