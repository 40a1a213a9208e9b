"""Exact scalars: rationals, roots of unity, numbers of modulus one, Laurent polynomials."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from algebra.numbers.scalar import Scalar, root
from algebra.numbers.units import param, unit, zeta

FIELDS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 20)
PARAMETERS = ("u", "v", "nu_1")
#: Prime, and beyond 32 bits when multiplied by anything.
BIG = 10**9 + 7

#: A term ``q * zeta_n^e * m`` as plain data, so that a test can evaluate it on its own.
Term = tuple[Fraction, int, int, dict[str, int]]

small_rationals = st.fractions(-3, 3, max_denominator=6)
rationals = st.one_of(
    small_rationals,
    st.fractions(max_denominator=BIG),
    st.builds(Fraction, st.integers(-(10**20), 10**20), st.sampled_from([1, BIG, BIG**3])),
)
monomials = st.dictionaries(st.sampled_from(PARAMETERS), st.integers(-2, 2), max_size=2)


@st.composite
def terms(
    draw: st.DrawFn,
    *,
    parameters: bool = True,
    numbers: st.SearchStrategy[Fraction] = rationals,
    max_size: int = 4,
) -> list[Term]:
    """A list of terms, mostly in one field, so that sums cancel now and then."""
    home = draw(st.sampled_from(FIELDS))
    found: list[Term] = []
    for _ in range(draw(st.integers(0, max_size))):
        n = draw(st.sampled_from([home, home, draw(st.sampled_from(FIELDS))]))
        m = draw(monomials) if parameters else {}
        found.append((draw(numbers), n, draw(st.integers(0, n - 1)), m))
    return found


def added(parts: list[Term]) -> Scalar:
    """Return the sum of terms."""
    return sum((root(e, n, q, m) for q, n, e, m in parts), Scalar(0))


def numbers(
    *, rationals: st.SearchStrategy[Fraction] = rationals, max_size: int = 4
) -> st.SearchStrategy[Scalar]:
    """Return a strategy for sums of roots of unity in several fields, without parameters."""
    return terms(parameters=False, numbers=rationals, max_size=max_size).map(added)


#: Laurent polynomials over them as well.
scalars = terms().map(added)

roots = st.builds(
    lambda n, e: zeta(n, e % n), st.sampled_from([*FIELDS, 24, 60]), st.integers(0, 99)
)
#: Exact numbers of modulus one: roots of unity, rational points of the circle, their products.
unit_numbers = st.one_of(
    roots,
    st.builds(unit, small_rationals),
    st.builds(lambda t, x: unit(t) * x, st.fractions(max_denominator=BIG), roots),
)
#: Free parameters of modulus one.
unit_parameters = st.sampled_from(PARAMETERS).map(param)
