"""The paper's initial weights, bit for bit for a given seed."""

from __future__ import annotations

from collections.abc import Sequence

import torch


def initial_weights(
    order: int, width: int, *, seeds: Sequence[int], dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """Return ``w_a, w_b, w_c`` as three `torch.nn.Linear` without bias, from ``d`` to ``q`` twice
    and back, start after ``torch.manual_seed(seed)``, drawn in float32 on the CPU [Tian24];
    PyTorch's generator is left as it was.
    """
    w = torch.empty(len(seeds), 3, order, width, dtype=torch.float32)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        for run, seed in enumerate(seeds):
            torch.manual_seed(seed)
            w[run, 0] = torch.nn.Linear(order, width, bias=False, dtype=torch.float32).weight.T
            w[run, 1] = torch.nn.Linear(order, width, bias=False, dtype=torch.float32).weight.T
            w[run, 2] = torch.nn.Linear(width, order, bias=False, dtype=torch.float32).weight
    return w.to(dtype)
