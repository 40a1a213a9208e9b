"""The full-batch loss and its gradient, by whichever route costs less: the mean over trained pairs
of ``| P (f(x, y) - e_{x+y}) |^2``, ``f(x, y)[g] = sum_j w_c[g, j] (w_a[x, j] + w_b[y, j])^2``, P
removing the mean over outputs; PyTorch's `mse_loss` divides by d as well.
"""

from collections.abc import Sequence
from typing import Any, Literal, final, get_args

import torch

from numeric.training.closed_form import Evaluation, sum_of_squares
from numeric.training.pairs import (
    hidden,
    product,
    subtract_target,
    sum_over_pairs,
    sum_over_table,
)
from numeric.training.settings import MEASURED, Task

Tensor = torch.Tensor
#: Held-out pairs are worked through in lists of so many hidden values: 64 MB of float32.
LIST = 1 << 24
Route = Literal["closed", "table"]
#: Below this ratio of the closed form to the sum of its terms' moduli, float32 weights are
#: evaluated in float64. At the ratio, a float32 gradient is wrong by about 2e-5; measured.
NARROW = 1e-3


@final
class LossPlan:
    """How the loss of a task is computed in one dtype on one device, by default the cheaper way."""

    def __init__(
        self,
        task: Task,
        *,
        width: int,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
        route: Route | None = None,
    ) -> None:
        self.task = task
        self.route = route or choose_route(task, width=width)
        #: By run, how many pairs are trained on.
        counts = [task.group.order**2 - len(pairs) for pairs in task.held_out]
        self.counts = torch.tensor(counts, dtype=dtype, device=device)
        self.held_out = [torch.from_numpy(pairs).to(device) for pairs in task.held_out]
        #: The index of ``x + y`` by the number of the pair; and 1 for pairs that are trained on, 0
        #: for others, shape (runs, d^2, 1), None if all are.
        self.labels = torch.from_numpy(task.group.products.ravel()).to(device)
        self.trained: Tensor | None = None
        if any(map(len, task.held_out)):
            self.trained = torch.ones(task.runs, len(self.labels), 1, dtype=dtype, device=device)
            for mask, pairs in zip(self.trained, self.held_out, strict=True):
                mask[pairs] = 0

    def __call__(self, w: Tensor, *, wide: Sequence[bool] | None = None) -> Evaluation:
        """Return loss and gradient; ``wide`` says which runs the closed form needs float64 for, by
        default none.
        """
        if self.route == "table":
            total, gradient = sum_over_table(w, self.labels, self.trained)
            gradient /= self.counts[:, None, None, None]
            return Evaluation(total / self.counts, gradient, torch.ones_like(total))
        out = Evaluation(w.new_empty(len(w)), torch.empty_like(w), w.new_empty(len(w)))
        wants = [False] * len(w) if wide is None else wide
        for kind in set(wants):
            runs = [r for r, wanted in enumerate(wants) if wanted is kind]
            part = self._closed(w[runs].double() if kind else w[runs], runs)
            for whole, piece in zip(out, part, strict=True):
                whole[runs] = piece.to(w.dtype)
        return out

    def _closed(self, w: Tensor, runs: Sequence[int]) -> Evaluation:
        """Subtract the held-out pairs from all, and divide by the number of those left."""
        full = sum_of_squares(w, self.task.group)
        for at, r in enumerate(runs):
            held_out, most = self.held_out[r], max(1, LIST // w.shape[-1])
            for pairs in torch.split(held_out, most) if len(held_out) else ():
                total, gradient = sum_over_pairs(w[at], pairs, self.labels[pairs])
                full.loss[at] -= total
                full.gradient[at] -= gradient
        counts = self.counts[list(runs)].to(w.dtype)
        full.gradient.div_(counts[:, None, None, None])
        return full._replace(loss=full.loss / counts)


#: What is measured of a run, by name, after so many epochs: `MEASURED`; over a group that is not
#: Abelian also gain and power of each representation.
Record = dict[str, float]


def evaluate(w: Tensor, plan: LossPlan, *, epoch: int = 0) -> list[Record]:
    """Return losses and accuracies of every run; the largest output is the prediction [Tian24]."""
    records: list[Record] = []
    for r, one in enumerate(torch.split(w, 1)):
        c = one[:, 2] - one[:, 2].mean(dim=-2, keepdim=True)
        loss = one.new_empty(len(plan.labels))
        right = torch.empty_like(plan.labels, dtype=torch.bool)
        for _, here, h in hidden(one):
            (output,) = product(h.square_(), c.mT)
            right[here] = output.argmax(dim=-1) == plan.labels[here]
            loss[here] = subtract_target(output, plan.labels[here]).square().sum(dim=-1)
        parts: list[Any] = [slice(None)]
        if plan.trained is not None:
            trained = plan.trained[r, :, 0] > 0
            parts = [trained, ~trained]
        means = (x[part].double().mean().item() for part in parts for x in (loss, right))
        records.append({"epoch": epoch, **dict(zip(MEASURED, means, strict=False))})
    return records


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
