"""An array of a file or a mapping, before it is read: shape, dtype, and whether they can be."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, permutations
from math import prod
from typing import Any, final

import numpy as np

from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Floats
from numeric.weights.plain_network import WeightFileError, require_finite

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
        """Return it as float32, or float64 if it is that: no value changes, all are finite."""
        x = np.asarray(self.read())
        wide: Floats = x.astype(np.float64 if self.dtype == "float64" else np.float32, copy=False)
        require_finite(name, wide)
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


def require_held(what: str, declared: int, held: int) -> None:
    """Refuse what declares more bytes than there are for it, or than there is memory for."""
    if declared > held:
        raise WeightFileError(
            f"{what} declares {declared} bytes and the file has {held} for it; it is cut, or "
            f"made to take more memory than it holds: save the weights again"
        )
    require_memory(2 * declared, "holding the weights", instead="use a machine with more memory")


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
#: Records that are looked at; runs that an array may hold.
RECORDS_READ, MAX_RUNS = 1024, 64


def parts(name: str) -> list[str]:
    """Return the parts of a name: those of records, modules and parameters."""
    return re.split(r"[./]", name)


def unstacked(arrays: Arrays) -> Arrays:
    """Return the arrays, two or three matrices in one array as matrices; those of several runs, the
    first axis of all that have three and of all matrices, as records; a row or a column beside
    larger matrices is a vector.
    """
    deep = [x.shape[0] for x in arrays.values() if len(x.shape) == 3 and x.dtype in EXACT]
    runs = deep[0] if len(deep) > 1 else 0
    layers = [x for x in arrays.values() if x.shape[1:] and x.dtype in EXACT]
    if 0 < runs <= MAX_RUNS and all(x.shape[0] == runs for x in layers):
        return {
            f"{i}.{name}": _slice(x, i)
            for i in range(runs)
            for name, x in arrays.items()
            if x.shape[:1] == (runs,)
        }
    found: Arrays = {}
    large = sum(min(x) > 1 for x in matrices_of(arrays).values()) > 1
    for name, x in arrays.items():
        if len(x.shape) == 3 and x.shape[0] in (2, 3) and x.dtype in EXACT:
            for i in range(x.shape[0]):
                found[f"{name}[{i}]"] = _slice(x, i)
        elif large and len(x.shape) == 2 and min(x.shape) == 1 < x.size:
            found[name] = Stored((x.size,), x.dtype, lambda x=x: x.read().reshape(-1))  # type: ignore[misc]
        else:
            found[name] = x
    return found


def _slice(x: Stored, i: int) -> Stored:
    return Stored(x.shape[1:], x.dtype, lambda: x.read()[i])


def selected(
    arrays: Arrays, keys: str | Sequence[str] | None
) -> tuple[Arrays, tuple[str, ...] | None]:
    """Return the arrays that may be layers, and the names of the matrices if ``keys`` gives them:
    names in the order in which the matrices act, or their ends, or what is above them all.
    """
    if keys is None:
        return {k: x for k, x in arrays.items() if not any(map(RECORDS.search, parts(k)))}, None
    names = [x.strip() for x in (keys.split(",") if isinstance(keys, str) else keys)]
    if len(names) == 1:
        below = {k: x for k, x in arrays.items() if _within(parts(names[0]), parts(k))}
        if below:
            return below, None
    exact = [_named(arrays, name) for name in names]
    if len(set(exact)) < len(names):
        raise WeightFileError(f"keys={keys!r:.60}: an array is named twice; name each once")
    layers = {name.rpartition(".")[0] for name in exact} - {""}
    beside = {
        k: x
        for k, x in arrays.items()
        if k not in exact and len(x.shape) < 2 and k.rpartition(".")[0] in layers
    }
    matrices = tuple(name for name in exact if len(arrays[name].shape) == 2)
    for name in matrices:
        if arrays[name].dtype not in EXACT:
            raise WeightFileError(
                f"{name[:40]} {arrays[name].shape} is {arrays[name].dtype}, which is not read; "
                f"save it as float32"
            )
    return {**{name: arrays[name] for name in exact}, **beside}, matrices


def copies_in(arrays: Arrays) -> list[list[str]]:
    """Return the names of copies beside a network, such as averages: they are those of all its
    matrices, with one more text before or behind a part of them, as ``layera.weight_ema`` is.
    """
    of: dict[tuple[int, str, str], dict[str, str]] = defaultdict(dict)
    path = {name: parts(name) for name in arrays} if len(arrays) <= 4 * DEEP else {}
    for name, copy in permutations(path, 2):
        if arrays[name].shape == arrays[copy].shape and (text := _added(path[name], path[copy])):
            of[text][name] = copy
    shapes = matrices_of(arrays)
    for at, found in list(of.items()):
        same = len({path[name][at[0]] for name in found}) == 1
        records = same and any(path[name][at[0] + 1 :] for name in found)  # one of them is read
        if records or len(found.keys() & shapes.keys()) < 2:
            del of[at]
    whole = shapes.keys() - {copy for found in of.values() for copy in found.values()}
    right = all(found.keys() & shapes.keys() == whole for found in of.values())
    return [list(found.values()) for found in of.values()] if right else []


def _added(name: list[str], copy: list[str]) -> tuple[int, str, str] | None:
    """Return which part of a name has a text before it, or one behind it, in another name."""
    apart = [i for i, (x, y) in enumerate(zip(name, copy, strict=False)) if x != y]
    if len(name) != len(copy) or len(apart) != 1:
        return None
    i, x, y = apart[0], name[apart[0]], copy[apart[0]]
    if y.startswith(x):
        return i, "", y.removeprefix(x)
    return (i, y.removesuffix(x), "") if y.endswith(x) else None


def _named(arrays: Arrays, name: str) -> str:
    """Return the array of a name, or the only one whose name ends so."""
    end = parts(name)
    ends = [k for k in arrays if parts(k)[-len(end) :] == end]
    found = [name] if name in arrays else ends
    if len(found) != 1:
        what = "is not there" if not found else f"may be {' or '.join(found[:4])}"
        raise WeightFileError(f"keys={name!r:.60}: it {what}; there are {_listed(arrays)}")
    return found[0]


def _within(inner: list[str], outer: list[str]) -> bool:
    """Return whether parts of a name occur side by side above its last part."""
    return any(outer[i : i + len(inner)] == inner for i in range(len(outer) - len(inner)))


def subtrees(arrays: Arrays) -> list[tuple[str, Arrays]]:
    """Return the arrays below each part of a name and the name above them, the deepest first."""
    trees: dict[tuple[str, ...], Arrays] = {}
    for name, x in arrays.items():
        path = parts(name)
        for i in range(min(len(path), DEEP)):
            trees.setdefault(tuple(path[:i]), {})[name] = x
    order = sorted(trees, key=len, reverse=True)
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
        unread = UNREAD.search(x.dtype) or (not shapes and "int" in x.dtype)
        if len(x.shape) > 1 and alike and unread:
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
        return (
            "convolutions, and other arrays of more than two axes, are not supported; of several "
            f"runs in one array, save one, or at most {MAX_RUNS}, runs first"
        )
    if len(shapes) <= DEEP and (inputs := _inputs(shapes)):
        return f"{ {3: 'three', 4: 'four'}.get(inputs, inputs) } inputs are not supported"
    return None


def what_it_is(arrays: Arrays, layout: str | None = None) -> str:
    """Return why arrays are no network that is read: what was found, and what is read; a layout
    that they fit, but in which they answer nothing, is said too.
    """
    shapes = matrices_of(arrays)
    found = other_network(arrays) or _uneven(shapes)
    if found is None and (pickled := [k for k, x in arrays.items() if x.dtype == "object"]):
        found = f"{pickled[0][:40]} needs pickle, which is not read: save each array by its name"
    layout = None if found else layout  # what was found is plainer
    if found is None and len(shapes) > 2 and _chained(shapes):
        found = f"two hidden layers or more are not supported: {len(shapes)} layers act in a row"
    fits = f"--layout '{layout}' fits, and answers no operation with a name; " if layout else ""
    return (
        f"{found or 'no two-layer network was found'}; there are {_listed(arrays)}; "
        f"{fits}{SUPPORTED}"
    )


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


def _uneven(shapes: dict[str, tuple[int, ...]]) -> str | None:
    """Return that two inputs, or the outputs, have other numbers of values, if three layers look
    like that.
    """
    every = list(shapes.values())
    for first, second, last in (every, [x[::-1] for x in every]) if len(every) == 3 else ():
        if first[0] == second[0] == last[1] and len({first[1], *second}) == 3:
            return f"inputs of {first[1]} and {second[1]} values are not supported"
        if first == second and first[0] == last[1]:
            return f"{last[0]} outputs for inputs of {first[1]} values are not supported"
    return None


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
