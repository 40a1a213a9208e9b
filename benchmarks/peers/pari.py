"""PARI in process (cypari): matrices over ``Q[x]/Phi_n``, or over packed integers (packed.py)."""

from abc import abstractmethod
from pathlib import Path
from typing import Any, final

from .engine import Absent, Engine
from .instance import Instance, blocks, packing
from .packed import complete

STACK_BYTES = 2**30


class _Pari(Engine):
    def version(self) -> str:
        try:
            from cypari import pari
        except ImportError:
            raise Absent("pip install cypari") from None
        pari.allocatemem(STACK_BYTES, silent=True)
        pari.default("nbthreads", 1)
        pari.read(str(Path(__file__).with_suffix(".gp")))
        return ".".join(str(part) for part in pari("version()[1..3]"))

    @abstractmethod
    def ring(self, instance: Instance) -> tuple[Any, Any]:
        """The powers of ``zeta_n``, and the modulus to reduce by (0: none)."""

    def load(self, instance: Instance) -> Any:
        from cypari import pari

        parts = blocks(instance)
        powers, modulus = self.ring(instance)
        build = pari("cogo_block")
        loaded = [
            build(
                pari(
                    [
                        [[r.numerators for r in rows] for rows in (block.a, block.b, block.c)],
                        [[r.exponents for r in rows] for rows in (block.a, block.b, block.c)],
                        block.half,
                        [[i + 1 for i in position or ()] for position in block.targets],
                        list(block.classes),
                        block.multiplier or 0,
                        block.scale,
                        block.d,
                        block.field,
                    ]
                ),
                powers,
                modulus,
            )
            for block in parts
        ]
        return pari("cogo_check"), pari(loaded), modulus, complete(parts, instance.d)

    def check(self, loaded: Any) -> bool:
        function, parts, modulus, is_complete = loaded
        return is_complete and int(function(parts, modulus)) == 1


@final
class PariPacked(_Pari):
    name = "PARI, integers"
    how = "matrices of packed integers"

    def ring(self, instance: Instance) -> tuple[Any, Any]:
        from cypari import pari

        x, modulus = packing(blocks(instance))
        return pari([pow(x, e, modulus) for e in range(instance.field)]), pari(modulus)


@final
class PariCyclotomics(_Pari):
    name = "PARI, cyclotomics"
    how = "matrices of Mod(., polcyclo(n))"

    def ring(self, instance: Instance) -> tuple[Any, Any]:
        from cypari import pari

        n = instance.field
        return pari(f"my(phi = polcyclo({n})); vector({n}, e, Mod(x^(e - 1), phi))"), pari(0)
