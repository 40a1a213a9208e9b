"""Sums of integer terms by key: exact beyond int64, in canonical form, without zeros."""

from collections import defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from algebra import Scalar, root, zeta
from algebra.criterion.terms import integers, multiply_all, sum_terms, to_column
from algebra.criterion.zero_test import balanced
from algebra.numbers.roots_of_unity import expand_root

MONOMIALS = ((), (("u", 1),), (("u", -2), ("v", 1)))


@st.composite
def listed(draw):
    """Terms (key, monomial, exponent, coefficient) in one field, some beyond 64 bits in sum."""
    n = draw(st.sampled_from([1, 2, 4, 5, 6, 12, 15]))
    big = draw(st.booleans())
    size = 2**62 - 1 if big else 5
    term = st.tuples(
        st.integers(0, 3), st.integers(0, 2), st.integers(0, 2 * n), st.integers(-size, size)
    )
    return n, draw(st.lists(term, max_size=12))


def columns(terms, dtype=np.int64):
    key, monomial, exponent = (np.array([t[i] for t in terms], dtype=np.int64) for i in range(3))
    return key, monomial, exponent, np.array([t[3] for t in terms], dtype=dtype)


@given(listed(), st.sampled_from([np.int64, object]))
def test_sums_by_key_are_the_sums_of_scalars(given_terms, dtype):
    n, terms = given_terms
    expected: dict[int, Scalar] = defaultdict(Scalar)
    for key, m, e, c in terms:
        expected[key] = expected[key] + root(e, n, Fraction(c, 6), dict(MONOMIALS[m]))
    sums = sum_terms(*columns(terms, dtype), field=n)
    keys, values = to_column(sums, field=n, denominator=6, monomials=MONOMIALS)
    found = dict(zip(keys.tolist(), values.tolist(), strict=True))
    assert found == {key: x for key, x in expected.items() if x}
    assert keys.tolist() == sorted(found)


@given(listed())
def test_sums_are_distinct_and_sorted_and_canonical_and_not_zero(given_terms):
    n, terms = given_terms
    sums = sum_terms(*columns(terms), field=n)
    rows = list(zip(sums.key.tolist(), sums.monomial.tolist(), sums.exponent.tolist(), strict=True))
    assert len(set(rows)) == len(rows)
    assert rows == sorted(rows)
    assert all(sums.coefficient)
    assert all(expand_root(e, n) == (1, (e,)) for e in sums.exponent.tolist())


def test_sums_beyond_int64_do_not_wrap_around():
    for largest in (2**61, -(2**61)):
        for count in (4, 5):
            sums = sum_terms(*columns([(7, 0, 0, largest)] * count), field=1)
            assert sums.coefficient.tolist() == [count * largest]
    # and not in the second sum either, after roots were rewritten: -(1 + w) - (1 + w) = 2 w^2
    largest = 2**62 - 1
    terms = [(0, 0, e, -largest) for e in (0, 0, 1, 1)] + [(0, 0, 2, largest)] * 2
    sums = sum_terms(*columns(terms), field=3)
    assert sums.coefficient.tolist() == [-4 * largest, -4 * largest]


def test_equal_sums_are_one_scalar():
    terms = [(k, 0, 1, 2) for k in range(5)]
    _, values = to_column(
        sum_terms(*columns(terms), field=4), field=4, denominator=2, monomials=MONOMIALS
    )
    assert values.scalars == (zeta(4),)
    assert values.tolist() == [zeta(4)] * 5


def test_integers_take_python_integers_where_int64_is_too_small():
    assert integers([1, -(2**62) + 1]).dtype == np.int64
    assert integers([2**62]).dtype == object
    assert integers([-(2**62)]).dtype == object
    assert integers([]).dtype == np.int64


def test_triples_of_monomials_are_multiplied_by_number():
    size = len(MONOMIALS)
    triples = np.array([(a * size + b) * size + c for a in range(3) for b in range(3)
                        for c in range(3)])  # fmt: skip
    numbers, products = multiply_all(MONOMIALS, triples)
    assert products[0] == ()
    for code, number in zip(triples.tolist(), numbers.tolist(), strict=True):
        a, b, c = code // 9, code // 3 % 3, code % 3
        expected = Scalar(1)
        for m in (a, b, c):
            expected = expected * root(0, 1, Fraction(1), dict(MONOMIALS[m]))
        assert root(0, 1, Fraction(1), dict(products[number])) == expected


@pytest.mark.parametrize("p", [3, 7, 31, 2**13 - 1])
def test_residues_are_balanced_about_zero(p):
    residue = np.arange(p)
    found = balanced(residue, p)
    assert np.array_equal(found % p, residue)
    assert np.abs(found).max() == p // 2
