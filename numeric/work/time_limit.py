"""A moment at which a calculation is given up, wherever it is."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

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
