"""Algorithms that multiply matrices, or quaternions, by few products: ``sum_r w_r (u_r.x)(v_r.y)``.

Forms act on the different entries of a representation, in the order of rows ``(i, component)``,
then columns j: of a real matrix ``x_11, x_12, ...``, of a quaternion ``1, i, j, k``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.numbers.scalar import Scalar, to_scalar
from algebra.representations.representation import Exacts, Representation

#: Signs of the forms of eight products that multiply quaternions, of 1, i, j and k.
_U = "++++ +++- ++-+ ++-- +-++ +-+- +--+ +---"
_V = "++++ ++-+ +-++ +-+- +++- +--+ ++-- +---"
_W = "-+++ ++-- +--+ +++- +-+- +-++ ++-+ ----"


@final
@dataclass(frozen=True, slots=True, eq=False)
class Algorithm:
    """A bilinear algorithm of R products.

    Args:
        left: forms u, shape (R, m), exact numbers.
        right: forms v, the same.
        out: weights w: component s of the product is ``sum_r out[r, s] (u_r.x)(v_r.y)``.

    Raises:
        ValueError: if the three differ in shape.
    """

    left: Exacts
    right: Exacts
    out: Exacts

    def __post_init__(self) -> None:
        shapes = {x.shape for x in (self.left, self.right, self.out)}
        if len(shapes) > 1 or len(min(shapes)) != 2:
            raise ValueError(f"forms of shapes {sorted(shapes)}: pass (R, m) three times")

    def require_size(self, size: int, name: str) -> None:
        """Refuse an algorithm for another number of entries."""
        if self.left.shape[1] != size:
            raise ValueError(
                f"algorithm on {self.left.shape[1]} entries: {name} has {size} different ones"
            )


def algorithm(left: object, right: object, out: object) -> Algorithm:
    """Return an algorithm from rows of exact numbers."""
    return Algorithm(*(_exact(x) for x in (left, right, out)))


def _exact(rows: object) -> Exacts:
    return np.asarray(np.vectorize(to_scalar, otypes=[object])(np.array(rows, dtype=object)))


def strassen() -> Algorithm:
    """Return Strassen's seven products for 2 x 2 matrices.

    Source: V. Strassen, Gaussian elimination is not optimal, Numer. Math. 13 (1969).
    """
    left = [[1, 0, 0, 1], [0, 0, 1, 1], [1, 0, 0, 0], [0, 0, 0, 1], [1, 1, 0, 0]]
    left += [[-1, 0, 1, 0], [0, 1, 0, -1]]
    right = [[1, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, -1], [-1, 0, 1, 0], [0, 0, 0, 1]]
    right += [[1, 1, 0, 0], [0, 0, 1, 1]]
    out = [[1, 0, 0, 1], [0, 0, 1, -1], [0, 1, 0, 1], [1, 0, 1, 0], [-1, 1, 0, 0]]
    out += [[0, 0, 0, 1], [1, 0, 0, 0]]
    return algorithm(left, right, out)


def quaternions() -> Algorithm:
    """Return eight products of sign vectors that multiply quaternions, ``w = +-1/4``.

    Source: this project, found by search; docs/theory/finite-groups.md.
    """
    u, v, w = ([[1 if s == "+" else -1 for s in x] for x in t.split()] for t in (_U, _V, _W))
    return algorithm(u, v, [[Scalar(s) / 4 for s in row] for row in w])


def sign_products(rho: Representation) -> Algorithm | None:
    """Return an algorithm whose forms have constant squares on a group, where one is known.

    For quaternions that are ``+-1, +-i, +-j, +-k``: one component is ``+-1``, so that each form of
    signs is ``+-1``.
    """
    if rho.values.shape[1:] != (1, 1, 4):
        return None
    squares = [sorted(repr(x * x) for x in q) for q in rho.values.reshape(-1, 4)]
    return quaternions() if all(q == ["0", "0", "0", "1"] for q in squares) else None
