"""The float mirror of `algebra.semiring.element`: elements as complex tensors, the same operations.

``z[p, k, j]`` for rows ``p`` in a, b, c, all characters ``k`` of the group, and nodes ``j``, with
``z[p, -k, j] = conj(z[p, k, j])``. ``+`` concatenates nodes and ``*`` takes all pairs of them, in
the order in which the exact element expands, so that tensors can be compared entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

import numpy as np
import torch

from algebra.criterion.target import Target, target_keys
from algebra.groups.group import AbelianGroup, Index
from algebra.machine.memory import require_memory
from algebra.numbers.to_float import to_complex
from algebra.semiring.element import Element
from algebra.semiring.nodes import ROWS
from numeric.weights.embed import Gauge, Weights, from_spectrum, spectrum_of

Tensor = torch.Tensor
DTYPES = (torch.complex64, torch.complex128)


@final
@dataclass(frozen=True, slots=True, eq=False)
class FloatElement:
    """An element of the semiring of weights over a group, as one complex tensor.

    Args:
        group: the group of order d.
        z: shape (3, d, q), complex64 or complex128, with ``z[p, -k] = conj(z[p, k])``; what
            PyTorch can differentiate stays differentiable.

    Raises:
        ValueError: for another shape or dtype.

    Example:
        >>> from algebra import AbelianGroup, optimizers
        >>> z = float_element(optimizers.six_per_frequency(AbelianGroup("Z5"), nu=1))
        >>> z, (z + z * z).order, bool(loss(z) < 1e-28)
        (<FloatElement of order 12 over Z5, complex128>, 156, True)
    """

    group: AbelianGroup
    z: Tensor

    def __post_init__(self) -> None:
        shape = tuple(self.z.shape)
        if len(shape) != 3 or shape[:2] != (len(ROWS), self.group.order):
            raise ValueError(f"z has shape {shape}; {self.group} needs (3, {self.group.order}, q)")
        if self.z.dtype not in DTYPES:
            raise ValueError(f"z has dtype {self.z.dtype}; pass torch.complex64 or complex128")

    @property
    def order(self) -> int:
        """The number of nodes."""
        return int(self.z.shape[2])

    def __add__(self, other: FloatElement | int) -> FloatElement:
        y = _operand(self, other)
        if y is None:
            return NotImplemented
        return FloatElement(self.group, torch.cat([self.z, y.z], dim=2))

    __radd__ = __add__

    def __mul__(self, other: FloatElement | int) -> FloatElement:
        y = _operand(self, other)
        if y is None:
            return NotImplemented
        count = self.z.shape[0] * self.z.shape[1] * self.order * y.order
        require_memory(
            count * self.z.element_size(),
            f"a product of {self.order * y.order:,} nodes",
            instead="check it through its exact composition",
        )
        return FloatElement(self.group, (self.z[..., :, None] * y.z[..., None, :]).flatten(2))

    def __rmul__(self, other: int) -> FloatElement:
        x = _operand(self, other)
        return NotImplemented if x is None else x * self

    def __pow__(self, exponent: int) -> FloatElement:
        if not isinstance(exponent, int) or exponent < 0:
            raise ValueError(f"exponent={exponent!r}: a power of an element is an integer >= 0")
        power = one(self.group, dtype=self.z.dtype, device=self.z.device)
        for _ in range(exponent):
            power = power * self
        return power

    def scaled(self, **factors: float) -> FloatElement:
        """Return the element with whole rows multiplied by real factors: ``z.scaled(c=1/6)``."""
        unknown = set(factors) - set(ROWS)
        if unknown:
            raise ValueError(f"row={sorted(unknown)[0]!r}: rows are 'a', 'b' and 'c'")
        real = [float(factors.get(p, 1.0)) for p in ROWS]
        return FloatElement(self.group, self.z * self.z.real.new_tensor(real)[:, None, None])

    def weights(self, *, gauge: Gauge | None = None) -> Weights:
        """Return the real weights; ``gauge`` is only a name that is kept with them."""
        w = from_spectrum(self.z.detach().cpu().numpy(), self.group)
        return Weights(w.group, w.w_a, w.w_b, w.w_c, gauge)

    def __repr__(self) -> str:
        kind = str(self.z.dtype).removeprefix("torch.")
        return f"<FloatElement of order {self.order} over {self.group}, {kind}>"


def float_element(
    source: Element | Weights,
    *,
    dtype: torch.dtype = torch.complex128,
    device: torch.device | str = "cpu",
) -> FloatElement:
    """Return the float mirror of an exact element, or of real weights.

    Nodes keep their order, and exact entries are rounded once.

    Args:
        source: an element over a group without free parameters, or weights.
        dtype: complex64 or complex128.
        device: of PyTorch.

    Raises:
        ValueError: if an exact element has free parameters, or is over no group; for another
            dtype.
        MemoryEstimateError: if the tensor would not fit into memory.

    Source: docs/reference/weights.md.

    >>> from algebra import AbelianGroup, element, zeta
    >>> z = element(AbelianGroup("Z5"), [{("a", 1): 2, ("b", 1): 1, ("c", 1): zeta(4)}])
    >>> float_element(z).z[2, :, 0].imag.tolist()
    [0.0, 1.0, 0.0, 0.0, -1.0]
    """
    if dtype not in DTYPES:
        raise ValueError(f"dtype={dtype}; pass torch.complex64 or torch.complex128")
    if isinstance(source, Weights):
        matrices = zip(ROWS, (source.w_a, source.w_b, source.w_c), strict=True)
        table = np.stack([spectrum_of(w, source.group, row=p) for p, w in matrices])
        return FloatElement(source.group, torch.from_numpy(table).to(device=device, dtype=dtype))
    group = source.group
    if source.parameters:
        raise ValueError(
            f"floats are numbers, and {source.parameters[0]} is free; set it with "
            f"z.substitute({{{source.parameters[0]!r}: zeta(8), ...}})"
        )
    require_memory(
        3 * 16 * group.order * source.order,
        f"a tensor of shape (3, {group.order}, {source.order})",
        instead="take a narrower element",
    )
    nodes = source.nodes.with_conjugates()
    values = np.array([to_complex(x) for x in nodes.value.scalars], dtype=np.complex128)
    table = np.zeros((len(ROWS) * group.order, source.order), dtype=np.complex128)
    if len(nodes):
        table[nodes.row, nodes.node] = values[nodes.value.ids]
    z = torch.from_numpy(table.reshape(len(ROWS), group.order, source.order))
    return FloatElement(group, z.to(device=device, dtype=dtype))


def zero(
    group: AbelianGroup,
    *,
    dtype: torch.dtype = torch.complex128,
    device: torch.device | str = "cpu",
) -> FloatElement:
    """Return 0: no nodes."""
    return FloatElement(group, torch.zeros(3, group.order, 0, dtype=dtype, device=device))


def one(
    group: AbelianGroup,
    *,
    dtype: torch.dtype = torch.complex128,
    device: torch.device | str = "cpu",
) -> FloatElement:
    """Return 1: the single node with all entries 1."""
    return FloatElement(group, torch.ones(3, group.order, 1, dtype=dtype, device=device))


def potential(z: FloatElement, indices: Iterable[tuple[str, Index]]) -> Tensor:
    """Return ``r(z) = sum_j prod_{(p, k)} z[p, k, j]``, a complex number.

    Args:
        z: an element.
        indices: pairs of a row letter and a character, such as those of an exact `Potential`;
            none of them counts nodes.

    Raises:
        ValueError: for a row other than a, b, c or a character that is not in the group.

    Source: [Tian24, Theorem 3].

    >>> from algebra import AbelianGroup, blocks
    >>> z = float_element(blocks.syn().at(AbelianGroup("Z5"), 1))
    >>> potential(z, [("a", 1), ("b", 1), ("c", 1)]).real.round().item()
    3.0
    """
    product = torch.ones(z.order, dtype=z.z.dtype, device=z.z.device)
    for p, k in indices:
        if p not in ROWS:
            raise ValueError(f"row={p!r}: rows are 'a', 'b' and 'c'")
        product = product * z.z[ROWS.index(p), z.group.index(k)]
    return product.sum()


def function_tensor(z: FloatElement) -> Tensor:
    """Return ``T[k1, k2, k]``, shape (d, d, d), of `algebra.criterion.tensor`.

    The two sums over ``k'`` are convolutions over the dual group, computed as products of
    functions on the group.

    Raises:
        MemoryEstimateError: if ``d^3`` entries would not fit into memory.

    >>> from algebra import AbelianGroup, optimizers
    >>> T = function_tensor(float_element(optimizers.six_per_frequency(AbelianGroup("Z5"), nu=1)))
    >>> T[1, 1, 1].real.round(decimals=9).item(), T[1, 2, 1].abs().item() < 1e-12
    (1.0, True)
    """
    d, q = z.group.order, z.order
    require_memory(
        z.z.element_size() * d * d * (d + 2 * q),
        f"the function tensor of {z.group}",
        instead="compute the loss of its weights with numeric.training.loss",
    )
    a, b, c = z.z
    if not q:  # of which there are no transforms
        return torch.zeros(d, d, d, dtype=z.z.dtype, device=z.z.device)
    tensor = ((a[:, None, :] * b[None, :, :]).flatten(0, 1) @ c.T).view(d, d, d)
    shape = (*z.group.moduli, q)
    axes = tuple(range(len(z.group.moduli)))

    def self_convolved(x: Tensor) -> Tensor:
        values = torch.fft.ifftn(x.reshape(shape), dim=axes, norm="forward")
        convolved: Tensor = torch.fft.fftn(values.square(), dim=axes, norm="forward")
        return convolved.reshape(d, q)

    first = torch.zeros(d, dtype=z.z.dtype, device=z.z.device)
    first[0] = 0.5
    on_a, on_b = self_convolved(a) @ c.T, self_convolved(b) @ c.T
    with_a: Tensor = tensor + on_a[:, None, :] * first[:, None]
    with_both: Tensor = with_a + on_b[None, :, :] * first[:, None, None]
    return with_both


def loss(z: FloatElement, *, target: Target = "projected") -> Tensor:
    """Return ``(1/d) sum |T - target|^2``, over ``k != 0`` for the projected target.

    The mean over all pairs of ``|P (f(x,y) - e_{x+y})|^2``, ``P`` being the identity for the
    one-hot target; ``f`` has the ``1 / 2d``.

    Raises:
        ValueError: for another target.

    >>> from algebra import AbelianGroup, blocks
    >>> z = blocks.normalised(blocks.syn()).at(AbelianGroup("Z7"), 1, 2, 3)
    >>> round(loss(float_element(z)).item(), 12) == round(3 / 7, 12)
    True
    """
    target_keys(z.group, target)
    rest = function_tensor(z).clone()
    k = torch.arange(z.group.order, device=z.z.device)
    rest[k, k, k] -= 1
    kept = rest[:, :, 1:] if target == "projected" else rest
    total: Tensor = kept.abs().square().sum() / z.group.order
    return total


def _operand(z: FloatElement, other: object) -> FloatElement | None:
    if isinstance(other, int) and not isinstance(other, bool):
        if other not in (0, 1):
            raise ValueError(f"{other} is no element; the semiring has 0 and 1, and scaled(c=...)")
        make = one if other else zero
        return make(z.group, dtype=z.z.dtype, device=z.z.device)
    if not isinstance(other, FloatElement):
        return None
    if other.group != z.group:
        raise ValueError(f"cannot combine elements over {z.group} and over {other.group}")
    return other
