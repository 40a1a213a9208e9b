"""From a float network of zero loss to an exact one: entries rounded, and small nodes that correct.

Rounding the entries to dyadic numbers leaves residuals ``T - target`` of the size of the rounding.
Each residual is the ``c`` of a node with fixed tiny inputs:

    a = h or ih at m, b = h or ih at n      cancels T[+-m, +-n, k] (four nodes for all k)
    a = h at 0 and h or ih at m, b = 0      cancels T[+-m, 0, k]    (two nodes; b likewise)
    a = h or h(1+i) at m, b = 0             cancels T[+-2m, 0, k]   (two nodes; b likewise)
    a = h at 0, b = 0                       cancels T[0, 0, k]      (one node)

in this order, since each kind disturbs only later ones: the second is for ``m`` that are not twice
a frequency, and disturbs ``2m``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product

import numpy as np

from algebra.criterion.tensor import FunctionTensor, function_tensor, residual
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.arrays import Complexes
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import I
from algebra.semiring.element import Element
from algebra.semiring.made import element
from numeric.exact.nearest_float import NearestFloat

#: An exact node: its entries at one of ``k, -k``.
Node = dict[tuple[str, Index], Exact]
#: What is left of ``T - target``, by ``(k1, k2)`` and output.
Residuals = dict[tuple[int, int], dict[int, Scalar]]
#: Inputs of correcting nodes are between these powers of a half.
COARSEST, FINEST = 5, 30
#: Binary digits after the point of inputs, and of outputs, where they are rounded.
INPUT_BITS, OUTPUT_BITS = 46, 40
#: The most where all weights are free, and those beyond the errors of the floats.
FREE_BITS, MORE_BITS = 54, 14
#: The turns of an input: 1 and i, or at real characters 1 alone.
TURNS = (Scalar(1), I)


def made_exact(group: AbelianGroup, near: NearestFloat) -> tuple[Element, int]:
    """Return an exact network near one of floats, and how many nodes the floats have.

    The others, which come last, cancel what rounding leaves.
    """
    digits = INPUT_BITS, OUTPUT_BITS
    if near.free:
        # Rounding adds little to errors that are there already; fewer digits are quicker to check.
        wanted = MORE_BITS - int(np.log2(max(near.error, 2.0**-60)))
        inputs = min(max(wanted, INPUT_BITS // 2), FREE_BITS)
        digits = inputs, inputs - 2
    live = np.flatnonzero(near.z.any(axis=(0, 1)))
    nodes = [_dyadic(group, near.z[:, :, j], digits) for j in live]
    more = corrections(group, residuals(group, nodes))
    return element(group, nodes + more, name="nearest optimizer"), len(nodes)


def _dyadic(group: AbelianGroup, z: Complexes, digits: tuple[int, int]) -> Node:
    """Return a node's entries, rounded to so many binary digits of inputs and of outputs."""
    entries: Node = {}
    for p, k in np.argwhere(z[:, group.representatives]):
        m = int(group.representatives[k])
        grid = 1 << digits[int(p == 2)]
        x, y = (Fraction(round(part * grid), grid) for part in (z[p, m].real, z[p, m].imag))
        if whole := x if group.negate(m) == m else x + y * I:
            entries["abc"[p], m] = whole
    return entries


def residuals(group: AbelianGroup, nodes: Sequence[Node]) -> Residuals:
    """Return ``T - target`` of these nodes, term by term."""
    return _added({}, residual(element(group, nodes), route="sparse"))


def corrections(group: AbelianGroup, left: Residuals) -> list[Node]:
    """Return nodes that cancel residuals exactly, and do nothing else.

    >>> G = AbelianGroup("Z5")
    >>> nodes = [{("a", 1): 1, ("b", 1): 1, ("c", 1): Fraction(1, 9)}]
    >>> more = corrections(G, residuals(G, nodes))
    >>> len(more), residuals(G, nodes + more)
    (13, {})
    """
    small = _smallness(group, left)
    stages: list[Callable[[Residuals], Iterator[Node]]] = [
        lambda left: _products(group, left, small),
        lambda left: _of_one(group, left, small, linear=True),
        lambda left: _of_one(group, left, small, linear=False),
        lambda left: _constant(group, left, small),
    ]
    found: list[Node] = []
    for stage in stages:
        nodes = [x for x in stage(left) if any(p == "c" for p, _ in x)]
        if nodes:
            left = _added(left, function_tensor(element(group, nodes), route="sparse"))
        found += nodes
    assert not left
    return found


