"""Pieces of work: what is given to an executor, in which order results come, and what is left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest

from numeric.work.executor import LostWorkError, results
from tests.lossy import Lossy


class Held(Executor):
    """Keeps what it is given until it is told to do it."""

    def __init__(self) -> None:
        self.futures: dict[int, Future[Any]] = {}

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.futures[args[0]] = future = Future()
        return future


def test_here_a_piece_is_done_when_it_is_asked_for():
    done: list[int] = []
    work = results(done.append, [1, 2, 3], executor=None, kept="")
    assert next(work) == (1, None)
    assert done == [1]
    work.close()
    assert done == [1]


@pytest.mark.parametrize(("in_order", "first"), [(True, 1), (False, 2)])
def test_results_come_in_order_if_asked_for_and_the_rest_is_cancelled(in_order, first):
    executor = Held()
    running: dict[Future[int], int] = {}
    taken: list[int] = []

    def pieces():
        for piece in range(1, 6):
            taken.append(piece)
            yield piece

    work = results(
        abs, pieces(), executor=executor, at_once=3, in_order=in_order, kept="", running=running
    )  # fmt: skip
    submit = executor.submit

    def answered(fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        future = submit(fn, *args)
        if args[0] == 3:
            for piece in (2, 1) if in_order else (2,):
                executor.futures[piece].set_result(10 * piece)
        return future

    executor.submit = answered  # type: ignore[method-assign]
    assert next(work) == (first, 10 * first)
    assert taken == [1, 2, 3]
    assert sorted(running.values()) == [x for x in (1, 2, 3) if x != first]
    work.close()
    assert executor.futures[3].cancelled()


def test_what_is_not_the_works_own_error_means_that_it_was_lost():
    lossy = Lossy(OSError("no  route\nto host"))
    with pytest.raises(OSError, match="no  route"):
        next(results(abs, [1], executor=lossy, kept="x is kept"))
    with pytest.raises(LostWorkError, match=r"is gone \(no route to host\); x is kept; take fewer"):
        next(results(abs, [1], executor=lossy, kept="x is kept", own=KeyError))
