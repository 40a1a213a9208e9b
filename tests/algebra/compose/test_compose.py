"""Searches for compositions: they find what is known, list everything, and prove what they list."""

from __future__ import annotations

from itertools import combinations
from math import prod

import pytest
from hypothesis import given, strategies as st

from algebra import I, blocks, omega_0, parse_potential, zeta
from algebra.blocks.order4 import order4_block
from algebra.blocks.order6 import mirrors, triples
from algebra.compose import direct as compose_direct
from algebra.compose.direct import inputs, pieces, primes, solve, solve_on, supports
from algebra.compose.entry import (
    NAMED,
    NINE,
    Discovery,
    canonical,
    character,
    conjugated,
    inputs_mod_sign,
    merged,
    potentials,
    swapped,
    symmetric,
    value,
)
from algebra.compose.families import (
    compose,
    factor_name,
    family,
    free_parameters,
    named_blocks,
    nodes_of,
)
from algebra.compose.generators import cover_shapes, distinct, exponents, multiply, polynomials
from algebra.groups.spectrum import REAL
from algebra.numbers.roots_of_unity import totient
from algebra.numbers.scalar import ONE
from algebra.semiring.potential import construct
from tests.refusal import refused


def search(names, n, largest):
    """Searches (i) and (ii), without the command line."""
    full = (1 << len(names)) - 1
    partials = distinct(
        p for u in exponents(n) for p in polynomials(u, names, n=n, largest=largest)
    )
    found = {canonical(p.nodes, n) for p in partials if p.kills == full}
    groups = {}
    for p in partials:
        groups.setdefault((p.kills, len(p.nodes)), []).append(p)
    for shape in cover_shapes(groups, full=full, largest=largest):
        todo = [[]]
        for kind in shape:
            todo = [[*head, p.nodes] for head in todo for p in groups[kind]]
        found |= {canonical(multiply(factors, n), n) for factors in todo}
    return {x for x in found if 2 <= len(x) <= largest}


@pytest.fixture(scope="module")
def order6_of_12():
    return search(NINE, 12, 6)


def at_12(z):
    return canonical(nodes_of(blocks.normalised(z), 12), 12)


def test_the_order_4_blocks_of_the_paper_are_rediscovered():
    found = search(NAMED["order4"], 12, 4)
    for e in range(12):
        assert at_12(blocks.nu(I) * blocks.xi(zeta(12, e))) in found
        assert at_12(blocks.nu(I) * blocks.xi(zeta(12, e), mirror=True)) in found


def test_the_order_6_blocks_of_the_paper_are_rediscovered(order6_of_12):
    for e in range(12):
        assert at_12(blocks.syn() * blocks.nu(zeta(12, e))) in order6_of_12
        al, be = zeta(12, e), zeta(12, 2 * e)
        assert at_12(blocks.nu(I) * blocks.syn_ab(al, be)) in order6_of_12


def test_the_order_9_block_of_the_paper_is_rediscovered():
    found = search(NINE, 3, 9)
    z = canonical(nodes_of(blocks.normalised(blocks.three_c() * blocks.syn()), 3), 3)
    assert z in found
    assert family(z, NINE, n=3) == "three_c*syn"


def test_everything_the_searches_list_is_a_solution(order6_of_12):
    for nodes in order6_of_12:
        entry = compose(nodes, NINE, n=12, factors=[], search="cover")
        assert entry.prove()
        assert {str(r) for r in omega_0(entry.element)} == set(NINE)


def direct(names, *, n, order):
    """All solutions of minimal support of an order, as the search finds them piece by piece."""
    steps = pieces(names, n=n, order=order)
    found = {x for piece in steps for x in supports(names, n=n, order=order, piece=piece)}
    return solve(sorted(found), names, n=n)


def test_nothing_of_order_5_or_less_kills_all_nine():
    assert search(NINE, 12, 5) == set()
    for n in (4, 6):
        for order in (2, 3, 4, 5):
            assert direct(NINE, n=n, order=order) == []


def test_nothing_of_order_3_or_less_kills_all_but_r_n():
    for n in (4, 6, 8, 12):
        for order in (2, 3):
            names = NAMED["order4"]
            assert direct(names, n=n, order=order) == []


def brute_force(names, n, order):
    """Every support of this order, solved exactly one by one."""
    found = set()
    every = inputs(n)
    for rest in combinations(every[1:], order - 1):
        nodes = solve_on([every[0], *rest], names, n=n)
        if nodes is not None:
            found.add(canonical(nodes, n, swap=symmetric(names)))
    return found


@pytest.mark.parametrize(
    ("names", "n", "order"),
    [
        (["abc-"], 4, 2),
        (["a-bc", "ab-c"], 4, 2),
        (["a-bc", "ab-c", "abc-"], 6, 3),
        (list(NAMED["order4"]), 4, 4),
        (["a-bc", "ab-c", "abc-"], 5, 3),
        (list(NINE), 4, 6),
        (["aa-c", "abc-"], 5, 3),
        (["a-bc"], 6, 2),
        (["aac", "a-bc", "aa-c"], 4, 4),
        (["aac", "a-a-c"], 5, 3),
    ],
)
def test_direct_search_lists_exactly_what_brute_force_does(names, n, order):
    found = set(direct(names, n=n, order=order))
    assert found == brute_force(names, n, order)


