"""How near the certified optimizer is, beside the nearest optimizer that floats find without rules.

    python benchmarks/nearest.py FILE... [--from-certified] [--device cuda]

The peer knows nothing of frequencies or blocks: Gauss-Newton in float64 over all weights of all
nodes but the smallest, whose norm together is 1e-5 of the whole. Each step is the least-norm
solution of the linearised equations seen from the trained weights, by conjugate gradients on the
normal equations. The Jacobian is never formed, and its Gram matrix is applied in ``O(q^2 d)`` by
the Gram matrices of the rows, not in ``O(q d^3)``.

Both begin at nodes of least norm. Ratio of the two relative distances, both of the whole network,
and of the seconds of processor time, so that a certify that has become slow is seen on a busy
machine too. With
``--from-certified`` the steps begin at the certified network, all of its nodes free, and not at
the trained one.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from numeric.exact.certify import certify
from numeric.exact.projection import balanced
from numeric.weights.embed import embed
from numeric.weights.given import reading

#: Relative accuracy of the least-squares solve, by step; the last steps only solve the equations.
TOLERANCES = (1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-6)
PLAIN_STEPS, ITERATIONS, DAMPING = 8, 6000, 1e-5
#: A loss that counts as zero, as a part of the trained network's.
ZERO = 1e-8
#: The norm of the nodes that are left out, relative to the whole.
LEFT_OUT = 1e-5


class Errors:
    """The errors ``f(x, y)[g] - [x + y = g]``, means over ``g`` removed, and ``J^T`` of errors."""

    def __init__(self, sums: Any) -> None:
        self.d = len(sums)
        eye = torch.eye(self.d, dtype=torch.float64, device=sums.device)
        self.target = (eye - 1 / self.d)[sums.reshape(-1)]

    def hidden(self, w: Any) -> Any:
        return (w[0][:, None, :] + w[1][None, :, :]).reshape(self.d**2, -1)

    def at(self, w: Any) -> Any:
        c = w[2] - w[2].mean(0, keepdim=True)
        return self.hidden(w) ** 2 @ c.T - self.target

    def pulled_back(self, w: Any, r: Any) -> Any:
        h = self.hidden(w)
        inner = (2 * h * (r @ w[2])).reshape(self.d, self.d, -1)
        c = r.T @ h**2
        return torch.stack([inner.sum(1), inner.sum(0), c - c.mean(0, keepdim=True)])


class Normal:
    """``v -> J^T J v`` at ``w`` of shape (3, d, q), in closed form.

    A direction ``a', b', c'`` changes the errors by ``sum_l c'_l P_l + c_l P'_l``, with ``P = (a(x)
    + b(y))^2 = a^2 + 2ab + b^2`` and ``P' = 2 (aa' + a'b + ab' + bb')``. All of these are sums of
    products of a function of x and one of y, so their inner products are entrywise products of
    Gram matrices of shape (q, q).
    """

    def __init__(self, w: Any) -> None:
        self.c = w[2] - w[2].mean(0, keepdim=True)
        self.outputs = self.c.T @ self.c
        x, y = self.sides = _Side(w[0]), _Side(w[1])
        half = 2 * x.mixed * y.sum + 2 * y.mixed * x.sum + x.energy[:, None] * y.energy
        half += len(w[0]) / 2 * (x.square.T @ x.square + y.square.T @ y.square)
        half += 2 * x.gram * y.gram
        self.products = half + half.T  # <P_j, P_l>

    def __call__(self, v: Any) -> Any:
        c = v[2] - v[2].mean(0, keepdim=True)
        x, y = (_Moved(side, u) for side, u in zip(self.sides, v[:2], strict=True))
        changed = self.c.T @ c
        rows = [self._inputs(x, y, changed), self._inputs(y, x, changed)]
        return torch.stack([*rows, c @ self.products + self.c @ _cross(x, y).T])

    def _inputs(self, x: _Moved, y: _Moved, changed: Any) -> Any:
        """``2 sum_{y,g} (a_j + b_j) c_j (sum_l c'_l P_l + c_l P'_l)``, for the row of x."""
        p, q, d, g = x.side, y.side, len(x.row), self.outputs
        summed = d * p.square + 2 * p.row * q.sum + q.energy
        moved = d * x.work + p.row * y.sum + x.row * q.sum + y.work_sum
        out = p.row * (summed @ changed.T + 2 * moved @ g)
        out += q.sum * (p.square @ changed.T + 2 * x.work @ g)
        out += 2 * p.row @ (changed * q.gram + g * y.moved_gram).T + 2 * x.row @ (g * q.gram)
        out += (changed * q.mixed.T + 2 * g * y.work_gram).sum(1)
        return 2 * out


def _cross(x: _Moved, y: _Moved) -> Any:
    """``<P_j, P'_l>``."""
    half = 2 * (x.moved_gram * y.side.gram + x.side.gram * y.moved_gram)
    for one, two in ((x, y), (y, x)):
        p, q = one.side, two.side
        half += len(one.row) * one.square_work + one.square_moved * q.sum + p.mixed * two.sum
        half += p.energy[:, None] * two.work_sum + 2 * q.sum[:, None] * one.work_gram
    return 2 * half


