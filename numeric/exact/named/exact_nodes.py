"""The nodes of a composition as exact numbers: the phases of its table, and the moduli chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from algebra.groups.group import Index
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import zeta
from numeric.exact.named.small_height import Unit
from numeric.recognition.compositions import ORDER_4, ORDER_42, PhaseTable

#: An exact node: its entries at one of ``k, -k``.
ExactNode = dict[tuple[str, Index], Exact]


class UnnamedError(ValueError):
    """Raised for a frequency that has no exact named block near it; says why."""


def exact_nodes(
    composition: PhaseTable,
    k: int,
    parameters: Mapping[str, Unit],
    turns: tuple[Unit, Unit],
    t: Fraction,
    moduli: Sequence[Fraction],
) -> tuple[ExactNode, ...]:
    """Return the exact nodes in the order of the composition's table."""
    p, r = (x.scalar() for x in turns)
    free = [x.scalar() for x in parameters.values()]
    if composition is ORDER_4:
        xi, epsilon = free
        free = [p * xi, r * epsilon * xi.conjugate()]
    numbers = [p, r, *free]
    sizes = exact_sizes(composition, parameters)
    nodes: list[ExactNode] = []
    for j, (s, size) in enumerate(zip(moduli, sizes, strict=True)):
        scales = {"a": s * t, "b": s / t, "c": size / s**2}
        node: ExactNode = {}
        for row, (name, scale) in enumerate(scales.items()):
            twelfths = round(composition.constant[row, j] / (np.pi / 6))
            value = zeta(12, twelfths % 12) * Scalar(scale)
            for number, power in zip(numbers, composition.coefficient[row, j], strict=True):
                base = number.conjugate() if power < 0 else number  # of modulus one
                value = value * base ** abs(round(power))
            node[name, k] = value
        nodes.append(node)
    return tuple(nodes)


def exact_sizes(composition: PhaseTable, parameters: Mapping[str, Unit]) -> list[Fraction]:
    """Return ``|abc|`` by column of the table."""
    if composition is ORDER_4:
        epsilon = parameters["epsilon"]
        if epsilon.y >= 0:
            raise UnnamedError("the two directions of c of its block of order 4 coincide")
        return [Fraction(-epsilon.D, 4 * epsilon.y)] * 4
    if composition is ORDER_42:
        phi = parameters["phi"]
        cosine, sine2 = Fraction(phi.x, phi.D), Fraction(phi.y, phi.D) ** 2
        if cosine <= 0 or not sine2:
            raise UnnamedError("the angle phi of its four nodes is not between 0 and 90 degrees")
        m = 1 / (8 * sine2 * cosine)
        return [m, m, cosine**2 / (4 * sine2), Fraction(1, 4)]
    return [Fraction(1, composition.order)] * composition.order


def real_nodes(
    k: int, a: Sequence[int], b: Sequence[int], t: Fraction, moduli: Sequence[Fraction]
) -> tuple[ExactNode, ...]:
    """Return the nodes of a real character with these signs of ``a`` and ``b``."""
    return tuple(
        {("a", k): x * s * t, ("b", k): y * s / t, ("c", k): Fraction(x * y, 2) / s**2}
        for x, y, s in zip(a, b, moduli, strict=True)
    )
