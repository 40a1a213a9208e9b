"""The loss of a network, computed from the network itself."""

from typing import Any

import numpy as np

from algebra import AbelianGroup
from numeric.narrow.problem import Task, products
from numeric.weights.plain_network import TwoLayer, Weights


def sums(moduli: tuple[int, ...]) -> Any:
    """The table of ``x + y``, by row-major indices."""
    elements = np.indices(moduli).reshape(len(moduli), -1)
    n = np.array(moduli)[:, None, None]
    return np.ravel_multi_index(tuple((elements[:, :, None] + elements[:, None, :]) % n), moduli)


def table_of(task: Task) -> Any:
    """The table of sums, or of whatever the task is."""
    return sums(task.moduli) if isinstance(task, AbelianGroup) else products(task)


def outputs(network: TwoLayer) -> Any:
    """The outputs of the plain network for all pairs, shape (d, d, d)."""
    a, b, c = (x.astype(float) for x in network.plain())
    return (a.T[:, None] + b.T[None]) ** 2 @ c.T


def network_loss(
    w: Weights | TwoLayer, *, target: str = "projected", task: Task | None = None
) -> float:
    """Return the mean squared error over all pairs, by theory section 1; of weights, with 1/2d."""
    if isinstance(w, Weights):
        task = task or w.group
        w = TwoLayer((w.w_a,), (w.w_b,), (w.w_c.T,), scale=0.5 / w.group.order)
    task = task or AbelianGroup(w.metadata["group"])
    table = table_of(task)
    f = outputs(w) - (table[:, :, None] == np.arange(len(table)))
    if target == "projected":
        f -= f.mean(axis=2, keepdims=True)
    return float((f**2).sum(axis=2).mean())
