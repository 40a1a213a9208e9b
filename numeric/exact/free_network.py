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

#: Relative accuracy of a step by LSMR, and the iterations that it may take.
TOLERANCE, ITERATIONS = 1e-6, 700
#: Where these did not end, the smaller Gram matrix is factored if it has no more rows: 300 MB.
AFFORDABLE = 6000


class StoppedError(Exception):
    """Raised where a step is not to be finished."""


@final
class FreeNetwork:
    """The errors of networks of so many nodes over a group, or another table of right answers.

    Weights have shape (3, d, q), ``w_c`` with its ``1/2d``. Steps are found by LSMR, at ``4 d^3 q``
    multiplications an iteration. Where it does not end, the smaller Gram matrix is factored if it
    is small enough.
    """

    begin = 0.1

    def __init__(self, group: AbelianGroup, width: int, *, table: Int64 | None = None) -> None:
        d = group.order
        self.group = group
        right = group.products if table is None else table
        self.target = (np.eye(d) - 1 / d)[right]
        rows = min(3 * d * width, d**3)
        self.affordable = rows <= AFFORDABLE
        #: Whether Gram matrices are factored; at once where that takes no longer than LSMR may,
        #: whose products are of vectors.
        self.accurate = self.affordable and rows**3 / 3 <= 10 * d**3 * width * ITERATIONS

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
        if self.accurate:
            try:
                return at.solved(right, weight=weight)
            except np.linalg.LinAlgError:  # not positive to the precision of floats
                self.affordable = self.accurate = False
        from scipy.sparse.linalg import LinearOperator, lsmr

        shape = 3, *at.c.shape

        def along(v: Reals) -> Reals:
            if not go_on():
                raise StoppedError
            return (at @ v.reshape(shape)).ravel()

        matrix = LinearOperator(
            (right.size, 3 * at.c.size),
            matvec=along,
            rmatvec=lambda r: at.back(r.reshape(right.shape)).ravel(),
        )
        options = {"atol": TOLERANCE, "btol": TOLERANCE, "conlim": 0, "maxiter": ITERATIONS}
        u, why, *_ = lsmr(matrix, right.ravel(), damp=np.sqrt(weight), **options)
        self.accurate = self.affordable and why == 7  # after the last iteration
        return np.asarray(u.reshape(shape))


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
