"""Blocks at many frequencies at once, each with its own values of the parameters.

A parameter that is not set is free, one *per frequency*, named ``xi_3`` at ``k = 3`` (``xi_1_0`` at
``k = (1, 0)``): what is made of such blocks is a whole family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from algebra.blocks import paper as blocks
from algebra.blocks.order4 import leftover
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.scalar import Exact, Scalar, to_scalar
from algebra.numbers.units import I, param
from algebra.semiring.element import Element

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
    """Return the parameter's value at each of the frequencies that have it (default: all pairs).

    Where it has none, it is free, or ``unset`` if that is given.

    >>> at = parameter_at(AbelianGroup("Z7"), "xi", value={2: I})
    >>> at(1), at(2)
    (xi_1, i)
    """
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


def is_constant(*given: Parameter) -> bool:
    """Whether the parameters are set, and to the same value at every frequency."""
    return all(value is not None and not isinstance(value, Mapping) for value in given)


def everywhere(
    group: AbelianGroup, ks: Sequence[int], *, at: Callable[[int], Element], constant: bool
) -> list[Element]:
    """Place a block at each frequency: one placement if it is the same block everywhere."""
    if constant and ks:
        return [at(ks[0]).at(group, *ks)]
    return [at(k).at(group, k) for k in ks]


def real_blocks(group: AbelianGroup, *, ks: Sequence[int] | None = None) -> list[Element]:
    """Place blocks of two nodes at real characters, by default at all that are not trivial."""
    ks = group.real_characters() if ks is None else ks
    return [blocks.real_character().at(group, *ks)] if ks else []


def order4_blocks(
    group: AbelianGroup, ks: Sequence[int], *, xi: Parameter, mirror: bool
) -> tuple[list[Element], dict[int, Scalar]]:
    """Place ``nu(i) * xi(x) / 4`` at the pairs; return also what each leaves, ``T[0,0,k]``."""
    x, half = parameter_at(group, "xi", value=xi, ks=ks), blocks.nu(I)
    parts = everywhere(
        group,
        ks,
        at=lambda k: (half * blocks.xi(x(k), mirror=mirror)).scaled(c=Fraction(1, 4)),
        constant=is_constant(xi),
    )
    return parts, dict.fromkeys(ks, leftover(epsilon=I if mirror else -I))
