"""The loss of a network, computed from the network itself."""

from __future__ import annotations

import numpy as np

from numeric.weights.embed import Weights


def network_loss(w: Weights, *, target: str) -> float:
    """Return the mean squared error of weights over all pairs, computed from the network itself.

    Independent of the residuals that the search lowers: it goes through all pairs of inputs.
    """
    d = w.group.order
    x = np.arange(d)
    squares = (w.w_a[:, None, :] + w.w_b[None, :, :]) ** 2
    f = squares @ w.w_c.T / (2 * d)
    f[x[:, None], x[None, :], w.group.add(x[:, None], x[None, :])] -= 1
    if target == "projected":
        f -= f.mean(axis=2, keepdims=True)
    return float((f**2).sum(axis=2).mean())
