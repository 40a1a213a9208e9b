"""Simple points of the set of zeros of a system.

An unknown that can move along the set is moved to a simple number close by and kept there, the
others follow by least squares; what is left in the end is isolated, with algebraic coordinates.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from algebra.numbers.arrays import Reals
from numeric.real_points.system import SINGULAR, System

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
