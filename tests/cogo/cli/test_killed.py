"""A command that is killed is repeated as if it had not been, and leaves no process behind; two
do not mix; where nothing can be written none begins."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from algebra.machine.held import held
from algebra.machine.write_file import WriteError, make_folder, require_writable
from proofs.compose import search as engine
from tests.command import cogo as run, ended, environment, experiments
from tests.proofs.recorded_engine import write_engine
from tests.proofs.stand_alone import ROOT

COMPOSE = "compose --kill order4 --roots 4 --max-order 4"
PROVE = "prove Z3 --claims optimizers.six-per-frequency"
#: What writes OUT, its exit code, and at how many steps it can be killed at least.
WRITING = {
    "prove": (f"{PROVE} -q -o OUT", 0, 2),
    "report": (f"{PROVE} -q --report OUT", 0, 8),
    "narrow": ("narrow Z3 --width 3 --starts 3 -o OUT --quiet", 0, 5),
    "compose": (f"{COMPOSE} -q -o OUT", 0, 5),
    "fuzz": ("fuzz Z5 --claims optimizers.zero-loss --workers 1 "
             "--subject tests.proofs.planted:WRONG_CARRIER -q -o OUT", 1, 2),
}  # fmt: skip
#: What searches, or proves, or trains; nothing of it may begin.
WORK = (
    "proofs.fuzzing.campaign.fuzz", "cogo.cli.narrow.run", "cogo.cli.prove._checked",
    "experiments.__main__.run", "cogo.cli.infeasible.find", "proofs.compose.search.search",
)  # fmt: skip


@pytest.fixture
def no_work(monkeypatch):
    for place in WORK:
        monkeypatch.setattr(place, lambda *a, **o: pytest.fail("worked"))


@pytest.mark.parametrize("what", WRITING)
def test_a_command_that_is_killed_at_any_step_is_repeated_to_the_same_end(what, tmp_path):
    words, code, steps = WRITING[what]
    program = [sys.executable, "-m", "tests.cogo.cli.killed_at", str(tmp_path), *words.split()]
    done = subprocess.run(program, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    whole, *repeated = json.loads(done.stdout)
    assert whole[0] == code
    names = {Path(x).name for x in whole[1]}
    assert names
    assert not names & {"unfinished", ".cogo-lock", "out.json.journal"}
    assert len(repeated) >= steps
    assert repeated == [whole] * len(repeated), done.stderr


#: Commands that work for minutes, how many processes each starts, and how long these are let work.
LONG = {
    "infeasible": ("Z5 --target onehot -w 7 -o x.json", 2, 0.5),
    "narrow": ("Z7 -w 12 --starts 10000 --workers 2", 3, 0.0),
    "fuzz": ("Z7 --claims optimizers --minutes 5 --workers 2", 3, 3.0),
}
ENDS = [(verb, signal.SIGKILL) for verb in LONG] + [("infeasible", signal.SIGINT)]
ENDS += [
    (x, number) for x in ("infeasible", "narrow") for number in (signal.SIGTERM, signal.SIGHUP)
]
#: What a terminal sends goes to the command and to all that is in its group.
TO_ALL = (signal.SIGINT, signal.SIGHUP)


@pytest.mark.parametrize(("verb", "number"), ENDS, ids=lambda x: getattr(x, "name", x))
def test_no_process_outlives_its_command(verb, number, tmp_path, as_in_a_terminal):
    write_engine(tmp_path, "while True: pass")
    words, count, pause = LONG[verb]
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = psutil.Popen(
        [sys.executable, "-m", "cogo", verb, *words.split()],
        env=environment() | {"PATH": path}, cwd=tmp_path, start_new_session=True, **quiet,
    )  # fmt: skip
    children = []
    try:
        limit = time.monotonic() + 60
        while len(command.children(recursive=True)) < count:
            assert command.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.05)
        time.sleep(pause)
        children = command.children(recursive=True)
        (os.killpg if number in TO_ALL else os.kill)(command.pid, number)
        assert command.wait(timeout=20) != 0
        _, alive = psutil.wait_procs(children, timeout=20)
        assert [child.cmdline() for child in alive] == []
    finally:
        for process in (command, *children):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        command.wait()


def test_processes_are_started_in_three_places_alone():
    """Those of which the test above says that they end, and GAP, whose input ends with us."""
    starts = (
        r"subprocess\.(run|Popen|call|check)|multiprocessing\.(get|Pool|Proc)|ProcessPool|"
        r"os\.(fork|spawn|system)"
    )
    found = {
        str(path.relative_to(ROOT))
        for package in ("algebra", "numeric", "proofs")
        for path in Path(ROOT, package).rglob("*.py")
        if re.search(starts, path.read_text())
    }
    gap = "algebra/groups/group_names.py"  # one short question, and QUIT
    assert found == {gap, "numeric/work/executor.py", "numeric/work/time_limit.py"}


def test_what_one_process_holds_is_refused_to_others_and_left_if_it_does_not_end(tmp_path):
    path = tmp_path / "journal"
    program = (
        "import os, sys; from pathlib import Path; from algebra.machine.held import held\n"
        "with held(Path(sys.argv[1])) as stream:\n"
        "    stream.write('begun'); stream.flush(); print('held', flush=True); input(); os._exit(1)"
    )
    command = [sys.executable, "-c", program, path]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    other = subprocess.Popen(command, env=environment(), **piped)
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
    ("words", "name"),
    [
        (f"{COMPOSE} -o out/c.json", "c.json.journal"),
        ("narrow Z3 --width 3 -o out", ".cogo-lock"),
        (f"{PROVE} --report out", "unfinished"),
        *((f"train Z7 --epochs 1000000000000 -o out {x}", ".cogo-lock")  # which would take years
          for x in ("", "--resume", "--force")),
    ],
)  # fmt: skip
def test_the_second_of_two_commands_is_refused_at_the_start(words, name, cogo, no_work):
    Path("out").mkdir()
    with held(Path("out") / name) as stream:
        stream.write("begun")
        cogo(words, "-q", code=2).says(
            f"error: out/{name}: another process is at work; wait for it, or give another name or "
            "folder\n"
        )
    assert {x.name for x in Path("out").iterdir()} <= {name, "certificates"}


def test_of_two_searches_one_is_refused_and_no_journal_is_left(cogo, monkeypatch):
    inside, on = threading.Event(), threading.Event()
    search = engine.search

    def slow(*arguments, **options):
        inside.set()
        on.wait(60)
        return search(*arguments, **options)

    monkeypatch.setattr(engine, "search", slow)
    ends = []
    first = threading.Thread(target=lambda: ends.append(cogo(COMPOSE, "-o c.json")))
    first.start()
    assert inside.wait(60)
    refused = pytest.raises(WriteError, match="another process is at work")
    with refused, held(Path("c.json.journal")):
        pass
    on.set()
    first.join(60)
    assert len(ends) == 1
    assert os.listdir() == ["c.json"]


@pytest.fixture
def unwritable(tmp_path):
    """A folder that nobody can write to, or, for whom permissions do not hold, that cannot be."""
    if os.geteuid() == 0:
        return Path("/proc")
    (tmp_path / "unwritable").mkdir(mode=0o500)
    return tmp_path / "unwritable"


@pytest.mark.parametrize(
    "words",
    [
        "fuzz Z3 --workers 1 -o OUT",
        "fuzz Z3 --workers 1 -o OUT/new",
        "narrow Z3 --width 3 -o OUT",
        "prove Z3 -o OUT",
        "prove Z3 --report OUT",
        "experiments fig3 --quick -o OUT",
        "infeasible Z3 --target onehot --width 3 -o OUT/x.json",
        f"{COMPOSE} -o OUT/x.json",
    ],
)
def test_where_nothing_can_be_written_is_noticed_before_any_work(
    words, unwritable, capsys, no_work
):
    words = words.replace("OUT", shlex.quote(str(unwritable)))
    command = experiments if words.startswith("experiments ") else run
    ended(command, capsys, words.removeprefix("experiments "), code=2).says(
        "cannot be ", str(unwritable)
    )


def test_a_campaign_that_found_nothing_leaves_no_folder(cogo):
    Path("mine").mkdir()
    for folder in ("new", "mine"):
        cogo("fuzz Z3 --claims composition.polynomial --examples 2 --workers 1 -q -o", folder)
    assert os.listdir() == ["mine"]


def test_folders_and_files_are_tried_and_nothing_is_left(tmp_path, unwritable):
    make_folder(tmp_path / "a" / "b", parents=True)
    require_writable(tmp_path / "a" / "b" / "z.json")
    assert os.listdir(tmp_path / "a" / "b") == []
    with pytest.raises(WriteError, match=r"z.json cannot be written: .*; give another folder"):
        require_writable(unwritable / "z.json")
