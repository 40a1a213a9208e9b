"""The statements of docs/theory/proofs/all-blocks.md, as identities decided for all values."""

from __future__ import annotations

import pytest
import sympy as sp

A1, A2, B1, B2 = sp.symbols("a1 a2 b1 b2", real=True)
DELTA, THETA, PSI, PHI = sp.symbols("delta theta psi phi", real=True)
RHO, SIGMA = sp.symbols("rho sigma", real=True, nonzero=True)
EPSILON = sp.cos(DELTA) + sp.I * sp.sin(DELTA)
S = sp.Matrix([[1, -sp.I], [-sp.I, -1]]) / 4


def potentials_of(a, b, c):
    """The ten potentials of one node, c written plain."""
    x, y = sp.conjugate(a), sp.conjugate(b)
    return {
        "abc": a * b * c,
        "a-bc": x * b * c,
        "ab-c": a * y * c,
        "a-b-c": x * y * c,
        "aa-c": a * x * c,
        "bb-c": b * y * c,
        "aac": a * a * c,
        "a-a-c": x * x * c,
        "bbc": b * b * c,
        "b-b-c": y * y * c,
    }


def matrix_entries():
    return sp.symbols("X11 X12 X13 X14 X22 X23 X24 X33 X34 X44")


def linear_form(monomial):
    """A potential, quadratic in the real inputs, as a linear form in X = sum c v v^T."""
    x = matrix_entries()
    names = [(i, j) for i in range(4) for j in range(i, 4)]
    v = (A1, A2, B1, B2)
    polynomial = sp.Poly(sp.expand(monomial), *v)
    total = 0
    for (i, j), entry in zip(names, x, strict=True):
        total += polynomial.coeff_monomial(v[i] * v[j]) * entry
    return sp.expand(total)


def general_solution(conditions):
    a, b = A1 + sp.I * A2, B1 + sp.I * B2
    forms = {name: linear_form(value) for name, value in potentials_of(a, b, 1).items()}
    found = sp.solve([forms[n] - v for n, v in conditions.items()], matrix_entries(), dict=True)
    assert len(found) == 1
    return {x: found[0].get(x, x) for x in matrix_entries()}


ORDER4 = {
    **dict.fromkeys(["a-bc", "ab-c", "a-b-c", "aac", "a-a-c", "bbc", "b-b-c"], 0),
    "abc": 1,
}


def has_the_form(x):
    """Whether X = [[alpha I, S], [S^T, beta I]]."""
    names = matrix_entries()
    x11, x12, x13, x14, x22, x23, x24, x33, x34, x44 = (x[n] for n in names)
    square = sp.Matrix([[x13, x14], [x23, x24]])
    return (
        x12 == 0
        and x34 == 0
        and sp.simplify(x11 - x22) == 0
        and sp.simplify(x33 - x44) == 0
        and sp.simplify(square - S) == sp.zeros(2)
    )


def test_the_conditions_say_exactly_that_x_has_the_form():
    solution = general_solution(ORDER4)
    assert has_the_form(solution)
    free = {s for value in solution.values() for s in sp.sympify(value).free_symbols}
    assert len(free) == 2  # alpha and beta


def test_a_condition_left_out_or_changed_is_noticed():
    assert not has_the_form(general_solution({n: v for n, v in ORDER4.items() if n != "aac"}))
    assert not has_the_form(general_solution({**ORDER4, "abc": 2}))


def pencil(alpha_t, beta_t, t):
    """Re(X exp(-i t)), alpha_t = Re(alpha exp(-i t))."""
    s_t = sp.Matrix([[sp.cos(t), -sp.sin(t)], [-sp.sin(t), -sp.cos(t)]]) / 4
    return sp.Matrix(sp.BlockMatrix([[alpha_t * sp.eye(2), s_t], [s_t.T, beta_t * sp.eye(2)]]))


def test_the_determinant_of_the_pencil():
    x, y, t = sp.symbols("x y t")
    difference = pencil(x, y, t).det() - (x * y - sp.Rational(1, 16)) ** 2
    assert sp.simplify(difference) == 0
    assert sp.simplify(pencil(x, y, t).det() - (x * y + sp.Rational(1, 16)) ** 2) != 0


def test_the_product_of_the_two_real_parts():
    r, s, p, q, t = sp.symbols("r s p q t", real=True)
    product = r * sp.cos(p - t) * s * sp.cos(q - t)
    assert sp.simplify(product - r * s * (sp.cos(p - q) + sp.cos(2 * t - p - q)) / 2) == 0


def test_where_the_pencil_is_singular_its_kernel_is_a_plane():
    """S_t^2 = 1/16, so that with alpha beta = 1/16 the Schur complement of alpha I vanishes."""
    x, t = sp.symbols("x t")
    singular = pencil(x, 1 / (16 * x), t)
    kernel = singular * sp.Matrix.vstack(-singular[:2, 2:] / x, sp.eye(2))
    assert sp.simplify(kernel) == sp.zeros(4, 2)
    off = pencil(x, 1 / (8 * x), t)
    assert sp.simplify(off * sp.Matrix.vstack(-off[:2, 2:] / x, sp.eye(2))) != sp.zeros(4, 2)


