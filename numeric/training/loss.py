"""The full-batch loss and its gradient, by whichever route costs less: the mean over trained pairs
of ``| P (f(x, y) - e_{x+y}) |^2``, ``f(x, y)[g] = sum_j w_c[g, j] (w_a[x, j] + w_b[y, j])^2``, P
removing the mean over outputs; PyTorch's `mse_loss` divides by d as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple, final, get_args

import torch

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from numeric.training.settings import MEASURED, Task

Tensor = torch.Tensor
#: Outputs are padded to a multiple of this many, the width of a vector register of float32.
GRAIN = 8
#: The table of pairs is worked through in pieces of about this many hidden values: 2 MB of float32.
PIECE = 1 << 19
#: Held-out pairs are worked through in lists of so many hidden values: 64 MB of float32.
LIST = 1 << 24
#: Runs are worked on together as long as they have so many hidden values in all: 512 kB of float32.
TOGETHER = 1 << 17
#: Elements of the longest vector register.
VECTOR = 16
#: A product of more operations is made in pieces, and a transform of more entries: Python answers
#: signals in between, so each is to take about a second at most on one thread of a busy machine.
LONG_PRODUCT, LONG_TRANSFORM = 1 << 32, 1 << 22


def product(x: Tensor, y: Tensor) -> Tensor:
    """Return ``x @ y`` for every run; on a CPU one after the other, each on all threads, as
    `torch.bmm` is far slower on few large, transposed ones.
    """
    if x.device.type != "cpu":
        return torch.matmul(x, y)
    shape = (*x.shape[:-1], y.shape[-1])
    out = torch.empty(shape, dtype=x.dtype, device=x.device)
    flat = (t.reshape(-1, *t.shape[-2:]) for t in (x, y, out))
    for left, right, result in zip(*flat, strict=True):
        rows = max(1, LONG_PRODUCT // (2 * max(1, right.numel())))
        for i in range(0, len(left), rows):
            torch.mm(left[i : i + rows], right, out=result[i : i + rows])
    return out


def hidden(w: Tensor) -> Iterator[tuple[slice, slice, Tensor]]:
    """Yield ``a_j[x] + b_j[y]``, (runs, pairs, q), in pieces, with the ranges of x and of pairs."""
    runs, _, d, q = w.shape
    step = max(1, PIECE // max(1, runs * d * q))
    for first in range(0, d, step):
        x = slice(first, min(first + step, d))
        values = w[:, 0, x, None, :] + w[:, 1, None, :, :]
        yield x, slice(x.start * d, x.stop * d), values.flatten(1, 2)


def sum_over_table(w: Tensor, plan: LossPlan) -> tuple[Tensor, Tensor]:
    """Return ``sum |P(f(x,y) - e_{x+y})|^2`` over the trained pairs, and its gradient.

    On a CPU as many runs are worked on at once as fit into the cache, but one where the width is no
    multiple of a vector, whose kernels round the last elements otherwise.
    """
    _, _, d, q = w.shape
    totals, gradient = w.new_zeros(len(w)), torch.zeros_like(w)
    together = 1 if q % VECTOR else max(1, TOGETHER // (d**2 * q))
    step = together if w.device.type == "cpu" else len(w)
    for r in range(0, len(w), step):
        runs = slice(r, r + step)
        part = w[runs]
        # Rows of zeros up to a multiple of GRAIN: matrix products of odd widths take twice as long.
        c = w.new_zeros(len(part), -(-d // GRAIN) * GRAIN, q)
        torch.sub(part[:, 2], part[:, 2].mean(dim=-2, keepdim=True), out=c[:, :d])
        for x, here, h in hidden(part):
            s = h.square()
            error = product(s, c.mT)
            subtract_target(error[..., :d], plan.labels[here])
            if plan.trained is not None:
                error *= plan.trained[runs, here]
            totals[runs] += torch.linalg.vecdot(error.flatten(1), error.flatten(1))
            gradient[runs, 2].add_(product(error.mT, s)[:, :d], alpha=2)
            h.mul_(product(error, c))
            by_pair = h.view(len(part), x.stop - x.start, d, q)
            gradient[runs, 0, x].add_(by_pair.sum(dim=2), alpha=4)
            gradient[runs, 1].add_(by_pair.sum(dim=1), alpha=4)
    gradient[:, 2] -= gradient[:, 2].mean(dim=-2, keepdim=True)
    return totals, gradient


def sum_over_pairs(w: Tensor, pairs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Return ``sum |P(f(x,y) - e_{x+y})|^2`` over pairs of one run, and its gradient."""
    x, y = pairs // w.shape[1], pairs % w.shape[1]
    c = w[2] - w[2].mean(dim=-2, keepdim=True)
    h = w[0][x] + w[1][y]
    s = h.square()
    error = product(s, c.mT)
    subtract_target(error, labels)
    gradient = torch.zeros_like(w)
    h.mul_(product(error, c)).mul_(4)
    gradient[0].index_add_(0, x, h)
    gradient[1].index_add_(0, y, h)
    gradient[2] = product(error.mT, s).mul_(2)
    gradient[2] -= gradient[2].mean(dim=-2, keepdim=True)
    return error.square().sum(), gradient


