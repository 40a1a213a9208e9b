"""A check planned once and made many times: supports, bounds, primes and tables come first.

`plan_check` does everything that depends on the shape of the weights, `PlannedCheck.accepts`
the arithmetic on their values: the same answer as an empty `residual`, many times faster when
it is wanted more than once, and the figure to compare with engines that hold their own data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from algebra.criterion.dense import dense_check
from algebra.criterion.target import Target, target_keys
from algebra.criterion.tensor import choose_route, residual
from algebra.semiring.element import Element
from benchmarks.block_check import block_check

#: Up to this many multiply-adds, planned dense products beat everything unplanned.
MAX_DENSE = 10**10


@final
@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A check that is ready to be made.

    Attributes:
        method: ``"blocks"``, ``"dense"``, ``"sparse"`` or ``"composed"``.
        accepts: decides exactly whether the element is a global optimizer.
    """

    method: str
    accepts: Callable[[], bool]


def plan_check(z: Element, *, target: Target = "projected") -> PlannedCheck:
    """Return a planned check of an element over a group.

    One-frequency blocks that do not meet are decided as blocks, dense weights through BLAS, all
    others (free parameters among them) by `residual`.

    Raises:
        ValueError: if ``z`` is not over a group, or the target is unknown.

    >>> from algebra import AbelianGroup, optimizers
    >>> check = plan_check(optimizers.six_per_frequency(AbelianGroup("Z7"), nu=1))
    >>> check.method, check.accepts()
    ('blocks', True)
    """
    route = choose_route(z)
    group = z.group
    keys = target_keys(group, target)
    if route == "composed" and z.order * group.order > 10**7:
        return PlannedCheck(route, lambda: not len(residual(z, target=target, route=route)))
    blocks = block_check(z.nodes, keys)
    if blocks is not None:
        return PlannedCheck("blocks", blocks.accepts)
    if not z.parameters and z.order * group.order**3 < MAX_DENSE:
        mismatches = dense_check(z.nodes, keys)
        free = target == "projected"
        d = group.order
        return PlannedCheck(
            "dense", lambda: not any(key % d or not free for key in mismatches().tolist())
        )
    return PlannedCheck(route, lambda: not len(residual(z, target=target, route=route)))
