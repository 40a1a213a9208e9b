"""The full-batch loss and its gradient, by whichever route costs less.

    loss = mean over the trained pairs of | P (f(x, y) - e_{x+y}) |^2,
    f(x, y)[g] = sum_j w_c[g, j] (w_a[x, j] + w_b[y, j])^2,

``P`` removing the mean over the outputs; `mse_loss` of PyTorch divides by ``d`` as well, which
matters where weights decay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, final, get_args

import torch

from numeric.training.loss_closed import sum_of_squares
from numeric.training.loss_pairs import (
    PairList,
    PairTable,
    pair_lists,
    pair_table,
    sum_over_list,
    sum_over_table,
)
from numeric.training.settings import Task

Tensor = torch.Tensor
Route = Literal["closed", "table"]
DTYPES = (torch.float32, torch.float64)
#: Below this ratio of the closed form to the sum of its terms' moduli, float32 weights are
#: evaluated in float64. At the ratio, a float32 gradient is wrong by about 2e-5; measured.
NARROW = 1e-3


@final
class Evaluation(NamedTuple):
    """Loss and gradient of every run, and the share of the closed form's terms that is left, by
    run; 1 by the table of pairs, where nothing cancels.
    """

    loss: Tensor
    gradient: Tensor
    cancelled: Tensor


@final
@dataclass(frozen=True, slots=True, eq=False)
class LossPlan:
    """How the loss of a task is computed: a route, and its tables on a device; from `loss_plan`."""

    task: Task
    route: Route
    counts: Tensor
    table: PairTable | None
    lists: tuple[tuple[PairList, ...], ...]

    def __call__(self, w: Tensor, *, wide: Sequence[bool] | None = None) -> Evaluation:
        """Return loss and gradient."""
        if self.table is not None:
            total, gradient = sum_over_table(w, self.table)
            gradient /= self.counts[:, None, None, None]
            return Evaluation(total / self.counts, gradient, torch.ones_like(total))
        if wide is None:
            result = self._closed(w, [False] * len(w))
            narrow = (result.cancelled < NARROW).tolist()
            return self._closed(w, narrow) if any(narrow) and w.dtype != torch.float64 else result
        return self._closed(w, wide)

    def _closed(self, w: Tensor, wide: Sequence[bool]) -> Evaluation:
        if len(set(wide)) == 1 or w.dtype == torch.float64:
            parts = self._subtracted(w.double() if all(wide) else w, range(len(w)))
            return Evaluation(*(t.to(w.dtype) for t in parts))
        out = Evaluation(w.new_empty(len(w)), torch.empty_like(w), w.new_empty(len(w)))
        for kind in (False, True):
            runs = [r for r, wants in enumerate(wide) if wants is kind]
            part = self._subtracted(w[runs].double() if kind else w[runs], runs)
            for whole, piece in zip(out, part, strict=True):
                whole[runs] = piece.to(w.dtype)
        return out

    def _subtracted(self, w: Tensor, runs: Sequence[int]) -> Evaluation:
        """Subtract the held-out pairs from all, and divide by the number of those left."""
        full = sum_of_squares(w, self.task.group)
        cancelled = full.total / full.size
        for at, r in enumerate(runs):
            for held_out in self.lists[r]:
                total, gradient = sum_over_list(w[at], held_out)
                full.total[at] -= total
                full.gradient[at] -= gradient
        counts = self.counts[list(runs)].to(w.dtype)
        full.gradient.div_(counts[:, None, None, None])
        return Evaluation(full.total / counts, full.gradient, cancelled)


def loss_plan(
    task: Task,
    *,
    width: int,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
    route: Route | Literal["auto"] = "auto",
) -> LossPlan:
    """Return the plan for a task: tables for one dtype and device."""
    if route not in ("auto", *get_args(Route)):
        raise ValueError(f"route={route!r}; pass 'auto', 'closed' or 'table'")
    if dtype not in DTYPES:
        raise ValueError(f"dtype={dtype}; pass torch.float32 or torch.float64")
    chosen = choose_route(task, width=width) if route == "auto" else route
    counts = torch.tensor(task.trained_pairs(), dtype=dtype, device=device)
    if chosen == "table":
        table = pair_table(task, dtype=dtype, device=device)
        return LossPlan(task, chosen, counts, table, ())
    lists = tuple(pair_lists(task, r, width=width, device=device) for r in range(task.runs))
    return LossPlan(task, chosen, counts, None, lists)


def cost(task: Task, *, width: int, route: Route) -> float:
    """Return about how many operations of a matrix product a step takes as long as.

    Terms that memory bounds were fitted to measurements on a CPU (benchmarks/training.py).
    """
    d, q = task.group.order, width
    if route == "table":
        return task.runs * (6.0 * d**3 * q + 60.0 * d**2 * q)
    held_out = sum(map(len, task.held_out))
    full = 12.0 * q**2 * d + 24.0 * d**2 * q + 350.0 * q**2 + 1500.0 * d * q + 5e6
    return task.runs * full + held_out * (6.0 * d * q + 120.0 * q)


def choose_route(task: Task, *, width: int) -> Route:
    """Return the route of lower `cost`."""
    routes: tuple[Route, ...] = get_args(Route)
    return min(routes, key=lambda route: cost(task, width=width, route=route))
