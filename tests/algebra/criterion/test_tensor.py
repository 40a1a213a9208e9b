"""The function tensor and the loss against their definitions, and the three routes together."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st

from algebra import (
    PAIR,
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
from algebra.semiring.element import operands
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


def by_route(z, compute):
    """What each route answers that takes the element."""
    return {route: compute(route) for route in routes(z)}


@settings(max_examples=30)
@given(group_elements(among=up_to(6), max_order=8))
def test_the_tensor_is_its_definition(z):
    T = function_tensor(z)
    expected = reference.function_tensor(z)
    assert at_all_triples(T) == expected
    every = range(z.spectrum.order)
    for triple in [(k1, k2, k) for k1 in every for k2 in every for k in every]:
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
    tensors = by_route(z, lambda route: function_tensor(z, route=route))
    assert len(tensors) >= 2
    T = tensors["sparse"]
    assert all(found == T for found in tensors.values())
    assert function_tensor(z) == T
    assert function_tensor(z.expand()) == T
    for target in TARGETS:
        rest = T.minus(target)
        found = by_route(z, lambda route, t=target: residual(z, target=t, route=route))
        assert all(each == rest for each in found.values())
        assert residual(z, target=target) == rest
        losses = by_route(z, lambda route, t=target: loss(z, target=t, route=route))
        assert set(losses.values()) == {rest.squared_norm() / z.spectrum.order}


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


@pytest.mark.parametrize("x", HARD_SCALARS, ids=lambda x: repr(x)[:30])
def test_the_routes_agree_on_scalars_that_are_hard_for_machine_integers(x):
    for G in (AbelianGroup("Z3"), AbelianGroup("Z2xZ2")):
        value = x if not G.real_characters() else x + x.conjugate()
        k = G.order - 1
        leaf = element(G, [{("a", k): value, ("b", k): value, ("c", k): value, ("c", 0): 1},
                           {("a", k): -1, ("b", k): value, ("c", k): 1}])  # fmt: skip
        z = leaf * leaf.scaled(c=Fraction(1, 3)) + leaf + 1
        expected = reference.function_tensor(z)
        for route in ROUTES:
            assert at_all_triples(function_tensor(z, route=route)) == expected, route
            rest = at_all_triples(residual(z, route=route))
            assert rest == reference.residual(expected, G, "projected")


def products_of(bits):
    """Two equal nodes and another, whose products have so many bits."""
    third = bits // 3
    a, c = 2**third + 1, 2 ** (bits - 2 * third) - 1
    node = {("a", 1): a, ("b", 2): a - 2, ("c", 1): c}
    return [node, node, node | {("c", 1): 1}]


#: Where integers leave 53 or 64 bits, and what a prime divides that too small a bound would allow.
EXTREME = {f"products of {bits} bits": products_of(bits) for bits in (53, *range(60, 67))} | {
    "multiples of all primes below 200": [
        {("a", k): 1, ("b", k): 1, ("c", k): prod(filter(is_prime, range(200)))} for k in (1, 2)
    ],
    # The bound is a multiple of 2^64 and the scale, so in int64 the least prime would do.
    "7 times a power of 2": [{("a", 1): 2**21, ("b", 1): 2**21, ("c", 1): 7 * 2**22}],
    # 2 T[0, 0, 0] is 139, which is next above the bound if one of k and -k is forgotten.
    **{f"139/2 of {p}": [{(p, 0): 11, (p, 1): 3, ("c", 0): 1}] for p in "ab"},
}


@pytest.mark.parametrize("name", EXTREME)
def test_the_routes_are_exact_where_integers_or_primes_may_deceive(name):
    z = element(AbelianGroup("Z3"), EXTREME[name])
    expected = reference.function_tensor(z)
    assert expected
    for route in ROUTES:
        assert at_all_triples(function_tensor(z, route=route)) == expected, route


def test_the_routes_agree_on_a_large_prime_field():
    """A root of prime order may have hundreds of canonical terms, and is one term to each route."""
    first = {("a", 1): zeta(257, 256), ("b", 1): 1, ("c", 1): 2}
    second = {("a", 1): zeta(257, 5), ("c", 1): zeta(257, 9)}
    z = element(AbelianGroup("Z3"), [first, second])
    expected = reference.function_tensor(z)
    for route in ROUTES:
        assert at_all_triples(function_tensor(z, route=route)) == expected


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
    """An optimizer with one part corrupted: an entry turned or dropped, or c scaled."""
    G = draw(groups(min_order=2, max_order=9))
    family = draw(st.sampled_from(optimizers.families(G)))
    values = {name: draw(st.sampled_from([zeta(8), unit(Fraction(2, 7)), Scalar(1)]))
              for name in optimizers.FAMILIES[family].parameters
              if name in ("xi", "nu")}  # fmt: skip
    z = optimizers.build(G, family, **values)
    parts = list(operands(z.operation)) if operands(z.operation) else [z]
    if z.order > 60 or type(z.operation).__name__ != "Sum":
        parts = [z]
    at = draw(st.integers(0, len(parts) - 1))
    listed = [dict(node) for node in parts[at].node_list()]
    places = [(j, where) for j, node in enumerate(listed) for where in node]
    assume(places)
    j, where = draw(st.sampled_from(places))
    kind = draw(st.sampled_from(["turned", "dropped", "scaled"]))
    if kind == "turned":
        real = reference.minus(G, where[1]) == where[1]
        turn = Scalar(-1) if real else draw(st.sampled_from([zeta(3), I, zeta(5), Scalar(-1)]))
        listed[j][where] = listed[j][where] * turn
    elif kind == "dropped":
        del listed[j][where]
    else:
        factor = draw(st.sampled_from([2, -1, Fraction(1, 2), 1 + Fraction(1, 10**12)]))
        listed[j] = {at: x * (factor if at[0] == "c" else 1) for at, x in listed[j].items()}
    return total(G, [*parts[:at], element(G, listed), *parts[at + 1 :]])


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
    empty = [zero(G), zero(G) + zero(G), element(G, [{}, {}]), element(G, [{("a", 0): 1}]),
             element(G, [{("c", 0): 1}]), total(G, []) * one(G)]  # fmt: skip
    if G.conjugate_pairs():
        empty.append(blocks.syn().at(G))
    for z in empty:
        for route in ROUTES:
            assert len(function_tensor(z, route=route)) == 0
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


def test_runs_of_nodes_end_where_the_outputs_change():
    G = AbelianGroup("Z5")
    for ks in ([1, 2] * 6, [1] * 6 + [2] * 6):
        z = element(G, [{("a", 0): 1, ("b", 0): 1, ("c", k): 1} for k in ks])
        assert dict(function_tensor(z, route="sparse")) == {(0, 0, 1): 12, (0, 0, 2): 12}


def test_sums_of_many_nodes_beyond_the_integers_of_floats_are_exact():
    """4099 times an odd number near 2^41 is above 2^53 and odd: no float holds it."""
    count, c = 4099, 2**41 + 1
    z = element(AbelianGroup("Z3"), [{("a", 1): 1, ("c", 0): c}] * count)
    for route in ("sparse", "composed"):
        assert function_tensor(z, route=route)[2, 0, 0] == Fraction(count * c, 2)


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


def test_the_composed_tables_of_shared_parts_add_up():
    G = AbelianGroup("Z5")
    shared = (blocks.nu(I) * blocks.xi(zeta(8))).scaled(c=Fraction(1, 4))
    z = (shared.at(G, 1, 2, 1) + shared.at(G, 4)) * (one(G) + one(G)) ** 2
    table = composed_tensor(z)
    assert (np.diff(table.key) > 0).all()
    assert dict(function_tensor(z, route="composed")) == dict(function_tensor(z, route="sparse"))


def test_products_of_leaves_with_many_frequencies_agree_on_all_routes():
    G = AbelianGroup("Z5")
    every = G.representatives.tolist()
    x = element(G, [{(p, k): zeta(5, j * k * (2 if p == "a" else 1)) if k else 1
                     for p in "abc" for k in every} for j in range(5)])  # fmt: skip
    y = element(G, [{(p, k): zeta(5, -j * k) + 1 if k else 2
                     for p in "abc" for k in every} for j in range(3)])  # fmt: skip
    z = (x * y).scaled(c=Fraction(1, 15)) * (x + 1)
    T = function_tensor(z, route="composed")
    assert T == function_tensor(z, route="dense") == function_tensor(z, route="sparse")


@settings(max_examples=25)
@given(groups(min_order=2, max_order=5), entries(("roots", "parameters")), st.data())
def test_products_within_products_agree_on_all_routes(G, values, data):
    """A named factor is kept as one: its values are asked for at the surviving keys only."""
    x, y, w = (data.draw(leaves(G, values, max_order=2)) for _ in "xyw")
    z = (x * y).named("inner") * (w * (y + 1).named("sum")).named("other") * x
    found = by_route(z, lambda route: function_tensor(z, route=route))
    assert at_all_triples(found["sparse"]) == reference.function_tensor(z)
    assert all(found["sparse"] == T for T in found.values())


def test_a_block_with_parameters_in_a_product_agrees_with_its_expansion():
    G = AbelianGroup("Z3xZ3")
    z = (blocks.nu() * blocks.syn_ab() + block([1], [param("t")], [2])).at(G, (0, 1), (2, 2))
    z = z * (one(G) + blocks.xi(param("t")).at(G, (1, 1)))
    T = function_tensor(z, route="composed")
    assert function_tensor(z, route="sparse") == T
    assert z.spectrum != PAIR
