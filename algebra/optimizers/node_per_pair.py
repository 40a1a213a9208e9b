"""The optimizer that memorizes: one node for each pair of inputs."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.machine.memory import require_memory
from algebra.numbers.units import zeta
from algebra.optimizers.carriers import for_target
from algebra.semiring.column import reindexed
from algebra.semiring.element import Element
from algebra.semiring.nodes import ENTRY_BYTES, in_order
from algebra.semiring.operations import Leaf


def memorization(group: AbelianGroup, *, target: Target = "projected") -> Element:
    """Return one node per pair ``(g, h)`` of inputs, as the product of two sums of order ``d``.

    ``sum_g (chi_k(g), 1, conj chi_k(g)) * sum_h (1, chi_k(h), conj chi_k(h)) / d^2``, for all
    ``k != 0``; width ``d^2``, never expanded unless asked.

    Source: [Tian24], the perfect memorization solution.

    >>> memorization(AbelianGroup("Z2xZ4")).order
    64
    """
    d = group.order
    left = _characters(group, "a", "b", Fraction(1, d * d)).named("sum over first inputs")
    right = _characters(group, "b", "a", Fraction(1)).named("sum over second inputs")
    return for_target(group, [left * right], target=target, name="memorization")


def _characters(group: AbelianGroup, varying: str, fixed: str, scale: Fraction) -> Element:
    """Return ``sum_g (chi_k(g), 1, scale * conj chi_k(g))``, the first two rows as named."""
    k = group.representatives
    k = k[k != 0]
    n = group.exponent
    require_memory(
        3 * group.order * len(k) * ENTRY_BYTES,
        f"a factor of memorization over {group}",
        instead="take another family: its width grows with d, not with d^2",
    )
    g, kk = (x.ravel() for x in np.meshgrid(np.arange(group.order), k, indexing="ij"))
    e = group.character_exponents(kk, g)
    scalars = (*(zeta(n, x) for x in range(n)), *(zeta(n, x) * scale for x in range(n)))
    ids = {varying: e, fixed: np.zeros_like(e), "c": n + (-e) % n}
    row = np.concatenate([p * group.order + kk for p in range(3)])
    value = reindexed(np.concatenate([ids[p] for p in "abc"]), scalars)
    return Element(group, Leaf(in_order(group, group.order, np.tile(g, 3), row, value)))
