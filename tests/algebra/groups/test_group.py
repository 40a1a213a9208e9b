"""Groups, characters and automorphisms against arithmetic on tuples."""

import pickle
import tracemalloc
from math import lcm

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra import AbelianGroup
from proofs.strategies import groups
from proofs.strategies.groups import GROUPS
from tests.algebra import reference
from tests.refusal import refused

FORMS = {
    (7,): ["Z7", "7", 7, (7,), np.int64(7), "z7", "Z_7", "C7", "c_7", "Z/7Z", "Z/(7)", "Z_{7}",
           "Cyclic(7)", "cyclicgroup(7)", "ZZ/7ZZ", "Z/7"],
    (2, 4): [np.array([2, 4]), [2, 4], "Z2xZ4", "2x4", "2X4", "2*4", "Z/2Z x Z/4Z", "C2 × C4"],
    (2, 2, 2): ["Z2^3", "2^3", "(Z/2Z)^3", "Z/2Z^3"],
    (4, 2): ["Z4 x Z2"],
    (2, 2, 3): ["Z2^2xZ3"],
    (5,): [" Z5 "],
    (1,): ["1"],
    (1, 3): ["Z1xZ3"],
    (7, 3): ["Z7 x c3"],
    (10**6,): ["Z1000000"],
    (10,) * 6: ["Z10^6"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "moduli"), [(spec, moduli) for moduli in FORMS for spec in FORMS[moduli]]
)
def test_a_group_is_read_in_every_form(spec, moduli):
    G = AbelianGroup(spec)
    assert G.moduli == moduli
    assert AbelianGroup(moduli) == G
    assert hash(G) == hash(AbelianGroup(moduli))
    assert AbelianGroup(str(G)) == G
    assert eval(repr(G)) == G


FORMS_TO_WRITE = "write an Abelian group: Z7, 7, Z2xZ4, 2x4 or Z2^3"
#: What is wrong with a text, by what cannot be read of it; the last digit is not an ASCII one.
UNREAD = {x: x for x in ("Q8", "Z", "Z10**6", "C/7", "Z-3", "Z2.5", "Z2+Z3", "Z7\nZ7", "Z\u0667")}
REFUSED = [
    *(
        (x, f"group={x!r}: cannot read {factor!r}; {FORMS_TO_WRITE}")
        for x, factor in {**UNREAD, "Z/7xC": "C"}.items()
    ),
    *((x, f"group={x!r}: a factor is missing; {FORMS_TO_WRITE}") for x in ("", " ", "Z2x", "2xx3")),
    *(
        (x, f"group={x!r}: cyclic orders are integers >= 1, such as Z2xZ4")
        for x in ("Z0", "Z3^0", 0, -3, (), (2, 2.5), 7.0, True, None, b"Z7")
    ),
    ("Z1234567890", "group='Z1234567890' has order 1234567890; at most 1000000"),
    ("Z" + "9" * 20, f"group='Z{'9' * 20}' has order about 2^66; at most 1000000"),
    ("Z" + "9" * 5000, f"group='Z{'9' * 58} is too large; at most order 1000000"),
    ("Z1^1000", "group='Z1^1000' is too large; at most order 1000000"),
    ("Z2^999", "group='Z2^999' has order about 2^999; at most 1000000"),
    (10**6 + 1, "group=1000001 has order 1000001; at most 1000000"),
    ("Z1001x1000", "group='Z1001x1000' has order 1001000; at most 1000000"),
]


@pytest.mark.parametrize(("spec", "message"), REFUSED)
def test_a_bad_group_is_refused_with_what_to_write(spec, message):
    with refused(ValueError, message):
        AbelianGroup(spec)


def test_factors_are_kept_as_given():
    assert AbelianGroup("Z2xZ3") != AbelianGroup("Z6")
    assert str(AbelianGroup("Z4xZ2")) == "Z4xZ2"
    assert AbelianGroup("Z2xZ4")._repr_latex_() == r"$\mathbb{Z}_{2} \times \mathbb{Z}_{4}$"


def test_a_group_pickles():
    G = AbelianGroup("Z2xZ4")
    assert G.order == 8  # caches it
    assert pickle.loads(pickle.dumps(G)) == G


