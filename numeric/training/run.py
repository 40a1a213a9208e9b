"""A batch of runs in the course of training: weights, optimizer, records."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, final

import torch

from algebra.groups.finite_group import FiniteGroup
from numeric.operations.by_representation import powers_and_gains, representations_of
from numeric.training.closed_form import Evaluation
from numeric.training.loss import (
    NARROW,
    LossPlan,
    Record,
    choose_route,
    cost,
    evaluate,
)
from numeric.training.settings import Settings, Task

Tensor = torch.Tensor
MOMENTUM = 0.9
#: A node whose weights are all smaller than this takes no part in the loss.
DEAD = 1e-12
#: Live nodes are looked for every so many epochs.
REFRESH = 100
#: The number of live nodes is rounded up to a multiple of this, for the sake of vectors.
GRAIN = 16
#: A run's step of fewer operations is left to one thread. Threads wait for each other after every
#: operation: beside one busy program on two processors, two take 4 to 16 times as long as one
#: below this, and twice as long at it; undisturbed, they gain a third. Measured.
ONE_THREAD = 1e10


@final
class TrainingRun:
    """The state of a batch of runs, all weights one tensor of shape (runs, 3, d, q); `step` is one
    epoch.

    Nodes whose weights are all below ``DEAD`` have no part in the loss and gradient zero: their
    products, denormal numbers, would slow every epoch down. ``observed`` is what whoever trains
    adds.
    """

    def __init__(self, settings: Settings, *, device: torch.device | str = "cpu") -> None:
        self.settings = settings
        self.runs = settings.runs()
        self.task = settings.task()
        self.device = torch_device(device)
        dtype = getattr(torch, settings.dtype)
        d, q = self.task.group.order, settings.width
        self.w = initial_weights(d, q, seeds=settings.seeds, dtype=dtype).to(self.device)
        self.slices, self.optimizer = optimizer_for(self.runs, self.w)
        rhos = representations_of(self.task.group)
        self.by_rho = [f"{x}.{rho}" for x in ("gain", "power") for rho in rhos]
        self.epoch = 0
        self.wide = [False] * self.task.runs
        self.history: list[list[Record]] = []
        self.observed: list[list[float]] = []
        self.seconds = 0.0
        self.set_live(None)

    def step(self) -> None:
        """Make one step of gradient descent."""
        self.update(self.evaluation())

    def evaluation(self) -> Evaluation:
        """Return loss and gradient; left by an exception in the middle, it can be asked again."""
        if self.epoch % REFRESH == 0:
            self.set_live(live_nodes(self.w))
        w = self.w
        if self.live is None:
            return self.plan(w, wide=self.wide)
        index = self.live[:, None, None, :].expand(-1, *w.shape[1:3], -1)
        result = self.plan(torch.gather(w, 3, index), wide=self.wide)
        gradient = torch.zeros_like(w).scatter_(3, index, result.gradient)
        return result._replace(gradient=gradient)

    def update(self, result: Evaluation) -> None:
        """Make the step that an evaluation of these weights leads to."""
        if self.plan.route == "closed" and self.w.dtype == torch.float32:
            cancelled = result.cancelled.tolist()
            self.wide = [a or x < NARROW for a, x in zip(self.wide, cancelled, strict=True)]
        for x, gradient in zip(self.slices, result.gradient.unbind(), strict=True):
            x.grad = gradient
        self.optimizer.step()
        self.epoch += 1

    def keep_record(self) -> None:
        """Add the record that is due, if there is one; a resumed run may lack its last."""
        if self.epoch % self.settings.log_every == 0 or self.epoch == self.settings.epochs:
            self.record()

    def record(self) -> list[Record]:
        """Evaluate the weights as they are, add the record to the history, and return it."""
        records = evaluate(self.w, self.plan, epoch=self.epoch)
        if self.by_rho and isinstance(self.task.group, FiniteGroup):
            for record, (a, b, c) in zip(records, self.w.double().cpu().numpy(), strict=True):
                powers, gains = powers_and_gains(a, b, c, self.task.group)
                figures = [*gains.tolist(), *powers.sum(axis=(0, 2)).tolist()]
                record |= zip(self.by_rho, figures, strict=True)
        for run, record in zip(self.runs, records, strict=True):
            if not record["train_loss"] < float("inf"):
                raise ValueError(
                    f"seed {run.seeds[0]} diverged: its loss is {record['train_loss']} after "
                    f"{self.epoch} epochs; pass a learning rate below {run.lr:g}"
                )
        if not self.history or self.history[-1][0]["epoch"] < self.epoch:
            self.history.append(records)
        return records

    def set_live(self, live: Tensor | None) -> None:
        """Set which nodes take part, (runs, n) indices, None for all; the route may change."""
        self.live = live
        width = self.settings.width if live is None else live.shape[1]
        self.plan = LossPlan(self.task, width=width, dtype=self.w.dtype, device=self.device)


def optimizer_for(
    runs: Sequence[Settings], w: Tensor
) -> tuple[list[Tensor], torch.optim.Optimizer]:
    """Return the weights of each run, parts of ``w``, and the optimizer that changes them.

    Every run is a parameter of its own: vector kernels round the last elements of a tensor
    otherwise, and so those of a run do not depend on what lies behind it.
    """
    slices = [x.requires_grad_() for x in w.detach().unbind()]
    groups: dict[Any, list[Tensor]] = {}
    for run, x in zip(runs, slices, strict=True):
        groups.setdefault((run.lr, run.weight_decay), []).append(x)
    parameters = [
        {"params": members, "lr": lr, "weight_decay": weight_decay}
        for (lr, weight_decay), members in groups.items()
    ]
    kinds = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}
    options: dict[str, Any] = {"momentum": MOMENTUM} if runs[0].optimizer == "sgd" else {}
    if w.device.type in ("cpu", "cuda"):
        options["fused"] = True
    return slices, kinds[runs[0].optimizer](parameters, **options)


def initial_weights(
    order: int, width: int, *, seeds: Sequence[int], dtype: torch.dtype = torch.float32
) -> torch.Tensor:
    """Return ``w_a, w_b, w_c`` as three `torch.nn.Linear` without bias start, in float32 on the
    CPU, after ``torch.manual_seed(seed)`` [Tian24]; PyTorch's generator stays as it was.
    """
    w = torch.empty(len(seeds), 3, order, width, dtype=torch.float32)
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        for run, seed in enumerate(seeds):
            torch.manual_seed(seed)
            w[run, 0] = torch.nn.Linear(order, width, bias=False, dtype=torch.float32).weight.T
            w[run, 1] = torch.nn.Linear(order, width, bias=False, dtype=torch.float32).weight.T
            w[run, 2] = torch.nn.Linear(width, order, bias=False, dtype=torch.float32).weight
    return w.to(dtype)


def live_nodes(w: Tensor) -> Tensor | None:
    """Return the indices of live nodes, (runs, n), increasing, filled up with dead ones; None if
    nearly all are alive.
    """
    q = w.shape[-1]
    alive = w.abs().amax(dim=(1, 2)) >= DEAD
    most = max(1, int(alive.sum(dim=1).max()))
    n = min(q, -(-most // GRAIN) * GRAIN)
    if n > 0.95 * q:
        return None
    order = torch.sort(alive.logical_not().byte(), dim=1, stable=True).indices
    return order[:, :n].sort(dim=1).values


def torch_device(name: torch.device | str) -> torch.device:
    """Return a device, after asking it for an element and reading it back."""
    try:
        element = torch.zeros(1, device=name)
        element.item()  # the device "meta" has no data
        return element.device
    except Exception as error:  # each backend raises its own kinds
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"device={str(name)!r} cannot be used: {reason}; pass cpu") from None


def threads_for(task: Task, *, width: int) -> int:
    """Return how many threads suit a step: one, or as many as PyTorch is set to."""
    work = cost(task, width=width, route=choose_route(task, width=width)) / task.runs
    return 1 if work < ONE_THREAD else torch.get_num_threads()


@contextmanager
def cpu_threads(count: int) -> Iterator[None]:
    """Let PyTorch use so many threads of the CPU meanwhile."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def flushed_denormals() -> Iterator[None]:
    """Let denormal floats count as zero meanwhile; PyTorch's worker threads keep the mode that held
    when the first parallel operation started them.
    """
    before = bool(torch.tensor(1e-39) * 1 == 0)
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)
