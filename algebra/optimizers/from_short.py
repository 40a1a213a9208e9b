"""Optimizers with blocks for characters of small order, or pairs of equal double; this project."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from algebra.blocks.short import LEFTOVER, NODES, WITHOUT_CONSTANTS, sharing_blocks, short_block
from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.optimizers.carriers import (
    Parameter,
    carried,
    lacks_real_character,
    order4_blocks,
    require_nothing_lacks,
)
from algebra.semiring.element import Element


def few_plus_constant(
    group: AbelianGroup, *, xi: Parameter = None, mirror: bool = False, target: Target = "projected"
) -> Element:
    """Return short blocks where there are any, order-4 blocks elsewhere, and one constant node.

    One node at each real character, three at each pair of characters of order 3 or 4, seven at
    the two pairs ``k, 2k`` of order 5, four at the other pairs, and the constant node, which
    ``Z3^n`` needs for the one-hot target only. A FamilyError without characters of these orders.

    >>> groups = map(AbelianGroup, ("Z3", "Z4", "Z5", "Z2^3"))
    >>> [few_plus_constant(G, target="onehot").order for G in groups]
    [4, 5, 8, 8]
    """
    require_nothing_lacks("few-plus-constant", lacks_short_blocks(group))
    return _with_short_blocks(group, _by_order(group), 0, xi, mirror, target, "few-plus-constant")


def few_plus_real(
    group: AbelianGroup, *, xi: Parameter = None, mirror: bool = False, target: Target = "projected"
) -> Element:
    """Return `few-plus-constant` without constant parts, for groups of even order.

    The constant node depends on the first input alone, by a real character. Width ``1 + reals + 4
    pairs``, one less for each pair of characters of order 4. A FamilyError for odd order.

    >>> few_plus_real(AbelianGroup("Z2xZ4")).order
    10
    """
    require_nothing_lacks("few-plus-real", lacks_real_character(group))
    home, by_order = group.real_characters()[0], _by_order(group, among=WITHOUT_CONSTANTS)
    return _with_short_blocks(group, by_order, home, xi, mirror, target, "few-plus-real")


def three_plus_shared(group: AbelianGroup, *, target: Target = "projected") -> Element:
    """Return three nodes at each pair, one node for all pairs of equal double, a constant node.

    Width ``3 pairs + 1 + reals + doubles``: one node more at each pair of characters that are
    doubles of characters of order 5 or more. A FamilyError if there are none, or for odd order,
    where no two characters have the same double.

    >>> groups = map(AbelianGroup, ("Z8", "Z10", "Z16"))
    >>> [three_plus_shared(G, target="onehot").order for G in groups]
    [12, 16, 26]
    """
    require_nothing_lacks("three-plus-shared", lacks_equal_doubles(group))
    parts, left = sharing_blocks(group)
    return carried(group, [parts], left=left, target=target, name="three-plus-shared")


def lacks_short_blocks(group: AbelianGroup) -> str:
    """Return what a group without a short block lacks for `few-plus-constant`."""
    if any(_by_order(group).values()):
        return ""
    return f"needs characters of order 2, 3, 4 or 5, and {group} has none"


def lacks_equal_doubles(group: AbelianGroup) -> str:
    """Return what a group lacks for `three_plus_shared`."""
    if group.order % 2 == 0 and group.exponent not in (2, 4):
        return ""
    return (
        f"needs a group of even order with characters of order 5 or more, and {group} has order "
        f"{group.order} and exponent {group.exponent}"
    )


def _with_short_blocks(
    group: AbelianGroup,
    by_order: Mapping[int, list[int]],
    home: int,
    xi: Parameter,
    mirror: bool,
    target: Target,
    name: str,
) -> Element:
    """Return short blocks at the given characters, order-4 blocks elsewhere, a carrier at home."""
    left = {
        at: x
        for n, ks in by_order.items()
        for k in ks
        for at, x in zip((k, group.multiply(2, k)), LEFTOVER[n], strict=False)
    }
    rest = [k for k in group.conjugate_pairs() if k not in left]
    short = [short_block(group, k) for k in sorted(k for ks in by_order.values() for k in ks)]
    longer, left_too = order4_blocks(group, rest, xi=xi, mirror=mirror)
    left |= left_too
    return carried(group, [*short, *longer], left=left, target=target, name=name, home=home)


def _by_order(
    group: AbelianGroup, *, among: Collection[int] = tuple(LEFTOVER)
) -> dict[int, list[int]]:
    """Return one of each pair of characters of order 2, 3 and 4, of each two of order 5."""
    k = group.representatives
    k = k[k != 0]
    found: dict[int, list[int]] = {}
    for n in among:
        mine = k[group.multiply(n, k) == 0]
        found[n] = mine[group.multiply(2, mine) != 0].tolist() if n == 4 else mine.tolist()
    if 5 in found:
        # Of {k, -k, 2k, -2k} the least has 1 as its first residue that is not 0, in units of
        # n_i/5, so 2k is the smaller of its pair too, and 4k = -k is not.
        fives = set(found[5])
        found[5] = [k for k in found[5] if group.multiply(2, k) in fives]
    return found


def short_width(group: AbelianGroup, *, among: Collection[int] = tuple(LEFTOVER)) -> int:
    """Return how many nodes short blocks take, and those of order 4 elsewhere."""
    found = {n: len(ks) for n, ks in _by_order(group, among=among).items()}
    longer = len(group.representatives) - 1 - sum(len(LEFTOVER[n]) * found[n] for n in found)
    return sum(NODES[n] * count for n, count in found.items()) + 4 * longer
