"""Certificates of infeasibility: the equations are right, what is false or malformed is refused."""

import json
import os
import random
import time
from contextlib import contextmanager
from fractions import Fraction

import pytest

from algebra import AbelianGroup
from proofs.certificates import infeasible_checker
from proofs.certificates.infeasible_checker import Statement, check, equations, goal
from proofs.widths import infeasible
from tests.command import cogo
from tests.proofs.recorded_engine import is_installed, write_engine, write_stand_in
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


@pytest.fixture(params=["recorded", "installed"] if is_installed() else ["recorded"])
def singular(request, first_on_path):
    """What Singular answered once; and Singular itself, where there is one."""
    if request.param == "recorded":
        write_stand_in(first_on_path)


def value(f, point):
    total = 0
    for monomial, x in f.items():
        for name in monomial:
            x *= point[name]
        total += x
    return total


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


@pytest.mark.parametrize("target", ["onehot", "projected"])
@pytest.mark.parametrize("constants", [True, False])
@pytest.mark.parametrize("name", ["Z3", "Z4", "Z2xZ2"])
def test_direct_equations_are_the_networks_errors(name, constants, target):
    """Evaluated at random networks, gauge fixed, they are f(x, y)[g] less what is wanted."""
    rng = random.Random(f"{name} {constants} {target}")
    G, q = AbelianGroup(name), 2
    d = G.order
    a, b, c = ([[Fraction(rng.randint(-9, 9)) for _ in range(d)] for _ in range(q)] for _ in "abc")
    if not constants:
        for row in (*a, *b):
            mean = sum(row) / d
            row[:] = [x - mean for x in row]

    def output(g, x, y):
        return sum(c[j][g] * (a[j][x] + b[j][y]) ** 2 for j in range(q))

    wanted = {(x, y): G.add(x, y) for x in range(d) for y in range(d)}
    base = 0 if target == "projected" else None
    point = {}
    for j in range(q):
        for x in range(d):
            point[f"a{j}_{x}"] = a[j][x] + b[j][0]
            point[f"b{j}_{x}"] = b[j][x] - b[j][0]
            point[f"c{j}_{x}"] = c[j][x] - (0 if base is None else c[j][base])
    made = equations(Statement(G.moduli, q, target, constants, "direct", [], 1))
    assert len(made) == (d - (base is not None)) * d * d
    for (g, x, y), f in made.items():
        expected = output(g, x, y) - (wanted[x, y] == g)
        if base is not None:
            expected -= output(base, x, y) - (wanted[x, y] == base)
        assert value(f, point) == expected


@pytest.mark.parametrize("target", ["onehot", "projected"])
@pytest.mark.parametrize("name", ["Z3", "Z2xZ2", "Z6"])
def test_equations_of_squares_say_that_the_square_is_a_function_of_the_sum(name, target):
    rng = random.Random(name)
    G = AbelianGroup(name)
    d = G.order
    point = {f"{p}{x}": rng.randint(-9, 9) for p in "ab" for x in range(d)} | {"b0": 0}
    square = [[(point[f"a{x}"] + point[f"b{y}"]) ** 2 for y in range(d)] for x in range(d)]
    values = [rng.randint(-5, 5) for _ in range(d)]
    statement = Statement(G.moduli, d - (target == "projected"), target, True, "squares", values, 2)
    made = equations(statement)
    assert len(made) == d * (d - 1) + (target == "projected")
    for label, f in made.items():
        if label:
            g, x = label
            [y] = [y for y in range(d) if G.add(x, y) == g]
            assert value(f, point) == square[x][y] - square[0][g]
        else:
            assert value(f, point) == sum(square[0])
    functional = sum(v * square[0][g] for g, v in enumerate(values))
    assert value(goal(statement), point) == functional**2


def test_equations_vanish_on_networks_that_solve_the_task():
    """Four nodes solve the one-hot task on Z2xZ2: what is accepted cannot be too much."""
    G = AbelianGroup("Z2xZ2")
    made = equations(Statement(G.moduli, 4, "onehot", True, "direct", [], 1))
    point = {}
    signs = [[1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]]
    for j in range(4):
        for x in range(4):
            # (chi(x) + chi(y))^2 = 2 + 2 chi(x + y), moved so that b(0) = 0; and the constant 1.
            chi = signs[j][x] if j < 3 else 0
            point[f"a{j}_{x}"] = chi + 1
            point[f"b{j}_{x}"] = chi - 1 if j < 3 else 0
            point[f"c{j}_{x}"] = Fraction(chi, 8) if j < 3 else 0
    for g in range(4):
        point[f"c3_{g}"] = Fraction(1, 4) - 2 * sum(Fraction(s[g], 8) for s in signs)
    assert all(value(f, point) == 0 for f in made.values())


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_any_single_change_of_a_certificate_is_refused(path):
    document = json.loads(path.read_text())
    refused = 0
    for i in range(len(document["cofactors"])):
        for k in range(len(document["cofactors"][i][1])):
            changed = json.loads(path.read_text())
            changed["cofactors"][i][1][k][0] += 1
            if changed["cofactors"][i][1][k][0]:
                assert check(json.dumps(changed).encode())[0] == 1
                refused += 1
        omitted = json.loads(path.read_text())
        del omitted["cofactors"][i]
        assert check(json.dumps(omitted).encode())[0] == 1
    assert refused > 30


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
        ({"target": "projected", "width": 2, "values": [1, 1, 1]}, 2, "values: the functional is"),
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
    document = json.loads(SMALL[0].read_text()) | change
    found, message = check(json.dumps(document).encode())
    assert found == code
    assert words in message


