"""What the proofs of least widths use of groups that are not Abelian: identities, and plants."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from algebra.groups.group_names import group
from algebra.networks.families import STRASSEN, quaternions, sign_products
from algebra.representations.irreducibles import irreducibles


def det(m):
    return m[0][0] * m[1][1] - m[0][1] * m[1][0]


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_the_sign_part_of_the_square_of_a_form_is_its_determinant(n):
    """``E(F) = (1/d) sum det(rho) F``: 0 of 1 and of rho, ``det A`` of ``<A, rho>^2``."""
    rho = next(x for x in irreducibles(group(f"D{n}")) if x.dimension == 2)
    m = rho.values[..., 0]
    signs = [det(x) for x in m]
    assert sum(signs) == 0
    assert all(
        sum(s * x[i, j] for s, x in zip(signs, m, strict=True)) == 0
        for i, j in product((0, 1), repeat=2)
    )
    rng = np.random.default_rng(n)
    for a in rng.integers(-3, 4, size=(6, 2, 2)).tolist():
        squares = [sum(a[i][j] * x[i, j] for i, j in product((0, 1), repeat=2)) ** 2 for x in m]
        total = sum(s * square for s, square in zip(signs, squares, strict=True))
        assert total / (2 * n) == det(a)


def test_strassens_algorithm_has_one_form_of_rank_two_and_its_weight_is_not_zero():
    left, right, out = (np.array([[int(str(s)) for s in row] for row in x]) for x in STRASSEN)
    product_of = np.einsum("ra,rb,rs->abs", left, right, out)
    for x, y in np.ndindex(4, 4):
        e, f = (np.eye(4, dtype=int)[k].reshape(2, 2) for k in (x, y))
        assert (product_of[x, y].reshape(2, 2) == e @ f).all()
    for forms in (left, right):
        dets = [det(np.reshape(row, (2, 2))) for row in forms]
        assert [bool(x) for x in dets] == [True] + [False] * 6
        total = sum(np.reshape(w, (2, 2)) * x for w, x in zip(out, dets, strict=True))
        assert (total != 0).any()  # so that no seven such squares do


def test_left_multiplication_by_a_quaternion_has_planes_of_complex_eigenvectors():
    """A diagonal map and one product more has, on such a plane, a real eigenvalue."""
    table = quaternions_as_matrices()
    for z in product((-1, 0, 2), repeat=4):
        m = sum(c * e for c, e in zip(z, table, strict=True)) - z[0] * np.eye(4, dtype=int)
        assert (m @ m == -sum(c * c for c in z[1:]) * np.eye(4)).all()


def quaternions_as_matrices():
    u, v, w = quaternions()
    cube = np.einsum("rs,ra,rb->asb", w, u, v)
    return [np.array([[int(Fraction(str(x))) for x in row] for row in m]) for m in cube]


@pytest.mark.parametrize("n", [3, 4, 5])
def test_twelve_squares_are_the_product_of_quaternions_and_a_constant(n):
    rho = next(x for x in irreducibles(group(f"Dic{n}")) if x.kind == 4)
    left, right, out = sign_products(rho)
    elements = rho.values.reshape(-1, 4)
    assert len(left) == 12
    units = quaternions_as_matrices()

    def squares(x, y, keep):
        roots = [u @ x + v @ y for u, v in zip(left, right, strict=True)]
        return sum(w * r * r for w, r in list(zip(out, roots, strict=True))[:keep])

    def rest(x, y, keep):
        by_x = sum(c * m for c, m in zip(x, units, strict=True))
        return tuple(squares(x, y, keep) - 2 * (by_x @ y))

    pairs = [(elements[i], elements[j]) for i in range(0, 4 * n, 3) for j in (1, n, 2 * n + 1)]
    assert len({rest(x, y, 12) for x, y in pairs}) == 1
    assert len({rest(x, y, 8) for x, y in pairs}) > 1  # eight do for Q8 alone
