"""The semiring of elements: axioms, equality up to node order, expansion, substitution."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from algebra import (
    PAIR,
    REAL,
    AbelianGroup,
    I,
    Potential,
    Scalar,
    block,
    blocks,
    element,
    one,
    param,
    parse_potential,
    total,
    unit,
    zero,
    zeta,
)
from algebra.groups.spectrum import Frequency
from algebra.machine.memory import MemoryEstimateError, require_memory
from algebra.semiring.element import Leaf, operands, uniform
from algebra.semiring.made import BLOCK
from proofs.strategies import elements, groups
from proofs.strategies.elements import entries, group_elements, leaves, nodes, same_spectrum
from proofs.strategies.scalars import unit_numbers
from tests.algebra.reference import minus, multiset, over_a_frequency, spelled_out, up_to
from tests.refusal import refused

Z7 = AbelianGroup("Z7")
W = zeta(3)


@given(same_spectrum(3))
def test_elements_are_a_commutative_semiring(three):
    x, y, z = three
    nothing, unity = zero(x.spectrum), one(x.spectrum)
    assert x + y == y + x
    assert x * y == y * x
    assert (x + y) + z == x + (y + z)
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert (x + y) * z == x * z + y * z
    assert x + nothing == x == x * unity == unity * x
    assert x * nothing == nothing
    assert x + 0 == x == 1 * x
    assert 0 * x == nothing
    assert x * 1 == 0 + x


@given(same_spectrum(2))
def test_equal_elements_have_equal_hashes(two):
    x, y = two
    assert hash(x + y) == hash(y + x)
    assert hash(x * y) == hash((y * x).expand())
    assert len({x * y + x, x * (y + 1), (x + x * y).named("z")}) == 1


@given(same_spectrum(1, kinds=("roots", "parameters")), st.integers(0, 2), st.integers(0, 2))
def test_powers_are_repeated_products(single, m, n):
    (x,) = single
    assume(x.order ** (m + n) < 100)
    assert x**0 == one(x.spectrum)
    assert x**1 == x
    assert x**2 == x * x
    assert x**m * x**n == x ** (m + n)
    assert (x**m).order == x.order**m


@given(group_elements())
def test_equality_is_up_to_the_order_of_nodes_and_multiplicity_counts(z):
    listed = z.node_list()
    assert element(z.spectrum, reversed(listed)) == z
    if listed:
        assert element(z.spectrum, [*listed, listed[0]]) != z
        assert element(z.spectrum, listed[1:]) != z
        assert element(z.spectrum, [listed[0], *listed]) == element(
            z.spectrum, [*listed, listed[0]]
        )


def test_different_elements_are_different():
    z = block([1, W], [1, W], [1, W])
    assert z != block([1, W], [1, W], [1, W**2])
    assert z != block([1, 1], [W, W], [1, W])  # the same entries, on other nodes
    assert z != z + block([0], [0], [0])  # a node without entries is a node
    assert block([1], [1], [1]) != block([1], [1], [1], spectrum=REAL)
    assert zero(Z7) != zero(AbelianGroup("Z5"))
    assert z != 1
    x, y = blocks.node(1, 1, 1), blocks.node(1, W, 1)
    assert x + x + y != x + y + y  # multiplicities are compared one by one
    assert z == z.named("z")


@given(st.one_of(group_elements(depth=3, max_order=20), over_a_frequency))
def test_expanding_is_composing_node_by_node(z):
    expected = multiset(spelled_out(z))
    assert multiset(z.nodes.with_conjugates().entries()) == expected
    assert isinstance(z.expand().operation, Leaf)
    assert z.expand() == z
    assert z.order == len(expected) == z.nodes.order


@given(group_elements())
def test_nodes_are_sorted_and_without_zeros_and_stored_once_per_pair(z):
    stored = z.nodes
    place = stored.node * 3 * z.spectrum.order + stored.row
    assert (np.diff(place) > 0).all()
    assert all(stored.value.tolist())
    k = stored.row % z.spectrum.order
    assert (k <= z.spectrum.negate(k)).all()


@given(group_elements())
def test_entries_are_read_at_every_index_conjugates_included(z):
    listed = [{at: x for at, x in node.items() if x} for node in spelled_out(z)]
    for p in "abc":
        for k in range(z.spectrum.order):
            column = [z.entry(p, k, j) for j in range(z.order)]
            expected = [node.get((p, k), Scalar(0)) for node in listed]
            assert sorted(map(repr, column)) == sorted(map(repr, expected))
            conjugates = [z.entry(p, minus(z.spectrum, k), j).conjugate() for j in range(z.order)]
            assert column == conjugates


def test_memory_is_refused_by_what_is_available(monkeypatch):
    monkeypatch.setattr("algebra.machine.memory.available_bytes", lambda: 10**9)
    require_memory(10**9, "this", instead="that")
    for needed, text in ((10**9 + 1, "1,000"), (2 * 10**9, "2,000")):
        message = f"this needs about {text} MB and 1,000 MB are available; use that"
        with refused(MemoryEstimateError, message):
            require_memory(needed, "this", instead="use that")
    z = block([1] * 4000, [1] * 4000, [1] * 4000)
    square = (z * z).at(Z7, 1)
    assert square.order == 16_000_000
    message = r"^a product of 16000000 nodes needs about 4,80.*; check it through its composition$"
    with pytest.raises(MemoryEstimateError, match=message):
        square.expand()


@given(groups(min_order=2), st.sampled_from([PAIR, REAL]), entries(), st.data())
def test_a_placed_block_is_copies_with_conjugates_at_larger_indices(G, spectrum, values, data):
    places = [k for k in range(1, G.order) if (minus(G, k) == k) is (spectrum == REAL)]
    assume(places)
    ks = data.draw(st.lists(st.sampled_from(places), max_size=3))
    z = data.draw(elements(spectrum, values, depth=1, max_order=3))
    listed = [
        {(p, minus(G, k) if i else k): x for (p, i), x in node.items()}
        for k in ks
        for node in spelled_out(z)
    ]
    assert z.at(G, *ks).node_list() == element(G, listed).node_list()
    assert z.at(G, *map(G.tuple, ks)) == z.at(G, *ks)
    assert z.at(G, *ks) == total(G, [z.at(G, k) for k in ks])


def test_entries_may_be_given_at_both_indices_of_a_pair():
    z = element(Z7, [{("a", 2): W, ("a", 5): W**2, ("c", 6): I}])
    assert z == element(Z7, [{("a", 5): W**2, ("c", 1): -I}])
    assert element(PAIR, [{("a", 1): I}]).entry("a", 0, 0) == -I
    assert element(AbelianGroup("Z2xZ4"), [{("a", (1, 1)): 2}]).entry("a", 5, 0) == 2


def test_a_real_entry_may_have_parameters():
    v = param("v")
    z = element(Z7, [{("a", 0): v + v**-1}])
    assert z.parameters == ("v",)
    assert z.substitute({"v": I}).entry("a", 0, 0) == 0
    assert z.substitute({"v": I}) == element(Z7, [{}])


ROW = "row='d': rows are 'a', 'b' and 'c'"
SYN, Z2XZ4 = blocks.syn(), AbelianGroup("Z2xZ4")
REFUSED = [
    (lambda: SYN.entry("d", 0, 0), ROW),
    (lambda: SYN.entry("a", 0, 3), "node=3 does not exist; pass 0 <= node < 3"),
    (lambda: SYN.at(Z7, 1).entry("a", 7, 0), "index=7 is not in Z7; pass 0 <= index < 7"),
    (lambda: SYN.at(Z2XZ4, (1, 2)), "frequency=(1,2) is no member of a conjugate pair of Z2xZ4; "
     "pass one of (0,1), (1,1)"),
    (lambda: SYN.at(AbelianGroup("Z30"), 1, 0), "frequency=0 is no member of a conjugate pair of "
     "Z30; pass one of 1, 2, 3, 4, 5, 6, 7, 8, ..."),
    (lambda: blocks.real_character().at(Z7, 1),
     "frequency=1 is no real character of Z7; pass one of none"),
    (lambda: blocks.real_character().at(AbelianGroup("Z4"), 0),
     "frequency=0 is no real character of Z4; pass one of 2"),
    (lambda: SYN.at(Z7, 1).at(Z7, 1), "an element over Z7 is no block of one frequency"),
    (lambda: SYN.at(Z7, 7), "index=7 is not in Z7; pass 0 <= index < 7"),
    (lambda: element(Z7, [{("d", 1): 1}]), "row='d' of node 0: rows are 'a', 'b' and 'c'"),
    (lambda: element(Z7, [{("a", 1): I, ("a", 6): I}]),
     "node 0: the entries a[6] and a[1] are not conjugates; give one of them"),
    (lambda: element(Z7, [{("b", 0): I}]), "node 0, entry b[0] = i is not real, but the character "
     "is; real weights need conj(z[k]) = z[-k]"),
    (lambda: element(Z7, [{("c", 0): param("v")}]), "node 0, entry c[0] = v is not real, but the "
     "character is; real weights need conj(z[k]) = z[-k]"),
    (lambda: element(Z7, [{("a", 7): 1}]), "index=7 is not in Z7; pass 0 <= index < 7"),
    (lambda: element(PAIR, [{("a", 2): 1}]),
     "index=2 is not in {k,-k}; pass 0 (or 1 for -k on a pair)"),
    (lambda: block([1, 1], [1], [1]),
     f"rows of length 2, 1 and 1; give one entry a node, such as {BLOCK}"),
    (lambda: block([I], [1], [1], spectrum=REAL), "node 0, entry a[k] = i is not real, but the "
     "character is; real weights need conj(z[k]) = z[-k]"),
    (lambda: one(Z7).scaled(c=I), "node 0, entry c[0] = i is not real, but the character is; real "
     "weights need conj(z[k]) = z[-k]"),
    (lambda: SYN.scaled(d=2), ROW),
    (lambda: SYN + 2, "2 is no element; the semiring has 0 and 1, and scaled(c=...)"),
    (lambda: SYN * one(Z7), "cannot combine elements over {k,-k} and over Z7"),
    *((lambda m=m: SYN**m, f"exponent={m!r}: a power of an element is an integer >= 0")
      for m in (-1, Fraction(1, 2), 1.0)),
    (lambda: SYN.substitute({"v": 1}), "v is no free parameter here; these are: none"),
    (lambda: (blocks.nu() * blocks.xi()).substitute({"v": 1}),
     "v is no free parameter here; these are: nu, xi"),
    (lambda: blocks.nu().substitute({"nu": 2}), "nu=2 does not have modulus one; pass a root of "
     "unity such as zeta(8), or unit(t) with rational t"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "message"), REFUSED, ids=[message[:40] for _, message in REFUSED])
def test_what_makes_no_sense_is_refused(act, message):
    with refused(ValueError, message):
        act()


@pytest.mark.parametrize("bad", [0.5, "x", None, Fraction(1, 2), True])
def test_operands_are_elements(bad):
    for combine in (lambda: SYN + bad, lambda: SYN * bad, lambda: bad * SYN):
        with pytest.raises(TypeError):
            combine()


def test_rows_are_scaled_by_a_product_with_one_node():
    z = blocks.syn().scaled(c=Fraction(1, 2), a=3)
    assert z == block([3, 3 * W, 3 * W**2], [1, W, W**2], [Fraction(1, 2), W / 2, W**2 / 2])
    assert z == blocks.syn() * uniform(PAIR, a=3, c=Fraction(1, 2))
    assert blocks.syn().scaled(c=0).entry("c", 0, 1) == 0


def test_elements_print_what_they_are():
    assert repr(blocks.syn()) == "<Element syn of order 3 over {k,-k}>"
    assert repr(one(Z7) + 1) == "<Element of order 2 over Z7>"
    assert repr(blocks.real_character()) == "<Element real of order 2 over {k=-k}>"
    assert (repr(PAIR), repr(REAL), str(REAL)) == ("PAIR", "REAL", "{k=-k}")
    assert Frequency(2) == PAIR
    assert (PAIR.label(0), PAIR.label(1)) == ("k", "-k")


@given(group_elements())
def test_elements_pickle(z):
    assert pickle.loads(pickle.dumps(z)) == z


@given(same_spectrum(2, kinds=("parameters", "sums with parameters")), unit_numbers, st.data())
def test_substitution_commutes_with_everything(two, value, data):
    x, y = two
    named = sorted({*x.parameters, *y.parameters})
    assume(named)
    name = data.draw(st.sampled_from(named))

    def at(z):
        return z.substitute({name: value}) if name in z.parameters else z

    assert at(x + y) == at(x) + at(y)
    assert at(x * y) == at(x) * at(y)
    assert at(x**2) == at(x) ** 2
    assert at(x.expand()) == at(x)
    assert at(x).order == x.order
    assert name not in at(x).parameters
    assert set(at(x).parameters) <= set(x.parameters)
    if x.spectrum == PAIR:
        assert at(x.at(Z7, 1, 5)) == at(x).at(Z7, 1, 5)
    if isinstance(x.spectrum, Frequency):
        r = parse_potential("abc", spectrum=x.spectrum)
        assert r(at(x)) == r(x).substitute({name: value})


@given(group_elements())
def test_parameters_are_those_of_the_leaves(z):
    names = {v for node in spelled_out(z) for x in node.values() for v in x.parameters}
    assert names <= set(z.parameters)
    assert z.parameters == tuple(sorted(z.parameters))
    assert names == set(z.expand().parameters)


def test_names_follow_a_substitution():
    z = blocks.syn_ab() * blocks.nu() * blocks.xi().named("my nu block")
    put_in = z.substitute({"beta": zeta(8), "nu": 1})
    assert [x.name for x in operands(put_in.operation)] == [
        "syn(alpha,zeta(8))",
        "nu(1)",
        "my nu block",
    ]


def test_all_parameters_may_be_substituted_at_once():
    z, x = blocks.nu() * blocks.xi(), unit(Fraction(1, 3))
    assert z.substitute({"nu": I, "xi": x}) == blocks.nu(I) * blocks.xi(x)


@given(group_elements(among=up_to(5), max_order=6), st.data())
def test_merging_preserves_potentials_that_contain_c_once(z, data):
    twice = total(z.spectrum, [z, z.scaled(c=Fraction(-1, 3)), z])
    merged = twice.merged()
    assert merged.order <= z.order
    indices = st.integers(0, z.spectrum.order - 1)
    for rows in ("abc", "aac", "bbc", "ac", "aabbc"):
        at = [(p, data.draw(indices)) for p in rows]
        assert Potential(z.spectrum, at)(merged) == Potential(z.spectrum, at)(twice)


@given(groups(max_order=5), entries(), st.data())
def test_nodes_that_cancel_are_merged_away(G, values, data):
    z = data.draw(leaves(G, values))
    assert total(G, [z, z.scaled(c=-1)]).merged() == zero(G)


def test_merging_keeps_a_node_for_each_different_input():
    z = block([1, 1, W], [1, 1, 1], [2, I, 5])
    assert z.merged() == block([1, W], [1, 1], [2 + I, 5])
    assert block([0], [0], [1]).merged() == zero(PAIR)
    assert z.named("z").merged().name == "z"


@given(groups(), entries(), st.data())
def test_nodes_are_read_back_as_given(G, values, data):
    node = data.draw(nodes(G, values))
    z = element(G, [node])
    assert all(z.entry(p, k, 0) == x for (p, k), x in node.items())
    assert len(z.nodes) == sum(bool(x) for x in node.values())
