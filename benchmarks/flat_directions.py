"""Print how the flat directions at an order-4 optimizer depend on ``xi``; measured in float64.

All ``nu(i)*xi`` have the same norm and are exact solutions, and training prefers
``xi = e^(i pi/4)``. The table shows, by the angle of ``xi``, the rank of the Jacobian of the
projected outputs by all weights, the least non-zero eigenvalue of the loss's Hessian, its largest
one, its trace, and the logarithm of its determinant off the kernel.

    python benchmarks/flat_directions.py
"""

import numpy as np

from algebra import AbelianGroup, optimizers, zeta
from algebra.numbers.arrays import Reals
from numeric.weights.embed import embed
from numeric.weights.plain_network import Weights

GROUP = AbelianGroup("Z11")
DEGREES = (0, 10, 20, 30, 40, 45)
#: Eigenvalues below this share of the largest one count as zero.
ZERO = 1e-8


def hessian(w: Weights) -> Reals:
    """Return half the Hessian of the summed loss at a network of zero loss, (3dq, 3dq)."""
    d, q = w.group.order, w.width
    c = (w.w_c - w.w_c.mean(axis=0)).T
    centre = np.eye(d) - 1 / d
    rows = []
    for j in range(q):
        s = w.w_a[:, j][:, None] + w.w_b[:, j][None, :]
        for at in range(d):
            by_a, by_b = np.zeros((2, d, d, d))
            by_a[at] = 2 * s[at][:, None] * c[j]
            by_b[:, at] = 2 * s[:, at][:, None] * c[j]
            by_c = np.square(s)[:, :, None] * centre[at]
            rows += [by_a.ravel(), by_b.ravel(), by_c.ravel()]
    jacobian = np.array(rows)
    return jacobian @ jacobian.T


def main() -> None:
    """Print the table."""
    print("degrees  rank  least  largest   trace  log det")
    for degrees in DEGREES:
        z = optimizers.build(GROUP, "four-plus-constant", xi=zeta(360, degrees))
        w = embed(z, gauge="balanced")
        factor = (2 * GROUP.order) ** (-1 / 3)
        w = Weights(GROUP, w.w_a * factor, w.w_b * factor, w.w_c * factor)
        values = np.linalg.eigvalsh(hessian(w))
        kept = values[values > ZERO * values[-1]]
        print(
            f"{degrees:7}  {len(kept):4}  {kept[0]:5.3f}  {kept[-1]:7.2f}  {values.sum():6.1f}"
            f"  {np.log(kept).sum():7.1f}"
        )


if __name__ == "__main__":
    main()
