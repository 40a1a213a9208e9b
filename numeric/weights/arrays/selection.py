"""Which arrays of a container may be layers: records of trainers left out, names as trees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from numeric.weights.arrays.stored import EXACT, Arrays, Stored
from numeric.weights.plain_network import WeightFileError

#: Parts of names under which trainers keep what is no weight.
RECORDS = re.compile(r"optim|sched|exp_avg|momentum|^opt(_state)?s?$|^grads?$|^callbacks$|^loops$")
SUPPORTED = (
    "what is read has two inputs and one hidden layer: (q,d) (q,d) (d,q), (q,d) (d,q) or "
    "(q,2d) (d,q), with embeddings (d,m), biases or an unembedding; --keys names its matrices if "
    "there are others, and docs/reference/weights.md has all layouts"
)
#: Numbers that are no floats of 16, 32 or 64 bits; parts that PyTorch makes weights of.
UNREAD = re.compile(r"complex|longdouble|float(?!(16|32|64)$)|sparse|^qu?int")
MADE = re.compile(r"weight_(g|orig|mask)$|(^|\.)parametrizations\.|(^|[._])lora_")
MOST_SHOWN = 6
#: Parts of a name, and matrices, that are looked at.
DEEP = 32
#: Records that are looked at.
RECORDS_READ = 1024


def parts(name: str) -> list[str]:
    """Return the parts of a name: those of records, modules and parameters."""
    return re.split(r"[./]", name)


def unstacked(arrays: Arrays) -> Arrays:
    """Return the arrays, two or three matrices in one array as matrices; a row or a column beside
    larger matrices is a vector.
    """
    found: Arrays = {}
    large = sum(min(x) > 1 for x in matrices_of(arrays).values()) > 1
    for name, x in arrays.items():
        if len(x.shape) == 3 and x.shape[0] in (2, 3) and x.dtype in EXACT:
            for i in range(x.shape[0]):
                found[f"{name}[{i}]"] = Stored(x.shape[1:], x.dtype, lambda x=x, i=i: x.read()[i])  # type: ignore[misc]
        elif large and len(x.shape) == 2 and min(x.shape) == 1 < x.size:
            found[name] = Stored((x.size,), x.dtype, lambda x=x: x.read().reshape(-1))  # type: ignore[misc]
        else:
            found[name] = x
    return found


def selected(
    arrays: Arrays, keys: str | Sequence[str] | None
) -> tuple[Arrays, tuple[str, ...] | None]:
    """Return the arrays that may be layers, and the names of the matrices if ``keys`` gives them:
    names in the order in which the matrices act, or their ends, or what is above them all.
    """
    if keys is None:
        return {k: x for k, x in arrays.items() if not any(map(RECORDS.search, parts(k)))}, None
    names = [x.strip() for x in (keys.split(",") if isinstance(keys, str) else keys)]
    ends = {
        n: [k for k in arrays if k == n or parts(k)[-len(parts(n)) :] == parts(n)] for n in names
    }
    if len(names) == 1:
        n = parts(names[0])
        below = {k: x for k, x in arrays.items() if _within(n, parts(k))}
        if below:
            return below, None
    for name, found in ends.items():
        if name in found:
            found[:] = [name]
        if len(found) != 1:
            what = "is not there" if not found else f"may be {' or '.join(found[:4])}"
            raise WeightFileError(f"keys={name!r:.60}: it {what}; there are {_listed(arrays)}")
    exact = [found[0] for found in ends.values()]
    if len(set(exact)) < len(names):
        raise WeightFileError(f"keys={keys!r:.60}: an array is named twice; name each once")
    layers = {name.rpartition(".")[0] for name in exact} - {""}
    beside = {
        k: x
        for k, x in arrays.items()
        if k not in exact and len(x.shape) < 2 and k.rpartition(".")[0] in layers
    }
    matrices = tuple(name for name in exact if len(arrays[name].shape) == 2)
    return {**{name: arrays[name] for name in exact}, **beside}, matrices


def _within(inner: list[str], outer: list[str]) -> bool:
    """Return whether parts of a name occur side by side above its last part."""
    return any(outer[i : i + len(inner)] == inner for i in range(len(outer) - len(inner)))


def subtrees(arrays: Arrays) -> list[tuple[str, Arrays]]:
    """Return the arrays below each part of a name and the name above them, the deepest first, of
    the records of a list the last.
    """
    trees: dict[tuple[str, ...], Arrays] = {}
    for name, x in arrays.items():
        path = parts(name)
        for i in range(min(len(path), DEEP)):
            trees.setdefault(tuple(path[:i]), {})[name] = x
    order = sorted(
        trees, key=lambda path: (-len(path), [-int(x) if x.isdecimal() else 0 for x in path])
    )
    return [(".".join(path), trees[path]) for path in order if len(trees[path]) > 1][:RECORDS_READ]


def matrices_of(arrays: Arrays) -> dict[str, tuple[int, ...]]:
    """Return the shapes of those that are matrices of floats."""
    return {k: x.shape for k, x in arrays.items() if len(x.shape) == 2 and x.dtype in EXACT}


def require_real(arrays: Arrays) -> None:
    """Refuse matrices of numbers that are not read but look like layers (complex, sparse, of other
    sizes), and weights that are made of several arrays.
    """
    if made := next(filter(MADE.search, arrays), None):
        raise WeightFileError(
            f"{made[:80]}: weights that are made of several arrays are not read (weight "
            f"normalisation, pruning, adapters); save the matrices themselves, or name them with "
            f"--keys"
        )
    shapes = {tuple(sorted(x)) for x in matrices_of(arrays).values()}
    for name, x in arrays.items():
        alike = not shapes or tuple(sorted(x.shape)) in shapes
        if len(x.shape) > 1 and alike and UNREAD.search(x.dtype):
            raise WeightFileError(
                f"{name[:40]} {x.shape} is {x.dtype}, which is not read; save it as float32, or "
                f"name the matrices with --keys"
            )


def attends(arrays: Arrays) -> bool:
    """Return whether there are layers of attention, by their names, which are always the same."""
    names = " ".join(arrays).lower()
    return bool(re.search(r"attn|attention|\b[qkv]_proj|in_proj", names)) or all(
        re.search(rf"\bw_{x}\b", names) for x in "qkv"
    )


def other_network(arrays: Arrays) -> str | None:
    """Return what arrays are instead of a network that is read, or None."""
    shapes = matrices_of(arrays)
    if attends(arrays):
        return "attention is not supported"
    if any(len(x.shape) > 2 and x.dtype in EXACT for x in arrays.values()):
        return "convolutions, and other arrays of more than two axes, are not supported"
    if len(shapes) <= DEEP and (inputs := _inputs(shapes)):
        return f"{_word(inputs)} inputs are not supported"
    return None


def what_it_is(arrays: Arrays) -> str:
    """Return why arrays are no network that is read: what was found, and what is read."""
    found = other_network(arrays)
    shapes = matrices_of(arrays)
    if found is None and len(shapes) > 2 and _chained(shapes):
        found = f"two hidden layers or more are not supported: {len(shapes)} layers act in a row"
    return f"{found or 'no two-layer network was found'}; there are {_listed(arrays)}; {SUPPORTED}"


def _word(n: int) -> str:
    return {3: "three", 4: "four"}.get(n, str(n))


def _inputs(shapes: dict[str, tuple[int, ...]]) -> int:
    """Return how many inputs there are if there are more than two, else 0."""
    every = list(shapes.values())
    turned = [x[::-1] for x in every]
    for layers in (every, turned):
        for c in layers:
            rest = [x for x in layers if x is not c]
            d, q = c
            if len(rest) == 1 and rest[0][0] == q and rest[0][1] % d == 0 and rest[0][1] > 2 * d:
                return rest[0][1] // d
            if len(rest) > 2 and set(rest) == {(q, d)}:
                return len(rest)
    return 0


def _chained(shapes: dict[str, tuple[int, ...]]) -> bool:
    """Return whether each matrix acts on what the one before gives, after an embedding or not."""
    every = list(shapes.values())
    inner = every[1:] if len({*every[0]} & {every[1][1], every[1][1] / 2}) else every
    return all(y[1] == x[0] for x, y in pairwise(inner))


def _listed(arrays: Arrays) -> str:
    shown = [
        f"{k[:40]} {x.shape}{' ' + x.dtype if x.dtype not in EXACT else ''}"
        for k, x in arrays.items()
    ]
    more = f", ... ({len(shown)} in all)" if len(shown) > MOST_SHOWN else ""
    return ", ".join(shown[:MOST_SHOWN]) + more if shown else "no arrays"
