"""How far two networks are apart, whatever the scale, order and signs of their nodes.

A node's function ``c (a(x) + b(y))^2`` is also that of ``(s a, s b, c / s^2)`` for any ``s``, and
of ``a + t, b - t``. Of all these `balanced` takes the one of least norm, and `distance` compares
nodes so written, each with the one it is assigned to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.numbers.arrays import Int64, Reals
from numeric.weights.embed import Weights


@final
@dataclass(frozen=True, slots=True, eq=False)
class Distance:
    """The distance of a network from a trained one.

    Args:
        relative: ``|network - trained| / |trained|``.
        columns: for each of the network's nodes the column of the trained one that it is compared
            with; columns from the trained width on are new.
        apart: how far each of these pairs of nodes is apart, relative to the whole.
    """

    relative: float
    columns: tuple[int, ...]
    apart: Reals


def balanced(w: Weights) -> Weights:
    """Return the same network with every node of least norm; nodes without effect become zero.

    ``|s a|^2 + |s b|^2 + |c / (2d s^2)|^2`` is least at ``s^6 = 2 |c / 2d|^2 / (|a|^2 + |b|^2)``.
    ``a`` and ``b`` have the same mean, and ``c`` has mean zero, as constants over the outputs are
    free.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> z = optimizers.nine_per_frequency(AbelianGroup("Z5"))
    >>> one, two = (balanced(embed(z, gauge=x)) for x in ("rational", "balanced"))
    >>> bool(np.allclose(one.w_c, two.w_c))
    True
    """
    a, b, c = _plain(w)
    shift = (a.mean(axis=0) - b.mean(axis=0)) / 2
    a, b = a - shift, b + shift
    with np.errstate(all="ignore"):
        inputs, outputs = np.sqrt((a**2 + b**2).sum(axis=0)), np.sqrt((c**2).sum(axis=0))
        s = np.cbrt(np.sqrt(2) * outputs / inputs)
        alive = (inputs > 0) & (outputs > 0) & np.isfinite(s) & (s > 0)
        s = np.where(alive, s, 1.0)
        a, b, c = (np.where(alive, x, 0.0) for x in (s * a, s * b, 2 * w.group.order * c / s**2))
    return Weights(w.group, a, b, c)


def size(w: Weights) -> float:
    """Return the norm of the plain network's weights, every node of least norm."""
    return float(np.sqrt(sum((x**2).sum() for x in _plain(balanced(w)))))


def distance(w: Weights, trained: Weights) -> Distance:
    """Return how far one network is from another of the same group.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> w = embed(optimizers.nine_per_frequency(AbelianGroup("Z3")))
    >>> turned = Weights(w.group, -2 * w.w_a[:, ::-1], -2 * w.w_b[:, ::-1], w.w_c[:, ::-1] / 4)
    >>> found = distance(w, turned)
    >>> found.relative < 1e-12, found.columns[:3]
    (True, (8, 7, 6))
    """
    ours, theirs = (np.concatenate(_plain(balanced(x))) for x in (w, trained))
    inputs = 2 * w.group.order
    turned, fixed = ours[:inputs].T @ theirs[:inputs], ours[inputs:].T @ theirs[inputs:]
    places = _assigned(np.abs(turned) + fixed)
    width = theirs.shape[1]
    theirs = np.pad(theirs, ((0, 0), (0, max(0, ours.shape[1] - width))))
    sign = np.sign(np.append(turned, np.ones((len(turned), theirs.shape[1] - width)), axis=1))
    near, other = ours.copy(), theirs[:, places]
    near[:inputs] *= sign[np.arange(len(places)), places]
    apart = np.minimum(((near - other) ** 2).sum(axis=0), (near**2 + other**2).sum(axis=0))
    norm = float((theirs**2).sum())
    rest = np.delete(theirs, places, axis=1)
    relative = float(np.sqrt((apart.sum() + (rest**2).sum()) / norm))
    return Distance(relative, tuple(places.tolist()), np.sqrt(apart / norm))


def _plain(w: Weights) -> tuple[Reals, Reals, Reals]:
    """Return ``a, b, c / 2d`` in float64, constants over the outputs left out."""
    a, b, c = (x.astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    return a, b, (c - c.mean(axis=0)) / (2 * w.group.order)


def _assigned(alike: Reals) -> Int64:
    """Return a column for each row, all different, with the largest sum; new ones where none is."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = alike.shape
    wide = np.pad(np.maximum(alike, 0), ((0, 0), (0, max(0, rows - columns))))
    places: Int64 = linear_sum_assignment(wide, maximize=True)[1].astype(np.int64)
    return places
