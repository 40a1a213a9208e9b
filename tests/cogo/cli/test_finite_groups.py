"""Groups that are not Abelian, and tables, on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from algebra.groups.group_names import group
from cogo import build, embed, write_weights
from proofs.certificates.checker_of import check_certificate
from tests.command import read_json


def test_an_exact_network_is_built_checked_and_shown(cogo):
    cogo("build S3 -o s3.cert.json -o s3.npz --target onehot").says(
        "short, 10 nodes, S3, target onehot: loss = 0 exactly (216 conditions",
        "next: cogo check s3.cert.json",
    )
    cogo("check s3.cert.json").says("all 216 outputs f(x, y)[g] equal")
    found = cogo("show s3.cert.json --json").json
    other = Path("s3.cert.json").read_text().replace('"S3"', r'"S4\n\u001b"')
    Path("s3.cert.json").write_text(other)
    cogo("show s3.cert.json").says(
        r"network over a table of 6 that is named 'S4\n\x1b': 10 nodes", "loss = 0 exactly"
    )
    assert (found["operation"], found["width"], found["accepted"]) == ("S3", 10, True)
    cogo("certify s3.npz -o x.cert.json").says("short of S3 (order 6): distance 0")


def layers() -> list[np.ndarray]:
    """The matrices of the two inputs, one column each, and that of the outputs."""
    with np.load("w.npz") as file:
        return [file[f"layer{p}.weight"] for p in "abc"]


def save(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    np.savez("w.npz", **{"layera.weight": a, "layerb.weight": b, "layerc.weight": c})


def outputs_of(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The outputs at all pairs, by the definition."""
    return (a.T[:, None] + b.T) ** 2 @ c.T


@pytest.mark.parametrize("gauge", ["balanced", "rational"])
@pytest.mark.parametrize("name", ["S3", "D5", "Q8", "A4"])
def test_the_plain_network_answers_every_pair(cogo, name, gauge):
    cogo("build", name, "-o w.npz -q --gauge", gauge)
    outputs = outputs_of(*layers())
    assert (outputs.argmax(axis=2) == group(name).products).all()
    margins = outputs - outputs.mean(axis=2, keepdims=True)
    wanted = np.eye(group(name).order)[group(name).products]
    assert abs(margins - (wanted - wanted.mean())).max() < 1e-12


def test_pytorch_loads_what_is_written(cogo):
    torch = pytest.importorskip("torch")
    cogo("build Q8 -o w.pt -q --dtype float32")
    linear = {name: torch.nn.Linear(8, 12, bias=False) for name in ("layera", "layerb")}
    net = torch.nn.ModuleDict({**linear, "layerc": torch.nn.Linear(12, 8, bias=False)})
    net.load_state_dict(torch.load("w.pt", weights_only=True), strict=True)
    one = torch.eye(8)
    f = net["layerc"]((net["layera"](one)[:, None] + net["layerb"](one)).square())
    assert (f.argmax(-1).numpy() == group("Q8").products).all()


def test_a_table_that_is_no_group_is_memorized(cogo):
    Path("or.csv").write_text("0,1\n1,1\n")
    cogo("build or.csv", code=2).says("1 has no inverse", "--family memorization takes any table")
    cogo("build or.csv --family memorization -o or.cert.json")
    assert check_certificate("or.cert.json").accepted


def test_an_abelian_table_is_an_operation_of_the_abelian_theory(cogo):
    Path("z3.csv").write_text("1,2,0\n2,0,1\n0,1,2\n")
    cogo("build z3.csv -o z3.cert.json").says("relabelled, it computes x + y + 1 over Z3")
    assert "relabelled by its p, s, r" in check_certificate("z3.cert.json").message


def test_an_abelian_group_is_one_under_any_name(cogo):
    assert cogo("build D2 --json").json["group"] == "Z2xZ2"
    found = cogo("build D5 --json").json
    assert (found["group"], found["order"], found["width"]) == ("D5", 10, 18)


@pytest.fixture
def shuffled(in_an_empty_folder) -> Callable[..., None]:
    """Write a network for a group whose inputs and outputs are renumbered, each in its own way."""

    def write(name: str, seed: int, noise: float = 0.0) -> None:
        write_weights("w.npz", embed(build(name, "representation"), gauge="balanced"))
        random = np.random.default_rng(seed)
        a, b, c = (w + noise * random.standard_normal(w.shape) for w in layers())
        p, s, r = (random.permutation(len(c)) for _ in range(3))
        save(a[:, p], b[:, s], c[r])

    return write


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "A4", "Dic3", "D6"])
def test_the_group_is_found_from_the_answers_in_any_numbering(cogo, shuffled, name):
    shuffled(name, 1, noise=1e-3)
    d = group(name).order
    cogo("verify w.npz").says(
        f"it answers {d * d} of {d * d} pairs as x*y over {name}",
        f"answers {d * d} of {d * d} pairs of x*y over {name}, renamed correctly",
    )
    q = len(layers()[0])
    cogo("recognise w.npz").says(
        f"{q} nodes over {name} (order {d})",
        f"{q} nodes by the representation that has most of their inputs",
    )
    (held,) = cogo("recognise w.npz --json").json
    assert (held["operation"]["group"], held["proved"]["right"]) == (name, d * d)
    for row in held["representations"]:
        assert row["nodes"] == row["closed form"]
        if row["dimension"] > 1:
            assert row["single"] == row["nodes"]
    assert abs(sum(row["share of c"] for row in held["representations"]) - 1) < 1e-9


