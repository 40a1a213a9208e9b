"""The exact norm of an element in balanced gauge: the least under ``(s a, s b, c / s^2)``."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from algebra.numbers.scalar import ZERO, Scalar
from algebra.semiring.element import Element


def balanced_norm(z: Element) -> Any:
    """Return ``sum_j 3 (A_j^2 C_j / 4)^(1/3)``, the least squared norm over node scalings, exactly.

    Entries at ``k`` and ``-k`` both count; real weights have ``d`` times this squared norm.

    Returns:
        A SymPy expression, to be compared with others exactly.

    Raises:
        ValueError: if ``A_j`` or ``C_j`` depends on a parameter or is no rational number.

    Source: docs/reference/weights.md.

    >>> from algebra import blocks
    >>> balanced_norm(blocks.normalised(blocks.nu(1) * blocks.xi(1)))
    6*2**(2/3)
    """
    radicands: Counter[Fraction] = Counter()
    for node in z.node_list():
        sizes = {"inputs": ZERO, "output": ZERO}
        for (p, k), x in node.items():
            twice = 1 + (z.spectrum.negate(k) != k)
            row = "output" if p == "c" else "inputs"
            sizes[row] = sizes[row] + x * x.conjugate() * twice
        inputs, output = (rational(x, row) for row, x in sizes.items())
        radicands[inputs**2 * output / 4] += 1
    return cube_roots(radicands)


def cube_roots(radicands: Counter[Fraction]) -> Any:
    """Return ``sum 3 r^(1/3)``, each as often as it is counted, as a SymPy expression."""
    import sympy

    return sum(
        (
            3 * count * sympy.cbrt(sympy.Rational(r.numerator, r.denominator))
            for r, count in sorted(radicands.items())
        ),
        sympy.Integer(0),
    )


def rational(x: Scalar, row: str) -> Fraction:
    """Return the squared norm of a node's row as a rational number."""
    if not x.is_rational():
        raise ValueError(
            f"the squared norm {x!r} of a node's {row} is no rational number; set its parameters, "
            f"or embed the element and measure"
        )
    return x.to_fraction()
