"""Narrow networks by search: batched Levenberg-Marquardt for a zero of the loss at a given width.

With ``s_j(x, y) = a_j(x) + b_j(y)`` the residuals are, for each output row ``m``,

    r_m(x, y) = sum_j c_j(m) s_j(x, y)^2 - t_m(x, y)

where ``t`` are the one-hot functions ``[x + y = g]``, or for the projected task ``d - 1``
orthonormal combinations of them with mean zero. The factor ``1/2d`` of the network is left out of
``c``; ``a_j`` and ``b_j`` are written in the basis of `numeric.narrow.problem.spaces`.

The output weights are eliminated from each step (a Schur complement), since the Gram matrix of the
squares is the same for all rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import final

import numpy as np

from algebra.numbers.arrays import Reals
from numeric.narrow.problem import ZERO, Problem
from numeric.narrow.symmetric import Structure, models

#: Largest size of the terms of a hit; larger terms that cancel mean an infimum approached.
LARGEST = 1e3
#: Growth of the terms over the last half of the steps that counts as drifting.
GROWTH = 1.1
#: A start is stationary when a step lowers the loss by less than this share.
STALLED = 1e-7
#: Bounds of the damping; above the upper one no step lowers the loss in floats.
DAMPING = (1e-15, 1e12)
#: What a matrix that is singular to rounding is damped by, relative to its diagonal.
RIDGE = 1e-12


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
    """Yield the end of each start, as they come to an end, in about ``starts * 16 m d^2 n q`` bytes
    of memory. Start ``i`` is drawn from ``(seed, i)`` alone, so batches can be cut anywhere.

    Source: K. Madsen, H. Nielsen, O. Tingleff, "Methods for non-linear least squares problems"
    (2004), for the rule of the damping.
    """
    if starts < 1 or steps < 2:
        raise ValueError(f"starts={starts}, steps={steps}: pass at least 1 start and 2 steps")
    numbers = range(first, first + starts)
    if problem.symmetry is None:
        yield from ends(Free(problem), numbers, seed=seed, steps=steps)
        return
    for model, part in models(problem, numbers, seed=seed):
        yield from ends(model, part, seed=seed, steps=steps)


@final
@dataclass(frozen=True, slots=True)
class Free:
    """Networks whose weights are unknowns of their own, but for the support: ``a, b, c``."""

    problem: Problem

    def parts(self, points: Reals) -> tuple[Reals, Reals, Reals]:
        """Return ``a, b`` in the basis, shape ``(starts, n, q)``, and ``c``, ``(starts, m, q)``."""
        m, _, q, n = self.problem.shape
        a, b, c = np.split(points, [n * q, 2 * n * q], axis=1)
        return a.reshape(-1, n, q), b.reshape(-1, n, q), c.reshape(-1, m, q)

    def draw(self, numbers: range, seed: int) -> Reals:
        """Return normal inputs, and output weights fitted to them by least squares."""
        problem = self.problem
        m, _, q, n = problem.shape
        inputs = [np.random.default_rng((seed, i)).normal(size=(2, n, q)) for i in numbers]
        a, b = np.stack(inputs).transpose(1, 0, 2, 3) * problem.mask
        b = np.where(problem.signs, problem.signs * a, b)
        squares = self._sums(joined(a, b, np.zeros((len(a), m, q)))) ** 2
        gram = _transposed(squares) @ squares
        gram += 1e-3 * np.trace(gram, axis1=1, axis2=2)[:, None, None] / q * np.eye(q)
        c = _solved(gram, _transposed(squares) @ problem.targets.T)
        return joined(a, b, _transposed(c))

    def residuals(self, points: Reals) -> Reals:
        """Return ``r_m(x, y)``, shape ``(starts, rows, d^2)``."""
        squares = self._sums(points) ** 2
        return np.asarray(self.parts(points)[2] @ _transposed(squares) - self.problem.targets)

    def size(self, points: Reals) -> Reals:
        """Return the largest ``max|c_j| max|a_j + b_j|^2`` over the nodes of each network."""
        squares = (self._sums(points) ** 2).max(axis=1)
        outputs = np.abs(self.problem.rows.T @ self.parts(points)[2]).max(axis=1)
        return np.asarray((squares * outputs).max(axis=-1))

    def weights(self, points: Reals) -> tuple[Reals, Reals, Reals]:
        """Return ``a, b, c`` as functions."""
        a, b, c = self.parts(points)
        basis, rows = self.problem.basis, self.problem.rows
        return np.asarray(basis @ a), np.asarray(basis @ b), np.asarray(rows.T @ c)

    def jacobian(self, points: Reals) -> Reals:
        """Return the derivatives of all residuals by ``a`` and ``b``: ``(starts, m, d^2, 2nq)``."""
        problem = self.problem
        m, d, q, n = problem.shape
        slopes = 2 * self.parts(points)[2][:, :, None, :] * self._sums(points)[:, None]
        slopes = slopes.reshape(-1, m, d, d, 1, q)
        by_a = slopes * problem.basis[:, None, :, None]
        by_b = slopes * problem.basis[None, :, :, None]
        allowed = np.concatenate([problem.mask, problem.mask])
        both = np.concatenate([by_a, by_b], axis=4) * allowed
        return np.asarray(both.reshape(-1, m, d * d, 2 * n * q), dtype=np.float64)

    def step(self, points: Reals, residual: Reals, damping: Reals) -> tuple[Reals, Reals]:
        """Return the damped Gauss-Newton step, and by how much it should lower the loss."""
        problem = self.problem
        m, d, q, n = problem.shape
        squares = self._sums(points) ** 2
        lam = damping[:, None, None]
        gram = _transposed(squares) @ squares + lam * np.eye(q)
        by_inputs = self.jacobian(points)
        if problem.ties is not None:
            # Where b follows a, the derivative by a counts both; b itself does not move.
            split = by_inputs.reshape(-1, m, d * d, 2, n, q)
            split[:, :, :, 0] += problem.signs * split[:, :, :, 1]
            split[:, :, :, 1] *= problem.signs == 0
        flat = by_inputs.reshape(-1, m * d * d, 2 * n * q)
        mixed = _transposed(squares)[:, None] @ by_inputs
        slope_c = residual @ squares
        slope = (_transposed(flat) @ residual.reshape(-1, m * d * d, 1))[..., 0]
        # Rows share one Gram matrix: one solve for the mixed blocks and the slopes of all of them.
        right = np.concatenate([mixed, slope_c[..., None]], axis=3)
        wide = right.transpose(0, 2, 1, 3).reshape(len(right), q, -1)
        solved = _solved(gram, wide).reshape(len(right), q, m, -1)
        lifted = mixed.transpose(0, 2, 1, 3).reshape(len(right), q * m, -1)
        both = _transposed(lifted) @ solved.reshape(len(right), q * m, -1)
        schur = _transposed(flat) @ flat - both[..., :-1] + lam * np.eye(2 * n * q)
        move = -_solved(schur, (slope - both[..., -1])[..., None])
        by_c = solved[..., :-1].reshape(len(right), q * m, -1) @ move
        move_c = -solved[..., -1] - by_c.reshape(-1, q, m)
        inputs = move.reshape(-1, 2, n, q)
        by_tie = np.where(problem.signs, problem.signs * inputs[:, 0], inputs[:, 1])
        by_row = _transposed(move_c)
        norm = (move**2).sum(axis=(1, 2)) + (move_c**2).sum(axis=(1, 2))
        down = -(move[..., 0] * slope).sum(axis=1) - (by_row * slope_c).sum(axis=(1, 2))
        return joined(inputs[:, 0], by_tie, by_row), down + damping * norm

    def _sums(self, points: Reals) -> Reals:
        """Return ``a_j(x) + b_j(y)``, shape ``(starts, d^2, q)``."""
        a, b, _ = self.weights(points)
        return (a[:, :, None, :] + b[:, None, :, :]).reshape(len(a), -1, a.shape[-1])


def joined(*parts: Reals) -> Reals:
    """Return arrays of unknowns as points: one row a start."""
    return np.concatenate([x.reshape(len(x), -1) for x in parts], axis=1)


def ends(model: Free | Structure, numbers: range, *, seed: int, steps: int) -> Iterator[Hit]:
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
        residual = np.where(better.reshape((-1,) + (1,) * (residual.ndim - 1)), tried, residual)
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


def _solved(left: Reals, right: Reals) -> Reals:
    """Solve positive definite systems; where one is singular to rounding, all slightly damped."""
    try:
        return np.asarray(np.linalg.solve(left, right), dtype=np.float64)
    except np.linalg.LinAlgError:
        size = left.shape[-1]
        scale = np.trace(left, axis1=-2, axis2=-1)[..., None, None] / size
        damped = left + RIDGE * np.maximum(scale, 1.0) * np.eye(size)
        return np.asarray(np.linalg.solve(damped, right), dtype=np.float64)


def _transposed(matrices: Reals) -> Reals:
    return np.swapaxes(matrices, -1, -2)


def _square(residual: Reals) -> Reals:
    return np.asarray((residual**2).reshape(len(residual), -1).sum(axis=1))
