"""An optimizer as plain data: group, family, target, values, symmetries, and at most one fault.

A recipe is short, shrinks well, and can be followed by any `Subject`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Scalar
from algebra.optimizers import table as optimizers
from algebra.semiring.element import Element
from proofs.subjects.near_miss import Change
from proofs.subjects.subject import INSTALLED, Subject
from proofs.subjects.symmetry import Symmetry


@final
@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make an optimizer, or a near miss: an optimizer with one fault, planted last.

    Values are of parameters; those that do not occur are passed over, those not named stay free.
    Options are those of `algebra.optimizers.table.build` beyond parameters, such as
    ``("mirror", True)``; with options the family is taken from there, and not from the subject.

    >>> z = Recipe(AbelianGroup("Z5"), "four-plus-six", values=(("nu_1", Scalar(1)),)).build()
    >>> z.order, z.parameters
    (10, ('xi_2',))
    """

    group: AbelianGroup
    family: str
    target: Target = "projected"
    values: tuple[tuple[str, Scalar], ...] = ()
    options: tuple[tuple[str, bool | int | str], ...] = ()
    expanded: bool = False  # the composition is forgotten
    symmetries: tuple[Symmetry, ...] = ()
    fault: Change | None = None

    def without_fault(self, subject: Subject = INSTALLED) -> Element:
        """Return the optimizer, before the fault."""
        z, parameters = _family(
            subject.optimizer, self.group, self.family, self.target, self.options, self.expanded
        )
        values = {name: x for name, x in self.values if name in parameters}
        z = z.substitute(values) if values else z
        for symmetry in self.symmetries:
            z = symmetry.apply(subject, z)
        return z

    def planted(self, subject: Subject = INSTALLED) -> str:
        """Return the kind of the fault, or "" if there is none, or no place for it."""
        fault = self.fault
        found = fault and fault.places(self.without_fault(subject), target=self.target)
        return fault.kind if fault and found else ""

    def build(self, subject: Subject = INSTALLED) -> Element:
        """Return the element; with a fault that finds no place in it, the optimizer itself."""
        z = self.without_fault(subject)
        return self.fault.plant(z, target=self.target) if self.fault else z


@lru_cache(maxsize=1024)
def _family(
    optimizer: Callable[[AbelianGroup, str, Target], Element],
    group: AbelianGroup,
    family: str,
    target: Target,
    options: tuple[tuple[str, bool | int | str], ...],
    expanded: bool,
) -> tuple[Element, frozenset[str]]:
    """Return the optimizer and its free parameters; the same few are asked for all the time."""
    if expanded:
        z, parameters = _family(optimizer, group, family, target, options, False)
        return z.expand(), parameters
    given: dict[str, Any] = dict(options)
    z = (
        optimizers.build(group, family, target=target, **given)
        if options
        else optimizer(group, family, target)
    )
    return z, frozenset(z.parameters)
