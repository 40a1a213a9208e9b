"""Systems of polynomial equations of degree at most 3, and Newton's steps to their zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import final

import numpy as np
from numpy.typing import NDArray

from algebra.numbers.arrays import Reals

#: Unknowns that are multiplied, sorted and numbered from 1 -> coefficient.
Polynomial = Mapping[tuple[int, ...], int]

#: Newton steps in integers at most, and in floats.
REFINEMENTS, STEPS = 200, 40
#: Singular values below this share of the largest count as zero.
SINGULAR = 1e-9


@final
@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Polynomials as arrays by term: the number of its equation, its coefficient, its three
    unknowns.

    Entry 0 of a point, and of ``factors``, stands for the number 1.
    """

    polynomials: tuple[Polynomial, ...]
    equation: NDArray[np.int64]
    coefficient: Reals
    factors: NDArray[np.int64]

    @classmethod
    def of(cls, polynomials: Sequence[Polynomial]) -> System:
        """Return the arrays of polynomials."""
        terms = [(e, x, m) for e, f in enumerate(polynomials) for m, x in f.items()]
        factors = np.zeros((len(terms), 3), dtype=np.int64)
        for row, (_, _, m) in zip(factors, terms, strict=True):
            row[: len(m)] = m
        equation = np.array([e for e, _, _ in terms], dtype=np.int64)
        coefficient = np.array([x for _, x, _ in terms], dtype=np.float64)
        return cls(tuple(polynomials), equation, coefficient, factors)

    def values(self, point: Reals) -> Reals:
        """Return the left-hand sides."""
        terms = self.coefficient * point[self.factors].prod(axis=1)
        return np.asarray(np.bincount(self.equation, terms, len(self.polynomials)), dtype=float)

    def jacobian(self, point: Reals) -> Reals:
        """Return the derivatives, a column for each unknown, without one for the number 1."""
        found = np.zeros((len(self.polynomials), len(point)))
        for at in range(3):
            rest = np.delete(self.factors, at, axis=1)
            terms = self.coefficient * point[rest].prod(axis=1)
            np.add.at(found, (self.equation, self.factors[:, at]), terms)
        return found[:, 1:]

    def polished(self, point: Reals, free: NDArray[np.int64]) -> Reals:
        """Return the point after Gauss-Newton steps of some unknowns, while these help."""
        gap = self.values(point)
        for _ in range(STEPS):
            slopes = self.jacobian(point)[:, free - 1]
            tried = point.copy()
            tried[free] -= np.linalg.lstsq(slopes, gap, rcond=SINGULAR)[0]
            new = self.values(tried)
            if not new @ new < gap @ gap:
                break
            point, gap = tried, new
        return point

    def refined(self, point: Reals, free: NDArray[np.int64], *, bits: int) -> list[int]:
        """Return the zero near a point in units of ``2**-bits``, by Newton steps in integers, the
        float pseudo-inverse staying the same: each gains as many digits as that has, if the rank is
        constant.
        """
        near = np.linalg.pinv(self.jacobian(point)[:, free - 1], rcond=SINGULAR)
        one = 1 << bits
        centre = [one, *(round(float(x) * 2.0**bits) for x in point[1:])]
        last = np.inf
        for _ in range(REFINEMENTS):
            try:
                gaps = np.array([float(_value(f, centre, one)) for f in self.polynomials])
            except OverflowError:  # the steps diverge
                break
            moves = near @ gaps / 2.0 ** (2 * bits)
            size = float(np.abs(moves).max(initial=0.0))
            if size < 1 or (size >= last and size < 2.0 ** (bits - 60)):
                break
            last = size
            for i, move in zip(free.tolist(), moves.tolist(), strict=True):
                centre[i] -= round(move)
        return centre


def _value(f: Polynomial, point: Sequence[int], one: int) -> int:
    """Return ``one**3 f(point / one)``."""
    return sum(x * prod(point[i] for i in m) * one ** (3 - len(m)) for m, x in f.items())
