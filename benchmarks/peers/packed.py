"""Entries as integers modulo ``N = Phi_n(x)``: what a computer algebra system multiplies fastest.

``zeta_n -> x`` maps ``Z[zeta_n]`` onto the integers mod ``N``, and `packing` chooses ``x`` so large
that no sum that has to vanish can vanish by accident. No primes, no roots, one integer per entry.
"""

from .instance import Block, Row


def packed_rows(rows: list[Row], field: int, x: int, modulus: int) -> list[list[int]]:
    power = [pow(x, e, modulus) for e in range(field)]
    return [
        [u * power[e] % modulus for u, e in zip(row.numerators, row.exponents, strict=True)]
        for row in rows
    ]


def target_rows(block: Block, row_of_c: int) -> list[list[int]]:
    """What ``scale * T[., ., k]`` has to be over ``ka x kb`` (off the support it is 0 anyway)."""
    position = block.targets[row_of_c]
    return [
        [block.scale if (i, j) == position else 0 for j in range(len(block.kb))]
        for i in range(len(block.ka))
    ]


def complete(parts: list[Block], d: int) -> bool:
    """Whether every ``k != 0`` is the frequency of an output and can reach its target."""
    return sum(len(block.kc) for block in parts) == d - 1 and all(
        None not in block.targets for block in parts
    )
