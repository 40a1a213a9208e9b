"""Monomials in unit-modulus parameters, and what a printer needs to know of a scalar."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Protocol, Self

from algebra.numbers.roots_of_unity import contract_roots, expand_root

#: A Laurent monomial: ``((parameter, exponent), ...)`` sorted by name, exponents not zero.
Monomial = tuple[tuple[str, int], ...]
#: Canonical terms ``((e, m), c)``: exponents of a root of unity, monomials, coefficients.
Terms = tuple[tuple[tuple[int, Monomial], int], ...]


def multiply_monomials(u: Monomial, v: Monomial) -> Monomial:
    """Return the product of two Laurent monomials."""
    if u and v and u[-1][0] < v[0][0]:
        return u + v
    exponents = dict(u)
    for name, e in v:
        exponents[name] = exponents.get(name, 0) + e
    return tuple(sorted((name, e) for name, e in exponents.items() if e))


def single_monomial(n: int, den: int, terms: Terms) -> tuple[Fraction, int, Monomial] | None:
    """Return ``(q, e, m)`` if ``sum c zeta_n^e m / den`` is ``q zeta_n^e m``, else None."""
    if not terms:
        return None
    (e0, m0), c0 = terms[0]
    if len(terms) == 1:
        return Fraction(c0, den), e0, m0
    if any(m != m0 or c != c0 for (_, m), c in terms):
        return None
    e = contract_roots([e for (e, _), _ in terms], n)
    if e is None:
        return None
    return Fraction(c0 * expand_root(e, n)[0], den), e, m0


class Polynomial(Protocol):
    """What is asked of a scalar to write it, or to take it to floats: its terms."""

    @property
    def field(self) -> int:
        """The order ``n`` of the root of unity that its terms are powers of."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that occur."""

    def terms(self) -> Iterable[tuple[Fraction, int, Monomial]]:
        """Yield ``(q, e, m)`` for each term ``q * zeta_field^e * m``."""

    def as_monomial(self) -> tuple[Fraction, int, Monomial] | None:
        """Return the one term, or None."""

    def coefficients(self) -> Mapping[Monomial, Self]:
        """Return the coefficient of every monomial."""


def embedding_bound(x: Polynomial) -> Fraction:
    """Return ``B`` with ``|sigma(x)| <= B`` for every embedding and all parameter values."""
    if whole := x.as_monomial():
        return abs(whole[0])
    total = Fraction(0)
    for part in x.coefficients().values():
        single = part.as_monomial()
        total += abs(single[0]) if single else sum(abs(q) for q, _, _ in part.terms())
    return total
