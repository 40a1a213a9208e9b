"""The canonical basis against reduction modulo the cyclotomic polynomial, and integers mod n."""

from functools import cache
from math import gcd

import numpy as np
import pytest
import sympy
from hypothesis import given, strategies as st

from algebra.numbers.roots_of_unity import (
    contract_roots,
    expand_root,
    expand_roots,
    factorise,
    is_prime,
    primitive_root_of_unity,
    split_prime,
    totient,
    unit_generators,
    units,
)

FIELDS = [*range(1, 61), 64, 72, 84, 90, 105, 120, 210]


@cache
def powers_modulo_cyclotomic(n: int) -> list[tuple[int, ...]]:
    """``x^e mod Phi_n`` for ``0 <= e < n``, coefficients from low to high; Phi_n by SymPy."""
    x = sympy.Symbol("x")
    phi = sympy.Poly(sympy.cyclotomic_poly(n, x), x)
    table, power = [], sympy.Poly(1, x)
    for _ in range(n):
        low_first = [int(c) for c in power.all_coeffs()][::-1]
        table.append(tuple(low_first + [0] * (phi.degree() - len(low_first))))
        power = (power * x).rem(phi)
    return table


@pytest.mark.parametrize("n", FIELDS)
def test_a_root_equals_its_expansion_modulo_the_cyclotomic_polynomial(n):
    table = np.array(powers_modulo_cyclotomic(n))
    for e in range(n):
        sign, roots = expand_root(e, n)
        assert (sign * table[list(roots)].sum(axis=0) == table[e]).all()


def basis(n: int) -> set[int]:
    return {x for e in range(n) for x in expand_root(e, n)[1]}


@pytest.mark.parametrize("n", FIELDS)
def test_basis_roots_are_fixed_as_many_as_the_degree_and_those_of_subfields_among_them(n):
    assert len(basis(n)) == totient(n)
    assert all(expand_root(x, n) == (1, (x,)) for x in basis(n))
    for m in sympy.divisors(n):
        assert {x * (n // m) for x in basis(m)} == {x for x in basis(n) if x % (n // m) == 0}


@pytest.mark.parametrize("n", FIELDS)
def test_the_vectorised_expansion_is_the_scalar_one(n):
    rng = np.random.default_rng(n)
    e = rng.integers(0, n, 2 * n)
    index, exponent, sign = expand_roots(e, n)
    found = sorted(zip(index.tolist(), exponent.tolist(), sign.tolist(), strict=True))
    expected = [(i, r, expand_root(x, n)[0]) for i, x in enumerate(e) for r in expand_root(x, n)[1]]
    assert found == sorted(expected)


def test_the_vectorised_expansion_of_nothing_is_nothing():
    assert [len(x) for x in expand_roots(np.empty(0, dtype=np.int64), 12)] == [0, 0, 0]


@pytest.mark.parametrize("n", FIELDS)
def test_contraction_inverts_expansion(n):
    table = powers_modulo_cyclotomic(n)
    for e in range(n):
        _, roots = expand_root(e, n)
        back = contract_roots(list(roots), n)
        assert back is not None
        assert table[back] in (table[e], tuple(-c for c in table[e]))
        assert set(expand_root(back, n)[1]) == set(roots)


@given(st.data())
def test_contraction_only_answers_for_roots(data):
    n = data.draw(st.sampled_from([9, 12, 15, 20, 30, 45, 60]))
    chosen = data.draw(
        st.lists(st.sampled_from(sorted(basis(n))), unique=True, min_size=1, max_size=6)
    )
    table = np.array(powers_modulo_cyclotomic(n))
    total = table[chosen].sum(axis=0)
    roots = [e for e in range(n) if (table[e] == total).all() or (table[e] == -total).all()]
    answer = contract_roots(chosen, n)
    assert (answer is None) == (not roots)
    assert answer is None or answer in roots


def test_factorise_and_totient_agree_with_sympy():
    for n in range(1, 400):
        assert dict(factorise(n)) == sympy.factorint(n)
        assert totient(n) == sympy.totient(n)
        assert units(n).tolist() == [t for t in range(1, n + 1) if gcd(t, n) == 1]


@pytest.mark.parametrize("n", [*range(1, 130), 1001, 1024, 720])
def test_unit_generators_generate_all_units(n):
    reached, frontier = {1 % n}, [1 % n]
    while frontier:
        x = frontier.pop()
        new = {x * g % n for g in unit_generators(n)} - reached
        reached |= new
        frontier += new
    assert reached == {t % n for t in units(n)}


def test_primality_agrees_with_sympy():
    assert all(is_prime(m) == sympy.isprime(m) for m in range(-3, 5000))
    # Carmichael numbers, and the least strong pseudoprimes to the first 1, 2, ... 12 prime bases.
    pseudoprimes = [
        *[561, 1105, 41041, 825265, 2047, 1373653, 25326001, 3215031751, 2152302898747],
        *[3474749660383, 341550071728321, 3825123056546413051, 318665857834031151167461],
    ]
    assert not any(map(is_prime, pseudoprimes))
    assert all(map(is_prime, [2**31 - 1, 2**61 - 1, 10**9 + 7, 10**23 + 117]))


def test_primality_is_not_claimed_where_it_is_not_proved():
    # The least strong pseudoprime to the first 13 primes is the first number refused.
    assert not is_prime(3317044064679887385961980)
    with pytest.raises(ValueError, match=r"^m=3317044064679887385961981 is beyond the range in "):
        is_prime(3317044064679887385961981)


@given(st.integers(1, 3000), st.integers(0, 10**15))
def test_a_split_prime_is_the_least_prime_above_that_is_one_modulo_n(n, above):
    p = split_prime(n, above=above)
    assert p > above
    assert p % n == 1 % n
    assert sympy.isprime(p)
    first = above + 1 + (-above) % n  # the least candidate
    assert first % n == 1 % n
    assert not any(sympy.isprime(m) for m in range(first, p, n))


@given(st.integers(1, 500))
def test_a_primitive_root_of_unity_has_exact_order(n):
    p = split_prime(n, above=n)
    r = primitive_root_of_unity(n, p)
    assert [e for e in range(1, n + 1) if pow(r, e, p) == 1] == [n]


def test_a_prime_that_does_not_split_has_no_root_of_unity():
    message = "p=7 has no element of order n=4; p must be a prime with p = 1 mod n"
    with pytest.raises(ValueError, match=message):
        primitive_root_of_unity(4, 7)
