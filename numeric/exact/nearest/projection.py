"""The nearest float network of zero loss among those with few non-zero entries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.numbers.arrays import Reals
from numeric.exact.certified import NoneNearError
from numeric.exact.nearest.sparse_network import SparseNetwork

#: Largest entry of ``T - target`` that counts as zero, in float64.
ZERO = 1e-12
STEPS, PLAIN_STEPS = 16, 12
#: Up to so many equations the last steps solve them directly.
DENSE = 2500
#: Relative accuracy of the least-squares solves: the first steps need little, and a solver that is
#: stopped early does not divide by small singular values either.
LOOSE = 5
TOLERANCES = (*(1e-4,) * LOOSE, 1e-5, 1e-6, 1e-7)
#: Damping relative to the root mean square column of the Jacobian: singular values that vanish
#: on the manifold are small beside it, and noise is not divided by them.
DAMPING = 1e-5


class ProjectionError(NoneNearError):
    """Raised if no network of zero loss is found near the given one."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A float network of zero loss.

    Args:
        x: its coordinates.
        distance: ``|x - x0|``.
        residual: the largest modulus in ``T - target``.
        steps: the number of Newton steps.
    """

    x: Reals
    distance: float
    residual: float
    steps: int


def project(
    network: SparseNetwork, x0: Reals, *, progress: Callable[[int, float], None] | None = None
) -> Projection:
    """Return a nearby zero of the equations, nearest to ``x0`` to first order.

    Each step solves the equations linearised at ``x`` for the point nearest to ``x0``,
    ``x <- x0 - J^+ (F(x) + J (x0 - x))``; it is at rest where ``F(x) = 0`` and ``x0 - x`` is
    perpendicular to the manifold. The last steps are plain ones, ``x <- x - J^+ F(x)``.

    Args:
        network: the coordinates.
        x0: where to start.
        progress: called with the number of the step and the largest residual.

    Raises:
        ProjectionError: if the steps do not converge.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from numeric import embed
    >>> from numeric.recognition.frequencies import node_table
    >>> from numeric.exact.nearest.sparse_network import SparseNode, sparse_network
    >>> G = AbelianGroup("Z3")
    >>> z = node_table(embed(optimizers.order6(G, nu=zeta(8)))).z
    >>> net = sparse_network(G, [SparseNode(j, (1,), (1,)) for j in range(6)])
    >>> found = project(net, net.coordinates(z) + 1e-3)
    >>> found.residual < 1e-12, found.distance < 0.01
    (True, True)
    """
    from scipy.sparse.linalg import lsmr

    def pull(y: Reals, at: Reals, *, exact: bool, tolerance: float) -> Reals:
        """Return the least step from ``y`` that solves the equations linearised at ``at``."""
        jacobian = network.jacobian(at)
        gap = network.residual(at)
        right = np.concatenate([gap.real, gap.imag]) + jacobian @ (y - at)
        scale = np.sqrt(jacobian.multiply(jacobian).sum() / jacobian.shape[1])
        if exact and jacobian.shape[0] <= DENSE:
            # Where the manifold is singular, an iterative solver stops before the small values.
            return np.asarray(np.linalg.lstsq(jacobian.toarray(), right, rcond=1e-9)[0])
        damp = (DAMPING * 1e-3 if exact else DAMPING) * scale
        return np.asarray(
            lsmr(
                jacobian, right, damp=damp, atol=tolerance, btol=tolerance, conlim=0, maxiter=4000
            )[0]
        )

    x, steps = x0, 0
    for steps in range(1, STEPS + 1):
        tolerance = TOLERANCES[min(steps - 1, len(TOLERANCES) - 1)]
        new = x0 - pull(x0, x, exact=False, tolerance=tolerance)
        moved = float(np.linalg.norm(new - x))
        x = new
        worst = float(np.abs(network.residual(x)).max())
        if progress is not None:
            progress(steps, worst)
        if not np.isfinite(worst) or worst > 1e6:
            break
        if steps > LOOSE and moved < 1e-5 * max(float(np.linalg.norm(x0)), 1e-300):
            break
    for _ in range(PLAIN_STEPS):
        worst = float(np.abs(network.residual(x)).max())
        if worst < ZERO or not np.isfinite(worst):
            break
        steps += 1
        x = x - pull(x, x, exact=True, tolerance=1e-15)
        if progress is not None:
            progress(steps, worst)
    worst = float(np.abs(network.residual(x)).max())
    if not worst < ZERO * 100:
        raise ProjectionError(
            f"no network of zero loss was found near this one: the equations stay off by "
            f"{worst:.2g}"
        )
    return Projection(x, float(np.linalg.norm(x - x0)), worst, steps)
