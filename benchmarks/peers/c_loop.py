"""A plain C loop, compiled here and now: the yardstick for the distance to the machine.

It knows that entries are monomials and that products of them add exponents; it is not a system one
could use for anything else, so it is not among the peers that ratios are taken of.
"""

import ctypes
import hashlib
import shutil
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Any, final

from .engine import Absent, Engine
from .instance import Instance, blocks, reduced_powers
from .packed import complete
from .stacks import Stack, stacks

# The members of Stack in c_loop.c, in their order.
INTEGERS = (
    *("n", "phi", "blocks", "rows_a", "rows_b", "rows_c", "nodes", "classes", "outputs"),
    *("scale", "multiplier", "d", "plain"),
)
TABLES = ("reduced", "class_a", "class_b", "output", "target")
ROWS = tuple(f"{what}_{part}" for what in ("exponent", "numerator") for part in "abc")
MAX_PHI, MAX_CLASSES, MAX_COUNTS = 64, 512, 256


class _Stack(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int32) for name in INTEGERS),
        *((name, ctypes.c_void_p) for name in TABLES + ROWS),
    )


@final
class CLoop(Engine):
    name = "C loop"
    role = "yardstick"
    how = "gcc -O3 -march=native; A: adds reduced powers; B: counts exponents, Galois symmetry"

    @cached_property
    def compiler(self) -> str:
        command = shutil.which("gcc")
        if command is None:
            raise Absent("apt install gcc")
        return command

    @cached_property
    def library(self) -> Any:
        source = Path(__file__).with_suffix(".c")
        with tempfile.TemporaryDirectory() as folder:
            name = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
            target = Path(folder) / f"{name}.so"
            subprocess.run(
                [self.compiler, "-O3", "-march=native", "-shared", "-fPIC", source, "-o", target],
                check=True,
            )
            library = ctypes.CDLL(str(target))
        library.vanishes.argtypes = [ctypes.POINTER(_Stack)]
        return library

    def version(self) -> str:
        import numpy

        assert numpy
        assert self.library
        return subprocess.run(
            [self.compiler, "-dumpfullversion"], check=True, capture_output=True, text=True
        ).stdout.strip()

    def load(self, instance: Instance) -> Any:
        import numpy as np

        parts = blocks(instance)
        if not complete(parts, instance.d):
            return [], [], False
        n = instance.field
        reduced = np.array(reduced_powers(n, 3 * n), dtype=np.int32)
        if max(block.bound for block in parts) * np.abs(reduced).max() >= 2**31:
            raise ValueError("sums may leave 32 bits")
        multiplier = parts[0].multiplier if len(parts) == 1 else None
        structures, alive = [], []
        for stack in stacks(parts):
            integers, arrays = _arrays(stack, reduced)
            structure = _Stack(
                **integers | {"multiplier": multiplier or 0, "d": instance.d},
                **{name: array.ctypes.data for name, array in arrays.items()},
            )
            if (
                structure.phi > MAX_PHI
                or structure.classes > MAX_CLASSES
                or (structure.nodes > n and 3 * n > MAX_COUNTS)
            ):
                raise ValueError(f"d={instance.d} is over the sizes that c_loop.c was built for")
            structures.append(structure)
            alive.append(arrays)
        return structures, alive, True

    def check(self, loaded: Any) -> bool:
        structures, _, is_complete = loaded
        vanishes = self.library.vanishes
        return is_complete and all(vanishes(structure) for structure in structures)


def _arrays(stack: Stack, reduced: Any) -> tuple[dict[str, int], dict[str, Any]]:
    import numpy as np

    of_a, of_b, count = stack.classes
    rows_b, nodes, blocks_count = stack.exponents[1].shape
    integers = {
        "n": len(reduced) // 3,
        "phi": reduced.shape[1],
        "blocks": blocks_count,
        "rows_a": len(of_a),
        "rows_b": rows_b,
        "rows_c": len(stack.exponents[2]),
        "nodes": nodes,
        "classes": count,
        "outputs": len(stack.half),
        "scale": stack.scale,
        "plain": int(all((u == 1).all() for u in stack.numerators)),
    }
    arrays = {
        "reduced": reduced,
        "class_a": np.array(of_a, dtype=np.int32),
        "class_b": np.array(of_b, dtype=np.int32),
        "output": np.array(stack.half, dtype=np.int32),
        "target": np.array(
            [x * rows_b + y for x, y in (stack.targets[i] for i in stack.half)], dtype=np.int32
        ),
    }
    for what, values in (("exponent", stack.exponents), ("numerator", stack.numerators)):
        for part, value in zip("abc", values, strict=True):
            if np.abs(value).max() >= 2**15:
                raise ValueError(f"{what} {np.abs(value).max()} leaves 16 bits")
            arrays[f"{what}_{part}"] = np.ascontiguousarray(
                np.moveaxis(value, -1, 0), dtype=np.int16
            )
    return integers, arrays
