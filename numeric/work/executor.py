"""Where independent pieces of work run: in this process, in others, or on a Dask cluster."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, TypeVar

from algebra.machine.install import install


class LostWorkError(ValueError):
    """Raised when what did a piece of work is gone: a process, or a cluster."""


@contextmanager
def executor_of(cluster: str | None, workers: int | None) -> Iterator[tuple[Executor | None, int]]:
    """Give an executor and how many pieces it works on at a time; None for this process."""
    if cluster is not None:
        try:
            import distributed
        except ImportError:
            raise ValueError(f"cluster={cluster} needs Dask: {install('cluster')}") from None
        _require_address(cluster)
        connect: Any = distributed.Client
        # Dask logs a traceback for a scheduler that is gone, of which `results` tells.
        for layer in ("client", "utils"):
            logging.getLogger(f"distributed.{layer}").setLevel(logging.CRITICAL)
        with connect(cluster, timeout="15s", set_as_default=False) as client:
            threads = sum(client.nthreads().values())
            yield client.get_executor(pure=False), workers or max(1, threads)
        return
    count = workers or processors()
    if count == 1:
        yield None, 1
        return
    # Spawned, and not forked: the workers start without locks and threads of this process.
    pool = ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=start_worker
    )
    try:
        yield pool, count
    except KeyboardInterrupt:
        end_workers()
        raise
    except BrokenExecutor as error:
        raise LostWorkError(
            f"a worker died ({error}); take fewer workers if memory was short"
        ) from None
    finally:
        # Python's end would wait too, and now and then print a traceback: the pipe is closed. So it
        # would for a future that is cancelled by anyone but the pool, when a worker dies then.
        pool.shutdown(wait=True, cancel_futures=True)


def processors() -> int:
    """Return how many processors this process may run on."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _require_address(cluster: str) -> None:
    """Refuse what is no address; Dask would, but only after half a minute, with a traceback."""
    scheme, _, place = cluster.rpartition("://")
    port = place.rpartition(":")[2]
    if scheme in ("", "tcp", "tls", "ucx", "ws", "wss") and not (port.isdecimal() and ":" in place):
        raise ValueError(f"cluster={cluster!r} is no address; pass such as tcp://host:8786")


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


P = TypeVar("P")
T = TypeVar("T")


def results(
    function: Callable[[P], T],
    pieces: Iterable[P],
    *,
    executor: Executor | None,
    kept: str,
    at_once: int | None = None,
    in_order: bool = False,
    own: type[Exception] | tuple[type[Exception], ...] = Exception,
    running: dict[Future[T], P] | None = None,
) -> Generator[tuple[P, T], None, None]:
    """Yield each piece with what the function makes of it, here where there is no executor; a
    cluster does a piece again that was lost with its worker, several times. What is not begun when
    nobody asks any more is left to the end of the executor.
    """
    if executor is None:
        yield from ((piece, function(piece)) for piece in pieces)
        return
    waiting, todo = {} if running is None else running, iter(pieces)
    while True:
        for piece in islice(todo, None if at_once is None else at_once - len(waiting)):
            waiting[executor.submit(function, piece)] = piece
        if not waiting:
            return
        first = [next(iter(waiting))]
        for future in first if in_order else wait(waiting, return_when=FIRST_COMPLETED).done:
            result = _result(future, kept, own)
            yield waiting.pop(future), result


def _result(future: Future[T], kept: str, own: type[Exception] | tuple[type[Exception], ...]) -> T:
    try:
        return future.result()
    except Exception as error:
        layer = type(error).__module__.partition(".")[0]
        lost = isinstance(error, BrokenExecutor | CancelledError) or layer == "distributed"
        if isinstance(error, own) and not lost:
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise LostWorkError(
            f"a worker died, or the cluster is gone ({reason}); {kept}; take fewer workers if "
            f"memory was short"
        ) from None
