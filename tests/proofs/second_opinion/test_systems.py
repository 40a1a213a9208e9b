"""PARI/GP and Coq agree with ``checker.py``, on what holds and on what does not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import cogo
from proofs.certificates import checker
from proofs.certificates.certificate import to_text
from proofs.second_opinion import systems

ROOT = Path(__file__).resolve().parents[3]
INSTALLED = [
    pytest.param(
        name, marks=pytest.mark.skipif(shutil.which(program) is None, reason=f"no {program}")
    )
    for name, program, *_ in systems.SYSTEMS
]


def opinion(system: str, path: Path) -> systems.Opinion:
    return next(x for x in systems.second_opinions(path) if x.system == system)


def document(group: str, family: str = "auto", target: str = "projected") -> dict:
    element = cogo.build(group, family, target=target)
    return json.loads(to_text(element, target=target))


def write(path: Path, file: dict) -> Path:
    path.write_text(json.dumps(file))
    return path


SUBTRACTION = {
    "name": "x - y",
    "table": [[(x - y) % 3 for y in range(3)] for x in range(3)],
    "p": [0, 1, 2],
    "s": [0, 2, 1],
    "r": [0, 1, 2],
}
ACCEPTED = [
    ("Z3", "auto", "onehot"),
    ("Z3", "four-plus-six", "projected"),
    ("Z4", "four-plus-constant", "onehot"),
    ("Z2xZ2", "auto", "projected"),
]


@pytest.mark.parametrize("system", INSTALLED)
@pytest.mark.parametrize(("group", "family", "target"), ACCEPTED)
def test_what_holds_is_accepted(system, group, family, target, tmp_path):
    found = opinion(system, write(tmp_path / "z.cert.json", document(group, family, target)))
    assert (found.code, found.message.partition(":")[0]) == (0, "accepted")


def less(file):
    del file["nodes"][-1]


def double(file):
    for _, terms in file["nodes"][0]["a"]:
        for term in terms:
            term[0] *= 2


def unreal(file):
    """Weights times i, and outputs times -1: what the network computes is the same."""
    file["field"] *= 4
    for j, node in enumerate(file["nodes"]):
        for part, row in node.items():
            for term in (term for _, terms in row for term in terms):
                term[2] *= 4
                if j == 0 and part == "c":
                    term[0] *= -1
                elif j == 0:
                    term[2] = (term[2] + file["field"] // 4) % file["field"]


def squared_parameters(file):  # still real, and right where the parameters are 1
    for node in file["nodes"]:
        for _, terms in node["a"]:
            for term in terms:
                term[3:] = [{name: 2 * power for name, power in x.items()} for x in term[3:]]


def untargeted(file):
    file["target"] = "onehot"


def misnumbered(file):
    file["operation"] = SUBTRACTION | {"table": [[0, 2, 1], [1, 2, 2], [2, 1, 0]]}


FAULTS = {
    less: ("Z3", "auto"),
    double: ("Z3", "four-plus-constant"),
    unreal: ("Z3", "auto"),
    squared_parameters: ("Z3", "six-per-frequency"),
    untargeted: ("Z3", "four-plus-constant"),
    misnumbered: ("Z3", "auto"),
}


@pytest.mark.parametrize("system", INSTALLED)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_does_not_hold_is_refuted(system, fault, tmp_path):
    file = document(*FAULTS[fault])
    fault(file)
    path = write(tmp_path / "z.cert.json", file)
    assert checker.check(path.read_bytes())[0] == 1
    found = opinion(system, path)
    assert (found.code, found.message.partition(":")[0]) == (1, "refuted")


@pytest.mark.parametrize("system", INSTALLED)
def test_an_operation_is_checked_and_names_and_notes_are_never_run(system, tmp_path):
    hostile = ']; error("run"); \\". Definition x := 0. (* '
    file = document("Z3") | {"operation": SUBTRACTION | {"name": hostile}, "notes": {hostile: 1.5}}
    found = opinion(system, write(tmp_path / "z.cert.json", file))
    assert found.code == 0, found


@pytest.mark.parametrize("system", INSTALLED)
def test_what_is_too_large_is_not_attempted(system, tmp_path):
    found = opinion(system, write(tmp_path / "z.cert.json", document("Z41")))
    assert found.code is None
    assert " is more than " in found.message


@pytest.mark.parametrize("system", INSTALLED)
def test_no_answer_in_time_is_no_opinion(system, tmp_path):
    path = write(tmp_path / "z.cert.json", document("Z3"))
    found = next(x for x in systems.second_opinions(path, seconds=0) if x.system == system)
    assert (found.code, found.message) == (2, "not checked: no answer within 0 s")


def test_a_file_that_is_malformed_or_a_system_that_is_not_here_is_not_attempted(
    tmp_path, monkeypatch
):
    path = write(tmp_path / "z.cert.json", document("Z3") | {"more": 0})
    for found in systems.second_opinions(path):
        assert found.code is None
        assert found.message == "not attempted: malformed: top level: unknown key 'more'"
    write(path, {"format": "cogo-table"})
    assert {found.message for found in systems.second_opinions(path)} == {
        "not attempted: it is a network over the table of an operation; only optimizers over "
        "Abelian groups are put to it"
    }
    monkeypatch.setattr(systems.shutil, "which", lambda program: None)
    write(path, document("Z3"))
    assert [str(found) for found in systems.second_opinions(path)] == [
        "PARI/GP: not attempted: no gp here (Debian: pari-gp)",
        "Coq: not attempted: no coqc here (Debian: coq)",
    ]


def test_cogo_check_prints_a_line_for_each_and_the_worst_code_wins(tmp_path):
    file = document("Z3")
    paths = [write(tmp_path / "accepted.cert.json", file)]
    less(file)
    paths.append(write(tmp_path / "refuted.cert.json", file))
    done = subprocess.run(
        [sys.executable, "-m", "cogo", "check", "--second-opinion", *map(str, paths)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    for path, (verdict, pari, coq) in zip(paths, (lines[:3], lines[3:]), strict=True):
        word = path.name.partition(".")[0]
        assert verdict.startswith(f"{path}: {word}: ")
        assert pari.startswith(
            (f"{path}: PARI/GP: {word}: ", f"{path}: PARI/GP: not attempted: no gp here")
        )
        assert coq.startswith(
            (f"{path}: Coq: {word}: ", f"{path}: Coq: not attempted: no coqc here")
        )
