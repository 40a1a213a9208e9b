"""Short blocks of characters of order 2 to 5; a node that pairs share whose doubles agree.

Source: this project, docs/theory/narrow.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache

import numpy as np

from algebra.blocks.order6 import interpolated
from algebra.groups.group import AbelianGroup, Index, character_order
from algebra.numbers.scalar import ONE, Exact, Scalar, to_scalar
from algebra.numbers.units import I, direction, real, zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element

Entries = dict[tuple[str, int], Exact]
_W = zeta(3)
#: ``(a_0, a_k, b_k, c_k)`` of each node, by the order of the character.
PLAIN_NODES: dict[int, tuple[tuple[Exact, Exact, Exact, Exact], ...]] = {
    2: ((0, 1, 1, 1),),
    3: tuple((Fraction(-1, 2), x, x, x / 3) for x in (ONE, _W, _W**2)),
    4: (
        (0, 3 - I, 3 - I, (3 + 4 * I) / 96),
        (0, 3 + I, 3 + I, -I / 24),
        (0, 1 - 3 * I, 3 * I - 1, Fraction(1, 32)),
    ),
}
#: Order 5: ``x, p, q, m, n`` of nodes ``x + p P + q Q``, with ``P`` at ``k`` and ``Q`` at ``2k``.
#: With weights ``m`` their squares sum to ``P^2 + Q`` and a constant, with ``n`` to ``Q^2 + P``.
_MIXED = (
    (3, -4, 4, Fraction(1, 24), Fraction(-1, 24)),
    (1, -2, 4, Fraction(-1, 20), Fraction(1, 10)),
    (3, 4, 2, Fraction(1, 30), Fraction(1, 60)),
)
#: What each block leaves over: ``T[0,0,k]``; for order 5 at ``k`` and at ``2k``.
LEFTOVER: dict[int, tuple[Scalar, ...]] = {
    2: (ONE,),
    3: (Scalar(0),),
    4: (Scalar(Fraction(5, 4)),),
    5: (Fraction(7, 8) - Fraction(9, 16) * _W, Fraction(11, 16) + Fraction(21, 16) * _W),
}
#: The number of nodes of each block.
NODES: dict[int, int] = {2: 1, 3: 3, 4: 3, 5: 7}

#: The orders whose blocks have no constant parts.
WITHOUT_CONSTANTS = (2, 4)


def short_block(group: AbelianGroup, k: Index) -> Element:
    """Return the block of a character of order 2 to 5: all conditions but ``T[0,0,k]``.

    For order 5 it is the block of ``k`` and of ``2k``; for other orders there is a ValueError.

    >>> from algebra.criterion.tensor import residual
    >>> dict(residual(short_block(AbelianGroup("Z5"), 1)))
    {(0, 0, 1): 7/8 - 9/16*zeta(3), (0, 0, 2): 11/16 + 21/16*zeta(3)}
    """
    order, index = character_order(group, k), group.index(k)
    if order not in LEFTOVER:
        raise ValueError(
            f"frequency={group.label(index)} of {group} has order {order}; short blocks exist for "
            f"characters of order 2, 3, 4 and 5"
        )
    if order == 5:
        nodes = _order5(index, group.multiply(2, index))
    else:
        nodes = _nodes_at(index, PLAIN_NODES[order])
    return element(group, nodes, name=f"short block at {group.label(index)}, of order {order}")


def _nodes_at(k: int, rows: Iterable[tuple[Exact, Exact, Exact, Exact]]) -> list[Entries]:
    """Return the nodes of ``(a_0, a_k, b_k, c_k)``."""
    return [{("a", 0): a_0, ("a", k): a, ("b", k): b, ("c", k): c} for a_0, a, b, c in rows]


def _order5(k: int, double: int) -> list[Entries]:
    """Return two nodes at ``k``, two at ``2k`` and three at both."""
    c = 1 / (1 - _W)
    nodes: list[Entries] = []
    for at, turn in ((k, ONE), (double, _W)):
        # The second pair of frequencies has all inputs turned by w, so c by w^-2 = w.
        two = ((zeta(12), zeta(12), _W**2 / 2), (_W, -_W, -_W * c / 2))
        nodes += _nodes_at(at, [(0, a * turn, b * turn, weight * turn) for a, b, weight in two])
    for x, p, q, m, n in _MIXED:
        node: Entries = {("a", 0): x, ("c", k): m * c, ("c", double): n * _W * c}
        node |= {(row, at): y for row in "ab" for at, y in ((k, p), (double, q * _W))}
        nodes.append(node)
    return nodes


def three_nodes_of_order_3(group: AbelianGroup, k: Index, *, x: Exact, y: Exact) -> Element:
    """Return ``a = b = u_j``, ``a_0 = Re(u_l conj(u_m))``, ``c`` of `syn_at`.

    For ``u = (x, y, conj(x y))`` of modulus one and ``j, l, m`` in cyclic order. All conditions of
    a character of order 3 hold but ``T[0,0,k]``. A ValueError for one of another order, and unless
    the squares of ``u`` are different.

    >>> from algebra.criterion.tensor import residual
    >>> z = three_nodes_of_order_3(AbelianGroup("Z3"), 1, x=zeta(3), y=zeta(3) ** 2)
    >>> dict(residual(z))
    {}
    """
    index = _of_order(group, k, 3)
    u = [direction("x", x), direction("y", y)]
    u.append((u[0] * u[1]).conjugate())
    squares = [z * z for z in u]
    if len({*squares}) < 3:
        raise ValueError(
            f"x={u[0]!r}, y={u[1]!r}: two of the squares of x, y and conj(x y) are equal; pass, "
            f"say, zeta(3) and zeta(3)**2"
        )
    turned = [u[j - 2] * u[j - 1].conjugate() for j in range(3)]
    c = interpolated(squares)
    rows = [((turned[j] + turned[j].conjugate()) / 2, u[j], u[j], c[j]) for j in range(3)]
    name = f"three nodes at {group.label(index)}, of order 3"
    return element(group, _nodes_at(index, rows), name=name)


def three_nodes_of_order_4(
    group: AbelianGroup, k: Index, *, s: Exact = Fraction(1, 2), t: Exact = Fraction(1, 2)
) -> Element:
    """Return the three nodes of a character of order 4 with ``tan(theta) = s, tan(Theta) = t``.

    With ``[x, y] = (1-i) x + (1+i) y``:

        a: [1, 1/t], [1, s], [s, -1];   b: [1, 1/s], [1, t], [-t, 1];
        8 c: s t (1/(s+t) - i/(1-st)),  i/(1-st),  1/(s+t).

    These are all blocks of three nodes, up to symmetries; ``T[0,0,k]`` is left over. A ValueError
    for a character of another order, and unless ``s`` and ``t`` are real and not 0, ``t`` neither
    ``-s`` nor ``1/s``.

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
    return element(group, _nodes_at(index, rows), name=name)


