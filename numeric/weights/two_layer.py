"""A two-layer network as people store it: factors, biases, a scale, an activation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import final

import numpy as np

from algebra.numbers.arrays import Floats, Int64, Reals
from numeric.weights.plain_network import PlainNetwork, WeightFileError

MAX_POWER = 16
#: Numbers held at once.
CHUNK = 1 << 22


def checked_activation(text: str) -> str:
    """Return the name of an activation: ``square``, ``relu``, ``abs`` or ``power:n``."""
    powers = [f"power:{n}" for n in range(1, MAX_POWER + 1)]
    if text in ("square", "relu", "abs", *powers):
        return "square" if text == "power:2" else text
    raise WeightFileError(
        f"activation={text[:40]!r}; pass square, relu, abs, or power:n with n from 1 to {MAX_POWER}"
    )


@final
@dataclass(frozen=True, slots=True, eq=False)
class TwoLayer:
    """The network of a file: factors, biases, a scale ``s``, an activation ``sigma``,

        f(x, y)[g] = s * (sum_j L[j, g] * sigma(F[x, j] + G[y, j] + bias[j]) + output_bias[g]).

    ``F`` and ``G``, shape (d, q), and ``L``, shape (q, n), are products of the matrices of the
    file, ``first``, ``second`` and ``last``: of two behind an embedding, or before an unembedding.
    Each note is a sentence: how the file was read, what is folded, what was left out.
    """

    first: tuple[Floats, ...]
    second: tuple[Floats, ...]
    last: tuple[Floats, ...]
    bias: Floats | None = None
    output_bias: Floats | None = None
    scale: float = 1.0
    activation: str = "square"
    notes: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def inputs(self) -> int:
        """The number ``d`` of values of an input."""
        return len(self.first[0])

    @property
    def outputs(self) -> int:
        """The number ``n`` of outputs."""
        return int(self.last[-1].shape[1])

    @property
    def width(self) -> int:
        """The number ``q`` of hidden nodes."""
        return len(self.last[0])

    def at(self, x: Int64, y: Int64) -> Reals:
        """Return the outputs for pairs of inputs in float64, shape (len(x), n); not rigorous."""
        hidden = _product(self.first)[x] + _product(self.second)[y]
        if self.bias is not None:
            hidden += self.bias
        out = activated(hidden, self.activation) @ _product(self.last)
        return self.scale * (out if self.output_bias is None else out + self.output_bias)

    def answers(self, x: Int64, y: Int64) -> Int64:
        """Return the index of the largest output for pairs of inputs, some pairs at a time."""
        step = max(1, CHUNK // max(self.width, self.outputs))
        parts = [np.empty(0, dtype=np.int64)]
        with np.errstate(over="ignore", invalid="ignore"):
            for i in range(0, len(x), step):
                parts.append(self.at(x[i : i + step], y[i : i + step]).argmax(axis=1))
        return np.concatenate(parts)

    def plain(self) -> PlainNetwork:
        """Return ``layerc((layera[x] + layerb[y])**2)``, all folded in, whatever the activation:
        the arrays of the file where nothing is to be folded, else float64. A bias is added to
        ``layera``; an output bias is the constant node ``(1/2 + 1/2)^2``.
        """
        single = len(self.first) == len(self.second) == len(self.last) == 1
        if single and self.scale == 1 and self.bias is None and self.output_bias is None:
            kind = np.result_type(self.first[0], self.second[0], self.last[0])
            a, b, c = (x[0].T.astype(kind) for x in (self.first, self.second, self.last))
            return _contiguous(a, b, c, self.metadata)
        a, b, c = (_product(x).T for x in (self.first, self.second, self.last))
        if self.bias is not None:
            a = a + self.bias.astype(np.float64)[:, None]
        if self.output_bias is not None:
            half = np.full((1, self.inputs), 0.5)
            a, b = np.concatenate([a, half]), np.concatenate([b, half])
            c = np.concatenate([c, self.output_bias.astype(np.float64)[:, None]], axis=1)
        return _contiguous(a, b, self.scale * c, self.metadata)


def degree(activation: str) -> int:
    """Return the power of the inputs of hidden nodes that an activation grows with."""
    return {"square": 2, "relu": 1, "abs": 1}.get(activation) or int(activation[6:])


def activated(hidden: Reals, activation: str) -> Reals:
    """Return ``sigma`` of the inputs of hidden nodes, powers by multiplication."""
    if activation == "relu":
        return np.maximum(hidden, 0.0)
    if activation == "abs":
        return np.abs(hidden)
    return reduce(np.multiply, [hidden] * degree(activation))


def _product(factors: tuple[Floats, ...]) -> Reals:
    wide = [x.astype(np.float64, copy=False) for x in factors]
    product: Reals = reduce(np.matmul, wide)
    return product


def _contiguous(a: Floats, b: Floats, c: Floats, metadata: Mapping[str, str]) -> PlainNetwork:
    a, b, c = (np.ascontiguousarray(x) for x in (a, b, c))
    return PlainNetwork(a, b, c, metadata)
