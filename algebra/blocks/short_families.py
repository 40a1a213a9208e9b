"""Blocks of three nodes at characters of order 3 and 4, in closed form, and one of four.

The short blocks of `algebra.blocks.short` are members: `three_nodes_of_order_3` with
``x = w, y = w^2``, and `three_nodes_of_order_4` with ``s = t = 1/2``. Networks trained on groups
with such characters have the first of them, and at order 4 four nodes near `corners`.

Source: this project; docs/theory/proofs/narrow.md has the proofs, and
`tests/claims/test_short_families.py` checks each identity symbolically.
"""

from __future__ import annotations

from fractions import Fraction

from algebra.blocks.short import nodes_at
from algebra.groups.group import AbelianGroup, Index, character_order
from algebra.numbers.scalar import Exact, Scalar, to_scalar
from algebra.numbers.units import I, direction, real, zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element


def three_nodes_of_order_3(group: AbelianGroup, k: Index, *, x: Exact, y: Exact) -> Element:
    """Return ``a = b = u_j``, ``a_0 = Re(u_l conj(u_m))``, ``c = (conj(u_l)^2 - conj(u_m)^2) / D``.

    For ``u = (x, y, conj(x y))`` of modulus one and ``j, l, m`` in cyclic order, ``D`` such that
    ``sum_j u_j^2 c_j = 1``. All conditions of a character of order 3 hold but ``T[0,0,k]``.

    Raises:
        ValueError: for a character of another order, for ``x`` or ``y`` not of modulus one, and if
            two of the squares of ``x``, ``y`` and ``conj(x y)`` are equal.

    >>> from algebra.criterion.tensor import residual
    >>> z = three_nodes_of_order_3(AbelianGroup("Z3"), 1, x=zeta(3), y=zeta(3) ** 2)
    >>> dict(residual(z))
    {}
    """
    index = _of_order(group, k, 3)
    u = [direction("x", x), direction("y", y)]
    u.append((u[0] * u[1]).conjugate())
    squares = [z * z for z in u]
    gaps = [squares[j - 2].conjugate() - squares[j - 1].conjugate() for j in range(3)]
    whole = sum((z * gap for z, gap in zip(squares, gaps, strict=True)), Scalar(0))
    if not whole:
        raise ValueError(
            f"x={u[0]!r}, y={u[1]!r}: two of the squares of x, y and conj(x y) are equal; pass, "
            f"say, zeta(3) and zeta(3)**2"
        )
    turned = [u[j - 2] * u[j - 1].conjugate() for j in range(3)]
    rows = [
        ((turned[j] + turned[j].conjugate()) / 2, u[j], u[j], gaps[j] / whole) for j in range(3)
    ]
    name = f"three nodes at {group.label(index)}, of order 3"
    return element(group, nodes_at(index, rows), name=name)


def three_nodes_of_order_4(
    group: AbelianGroup, k: Index, *, s: Exact = Fraction(1, 2), t: Exact = Fraction(1, 2)
) -> Element:
    """Return the three nodes of a character of order 4 with ``tan(theta) = s, tan(Theta) = t``.

    With ``[x, y] = (1-i) x + (1+i) y``:

        a: [1, 1/t], [1, s], [s, -1];   b: [1, 1/s], [1, t], [-t, 1];
        8 c: s t (1/(s+t) - i/(1-st)),  i/(1-st),  1/(s+t).

    These are all blocks of three nodes, up to symmetries; ``T[0,0,k]`` is left over.

    Raises:
        ValueError: for a character of another order, and unless ``s`` and ``t`` are real numbers
            other than 0, ``t`` neither ``-s`` nor ``1/s``.

    >>> from algebra.criterion.tensor import residual
    >>> dict(residual(three_nodes_of_order_4(AbelianGroup("Z4"), 1)))
    {(0, 0, 1): 5/4, (2, 2, 2): -1}
    """
    index = _of_order(group, k, 4)
    p, q = real("s", s), real("t", t)
    plus, minus = p + q, 1 - p * q
    if not plus or not minus:
        raise ValueError(
            f"s={p!r}, t={q!r}: s + t = 0 or s t = 1, and a c is infinite; pass others"
        )

    def both(x: Exact, y: Exact) -> Scalar:
        return (1 - I) * to_scalar(x) + (1 + I) * to_scalar(y)

    rows = (
        (0, both(1, 1 / q), both(1, 1 / p), p * q * (1 / plus - I / minus) / 8),
        (0, both(1, p), both(1, q), I / minus / 8),
        (0, both(p, -1), both(-q, 1), 1 / plus / 8),
    )
    name = f"three nodes at {group.label(index)}, of order 4"
    return element(group, nodes_at(index, rows), name=name)


def corners(group: AbelianGroup, k: Index) -> Element:
    """Return four nodes of a character of order 4 that leave nothing over, of norm 9.52.

    ``a, b`` are ``zeta_8`` or its conjugate on each node, ``b`` of the third turned by -1, and
    ``c = conj(a b) / 4``. Each input of a node lives on half of the values of the character.

    Raises:
        ValueError: for a character of another order.

    >>> from algebra.criterion.tensor import residual
    >>> dict(residual(corners(AbelianGroup("Z4"), 1)))
    {(2, 2, 2): -1}
    """
    index = _of_order(group, k, 4)
    e, f = zeta(8), zeta(8, -1)
    pairs = ((f, f), (f, e), (e, -f), (e, e))
    rows = [(0, a, b, (a * b).conjugate() / 4) for a, b in pairs]
    return element(group, nodes_at(index, rows), name=f"corners at {group.label(index)}")


def _of_order(group: AbelianGroup, k: Index, order: int) -> int:
    found = character_order(group, k)
    if found != order:
        raise ValueError(
            f"frequency={group.label(group.index(k))} of {group} has order {found}; this block is "
            f"for characters of order {order}"
        )
    return group.index(k)