def test_direct_search_contains_what_products_give_and_more(order6_of_12):
    assert len(order6_of_12) == 14
    found = set(direct(NINE, n=8, order=6))
    assert search(NINE, 8, 6) <= found
    assert len(found) == 15


def test_a_search_that_would_take_too_long_is_refused():
    with refused(
        ValueError,
        "direct search of order 8 over 24-th roots of unity has 15668099447 sets of inputs to go "
        "through (a = b = 1 and 5 of the other 287 of H, and each with every two more), more than "
        "6000000; take fewer roots or a smaller order",
    ):
        direct(NINE, n=24, order=8)


def test_more_nodes_than_conditions_and_one_have_no_minimal_support():
    assert direct(["abc-"], n=4, order=3) == []
    assert brute_force(["abc-"], 4, 3) == set()


def candidates(names, n, order):
    found = set()
    for piece in pieces(names, n=n, order=order):
        found.update(supports(names, n=n, order=order, piece=piece))
    return found


def test_small_primes_together_miss_nothing_and_one_alone_does(monkeypatch):
    """The argument for completeness, where it has something to do."""
    names = ["b-b-c", "bbc", "aa-c"]
    whole = candidates(names, 10, 4)
    assert len(whole) == 1940
    monkeypatch.setattr(compose_direct, "PRIME_ABOVE", 10)
    several = primes(10, 4)
    assert several == [11, 31, 41, 61]
    assert whole <= candidates(names, 10, 4)
    monkeypatch.setattr(compose_direct, "primes", lambda n, order: several[:1])
    assert len(whole - candidates(names, 10, 4)) == 2


def test_the_primes_exceed_the_norm_of_every_minor():
    for n, order in ((3, 4), (12, 6), (24, 6), (24, 4)):
        found = primes(n, order)
        assert all(p % n == 1 and p > compose_direct.PRIME_ABOVE for p in found)
        assert len(set(found)) == len(found)
        bound = order ** (order * totient(n) / 2)
        assert prod(found[:-1], start=1) <= bound < prod(found)


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.integers(1, 3)), min_size=2,
                max_size=5), st.integers(0, 11), st.integers(0, 11), st.randoms())  # fmt: skip
def test_the_canonical_form_does_not_see_symmetries(raw, s, t, random):
    nodes = merged(((i, j, zeta(5, e)) for i, j, e in raw), 12)
    least = canonical(nodes, 12)
    moved = [(i + s, j + t, c * zeta(12, -s - t)) for i, j, c in nodes]
    random.shuffle(moved)
    assert canonical(moved, 12) == least
    assert canonical(swapped(nodes, 12), 12) == least
    assert canonical(conjugated(nodes, 12), 12) == least
    flipped = [(i + 6, j + 6, c) for i, j, c in nodes]
    assert canonical(flipped, 12) == least
    assert canonical(least, 12) == least


def test_the_canonical_form_tells_different_solutions_apart():
    one = nodes_of(blocks.normalised(blocks.nu(I) * blocks.xi(1)), 12)
    other = nodes_of(blocks.normalised(blocks.nu(I) * blocks.xi(zeta(12))), 12)
    assert canonical(one, 12) != canonical(other, 12)
    i, j, c = one[0]
    assert canonical([(i, j, 2 * c), *one[1:]], 12) != canonical(one, 12)


@given(st.integers(1, 11), st.integers(0, 11))
def test_polynomials_agree_with_the_construction_of_the_theorem(i, j):
    names = ["a-bc", "aa-c", "abc-"]
    u = blocks.node(zeta(12, i), zeta(12, j), zeta(12, -i - j))
    for p in polynomials((i, j), names, n=12, largest=4):
        chosen = [name for bit, name in enumerate(names) if p.kills >> bit & 1]
        built = construct(u, chosen).merged
        abc = parse_potential("abc")(built)
        expected = merged(((*exponents_of(x), x["c", 0] / abc) for x in built.node_list()), 12)
        assert canonical(p.nodes, 12) == canonical(expected, 12)


def exponents_of(node):
    table = {zeta(12, e): e for e in range(12)}
    return table[node["a", 0]], table[node["b", 0]]


def test_free_parameters_of_the_known_blocks():
    cases = [
        (blocks.nu(I) * blocks.xi(zeta(12)), "order4", 4),
        (blocks.syn() * blocks.nu(zeta(12)), "all", 8),
        (blocks.nu(I) * blocks.syn_ab(zeta(12), 1), "all", 8),
    ]
    for z, name, free in cases:
        nodes = nodes_of(blocks.normalised(z), 12)
        assert free_parameters(nodes, NAMED[name], n=12) == free
    nodes = nodes_of(blocks.normalised(blocks.nu(I) * blocks.xi(1)), 4)
    assert free_parameters(nodes, [*NAMED["order4"], "aa-c"], n=4) < 4  # not killed, but counted


