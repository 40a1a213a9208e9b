"""A program ends with all that it started: when its time is over, and when it ends itself."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress

import pytest

from numeric.work.time_limit import answer


def is_there(pid: int) -> bool:
    """Whether a process runs, given a moment to go; one that nobody has waited for is gone."""
    for _ in range(100):
        with suppress(OSError):
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                if stat.read().rpartition(")")[2].split()[0] != "Z":
                    time.sleep(0.05)
                    continue
        return False
    return True


@pytest.mark.parametrize(("last", "ends"), [("wait", False), ("exit 3", True)])
def test_what_a_program_started_ends_with_it(tmp_path, last, ends):
    command = ["sh", "-c", f"sleep 300 > /dev/null 2>&1 & echo $! > {tmp_path}/pid; {last}"]
    if ends:
        assert answer(command, "", seconds=60).returncode == 3
    else:
        with pytest.raises(subprocess.TimeoutExpired):
            answer(command, "", seconds=1)
    assert not is_there(int((tmp_path / "pid").read_text()))
