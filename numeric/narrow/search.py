"""Narrow networks by search: batched Levenberg-Marquardt for a zero of the loss at a given width.

The residuals are ``sum_j c_j(g) (a_j(x) + b_j(y))^2 - [x y = g]``, for the projected task without
their means over ``g``. The factor ``1/2d`` of the network is left out of ``c``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import final

import numpy as np

from algebra.numbers.arrays import Reals
from numeric.narrow.problem import ZERO, Problem
from numeric.narrow.symmetric import BLOCK, Structure, structure

#: Largest size of the terms of a hit; larger terms that cancel mean an infimum approached.
LARGEST = 1e3
#: Growth of the terms over the last half of the steps that counts as drifting.
GROWTH = 1.1
#: A start is stationary when a step lowers the loss by less than this share.
STALLED = 1e-7
#: Bounds of the damping; above the upper one no step lowers the loss in floats.
DAMPING = (1e-15, 1e12)


@final
class Searched(Enum):
    """What became of a start.

    A *zero* has residual below ``ZERO`` with terms of moderate size. A start *drifts* if its terms
    exceed ``LARGEST``, or if they were still growing by ``GROWTH`` over the last half of the steps
    while the loss fell: it creeps down as weights grow, towards an infimum that is not attained
    there. *Stationary* is a positive local minimum or a plateau; *unfinished* starts ran out of
    steps with terms that do not grow. Only a zero is a candidate for a solution, and floats prove
    none of the four.
    """

    ZERO = "zero"
    DRIFTS = "drifts"
    STATIONARY = "stationary"
    UNFINISHED = "unfinished"


@final
@dataclass(frozen=True, slots=True)
class Hit:
    """An end of the search: weights of shape ``(d, q)``, c without the factor ``1/2d``, and for the
    projected task of mean zero; the sum of squared residuals; the size of the largest term,
    ``max_j max|c_j| max|a_j + b_j|^2``, whatever the scaling of nodes.
    """

    outcome: Searched
    a: Reals
    b: Reals
    c: Reals
    residual: float
    size: float
    steps: int
    start: int


def search(
    problem: Problem, *, starts: int, seed: int = 0, first: int = 0, steps: int = 80
) -> Iterator[Hit]:
    """Yield the end of each start, as they come to an end, in about ``starts * 200 (d q)^2`` bytes
    of memory. Start ``i`` is drawn from ``(seed, i)`` alone, so batches can be cut anywhere.

    Source: K. Madsen, H. Nielsen, O. Tingleff, "Methods for non-linear least squares problems"
    (2004), for the rule of the damping.
    """
    if starts < 1 or steps < 2:
        raise ValueError(f"starts={starts}, steps={steps}: pass at least 1 start and 2 steps")
    size = BLOCK if problem.symmetry is not None else first + starts
    for block, part in groupby(range(first, first + starts), key=lambda start: start // size):
        model = structure(problem, block * size, seed=seed)
        yield from ends(model, list(part), seed=seed, steps=steps)


def ends(model: Structure, numbers: Sequence[int], *, seed: int, steps: int) -> Iterator[Hit]:
    """Yield the end of each start of one model, points of shape ``(starts, unknowns)``."""
    points, number = model.draw(numbers, seed), np.array(numbers)
    residual = model.residuals(points)
    loss = _square(residual)
    damping, growth = np.full(len(number), 1e-2), np.full(len(number), 2.0)
    half, half_loss = np.zeros((2, len(number)))
    for step in range(1, steps + 1):
        move, predicted = model.step(points, residual, damping)
        moved = points + move
        tried = model.residuals(moved)
        new = _square(tried)
        better = new < loss
        gain = (loss - new) / np.maximum(predicted, 1e-300)
        shrink = np.maximum(1 / 3, 1 - (2 * gain - 1) ** 3)
        damping = np.where(better, damping * shrink, damping * growth)
        growth = np.where(better, 2.0, growth * 2)
        slow = better & (loss - new < STALLED * loss)
        points = np.where(better[:, None], moved, points)
        residual = np.where(better[:, None, None, None], tried, residual)
        loss = np.where(better, new, loss)
        damping = np.maximum(damping, DAMPING[0])
        size = model.size(points)
        if step == steps // 2:
            half, half_loss = size, loss
        last = step == steps
        stuck = Searched.UNFINISHED if last else Searched.STATIONARY
        ended: dict[int, Searched] = {}
        creeps = last & (size > GROWTH * half) & (loss < half_loss)
        for which, outcome in (
            (slow | (damping > DAMPING[1]) | last, stuck),
            (loss < ZERO, Searched.ZERO),
            ((size > LARGEST) | (creeps & (loss >= ZERO)), Searched.DRIFTS),
        ):
            ended.update(dict.fromkeys(np.flatnonzero(which).tolist(), outcome))
        for at, outcome in ended.items():
            a, b, c = (x[0] for x in model.weights(points[at : at + 1]))
            yield Hit(outcome, a, b, c, float(loss[at]), float(size[at]), step, int(number[at]))
        keep = np.setdiff1d(np.arange(len(loss)), list(ended))
        if not len(keep):
            return
        if ended:
            points, residual, loss = points[keep], residual[keep], loss[keep]
            damping, growth, number = damping[keep], growth[keep], number[keep]
            half, half_loss = half[keep], half_loss[keep]


def _square(residual: Reals) -> Reals:
    return np.asarray((residual**2).reshape(len(residual), -1).sum(axis=1))
