"""The loss and the accuracy of a network on all pairs, as the plain network computes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from numeric.embed import Reals, Weights

#: Outputs computed at once.
CHUNK = 1 << 22
#: Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, float, float], None]


@final
@dataclass(frozen=True, slots=True)
class Performance:
    """Measured in float64 on all ``d^2`` pairs.

    Args:
        loss: the mean of ``|P (f(x, y) - e_{x+y})|^2``, ``P`` removing the mean over outputs.
        accuracy: the share of pairs whose largest output is at ``x + y``.
    """

    loss: float
    accuracy: float


def performance(w: Weights, *, progress: Progress | None = None) -> Performance:
    """Return loss and accuracy on all pairs, in ``O(d^3 q)``; nodes without weight are left out.

    Args:
        w: the weights; ``w_c`` without the factor ``1/2d``.
        progress: called with what is done, how many ``x`` of how many are through.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> found = performance(embed(optimizers.order9(AbelianGroup("Z2xZ4"))))
    >>> found.loss < 1e-28, found.accuracy
    (True, 1.0)
    """
    group, d = w.group, w.group.order
    live = (w.w_a.any(axis=0) | w.w_b.any(axis=0)) & w.w_c.any(axis=0)
    a, b, c = (x[:, live].astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    c = (c - c.mean(axis=0)).T / (2 * d)
    everything = np.arange(d)
    step = max(1, CHUNK // max(d * max(d, a.shape[1]), 1))
    loss, right = 0.0, 0
    for first in range(0, d, step):
        if progress is not None:
            progress("evaluating all pairs", first, d)
        x = everything[first : first + step]
        hidden: Reals = (a[x][:, None] + b[None]) ** 2
        f = hidden @ c
        wanted = group.add(x[:, None], everything[None])
        right += int((f.argmax(axis=2) == wanted).sum())
        np.put_along_axis(
            f, wanted[..., None], np.take_along_axis(f, wanted[..., None], axis=2) - 1, axis=2
        )
        f += 1 / d
        loss += float(np.square(f).sum())
    return Performance(loss / d**2, right / d**2)
