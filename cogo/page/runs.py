"""Work in a process of its own, whose lines are sent to a page while it goes; it ends with it."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import AsyncIterator, Callable
from multiprocessing.connection import Connection
from typing import Any

from numeric.work.executor import start_worker

#: Seconds between looks at what a process has sent.
LOOK = 0.05


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
