"""Networks for other operations through the verbs: found, asked for, verified, certified."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from proofs.certificates import checker
from tests.command import cogo

pytestmark = pytest.mark.usefixtures("in_an_empty_folder")

NAMES = {
    ("Z7", "x - y"): "x - y over Z7",
    ("Z12", "x*y"): "x*y mod 13 on 1..12: Z12 by powers of 2",
    ("Z5", "2x + y - 1"): "2x + y - 1 over Z5",
}


@pytest.mark.parametrize(("group", "formula"), NAMES)
def test_an_exact_network_for_an_operation_comes_back_as_what_it_is(capsys, group, formula):
    words = ["--family", "six-per-frequency", "--operation", formula, "-o", "w.npz", "-q"]
    assert cogo(capsys, "build", group, *words)[0] == 0
    name, d = NAMES[group, formula], int(group[1:])
    for asked in ([], ["--operation", formula]):
        (found,) = json.loads(cogo(capsys, "recognise", "w.npz", "--json", *asked)[1])
        assert (found["operation"], found["accuracy"]) == (name, 1.0)
        assert found["isotopy"]["group"] == group
        verified = json.loads(cogo(capsys, "verify", "w.npz", "--json", *asked)[1])
        assert (verified["right"], verified["operation"]) == (d * d, found["isotopy"])
        words = ["certify", "w.npz", "-o", "w.cert.json", "--force", "--json", *asked]
        code, out, _ = cogo(capsys, *words)
        assert code == 0
        assert json.loads(out)["operation"] == found["isotopy"]
        code, message = checker.check_file("w.cert.json")
        assert code == 0
        assert f"at all {d * d} pairs; the name, {name!r}, was not checked" in message
        stated = json.loads(Path("w.cert.json").read_text())["operation"]
        shown = cogo(capsys, "show", "w.cert.json", "--json")[1]
        assert json.loads(shown)["operation"] == found["isotopy"]
        assert f"relabelled, it computes {name}" in cogo(capsys, "show", "w.cert.json")[1]
        assert {key: stated[key] for key in "psr"} == {key: found["isotopy"][key] for key in "psr"}
    assert f"it answers {d * d} of {d * d} pairs as {name}" in cogo(capsys, "recognise", "w.npz")[1]


def test_a_table_in_a_file_is_an_operation(capsys):
    x = np.arange(7)
    np.savetxt("minus.csv", (x[:, None] - x) % 7, fmt="%d", delimiter=",")
    words = ["build", "Z7", "--operation", "minus.csv", "-o", "w.npz"]
    assert "relabelled, it computes x - y over Z7" in cogo(capsys, *words)[1]
    code, out, _ = cogo(capsys, "verify", "w.npz", "--operation", "minus.csv")
    assert code == 0
    assert "relabelled for x - y over Z7, as asked" in out
    code, out, _ = cogo(capsys, "verify", "w.npz", "--operation", "x + y")
    assert code == 1
    assert "answers 7 of 49 pairs of x + y over Z7 correctly (proved)" in out
    out = cogo(capsys, "recognise", "w.npz", "--operation", "x + 2y")[1]
    assert "the network computes another operation than x + 2y over Z7 (14.3% of all pairs" in out
    assert "; relabelled for that, it answers 49 of 49 pairs as " in out
