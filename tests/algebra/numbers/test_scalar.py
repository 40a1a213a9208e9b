"""Exact scalars: field axioms, one canonical form in every field, automorphisms, bounds."""

import cmath
import operator
import os
import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from math import gcd, isqrt, lcm, pi, prod

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import assume, example, given, strategies as st

from algebra import (
    ONE,
    ZERO,
    I,
    Scalar,
    param,
    parse,
    root,
    to_scalar,
    unit,
    zeta,
)
from algebra.numbers.monomial import embedding_bound
from algebra.numbers.to_float import root_to_complex, to_complex
from algebra.numbers.units import reals
from proofs.strategies import scalars
from proofs.strategies.scalars import (
    PARAMETERS,
    added,
    monomials,
    numbers,
    rationals,
    roots,
    terms,
    unit_numbers,
)
from tests.refusal import refused

monomial_scalars = st.builds(
    lambda q, x, m: q * x * root(0, 1, Fraction(1), m), rationals.filter(bool), roots, monomials
)
ANGLES = {name: cmath.exp(0.7j + 2.1j * n) for n, name in enumerate(PARAMETERS)}


def evaluated(parts) -> complex:
    """The float value of a list of terms, by the textbook formula."""
    total = 0j
    for q, n, e, m in parts:
        value = float(q) * cmath.exp(2j * pi * e / n)
        for name, k in m.items():
            value *= ANGLES[name] ** k
        total += value
    return total


def size(parts) -> float:
    return sum(abs(float(q)) for q, _, _, _ in parts)


def as_float(x: Scalar) -> complex:
    return to_complex(x, ANGLES)


@given(scalars, scalars, scalars)
def test_scalars_are_a_commutative_ring(x, y, z):
    assert x + y == y + x
    assert x * y == y * x
    assert (x + y) + z == x + (y + z)
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x + ZERO == x == x * ONE
    assert x * ZERO == ZERO == x - x == x + (-x)
    assert x - y == -(y - x)


@given(numbers(max_size=3))
def test_every_number_but_zero_has_an_inverse(x):
    assume(x)
    assert x * x.inverse() == ONE
    assert 1 / x == x.inverse() == x**-1
    assert (1 / x) / x == x**-2


@given(scalars, monomial_scalars)
def test_division_by_a_monomial_undoes_multiplication(x, m):
    assert x * m / m == x
    assert (3 / m) * m == 3


@given(scalars, st.integers(0, 5))
def test_a_power_is_a_repeated_product(x, m):
    product = ONE
    for _ in range(m):
        product = product * x
    assert x**m == product


@given(monomial_scalars, st.integers(-6, 6), st.integers(-6, 6))
def test_powers_of_a_monomial_add(x, m, k):
    assert x**m * x**k == x ** (m + k)


def test_roots_multiply_across_fields():
    assert zeta(3) * zeta(4) == zeta(12) ** 7
    assert hash(zeta(3) * zeta(4)) == hash(zeta(12) ** 7)
    assert zeta(1) == ZERO**0 == 1
    assert ZERO**3 == 0
    assert zeta(6) == -(zeta(3) ** 2) == 1 + zeta(3)
    assert (zeta(4), zeta(2)) == (I, -1)
    assert sum((zeta(7, e) for e in range(7)), ZERO) == 0
    # (1 + sqrt 5) / 2 = 1 + zeta_5 + zeta_5^4, and sqrt 2 sqrt 3 = sqrt 6
    golden = 1 + zeta(5) + zeta(5) ** 4
    assert golden**2 == golden + 1
    root2, root3 = zeta(8) + zeta(8) ** 7, zeta(12) + zeta(12) ** 11
    assert root2**2 == 2
    assert root3**2 == 3
    assert (root2 * root3) ** 2 == 6


