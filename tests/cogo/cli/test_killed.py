"""A command that is killed, at any moment, is repeated as if it had not been; two do not mix."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from algebra.machine.held import held
from algebra.machine.write_file import WriteError, make_folder, require_writable
from proofs.compose import search as engine
from tests.command import cogo, environment, experiments

COMPOSE = ["compose", "--kill", "order4", "--roots", "4", "--max-order", "4"]
FUZZ = ["fuzz", "Z5", "--claims", "optimizers.zero-loss", "--workers", "1"]
WRITING = {
    "prove": (["prove", "Z3", "--claims", "optimizers.six-per-frequency", "-q", "-o", "OUT"], 0, 2),
    "report": (
        ["prove", "Z3", "--claims", "optimizers.six-per-frequency", "-q", "--report", "OUT"],
        0,
        8,
    ),
    "narrow": (["narrow", "Z3", "--width", "3", "--starts", "3", "-o", "OUT", "--quiet"], 0, 5),
    "compose": ([*COMPOSE, "-q", "-o", "OUT"], 0, 5),
    "fuzz": ([*FUZZ, "--subject", "tests.proofs.planted:WRONG_CARRIER", "-q", "-o", "OUT"], 1, 2),
}


@pytest.mark.parametrize("what", WRITING)
def test_a_command_that_is_killed_at_any_step_is_repeated_to_the_same_end(what, tmp_path):
    arguments, code, steps = WRITING[what]
    done = subprocess.run(
        [sys.executable, "-m", "tests.cogo.cli.killed_at", str(tmp_path), *arguments],
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    whole, *repeated = json.loads(done.stdout)
    assert whole[0] == code
    names = {Path(x).name for x in whole[1]}
    assert names
    assert not names & {"unfinished", ".cogo-lock", "out.json.journal"}
    assert len(repeated) >= steps
    assert repeated == [whole] * len(repeated), done.stderr


def test_what_one_process_holds_is_refused_to_others_and_left_if_it_does_not_end(tmp_path):
    path = tmp_path / "journal"
    program = (
        "import os, sys; from pathlib import Path; from algebra.machine.held import held\n"
        "with held(Path(sys.argv[1])) as stream:\n"
        "    stream.write('begun'); stream.flush(); print('held', flush=True); input(); os._exit(1)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", program, path],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout.readline() == "held\n"
    with pytest.raises(WriteError, match=r"journal: another process is at work; wait"), held(path):
        pass
    other.communicate("\n")
    with held(path) as stream:
        assert path.read_text() == "begun"
        stream.write(", and on")
    assert path.read_text() == "begun, and on"


def test_a_held_file_that_its_holder_removed_is_not_taken_for_the_new_one(tmp_path, monkeypatch):
    """The other comes to its end between our opening the file and our lock on it."""

    def removed(stream):
        Path(stream.name).unlink()
        return True

    monkeypatch.setattr("algebra.machine.held._locks", removed)
    with pytest.raises(WriteError, match="another process is at work"), held(tmp_path / "journal"):
        pass


def test_an_empty_held_file_is_removed_and_a_pipe_refused(tmp_path):
    with held(tmp_path / "lock"):
        assert (tmp_path / "lock").exists()
    assert not (tmp_path / "lock").exists()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WriteError, match="pipe is no regular file"), held(tmp_path / "pipe"):
        pass


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ([*COMPOSE, "-o", "out/c.json"], "c.json.journal"),
        (["narrow", "Z3", "--width", "3", "-o", "out"], ".cogo-lock"),
        (
            ["prove", "Z3", "--claims", "optimizers.six-per-frequency", "--report", "out"],
            "unfinished",
        ),
    ],
)
def test_the_second_of_two_commands_is_refused_at_the_start(
    arguments, name, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("out").mkdir()
    for search in (
        "cogo.cli.narrow.run",
        "proofs.compose.search.search",
        "cogo.cli.prove._checked",
    ):
        monkeypatch.setattr(search, lambda *a, **o: pytest.fail("worked"))
    with held(Path("out") / name) as stream:
        stream.write("begun")
        code, _, err = cogo(capsys, *arguments)
        assert code == 2
        assert f"out/{name}: another process is at work; wait for it" in err
    assert {x.name for x in Path("out").iterdir()} <= {name, "certificates"}


def test_of_two_searches_one_is_refused_and_no_journal_is_left(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inside, on = threading.Event(), threading.Event()
    search = engine.search

    def slow(*arguments, **options):
        inside.set()
        on.wait(60)
        return search(*arguments, **options)

    monkeypatch.setattr(engine, "search", slow)
    ends = []
    first = threading.Thread(target=lambda: ends.append(cogo(capsys, *COMPOSE, "-o", "c.json")))
    first.start()
    assert inside.wait(60)
    with (
        pytest.raises(WriteError, match="another process is at work"),
        held(Path("c.json.journal")),
    ):
        pass
    on.set()
    first.join(60)
    assert [code for code, _, _ in ends] == [0]
    assert os.listdir() == ["c.json"]


UNWRITABLE = Path("/proc") if os.geteuid() == 0 else None


@pytest.fixture
def unwritable(tmp_path):
    """A folder that nobody can write to, or, for whom permissions do not hold, that cannot be."""
    folder = UNWRITABLE or tmp_path / "unwritable"
    if not UNWRITABLE:
        folder.mkdir(mode=0o500)
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["fuzz", "Z3", "--workers", "1", "-o", "OUT"],
        ["fuzz", "Z3", "--workers", "1", "-o", "OUT/new"],
        ["narrow", "Z3", "--width", "3", "-o", "OUT"],
        ["prove", "Z3", "-o", "OUT"],
        ["prove", "Z3", "--report", "OUT"],
        ["experiments", "fig3", "--quick", "-o", "OUT"],
        ["infeasible", "Z3", "--target", "onehot", "--width", "3", "-o", "OUT/x.json"],
        [*COMPOSE, "-o", "OUT/x.json"],
    ],
    ids=" ".join,
)
def test_where_nothing_can_be_written_is_noticed_before_any_work(
    arguments, unwritable, capsys, monkeypatch
):
    for work in (
        "proofs.fuzzing.campaign.fuzz", "cogo.cli.narrow.run", "cogo.cli.prove._checked",
        "experiments.__main__.run", "cogo.cli.infeasible.find",
        "proofs.compose.search.search",
    ):  # fmt: skip
        monkeypatch.setattr(work, lambda *a, **o: pytest.fail("worked"))
    verb, *rest = [x.replace("OUT", str(unwritable)) for x in arguments]
    code, _, err = (
        experiments(capsys, *rest) if verb == "experiments" else cogo(capsys, verb, *rest)
    )
    assert code == 2
    assert "cannot be " in err
    assert str(unwritable) in err


def test_a_campaign_that_found_nothing_leaves_no_folder(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine").mkdir()
    for folder in ("new", "mine"):
        options = ("--claims", "composition.polynomial", "--examples", "2", "--workers", "1", "-q")
        assert cogo(capsys, "fuzz", "Z3", *options, "-o", folder)[0] == 0
    assert os.listdir() == ["mine"]


def test_folders_and_files_are_tried_and_nothing_is_left(tmp_path, unwritable):
    make_folder(tmp_path / "a" / "b", parents=True)
    require_writable(tmp_path / "a" / "b" / "z.json")
    assert os.listdir(tmp_path / "a" / "b") == []
    with pytest.raises(WriteError, match=r"z.json cannot be written: .*; give another folder"):
        require_writable(unwritable / "z.json")
