"""No process outlives the command that started it, whatever ends that."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.command import environment
from tests.proofs.recorded_engine import write_engine
from tests.proofs.stand_alone import ROOT

#: Commands that work for minutes, how many processes each starts, and how long these are let work.
LONG = {
    "infeasible": (["Z5", "--target", "onehot", "-w", "7", "-o", "x.json"], 2, 0.5),
    "narrow": (["Z7", "-w", "12", "--starts", "10000", "--workers", "2"], 3, 0.0),
    "fuzz": (["Z7", "--claims", "optimizers", "--minutes", "5", "--workers", "2"], 3, 3.0),
}
ENDS = [(verb, signal.SIGKILL) for verb in LONG]
ENDS += [("infeasible", signal.SIGTERM), ("narrow", signal.SIGTERM), ("infeasible", signal.SIGINT)]
ENDS += [("infeasible", signal.SIGHUP), ("narrow", signal.SIGHUP)]
#: What a terminal sends goes to the command and to all that is in its group.
TO_ALL = (signal.SIGINT, signal.SIGHUP)


@pytest.mark.parametrize(("verb", "number"), ENDS, ids=lambda x: getattr(x, "name", x))
def test_no_process_outlives_its_command(verb, number, tmp_path):
    write_engine(tmp_path, "while True: pass")
    arguments, count, pause = LONG[verb]
    command = subprocess.Popen(
        [sys.executable, "-c", "from cogo.cli.main import main; main()", verb, *arguments],
        env={**environment(), "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    children = []
    try:
        limit = time.monotonic() + 60
        while len(psutil.Process(command.pid).children(recursive=True)) < count:
            assert command.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.05)
        time.sleep(pause)
        children = psutil.Process(command.pid).children(recursive=True)
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
