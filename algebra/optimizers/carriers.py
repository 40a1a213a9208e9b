"""Blocks at many frequencies, and carriers, of constant square, that cancel what they leave."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from math import prod

from algebra.blocks import paper as blocks
from algebra.blocks.order4 import leftover
from algebra.criterion.target import Target, as_target
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import ONE, Exact, Scalar, to_scalar
from algebra.numbers.units import I, param
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
    home: int = 0,
) -> Element:
    """Add the parts and, if they leave anything over, a node of square 1, ``c_k = -2 T[0,0,k]``."""
    if not any(left.values()):
        return for_target(group, parts, target=target, name=name)
    node = {("a", home): ONE, **cancelling(left, target=target, mean=Fraction(2))}
    kind = "constant node" if home == 0 else "node of constant square"
    parts = [element(group, [node], name=kind), *parts]
    return for_target(group, parts, target=target, name=name, carried=True)


#: Entries ``c_k`` of nodes whose inputs are at another frequency.
Outputs = dict[tuple[str, int], Scalar]


def cancelling(left: Mapping[int, Scalar], *, mean: Fraction, target: Target) -> Outputs:
    """Return what cancels the constants left over, on nodes that give the mean with this c_0."""
    outputs = {("c", k): -mean * x for k, x in left.items() if x}
    return outputs | ({("c", 0): Scalar(mean)} if target == "onehot" else {})


def carrying_product(
    group: AbelianGroup, factors: Sequence[Element], *, home: int, elsewhere: Outputs
) -> Element:
    """Return a product of blocks at ``home``, over their order, with given constants elsewhere."""
    scale = Scalar(Fraction(1, prod(factor.order for factor in factors)))
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


def for_target(
    group: AbelianGroup, parts: list[Element], *, target: Target, name: str, carried: bool = False
) -> Element:
    """Add the parts; for the one-hot target a node that outputs the mean, if no carrier has it."""
    if as_target(target) == "onehot" and not carried:
        parts = [*parts, element(group, [{("a", 0): 1, ("c", 0): 2}], name="mean output")]
    return total(group, parts).named(name)


#: One value for all frequencies; a mapping ``k -> value``, that of None being for all other
#: frequencies; or None: free, which is also what the frequencies are that a mapping leaves out.
Parameter = Exact | Mapping[Index | None, Exact | None] | None


def parameter_at(
    group: AbelianGroup,
    name: str,
    *,
    value: Parameter,
    ks: Sequence[int] | None = None,
    unset: Scalar | None = None,
) -> Callable[[int], Scalar]:
    """Return the parameter's value by frequency; without one free, ``xi_3`` at 3, or ``unset``."""
    listed = value if isinstance(value, Mapping) else {None: value}
    exact = {k: None if x is None else to_scalar(x) for k, x in listed.items()}
    default = exact.pop(None, None)
    given = {group.index(k): x for k, x in exact.items() if k is not None}
    pairs = sorted(group.conjugate_pairs() if ks is None else ks)
    if wrong := sorted({*given} - {*pairs}):
        raise ValueError(
            f"{name}: {group.label(wrong[0])} is not a frequency with this parameter; pass one k "
            f"of each pair {{k,-k}}, the smaller: "
            f"{', '.join(map(group.label, pairs[:8])) or 'none here'}"
        )

    def at(k: int) -> Scalar:
        x = given.get(k, default)
        x = unset if x is None else x
        return param(f"{name}_{'_'.join(map(str, group.tuple(k)))}") if x is None else x

    return at


def everywhere(
    group: AbelianGroup,
    ks: Sequence[int],
    block: Callable[..., Element],
    *values: Callable[[int], Scalar],
) -> list[Element]:
    """Place ``block(*values)`` at each frequency; those in a row with equal values at once."""
    equal = groupby(ks, key=lambda k: [value(k) for value in values])
    return [block(*x).at(group, *same) for x, same in equal]


def real_blocks(group: AbelianGroup, *, ks: Sequence[int] | None = None) -> list[Element]:
    """Place blocks of two nodes at real characters, by default at all that are not trivial."""
    ks = group.real_characters() if ks is None else ks
    return [blocks.real_character().at(group, *ks)] if ks else []


def order4_blocks(
    group: AbelianGroup, ks: Sequence[int], *, xi: Parameter, mirror: bool
) -> tuple[list[Element], dict[int, Scalar]]:
    """Place ``nu(i) * xi(x) / 4`` at the pairs; return also what each leaves, ``T[0,0,k]``."""
    half = blocks.nu(I)

    def block(x: Scalar) -> Element:
        return (half * blocks.xi(x, mirror=mirror)).scaled(c=Fraction(1, 4))

    parts = everywhere(group, ks, block, parameter_at(group, "xi", value=xi, ks=ks))
    return parts, dict.fromkeys(ks, leftover(epsilon=I if mirror else -I))
