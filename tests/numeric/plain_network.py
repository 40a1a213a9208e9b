"""The plain network and its loss, written out with autograd; and the task of all pairs."""

from typing import Any

import numpy as np
import torch

from numeric.training.settings import Task, split_task
from numeric.training.train import Trained
from numeric.weights.plain_network import TwoLayer
from tests.numeric.network_loss import table_of

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


class Module(torch.nn.Module):
    """Three linear layers, as anybody writes them, with these weights."""

    def __init__(self, state: Any) -> None:
        super().__init__()
        state = {key: torch.as_tensor(x) for key, x in state.items()}
        sizes = {
            name: state[f"{name}.weight"].shape[::-1] for name in ("layera", "layerb", "layerc")
        }
        for name, size in sizes.items():
            setattr(self, name, torch.nn.Linear(*size, bias=False))
        self.to(state["layera.weight"].dtype).load_state_dict(state, strict=True)

    def outputs(self) -> Any:
        """The outputs for all pairs, shape (d, d, d)."""
        one = torch.eye(self.layerc.out_features, dtype=self.layerc.weight.dtype)
        hidden = self.layera(one)[:, None] + self.layerb(one)
        return self.layerc(hidden.square()).detach().numpy()


def stacked(network: TwoLayer) -> Tensor:
    """The weights of a plain network, shape (3, d, q)."""
    a, b, c = network.plain()
    return torch.from_numpy(np.stack([a.T, b.T, c]))


def mean_loss(w: Tensor, group: Any, held_out: Any = ()) -> Tensor:
    """Theory section 1 for ``w`` of shape (3, d, q), no ``1 / 2d``, over all pairs but some."""
    d = w.shape[1]
    pairs = np.setdiff1d(np.arange(d * d), np.asarray(held_out, dtype=int))
    x, y = np.divmod(pairs, d)
    labels = table_of(group).ravel()[pairs]
    f = (w[0][x] + w[1][y]).square() @ w[2].T
    error = f - torch.eye(d, dtype=w.dtype)[labels]
    error = error - error.mean(dim=1, keepdim=True)
    return error.square().sum(dim=1).mean()


def loss_and_gradient(w: Tensor, group: Any, held_out: Any = ()) -> tuple[float, Tensor]:
    """Loss and gradient in float64."""
    x = w.detach().double().requires_grad_()
    loss = mean_loss(x, group, held_out)
    loss.backward()
    return loss.item(), x.grad
