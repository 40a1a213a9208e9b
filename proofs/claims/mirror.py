"""The float mirror: weights in float64 do what the exact element does, to rounding (measured).

The network, its gradient and its Hessian are in NumPy, and share no code with `numeric`.
"""

from collections.abc import Iterable, Iterator
from typing import Any, get_args

import numpy as np

from algebra.machine.install import install
from algebra.numbers.arrays import Reals
from numeric.weights.plain_network import Gauge, Weights
from proofs.claims.claim import Context, Evidence, claim, up_to
from proofs.subjects.brute_force import float_errors, with_values

ULP = float(np.finfo(np.float64).eps)
#: Rounding errors allowed for each unit of the sum of moduli that a figure is a sum of.
OUTPUT_ULPS = 32
GRADIENT_ULPS = 256
#: Relative error of the Hessian by central differences, and the gap between flat and curved.
HESSIAN_ERROR = 1e-6
FLAT = 1e-9
LEAST: Gauge = "balanced"
OUTPUT = r"|P(f(x,y) - e_{x+y})| \le 32\,\mathrm{ulp} \cdot \textstyle\sum|\cdot|"


def _error(w: Weights) -> tuple[Reals, Reals]:
    """Return ``P (f - e)`` at all ``x, y, g``, and the sums of moduli it is rounded from."""
    error = float_errors(w)
    size = (w.w_a[:, None] + w.w_b) ** 2 @ np.abs(w.w_c.T) / (2 * w.group.order) + 1
    return error - error.mean(axis=2, keepdims=True), size


def _gradient(w: Weights) -> tuple[Reals, Reals]:
    """Return the gradient of ``sum |P (f - e)|^2 / d^2``, flattened, and its sums of moduli."""
    error, size = _error(w)
    inner = w.w_a[:, None, :] + w.w_b[None, :, :]

    def flat(e: Any, c: Any, v: Any) -> Any:
        back = 2 * (e @ c) * v
        output = np.einsum("xyg,xyj->gj", e, v**2)
        return np.concatenate([back.sum(1), back.sum(0), output], axis=None) / w.group.order**3

    return flat(error, w.w_c, inner), flat(size, np.abs(w.w_c), np.abs(inner))


def _moved(w: Weights, step: Reals) -> Weights:
    a, b, c = np.reshape(step, (3, *w.w_a.shape))
    return Weights(w.group, w.w_a + a, w.w_b + b, w.w_c + c)


def _weights(context: Context, *gauges: Gauge) -> Iterator[tuple[str, Weights]]:
    """Yield the weights of every family of the group, parameters set, in each gauge."""
    s = context.subject
    for family in s.families(context.over):
        z = with_values(s.optimizer(context.over, family, "projected"))
        for gauge in gauges:
            name = f"{family}, {gauge} gauge" if len(gauges) > 1 else family
            yield name, s.embed(z, gauge)


def _measured(found: Iterable[tuple[str, tuple[Reals, Reals]]], allowed: int) -> Evidence:
    """Return the evidence of errors and of their sums of moduli, by name."""
    ulps, where = 0.0, ""
    for name, (x, size) in found:
        largest = float((np.abs(x) / np.where(size > 0, size, 1)).max(initial=0) / ULP)
        ulps, where = max((ulps, where), (largest, name), key=lambda pair: pair[0])
    scope = f"{ulps:.1f} ulps of the sum of moduli at most ({where}); allowed {allowed}"
    return Evidence("measured", scope, scope if ulps > allowed else "", {"ulps": ulps})


@claim("mirror.output", OUTPUT, applies=up_to(20))
def output(context: Context) -> Evidence:
    """in float64 every optimizer outputs the one-hot vector less its mean, to rounding"""
    found = ((name, _error(w)) for name, w in _weights(context, *get_args(Gauge)))
    return _measured(found, OUTPUT_ULPS)


@claim("mirror.torch", OUTPUT, applies=up_to(16, least=2))
def in_torch(context: Context) -> Evidence:
    """in PyTorch the outputs of an optimizer's weights are the same, to rounding"""
    try:
        import torch
    except ImportError:
        return Evidence("not attempted", f"needs PyTorch: {install('train')}")

    def error(w: Weights) -> Reals:
        d, (a, b, c) = w.group.order, map(torch.from_numpy, (w.w_a, w.w_b, w.w_c))
        outputs = torch.nn.functional.linear((a[:, None] + b).square(), c) / (2 * d)
        f = outputs.numpy() - np.eye(d)[w.group.products]
        centred: Reals = f - f.mean(axis=2, keepdims=True)
        return centred

    found = ((name, (error(w), _error(w)[1])) for name, w in _weights(context, LEAST) if w.width)
    return _measured(found, OUTPUT_ULPS)


@claim("mirror.gradient", r"\nabla \ell(z) = 0", applies=up_to(24))
def gradient(context: Context) -> Evidence:
    """at every optimizer the gradient of the loss is zero to rounding"""
    found = ((name, _gradient(w)) for name, w in _weights(context, LEAST))
    return _measured(found, GRADIENT_ULPS)


def hessian(w: Weights, *, step: float = 1e-4) -> Reals:
    """Return the Hessian of the loss by central differences of its gradient, symmetrised."""
    steps = step * np.eye(3 * w.w_a.size)
    gradients = ([_gradient(_moved(w, h))[0] for h in (step, -step)] for step in steps)
    matrix = np.array([forward - backward for forward, backward in gradients])
    symmetric: Reals = (matrix + matrix.T) / (4 * step)
    return symmetric


def symmetry_directions(w: Weights) -> Reals:
    """Return, as rows, the directions in which every network may move without changing its loss.

    Of each node: scaling ``(a, b, -2c)``, a constant from ``a`` to ``b``, one added to its outputs.
    """
    rows: list[Any] = []
    for node in np.eye(w.width):
        one, zero = np.ones_like(w.w_a) * node, np.zeros_like(w.w_a)
        rows.append([w.w_a * node, w.w_b * node, -2 * w.w_c * node])
        rows += [[one, -one, zero], [zero, zero, one]]
    return np.reshape(rows, (len(rows), -1))


@claim("mirror.hessian", r"\nabla^2 \ell(z) \succeq 0", applies=up_to(7, least=2))
def curvature(context: Context) -> Evidence:
    """at the narrowest optimizer the Hessian is positive semidefinite, flat along symmetries"""
    group, s = context.over, context.subject
    family = s.families(group)[0]
    w = s.embed(with_values(s.optimizer(group, family, "projected")), LEAST)
    eigenvalues = np.linalg.eigvalsh(hessian(w))
    largest = float(eigenvalues[-1])
    least = float(eigenvalues[0]) / largest
    flat = int((eigenvalues < HESSIAN_ERROR * largest).sum())
    explained = int(np.linalg.matrix_rank(symmetry_directions(w), tol=FLAT))
    scope = (
        f"{family}: least eigenvalue {least:.1e} of the largest, allowed -{HESSIAN_ERROR}; "
        f"{flat} of {len(eigenvalues)} directions are flat, symmetries explain {explained}"
    )
    wrong = scope if least < -HESSIAN_ERROR or flat < explained else ""
    figures = {"flat directions": flat, "by symmetries": explained, "weights": len(eigenvalues)}
    return Evidence("measured", scope, wrong, figures)


CLAIMS = (output, in_torch, gradient, curvature)
