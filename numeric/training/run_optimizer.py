"""PyTorch's optimizers on the runs of a batch, each with its own learning rate and decay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

import torch

from numeric.training.batch import Batch
from numeric.training.settings import Optimizer

Tensor = torch.Tensor
MOMENTUM = 0.9


@final
class RunOptimizer:
    """The optimizer of a batch, elementwise, so that no run feels another.

    Every run is a parameter of its own, a slice of ``w``: the vector kernels of PyTorch round the
    last few elements of a tensor otherwise than the rest, and so those of a run do not depend
    on what lies behind it.

    Args:
        batch: the runs.
        w: their weights, (runs, 3, d, q); `step` changes it in place.
    """

    def __init__(self, batch: Batch, w: Tensor) -> None:
        self.slices = [x.requires_grad_() for x in w.detach().unbind()]
        groups: dict[tuple[float, float], list[Tensor]] = {}
        for run, x in zip(batch.runs(), self.slices, strict=True):
            groups.setdefault((run.lr, run.weight_decay), []).append(x)
        parameters = [
            {"params": members, "lr": lr, "weight_decay": weight_decay}
            for (lr, weight_decay), members in groups.items()
        ]
        options: dict[str, Any] = {"lr": batch.shared.lr}
        if w.device.type in ("cpu", "cuda"):
            options["fused"] = True
        makers: dict[Optimizer, Callable[..., torch.optim.Optimizer]] = {
            "adam": torch.optim.Adam,
            "adamw": torch.optim.AdamW,
            "sgd": lambda groups, **options: torch.optim.SGD(groups, momentum=MOMENTUM, **options),
        }
        self.optimizer = makers[batch.shared.optimizer](parameters, **options)

    def step(self, gradient: Tensor) -> None:
        """Make one step; the gradient is shaped like ``w``."""
        for x, g in zip(self.slices, gradient.unbind(), strict=True):
            x.grad = g
        self.optimizer.step()

    def state(self) -> dict[str, Tensor]:
        """Return the state: tensors shaped like ``w``, and the number of steps; empty at first."""
        states = [self.optimizer.state.get(x, {}) for x in self.slices]
        return {
            name: x if name == "step" else torch.stack([state[name] for state in states])
            for name, x in states[0].items()
            if x is not None
        }

    def load(self, state: dict[str, Tensor]) -> None:
        """Set the state to what `state` returned."""
        for at, x in enumerate(self.slices) if state else ():
            self.optimizer.state[x] = {
                name: y.clone() if name == "step" else y[at].clone() for name, y in state.items()
            }