@given(terms(), st.sampled_from([2, 3, 4, 5, 7, 12]), st.randoms(use_true_random=False))
def test_equal_values_have_one_form_however_they_were_reached(parts, extra, random):
    x = added(parts)
    detour = zeta(extra) + param("v")
    shuffled = random.sample(parts, len(parts))
    lifted = [(q, n * extra, e * extra, m) for q, n, e, m in shuffled]
    for y in (added(shuffled), added(lifted), (x + detour) - detour, x * zeta(extra) / zeta(extra)):
        assert y == x
        assert hash(y) == hash(x)
        assert repr(y) == repr(x)
        assert (y.field, y.denominator) == (x.field, x.denominator)


@given(numbers())
def test_the_field_is_the_least_that_contains_the_number(x):
    n = x.field

    def fixed_over(m: int) -> bool:
        """Whether x lies in Q(zeta_m): fixed by all sigma_t with t = 1 mod m."""
        return all(x.galois(t) == x for t in range(1, n + 1) if gcd(t, n) == 1 and t % m == 1 % m)

    assert [m for m in range(1, n + 1) if n % m == 0 and fixed_over(m)] == [n]


@given(scalars)
def test_terms_add_up_and_the_denominator_is_least(x):
    assert sum((root(e, x.field, q, dict(m)) for q, e, m in x.terms()), ZERO) == x
    assert x.denominator == lcm(*(q.denominator for q, _, _ in x.terms()))
    assert sum((part * root(0, 1, Fraction(1), dict(m)) for m, part in x.coefficients().items()),
               ZERO) == x  # fmt: skip
    assert not any(part.parameters for part in x.coefficients().values())


@given(rationals)
def test_rational_scalars_are_equal_to_numbers_and_hash_like_them(q):
    x = Scalar(q)
    assert x == q
    assert hash(x) == hash(q)
    assert x.is_rational()
    assert x.to_fraction() == q
    assert bool(x) == bool(q)
    assert Scalar(x) == x == to_scalar(q)
    assert {x: 1}[q] == 1


def test_a_scalar_is_equal_to_nothing_inexact():
    assert Scalar(1) != 1.0
    assert Scalar(1) != "1"
    assert (ZERO == None) is False  # noqa: E711
    assert not zeta(3).is_rational()
    assert not param("v").is_rational()


@given(terms(), st.integers(1, 500))
def test_galois_raises_roots_to_a_power_and_leaves_parameters(parts, t):
    assume(gcd(t, lcm(*(n for _, n, _, _ in parts))) == 1)
    assert added(parts).galois(t) == added([(q, n, e * t, m) for q, n, e, m in parts])


@given(terms())
def test_conjugation_negates_all_exponents(parts):
    negated = [(q, n, -e, {v: -k for v, k in m.items()}) for q, n, e, m in parts]
    assert added(parts).conjugate() == added(negated)


@given(terms())
def test_the_float_value_agrees_with_a_float_evaluation(parts):
    x = added(parts)
    assert abs(as_float(x) - evaluated(parts)) <= 1e-12 * (1 + size(parts))
    assert x.parameters or complex(x) == as_float(x)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 12, 97, 1000])
def test_roots_leave_as_the_nearest_floats(n):
    for e in range(-n, 2 * n):
        with mpmath.workdps(40):
            exact = mpmath.expjpi(mpmath.mpf(2 * (e % n)) / n)
            assert abs(root_to_complex(e, n) - exact) < 2.3e-16
    assert complex(zeta(4)) == 1j
    assert complex(-I) == -1j


def test_terms_with_parameters_that_cancel_at_given_values_are_added_in_floats():
    """The digits that exact terms are given again know nothing of values, which are floats."""
    u, v = param("u"), param("v")
    turn = cmath.exp(1j)
    assert to_complex(u + v, {"u": turn, "v": -turn}) == 0
    assert to_complex(u - v, {"u": turn, "v": turn}) == 0
    assert to_complex(2 * u - v - 1, {"u": 1, "v": 1}) == 0
    nearly = to_complex(u - v, {"u": turn, "v": turn * cmath.exp(1e-12j)})
    assert abs(abs(nearly) - 1e-12) < 1e-15


