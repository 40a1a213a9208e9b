"""galois: arrays over ``GF(p)``, ``p = 1 mod n`` above the bound, at all primitive roots.

Blocks of equal shape are stacked and multiplied entry by entry; a single large block is a matrix
product per root. Entries enter the field by a look-up of exponents, which is timed.
"""

from dataclasses import dataclass
from typing import Any, final

from .engine import Absent, Engine
from .instance import Block, Instance, blocks, splitting_prime
from .packed import complete
from .stacks import Stack, stacks


@dataclass(frozen=True)
class Loaded:
    stack: Stack
    dense: Block | None
    classes: tuple[Any, Any, int]
    field: Any
    powers: Any
    scale: Any


@final
class GaloisField(Engine):
    name = "galois"
    how = "GF(p) arrays at all roots, Galois symmetry for B"

    def version(self) -> str:
        try:
            import galois
        except ImportError:
            raise Absent("pip install galois") from None
        return str(galois.__version__)

    def load(self, instance: Instance) -> Any:
        import galois
        import numpy as np

        n = instance.field
        parts = blocks(instance)
        prime, roots = splitting_prime(n, max(block.bound for block in parts))
        field = galois.GF(prime)
        powers = field([[pow(r, e, prime) for e in range(n)] for r in roots])
        loaded = []
        for stack in stacks(parts):
            of_a, of_b, count = stack.classes
            classes = np.array(of_a).ravel(), np.array(of_b).ravel(), count
            dense = parts[0] if len(parts) == 1 else None
            scale = field(stack.scale % prime)
            loaded.append(Loaded(stack, dense, classes, field, powers, scale))
        return loaded, complete(parts, instance.d)

    def check(self, loaded: Any) -> bool:
        parts, is_complete = loaded
        return is_complete and all(
            _stack_vanishes(part) if part.dense is None else _dense_vanishes(part) for part in parts
        )


def _entries(part: Loaded, power: Any) -> list[Any]:
    """``a, b, c`` in the field at the root whose powers are given (or at all: a leading axis)."""
    values = [power[..., e] for e in part.stack.exponents]
    return [
        value if (u == 1).all() else value * part.field(u % part.field.order)
        for value, u in zip(values, part.stack.numerators, strict=True)
    ]


def _vanish(part: Loaded, in_a: Any, in_b: Any) -> bool:
    """Sums by class along the first axis, unless every product sum is 0 by itself."""
    import numpy as np

    if not (in_a.any() or in_b.any()):
        return True
    of_a, of_b, count = part.classes
    sums = part.field(np.zeros((count, *in_a.shape[1:]), dtype=int))
    for classes, values in ((of_a, in_a), (of_b, in_b)):
        for m, value in zip(classes, values, strict=True):
            sums[m] += value
    return not sums.any()


def _stack_vanishes(part: Loaded) -> bool:
    import numpy as np

    # Axes: root, row, node, block.
    a, b, c = _entries(part, part.powers)
    for i in part.stack.half:
        ac, bc = a * c[:, i, None], b * c[:, i, None]
        mixed, in_a, in_b = (
            np.sum(left[:, :, None] * right[:, None], axis=3)
            for left, right in ((ac, b), (ac, a), (bc, b))
        )
        x, y = part.stack.targets[i]
        mixed[:, x, y] -= part.scale
        flat_a, flat_b = (
            values.swapaxes(0, 2).swapaxes(0, 1).reshape(-1, values.shape[0], values.shape[3])
            for values in (in_a, in_b)
        )
        if mixed.any() or not _vanish(part, flat_a, flat_b):
            return False
    return True


def _is_equivariant(part: Loaded) -> bool:
    import numpy as np

    assert part.dense is not None
    t, d = part.dense.multiplier, part.dense.d
    if t is None:
        return False
    image = t * np.arange(1, d) % d - 1
    return all(
        np.array_equal(u[image], u) and np.array_equal(e[image], t * e % d)
        for u, e in zip(part.stack.numerators, part.stack.exponents, strict=True)
    )


def _dense_vanishes(part: Loaded) -> bool:
    half = part.stack.half[:1] if _is_equivariant(part) else part.stack.half
    for power in part.powers:
        a, b, c = (value[..., 0] for value in _entries(part, power))
        for i in half:
            ac, bc = a * c[i], b * c[i]
            mixed = ac @ b.T
            mixed[part.stack.targets[i]] -= part.scale
            if mixed.any() or not _vanish(part, (ac @ a.T).ravel(), (bc @ b.T).ravel()):
                return False
    return True
