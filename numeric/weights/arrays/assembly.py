"""From a layout and the vectors beside it to the network: which bias is whose, and the factors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from algebra.numbers.arrays import Floats
from numeric.weights.arrays.layouts import Layout
from numeric.weights.arrays.stored import Arrays
from numeric.weights.plain_network import WeightFileError
from numeric.weights.two_layer import TwoLayer

#: Vectors of these names are no biases, whatever their length.
OTHERS = re.compile(r"loss|acc|mask|idx|index|hist|step|time|epoch|train|test|perm|label")
#: Vectors of these are a layer that normalises.
NORMALISING = re.compile(r"(^|[./])(running_(mean|var)|gamma|weight|ln\w*[./]w)$")
#: A number of such a name multiplies the outputs.
SCALE = re.compile(r"(^|[./_])(scale|gain|alpha|factor|multiplier)$")
Load = Callable[[str], Floats]


def stem(name: str) -> str:
    """Return the name of the layer: all but the last part."""
    return re.split(r"[./](?=[^./]*$)", name)[0] if re.search(r"[./]", name) else ""


def biases_of(layout: Layout, beside: Arrays) -> dict[int, str] | None:
    """Return the vector that is the bias of each place, or None if the layout cannot be right.

    A vector belongs to the matrix of its layer, else to the first place without one whose size it
    has; one place more stands for outputs that an embedding reads. A layer that normalises is
    refused.
    """
    lengths = [layout.length(i) for i in range(len(layout.places) + layout.tied)]
    found: dict[int, str] = {}
    vectors = {k: x.size for k, x in beside.items() if len(x.shape) == 1 and x.size > 1}
    rest = []
    for name, size in vectors.items():
        own = [i for i, key in enumerate(layout.keys) if stem(key) == stem(name) != ""]
        if len(own) != 1 or re.search(r"norm", name.lower()):
            rest.append(name)
        elif lengths[own[0]] != size:
            return None
        else:
            found[own[0]] = name
    for name in rest:
        if OTHERS.search(name.lower()):
            continue
        free = [i for i, n in enumerate(lengths) if n == vectors[name] and i not in found]
        free.sort(key=lambda i: i in layout.of("embedding"))
        if free and NORMALISING.search(name):
            raise WeightFileError(
                f"{name} {beside[name].shape} is of a layer that normalises, which is not read; "
                f"train without it, or fold it into the weights"
            )
        if free:
            found[free[0]] = name
    return found


def assembled(
    layout: Layout,
    beside: Arrays,
    biases: Mapping[int, str],
    load: Load,
    *,
    activation: str,
    normalised: bool,
    metadata: Mapping[str, str],
) -> TwoLayer:
    """Return the network of a layout, everything beside its three matrices kept as factors."""
    matrix = [load(k).T if t else load(k) for k, t in zip(layout.keys, layout.turned, strict=True)]
    said = [f"bias {name}" for name in biases.values()]
    embeddings = []
    for i in layout.of("embedding"):
        identity = np.array_equal(matrix[i], np.eye(*matrix[i].shape))
        said.append(f"embedding {layout.keys[i]}" + " (the identity)" * identity)
        factors: tuple[Floats, ...] = () if identity else (matrix[i],)
        if i in biases:
            factors = _plus(factors or (matrix[i],), load(biases[i]))
        embeddings.append(factors)
    hidden = layout.of("first")
    layers = [matrix[i].T for i in hidden]
    if layout.wide:
        half = len(layers[0]) // 2
        layers = [layers[0][:half], layers[0][half:]]
    first: tuple[Floats, ...] = (*(embeddings[0] if embeddings else ()), layers[0])
    second: tuple[Floats, ...] = (*(embeddings[-1] if embeddings else ()), layers[-1])
    of_nodes = [load(biases[i]) for i in hidden if i in biases] * (1 + layout.twice)
    bias = of_nodes[0] if of_nodes else None
    if len(of_nodes) == 2:
        second = _plus(second, of_nodes[1])
    at = layout.of("last")[0]
    last: tuple[Floats, ...] = (matrix[at].T,)
    end = at
    if layout.of("unembedding") or layout.tied:
        end = at + 1
        if at in biases:
            first, second, bias, last = _with_constant_node(
                first, second, bias, last[0], load(biases[at])
            )
        outwards = matrix[layout.of("embedding")[0]].T if layout.tied else matrix[end].T
        last = (*last, outwards)
        said.append(
            "unembedding " + (layout.keys[0] + ", tied" if layout.tied else layout.keys[end])
        )
    output_bias = load(biases[end]) if end in biases else None
    scale = 1.0
    for name, x in beside.items():
        if x.size == 1 and SCALE.search(name):
            scale *= float(load(name).item())
            said.append(f"scale {name}")
    if normalised:
        scale /= 2 * layout.size("d")
        said.append("the factor 1/2d")
    notes = [] if layout.usual else [f"read {layout.described()}: {layout.numbers()}"]
    if said:
        notes.append(f"folded in exactly: {', '.join(said)}")
    return TwoLayer(
        first, second, last, bias, output_bias, scale, activation, tuple(notes), metadata
    )


def _plus(factors: tuple[Floats, ...], bias: Floats) -> tuple[Floats, ...]:
    """Return factors whose product has ``bias`` added to each row: a one is carried along."""
    if len(factors) == 1:
        factors = (np.eye(len(factors[0]), dtype=factors[0].dtype), *factors)
    head = np.hstack([factors[0], np.ones((len(factors[0]), 1), dtype=factors[0].dtype)])
    middle = tuple(_corner(x) for x in factors[1:-1])
    return head, *middle, np.vstack([factors[-1], bias])


def _corner(x: Floats) -> Floats:
    wide = np.zeros((len(x) + 1, x.shape[1] + 1), dtype=x.dtype)
    wide[:-1, :-1], wide[-1, -1] = x, 1
    return wide


def _with_constant_node(
    first: tuple[Floats, ...],
    second: tuple[Floats, ...],
    bias: Floats | None,
    last: Floats,
    inner: Floats,
) -> tuple[tuple[Floats, ...], tuple[Floats, ...], Floats, tuple[Floats, ...]]:
    """Return a network with ``inner`` added after its last layer: by a node that is always 1."""
    first, second = (
        (*x[:-1], np.hstack([x[-1], np.zeros((len(x[-1]), 1), dtype=x[-1].dtype)]))
        for x in (first, second)
    )
    there = np.zeros(len(last), dtype=last.dtype) if bias is None else bias
    return first, second, np.append(there, there.dtype.type(1)), (np.vstack([last, inner]),)