@pytest.mark.parametrize("spec", GROUPS)
def test_indices_arithmetic_and_conjugates_are_those_of_tuples(spec):
    G = AbelianGroup(spec)
    every = reference.tuples(G)
    assert len(every) == G.order
    assert G.exponent == lcm(*G.moduli)
    index = np.arange(G.order)

    def at(numbers):
        return every.index(tuple((np.array(numbers) % G.moduli).tolist()))

    assert [G.tuple(i) for i in index.tolist()] == every
    assert [G.index(k) for k in every] == list(range(G.order))
    assert [G.index(i) for i in index] == list(range(G.order))
    assert G.residues(index).T.tolist() == [list(k) for k in every]
    negative = [at(np.negative(k)) for k in every]
    assert G.negate(index).tolist() == negative
    assert G.products.tolist() == [[at(np.add(k, m)) for m in every] for k in every]
    assert G.products.dtype == np.int64
    for t in (-3, 0, 1, 2, 7):
        assert G.multiply(t, index).tolist() == [at(np.multiply(t, k)) for k in every]
    assert G.negate(G.order - 1) == negative[-1]  # a single index, too
    pairs = [i for i in range(G.order) if i < negative[i]]
    reals = [i for i in range(1, G.order) if i == negative[i]]
    assert G.conjugate_pairs() == pairs
    assert G.real_characters() == reals
    assert sorted([0, *pairs, *reals]) == G.representatives.tolist()
    assert 2 * len(pairs) + len(reals) + 1 == G.order


def test_indices_outside_the_group_are_refused():
    G = AbelianGroup("Z2xZ4")
    for bad in (8, -1):
        with refused(ValueError, f"index={bad} is not in Z2xZ4; pass 0 <= index < 8"):
            G.index(bad)
    for bad in ((2, 0), (0, 4), (0,), (0, 0, 0), (-1, 0), (1.0, 2.0), (True, 0), 2.0, "3"):
        with refused(
            ValueError,
            f"index={bad!r} is not in Z2xZ4; pass 2 residues with 0 <= k_i < n_i, "
            f"the orders being (2, 4)",
        ):
            G.index(bad)


def test_labels_are_numbers_on_cyclic_groups_and_tuples_elsewhere():
    assert AbelianGroup("Z7").label(3) == "3"
    assert AbelianGroup("Z2xZ4").label(7) == "(1,3)"


