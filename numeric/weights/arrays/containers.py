"""Files as arrays by name, ``.npz``, ``.npy``, ``.safetensors`` and those of PyTorch: nothing is
unpickled, and what an array claims to hold is compared with the file before memory is taken.
"""

import os
import pickle  # for the name of an error; nothing is unpickled
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from math import prod
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np

from algebra.machine.install import install
from algebra.machine.memory import MemoryEstimateError
from algebra.machine.read_file import opened, printable, strict_json
from numeric.weights.arrays.stored import (
    EXACT,
    Arrays,
    Shape,
    Stored,
    require_held,
    require_records,
    stored_of,
    unread,
)
from numeric.weights.plain_network import MAX_TEXT, WeightFileError, check_count

#: Names of metadata, all of them strings, begin so.
PREFIX = "cogo."
MAX_FILE = (1 << 34) + (1 << 24)
MAX_HEADER = 1 << 24
#: A compressed file of more than `FREE` bytes of arrays may unfold by this factor.
UNFOLDS, FREE = 64, 1 << 26
SUFFIXES = (".npz", ".npy", ".safetensors", ".pt", ".pth", ".ckpt")


@contextmanager
def stored_in(path: str | Path) -> Iterator[tuple[Arrays, dict[str, str]]]:
    """Yield the arrays of a file by name, and its metadata; nothing in it is executed."""
    suffix, name = Path(path).suffix.lower(), printable(path)
    if suffix not in SUFFIXES:
        if Path(path).is_dir():
            raise WeightFileError(f"{name} is a folder; give the name of a file of weights")
        raise WeightFileError(
            f"{name}: weights are files ending in {', '.join(SUFFIXES)}, not {suffix or 'nothing'}"
        )
    with opened(path, limit=MAX_FILE) as file, _readable(f"{name}: ", suffix):
        if file.read(40).startswith(b"version https://git-lfs.github.com"):
            raise ValueError(
                "it is a pointer of Git LFS, and no weights; git lfs pull fetches them"
            )
        if suffix == ".npz":
            with _archive(file, "np.savez") as archive:
                if any(name.endswith("/data.pkl") for name in archive.namelist()):
                    raise ValueError("it is one of torch.save; give it a name that ends in .pt")
                yield _npz(archive)
        elif suffix == ".npy":
            yield {"array": _npy("the array", partial(_rewound, file), file.seek(0, 2))[0]}, {}
        elif suffix == ".safetensors":
            yield _safetensors(file)
        else:
            yield stored_by_torch(file), {}


def _npz(archive: zipfile.ZipFile) -> tuple[Arrays, dict[str, str]]:
    members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
    for_numpy = members.keys() | {f"{name}.npy" for name in members}  # w.npy is w too
    if len(for_numpy) != 2 * len(archive.infolist()):
        raise WeightFileError("an array is there twice; save each array once")
    require_records(len(members))
    check_count([name for name in members if name.startswith(PREFIX)])
    arrays, metadata = {}, {}
    for name, member in members.items():
        found, dtype = _npy(name, partial(archive.open, member), member.file_size)
        if name.startswith(PREFIX):
            if found.shape != () or dtype.kind != "U" or dtype.itemsize > 4 * MAX_TEXT:
                raise WeightFileError(f"{name}: expected a text of at most {MAX_TEXT} characters")
            metadata[name.removeprefix(PREFIX)] = str(found.read())
            continue
        if dtype.hasobject and found.shape:
            raise WeightFileError(f"{name}: it needs pickle, which is not read; save it as numbers")
        arrays[name] = found
    if (unfolded := sum(m.file_size for m in members.values())) > FREE:
        packed = sum(m.compress_size for m in members.values())
        require_held("the archive", unfolded, UNFOLDS * packed)
    return arrays, metadata


def _npy(
    name: str, opened: Callable[[], AbstractContextManager[IO[bytes]]], size: int
) -> tuple[Stored, np.dtype[Any]]:
    """Return an array in NumPy's format in so many bytes, and its dtype."""
    readers: dict[Any, Callable[[IO[bytes]], tuple[Shape, bool, np.dtype[Any]]]] = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    with opened() as file:
        version = np.lib.format.read_magic(file)
        if version not in readers:
            raise WeightFileError(f"{name}: version {version} of the .npy format is not read")
        shape, _, dtype = readers[version](file)
        if dtype.name in EXACT:
            require_held(name, prod(shape) * dtype.itemsize, size - file.tell())

    def read() -> Any:
        with opened() as file:
            return np.lib.format.read_array(file, allow_pickle=False)

    return Stored(shape, dtype.name, read), dtype


