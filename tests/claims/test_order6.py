"""The statements of docs/theory/proofs/all-blocks.md: symbolic identities, and exact samples."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from fractions import Fraction
from itertools import combinations

import pytest
import sympy as sp
from hypothesis import given, reject, settings, strategies as st

from algebra import PAIR, I, block, omega_0, parse_potential, unit
from algebra.blocks.order6 import coplanar, cubic, mirrors, opposites, syn_at, triples
from algebra.compose.direct import solve_on
from algebra.compose.entry import NINE as NAMES
from algebra.compose.families import family
from algebra.numbers.units import zeta
from tests.algebra.compose.test_compose import direct
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


def test_the_confluent_cubic_for_all_values():
    """Residues at the double pole: symbolically, for all F with six zeros."""
    e, u, v, f0, f1 = sp.symbols("e u v f0 f1")
    big_f = f0 + f1 * e  # F at u + e, up to e^2
    w = ((u - v) + e) ** 2  # W at u + e; v is the conjugate of u
    g = f1 / (2 * f0) - 2 / (u - v)
    lines = {"a": e, "b": 1 + g * e}

    def residue(x, y, shift=0):
        value = w**2 * lines[x] * (lines[y] + shift * e) / big_f
        return sp.simplify(sp.diff(value, e).subs(e, 0))

    assert residue("a", "a") == 0
    assert residue("b", "b") == 0
    assert sp.simplify(residue("a", "b") - (u - v) ** 4 / f0) == 0
    assert residue("b", "b", shift=1) != 0


def moments_of_four(h):
    """``sum 8c`` times products of ``x + iy``, its conjugate and ``m``, for the four in a plane."""
    form = sp.Matrix([[-1, sp.I, 0], [sp.I, 1, 0], [0, 0, h]])
    rows = {"zeta": sp.Matrix([1, sp.I, 0]), "bar": sp.Matrix([1, -sp.I, 0])}
    rows["m"] = sp.Matrix([0, 0, 1])
    return {(p, q): (rows[p].T * form * rows[q])[0] for p in rows for q in rows}


#: a, b and their conjugates as combinations of ``zeta, bar, m``.
FOUR = {
    "a": {"zeta": 1, "m": sp.I},
    "b": {"zeta": -1, "m": sp.I},
    "a-": {"bar": 1, "m": -sp.I},
    "b-": {"bar": -1, "m": -sp.I},
}
PAIRS = {
    "abc": ("a", "b"), "a-bc": ("a-", "b"), "ab-c": ("a", "b-"), "abc-": ("a-", "b-"),
    "aa-c": ("a", "a-"), "bb-c": ("b", "b-"), "aac": ("a", "a"), "a-a-c": ("a-", "a-"),
    "bbc": ("b", "b"), "b-b-c": ("b-", "b-"),
}  # fmt: skip


def coplanar_potentials(h):
    s, t = sp.symbols("s t", real=True)
    moments = moments_of_four(h)
    found = {}
    for name, (p, q) in PAIRS.items():
        four = sum(x * y * moments[i, j] for i, x in FOUR[p].items() for j, y in FOUR[q].items())
        two = 0
        for y, c in ((s, -(t + sp.I) / (s - t)), (t, (s + sp.I) / (s - t))):
            value = {"a": 1 + sp.I * y, "a-": 1 - sp.I * y}
            two += c * value[p.replace("b", "a")] * value[q.replace("b", "a")]
        found[name] = sp.cancel(sp.together((sp.expand(four) + two) / 8))
    return found


def test_four_in_a_plane_and_two_on_its_line_satisfy_all_conditions():
    s, t = sp.symbols("s t", real=True)
    wanted = {name: int(name == "abc") for name in PAIRS}
    assert coplanar_potentials((s + sp.I) * (t + sp.I)) == wanted
    assert coplanar_potentials((s + sp.I) * (t - sp.I)) != wanted


def test_a_self_polar_triangle_and_one_more_point_give_the_form():
    """Entries off the diagonal of one phase: ``A = diag(C_i) + C_4 v v^T``, ``v = 1/R``."""
    r = sp.symbols("r1:4", nonzero=True)  # r_j stands opposite to corner j
    tau, *diagonal = sp.symbols("tau d1:4")
    a = sp.zeros(3)
    for j in range(3):
        a[j, j] = diagonal[j]
        a[(j + 1) % 3, (j + 2) % 3] = a[(j + 2) % 3, (j + 1) % 3] = tau * r[j]
    v = sp.Matrix([1 / x for x in r])
    weight = tau * r[0] * r[1] * r[2]
    rest = a - weight * v * v.T
    assert all(sp.simplify(rest[i, j]) == 0 for i in range(3) for j in range(3) if i != j)
    assert sp.simplify(rest[0, 0] - (diagonal[0] - weight / r[0] ** 2)) == 0


@given(
    st.lists(RATIONALS, min_size=2, max_size=2, unique=True),
    st.lists(RATIONALS, min_size=8, max_size=8),
    RATIONALS.filter(bool),
)
@settings(max_examples=25)
def test_blocks_with_four_coplanar_inputs_kill_all_nine(line, numbers, ratio):
    """Sampled: exact instances, through the general machinery."""
    tau = numbers[6] + I * numbers[7]
    try:
        z = coplanar(line, [numbers[:3], numbers[3:6]], direction=tau, ratio=ratio)
    except ValueError:
        reject()  # a degenerate triangle, or no direction; the messages are pinned below
    assert z.order == 6
    assert killed(z) == NINE
    assert parse_potential("abc")(z) == 1


#: Of the 15 solutions over 8th roots of unity, how many have so many triples on a line.
EIGHTH = {0: 12, 2: 3}
#: The solutions over 12th roots of unity that are neither mirrors nor triples; inputs, the four in
#: a plane, and the two that are not.
COPLANAR = [
    ([(0, 0), (0, 2), (0, 6), (5, 5), (5, 9), (5, 11)], (0, 1, 3, 4), (2, 5)),
    ([(0, 0), (0, 2), (0, 6), (2, 0), (2, 2), (2, 8)], (0, 1, 3, 4), (2, 5)),
    ([(0, 0), (0, 1), (0, 6), (5, 5), (5, 8), (5, 11)], (0, 1, 3, 4), (2, 5)),
    ([(0, 0), (0, 1), (0, 6), (4, 4), (4, 9), (4, 10)], (0, 1, 3, 4), (2, 5)),
    ([(0, 0), (0, 1), (0, 6), (2, 2), (2, 8), (2, 11)], (0, 1, 3, 5), (2, 4)),
    ([(0, 0), (0, 1), (0, 6), (1, 0), (1, 1), (1, 7)], (0, 1, 3, 4), (2, 5)),
]


def real_part(x):
    return (x + x.conjugate()) / 2


def imaginary_part(x):
    return (x - x.conjugate()) / (2 * I)


def plane_through(nodes):
    """Return ``P, Q`` with ``Re(P a + Q b) = 0`` at three nodes: a cross product in four space."""
    rows = [[f(x) for x in (a, b) for f in (real_part, imaginary_part)] for a, b in nodes]

    def minor(columns):
        (p, q, r), (s, t, u), (v, w, x) = ([row[i] for i in columns] for row in rows)
        return p * (t * x - u * w) - q * (s * x - u * v) + r * (s * w - t * v)

    normal = [(-1) ** i * minor([j for j in range(4) if j != i]) for i in range(4)]
    assert any(normal)
    return normal[0] - I * normal[1], normal[2] - I * normal[3]


@pytest.mark.parametrize(("inputs", "four", "two"), COPLANAR, ids=str)
def test_the_six_solutions_of_the_catalogue_are_coplanar_blocks(inputs, four, two):
    """As the proof says: translated and scaled, the data are read off, and they give it back."""
    solved = solve_on(inputs, NAMES, n=12)
    assert solved is not None
    assert family(solved, NAMES, n=12) == "coplanar"
    nodes = [(zeta(12, i), zeta(12, j), c) for i, j, c in solved]
    p, q = plane_through([nodes[j][:2] for j in four[:3]])
    assert not real_part(p * nodes[four[3]][0] + q * nodes[four[3]][1])
    nodes = [(p * a, q * b, c / (p * q)) for a, b, c in nodes]  # now the plane is Re(a + b) = 0
    line, moved = [], []
    for j in two:
        a, b, c = nodes[j]
        scale = real_part(a)
        assert a == b
        assert scale
        line.append(imaginary_part(a) / scale)
        moved.append((a / scale, b / scale, c * scale**2))
    corners = []
    for j in four:
        a, b, c = nodes[j]
        shift = (a - b) / 2
        corners.append([real_part(shift), imaginary_part(shift), imaginary_part(a + b) / 2])
        assert a == corners[-1][0] + I * (corners[-1][1] + corners[-1][2])
        moved.append((a, b, c))

    def cross(x, y):
        return [x[(i + 1) % 3] * y[(i + 2) % 3] - x[(i + 2) % 3] * y[(i + 1) % 3] for i in range(3)]

    h = (line[0] + I) * (line[1] + I)
    form = [[-1, I, 0], [I, 1, 0], [0, 0, h]]
    for turn in range(3):  # a side that is conjugate to all others has to come third
        u, v, w = (corners[(j + turn) % 3] for j in range(3))
        sides = [cross(v, w), cross(w, u)]
        direction = sum(
            (sides[0][i] * sides[1][j] * form[i][j] for i in range(3) for j in range(3)), 0 * I
        )
        with suppress(ValueError):
            z = coplanar(line, sides, direction=direction)
            break
    # Nodes are the same up to real scalings: a^2 c, abc and b^2 c with c taken out.
    wanted = sorted(repr((a * a * c, a * b * c, b * b * c)) for a, b, c in moved)
    made = [(x["a", 0], x["b", 0], x["c", 0]) for x in z.node_list()]
    assert sorted(repr((a * a * c, a * b * c, b * b * c)) for a, b, c in made) == wanted


def rank(rows):
    """The rank of rows of exact numbers."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((r for r in range(found, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for r in range(found + 1, len(rows)):
            factor = rows[r][column] / rows[found][column]
            rows[r] = [x - factor * y for x, y in zip(rows[r], rows[found], strict=True)]
        found += 1
    return found