GOLDEN = 1 + zeta(5) + zeta(5) ** 4
ROOT2 = zeta(8) - zeta(8) ** 3
CANCELLING = [
    # |1 + zeta(n)^((n - 1)/2)| is 2 sin(pi/2n): a 32nd of two terms is between 49 and 51
    (1 + zeta(49) ** 24, lambda: 1 + mpmath.expjpi(mpmath.mpf(48) / 49), []),
    (1 + zeta(51) ** 25, lambda: 1 + mpmath.expjpi(mpmath.mpf(50) / 51), [128]),
    *((GOLDEN**-m, lambda m=m: mpmath.phi**-m, bits)
      for m, bits in ((10, [128]), (40, [128]), (80, [128, 256]), (200, [128, 256, 512]))),
    # p - q root, of the size (p + q root) (root - 1)^(2 power)
    *((scale * (ROOT2 - 1) ** m, lambda m=m, x=scale: x * (mpmath.sqrt(2) - 1) ** m, bits)
      for m, bits in ((20, [128]), (50, [128, 256]), (110, [128, 256, 512]))
      for scale in (1, Fraction(1, 10**30), 10**30)),
]  # fmt: skip


@pytest.mark.parametrize(("x", "exact", "bits"), CANCELLING)
def test_terms_that_cancel_are_added_again_until_sixty_digits_are_left(x, exact, bits, monkeypatch):
    with mpmath.workdps(120):
        expected = complex(exact())
    asked, workprec = [], mpmath.workprec
    monkeypatch.setattr(mpmath, "workprec", lambda n: asked.append(n) or workprec(n))
    assert cmath.isclose(complex(x), expected, rel_tol=1e-14)
    assert asked == bits


OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv]
FLOATS = [
    *((lambda f=f: f(zeta(3), 0.5), "0.5 is a float") for f in OPERATORS),
    *((lambda f=f: f(0.5, zeta(3)), "0.5 is a float") for f in OPERATORS),
    (lambda: Scalar(0.5), "0.5 is a float"),
    (lambda: to_scalar(1j), "1j is a complex"),
    (lambda: zeta(3) * 1j, "1j is a complex"),
    (lambda: unit(0.5), "0.5 is a float"),
    (lambda: param("v").substitute({"v": 1.0}), "1.0 is a float"),
    (lambda: Scalar(np.float64(0.5)), "np.float64(0.5) is a float64"),
    (lambda: zeta(3) * np.float32(0.5), "np.float32(0.5) is a float32"),
    (lambda: zeta(3) * Decimal("0.5"), "Decimal('0.5') is a Decimal"),
    (lambda: zeta(3) + sympy.Float("0.5"), "0.500000000000000 is a Float"),
]
PASS = "pass an int, Fraction(1, 2), parse('1/2'), zeta(n), param('xi') or unit(t)"


@pytest.mark.parametrize("operate", OPERATORS)
@pytest.mark.parametrize("other", [{}, None])
def test_other_types_are_no_operands(operate, other):
    for operands in ((zeta(3), other), (other, zeta(3))):
        with pytest.raises(TypeError, match="unsupported operand"):
            operate(*operands)


