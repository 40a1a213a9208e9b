"""Networks for other operations through the verbs: found, asked for, verified, certified."""

import numpy as np
import pytest

from tests.command import read_json


@pytest.mark.parametrize(
    ("group", "formula", "name", "value"),
    [
        ("Z7", "x - y", "x - y over Z7", lambda x, y: (x - y) % 7),
        ("Z5", "2x + y - 1", "2x + y - 1 over Z5", lambda x, y: (2 * x + y - 1) % 5),
        ("Z12", "x*y mod 13", "x*y mod 13 on 1..12: Z12 by powers of 2",
         lambda x, y: (x + 1) * (y + 1) % 13 - 1),
        ("Z4xZ3", "x/y", "x/y mod 13 on 1..12: Z4xZ3 by powers of 5, 3",
         lambda x, y: (x + 1) * pow(y + 1, -1, 13) % 13 - 1),
    ],
)  # fmt: skip
def test_an_exact_network_for_an_operation_comes_back_as_what_it_is(
    cogo, group, formula, name, value
):
    asked = f"--operation '{formula}'"
    words = "--family six-per-frequency -o w.npz -o w.cert.json --json"
    stated = cogo("build", group, words, asked).json["operation"]
    assert stated["group"] == group
    written = read_json("w.cert.json")["operation"]
    assert stated == {"group": group, **{key: written[key] for key in ("name", "p", "s", "r")}}
    a, b, c = (np.load("w.npz")[f"layer{p}.weight"] for p in "abc")
    d = len(c)
    for x in range(d):
        outputs, answers = c @ (a[:, [x]] + b) ** 2, [value(x, y) for y in range(d)]
        assert outputs.argmax(axis=0).tolist() == answers
        one_hot = np.eye(d)[:, answers] - 1 / d
        assert np.abs(outputs - outputs.mean(axis=0) - one_hot).max() < 1e-12
    right = f"at all {d * d} pairs; the name, {name!r}, was not checked"
    cogo("check w.cert.json").says(right)
    for more in ("", asked):
        (found,) = cogo("recognise w.npz --json", more).json
        assert (found["operation"], found["accuracy"]) == (name, 1.0)
        isotopy = found["isotopy"]
        assert isotopy["group"] == group
        verified = cogo("verify w.npz --json", more).json
        assert (verified["right"], verified["operation"]) == (d * d, isotopy)
        certified = cogo("certify w.npz -o w.cert.json --force --json", more).json
        assert certified["operation"] == isotopy
        cogo("check w.cert.json").says(right)
        assert cogo("show w.cert.json --json").json["operation"] == isotopy
        cogo("show w.cert.json").says(
            f"relabelled, it computes the operation of its table; the name, {name!r}, was not"
        )
        stated = read_json("w.cert.json")["operation"]
        assert {key: stated[key] for key in "psr"} == {key: isotopy[key] for key in "psr"}
    cogo("recognise w.npz").says(f"it answers {d * d} of {d * d} pairs as {name}")


def test_a_table_in_a_file_is_an_operation(cogo):
    x = np.arange(7)
    np.savetxt("minus.csv", (x[:, None] - x) % 7, fmt="%d", delimiter=",")
    cogo("build Z7 --operation minus.csv -o w.npz").says("relabelled, it computes x - y over Z7")
    cogo("verify w.npz --operation minus.csv").says("relabelled for x - y over Z7, as asked")
    cogo("verify w.npz --operation 'x + y'", code=1).says(
        "answers 7 of 49 pairs of x + y over Z7 correctly (proved)"
    )
    cogo("recognise w.npz --operation 'x + 2y'").says(
        "the network computes another operation than x + 2y over Z7 (14.3% of all pairs",
        "; it answers 49 of 49 pairs as x - y over Z7",
    )
