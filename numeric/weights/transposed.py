"""Whether the matrices of a file are transposed: which reading answers better than chance.

Files with ``layera, layerb (q, d)`` and ``layerc (d, q)`` may be read as q nodes over a group of
order d, or, transposed, as d nodes over a group of order q.
"""

from __future__ import annotations

from math import log

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Floats
from numeric.operations.named import on_pairs

Layers = tuple[Floats, Floats, Floats]
#: Pairs that are looked at, and outputs computed at once for them.
PAIRS, LEAST, CHUNK = 2048, 64, 1 << 22
#: Nats from which on agreement is no chance; in small groups where it is complete, if that says so
#: much.
CHANCE, LITTLE = 20.0, 5.0


def as_it_answers(layers: Layers, *, order: int | None = None) -> Layers:
    """Return ``layera, layerb, layerc`` as they are, or transposed.

    Args:
        layers: shapes (q, d), (q, d), (d, q).
        order: the order of the group if it is known.

    Returns:
        The reading of this order, else the layers as they are, unless its answers are those of no
        operation of `numeric.operations.named` more often than by chance and those of the
        transposed one are: measured, on 2,048 pairs or all. If ``q = d``, inputs and outputs may be
        transposed each alone.

    >>> from algebra import optimizers
    >>> from numeric import embed, plain_network
    >>> network = plain_network(embed(optimizers.order9(AbelianGroup("Z5"))))
    >>> stored = network.layera.T, network.layerb.T, network.layerc.T
    >>> stored[2].shape, as_it_answers(stored)[2].shape
    ((18, 5), (5, 18))
    """
    a, b, c = layers
    d, q = c.shape
    if not q:
        return layers
    other = a.T, b.T, c.T
    readings = [other, layers] if order == q != d else [layers, other]
    if q == d:
        readings += [(a.T, b.T, c), (a, b, c.T)]
    found = [_agreement(reading) for reading in readings]
    best = max(range(len(found)), key=lambda i: found[i])
    return readings[best if found[best] > found[0] else 0]


def _agreement(layers: Layers) -> float:
    """Return the share of pairs answered as the best named operation says; 0 if that may be chance.

    Of K operations that each agree on n pairs with probability ``1/d``, one does on a share ``p``
    with probability at most ``K e^(-n D)``, ``D`` being the divergence of p from 1/d (Chernoff).
    """
    d, q = layers[2].shape
    if d == 1:
        return 0.0
    count = min(d * d, PAIRS, max(LEAST, CHUNK // max(d, q)))
    chosen = np.arange(d * d)
    if count < d * d:
        chosen = np.random.default_rng(0).integers(0, d * d, count)
    x, y = np.divmod(chosen, d)
    a, b, c = (w.astype(np.float64, copy=False) for w in layers)
    with np.errstate(over="ignore", invalid="ignore"):
        answers = (c @ (a[:, x] + b[:, y]) ** 2).argmax(axis=0)
    found = on_pairs(x, y, answers, AbelianGroup(d))
    tried = log(d * len(found))
    best = max(found, key=lambda x: x.pairs * _divergence(x.accuracy, 1 / d))
    nats = best.pairs * _divergence(best.accuracy, 1 / d) - tried
    return best.accuracy if nats >= min(CHANCE, best.pairs * log(d) - tried) > LITTLE else 0.0


def _divergence(p: float, chance: float) -> float:
    """Return ``p log(p/r) + (1-p) log((1-p)/(1-r))``, 0 for p up to the chance r."""
    if p <= chance:
        return 0.0
    rest = (1 - p) * log((1 - p) / (1 - chance)) if p < 1 else 0.0
    return p * log(p / chance) + rest
