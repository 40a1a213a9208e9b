"""Blocks of order 6: three explicit families, the generic set, those with four coplanar inputs.

Source: this project; proofs: docs/theory/proofs/all-blocks.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import numpy as np

from algebra.blocks.paper import nu
from algebra.numbers.arrays import Exacts
from algebra.numbers.scalar import ONE, ZERO, Exact, Scalar, added, of_modulus_one
from algebra.numbers.units import I, number, real, reals, require_count
from algebra.semiring.element import Element
from algebra.semiring.made import block


def _units(name: str, values: Sequence[Exact], count: int, *, free: bool = False) -> list[Scalar]:
    require_count(name, values, count)
    return [of_modulus_one(name, x if free else number(name, x)) for x in values]


def _require_distinct(name: str, values: Sequence[Scalar], what: str) -> None:
    if len(set(values)) != len(values):
        raise ValueError(f"{name}: two of {what} are equal; pass values for which they differ")


def _derivatives(points: Sequence[Scalar]) -> list[Scalar]:
    """Return ``F'(s_j)`` for ``F(s) = prod_j (s - s_j)``."""
    differences = ([x - y for y in points if y != x] for x in points)
    return [prod(factors, start=ONE) for factors in differences]


def syn_at(y: Sequence[Exact]) -> Element:
    """Return ``a = b = y, c_j = z_j / prod_{m != j} (z_j - z_m)`` with ``z = y^2``, order 3.

    ``syn`` at any three phases: it satisfies ``abc = 1`` and kills R_c, R_n, ``a-a-c``, ``b-b-c``,
    since ``sum_j c_j z_j^e`` is 1 for ``e = 1`` and 0 for ``e = 0, -1``. A ValueError unless ``y``
    are three numbers of modulus one whose squares differ.

    >>> from algebra import blocks, zeta
    >>> syn_at([1, zeta(3), zeta(3) ** 2]) == blocks.normalised(blocks.syn())
    True
    """
    units, c = _syn_at(y)
    return block(units, units, c, name=f"syn at {', '.join(map(repr, units))}")


def _syn_at(y: Sequence[Exact]) -> tuple[list[Scalar], list[Scalar]]:
    units = _units("y", y, 3)
    z = [x * x for x in units]
    _require_distinct("y", z, "the squares")
    return units, interpolated(z)


def interpolated(z: Sequence[Scalar]) -> list[Scalar]:
    """Return ``c`` with ``sum_j c_j z_j^e`` 1 for ``e = 1``, 0 for ``e = 0, -1``, three ``z``.

    >>> interpolated([ONE, -ONE, I])
    [1/4 + 1/4*i, -1/4 + 1/4*i, -1/2*i]
    """
    return [x / d for x, d in zip(z, _derivatives(z), strict=True)]


def triples(y: Sequence[Exact], other: Sequence[Exact]) -> Element:
    """Return ``1/2 syn_at(y) + 1/2 syn_at(other) * (1, -1, -1)``, order 6, all conditions.

    What the first half leaves, ``aac = bbc = 1/2``, the second cancels. ``syn * nu(v)`` is
    ``other = v y``. Errors as in `syn_at`.

    >>> from algebra import omega_0, unit, zeta
    >>> w, v = zeta(3), unit(Fraction(1, 3))
    >>> len(omega_0(triples([1, v, w], [v, v**2, w**2])))
    9
    """
    half = Fraction(1, 2)
    return syn_at(y).scaled(c=half) + syn_at(other) * block([1], [-1], [-half])


def opposites(y: Sequence[Exact], *, ratios: Sequence[Exact] = (1, 1, 1)) -> Element:
    """Return the nodes ``(r_j y_j, +-y_j/r_j, +-c_j/2)`` with ``c`` of ``syn_at(y)``, order 6.

    Each node of `syn_at` becomes two that agree in all odd potentials and cancel in all even ones:
    ``nu(1)`` times three nodes. ``ratios`` are real numbers other than 0; errors as in `syn_at`.

    >>> from algebra import omega_0, zeta
    >>> len(omega_0(opposites([1, zeta(8), zeta(5)], ratios=[1, 2, Fraction(-1, 3)])))
    9
    """
    (units, c), r = _syn_at(y), reals("ratios", ratios, 3)
    a = [x * t for x, t in zip(units, r, strict=True)]
    b = [x / t for x, t in zip(units, r, strict=True)]
    return nu(ONE) * block(a, b, [x / 2 for x in c], name="stretched syn")


def mirrors(r: Sequence[Exact], o: Sequence[Exact], *, ratio: Exact = 1) -> Element:
    """Return ``nu(i)`` times ``a = ratio o, b = r conj(o) / ratio``, order 6, all conditions.

    ``c_j = r_j / (2 prod_{m != j} (r_j - r_m))``. ``nu(i) * syn(al, be)`` is ``r = (1, w^2, w), o =
    (1, al w, be w^2)``. A ValueError unless ``r`` and ``o`` are three numbers of modulus one, ``r``
    different and without parameters, and ``ratio`` is real and not 0.

    >>> from algebra import omega_0, param, zeta
    >>> len(omega_0(mirrors([1, zeta(3), zeta(8)], [1, param("o"), param("p")], ratio=2)))
    9
    """
    products, frames = _units("r", r, 3), _units("o", o, 3, free=True)
    t = real("ratio", ratio)
    _require_distinct("r", products, "the products")
    b = [x * y.conjugate() / t for x, y in zip(products, frames, strict=True)]
    c = [x / 2 for x in interpolated(products)]
    return nu(I) * block([t * x for x in frames], b, c, name="three mirrors")


