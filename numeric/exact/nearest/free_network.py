"""The errors of a network with all weights free, and their derivative.

With ``h_j(x, y) = a_j(x) + b_j(y)`` the plain network's errors are ``F = sum_j c_j h_j^2 -
target``, means over the outputs removed, and a direction ``a', b', c'`` changes them by

    J (a', b', c') = sum_j 2 c_j h_j (a'_j + b'_j) + c'_j h_j^2.

``J`` is never formed: its products are a few products of matrices of ``d^2`` rows and ``q``
columns. Nothing here depends on the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Reals

#: Products of matrices are taken in pieces of so many multiplications. Libraries divide larger
#: ones among threads, and the last digits of the sums then differ with the number of threads.
PIECE = 1 << 18
#: Rows of a block, when a matrix is factored: the product of two such is one piece.
BLOCK = 64
#: Multiplications of all products with ``J`` together, about: one or two minutes.
WORK = 5e11
#: A step's conjugate gradients end when the gradient is this part of what errors of their size may
#: have, without preconditioner and with it, or after so many.
TOLERANCE, TURNED_TOLERANCE, ITERATIONS = 1e-5, 1e-3, 1000
#: Where they did not end, the smaller Gram matrix is factored if it has no more rows: 300 MB.
AFFORDABLE = 6000
#: What is added to the diagonal of a preconditioner, relative to its mean.
FLOOR = 1e-4


@final
class FreeNetwork:
    """The errors of networks over a group; weights have shape (3, d, q), ``w_c`` with its ``1/2d``.

    Steps are found by conjugate gradients, at ``4 d^3 q`` multiplications an iteration. Where
    these do not end, the smaller Gram matrix is factored if it is small enough; else they are
    preconditioned.

    Args:
        group: the group.
        width: ``q``.
    """

    begin = 0.1

    def __init__(self, group: AbelianGroup, width: int) -> None:
        d = group.order
        x = np.arange(d)
        self.group = group
        self.target = (np.eye(d) - 1 / d)[group.add(x[:, None], x[None])]
        rows = min(3 * d * width, d**3)
        self.affordable = rows <= AFFORDABLE
        # At once where that costs no more than conjugate gradients may.
        self.hard = rows**3 / 3 <= 4 * d**3 * width * ITERATIONS
        self.left = float(WORK // (4 * d**3 * width))

    @property
    def accurate(self) -> bool:
        """Whether Gram matrices are factored."""
        return self.hard and self.affordable

    def errors(self, w: Reals) -> Reals:
        """Return ``F``, shape (d, d, d) for ``x, y, g``."""
        gap: Reals = product(_hidden(w) ** 2, _centred(w[2]).T) - self.target
        return gap

    def derivative(self, w: Reals) -> Derivative:
        """Return ``J`` at these weights."""
        h = _hidden(w)
        return Derivative(2 * h, h**2, _centred(w[2]))

    def solved(
        self, at: Derivative, right: Reals, *, weight: float, go_on: Callable[[], bool]
    ) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``."""
        if self.accurate:
            try:
                return at.solved(right, weight=weight)
            except np.linalg.LinAlgError:  # not positive to the precision of floats
                self.affordable = False
        turn = at.preconditioner(weight) if self.hard else lambda g: g
        tolerance, largest = (TURNED_TOLERANCE, 1.0) if self.hard else (TOLERANCE, 0.0)
        rest = right.copy()
        gradient = at.back(rest)
        direction = turned = turn(gradient)
        u = np.zeros_like(gradient)
        power = float((gradient * turned).sum())
        for count in range(1, int(min(self.left, ITERATIONS)) + 1):
            if not power > 0:
                break
            image = at.along(direction)
            length = float((direction**2).sum())
            curved = float((image**2).sum()) + weight * length
            if not self.hard:
                largest = max(largest, curved / length)
            u += power / curved * direction
            rest -= power / curved * image
            gradient = at.back(rest) - weight * u
            turned = turn(gradient)
            old, power = power, float((gradient * turned).sum())
            direction = turned + power / old * direction
            self.left -= 1
            missing = float((rest**2).sum() + weight * (u**2).sum())
            if power < tolerance**2 * largest * missing:
                break
            if count % 50 == 0 and not go_on():
                break
        else:
            self.hard = True
        return u


