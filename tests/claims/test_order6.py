"""The statements of docs/order6.md: symbolic identities, and exact samples where it says so."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from algebra import PAIR, I, block, omega_0, parse_potential, unit
from algebra.order6 import cubic, cubic_sum, mirrors, opposites, syn_at, triples
from tests.claims.test_order4 import pencil

NINE = {"a-bc", "ab-c", "abc-", "aa-c", "bb-c", "aac", "a-a-c", "bbc", "b-b-c"}
RATIONALS = st.fractions(min_value=-4, max_value=4, max_denominator=6)


def killed(z):
    return {str(r) for r in omega_0(z)}


def test_without_r_n_left_over_the_pencil_has_no_real_root():
    """beta = -alpha: det = (alpha_t^2 + 1/16)^2 > 0 for every real t."""
    x, t = sp.symbols("x t", real=True)
    assert sp.simplify(pencil(x, -x, t).det() - (x**2 + sp.Rational(1, 16)) ** 2) == 0
    assert sp.simplify(pencil(x, x, t).det() - (x**2 + sp.Rational(1, 16)) ** 2) != 0


def test_at_a_double_root_the_pencil_is_nilpotent_of_rank_two():
    """P the singular member, Q the one a quarter turn on: P Q^-1 P = 0 exactly there."""
    x, y, z, m = sp.symbols("x y z m", nonzero=True)
    cosine, sine = (1 - m**2) / (1 + m**2), 2 * m / (1 + m**2)  # every angle but pi

    def member(alpha, beta, c, s):
        reflection = sp.Matrix([[c, -s], [-s, -c]]) / 4
        blocks = [[alpha * sp.eye(2), reflection], [reflection, beta * sp.eye(2)]]
        return sp.Matrix(sp.BlockMatrix(blocks))

    singular = member(x, 1 / (16 * x), cosine, sine)
    product = singular * member(y, z, -sine, cosine).adjugate() * singular
    # d/dt (alpha_t beta_t) = 0 says y beta_t + alpha_t z = 0
    assert product.subs(z, -y / (16 * x**2)).applyfunc(sp.cancel) == sp.zeros(4)
    assert product.subs(z, y / (16 * x**2)).applyfunc(sp.cancel) != sp.zeros(4)
    assert singular.rank() == 2


def lagrange(z):
    return [z[j] / sp.prod([z[j] - z[m] for m in range(3) if m != j]) for j in range(3)]


def test_the_sums_of_syn_at_any_three_phases():
    z = sp.symbols("z1:4")
    c = lagrange(z)
    values = [sp.cancel(sum(x * y**e for x, y in zip(c, z, strict=True))) for e in (-1, 0, 1)]
    assert values == [0, 0, 1]
    c[0] *= 2
    assert sp.cancel(sum(x * y for x, y in zip(c, z, strict=True))) != 1


def on_the_circle(c, a, b, conjugate):
    """The potentials of nodes whose conjugates are rational functions."""
    found = {}
    for name in NINE | {"abc"}:
        plain = name if not name.endswith("c-") else "a-b-c"
        total = 0
        for x, y, w in zip(a, b, c, strict=True):
            p = parse_potential(plain)
            term = w
            for row, k in p.indices:
                if row != "c":
                    value = x if row == "a" else y
                    term *= conjugate(value) if k else value
            total += term
        found[name] = sp.cancel(total)
    return found


def conjugate_of_monomials(value):
    """Conjugation of Laurent monomials in symbols of modulus one, up to real factors."""
    symbols = [s for s in value.free_symbols if not str(s).startswith("t")]
    return value.subs({s: 1 / s for s in symbols}, simultaneous=True)


def test_triples_satisfy_all_conditions_for_all_phases():
    """Half of syn at y, half of syn at x with b and c negated."""
    y = sp.symbols("y1:4")
    syn = on_the_circle(lagrange([s**2 for s in y]), y, y, conjugate_of_monomials)
    ones = {"abc", "aac", "bbc"}
    assert syn == {name: int(name in ones) for name in NINE | {"abc"}}
    assert on_the_circle(lagrange(y), y, y, conjugate_of_monomials) != syn
    for name, value in syn.items():
        sign = -((-1) ** name.count("b"))  # c negated, and b once for every b
        assert sp.Rational(1, 2) * (value + sign * value) == (name == "abc")


def test_opposites_satisfy_all_conditions_for_all_phases_and_ratios():
    y, t = sp.symbols("y1:4"), sp.symbols("t1:4")
    half = [w / 2 for w in lagrange([s**2 for s in y])]
    a = [s * r for s, r in zip(y, t, strict=True)]
    b = [s / r for s, r in zip(y, t, strict=True)]
    c = [*half, *(-w for w in half)]
    found = on_the_circle(c, [*a, *a], [*b, *(-s for s in b)], conjugate_of_monomials)
    assert found == {**dict.fromkeys(NINE, 0), "abc": 1}


def test_mirrors_satisfy_all_conditions_for_all_products_frames_and_ratios():
    r, o, t = sp.symbols("r1:4"), sp.symbols("o1:4"), sp.Symbol("t")
    gaps = [1 / r[(j + 1) % 3] - 1 / r[(j + 2) % 3] for j in range(3)]
    total = sum(g * s for g, s in zip(gaps, r, strict=True))
    c = [g / (2 * total) for g in gaps]
    a = [t * s for s in o]
    b = [s / (f * t) for s, f in zip(r, o, strict=True)]

    def conjugate(value):
        return conjugate_of_monomials(value).subs(sp.I, -sp.I)

    found = on_the_circle(
        [*c, *c], [*a, *(sp.I * x for x in a)], [*b, *(-sp.I * x for x in b)], conjugate
    )
    assert found == {**dict.fromkeys(NINE, 0), "abc": 1}
    c[0] = -c[0]
    broken = on_the_circle(
        [*c, *c], [*a, *(sp.I * x for x in a)], [*b, *(-sp.I * x for x in b)], conjugate
    )
    assert broken["aa-c"] != 0


@given(st.lists(RATIONALS, min_size=6, max_size=6, unique=True), st.data())
@settings(max_examples=25)
def test_the_exact_families_kill_all_nine(ts, data):
    """Sampled: exact instances of each family, through the general machinery."""
    y, x = [unit(t) for t in ts[:3]], [unit(t) for t in ts[3:]]
    ratios = [data.draw(RATIONALS.filter(bool)) for _ in range(3)]
    if len({s**2 for s in y}) == 3:
        assert killed(opposites(y, ratios=ratios)) == NINE
        if len({s**2 for s in x}) == 3:
            assert killed(triples(y, x)) == NINE
    assert killed(mirrors(y, x, ratio=ratios[0])) == NINE


@given(
    st.lists(RATIONALS.filter(lambda t: t > 0), min_size=3, max_size=3, unique=True),
    RATIONALS,
    RATIONALS.filter(bool),
    RATIONALS.filter(bool),
)
@settings(max_examples=25)
def test_points_of_a_twisted_cubic_kill_all_nine(ts, x, y, scale):
    """Sampled: symmetric points, where the root is rational."""
    u = x + I * y
    if not x:
        return
    points = [s * t for t in ts for s in (1, -1)]
    for root in (1, -1):
        z = cubic(points, [u, -u], root=root, scale=scale)
        assert killed(z) == NINE
        assert parse_potential("abc")(z) == 1


@given(
    st.lists(RATIONALS.filter(lambda t: t > 0), min_size=3, max_size=3, unique=True),
    RATIONALS.filter(bool),
    RATIONALS.filter(bool),
    RATIONALS.filter(lambda h: h not in (0, 1, -1)),
    RATIONALS,
)
@settings(max_examples=15)
def test_points_of_a_twisted_cubic_with_r_n_in_sum_only(ts, x, y, h, scale):
    """Sampled: the ten-parameter set, aa-c = -bb-c = h/(h^2 - 1)."""
    u = x + I * y
    points = [s * t for t in ts for s in (1, -1)]
    z = cubic_sum(points, [u, -u], root=-1, h=h, scale=1 + scale * I)
    assert killed(z) == NINE - {"aa-c", "bb-c"}
    assert parse_potential("abc")(z) == 1
    assert parse_potential("aa-c")(z) == h / (h**2 - 1) == -parse_potential("bb-c")(z)


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


#: Not symmetric: the fifth and sixth points were found from the other four and a root chosen.
ASYMMETRIC = ([0, 1, -2, 3], (1 + 2 * I, -1 + I))


def test_points_that_are_not_symmetric_work_as_well():
    """Four points, poles and root free; the last two points solve a real quadratic.

    Exactly, in the field of the entries, wherever its discriminant is a square.
    """
    s, (u1, u2) = ASYMMETRIC
    for numerator in range(-40, 41):
        for denominator in (1, 2, 3, 4):
            root = Fraction(numerator, denominator) + I
            four = [1, 1]
            for m, u in enumerate((u1, u2)):
                for t in s:
                    four[m] = four[m] * (u - t)
            # four_0 (u1^2 - p u1 + q) = root^2 four_1 (u2^2 - p u2 + q), p, q real
            k = root**2 * four[1] / four[0]
            p_part, q_part, rest = k * u2 - u1, 1 - k, u1**2 - k * u2**2
            found = real_solution(p_part, q_part, -rest)
            if found is None:
                continue
            p, q = found
            square = rational_root(p * p - 4 * q)
            if not square:
                continue
            points = [*s, (p + square) / 2, (p - square) / 2]
            if len(set(points)) < 6:
                continue
            z = cubic(points, [u1, u2], root=root)
            assert killed(z) == NINE
            return
    raise AssertionError("no rational instance among those tried")


def real_solution(x, y, target):
    """Solve x p + y q = target for rational p, q; numbers in Q(i)."""

    def parts(v):
        re, im = (v + v.conjugate()) / 2, (v - v.conjugate()) / (2 * I)
        return re.to_fraction(), im.to_fraction()

    (a, c), (b, d), (e, f) = parts(x), parts(y), parts(target)
    det = a * d - b * c
    return None if not det else ((e * d - b * f) / det, (a * f - e * c) / det)


def rational_root(x):
    if x <= 0:
        return None
    p, q = sp.sqrt(x.numerator), sp.sqrt(x.denominator)
    return Fraction(int(p), int(q)) if p.is_Integer and q.is_Integer else None


def test_a_wrong_constant_on_one_node_is_noticed():
    z = cubic([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=1)
    nodes = [(x["a", 0], x["b", 0], x["c", 0]) for x in z.node_list()]
    a, b, c = (list(row) for row in zip(*nodes, strict=True))
    c[0] = 2 * c[0]
    assert killed(block(a, b, c, spectrum=PAIR)) == set()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: syn_at([1, -1, I]), "y: two of the squares are equal; pass values for which they "
         "differ"),
        (lambda: syn_at([1, I]), "y has 2 numbers; pass 3"),
        (lambda: syn_at([1, 2, I]), "y: 2 does not have modulus one; pass zeta(8), or unit(t)"),
        (lambda: opposites([1, I, unit(2)], ratios=[1, 0, 1]), "ratios: 0 is no real number other "
         "than 0"),
        (lambda: opposites([1, I, unit(2)], ratios=[1, 1]), "ratios has 2 numbers; pass 3"),
        (lambda: mirrors([1, 1, I], [1, 1, 1]), "r: two of the products are equal; pass values for "
         "which they differ"),
        (lambda: mirrors([1, -1, I], [1, 1, 1], ratio=I), "ratio: zeta(4) is no real number other "
         "than 0"),
        (lambda: cubic([1, 2, 3], [I, 2 * I], root=1), "points=(1, 2, 3): pass six real numbers"),
        (lambda: cubic([1, 2, 3, 4, 5, 5], [I, 2 * I], root=1), "points: two of the points are "
         "equal; pass values for which they differ"),
        (lambda: cubic([1, 2, 3, 4, 5, 6], [I, -I], root=1), "poles=(zeta(4), -zeta(4)): pass two "
         "numbers that are not real, not equal and not conjugate"),
        (lambda: cubic([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=2), "root=2: its square must "
         "be F(u_1)/F(u_2) = 1"),
        (lambda: cubic_sum([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=1, h=1), "h=1 is no real "
         "number other than 0, 1 and -1"),
        (lambda: cubic_sum([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=1, h=2, scale=0),
         "scale=0; pass another number"),
        (lambda: cubic([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=1, scale=0), "scale=0; pass "
         "another number"),
    ],
)  # fmt: skip
def test_errors_say_what_to_pass(make, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        make()
    assert str(error.value) == message


def test_free_parameters_are_refused_where_a_division_needs_numbers():
    from algebra import param

    with pytest.raises(ValueError, match="y: v has a free parameter; pass an exact number"):
        syn_at([1, I, param("v")])