def corners(group: AbelianGroup, k: Index) -> Element:
    """Return four nodes of a character of order 4 that leave nothing over, of norm 9.52.

    ``a, b`` are ``zeta_8`` or its conjugate on each node, ``b`` of the third turned by -1, and
    ``c = conj(a b) / 4``. A ValueError for a character of another order.

    >>> from algebra.criterion.tensor import residual
    >>> dict(residual(corners(AbelianGroup("Z4"), 1)))
    {(2, 2, 2): -1}
    """
    index = _of_order(group, k, 4)
    e, f = zeta(8), zeta(8, -1)
    pairs = ((f, f), (f, e), (e, -f), (e, e))
    rows = [(0, a, b, (a * b).conjugate() / 4) for a, b in pairs]
    return element(group, _nodes_at(index, rows), name=f"corners at {group.label(index)}")


def _of_order(group: AbelianGroup, k: Index, order: int) -> int:
    found = character_order(group, k)
    if found != order:
        raise ValueError(
            f"frequency={group.label(group.index(k))} of {group} has order {found}; this block is "
            f"for characters of order {order}"
        )
    return group.index(k)


#: The entry ``a = b`` of the node of a block that is linear in ``E`` alone, and the constant parts
#: of the shared node and of that one, whose difference is linear.
_OTHERS = 2 - I
_LINEAR: dict[int, tuple[Scalar, Fraction, Fraction]] = {
    3: (ONE, Fraction(1, 2), Fraction(-1, 2)),
    4: (3 - I, Fraction(1), Fraction(0)),
}


