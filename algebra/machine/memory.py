"""Refuse work that will not fit into memory, before any of it is taken."""

import os

#: Less than this is not looked at: 64 MB.
SMALL = 1 << 26


class MemoryEstimateError(ValueError):
    """Raised before work whose estimated memory exceeds what is available."""


def available_bytes() -> int:
    """Return the memory that can be taken now, in bytes (4 GB where the system does not say)."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return 4 << 30


def require_memory(needed: int, what: str, *, instead: str) -> None:
    """Raise `MemoryEstimateError` if ``needed`` bytes for ``what`` exceed what is available."""
    if needed < SMALL:
        return
    available = available_bytes()
    if needed > available:
        raise MemoryEstimateError(
            f"{what} needs about {needed // 10**6:,} MB and {available // 10**6:,} MB are "
            f"available; {instead}"
        )
