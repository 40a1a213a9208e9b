"""Searches for compositions: they find what is known, list everything, and prove what they list."""

from dataclasses import replace
from functools import cache, reduce
from itertools import combinations, product
from math import prod
from operator import or_

import pytest
from hypothesis import given, strategies as st

from algebra import I, blocks, omega_0, zeta
from algebra.blocks.order4 import order4_block
from algebra.blocks.order6 import mirrors, triples
from algebra.compose import direct as compose_direct
from algebra.compose.direct import inputs, pieces, primes, solve, solve_on, supports
from algebra.compose.entry import (
    NAMED,
    NINE,
    canonical,
    character,
    inputs_mod_sign,
    merged,
    potentials,
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
from algebra.compose.generators import (
    cheapest_cover,
    cover_shapes,
    polynomials,
)
from algebra.groups.spectrum import REAL
from algebra.numbers.roots_of_unity import totient
from algebra.numbers.scalar import ONE
from algebra.semiring.potential import construct
from proofs.compose.search import Journal, Query, search
from tests.refusal import refused


@cache
def searched(kills, n, largest):
    """What searches (i) and (ii) find, by its nodes."""
    query = Query(NAMED[kills], n, largest)
    return {x.nodes: x for x in search(query, journal=Journal(None, query))}


def normal(z, n):
    return nodes_of(blocks.normalised(z), n)


OF_THE_PAPER = [
    ("order4", 12, 4, [blocks.nu(I) * blocks.xi(zeta(12, e), mirror=mirror)
                       for e in range(12) for mirror in (False, True)]),
    ("all", 12, 6, [blocks.syn() * blocks.nu(zeta(12, e)) for e in range(12)]),
    ("all", 12, 6, [blocks.nu(I) * blocks.syn_ab(zeta(12, e), zeta(12, 2 * e)) for e in range(12)]),
    ("all", 3, 9, [blocks.three_c() * blocks.syn()]),
]  # fmt: skip


@pytest.mark.parametrize(("kills", "n", "largest", "members"), OF_THE_PAPER)
def test_the_blocks_of_the_paper_are_rediscovered(kills, n, largest, members):
    for z in members:
        assert canonical(normal(z, n), n) in searched(kills, n, largest), z.name


def test_everything_the_searches_list_is_a_solution():
    for entry in searched("all", 12, 6).values():
        assert entry.prove()
        assert {str(r) for r in omega_0(entry.element)} == set(NINE)


def candidates(names, *, n, order):
    steps = pieces(names, n=n, order=order)
    return {x for piece in steps for x in supports(names, n=n, order=order, piece=piece)}


def direct(names, *, n, order):
    """All solutions of minimal support of an order, as the search finds them piece by piece."""
    return solve(sorted(candidates(names, n=n, order=order)), names, n=n)


def test_nothing_of_order_5_or_less_kills_all_nine():
    assert {len(nodes) for nodes in searched("all", 12, 6)} == {6}
    for n, order in product((4, 6), (2, 3, 4, 5)):
        assert direct(NINE, n=n, order=order) == []


def test_nothing_of_order_3_or_less_kills_all_but_r_n():
    for n, order in product((4, 6, 8, 12), (2, 3)):
        assert direct(NAMED["order4"], n=n, order=order) == []


def brute_force(names, n, order):
    """Every support of this order, solved exactly one by one."""
    found = set()
    every = inputs(n)
    for rest in combinations(every[1:], order - 1):
        nodes = solve_on([every[0], *rest], names, n=n)
        if nodes is not None:
            found.add(canonical(nodes, n, swap=symmetric(names)))
    return found


#: How many solutions there are; more nodes than conditions and one have no minimal support.
SEARCHES = {("abc-", 4, 2): 1, ("abc-", 4, 3): 0, ("a-bc ab-c", 4, 2): 2, ("order4", 4, 4): 1,
            ("a-bc ab-c abc-", 6, 3): 2, ("a-bc ab-c abc-", 5, 3): 2, ("all", 4, 6): 1,
            ("aa-c abc-", 5, 3): 18, ("a-bc", 6, 2): 6, ("aac a-bc aa-c", 4, 4): 6,
            ("aac a-a-c", 5, 3): 26}  # fmt: skip


@pytest.mark.parametrize(("text", "n", "order"), SEARCHES)
def test_direct_search_lists_exactly_what_brute_force_does(text, n, order):
    names = potentials(text.split())
    found = set(direct(names, n=n, order=order))
    assert found == brute_force(names, n, order)
    assert len(found) == SEARCHES[text, n, order]


def test_direct_search_contains_what_products_give_and_more():
    assert len(searched("all", 12, 6)) == 14
    found = set(direct(NINE, n=8, order=6))
    assert set(searched("all", 8, 6)) <= found
    assert len(found) == 15


def test_a_search_that_would_take_too_long_is_refused():
    with refused(
        ValueError,
        "direct search of order 8 over 24-th roots of unity has 15668099447 sets of inputs to go "
        "through (a = b = 1 and 5 of the other 287 of H, and each with every two more), more than "
        "6000000; take fewer roots or a smaller order",
    ):
        direct(NINE, n=24, order=8)


def test_small_primes_together_miss_nothing_and_one_alone_does(monkeypatch):
    """The argument for completeness, where it has something to do."""
    names = ["b-b-c", "bbc", "aa-c"]
    whole = candidates(names, n=10, order=4)
    assert len(whole) == 1940
    monkeypatch.setattr(compose_direct, "PRIME_ABOVE", 10)
    several = primes(10, 4)
    assert several == [11, 31, 41, 61]
    assert whole <= candidates(names, n=10, order=4)
    monkeypatch.setattr(compose_direct, "primes", lambda n, order: several[:1])
    assert len(whole - candidates(names, n=10, order=4)) == 2


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
    swapped = [(j, i, c) for i, j, c in nodes]
    conjugated = [(-i, -j, c.conjugate()) for i, j, c in nodes]
    flipped = [(i + 6, j + 6, c) for i, j, c in nodes]
    assert {canonical(x, 12) for x in (moved, swapped, conjugated, flipped, least)} == {least}


def test_the_canonical_form_tells_different_solutions_apart():
    one, other = (normal(blocks.nu(I) * blocks.xi(x), 12) for x in (1, zeta(12)))
    assert canonical(one, 12) != canonical(other, 12)
    i, j, c = one[0]
    assert canonical([(i, j, 2 * c), *one[1:]], 12) != canonical(one, 12)


@given(st.integers(1, 11), st.integers(0, 11))
def test_polynomials_agree_with_the_construction_of_the_theorem(i, j):
    names = ["a-bc", "aa-c", "abc-"]
    u = blocks.node(zeta(12, i), zeta(12, j), zeta(12, -i - j))
    for p in polynomials((i, j), names, n=12, largest=4):
        chosen = [name for bit, name in enumerate(names) if p.kills >> bit & 1]
        expected = normal(construct(u, chosen).merged, 12)
        assert canonical(p.nodes, 12) == canonical(expected, 12)


@pytest.mark.parametrize(
    ("z", "kills", "free"),
    [
        (blocks.nu(I) * blocks.xi(zeta(12)), "order4", 4),
        (blocks.syn() * blocks.nu(zeta(12)), "all", 8),
        (blocks.nu(I) * blocks.syn_ab(zeta(12), 1), "all", 8),
    ],
)
def test_free_parameters_of_the_known_blocks(z, kills, free):
    assert free_parameters(normal(z, 12), NAMED[kills], n=12) == free


def test_what_is_not_killed_is_counted():
    nodes = normal(blocks.nu(I) * blocks.xi(1), 4)
    assert free_parameters(nodes, [*NAMED["order4"], "aa-c"], n=4) < 4


W, T = zeta(3), zeta(12)
FAMILIES = {
    "order4": (order4_block(T, epsilon=T), "order4", 12),
    "nu(i)*syn(al,be)": (mirrors([1, W**2, W], [1, T, T**2]), "all", 12),
    "mirrors": (mirrors([1, T, W], [1, T, T**2]), "all", 12),
    "syn*nu": (triples([1, W, W**2], [zeta(24), zeta(24) * W, zeta(24) * W**2]), "all", 24),
    "triples": (triples([1, T, W], [1, W, W**2]), "all", 12),
    "three_c*syn": (blocks.normalised(blocks.three_c() * blocks.syn()), "all", 3),
    "": (blocks.normalised(blocks.syn()), "order4", 3),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_families_are_told_apart(name):
    z, kills, n = FAMILIES[name]
    assert family(nodes_of(z, n), NAMED[kills], n=n) == name
    if name == "mirrors":
        (i, j, c), *others = nodes_of(z, n)
        assert family([(i, j, 2 * c), *others], NINE, n=n) != name


def test_factors_get_the_names_of_the_paper():
    assert factor_name(normal(blocks.syn(), 12), "x", n=12) == "syn"
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


def test_the_set_cover_takes_the_cheapest():
    kinds = [(0b011, 3), (0b100, 3), (0b110, 2), (0b001, 2), (0b111, 5)]
    assert cheapest_cover(kinds, full=0b111) == ((0b110, 2), (0b001, 2))
    assert cheapest_cover([(0b01, 2)], full=0b11) is None
    assert cheapest_cover([], full=0b1) is None


@given(st.lists(st.tuples(st.integers(0, 31), st.integers(2, 9)), max_size=7))
def test_nothing_is_cheaper_than_the_cheapest_cover(kinds):
    sets = [chosen for size in range(len(kinds) + 1) for chosen in combinations(kinds, size)]
    cost = {
        chosen: prod(order for _, order in chosen)
        for chosen in sets
        if reduce(or_, (kills for kills, _ in chosen), 0) & 0b1111 == 0b1111
    }
    found = cheapest_cover(kinds, full=0b1111)
    assert cost[found] == min(cost.values()) if cost else found is None


def entry(nodes, n, kills="abc-"):
    return compose(nodes, [kills], n=n, factors=["some"], search="direct")


def test_an_entry_that_claims_too_much_is_not_proved():
    good = entry(normal(blocks.syn(), 3), 3)
    assert good.prove()
    for more in ("aac", "aaaaac"):
        assert not replace(good, kills=(*good.kills, more)).prove()
    assert not replace(good, nodes=tuple((i, j, 2 * c) for i, j, c in good.nodes)).prove()
    with refused(ValueError, "the hit does not kill aac"):
        entry(good.nodes, 3, "aac")
    with refused(ValueError, "abc = 0 on this hit, so no scaling makes it 1"):
        entry([(0, 0, ONE), (0, 0, -ONE)], 3)


def test_norms_are_exact_expressions():
    assert entry(normal(blocks.nu(I) * blocks.xi(1), 4), 4).norm_text == "6*4^(1/3)"
    other = nodes_of(order4_block(1, epsilon=zeta(3)), 12)
    assert entry(other, 12).norm_text == "6*(4*(1/12)^(1/3))"


def test_names_of_potentials():
    assert potentials(["all"]) == NINE
    assert potentials(["R_c", "a-bc"]) == NINE[:3]
    assert potentials(["a-b-c"]) == ("abc-",)  # conjugates vanish together
    assert potentials(["aaac"]) == ("aaac",)
    assert potentials(["all"], spectrum=REAL) == ("aac", "bbc")
    assert character("abc-") == (-1, -1)
    assert inputs_mod_sign(7, 3, 12) == (1, 9)
    assert value([(1, 1, ONE)], (1, 1), 4) == -1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("acc", "kill='acc' contains c 2 times; every condition of the loss has it once"),
        ("aa-abc", "kill='aa-abc' has the value of abc on every root of unity, and abc must be 1"),
        ("xyz", "potential='xyz': write letters a, b, c, conjugates as in 'a-bc'"),
    ],
)
def test_other_potentials_are_refused(name, message):
    with refused(ValueError, message):
        potentials([name])


def test_inputs_outside_the_roots_of_unity_are_refused():
    with refused(ValueError, "zeta(3) is no 4-th root of unity"):
        nodes_of(blocks.syn(), 4)
