"""The function tensor: the exact, two-sided criterion for zero loss, and the loss itself.

``T[k1,k2,k] = sum_j a_k1 b_k2 c_k + 1/2 [k2=0] sum_k' sum_j a_k' a_{k1-k'} c_k + 1/2 [k1=0] sum_k'
sum_j b_k' b_{k2-k'} c_k`` (docs/theory/function-tensor.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, final, get_args

import numpy as np

from algebra.criterion.composed import BLAS_GAIN, composed_tensor, is_composed_cheaper, summed
from algebra.criterion.dense import dense_mismatches, exact_entries
from algebra.criterion.sparse import products, sparse_sums
from algebra.criterion.target import Target, target_keys
from algebra.criterion.terms import nonzero
from algebra.criterion.zero_test import dense
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.semiring.element import Element
from algebra.semiring.nodes import Column, column, concatenate

Route = Literal["auto", "sparse", "dense", "composed"]


@final
@dataclass(frozen=True, slots=True, eq=False)
class FunctionTensor:
    """A sparse exact tensor over triples of characters, with ``T[-K] = conj(T[K])``.

    Stored at ``k <= -k`` as sorted keys ``(k1 d + k2) d + k`` and non-zero values. Iterating
    gives ``((k1, k2, k), value)`` for the stored entries, indices as in the group.
    """

    group: AbelianGroup
    key: Int64
    value: Column

    def __getitem__(self, at: tuple[Index, Index, Index]) -> Scalar:
        k1, k2, k = (self.group.index(x) for x in at)
        other = self.group.negate(k)
        if other < k:
            k1, k2 = (self.group.negate(x) for x in (k1, k2))
        key = (k1 * self.group.order + k2) * self.group.order + min(k, other)
        found = np.searchsorted(self.key, key)
        if found == len(self.key) or self.key[found] != key:
            return ZERO
        value = self.value.scalars[int(self.value.ids[found])]
        return value.conjugate() if other < k else value

    def __iter__(self) -> Iterator[tuple[tuple[int, int, int], Scalar]]:
        d = self.group.order
        for key, value in zip(self.key.tolist(), self.value.tolist(), strict=True):
            yield (key // (d * d), key // d % d, key % d), value

    def __len__(self) -> int:
        return len(self.key)

    def __repr__(self) -> str:
        return f"<FunctionTensor of {len(self)} entries over {self.group}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FunctionTensor):
            return NotImplemented
        return self.group == other.group and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def minus(self, target: Target) -> FunctionTensor:
        """Return ``T - target``, the outputs that the target leaves free dropped."""
        keys = target_keys(self.group, target)
        kept = self.key % self.group.order != 0 if target == "projected" else slice(None)
        return _less(self.group, self.key[kept], self.value[kept], keys)

    def squared_norm(self) -> Scalar:
        """Return ``sum |T[k1,k2,k]|^2`` over all triples."""
        d = self.group.order
        paired = self.group.negate(self.key % d) != self.key % d
        total = ZERO
        ids, first = np.unique(self.value.ids * 2 + paired, return_inverse=True)
        for code, count in zip(ids.tolist(), np.bincount(first).tolist(), strict=True):
            x = self.value.scalars[code // 2]
            total = total + x * x.conjugate() * (count * (1 + code % 2))
        return total


def function_tensor(z: Element, *, route: Route = "auto") -> FunctionTensor:
    """Return the function tensor of an element over a group, exactly.

    Args:
        z: an element over an `AbelianGroup`; free parameters are allowed.
        route: ``"sparse"`` by support, ``"dense"`` through BLAS modulo primes, ``"composed"``
            along the composition, or ``"auto"``: the cheapest by estimate.

    Source: docs/theory/function-tensor.md; [Tian24, Theorem 1] without constant parts.

    >>> from algebra import optimizers
    >>> sorted(function_tensor(optimizers.six_per_frequency(AbelianGroup("Z5"))))
    [((1, 1, 1), 1), ((2, 2, 2), 1)]
    """
    group = z.group
    chosen = choose_route(z) if route == "auto" else route
    if chosen == "composed":
        return FunctionTensor(group, *composed_tensor(z))
    if chosen == "sparse":
        return FunctionTensor(group, *sparse_sums(z.nodes, "T"))
    if chosen == "dense":
        return _exact(z, dense_mismatches(z.nodes, np.empty(0, dtype=np.int64)))
    raise ValueError(f"route={route!r}; pass one of {', '.join(get_args(Route))}")


def residual(z: Element, *, target: Target = "projected", route: Route = "auto") -> FunctionTensor:
    """Return ``T - target``, exactly; it has no entries if and only if the loss is zero."""
    group = z.group
    chosen = choose_route(z) if route == "auto" else route
    if chosen != "dense":
        return function_tensor(z, route=chosen).minus(target)
    wanted = target_keys(group, target)
    keys = dense_mismatches(z.nodes, wanted)
    if target == "projected":
        keys = keys[keys % group.order != 0]
    entries = _exact(z, keys)
    return _less(group, entries.key, entries.value, np.intersect1d(keys, wanted))


def loss(z: Element, *, target: Target = "projected", route: Route = "auto") -> Scalar:
    """Return the exact loss: the mean over all pairs of ``|| P (f(x,y) - e_{x+y}) ||^2``.

    ``P`` removes the mean over outputs for the projected target, and is the identity for the
    one-hot target. A real number, or a real Laurent polynomial in the parameters.

    >>> from algebra import blocks
    >>> z = blocks.normalised(blocks.syn())
    >>> loss(z.at(AbelianGroup("Z7"), 1, 2, 3))          # (d - 1) / 2d
    3/7
    """
    rest = residual(z, target=target, route=route)
    return rest.squared_norm() / rest.group.order


def choose_route(z: Element) -> Route:
    """Return the route with the least estimated cost for this element."""
    group = z.group
    if is_composed_cheaper(z):
        return "composed"
    sparse = products(z.nodes, "T")
    if sparse < max(20_000, z.order * group.order**3 // BLAS_GAIN) or z.parameters:
        return "sparse"
    return "dense"


def _less(group: AbelianGroup, key: Int64, value: Column, ones: Int64) -> FunctionTensor:
    """Return the tensor of these entries, less 1 at some keys."""
    if value.scalars == (ONE,) and np.array_equal(key, ones):  # as it mostly is
        return FunctionTensor(group, key[:0], value[:0])
    minus_one = column([-ONE])[np.zeros(len(ones), dtype=np.int64)]
    return FunctionTensor(
        group, *summed(np.concatenate([key, ones]), concatenate([value, minus_one]))
    )


def _exact(z: Element, keys: Int64) -> FunctionTensor:
    if not len(keys):
        return FunctionTensor(z.group, keys, Column(keys, ()))
    return FunctionTensor(z.group, *nonzero(keys, exact_entries(dense(z.nodes), keys, "T")))


def routes(z: Element) -> list[Route]:
    """Return the routes that can take an element: the dense one takes no free parameters."""
    return ["sparse", "composed"] if z.parameters else ["sparse", "dense", "composed"]
