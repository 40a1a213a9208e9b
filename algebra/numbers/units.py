"""Roots of unity, parameters, points of the unit circle; arguments that must be such numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from operator import index
from typing import SupportsIndex

from algebra.numbers.scalar import Exact, Scalar, _exact_number, of_modulus_one, root, to_scalar

PARAMETER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
RESERVED_NAMES = frozenset({"zeta", "unit", "i", "I"})


def zeta(n: int, e: int = 1) -> Scalar:
    """Return ``zeta_n^e = exp(2 pi i e / n)``, ``n >= 1`` and ``e`` integers.

    >>> zeta(4) ** 2, zeta(6) == -zeta(3) ** 2
    (-1, True)
    """
    if not isinstance(n, (int, SupportsIndex)) or isinstance(n, bool) or index(n) < 1:
        raise ValueError(f"n={n!r} is not the order of a root of unity; pass an integer n >= 1")
    if not isinstance(e, (int, SupportsIndex)):
        raise TypeError(f"e={e!r} is not an integer; zeta(n, e) is exp(2 pi i e/n)")
    return root(index(e), index(n))


def param(name: str) -> Scalar:
    """Return a free parameter of modulus one, ``conj(v) = 1/v``, named by an ASCII identifier.

    >>> param("nu") * param("nu").conjugate()
    1
    """
    if not isinstance(name, str) or not PARAMETER_NAME.match(name) or name in RESERVED_NAMES:
        raise ValueError(
            f"name={name!r} cannot name a parameter; pass letters, digits and underscores, "
            f"starting with a letter, other than {', '.join(sorted(RESERVED_NAMES))}"
        )
    return root(0, 1, Fraction(1), {name: 1})


def unit(t: int | Fraction) -> Scalar:
    """Return ``((1 - t^2) + 2 t i) / (1 + t^2)``, of modulus one, at the angle ``2 arctan t``.

    Rational ``t`` reach every angle but pi to any accuracy, so any phase has an exact
    neighbour in ``Q(i)``.

    >>> unit(Fraction(1, 2))
    3/5 + 4/5*i
    """
    q = _exact_number(t)
    return (Scalar(1 - q * q) + zeta(4) * (2 * q)) * Scalar(1 / (1 + q * q))


I = zeta(4)  # noqa: E741


def number(name: str, value: Exact, *, zero: bool = True) -> Scalar:
    """Return a number without parameters; the name is that of an argument, for messages."""
    x = to_scalar(value)
    if x.parameters:
        raise ValueError(f"{name}={x!r} has a free parameter; pass an exact number")
    if not (x or zero):
        raise ValueError(f"{name}=0; pass another number")
    return x


def direction(name: str, value: Exact) -> Scalar:
    """Return a number of modulus one without parameters."""
    return of_modulus_one(name, number(name, value))


def real(name: str, value: Exact, *, zero: bool = False) -> Scalar:
    """Return a real number without parameters, other than 0 unless ``zero``."""
    x = number(name, value)
    if x != x.conjugate() or not (x or zero):
        but = "" if zero else " other than 0"
        raise ValueError(f"{name}={x!r} is no real number{but}; pass, say, Fraction(3, 2)")
    return x


def require_count(name: str, values: Sequence[object], count: int) -> None:
    """Refuse more or fewer values than there have to be."""
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} numbers; pass {count}")


def reals(name: str, values: Sequence[Exact], count: int, *, zero: bool = False) -> list[Scalar]:
    """Return so many real numbers without parameters."""
    require_count(name, values, count)
    return [real(name, x, zero=zero) for x in values]
