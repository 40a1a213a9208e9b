"""What figures are measured with: processor, system, versions."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("torch", "numpy", "scipy", "cogo-algebra")


def machine() -> dict[str, str]:
    """Return the processor with its cores, the system, and the versions of what computes.

    >>> list(machine())[:3]
    ['processor', 'cores', 'system']
    """
    found = {
        "processor": _processor(),
        "cores": str(_cores()),
        "system": _system(),
        "Python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def in_a_line(found: dict[str, str]) -> str:
    """Return it as one line of text.

    >>> in_a_line({"processor": "Z80", "cores": "1", "system": "CP/M", "Python": "3.11"})
    'Z80, 1 core, CP/M; Python 3.11'
    """
    cores = f"{found['cores']} core{'s' * (found['cores'] != '1')}"
    versions = [f"{x} {found[x]}" for x in found if x not in ("processor", "cores", "system")]
    return f"{found['processor']}, {cores}, {found['system']}; {', '.join(versions)}"


def _processor() -> str:
    """Return the name of the processor; Python knows it on some systems only."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name" and value.strip():
                return f"{' '.join(value.split())} ({platform.machine()})"
    except OSError:
        pass
    return platform.processor() or platform.machine() or "unknown"


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = ""
    kernel = f"{platform.system()} {platform.release()}"
    return f"{name} ({kernel})" if name else kernel
