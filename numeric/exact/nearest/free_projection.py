"""The nearest float network of zero loss, all weights of its nodes free.

With ``h_j(x, y) = a_j(x) + b_j(y)`` the plain network's errors are ``F = sum_j c_j h_j^2 - target``
in ``(d-1) d^2`` equations, means over the outputs removed, and a direction ``a', b', c'`` changes
them by ``J (a', b', c')`` (`numeric.exact.nearest.free_network`). No frequency is singled out, and
no entry is taken for zero.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.numbers.arrays import Reals
from numeric.exact.nearest.free_network import Derivative, FreeNetwork, derivative, norm
from numeric.exact.nearest.projection import ProjectionError

#: Multiplications of all products with ``J`` together, about: one or two minutes.
WORK = 5e11
#: A step's conjugate gradients end when the gradient is this part of what errors of their size may
#: have, without preconditioner and with it, or after so many.
TOLERANCE, TURNED_TOLERANCE, ITERATIONS = 1e-5, 1e-3, 1000
#: Where they did not end, the smaller Gram matrix is factored if it has no more rows: 300 MB.
AFFORDABLE = 6000
#: The penalty on the distance, relative to the root mean square column of ``J``: where it begins,
#: by what it is multiplied after a step that went as predicted, or almost, and where it ends.
BEGIN, FAST, SLOW, END = 0.1, 0.1, 0.3, 1e-6
#: A step went as predicted if this share of the errors was not.
PREDICTED, ALMOST = 0.1, 0.5
#: The damping of a step by its own length grows where a whole step is too long, and shrinks again.
MORE, LESS = 3.0, 0.2
#: Steps in all, with one penalty, and at the end without any; halvings of a step.
STEPS, REPEATS, PLAIN_STEPS, HALVINGS = 40, 3, 12, 5
#: Steps stop once the errors' norm is below the first, or so many did not make the result nearer
#: by this share.
ZERO, PATIENCE, GAIN = 1e-14, 4, 1e-3
#: With a penalty below this the distance is that of the nearest zero, if what is left is small.
CLOSE = 1e-3
#: What the corrections may add to the distance, relative to the weights' norm, at most.
TOO_MUCH = 0.5


@final
@dataclass(frozen=True, slots=True, eq=False)
class FreeProjection:
    """A float network of almost zero loss.

    Args:
        w: the plain network's weights, shape (3, d, q).
        distance: ``|w - w0|``.
        error: the norm of its errors.
        steps: the number of steps.
    """

    w: Reals
    distance: float
    error: float
    steps: int

    @property
    def total(self) -> float:
        """The distance once small nodes cancel the errors (`numeric.exact.nearest.corrections`)."""
        return float(np.hypot(self.distance, corrections_norm(self.w.shape[1], self.error)))


def corrections_norm(d: int, error: float) -> float:
    """Return about the norm of the nodes that cancel errors of this norm.

    The errors are ``d^2`` functions of ``x, y`` with outputs of norm ``R = error / d^(3/2)``
    in the function tensor; a node with inputs ``h = (R/2d)^(1/3)`` has norm ``(6d)^(1/2) h``.
    """
    return float(np.sqrt(6 * d**3) * np.cbrt(error / (2 * d**2.5)))


def project_free(
    network: FreeNetwork,
    w0: Reals,
    *,
    bound: float = np.inf,
    deadline: float = np.inf,
    progress: Callable[[int, float], None] | None = None,
) -> FreeProjection:
    """Return a zero of the errors near ``w0``, nearest to first order.

    Steps of Gauss and Newton decrease ``|F(w)|^2 + mu^2 |w - w0|^2`` for ever smaller ``mu``.
    Near a point where the zeros are no smooth manifold, and trained networks are near such points,
    steps with a small ``mu`` from the start would lead far away. There the errors vanish slowly
    while the distance grows, and what is returned has the least distance with corrections.

    Steps are found by conjugate gradients, at ``4 d^3 q`` multiplications an iteration. Where
    these do not end, the smaller Gram matrix is factored if it is small enough; else they are
    preconditioned.

    Args:
        network: the equations.
        w0: the plain network's weights, shape (3, d, q).
        bound: steps stop at this distance.
        deadline: and at this time, as `time.monotonic` has it.
        progress: called with the number of the step and the largest error.

    Raises:
        ProjectionError: if the steps do not converge, or reach the bound.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> from numeric.exact.nearest.free_network import free_network
    >>> z = embed(optimizers.order9(AbelianGroup("Z3")), gauge="balanced")
    >>> w = np.stack([z.w_a, z.w_b, z.w_c / 6])
    >>> found = project_free(free_network(z.group), w + 1e-3)
    >>> found.error < 1e-12, found.distance < 1e-3 * w.size**0.5
    (True, True)
    """
    steps = _Steps(network, w0, deadline, progress)
    now = best = steps.seen(w0)
    mu, damping, repeats = BEGIN, 0.0, 0
    while steps.step < min(STEPS, best.steps + PATIENCE) and now.error > ZERO and steps.go_on():
        if mu < CLOSE and best.total < (1 + GAIN) * best.distance:
            break
        steps.step += 1
        move, weight, predicted = steps.next(now.w, penalty=mu, damping=damping)
        whole = steps.seen(now.w + move)
        missed = abs(whole.error - predicted) / max(predicted, ZERO)
        for halving in range(HALVINGS + 1):
            new = steps.seen(now.w + move / 2**halving) if halving else whole
            if _merit(new, weight) < _merit(now, weight):
                now = new
                break
        best = now if now.total < (1 - GAIN) * best.total else best
        if now.distance > bound:
            raise ProjectionError(f"all networks of zero loss seem farther than {bound:.2g}")
        repeats += 1
        if halving:
            damping = max(MORE * damping, mu)
        elif missed < ALMOST:
            damping = LESS * damping if damping > mu else 0.0
        if missed < ALMOST or repeats == REPEATS:
            mu = max(END, mu * (FAST if missed < PREDICTED else SLOW))
            repeats = 0
    now, last = best, steps.step + PLAIN_STEPS
    while steps.step < last and now.error > ZERO and steps.factors and steps.go_on():
        if best.total < (1 + GAIN) * best.distance:
            break
        steps.step += 1
        move, _, _ = steps.next(now.w, penalty=END, damping=0.0, about=now.w)
        # Where zeros are double, whole steps go half the way.
        now = min((steps.seen(now.w + t * move) for t in (1, 2)), key=lambda x: x.error)
        best = min(best, now, key=lambda x: x.total)
    if not best.total - best.distance < TOO_MUCH * norm(w0):
        raise ProjectionError(
            f"no network of zero loss was found near this one: the errors stay at {best.error:.2g}"
        )
    return best


@final
class _Steps:
    """The steps of one projection: what they may still cost, and how they are solved."""

    def __init__(
        self,
        network: FreeNetwork,
        w0: Reals,
        deadline: float,
        progress: Callable[[int, float], None] | None,
    ) -> None:
        self.network, self.w0, self.deadline, self.progress = network, w0, deadline, progress
        _, d, q = w0.shape
        self.step, self.worst = 0, float("inf")
        self.left = int(WORK / (4 * d**3 * q))
        rows = min(w0.size, d**3)
        self.affordable = bool(rows <= AFFORDABLE)
        # At once where that costs no more than conjugate gradients may.
        self.hard: bool = rows**3 / 3 <= 4 * d**3 * q * ITERATIONS

    def go_on(self) -> bool:
        """Say where the steps are; return whether there is work and time left."""
        if self.progress is not None:
            self.progress(self.step, self.worst)
        return self.left > 0 and time.monotonic() < self.deadline

    def seen(self, w: Reals) -> FreeProjection:
        gap = self.network.errors(w)
        self.worst = float(np.abs(gap).max())
        return FreeProjection(w, norm(w - self.w0), norm(gap), self.step)

    @property
    def factors(self) -> bool:
        """Whether Gram matrices are factored."""
        return self.hard and self.affordable

    def next(
        self, w: Reals, *, penalty: float, damping: float, about: Reals | None = None
    ) -> tuple[Reals, float, float]:
        """Return a step, the weight of the distance, and the error that the step should leave.

        The least ``|F + J v|^2 + m |w + v - w0|^2 + n |v|^2`` is at ``v = u - m/(m + n) (w - w0)``,
        where ``|J u - r|^2 + (m + n) |u|^2`` is least, ``r = m/(m + n) J (w - w0) - F``.
        ``m`` and ``n`` are the squares of penalty and damping, times the mean square column of
        ``J``; ``about``, by default ``w0``, stands for it.
        """
        at = derivative(w)
        scale = at.mean_square()
        m, n = penalty**2 * scale, damping**2 * scale
        back = m / (m + n) * (w - (self.w0 if about is None else about))
        right = at.along(back) - self.network.errors(w)
        u: Reals | None = None
        if self.factors:
            try:
                u = at.solved(right, weight=m + n)
            except np.linalg.LinAlgError:  # not positive to the precision of floats
                self.affordable = False
        if u is None:
            u = self._least_squares(at, right, weight=m + n)
        return u - back, m, norm(at.along(u) - right)

    def _least_squares(self, at: Derivative, right: Reals, *, weight: float) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``."""
        turn = at.preconditioner(weight) if self.hard else lambda g: g
        tolerance, largest = (TURNED_TOLERANCE, 1.0) if self.hard else (TOLERANCE, 0.0)
        rest = right.copy()
        gradient = at.back(rest)
        direction = turned = turn(gradient)
        u = np.zeros_like(gradient)
        power = float((gradient * turned).sum())
        for count in range(1, min(self.left, ITERATIONS) + 1):
            if not power > 0:
                break
            image = at.along(direction)
            length = float((direction**2).sum())
            curved = float((image**2).sum()) + weight * length
            if not self.hard:
                largest = max(largest, curved / length)
            u += power / curved * direction
            rest -= power / curved * image
            gradient = at.back(rest) - weight * u
            turned = turn(gradient)
            old, power = power, float((gradient * turned).sum())
            direction = turned + power / old * direction
            self.left -= 1
            missing = float((rest**2).sum() + weight * (u**2).sum())
            if power < tolerance**2 * largest * missing:
                break
            if count % 50 == 0 and not self.go_on():
                break
        else:
            self.hard = True
        return u


def _merit(x: FreeProjection, weight: float) -> float:
    return x.error**2 + weight * x.distance**2
