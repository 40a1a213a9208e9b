"""The plain network and its loss, written out with autograd; and the task of all pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from numeric.training.settings import Task, split_task
from numeric.training.train import Trained
from numeric.weights.plain_network import TwoLayer

Tensor = torch.Tensor


def full_task(group: Any, *, runs: int = 1) -> Task:
    """The task of all pairs."""
    return split_task(group, seeds=range(runs), train_fraction=1)


def of_layers(a: Any, b: Any, c: Any, **metadata: Any) -> TwoLayer:
    """The network of three layers as a ``state_dict`` has them."""
    return TwoLayer((a.T,), (b.T,), (c.T,), metadata=metadata)


def same_bits(one: Trained, other: Trained) -> None:
    """Two runs of training have the same history and the same weights."""
    assert one.history == other.history
    for x, y in zip(one.network.plain(), other.network.plain(), strict=True):
        assert np.array_equal(x, y)


def sums(moduli: tuple[int, ...]) -> Any:
    """The table of ``x + y``, by row-major indices."""
    elements = np.indices(moduli).reshape(len(moduli), -1)
    n = np.array(moduli)[:, None, None]
    return np.ravel_multi_index(tuple((elements[:, :, None] + elements[:, None, :]) % n), moduli)


def mean_loss(w: Tensor, moduli: tuple[int, ...], held_out: Any = ()) -> Tensor:
    """Theory section 1 for ``w`` of shape (3, d, q), no ``1 / 2d``, over all pairs but some."""
    d = w.shape[1]
    pairs = np.setdiff1d(np.arange(d * d), np.asarray(held_out, dtype=int))
    x, y = np.divmod(pairs, d)
    labels = sums(moduli).ravel()[pairs]
    f = (w[0][x] + w[1][y]).square() @ w[2].T
    error = f - torch.eye(d, dtype=w.dtype)[labels]
    error = error - error.mean(dim=1, keepdim=True)
    return error.square().sum(dim=1).mean()


def loss_and_gradient(
    w: Tensor, moduli: tuple[int, ...], held_out: Any = ()
) -> tuple[float, Tensor]:
    """Loss and gradient in float64."""
    x = w.detach().double().requires_grad_()
    loss = mean_loss(x, moduli, held_out)
    loss.backward()
    assert x.grad is not None
    return loss.item(), x.grad
