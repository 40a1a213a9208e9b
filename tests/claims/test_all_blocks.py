"""What docs/theory/proofs/all-blocks.md states and no theorem of Coq: identities, and solutions."""

from collections import Counter
from contextlib import suppress
from itertools import combinations

import numpy as np
import pytest
import sympy as sp

from algebra import I, zeta
from algebra.blocks.order6 import coplanar
from algebra.compose.direct import solve_on
from algebra.compose.entry import NINE
from algebra.compose.families import family
from tests.algebra.compose.test_compose import direct

RHO = sp.Symbol("rho", real=True, nonzero=True)
S = sp.Matrix([[1, -sp.I], [-sp.I, -1]]) / 4


def test_the_conditions_say_exactly_that_x_has_the_form():
    """``U`` takes ``v`` to ``(a, a-, b, b-)``, so that ``U X U^T`` holds the ten potentials."""
    two_alpha, two_beta = sp.symbols("aa-c bb-c")
    u = sp.diag(*2 * [sp.Matrix([[1, sp.I], [1, -sp.I]])])
    potentials = sp.Matrix(
        [[0, two_alpha, 1, 0], [two_alpha, 0, 0, 0], [1, 0, 0, two_beta], [0, 0, two_beta, 0]]
    )
    x = u.inv() * potentials * u.inv().T
    assert sp.simplify(x[:2, :2]) == two_alpha / 2 * sp.eye(2)
    assert sp.simplify(x[2:, 2:]) == two_beta / 2 * sp.eye(2)
    assert sp.simplify(x[:2, 2:]) == sp.simplify(x[2:, :2].T) == S


def test_the_two_parts_of_the_pencil_are_the_frames():
    """X = exp(i p) Y_A + exp(i q) Y_B with S_A, S_B multiples of reflections."""
    p, q = sp.symbols("p q", real=True)
    gap = sp.sin(q - p)
    reflection = sp.Matrix([[sp.sin(q), sp.cos(q)], [sp.cos(q), -sp.sin(q)]])
    s_a, s_b = reflection / (4 * gap), -reflection.subs(q, p) / (4 * gap)
    rest = sp.exp(sp.I * p) * s_a + sp.exp(sp.I * q) * s_b - S
    assert sp.simplify(rest.applyfunc(lambda x: x.rewrite(sp.exp))) == sp.zeros(2)
    assert sp.simplify(reflection**2) == sp.eye(2)
    frame = sp.Matrix.vstack(RHO * sp.eye(2), reflection)
    rows = [[RHO * sp.eye(2), reflection], [reflection, sp.eye(2) / RHO]]
    assert sp.simplify(frame * frame.T - RHO * sp.Matrix(sp.BlockMatrix(rows))) == sp.zeros(4)


def test_the_member_of_rank_two_where_only_the_sum_vanishes():
    """Y = h X - X-/h has the Schur complement -I/2 - 2 T^2 = 0."""
    h = sp.Symbol("h", real=True, nonzero=True)
    n = sp.Matrix([1, -sp.I])
    t = (h * n * n.T - n.conjugate() * n.conjugate().T / h) / 4
    assert sp.simplify(t**2 + sp.eye(2) / 4) == sp.zeros(2)
    alpha = h / (2 * (h**2 - 1))
    assert sp.simplify(h * alpha - alpha / h - sp.Rational(1, 2)) == 0
    a = sp.Matrix(sp.symbols("x1 x2"))
    image = 2 * t * a
    plus, minus = a[0] + sp.I * a[1], a[0] - sp.I * a[1]
    assert sp.simplify(image[0] + sp.I * image[1] - h * minus) == 0
    assert sp.simplify(image[0] - sp.I * image[1] + plus / h) == 0


