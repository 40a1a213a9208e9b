"""The dense route: matrix products modulo primes, decided by the rigorous bound of `zero_test`."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial, reduce
from itertools import pairwise
from operator import mul

import numpy as np

from algebra.criterion.sparse import AXES, Shape, unpack
from algebra.criterion.terms import EXACT_FLOAT
from algebra.criterion.zero_test import (
    DenseNodes,
    Plan,
    balanced,
    dense,
    is_divisible,
    is_invariant,
    matmul,
    plan,
    reduced,
    require_exact,
    residues,
    row_classes,
)
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import Spectrum
from algebra.machine.memory import require_memory
from algebra.numbers.arrays import Int64, Reals
from algebra.numbers.roots_of_unity import primitive_root_of_unity
from algebra.numbers.scalar import ZERO, Scalar, added
from algebra.semiring.nodes import Column, Nodes, column, combine, concatenate

#: Entries of a work array, 64 MB of float64.
CHUNK = 1 << 23
#: Entries of a block that is freed once so that the allocator keeps work arrays, 8 MB of float64.
WORK = 1 << 20


def dense_mismatches(nodes: Nodes, target: Int64, *, how: Plan | None = None) -> Int64:
    """Return the sorted keys ``(k1, k2, k)``, ``k <= -k``, at which ``T`` is not the target."""
    return dense_check(nodes, target, how=how)()


#: In which matrix nodes ``start[g]:start[g + 1]`` have equal columns, 0, 1, 2 for c, a, b; start.
Repeats = tuple[int, Int64]


def dense_check(nodes: Nodes, target: Int64, *, how: Plan | None = None) -> Callable[[], Int64]:
    """Return what finds the mismatches: the arithmetic on the weights, all else done before."""
    group = nodes.spectrum
    assert isinstance(group, AbelianGroup)
    weights = dense(nodes)
    how = how or plan(nodes, weights)
    d, zero, every = group.order, len(weights.scalars) - 1, np.arange(group.order)
    outputs = every if how.symmetry is not None else group.representatives
    outputs = outputs[(weights.ids[2, outputs] < zero).any(axis=1) | np.isin(outputs, target % d)]
    if how.symmetry is not None:
        k1, k2, k = (group.negate(x) for x in unpack(target, d))
        target = np.union1d(target, (k1 * d + k2) * d + k)
    exponents = group.character_exponents(every[:, None], every)
    images = []
    for p, residue in residues(weights.scalars, how):
        root = primitive_root_of_unity(group.exponent, p)
        powers = np.array([pow(root, e, p) for e in range(group.exponent)], dtype=np.int64)
        images.append((p, balanced(residue, p), balanced(powers[exponents], p)))
    weights, repeats = _grouped(weights)
    # glibc gives the top of its heap back to the system whenever 128 kB of it are free, until a
    # larger block has been freed: without this the work arrays of each check are paged in anew,
    # which doubles its time.
    np.empty(WORK)

    def mismatches() -> Int64:
        if how.symmetry is not None and not is_invariant(weights, how.symmetry):
            raise ArithmeticError("the plan relies on a symmetry that these weights lack")
        step = max(1, CHUNK // max(1, d * max(weights.ids.shape[1:])))
        found = [np.empty(0, dtype=np.int64)]
        for p, scalars, characters in images:
            a, b, c = np.take(scalars, weights.ids)
            values = [reduced(matmul(characters.T, x, p), p) for x in (a, b)]
            energy = [reduced(x * x, p) for x in values]
            inverse = pow(2 * d, -1, p)
            conjugate = characters[group.negate(every)]
            for first in range(0, len(outputs), step):
                ks = outputs[first : first + step]
                t = triple(a, b, c[ks], p, repeats)
                for at_zero, squares in zip((t[:, :, 0], t[:, 0]), energy, strict=True):
                    sums = reduced(matmul(squares, c[ks].T, p), p)
                    at_zero += reduced(matmul(conjugate, sums, p), p).T * inverse
                k1, k2, k = unpack(target, d)
                row = np.searchsorted(ks, k)
                mine = ks[np.minimum(row, len(ks) - 1)] == k
                t[row[mine], k1[mine], k2[mine]] -= 1
                whole = is_divisible(t, p)
                if not whole.all():
                    row, k1, k2 = np.nonzero(~whole)
                    found.append((k1 * d + k2) * d + ks[row])
        return _closed(group, how, np.unique(np.concatenate(found)))

    return mismatches


def _grouped(weights: DenseNodes) -> tuple[DenseNodes, Repeats | None]:
    """Sort the nodes by equal columns of the matrix with fewest distinct ones, if that is few."""
    classes = [row_classes(np.ascontiguousarray(weights.ids[p].T))[0] for p in (2, 0, 1)]
    counts = [int(index.max(initial=0)) + 1 for index in classes]
    kind = int(np.argmin(counts))
    if 4 * counts[kind] > weights.ids.shape[2]:
        return weights, None
    rank = np.argsort(classes[kind], kind="stable")
    start = np.searchsorted(classes[kind][rank], np.arange(counts[kind] + 1))
    return replace(weights, ids=np.take(weights.ids, rank, axis=2)), (kind, start)


def dense_potentials(weights: DenseNodes, shape: Shape, *, how: Plan) -> Int64:
    """Return the keys ``(k1, k2, k)``, ``k <= -k``, of the potentials that do not vanish."""
    spectrum = weights.spectrum
    size = spectrum.order
    first, second, third = (weights.ids[p] for p in AXES[shape])
    every = np.arange(size)
    outputs = every if how.symmetry is not None else every[every <= spectrum.negate(every)]
    zero = len(weights.scalars) - 1
    axes = []
    for ids, indices in ((first, every), (second, every), (third, outputs)):
        live = indices[(ids[indices] != zero).any(axis=1)]
        index, firsts = row_classes(ids[live])
        axes.append((ids[live[firsts]], [live[index == i] for i in range(len(firsts))]))
    (x, at_x), (y, at_y), (z, at_z) = axes
    found = np.zeros((len(z), len(x), len(y)), dtype=bool)
    step = max(1, CHUNK // max(1, len(x) * len(y), min(len(x), len(y)) * first.shape[1]))
    for p, residue in residues(weights.scalars, how):
        a, b, c = (balanced(residue, p)[ids] for ids in (x, y, z))
        for at in range(0, len(z), step):
            found[at : at + step] |= ~is_divisible(triple(a, b, c[at : at + step], p), p)
    hits = np.argwhere(found).tolist()
    count = sum(len(at_x[i]) * len(at_y[j]) * len(at_z[h]) for h, i, j in hits)
    require_memory(
        60 * count, f"a table of {count} potentials that do not vanish", instead="use another route"
    )
    keys = [np.empty(0, dtype=np.int64)]
    for h, i, j in hits:
        inputs = (at_x[i][:, None, None] * size + at_y[j][:, None]) * size
        keys.append((inputs + at_z[h]).ravel())
    return _closed(spectrum, how, np.sort(np.concatenate(keys)))


def exact_entries(weights: DenseNodes, keys: Int64, shape: Shape) -> Column:
    """Return the exact values at the given keys, from the scalars: ``q`` products a key."""
    size = weights.spectrum.order
    first, second, third = (weights.ids[p] for p in AXES[shape])
    k1, k2, k = unpack(keys, size)
    step = max(1, (1 << 18) // max(1, first.shape[1]))
    parts = [Column(np.empty(0, dtype=np.int64), ())]
    for at in range(0, len(keys), step):
        s = slice(at, at + step)
        parts.append(_row_sums(weights.scalars, first[k1[s]], second[k2[s]], third[k[s]]))
    values = concatenate(parts)
    if shape != "T":
        return values
    group, totals = weights.spectrum, values.tolist()
    assert isinstance(group, AbelianGroup)
    every = np.arange(size)
    kinds: tuple[tuple[Shape, Int64, Int64], ...] = (("aac", k1, k2), ("bbc", k2, k1))
    for kind, m, zero in kinds:
        for i in np.flatnonzero(zero == 0).tolist():
            other = group.add(np.full(size, m[i]), group.negate(every))
            inner = exact_entries(weights, (every * size + other) * size + k[i], kind)
            totals[i] = totals[i] + added(inner.tolist()) / 2
    return column(totals)


def _row_sums(scalars: tuple[Scalar, ...], x: Int64, y: Int64, z: Int64) -> Column:
    """Return ``sum_j x y z`` per row of id matrices, each distinct triple multiplied once."""
    rows, q = x.shape
    columns = (Column(ids.ravel(), scalars) for ids in (x, y, z))
    product = reduce(partial(combine, mul), columns)
    code = np.repeat(np.arange(rows), q) * len(product.scalars) + product.ids
    distinct, count = np.unique(code, return_counts=True)
    totals = [ZERO] * rows
    for where, times in zip(distinct.tolist(), count.tolist(), strict=True):
        row, scalar = divmod(where, len(product.scalars))
        totals[row] = totals[row] + product.scalars[scalar] * times
    return column(totals)


def triple(a: Reals, b: Reals, c: Reals, p: int, repeats: Repeats | None = None) -> Reals:
    """Return ``sum_j a[k1, j] b[k2, j] c[k, j]`` modulo p, shape (k, k1, k2).

    The two matrices of fewest rows are multiplied entrywise, the third by BLAS; where columns of
    one repeat, the others are contracted over groups first.
    """
    matrices = (c, a, b)
    if repeats is not None:
        return _grouped_triple(matrices, p, repeats)
    order = sorted(range(3), key=lambda i: len(matrices[i]))
    x, y, z = (matrices[i] for i in order)
    shaped = np.empty((len(x), len(y), len(z)))
    for i, row in enumerate(x):
        shaped[i] = reduced(matmul(reduced(y * row, p), z.T, p), p)
    return shaped.transpose(np.argsort(order))


def _grouped_triple(matrices: tuple[Reals, Reals, Reals], p: int, repeats: Repeats) -> Reals:
    """Return the same as `triple`: ``sum_g m[k, g] (sum_{j in g} x[., j] y[., j])``."""
    kind, start = repeats
    others = [i for i in range(3) if i != kind]
    x, y = (matrices[i] for i in others)
    sizes = np.diff(start)
    groups = len(sizes)
    if (sizes == sizes[0]).all():  # a tenth faster for small groups
        x_groups, y_groups = (m.reshape(len(m), groups, -1).transpose(1, 0, 2) for m in (x, y))
        inner = np.matmul(x_groups, y_groups.transpose(0, 2, 1))
    else:
        inner = np.empty((groups, len(x), len(y)))
        for g, (first, last) in enumerate(pairwise(start)):
            np.matmul(x[:, first:last], y[:, first:last].T, out=inner[g])
    require_exact(int(sizes.max()), p)
    flat = reduced(inner, p).reshape(groups, -1)
    product = matmul(matrices[kind][:, start[:-1]], flat, p)
    if 2 * groups * (p // 2 + 1) ** 2 >= EXACT_FLOAT // 2:
        product = reduced(product, p)
    shaped = product.reshape(len(matrices[kind]), len(x), len(y))
    return shaped.transpose(np.argsort([kind, *others]))


def _closed(spectrum: Spectrum, how: Plan, keys: Int64) -> Int64:
    """Close sorted keys under the Galois group where one root stood for all; keep ``k <= -k``."""
    size, count = spectrum.order, 0
    while how.symmetry is not None and count != len(keys):
        count = len(keys)
        for image, _ in how.symmetry:
            k1, k2, k = (image[x] for x in unpack(keys, size))
            keys = np.union1d(keys, (k1 * size + k2) * size + k)
    k = keys % size
    return keys[k <= spectrum.negate(k)]
