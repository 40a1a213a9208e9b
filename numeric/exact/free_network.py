"""The errors of a network with all weights free, and their derivative.

With ``h_j(x, y) = a_j(x) + b_j(y)`` the plain network's errors are ``F = sum_j c_j h_j^2 -
target``, means over the outputs removed, and a direction ``a', b', c'`` changes them by

    J (a', b', c') = sum_j 2 c_j h_j (a'_j + b'_j) + c'_j h_j^2.

``J`` is never formed: its products are a few products of matrices of ``d^2`` rows and ``q``
columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64, Reals

#: A step's conjugate gradients end when the gradient is this part of what errors of their size may
#: have, without preconditioner and with it, or after so many.
TOLERANCE, TURNED_TOLERANCE, ITERATIONS = 1e-5, 1e-3, 1000
#: Where they did not end, the smaller Gram matrix is factored if it has no more rows: 300 MB.
AFFORDABLE = 6000
#: What is added to the diagonal of a preconditioner, relative to its mean.
FLOOR = 1e-4


class StoppedError(Exception):
    """Raised where a step is not to be finished."""


@final
class FreeNetwork:
    """The errors of networks of so many nodes over a group, or another table of right answers.

    Weights have shape (3, d, q), ``w_c`` with its ``1/2d``. Steps are found by conjugate gradients,
    at ``4 d^3 q`` multiplications an iteration. Where these do not end, the smaller Gram matrix is
    factored if it is small enough; else they are preconditioned.
    """

    def __init__(self, group: AbelianGroup, width: int, *, table: Int64 | None = None) -> None:
        d = group.order
        self.group = group
        right = group.products if table is None else table
        self.target = (np.eye(d) - 1 / d)[right]
        rows = min(3 * d * width, d**3)
        self.affordable = rows <= AFFORDABLE
        # At once where that costs no more than conjugate gradients may.
        self.hard = rows**3 / 3 <= 4 * d**3 * width * ITERATIONS

    def errors(self, w: Reals) -> Reals:
        """Return ``F``, shape (d, d, d) for ``x, y, g``."""
        gap: Reals = _hidden(w) ** 2 @ _centred(w[2]).T - self.target
        return gap

    def derivative(self, w: Reals) -> Derivative:
        """Return ``J`` at these weights."""
        h = _hidden(w)
        return Derivative(2 * h, h**2, _centred(w[2]))

    def mean_square(self, at: Derivative) -> float:
        """Return the mean square of a column of ``J``."""
        d, q = at.c.shape
        inputs = 2 * ((at.doubled**2).sum(axis=(0, 1)) * (at.c**2).sum(axis=0)).sum()
        return float((inputs + (d - 1) * (at.squares**2).sum()) / (3 * d * q))

    def solved(
        self, at: Derivative, right: Reals, *, weight: float, go_on: Callable[[], bool]
    ) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``."""
        if self.hard and self.affordable:
            try:
                return at.solved(right, weight=weight)
            except np.linalg.LinAlgError:  # not positive to the precision of floats
                self.affordable = False
        scale = self.mean_square(at) + weight
        turn = at.preconditioner(weight, scale) if self.hard else lambda g: g
        tolerance, largest = (TURNED_TOLERANCE, 1.0) if self.hard else (TOLERANCE, 0.0)
        rest = right.copy()
        gradient = at.back(rest)
        direction = turned = turn(gradient)
        u = np.zeros_like(gradient)
        power = float((gradient * turned).sum())
        for _ in range(ITERATIONS):
            if not power > 0:
                break
            image = at @ direction
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
            if not go_on():
                raise StoppedError
            missing = float((rest**2).sum() + weight * (u**2).sum())
            if power < tolerance**2 * largest * missing:
                break
        else:
            self.hard = True
        return u


