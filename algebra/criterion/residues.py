"""Matrices of residues modulo a prime, multiplied exactly by float64 BLAS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from algebra.criterion.sums import EXACT_FLOAT
from algebra.numbers.arrays import Int64, Reals


def balanced(residue: Int64, p: int) -> Reals:
    """Return residues in ``-(p-1)/2 .. p/2`` as floats."""
    return np.where(2 * residue > p, residue - p, residue).astype(np.float64)


def reduced(x: Reals, p: int) -> Reals:
    """Return balanced residues of exact integers ``|x| < 2^53`` (to within one ``p``)."""
    quotient: Reals = x / p  # one work array, reused: these passes are bound by memory
    np.rint(quotient, out=quotient)
    quotient *= p
    return np.subtract(x, quotient, out=quotient)


def is_divisible(x: Reals, p: int) -> NDArray[np.bool_]:
    """Decide divisibility by ``p``: if ``x = p t`` then ``x / p`` is exactly ``t``."""
    quotient = x / p
    return np.asarray(x == p * np.rint(quotient, out=quotient))


def require_exact(terms: int, p: int) -> None:
    """Check that sums of this many products of balanced residues are exact in float64."""
    if terms * (p // 2 + 1) ** 2 >= EXACT_FLOAT:
        raise ArithmeticError(f"a sum of {terms} products modulo {p} may exceed 2^53")


def matmul(x: Reals, y: Reals, p: int) -> Reals:
    """Return ``x @ y`` for residues up to ``p`` in modulus, checking that sums stay exact."""
    require_exact(x.shape[1], p)
    product: Reals = x @ y
    return product
