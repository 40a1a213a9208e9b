"""All order-4 blocks, and the constant-part composition, as families over every small group."""

from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings, strategies as st

from algebra import AbelianGroup, I, blocks, element, omega_0, parse_potential, unit, zeta
from algebra.blocks.order4 import four_nodes, leftover, order4_block, order42_at, xi_pair
from algebra.criterion.tensor import loss, residual
from algebra.optimizers.table import build, families, width
from tests.algebra.optimizers.test_table import ALL
from tests.refusal import refused

KILLED = {"a-bc", "ab-c", "abc-", "aac", "a-a-c", "bbc", "b-b-c"}
RATIONALS = st.fractions(min_value=-4, max_value=4, max_denominator=7)
RATIOS = RATIONALS.filter(bool)
GROUPS = [G for G in ALL if G.conjugate_pairs()]


@given(RATIONALS.filter(bool), RATIOS, RATIOS)
@settings(max_examples=40)
def test_an_order_4_block_satisfies_everything_but_r_n(t, rho, sigma):
    options = {"epsilon": unit(t), "rho": rho, "sigma": sigma}
    z = order4_block(**options)
    assert z.parameters == ("xi",)
    assert z.order == 4
    assert parse_potential("abc")(z) == 1
    assert {str(r) for r in omega_0(z)} - {"aa-c", "bb-c"} == KILLED
    alpha, beta = (parse_potential(r)(z) / 2 for r in ("aa-c", "bb-c"))
    left = 2 * (alpha + beta)
    assert left == leftover(**options)
    assert (left * left.conjugate()).to_fraction() > 1
    # What (1) of docs/theory/all-blocks.md says, by how much it holds.
    re_epsilon, im_epsilon = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    product = alpha * beta.conjugate()
    margin = (rho / sigma + sigma / rho - 2 * re_epsilon) / (16 * im_epsilon)
    cosine = Fraction(1, 8) - (product + product.conjugate()) / 2
    assert product * product.conjugate() - cosine**2 == margin**2
    assert {str(r) for r in omega_0(xi_pair(**options))} >= {"abc-"}


def test_the_blocks_of_the_paper_are_members():
    for x in (1, zeta(8), unit(Fraction(2, 3))):
        for mirror, epsilon in ((False, -I), (True, I)):
            paper = blocks.normalised(blocks.nu(I) * blocks.xi(x, mirror=mirror))
            assert order4_block(x, epsilon=epsilon) == paper
    assert order4_block() == blocks.normalised(blocks.nu(I) * blocks.xi())
    assert order4_block(epsilon=zeta(3)) != order4_block()


@pytest.mark.parametrize("G", GROUPS, ids=str)
def test_order_4_const_takes_any_block_of_order_4(G):
    first = G.conjugate_pairs()[0]
    for target in ("projected", "onehot"):
        given = {"epsilon": {first: zeta(3)}, "rho": Fraction(3, 2), "sigma": {first: -2}}
        z = build(G, "four-plus-constant", target=target, **given)
        assert z.order == width(G, "four-plus-constant", target=target)
        assert len(z.parameters) == len(G.conjugate_pairs())
        assert len(residual(z, target=target)) == 0


def test_numbers_may_be_given_one_by_one_and_default_to_those_of_the_paper():
    four = partial(build, "Z7", "four-plus-constant")
    assert four(rho=1) == four()
    assert four(epsilon=I) == four(mirror=True)
    assert four(rho={2: 2}) != four(rho={1: 2})


@pytest.mark.parametrize("G", ALL, ids=str)
def test_order42_solves_the_task_over_every_small_group(G):
    for target in ("projected", "onehot"):
        for options in ({}, {"phi": zeta(12)}, {"phi": unit(Fraction(-7, 2))}):
            z = build(G, "four-two-plus-constant", target=target, **options)
            assert len(residual(z, target=target)) == 0
            assert z.order == width(G, "four-two-plus-constant", target=target)
    assert "four-two-plus-constant" not in families(G)


@given(RATIONALS.filter(lambda t: t not in (0, 1, -1)))
@settings(max_examples=20)
def test_the_four_nodes_leave_what_two_nodes_can_cancel(t):
    z = four_nodes(unit(t))
    half = Fraction(1, 2)
    values = {r: parse_potential(r)(z) for r in ("abc", *KILLED, "aa-c", "bb-c")}
    assert values == {
        **dict.fromkeys(("a-bc", "ab-c", "abc-"), 0),
        **dict.fromkeys(("aac", "bbc"), half),
        **dict.fromkeys(("a-a-c", "b-b-c", "aa-c", "bb-c"), -half),
        "abc": 1,
    }


def test_without_its_constant_part_nodes_the_composition_fails():
    G = AbelianGroup("Z7")
    z = order42_at(G, 1)
    assert z.order == 6
    doubles = {(2, 0, 1), (0, 2, 1), (5, 0, 1), (0, 5, 1)}
    assert doubles <= {*dict(residual(element(G, z.node_list()[:4])))}
    assert doubles.isdisjoint(dict(residual(z)))
    assert loss(build(G, "four-two-plus-constant")) == 0


MODULUS = "=2 does not have modulus one; pass a root of unity such as zeta(8), or unit(t) with "
REAL = " is no real number other than 0; pass, say, Fraction(3, 2)"
SEVEN = partial(build, "Z7", "four-plus-constant")
REFUSED = [
    (partial(xi_pair, 2), f"x{MODULUS}rational t"),
    (partial(xi_pair, epsilon=2), f"epsilon{MODULUS}rational t"),
    (partial(build, "Z7", "four-two-plus-constant", phi=2), f"phi{MODULUS}rational t"),
    (partial(xi_pair, epsilon=-1), "epsilon=-1: the two directions of c coincide, and no block "
     "exists; pass a number of modulus one other than 1 and -1"),
    (partial(xi_pair, rho=0), f"rho=0{REAL}"),
    (partial(xi_pair, sigma=I), f"sigma=i{REAL}"),
    (partial(four_nodes, I), "phi=i is a power of i; pass such as zeta(12), or unit(t)"),
    (partial(SEVEN, epsilon=I, mirror=True), "mirror exchanges i and -i, that is epsilon=i; pass "
     "one of the two"),
    (partial(build, "Z7", "four-two-plus-constant", xi=1),
     "xi is no parameter of four-two-plus-constant; it has: phi"),
    (partial(SEVEN, rho={5: 1}), "rho: 5 is not a frequency with this parameter; pass one k of "
     "each pair {k,-k}, the smaller: 1, 2, 3"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_errors_say_what_to_pass(make, message):
    with refused(ValueError, message):
        make()
