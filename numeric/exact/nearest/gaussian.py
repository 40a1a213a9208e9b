"""Numbers ``re + im i`` of ``Q(i)``, quicker than `algebra.numbers.scalar.Scalar`s there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, final

Real: TypeAlias = int | Fraction


@final
@dataclass(frozen=True, slots=True)
class Gaussian:
    """The number ``re + im i``; integers stay integers.

    >>> x = Gaussian(1, 2)
    >>> x * x, x * x.conjugate() - 5 * Gaussian(1), bool(x - x), x.over_i()
    (Gaussian(re=-3, im=4), Gaussian(re=0, im=0), False, Gaussian(re=2, im=-1))
    """

    re: Real
    im: Real = 0

    def __add__(self, other: Gaussian) -> Gaussian:
        return Gaussian(self.re + other.re, self.im + other.im)

    def __sub__(self, other: Gaussian) -> Gaussian:
        return Gaussian(self.re - other.re, self.im - other.im)

    def __neg__(self) -> Gaussian:
        return Gaussian(-self.re, -self.im)

    def __mul__(self, other: Gaussian | Real) -> Gaussian:
        if not isinstance(other, Gaussian):
            return Gaussian(self.re * other, self.im * other)
        re = self.re * other.re - self.im * other.im
        return Gaussian(re, self.re * other.im + self.im * other.re)

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return bool(self.re or self.im)

    def __complex__(self) -> complex:
        return complex(float(self.re), float(self.im))

    def conjugate(self) -> Gaussian:
        """Return ``re - im i``."""
        return Gaussian(self.re, -self.im)

    def over_i(self) -> Gaussian:
        """Return the number divided by ``i``."""
        return Gaussian(self.im, -self.re)

    def square(self) -> Real:
        """Return the square of its modulus."""
        return self.re * self.re + self.im * self.im
