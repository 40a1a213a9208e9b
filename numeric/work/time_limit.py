"""A calculation that is given up at a moment, and a program that is given so much time.

This file, run as a script, stands in between: it starts the program, and kills it with all that it
started when a pipe from this process closes, which the system sees to, or when it ends.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

#: By default a command that may take long has so many seconds.
SECONDS = 300.0


class OutOfTimeError(BaseException):
    """Raised at the moment; no `except Exception` on the way holds it up."""


@contextmanager
def given_up_at(moment: float) -> Iterator[None]:
    """Raise `OutOfTimeError` in what is done here, at a moment as `time.monotonic` has it, where a
    main thread can be interrupted: nowhere on Windows.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer") or moment == float("inf"):
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, max(1e-6, moment - time.monotonic()))
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


#: Seconds between two reports.
TICK = 0.5


def answer(
    command: Sequence[str],
    text: str,
    *,
    seconds: float,
    report: Callable[[], None] = lambda: None,
) -> subprocess.CompletedProcess[str]:
    """Run a program on a text; return its exit code and what it wrote."""
    until = time.monotonic() + seconds
    closes, held = os.pipe()
    try:
        with subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(closes), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[closes],
            start_new_session=True,  # what a terminal sends is for this process, which then ends
        ) as keeper:
            unsent: str | None = text
            try:
                while True:
                    report()
                    left = until - time.monotonic()
                    try:
                        out, err = keeper.communicate(unsent, timeout=max(0.0, min(TICK, left)))
                    except subprocess.TimeoutExpired:
                        if left <= TICK:
                            raise
                        unsent = None
                    else:
                        return subprocess.CompletedProcess(command, keeper.returncode, out, err)
            finally:
                os.close(held)  # the program is killed, if it is still there
    finally:
        os.close(closes)


def _keep(closes: int, command: Sequence[str]) -> int:
    program = subprocess.Popen(command, start_new_session=True)

    def end() -> None:
        with suppress(ProcessLookupError):  # with all that it started
            os.killpg(program.pid, signal.SIGKILL)

    def wait() -> None:
        os.read(closes, 1)
        end()

    threading.Thread(target=wait, daemon=True).start()
    code = program.wait()
    end()
    return code


if __name__ == "__main__":
    sys.exit(_keep(int(sys.argv[1]), sys.argv[2:]) & 255)
