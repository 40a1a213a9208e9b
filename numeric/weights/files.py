"""Weights as files: ``.npz``, ``.safetensors`` and ``.pt`` of the plain network.

    layerc((layera[x] + layerb[y]) ** 2)

with ``layera.weight (q, d)``, ``layerb.weight (q, d)`` and ``layerc.weight (d, q)``. It has no
``1 / 2d``: that is folded into ``layerc``, ``layerc.weight = w_c / 2d``. Files are written so, and
read in the other layouts of `numeric.weights.layouts` as well.

Nothing here unpickles: arrays are read with ``allow_pickle=False``, ``.pt`` files with
``weights_only=True``; sizes are read from the file's header, and judged, before the weights, of
which there are no more than the file has bytes for.
"""

from __future__ import annotations

import json
import os
import pickle  # for the name of an error; nothing is unpickled
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, BinaryIO

import numpy as np

from algebra.machine.memory import MemoryEstimateError, require_memory
from algebra.machine.read_file import opened, printable
from algebra.machine.write_file import WriteError, replacing
from numeric.weights.embed import Weights
from numeric.weights.layouts import Layout
from numeric.weights.plain_network import (
    MAX_TEXT,
    Header,
    PlainNetwork,
    WeightFileError,
    check_count,
    check_header,
    known_layout,
    layers_of,
    plain_network,
)

#: Names of metadata, all of them strings, begin so.
PREFIX = "cogo."
MAX_WEIGHTS = 1 << 31
MAX_FILE = 8 * MAX_WEIGHTS + (1 << 24)
NO_TORCH = (
    '.pt files need PyTorch: pip install "cogo-algebra[train]"; '
    ".npz and .safetensors files need nothing more"
)
NO_TORCH_TO_TRAIN = 'training needs PyTorch: pip install "cogo-algebra[train]"'
#: How the files begin that PyTorch wrote before version 1.6; they state sizes too late to judge.
OLD_PT = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
NOT_ONLY_TENSORS = (
    "holds more than tensors, and could run code when loaded, so it is refused; "
    "save the state_dict alone: torch.save(model.state_dict(), path)"
)


def write_weights(
    path: str | Path, weights: Weights | PlainNetwork, *, force: bool = False
) -> None:
    """Write weights to a file, by rename; the suffix decides the format.

    ``.npz`` and ``.safetensors`` carry the metadata, ``.pt`` holds the three tensors alone, so
    that it is a ``state_dict``.

    Args:
        path: a file ending in ``.npz``, ``.safetensors`` or ``.pt``.
        weights: what to write.
        force: whether a file that is there may be replaced.

    Raises:
        WriteError: if the file exists and ``force`` is not set, or cannot be written.
        WeightFileError: for another suffix, or for ``.pt`` without PyTorch.

    >>> from tempfile import TemporaryDirectory
    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> with TemporaryDirectory() as folder:
    ...     write_weights(f"{folder}/z7.npz", embed(optimizers.order9(AbelianGroup("Z7"))))
    """
    writer, _ = _format(path)
    if writer is _write_pt:
        _torch()
    with replacing(path, force=force) as temporary:
        network = plain_network(weights) if isinstance(weights, Weights) else weights
        try:
            writer(temporary, network)
        except (OSError, MemoryError):
            raise
        except Exception as error:  # the writers of other packages raise their own kinds
            if isinstance(error.__context__, OSError):  # of PyTorch, which hides a full disk
                raise error.__context__ from None
            raise WriteError(f"{path} cannot be written: {_first_line(error)}") from error


def read_weights(
    path: str | Path, *, normalised: bool = False, order: int | None = None
) -> PlainNetwork:
    """Return the weights in a file; nothing in it is executed.

    Keys, shapes, dtypes and sizes are checked before the weights are read. All layouts of
    `numeric.weights.layouts` are read.

    Args:
        path: a file ending in ``.npz``, ``.safetensors`` or ``.pt``.
        normalised: whether the network that the file was made for multiplies its output by
            ``1 / 2d``, which files do not tell; its last layer is then divided by ``2d``.
        order: the order d of the group, if known. Else it is that of the group that the file names,
            and without one matrices are read transposed if only so they answer better than chance.

    Raises:
        ReadError: if the file cannot be opened: none, a folder, a pipe, empty, too large.
        WeightFileError: if it does not hold the plain network's weights: other keys,
            shapes that do not fit, dtypes other than float32 and float64, weights that are not
            finite, more than ``MAX_WEIGHTS`` of them, or more than the file has bytes for.
        MemoryEstimateError: if they would not fit into memory.

    >>> from tempfile import TemporaryDirectory
    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> with TemporaryDirectory() as folder:
    ...     write_weights(f"{folder}/z7.npz", embed(optimizers.order9(AbelianGroup("Z7"))))
    ...     read_weights(f"{folder}/z7.npz")
    <PlainNetwork of 27 nodes, d = 7, float64, group Z7, gauge rational>
    """
    _, reader = _format(path)
    with opened(path, limit=MAX_FILE) as file:
        try:
            network = reader(file).oriented(order)
            return network.without_factor() if normalised else network
        except WeightFileError as error:
            raise WeightFileError(f"{printable(path)}: {error}") from error.__cause__


