"""The function tensor and the loss against their definitions, and the three routes together."""

from collections import Counter
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from algebra import (
    AbelianGroup,
    I,
    Scalar,
    block,
    blocks,
    element,
    one,
    optimizers,
    param,
    total,
    unit,
    zero,
    zeta,
)
from algebra.criterion.composed import composed_tensor
from algebra.criterion.target import target_keys
from algebra.criterion.tensor import choose_route, function_tensor, loss, residual, routes
from algebra.numbers.roots_of_unity import is_prime
from proofs.strategies import groups
from proofs.strategies.elements import WITHOUT_PARAMETERS, entries, group_elements, leaves
from proofs.subjects import brute_force
from tests.algebra import reference
from tests.algebra.reference import up_to
from tests.refusal import refused

ROUTES = ("sparse", "dense", "composed")
TARGETS = ("projected", "onehot")


def at_all_triples(T) -> dict[tuple[int, int, int], Scalar]:
    """A tensor with the entries that follow by conjugation, through its items and `[]`."""
    G = T.group
    full = {}
    for (k1, k2, k), x in T:
        full[k1, k2, k] = x
        opposite = reference.minus(G, k)
        if opposite != k:
            full[reference.minus(G, k1), reference.minus(G, k2), opposite] = x.conjugate()
    return full


def routes_meet_the_definition(z):
    """Compare the tensor and the residual by every route with the definition; return it."""
    expected = reference.function_tensor(z)
    rest = reference.residual(expected, z.group, "projected")
    for route in routes(z):
        assert at_all_triples(function_tensor(z, route=route)) == expected, route
        assert at_all_triples(residual(z, route=route)) == rest, route
    return expected


@settings(max_examples=30)
@given(group_elements(among=up_to(6), max_order=8))
def test_the_tensor_is_its_definition(z):
    T = function_tensor(z)
    expected = reference.function_tensor(z)
    assert at_all_triples(T) == expected
    for triple in product(range(z.spectrum.order), repeat=3):
        assert T[triple] == expected.get(triple, 0)
    assert all(x for _, x in T)
    assert len(T) == len(list(T))


@pytest.mark.parametrize("target", TARGETS)
@given(z=group_elements(among=up_to(6), max_order=8))
def test_the_residual_and_the_loss_are_their_definitions(target, z):
    G = z.spectrum
    expected = reference.residual(reference.function_tensor(z), G, target)
    rest = residual(z, target=target)
    assert at_all_triples(rest) == expected
    norm = sum((x * x.conjugate() for x in expected.values()), Scalar(0))
    assert rest.squared_norm() == norm
    assert loss(z, target=target) == norm / G.order


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=30)
@given(z=group_elements(among=up_to(4), max_order=4, depth=1))
def test_the_loss_is_the_mean_square_error_of_the_network_exactly(target, z):
    assert loss(z, target=target) == brute_force.losses(z)[target]


@settings(max_examples=20)
@given(group_elements(depth=3, max_order=12))
def test_the_routes_agree_on_the_tensor_and_on_residuals(z):
    T = function_tensor(z)
    assert function_tensor(z.expand()) == T
    assert len(routes(z)) >= 2
    for route in routes(z):
        assert function_tensor(z, route=route) == T, route
        for target in TARGETS:
            rest = T.minus(target)
            assert residual(z, target=target, route=route) == rest, route
            value = loss(z, target=target, route=route)
            assert value == rest.squared_norm() / z.spectrum.order, route


HARD_SCALARS = [
    unit(Fraction(10**12 + 39, 10**9 + 7)),
    zeta(23) ** 22,
    zeta(67, 3) - zeta(67, 5),
    zeta(7) + Fraction(1, 3),
    Scalar(Fraction(2**62, 3)),
    Scalar(-(2**61)),
    Scalar(Fraction(1, 2**40)),
    1 + zeta(5) * Fraction(10**9, 10**9 + 9),
    zeta(16) + zeta(27),
]


def of_a_scalar(G, x):
    """A composition of nodes with this entry, or one that is real where the character is."""
    k = G.order - 1
    value = x + x.conjugate() if G.real_characters() else x
    leaf = element(G, [{("a", k): value, ("b", k): value, ("c", k): value, ("c", 0): 1},
                       {("a", k): -1, ("b", k): value, ("c", k): 1}])  # fmt: skip
    return leaf * leaf.scaled(c=Fraction(1, 3)) + leaf + 1


def products_of(bits):
    """Two equal nodes and another, whose products have so many bits."""
    third = bits // 3
    a, c = 2**third + 1, 2 ** (bits - 2 * third) - 1
    node = {("a", 1): a, ("b", 2): a - 2, ("c", 1): c}
    return [node, node, node | {("c", 1): 1}]


