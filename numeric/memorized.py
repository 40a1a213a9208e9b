"""Pairs of inputs that have a node of their own: memorization."""

from __future__ import annotations

import numpy as np

from algebra.group import Int64
from numeric.embed import Weights


def memorized(w: Weights, live: Int64) -> int:
    """Return the number of pairs with a node of their own, single peaks in all three matrices.

    Up to constants: the node of ``(x, y)`` has one peak in ``w_a`` at ``x``, in ``w_b`` at ``y``
    and in ``w_c`` at ``x + y``.

    Args:
        w: the weights.
        live: the nodes that are looked at.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> memorized(embed(optimizers.memorization(AbelianGroup("Z5"))), np.arange(25))
    25
    """
    group = w.group
    if group.order < 4 or not len(live):
        return 0
    peaks, single = [], np.ones(len(live), dtype=bool)
    for matrix in (w.w_a, w.w_b, w.w_c):
        x = matrix[:, live].astype(np.float64)
        gap = np.abs(x - np.median(x, axis=0))
        peak = gap.argmax(axis=0)
        rest = gap.copy()
        rest[peak, np.arange(len(live))] = 0.0
        single &= rest.max(axis=0) < 0.2 * gap.max(axis=0)
        peaks.append(peak)
    single &= group.add(peaks[0], peaks[1]) == peaks[2]
    return len(np.unique(peaks[0][single] * group.order + peaks[1][single]))
