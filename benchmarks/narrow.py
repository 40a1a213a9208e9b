"""Zeros per minute: the batched search beside a plain loop over SciPy's `least_squares`.

    OMP_NUM_THREADS=1 python benchmarks/narrow.py [SECONDS]

Z5 with 9 nodes, projected target, no constant parts. All start from the same points, in the same
order, for SECONDS (20) each; a zero is what `numeric.narrow.search` calls one. SciPy runs its trust
region method (its Levenberg-Marquardt takes no fewer residuals than unknowns) with the derivatives
by differences that it has by default, and with our analytic Jacobian, each with as many evaluations
as we take steps, and with more.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from algebra import AbelianGroup
from numeric.narrow.problem import ZERO, Problem
from numeric.narrow.search import LARGEST, Searched, search
from numeric.narrow.symmetric import structure

PROBLEM = Problem(AbelianGroup("Z5"), width=9, target="projected", constants=False)
MODEL = structure(PROBLEM, 0, seed=0)
BATCH, STEPS, MORE = 50, 80, 200


def derivatives(v: np.ndarray) -> np.ndarray:
    d, q = PROBLEM.group.order, PROBLEM.width
    a, b, c = (x[0] for x in MODEL.weights(v[None]))
    h, one = a[:, None] + b[None], np.eye(d)
    by_a = 2 * np.einsum("xyj,gj,xz->xygzj", h, c, one)
    by_b = 2 * np.einsum("xyj,gj,yz->xygzj", h, c, one)
    by_c = np.einsum("xyj,gz->xygzj", h**2, one - 1 / d)
    return np.stack([by_a, by_b, by_c], axis=3).reshape(d**3, 3 * d * q) @ MODEL.forms


def scipy_loop(number: int, *, analytic: bool, most: int) -> int:
    """Run one start with SciPy; return whether it ended at a zero."""
    end = least_squares(
        lambda v: MODEL.residuals(v[None]).ravel(),
        MODEL.draw(range(number, number + 1), seed=0)[0],
        jac=derivatives if analytic else "2-point",
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
        max_nfev=most,
    )
    return int(2 * end.cost < ZERO and MODEL.size(end.x[None])[0] < LARGEST)


def batch(number: int) -> int:
    ends = search(PROBLEM, starts=BATCH, first=number, steps=STEPS)
    return sum(end.outcome is Searched.ZERO for end in ends)


def rate(run: Callable[[int], int], *, each: int, seconds: float) -> tuple[float, int, int]:
    """Return zeros per minute, zeros and starts within a time."""
    zeros = starts = 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        zeros += run(starts)
        starts += each
    return 60 * zeros / (time.perf_counter() - begin), zeros, starts


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    ours = rate(batch, each=BATCH, seconds=seconds)
    print(f"{PROBLEM.group}, {PROBLEM.width} nodes, projected, no constant parts")
    print(f"{'':<44}{'zeros/minute':>13}{'zeros':>7}{'starts':>8}{'ratio':>8}")
    name = f"cogo narrow, batches of {BATCH}, {STEPS} steps"
    print(f"{name:<44}{ours[0]:>13.1f}{ours[1]:>7}{ours[2]:>8}{'1':>8}", flush=True)
    for analytic in (False, True):
        for most in (STEPS, MORE):
            run = partial(scipy_loop, analytic=analytic, most=most)
            peer = rate(run, each=1, seconds=seconds)
            ratio = f"{ours[0] / peer[0]:.1f}" if peer[0] else "-"
            kind = "our Jacobian" if analytic else "differences"
            name = f"SciPy, {kind}, {most} evaluations"
            row = f"{name:<44}{peer[0]:>13.1f}{peer[1]:>7}{peer[2]:>8}{ratio:>8}"
            print(row, flush=True)


if __name__ == "__main__":
    main()
