"""What is proved of a network as a file, for `network_checker` to replay beside the weights."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import Any

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.machine.read_file import opened
from algebra.numbers.arrays import Floats
from numeric.verification.verify import Verified
from numeric.weights.arrays.containers import MAX_FILE
from numeric.weights.plain_network import TwoLayer
from proofs.certificates.network_checker import MAX_WEIGHTS, NAME

#: Files of weights that the checker reads.
DIRECT = (".npz", ".safetensors")
FACTORS, BIASES = ("first", "second", "last"), ("bias", "output_bias")


def verified_file(
    found: Verified, path: Path, arrays: Mapping[str, Floats], *, copy: str
) -> tuple[bytes, bytes | None]:
    """Return the statement of what was verified of a file that holds these arrays, and the copy.

    It is about the file itself, or else about a ``copy``: if the checker reads no such files, by
    their names, none so large, or if a matrix of the network is no part of an array in it.
    """
    network = found.reading.network
    with opened(path, limit=MAX_FILE) as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    data, name = None, path.name
    try:
        parts = _parts(network, arrays)
    except LookupError:
        arrays, name = dict(_named(network)), copy
        parts = _parts(network, arrays)
    known = name != copy and re.fullmatch(NAME, name)
    if not known or path.stat().st_size > MAX_WEIGHTS:
        from safetensors.numpy import save

        used = {part.rpartition("[")[0] for side in parts.values() for part in side}
        data, name = save({key: np.ascontiguousarray(arrays[key]) for key in sorted(used)}), copy
    notes = {"made by": "cogo verify", "operation": found.operation.name}
    if data is not None:
        notes |= {"the weights are those of": path.name, "with SHA-256": digest}
        digest = hashlib.sha256(data).hexdigest()
    said = found.as_json()
    claim = {key: said[key] for key in ("wrong", "margin", "loss", "onehot")}
    statement = {
        "format": "cogo-verified",
        "version": 1,
        "file": name,
        "sha256": digest,
        "network": {**parts, "scale": str(found.scale), "activation": network.activation},
        "operation": _operation(found),
        "claim": claim,
        "notes": {**notes, "reading": said["notes"]},
    }
    return (json.dumps(statement) + "\n").encode(), data


def _operation(found: Verified) -> dict[str, Any]:
    """Return the group, and for which elements inputs and outputs stand, or -1; else a table."""
    operation, network = found.operation, found.reading.network
    if not isinstance(operation.group, AbelianGroup):
        return {"table": operation.table().tolist()}
    every = tuple(range(operation.group.order))
    numbers = operation.numbers or (every, every, every)
    sizes = network.inputs, len(network.second[0]), network.outputs
    maps = (operation.p, operation.s, operation.r)
    named: dict[str, Any] = {"group": list(operation.group.moduli)}
    for key, size, places, elements in zip("psr", sizes, numbers, maps, strict=True):
        at = dict(zip(places, elements, strict=True))
        named[key] = [at.get(i, -1) for i in range(size)]
    return named


def _named(network: TwoLayer) -> Iterator[tuple[str, Floats]]:
    """Yield what a network is made of, by names of our own."""
    for side in FACTORS:
        for i, x in enumerate(getattr(network, side)):
            yield f"{side}.{i}", x
    for side in BIASES:
        if getattr(network, side) is not None:
            yield side, getattr(network, side)


def _parts(network: TwoLayer, arrays: Mapping[str, Floats]) -> dict[str, list[str]]:
    """Return what a network is made of as parts of arrays, as the checker writes them.

    A LookupError says that something is in none of them.
    """
    parts = {side: [_part(x, arrays) for x in getattr(network, side)] for side in FACTORS}
    for side in BIASES:
        bias = getattr(network, side)
        parts[side] = [] if bias is None else _summands(bias, arrays)
    return parts


def _part(x: Floats, arrays: Mapping[str, Floats]) -> str:
    """Return the part of an array, maybe transposed, that a matrix is."""
    for turned, (name, array) in product((False, True), arrays.items()):
        if array.ndim not in (1, 2):
            continue
        whole, wanted = np.atleast_2d(array), (x.T if turned else x)
        (height, width), (rows, columns) = whole.shape, wanted.shape
        for i, j in product(sorted({0, height - rows}), sorted({0, width - columns})):
            if min(i, j) >= 0 and np.array_equal(whole[i : i + rows, j : j + columns], wanted):
                return f"{name}[{i}:{i + rows}, {j}:{j + columns}]{'.T' * turned}"
    raise LookupError


def _summands(bias: Floats, arrays: Mapping[str, Floats]) -> list[str]:
    """Return the array that a bias is, or the two of which it is the sum."""
    with suppress(LookupError):
        return [_part(bias[None], arrays)]
    vectors = {name: x for name, x in arrays.items() if x.shape == bias.shape}
    for pair in combinations_with_replacement(vectors.values(), 2):
        if _exact(bias) == [a + b for a, b in zip(*map(_exact, pair), strict=True)]:
            return [_part(x[None], vectors) for x in pair]
    raise LookupError


def _exact(x: Iterable[Any]) -> list[Fraction]:
    return [Fraction(float(n)) for n in x]
