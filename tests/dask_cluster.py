"""A Dask scheduler and two worker processes on this machine, and a way to lose one of these."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, final

import dask
import distributed


@final
@dataclass(frozen=True, slots=True)
class DaskCluster:
    """A scheduler with two worker processes, which are started again when they die.

    Attributes:
        address: of the scheduler.
        client: connected to it.
    """

    address: str
    client: Any

    def executor(self) -> Any:
        """Return what `numeric.work.executor.executor_of` makes of the address."""
        return self.client.get_executor(pure=False)

    @contextmanager
    def patience(self, losses: int) -> Iterator[None]:
        """Let the scheduler give up a piece of work when more workers than these died with it."""

        def set_to(count: int, dask_scheduler: Any) -> int:
            before: int = dask_scheduler.allowed_failures
            dask_scheduler.allowed_failures = count
            return before

        before = self.client.run_on_scheduler(set_to, losses)
        try:
            yield
        finally:
            self.client.run_on_scheduler(set_to, before)

    def kill_a_busy_worker(self) -> int:
        """Kill a process that has work to do; return how many pieces were lost with it.

        It is stopped first, so that it cannot finish them before it dies. Waits until the scheduler
        says what it has to give to others.
        """
        limit = time.monotonic() + 60
        worker = ""
        while not worker:
            assert time.monotonic() < limit, "no worker got work"
            time.sleep(0.005)
            worker = self._stopped_at_work()
        while True:
            for _, event in self.client.get_events(worker):
                if event["action"] == "remove-worker":
                    return len(event["processing-tasks"]) + len(event["lost-computed-tasks"])
            assert time.monotonic() < limit, f"the scheduler does not miss {worker}, which is dead"
            time.sleep(0.005)

    def _stopped_at_work(self) -> str:
        """Kill the process with most to do, if it has work left when it stands still."""
        worker, tasks = max(self.client.processing().items(), key=lambda item: len(item[1]))
        if not tasks:
            return ""
        process = self.client.run(os.getpid, workers=[worker])[worker]
        os.kill(process, signal.SIGSTOP)
        time.sleep(0.2)  # what it has sent arrives
        if not self.client.processing(workers=[worker])[worker]:
            os.kill(process, signal.SIGCONT)
            return ""
        os.kill(process, signal.SIGKILL)
        return str(worker)


@contextmanager
def two_workers() -> Iterator[DaskCluster]:
    """Give a cluster of two processes with one thread each."""
    with (
        # What is looked for at a worker that is gone is not waited for half a minute.
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield DaskCluster(cluster.scheduler_address, client)
