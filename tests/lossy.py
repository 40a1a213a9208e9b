"""An executor that loses all work."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class Lossy(Executor):
    """Ends every piece of work with one error, as when the machine is gone that did it."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(self.error)
        return future
