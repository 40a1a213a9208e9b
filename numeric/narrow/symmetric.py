"""Networks that a symmetry permutes are given by the nodes that represent their orbits: each weight
is a linear form in unknowns. Solutions that are degenerate among all networks can be regular among
the invariant ones; without a symmetry each node is an orbit.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd, prod
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.target import Target
from algebra.numbers.arrays import Reals
from numeric.narrow.orbits import Kind, Orbit, classes, orbit_types
from numeric.narrow.problem import Problem, products
from numeric.narrow.signed_symmetry import SignedSymmetry

#: Starts that share the structure of their orbits.
BLOCK = 10


@final
@dataclass(frozen=True, eq=False)
class Structure:
    """Networks made of orbits: every weight is a linear form in unknowns."""

    symmetry: SignedSymmetry
    orbits: tuple[Orbit, ...]
    target: Target

    @cached_property
    def width(self) -> int:
        """The number of nodes."""
        return sum(len(orbit.cosets) for orbit in self.orbits)

    @cached_property
    def unknowns(self) -> int:
        """How many there are."""
        return sum(orbit.unknowns for orbit in self.orbits)

    @cached_property
    def forms(self) -> Any:
        """The weights by the unknowns: a sparse matrix with a row for each entry of each node."""
        from scipy import sparse

        d, q = self.symmetry.group.order, self.width
        blocks = []
        for orbit in self.orbits:
            columns = sparse.csr_matrix(orbit.basis)
            nodes = []
            for inputs, outputs in orbit.cosets:
                there = np.array([*inputs, *(2 * d + g for g in outputs)])
                nodes.append(columns[np.argsort(there)])
            blocks.append(sparse.vstack(nodes))
        by_node = sparse.block_diag(blocks, format="csr")
        return by_node[np.arange(3 * d * q).reshape(q, 3 * d).T.ravel()]

    @cached_property
    def outputs(self) -> NDArray[np.bool_]:
        """Which unknowns are output weights."""
        d, q = self.symmetry.group.order, self.width
        found = np.zeros(self.unknowns, dtype=np.bool_)
        found[self.forms[2 * d * q :].indices] = True
        return found

    @cached_property
    def right(self) -> Reals:
        """The outputs that are wanted, without their means where these are free."""
        d = self.symmetry.group.order
        one = np.eye(d) if self.target == "onehot" else np.eye(d) - 1 / d
        return np.asarray(one[products(self.symmetry.group)])

    def weights(self, points: Reals) -> tuple[Reals, Reals, Reals]:
        """Return ``a, b, c`` as functions, of shape ``(starts, d, q)``."""
        d = self.symmetry.group.order
        z = np.asarray((self.forms @ points.T).T, dtype=np.float64)
        z = z.reshape(len(points), 3 * d, self.width)
        a, b, c = z[:, :d], z[:, d : 2 * d], z[:, 2 * d :]
        return a, b, c - c.mean(axis=1, keepdims=True) if self.target == "projected" else c

    def draw(self, numbers: Sequence[int], seed: int) -> Reals:
        """Return random starts: normal inputs, and output weights fitted to them."""
        drawn = [np.random.default_rng((seed, i)).normal(size=self.unknowns) for i in numbers]
        u = np.stack(drawn) * ~self.outputs
        slope, normal = self.normal(u, self.residuals(u))
        gram = normal[:, self.outputs][:, :, self.outputs]
        size = gram.shape[1]
        gram += (
            1e-3 * (1e-9 + np.trace(gram, axis1=1, axis2=2))[:, None, None] / size * np.eye(size)
        )
        u[:, self.outputs] = np.linalg.solve(gram, -slope[:, self.outputs, None])[..., 0]
        return u

    def residuals(self, points: Reals) -> Reals:
        """Return the outputs of each pair that are too many, shape ``(starts, d, d, d)``."""
        h, c = self._hidden(points)
        return np.asarray(h**2 @ np.swapaxes(c, 1, 2)[:, None] - self.right)

    def normal(self, points: Reals, residual: Reals) -> tuple[Reals, Reals]:
        """Return ``J^T r`` and ``J^T J`` for the derivative ``J`` of the residuals by the unknowns.

        All inner products of columns of ``J`` are Gram matrices of ``h = a + b``, ``h^2`` and c.
        """
        h, c = self._hidden(points)
        starts, d, _, q = h.shape
        squares, both = h**2, np.swapaxes(c, 1, 2) @ c
        inner = 2 * h * (residual @ c[:, None])
        outputs = np.einsum("sxyg,sxyj->sgj", residual, squares)
        slope = np.stack([inner.sum(axis=2), inner.sum(axis=1), outputs], axis=1)
        whole = np.empty((3, d, q, starts, 3, d, q))
        whole[:2, :, :, :, :2] = 0
        x = np.arange(d)
        for p, axes in enumerate([(0, 1, 3, 2), (0, 2, 3, 1)]):
            turned = h.transpose(axes)
            grams = turned @ turned.swapaxes(2, 3)
            whole[p, x, :, :, p, x] = 4 * (both[:, None] * grams).transpose(1, 2, 0, 3)
            mixed = turned @ squares.transpose(axes).swapaxes(2, 3)
            whole[p, :, :, :, 2] = np.einsum("sgj,sxjl->xjsgl", 2 * c, mixed)
        whole[0, :, :, :, 1] = np.einsum("sjl,sxyj,sxyl->xjsyl", 4 * both, h, h)
        whole[1, :, :, :, 0] = whole[0, :, :, :, 1].transpose(3, 4, 2, 0, 1)
        whole[2, :, :, :, :2] = whole[:2, :, :, :, 2].transpose(4, 5, 3, 0, 1, 2)
        flat = squares.reshape(starts, d * d, q)
        free = np.eye(d) - (self.target == "projected") / d
        grams = np.swapaxes(flat, 1, 2) @ flat
        whole[2, :, :, :, 2] = np.einsum("gk,sjl->gjskl", free, grams)
        rows, n = self.forms.T, self.unknowns
        half = (rows @ whole.reshape(3 * d * q, -1)).reshape(n, starts, -1).transpose(2, 1, 0)
        normal = (rows @ half.reshape(3 * d * q, -1)).reshape(n, starts, n).transpose(1, 0, 2)
        return (rows @ slope.reshape(starts, -1).T).T, normal

    def step(self, points: Reals, residual: Reals, damping: Reals) -> tuple[Reals, Reals]:
        """Return the damped Gauss-Newton step, and by how much it should lower the loss."""
        slope, normal = self.normal(points, residual)
        # A floor relative to the size keeps a matrix that is singular to rounding solvable.
        floor = 1e-14 * np.trace(normal, axis1=1, axis2=2)
        normal = normal + np.maximum(damping, floor)[:, None, None] * np.eye(self.unknowns)
        move = -np.linalg.solve(normal, slope[..., None])[..., 0]
        predicted = -(move * slope).sum(axis=1) + damping * (move**2).sum(axis=1)
        return np.asarray(move, dtype=np.float64), predicted

    def size(self, points: Reals) -> Reals:
        """Return the largest ``max|c_j| max|a_j + b_j|^2`` over the nodes of each network."""
        a, b, c = self.weights(points)
        s = np.maximum(np.abs(a.max(1) + b.max(1)), np.abs(a.min(1) + b.min(1)))
        return np.asarray((s**2 * np.abs(c).max(axis=1)).max(axis=-1), dtype=np.float64)

    def _hidden(self, points: Reals) -> tuple[Reals, Reals]:
        """Return ``a_j(x) + b_j(y)``, shape ``(starts, d, d, q)``, and ``c_j(g)``."""
        a, b, c = self.weights(points)
        return a[:, :, None] + b[:, None], c


def structure(problem: Problem, start: int, *, seed: int) -> Structure:
    """Return the structure of a start; without a symmetry each node is an orbit.

    ``BLOCK`` starts share a structure, which depends on the seed and the number of the block alone.
    All structures, the multisets of types of orbits that fill the width, take turns, in an order
    that the seed gives: after as many blocks as there are structures each one has been tried. A
    symmetry that does not go with the support is a ValueError.
    """
    symmetry = SignedSymmetry.parse(problem.group, problem.symmetry)
    choices = [_choice(symmetry, kind, count) for kind, count in classes(problem, symmetry)]
    total = prod(ways[0][-1] for _, ways in choices)
    rng = random.Random(seed)
    step = next(x for x in iter(lambda: rng.randrange(1, total + 1), None) if gcd(x, total) == 1)
    number = (rng.randrange(total) + start // BLOCK * step) % total
    chosen: list[Orbit] = []
    for types, ways in choices:
        number, at = divmod(number, ways[0][-1])
        chosen += _multiset(types, ways, at)
    return Structure(symmetry, tuple(chosen), problem.target)


def _choice(
    symmetry: SignedSymmetry, kind: Kind | None, count: int
) -> tuple[tuple[Orbit, ...], list[list[int]]]:
    """Return the types of orbits of a kind, and by ``i`` and number of nodes, so many at most, how
    many multisets of the types from ``i`` on have it.
    """
    types = orbit_types(symmetry, kind=kind)
    sizes = [len(orbit.cosets) for orbit in types]
    ways = [[1] + [0] * count]
    for size in reversed(sizes):
        row = list(ways[0])
        for left in range(size, count + 1):
            row[left] += row[left - size]
        ways.insert(0, row)
    if not ways[0][count]:
        raise ValueError(
            f"symmetry={symmetry.text!r}: {count} nodes are '{kind}' or what it is taken to, "
            f"and such nodes come in orbits of {', '.join(map(str, sorted(set(sizes))))}; pass "
            f"a number of them that these add up to"
        )
    return types, ways


def _multiset(types: Sequence[Orbit], ways: list[list[int]], number: int) -> list[Orbit]:
    """Return the multiset of this number."""
    chosen, left = [], len(ways[0]) - 1
    for orbit, fewer in zip(types, ways, strict=False):
        size = len(orbit.cosets)
        while size <= left and number < fewer[left - size]:
            chosen.append(orbit)
            left -= size
        if size <= left:
            number -= fewer[left - size]
    return chosen