def _write_npz(path: Path, network: PlainNetwork) -> None:
    texts = {PREFIX + name: np.array(text) for name, text in network.metadata.items()}
    arrays: dict[str, Any] = {**network.state(), **texts}
    with open(path, "wb") as file:
        np.savez(file, **arrays)


def _read_npz(file: BinaryIO) -> PlainNetwork:
    with _readable("an .npz file"), _archive(file, "np.savez") as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        texts = [name for name in names if name.startswith(PREFIX)]
        layout = known_layout([name for name in names if name not in texts])
        check_count(texts)
        headers = {key: _npy_header(archive, key) for key in layout.keys}
        _before_reading(layout, headers)
        for key, (shape, dtype) in headers.items():
            held = archive.getinfo(f"{key}.npy").file_size
            _require_held(key, prod(shape) * np.dtype(dtype).itemsize, held)
        layers = layers_of(layout, {key: _npy(archive, key) for key in layout.keys})
        metadata = {}
        for name in texts:
            shape, dtype = _npy_header(archive, name)
            if shape != () or not dtype.startswith("<U") or int(dtype[2:]) > MAX_TEXT:
                raise WeightFileError(f"{name}: expected a text of at most {MAX_TEXT} characters")
            metadata[name.removeprefix(PREFIX)] = str(_npy(archive, name))
    return PlainNetwork(*layers, metadata)


def _npy_header(archive: zipfile.ZipFile, key: str) -> tuple[tuple[int, ...], str]:
    with archive.open(f"{key}.npy") as file:
        readers: dict[Any, Callable[[IO[bytes]], tuple[tuple[int, ...], bool, np.dtype[Any]]]] = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        version = np.lib.format.read_magic(file)
        if version not in readers:
            raise WeightFileError(f"{key}: version {version} of the .npy format is not read")
        shape, _, dtype = readers[version](file)
    return shape, str(dtype)


