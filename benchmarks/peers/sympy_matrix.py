"""SymPy's DomainMatrix: over ``QQ<zeta_n>``, or over ``ZZ`` with packed integers (packed.py).

SymPy takes python-flint for its integers and dense matrices when that is installed; the version
says which ground types were in use.
"""

from abc import abstractmethod
from typing import Any, final

from .engine import Absent, Engine
from .instance import Block, Instance, blocks, packing
from .packed import complete, target_rows

DIAGONAL_UP_TO = 16


class _DomainMatrix(Engine):
    def version(self) -> str:
        try:
            import sympy
            from sympy.external.gmpy import GROUND_TYPES
        except ImportError:
            raise Absent("pip install sympy") from None
        return f"{sympy.__version__} ({GROUND_TYPES} ground types)"

    @abstractmethod
    def ring(self, instance: Instance, parts: list[Block]) -> tuple[Any, list[Any], Any]:
        """The domain, the powers of ``zeta_n`` in it, and the modulus to reduce by (None: none)."""

    def load(self, instance: Instance) -> Any:
        from sympy.polys.matrices import DomainMatrix

        parts = blocks(instance)
        domain, powers, modulus = self.ring(instance, parts)

        def matrix(rows: list[list[Any]]) -> Any:
            return DomainMatrix(rows, (len(rows), len(rows[0])), domain).to_dense()

        loaded = []
        for block in parts:
            a, b, c = (
                [
                    [domain(u) * powers[e] for u, e in zip(r.numerators, r.exponents, strict=True)]
                    for r in rows
                ]
                for rows in (block.a, block.b, block.c)
            )
            targets = [
                matrix([[domain(entry) for entry in row] for row in target_rows(block, i)])
                for i in range(len(c))
            ]
            loaded.append((block, a, matrix(a), b, matrix(b), c, targets))
        return loaded, domain, modulus, complete(parts, instance.d)

    def check(self, loaded: Any) -> bool:
        parts, domain, modulus, is_complete = loaded
        return is_complete and all(_vanishes(*part, domain, modulus) for part in parts)


def _vanishes(
    block: Block, a: Any, am: Any, b: Any, bm: Any, c: Any, targets: Any, domain: Any, modulus: Any
) -> bool:
    from sympy.polys.matrices import DomainMatrix

    at, bt = am.transpose(), bm.transpose()
    for i in block.half[:1] if block.is_equivariant() else block.half:
        ac, bc = (
            DomainMatrix(
                [_scaled(row, c[i], modulus) for row in rows],
                (len(rows), block.size),
                domain,
            ).to_dense()
            for rows in (a, b)
        )
        mixed, in_a, in_b = (ac * bt - targets[i]), ac * at, bc * bt
        if not _is_zero(mixed.to_list_flat(), modulus):
            return False
        of_a, of_b, count = block.classes
        sums = [domain.zero] * count
        for classes, values in ((of_a, in_a), (of_b, in_b)):
            flat = (m for row in classes for m in row)
            for m, value in zip(flat, values.to_list_flat(), strict=True):
                sums[m] += value
        if not _is_zero(sums, modulus):
            return False
    return True


def _scaled(row: list[Any], by: list[Any], modulus: Any) -> list[Any]:
    if modulus is None:
        return [u * v for u, v in zip(row, by, strict=True)]
    return [u * v % modulus for u, v in zip(row, by, strict=True)]


def _is_zero(values: list[Any], modulus: Any) -> bool:
    return not any(values) if modulus is None else not any(value % modulus for value in values)


@final
class SympyPacked(_DomainMatrix):
    name = "SymPy, integers"
    how = "DomainMatrix over ZZ, packed integers"

    def ring(self, instance: Instance, parts: list[Block]) -> tuple[Any, list[Any], Any]:
        from sympy import ZZ

        x, modulus = packing(parts)
        powers = [ZZ(pow(x, e, modulus)) for e in range(instance.field)]
        return ZZ, powers, ZZ(modulus)


@final
class SympyCyclotomics(_DomainMatrix):
    name = "SymPy, cyclotomics"
    how = "DomainMatrix over QQ<zeta_n>"

    def ring(self, instance: Instance, parts: list[Block]) -> tuple[Any, list[Any], Any]:
        from sympy import QQ, I, exp, pi

        n = instance.field
        domain = QQ.algebraic_field(exp(2 * pi * I / n))
        zeta = domain.new([1, 0])
        return domain, [zeta**e for e in range(n)], None