def _added(left: Residuals, more: FunctionTensor) -> Residuals:
    """Return residuals with more added, without zeros."""
    total: Residuals = {at: dict(row) for at, row in left.items()}
    for (k1, k2, k), x in more:
        row = total.setdefault((k1, k2), {})
        row[k] = row.get(k, Scalar(0)) + x
    kept = {at: {k: x for k, x in row.items() if x} for at, row in total.items()}
    return {at: row for at, row in kept.items() if row}


def _smallness(group: AbelianGroup, left: Residuals) -> int:
    """Return the ``s`` for which nodes with inputs ``2^-s`` have about the least norm."""
    # If an output of norm R is wanted, inputs are (R/2d)^(1/3); these are d^2 functions.
    d = group.order
    power = sum(abs(complex(x)) ** 2 for row in left.values() for x in row.values())
    return _bits(np.sqrt(2 * power) / d / (2 * d), COARSEST)


def _bits(cube: float, least: int) -> int:
    return int(np.clip(np.ceil(-np.log2(np.cbrt(max(cube, 1e-300)))), least, FINEST))


def _turns(group: AbelianGroup, m: int) -> Sequence[Scalar]:
    return TURNS[:1] if group.negate(m) == m else TURNS


def _products(group: AbelianGroup, left: Residuals, small: int) -> Iterator[Node]:
    """Yield nodes that cancel ``T[+-m,+-n,k]``: ``a`` is ``h`` or ``ih`` at m, ``b`` at n."""
    # T[sm, tn] = h^2 sum_uv c_uv u_s v_t, u_s being u or its conjugate: c is the sum over signs of
    # T with the opposite turns, over 4h^2.
    h = Fraction(1, 2**small)
    pairs = {tuple(min(k, group.negate(k)) for k in at) for at in left if all(at)}
    for m, n in sorted(pairs):
        signs = list(product(sorted({m, group.negate(m)}), sorted({n, group.negate(n)})))
        scale = Fraction(-1, len(signs)) / h**2
        for u, v in product(_turns(group, m), _turns(group, n)):
            node: Node = {("a", m): h * u, ("b", n): h * v}
            for s, t in signs:
                turn = (u.conjugate() if s == m else u) * (v.conjugate() if t == n else v)
                for k, x in left.get((s, t), {}).items():
                    node["c", k] = node.get(("c", k), Scalar(0)) + scale * turn * x
            yield _trimmed(node)


def _of_one(group: AbelianGroup, left: Residuals, small: int, *, linear: bool) -> Iterator[Node]:
    """Yield nodes that cancel ``T[+-m,0,k]``, ``T[0,+-m,k]``, at m that are no doubles, or are."""
    # Of doubles by squares, a = h u at n = m/2, u = 1, 1 + i; of others by the mixed terms of
    # a = h + h u at m, u = 1, i.
    h = Fraction(1, 2**small)
    every = np.arange(group.order)
    doubles = group.multiply(2, every)
    for row in "ab":
        places = {max(at) for at in left if (at[1] if row == "a" else at[0]) == 0 and any(at)}
        for m in sorted({min(k, group.negate(k)) for k in places}):
            halves = every[doubles == m]
            if bool(len(halves)) == linear:
                continue
            other = group.negate(m)
            at = ((m, 0), (other, 0)) if row == "a" else ((0, m), (0, other))
            plus, minus = (left.get(x, {}) for x in at)
            n = m if linear else int(halves[0])
            fixed: Node = {(row, 0): h} if linear else {}
            one = fixed | {(row, n): h}
            two = fixed | {(row, n): h * (I if linear else 1 + I)}
            scale = -1 / h**2
            for k in sorted({*plus, *minus}):
                x, y = plus.get(k, Scalar(0)), minus.get(k, Scalar(0))
                if m == other:
                    one["c", k] = scale * x
                elif linear:
                    one["c", k], two["c", k] = scale / 2 * (x + y), scale / 2 * (y - x) * I
                else:
                    one["c", k], two["c", k] = scale * (x + y), scale / 2 * (y - x) * I
            yield from map(_trimmed, (one, two))


def _constant(group: AbelianGroup, left: Residuals, small: int) -> Iterator[Node]:
    """Yield the node that cancels ``T[0,0,k]``, of about the least norm."""
    row = left.get((0, 0), {})
    most = max((abs(complex(x)) for x in row.values()), default=0.0)
    h = Fraction(1, 2 ** min(small, max(0, _bits(most / group.order, 0) - 1)))
    yield {("a", 0): h, **{("c", k): -2 / h**2 * x for k, x in row.items()}}


def _trimmed(node: Node) -> Node:
    return {at: x for at, x in node.items() if x}