def with_frequencies(G, order, entry):
    """So many nodes, with entries at all frequencies."""
    every = G.representatives.tolist()
    return element(G, [{(p, k): entry(p, j, k) for p in "abc" for k in every}
                       for j in range(order)])  # fmt: skip


def shared_parts(G):
    shared = (blocks.nu(I) * blocks.xi(zeta(8))).scaled(c=Fraction(1, 4))
    return (shared.at(G, 1, 2, 1) + shared.at(G, 4)) * (one(G) + one(G)) ** 2


Z3, Z5, Z3XZ3 = AbelianGroup("Z3"), AbelianGroup("Z5"), AbelianGroup("Z3xZ3")
FIRST = with_frequencies(
    Z5, 3, lambda p, j, k: zeta(5, j * k * (2 if p == "a" else 1)) if k else Scalar(1)
)
SECOND = with_frequencies(Z5, 2, lambda p, j, k: zeta(5, -j * k) + 1 if k else Scalar(2))
HARD = {
    **{f"{x!r} over {G}": of_a_scalar(G, x)
       for x in HARD_SCALARS for G in (Z3, AbelianGroup("Z2xZ2"))},
    # Where integers leave 53 or 64 bits, and what a prime divides that too small a bound allows.
    **{f"products of {bits} bits": element(Z3, products_of(bits)) for bits in (53, *range(60, 67))},
    "multiples of all primes below 200": element(Z3, [
        {("a", k): 1, ("b", k): 1, ("c", k): prod(filter(is_prime, range(200)))} for k in (1, 2)]),
    # The bound is a multiple of 2^64 and the scale, so in int64 the least prime would do.
    "7 times a power of 2": element(Z3, [{("a", 1): 2**21, ("b", 1): 2**21, ("c", 1): 7 * 2**22}]),
    # No float holds 1025 times an odd number near 2^43.
    "a sum above 2^53": element(Z3, [{("a", 1): 1, ("c", 0): 2**43 + 1}] * 1025),
    # 2 T[0, 0, 0] is 139, which is next above the bound if one of k and -k is forgotten.
    **{f"139/2 of {p}": element(Z3, [{(p, 0): 11, (p, 1): 3, ("c", 0): 1}]) for p in "ab"},
    # ab + aa + bb is 0, or ab + aa/2 with bb alone left, and so on.
    "ab + aa + bb = 0": element(Z3, [
        {("a", 0): 1, ("c", 1): 1}, {("a", 0): 1, ("b", 0): -1, ("c", 1): -1}]),
    "ab + aa/2 = 0": element(Z3, [{("a", 0): 1, ("b", 0): -2, ("c", 1): 2}, {("b", 0): 2}]),
    "ab and bb/2 are left": element(Z3, [
        {("a", 0): 1, ("b", 0): 1, ("c", 1): 1}, {("a", 0): 1, ("c", 1): -1}]),
    # A root of prime order may have hundreds of canonical terms, and is one term to each route.
    "a large prime field": element(Z3, [
        {("a", 1): zeta(257, 256), ("b", 1): 1, ("c", 1): 2},
        {("a", 1): zeta(257, 5), ("c", 1): zeta(257, 9)}]),
    **{f"runs of nodes with outputs {ks}": element(
        Z5, [{("a", 0): 1, ("b", 0): 1, ("c", k): 1} for k in ks])
       for ks in ([1, 2] * 6, [1] * 6 + [2] * 6)},
    "shared parts": shared_parts(Z5),
    "leaves with many frequencies": (FIRST * SECOND).scaled(c=Fraction(1, 15)) * (FIRST + 1),
    "a block with parameters": (
        (blocks.nu() * blocks.syn_ab() + block([1], [param("t")], [2])).at(Z3XZ3, (0, 1), (2, 2))
        * (one(Z3XZ3) + blocks.xi(param("t")).at(Z3XZ3, (1, 1)))),
}  # fmt: skip


@pytest.mark.parametrize("name", HARD, ids=lambda name: name[:40])
def test_the_routes_are_exact_where_integers_primes_or_compositions_may_deceive(name):
    assert routes_meet_the_definition(HARD[name])


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("family", ["four-plus-six", "six-per-frequency", "four-plus-constant"])
def test_every_route_proves_optimizers_at_hard_parameter_values(route, family):
    G = AbelianGroup("Z5")
    for x in (unit(Fraction(10**12 + 39, 10**9 + 7)), zeta(16), zeta(37) * unit(Fraction(1, 2))):
        names = optimizers.FAMILIES[family].parameters[:2]
        names = [name for name in names if name not in ("alpha", "beta")]
        z = optimizers.build(G, family, **dict.fromkeys(names, x))
        assert len(residual(z, route=route)) == 0
        spoiled = z + element(G, [{("a", 1): 1, ("c", 2): Fraction(1, 10**40)}])
        rest = residual(spoiled, route=route)
        assert dict(rest) == dict(function_tensor(spoiled, route="sparse").minus("projected"))
        assert rest[2, 0, 2] == Fraction(1, 2 * 10**40)
        assert len(rest) == 3