@final
@dataclass(frozen=True, slots=True, eq=False)
class Derivative:
    """``J``: of ``2 h`` and ``h^2``, shape (d, d, q), and ``w_c`` without constants, (d, q)."""

    doubled: Reals
    squares: Reals
    c: Reals

    def __matmul__(self, v: Reals) -> Reals:
        """Return ``J v``, shape (d, d, d)."""
        moved: Reals = (self.doubled * _hidden(v)) @ self.c.T
        moved += self.squares @ _centred(v[2]).T
        return moved

    def back(self, r: Reals) -> Reals:
        """Return ``J^T r``, shape (3, d, q)."""
        inner = self.doubled * (r @ self.c)
        outputs = np.tensordot(r, self.squares, axes=((0, 1), (0, 1)))
        return np.stack([inner.sum(axis=1), inner.sum(axis=0), _centred(outputs)])

    def preconditioner(self, weight: float, scale: float) -> Callable[[Reals], Reals]:
        """Return about the inverse of ``J^T J + weight``: exact in the outputs alone.

        Squares of nodes that read the same frequency are nearly dependent, and these are the
        directions in which conjugate gradients are slow.
        """
        gram = np.tensordot(self.squares, self.squares, axes=((0, 1), (0, 1)))
        each = np.diag_indices_from(gram)
        gram[each] += weight + FLOOR * gram[each].mean()
        inverse = np.linalg.inv(gram)
        return lambda g: np.stack([g[0] / scale, g[1] / scale, g[2] @ inverse])

    def solved(self, right: Reals, *, weight: float) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``, by factoring."""
        from scipy.linalg import solve

        d, q = self.c.shape
        dual = 3 * d * q > d**3
        gram = self.of_errors() if dual else self.of_weights()
        # Positive but for rounding: weights that small have no effect on what is solved.
        gram[np.diag_indices_from(gram)] += weight + 1e-14 * gram.max()
        given = right if dual else self.back(right)
        x = solve(gram, given.ravel(), assume_a="pos", overwrite_a=True).reshape(given.shape)
        return self.back(x) if dual else np.asarray(x)

    def of_weights(self) -> Reals:
        """Return ``J^T J``, shape (3dq, 3dq)."""
        d, q = self.c.shape
        c, h, squares = self.c, self.doubled, self.squares
        outputs = c.T @ c
        whole = np.zeros((3, d, q, 3, d, q))
        for x in range(d):
            whole[0, x, :, 0, x] = outputs * (h[x].T @ h[x])
            whole[1, x, :, 1, x] = outputs * (h[:, x].T @ h[:, x])
            whole[0, x, :, 1] = np.einsum("jl,yj,yl->jyl", outputs, h[x], h[x])
            whole[0, x, :, 2] = np.einsum("gj,jl->jgl", c, h[x].T @ squares[x])
            whole[1, x, :, 2] = np.einsum("gj,jl->jgl", c, h[:, x].T @ squares[:, x])
        both = np.tensordot(squares, squares, axes=((0, 1), (0, 1)))
        whole[2, :, :, 2] = np.einsum("gk,jl->gjkl", np.eye(d) - 1 / d, both)
        whole[1, :, :, 0] = whole[0, :, :, 1].transpose(2, 3, 0, 1)
        whole[2, :, :, :2] = whole[:2, :, :, 2].transpose(3, 4, 0, 1, 2)
        return whole.reshape(3 * d * q, 3 * d * q)

    def of_errors(self) -> Reals:
        """Return ``J J^T``, shape (d^3, d^3)."""
        d, q = self.c.shape
        squares = self.squares.reshape(d * d, q)
        both = (squares @ squares.T).reshape(d, d, d, d)
        whole: Reals = np.einsum("xyuv,gk->xyguvk", both, np.eye(d) - 1 / d)
        for x in range(d):
            rows = (self.doubled[x], whole[x, :, :, x]), (self.doubled[:, x], whole[:, x, :, :, x])
            for part, at in rows:
                one = (part[:, None] * self.c).reshape(d * d, q)
                at += (one @ one.T).reshape(d, d, d, d)
        return whole.reshape(d**3, d**3)


def _hidden(w: Reals) -> Reals:
    """Return ``a_j(x) + b_j(y)``, shape (d, d, q)."""
    h: Reals = w[0][:, None] + w[1][None]
    return h


def _centred(c: Reals) -> Reals:
    centred: Reals = c - c.mean(axis=0)
    return centred
