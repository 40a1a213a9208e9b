"""Sums of roots of unity, as the checkers decide whether they are zero, and print them."""

import random

import sympy

from proofs.certificates import checker, table_checker

#: Whether a sum by exponents is zero, of both checkers.
ZERO_TESTS = (lambda f, n: checker.vanishes({0: f}, n), table_checker.vanishing)


def is_zero(f, n):
    first, second = (test(f, n) for test in ZERO_TESTS)
    assert first == second
    return first


def test_the_zero_test_agrees_with_division_by_the_cyclotomic_polynomial():
    x, rng = sympy.Symbol("x"), random.Random(1)
    zeros = 0
    for n in [*range(1, 13), 15, 30, 36, 105]:
        phi = sympy.Poly(sympy.cyclotomic_poly(n, x), x)
        for trial in range(12):
            f = sympy.Poly([rng.randint(-2, 2) for _ in range(rng.randint(1, n))], x)
            if trial % 2:
                f = (f * phi) % sympy.Poly(x**n - 1, x)
            divides = (f % phi).is_zero
            zeros += divides
            assert is_zero({e: int(c) for (e,), c in f.terms()}, n) == divides
    assert zeros > 90


def test_the_zero_test_is_fast_for_a_large_field():
    n = 2 * 3 * 5 * 7 * 11 * 13 * 17 * 19 * 23
    assert is_zero({5: 1, 5 + n // 2: 1}, n)
    assert not is_zero({5: 1, 6 + n // 2: 1}, n)
    assert is_zero({j * n // 23: 7 for j in range(23)}, n)
    assert not is_zero({j * n // 23: 7 for j in range(22)}, n)


def test_the_coefficients_of_all_monomials_are_zero():
    zero, other = {0: 5, 4: 5, 8: 5}, {4: 5, 8: 5}
    for f in ({}, {7: {0: 0}}, {0: zero}, {0: zero, 3: zero}):
        assert checker.vanishes(f, 12)
    for f in ({0: other, 3: zero}, {0: zero, 3: other}, {0: {}, 3: other}, {0: zero, 1: {0: 1}}):
        assert not checker.vanishes(f, 12)


def test_primes_that_divide_a_number():
    for n in range(1, 200):
        assert checker.prime_divisors(n) == table_checker.prime_divisors(n) == sympy.primefactors(n)


#: The first terms of the sum of (e + 1)/2 zeta^e.
WORDS = "1/2 + 1*zeta^1 + 3/2*zeta^2 + 2*zeta^3 + 5/2*zeta^4 + 3*zeta^5"


def test_sums_in_messages_are_cut_and_long_numbers_left_out():
    term, word, names = checker.Term, checker.word, ["u", "v"]
    one = 1 << checker.RADIX
    terms = [term(2 * e + 2, 4, e, 0) for e in range(7)]
    assert word(terms[:6], names) == WORDS
    assert word(terms[::-1], names) == f"{WORDS} + ..."
    assert word([], names) == "0"
    assert word([term(10**40, 1, 0, 0)], names) == str(10**40)
    assert word([term(10**40 + 1, 1, 2, 0)], names) == "(long)*zeta^2"
    assert word([term(1, 10**40 + 1, 0, 0)], names) == "(long)"
    assert word([term(-3, 6, 1, 3 - 2 * one)], names) == "-1/2*zeta^1*u^3*v^-2"
    assert checker.powers(-(10**6) + 3 * 10**6 * one, names) == {"u": -(10**6), "v": 3 * 10**6}
    assert checker.powers(2 * one, names) == {"v": 2}


def test_sums_in_messages_on_tables_are_cut_and_long_numbers_left_out():
    word = table_checker.word
    assert word({e: 2 * e + 2 for e in range(7)}, 4) == WORDS
    assert word({3: 0, 1: -6}, 3) == "-2*zeta^1"
    assert (word({}, 5), word({0: 10**40}, 1)) == ("0", str(10**40))
    assert (word({0: 10**40 + 1}, 1), word({2: 1}, 10**40 + 1)) == ("(long)", "(long)*zeta^2")


def test_digits_of_an_integer_are_balanced():
    for line in ([0, 0, 0], [7, -8, 3], [-8, 7, -1], [1, 0, -5]):
        packed = sum(x << 4 * g for g, x in enumerate(line))
        assert table_checker.digits(packed, 4, 3) == line
