"""Networks: real weights over a group, and the network of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal, cast, final, get_args

import numpy as np

from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.numbers.arrays import Floats, Int64, Reals

Gauge = Literal["rational", "balanced"]
DTYPES = (np.dtype(np.float32), np.dtype(np.float64))
#: The names in the files that are written here.
KEYS = ("layera.weight", "layerb.weight", "layerc.weight")
MAX_TEXT = 1 << 16
MAX_METADATA = 100
MAX_POWER = 16
#: Numbers held at once.
CHUNK = 1 << 22


class WeightFileError(ValueError):
    """Raised for a file that does not hold the weights of the plain network, or cannot be read."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Real weights ``w_a, w_b, w_c``, each float32 or float64 of shape (d, q), of

        f(x, y)[g] = (1 / 2d) * sum_j w_c[g, j] * (w_a[x, j] + w_b[y, j])**2

    Row ``x`` belongs to the element of row-major index ``x``; ``gauge`` is how nodes are scaled, or
    None.

    Raises:
        ValueError: if a matrix is not (d, q), or the three differ in shape or dtype.
    """

    group: AbelianGroup
    w_a: Floats
    w_b: Floats
    w_c: Floats
    gauge: Gauge | None = None

    def __post_init__(self) -> None:
        for name, w in (("w_a", self.w_a), ("w_b", self.w_b), ("w_c", self.w_c)):
            if w.ndim != 2 or w.shape != (self.group.order, self.w_a.shape[-1]):
                raise ValueError(
                    f"{name} has shape {w.shape}; {self.group} needs ({self.group.order}, q), "
                    f"one row per group element, the same q for w_a, w_b and w_c"
                )
            if w.dtype not in DTYPES or w.dtype != self.w_a.dtype:
                raise ValueError(
                    f"{name} has dtype {w.dtype}; all three are float32, or all three float64"
                )
        if self.gauge is not None and self.gauge not in get_args(Gauge):
            raise ValueError(f"gauge={self.gauge!r}; pass 'rational', 'balanced' or None")

    @property
    def width(self) -> int:
        """The number ``q`` of hidden nodes."""
        return int(self.w_a.shape[1])

    def squared_norm(self) -> float:
        """Return ``|w_a|^2 + |w_b|^2 + |w_c|^2``, ``d`` times that of the spectral coordinates."""
        return float(sum((x.astype(float) ** 2).sum() for x in (self.w_a, self.w_b, self.w_c)))

    def __repr__(self) -> str:
        return (
            f"<Weights of {self.width} nodes over {self.group}, {self.w_a.dtype}, "
            f"gauge {self.gauge or 'unknown'}>"
        )


def require_finite(name: str, x: Floats) -> None:
    """Refuse an array with an entry that is infinite or NaN."""
    if not np.isfinite(x).all():
        at = tuple(np.argwhere(~np.isfinite(x))[0].tolist())
        raise WeightFileError(f"{name}: the weight at {at} is {x[at]}, not a finite number")


def check_count(names: list[str]) -> None:
    """Refuse metadata of too many names."""
    if len(names) > MAX_METADATA:
        raise WeightFileError(f"metadata: expected at most {MAX_METADATA} different names")


def _checked_text(metadata: Mapping[str, str]) -> dict[str, str]:
    check_count(list(metadata))
    for name, text in metadata.items():
        for part in (name, text):
            if not isinstance(part, str) or not 0 < len(part) <= MAX_TEXT or not part.isprintable():
                raise WeightFileError(
                    f"metadata: expected printable text of 1 to {MAX_TEXT} characters; "
                    f"found {str(part)[:40]!r}"
                )
    return dict(sorted(metadata.items(), key=lambda item: (item[0] != "group", item[0])))


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
    Each note is a sentence: how the file was read, what is folded, what was left out. Metadata are
    texts by name: ``group``, ``gauge``, ``family`` if known.
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

    def __post_init__(self) -> None:
        object.__setattr__(self, "metadata", _checked_text(self.metadata))

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

    def table(self) -> Int64:
        """Return the index of the largest output for each pair, shape (d, d)."""
        d = self.inputs
        return self.answers(*np.divmod(np.arange(d * d), d)).reshape(d, d)

    def plain(self) -> tuple[Floats, Floats, Floats]:
        """Return the weights of ``layerc((layera[x] + layerb[y])**2)``, shapes (q, d), (q, d) and
        (d, q), all folded in, whatever the activation: the arrays of the file where nothing is to
        be folded, else float64. A bias is added to ``layera``; an output bias is the constant node
        ``(1/2 + 1/2)^2``.

        Raises:
            WeightFileError: if shapes do not fit together, or a weight is no finite float32 or
                float64.
        """
        a, b, c = (_product(x).T for x in (self.first, self.second, self.last))
        folded = max(map(len, (self.first, self.second, self.last))) > 1 or self.scale != 1
        if self.bias is not None:
            a, folded = a + self.bias[:, None], True
        if self.output_bias is not None:
            half = np.full((1, self.inputs), 0.5)
            a, b = np.concatenate([a, half]), np.concatenate([b, half])
            c, folded = np.concatenate([c, self.output_bias[:, None]], axis=1), True
        kind = np.result_type(*self.first, *self.second, *self.last)
        if kind not in DTYPES:
            raise WeightFileError(f"expected float32, or float64, throughout; found {kind}")
        if not (a.shape == b.shape == c.shape[::-1] and len(c)):
            found = ", ".join(f"{key} {x.shape}" for key, x in zip(KEYS, (a, b, c), strict=True))
            raise WeightFileError(f"expected the shapes (q, d), (q, d) and (d, q); found {found}")
        c = self.scale * c
        kind = np.dtype(np.float64) if folded else kind
        a, b, c = (np.ascontiguousarray(x, dtype=kind) for x in (a, b, c))
        for key, x in zip(KEYS, (a, b, c), strict=True):
            require_finite(key, x)
        return a, b, c

    def state(self) -> dict[str, Floats]:
        """Return the plain weights by their keys in files, as a ``state_dict`` has them."""
        return dict(zip(KEYS, self.plain(), strict=True))

    def weights(self, group: AbelianGroup | None = None) -> Weights:
        """Return ``w_a, w_b, w_c``, the ``1 / 2d`` taken out of ``w_c``; a group is needed if the
        file does not name one, as ``.pt`` files do not.

        Raises:
            WeightFileError: if the group is not known, or its order is not ``d``.
        """
        d = self.inputs
        if group is None:
            if "group" not in self.metadata:
                raise WeightFileError(
                    f"the file does not name its group of order {d}; pass it, such as "
                    f"AbelianGroup('Z{d}')"
                )
            try:
                group = AbelianGroup(self.metadata["group"])
            except ValueError as error:
                raise WeightFileError(f"metadata: {error}") from None
        if group.order != d:
            raise WeightFileError(
                f"{group} has order {group.order}, and the weights have d = {d}; the groups of "
                f"that order are {', '.join(map(str, isomorphism_types(d)))}"
            )
        a, b, c = self.plain()
        a, b = np.ascontiguousarray(a.T), np.ascontiguousarray(b.T)
        gauge = self.metadata.get("gauge")
        known = cast(Gauge, gauge) if gauge in get_args(Gauge) else None
        return Weights(group, a, b, c * c.dtype.type(2 * d), known)

    def __repr__(self) -> str:
        kind = np.result_type(*self.first, *self.second, *self.last)
        known = "".join(f", {name} {text}" for name, text in self.metadata.items())
        return f"<TwoLayer of {self.width} nodes, d = {self.inputs}, {kind}{known}>"


def plain_network(w: Weights, *, family: str | None = None) -> TwoLayer:
    """Return weights as files hold them, ``L = w_c / 2d`` transposed; the family is kept as
    metadata.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> w = embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))
    >>> plain_network(w, family="nine-per-frequency")
    <TwoLayer of 18 nodes, d = 5, float64, group Z5, family nine-per-frequency, gauge rational>
    >>> plain_network(w).weights()
    <Weights of 18 nodes over Z5, float64, gauge rational>
    """
    given = {"group": str(w.group), "gauge": w.gauge, "family": family}
    known = {name: text for name, text in given.items() if text is not None}
    c = w.w_c / w.w_c.dtype.type(2 * w.group.order)
    return TwoLayer((w.w_a,), (w.w_b,), (c.T,), metadata=known)


def degree(activation: str) -> int:
    """Return the power of the inputs of hidden nodes that an activation grows with."""
    return {"square": 2, "relu": 1, "abs": 1}.get(activation) or int(activation[6:])


def activated(hidden: Reals, activation: str) -> Reals:
    """Return ``sigma`` of the inputs of hidden nodes, powers by multiplication."""
    if activation == "relu":
        return np.maximum(hidden, 0)
    if activation == "abs":
        return np.abs(hidden)
    return reduce(np.multiply, [hidden] * degree(activation))


def _product(factors: tuple[Floats, ...]) -> Reals:
    wide = [x.astype(np.float64, copy=False) for x in factors]
    product: Reals = reduce(np.matmul, wide)
    return product
