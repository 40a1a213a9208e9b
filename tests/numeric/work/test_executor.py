"""Pieces of work: their order, what is left of them, and processes that end with the block."""

import io
import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import Executor, Future, wait
from typing import Any

import pytest
from rich.console import Console

from cogo.cli import terminal as progress
from numeric.work.executor import LostWorkError, _require_address, executor_of, results
from numeric.work.signals import end_workers, interrupts
from tests.lossy import Lossy


def test_an_interrupt_does_not_wait_for_work_in_processes():
    workers = []
    limit = time.monotonic() + 80

    def interrupted():
        with executor_of(None, 2) as (executor, count):
            assert count == 2
            working = executor.submit(time.sleep, 120)
            while not working.running():
                time.sleep(0.05)
            workers.extend(multiprocessing.active_children())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert workers
    # The pool's own thread waits for the same processes, and may learn of an end a little earlier.
    while any(worker.is_alive() for worker in workers):
        time.sleep(0.05)
    assert time.monotonic() < limit


def test_work_whose_process_is_no_more_is_an_error_that_says_what_to_do():
    with (
        pytest.raises(
            LostWorkError, match=r"^a worker died \(.*\); take fewer workers if memory was"
        ),
        executor_of(None, 2) as (executor, _),
    ):
        executor.submit(os._exit, 3).result()


def test_processes_may_end_when_nobody_asks_for_the_rest_of_the_work(monkeypatch):
    errors: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", errors.append)
    running: dict[Future[None], float] = {}
    with executor_of(None, 2) as (executor, _):
        work = results(
            time.sleep, [0.0, *[60.0] * 9], executor=executor, kept="", running=running
        )  # fmt: skip
        next(work)
        work.close()
        end_workers()
        # Python's thread, which watches the processes, ends all that was begun or was waiting.
        assert not wait(running, timeout=30).not_done
    assert not errors


@pytest.fixture
def terminal(monkeypatch):
    shown = io.StringIO()
    monkeypatch.setattr(
        progress, "Console", lambda stderr: Console(file=shown, force_terminal=True, width=100)
    )
    return shown


def test_a_bar_shows_the_text_and_the_share_that_is_done(terminal):
    with progress.progress_bar() as show:
        show("products: 7 found", 3, 4)
        show("x" * 60, 1, 8)
    assert "x" * 40 in terminal.getvalue()
    assert "x" * 41 not in terminal.getvalue()
    assert " 12 %" in terminal.getvalue()


def test_a_silent_bar_and_one_without_a_terminal_write_nothing(terminal, capsys, monkeypatch):
    with progress.progress_bar(silent=True) as show:
        show("working", 1, 2)
    assert terminal.getvalue() == ""
    monkeypatch.undo()
    with progress.progress_bar() as show:
        show("working", 1, 2)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("address", ["nonsense", "", "tcp://host", "tcp://host:", "host:port"])
def test_what_is_no_address_is_refused_at_once(address):
    pytest.importorskip("distributed")
    with (
        pytest.raises(ValueError, match=r"^cluster='.*' is no address; pass such as tcp://host"),
        executor_of(address, None),
    ):
        pass


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:8786", "[::1]:8786", "host:1", "inproc://x/1"]
)
def test_addresses_are_left_to_dask(address):
    _require_address(address)


def test_a_signal_in_a_finaliser_is_noted_and_leaves_no_traceback(capfd, monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)

    class Finalised:
        def __init__(self, end):
            self.end = end

        def __del__(self):
            self.end()

    with interrupts() as received:
        for number in (signal.SIGINT, signal.SIGTERM):
            Finalised(lambda number=number: signal.raise_signal(number))
    assert received == [signal.SIGINT, signal.SIGTERM]
    assert capfd.readouterr().err == ""
    with interrupts():
        Finalised(lambda: 1 / 0)
    assert "ZeroDivisionError" in capfd.readouterr().err
    assert sys.unraisablehook is sys.__unraisablehook__


class Held(Executor):
    """Keeps what it is given; with a third piece it answers the second, and may then the first."""

    def __init__(self, *, first: bool) -> None:
        self.first, self.futures = first, {}

    def submit(self, fn: Any, piece: int, /) -> Future[int]:
        self.futures[piece] = future = Future()
        if piece == 3:
            self.futures[2].set_result(20)
            if self.first:
                threading.Timer(0.05, self.futures[1].set_result, [10]).start()
        return future


def test_here_a_piece_is_done_when_it_is_asked_for():
    done: list[int] = []
    work = results(done.append, [1, 2, 3], executor=None, kept="")
    assert next(work) == (1, None)
    assert done == [1]
    work.close()
    assert done == [1]


@pytest.mark.parametrize(("in_order", "first"), [(True, 1), (False, 2)])
def test_results_come_in_order_if_asked_for_and_no_more_is_begun(in_order, first):
    executor = Held(first=in_order)
    running: dict[Future[int], int] = {}
    taken: list[int] = []

    def pieces():
        for piece in range(1, 6):
            taken.append(piece)
            yield piece

    work = results(
        abs, pieces(), executor=executor, at_once=3, in_order=in_order, kept="", running=running
    )  # fmt: skip
    assert next(work) == (first, 10 * first)
    assert taken == [1, 2, 3]
    assert sorted(running.values()) == [x for x in (1, 2, 3) if x != first]
    work.close()
    assert taken == [1, 2, 3]
    cancelled = [x for x, future in executor.futures.items() if future.cancelled()]
    assert cancelled == [x for x in (1, 2, 3) if x not in (first, 2)]


def test_what_is_not_the_works_own_error_means_that_it_was_lost():
    lossy = Lossy(OSError("no  route\nto host"))
    with pytest.raises(OSError, match="no  route"):
        next(results(abs, [1], executor=lossy, kept="x is kept"))
    with pytest.raises(LostWorkError, match=r"is gone \(no route to host\); x is kept; take fewer"):
        next(results(abs, [1], executor=lossy, kept="x is kept", own=KeyError))
