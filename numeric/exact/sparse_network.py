"""Networks of few entries, as real vectors, and the function tensor of these.

The entries that may be non-zero are given by real coordinates ``w``, scaled so that ``|w|`` is the
length of the plain network's weights: ``|w|^2 = (|layera|^2 + |layerb|^2 + |layerc|^2)/d``,
constants over the outputs left out. The conditions ``T[k1,k2,k] = [k1 = k2 = k]``
(docs/theory/function-tensor.md) are cubic in ``w``, with few terms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Int64, Mask, Reals

#: Relative accuracy of a step, and the iterations that it may take.
TOLERANCE, ITERATIONS = 1e-6, 4000


@final
@dataclass(frozen=True, slots=True, eq=False)
class SparseNetwork:
    """The coordinates of networks with these entries, and the equations of zero loss.

    ``places`` are ``row, k, node`` of each entry, conjugates included, and ``embedding`` is the
    sparse matrix from ``w`` to them, ``w_c`` without ``1/2d``. Each monomial has an equation, three
    entries that are multiplied, shape (3, M), and a coefficient; each equation a target, and a
    scale that makes the squares add up to ``d^2 loss``.
    """

    group: AbelianGroup
    places: tuple[Int64, Int64, Int64]
    embedding: Any
    equation: Int64
    factors: Int64
    weight: Reals
    target: Reals
    scale: Reals

    @property
    def begin(self) -> float:
        """The penalty on the distance in the first step."""
        return 0.03

    @property
    def accurate(self) -> bool:
        """Steps are solved for almost to the precision of floats."""
        return True

    def errors(self, w: Reals) -> Reals:
        """Return ``T - target``, real parts, then imaginary ones, scaled."""
        u, v, c = (self.embedding @ w)[self.factors]
        products, size = self.weight * u * v * c, len(self.target)
        real = np.bincount(self.equation, products.real, size) - self.target
        imaginary = np.bincount(self.equation, products.imag, size)
        return np.concatenate([self.scale * real, self.scale * imaginary])

    def derivative(self, w: Reals) -> SparseDerivative:
        """Return the derivative of `errors`."""
        from scipy import sparse

        u, v, c = (self.embedding @ w)[self.factors]
        parts = self.scale[self.equation] * self.weight * np.stack([v * c, u * c, u * v])
        places = np.tile(self.equation, 3), self.factors.ravel()
        shape = len(self.target), self.embedding.shape[0]
        whole = sparse.csr_matrix((parts.ravel(), places), shape=shape) @ self.embedding
        return SparseDerivative(sparse.vstack([whole.real, whole.imag]).tocsr())

    def solved(
        self, at: SparseDerivative, right: Reals, *, weight: float, go_on: Callable[[], bool]
    ) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``."""
        from scipy.sparse.linalg import lsmr

        options = {"atol": TOLERANCE, "btol": TOLERANCE, "conlim": 0, "maxiter": ITERATIONS}
        return np.asarray(lsmr(at.matrix, right, damp=np.sqrt(weight), **options)[0])

    def coordinates(self, z: Complexes) -> Reals:
        """Return the ``w`` nearest to spectral coordinates of shape (3, d, q)."""
        length = np.asarray(abs(self.embedding).power(2).sum(axis=0)).ravel()
        found: Reals = np.real(self.embedding.conj().T @ z[self.places]) / length
        return found


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


def sparse_network(group: AbelianGroup, may: Mask) -> SparseNetwork:
    """Return the coordinates and the equations of networks with few entries.

    Args:
        group: the group of order d.
        may: which spectral coordinates may be non-zero, shape (3, d, q).

    >>> G, may = AbelianGroup("Z5"), np.zeros((3, 5, 3), dtype=bool)
    >>> may[:, [1, 4]] = True
    >>> x = sparse_network(G, may)
    >>> x.embedding.shape, len(x.target)    # 3 nodes, a_1, b_1, c_1; equations for k = 1 and 2
    ((18, 18), 10)
    """
    from scipy import sparse

    d = group.order
    row, k, node = np.nonzero(may)
    other = group.negate(k)
    first, paired = np.minimum(k, other), k != other
    # One real number for each entry at a real character, two for each pair of conjugates.
    _, at, number = np.unique(
        (row * d + first) * may.shape[2] + node, return_index=True, return_inverse=True
    )
    ends = np.cumsum(1 + paired[at])
    real = (ends - 1 - paired[at])[number]
    size = np.where(row == 2, 2.0 * d, 1.0) / np.where(paired, np.sqrt(2), 1.0)
    turned = 1j * (size * np.where(k == first, 1, -1))[paired]
    every = np.arange(len(row))
    places = np.append(every, every[paired]), np.append(real, real[paired] + 1)
    shape = len(row), int(ends[-1]) if len(ends) else 0
    embedding = sparse.csr_matrix((np.append(size + 0j, turned), places), shape=shape)
    # The products of two inputs of a node and an output, of each {k, -k} one.
    codes, factors, weights = [], [], []
    kept = (row < 2) | (k == first)
    for j in range(may.shape[2]):
        a, b, c = (np.flatnonzero((node == j) & (row == p) & kept) for p in range(3))
        for left, right, kind in ((a, b, 0), (a, a, 1), (b, b, 2)):
            x, y, z = (i.ravel() for i in np.meshgrid(left, right, c, indexing="ij"))
            both, zero = group.add(k[x], k[y]), np.zeros_like(x)
            k1, k2 = ((k[x], k[y]), (both, zero), (zero, both))[kind]
            codes.append((k1 * d + k2) * d + k[z])
            factors.append(np.stack([x, y, z]))
            weights.append(np.full(len(x), 0.5 if kind else 1.0))
    wanted = group.representatives[group.representatives > 0]
    codes.append((wanted * d + wanted) * d + wanted)
    keys, equation = np.unique(np.concatenate(codes), return_inverse=True)
    target = np.zeros(len(keys))
    target[equation[-len(wanted) :]] = 1.0
    outputs = keys % d
    return SparseNetwork(
        group=group,
        places=(row, k, node),
        embedding=embedding,
        equation=equation[: -len(wanted)],
        factors=np.concatenate(factors, axis=1),
        weight=np.concatenate(weights),
        target=target,
        scale=np.sqrt(d * np.where(group.negate(outputs) == outputs, 1.0, 2.0)),
    )
