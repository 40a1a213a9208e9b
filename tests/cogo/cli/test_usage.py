"""What a stranger types: wrong words are one line, help and version answer, shells complete."""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest

from algebra import AbelianGroup, I, element, zeta
from algebra.files import element_file
from algebra.networks.any_group import build
from algebra.numbers.scalar import Scalar
from algebra.optimizers.table import ALIASES, FAMILIES
from cogo.cli.main import VERBS
from tests.command import cogo

MISTAKES = {
    "biuld Z7": "'biuld' is no verb; did you mean cogo build?; cogo -h",
    "Z7 build": "'Z7' is no verb; did you mean cogo build?; cogo -h",
    "frobnicate": "'frobnicate' is no verb; cogo -h",
    "--frobnicate": "No such option: --frobnicate; cogo -h",
    "build": "Missing argument 'group'; cogo build -h",
    "build Z7 Z8": "Got unexpected extra argument(s) (Z8); cogo build -h",
    "build Z7 --famly order6": "No such option: --famly (Possible options: --family",
    "build Z7 --family": "Option '--family' requires an argument; cogo",
    "narrow Z5 --width x": "Invalid value for '--width' / '-w'",
    "sweep": "Missing option '--output' / '-o'; cogo sweep -h",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_in_the_words_is_one_line_that_says_where_to_look(capsys, words):
    code, out, err = cogo(capsys, words)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {MISTAKES[words]}")
    assert err.count("\n") == 1
    assert err.endswith(" says what there is\n")


@pytest.mark.parametrize("name", ["", *VERBS])
def test_every_verb_has_a_short_and_a_long_word_for_help_that_says_what_it_does(capsys, name):
    short, long = (cogo(capsys, f"{name} {word}".strip()) for word in ("-h", "--help"))
    assert short == long
    assert short[0] == 0
    assert f"Usage: cogo {name}".strip() in short[1]
    assert len(short[1]) > 300
    assert ("Example:" in short[1]) == (name not in ("", "laws", "check"))


def test_without_words_there_is_help_and_the_version_is_told(capsys):
    assert cogo(capsys) == cogo(capsys, "--help")
    code, out, _ = cogo(capsys, "--version")
    assert (code, out.split()[0]) == (0, "cogo")
    assert out.split()[1][0].isdigit()


def offered_by(shell, typed, capsys, monkeypatch):
    """What the completion that is installed for a shell would show, each offer's first word."""
    asked = {"_COGO_COMPLETE": f"complete_{shell}", "COLUMNS": "80"}
    if shell == "bash":
        asked |= {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    else:
        asked |= {"_TYPER_COMPLETE_ARGS": typed, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    _, out, _ = cogo(capsys)
    if shell == "zsh":  # _arguments '*: :(("word":"what it is" ...))'
        inside = out.strip().removeprefix("_arguments '*: :((").removesuffix("))'")
        return re.findall(r'^"([^"]+)"', inside, re.MULTILINE)
    return [line.partition("\t")[0] for line in out.splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("cogo bu", ["build"]),
        ("cogo build Z7 --fam", ["--family"]),
        ("cogo build Z7 --family four", [x for x in FAMILIES if x.startswith("four")]),
        ("cogo narrow Z5 --target o", ["onehot"]),
    ],
)
def test_a_shell_completes_verbs_options_and_families(capsys, monkeypatch, shell, typed, offered):
    assert offered_by(shell, typed, capsys, monkeypatch) == offered


@pytest.mark.parametrize(("action", "code"), [("get-args", 0), ("is-args", 1)])
def test_a_shell_is_told_whether_files_may_follow_where_nothing_is_offered(
    capsys, monkeypatch, action, code
):
    asked = {"_COGO_COMPLETE": "complete_fish", "_TYPER_COMPLETE_ARGS": "cogo build Z7 --family z"}
    for name, value in (asked | {"_TYPER_COMPLETE_FISH_ACTION": action, "COLUMNS": "80"}).items():
        monkeypatch.setenv(name, value)
    found, out, err = cogo(capsys)
    assert (found, out.strip(), err) == (code, "", "")


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_ids_of_claims_are_never_broken(capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    _, out, _ = cogo(capsys, "claims optimizers")
    for name in FAMILIES:
        assert f"\noptimizers.{name}.onehot: {name} has zero one-hot loss" in out


def test_families_are_listed_and_both_names_are_taken(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = cogo(capsys, "families")
    assert code == 0
    assert all(name in out and info.alias in out for name, info in FAMILIES.items())
    _, out, _ = cogo(capsys, "families Z7")
    assert "three-plus-shared" not in out
    assert "one to four" not in out
    assert "four-plus-six (order46), 14 nodes: four nodes at each frequency but one" in out
    _, out, _ = cogo(capsys, "families S3")
    assert "representation, 10 nodes: the closed form: N^3/e nodes for each representation" in out
    rows = json.loads(cogo(capsys, "families S4 --json")[1])
    assert [(row["family"], row["nodes"]) for row in rows] == [
        (name, build("S4", name).order) for name in ("short", "representation", "memorization")
    ]
    for alias, name in ALIASES.items():
        group = "Z12" if alias != "order42" else "Z7"
        one, other = (cogo(capsys, "build", group, "--family", x, "--json") for x in (alias, name))
        assert one == other
        assert f'"family": "{name}"' in one[1]


def test_certificates_keep_the_short_name_so_that_their_bytes_stay(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cogo(capsys, "build Z3 --family six-per-frequency -o a.cert.json")
    cogo(capsys, "build Z3 --family order6 -o b.cert.json")
    cogo(capsys, "prove Z3 --claims optimizers.order6 -o c")
    a, b = ((tmp_path / name).read_bytes() for name in ("a.cert.json", "b.cert.json"))
    assert a == b
    assert b'"notes": {"family": "order6", "made by": "cogo build"}' in a
    assert b'"family": "order6"' in (tmp_path / "c" / "Z3.six-per-frequency.cert.json").read_bytes()


def test_long_entries_have_their_modulus_and_angle_below_them(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "z.json").write_text(
        element_file.to_text(element(AbelianGroup("Z5"), [{("a", 1): Scalar(Fraction(1, 3)) + 2 * I,
        ("b", 1): zeta(5), ("c", 1): Fraction(-10**12, 3)}]))
    )  # fmt: skip
    _, out, _ = cogo(capsys, "show z.json")
    assert "1/3 + 2*i" in out
    assert "≈ 3.3333e+11 at 180.00°" in out
    assert out.count("≈") == 1