def family():
    """The four nodes of the closed form, all six parameters free."""
    kappa = 1 / (2 * (sp.conjugate(EPSILON) - EPSILON))
    x = sp.cos(PSI) + sp.I * sp.sin(PSI)
    two = [
        (RHO, 1, kappa * sp.conjugate(EPSILON) / RHO),
        (SIGMA * x, EPSILON * sp.conjugate(x), -kappa / SIGMA),
    ]
    return [(a * f, b * g, c) for a, b, c in two for f, g in ((1, 1), (sp.I, -sp.I))]


def sums(nodes):
    total = dict.fromkeys(potentials_of(1, 1, 1), 0)
    for node in nodes:
        for name, value in potentials_of(*node).items():
            total[name] += value
    return total


def is_zero(x):
    return sp.simplify(sp.expand(sp.expand_complex(sp.expand(x)))) == 0


def test_every_member_of_the_family_satisfies_the_conditions():
    found = sums(family())
    for name, value in ORDER4.items():
        assert is_zero(found[name] - value), name


@pytest.mark.parametrize("node", [0, 1, 2, 3])
def test_a_family_with_one_c_conjugated_fails(node):
    nodes = family()
    a, b, c = nodes[node]
    nodes[node] = a, b, -c
    at = {DELTA: 1, PSI: sp.Rational(1, 3), RHO: 2, SIGMA: sp.Rational(-1, 5)}
    found = sums(nodes)
    errors = [abs(sp.N((found[n] - v).subs(at))) for n, v in ORDER4.items()]
    assert max(errors) > sp.Rational(1, 100)


def test_what_the_family_leaves_over():
    found = sums(family())
    ebar = sp.conjugate(EPSILON)
    expected = (ebar * (RHO + 1 / RHO) - SIGMA - 1 / SIGMA) / (ebar - EPSILON)
    assert is_zero(found["aa-c"] + found["bb-c"] - expected)


def test_the_family_satisfies_the_inequality():
    """|alpha beta-|^2 - (1/8 - Re alpha beta-)^2 = ((r + 1/r - 2 cos delta) / (16 sin delta))^2."""
    found = sums(family())
    alpha, beta = found["aa-c"] / 2, found["bb-c"] / 2
    w = alpha * sp.conjugate(beta)
    m, k = sp.re(sp.expand_complex(w)), sp.im(sp.expand_complex(w))
    r = RHO / SIGMA
    square = ((r + 1 / r - 2 * sp.cos(DELTA)) / (16 * sp.sin(DELTA))) ** 2
    assert sp.simplify(k**2 + m / 4 - sp.Rational(1, 64) - square) == 0


def test_the_carrier_bound_follows_from_the_inequality():
    """4 |alpha + beta|^2 - 1 = 4 (r_a - r_b)^2 + (8 r_a r_b (1 + cos) - 1), and the last is > 0."""
    r, s, p = sp.symbols("r s p", real=True)
    total = r**2 + s**2 + 2 * r * s * sp.cos(p)
    assert sp.expand(4 * total - 1 - 4 * (r - s) ** 2 - (8 * r * s * (1 + sp.cos(p)) - 1)) == 0


def test_the_two_parts_of_the_pencil_are_the_frames():
    """X = exp(i p) Y_A + exp(i q) Y_B with S_A, S_B multiples of reflections."""
    p, q = sp.symbols("p q", real=True)
    gap = sp.sin(q - p)
    s_a = sp.Matrix([[sp.sin(q), sp.cos(q)], [sp.cos(q), -sp.sin(q)]]) / (4 * gap)
    s_b = -sp.Matrix([[sp.sin(p), sp.cos(p)], [sp.cos(p), -sp.sin(p)]]) / (4 * gap)
    whole = sp.exp(sp.I * p) * s_a + sp.exp(sp.I * q) * s_b - S
    assert sp.simplify(whole.applyfunc(lambda x: x.rewrite(sp.exp))) == sp.zeros(2)
    assert sp.simplify((4 * gap * s_a) ** 2) == sp.eye(2)
    reflection = 4 * gap * s_a
    frame = sp.Matrix.vstack(RHO * sp.eye(2), reflection)
    whole = sp.Matrix(
        sp.BlockMatrix([[RHO * sp.eye(2), reflection], [reflection, sp.eye(2) / RHO]])
    )
    assert sp.simplify(frame * frame.T - RHO * whole) == sp.zeros(4)


def four_and_two():
    m = 1 / (8 * sp.sin(PHI) ** 2 * sp.cos(PHI))
    v = sp.cos(PHI) + sp.I * sp.sin(PHI)
    w = sp.conjugate(v)
    return [
        (w, w, -m * w),
        (v, v, -m * v),
        (1, 1, sp.cot(PHI) ** 2 / 4),
        (1, -1, -sp.Rational(1, 4)),
    ]


def test_the_four_nodes_of_the_constant_part_composition():
    found = sums(four_and_two())
    half = sp.Rational(1, 2)
    expected = {
        **{"abc": 1, "a-bc": 0, "ab-c": 0, "a-b-c": 0, "aac": half, "bbc": half},
        **{"a-a-c": -half, "b-b-c": -half, "aa-c": -half, "bb-c": -half},
    }
    assert all(is_zero(found[name] - value) for name, value in expected.items())
    planted = four_and_two()
    planted[3] = (1, -1, sp.Rational(1, 4))
    assert not is_zero(sums(planted)["aac"] - half)
