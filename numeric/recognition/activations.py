"""How well a network answers if its activation is another one: a file does not tell."""

from __future__ import annotations

import numpy as np

from algebra.numbers.arrays import Int64
from numeric.weights.embed import Weights
from numeric.weights.two_layer import activated

#: What is tried beside squares, and how it is called in a sentence.
OTHERS = {"relu": "ReLU", "abs": "|.|"}
#: From this accuracy on another activation is worth a line.
HIGH = 0.9
#: Above this number of products nothing is evaluated again.
LARGEST = 10**10


def accuracies(w: Weights) -> dict[str, float]:
    """Return the accuracy on all pairs with other activations; nothing for large networks.

    Args:
        w: the weights, a bias of the first layer being part of ``w_a``.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> {name: round(x, 2) for name, x in
    ...  accuracies(embed(optimizers.nine_per_frequency(AbelianGroup("Z5")))).items()}
    {'relu': 1.0, 'abs': 1.0}
    """
    d, q = w.w_a.shape
    if d**3 * q > LARGEST:
        return {}
    a, b, c = (x.astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    every: Int64 = np.arange(d)
    right = dict.fromkeys(OTHERS, 0)
    for x in range(d):
        for name in OTHERS:
            answers = (activated(a[x] + b, name) @ c.T).argmax(axis=1)
            right[name] += int((answers == w.group.add(np.full(d, x), every)).sum())
    return {name: count / d**2 for name, count in right.items()}


def said(square: float, others: dict[str, float]) -> str | None:
    """Return a sentence on activations that answer most pairs too, or None.

    >>> print(said(1.0, {"relu": 0.9943, "abs": 0.2}))
    100.00% of all pairs are answered correctly as squares, 99.43% with ReLU (measured); a file ...
    """
    high = [f"{x:.2%} with {OTHERS[name]}" for name, x in others.items() if x >= HIGH]
    if not high:
        return None
    return (
        f"{square:.2%} of all pairs are answered correctly as squares, {', '.join(high)} "
        f"(measured); a file does not tell the activation: pass --activation if it is not squares"
    )
