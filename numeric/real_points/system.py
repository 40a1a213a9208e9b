"""Systems of polynomial equations of degree at most 3, and simple points of their solution sets.

An unknown that can move along the set is moved to a simple number close by and kept there, the
others follow by least squares; what is left in the end is isolated, with algebraic coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
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


#: Numbers that unknowns are moved to, the simplest first.
SIMPLE = tuple(Fraction(n, m) for n, m in ((0, 1), (1, 1), (2, 1), (1, 2), (3, 1), (4, 1)))
#: What a move costs, against its length: simple numbers are preferred.
PRICE = (0.0, 0.3, 0.8, 0.8, 1.2, 1.5)
#: What chance adds to a cost, and what makes a move the last resort.
CHANCE, LATER = 1.0, 1e6
#: Rows of the null space below this do not move.
STILL = 1e-6
#: Unknowns larger than this are not followed: weights blow up.
LARGEST = 30.0
#: Squared residual of a zero.
ZERO = 1e-22
#: Tries for each unknown that is fixed.
TRIES = 12


def simple_point(
    system: System,
    point: Reals,
    *,
    rng: np.random.Generator,
    last: frozenset[int] = frozenset(),
) -> tuple[Reals, dict[int, Fraction]] | None:
    """Return an isolated zero reached from a zero, and the unknowns that were fixed on the way."""
    fixed: dict[int, Fraction] = {}
    tabu: set[tuple[int, Fraction]] = set()
    while True:
        free = np.array([i for i in range(1, len(point)) if i not in fixed], dtype=np.int64)
        if not len(free):
            return point, fixed
        mobile = _mobility(system, point, free)
        if mobile.max(initial=0.0) < STILL:
            return point, fixed
        for tries, (i, value) in enumerate(_moves(point, free, mobile, tabu, rng, last)):
            if tries == TRIES:
                return None
            rest = free[free != i]
            there = _moved(system, point, i, float(value), rest)
            if there is not None:
                fixed[i], point = value, there
                break
            tabu.add((i, value))
        else:
            return None


def _mobility(system: System, point: Reals, free: np.ndarray) -> Reals:
    """Return how far each unknown can move along the set, to first order: 0 to 1."""
    slopes = system.jacobian(point)[:, free - 1]
    _, singular, basis = np.linalg.svd(slopes, full_matrices=True)
    rank = int((singular > 1e2 * SINGULAR * singular.max(initial=0.0)).sum())
    return np.asarray(np.linalg.norm(basis[rank:], axis=0), dtype=np.float64)


def _moves(
    point: Reals,
    free: np.ndarray,
    mobile: Reals,
    tabu: set[tuple[int, Fraction]],
    rng: np.random.Generator,
    last: frozenset[int],
) -> Iterator[tuple[int, Fraction]]:
    """Yield unknowns with simple numbers to move them to, the cheapest first."""
    found = []
    for i, ease in zip(free.tolist(), mobile.tolist(), strict=True):
        for simple, price in zip(SIMPLE, PRICE, strict=True):
            value = simple if point[i] >= 0 else -simple
            if ease >= STILL and (i, value) not in tabu:
                cost = abs(point[i] - float(value)) / ease + price + rng.uniform(0, CHANCE)
                found.append((cost + LATER * (i in last), i, value))
    yield from ((i, value) for _, i, value in sorted(found))


def _moved(system: System, point: Reals, i: int, value: float, rest: np.ndarray) -> Reals | None:
    """Return the zero with an unknown moved to a value, in steps where one does not do."""
    for parts in (1, 4):
        there = point
        for part in range(1, parts + 1):
            there = there.copy()
            there[i] = point[i] + (value - point[i]) * part / parts
            there = system.polished(there, rest)
            gap = system.values(there)
            if gap @ gap > ZERO or np.abs(there).max() > LARGEST:
                break
        else:
            there[i] = value
            return there
    return None
