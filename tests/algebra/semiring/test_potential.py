"""Potentials are semiring homomorphisms; the sets of the theory; what composing does to them."""

import pytest
from hypothesis import given, strategies as st

from algebra import (
    PAIR,
    REAL,
    AbelianGroup,
    Potential,
    blocks,
    omega_0,
    omega_1,
    one,
    optimizers,
    parse_potential,
    potential_sets,
    zero,
)
from algebra.criterion.tensor import loss
from proofs.strategies.elements import group_elements, potentials, same_spectrum
from proofs.strategies.groups import GROUPS
from tests.algebra import reference
from tests.refusal import refused

Z5 = AbelianGroup("Z5")


@given(same_spectrum(2), st.data(), st.integers(0, 3))
def test_a_potential_is_a_semiring_homomorphism(two, data, m):
    x, y = two
    r = data.draw(potentials(x.spectrum))
    assert r(zero(x.spectrum)) == 0
    assert r(one(x.spectrum)) == 1
    assert r(x + y) == r(x) + r(y)
    assert r(x * y) == r(x) * r(y)
    assert r(x**m) == r(x) ** m


@given(st.one_of(group_elements(depth=3), reference.over_a_frequency), st.data())
def test_along_the_composition_on_the_nodes_and_by_definition_agree(z, data):
    r = data.draw(potentials(z.spectrum))
    assert r(z) == r(z.expand()) == reference.potential(z, list(r.indices))


@given(group_elements(), st.data())
def test_the_conjugate_potential_has_the_conjugate_value(z, data):
    r = data.draw(potentials(z.spectrum))
    assert r.conjugate()(z) == r(z).conjugate()
    assert r.conjugate().conjugate() == r


def test_the_empty_potential_counts_nodes():
    z = (blocks.syn() * blocks.nu()).at(AbelianGroup("Z7"), 1, 2) + 1
    count = Potential(z.spectrum, ())
    assert count(z) == count(z.expand()) == z.order == 13
    assert str(count) == ""
    assert Potential(PAIR, ())(blocks.syn() ** 3) == 27


def test_indices_are_a_multiset():
    assert Potential(PAIR, [("c", 1), ("a", 0), ("b", 0)]) == parse_potential("abc-")
    assert Potential(PAIR, [("a", 0), ("a", 0)]) != Potential(PAIR, [("a", 0)])
    assert hash(parse_potential("ba")) == hash(parse_potential("ab"))


@given(potentials(PAIR), potentials(REAL))
def test_names_parse_back(r, s):
    assert parse_potential(str(r)) == r
    assert parse_potential(str(s), spectrum=REAL) == s


def test_names_of_potentials():
    assert [str(parse_potential(x)) for x in ("abc", "a-bc", "cb-a", "a-a")] == [
        *("abc", "a-bc", "ab-c", "aa-"),
    ]
    assert parse_potential("aa-c").indices == (("a", 0), ("a", 1), ("c", 0))
    r = Potential(AbelianGroup("Z2xZ4"), [("a", (0, 1)), ("c", 7)])
    assert str(r) == "a[(0,1)]*c[(1,3)]"
    assert repr(r) == "<potential a[(0,1)]*c[(1,3)] over Z2xZ4>"
    assert str(Potential(Z5, [("b", 3), ("a", 1)])) == "a[1]*b[3]"
    assert str(parse_potential("ab-c").conjugate()) == "a-bc-"


