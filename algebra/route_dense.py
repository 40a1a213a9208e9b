"""The dense route: matrix products modulo primes, decided by the rigorous bound of `zero_test`.

The residues of the weights are integers in float64 matrices; BLAS adds products of them exactly
while every partial sum stays below ``2^53``, which the plan guarantees and each product checks.
Where a residue is not zero, the exact value is computed from the scalars themselves.

Cost: ``q d^2`` multiply-adds per output frequency and image; with Galois symmetry there is one
image per prime and ``d - 1`` frequencies, else ``phi(n)`` images and half the frequencies.
"""

from __future__ import annotations

from operator import add, mul

import numpy as np
from numpy.typing import NDArray

from algebra.dense_nodes import DenseNodes, dense, row_classes
from algebra.interned import Column, Int64, column, combine, concatenate
from algebra.memory import require_memory
from algebra.nodes import Nodes
from algebra.roots_of_unity import unit_generators
from algebra.route_sparse import Shape
from algebra.scalar import ZERO, Scalar
from algebra.spectrum import AbelianGroup, Spectrum
from algebra.terms import terms_of
from algebra.zero_test import EXACT_FLOAT, Plan, plan, residues

Floats = NDArray[np.float64]
#: Entries of a work array, 64 MB of float64.
CHUNK = 1 << 23


def multiplications(nodes: Nodes, how: Plan) -> int:
    """Return how many multiply-adds the function tensor takes."""
    d = nodes.spectrum.order
    frequencies = d if how.all_frequencies else d // 2 + 1
    return nodes.order * d * d * frequencies * how.images


