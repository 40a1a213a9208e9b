"""What a stranger types: mistakes are one line, help answers, shells complete, names agree."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from algebra import AbelianGroup, I, element, zeta
from algebra.files import element_file
from algebra.networks.any_group import build
from algebra.numbers.scalar import Scalar
from algebra.optimizers.table import ALIASES, FAMILIES
from cogo.cli.main import VERBS, verb

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
def test_a_mistake_in_the_words_is_one_line_that_says_where_to_look(cogo, words):
    err = cogo(words, code=2).err
    assert err.startswith(f"error: {MISTAKES[words]}")
    assert err.endswith(" says what there is\n")


@pytest.mark.parametrize("name", ["", *VERBS])
def test_every_verb_has_a_short_and_a_long_word_for_help_that_says_what_it_does(cogo, name):
    short, long = (cogo(name, word) for word in ("-h", "--help"))
    assert short == long.says(f"Usage: cogo {name}".strip())
    assert len(short.out) > 300
    assert ("Example:" in short.out) == (name not in ("", "laws", "check"))


def test_without_words_there_is_help_and_the_version_is_told(cogo):
    assert cogo() == cogo("--help")
    name, version, *_ = cogo("--version").out.split()
    assert name == "cogo"
    assert version[0].isdigit()


@pytest.fixture
def completed(cogo, monkeypatch):
    """Ask for what is typed as the completion does that is installed for a shell."""

    def ask(shell, typed, *, action="get-args", code=0):
        asked = {"_COGO_COMPLETE": f"complete_{shell}", "COLUMNS": "80"}
        if shell == "bash":
            asked |= {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
        else:
            asked |= {"_TYPER_COMPLETE_ARGS": typed, "_TYPER_COMPLETE_FISH_ACTION": action}
        for name, value in asked.items():
            monkeypatch.setenv(name, value)
        return cogo(code=code).out.strip()

    return ask


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
def test_a_shell_completes_verbs_options_and_families(completed, shell, typed, offered):
    lines = completed(shell, typed).splitlines()
    if shell == "zsh":  # _arguments '*: :(("word":"what it is" ...))'
        inside = "\n".join(lines).removeprefix("_arguments '*: :((").removesuffix("))'")
        assert re.findall(r'^"([^"]+)"', inside, re.MULTILINE) == offered
    else:
        assert [line.partition("\t")[0] for line in lines] == offered


@pytest.mark.parametrize(("action", "code"), [("get-args", 0), ("is-args", 1)])
def test_a_shell_is_told_whether_files_may_follow_where_nothing_is_offered(completed, action, code):
    assert completed("fish", "cogo build Z7 --family z", action=action, code=code) == ""


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_ids_of_claims_are_never_broken(cogo, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    out = cogo("claims optimizers").out
    for name in FAMILIES:
        assert f"\noptimizers.{name}.onehot: {name} has zero one-hot loss" in out


def test_families_are_listed_and_both_names_are_taken(cogo):
    cogo("families").says(*FAMILIES, *(info.alias for info in FAMILIES.values()))
    ran = cogo("families Z7").says(
        "four-plus-six (order46), 14 nodes: four nodes at each frequency but one"
    )
    assert "three-plus-shared" not in ran.out
    assert "one to four" not in ran.out
    cogo("families S3").says(
        "representation, 10 nodes: the closed form: N^3/e nodes for each representation"
    )
    assert [(row["family"], row["nodes"]) for row in cogo("families S4 --json").json] == [
        (name, build("S4", name).order) for name in ("short", "representation", "memorization")
    ]
    for alias, name in ALIASES.items():
        group = "Z12" if alias != "order42" else "Z7"
        one, other = (cogo("build", group, "--json --family", x) for x in (alias, name))
        assert one == other.says(f'"family": "{name}"')


def test_certificates_keep_the_short_name_so_that_their_bytes_stay(cogo):
    cogo("build Z3 --family six-per-frequency -o a.cert.json")
    cogo("build Z3 --family order6 -o b.cert.json")
    cogo("prove Z3 --claims optimizers.order6 -o c")
    a, b = (Path(name).read_bytes() for name in ("a.cert.json", "b.cert.json"))
    assert a == b
    assert b'"notes": {"family": "order6", "made by": "cogo build"}' in a
    assert b'"family": "order6"' in Path("c", "Z3.six-per-frequency.cert.json").read_bytes()


def test_long_entries_have_their_modulus_and_angle_below_them(cogo):
    a, c = Scalar(Fraction(1, 3)) + 2 * I, Fraction(-(10**12), 3)
    z = element(AbelianGroup("Z5"), [{("a", 1): a, ("b", 1): zeta(5), ("c", 1): c}])
    Path("z.json").write_text(element_file.to_text(z))
    ran = cogo("show z.json").says("1/3 + 2*i", "≈ 3.3333e+11 at 180.00°")
    assert ran.out.count("≈") == 1


@pytest.mark.parametrize(
    ("name", "default"),
    [
        *((name, "[default: 1]") for name in ("compose", "narrow", "prove")),
        *((name, "as many as there are processors") for name in ("fuzz", "sweep")),
    ],
)
def test_help_says_how_many_workers_there_are_by_default(cogo, monkeypatch, name, default):
    monkeypatch.setenv("COLUMNS", "200")
    [line] = [x for x in cogo(name, "--help").out.splitlines() if "--workers" in x]
    assert "processes at a time" in line
    assert default in line


#: What several commands have, and whose text no command changes.
SHARED = ("json", "quiet", "force", "seed", "group", "constants", "workers", "cluster")


def options(option):
    """The verbs that have an option, each with it."""
    return [(v, x) for v in VERBS for x in verb(v).params if option in x.opts]


def texts_of(option):
    """The texts that an option has, each with the commands that have it so."""
    found = {}
    for name, parameter in options(option):
        found.setdefault(parameter.help, set()).add(name)
    return found


@pytest.mark.parametrize("option", SHARED)
def test_an_option_that_several_commands_have_has_one_text(option):
    [(text, commands)] = texts_of(f"--{option}").items()
    assert text
    assert len(commands) > 1


def test_the_target_has_one_text_and_one_default():
    [commands] = texts_of("--target").values()
    assert commands == {"build", "families", "infeasible", "narrow"}
    assert {parameter.default for _, parameter in options("--target")} == {"projected"}


def test_every_verb_prints_json_and_a_letter_means_one_thing():
    for answer in ("--json", "--quiet"):
        assert {name for name, _ in options(answer)} == set(VERBS)
    letters: dict[str, set[str]] = {}
    for parameter in (x for name in VERBS for x in verb(name).params):
        for letter in (x for x in parameter.opts if len(x) == 2):
            letters.setdefault(letter, set()).add(parameter.opts[0])
    assert letters == {"-q": {"--quiet"}, "-o": {"--output"}, "-w": {"--width"}}


@pytest.mark.parametrize("name", VERBS)
def test_the_list_of_verbs_says_what_the_help_of_each_begins_with(name):
    first = " ".join(verb(name).help.split("\n\n")[0].split())
    assert VERBS[name] == first