V = param("v")
SAID = [
    *((act, TypeError, f"{start}, and floats are not exact; {PASS}") for act, start in FLOATS),
    (lambda: ZERO.inverse(), ZeroDivisionError, "0 has no inverse"),
    (lambda: ONE / 0, ZeroDivisionError, "0 has no inverse"),
    (lambda: (1 + V).inverse(), ValueError,
     "1/(1 + v) is not a Laurent polynomial; substitute numbers for v first"),
    (lambda: zeta(3) ** Fraction(1, 2), TypeError, "exponent=Fraction(1, 2) is not an integer"),
    (lambda: zeta(3).to_fraction(), ValueError, "zeta(3) is not rational"),
    (lambda: V.to_fraction(), ValueError, "v is not rational"),
    (lambda: zeta(12).galois(3), ValueError, "t=3 is not coprime to the field's n=12"),
    (lambda: complex(V), ValueError,
     "v has the free parameters v; substitute exact numbers first"),
    (lambda: Scalar("1/2"), TypeError, f"'1/2' is a str; {PASS}"),
    (lambda: zeta(3, 0.5), TypeError, "e=0.5 is not an integer; zeta(n, e) is exp(2 pi i e/n)"),
    (lambda: root(1, 3, Fraction(1), {"v": 0.5}), TypeError,
     "'float' object cannot be interpreted as an integer"),
    (lambda: V.substitute({"v": Fraction(1, 2)}), ValueError, "v=1/2 does not have modulus one; "
     "pass a root of unity such as zeta(8), or unit(t) with rational t"),
    *((lambda n=n: zeta(n), ValueError,
       f"n={n!r} is not the order of a root of unity; pass an integer n >= 1")
      for n in (0, -3, True, "3", Fraction(3))),
    *((lambda x=x: param(x), ValueError, f"name={x!r} cannot name a parameter; pass letters, "
       "digits and underscores, starting with a letter, other than I, i, unit, zeta")
      for x in ("", "1x", "x y", "ξ", "i", "I", "zeta", "unit", "x\n", 3, "x-1")),
]  # fmt: skip


@pytest.mark.parametrize(("act", "kind", "message"), SAID, ids=[ascii(x[2][:30]) for x in SAID])
def test_what_makes_no_sense_is_refused(act, kind, message):
    with refused(kind, message):
        act()


def test_integers_of_numpy_are_exact():
    assert Scalar(np.int64(3)) == 3
    assert zeta(3) * np.int64(2) == 2 * zeta(3)
    assert zeta(np.int64(3), np.int64(2)) == zeta(3) ** np.int64(2) == zeta(3) ** 2


@given(rationals)
@example(Fraction(0))
def test_a_unit_number_has_modulus_one_and_the_angle_of_its_tangent(t):
    x = unit(t)
    assert x * x.conjugate() == 1
    assert abs(complex(x) - (1 + 1j * float(t)) ** 2 / (1 + float(t) ** 2)) < 1e-12


@given(monomials, monomials)
def test_monomials_multiply_by_adding_exponents(u, v):
    both = {name: u.get(name, 0) + v.get(name, 0) for name in {*u, *v}}
    x, y, product = (root(0, 1, Fraction(1), m) for m in (u, v, both))
    assert x * y == product


@pytest.mark.parametrize("n", range(1, 61))
def test_every_root_of_unity_is_seen_to_be_a_single_monomial(n):
    for e in range(n):
        for factor, m in ((Fraction(1), ()), (Fraction(-3, 7), (("v", 2),))):
            x = root(e, n, factor, dict(m))
            q, exponent, monomial = x.as_monomial()
            assert abs(q) == abs(factor)
            assert monomial == m
            assert root(exponent, x.field, q, dict(monomial)) == x


@given(numbers(rationals=st.integers(-2, 2).map(Fraction), max_size=3))
def test_only_rationals_times_roots_are_single_monomials(x):
    norm = x * x.conjugate()
    single = False
    if x and norm.is_rational():
        q = norm.to_fraction()
        p, s = isqrt(q.numerator), isqrt(q.denominator)
        if p * p == q.numerator and s * s == q.denominator:
            single = any(root(e, 2 * x.field, Fraction(p, s)) == x for e in range(2 * x.field))
    assert (x.as_monomial() is not None) == single


