"""One way in for all groups: the Abelian theory where it applies, tables elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from algebra.criterion import verdict
from algebra.criterion.target import Target, as_target
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.groups.group_names import group as group_of
from algebra.networks.coefficients import Coefficients, coefficient_check
from algebra.networks.families import memorization, representation, short
from algebra.networks.table_network import TableNetwork
from algebra.networks.verdict import TableVerdict, table_check
from algebra.numbers.scalar import Scalar
from algebra.optimizers import table
from algebra.optimizers.carriers import FamilyError
from algebra.semiring.element import Element

#: Families for groups that are not Abelian.
FAMILIES: Mapping[str, Callable[..., TableNetwork]] = {
    family.__name__: family for family in (short, representation, memorization)
}


def build(
    group: AbelianGroup | FiniteGroup | str,
    family: str = "auto",
    *,
    target: Target = "projected",
    **parameters: Any,
) -> Any:
    """Return an exact network for a group by the name of its family.

    Args:
        group: the group, or its name as `cogo.group` reads it.
        family: of `optimizers.build` for an Abelian group; else ``"short"``, which is the
            narrowest known, ``"representation"`` or ``"memorization"``; ``"auto"``.
        target: the task; for a group that is not Abelian each family is exact for both.
        parameters: of the family.

    Returns:
        An `Element` over an Abelian group, a `TableNetwork` over another.

    Raises:
        FamilyError: for an unknown family, or one that does not exist for the group.
        ValueError: as `cogo.group`, or for a parameter that the family does not have.

    >>> build("Z7").order, build("S3").order, build("S4", "representation").order
    (13, 10, 64)
    """
    group = group_of(group) if isinstance(group, str) else group
    if not isinstance(group, AbelianGroup | FiniteGroup):
        raise TypeError(f"group={group!r:.60} is no group; pass a name such as 'Z7', or a group")
    as_target(target)
    if isinstance(group, AbelianGroup):
        return table.build(group, family, target=target, **parameters)
    name = "short" if family in table.NARROWEST else family
    if name not in FAMILIES:
        there = ", ".join(FAMILIES)
        raise FamilyError(f"family={family!r} is unknown; for {group} these exist: auto, {there}")
    _, *options = signature(FAMILIES[name]).parameters
    table.require_options(name, parameters, options)
    return FAMILIES[name](group, **parameters)


def check(
    z: Element | TableNetwork, *, target: Target = "projected", **how: Any
) -> verdict.Verdict | TableVerdict:
    """Decide exactly whether a network has loss zero, and if not, say what fails.

    Args:
        z: an element over an Abelian group, or over the matrix coefficients of another; or a
            network over a table.
        target: ``"projected"`` (a constant over outputs is free) or ``"onehot"``.
        how: of an element the ``route``.

    >>> check(build("S3")).accepted, check(build("Z5")).accepted
    (True, True)
    """
    if isinstance(z, TableNetwork):
        return table_check(z, target=target, **how)
    if not isinstance(z, Element):
        raise TypeError(
            f"{z!r:.60} is neither an element nor a network over a table; pass what build returns; "
            "check_certificate takes the path of a file"
        )
    if isinstance(z.spectrum, Coefficients):
        return coefficient_check(z, target=target, **how)
    return verdict.check(z, target=target, **how)


def loss(z: Element | TableNetwork, *, target: Target = "projected", **how: Any) -> Scalar:
    """Return the exact loss of an element, or of a network over a table; as `check`.

    >>> loss(build("S3"))
    0
    """
    return check(z, target=target, **how).loss
