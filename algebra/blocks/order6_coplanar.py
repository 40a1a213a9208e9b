"""Blocks of order 6 with four coplanar inputs, all of them: rational, without a root.

The inputs of a node at one conjugate pair are a point ``(Re a, Im a, Re b, Im b)`` of real
projective 3-space. If four of six lie in a plane and no three on a line, the plane is ``Re(a + b) =
0`` and the other two lie on ``a = b``, up to translations and a global ratio, and everything else
follows from choices that are free: `coplanar`. If three lie on a line the block is one of
`algebra.blocks.order6.triples`. Proofs: docs/theory/proofs/all-blocks.md; symbolic checks:
`tests/claims/test_order6.py`.

Source: this project.
"""

from __future__ import annotations

from collections.abc import Sequence

from algebra.numbers.scalar import ONE, ZERO, Exact, Scalar
from algebra.numbers.units import I, number, real, reals
from algebra.semiring.element import Element
from algebra.semiring.made import block

Vector = Sequence[Scalar]


def coplanar(
    line: Sequence[Exact], sides: Sequence[Sequence[Exact]], *, direction: Exact, ratio: Exact = 1
) -> Element:
    """Return the block with nodes at ``1 + is`` and ``1 + it`` on ``a = b``, and four in a plane.

    The four are ``a = x + iy + im, b = -(x + iy) + im`` with ``sum 8c (x, y, m) (x, y, m)^T = N``,

        N = [[-1, i, 0], [i, 1, 0], [0, 0, (s + i)(t + i)]].

    Three of them are dual to a triangle of lines that is self-polar for ``Im(N / direction)``.

    Args:
        line: ``s`` and ``t``, two different real numbers.
        sides: two vectors of three real numbers: one side of the triangle, and the second before
            it is made conjugate to the first. The third follows.
        direction: a number other than 0; only its phase, up to sign, matters.
        ratio: a real number other than 0 that multiplies ``a``; ``b`` is divided by it.

    Raises:
        ValueError: if an argument is not as described, or three points lie on a line.

    >>> from algebra import omega_0
    >>> len(omega_0(coplanar([0, 1], [[1, 0, 1], [1, 2, 0]], direction=2 + I)))
    9
    """
    s, t = reals("line", line, 2, zero=True)
    if s == t:
        raise ValueError(f"line: {s!r} twice; pass two different numbers")
    tau = number("direction", direction, zero=False)
    scale = real("ratio", ratio)
    if len(sides) != 2:
        raise ValueError(f"sides has {len(sides)} vectors; pass 2")
    first, second = (reals("sides", side, 3, zero=True) for side in sides)
    moments = [[-ONE, I, ZERO], [I, ONE, ZERO], [ZERO, ZERO, (s + I) * (t + I)]]
    points, weights = _four(moments, tau, first, second)
    gap, line_points = 8 * (s - t), [1 + I * s, 1 + I * t]
    a = [*(x + I * (y + m) for x, y, m in points), *line_points]
    b = [*(-x + I * (m - y) for x, y, m in points), *line_points]
    c = [*(weight / 8 for weight in weights), -(t + I) / gap, (s + I) / gap]
    return block(
        [x * scale for x in a], [x / scale for x in b], c, name="four of six points in a plane"
    )


def _four(
    form: Sequence[Vector], tau: Scalar, first: Vector, second: Vector
) -> tuple[list[Vector], list[Scalar]]:
    """Return four vectors of three real numbers, and weights, whose squares add up to a form."""
    polar = [[(x / tau - (x / tau).conjugate()) / (2 * I) for x in row] for row in form]
    square = _value(polar, first, first)
    if not square:
        raise ValueError(
            "sides: the first is conjugate to itself, Im(N(side, side) / direction) = 0; pass "
            "another"
        )
    shift = _value(polar, first, second) / square
    second = [y - shift * x for x, y in zip(first, second, strict=True)]
    third = _cross(*([_dot(row, side) for row in polar] for side in (first, second)))
    sides = (first, second, third)
    volume = _dot(first, _cross(second, third))
    if not volume:
        raise ValueError("sides: the two lines are conjugate to one point only; pass another pair")
    others = ((second, third), (third, first), (first, second))
    corners: list[Vector] = [[x / volume for x in _cross(*two)] for two in others]
    # The entries off the diagonal have one phase: opposite to corner j stands mixed[j].
    mixed = [_value(form, *two) / tau for two in others]
    if not all(mixed):
        raise ValueError("sides: three of the points lie on a line; pass others")
    weight = tau * mixed[0] * mixed[1] * mixed[2]
    last = [_dot(row, [1 / r for r in mixed]) for row in zip(*corners, strict=True)]
    weights = [
        _value(form, side, side) - weight / (r * r) for side, r in zip(sides, mixed, strict=True)
    ]
    return [*corners, last], [*weights, weight]


def _dot(x: Vector, y: Vector) -> Scalar:
    return sum((p * q for p, q in zip(x, y, strict=True)), ZERO)


def _cross(x: Vector, y: Vector) -> list[Scalar]:
    return [x[(i + 1) % 3] * y[(i + 2) % 3] - x[(i + 2) % 3] * y[(i + 1) % 3] for i in range(3)]


def _value(form: Sequence[Vector], x: Vector, y: Vector) -> Scalar:
    return _dot(x, [_dot(row, y) for row in form])
