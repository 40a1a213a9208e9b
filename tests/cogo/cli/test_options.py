"""The options that commands share."""

import pytest

from cogo.cli.main import VERBS, verb
from tests.command import cogo

COMMANDS = {
    "compose": [],
    "fuzz": ["Z3"],
    "narrow": ["Z5", "--width", "3"],
    "prove": ["Z3"],
    "sweep": ["--groups", "Z5", "-o", "runs"],
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("workers", [0, 257])
def test_every_command_refuses_too_few_and_too_many_workers(
    capsys, tmp_path, monkeypatch, name, workers
):
    monkeypatch.chdir(tmp_path)
    code, out, err = cogo(capsys, name, *COMMANDS[name], "--workers", str(workers))
    assert (code, out) == (2, "")
    assert f"workers={workers}; pass 1 to 256" in err
    assert not list(tmp_path.iterdir())


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


def texts_of(option):
    """The texts that an option has, each with the commands that have it so."""
    found = {}
    for name in VERBS:
        for parameter in verb(name).params:
            if option in parameter.opts:
                found.setdefault(parameter.help, set()).add(name)
    return found


@pytest.mark.parametrize("option", SHARED)
def test_an_option_that_several_commands_have_has_one_text(option):
    [(text, commands)] = texts_of(option).items()
    assert text
    assert len(commands) > 1


def test_the_target_has_one_text_to_which_prove_adds_that_both_may_be_asked_for():
    texts = texts_of("--target")
    [both] = [text for text, commands in texts.items() if commands == {"prove"}]
    [alone] = [text for text in texts if text != both]
    assert texts[alone] == {"build", "infeasible", "narrow"}
    assert both == f"{alone}; both"


@pytest.mark.parametrize("name", VERBS)
def test_the_list_of_verbs_says_what_the_help_of_each_begins_with(name):
    first = " ".join(verb(name).help.split("\n\n")[0].split())
    assert VERBS[name] == first