@st.composite
def corrupted(draw):
    """An optimizer with one entry of a node changed: that node is taken away, and one added."""
    G = draw(groups(min_order=2, max_order=9))
    family = draw(st.sampled_from(optimizers.families(G)))
    names = {"xi", "nu"} & set(optimizers.FAMILIES[family].parameters)
    value = draw(st.sampled_from([zeta(8), unit(Fraction(2, 7)), Scalar(1)]))
    z = optimizers.build(G, family, **dict.fromkeys(names, value))
    node = draw(st.sampled_from(z.node_list()))
    p, k = draw(st.sampled_from(list(node)))
    turns = [zeta(3), I, zeta(5)] if reference.minus(G, k) != k else []
    factors = [*turns, Scalar(-1), 0, 2, Fraction(1, 2), 1 + Fraction(1, 10**12)]
    away = {at: -x if at[0] == "c" else x for at, x in node.items()}
    other = {**node, (p, k): node[p, k] * draw(st.sampled_from(factors))}
    return z + element(G, [away, other])


@settings(max_examples=30)
@given(corrupted(), st.sampled_from(TARGETS))
def test_every_route_rejects_a_corrupted_optimizer_with_the_same_residual(z, target):
    found = {route: residual(z, target=target, route=route) for route in ROUTES}
    assert found["dense"] == found["sparse"] == found["composed"]
    wrong = brute_force.float_loss(z, target=target)
    assert abs(complex(loss(z, target=target)) - wrong) < 1e-9
    if wrong > 1e-20:
        assert len(found["dense"]) > 0


def test_a_corruption_that_floats_cannot_see_is_rejected():
    z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=zeta(8), nu=1)
    spoiled = z + element(z.spectrum, [{("a", 1): 1, ("b", 1): 1, ("c", 1): Fraction(1, 10**30)}])
    assert brute_force.float_loss(spoiled) < 1e-20
    for route in ROUTES:
        assert residual(spoiled, route=route)[1, 1, 1] == Fraction(1, 10**30)
        assert loss(spoiled, route=route) != 0


def test_powers_of_zero_over_different_spectra_are_not_mixed_up():
    """The composed route remembers tables by identity, of elements that it must keep alive."""
    G = AbelianGroup("Z7")
    inner, outer = blocks.syn() ** 0, optimizers.six_per_frequency(G, nu=1) ** 0
    for count in range(2, 7):
        placed = [(blocks.syn() ** 0).at(G, 1 + i % 3) for i in range(count)]
        powers = [
            optimizers.six_per_frequency(G, nu=1) ** 0 if i % 2 else outer for i in range(count)
        ]
        mixed = [x for pair in zip(placed, powers, strict=True) for x in pair]
        for parts in ([*placed, *powers], [*powers, *placed, inner.at(G, 1)], mixed, mixed[::-1]):
            z = total(G, parts)
            assert function_tensor(z, route="composed") == function_tensor(z, route="sparse")


@pytest.mark.parametrize("spec", ["Z1", "Z2", "Z7", "Z2xZ4"])
def test_elements_without_nodes_or_entries_have_the_zero_tensor(spec):
    G = AbelianGroup(spec)
    alone = [element(G, [node]) for node in ({}, {("a", 0): 1}, {("c", 0): 1})]
    for z in (zero(G), zero(G) + zero(G), zero(G) * one(G), blocks.syn().at(G), *alone):
        assert routes_meet_the_definition(z) == {}
        for route in ROUTES:
            assert loss(z, route=route) == Fraction(G.order - 1, G.order)
            assert loss(z, target="onehot", route=route) == 1


def test_large_memorization_is_never_expanded():
    z = optimizers.memorization(AbelianGroup("Z61"))
    assert z.order == 3721
    assert choose_route(z) == "composed"
    assert len(residual(z)) == 0
    spoiled = z + element(z.spectrum, [{("a", 0): 1, ("c", 5): zeta(61)}])
    assert dict(residual(spoiled)) == {(0, 0, 5): zeta(61) / 2}
    assert z._nodes is None