@pytest.mark.parametrize("spec", GROUPS)
def test_characters_are_the_formula_multiplicative_and_orthogonal(spec):
    G = AbelianGroup(spec)
    d, n = G.order, G.exponent
    every = reference.tuples(G)
    index = np.arange(d)
    table = G.character_exponents(index[:, None], index)
    by_formula = [
        [sum(n // m * x * y for x, y, m in zip(k, g, G.moduli, strict=True)) % n for g in every]
        for k in every
    ]
    assert table.tolist() == by_formula
    assert table.tolist() == [[G.character(k, g) for g in every] for k in every]
    for k in range(d):
        # chi_k(g + h) = chi_k(g) chi_k(h), chi_{k+m} = chi_k chi_m, chi_{-k} = conj(chi_k)
        assert (table[k][G.add(index[:, None], index)] == (table[k][:, None] + table[k]) % n).all()
        assert (table[G.add(index, np.full(d, k))] == (table + table[k]) % n).all()
        assert (table[G.negate(k)] == -table[k] % n).all()
    for k in range(d):  # exactly: each value of a character is taken equally often
        exponents, counts = np.unique(table[k], return_counts=True)
        assert len(set(counts.tolist())) == 1
        assert (exponents * len(exponents) % n == 0).all()
        assert (len(exponents) == 1) == (k == 0)


@given(groups(), st.data())
def test_character_values_are_products_of_roots(G, data):
    k, g = (data.draw(st.integers(0, G.order - 1)) for _ in "kg")
    value = reference.character(G, k, g)
    assert G.character_value(k, g) == G.character_value(G.tuple(k), G.tuple(g)) == value


AUTOMORPHISMS = {"Z1": 1, "Z2": 1, "Z7": 6, "Z12": 4, "Z2xZ2": 6, "Z2^3": 168, "Z4xZ2": 8,
                 "Z2xZ4": 8, "Z3xZ3": 48, "Z4xZ4": 96, "Z2xZ8": 16, "Z2xZ6": 12, "Z2xZ3": 2,
                 "Z1xZ5": 4}  # fmt: skip


@pytest.mark.parametrize(("spec", "count"), AUTOMORPHISMS.items())
def test_automorphisms_are_as_many_as_known_and_form_a_group(spec, count):
    G = AbelianGroup(spec)
    every = np.arange(G.order)
    maps = {tuple(phi.on_elements(every).tolist()) for phi in G.automorphisms()}
    assert len(maps) == count == sum(1 for _ in G.automorphisms())
    for phi in list(maps)[:12]:
        assert sorted(phi) == every.tolist()
        image = np.array(phi)
        assert (image[G.products] == G.add(image[:, None], image)).all()
        assert {tuple(image[list(psi)].tolist()) for psi in maps} == maps


@pytest.mark.parametrize("spec", ["Z12", "Z2xZ4", "Z4xZ2", "Z3xZ3", "Z2^3", "Z2xZ6", "Z2xZ3"])
def test_the_dual_action_composes_characters_with_the_automorphism(spec):
    G = AbelianGroup(spec)
    every = np.arange(G.order)
    for phi in list(G.automorphisms())[:50]:
        moved = G.character_exponents(phi.on_characters(every)[:, None], every)
        assert (moved == G.character_exponents(every[:, None], phi.on_elements(every))).all()


def test_an_automorphism_is_given_by_images_of_generators():
    G = AbelianGroup("Z2xZ4")
    phi = G.automorphism([(1, 2), (1, 1)])
    assert phi.images == ((1, 2), (1, 1))
    assert phi.on_elements(np.array([4, 1])).tolist() == [G.index((1, 2)), G.index((1, 1))]
    assert phi in list(G.automorphisms())
    assert AbelianGroup("Z7").automorphism([3]) == AbelianGroup("Z7").scaling(3)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ([(1, 0)], ": Z2xZ4 has 2 generators, one image each"),
        ([(0, 1), (1, 0)], ": 2 * (0, 1) is not zero, so this is no homomorphism of Z2xZ4"),
        ([(0, 2), (0, 1)], " do not generate Z2xZ4, so this is no automorphism"),
        ([(0, 0), (0, 0)], " do not generate Z2xZ4, so this is no automorphism"),
    ],
)
def test_what_is_no_automorphism_is_refused(images, said):
    with refused(ValueError, f"images={images}{said}"):
        AbelianGroup("Z2xZ4").automorphism(images)


@pytest.mark.parametrize("spec", ["Z1", "Z7", "Z12", "Z2xZ4", "Z3xZ3", "Z2xZ6"])
def test_scalings_multiply_elements_and_characters(spec):
    G = AbelianGroup(spec)
    every = np.arange(G.order)
    for t in range(1, 2 * G.exponent):
        if np.gcd(t, G.exponent) == 1:
            phi = G.scaling(t)
            assert (phi.on_elements(every) == G.multiply(t, every)).all()
            assert (phi.on_characters(every) == G.multiply(t, every)).all()
    with refused(ValueError, "t=2 is not coprime to the exponent 4 of Z2xZ4"):
        AbelianGroup("Z2xZ4").scaling(2)


@pytest.mark.parametrize("spec", ["Z100000", "Z2^5xZ5^5", "Z100xZ1000"])
def test_large_groups_take_memory_linear_in_their_order(spec):
    G = AbelianGroup(spec)
    rng = np.random.default_rng(0)
    tracemalloc.start()
    try:
        every = np.arange(G.order)
        G.conjugate_pairs()
        G.real_characters()
        double_negative = G.negate(G.negate(every))
        difference = G.add(every, G.negate(every))
        exponents = G.character_exponents(every, rng.permutation(G.order))
        triple = G.multiply(3, every)
        image = G.scaling(7).on_characters(every)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 600 * G.order  # bytes; a d x d table of bytes would be 10^10
    assert (double_negative == every).all()
    assert not difference.any()
    assert ((exponents >= 0) & (exponents < G.exponent)).all()
    assert (triple == G.add(every, G.add(every, every))).all()
    assert (image == G.multiply(7, every)).all()
