"""The exact numbers at which a block's parameters can be fixed: directions, real ratios, others."""

from __future__ import annotations

from collections.abc import Sequence

from algebra.numbers.scalar import Exact, Scalar, to_scalar


def direction(name: str, value: Exact) -> Scalar:
    """Return a number of modulus one without parameters.

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

    >>> nonzero_real("rho", -2, say="Fraction(3, 2)")
    -2
    """
    x = to_scalar(value)
    if x.parameters or not x or x != x.conjugate():
        raise ValueError(f"{name}={x!r} is no real number other than 0; pass, say, {say}")
    return x


def number(name: str, value: Exact) -> Scalar:
    """Return a number without parameters."""
    x = to_scalar(value)
    if x.parameters:
        raise ValueError(f"{name}: {x!r} has a free parameter; pass an exact number")
    return x


def reals(name: str, values: Sequence[Exact], count: int, *, zero: bool = False) -> list[Scalar]:
    """Return so many real numbers without parameters.

    Args:
        name: of the argument, for messages.
        values: the numbers.
        count: how many there have to be.
        zero: whether 0 is one of those that may be.

    Raises:
        ValueError: if there are more or fewer, or one is no such number.

    >>> reals("ratios", [1, -2], 2)
    [1, -2]
    """
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} numbers; pass {count}")
    found = [number(name, x) for x in values]
    for x in found:
        if x != x.conjugate() or not (x or zero):
            raise ValueError(f"{name}: {x!r} is no real number" + " other than 0" * (not zero))
    return found
