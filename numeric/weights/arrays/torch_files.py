"""Files of PyTorch: what ``torch.save`` has written, tensors alone, sizes judged first."""

from __future__ import annotations

import os
import pickle  # for the name of an error; nothing is unpickled
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from algebra.machine.install import install
from numeric.weights.arrays.stored import Arrays, require_archive, require_held, stored_of
from numeric.weights.plain_network import WeightFileError

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
        raise WeightFileError(f"expected tensors by name, as a state_dict; found {_kind(state)}")
    named = state.items() if isinstance(state, Mapping) else enumerate(state)
    return stored_of({str(key): x for key, x in named})


def _judge_archive(file: BinaryIO, end: int) -> None:
    require_archive(file, "torch.save")
    with zipfile.ZipFile(file) as archive:
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

    with FakeTensorMode():
        claimed = _loaded(torch, file)
    sizes: dict[int, int] = {}

    def visit(x: Any, depth: int) -> None:
        if isinstance(x, torch.Tensor):
            storage = x.untyped_storage()
            sizes[storage._cdata] = storage.nbytes()
        elif depth < 32 and isinstance(x, (Mapping, list, tuple)):
            for y in x.values() if isinstance(x, Mapping) else x:
                visit(y, depth + 1)

    visit(claimed, 0)
    require_held("the file", sum(sizes.values()), end)


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


def _kind(x: Any) -> str:
    return (
        f"{type(x).__name__} of shape {tuple(x.shape)}" if hasattr(x, "shape") else type(x).__name__
    )
