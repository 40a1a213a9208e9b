"""GAP as a subprocess that keeps its data; it times itself with ``NanosecondsSinceEpoch``.

Its cyclotomics are the natural type. For dense sums of monomials its interpreter is faster still at
counting exponents, so that is a second row.
"""

import itertools
import shutil
import subprocess
import tempfile
from abc import abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, final

from .engine import Absent, Engine, Timing
from .instance import Block, Instance, blocks, packing
from .packed import complete


class _Gap(Engine):
    function: ClassVar[str]

    def __init__(self) -> None:
        self.numbers = itertools.count()

    @cached_property
    def process(self) -> "subprocess.Popen[str]":
        command = shutil.which("gap")
        if command is None:
            raise Absent("apt install gap-core")
        process = subprocess.Popen(
            [command, "-q", "-A", "-b", "-T", "-x", "4096"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(f'Read("{Path(__file__).with_suffix(".g")}");\n')
        return process

    def ask(self, statement: str) -> list[str]:
        """Run a statement that prints one line ``cogo ...``; its words after that."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(statement + "\n")
        self.process.stdin.flush()
        seen = []
        for line in self.process.stdout:
            if line.startswith("cogo "):
                return line.split()[1:]
            seen.append(line)
            if "rror" in line:
                break
        raise RuntimeError(f"GAP did not answer {statement!r}: {''.join(seen)}")

    def version(self) -> str:
        return self.ask('Print("cogo ", GAPInfo.Version, "\\n");')[0]

    @abstractmethod
    def finish(self, name: str, parts: list[Block]) -> str:
        """A GAP statement that prepares the blocks in the variable ``name``."""

    def load(self, instance: Instance) -> Any:
        parts = blocks(instance)
        if not complete(parts, instance.d):
            return None
        name = f"cogo_{next(self.numbers)}"
        with tempfile.NamedTemporaryFile("w", suffix=".g") as file:
            records = ",\n".join(_record(block) for block in parts)
            file.write(f"{name} := [\n{records}];\n")
            file.write(self.finish(name, parts))
            file.flush()
            self.ask(f'Read("{file.name}"); Print("cogo loaded\\n");')
        return name

    def check(self, loaded: Any) -> bool:
        if loaded is None:
            return False
        return self.ask(f'Print("cogo ", {self.function}({loaded}), "\\n");') == ["true"]

    def measure(self, loaded: Any, seconds: float) -> Timing:
        span = int(seconds * 1e9)
        best, median, runs = self.ask(f"CogoMeasure({self.function}, {loaded}, {span});")
        return Timing(int(best) / 1e9, int(median) / 1e9, int(runs))

    def peak_bytes(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _record(block: Block) -> str:
    of_a, of_b, count = block.classes
    fields = {
        part: [[row.numerators, row.exponents] for row in rows]
        for part, rows in (("a", block.a), ("b", block.b), ("c", block.c))
    }
    fields |= {
        "half": [i + 1 for i in block.half],
        "targets": [[i + 1 for i in position or ()] for position in block.targets],
        "of_a": [[m + 1 for m in row] for row in of_a],
        "of_b": [[m + 1 for m in row] for row in of_b],
    }
    numbers = {
        "classes": count,
        "multiplier": block.multiplier or 0,
        "scale": block.scale,
        "size": block.size,
        "d": block.d,
        "n": block.field,
    }
    return f"rec({', '.join(f'{key} := {value}' for key, value in (fields | numbers).items())})"


@final
class GapCyclotomics(_Gap):
    name = "GAP, cyclotomics"
    how = "matrices over E(n), Galois symmetry for B"
    function = "CogoCyclotomics"

    def finish(self, name: str, parts: list[Block]) -> str:
        return f"CogoBuild({name});\n"


@final
class GapCounts(_Gap):
    name = "GAP, exponents"
    how = "counts exponents of monomials, zero test modulo Phi_n(2^b)"
    function = "CogoCounts"

    def finish(self, name: str, parts: list[Block]) -> str:
        x, modulus = packing(parts)
        powers = [pow(x, e, modulus) for e in range(parts[0].field)]
        return f"for block in {name} do block.modulus := {modulus}; block.powers := {powers}; od;\n"