def long_characters(group: AbelianGroup) -> list[int]:
    """Return one of each pair of characters of order 5 or more.

    >>> long_characters(AbelianGroup("Z12")), long_characters(AbelianGroup("Z4xZ4"))
    ([1, 2, 5], [])
    """
    k = np.array(group.conjugate_pairs(), dtype=np.int64)
    long: list[int] = k[(group.multiply(3, k) != 0) & (group.multiply(4, k) != 0)].tolist()
    return long


def shared_doubles(group: AbelianGroup) -> list[int]:
    """Return one of each pair of characters that are doubles of those of order 5 or more.

    >>> [shared_doubles(AbelianGroup(name)) for name in ("Z8", "Z10", "Z8xZ2", "Z7")]
    [[2], [2, 4], [4], [1, 2, 3]]
    """
    double = group.multiply(2, np.array(long_characters(group), dtype=np.int64))
    found: list[int] = np.unique(np.minimum(double, group.negate(double))).tolist()
    return found


def sharing_blocks(group: AbelianGroup) -> tuple[Element, dict[int, Scalar]]:
    """Return nodes with all conditions but ``T[0,0,k]``, and what these are.

    One node at each real character, three at each pair, and one more at each of `shared_doubles`.

    >>> z, left = sharing_blocks(AbelianGroup("Z8"))
    >>> z.order, left[4], left[2]
    (11, 1, 5/4)
    """
    nodes: list[Entries] = []
    left: dict[int, Scalar] = {}
    #: The node at each pair that is linear in E alone: its place in ``nodes``.
    pure: dict[int, int] = {}
    for k in [*group.real_characters(), *group.conjugate_pairs()]:
        order = character_order(group, k)
        pure[k] = len(nodes)
        if order in PLAIN_NODES:
            left[k] = LEFTOVER[order][0]
            nodes += _nodes_at(k, PLAIN_NODES[order])
        else:
            nodes.append({("a", k): _OTHERS, ("b", k): _OTHERS})
    extra: dict[int, Entries] = {}
    for k in long_characters(group):
        double = group.multiply(2, k)
        at = min(double, group.negate(double))
        others = (_OTHERS, Fraction(1), Fraction(0))
        direction, shift, other = _LINEAR.get(character_order(group, at), others)
        wanted = direction if at == double else direction.conjugate()
        two, c, weight, left[k] = _three_nodes(wanted, shift, other)
        nodes[pure[k]]["c", k] = c
        nodes += _nodes_at(k, two)
        node = extra.setdefault(at, {("a", 0): shift, ("a", at): direction, ("b", at): direction})
        node["c", k] = weight
        nodes[pure[at]]["c", k] = -weight
    return element(group, [*nodes, *extra.values()], name="blocks with shared nodes"), left


@cache  # most pairs of a large group want the same
def _three_nodes(
    wanted: Scalar, shift: Fraction, other: Fraction
) -> tuple[list[tuple[int, Scalar, Scalar, Scalar]], Scalar, Scalar, Scalar]:
    """Return nodes in ``Re(u D)``, ``Im(u E)``; ``c`` of that in ``Re(v E)``; a weight; a constant.

    The weight is of the two nodes, shifted by ``shift`` and ``other``, that complete them to ``2
    chi_k(x) chi_k(y)``; beyond it all have twice the constant.
    """
    v = _OTHERS
    u = wanted / v
    turned = v * v / wanted
    kappa = 2 / (turned + turned.conjugate())
    tau = (turned.conjugate() - turned) / (2 * I) * kappa
    scale = 1 / (u * u)
    minus = -I * u
    nodes = [
        (0, u, -u, -scale * (1 - I / tau) / 4),
        (0, minus, minus, -scale * (1 + I * tau) / 4),
    ]
    c = scale * I * kappa * kappa / (4 * tau)
    # The two nodes differ by 2 (shift - other) (2 Re(wanted E)) + shift^2 - other^2.
    weight = -scale * I * kappa / tau / (4 * (shift - other))
    left = -scale * u * u.conjugate() * (1 - I / tau) + weight * (shift**2 - other**2) / 2
    return nodes, c, weight, left
