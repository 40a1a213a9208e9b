"""What takes too long is given up, programs with all that they started, and no alarm is left."""

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress

import pytest

from numeric.work.time_limit import OutOfTimeError, answer, given_up_at


def test_it_is_given_up_at_the_moment_though_errors_are_caught_on_the_way():
    def stubborn() -> None:
        try:
            time.sleep(60)
        except Exception:
            time.sleep(60)

    before, start = signal.getsignal(signal.SIGALRM), time.monotonic()
    with pytest.raises(OutOfTimeError), given_up_at(start + 0.05):
        stubborn()
    assert time.monotonic() - start < 30
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_ends_earlier_is_not_interrupted_then_nor_later():
    with given_up_at(time.monotonic() + 0.2):
        pass
    time.sleep(0.4)


def test_other_threads_are_not_interrupted():
    done = []

    def work() -> None:
        with given_up_at(time.monotonic()):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


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
