"""What an engine is, and how its check is timed."""

import resource
import statistics
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from .instance import Instance

SIZES_A = (7, 23, 71, 127, 1009, 10007)
SIZES_B = (5, 11, 23)


class Absent(Exception):
    """The engine is not installed; the message says how to get it."""


@dataclass(frozen=True)
class Timing:
    """Seconds per check: the best of ``runs``, and their median (a noisy machine shows here)."""

    best: float
    median: float
    runs: int


class Engine(ABC):
    """One way of deciding ``T[k1, k2, k] = [k1 = k2 = k]`` for every ``k != 0``, exactly.

    `load` is not timed: it may choose any faithful representation of the entries, sort the nodes by
    support (`blocks`) and fix bounds and primes. `check` is timed and has to work for any entries.
    """

    name: ClassVar[str]
    role: ClassVar[str] = "peer"
    how: ClassVar[str]
    sizes: ClassVar[Mapping[str, tuple[int, ...]]] = {"A": SIZES_A, "B": SIZES_B}
    skipped: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def version(self) -> str:
        """Import or start the engine. Raises `Absent`."""

    @abstractmethod
    def load(self, instance: Instance) -> Any:
        """The instance in the engine's own objects."""

    @abstractmethod
    def check(self, loaded: Any) -> bool | None:
        """True, False, or None for undecided."""

    def measure(self, loaded: Any, seconds: float) -> Timing:
        """Repeat the check for about ``seconds``, at least three times unless one takes longer."""
        self.check(loaded)
        times: list[float] = []
        start = time.perf_counter()
        while time.perf_counter() - start < seconds or (len(times) < 3 and sum(times) < 10):
            before = time.perf_counter()
            self.check(loaded)
            times.append(time.perf_counter() - before)
        return Timing(min(times), statistics.median(times), len(times))

    def peak_bytes(self) -> int:
        """Peak resident memory so far of the process that does the work."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