def _npy(archive: zipfile.ZipFile, key: str) -> Any:
    with archive.open(f"{key}.npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _write_safetensors(path: Path, network: PlainNetwork) -> None:
    """Write the format as it is documented: length of the header, header, arrays.

    `safetensors.numpy.save_file` puts metadata in random order, so that equal weights give
    different files, and gives the file other permissions than the user's.
    """
    texts = {PREFIX + name: text for name, text in network.metadata.items()}
    header: dict[str, Any] = {"__metadata__": texts}
    end = 0
    for key, x in network.state().items():
        start, end = end, end + x.nbytes
        kind = f"F{8 * x.itemsize}"
        header[key] = {"dtype": kind, "shape": x.shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for x in network.state().values():
            file.write(x.astype(x.dtype.newbyteorder("<"), order="C", copy=False).data)


_SAFETENSORS_DTYPES = {"F32": "float32", "F64": "float64"}


def _read_safetensors(file: BinaryIO) -> PlainNetwork:
    from safetensors.numpy import load

    with _readable("a .safetensors file"):
        header = _safetensors_header(file)
        texts = header.pop("__metadata__", {})
        layout = known_layout(list(header))
        kinds = {key: header[key]["dtype"] for key in layout.keys}
        _before_reading(
            layout,
            {
                key: (tuple(header[key]["shape"]), _SAFETENSORS_DTYPES.get(kind, kind))
                for key, kind in kinds.items()
            },
        )
        metadata = {
            name.removeprefix(PREFIX): text
            for name, text in texts.items()
            if name.startswith(PREFIX)
        }
        file.seek(0)
        layers = layers_of(layout, load(file.read()))
    return PlainNetwork(*layers, metadata)


def _safetensors_header(file: BinaryIO) -> dict[str, Any]:
    """Return the header; a long one is not parsed: three tensors and a few texts are short."""
    size = int.from_bytes(file.read(8), "little")
    if size > 1 << 20:
        raise WeightFileError(f"a header of {size} bytes; three tensors need a few hundred")
    header: dict[str, Any] = json.loads(file.read(size))
    return header


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise WeightFileError(NO_TORCH) from None
    return torch


def _write_pt(path: Path, network: PlainNetwork) -> None:
    torch = _torch()
    state = {key: torch.from_numpy(np.array(x, order="C")) for key, x in network.state().items()}
    with open(path, "wb") as file:
        torch.save(state, file)


def _read_pt(file: BinaryIO) -> PlainNetwork:
    torch = _torch()
    with _readable("a .pt file written by torch.save"):
        if file.read(len(OLD_PT)) == OLD_PT:
            raise WeightFileError(
                "has the format of before PyTorch 1.6; save it again: "
                "torch.save(torch.load(path, weights_only=True), other_path)"
            )
        with _archive(file, "torch.save") as archive:
            names = archive.namelist()
            size = sum(member.file_size for member in archive.infolist())
        if any(Path(name).name == "constants.pkl" for name in names):
            raise WeightFileError(NOT_ONLY_TENSORS.replace("more than tensors", "a program"))
        _require_held("the archive", size, file.seek(0, os.SEEK_END))
        _require_memory(2 * size)
        file.seek(0)
        try:
            with warnings.catch_warnings(action="ignore"):  # the refusal says what matters
                state = torch.load(file, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            raise WeightFileError(NOT_ONLY_TENSORS) from error
        if not isinstance(state, dict) or not all(isinstance(key, str) for key in state):
            raise WeightFileError("expected a state_dict: tensors by key")
        if isinstance(state.get("model"), dict):  # trainers save it beside their records
            state = state["model"]
        layout = known_layout(list(state))
        for key, x in state.items():
            if not isinstance(x, torch.Tensor) or x.layout != torch.strided:
                raise WeightFileError(f"{key}: expected a dense tensor")
        _before_reading(
            layout,
            {
                key: (tuple(x.shape), str(x.dtype).removeprefix("torch."))
                for key, x in state.items()
            },
        )
        for key, x in state.items():  # one number can stand for any number of weights
            _require_held(key, x.numel() * x.itemsize, x.untyped_storage().nbytes())
        layers = layers_of(layout, {key: x.detach().numpy() for key, x in state.items()})
    return PlainNetwork(*layers)


_Writer = Callable[[Path, PlainNetwork], None]
_Reader = Callable[[BinaryIO], PlainNetwork]
FORMATS: Mapping[str, tuple[_Writer, _Reader]] = MappingProxyType(
    {
        ".npz": (_write_npz, _read_npz),
        ".safetensors": (_write_safetensors, _read_safetensors),
        ".pt": (_write_pt, _read_pt),
    }
)


def _format(path: str | Path) -> tuple[_Writer, _Reader]:
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        if Path(path).is_dir():
            raise WeightFileError(f"{path} is a folder; give the name of a file of weights")
        raise WeightFileError(
            f"{path}: weights are files ending in {', '.join(FORMATS)}, not {suffix or 'nothing'}"
        )
    return FORMATS[suffix]


def _archive(file: BinaryIO, writer: str) -> zipfile.ZipFile:
    if not zipfile.is_zipfile(file):
        raise ValueError(f"it is no zip archive, which is what {writer} writes")
    return zipfile.ZipFile(file)


def _require_held(what: str, declared: int, held: int) -> None:
    if declared > held:
        raise WeightFileError(
            f"{what} declares {declared} bytes and the file has {held} for it; it is cut, or "
            f"made to take more memory than it holds: save the weights again"
        )


@contextmanager
def _readable(kind: str) -> Iterator[None]:
    """Turn whatever a reader of another package raises into one sentence."""
    try:
        yield
    except (WeightFileError, MemoryEstimateError, MemoryError):
        raise
    except Exception as error:
        raise WeightFileError(f"not {kind}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


def _before_reading(layout: Layout, header: Header) -> None:
    """Check shapes, dtypes and sizes before any weight is read."""
    check_header(header, layout)
    count = sum(prod(shape) for shape, _ in header.values())
    if count > MAX_WEIGHTS:
        raise WeightFileError(f"{count} weights; at most {MAX_WEIGHTS} are read")
    _require_memory(2 * 8 * count)


def _require_memory(size: int) -> None:
    require_memory(size, "holding the weights", instead="use a machine with more memory")
