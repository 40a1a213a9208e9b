"""Networks whose nodes read few frequencies, as sparse real vectors, and the tensor of these.

The weights' entries that may be non-zero are the coordinates of a real vector ``x``, scaled so
that its length is that of the plain network's weights: ``|x|^2 = (|layera|^2 + |layerb|^2 +
|layerc|^2)/d``, constants over the outputs left out. The conditions ``T[k1,k2,k] =
[k1 = k2 = k]`` (docs/function-tensor.md) are cubic in ``x``, with few terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Int64, Reals


@final
@dataclass(frozen=True, slots=True)
class SparseNode:
    """Which entries of a node may be non-zero.

    Args:
        column: the node's column in the weights.
        reads: the frequencies it reads, the smaller of each ``{k, -k}``; 0 is a constant.
        outputs: the frequencies it writes to, the smaller of each ``{k, -k}``.
    """

    column: int
    reads: tuple[int, ...]
    outputs: tuple[int, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class SparseNetwork:
    """The coordinates of networks with given nodes, and the equations of zero loss.

    Args:
        group: the group.
        nodes: the nodes.
        row: by entry, conjugates included: 0, 1, 2 for ``a, b, c``.
        k: by entry, the character.
        node: by entry, the number of the node.
        embedding: sparse complex matrix, from ``x`` to the entries, ``w_c`` without ``1/2d``.
        equation: by monomial, the number of its equation.
        factors: by monomial, the three entries that are multiplied; shape (3, M).
        weight: by monomial, its coefficient, 1 or 1/2.
        keys: by equation, ``(k1, k2, k)``; shape (3, number of equations).
        target: by equation, 1 or 0.
    """

    group: AbelianGroup
    nodes: tuple[SparseNode, ...]
    row: Int64
    k: Int64
    node: Int64
    embedding: Any
    equation: Int64
    factors: Int64
    weight: Reals
    keys: Int64
    target: Reals

    def residual(self, x: Reals) -> Complexes:
        """Return ``T - target`` by equation."""
        z = self.embedding @ x
        products = self.weight * z[self.factors[0]] * z[self.factors[1]] * z[self.factors[2]]
        size = len(self.target)
        gap = np.empty(size, dtype=np.complex128)
        gap.real = np.bincount(self.equation, products.real, size) - self.target
        gap.imag = np.bincount(self.equation, products.imag, size)
        return gap

    def jacobian(self, x: Reals) -> Any:
        """Return the derivative of the real and the imaginary parts of `residual`, sparse."""
        from scipy import sparse

        z = self.embedding @ x
        u, v, w = z[self.factors]
        parts = np.concatenate([v * w, u * w, u * v]) * np.tile(self.weight, 3)
        shape = (len(self.target), len(z))
        rows = np.tile(self.equation, 3)
        complex_ = sparse.csr_matrix((parts, (rows, self.factors.ravel())), shape=shape)
        whole = complex_ @ self.embedding
        return sparse.vstack([whole.real, whole.imag]).tocsr()

    def coordinates(self, z: Complexes) -> Reals:
        """Return ``x`` of the entries' values among spectral coordinates of shape (3, d, q).

        What lies elsewhere in ``z`` is left out: this is the nearest point.
        """
        columns = np.array([x.column for x in self.nodes], dtype=np.int64)
        values = z[self.row, self.k, columns[self.node]]
        adjoint = self.embedding.conj().T
        length = (abs(self.embedding).power(2)).sum(axis=0)
        solved = np.real(adjoint @ values) / np.asarray(length).ravel()
        return np.asarray(solved, dtype=np.float64)


def sparse_network(group: AbelianGroup, nodes: Sequence[SparseNode]) -> SparseNetwork:
    """Return the coordinates and the equations of networks with these nodes.

    >>> G = AbelianGroup("Z5")
    >>> x = sparse_network(G, [SparseNode(j, (1,), (1,)) for j in range(3)])
    >>> x.embedding.shape, len(x.target)    # 3 nodes, a_1, b_1, c_1; equations for k = 1 and 2
    ((18, 18), 10)
    """
    from scipy import sparse

    d = group.order
    negative = group.negate(np.arange(d))
    row: list[int] = []
    k: list[int] = []
    node: list[int] = []
    terms: list[tuple[int, int, complex]] = []
    size = 0
    inputs: list[tuple[list[int], list[int]]] = []
    outputs: list[list[int]] = []

    def add(p: int, m: int, j: int) -> list[int]:
        """Add an entry with its conjugate; return the numbers of both."""
        nonlocal size
        scale = 2.0 * d if p == 2 else 1.0
        numbers = []
        paired = int(negative[m]) != m
        for at, sign in ((m, 1), (int(negative[m]), -1)) if paired else ((m, 1),):
            numbers.append(len(row))
            row.append(p)
            k.append(at)
            node.append(j)
            if paired:
                terms.append((numbers[-1], size, scale / np.sqrt(2)))
                terms.append((numbers[-1], size + 1, sign * 1j * scale / np.sqrt(2)))
            else:
                terms.append((numbers[-1], size, scale))
        size += 2 if paired else 1
        return numbers

    for j, one in enumerate(nodes):
        pair: tuple[list[int], list[int]] = ([], [])
        for p in (0, 1):
            for m in one.reads:
                pair[p].extend(add(p, m, j))
        inputs.append(pair)
        outputs.append([add(2, m, j)[0] for m in one.outputs])
    at = np.array(k, dtype=np.int64)
    pieces: list[tuple[Int64, Int64, Int64, Reals]] = []
    for (a, b), c in zip(inputs, outputs, strict=True):
        if not c:
            continue
        for left, right, kind in ((a, b, 0), (a, a, 1), (b, b, 2)):
            i, j2, o = (x.ravel() for x in np.meshgrid(left, right, c, indexing="ij"))
            if not len(i):
                continue
            both = group.add(at[i], at[j2])
            zero = np.zeros_like(both)
            k1, k2 = ((at[i], at[j2]), (both, zero), (zero, both))[kind]
            weight = np.full(len(i), 1.0 if kind == 0 else 0.5)
            pieces.append(((k1 * d + k2) * d + at[o], np.stack([i, j2, o]), o, weight))
    wanted = group.representatives
    wanted = wanted[wanted > 0]
    code = np.concatenate([*(x[0] for x in pieces), (wanted * d + wanted) * d + wanted])
    keys, equation = np.unique(code, return_inverse=True)
    target = np.zeros(len(keys))
    target[equation[len(equation) - len(wanted) :]] = 1.0
    numbers, columns, values = zip(*terms, strict=True) if terms else ((), (), ())
    embedding = sparse.csr_matrix(
        (np.array(values, dtype=complex), (numbers, columns)), shape=(len(row), size)
    )
    return SparseNetwork(
        group=group,
        nodes=tuple(nodes),
        row=np.array(row, dtype=np.int64),
        k=at,
        node=np.array(node, dtype=np.int64),
        embedding=embedding,
        equation=equation[: len(equation) - len(wanted)].astype(np.int64),
        factors=np.concatenate([x[1] for x in pieces], axis=1) if pieces else np.zeros((3, 0), int),
        weight=np.concatenate([x[3] for x in pieces]) if pieces else np.zeros(0),
        keys=np.stack([keys // d**2, keys // d % d, keys % d]),
        target=target,
    )
