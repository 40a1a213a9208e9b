"""Carriers: nodes of constant square, whose outputs cancel the constants that blocks leave over.

A node, or a block, whose input energy is the same whatever the inputs adds a constant to every
output frequency at which it has an entry ``c_k``. So one carrier cancels the ``T[0,0,k]`` of all
blocks at once, and gives the mean over outputs where the target asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod

from algebra.criterion.target import Target, as_target
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import ONE, Exact, Scalar
from algebra.semiring.element import Element
from algebra.semiring.made import element, total


class FamilyError(ValueError):
    """Raised for a family that does not exist for a group; says which do."""


def require_nothing_lacks(family: str, lack: str) -> None:
    """Refuse a family for a group that lacks what it needs, if the text says so."""
    if lack:
        raise FamilyError(f"{family} {lack}; optimizers.families(group) gives those that exist")


def lacks_real_character(group: AbelianGroup) -> str:
    """Return what a group of odd order lacks: a real character that is not trivial."""
    if group.order % 2 == 0:
        return ""
    return f"needs a real character, and {group} has odd order {group.order}"


def carrier_at(group: AbelianGroup, given: Index | None, *, among: Sequence[int], kind: str) -> int:
    """Return where a carrier is: the first of the frequencies, unless one of them is given."""
    home = among[0] if given is None else group.index(given)
    if home not in among:
        raise ValueError(
            f"carrier={group.label(home)} is not a {kind} of {group}; pass one of "
            f"{', '.join(map(group.label, among[:8])) or 'none here'}"
        )
    return home


def carried(
    group: AbelianGroup,
    parts: list[Element],
    *,
    left: Mapping[int, Scalar],
    target: Target,
    name: str,
    at: tuple[str, int] = ("a", 0),
) -> Element:
    """Add the parts and one node of square 1, with ``c_k = -2 T[0,0,k]`` for what they leave over.

    Without the node where they leave nothing.
    """
    if not any(left.values()):
        return for_target(group, parts, target=target, name=name)
    node: dict[tuple[str, Index], Exact] = {at: 1}
    node |= {("c", k): -2 * x for k, x in left.items() if x}
    if target == "onehot":
        node["c", 0] = 2
    kind = "constant node" if at[1] == 0 else "node of constant square"
    parts = [element(group, [node], name=kind), *parts]
    return for_target(group, parts, target=target, name=name, carried=True)


def carrying_product(
    group: AbelianGroup, factors: Sequence[Element], *, home: int, outputs: Mapping[int, Scalar]
) -> Element:
    """Return a product of blocks at ``home``, over their order, with given constants elsewhere.

    Each factor is the block with ``c = 1`` at the other frequencies; the first is the one node that
    holds the constants, so the whole is a product and potentials multiply.
    """
    scale = Scalar(Fraction(1, prod(factor.order for factor in factors)))
    elsewhere = {("c", k): x for k, x in outputs.items()}
    at_home = {("a", home): ONE, ("b", home): ONE, ("c", home): scale, **elsewhere}
    product = element(group, [at_home], name="carried constants")
    for factor in factors:
        nodes = [
            {(p, home): x for (p, _), x in node.items()} | dict.fromkeys(elsewhere, ONE)
            for node in factor.node_list()
        ]
        name = f"{factor.name} at {group.label(home)}, c = 1 elsewhere"
        product = product * element(group, nodes, name=name)
    return product


def carrying_real_block(
    group: AbelianGroup, home: int, *, outputs: Mapping[int, Scalar]
) -> Element:
    """Return the two nodes of a real character at ``home``, with given constants elsewhere."""
    elsewhere = {("c", k): x for k, x in outputs.items()}
    nodes = [
        {("a", home): 1, ("b", home): s, ("c", home): Fraction(s, 2), **elsewhere} for s in (1, -1)
    ]
    return element(group, nodes, name=f"real at {group.label(home)} with carried constants")


def for_target(
    group: AbelianGroup, parts: list[Element], *, target: Target, name: str, carried: bool = False
) -> Element:
    """Add the parts; for the one-hot target a node ``a_0 = 1, c_0 = 2`` that outputs the mean.

    ``carried``: a carrier among the parts outputs the mean already.
    """
    if as_target(target) == "onehot" and not carried:
        parts = [*parts, element(group, [{("a", 0): 1, ("c", 0): 2}], name="mean output")]
    return total(group, parts).named(name)