def dense_mismatches(nodes: Nodes, target: Int64, *, how: Plan | None = None) -> Int64:
    """Return the sorted keys ``(k1, k2, k)``, ``k <= -k``, at which ``T`` is not the target.

    Args:
        nodes: expanded nodes over a group.
        target: the keys at which the target is 1; it is 0 elsewhere. Must be stable under
            automorphisms ``k -> t k`` of the group.
        how: a plan for these nodes, made here if not given.

    Returns:
        Exactly the keys with ``T != target``; empty if and only if ``T`` is the target. (With
        Galois symmetry possibly also keys conjugate to such a key.)
    """
    group = nodes.spectrum
    assert isinstance(group, AbelianGroup)
    weights = dense(nodes)
    how = how or plan(nodes, weights)
    values = terms_of(weights.scalars, field=how.field)
    d, q = group.order, nodes.order
    outputs = np.arange(d) if how.all_frequencies else group.representatives
    outputs = outputs[
        (weights.c[outputs] < len(weights.scalars) - 1).any(axis=1) | np.isin(outputs, target % d)
    ]
    wanted = target
    if how.all_frequencies:
        parts = target // (d * d), target // d % d, target % d
        k1, k2, k = (group.negate(x) for x in parts)
        wanted = np.union1d(target, (k1 * d + k2) * d + k)
    found = [np.empty(0, dtype=np.int64)]
    for p, residue in residues(values, how):
        a, b, c = (_balanced(residue, p)[ids] for ids in (weights.a, weights.b, weights.c))
        squares = [_squares(group, x, p) for x in (a, b)]
        half = (p + 1) // 2
        step = max(1, CHUNK // max(1, d * max(d, q)))
        for first in range(0, len(outputs), step):
            ks = outputs[first : first + step]
            t = _triple(a, b, c[ks], p)
            for axis, square in enumerate(squares):
                sums = _matmul(c[ks], square.T, p)
                sums = _reduced(sums, p) * half
                if axis == 0:
                    t[:, :, 0] += sums
                else:
                    t[:, 0, :] += sums
            mine = wanted[np.isin(wanted % d, ks)]
            row = np.searchsorted(ks, mine % d)
            t[row, mine // (d * d), mine // d % d] -= 1
            found.append(_nonzero(t, p, ks, d))
    return _closed(group, how, np.unique(np.concatenate(found)))


def dense_potentials(weights: DenseNodes, shape: Shape, *, how: Plan) -> Int64:
    """Return the keys ``(k1, k2, k)``, ``k <= -k``, of the potentials that do not vanish.

    Equal rows of a weight matrix are taken once, so that a factor whose ``b`` does not depend
    on the frequency costs ``d^2 q``, not ``d^3 q``.
    """
    values = terms_of(weights.scalars, field=how.field)
    spectrum = weights.spectrum
    size = spectrum.order
    first, second = {
        "abc": (weights.a, weights.b),
        "aac": (weights.a, weights.a),
        "bbc": (weights.b, weights.b),
    }[shape]
    every = np.arange(size)
    outputs = every if how.all_frequencies else every[every <= spectrum.negate(every)]
    zero = len(weights.scalars) - 1
    axes = []
    for ids, indices in ((first, every), (second, every), (weights.c, outputs)):
        live = indices[(ids[indices] != zero).any(axis=1)]
        index, firsts = row_classes(ids[live])
        axes.append((ids[live[firsts]], [live[index == i] for i in range(len(firsts))]))
    (x, at_x), (y, at_y), (z, at_z) = axes
    found = np.zeros((len(z), len(x), len(y)), dtype=bool)
    step = max(1, CHUNK // max(1, len(x) * len(y), min(len(x), len(y)) * first.shape[1]))
    for p, residue in residues(values, how):
        a, b, c = (_balanced(residue, p)[ids] for ids in (x, y, z))
        for at in range(0, len(z), step):
            found[at : at + step] |= ~_divisible(_triple(a, b, c[at : at + step], p), p)
    hits = np.argwhere(found).tolist()
    count = sum(len(at_x[i]) * len(at_y[j]) * len(at_z[h]) for h, i, j in hits)
    require_memory(
        60 * count,
        f"a table of {count} potentials that do not vanish",
        instead="use another route",
    )
    keys = [np.empty(0, dtype=np.int64)]
    for h, i, j in hits:
        inputs = (at_x[i][:, None, None] * size + at_y[j][:, None]) * size
        keys.append((inputs + at_z[h]).ravel())
    return _closed(spectrum, how, np.sort(np.concatenate(keys)))


def exact_entries(weights: DenseNodes, keys: Int64, shape: Shape) -> Column:
    """Return the exact values at the given keys, from the scalars: ``q`` products a key.

    For ``"T"`` a key with ``k2 = 0`` (``k1 = 0``) takes another ``d q`` products for the sums
    over k'.
    """
    size = weights.spectrum.order
    first, second = {
        "T": (weights.a, weights.b),
        "abc": (weights.a, weights.b),
        "aac": (weights.a, weights.a),
        "bbc": (weights.b, weights.b),
    }[shape]
    k1, k2, k = keys // (size * size), keys // size % size, keys % size
    q = max(1, weights.a.shape[1])
    parts = [Column(np.empty(0, dtype=np.int64), ())]
    for at in range(0, len(keys), max(1, (1 << 18) // q)):
        s = slice(at, at + max(1, (1 << 18) // q))
        parts.append(_row_sums(weights.scalars, first[k1[s]], second[k2[s]], weights.c[k[s]]))
    values = concatenate(parts)
    if shape != "T":
        return values
    group = weights.spectrum
    assert isinstance(group, AbelianGroup)
    every = np.arange(size)
    extra = []
    for x, y, z in zip(k1.tolist(), k2.tolist(), k.tolist(), strict=True):
        total = ZERO
        for inputs, m, zero in ((weights.a, x, y), (weights.b, y, x)):
            if zero == 0:
                other = group.add(np.full(size, m), group.negate(every))
                out = np.broadcast_to(weights.c[z], inputs.shape)
                sums = _row_sums(weights.scalars, inputs, inputs[other], out)
                for value in sums.tolist():
                    total = total + value
        extra.append(total / 2)
    return combine(add, values, column(extra)) if len(keys) else values


def _row_sums(scalars: tuple[Scalar, ...], x: Int64, y: Int64, z: Int64) -> Column:
    """Return ``sum_j x y z`` per row of id matrices, each distinct triple multiplied once."""
    rows, q = x.shape
    product = combine(
        mul,
        combine(mul, Column(x.ravel(), scalars), Column(y.ravel(), scalars)),
        Column(z.ravel(), scalars),
    )
    if not rows or not q:
        return column([ZERO] * rows)
    code = np.repeat(np.arange(rows), q) * len(product.scalars) + product.ids
    distinct, count = np.unique(code, return_counts=True)
    totals = [ZERO] * rows
    for where, times in zip(distinct.tolist(), count.tolist(), strict=True):
        row, scalar = divmod(where, len(product.scalars))
        totals[row] = totals[row] + product.scalars[scalar] * times
    return column(totals)


# -- exact integers in float64 ----------------------------------------------------------------


def _balanced(residue: Int64, p: int) -> Floats:
    """Return residues in ``-(p-1)/2 .. p/2`` as floats."""
    return np.where(2 * residue > p, residue - p, residue).astype(np.float64)


def _reduced(x: Floats, p: int) -> Floats:
    """Return balanced residues of exact integers ``|x| < 2^53`` (to within one ``p``)."""
    balanced: Floats = x - p * np.rint(x / p)
    return balanced


def _divisible(x: Floats, p: int) -> NDArray[np.bool_]:
    """Decide divisibility by ``p``: if ``x = p t`` then ``x / p`` is exactly ``t``."""
    return np.asarray(x == p * np.rint(x / p))


def _matmul(x: Floats, y: Floats, p: int) -> Floats:
    """Return ``x @ y`` for residues up to ``p`` in modulus, checking that sums stay exact."""
    assert x.shape[1] * (p // 2 + 1) ** 2 < EXACT_FLOAT, "the plan keeps sums below 2^53"
    product: Floats = x @ y
    return product


def _triple(a: Floats, b: Floats, c: Floats, p: int) -> Floats:
    """Return ``sum_j a[k1, j] b[k2, j] c[k, j]`` modulo p, shape (k, k1, k2).

    The two matrices with fewest rows are multiplied entrywise, the third by BLAS.
    """
    matrices = (c, a, b)
    order = sorted(range(3), key=lambda i: len(matrices[i]))
    x, y, z = (matrices[i] for i in order)
    q = a.shape[1]
    pairs = (x[:, None, :] * y).reshape(len(x) * len(y), q)
    if 2 * q * (p // 2 + 1) ** 3 < EXACT_FLOAT:
        product: Floats = pairs @ z.T
    else:
        product = _reduced(_matmul(_reduced(pairs, p), z.T, p), p)
    shaped = product.reshape(len(x), len(y), len(z))
    return np.ascontiguousarray(shaped.transpose(np.argsort(order)))


def _squares(group: AbelianGroup, a: Floats, p: int) -> Floats:
    """Return ``sum_k' a[k', j] a[m - k', j]`` modulo p, shape (m, j)."""
    every = np.arange(group.order)
    total = np.zeros_like(a)
    for k in np.flatnonzero(a.any(axis=1)).tolist():
        total += a[k] * a[group.add(every, group.negate(np.full_like(every, k)))]
    assert group.order * (p // 2 + 1) ** 2 < EXACT_FLOAT, "the plan keeps sums below 2^53"
    return _reduced(total, p)


def _nonzero(t: Floats, p: int, ks: Int64, d: int) -> Int64:
    row, k1, k2 = np.nonzero(~_divisible(t, p))
    keys: Int64 = (k1 * d + k2) * d + ks[row]
    return keys


def _closed(spectrum: Spectrum, how: Plan, keys: Int64) -> Int64:
    """Close keys under the Galois group where one root stood for all; keep ``k <= -k``.

    At one root a number may vanish modulo p without being zero, but then a conjugate does not.
    """
    size = spectrum.order
    if how.all_frequencies and len(keys):
        assert isinstance(spectrum, AbelianGroup)
        generators = unit_generators(np.lcm(how.field, spectrum.exponent).item())
        count = 0
        while count != len(keys):
            count = len(keys)
            for t in generators:
                k1, k2, k = (
                    spectrum.multiply(t, x)
                    for x in (keys // (size * size), keys // size % size, keys % size)
                )
                keys = np.union1d(keys, (k1 * size + k2) * size + k)
    k = keys % size
    return keys[k <= spectrum.negate(k)]
