"""An array of a file or a mapping, before it is read: shape, dtype, and whether they can be."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, BinaryIO, final

import numpy as np

from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Floats
from numeric.weights.plain_network import WeightFileError

#: Arrays and records of a container that are looked at.
MAX_RECORDS = 1 << 16
#: Floats that float32 or float64 hold exactly, by the names that formats give them.
EXACT = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
Shape = tuple[int, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """An array of a container, not read yet: what is said of its shape and its dtype, without byte
    order, and what returns it, called once these are judged.
    """

    shape: Shape
    dtype: str
    read: Callable[[], Any] = field(repr=False)

    @property
    def size(self) -> int:
        """The number of its entries."""
        return prod(self.shape)

    def floats(self, name: str) -> Floats:
        """Return it as float32, or float64 if that is what it is: no value changes, and all are
        finite.
        """
        x = np.asarray(self.read())
        wide: Floats = x.astype(np.float64 if self.dtype == "float64" else np.float32, copy=False)
        if not np.isfinite(wide).all():
            at = tuple(np.argwhere(~np.isfinite(wide))[0].tolist())
            raise WeightFileError(f"{name}: the weight at {at} is {wide[at]}, not a finite number")
        return wide


Arrays = dict[str, Stored]


def unread() -> Any:
    """Stand for the array in what is left out."""
    raise AssertionError("an array of another kind than floats is left out, and not read")


def stored_of(arrays: Mapping[str, Any] | Sequence[Any]) -> Arrays:
    """Return arrays, or tensors of PyTorch, by name as stored ones; of nested mappings too."""
    found: Arrays = {}
    left = [0]

    def visit(name: str, x: Any, depth: int) -> None:
        left[0] += 1
        require_records(left[0])
        if depth > 32:
            raise WeightFileError(f"{name[:40]}: nested more than 32 deep")
        if isinstance(x, Mapping):
            items = list(x.items())
        elif isinstance(x, (list, tuple)):
            items = list(enumerate(x))
        elif hasattr(x, "shape") and hasattr(x, "dtype"):
            if name in found:
                raise WeightFileError(f"{name}: there are two arrays of this name")
            found[name] = _stored(name, x)
            return
        else:
            return
        for key, value in items:
            visit(f"{name}.{key}" if name else str(key), value, depth + 1)

    visit("", arrays, 0)
    return found


def _stored(name: str, x: Any) -> Stored:
    shape, dtype = tuple(map(int, x.shape)), str(getattr(x.dtype, "name", x.dtype))
    dtype = dtype.removeprefix("torch.")
    if dtype not in EXACT or not hasattr(x, "untyped_storage"):
        return Stored(shape, dtype, lambda: np.asarray(x))
    if str(x.layout) != "torch.strided":
        return Stored(shape, f"{x.layout} {dtype}", unread)
    # One number can stand for any number of weights.
    require_held(name, prod(shape) * x.itemsize, x.untyped_storage().nbytes())
    return Stored(shape, dtype, lambda: (x.float() if x.itemsize < 4 else x).detach().cpu().numpy())


def require_records(count: int) -> None:
    """Refuse containers of very many records."""
    if count > MAX_RECORDS:
        raise WeightFileError(f"more than {MAX_RECORDS} records; save the weights alone")


def require_archive(file: BinaryIO, writer: str) -> None:
    """Refuse what is no zip archive."""
    if not zipfile.is_zipfile(file):
        require_fetched(file)
        raise ValueError(f"it is no zip archive, which is what {writer} writes")


def require_fetched(file: BinaryIO) -> None:
    """Refuse what stands for a file in a repository."""
    file.seek(0)
    if file.read(40).startswith(b"version https://git-lfs.github.com"):
        raise ValueError("it is a pointer of Git LFS, and no weights; git lfs pull fetches them")


def require_held(what: str, declared: int, held: int) -> None:
    """Refuse what declares more bytes than there are for it, or than there is memory for."""
    if declared > held:
        raise WeightFileError(
            f"{what} declares {declared} bytes and the file has {held} for it; it is cut, or "
            f"made to take more memory than it holds: save the weights again"
        )
    require_memory(2 * declared, "holding the weights", instead="use a machine with more memory")
