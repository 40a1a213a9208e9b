"""Our engine in exact_check.py: the function tensor's criterion, on the instances the peers get.

The instances are real by construction (`peers.Instance` refuses others). Like the peers' `load`,
ours turns them into an element and plans the check; `check` is the arithmetic. `load_element`
and `check_element` are the same without a plan: supports, bounds and tables inside the timing.
"""

from fractions import Fraction
from typing import Any

from peers import Instance


def version() -> str:
    """Import the package, so that neither time nor memory of the import is counted.

    Raises:
        ImportError: It is not installed.
    """
    try:
        import algebra
        import benchmarks.planned  # noqa: F401
    except ImportError as error:
        raise ImportError(f"{error}; install the project first: pip install -e .") from error
    return str(getattr(algebra, "__version__", "working tree"))


def load_element(instance: Instance) -> Any:
    """The instance as an element, a list of nodes; not timed."""
    from algebra import AbelianGroup, element, root

    known: dict[tuple[int, int, int], Any] = {}

    def value(entry: tuple[int, int, int]) -> Any:
        if entry not in known:
            numerator, denominator, exponent = entry
            known[entry] = root(exponent, instance.field, Fraction(numerator, denominator))
        return known[entry]

    nodes = (
        {
            (part, k): value(entry)
            for part, row in node.items()
            for k, entry in row.items()
            if k <= -k % instance.d
        }
        for node in instance.nodes
    )
    return element(AbelianGroup(instance.d), nodes)


def check_element(loaded: Any) -> bool:
    """Whether the loss is zero, from the nodes alone; timed."""
    from algebra.criterion.tensor import residual

    return not len(residual(loaded))


def load(instance: Instance) -> Any:
    """The instance as a planned check; not timed."""
    from benchmarks.planned import plan_check

    return plan_check(load_element(instance))


def check(loaded: Any) -> bool:
    """Whether ``T[k1, k2, k] = [k1 = k2 = k]`` for every ``k != 0``; timed."""
    return bool(loaded.accepts())


def memorization_composed(d: int) -> int:
    """Build and prove memorization over ``Z_d`` through its composition; return its width."""
    from algebra import AbelianGroup, optimizers
    from algebra.criterion.tensor import residual

    z = optimizers.memorization(AbelianGroup(d))
    assert not len(residual(z, route="composed"))
    return z.order


def order46(group: str) -> int:
    """Build and prove the order-4/6 optimizer, every parameter free; return its width."""
    from algebra import AbelianGroup, optimizers
    from algebra.criterion.tensor import residual

    z = optimizers.four_plus_six(AbelianGroup(group))
    assert not len(residual(z))
    return z.order


#: Large cases that no peer is asked for: name, function, argument, seconds and bytes allowed.
LARGE = {
    "memorization Z1009, composed": (memorization_composed, 1009, 5.0, 10**9),
    "order46 Z2^10": (order46, "Z2^10", 10.0, 10**9),
    "order46 Z30xZ30": (order46, "Z30xZ30", 10.0, 10**9),
    "order46 Z997": (order46, "Z997", 10.0, 10**9),
}
