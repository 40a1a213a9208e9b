"""python-flint: matrices modulo a word (`nmod_mat`), else over the integers (`fmpz_mat`).

python-flint has no public number fields, so entries are packed integers (packed.py). Blocks whose
modulus fits a word multiply by a diagonal matrix; large ones multiply entry by entry.
"""

from dataclasses import dataclass
from typing import Any, final

from .engine import Absent, Engine
from .instance import Block, Instance, blocks, packing
from .packed import complete, packed_rows, target_rows

DIAGONAL_UP_TO = 16


@dataclass(frozen=True)
class Loaded:
    """``right = [B^T | A^T]``, so that one product with ``A diag(c)`` gives ``abc`` and ``aac``."""

    block: Block
    a: Any
    b: Any
    right: Any
    b_transposed: Any
    c: list[Any]
    targets: list[Any]
    nothing: Any


@final
class FlintPacked(Engine):
    name = "python-flint"
    how = "nmod_mat / fmpz_mat products of packed integers"

    def version(self) -> str:
        try:
            import flint
        except ImportError:
            raise Absent("pip install python-flint") from None
        return f"{flint.__version__} (FLINT {flint.__FLINT_VERSION__})"

    def load(self, instance: Instance) -> Any:
        import flint

        parts = blocks(instance)
        x, modulus = packing(parts)
        word = modulus < 2**63 and all(block.size <= DIAGONAL_UP_TO for block in parts)

        def matrix(rows: list[list[int]]) -> Any:
            shape = len(rows), len(rows[0])
            entries = [entry for row in rows for entry in row]
            if word:
                return flint.nmod_mat(*shape, entries, modulus)
            return flint.fmpz_mat(*shape, entries)

        def factors(rows: list[list[int]]) -> Any:
            return matrix(rows) if word else [flint.fmpz(entry) for row in rows for entry in row]

        def scaling(row: list[int]) -> Any:
            size = range(len(row))
            if not word:
                return [flint.fmpz(entry) for entry in row]
            return matrix([[row[i] if i == j else 0 for j in size] for i in size])

        loaded = []
        for block in parts:
            a, b, c = (
                packed_rows(rows, block.field, x, modulus) for rows in (block.a, block.b, block.c)
            )
            aside = [0] * len(a)
            loaded.append(
                Loaded(
                    block,
                    factors(a),
                    factors(b),
                    matrix([list(column) for column in zip(*b, *a, strict=True)]),
                    matrix([list(column) for column in zip(*b, strict=True)]),
                    [scaling(row) for row in c],
                    [matrix([row + aside for row in target_rows(block, i)]) for i in range(len(c))],
                    matrix([[0] * len(b) for _ in b]),
                )
            )
        return loaded, flint.fmpz(modulus), word, complete(parts, instance.d)

    def check(self, loaded: Any) -> bool:
        parts, modulus, word, is_complete = loaded
        if not is_complete:
            return False
        if word:
            return all(_by_words(part, modulus) for part in parts)
        return all(_by_integers(part, modulus) for part in parts)


def _by_words(part: Loaded, modulus: int) -> bool:
    for i in part.block.half:
        c = part.c[i]
        left = part.a * c * part.right
        right = part.b * c * part.b_transposed
        if (left != part.targets[i] or right != part.nothing) and not _vanish(
            part.block,
            [int(entry) for entry in (left - part.targets[i]).entries()],
            [int(entry) for entry in right.entries()],
            modulus,
        ):
            return False
    return True


def _by_integers(part: Loaded, modulus: int) -> bool:
    from flint import fmpz_mat

    block = part.block
    for i in block.half[:1] if block.is_equivariant() else block.half:
        ac, bc = (
            fmpz_mat(
                height,
                block.size,
                [u * v % modulus for u, v in zip(rows, part.c[i] * height, strict=True)],
            )
            for rows, height in ((part.a, len(block.ka)), (part.b, len(block.kb)))
        )
        left = (ac * part.right - part.targets[i]).entries()
        if not _vanish(block, left, (bc * part.b_transposed).entries(), modulus):
            return False
    return True


def _vanish(block: Block, left: list[Any], right: list[Any], modulus: int) -> bool:
    """``left`` has ``[a b c - target | a a c]`` row by row, ``right`` has ``b b c``."""
    of_a, of_b, count = block.classes
    width = len(block.kb)
    sums = [0] * count
    for i, row in enumerate(of_a):
        mixed = i * (width + len(row))
        pure = mixed + width
        if any(entry % modulus for entry in left[mixed:pure]):
            return False
        for m, entry in zip(row, left[pure:], strict=False):
            sums[m] += entry
    for i, row in enumerate(of_b):
        for m, entry in zip(row, right[i * width :], strict=False):
            sums[m] += entry
    return not any(entry % modulus for entry in sums)