def test_families_are_told_apart():
    general = order4_block(zeta(12), epsilon=zeta(12))
    assert family(nodes_of(general, 12), NAMED["order4"], n=12) == "order4"
    w = zeta(3)
    known = mirrors([1, w**2, w], [1, zeta(12), zeta(12, 2)])
    assert family(nodes_of(known, 12), NINE, n=12) == "nu(i)*syn(al,be)"
    more = mirrors([1, zeta(12), w], [1, zeta(12), zeta(12, 2)])
    assert family(nodes_of(more, 12), NINE, n=12) == "mirrors"
    i, j, c = nodes_of(more, 12)[0]
    assert family([(i, j, 2 * c), *nodes_of(more, 12)[1:]], NINE, n=12) != "mirrors"
    syn_nu = triples([1, w, w**2], [zeta(24), zeta(24) * w, zeta(24) * w**2])
    assert family(nodes_of(syn_nu, 24), NINE, n=24) == "syn*nu"
    third = triples([1, zeta(12), w], [1, w, w**2])
    assert family(nodes_of(third, 12), NINE, n=12) == "triples"
    assert family(nodes_of(blocks.normalised(blocks.syn()), 3), NINE[:5], n=3) == ""


def test_factors_get_the_names_of_the_paper():
    assert factor_name(nodes_of(blocks.normalised(blocks.syn()), 12), "x", n=12) == "syn"
    odd = polynomials((1, 1), ["a-bc"], n=5, largest=2)
    assert [factor_name(p.nodes, p.text, n=5) for p in odd] == [
        "u + -zeta(5)**3, u = (zeta(5), zeta(5), zeta(5)**3)"
    ]
    assert len(named_blocks(4)) == len(set(named_blocks(4).values()))


def test_covers_are_irredundant_and_within_the_order():
    kinds = [(0b011, 2), (0b110, 2), (0b100, 2), (0b001, 3), (0b111, 4)]
    found = cover_shapes(kinds, full=0b111, largest=6)
    assert ((3, 2), (4, 2)) in found
    assert ((1, 3), (6, 2)) in found
    assert all(len(shape) == 2 for shape in found)
    assert cover_shapes(kinds, full=0b111, largest=3) == []
    redundant = [(0b001, 2), (0b010, 2), (0b101, 2)]  # with the last the first is not needed
    assert cover_shapes(redundant, full=0b111, largest=8) == [((0b010, 2), (0b101, 2))]


def test_an_entry_that_claims_too_much_is_not_proved():
    good = compose(
        nodes_of(blocks.normalised(blocks.syn()), 3),
        ["abc-"],
        n=3,
        factors=["syn"],
        search="direct",
    )
    assert good.prove()
    claims = Discovery(3, good.nodes, (*good.kills, "aac"), ("syn",), "direct")
    assert not claims.prove()
    scaled = Discovery(3, tuple((i, j, 2 * c) for i, j, c in good.nodes), good.kills, (), "direct")
    assert not scaled.prove()
    more = Discovery(3, good.nodes, (*good.kills, "aaaaac"), ("syn",), "direct")
    assert not more.prove()
    with refused(ValueError, "the hit does not kill aac"):
        compose(good.nodes, ["aac"], n=3, factors=[], search="direct")
    with refused(ValueError, "abc = 0 on this hit, so no scaling makes it 1"):
        compose([(0, 0, ONE), (0, 0, -ONE)], ["aac"], n=3, factors=[], search="direct")


def test_norms_are_exact_expressions():
    equal = compose(
        nodes_of(blocks.normalised(blocks.nu(I) * blocks.xi(1)), 4), ["abc-"], n=4, factors=[],
        search="direct")  # fmt: skip
    assert equal.norm_text == "6*4^(1/3)"
    other = compose(
        nodes_of(order4_block(1, epsilon=zeta(3)), 12), ["abc-"], n=12, factors=[], search="direct"
    )
    assert other.norm_text == "6*(4*(1/12)^(1/3))"


def test_names_of_potentials():
    assert potentials(["all"]) == NINE
    assert potentials(["R_c", "a-bc"]) == NINE[:3]
    assert potentials(["a-b-c"]) == ("abc-",)  # conjugates vanish together
    assert potentials(["aaac"]) == ("aaac",)
    assert potentials(["all"], spectrum=REAL) == ("aac", "bbc")
    assert character("abc-") == (-1, -1)
    assert inputs_mod_sign(7, 3, 12) == (1, 9)
    assert value([(1, 1, ONE)], (1, 1), 4) == -1
    with refused(ValueError, "kill='acc' contains c 2 times; every condition of the loss has it "
                 "once"):  # fmt: skip
        potentials(["acc"])
    with refused(ValueError, "kill='aa-abc' has the value of abc on every root of unity, and abc "
                 "must be 1"):  # fmt: skip
        potentials(["aa-abc"])
    with refused(ValueError, "potential='xyz': write letters a, b, c, conjugates as in 'a-bc'"):
        potentials(["xyz"])


def test_inputs_outside_the_roots_of_unity_are_refused():
    with refused(ValueError, "zeta(3) is no 4-th root of unity"):
        nodes_of(blocks.syn(), 4)
