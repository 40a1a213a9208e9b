"""Blocks for characters of order 2, 3, 4 and 5 that are shorter than those for all characters.

They leave constants ``T[0,0,k]`` over, which the constant node of `optimizers.order431` carries,
as it does for order-4 blocks. Each uses that few multiples of ``k`` are distinct:

* order 2: one node ``a = b = 1``: its squares are constant, since ``chi_k = +-1``;
* order 3: three nodes, ``syn`` with a constant part: what its squares leave at ``2k = -k`` is
  cancelled by the linear part, and nothing is left over;
* order 4: three nodes, since ``2k`` is real: what they leave at ``(2k, 0, k)`` is real and cancels;
* order 5: seven nodes for the two pairs of ``k`` and ``2k`` together: what the squares at each of
  them leave is at the other, and three nodes that mix both cancel it by their linear parts.

Source: this project; the identities are spelled out in docs/theory/proofs/narrow.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from algebra.groups.group import AbelianGroup, Index, character_order
from algebra.numbers.scalar import ONE, Exact, Scalar
from algebra.numbers.units import I, zeta
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

    For order 5 it is the block of ``k`` and of ``2k``.

    Raises:
        ValueError: if the character has another order.

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
        nodes = nodes_at(index, PLAIN_NODES[order])
    return element(group, nodes, name=f"short block at {group.label(index)}, of order {order}")


def nodes_at(k: int, rows: Iterable[tuple[Exact, Exact, Exact, Exact]]) -> list[Entries]:
    """Return the nodes of ``(a_0, a_k, b_k, c_k)``."""
    return [{("a", 0): a_0, ("a", k): a, ("b", k): b, ("c", k): c} for a_0, a, b, c in rows]


def _order5(k: int, double: int) -> list[Entries]:
    """Return two nodes at ``k``, two at ``2k`` and three at both."""
    c = 1 / (1 - _W)
    nodes: list[Entries] = []
    for at, turn in ((k, ONE), (double, _W)):
        # The second pair of frequencies has all inputs turned by w, so c by w^-2 = w.
        two = ((zeta(12), zeta(12), _W**2 / 2), (_W, -_W, -_W * c / 2))
        nodes += nodes_at(at, [(0, a * turn, b * turn, weight * turn) for a, b, weight in two])
    for x, p, q, m, n in _MIXED:
        node: Entries = {("a", 0): x, ("c", k): m * c, ("c", double): n * _W * c}
        node |= {(row, at): y for row in "ab" for at, y in ((k, p), (double, q * _W))}
        nodes.append(node)
    return nodes