class _Side:
    """The row of ``a``, or of ``b``, with its sums over the group and its Gram matrices."""

    def __init__(self, row: Any) -> None:
        self.row, self.square = row, row**2
        self.sum, self.energy = row.sum(0), self.square.sum(0)
        self.gram, self.mixed = row.T @ row, self.square.T @ row
        self.both = torch.cat([row, self.square], dim=1).T.contiguous()


class _Moved:
    """A direction ``a'`` beside ``a``: the sums and products that are linear in it."""

    def __init__(self, side: _Side, row: Any) -> None:
        q = row.shape[1]
        self.side, self.row, self.work = side, row, side.row * row
        self.sum, self.work_sum = row.sum(0), self.work.sum(0)
        grams = side.both @ torch.cat([row, self.work], dim=1)
        self.moved_gram, self.work_gram = grams[:q, :q], grams[:q, q:]
        self.square_moved, self.square_work = grams[q:, :q], grams[q:, q:]


def solve(normal: Normal, right: Any, *, tolerance: float, damping: float) -> tuple[Any, int]:
    """The ``v`` with ``(J^T J + damping) v = right``, by conjugate gradients, stopped early."""
    v, rest = torch.zeros_like(right), right.clone()
    p, gamma = rest.clone(), float((rest * rest).sum())
    first = gamma**0.5
    steps = 0
    while steps < ITERATIONS:
        steps += 1
        image = normal(p) + damping * p
        alpha = gamma / float((p * image).sum())
        v += alpha * p
        rest -= alpha * image
        new = float((rest * rest).sum())
        if new**0.5 < tolerance * first:
            break
        p = rest + (new / gamma) * p
        gamma = new
    return v, steps


def free_projection(w0: Any, start: Any, sums: Any) -> tuple[float, float]:
    """Return the relative distance and the loss of a zero near ``w0``, beginning at ``start``."""
    errors = Errors(sums)
    w = start.clone()
    for tolerance in TOLERANCES:
        normal = Normal(w)
        back = w0 - w
        right = errors.pulled_back(w, errors.at(w)) + normal(back)
        # The mean square of a column of J, as a scale.
        noise = torch.randn(w0.shape, dtype=w0.dtype, generator=torch.Generator().manual_seed(0))
        noise = noise.to(w0.device)
        scale = float((noise * normal(noise)).sum() / (noise * noise).sum())
        step, count = solve(normal, right, tolerance=tolerance, damping=DAMPING**2 * scale)
        w = w0 - step
        report(errors, w, w0, count)
    for _ in range(PLAIN_STEPS):
        if loss(errors, w) < ZERO * loss(errors, w0):
            break
        right = errors.pulled_back(w, errors.at(w))
        step, count = solve(Normal(w), right, tolerance=1e-6, damping=0.0)
        w = w - step
        report(errors, w, w0, count)
    return distance(w, w0), loss(errors, w)


