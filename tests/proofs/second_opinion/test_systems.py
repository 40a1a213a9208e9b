"""PARI/GP and Coq agree with ``checker.py``, on what holds and on what does not."""

import json
import shutil

import pytest

import cogo
from proofs.certificates import checker
from proofs.certificates.certificate import to_text
from proofs.claims.checker import FALSE, put, spoilt
from proofs.second_opinion import systems
from tests.command import cogo as command

INSTALLED = [
    pytest.param(
        name, marks=pytest.mark.skipif(shutil.which(program) is None, reason=f"no {program}")
    )
    for name, program, *_ in systems.SYSTEMS
]


def document(group: str, family: str = "auto", target: str = "projected") -> dict:
    element = cogo.build(group, family, target=target)
    return json.loads(to_text(element, target=target))


@pytest.fixture
def opinions(tmp_path):
    """What systems say of a file."""

    def asked(file: dict | bytes, **options) -> dict[str, systems.Opinion]:
        path = tmp_path / "z.cert.json"
        path.write_bytes(file if isinstance(file, bytes) else json.dumps(file).encode())
        return {found.system: found for found in systems.second_opinions(path, **options)}

    return asked


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
def test_what_holds_is_accepted(system, group, family, target, opinions):
    found = opinions(document(group, family, target))[system]
    assert (found.code, found.message.partition(":")[0]) == (0, "accepted")


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


MISNUMBERED = SUBTRACTION | {"table": [[0, 2, 1], [1, 2, 2], [2, 1, 0]]}
FAULTS = {"weights that are not real": unreal, "a table": put("operation", value=MISNUMBERED)}
FAULTS |= {
    name: FALSE[name]
    for name in (
        *("a node missing", "a coefficient", "the one-hot target"),
        "true for one value of the parameter only",
    )
}


@pytest.mark.parametrize("system", INSTALLED)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_hold_is_refuted(system, fault, opinions):
    data = spoilt(document("Z3", "six-per-frequency"), FAULTS[fault])
    assert checker.check(data)[0] == 1
    found = opinions(data)[system]
    assert (found.code, found.message.partition(":")[0]) == (1, "refuted")


@pytest.mark.parametrize("system", INSTALLED)
def test_an_operation_is_checked_and_names_and_notes_are_never_run(system, opinions):
    hostile = ']; error("run"); \\". Definition x := 0. (* '
    file = document("Z3") | {"operation": SUBTRACTION | {"name": hostile}, "notes": {hostile: 1.5}}
    found = opinions(file)[system]
    assert found.code == 0, found


@pytest.mark.parametrize("system", INSTALLED)
def test_what_is_too_large_is_not_attempted(system, opinions):
    found = opinions(document("Z41"))[system]
    assert found.code is None
    assert " is more than " in found.message


@pytest.mark.parametrize("system", INSTALLED)
def test_no_answer_in_time_is_no_opinion(system, opinions):
    found = opinions(document("Z3"), seconds=0)[system]
    assert (found.code, found.message) == (2, "not checked: no answer within 0 s")


def test_a_file_that_is_malformed_or_a_system_that_is_not_here_is_not_attempted(
    opinions, monkeypatch
):
    table = "it is a network over the table of an operation; only optimizers over Abelian groups "
    for file, why in (
        (document("Z3") | {"more": 0}, "malformed: top level: unknown key 'more'"),
        ({"format": "cogo-table"}, f"{table}are put to it"),
    ):
        for found in opinions(file).values():
            assert (found.code, found.message) == (None, f"not attempted: {why}")
    monkeypatch.setattr(systems.shutil, "which", lambda program: None)
    assert [str(found) for found in opinions(document("Z3")).values()] == [
        "PARI/GP: not attempted: no gp here (Debian: pari-gp)",
        "Coq: not attempted: no coqc here (Debian: coq)",
    ]


def test_cogo_check_prints_a_line_for_each_and_the_worst_code_wins(tmp_path, capsys):
    right, wrong = tmp_path / "accepted.cert.json", tmp_path / "refuted.cert.json"
    right.write_text(json.dumps(document("Z3")))
    wrong.write_bytes(spoilt(document("Z3"), FALSE["a node missing"]))
    code, out, _ = command(capsys, "check", "--second-opinion", right, wrong)
    assert code == 1
    lines = out.splitlines()
    for path, (verdict, *others) in ((right, lines[:3]), (wrong, lines[3:])):
        word = path.name.partition(".")[0]
        assert verdict.startswith(f"{path}: {word}: ")
        for line, name, program in zip(others, ("PARI/GP", "Coq"), ("gp", "coqc"), strict=True):
            missing = f"{path}: {name}: not attempted: no {program} here"
            assert line.startswith((f"{path}: {name}: {word}: ", missing))
