"""The nearest zero of a network's errors: steps of Gauss and Newton, whatever the weights are.

What the weights are, and how steps are solved for, is the network's business: all weights of dense
nodes (`numeric.exact.free_network`), or few entries of many (`numeric.exact.sparse_network`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Reals
from numeric.exact.certified import NoneNearError

#: By what the penalty on the distance is multiplied after a step that went as predicted, or almost,
#: and its end, relative to the root mean square column of the derivative.
FAST, SLOW, END = 0.1, 0.3, 1e-6
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


class ProjectionError(NoneNearError):
    """Raised if no network of zero loss is found near the given one."""


class Derivative(Protocol):
    """The derivative ``J`` of the errors at some weights."""

    def along(self, v: Reals) -> Reals:
        """Return ``J v``."""

    def mean_square(self) -> float:
        """Return the mean square of a column of ``J``."""


class Network(Protocol):
    """Networks over a group as points ``w``, with errors whose sum of squares is ``d^2 loss``."""

    @property
    def group(self) -> AbelianGroup:
        """The group."""

    @property
    def begin(self) -> float:
        """The penalty on the distance in the first step, as `END` has it."""

    @property
    def accurate(self) -> bool:
        """Whether steps are solved for almost to the precision of floats."""

    def errors(self, w: Reals) -> Reals:
        """Return the errors ``F``."""

    def derivative(self, w: Reals) -> Derivative:
        """Return their derivative ``J``."""

    def solved(self, at: Any, right: Reals, *, weight: float, go_on: Callable[[], bool]) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A float network ``w`` of almost zero loss: how far it is, and once small nodes correct it."""

    w: Reals
    distance: float
    error: float
    total: float
    steps: int


def corrections_norm(d: int, error: float) -> float:
    """Return about the norm of the nodes that cancel errors of this norm.

    The errors are ``d^2`` functions of ``x, y`` with outputs of norm ``R = error / d^(3/2)``
    in the function tensor; a node with inputs ``h = (R/2d)^(1/3)`` has norm ``(6d)^(1/2) h``.
    """
    return float(np.sqrt(6 * d**3) * np.cbrt(error / (2 * d**2.5)))


def project(
    network: Network,
    w0: Reals,
    *,
    bound: float = np.inf,
    deadline: float = np.inf,
    progress: Callable[[int, float], None] | None = None,
) -> Projection:
    """Return a zero of the errors near ``w0``, nearest to first order.

    Steps of Gauss and Newton decrease ``|F(w)|^2 + mu^2 |w - w0|^2`` for ever smaller ``mu``.
    Near a point where the zeros are no smooth manifold, and trained networks are near such points,
    steps with a small ``mu`` from the start would lead far away. There the errors vanish slowly
    while the distance grows, and what is returned has the least distance with corrections.

    Args:
        network: the errors.
        w0: where to start.
        bound: steps stop at this distance.
        deadline: and at this time, as `time.monotonic` has it.
        progress: called with the number of the step and the largest error.

    Raises:
        ProjectionError: if the steps do not converge, or reach the bound.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> from numeric.exact.free_network import FreeNetwork
    >>> z = embed(optimizers.nine_per_frequency(AbelianGroup("Z3")), gauge="balanced")
    >>> w = np.stack([z.w_a, z.w_b, z.w_c / 6])
    >>> found = project(FreeNetwork(z.group, w.shape[2]), w + 1e-3)
    >>> found.error < 1e-12, found.distance < 1e-3 * w.size**0.5
    (True, True)
    """
    step, worst = 0, np.inf

    def go_on() -> bool:
        if progress is not None:
            progress(step, worst)
        return time.monotonic() < deadline

    def seen(w: Reals) -> Projection:
        nonlocal worst
        gap = network.errors(w)
        worst, error, away = float(np.abs(gap).max()), norm(gap), norm(w - w0)
        more = corrections_norm(network.group.order, error)
        return Projection(w, away, error, float(np.hypot(away, more)), step)

    def solved(
        w: Reals, *, penalty: float, damping: float, about: Reals = w0
    ) -> tuple[Reals, float, float]:
        """Return a step, the weight of the distance, and the error that the step should leave.

        The least ``|F + J v|^2 + m |w + v - w0|^2 + n |v|^2`` is at ``v = u - m/(m + n) (w - w0)``,
        where ``|J u - r|^2 + (m + n) |u|^2`` is least, ``r = m/(m + n) J (w - w0) - F``.
        ``m`` and ``n`` are the squares of penalty and damping, times the mean square column.
        """
        at = network.derivative(w)
        scale = at.mean_square()
        m, n = penalty**2 * scale, damping**2 * scale
        back = m / (m + n) * (w - about)
        right = at.along(back) - network.errors(w)
        u = network.solved(at, right, weight=m + n, go_on=go_on)
        return u - back, m, norm(at.along(u) - right)

    now = best = seen(w0)
    mu, damping, repeats = network.begin, 0.0, 0
    while step < min(STEPS, best.steps + PATIENCE) and now.error > ZERO and go_on():
        if mu < CLOSE and best.total < (1 + GAIN) * best.distance:
            break
        step += 1
        move, weight, predicted = solved(now.w, penalty=mu, damping=damping)
        whole = seen(now.w + move)
        missed = abs(whole.error - predicted) / max(predicted, ZERO)
        for halving in range(HALVINGS + 1):
            new = seen(now.w + move / 2**halving) if halving else whole
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
    now, last = best, step + PLAIN_STEPS
    while step < last and now.error > ZERO and network.accurate and go_on():
        if best.total < (1 + GAIN) * best.distance:
            break
        step += 1
        move, _, _ = solved(now.w, penalty=END, damping=0.0, about=now.w)
        # Where zeros are double, whole steps go half the way.
        now = min((seen(now.w + t * move) for t in (1, 2)), key=lambda x: x.error)
        best = min(best, now, key=lambda x: x.total)
    if not best.total - best.distance < TOO_MUCH * norm(w0):
        raise ProjectionError(
            f"no network of zero loss was found near this one: the errors stay at {best.error:.2g}"
        )
    return best


def norm(x: Reals) -> float:
    """Return the Euclidean norm, summed in an order that does not depend on threads."""
    return float(np.sqrt((x**2).sum()))


def _merit(x: Projection, weight: float) -> float:
    return x.error**2 + weight * x.distance**2