def _rewound(file: BinaryIO) -> AbstractContextManager[IO[bytes]]:
    file.seek(0)
    return nullcontext(file)


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
    if not isinstance(header, dict):
        raise ValueError("its header is no object of tensors by name")
    texts = header.pop("__metadata__", {})
    require_records(len(header))
    arrays = {}
    for name, entry in header.items():
        try:
            (start, stop), shape = map(int, entry["data_offsets"]), tuple(map(int, entry["shape"]))
            dtype = _SAFETENSORS.get(entry["dtype"], str(entry["dtype"]))
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"{name}: no dtype, shape and data_offsets of a tensor") from None
        if dtype not in EXACT:
            arrays[name] = Stored(shape, dtype, unread)
            continue
        if not (0 <= start <= stop <= end - 8 - size and min(shape, default=0) >= 0):
            raise ValueError(f"{name}: bytes {start} to {stop} are not in the file; it is cut")
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


def _archive(file: BinaryIO, writer: str) -> zipfile.ZipFile:
    file.seek(0)
    if file.read(4) not in (b"PK\3\4", b"PK\5\6") or not zipfile.is_zipfile(file):
        raise ValueError(f"it is no zip archive, which is what {writer} writes")
    return zipfile.ZipFile(file)


@contextmanager
def _readable(where: str, suffix: str) -> Iterator[None]:
    """Turn whatever a reader of another package raises, or warns of, into one sentence."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except (MemoryEstimateError, MemoryError):
        raise
    except WeightFileError as error:
        raise WeightFileError(f"{where}{error}") from error.__cause__
    except Exception as error:
        by = "" if suffix in SUFFIXES[:3] else " written by torch.save"
        article = "an" if suffix.startswith(".n") else "a"
        raise WeightFileError(
            f"{where}not {article} {suffix} file{by}: {first_line(error)}"
        ) from error


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, cut."""
    return printable((str(error).strip() or type(error).__name__).splitlines()[0][:200])


#: How the files begin that PyTorch wrote before version 1.6, or is told to write.
OLD = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
NOT_ONLY_TENSORS = (
    "holds more than tensors, and could run code when loaded, so it is refused; "
    "save the state_dict alone: torch.save(model.state_dict(), path)"
)


def torch_or_advice() -> Any:
    """Return PyTorch, or say how to install it."""
    try:
        import torch
    except ImportError:
        raise WeightFileError(
            f".pt files need PyTorch: {install('train')}; .npz and .safetensors files need nothing "
            f"more"
        ) from None
    return torch


def stored_by_torch(file: BinaryIO) -> Arrays:
    """Return the tensors of a file of ``torch.save`` by name, of nested records too; files that
    hold more than tensors and plain records, or claim more bytes than they have, are refused.
    """
    torch = torch_or_advice()
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    if file.read(len(OLD)) == OLD:
        _judge_old(torch, file, end)
    else:
        _judge_archive(file, end)
    state = _loaded(torch, file)
    if not isinstance(state, (Mapping, list, tuple)):
        shape = f" of shape {tuple(state.shape)}" if hasattr(state, "shape") else ""
        kind = type(state).__name__
        raise WeightFileError(f"expected tensors by name, as a state_dict; found {kind}{shape}")
    return stored_of(state)


def _judge_archive(file: BinaryIO, end: int) -> None:
    with _archive(file, "torch.save") as archive:
        names = archive.namelist()
        size = sum(member.file_size for member in archive.infolist())
    if all(name.endswith(".npy") for name in names):
        raise ValueError("it is one of np.savez; give it a name that ends in .npz")
    if any(Path(name).name == "constants.pkl" for name in names):
        raise WeightFileError(NOT_ONLY_TENSORS.replace("more than tensors", "a program"))
    require_held("the archive", size, end)


def _judge_old(torch: Any, file: BinaryIO, end: int) -> None:
    """Judge the older format, which says how large tensors are and takes memory at once."""
    from torch._subclasses.fake_tensor import FakeTensorMode
    from torch.utils._pytree import tree_leaves

    with FakeTensorMode():
        leaves = tree_leaves(_loaded(torch, file))
    storages = [x.untyped_storage() for x in leaves if isinstance(x, torch.Tensor)]
    require_held("the file", sum({x._cdata: x.nbytes() for x in storages}.values()), end)


def _loaded(torch: Any, file: BinaryIO) -> Any:
    file.seek(0)
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # the refusal says what matters
            torch.serialization.safe_globals(_numbers_of_numpy()),
        ):
            return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise WeightFileError(NOT_ONLY_TENSORS) from error


def _numbers_of_numpy() -> list[Any]:
    """Return what single numbers of NumPy are made of, which records of training often are."""
    kinds = [type(np.dtype(name)) for name in ("f8", "f4", "f2", "i8", "i4", "?")]
    return [np.dtype, np.float64(0).__reduce__()[0], *kinds]