@settings(max_examples=25)
@given(st.integers(20, 150), st.sampled_from(["Z3", "Z4", "Z5"]), st.data())
def test_many_equal_nodes_are_added_exactly(count, spec, data):
    """Runs of nodes with equal support go through a histogram in the sparse route."""
    G = AbelianGroup(spec)
    drawn = data.draw(leaves(G, data.draw(entries(WITHOUT_PARAMETERS)), max_order=3))
    turns = [zeta(12, data.draw(st.integers(0, 11))) for _ in range(4)]
    listed = []
    for j in range(count):
        for node in drawn.node_list():
            listed.append({(p, k): x * turns[j % 4] if reference.minus(G, k) != k else x
                           for (p, k), x in node.items()})  # fmt: skip
    z = element(G, listed)
    counted = Counter(j % 4 for j in range(count))
    expected: dict = {}
    for j, times in counted.items():
        few = element(G, listed[j * drawn.order : (j + 1) * drawn.order])
        for at, x in reference.function_tensor(few).items():
            expected[at] = expected.get(at, Scalar(0)) + x * times
    T = function_tensor(z, route="sparse")
    assert at_all_triples(T) == {at: x for at, x in expected.items() if x}
    assert function_tensor(z, route="dense") == T


def test_the_route_is_chosen_by_cost():
    G = AbelianGroup("Z23")
    z = optimizers.four_plus_six(G, xi=1, nu=1)
    assert choose_route(z.expand()) == "sparse"
    assert choose_route(optimizers.six_per_frequency(G)) in ("sparse", "composed")
    full = optimizers.memorization(AbelianGroup("Z13")).expand()
    assert choose_route(full) == "dense"
    with_parameter = element(G, [{("a", 1): param("v"), ("b", 1): 1, ("c", 1): 1}])
    assert choose_route(with_parameter) == "sparse"
    for route in ROUTES:
        assert len(residual(full, route=route)) == 0


def test_the_dense_route_refuses_free_parameters():
    z = optimizers.six_per_frequency(AbelianGroup("Z5"))
    for compute in (function_tensor, residual, loss):
        with refused(
            ValueError,
            "route='dense' takes no free parameters, and nu_1, nu_2 are free; use route='sparse' "
            "or 'composed', which decide them as Laurent polynomials",
        ):
            compute(z, route="dense")


def test_a_tensor_reads_every_index_and_refuses_others():
    G = AbelianGroup("Z2xZ4")
    z = optimizers.four_plus_real(G, xi=1)
    T = function_tensor(z)
    assert T[(0, 1), (0, 1), (0, 1)] == T[1, 1, 1] == T[3, 3, 3] == 1
    assert T[0, 1, 1] == 0
    assert (T == 3) is False
    assert function_tensor(zero(G)) != T
    assert function_tensor(one(AbelianGroup("Z8"))) != T
    with refused(ValueError, "index=8 is not in Z2xZ4; pass 0 <= index < 8"):
        T[0, 0, 8]
    with pytest.raises(TypeError, match=r"unhashable"):
        hash(T)


def test_targets_and_routes_are_checked():
    z = zero(AbelianGroup("Z3"))
    with refused(ValueError, "target='one'; pass projected or onehot"):
        loss(z, target="one")
    with refused(ValueError, "target='one'; pass projected or onehot"):
        residual(z, target="one", route="dense")
    with pytest.raises(
        ValueError, match=r"^route='fast'; pass one of auto, sparse, dense, compose"
    ):
        function_tensor(z, route="fast")
    message = r"^<Element syn of order 3 over \{k,-k\}> is a block of one frequency; place it on a "
    for compute in (function_tensor, residual, loss, choose_route):
        with pytest.raises(ValueError, match=message):
            compute(blocks.syn())


def test_target_keys_are_the_diagonal():
    G = AbelianGroup("Z2xZ3")
    d = G.order
    diagonal = [(k * d + k) * d + k for k in G.representatives.tolist()]
    assert target_keys(G, "onehot").tolist() == diagonal
    assert target_keys(G, "projected").tolist() == diagonal[1:]


def test_the_composed_table_is_sorted_and_has_each_key_once():
    assert (np.diff(composed_tensor(shared_parts(Z5)).key) > 0).all()


@settings(max_examples=25)
@given(groups(min_order=2, max_order=5), entries(("roots", "parameters")), st.data())
def test_products_within_products_agree_on_all_routes(G, values, data):
    """A named factor is kept as one: its values are asked for at the surviving keys only."""
    x, y, w = (data.draw(leaves(G, values, max_order=2)) for _ in "xyw")
    z = (x * y).named("inner") * (w * (y + 1).named("sum")).named("other") * x
    routes_meet_the_definition(z)
