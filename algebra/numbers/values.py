"""The exact numbers at which a block's parameters can be fixed: directions, real ratios, others."""

from __future__ import annotations

from collections.abc import Sequence

from algebra.numbers.scalar import Exact, Scalar, of_modulus_one, to_scalar


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
