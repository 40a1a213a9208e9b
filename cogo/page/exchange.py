"""What a page and the library say to each other: a request, every value of it checked; and what a
process of its own finds, sent while it works.
"""

import asyncio
import json
import multiprocessing
from collections.abc import AsyncIterator, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from numeric.weights.files import write_weights
from numeric.weights.plain_network import TwoLayer
from numeric.work.signals import start_worker

MAX_LIST, MAX_TEXT, MAX_INT = 4096, 200, 10**9
#: Seconds between looks at what a process has sent.
LOOK = 0.05
KINDS = {
    dict: "an object",
    list: f"a list of at most {MAX_LIST} values",
    str: f"a text of at most {MAX_TEXT} characters",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def fields(data: Any, **defaults: Any) -> list[Any]:
    """Return the values of a request by name, each of the kind of its default, and not too large.

    >>> fields({"group": "Z7"}, group="Z5", seed=1)
    ['Z7', 1]
    """
    found = [of_kind(data, {}, "request").get(name, x) for name, x in defaults.items()]
    return [of_kind(x, y, name) for x, (name, y) in zip(found, defaults.items(), strict=True)]


def of_kind(value: Any, default: Any, name: str) -> Any:
    """Return a value of the kind of a default, or refuse it."""
    kind = type(default)
    right = type(value) is kind or (kind is float and type(value) is int)
    if kind in (list, str):
        right = right and len(value) <= (MAX_LIST if kind is list else MAX_TEXT)
    if not right or (kind is int and abs(value) >= MAX_INT):
        raise ValueError(f"{name}: expected {KINDS[kind]}")
    return kind(value)


def as_file(network: TwoLayer) -> bytes:
    """Return weights as an ``.npz`` file."""
    with TemporaryDirectory(prefix="cogo-page-") as folder:
        path = Path(folder) / "weights.npz"
        write_weights(path, network)
        return path.read_bytes()


async def lines(work: Callable[..., None], *arguments: Any) -> AsyncIterator[str]:
    """Yield what the work sends, a line of JSON each, and how it ended; one who asks no more, such
    as a page that is closed, ends it.
    """
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_run, args=(there, work, *arguments), daemon=True)
    process.start()
    there.close()
    try:
        while True:
            while not here.poll():
                await asyncio.sleep(LOOK)
            yield json.dumps(here.recv()) + "\n"
    except EOFError:
        pass
    finally:
        process.kill()
        process.join()


def _run(sent: Connection, work: Callable[..., None], *arguments: Any) -> None:
    start_worker()
    try:
        work(sent.send, *arguments)
        sent.send({"state": "done"})
    except KeyboardInterrupt:  # the page has ended
        pass
    except Exception as error:
        sent.send({"state": f"failed: {error}"})