def cubic(
    points: Sequence[Exact], poles: Sequence[Exact], *, root: Exact, scale: Exact = 1
) -> Element:
    """Return the block whose six inputs lie on a twisted cubic, order 6, all conditions.

    With ``F(s) = prod_j (s - s_j)`` and ``W(s) = (s - conj(u_1))(s - conj(u_2))``,

        a_j = W(s_j) L(s_j),  b_j = W(s_j) M(s_j),  c_j = K / (F'(s_j) (s_j - u_1)(s_j - u_2)),

    ``L, M`` of degree one with ``L(u_1) W(u_1) = root L(u_2) W(u_2)``, ``M(u_1) W(u_1) = - root
    M(u_2) W(u_2)``, and ``K`` from ``abc = 1``.

    Args:
        points: six different real numbers ``s_j``.
        poles: ``u_1, u_2``, not real, ``u_1`` neither ``u_2`` nor its conjugate.
        root: a number with ``root^2 = F(u_1)/F(u_2)``.
        scale: a complex number other than 0 that multiplies ``a``; ``b`` is divided by it.

    Up to real scalings of nodes, these are all blocks of six nodes in general position.

    >>> from algebra import omega_0
    >>> len(omega_0(cubic([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=1)))
    9
    """
    s = reals("points", points, 6, zero=True)
    _require_distinct("points", s, "the points")
    u = [number("poles", x) for x in poles]
    if len(u) != 2 or len({*u, *(x.conjugate() for x in u)}) != 4:
        raise ValueError(
            f"poles={tuple(poles)!r}: pass two numbers that are not real, not equal and not "
            f"conjugate"
        )
    omega = number("root", root)
    value = [prod((x - y for y in s), start=ONE) for x in u]
    if omega * omega * value[1] != value[0]:
        raise ValueError(
            f"root={omega!r}: its square must be F(u_1)/F(u_2) = {value[0] / value[1]!r}"
        )
    t = number("scale", scale, zero=False)
    bar = [x.conjugate() for x in u]
    w = [(x - bar[0]) * (x - bar[1]) for x in u]
    a, b = [], []
    for x in s:
        at = (x - bar[0]) * (x - bar[1])
        weight = [(x - u[1]) / w[0], (x - u[0]) / w[1]]  # Lagrange, up to one factor
        a.append(t * at * (omega * weight[0] - weight[1]))
        b.append(at * (omega * weight[0] + weight[1]) / t)
    c = [1 / (d * (x - u[0]) * (x - u[1])) for x, d in zip(s, _derivatives(s), strict=True)]
    abc = added(x * y * e for x, y, e in zip(a, b, c, strict=True))
    return block(a, b, [e / abc for e in c], name="six points of a twisted cubic")


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
    first, second = (np.array(reals("sides", side, 3, zero=True), dtype=object) for side in sides)
    moments = np.array([[-ONE, I, ZERO], [I, ONE, ZERO], [ZERO, ZERO, (s + I) * (t + I)]])
    points, weights = _four(moments, tau, first, second)
    gap, line_points = 8 * (s - t), [1 + I * s, 1 + I * t]
    a = [*(x + I * (y + m) for x, y, m in points), *line_points]
    b = [*(-x + I * (m - y) for x, y, m in points), *line_points]
    c = [*(weight / 8 for weight in weights), -(t + I) / gap, (s + I) / gap]
    return block(
        [x * scale for x in a], [x / scale for x in b], c, name="four of six points in a plane"
    )


def _four(
    form: Exacts, tau: Scalar, first: Exacts, second: Exacts
) -> tuple[list[Exacts], list[Scalar]]:
    """Return four vectors of three real numbers, and weights, whose squares add up to a form."""
    turned = form / tau
    polar = (turned - np.vectorize(Scalar.conjugate, otypes=[object])(turned)) / (2 * I)
    square = first @ polar @ first
    if not square:
        raise ValueError(
            "sides: the first is conjugate to itself, Im(N(side, side) / direction) = 0; pass "
            "another"
        )
    second = second - first * (first @ polar @ second / square)
    third = np.cross(polar @ first, polar @ second)
    sides = (first, second, third)
    volume = first @ np.cross(second, third)
    if not volume:
        raise ValueError("sides: the two lines are conjugate to one point only; pass another pair")
    others = ((second, third), (third, first), (first, second))
    corners = [np.cross(x, y) / volume for x, y in others]
    # The entries off the diagonal have one phase: opposite to corner j stands mixed[j].
    mixed = [x @ turned @ y for x, y in others]
    if not all(mixed):
        raise ValueError("sides: three of the points lie on a line; pass others")
    weight = tau * mixed[0] * mixed[1] * mixed[2]
    last = sum(corner / r for corner, r in zip(corners, mixed, strict=True))
    weights = [side @ form @ side - weight / (r * r) for side, r in zip(sides, mixed, strict=True)]
    return [*corners, last], [*weights, weight]
