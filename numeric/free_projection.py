"""The nearest float network of zero loss, all weights of its nodes free, for small groups.

With ``h_j(x, y) = a_j(x) + b_j(y)`` the plain network's errors are ``F = sum_j c_j h_j^2 - target``
in ``(d-1) d^2`` equations, means over the outputs removed, and a direction ``a', b', c'``
changes them by

    J (a', b', c') = sum_j 2 c_j h_j (a'_j + b'_j) + c'_j h_j^2.

Of the two Gram matrices, ``J^T J`` of all weights and ``J J^T`` of all errors, the smaller one is
formed, in closed form, and factored: no frequency is singled out, and no entry is taken for zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.group import AbelianGroup
from numeric.embed import Reals
from numeric.projection import ProjectionError

#: The smaller Gram matrix may have this many rows: 300 MB, and some seconds for each step.
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
ZERO, PATIENCE, GAIN = 1e-14, 3, 1e-3
#: With a penalty below this the distance is that of the nearest zero, if what is left is small.
CLOSE = 1e-3
#: What the corrections may add to the distance, relative to the weights' norm, at most.
TOO_MUCH = 0.05


@final
@dataclass(frozen=True, slots=True, eq=False)
class FreeNetwork:
    """The errors of networks over a group, and their derivative; weights have shape (3, d, q).

    The weights are those of the plain network, ``w_c`` with its ``1/2d``.

    Args:
        group: the group.
        target: ``[g = x + y] - 1/d``, shape (d^2, d).
    """

    group: AbelianGroup
    target: Reals

    def errors(self, w: Reals) -> Reals:
        """Return ``F``, shape (d^2, d)."""
        gap: Reals = _hidden(w) ** 2 @ _centred(w[2]).T - self.target
        return gap

    def along(self, w: Reals, v: Reals) -> Reals:
        """Return ``J v``, shape (d^2, d)."""
        h = _hidden(w)
        moved: Reals = (2 * h * _hidden(v)) @ _centred(w[2]).T + h**2 @ _centred(v[2]).T
        return moved

    def back(self, w: Reals, r: Reals) -> Reals:
        """Return ``J^T r``, shape (3, d, q)."""
        d = self.group.order
        h = _hidden(w)
        inner = (2 * h * (r @ _centred(w[2]))).reshape(d, d, -1)
        return np.stack([inner.sum(axis=1), inner.sum(axis=0), _centred(r.T @ h**2)])

    def of_weights(self, w: Reals) -> Reals:
        """Return ``J^T J``, shape (3dq, 3dq)."""
        _, d, q = w.shape
        c = _centred(w[2])
        h = _hidden(w).reshape(d, d, q)
        outputs = 4 * c.T @ c
        whole = np.zeros((3, d, q, 3, d, q))
        for x in range(d):
            whole[0, x, :, 0, x] = outputs * (h[x].T @ h[x])
            whole[1, x, :, 1, x] = outputs * (h[:, x].T @ h[:, x])
            for y in range(d):
                whole[0, x, :, 1, y] = outputs * np.outer(h[x, y], h[x, y])
            ones = h[x].T @ h[x] ** 2, h[:, x].T @ h[:, x] ** 2
            for p in (0, 1):
                whole[p, x, :, 2] = 2 * np.einsum("gj,jl->jgl", c, ones[p])
        squares = _hidden(w) ** 2
        both = squares.T @ squares
        for g in range(d):
            whole[2, :, :, 2, g] = -both / d
            whole[2, g, :, 2, g] += both
        whole[1, :, :, 0] = whole[0, :, :, 1].transpose(2, 3, 0, 1)
        whole[2, :, :, :2] = whole[:2, :, :, 2].transpose(3, 4, 0, 1, 2)
        return whole.reshape(3 * d * q, 3 * d * q)

    def of_errors(self, w: Reals) -> Reals:
        """Return ``J J^T``, shape (d^3, d^3)."""
        _, d, q = w.shape
        c = _centred(w[2])
        h = _hidden(w).reshape(d, d, q)
        whole = np.zeros((d, d, d, d, d, d))
        for x in range(d):
            for part, at in ((h[x], whole[x, :, :, x]), (h[:, x], whole[:, x, :, :, x])):
                one = 2 * (part[:, None] * c).reshape(d * d, q)
                at += (one @ one.T).reshape(d, d, d, d)
        squares = _hidden(w) ** 2
        both = (squares @ squares.T).reshape(d, d, d, d)
        for g in range(d):
            whole[:, :, g, :, :, :] -= both[:, :, :, :, None] / d
            whole[:, :, g, :, :, g] += both
        return whole.reshape(d**3, d**3)


def free_network(group: AbelianGroup) -> FreeNetwork:
    """Return the equations of zero loss for all networks over a group."""
    d = group.order
    x = np.arange(d)
    sums = group.add(x[:, None], x[None]).ravel()
    return FreeNetwork(group, (np.eye(d) - 1 / d)[sums])


def affordable(group: AbelianGroup, nodes: int, *, rows: int = AFFORDABLE) -> bool:
    """Return whether the smaller Gram matrix has so few rows that it can be factored."""
    return min(3 * group.order * nodes, group.order**3) <= rows


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
        """The distance once small nodes cancel the errors (`numeric.corrections`)."""
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
    progress: Callable[[int, float], None] | None = None,
) -> FreeProjection:
    """Return a zero of the errors near ``w0``, nearest to first order.

    Steps of Gauss and Newton decrease ``|F(w)|^2 + mu^2 |w - w0|^2`` for ever smaller ``mu``.
    Near a point where the zeros are no smooth manifold, and trained networks are near such points,
    steps with a small ``mu`` from the start would lead far away. There the errors vanish slowly
    while the distance grows, and what is returned has the least distance with corrections.

    Args:
        network: the equations.
        w0: the plain network's weights, shape (3, d, q).
        bound: steps stop at this distance.
        progress: called with the number of the step and the largest error.

    Raises:
        ProjectionError: if the steps do not converge, or reach the bound.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> z = embed(optimizers.order9(AbelianGroup("Z3")), gauge="balanced")
    >>> w = np.stack([z.w_a, z.w_b, z.w_c / 6])
    >>> found = project_free(free_network(z.group), w + 1e-3)
    >>> found.error < 1e-12, found.distance < 1e-3 * w.size**0.5
    (True, True)
    """
    from scipy.linalg import LinAlgError

    def seen(w: Reals, step: int) -> FreeProjection:
        gap = network.errors(w)
        if progress is not None:
            progress(step, float(np.abs(gap).max()))
        return FreeProjection(w, float(np.linalg.norm(w - w0)), float(np.linalg.norm(gap)), step)

    def nearer(new: FreeProjection) -> FreeProjection:
        return new if new.total < (1 - GAIN) * best.total else best

    now = best = seen(w0, 0)
    mu, damping, repeats, step = BEGIN, 0.0, 0, 0
    try:
        while step < STEPS and now.error > ZERO and step < best.steps + PATIENCE:
            step += 1
            move, weight = _step(network, now.w, w0, penalty=mu, damping=damping)
            predicted = network.errors(now.w) + network.along(now.w, move)
            missed = float(np.linalg.norm(network.errors(now.w + move) - predicted))
            missed /= max(float(np.linalg.norm(predicted)), ZERO)
            for halving in range(HALVINGS + 1):
                new = seen(now.w + move / 2**halving, step)
                if _merit(new, weight) < _merit(now, weight):
                    now = new
                    break
            best = nearer(now)
            if now.distance > bound:
                raise ProjectionError(f"all networks of zero loss seem farther than {bound:.2g}")
            if mu < CLOSE and now.total < (1 + GAIN) * now.distance:
                break
            repeats += 1
            if halving:
                damping = max(MORE * damping, mu)
            elif missed < ALMOST:
                damping = LESS * damping if damping > mu else 0.0
            if missed < ALMOST or repeats == REPEATS:
                if mu <= END:
                    break
                mu = max(END, mu * (FAST if missed < PREDICTED else SLOW))
                repeats = 0
        now, last = best, step + PLAIN_STEPS
        while step < last and now.error > ZERO and best.total > (1 + GAIN) * best.distance:
            step += 1
            move, _ = _step(network, now.w, now.w, penalty=END, damping=0.0)
            # Where zeros are double, whole steps go half the way.
            now = min((seen(now.w + t * move, step) for t in (1, 2)), key=lambda x: x.error)
            best = min(best, now, key=lambda x: x.total)
    except LinAlgError:  # a Gram matrix that is not positive to the precision of floats
        pass
    if not best.total - best.distance < TOO_MUCH * float(np.linalg.norm(w0)):
        raise ProjectionError(
            f"no network of zero loss was found near this one: the errors stay at {best.error:.2g}"
        )
    return best


def _step(
    network: FreeNetwork, w: Reals, w0: Reals, *, penalty: float, damping: float
) -> tuple[Reals, float]:
    """Return the ``v`` with the least ``|F + J v|^2 + m |w + v - w0|^2 + n |v|^2``, and ``m``.

    ``m`` and ``n`` are the squares of penalty and damping, times the mean square column of ``J``.
    """
    from scipy.linalg import cho_factor, cho_solve

    wide = w.size > network.group.order**3
    gram = network.of_errors(w) if wide else network.of_weights(w)
    scale = float(np.trace(gram)) / w.size
    m, n = penalty**2 * scale, damping**2 * scale
    gram[np.diag_indices_from(gram)] += m + n
    factor = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    errors = network.errors(w)
    if not wide:
        right = network.back(w, errors) + m * (w - w0)
        return -cho_solve(factor, right.ravel()).reshape(w.shape), m
    # (J^T J + s)^-1 (J^T F + s u) = u + J^T (J J^T + s)^-1 (F - J u)
    u = m / (m + n) * (w - w0)
    right = errors - network.along(w, u)
    v: Reals = -u - network.back(w, cho_solve(factor, right.ravel()).reshape(right.shape))
    return v, m


def _merit(x: FreeProjection, weight: float) -> float:
    return x.error**2 + weight * x.distance**2


def _hidden(w: Reals) -> Reals:
    """Return ``a_j(x) + b_j(y)``, shape (d^2, q)."""
    d, q = w.shape[1:]
    h: Reals = (w[0][:, None, :] + w[1][None, :, :]).reshape(d * d, q)
    return h


def _centred(c: Reals) -> Reals:
    centred: Reals = c - c.mean(axis=0)
    return centred
