"""The loss and its gradient by the table of pairs ``(x, y)``, worked through in pieces."""

from collections.abc import Iterator

import torch

Tensor = torch.Tensor
#: Outputs are padded to a multiple of this many, the width of a vector register of float32.
GRAIN = 8
#: The table of pairs is worked through in pieces of about this many hidden values: 2 MB of float32.
PIECE = 1 << 19
#: Runs are worked on together as long as they have so many hidden values in all: 512 kB of float32.
TOGETHER = 1 << 17
#: Elements of the longest vector register.
VECTOR = 16
#: A product of more operations is made in pieces: Python answers signals in between, so each is to
#: take about a second at most on one thread of a busy machine.
LONG_PRODUCT = 1 << 32


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


def sum_over_table(w: Tensor, labels: Tensor, trained: Tensor | None) -> tuple[Tensor, Tensor]:
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
            subtract_target(error[..., :d], labels[here])
            if trained is not None:
                error *= trained[runs, here]
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
    h = w[0].index_select(0, x).add_(w[1].index_select(0, y))
    s = h.square()
    error = product(s, c.mT)
    subtract_target(error, labels)
    gradient = torch.zeros_like(w)
    h.mul_(product(error, 4 * c))
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