def test_a_certificate_does_not_speak_of_another_group():
    document = json.loads((FOLDER / "Z4.onehot.4.json").read_text())
    code, message = check(json.dumps(document | {"group": [2, 2]}).encode())
    assert code == 1
    assert "the coefficient of" in message


def test_the_functional_must_not_be_constant_for_the_projected_task():
    """sum_g s(0, g)^2 is an equation there: without the condition this would be accepted."""
    document = {
        "format": "cogo-infeasible", "version": 1, "group": [3], "width": 2, "target": "projected",
        "constants": True, "route": "squares", "values": [1, 1, 1], "power": 1, "scale": 1,
        "cofactors": [[[], [[1]]]],
    }  # fmt: skip
    assert check(json.dumps(document).encode())[0] == 2


def test_limits_are_enforced_before_anything_is_multiplied():
    document = json.loads(SMALL[0].read_text())
    many = [[1, *["a1"] * i, *["b2"] * (80 - i), *["a2"] * k] for i in range(81) for k in range(20)]
    large = {"group": [16], "width": 15, "target": "projected", "values": [1] + [0] * 15}
    large |= {"cofactors": [[[], many]]}
    code, message = check(json.dumps(document | large).encode())
    assert code == 2
    assert "cofactors[0]: products so far: " in message
    power = {"group": [16], "width": 16, "values": list(range(1, 17)), "power": 8}
    power |= {"cofactors": [[[1, 1], [[1]]]]}
    assert "malformed: power: products: " in check(json.dumps(document | power).encode())[1]
    wide = {"group": [16], "width": 16, "route": "direct"}
    document = {k: v for k, v in document.items() if k not in ("values", "power")} | wide
    document["cofactors"] = [[[0, 0, 0], [[1]]]]
    assert check(json.dumps(document).encode()) == (
        2,
        "malformed: group: terms: 196608 is more than 100000",
    )
    assert "nested more than 8 deep" in check(b"[" * 9 + b"]" * 9)[1]
    assert "more than 1048576 bytes" in check(b" " * (2**20 + 1))[1]
    assert check(b'{"a": 1, "a": 2}')[1] == "malformed: text: key 'a' occurs twice in one object"


def test_long_coefficients_are_not_printed():
    document = json.loads(SMALL[0].read_text())
    for four_times, said in ((10**50, "(long)"), (10**40, "(long)"), (10**40 - 4, f"{10**40 - 4}")):
        document["scale"] = four_times // 4
        assert check(json.dumps(document).encode())[1].endswith(f"expected {said}")


def test_cogo_check_takes_both_kinds(capsys):
    other = ROOT / "docs" / "catalogue" / "widths" / "Z3.onehot.cert.json"
    code, out, _ = cogo(capsys, "check", SMALL[0], other)
    assert code == 0
    assert "no network of 3 or fewer nodes" in out
    assert "Z3, 4 nodes" in out


def test_cogo_check_refutes_a_false_one(tmp_path, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text(SMALL[0].read_text().replace('"scale": 3', '"scale": 5'))
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
    assert "Singular is not installed" in err


def test_the_time_is_that_of_all_attempts_together(first_on_path):
    write_engine(first_on_path, "import time; time.sleep(.4); print('none'); print('done')")
    start = time.monotonic()
    with pytest.raises(ValueError, match=r"Singular found nothing in 1 s"):
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


def test_the_recorded_engine_answers_nothing_that_was_not_asked(first_on_path):
    write_stand_in(first_on_path)
    with pytest.raises(ValueError, match="nothing is recorded for this; run python -m"):
        infeasible.find(AbelianGroup("Z2"), 1)


def test_an_engine_that_is_missing_fails_or_lies_is_an_error_in_words(
    first_on_path, monkeypatch, capsys
):
    G = AbelianGroup("Z2")
    write_engine(first_on_path, "print('? out of memory')")
    with pytest.raises(ValueError, match=r"Singular failed: \? out of memory"):
        infeasible.find(G, 1)
    write_engine(first_on_path, "print('cofactor 1'); print('done')")
    with pytest.raises(ValueError, match="Singular printed 1 cofactors, not 4"):
        infeasible.find(G, 1)
    write_engine(first_on_path, "print('cofactor 1\\n' * 4 + 'done')")
    with pytest.raises(ValueError, match="what Singular found is not accepted: refuted"):
        infeasible.find(G, 1)
    write_engine(first_on_path, "import time; time.sleep(60)")
    with pytest.raises(ValueError, match=r"Singular found nothing in 0\.2 s; pass more"):
        infeasible.find(G, 1, seconds=0.2)
    monkeypatch.setenv("PATH", str(first_on_path / "empty"))
    code, _, err = cogo(capsys, "infeasible", "Z2", "-w", 1, "-o", first_on_path / "x.json")
    assert code == 2
    assert "Singular is not installed; it is needed to find certificates" in err


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
