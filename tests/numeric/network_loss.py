"""The loss of a network, computed from the network itself."""

from __future__ import annotations

import numpy as np

from algebra import AbelianGroup
from numeric.narrow.problem import Task, products
from numeric.weights.plain_network import TwoLayer, Weights, plain_network


def network_loss(w: Weights | TwoLayer, *, target: str, task: Task | None = None) -> float:
    """Return the mean squared error of weights over all pairs, computed from the network itself.

    Independent of the residuals that the search lowers: it goes through all pairs of inputs.
    """
    network = plain_network(w) if isinstance(w, Weights) else w
    table = products(task or AbelianGroup(network.metadata["group"]))
    a, b, c = network.plain()
    f = (a.T[:, None, :] + b.T[None, :, :]) ** 2 @ c.T
    f -= table[:, :, None] == np.arange(len(table))
    if target == "projected":
        f -= f.mean(axis=2, keepdims=True)
    return float((f**2).sum(axis=2).mean())
