"""The exact numbers at which a block's parameter can be fixed: directions, and real ratios."""

from __future__ import annotations

from algebra.scalar import Exact, Scalar, to_scalar


def direction(name: str, value: Exact) -> Scalar:
    """Return a number of modulus one without parameters.

    Raises:
        ValueError: for any other number; the message says which argument it was.

    >>> from algebra import zeta
    >>> direction("epsilon", zeta(8)) == zeta(8)
    True
    """
    x = to_scalar(value)
    if x.parameters or not x.is_unit_modulus():
        raise ValueError(
            f"{name}={x!r} is no number of modulus one; pass a root of unity such as zeta(8), or "
            f"unit(t) with rational t"
        )
    return x


def nonzero_real(name: str, value: Exact, *, say: str) -> Scalar:
    """Return a real number other than 0 without parameters.

    Args:
        name: of the argument, for the message.
        value: its value.
        say: what could be passed, for the message.

    Raises:
        ValueError: for any other number.

    >>> nonzero_real("rho", -2, say="Fraction(3, 2)")
    -2
    """
    x = to_scalar(value)
    if x.parameters or not x or x != x.conjugate():
        raise ValueError(f"{name}={x!r} is no real number other than 0; pass, say, {say}")
    return x
