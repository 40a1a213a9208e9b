"""The zero test is rigorous: its bound bounds, its primes suffice, and smaller ones would not."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import ceil, gcd, lcm, prod

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings, strategies as st

from algebra import (
    AbelianGroup,
    Potential,
    Scalar,
    blocks,
    element,
    optimizers,
    param,
    unit,
    zeta,
)
from algebra.criterion.dense import dense_mismatches, dense_potentials
from algebra.criterion.sparse import unpack
from algebra.criterion.target import target_keys
from algebra.criterion.tensor import residual
from algebra.criterion.terms import EXACT_FLOAT
from algebra.criterion.zero_test import (
    Plan,
    bound,
    dense,
    galois_action,
    is_invariant,
    plan,
    primes_above,
    residues,
)
from algebra.numbers.monomial import embedding_bound
from algebra.numbers.roots_of_unity import primitive_root_of_unity, units
from proofs.strategies.elements import WITHOUT_PARAMETERS, group_elements
from proofs.strategies.scalars import numbers
from tests.algebra import reference
from tests.algebra.reference import up_to

TURNS = {"u": mpmath.mpf("0.1"), "v": mpmath.mpf("0.7")}
Z3, Z5 = AbelianGroup("Z3"), AbelianGroup("Z5")
NONE = np.empty(0, dtype=np.int64)


def planned(z) -> Plan:
    return plan(z.nodes, dense(z.nodes))


def embeddings(x: Scalar) -> list[mpmath.mpf]:
    """All ``|sigma(x)|`` at some parameter values, for numbers beyond the largest float too."""
    sizes = []
    for t in range(1, x.field + 1):
        if gcd(t, x.field) == 1:
            total = mpmath.mpc(0)
            for q, e, m in x.terms():
                turn = mpmath.mpf(2 * e * t) / x.field
                turn += sum(TURNS[name] * k for name, k in m)
                total += mpmath.mpf(q.numerator) / q.denominator * mpmath.expjpi(turn)
            sizes.append(abs(total))
    return sizes


def at_most(size: mpmath.mpf, limit: int) -> bool:
    return size <= mpmath.mpf(limit) * (1 + mpmath.mpf(10) ** -12)


@settings(max_examples=30)
@given(group_elements(among=up_to(6), max_order=8))
def test_the_bound_bounds_the_tensor_minus_the_target_in_all_embeddings(z):
    limit, scale = bound(z.nodes)
    assert limit == int(limit)
    T = reference.function_tensor(z)
    for (k1, k2, k), x in T.items():
        assert (x * scale).denominator == 1
        for size in embeddings(x):
            assert at_most(scale * size + scale, limit)
        if k1 == k2 == k:
            assert all(at_most(scale * size, limit) for size in embeddings(x - 1))
    assert limit >= scale


@given(group_elements(among=up_to(6), max_order=6))
def test_the_bound_is_its_formula(z):
    """Of an entry and its conjugate, whose bounds may differ, the one that is stored counts."""
    nodes, every = range(z.order), range(z.spectrum.order)
    stored = [min(k, z.spectrum.negate(k)) for k in every]
    entries = {(p, k, j): z.entry(p, stored[k], j) for p in "abc" for k in every for j in nodes}
    d, e = (
        lcm(*(x.denominator for (p, _, _), x in entries.items() if p in rows))
        for rows in ("ab", "c")
    )
    sizes = {at: ceil(embedding_bound(x) * (e if at[0] == "c" else d)) for at, x in entries.items()}
    largest = {(p, j): max(sizes[p, k, j] for k in every) for p in "ab" for j in nodes}
    squares = {j: sum(sizes[p, k, j] ** 2 for p in "ab" for k in every) for j in nodes}
    weight = {j: squares[j] + 2 * largest["a", j] * largest["b", j] for j in nodes}
    most = max(sum(sizes["c", k, j] * weight[j] for j in nodes) for k in every)
    assert bound(z.nodes) == (most + 2 * d * d * e, 2 * d * d * e)


@given(group_elements(among=up_to(4), max_order=6), st.data())
def test_the_bound_bounds_the_potentials_too(z, data):
    limit, scale = bound(z.nodes)
    k = st.integers(0, z.spectrum.order - 1)
    for rows in ("abc", "aac", "bbc"):
        value = Potential(z.spectrum, [(p, data.draw(k)) for p in rows])(z)
        assert (value * (scale // 2)).denominator == 1
        assert all(at_most(scale // 2 * size, limit) for size in embeddings(value))


def test_the_bound_is_reached():
    """``a_0 = b_0 = 1, c_0 = -1``: T[0,0,0] = -2, two away from a target of 1, plus one."""
    for G in (AbelianGroup("Z1"), Z3):
        z = element(G, [{("a", 0): 1, ("b", 0): 1, ("c", 0): -1}])
        assert bound(z.nodes) == (6, 2)
        assert reference.function_tensor(z)[0, 0, 0] - 1 == -3


def test_the_bound_leaves_machine_integers_where_it_must():
    big = Fraction(10**20)
    z = element(Z3, [{("a", 0): big, ("b", 0): big, ("c", 1): big}] * 3)
    assert bound(z.nodes) == (3 * 4 * 10**60 + 2, 2)
    assert bound(element(Z3, [{("a", 0): big}]).nodes) == (2, 2)  # inputs alone, outputs alone
    assert bound(element(Z3, [{("c", 1): big}]).nodes) == (2, 2)
    just = element(Z3, [{("a", 0): 2**21, ("c", 1): 2**23}] * 50)
    assert bound(just.nodes) == (50 * 2**65 + 2, 2)
    small = element(Z3, [{("a", 0): 2**10, ("c", 1): 2**12}] * 50)
    assert bound(small.nodes) == (50 * 2**32 + 2, 2)


@given(group_elements(kinds=WITHOUT_PARAMETERS, max_order=8))
def test_the_primes_split_and_suffice_and_divide_no_denominator(z):
    how = planned(z)
    limit, scale = bound(z.nodes)
    assert how.bound == limit
    assert how.field == lcm(*(x.field for x in z.nodes.value.scalars))
    assert prod(how.primes) > limit
    assert len(set(how.primes)) == len(how.primes)
    terms = max(z.order, z.spectrum.order)
    for p in how.primes:
        assert sympy.isprime(p)
        assert p % how.field == 1 % how.field
        assert scale % p
        assert terms * (p // 2 + 1) ** 2 < EXACT_FLOAT
    assert how.roots == ((1,) if how.symmetry else tuple(units(how.field).tolist()))


@pytest.mark.parametrize(
    ("entry", "c"),
    [
        (1, Fraction(1, prod(sympy.primerange(24)))),
        *((zeta(12), Fraction(1, p)) for p in (13, 37, 61, 73, 97, 109)),  # 1 mod 12
        (1, Fraction(10**30, 7)),
    ],
)
def test_a_prime_that_divides_a_denominator_is_passed_over(entry, c):
    """A prime just above the bound, or the first of several, is the denominator of another."""
    first, *_ = planned(element(Z3, [{("a", 1): entry, ("b", 1): 1, ("c", 1): c}])).primes
    for denominator in (c.denominator, first):
        z = element(Z3, [{("a", 1): entry, ("b", 1): 1, ("c", 1): Fraction(c, denominator)}])
        assert all(bound(z.nodes)[1] % p for p in planned(z).primes)
        assert residual(z, route="dense") == residual(z, route="sparse")


def test_many_primes_are_used_for_a_large_bound():
    x = unit(Fraction(10**12 + 39, 10**9 + 7))
    how = planned(optimizers.four_plus_six(Z5, xi=x, nu=x))
    assert how.bound > 10**90
    assert prod(how.primes) > how.bound
    assert prod(how.primes[:-1]) <= how.bound
    assert "1 mod" not in how.sentence()
    assert how.sentence().startswith(f"zero modulo {how.primes[0]} * {how.primes[1]} * ")


def test_the_plan_in_words():
    z = optimizers.six_per_frequency(Z5, nu=1)
    how = planned(z)
    assert how.sentence() == (f"zero modulo {how.primes[0]} > {how.bound} at 2 roots in Q(zeta_3)")
    memorised = planned(optimizers.memorization(Z5))
    assert memorised.sentence().endswith("at one root by Galois symmetry in Q(zeta_5)")


def test_a_field_without_small_primes_is_refused():
    n = 2**25 + 2**20  # every prime 1 mod n is above the ceiling for 8 terms
    z = element(Z3, [{("a", 1): zeta(n), ("b", 1): 1, ("c", 1): 10**9}])
    z = element(Z3, [*z.node_list()] * 40)
    with pytest.raises(ValueError, match=r"^no primes p = 1 mod 34603008 below .* route='sparse'$"):
        primes_above(n, *bound(z.nodes), z.order)


def test_scalars_that_no_node_uses_any_more_do_not_matter():
    """The factors have no row in common: their product has no entries, and no denominators."""
    x = element(Z3, [{("a", 1): Fraction(1, 7)}, {("a", 0): zeta(5) + zeta(5, 4)}])
    y = element(Z3, [{("b", 1): Fraction(1, 31)}])
    z = (x * y).expand() + element(Z3, [{("a", 1): 1, ("b", 1): 1, ("c", 1): 1}])
    assert bound(z.nodes)[1] == 2
    assert residual(z, route="dense") == residual(z, route="sparse")
    v = param("v")
    gone = (element(Z3, [{("a", 1): v}]) * y).expand()
    assert gone.parameters == ()
    assert len(residual(gone, route="dense")) == 1


@pytest.mark.parametrize("target", ["projected", "onehot"])
def test_no_false_alarm_where_the_three_sums_cancel_or_meet_the_target(target):
    """The dense route weighs ``ab``, ``aa/2`` and ``bb/2`` exactly, so nothing is recomputed."""
    cancelling = [
        [{("a", 0): 1, ("b", 0): -1, ("c", 1): 1}],
        [{("a", 0): 1, ("b", 0): 1, ("c", 1): 1}, {("a", 0): 2, ("c", 1): -1}],
        [{("a", 0): 1, ("c", 1): 1}, {("b", 0): 1, ("c", 1): -1}],
        [{("b", 0): 1, ("a", 0): -1, ("c", 1): 3}],
    ]
    for listed in cancelling:
        z = element(Z3, listed)
        assert reference.function_tensor(z) == {}
        assert dense_mismatches(z.nodes, NONE).tolist() == []
    for G in (Z3, Z5, AbelianGroup("Z2xZ4")):
        for family in optimizers.families(G):
            z = optimizers.build(G, family, target=target)
            for x in (zeta(8), unit(Fraction(10**12 + 39, 10**9 + 7))):  # small and large primes
                at = z.substitute(dict.fromkeys(z.parameters, x))
                keys = dense_mismatches(at.nodes, target_keys(G, target))
                assert not (keys % G.order).any()
                assert target == "projected" or not len(keys)


@pytest.mark.parametrize("p", ["a", "b"])
def test_the_squares_are_seen_at_their_frequency_and_not_at_its_conjugate(p):
    """Two nodes whose squares add up at 2k and cancel at -2k, where outputs are not conjugate."""
    z = element(Z5, [{(p, 1): 1, ("c", 1): 1}, {(p, 1): zeta(8), ("c", 1): -zeta(4)}])
    T = reference.function_tensor(z)
    at, opposite = ((2, 0, 1), (3, 0, 1)) if p == "a" else ((0, 2, 1), (0, 3, 1))
    assert T[at] == 1
    assert opposite not in T
    keys = dense_mismatches(z.nodes, NONE).tolist()
    assert keys == sorted((k1 * 5 + k2) * 5 + k for k1, k2, k in T if k <= 2)


@given(st.lists(numbers(), min_size=1, max_size=4), st.integers(0, 3))
def test_residues_are_values_of_ring_homomorphisms(xs, extra):
    """Each image is additive and multiplicative, and sends zeta_n to a root of order n."""
    n = lcm(12, *(x.field for x in xs))
    x, y = xs[0], xs[-1]
    listed = [*xs, x + y, x * y, zeta(n), Scalar(1), Scalar(0)]
    scale = prod(z.denominator for z in listed)
    p = next(p for p in sympy.primerange(10**5, 10**8) if p % n == 1 and scale % p)
    how = Plan(n, 0, (p,), tuple(units(n).tolist())[: extra + 1])
    images = list(residues(listed, how))
    assert len(images) == len(how.primes) * len(how.roots)
    roots = set()
    for q, residue in images:
        assert q == p
        values = [int(r) for r in residue]
        assert all(0 <= r < p for r in values)
        first, last = values[0], values[len(xs) - 1]
        assert values[len(xs)] == (first + last) % p
        assert values[len(xs) + 1] == first * last % p
        *_, root, unity, nothing = values
        assert (unity, nothing) == (1, 0)
        assert sympy.n_order(root, p) == n
        roots.add(root)
    assert len(roots) == len(images)


def equivariant_by_definition(z) -> bool:
    """Whether ``sigma_t(z[p, k, j]) = z[p, t k, j]`` for all t, k and j."""
    G, nodes = z.spectrum, reference.spelled_out(z.expand())
    n = lcm(G.exponent, *(x.field for node in nodes for x in node.values()))
    return all(
        node.get((p, G.multiply(t, k)), Scalar(0)) == node.get((p, k), Scalar(0)).galois(t)
        for t in range(1, n + 1)
        if gcd(t, n) == 1
        for node in nodes
        for p in "abc"
        for k in range(G.order)
    )


def is_equivariant(z) -> bool:
    weights = dense(z.nodes)
    action = galois_action(weights, lcm(*(x.field for x in z.nodes.value.scalars)))
    return action is not None and is_invariant(weights, action)


@pytest.mark.parametrize("spec", ["Z1", "Z2", "Z3", "Z5", "Z6", "Z8", "Z12", "Z2xZ4", "Z3xZ3"])
def test_memorization_is_galois_equivariant(spec):
    z = optimizers.memorization(AbelianGroup(spec))
    assert is_equivariant(z)
    assert equivariant_by_definition(z)


@pytest.mark.parametrize("spec", ["Z3", "Z5", "Z8", "Z2xZ4"])
def test_a_corrupted_memorization_is_not_galois_equivariant(spec):
    G = AbelianGroup(spec)
    listed = optimizers.memorization(G).node_list()
    k = next(k for k in G.conjugate_pairs() if np.gcd(k, G.exponent) == 1)
    seen = set()
    for p in "abc":
        for corrupt in (
            lambda x: None,
            lambda x: x * zeta(G.exponent),
            lambda x: -x,
            lambda x: 2 * x,
        ):
            node = dict(listed[-1])
            new = corrupt(node.pop((p, k)))
            z = element(G, [*listed[:-1], node if new is None else {**node, (p, k): new}])
            assert is_equivariant(z) == equivariant_by_definition(z)
            seen.add(is_equivariant(z))
            assert residual(z, route="dense") == residual(z, route="sparse")
    if len(units(G.exponent)) > 2:
        assert seen == {False}


@settings(max_examples=30)
@given(group_elements(kinds=WITHOUT_PARAMETERS, among=up_to(8), max_order=6))
def test_galois_equivariance_is_decided_as_defined(z):
    assert is_equivariant(z) == equivariant_by_definition(z)


def test_elements_over_one_frequency_are_never_taken_to_be_equivariant():
    assert not is_equivariant(blocks.syn())


@pytest.mark.parametrize(("d", "p"), [(5, 11), (7, 29), (9, 19), (13, 53)])
def test_under_galois_symmetry_one_conjugate_of_a_mismatch_is_enough(d, p):
    """A number vanishes at all roots but one; generators are applied until all are found."""
    group, r = AbelianGroup(f"Z{d}"), primitive_root_of_unity(d, p)
    x = Scalar(1)
    for t in units(d).tolist():
        x = x * (zeta(d) - pow(r, t, p)) if t != 1 else x
    ks = units(d).tolist()
    node = {("a", k): x.galois(k) for k in ks} | {(row, k): 1 for row in "bc" for k in ks}
    z = element(group, [node])
    weights = dense(z.nodes)
    assert is_equivariant(z)
    fake = Plan(d, 0, (p,), (1,), galois_action(weights, d))
    found = dense_potentials(weights, "abc", how=fake).tolist()
    assert found == [(i * d + j) * d + k for i in ks for j in ks for k in ks if 2 * k < d]
    assert set(found) <= set(dense_mismatches(z.nodes, NONE, how=fake).tolist())


def test_under_galois_symmetry_optimizers_with_mixed_errors_agree_with_the_sparse_route():
    for G in (Z5, AbelianGroup("Z7"), AbelianGroup("Z9")):
        memorised = optimizers.memorization(G).node_list()
        ks = [k for k in range(1, G.order) if gcd(k, G.order) == 1]
        extra = {("c", k): (zeta(G.exponent) + 2).galois(k) for k in ks}
        z = element(G, [*memorised, {("a", 0): 1, **extra}])
        assert planned(z).symmetry
        assert residual(z, route="dense") == residual(z, route="sparse")
        assert len(residual(z, route="dense")) == len(ks) // 2


@pytest.mark.parametrize("p", [61, 181, 241, 60601])
def test_a_prime_below_the_bound_accepts_a_wrong_element_and_the_plan_does_not(p):
    """The residual of the planted element is divisible by p: too small a prime sees nothing."""
    assert sympy.isprime(p)
    right = optimizers.four_plus_six(Z5, xi=1, nu=1)
    wrong = right + element(Z5, [{("a", 1): 1, ("b", 2): 1, ("c", 1): p}])
    target = target_keys(Z5, "projected")
    how = planned(wrong)
    assert how.bound > p
    fake = replace(how, primes=(p,))
    free = wrong.spectrum.order

    def mismatches(plan: Plan) -> list[int]:
        keys = dense_mismatches(wrong.nodes, target, how=plan)
        return keys[keys % free != 0].tolist()

    assert mismatches(fake) == []
    assert len(mismatches(how)) > 0
    rest = residual(wrong, route="dense")
    assert len(rest) > 0
    assert all((2 * x / p).denominator == 1 for _, x in rest)
    # the prime may be hidden in any factor of the product, and is found all the same
    hidden = right + element(Z5, [{("a", 1): p, ("b", 2): 1, ("c", 1): 1}])
    assert len(residual(hidden, route="dense")) > 0


def test_a_number_that_vanishes_at_one_root_is_seen_at_the_others():
    """``zeta_12 - r`` is zero modulo 61 at one root of the four; all of them are looked at."""
    roots = [r for r in range(1, 61) if sympy.n_order(r, 61) == 12]
    assert len(roots) == 4
    for r in roots:
        z = element(Z5, [{("a", 1): zeta(12) - r, ("b", 2): 1, ("c", 1): 1}])
        how = replace(planned(z), primes=(61,))
        assert how.roots == (1, 5, 7, 11)
        all_roots = set(dense_mismatches(z.nodes, NONE, how=how).tolist())
        assert (1 * 5 + 2) * 5 + 1 in all_roots
        single = [replace(how, roots=(t,)) for t in how.roots]
        seen = [(1 * 5 + 2) * 5 + 1 in dense_mismatches(z.nodes, NONE, how=one) for one in single]
        assert sorted(seen) == [False, True, True, True]


@given(group_elements(kinds=WITHOUT_PARAMETERS, among=up_to(5), max_order=6))
def test_mismatches_are_exactly_the_keys_of_the_residual(z):
    G = z.spectrum
    d = G.order
    how = planned(z)
    for target in ("projected", "onehot"):
        wanted = target_keys(G, target)
        found = dense_mismatches(z.nodes, wanted)
        T = reference.function_tensor(z)
        rest = reference.residual(T, G, target)
        if target == "projected":
            rest.update({at: x for at, x in T.items() if at[2] == 0})
        true = {(k1 * d + k2) * d + k for k1, k2, k in rest if k <= reference.minus(G, k)}
        assert (np.diff(found) > 0).all()
        assert set(found.tolist()) == true or (how.symmetry and set(found.tolist()) >= true)


@settings(max_examples=30)
@given(group_elements(kinds=WITHOUT_PARAMETERS, among=up_to(4), max_order=5), st.sampled_from(
    ["abc", "aac", "bbc"]))  # fmt: skip
def test_dense_potentials_are_those_that_do_not_vanish(z, shape):
    G = z.spectrum
    weights = dense(z.nodes)
    keys = dense_potentials(weights, shape, how=plan(z.nodes, weights))
    found = set(zip(*(x.tolist() for x in unpack(keys, G.order)), strict=True))
    true = {
        (k1, k2, k)
        for k1, k2, k in product(range(G.order), repeat=3)
        if k <= reference.minus(G, k)
        and reference.potential(z, [(shape[0], k1), (shape[1], k2), ("c", k)])
    }
    assert found == true or (planned(z).symmetry and found >= true)


def test_a_forged_plan_is_refused_and_never_decides():
    z = optimizers.memorization(Z5).expand()
    large = 100_000_081
    assert sympy.isprime(large)
    assert large % 5 == 1
    with pytest.raises(ArithmeticError, match=rf"a sum of \d+ products modulo {large} may exceed"):
        dense_mismatches(z.nodes, NONE, how=replace(planned(z), primes=(large,)))
    for mixed in (
        optimizers.six_per_frequency(Z5, nu=1),
        optimizers.four_plus_six(Z5, xi=zeta(5), nu=1),
    ):
        fixed = np.arange(len(dense(mixed.nodes).scalars))
        how = replace(planned(mixed), symmetry=((np.arange(5) * 2 % 5, fixed),))
        with pytest.raises(ArithmeticError, match="relies on a symmetry that these weights lack"):
            dense_mismatches(mixed.nodes, NONE, how=how)
