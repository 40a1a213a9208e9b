"""Certificates of infeasibility: the equations are right, what is false or malformed is refused."""

import json
import os
import shutil
import time
from contextlib import contextmanager

import pytest

from algebra import AbelianGroup
from proofs.certificates import infeasible_checker
from proofs.certificates.infeasible_checker import check
from proofs.widths import infeasible
from tests.command import cogo
from tests.proofs.recorded_engine import recorded, write_engine
from tests.proofs.stand_alone import ROOT

FOLDER = ROOT / "docs" / "catalogue" / "infeasible"
FILES = sorted(FOLDER.glob("*.json"))
SMALL = [FOLDER / f"{x}.json" for x in ("Z3.onehot.3", "Z4.projected.3")]


@pytest.fixture
def first_on_path(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture(params=["recorded", "installed"] if shutil.which("Singular") else ["recorded"])
def singular(request, monkeypatch):
    """What Singular answered once; and Singular itself, where there is one."""
    if request.param == "recorded":
        monkeypatch.setattr(infeasible, "_run", recorded)


def checked(path, **changes):
    """What the checker says of a file with other values for some keys."""
    return check(json.dumps(json.loads(path.read_text()) | changes).encode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_certificate_in_the_repository_is_accepted_and_says_what_its_name_says(path):
    code, message = infeasible_checker.check_file(str(path))
    group, target, width = path.stem.split(".")
    assert code == 0, message
    assert message.startswith(f"accepted: {group}, target {target}: no network of {width} or fewer")
    assert path.stat().st_size < 30_000


def test_there_are_certificates_for_the_cases_of_the_page():
    page = (ROOT / "docs" / "catalogue" / "certificates.md").read_text()
    assert len(FILES) >= 16
    assert all(f"(infeasible/{path.name})" in page for path in FILES)


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_any_single_change_of_a_certificate_is_refused(path):
    cofactors = json.loads(path.read_text())["cofactors"]
    assert sum(len(terms) for _, terms in cofactors) > 30
    for i, (label, terms) in enumerate(cofactors):
        others = cofactors[:i] + cofactors[i + 1 :]
        assert checked(path, cofactors=others)[0] == 1
        for k, (x, *names) in enumerate(terms):
            changed = [*terms[:k], [x + 1 or 1, *names], *terms[k + 1 :]]
            assert checked(path, cofactors=[*others, [label, changed]])[0] == 1


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"width": 2}, 2, "width: 2 is not 3, the one that this route is for"),
        ({"width": 4}, 2, "width: 4 is not 3, the one that this route is for"),
        ({"values": [-1, 0, 1]}, 1, "the coefficient of "),
        ({"constants": False}, 2, "'a0' is not the name of an unknown"),
        ({"constants": 1}, 2, "constants: 1 is not true or false"),
        ({"power": 1}, 1, "the coefficient of "),
        ({"power": 9}, 2, "power: 9 is more than 8"),
        ({"scale": 4}, 1, "the coefficient of a0*a0*b1*b1 is 12, expected 16"),
        ({"scale": 0}, 2, "scale: 0 is less than 1"),
        ({"values": [0, 0, 0]}, 2, "values: the functional is zero on all that is to be computed"),
        ({"values": [0, 0, 1]}, 1, "the coefficient of "),
        ({"values": [10**6 + 1, 0, 1]}, 2, "values[0]: 1000001 is more than 1000000"),
        ({"values": [1, 0]}, 2, "values: length 2 is less than 3"),
        # sum_g s(0, g)^2 is an equation of the projected task, and may not be the functional too
        (
            {"target": "projected", "width": 2, "values": [1, 1, 1], "power": 1, "scale": 1}
            | {"cofactors": [[[], [[1]]]]},
            2,
            "values: the functional is zero on all that is to be computed",
        ),
        ({"route": "direct"}, 2, "top level, route direct: unknown key 'values'"),
        ({"route": "other"}, 2, "route: 'other' is not direct or squares"),
        ({"group": [4]}, 2, "width: 3 is not 4"),
        ({"group": [17]}, 2, "group[0]: 17 is more than 16"),
        ({"group": [1]}, 2, "group: order: 1 is less than 2"),
        ({"group": [3, 1, 1, 1, 1]}, 2, "group: length 5 is more than 4"),
        ({"format": "cogo-certificate"}, 2, "format: 'cogo-certificate' is not cogo-infeasible"),
        ({"version": 2}, 2, "version: 2 is more than 1"),
        ({"extra": 1}, 2, "top level: unknown key 'extra'"),
        ({"cofactors": []}, 2, "cofactors: length 0 is less than 1"),
        ({"cofactors": [[[1, 0], [[1]]]]}, 2, "[1, 0] is not the label of an equation, or not new"),
        ({"cofactors": [[[1, 1], [[1]]]] * 2}, 2, "is not the label of an equation, or not new"),
        ({"cofactors": [[[1, 1], [[1, "c0_1"]]]]}, 2, "'c0_1' is not the name of an unknown"),
        ({"cofactors": [[[1, 1], [[0]]]]}, 2, "the coefficient is 0, or the monomial is not new"),
        ({"cofactors": [[[1, 1], [[1], [2]]]]}, 2, "is 0, or the monomial is not new"),
        ({"cofactors": [[[1, 1], [[1.5]]]]}, 2, "'1.5' is not an integer"),
        ({"cofactors": [[[1, 1], [[1, *["a1"] * 101]]]]}, 2, "length 102 is more than 101"),
    ],
)
def test_what_is_false_is_refuted_and_what_is_malformed_refused(change, code, words):
    found, message = checked(SMALL[0], **change)
    assert found == code
    assert words in message