#: The solutions over 12th roots of unity that are neither mirrors nor triples; inputs, and which
#: four are in a plane.
COPLANAR = [
    ([(0, 0), (0, 2), (0, 6), (5, 5), (5, 9), (5, 11)], (0, 1, 3, 4)),
    ([(0, 0), (0, 2), (0, 6), (2, 0), (2, 2), (2, 8)], (0, 1, 3, 4)),
    ([(0, 0), (0, 1), (0, 6), (5, 5), (5, 8), (5, 11)], (0, 1, 3, 4)),
    ([(0, 0), (0, 1), (0, 6), (4, 4), (4, 9), (4, 10)], (0, 1, 3, 4)),
    ([(0, 0), (0, 1), (0, 6), (2, 2), (2, 8), (2, 11)], (0, 1, 3, 5)),
    ([(0, 0), (0, 1), (0, 6), (1, 0), (1, 1), (1, 7)], (0, 1, 3, 4)),
]


def parts(x):
    """The real and the imaginary parts of exact numbers."""
    return (x + x.conj()) / 2, (x - x.conj()) / (2 * I)


def normal_of(x, y, z):
    """A vector perpendicular to three in four dimensions: their minors."""
    rest = [[j for j in range(4) if j != i] for i in range(4)]
    return np.array([(-1) ** i * (x[j] @ np.cross(y[j], z[j])) for i, j in enumerate(rest)])


def up_to_scales(a, b, c):
    """What a real scaling of single nodes, and their order, do not change."""
    return sorted(map(repr, zip(a * a * c, a * b * c, b * b * c, strict=True)))


@pytest.mark.parametrize(("inputs", "four"), COPLANAR, ids=str)
def test_the_six_solutions_of_the_catalogue_are_coplanar_blocks(inputs, four):
    """As the proof says: translated and scaled, the data are read off, and they give it back."""
    solved = solve_on(inputs, NINE, n=12)
    assert family(solved, NINE, n=12) == "coplanar"
    a, b, c = np.array([(zeta(12, i), zeta(12, j), c) for i, j, c in solved]).T
    vectors = np.array([*parts(a), *parts(b)]).T[list(four)]
    normal = normal_of(*vectors[:3])
    assert any(normal)
    assert not vectors[3] @ normal
    p, q = normal[0] - I * normal[1], normal[2] - I * normal[3]
    a, b, c = p * a, q * b, c / (p * q)  # now the plane is Re(a + b) = 0
    two = [j for j in range(6) if j not in four]
    assert (a[two] == b[two]).all()
    real, imaginary = parts(a[two])
    line = imaginary / real
    corners = np.array([*parts((a - b) / 2), parts((a + b) / 2)[1]]).T[list(four[:3])]
    form = np.array([[-1, I, 0], [I, 1, 0], [0, 0, (line[0] + I) * (line[1] + I)]])
    for turn in range(3):  # a side that is conjugate to all others has to come third
        x, y, z = np.roll(corners, -turn, axis=0)
        sides = np.cross(y, z), np.cross(z, x)
        with suppress(ValueError):
            found = coplanar(line, sides, direction=sides[0] @ form @ sides[1])
            break
    made = np.array([[node[row, 0] for row in "abc"] for node in found.node_list()])
    assert up_to_scales(*made.T) == up_to_scales(a, b, c)


def test_three_inputs_are_on_a_line_exactly_for_triples_among_all_over_8th_roots():
    """All solutions of six nodes over 8th roots of unity, listed by the exhaustive search."""
    lines = []
    for nodes in direct(NINE, n=8, order=6):
        points = np.exp(2j * np.pi / 8 * np.array([node[:2] for node in nodes])).view(float)
        threes = [points[list(x)] for x in combinations(range(6), 3)]
        lines.append(sum(np.linalg.matrix_rank(x) == 2 for x in threes))
        ratios = Counter((j - i) % 8 for i, j, _ in nodes)
        opposite = sorted(ratios.values()) == [3, 3] and max(ratios) - min(ratios) == 4
        assert lines[-1] == (2 if opposite else 0)
    assert Counter(lines) == {0: 12, 2: 3}