@pytest.mark.parametrize(("name", "wrong"), [("S3", 1), ("D4", 2), ("S4", 6), ("S4", 17)])
def test_the_group_is_found_behind_wrong_answers_which_are_listed(cogo, shuffled, name, wrong):
    shuffled(name, 1)
    a, b, c = layers()
    d, random = len(c), np.random.default_rng(2)
    answers = outputs_of(a, b, c).argmax(axis=2)
    spoilt = [divmod(int(i), d) for i in random.choice(d * d, wrong, replace=False)]
    for x, y in spoilt:  # (x + y)^2 - (x - y)^2 is 4 at this pair alone
        one, other = np.eye(d)[[x, y]]
        output = np.eye(d)[:, [(answers[x, y] + 1) % d]]
        a, b = np.vstack([a, one, one]), np.vstack([b, other, -other])
        c = np.hstack([c, output, -output])
    save(a, b, c)
    assert cogo("verify w.npz --json", code=1).json["wrong"] == sorted(map(list, spoilt))
    said = f"it answers {d * d - wrong} of {d * d} pairs as x*y over {name}, renamed"
    cogo("verify w.npz", code=1).says(said)
    (held,) = cogo("recognise w.npz --json").json
    assert (held["operation"]["group"], held["proved"]["right"]) == (name, d * d - wrong)
    cogo("recognise w.npz").says(said)


def test_what_is_proved_is_a_file_with_the_table(cogo, shuffled):
    shuffled("D4", 3)
    cogo("verify w.npz -o w.verify.json")
    statement = read_json("w.verify.json")
    assert sorted(statement["operation"]) == ["table"]
    assert statement["notes"]["operation"] == "x*y over D4, renamed"
    cogo("check w.verify.json").says("accepted: 64 of 64 pairs of its 8 x 8 table are right")
    first = statement["operation"]["table"][0]
    first[0], first[1] = first[1], first[0]
    Path("w.verify.json").write_text(json.dumps(statement))
    cogo("check w.verify.json", code=1).says("refuted: wrong: (0, 0) is not listed")


def test_wrong_answers_are_found_against_the_group_that_is_named(cogo):
    cogo("build S3 --family representation -o w.npz -q")
    a, b, c = layers()
    save(a, b, c[[0, 1, 3, 2, 4, 5]])
    cogo("verify w.npz --group S3", code=1).says(
        "answers 24 of 36 pairs of x*y over S3 correctly (proved)"
    )


@pytest.mark.parametrize("name", ["S3", "Q8"])
def test_the_nearest_exact_network_is_certified(cogo, shuffled, name):
    shuffled(name, 1, noise=1e-3)
    d = group(name).order
    cogo("certify w.npz -o x.cert.json").says(
        f"trained on {name} (order {d}), nodes by representation:",
        f"accepted: a table of {d} x {d}",
    )
    assert check_certificate("x.cert.json").accepted
    told = cogo("certify w.npz -o y.cert.json --json").json
    assert told["accepted"]
    assert 0 < told["relative distance"] < 0.02
    assert told["operation"]["group"] == name
    assert "has a name" in cogo("certify w.npz -o z.cert.json --named", code=1).err
    assert not Path("z.cert.json").exists()


def test_an_addition_over_another_group_than_the_cyclic_one_stays_an_addition(cogo):
    cogo("build Z2xZ4 -o w.pt -q")
    cogo("verify w.pt").says("answers 64 of 64 pairs of x + y over Z2xZ4 correctly")


def test_families_of_such_groups_have_options(cogo):
    assert cogo("build S3 --family representation --param turn=1/3 --json").json["proved"]
    assert cogo("build A4 --param linear=six-per-frequency --json").json["width"] == 33


def test_what_is_claimed_of_such_a_group_is_proved_and_certified(cogo):
    cogo("prove Q8 --claims groups -o certificates").says(
        "Q8: short has zero one-hot loss", "4 proved, 2 checked"
    )
    files = sorted(Path("certificates").iterdir())
    names = ("memorization", "representation", "short")
    assert [x.name for x in files] == [f"Q8.{name}.cert.json" for name in names]
    assert cogo("check", *files).out.count("accepted: a table of 8 x 8") == 3


def test_a_table_of_a_group_is_proved_in_its_own_numbering(cogo):
    table = np.array(group("S3").table)
    moved = np.array([3, 0, 4, 1, 5, 2])
    renamed = np.empty_like(table)
    renamed[np.ix_(moved, moved)] = moved[table]
    np.savetxt("t.csv", renamed, fmt="%d", delimiter=",")
    cogo("prove t.csv --claims groups.short -o certificates")
    [file] = Path("certificates").iterdir()
    assert read_json(file)["table"] == renamed.tolist()
