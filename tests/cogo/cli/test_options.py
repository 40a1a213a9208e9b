"""The options that commands share."""

import pytest

from cogo.cli.main import VERBS, verb
from tests.command import cogo


@pytest.mark.parametrize(
    ("name", "default"),
    [("compose", "[default: 1]"), ("narrow", "[default: 1]"), ("prove", "[default: 1]"),
     ("fuzz", "as many as there are processors"),
     ("sweep", "as many as there are processors")],
)  # fmt: skip
def test_help_says_how_many_workers_there_are_by_default(capsys, monkeypatch, name, default):
    monkeypatch.setenv("COLUMNS", "200")
    _, out, _ = cogo(capsys, name, "--help")
    [line] = [line for line in out.splitlines() if "--workers" in line]
    assert "processes at a time" in line
    assert default in line


#: What several commands have, and whose text no command changes.
SHARED = (
    *("--json", "--quiet", "--force", "--seed", "--group", "--constants"),
    *("--workers", "--cluster"),
)


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
    [(text, commands)] = texts_of(option).items()
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
    for name in VERBS:
        for parameter in verb(name).params:
            short = [x for x in parameter.opts if len(x) == 2]
            for letter in short:
                letters.setdefault(letter, set()).add(parameter.opts[0])
    assert letters == {"-q": {"--quiet"}, "-o": {"--output"}, "-w": {"--width"}}


@pytest.mark.parametrize("name", VERBS)
def test_the_list_of_verbs_says_what_the_help_of_each_begins_with(name):
    first = " ".join(verb(name).help.split("\n\n")[0].split())
    assert VERBS[name] == first
