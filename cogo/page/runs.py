"""What is kept of what pages asked for, and work in a process of its own, watched while it goes."""

from __future__ import annotations

import multiprocessing
from collections import OrderedDict
from collections.abc import Callable
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any, Generic, TypeVar, final

from cogo.page.asked import fields
from numeric.work.executor import start_worker

#: So many of a kind are kept.
KEPT = 4
T = TypeVar("T")


@final
class Kept(Generic[T]):
    """The last few things of a kind by number, so that each page has its own.

    >>> files = Kept("number", "that file is not open any more; drop it again")
    >>> files.at({"number": files.add("w.npz")})
    'w.npz'
    """

    def __init__(self, name: str, gone: str, left: Callable[[T], None] = lambda x: None) -> None:
        self._name, self._gone, self._left = name, gone, left
        self._kept: OrderedDict[int, T] = OrderedDict()
        self._count, self._lock = 0, Lock()

    def add(self, x: T) -> int:
        """Return the number of one more; what is too old for another has left."""
        with self._lock:
            self._count += 1
            self._kept[self._count] = x
            if len(self._kept) > KEPT:
                self._left(self._kept.popitem(last=False)[1])
            return self._count

    def at(self, data: Any) -> T:
        """Return what a request names by its number; a ValueError if it is not kept any more."""
        (number,) = fields(data, **{self._name: 0})
        if number not in self._kept:
            raise ValueError(self._gone)
        return self._kept[number]


@final
class Run:
    """A function of what sends a line, or a file, at work in a process; what it has sent so far."""

    def __init__(self, work: Callable[..., None], *arguments: Any) -> None:
        self.state, self.file = "running", b""
        self.lines: list[dict[str, Any]] = []
        spawn = multiprocessing.get_context("spawn")
        here, there = spawn.Pipe(duplex=False)
        self.process = spawn.Process(target=_run, args=(there, work, *arguments), daemon=True)
        self.process.start()
        there.close()
        Thread(target=self._watch, args=[here], daemon=True).start()

    def end(self) -> None:
        """End it, if it has not ended."""
        if self.state == "running":
            self.state = "cancelled"
            self.process.kill()
            self.process.join()

    def _watch(self, received: Connection) -> None:
        try:
            while self.state == "running":
                found = received.recv()
                if isinstance(found, dict):
                    self.lines.append(found)
                elif isinstance(found, bytes):
                    self.file = found
                elif self.state == "running":
                    self.state = found
        except EOFError:
            if self.state == "running":
                self.state = "failed: it was ended"


def _run(sent: Connection, work: Callable[..., None], *arguments: Any) -> None:
    start_worker()
    try:
        work(sent.send, *arguments)
        sent.send("done")
    except KeyboardInterrupt:  # the page has ended
        pass
    except Exception as error:
        sent.send(f"failed: {error}")


def runs_kept() -> Kept[Run]:
    """Return a place for runs; one more than it keeps ends the oldest."""
    return Kept("run", "that run is not kept any more; start it again", Run.end)


def poll(runs: Kept[Run], data: Any) -> dict[str, Any]:
    """Return the state of a run, and its lines from a number on."""
    run, (since,) = runs.at(data), fields(data, since=0)
    return {"state": run.state, "lines": run.lines[max(0, since) :]}


def cancel(runs: Kept[Run], data: Any) -> dict[str, Any]:
    """End a run, if it has not ended."""
    run = runs.at(data)
    run.end()
    return {"state": run.state}
