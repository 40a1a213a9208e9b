"""Files of the plain network: ``.npz``, ``.safetensors``, ``.pt``, ``1 / 2d`` in ``layerc``."""

import json
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from algebra.machine.read_file import printable
from algebra.machine.write_file import WriteError, replacing
from numeric.weights.arrays.choice import Choice, network_in
from numeric.weights.arrays.containers import PREFIX, first_line, stored_in, torch_or_advice
from numeric.weights.plain_network import TwoLayer, WeightFileError, Weights, plain_network


def write_weights(path: str | Path, weights: Weights | TwoLayer, *, force: bool = False) -> None:
    """Write weights to a file, by rename; the suffix decides the format.

    ``.npz`` and ``.safetensors`` carry the metadata, ``.pt`` is a ``state_dict`` of three tensors.

    Raises:
        WriteError: if the file exists, and not ``force``, or cannot be written.
        WeightFileError: for another suffix, or for ``.pt`` without PyTorch.

    >>> from tempfile import TemporaryDirectory
    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> w = embed(optimizers.nine_per_frequency(AbelianGroup("Z7")))
    >>> with TemporaryDirectory() as folder:
    ...     write_weights(f"{folder}/z7.npz", w)
    """
    suffix = Path(path).suffix.lower()
    if suffix not in WRITERS:
        raise WeightFileError(
            f"{printable(path)}: weights are written to files ending in {', '.join(WRITERS)}, not "
            f"{suffix or 'nothing'}"
        )
    if suffix == ".pt":
        torch_or_advice()
    with replacing(path, force=force) as temporary:
        network = plain_network(weights) if isinstance(weights, Weights) else weights
        try:
            WRITERS[suffix](temporary, network)
        except (OSError, MemoryError):
            raise
        except Exception as error:  # the writers of other packages raise their own kinds
            if isinstance(error.__context__, OSError):  # of PyTorch, which hides a full disk
                raise error.__context__ from None
            raise WriteError(f"{path} cannot be written: {first_line(error)}") from error


def read_weights(
    path: str | Path, *, order: int | None = None, **choice: Unpack[Choice]
) -> TwoLayer:
    """Return the network in a file as it is stored there; nothing in it is executed.

    Args:
        order: that of the group, if it is known.
        choice: what shapes may leave open, as for `numeric.weights.given.reading`.

    Raises:
        WeightFileError: if the file holds no network that is read, or cannot be read.

    >>> from tempfile import TemporaryDirectory
    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> w = embed(optimizers.nine_per_frequency(AbelianGroup("Z7")))
    >>> with TemporaryDirectory() as folder:
    ...     write_weights(f"{folder}/z7.npz", w)
    ...     read_weights(f"{folder}/z7.npz")
    <TwoLayer of 27 nodes, d = 7, float64, group Z7, gauge rational>
    """
    with stored_in(path) as (arrays, metadata):
        return network_in(arrays, metadata, order=order, **choice)


def _write_npz(path: Path, network: TwoLayer) -> None:
    texts = {PREFIX + name: np.array(text) for name, text in network.metadata.items()}
    arrays: dict[str, Any] = {**network.state(), **texts}
    with open(path, "wb") as file:
        np.savez(file, **arrays)


def _write_safetensors(path: Path, network: TwoLayer) -> None:
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


def _write_pt(path: Path, network: TwoLayer) -> None:
    torch = torch_or_advice()
    state = {key: torch.from_numpy(np.array(x, order="C")) for key, x in network.state().items()}
    with open(path, "wb") as file:
        torch.save(state, file)


WRITERS = {".npz": _write_npz, ".safetensors": _write_safetensors, ".pt": _write_pt}
