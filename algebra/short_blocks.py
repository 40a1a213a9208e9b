"""Blocks for characters of order 2, 3 and 4 that are shorter than those for all characters.

They leave one constant ``T[0,0,k]`` over, which the constant node of `optimizers.order431` carries,
as it does for order-4 blocks. Each uses that few multiples of ``k`` are distinct:

* order 2: one node ``a = b = 1``: its squares are constant, since ``chi_k = +-1``;
* order 3: three nodes with constant parts, since ``2k = -k``;
* order 4: three nodes, since ``2k`` is real: what they leave at ``(2k, 0, k)`` is real and cancels.

Source: this project; the identities are spelled out in docs/narrow.md.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from algebra.element import Element, element
from algebra.group import AbelianGroup, Index
from algebra.scalar import Exact, I, Scalar, zeta

_W = zeta(3)
#: ``(a_0, a_k, b_k, c_k)`` of each node, by the order of the character.
_NODES: dict[int, tuple[tuple[Exact, Exact, Exact, Exact], ...]] = {
    2: ((0, 1, 1, 1),),
    3: (
        (Fraction(1, 2), 1, 1, 1),
        (Fraction(3, 2), 1 - _W**2, 1 - _W**2, (_W**2 - 1) / 9),
        (Fraction(3, 2), 1 - _W, 1 - _W, (_W - 1) / 9),
    ),
    4: (
        (0, 3 - I, 3 - I, (3 + 4 * I) / 96),
        (0, 3 + I, 3 + I, -I / 24),
        (0, 1 - 3 * I, 3 * I - 1, Fraction(1, 32)),
    ),
}
#: What each block leaves over: ``T[0,0,k]``.
LEFTOVER: dict[int, Scalar] = {
    2: Scalar(1),
    3: Scalar(Fraction(-1, 4)),
    4: Scalar(Fraction(5, 4)),
}


def character_order(group: AbelianGroup, k: Index) -> int:
    """Return the least ``n >= 1`` with ``n k = 0``.

    >>> [character_order(AbelianGroup("Z12"), k) for k in (0, 1, 3, 4, 6)]
    [1, 12, 4, 3, 2]
    """
    index = np.array(group.index(k))
    return next(n for n in range(1, group.exponent + 1) if not group.multiply(n, index))


def short_block(group: AbelianGroup, k: Index) -> Element:
    """Return the block of a character of order 2, 3 or 4: all conditions but ``T[0,0,k]``.

    Raises:
        ValueError: if the character has another order.

    >>> from algebra.tensor import function_tensor
    >>> for T in function_tensor(short_block(AbelianGroup("Z4"), 1)): print(T)
    ((0, 0, 1), 5/4)
    ((1, 1, 1), 1)
    """
    order = character_order(group, k)
    if order not in _NODES:
        raise ValueError(
            f"frequency={group.label(group.index(k))} of {group} has order {order}; short blocks "
            f"exist for characters of order 2, 3 and 4"
        )
    index = group.index(k)
    nodes: list[dict[tuple[str, Index], Exact]] = [
        {("a", 0): a_0, ("a", index): a, ("b", index): b, ("c", index): c}
        for a_0, a, b, c in _NODES[order]
    ]
    return element(group, nodes, name=f"short block at {group.label(index)}, of order {order}")
