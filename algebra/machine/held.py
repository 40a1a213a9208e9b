"""Files and folders that one process at a time holds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from algebra.machine.write_file import WriteError, make_folder, require_writable

#: What holds a folder; of users' files none has this name.
LOCK = ".cogo-lock"


@contextmanager
def held(path: Path) -> Iterator[IO[str]]:
    """Open a file to append to that no other process holds, by the operating system's lock."""
    require_writable(path, force=True)
    try:
        stream = path.open("a", encoding="utf-8")
    except OSError as error:
        raise WriteError(f"{path} cannot be written: {error.strerror or error}") from None
    with stream:
        if not _locks(stream) or not _is_at(stream, path):
            raise WriteError(
                f"{path}: another process is at work; wait for it, or give another name or folder"
            )
        try:
            yield stream
        finally:
            stream.flush()
            if _is_at(stream, path) and path.stat().st_size == 0:
                path.unlink()


@contextmanager
def held_folder(folder: Path) -> Iterator[None]:
    """Hold a folder, made if need be, by the file ``LOCK`` in it."""
    make_folder(folder)
    with held(folder / LOCK):
        yield


def _locks(stream: IO[str]) -> bool:
    try:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):  # systems and disks without locks
        pass
    return True


def _is_at(stream: IO[str], path: Path) -> bool:
    """Whether an open file is there still, and was not removed, or replaced by another."""
    return path.exists() and os.path.samestat(os.fstat(stream.fileno()), path.stat())
