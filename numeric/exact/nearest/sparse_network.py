"""Networks whose nodes read few frequencies, as sparse real vectors, and the tensor of these.

The weights' entries that may be non-zero are the coordinates of a real vector ``w``, scaled so
that its length is that of the plain network's weights: ``|w|^2 = (|layera|^2 + |layerb|^2 +
|layerc|^2)/d``, constants over the outputs left out. The conditions ``T[k1,k2,k] =
[k1 = k2 = k]`` (docs/theory/function-tensor.md) are cubic in ``w``, with few terms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Int64, Reals

#: Relative accuracy of a step, and the iterations that it may take.
TOLERANCE, ITERATIONS = 1e-6, 4000


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
@dataclass(frozen=True, eq=False)
class SparseNetwork:
    """The coordinates of networks with given nodes, and the equations of zero loss.

    Args:
        group: the group.
        nodes: the nodes.
        row: by entry, conjugates included: 0, 1, 2 for ``a, b, c``.
        k: by entry, the character.
        node: by entry, the number of the node.
        embedding: sparse complex matrix, from ``w`` to the entries, ``w_c`` without ``1/2d``.
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

    left = np.inf
    accurate = True
    begin = 0.03

    @property
    def scale(self) -> Reals:
        """What makes of real and imaginary parts errors whose squares add up to ``d^2 loss``."""
        k = self.keys[2]
        both = np.where(self.group.negate(k) == k, 1.0, 2.0)
        return np.tile(np.sqrt(self.group.order * both), 2)

    def errors(self, w: Reals) -> Reals:
        """Return ``T - target``, real and imaginary parts, scaled."""
        z = self.embedding @ w
        products = self.weight * z[self.factors[0]] * z[self.factors[1]] * z[self.factors[2]]
        size = len(self.target)
        real = np.bincount(self.equation, products.real, size) - self.target
        imaginary = np.bincount(self.equation, products.imag, size)
        errors: Reals = self.scale * np.concatenate([real, imaginary])
        return errors

    def derivative(self, w: Reals) -> SparseDerivative:
        """Return the derivative of `errors`."""
        from scipy import sparse

        z = self.embedding @ w
        u, v, c = z[self.factors]
        parts = np.concatenate([v * c, u * c, u * v]) * np.tile(self.weight, 3)
        shape = (len(self.target), len(z))
        rows = np.tile(self.equation, 3)
        whole = sparse.csr_matrix((parts, (rows, self.factors.ravel())), shape=shape)
        whole = whole @ self.embedding
        return SparseDerivative(
            sparse.diags(self.scale) @ sparse.vstack([whole.real, whole.imag]).tocsr()
        )

    def solved(
        self, at: SparseDerivative, right: Reals, *, weight: float, go_on: Callable[[], bool]
    ) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``."""
        from scipy.sparse.linalg import lsmr

        damp = np.sqrt(weight)
        options = {"atol": TOLERANCE, "btol": TOLERANCE, "conlim": 0, "maxiter": ITERATIONS}
        return np.asarray(lsmr(at.matrix, right, damp=damp, **options)[0])

    def places(self) -> tuple[Int64, Int64, Int64]:
        """Return where the entries are among spectral coordinates of shape (3, d, q)."""
        columns = np.array([x.column for x in self.nodes], dtype=np.int64)
        return self.row, self.k, columns[self.node]

    def coordinates(self, z: Complexes) -> Reals:
        """Return ``w`` of the entries' values among spectral coordinates of shape (3, d, q).

        What lies elsewhere in ``z`` is left out: this is the nearest point.
        """
        adjoint = self.embedding.conj().T
        length = (abs(self.embedding).power(2)).sum(axis=0)
        solved = np.real(adjoint @ z[self.places()]) / np.asarray(length).ravel()
        return np.asarray(solved, dtype=np.float64)


@final
@dataclass(frozen=True, slots=True, eq=False)
class SparseDerivative:
    """A sparse matrix ``J``."""

    matrix: Any

    def along(self, v: Reals) -> Reals:
        """Return ``J v``."""
        return np.asarray(self.matrix @ v)

    def mean_square(self) -> float:
        """Return the mean square of a column."""
        return float((self.matrix.data**2).sum() / self.matrix.shape[1])


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
