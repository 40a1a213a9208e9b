"""What takes too long is given up, and nothing is left of the alarm."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from numeric.work.time_limit import OutOfTimeError, given_up_at


def test_it_is_given_up_at_the_moment_though_errors_are_caught_on_the_way() -> None:
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


def test_what_ends_earlier_is_not_interrupted_then_nor_later() -> None:
    with given_up_at(time.monotonic() + 0.2):
        pass
    time.sleep(0.4)


def test_other_threads_are_not_interrupted() -> None:
    done = []

    def work() -> None:
        with given_up_at(time.monotonic()):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
