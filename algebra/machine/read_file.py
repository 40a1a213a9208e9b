"""The one door through which a file of unknown origin is opened: regular, of limited size."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO


class ReadError(ValueError):
    """Raised for a file that is not opened or read; the message says which, why, what to do."""


def printable(text: object) -> str:
    r"""Return a text on one line, with what a terminal would obey or cannot show as escapes."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text)
    )


@contextmanager
def opened(path: str | Path, *, limit: int) -> Iterator[BinaryIO]:
    """Open a regular file of 1 to ``limit`` bytes; nothing else is waited for or read."""
    name = printable(path) or "(the empty path)"
    try:
        _require_regular(name, os.stat(path))  # opening a device may have effects
        # It may have become a pipe meanwhile, whose opening would wait for a writer.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            _require_regular(name, status := os.fstat(file.fileno()))
            if status.st_size > limit:
                raise ReadError(f"{name} has {status.st_size} bytes; at most {limit} are read")
            if status.st_size == 0:
                raise ReadError(f"{name} is empty; give a file with something in it")
            yield file
    except FileNotFoundError:
        raise ReadError(f"{name} does not exist; give the path of a file") from None
    except OSError as error:
        raise ReadError(f"{name} cannot be read: {error.strerror or error}") from None


def read_bytes(path: str | Path, *, limit: int) -> bytes:
    """Return what is in a regular file of 1 to ``limit`` bytes; raises like `opened`."""
    with opened(path, limit=limit) as file:
        data = file.read(limit + 1)
    if len(data) > limit:  # it grew, or is one of those whose size the system does not know
        raise ReadError(f"{printable(path)} has more than {limit} bytes, the most that is read")
    return data


def _require_regular(name: str, status: os.stat_result) -> None:
    if S_ISDIR(status.st_mode):
        raise ReadError(f"{name} is a folder; give the name of a file")
    if not S_ISREG(status.st_mode):
        raise ReadError(
            f"{name} is no regular file, and pipes and devices are not read; copy it into a file"
        )
