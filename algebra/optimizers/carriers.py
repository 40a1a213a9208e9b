"""Carriers: nodes of constant square, whose outputs cancel the constants that blocks leave over.

A node, or a block, whose input energy is the same whatever the inputs adds a constant to every
output frequency at which it has an entry ``c_k``. So one carrier cancels the ``T[0,0,k]`` of all
blocks at once, and gives the mean over outputs where the target asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from algebra.criterion.target import Target, as_target
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import ONE, Exact, Scalar
from algebra.numbers.units import I
from algebra.semiring.element import Element, zero
from algebra.semiring.made import element, total


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


def order4_leftover(mirror: bool) -> Scalar:
    """Return ``T[0,0,k]`` of an order-4 block."""
    return ONE - I if mirror else ONE + I


def carrying_node(
    group: AbelianGroup, at: tuple[str, int], *, left: Mapping[int, Scalar], target: Target
) -> Element:
    """Return one node of square 1, with ``c_k = -2 T[0,0,k]`` for what is left over at ``k``."""
    node: dict[tuple[str, Index], Exact] = {at: 1}
    node |= {("c", k): -2 * x for k, x in left.items() if x}
    if target == "onehot":
        node["c", 0] = 2
    name = "constant node" if at[1] == 0 else "node of constant square"
    return element(group, [node], name=name)


def carrying_product(
    group: AbelianGroup,
    factors: Sequence[Element],
    *,
    home: int,
    scale: Fraction,
    outputs: Mapping[int, Scalar],
    constant: Scalar,
) -> Element:
    """Return a product of blocks at ``home`` whose ``c`` has given constants elsewhere.

    Each factor is the block with ``c = 1`` at the other frequencies; the last factor is the one
    node that holds the constants, so the whole is a product and potentials multiply.
    """
    at_home = element(
        group,
        [
            {
                ("a", home): 1,
                ("b", home): 1,
                ("c", home): scale,
                ("c", 0): constant,
                **{("c", k): x for k, x in outputs.items()},
            }
        ],
    )
    live = [*outputs, *([0] if constant else [])]
    opened = [
        element(
            group,
            [
                {**{(p, home): x for (p, _), x in node.items()}, **{("c", k): ONE for k in live}}
                for node in factor.node_list()
            ],
            name=f"{factor.name} at {group.label(home)}, c = 1 elsewhere",
        )
        for factor in factors
    ]
    product = at_home.named("carried constants")
    for factor in opened:
        product = product * factor
    return product


def carrying_real_block(
    group: AbelianGroup, home: int, *, outputs: Mapping[int, Scalar]
) -> Element:
    """Return the two nodes of a real character at ``home``, with given constants elsewhere."""
    return element(
        group,
        [
            {
                ("a", home): 1,
                ("b", home): s,
                ("c", home): Fraction(s, 2),
                **{("c", k): x for k, x in outputs.items()},
            }
            for s in (1, -1)
        ],
        name=f"real at {group.label(home)} with carried constants",
    )


def for_target(
    group: AbelianGroup, parts: list[Element], *, target: Target, name: str, carried: bool = False
) -> Element:
    """Add the parts; for the one-hot target a node ``a_0 = 1, c_0 = 2`` that outputs the mean.

    ``carried``: a carrier among the parts outputs the mean already.
    """
    if as_target(target) == "onehot" and not carried:
        parts = [*parts, element(group, [{("a", 0): 1, ("c", 0): 2}], name="mean output")]
    whole = total(group, parts)
    return (whole if parts else zero(group)).named(name)