LETTERS = "write letters a, b, c, conjugates as in 'a-bc'"
REFUSED = [
    *((lambda x=x: parse_potential(x), f"potential={x!r}: {LETTERS}")
      for x in ("abd", "a--", "-a", "a b", "A")),
    (lambda: parse_potential("a-", spectrum=REAL), f"potential='a-': {LETTERS}"),
    (lambda: Potential(PAIR, [("d", 0)]), "row='d': rows are 'a', 'b' and 'c'"),
    (lambda: Potential(PAIR, [("a", 2)]),
     "index=2 is not in {k,-k}; pass 0 (or 1 for -k on a pair)"),
    (lambda: Potential(REAL, [("a", 1)]),
     "index=1 is not in {k=-k}; pass 0 (or 1 for -k on a pair)"),
    (lambda: Potential(Z5, [("a", 5)]), "index=5 is not in Z5; pass 0 <= index < 5"),
    (lambda: parse_potential("abc")(one(Z5)), "abc is a potential over {k,-k}, not Z5"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_names_rows_indices_and_spectra_are_checked(act, message):
    with refused(ValueError, message):
        act()


@given(same_spectrum(2), st.data())
def test_composing_and_the_zero_and_one_sets(two, data):
    x, y = two
    some = frozenset(data.draw(st.lists(potentials(x.spectrum), max_size=12)))
    if x.spectrum in (PAIR, REAL):
        some |= frozenset().union(*potential_sets(x.spectrum).values())
    assert omega_0(x * y, some) == omega_0(x, some) | omega_0(y, some)
    assert omega_0(x + y, some) >= omega_0(x, some) & omega_0(y, some)
    assert omega_1(x * y, some) >= omega_1(x, some) & omega_1(y, some)


@given(same_spectrum(1))
def test_all_four_sets_are_looked_at_by_default(single):
    (x,) = single
    if isinstance(x.spectrum, AbelianGroup) and x.spectrum.order > 3:
        return
    every = frozenset().union(*potential_sets(x.spectrum).values())
    assert omega_0(x) == omega_0(x, every) == {r for r in every if r(x) == 0}
    assert omega_1(x) == omega_1(x, every) == {r for r in every if r(x) == 1}


def test_the_sets_of_one_frequency_are_those_of_the_theory():
    names = {k: sorted(map(str, v)) for k, v in potential_sets(PAIR).items()}
    assert names == {
        "R_g": ["abc"],
        "R_c": ["a-bc", "ab-c", "abc-"],
        "R_n": ["aa-c", "bb-c"],
        "R_*": ["a-a-c", "aac", "b-b-c", "bbc"],
    }
    real = {k: sorted(map(str, v)) for k, v in potential_sets(REAL).items()}
    assert real == {"R_g": ["abc"], "R_n": ["aac", "bbc"]}


@pytest.mark.parametrize("spec", [s for s in GROUPS if AbelianGroup(s).order <= 9])
def test_the_sets_of_a_group_have_the_right_sizes_and_meaning(spec):
    G = AbelianGroup(spec)
    m = G.order - 1
    inverse_classes = len(G.conjugate_pairs()) + len(G.real_characters())
    sets = potential_sets(G)
    assert {name: len(r) for name, r in sets.items()} == {
        "R_g": m,
        "R_c": m**3 - m,
        "R_n": 2 * inverse_classes * m,
        "R_*": 2 * (m * (m + 1) // 2 - inverse_classes) * m,
    }
    assert len(frozenset().union(*sets.values())) == sum(map(len, sets.values()))
    for name, found in sets.items():
        for r in found:
            (p, k1), (s, k2), (c, k) = r.indices
            assert c == "c"
            assert 0 not in (k1, k2, k)
            assert (p, s) in ([("a", "b")] if name in ("R_g", "R_c") else [("a", "a"), ("b", "b")])
            if name in ("R_g", "R_c"):
                assert (k1 == k2 == k) == (name == "R_g")
            else:
                assert (reference.plus(G, k1, k2) == 0) == (name == "R_n")


@pytest.mark.parametrize("spec", [s for s in GROUPS if 2 <= AbelianGroup(s).order <= 5])
def test_optimizers_without_a_carrier_meet_the_sufficient_conditions(spec):
    G = AbelianGroup(spec)
    sets = potential_sets(G)
    others = frozenset().union(*(r for name, r in sets.items() if name != "R_g"))
    for z in (optimizers.six_per_frequency(G, nu=1), optimizers.nine_per_frequency(G)):
        assert omega_1(z) == sets["R_g"]
        assert omega_0(z) == others
        assert loss(z) == 0
