"""SymPy expressions and `simplify`: what one tries first."""

from typing import Any, ClassVar, final

from .engine import Absent, Engine
from .instance import Instance, blocks
from .packed import complete


@final
class SympyExpressions(Engine):
    name = "SymPy, simplify"
    how = "exp(2 pi I e/n) and simplify(sum) == 0; a sum left as it stands is undecided"
    sizes: ClassVar = {"A": (7,), "B": (5,)}

    def version(self) -> str:
        try:
            import sympy
        except ImportError:
            raise Absent("pip install sympy") from None
        return sympy.__version__

    def load(self, instance: Instance) -> Any:
        from sympy import I, Integer, exp, pi

        parts = blocks(instance)
        powers = [exp(2 * pi * I * Integer(e) / instance.field) for e in range(instance.field)]
        loaded = [
            (
                block,
                [
                    [
                        [u * powers[e] for u, e in zip(r.numerators, r.exponents, strict=True)]
                        for r in rows
                    ]
                    for rows in (block.a, block.b, block.c)
                ],
            )
            for block in parts
        ]
        return loaded, complete(parts, instance.d)

    def check(self, loaded: Any) -> bool | None:
        from sympy import Add, simplify

        parts, is_complete = loaded
        if not is_complete:
            return False
        decided = True
        for block, (a, b, c) in parts:
            of_a, of_b, count = block.classes
            for i in block.half:
                sums: list[list[Any]] = [[] for _ in range(count)]
                for classes, rows in ((of_a, a), (of_b, b)):
                    for x, row in enumerate(classes):
                        for y, m in enumerate(row):
                            sums[m] += _products(rows[x], rows[y], c[i])
                mixed = [
                    [*_products(u, v, c[i]), -block.scale * ((x, y) == block.targets[i])]
                    for x, u in enumerate(a)
                    for y, v in enumerate(b)
                ]
                for terms in mixed + sums:
                    value = simplify(Add(*terms))
                    if value.is_number and value.is_zero is False:
                        return False
                    decided &= value == 0
        return True if decided else None


def _products(*rows: list[Any]) -> list[Any]:
    return [u * v * w for u, v, w in zip(*rows, strict=True)]
