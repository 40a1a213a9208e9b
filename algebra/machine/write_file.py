"""Files written whole or not at all, by rename."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class WriteError(ValueError):
    """Raised for a file that cannot be written; the message says which, why and what to do."""


class WouldOverwriteError(WriteError):
    """Raised instead of overwriting a file that is there already."""


@contextmanager
def replacing(path: str | Path, *, force: bool = False) -> Iterator[Path]:
    """Give an empty temporary file beside ``path`` that becomes it at the end."""
    target = Path(os.path.realpath(path)) if os.fspath(path) else Path()
    _refuse(path, target, force)
    temporary = target.with_name(f".cogo-{secrets.token_hex(8)}.part")
    try:
        # Created here, and not by tempfile, so that the file has the user's default permissions.
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        yield temporary
        with open(temporary, "rb+") as written:
            os.fsync(written.fileno())
        _refuse(path, target, force)
        os.replace(temporary, target)
    except OSError as error:
        raise WriteError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def write_bytes(path: str | Path, data: bytes, *, force: bool = False) -> None:
    """Write a file whole, or not at all; raises like `replacing`."""
    with replacing(path, force=force) as temporary:
        temporary.write_bytes(data)


def make_folder(folder: Path, *, parents: bool = False) -> None:
    """Make a folder, unless it is there, and see that files can be made in it."""
    try:
        folder.mkdir(exist_ok=True, parents=parents)
    except FileExistsError:
        raise WriteError(f"{folder} is no folder; give the name of a folder") from None
    except OSError as error:
        if not folder.parent.exists():
            raise WriteError(
                f"{folder}: the folder {folder.parent} does not exist; create it first"
            ) from None
        raise WriteError(f"{folder} cannot be made: {error.strerror or error}") from None
    _try(folder, folder)


def _try(folder: Path, path: str | Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise WriteError(
            f"{path} cannot be written: {error.strerror or error}; give another folder"
        ) from None


def require_writable(*paths: str | Path, force: bool = False) -> None:
    """Raise, before any work is done, what `replacing` would raise for these paths."""
    seen: set[Path] = set()
    for path in paths:
        target = Path(os.path.realpath(path)) if os.fspath(path) else Path()
        _refuse(path, target, force)
        if target in seen:
            raise WriteError(f"{path} is named twice; give each file its own name")
        _try(target.parent, path)
        seen.add(target)


def _refuse(path: str | Path, target: Path, force: bool) -> None:
    if target.is_dir():
        raise WriteError(f"{path or '(the empty path)'} is a folder; give the name of a file")
    if not target.parent.is_dir():
        raise WriteError(f"{path}: the folder {target.parent} does not exist; create it first")
    if not os.path.exists(target):
        return
    if not target.is_file():
        raise WriteError(f"{path} is no regular file and is not replaced; give another name")
    if not force:
        raise WouldOverwriteError(
            f"{path} exists already; pass --force (force=True in Python) to overwrite it"
        )
