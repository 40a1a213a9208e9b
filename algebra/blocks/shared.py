"""Three nodes a pair, and one node at ``2k`` that all pairs share whose doubles agree."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np

from algebra.blocks.short import LEFTOVER, PLAIN_NODES, Entries, nodes_at
from algebra.groups.group import AbelianGroup, character_order
from algebra.numbers.scalar import ONE, Scalar
from algebra.numbers.units import I
from algebra.semiring.element import Element
from algebra.semiring.made import element

#: The entry ``a = b`` of the node of a block that is linear in ``E`` alone, by the character's
#: order: its constant part is shifted to make the shared node. Other orders have `_OTHERS`.
_DIRECTION: dict[int, Scalar] = {3: ONE, 4: 3 - I}
_OTHERS = 2 - I
#: What the shared node has as its constant part, and the other one has: their difference is linear.
_SHIFTS: dict[int, tuple[Fraction, Fraction]] = {3: (Fraction(1, 2), Fraction(-1, 2))}
_OTHER_SHIFTS = (Fraction(1), Fraction(0))


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
            nodes += nodes_at(k, PLAIN_NODES[order])
        else:
            nodes.append({("a", k): _OTHERS, ("b", k): _OTHERS})
    extra: dict[int, Entries] = {}
    for k in long_characters(group):
        double = group.multiply(2, k)
        at = min(double, group.negate(double))
        order = character_order(group, at)
        direction = _DIRECTION.get(order, _OTHERS)
        shift, other = _SHIFTS.get(order, _OTHER_SHIFTS)
        wanted = direction if at == double else direction.conjugate()
        two, c, weight, left[k] = _three_nodes(wanted, shift, other)
        nodes[pure[k]]["c", k] = c
        nodes += nodes_at(k, two)
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
