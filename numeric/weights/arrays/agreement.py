"""Whether a network answers some operation more often than by chance, and which: measured."""

from __future__ import annotations

from math import log
from operator import is_
from typing import NamedTuple

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import is_latin
from algebra.numbers.arrays import Int64
from numeric.operations.named import Operation, on_pairs
from numeric.weights.two_layer import TwoLayer

#: Pairs that are looked at, and outputs computed at once for them.
PAIRS, LEAST, CHUNK = 2048, 64, 1 << 22
#: Nats from which on agreement is no chance; in small groups where it is complete, if that says so
#: much.
CHANCE, LITTLE = 20.0, 5.0
#: Values of an input without an answer of their own: so many may come last.
SPARE, SMALL = 4, 256
#: From this accuracy on nothing else is tried.
CLEAR = 0.9


class Answer(NamedTuple):
    """The share of pairs that are answered as an operation says, 0 if that may be chance."""

    accuracy: float
    operation: str
    pairs: int


def answered(network: TwoLayer) -> Answer:
    """Return the operation of `numeric.operations.named`, or the Latin square, that a network
    answers best, evaluated on 2,048 pairs or all.
    """
    d, n, q = network.inputs, network.outputs, network.width
    if d == 1 or not q:
        return Answer(0.0, "", 0)
    count = min(d * d, PAIRS, max(LEAST, CHUNK // max(d, n, q)))
    chosen: Int64 = np.arange(d * d)
    if count < d * d:
        chosen = np.random.default_rng(0).integers(0, d * d, count)
    x, y = np.divmod(chosen, d)
    with np.errstate(over="ignore", invalid="ignore"):
        answers: Int64 = network.at(x, y).argmax(axis=1)
    # Where both inputs go through the same layers, (y, x) tells nothing that (x, y) does not.
    told = 0.5 if all(map(is_, network.first, network.second)) else 1.0
    if count == d * d and d == n > 2 and is_latin(answers.reshape(d, d)):
        return max(_among(x, y, answers, d, told), Answer(1.0, "a Latin square", d * d))
    best = _among(x, y, answers, min(d, n), told)
    if best.accuracy < CLEAR and d <= SMALL:
        fewer = range(min(d, n) - 1, min(d, n) - SPARE - 1, -1)
        best = max(best, *(_among(x, y, answers, k, told) for k in fewer))
    return best


def _among(x: Int64, y: Int64, answers: Int64, d: int, told: float) -> Answer:
    """Return the best operation on the first ``d`` values, of accuracy 0 if that may be chance.

    Of K operations that each agree on n pairs with probability r, one does on a share ``p`` with
    probability at most ``K e^(-n D)``, ``D`` being the divergence of p from r (Chernoff). Here r is
    ``1/d``; for products, which are no Latin squares, the share of the most frequent answer.
    """
    inside = (x < d) & (y < d)
    share = float((answers[inside] < d).mean()) if inside.any() else 0.0
    inside &= answers < d
    x, y, answers = x[inside], y[inside], answers[inside]
    if d < 2 or share <= 0.5 or 2 * len(np.unique(answers)) < d:
        return Answer(0.0, "", 0)
    found = on_pairs(x, y, answers, AbelianGroup(d))
    tried, frequent = log(d * len(found)), float(np.bincount(answers).max() / len(answers))

    def nats(x: Operation) -> float:
        uneven = "*" in x.name or "/" in x.name
        return told * x.pairs * _divergence(x.accuracy, frequent if uneven else 1 / d) - tried

    best = max(found, key=nats)
    sure = nats(best) >= min(CHANCE, told * best.pairs * log(d) - tried) > LITTLE
    return Answer(best.accuracy * share if sure else 0.0, best.name, best.pairs)


def _divergence(p: float, chance: float) -> float:
    """Return ``p log(p/r) + (1-p) log((1-p)/(1-r))``, 0 for p up to the chance r."""
    if p <= chance:
        return 0.0
    rest = (1 - p) * log((1 - p) / (1 - chance)) if p < 1 else 0.0
    return p * log(p / chance) + rest
