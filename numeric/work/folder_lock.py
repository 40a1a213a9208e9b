"""One program at a time works in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from algebra.machine.write_file import make_folder

#: Of users' files none has this name; it is emptied.
LOCK = ".cogo-lock"


class FolderInUseError(ValueError):
    """Raised for a folder that another program works in, or that cannot be locked."""


@contextmanager
def folder_lock(folder: Path, work: str) -> Iterator[None]:
    """Hold a folder, made if need be, while the block runs; ``work`` names what is done there.

    The lock is the operating system's, on the file ``LOCK``: it ends with the process, however that
    ends.

    Raises:
        FolderInUseError: if someone holds the folder, or it cannot be locked.
        WriteError: if it cannot be made.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name, folder_lock(Path(name), "sweep"):
    ...     with folder_lock(Path(name), "sweep"):
    ...         pass
    Traceback (most recent call last):
    ...
    numeric.work.folder_lock.FolderInUseError: ...: another sweep is at work in this folder; wait
    for...
    """
    from filelock import FileLock, Timeout

    make_folder(folder)
    try:
        lock = FileLock(folder / LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise FolderInUseError(
            f"{folder}: another {work} is at work in this folder; wait for it, or give another "
            f"folder"
        ) from None
    except OSError as error:
        raise FolderInUseError(
            f"{folder} cannot be locked: {error.strerror or error}; give another folder"
        ) from None
    try:
        yield
    finally:
        lock.release()
