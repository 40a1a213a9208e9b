"""NumPy, as one would write it for this task alone: exponents, table look-ups, and BLAS.

Blocks of equal shape are stacked. Where the packed modulus (packed.py) leaves room in int64, a
product of entries is an addition of exponents and a look-up. Otherwise (work B) entries go to a
prime field at every primitive root, where float64 BLAS is exact. Both use that entries are
monomials.
"""

from dataclasses import dataclass
from typing import Any, final

from .engine import Absent, Engine
from .instance import Block, Instance, blocks, packing, splitting_prime
from .packed import complete
from .stacks import Stack, stacks


@dataclass(frozen=True)
class Residues:
    """A dense block, and the powers of every primitive root modulo one prime."""

    block: Block
    numerators: list[Any]
    exponents: list[Any]
    classes: tuple[Any, Any, int]
    prime: int
    powers: Any


@final
class NumpyByHand(Engine):
    name = "NumPy by hand"
    role = "by hand"
    how = "A: exponent look-ups in int64; B: one prime, all roots, BLAS, Galois symmetry"

    def version(self) -> str:
        try:
            import numpy
        except ImportError:
            raise Absent("pip install numpy") from None
        return numpy.__version__

    def load(self, instance: Instance) -> Any:
        import numpy as np

        parts = blocks(instance)
        x, modulus = packing(parts)
        n = instance.field
        if modulus * max(block.bound for block in parts) < 2**63:
            table = np.array([pow(x, e, modulus) for e in range(3 * n)])
            return "packed", stacks(parts), table, modulus, complete(parts, instance.d)
        dense = []
        for block in parts:
            rows_of = block.a, block.b, block.c
            prime, roots = splitting_prime(n, block.bound)
            if block.size * prime**2 >= 2**53:
                raise ValueError(f"prime {prime} with {block.size} nodes leaves float64")
            of_a, of_b, count = block.classes
            dense.append(
                Residues(
                    block,
                    [np.array([row.numerators for row in rows]) for rows in rows_of],
                    [np.array([row.exponents for row in rows]) for rows in rows_of],
                    (np.array(of_a).ravel(), np.array(of_b).ravel(), count),
                    prime,
                    np.array([[pow(r, e, prime) for e in range(n)] for r in roots], dtype=float),
                )
            )
        return "dense", dense, complete(parts, instance.d)

    def check(self, loaded: Any) -> bool:
        if loaded[0] == "packed":
            _, parts, table, modulus, is_complete = loaded
            return is_complete and all(_stack_vanishes(part, table, modulus) for part in parts)
        _, dense, is_complete = loaded
        return is_complete and all(_dense_vanishes(part) for part in dense)


def _stack_vanishes(stack: Stack, table: Any, modulus: int) -> bool:
    import numpy as np

    (a, b, c), (weight_a, weight_b, weight_c) = stack.exponents, stack.numerators
    of_a, of_b, count = stack.classes
    plain = all(np.all(weight == 1) for weight in stack.numerators)
    for i in stack.half:
        ac, bc = a + c[i], b + c[i]

        def product(left: Any, right: Any, u: Any, v: Any, w: Any = weight_c[i]) -> Any:
            values = table[left[:, None] + right]
            if not plain:
                values *= u[:, None] * v * w
            return values.sum(axis=2)

        mixed = product(ac, b, weight_a, weight_b)
        mixed[stack.targets[i]] -= stack.scale
        sums = np.zeros((count, a.shape[-1]), dtype=np.int64)
        for classes, values in (
            (of_a, product(ac, a, weight_a, weight_a)),
            (of_b, product(bc, b, weight_b, weight_b)),
        ):
            for x, row in enumerate(classes):
                for y, m in enumerate(row):
                    sums[m] += values[x, y]
        if (mixed % modulus).any() or (sums % modulus).any():
            return False
    return True


def _is_equivariant(part: Residues) -> bool:
    import numpy as np

    t, d = part.block.multiplier, part.block.d
    if t is None:
        return False
    image = t * np.arange(1, d) % d - 1
    return all(
        np.array_equal(u[image], u) and np.array_equal(e[image], t * e % d)
        for u, e in zip(part.numerators, part.exponents, strict=True)
    )


def _dense_vanishes(part: Residues) -> bool:
    import numpy as np

    prime, block = part.prime, part.block
    (ua, ub, uc), (ea, eb, ec) = part.numerators, part.exponents
    of_a, of_b, count = part.classes
    n = block.field
    plain = all(np.all(u == 1) for u in part.numerators)
    for i in block.half[:1] if _is_equivariant(part) else block.half:
        eac, ebc = (ea + ec[i]) % n, (eb + ec[i]) % n
        for power in part.powers:
            a, b, ac, bc = power[ea], power[eb], power[eac], power[ebc]
            if not plain:
                a, b = a * ua % prime, b * ub % prime
                ac, bc = ac * (ua * uc[i]) % prime, bc * (ub * uc[i]) % prime
            mixed = ac @ b.T
            mixed[block.targets[i]] -= block.scale
            sums = np.bincount(of_a, np.fmod(ac @ a.T, prime).ravel(), count)
            sums += np.bincount(of_b, np.fmod(bc @ b.T, prime).ravel(), count)
            if np.fmod(mixed, prime).any() or np.fmod(sums, prime).any():
                return False
    return True