def subtract_target(f: Tensor, labels: Tensor) -> Tensor:
    """Subtract ``P e_{x+y}`` in place from outputs of shape (..., pairs, d), and return them."""
    f += 1 / f.shape[-1]
    index = labels[:, None].expand(*f.shape[:-1], 1)
    return f.scatter_add_(-1, index, f.new_full((), -1.0).expand(index.shape))


@final
class Evaluation(NamedTuple):
    """Loss and gradient by run, and the share of the closed form's terms that is left, ``total /
    sum of moduli``: 1 by the table of pairs, where nothing cancels.
    """

    loss: Tensor
    gradient: Tensor
    cancelled: Tensor


def sum_of_squares(w: Tensor, group: AbelianGroup | FiniteGroup) -> Evaluation:
    """Return ``sum_{x,y} |P(f(x,y) - e_{x+y})|^2`` and its gradient, no table of pairs being made.

    ``a = a0 + a'`` and ``b = b0 + b'`` are split into means and centred parts, ``s = a0 + b0``;
    only the linear term, a convolution, and the quadratic one cancel. Source:
    docs/theory/training.md, docs/theory/proofs/engine.md.
    """
    d = group.order
    mean = w.mean(dim=-2, keepdim=True)
    centred = w - mean
    c = centred[:, 2]
    s = mean[:, 0] + mean[:, 1]
    inputs = centred[:, :2]
    squares = inputs.square()
    mean_square = squares.mean(dim=-2, keepdim=True)
    # One matrix of 2 d + 1 rows, what depends on x alone, on y alone, and on neither.
    single = squares.add_(2 * s[:, None] * inputs).sub_(mean_square).mul_(d**0.5)
    constant = (s.square() + mean_square[:, 0] + mean_square[:, 1]) * d
    rows = torch.cat([single.flatten(1, 2), constant], dim=1)
    image = product(rows, c.mT)
    squared = image.square().sum(dim=(1, 2))
    pull = product(image, c)
    pull_single = pull[:, :-1].view_as(single) * (2 * d**0.5)
    pull_constant = pull[:, -1:] * (2 * d)

    gram = product(centred.mT, centred)
    ga, gb, gc = gram.unbind(dim=1)
    pairs = torch.stack([gb * gc, ga * gc, ga * gb], dim=1)
    quadratic = 4 * (ga * pairs[:, 0]).sum(dim=(1, 2))
    gradient = product(centred, pairs).mul_(8)

    columns = max(1, LONG_TRANSFORM // centred[..., 0].numel())
    parts = [_convolutions(part, group) for part in torch.split(centred, columns, dim=-1)]
    convolved = parts[0] if len(parts) == 1 else torch.cat(parts, dim=-1)
    linear = -4 * (c * convolved[:, 2]).sum(dim=(1, 2))
    gradient.sub_(convolved, alpha=4)

    pulled = pull_single * inputs
    gradient[:, :2] += (pulled + pull_single * s[:, None]).mul_(2)
    gradient[:, :2] += inputs * (2 / d * pull_constant[:, None])
    gradient[:, 2] += product(image.mT, rows).mul_(2)
    gradient -= gradient.mean(dim=-2, keepdim=True)
    ds = 2 * pulled.sum(dim=(1, 2)) + 2 * (pull_constant * s)[:, 0]
    gradient[:, :2] += ds[:, None, None] / d

    target = float(d * (d - 1))
    total = squared + quadratic + linear + target
    return Evaluation(total, gradient, total / (squared + quadratic.abs() + linear.abs() + target))


def _convolutions(w: Tensor, group: AbelianGroup | FiniteGroup) -> Tensor:
    """Return the gradient of ``sum_{x,y} sum_j a_j[x] b_j[y] c_j[x+y]``, shaped like ``w``."""
    if isinstance(group, FiniteGroup):
        return _by_rows(w, torch.from_numpy(group.products).to(w.device))
    shape = (*w.shape[:2], *group.moduli, w.shape[-1])
    axes = tuple(range(2, 2 + len(group.moduli)))
    a, b, c = torch.fft.rfftn(w.reshape(shape), dim=axes).unbind(dim=1)
    spectrum = torch.stack([b.conj() * c, a.conj() * c, a * b], dim=1)
    convolved: Tensor = torch.fft.irfftn(spectrum, s=group.moduli, dim=axes)
    return convolved.reshape(w.shape)


def _by_rows(w: Tensor, products: Tensor) -> Tensor:
    """Return the same for the table of any Latin square; ``c[x y]`` is a permutation for each x."""
    gradient = torch.zeros_like(w)
    b, c = w[:, 1], w[:, 2]
    for x, row in enumerate(products):
        moved, a = c[:, row], w[:, 0, x, None]
        gradient[:, 0, x] = (b * moved).sum(dim=1)
        gradient[:, 1].addcmul_(a, moved)
        gradient[:, 2].index_add_(1, row, a * b)
    return gradient


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
            total, gradient = sum_over_table(w, self)
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
