"""Blocks of order 6: exact instances of every family, through the general machinery."""

from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, reject, strategies as st

from algebra import I, element, omega_0, param, parse_potential, unit
from algebra.blocks.order6 import coplanar, cubic, mirrors, opposites, syn_at, triples
from algebra.compose.entry import NINE
from tests.refusal import refused

RATIONALS = st.fractions(min_value=-4, max_value=4, max_denominator=6)
RATIOS = RATIONALS.filter(bool)


def assert_solved(z):
    assert z.order == 6
    assert {str(r) for r in omega_0(z)} == set(NINE)
    assert parse_potential("abc")(z) == 1


@given(
    st.lists(RATIONALS, min_size=6, max_size=6, unique=True),
    st.lists(RATIOS, min_size=3, max_size=3),
)
def test_opposites_triples_and_mirrors_kill_all_nine(ts, ratios):
    y, x = [unit(t) for t in ts[:3]], [unit(t) for t in ts[3:]]
    if len({s**2 for s in y}) == 3:
        assert_solved(opposites(y, ratios=ratios))
        if len({s**2 for s in x}) == 3:
            assert_solved(triples(y, x))
    assert_solved(mirrors(y, x, ratio=ratios[0]))


POSITIVE = RATIONALS.filter(lambda t: t > 0)


@given(st.lists(POSITIVE, min_size=3, max_size=3, unique=True), RATIOS, RATIOS, RATIOS)
def test_symmetric_points_of_a_twisted_cubic_kill_all_nine(ts, x, y, scale):
    """There the root is rational."""
    u = x + I * y
    for root in (1, -1):
        assert_solved(cubic([s * t for t in ts for s in (1, -1)], [u, -u], root=root, scale=scale))


def test_points_that_are_not_symmetric_kill_all_nine():
    """The last two solve a real quadratic that the others, the poles and the root determine."""
    points = [0, 1, -2, 3, 4, Fraction(1, 2)]
    z = cubic(points, [1 + 2 * I, -1 + I], root=1 + I)
    assert_solved(z)
    first, *others = z.node_list()
    wrong = element(z.spectrum, [first | {("c", 0): 2 * first["c", 0]}, *others])
    assert not omega_0(wrong)


@given(
    st.lists(RATIONALS, min_size=2, max_size=2, unique=True),
    st.lists(RATIONALS, min_size=8, max_size=8),
    RATIOS,
)
def test_four_coplanar_inputs_kill_all_nine(line, numbers, ratio):
    tau = numbers[6] + I * numbers[7]
    try:
        z = coplanar(line, [numbers[:3], numbers[3:6]], direction=tau, ratio=ratio)
    except ValueError:
        reject()  # a degenerate triangle, or no direction; the messages are pinned below
    assert_solved(z)


SIDES = [[1, 0, 1], [1, 2, 0]]
POINTS, POLES = [1, -1, 2, -2, 3, -3], [1 + I, -1 - I]
DIFFER = "equal; pass values for which they differ"
REAL = "is no real number other than 0; pass, say, Fraction(3, 2)"
SYMMETRIC = partial(cubic, POINTS, POLES)
TWO = partial(coplanar, [1, 2])
REFUSED = [
    (partial(syn_at, [1, -1, I]), f"y: two of the squares are {DIFFER}"),
    (partial(syn_at, [1, I]), "y has 2 numbers; pass 3"),
    (partial(syn_at, [1, 2, I]), "y=2 does not have modulus one; pass a root of unity "
     "such as zeta(8), or unit(t) with rational t"),
    (partial(syn_at, [1, I, param("v")]), "y=v has a free parameter; pass an exact number"),
    (partial(opposites, [1, I, unit(2)], ratios=[1, 0, 1]), f"ratios=0 {REAL}"),
    (partial(opposites, [1, I, unit(2)], ratios=[1, 1]), "ratios has 2 numbers; pass 3"),
    (partial(mirrors, [1, 1, I], [1, 1, 1]), f"r: two of the products are {DIFFER}"),
    (partial(mirrors, [1, -1, I], [1, 1, 1], ratio=I), f"ratio=i {REAL}"),
    (partial(cubic, [1, 2, 3], [I, 2 * I], root=1), "points has 3 numbers; pass 6"),
    (partial(cubic, [1, 2, 3, 4, 5, 5], [I, 2 * I], root=1), "points: two of the points are "
     f"{DIFFER}"),
    (partial(cubic, [1, 2, 3, 4, 5, 6], [I, -I], root=1), "poles=(i, -i): pass two numbers that "
     "are not real, not equal and not conjugate"),
    (partial(SYMMETRIC, root=2), "root=2: its square must be F(u_1)/F(u_2) = 1"),
    (partial(SYMMETRIC, root=1, scale=0), "scale=0; pass another number"),
    (partial(coplanar, [1, 1], SIDES, direction=1), "line: 1 twice; pass two different numbers"),
    (partial(coplanar, [1], SIDES, direction=1), "line has 1 numbers; pass 2"),
    (partial(coplanar, [1, I], SIDES, direction=1), "line=i is no real number; pass, "
     "say, Fraction(3, 2)"),
    (partial(TWO, SIDES, direction=0), "direction=0; pass another number"),
    (partial(TWO, SIDES, direction=1, ratio=0), f"ratio=0 {REAL}"),
    (partial(TWO, SIDES[:1], direction=1), "sides has 1 vectors; pass 2"),
    (partial(TWO, [[1, 0, 0], [0, 1, 0]], direction=1), "sides: the first is conjugate to itself, "
     "Im(N(side, side) / direction) = 0; pass another"),
    (partial(TWO, [SIDES[0], SIDES[0]], direction=2 + I), "sides: the two lines are conjugate to "
     "one point only; pass another pair"),
    (partial(TWO, [[1, 0, 0], [0, 0, 1]], direction=2 + I), "sides: three of the points lie on a "
     "line; pass others"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_errors_say_what_to_pass(make, message):
    with refused(ValueError, message):
        make()
