"""Roots of unity, parameters and rational points of the unit circle, as scalars."""

from __future__ import annotations

import re
from fractions import Fraction
from operator import index
from typing import SupportsIndex

from algebra.numbers.scalar import Scalar, _exact_number, root

PARAMETER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
RESERVED_NAMES = frozenset({"zeta", "unit", "i", "I"})


def zeta(n: int, e: int = 1) -> Scalar:
    """Return ``zeta_n^e = exp(2 pi i e / n)``.

    Raises:
        ValueError: if ``n`` is not a positive integer.
        TypeError: if ``e`` is not an integer.

    >>> zeta(4) ** 2, zeta(6) == -zeta(3) ** 2
    (-1, True)
    """
    if not isinstance(n, (int, SupportsIndex)) or isinstance(n, bool) or index(n) < 1:
        raise ValueError(f"n={n!r} is not the order of a root of unity; pass an integer n >= 1")
    if not isinstance(e, (int, SupportsIndex)):
        raise TypeError(f"e={e!r} is not an integer; zeta(n, e) is exp(2 pi i e/n)")
    return root(index(e), index(n))


def param(name: str) -> Scalar:
    """Return a free parameter of modulus one: ``conj(v) = 1/v``.

    Raises:
        ValueError: if the name is not an ASCII identifier, or is reserved.

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