def test_three_inputs_are_on_a_line_exactly_for_triples_among_all_over_8th_roots():
    """All solutions of six nodes over 8th roots of unity, listed by the exhaustive search."""
    solutions = direct(NAMES, n=8, order=6)
    lines = []
    for nodes in solutions:
        points = [(a, a.conjugate(), b, b.conjugate()) for a, b in
                  ((zeta(8, i), zeta(8, j)) for i, j, _ in nodes)]  # fmt: skip
        threes = [x for x in combinations(range(6), 3) if rank([points[j] for j in x]) == 2]
        ratios = Counter((j - i) % 8 for i, j, _ in nodes)
        opposite = sorted(ratios.values()) == [3, 3] and max(ratios) - min(ratios) == 4
        assert (len(threes) == 2) == opposite
        assert len(threes) in (0, 2)
        lines.append(len(threes))
    assert Counter(lines) == EIGHTH


def test_a_wrong_constant_on_one_node_is_noticed():
    z = cubic([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=1)
    nodes = [(x["a", 0], x["b", 0], x["c", 0]) for x in z.node_list()]
    a, b, c = (list(row) for row in zip(*nodes, strict=True))
    c[0] = 2 * c[0]
    assert killed(block(a, b, c, spectrum=PAIR)) == set()


SIDES = [[1, 0, 1], [1, 2, 0]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: syn_at([1, -1, I]), "y: two of the squares are equal; pass values for which they "
         "differ"),
        (lambda: syn_at([1, I]), "y has 2 numbers; pass 3"),
        (lambda: syn_at([1, 2, I]), "y=2 does not have modulus one; pass a root of unity "
         "such as zeta(8), or unit(t) with rational t"),
        (lambda: opposites([1, I, unit(2)], ratios=[1, 0, 1]), "ratios=0 is no real number other "
         "than 0; pass, say, Fraction(3, 2)"),
        (lambda: opposites([1, I, unit(2)], ratios=[1, 1]), "ratios has 2 numbers; pass 3"),
        (lambda: mirrors([1, 1, I], [1, 1, 1]), "r: two of the products are equal; pass values for "
         "which they differ"),
        (lambda: mirrors([1, -1, I], [1, 1, 1], ratio=I), "ratio=i is no real number other "
         "than 0; pass, say, Fraction(3, 2)"),
        (lambda: cubic([1, 2, 3], [I, 2 * I], root=1), "points has 3 numbers; pass 6"),
        (lambda: cubic([1, 2, 3, 4, 5, 5], [I, 2 * I], root=1), "points: two of the points are "
         "equal; pass values for which they differ"),
        (lambda: cubic([1, 2, 3, 4, 5, 6], [I, -I], root=1), "poles=(i, -i): pass two "
         "numbers that are not real, not equal and not conjugate"),
        (lambda: cubic([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=2), "root=2: its square must "
         "be F(u_1)/F(u_2) = 1"),
        (lambda: cubic([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=1, scale=0), "scale=0; pass "
         "another number"),
        (lambda: coplanar([1, 1], SIDES, direction=1), "line: 1 twice; pass two different numbers"),
        (lambda: coplanar([1], SIDES, direction=1), "line has 1 numbers; pass 2"),
        (lambda: coplanar([1, I], SIDES, direction=1), "line=i is no real number; pass, "
         "say, Fraction(3, 2)"),
        (lambda: coplanar([1, 2], SIDES, direction=0), "direction=0; pass another number"),
        (lambda: coplanar([1, 2], SIDES, direction=1, ratio=0), "ratio=0 is no real number other "
         "than 0; pass, say, Fraction(3, 2)"),
        (lambda: coplanar([1, 2], SIDES[:1], direction=1), "sides has 1 vectors; pass 2"),
        (lambda: coplanar([1, 2], [[1, 0, 0], [0, 1, 0]], direction=1), "sides: the first is "
         "conjugate to itself, Im(N(side, side) / direction) = 0; pass another"),
        (lambda: coplanar([1, 2], [SIDES[0], SIDES[0]], direction=2 + I), "sides: the two lines "
         "are conjugate to one point only; pass another pair"),
        (lambda: coplanar([1, 2], [[1, 0, 0], [0, 0, 1]], direction=2 + I), "sides: three of the "
         "points lie on a line; pass others"),
    ],
)  # fmt: skip
def test_errors_say_what_to_pass(make, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        make()
    assert str(error.value) == message


def test_free_parameters_are_refused_where_a_division_needs_numbers():
    from algebra import param

    with pytest.raises(ValueError, match="y=v has a free parameter; pass an exact number"):
        syn_at([1, I, param("v")])