def check_products() -> None:
    """Compare the closed form with ``J`` and ``J^T`` as PyTorch differentiates the errors."""
    at = torch.arange(5)
    errors = Errors((at[:, None] + at) % 5)
    w, v = torch.randn(2, 3, 5, 4, dtype=torch.float64)
    _, moved = torch.func.jvp(errors.at, (w,), (v,))
    for ours in (Normal(w)(v), errors.pulled_back(w, moved)):
        (theirs,) = torch.func.vjp(errors.at, w)[1](moved)
        assert float((ours - theirs).norm() / theirs.norm()) < 1e-12


def report(errors: Errors, w: Any, w0: Any, count: int) -> None:
    now = time.strftime("%H:%M:%S")
    print(
        f"    {now} {count} products with J^T J: loss {loss(errors, w):.2e} "
        f"at {distance(w, w0):.5%}",
        flush=True,
    )


def loss(errors: Errors, w: Any) -> float:
    return float((errors.at(w) ** 2).sum() / errors.d**2)


def distance(w: Any, w0: Any) -> float:
    return float((w - w0).norm() / w0.norm())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--from-certified", action="store_true")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    check_products()
    for path in options.files:
        w = balanced(reading(path).weights)
        d = w.group.order
        start = time.process_time()
        found = certify(w)
        ours = time.process_time() - start
        print(f"{path.name}: certified {found.distance:.4%} in {ours:.1f} s", flush=True)
        exact = balanced(embed(found.element))
        wide = np.zeros((3, d, max(w.width, max(found.columns) + 1)))
        near = np.zeros_like(wide)
        wide[:, :, : w.width] = w.w_a, w.w_b, w.w_c
        near[:, :, list(found.columns)] = exact.w_a, exact.w_b, exact.w_c
        kept = large_nodes(plain(wide, "cpu").numpy())
        if options.from_certified:
            kept[list(found.columns)] = True
        w0, begin = (plain(x[:, :, kept], options.device) for x in (wide, near))
        rest = float(np.linalg.norm(plain(wide[:, :, ~kept], "cpu"))) / float(w0.norm())
        print(f"    {int(kept.sum())} nodes free; the others' norm is {rest:.1e}", flush=True)
        x = np.arange(d)
        sums = torch.tensor(w.group.add(x[:, None], x[None]), device=options.device)
        start = time.process_time()
        free, left = free_projection(w0, begin if options.from_certified else w0, sums)
        theirs = time.process_time() - start
        free = float(np.hypot(free, rest))
        print(
            f"{path.name}: free floats {free:.4%}, loss {left:.1e}, in {theirs:.1f} s; ratio of "
            f"distances {found.distance / free:.3f}, of times {ours / theirs:.3f}",
            flush=True,
        )


def large_nodes(w: Any) -> Any:
    """Return which nodes are not among the smallest, whose norm together is next to nothing."""
    power = (w**2).sum(axis=(0, 1))
    order = np.argsort(power, kind="stable")
    kept = np.zeros(len(power), dtype=bool)
    kept[order[np.sqrt(power[order].cumsum() / power.sum()) > LEFT_OUT]] = True
    return kept


def plain(w: Any, device: str) -> Any:
    """Weights of shape (3, d, q), ``w_c`` with its ``1/2d`` and without constants over outputs."""
    a, b, c = w
    c = (c - c.mean(axis=0)) / (2 * len(c))
    return torch.tensor(np.stack([a, b, c]), dtype=torch.float64, device=device)


if __name__ == "__main__":
    main()
