"""The one door for files of unknown origin: regular, of limited size; their JSON read strictly."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any


class ReadError(ValueError):
    """Raised for a file that is not opened or read; the message says which, why, what to do."""


def printable(text: object) -> str:
    r"""Return a text on one line, with what a terminal would obey or cannot show as escapes."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text)
    )


@contextmanager
def opened(path: str | Path, *, limit: int) -> Iterator[BufferedReader]:
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


MAX_DIGITS = 1000


def strict_json(text: str | bytes) -> Any:
    """Return what JSON text, or its bytes in UTF-8, says."""
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_distinct, parse_int=_integer)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    except RecursionError:
        raise ValueError("not JSON that is read: brackets are nested too deep") from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r:.40} is given twice; give each key once")
        found[key] = value
    return found


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(
            f"the integer {digits[:20]}... has {len(digits)} digits; at most {MAX_DIGITS} are read"
        )
    return int(digits)
