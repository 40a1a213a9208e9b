"""Where independent pieces of work run: in this process, in others, or on a Dask cluster."""

import logging
import multiprocessing
import os
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
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from algebra.machine.install import install
from numeric.work.signals import end_workers, start_worker


class LostWorkError(ValueError):
    """Raised when what did a piece of work is gone: a process, or a cluster."""


class _Pool(ProcessPoolExecutor):
    """Processes of our own, which cancel at their end what is not begun.

    Python prints a traceback for a future that anyone else cancels when a process dies.
    """


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
    pool = _Pool(count, mp_context=multiprocessing.get_context("spawn"), initializer=start_worker)
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
        # Python's end would wait too, and now and then print a traceback: the pipe is closed.
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
    nobody asks any more is cancelled.
    """
    if executor is None:
        yield from ((piece, function(piece)) for piece in pieces)
        return
    waiting, todo = {} if running is None else running, iter(pieces)
    try:
        while True:
            for piece in islice(todo, None if at_once is None else at_once - len(waiting)):
                waiting[executor.submit(function, piece)] = piece
            if not waiting:
                return
            first = [next(iter(waiting))]
            for future in first if in_order else wait(waiting, return_when=FIRST_COMPLETED).done:
                result = _result(future, kept, own)
                yield waiting.pop(future), result
    finally:
        if not isinstance(executor, _Pool):
            for future in waiting:
                future.cancel()


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
