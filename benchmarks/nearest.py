"""How near the certified optimizer is, beside the nearest optimizer that floats find without rules.

    python benchmarks/nearest.py FILE... [--device cuda]

The peer knows nothing of frequencies or blocks: Gauss-Newton over all weights of the live nodes,
float64, each step the least-norm solution of the linearised equations seen from the trained
weights, by conjugate gradients on the full network. Ratio of the two relative distances.
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

from numeric.frequencies import node_table
from numeric.nearest import nearest_optimizer
from numeric.weights_over import weights_over

#: Relative accuracy of the least-squares solve, by step; the last steps only solve the equations.
TOLERANCES = (1e-4,) * 5 + (1e-5, 1e-6, 1e-7, 1e-8)
PLAIN_STEPS, ITERATIONS, DAMPING = 6, 6000, 1e-5


class Full:
    """All weights of a plain network with a cyclic group, its errors and their derivative."""

    def __init__(self, d: int, device: str) -> None:
        self.d = d
        x = torch.arange(d, device=device)
        self.sums = (x[:, None] + x[None]) % d
        eye = torch.eye(d, dtype=torch.float64, device=device)
        self.target = (eye - 1 / d)[self.sums.reshape(-1)]

    def hidden(self, w: Any) -> Any:
        a, b, _ = w
        return (a[:, None, :] + b[None, :, :]).reshape(self.d**2, -1)

    def error(self, w: Any) -> Any:
        return self.hidden(w) ** 2 @ w[2] - self.target

    def forward(self, w: Any, h: Any, v: Any) -> Any:
        return (2 * h * self.hidden(v)) @ w[2] + h**2 @ v[2]

    def adjoint(self, w: Any, h: Any, r: Any) -> Any:
        inner = (2 * h * (r @ w[2].T)).reshape(self.d, self.d, -1)
        c = (h**2).T @ r
        return torch.stack([inner.sum(1), inner.sum(0), (c - c.mean(1, keepdim=True)).T]).clone()


def stacked(w: Any) -> Any:
    """Weights a, b of shape (d, q) and c of shape (q, d), from one tensor (3, d, q)."""
    return w[0], w[1], w[2].T


def solve(full: Full, w: Any, r: Any, tolerance: float, damping: float) -> Any:
    """The least v with J v = r, by conjugate gradients on the normal equations, stopped early."""
    at, h = stacked(w), full.hidden(stacked(w))
    v = torch.zeros_like(w)
    rest = r.clone()
    s = full.adjoint(at, h, rest)
    scale = damping * float(full.forward(at, h, stacked(s)).norm() / s.norm()) ** 2
    p, gamma = s.clone(), float((s * s).sum())
    first = float(s.norm())
    for _ in range(ITERATIONS):
        q = full.forward(at, h, stacked(p))
        alpha = gamma / float((q * q).sum() + scale * (p * p).sum())
        v += alpha * p
        rest -= alpha * q
        s = full.adjoint(at, h, rest) - scale * v
        new = float((s * s).sum())
        if new**0.5 < tolerance * first:
            break
        p = s + (new / gamma) * p
        gamma = new
    return v


def free_projection(w0: Any, d: int, device: str) -> tuple[float, float]:
    full = Full(d, device)
    w = w0.clone()
    for tolerance in TOLERANCES:
        at, h = stacked(w), full.hidden(stacked(w))
        right = full.error(at) + full.forward(at, h, stacked(w0 - w))
        w = w0 - solve(full, w, right, tolerance, DAMPING**2)
        print(f"    loss {loss(full, w):.2e} at {distance(w, w0):.5%}", flush=True)
    for _ in range(PLAIN_STEPS):
        if loss(full, w) < 1e-22:
            break
        w = w - solve(full, w, full.error(stacked(w)), 1e-9, 0.0)
        print(f"    loss {loss(full, w):.2e} at {distance(w, w0):.5%}", flush=True)
    return distance(w, w0), loss(full, w)


def loss(full: Full, w: Any) -> float:
    return float((full.error(stacked(w)) ** 2).sum() / full.d**2)


def distance(w: Any, w0: Any) -> float:
    return float((w - w0).norm() / w0.norm())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    for path in options.files:
        w = weights_over(path)
        d = w.group.order
        live = node_table(w).live
        c = w.w_c.astype(np.float64) / (2 * d)
        arrays = [w.w_a[:, live], w.w_b[:, live], (c - c.mean(axis=0))[:, live]]
        w0 = torch.tensor(np.stack(arrays), dtype=torch.float64, device=options.device)
        start = time.perf_counter()
        found = nearest_optimizer(w)
        ours = time.perf_counter() - start
        print(f"{path.name}: certified {found.distance:.4%} in {ours:.1f} s", flush=True)
        start = time.perf_counter()
        free, left = free_projection(w0, d, options.device)
        print(
            f"{path.name}: free floats {free:.4%}, loss {left:.1e}, in "
            f"{time.perf_counter() - start:.1f} s; ratio {found.distance / free:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
