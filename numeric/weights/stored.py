"""Containers of arrays: what a file or a mapping holds, by name, before any of it is read.

Nothing here unpickles: arrays are read with ``allow_pickle=False``, PyTorch's files with
``weights_only=True``. What an array claims to hold is compared with what the file has for it before
memory is taken.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from math import prod
from pathlib import Path
from typing import IO, Any, BinaryIO, final

import numpy as np

from algebra.machine.memory import MemoryEstimateError, require_memory
from algebra.machine.read_file import opened, printable
from algebra.machine.strict_json import strict_json
from algebra.numbers.arrays import Floats
from numeric.weights.plain_network import MAX_TEXT, WeightFileError, check_count

#: Names of metadata, all of them strings, begin so.
PREFIX = "cogo."
MAX_WEIGHTS = 1 << 31
MAX_FILE = 8 * MAX_WEIGHTS + (1 << 24)
#: Arrays and records of a file that are looked at; bytes of a header of names and shapes.
MAX_RECORDS, MAX_HEADER = 1 << 16, 1 << 24
#: A compressed file of more than `FREE` bytes of arrays may unfold by this factor.
UNFOLDS, FREE = 64, 1 << 26
#: Floats that float32 or float64 hold exactly, by the names that formats give them.
EXACT = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}
SUFFIXES = (".npz", ".npy", ".safetensors", ".pt", ".pth", ".ckpt")
Shape = tuple[int, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """An array of a container, not read yet.

    Args:
        shape: as it is said to be.
        dtype: its name, without byte order.
        read: returns it; called once shapes and sizes are judged.
    """

    shape: Shape
    dtype: str
    read: Callable[[], Any] = field(repr=False)

    @property
    def size(self) -> int:
        """The number of its entries."""
        return prod(self.shape)

    def floats(self, name: str) -> Floats:
        """Return it as float32, or float64 if that is what it is: no value changes.

        Raises:
            WeightFileError: if an entry is not finite.
        """
        x = np.asarray(self.read())
        wide: Floats = x.astype(np.float64 if self.dtype == "float64" else np.float32, copy=False)
        if not np.isfinite(wide).all():
            at = tuple(np.argwhere(~np.isfinite(wide))[0].tolist())
            raise WeightFileError(f"{name}: the weight at {at} is {wide[at]}, not a finite number")
        return wide


Arrays = dict[str, Stored]


@contextmanager
def stored_in(path: str | Path) -> Iterator[tuple[Arrays, dict[str, str]]]:
    """Yield the arrays of a file by name, and its metadata; nothing in it is executed.

    Raises:
        ReadError: if the file cannot be opened: none, a folder, a pipe, empty, too large.
        WeightFileError: for another suffix, a damaged file, or arrays that claim more than the file
            holds.
        MemoryEstimateError: if they would not fit into memory.
    """
    suffix, name = Path(path).suffix.lower(), printable(path)
    if suffix not in SUFFIXES:
        if Path(path).is_dir():
            raise WeightFileError(f"{name} is a folder; give the name of a file of weights")
        raise WeightFileError(
            f"{name}: weights are files ending in {', '.join(SUFFIXES)}, not {suffix or 'nothing'}"
        )
    with opened(path, limit=MAX_FILE) as file, _readable(f"{name}: ", f"a readable {suffix} file"):
        if suffix == ".npz":
            with _archive(file, "np.savez") as archive:
                yield _npz(archive)
        elif suffix == ".npy":
            yield _npy(file), {}
        elif suffix == ".safetensors":
            yield _safetensors(file)
        else:
            from numeric.weights.torch_files import stored_by_torch

            yield stored_by_torch(file), {}


def _npz(archive: zipfile.ZipFile) -> tuple[Arrays, dict[str, str]]:
    members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
    if len(members) != len(archive.infolist()):
        raise WeightFileError("an array is there twice; save each array once")
    require_records(len(members))
    texts = [name for name in members if name.startswith(PREFIX)]
    check_count(texts)
    arrays, metadata = {}, {}
    for name, member in members.items():
        with archive.open(member) as file:
            shape, dtype = _npy_header(file, name)
        if name in texts:
            if shape != () or dtype.kind != "U" or dtype.itemsize > 4 * MAX_TEXT:
                raise WeightFileError(f"{name}: expected a text of at most {MAX_TEXT} characters")
            metadata[name.removeprefix(PREFIX)] = str(_member(archive, member))
        elif dtype.name in EXACT:
            require_held(name, prod(shape) * dtype.itemsize, member.file_size)
            arrays[name] = Stored(shape, dtype.name, partial(_member, archive, member))
        else:
            arrays[name] = Stored(shape, dtype.name, _unread)
    if (unfolded := sum(m.file_size for m in members.values())) > FREE:
        packed = sum(m.compress_size for m in members.values())
        require_held("the archive", unfolded, UNFOLDS * packed)
    return arrays, metadata


def _npy(file: BinaryIO) -> Arrays:
    end = file.seek(0, 2)
    file.seek(0)
    shape, dtype = _npy_header(file, "the array")
    if dtype.name in EXACT:
        require_held("the array", prod(shape) * dtype.itemsize, end - file.tell())
    file.seek(0)
    return {"array": Stored(shape, dtype.name, lambda: np.lib.format.read_array(file))}


def _npy_header(file: IO[bytes], name: str) -> tuple[Shape, np.dtype[Any]]:
    readers: dict[Any, Callable[[IO[bytes]], tuple[Shape, bool, np.dtype[Any]]]] = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    version = np.lib.format.read_magic(file)
    if version not in readers:
        raise WeightFileError(f"{name}: version {version} of the .npy format is not read")
    shape, _, dtype = readers[version](file)
    return shape, dtype


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    with archive.open(member) as file:
        return np.lib.format.read_array(file, allow_pickle=False)


_SAFETENSORS = {"F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64"}


def _safetensors(file: BinaryIO) -> tuple[Arrays, dict[str, str]]:
    """Return what the header names; of the library none reads bfloat16 into NumPy."""
    end = file.seek(0, 2)
    file.seek(0)
    size = int.from_bytes(file.read(8), "little")
    if size > min(MAX_HEADER, end - 8):
        raise WeightFileError(
            f"a header of {size} bytes in a file of {end}; at most {MAX_HEADER} are read"
        )
    header = strict_json(file.read(size))
    texts = header.pop("__metadata__", {})
    require_records(len(header))
    arrays = {}
    for name, entry in header.items():
        (start, stop), shape = entry["data_offsets"], tuple(map(int, entry["shape"]))
        dtype = _SAFETENSORS.get(entry["dtype"], str(entry["dtype"]))
        if dtype not in EXACT:
            arrays[name] = Stored(shape, dtype, _unread)
            continue
        if not (0 <= start <= stop <= end - 8 - size and min(shape, default=0) >= 0):
            raise WeightFileError(f"{name}: bytes {start} to {stop} are not in the file; it is cut")
        require_held(name, prod(shape) * EXACT[dtype], stop - start)
        arrays[name] = Stored(shape, dtype, partial(_raw, file, 8 + size + start, shape, dtype))
    own = {k.removeprefix(PREFIX): text for k, text in texts.items() if k.startswith(PREFIX)}
    return arrays, own


def _raw(file: BinaryIO, start: int, shape: Shape, dtype: str) -> Any:
    file.seek(start)
    data = file.read(prod(shape) * EXACT[dtype])
    if dtype == "bfloat16":  # the upper half of a float32
        return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4").reshape(shape)
    return np.frombuffer(data, np.dtype(dtype).newbyteorder("<")).reshape(shape)


def _unread() -> Any:
    raise AssertionError("an array of another kind than floats is left out, and not read")


def stored_of(arrays: Mapping[str, Any]) -> Arrays:
    """Return arrays, or tensors of PyTorch, by name as stored ones; of nested mappings too.

    >>> stored_of({"net": {"W": np.ones((2, 3))}, "epoch": 7})
    {'net.W': Stored(shape=(2, 3), dtype='float64')}
    """
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
        return Stored(shape, f"{x.layout} {dtype}", _unread)
    # One number can stand for any number of weights.
    require_held(name, prod(shape) * x.itemsize, x.untyped_storage().nbytes())
    return Stored(shape, dtype, lambda: (x.float() if x.itemsize < 4 else x).detach().cpu().numpy())


def require_records(count: int) -> None:
    """Refuse containers of very many records."""
    if count > MAX_RECORDS:
        raise WeightFileError(f"more than {MAX_RECORDS} records; save the weights alone")


def require_held(what: str, declared: int, held: int) -> None:
    """Refuse what declares more bytes than there are for it, or than there is memory for."""
    if declared > held:
        raise WeightFileError(
            f"{what} declares {declared} bytes and the file has {held} for it; it is cut, or "
            f"made to take more memory than it holds: save the weights again"
        )
    require_memory(2 * declared, "holding the weights", instead="use a machine with more memory")


def _archive(file: BinaryIO, writer: str) -> zipfile.ZipFile:
    if not zipfile.is_zipfile(file):
        raise ValueError(f"it is no zip archive, which is what {writer} writes")
    return zipfile.ZipFile(file)


@contextmanager
def _readable(where: str, kind: str) -> Iterator[None]:
    """Turn whatever a reader of another package raises into one sentence."""
    try:
        yield
    except (MemoryEstimateError, MemoryError):
        raise
    except WeightFileError as error:
        raise WeightFileError(f"{where}{error}") from error.__cause__
    except Exception as error:
        raise WeightFileError(f"{where}not {kind}: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, cut."""
    return printable((str(error).strip() or type(error).__name__).splitlines()[0][:200])