def test_sums_of_different_monomials_are_not_single():
    v = param("v")
    assert (v + 1).as_monomial() is None
    assert (v + v**2).as_monomial() is None
    assert (zeta(3) * v + v).as_monomial() == (Fraction(-1), 2, (("v", 1),))  # 1 + w = -w^2
    assert (zeta(5) + zeta(5) ** 2).as_monomial() is None
    assert (zeta(3) + 2).as_monomial() is None
    assert ZERO.as_monomial() is None


@given(unit_numbers, monomials)
def test_unit_numbers_have_modulus_one_exactly(x, m):
    y = x * root(0, 1, Fraction(1), m)
    assert y.is_unit_modulus()
    assert not (y * (1 + Fraction(1, 10**30))).is_unit_modulus()
    assert not (y + Fraction(1, 10**30) * y).is_unit_modulus()


def test_modulus_one_is_not_decided_by_rounding():
    u, v = param("u"), param("v")
    for x in (ZERO, Scalar(2), u + v - 1, 1 + v):
        assert not x.is_unit_modulus()
    close = Scalar(1 + Fraction(1, 10**40))
    assert abs(complex(close)) == 1
    assert not close.is_unit_modulus()


@given(scalars)
def test_the_bound_holds_for_all_embeddings_and_parameter_values(x):
    limit = float(embedding_bound(x)) * (1 + 1e-12)
    for t in range(1, x.field + 1):
        if gcd(t, x.field) == 1:
            assert abs(as_float(x.galois(t))) <= limit


def test_the_bound_of_a_root_is_one_however_many_terms_it_has():
    assert embedding_bound(zeta(1009) ** 1008) == 1
    assert embedding_bound(zeta(7) ** 6 * param("v") * Fraction(-2, 3)) == Fraction(2, 3)
    assert embedding_bound(zeta(7) ** 6 + param("v")) == 2
    assert embedding_bound(2 * zeta(5) + zeta(5) ** 2) == 3
    assert embedding_bound(ZERO) == 0


@given(terms(), st.dictionaries(st.sampled_from(PARAMETERS), unit_numbers, max_size=3))
def test_substitution_puts_numbers_for_parameters(parts, values):
    by_hand = ZERO
    for q, n, e, m in parts:
        rest = {name: k for name, k in m.items() if name not in values}
        known = [values[name] ** k for name, k in m.items() if name in values]
        by_hand = by_hand + root(e, n, q, rest) * prod(known)
    assert added(parts).substitute(values) == by_hand


@given(scalars)
def test_parameters_may_be_renamed_and_identified(x):
    renamed = x.substitute({"v": param("w")})
    assert renamed.substitute({"w": param("v")}) == x
    assert x.substitute({"absent": 1}) == x


def test_values_of_names_that_do_not_occur_are_not_looked_at():
    class Values(dict):
        """Of which there may be thousands: they are not gone through."""

        __iter__ = keys = values = items = None

    values = Values(xi_7=zeta(5), not_exact=0.5)
    assert (param("xi_7") * 2 + param("nu")).substitute(values) == zeta(5) * 2 + param("nu")


@given(scalars)
def test_pickles_come_back_equal(x):
    y = pickle.loads(pickle.dumps(x))
    assert y == x
    assert hash(y) == hash(x)


def test_pickles_are_found_by_hash_in_another_process():
    x = zeta(5) * param("v") + Fraction(1, 3)
    program = (
        "import pickle, sys; from algebra import parse; "
        "x = pickle.loads(sys.stdin.buffer.read()); "
        "assert x in {parse(sys.argv[1])}"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", program, repr(x)]
        subprocess.run(command, input=pickle.dumps(x), check=True, env=environment)
    assert parse(repr(x)) == x


@pytest.mark.parametrize("count", [1, 3])
def test_numbers_are_as_many_as_there_have_to_be(count):
    assert reals("shift", [1] * count, count) == [Scalar(1)] * count
    with pytest.raises(ValueError, match=f"^shift has {count} numbers; pass 2$"):
        reals("shift", [1] * count, 2)
