"""Many pieces of work, one function for all of them, on any executor."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from itertools import islice
from typing import TypeVar

from numeric.work.executor import LostWorkError

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
    cluster does a piece again that was lost with its worker, several times.
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
