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
#: Squares of one input, of x and then of y, with weights +-1/2: ``x_0 x_1`` and ``x_2 x_3`` again.
_FORMS, _WEIGHTS = "++++ +++-", "+--+ --+- +-+- ---+"


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
    out = [[Scalar(s) / 4 for s in row] for row in _signs(_W)]
    return algorithm(_signs(_U), _signs(_V), out)


def _signs(text: str) -> list[list[int]]:
    return [[1 if s == "+" else -1 for s in row] for row in text.split()]


def sign_products(rho: Representation) -> Algorithm | None:
    """Return an algorithm whose squares sum to constants on a group, where one is known.

    For quaternions that are ``+-1, +-i, +-j, +-k``: one component is ``+-1``, so that each form of
    signs is ``+-1``. For those in ``R + Ri`` or ``Rj + Rk``, of dicyclic groups, the square of such
    a form is ``1 +- 2 x_0 x_1 +- 2 x_2 x_3``, and four squares of one input cancel what is left.
    """
    if rho.values.shape[1:] != (1, 1, 4):
        return None
    elements = rho.values.reshape(-1, 4)
    if all(sorted(repr(x * x) for x in q) == ["0", "0", "0", "1"] for q in elements):
        return quaternions()
    if any(any(q[:2]) and any(q[2:]) for q in elements):
        return None
    forms, weights = (
        [[1 - 2 * (s == "-") for s in x] for x in t.split()] for t in (_FORMS, _WEIGHTS)
    )
    eight, none = quaternions(), [[0] * 4] * 2
    out = [[Scalar(s) / 2 for s in row] for row in weights]
    four = algorithm([*forms, *none], [*none, *forms], out)
    pairs = ((eight.left, four.left), (eight.right, four.right), (eight.out, four.out))
    return Algorithm(*map(np.concatenate, pairs))