def test_a_certificate_does_not_speak_of_another_group():
    code, message = checked(FOLDER / "Z4.onehot.4.json", group=[2, 2])
    assert code == 1
    assert "the coefficient of" in message


def test_a_single_coefficient_that_is_wrong_is_enough():
    said = "refuted: the coefficient of 1 is 1, expected 2"
    assert checked(FOLDER / "Z2.onehot.1.json", scale=2) == (1, said)


def test_text_that_is_nested_too_deep_or_gives_a_key_twice_is_malformed():
    assert "nested more than 8 deep" in check(b"[" * 9 + b"]" * 9)[1]
    assert check(b'{"a": 1, "a": 2}')[1] == "malformed: text: key 'a' occurs twice in one object"


@pytest.mark.parametrize(
    ("four_times", "said"),
    [(10**50, "(long)"), (10**40, "(long)"), (10**40 - 4, f"{10**40 - 4}")],
)
def test_long_coefficients_are_not_printed(four_times, said):
    assert checked(SMALL[0], scale=four_times // 4)[1].endswith(f"expected {said}")


def test_cogo_check_takes_both_kinds_and_refutes_a_false_one(tmp_path, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text(SMALL[0].read_text().replace('"scale": 3', '"scale": 5'))
    other = ROOT / "docs" / "catalogue" / "widths" / "Z3.onehot.cert.json"
    code, out, _ = cogo(capsys, "check", SMALL[0], other)
    assert code == 0
    assert "no network of 3 or fewer nodes" in out
    assert "Z3, 4 nodes" in out
    code, out, _ = cogo(capsys, "check", bad)
    assert code == 1
    assert "refuted: the coefficient of" in out


@pytest.mark.usefixtures("singular")
def test_cogo_infeasible_finds_what_is_in_the_repository(tmp_path, capsys):
    path = tmp_path / "found.json"
    arguments = ["infeasible", "Z3", "--target", "onehot", "--width", 3, "-o", path]
    code, out, _ = cogo(capsys, *arguments)
    assert code == 0
    assert "accepted: Z3, target onehot: no network of 3 or fewer" in out
    assert infeasible_checker.check_file(str(path))[0] == 0
    code, _, err = cogo(capsys, *arguments)
    assert code == 2
    assert "--force" in err


@pytest.mark.usefixtures("singular")
def test_where_there_are_complex_solutions_there_is_no_certificate(capsys, tmp_path):
    G = AbelianGroup("Z2")
    assert infeasible.find(G, 1, target="projected") is None
    assert infeasible.find(G, 2, target="onehot") is None
    options = ("infeasible", "Z2", "-w", 1, "--target", "projected", "-o", tmp_path / "x.json")
    code, out, _ = cogo(capsys, *options)
    assert code == 1
    assert "no certificate on this route" in out
    assert not (tmp_path / "x.json").exists()


@pytest.mark.usefixtures("singular")
def test_without_constant_parts_one_node_does_not_suffice():
    text = infeasible.find(AbelianGroup("Z3"), 1, target="projected", constants=False)
    code, message = check(text.encode())
    assert code == 0
    assert "no network of 1 or fewer nodes, no constant parts, with real" in message


def test_what_is_known_is_said_at_once_without_singular(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = ("infeasible", "Z5", "--target", "onehot")
    code, out, _ = cogo(capsys, *asked, "--width", 7)
    assert code == 0
    assert "proved: 7 nodes do not suffice, with real weights" in out
    assert "pass -o FILE for a certificate" in out
    code, out, _ = cogo(capsys, *asked, "--width", 8, "-o", tmp_path / "x.json")
    assert code == 1
    assert "proved: 8 nodes suffice: few-plus-constant" in out
    code, out, err = cogo(capsys, *asked, "--width", 7, "-o", tmp_path / "x.json")
    assert code == 2
    assert "proved: 7 nodes do not suffice, with real weights" in out
    assert "Singular is not installed; it is needed to find certificates" in err


def test_the_time_is_that_of_all_attempts_together(first_on_path):
    write_engine(first_on_path, "import time; time.sleep(.4); print('none'); print('done')")
    start = time.monotonic()
    with pytest.raises(ValueError, match="Singular found nothing in 1 s; pass more time"):
        infeasible.find(AbelianGroup("Z7"), 7, seconds=1)
    assert time.monotonic() - start < 10


def test_a_clock_goes_while_singular_works(first_on_path, monkeypatch, capsys, tmp_path):
    shown = []

    @contextmanager
    def bar(silent):
        yield lambda *step: shown.append(step)

    monkeypatch.setattr("cogo.cli.options.progress_bar", bar)
    write_engine(first_on_path, "import time; time.sleep(60)")
    options = ("infeasible", "Z3", "--target", "onehot", "-w", 3, "--minutes", 1 / 32)
    assert cogo(capsys, *options, "-o", tmp_path / "x.json")[0] == 2
    assert len(shown) >= 3
    assert [done for _, done, _ in shown] == sorted({done for _, done, _ in shown})
    assert {(text, total) for text, _, total in shown} == {("Singular", 60 / 32)}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("print('? out of memory')", r"Singular failed: \? out of memory"),
        ("print('done'); raise SystemExit(1)", "Singular failed: done"),
        ("print('cofactor 1'); print('done')", "Singular printed 1 cofactors, not 4"),
        ("print('cofactor 1\\n' * 4 + 'done')", "what Singular found is not accepted: refuted"),
    ],
)
def test_an_engine_that_fails_or_lies_is_an_error_in_words(first_on_path, source, message):
    write_engine(first_on_path, source)
    with pytest.raises(ValueError, match=message):
        infeasible.find(AbelianGroup("Z2"), 1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"group": AbelianGroup("Z17"), "width": 3}, "group=Z17 has order 17; pass one of order 2"),
        ({"group": AbelianGroup("Z3"), "width": 0}, "width=0; pass 1 to 16"),
        ({"group": AbelianGroup("Z3"), "width": 3, "target": "x"}, "target='x'; pass projected or"),
    ],
)
def test_arguments_out_of_range_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        infeasible.find(**arguments)


def test_minutes_out_of_range_are_named(capsys):
    code, _, err = cogo(capsys, "infeasible", "Z3", "-w", 3, "--minutes", 0)
    assert code == 2
    assert "minutes=0.0; pass 0.001 to 100000" in err