@final
@dataclass(frozen=True, slots=True, eq=False)
class Derivative:
    """``J`` at weights ``w``, as a map and its transpose, and its Gram matrices.

    Args:
        doubled: ``2 h``, shape (d, d, q).
        squares: ``h^2``, of the same shape.
        c: ``w_c`` without constants over the outputs, shape (d, q).
    """

    doubled: Reals
    squares: Reals
    c: Reals

    def along(self, v: Reals) -> Reals:
        """Return ``J v``, shape (d, d, d)."""
        moved: Reals = product(self.doubled * _hidden(v), self.c.T)
        moved += product(self.squares, _centred(v[2]).T)
        return moved

    def back(self, r: Reals) -> Reals:
        """Return ``J^T r``, shape (3, d, q)."""
        inner = self.doubled * product(r, self.c)
        outputs = product(r.swapaxes(1, 2), self.squares).sum(axis=0)
        return np.stack([inner.sum(axis=1), inner.sum(axis=0), _centred(outputs)])

    def mean_square(self) -> float:
        """Return the mean square of a column of ``J``."""
        d, q = self.c.shape
        inputs = 2 * ((self.doubled**2).sum(axis=(0, 1)) * (self.c**2).sum(axis=0)).sum()
        return float((inputs + (d - 1) * (self.squares**2).sum()) / (3 * d * q))

    def preconditioner(self, weight: float) -> Callable[[Reals], Reals]:
        """Return about the inverse of ``J^T J + weight``: exact in the outputs alone.

        Squares of nodes that read the same frequency are nearly dependent, and these are the
        directions in which conjugate gradients are slow.
        """
        gram = self._squares_gram()
        each = np.diag_indices_from(gram)
        gram[each] += weight + FLOOR * gram[each].mean()
        inverse = _inverse(gram)
        scale = self.mean_square() + weight
        return lambda g: np.stack([g[0] / scale, g[1] / scale, product(g[2:], inverse)[0]])

    def _squares_gram(self) -> Reals:
        gram = np.zeros((self.c.shape[1],) * 2)
        for x in self.squares:
            gram += product(x.T[None], x)[0]
        return gram

    def solved(self, right: Reals, *, weight: float) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``, by factoring."""
        d, q = self.c.shape
        if 3 * d * q > d**3:
            dual = factored_solution(self.of_errors(), right.ravel(), weight=weight)
            return self.back(dual.reshape(right.shape))
        u = factored_solution(self.of_weights(), self.back(right).ravel(), weight=weight)
        return u.reshape(3, d, q)

    def of_weights(self) -> Reals:
        """Return ``J^T J``, shape (3dq, 3dq)."""
        d, q = self.c.shape
        c, h = self.c, self.doubled
        outputs = product(c.T[None], c)[0]
        whole = np.zeros((3, d, q, 3, d, q))
        for x in range(d):
            left, right = h[x], np.ascontiguousarray(h[:, x])
            whole[0, x, :, 0, x] = outputs * product(left.T[None], left)[0]
            whole[1, x, :, 1, x] = outputs * product(right.T[None], right)[0]
            for y in range(d):
                whole[0, x, :, 1, y] = outputs * np.outer(h[x, y], h[x, y])
            ones = (
                product(left.T[None], self.squares[x])[0],
                product(right.T[None], np.ascontiguousarray(self.squares[:, x]))[0],
            )
            for p in (0, 1):
                whole[p, x, :, 2] = np.einsum("gj,jl->jgl", c, ones[p])
        both = self._squares_gram()
        for g in range(d):
            whole[2, :, :, 2, g] = -both / d
            whole[2, g, :, 2, g] += both
        whole[1, :, :, 0] = whole[0, :, :, 1].transpose(2, 3, 0, 1)
        whole[2, :, :, :2] = whole[:2, :, :, 2].transpose(3, 4, 0, 1, 2)
        return whole.reshape(3 * d * q, 3 * d * q)

    def of_errors(self) -> Reals:
        """Return ``J J^T``, shape (d^3, d^3)."""
        d, q = self.c.shape
        whole = np.zeros((d, d, d, d, d, d))
        for x in range(d):
            rows = (self.doubled[x], whole[x, :, :, x]), (self.doubled[:, x], whole[:, x, :, :, x])
            for part, at in rows:
                one = (part[:, None] * self.c).reshape(d * d, q)
                at += product(one[None], one.T)[0].reshape(d, d, d, d)
        squares = self.squares.reshape(d * d, q)
        both = product(squares[None], squares.T)[0].reshape(d, d, d, d)
        for g in range(d):
            whole[:, :, g, :, :, :] -= both[:, :, :, :, None] / d
            whole[:, :, g, :, :, g] += both
        return whole.reshape(d**3, d**3)


def product(x: Reals, y: Reals) -> Reals:
    """Return ``x @ y`` for stacks of matrices ``x``, in pieces not divided among threads."""
    (inner, wide), tall = y.shape[-2:], max(x.shape[1], 1)
    rows = max(min(BLOCK, tall), PIECE // (inner * wide))
    columns = max(1, PIECE // (rows * inner))
    if rows >= tall and columns >= wide:
        return x @ y
    whole = np.empty((*x.shape[:2], wide))
    for i in range(0, tall, rows):
        for k in range(0, wide, columns):
            part = x[:, i : i + rows] @ y[..., k : k + columns]
            whole[:, i : i + rows, k : k + columns] = part
    return whole


def factored_solution(gram: Reals, right: Reals, *, weight: float) -> Reals:
    """Return ``(gram + weight)^-1 right`` by Cholesky's factors, block by block; uses up ``gram``.

    >>> gram = np.array([[2.0, 1.0], [1.0, 2.0]])
    >>> factored_solution(gram, np.array([1.0, 0.0]), weight=1.0)
    array([ 0.375, -0.125])
    """
    n = len(gram)
    gram[np.diag_indices(n)] += weight
    starts = range(0, n, BLOCK)
    inverses = []
    x = right.copy()
    for i in starts:
        j = min(i + BLOCK, n)
        # Positive but for rounding: weights that small have no effect on what is solved.
        lower = np.linalg.cholesky(gram[i:j, i:j] + 1e-14 * np.eye(j - i) * gram.max())
        inverses.append(np.linalg.inv(lower))
        gram[j:, i:j] = product(gram[None, j:, i:j], inverses[-1].T)[0]
        for k in range(j, n, BLOCK):
            gram[k:, k : k + BLOCK] -= product(gram[None, k:, i:j], gram[k : k + BLOCK, i:j].T)[0]
        x[i:j] = inverses[-1] @ x[i:j]
        x[j:] -= (gram[j:, i:j] * x[i:j]).sum(axis=1)
    for i, inverse in zip(reversed(starts), reversed(inverses), strict=True):
        j = min(i + BLOCK, n)
        x[i:j] = inverse.T @ (x[i:j] - (gram[j:, i:j] * x[j:, None]).sum(axis=0))
    return x


def _inverse(gram: Reals) -> Reals:
    """Return the inverse of a positive matrix, row by row; uses it up."""
    for i in range(len(gram)):
        row = gram[i] / gram[i, i]
        column = gram[:, i].copy()
        gram -= column[:, None] * row
        gram[i] = row
        gram[:, i] = -column / column[i]
        gram[i, i] = 1 / column[i]
    return gram


def _hidden(w: Reals) -> Reals:
    """Return ``a_j(x) + b_j(y)``, shape (d, d, q)."""
    h: Reals = w[0][:, None] + w[1][None]
    return h


def _centred(c: Reals) -> Reals:
    centred: Reals = c - c.mean(axis=0)
    return centred
