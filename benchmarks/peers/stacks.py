"""Blocks of one shape as arrays, the block index last."""

from dataclasses import dataclass
from typing import Any

from .instance import Block


@dataclass(frozen=True)
class Stack:
    """``exponents[p][row, node, block]`` and numerators alike; everything else is shared."""

    numerators: list[Any]
    exponents: list[Any]
    half: list[int]
    targets: list[tuple[int, int]]
    classes: tuple[list[list[int]], list[list[int]], int]
    scale: int


def stacks(parts: list[Block]) -> list[Stack]:
    import numpy as np

    shapes: dict[str, list[Block]] = {}
    for block in parts:
        shape = block.size, block.half, block.targets, block.classes, block.scale
        shapes.setdefault(repr(shape), []).append(block)

    def arrays(same: list[Block], what: str) -> list[Any]:
        parts_of = ([(block.a, block.b, block.c)[p] for block in same] for p in range(3))
        values = ([[getattr(row, what) for row in rows] for rows in part] for part in parts_of)
        return [np.ascontiguousarray(np.moveaxis(np.array(value), 0, -1)) for value in values]

    return [
        Stack(
            arrays(same, "numerators"),
            arrays(same, "exponents"),
            same[0].half,
            same[0].targets,
            same[0].classes,
            same[0].scale,
        )
        for same in shapes.values()
    ]
