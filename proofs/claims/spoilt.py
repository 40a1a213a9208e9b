"""Files that are right, and spoilt in one way each; what a stand-alone checker must say of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import getitem
from typing import Any

from proofs.claims.claim import Evidence

File = dict[str, Any]
#: Changes a file, or returns what becomes of it.
Spoil = Callable[[File], File | bytes | None]
#: By what is wrong with them, the exit code for files, and how they are spoilt.
Table = Mapping[str, tuple[int, Spoil]]


def at(*path: Any, do: Callable[[Any, Any], object]) -> Spoil:
    """Return what does something with the container and the key at a place of the JSON."""
    *inside, key = path

    def spoil(top: File) -> None:
        do(reduce(getitem, inside, top), key)

    return spoil


def put(*path: Any, value: Any) -> Spoil:
    """Return what puts a value at a place."""
    return at(*path, do=lambda there, key: there.__setitem__(key, value))


def drop(*path: Any) -> Spoil:
    """Return what removes what is at a place."""
    return at(*path, do=lambda there, key: there.pop(key))


def again(*path: Any) -> Spoil:
    """Return what repeats an item of a list."""
    return at(*path, do=lambda there, key: there.append(there[key]))


def coded(code: int, spoils: Mapping[str, Spoil]) -> Table:
    """Return a table of spoilt files that have one exit code."""
    return {name: (code, spoil) for name, spoil in spoils.items()}


def spoilt(top: File, spoil: Spoil) -> bytes:
    """Return a spoilt copy as bytes."""
    copy = json.loads(json.dumps(top))
    changed = spoil(copy)
    changed = copy if changed is None else changed
    return changed if isinstance(changed, bytes) else json.dumps(changed).encode()


def judged(
    check: Callable[[Any], tuple[int, str]], files: Iterable[tuple[str, int, Any]], of: str
) -> Evidence:
    """Return the evidence of files ``(name, code, data)``: whether a checker says the code of each.

    A checker that crashes, whatever the file, has not decided.
    """
    wrong, every = [], list(files)
    for name, code, data in every:
        try:
            found, message = check(data)
        except Exception as error:
            found, message = -1, f"crashed: {type(error).__name__}"
        if found != code:
            wrong.append(f"{name}: exit code {found}, expected {code} ({message})")
    bad = sum(code > 0 for _, code, _ in every)
    scope = f"{of}, {len(every)} files, {bad} of them spoilt"
    return Evidence("exhaustive", scope, "; ".join(wrong))


def every(top: File, table: Table, *, name: str = "") -> list[tuple[str, int, bytes]]:
    """Return a file as it is, and spoilt in every way of a table."""
    whole = {"as it is": (0, lambda top: None), **table}
    return [(name + how, code, spoilt(top, spoil)) for how, (code, spoil) in whole.items()]
