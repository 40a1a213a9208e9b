"""Ctrl-C and SIGTERM: what they end here, and in the processes that work for this one."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any


def end_workers(number: int = signal.SIGTERM) -> None:
    """End the processes of this one, for whose work Python's end would wait, by a signal."""
    for worker in multiprocessing.active_children():
        if worker.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, number)


def start_worker() -> None:
    """Leave Ctrl-C, which a terminal sends to every process, to the parent; end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A parent that is killed by force says nothing to its workers.
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """Let Ctrl-C and SIGTERM end the block; gives the list of signals, which they add to.

    An exception that is raised while the garbage collector calls a library back is swallowed, and
    would be printed. So it is not printed, and long work looks at the list between its pieces.
    """
    received: list[int] = []
    report = sys.unraisablehook

    def unraisable(swallowed: Any) -> None:
        if not issubclass(swallowed.exc_type, KeyboardInterrupt):
            report(swallowed)

    def interrupt(number: int, restore: Callable[[], None]) -> None:
        received.append(number)
        raise KeyboardInterrupt

    sys.unraisablehook = unraisable
    try:
        with handled(interrupt):
            yield received
    finally:
        sys.unraisablehook = report


@contextmanager
def handled(handler: Callable[[int, Callable[[], None]], None]) -> Iterator[None]:
    """Give Ctrl-C and SIGTERM to a function during the block, with what restores what was; only the
    main thread gets signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, old in before.items():
            signal.signal(number, old)

    try:
        for number in before:
            signal.signal(number, lambda number, frame: handler(number, restore))
        yield
    finally:
        restore()
