"""Exact scalars ``sum_i q_i zeta_n^(e_i) m_i``, ``m_i`` monomials in parameters of modulus one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm, prod
from numbers import Number, Rational
from operator import index
from typing import Any, SupportsIndex, Union, final

from algebra.numbers import text
from algebra.numbers.monomial import Monomial, Terms, multiply_monomials, single_monomial
from algebra.numbers.roots_of_unity import expand_root, units
from algebra.numbers.to_float import to_complex

Exact = Union["Scalar", int, Fraction]


@final
class Scalar:
    """An exact number or Laurent polynomial ``sum_i q_i zeta_n^(e_i) prod_v v^(m_iv)``.

    Build scalars with `zeta`, `param`, `unit`, `parse` and the operators ``+ - * / **``.
    Immutable and hashable; ``parse(repr(x)) == x``. A division needs an invertible divisor:
    any non-zero number without parameters, or a single Laurent monomial. Mixed with a float, it
    is a TypeError.

    Example:
        >>> from algebra import param, zeta
        >>> w, v = zeta(3), param("v")
        >>> 1 + w + w**2
        0
        >>> (v * w).conjugate() * v * w, zeta(3) * zeta(4) == zeta(12) ** 7
        (1, True)
    """

    __slots__ = ("_den", "_n", "_single", "_terms")

    _n: int
    _den: int
    _terms: Terms
    _single: tuple[Fraction, int, Monomial] | None

    def __init__(self, value: Exact = 0) -> None:
        if isinstance(value, Scalar):
            self._n, self._den, self._terms = value._n, value._den, value._terms
        else:
            q = _exact_number(value)
            self._n, self._den = 1, q.denominator
            self._terms = (((0, ()), q.numerator),) if q else ()

    @property
    def field(self) -> int:
        """The conductor, the least ``n`` such that all coefficients lie in ``Q(zeta_n)``."""
        return self._n

    @property
    def denominator(self) -> int:
        """The least positive integer whose product with this is integral over the basis."""
        return self._den

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that occur, sorted."""
        return tuple(sorted({name for (_, m), _ in self._terms for name, _ in m}))

    def terms(self) -> Iterable[tuple[Fraction, int, Monomial]]:
        """Yield ``(q, e, m)`` for each canonical term ``q * zeta_field^e * m``."""
        return ((Fraction(c, self._den), e, m) for (e, m), c in self._terms)

    def as_monomial(self) -> tuple[Fraction, int, Monomial] | None:
        """Return ``(q, e, m)`` with ``self = q * zeta_field^e * m``, or None if there is none."""
        try:
            return self._single
        except AttributeError:
            self._single = single_monomial(self._n, self._den, self._terms)
            return self._single

    def coefficients(self) -> dict[Monomial, Scalar]:
        """Return the coefficient of every Laurent monomial that occurs."""
        parts: dict[Monomial, dict[tuple[int, Monomial], int]] = {}
        for (e, m), c in self._terms:
            parts.setdefault(m, {})[(e, ())] = c
        return {m: from_basis_terms(self._n, self._den, part) for m, part in parts.items()}

    def is_rational(self) -> bool:
        """Whether this is a rational number."""
        return not self._terms or (len(self._terms) == 1 and self._terms[0][0] == (0, ()))

    def to_fraction(self) -> Fraction:
        """Return the rational number this is; a ValueError if it is none."""
        if not self.is_rational():
            raise ValueError(f"{self!r} is not rational")
        return Fraction(self._terms[0][1], self._den) if self._terms else Fraction(0)

    def is_unit_modulus(self) -> bool:
        """Decide exactly whether ``x * conj(x) = 1`` for all values of the parameters."""
        single = self.as_monomial()
        return abs(single[0]) == 1 if single else self * self.conjugate() == ONE

    def __add__(self, other: Exact) -> Scalar:
        y = _coerce(other)
        if y is NotImplemented:
            return NotImplemented
        return added((self, y))

    __radd__ = __add__

    def __neg__(self) -> Scalar:
        return _filled(self._n, self._den, tuple((key, -c) for key, c in self._terms))

    def __sub__(self, other: Exact) -> Scalar:
        y = _coerce(other)
        return NotImplemented if y is NotImplemented else self + (-y)

    def __rsub__(self, other: Exact) -> Scalar:
        y = _coerce(other)
        return NotImplemented if y is NotImplemented else y + (-self)

    def __mul__(self, other: Exact) -> Scalar:
        y = _coerce(other)
        if y is NotImplemented:
            return NotImplemented
        n = lcm(self._n, y._n)
        up_x, up_y = n // self._n, n // y._n
        total: dict[tuple[int, Monomial], int] = {}
        for (e1, m1), c1 in self._terms:
            for (e2, m2), c2 in y._terms:
                m = multiply_monomials(m1, m2) if m1 and m2 else m1 or m2
                sign, roots = expand_root((e1 * up_x + e2 * up_y) % n, n)
                c = sign * c1 * c2
                for e in roots:
                    total[e, m] = total.get((e, m), 0) + c
        return from_basis_terms(n, self._den * y._den, total)

    __rmul__ = __mul__

    def __pow__(self, exponent: SupportsIndex) -> Scalar:
        if not isinstance(exponent, (int, SupportsIndex)):
            raise TypeError(f"exponent={exponent!r} is not an integer")
        exponent = index(exponent)
        if exponent < 0:
            return self.inverse() ** -exponent
        single = self.as_monomial()
        if single:
            q, e, m = single
            return root(e * exponent, self._n, q**exponent, {v: k * exponent for v, k in m})
        result, base = ONE, self
        while exponent:
            if exponent & 1:
                result = result * base
            exponent >>= 1
            base = base * base if exponent else base
        return result

    def inverse(self) -> Scalar:
        """Return ``1/x``, through the norm: ``1/x = prod_{sigma != 1} sigma(x) / N(x)``."""
        if not self._terms:
            raise ZeroDivisionError("0 has no inverse")
        single = self.as_monomial()
        if single:
            q, e, m = single
            return root(-e, self._n, 1 / q, {name: -k for name, k in m})
        if self.parameters:
            raise ValueError(
                f"1/({self!r}) is not a Laurent polynomial; substitute numbers for "
                f"{', '.join(self.parameters)} first"
            )
        others = prod((self.galois(t) for t in units(self._n)[1:].tolist()), start=ONE)
        return others * Scalar(1 / (self * others).to_fraction())

    def __truediv__(self, other: Exact) -> Scalar:
        y = _coerce(other)
        return NotImplemented if y is NotImplemented else self * y.inverse()

    def __rtruediv__(self, other: Exact) -> Scalar:
        y = _coerce(other)
        return NotImplemented if y is NotImplemented else y * self.inverse()

    def conjugate(self) -> Scalar:
        """Return the complex conjugate: every exponent, of roots and parameters, negated."""
        return self._map_terms(-1, -1)

    def galois(self, t: int) -> Scalar:
        """Return ``sigma_t(x)``: ``zeta_n -> zeta_n^t``, t prime to n, parameters fixed."""
        if gcd(t, self._n) != 1:
            raise ValueError(f"t={t} is not coprime to the field's n={self._n}")
        return self._map_terms(t, 1)

    def _map_terms(self, t: int, s: int) -> Scalar:
        single = self.as_monomial()
        if single:
            q, e0, m0 = single
            return root(e0 * t, self._n, q, {name: k * s for name, k in m0})
        total: dict[tuple[int, Monomial], int] = {}
        for (e, m), c in self._terms:
            image = m if s == 1 else tuple((name, -k) for name, k in m)
            sign, roots = expand_root(e * t % self._n, self._n)
            for x in roots:
                total[x, image] = total.get((x, image), 0) + sign * c
        return from_basis_terms(self._n, self._den, total)

    def substitute(self, values: Mapping[str, Exact]) -> Scalar:
        """Return the value with parameters replaced by exact numbers, which must have modulus one.

        Values of names that do not occur are not looked at: there may be thousands.
        """
        exact = {
            name: of_modulus_one(name, values[name]) for name in self.parameters if name in values
        }
        if not exact:
            return self
        total = ZERO
        for m, part in self.coefficients().items():
            for name, k in m:
                if name in exact:
                    y = exact[name] if k > 0 else exact[name].conjugate()
                    part = part * y ** abs(k)
            rest = {name: k for name, k in m if name not in exact}
            total = total + (part * root(0, 1, Fraction(1), rest) if rest else part)
        return total

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scalar):
            if not isinstance(other, Rational):
                return NotImplemented
            other = Scalar(Fraction(other))
        return (self._n, self._den, self._terms) == (other._n, other._den, other._terms)

    def __hash__(self) -> int:
        if self._den == 1 and self.is_rational():
            return hash(self._terms[0][1] if self._terms else 0)
        key = (self._n, self._den, self._terms)
        return hash(self.to_fraction() if self.is_rational() else key)

    def __bool__(self) -> bool:
        return bool(self._terms)

    def __repr__(self) -> str:
        return text.to_text(self)

    def _repr_latex_(self) -> str:
        return f"${self.to_latex()}$"

    def to_latex(self) -> str:
        r"""Return LaTeX, roots of unity as ``\zeta_{n}^{e}``, ``i`` for ``zeta_4``."""
        return text.to_latex(self)

    def to_sympy(self) -> Any:
        """Return the SymPy expression, roots as ``exp(2 pi I e/n)``, parameters as symbols."""
        return text.to_sympy(self)

    def __complex__(self) -> complex:
        return to_complex(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _filled, (self._n, self._den, self._terms)


def _filled(n: int, den: int, terms: Terms) -> Scalar:
    x = Scalar.__new__(Scalar)
    x._n, x._den, x._terms = n, den, terms
    return x


def added(parts: Iterable[Scalar]) -> Scalar:
    """Return the sum of many scalars, brought into canonical form once."""
    parts = list(parts)
    n, den = lcm(*(x._n for x in parts)), lcm(*(x._den for x in parts))
    total: dict[tuple[int, Monomial], int] = {}
    for x in parts:
        up, scale = n // x._n, den // x._den
        for (e, m), c in x._terms:
            key = (e * up, m)
            total[key] = total.get(key, 0) + c * scale
    return from_basis_terms(n, den, total)


def from_basis_terms(n: int, den: int, total: Mapping[tuple[int, Monomial], int]) -> Scalar:
    """Restore the canonical form of ``sum c zeta_n^e m / den``, all ``e`` those of basis roots."""
    live = [(key, c) for key, c in total.items() if c]
    if not live:
        return _filled(1, 1, ())
    shrink = gcd(n, *[e for (e, _), _ in live]) if n > 1 else 1
    common = gcd(den, *[c for _, c in live]) if den > 1 else 1
    if shrink > 1 or common > 1:
        live = [((e // shrink, m), c // common) for (e, m), c in live]
    return _filled(n // shrink, den // common, tuple(sorted(live)))


def _exact_number(value: object) -> Fraction:
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    raise TypeError(
        f"{value!r} is a {type(value).__name__}"
        f"{', and floats are not exact' * isinstance(value, Number)}; pass an int, "
        f"Fraction(1, 2), parse('1/2'), zeta(n), param('xi') or unit(t)"
    )


def _coerce(value: object) -> Any:
    if isinstance(value, Scalar):
        return value
    if isinstance(value, Number):
        return Scalar(_exact_number(value))
    return NotImplemented


def to_scalar(value: Exact) -> Scalar:
    """Return ``value`` as a `Scalar`; a TypeError for floats and all else that is not exact.

    >>> to_scalar(2) * 3
    6
    """
    return value if isinstance(value, Scalar) else Scalar(value)


def of_modulus_one(name: str, value: Exact) -> Scalar:
    """Return ``value`` as a scalar if it has modulus one; the name is for the message."""
    x = to_scalar(value)
    if not x.is_unit_modulus():
        raise ValueError(
            f"{name}={x!r} does not have modulus one; pass a root of unity such as zeta(8), or "
            f"unit(t) with rational t"
        )
    return x


def root(
    e: int, n: int, q: Fraction = Fraction(1), monomial: Mapping[str, int] | None = None
) -> Scalar:
    """Return ``q * zeta_n^e * prod v^m`` for rational ``q``.

    >>> root(1, 6, Fraction(1, 2), {"nu": -1})
    -1/2*zeta(3)**2*nu**-1
    """
    m = tuple(sorted((name, index(k)) for name, k in (monomial or {}).items() if k))
    sign, roots = expand_root(index(e) % n, n)
    return from_basis_terms(n, q.denominator, {(x, m): sign * q.numerator for x in roots})


ZERO = Scalar(0)
ONE = Scalar(1)
