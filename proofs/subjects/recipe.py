"""Optimizers and symmetries of the loss as plain data, which any `Subject` can follow."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import cycle, islice
from typing import Any, Literal, final, get_args

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import Spectrum
from algebra.numbers.scalar import ONE, Scalar
from algebra.numbers.units import zeta
from algebra.optimizers import table as optimizers
from algebra.semiring.element import Element, uniform
from algebra.semiring.made import total
from algebra.semiring.symmetry import permuted
from proofs.subjects.near_miss import Change
from proofs.subjects.subject import INSTALLED, Subject

Kind = Literal["permuted", "scaled", "swapped", "translated", "relabelled", "lengthened"]
Key = tuple[int, int, int]


def falling(spectrum: Spectrum, ts: Sequence[int | Fraction]) -> Element:
    """Return the element ``y`` of the zero-loss path: one triple ``(t, t, t)`` per node."""
    return total(spectrum, [uniform(spectrum, a=t, b=t, c=t) for t in ts])


@final
@dataclass(frozen=True, slots=True)
class Symmetry:
    """A symmetry of the loss; call it on an element over a group. A ValueError for another one.

    The arguments of each kind: ``"permuted"`` nodes, a seed; ``"scaled"`` nodes, rational factors,
    taken in turn; ``"swapped"`` rows a and b; ``"translated"`` inputs, the indices ``s, t``;
    ``"relabelled"`` characters, the images of the generators under an automorphism;
    ``"lengthened"``, times ``sum_i (t_i, t_i, t_i)``, rational with ``sum_i t_i^3 = 1``.
    """

    kind: Kind
    arguments: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind={self.kind!r}; pass one of {', '.join(get_args(Kind))}")
        if self.kind == "scaled" and not (self.arguments and all(self.arguments)):
            raise ValueError(f"arguments={self.arguments}: pass factors other than 0")
        if self.kind == "lengthened" and sum(t**3 for t in self.arguments) != 1:
            raise ValueError(f"arguments={self.arguments}: the cubes of a path add up to 1")

    def __call__(self, z: Element, subject: Subject = INSTALLED) -> Element:
        """Return the image of an element, made by the code under test."""
        match self.kind:
            case "permuted":
                order = list(range(z.order))
                random.Random(*self.arguments).shuffle(order)
                return permuted(z, order)
            case "scaled":
                return subject.scaled_nodes(z, list(islice(cycle(self.arguments), z.order)))
            case "swapped":
                return subject.swapped(z)
            case "translated":
                return subject.translated(z, *self.arguments)
            case "relabelled":
                return subject.relabelled(z, z.group.automorphism(self.arguments))
            case "lengthened":
                return subject.multiply(z, falling(z.spectrum, self.arguments))

    def action(self, group: AbelianGroup) -> Callable[[Key], tuple[Key, Scalar]]:
        """Return ``key -> (image, phase)`` with ``T'[image] = phase * T[key]``."""
        match self.kind:
            case "swapped":
                return lambda key: ((key[1], key[0], key[2]), ONE)
            case "translated":
                s, t = self.arguments
                chi, n = group.character, group.exponent
                return lambda key: (
                    key,
                    zeta(n, chi(key[0], s) + chi(key[1], t) - chi(key[2], s) - chi(key[2], t)),
                )
            case "relabelled":
                phi = group.automorphism(self.arguments)
                image = phi.on_characters(np.arange(group.order)).tolist()
                return lambda key: ((image[key[0]], image[key[1]], image[key[2]]), ONE)
            case _:
                return lambda key: (key, ONE)


@final
@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make an optimizer, or a near miss: an optimizer with one fault, planted last.

    Values are of parameters; those that do not occur are passed over, those not named stay free.
    Options are those of `algebra.optimizers.table.build` beyond parameters, such as
    ``("mirror", True)``; with options the family is taken from there, and not from the subject.
    """

    group: AbelianGroup
    family: str
    target: Target = "projected"
    values: tuple[tuple[str, Scalar], ...] = ()
    options: tuple[tuple[str, bool | int | str], ...] = ()
    expanded: bool = False  # the composition is forgotten
    symmetries: tuple[Symmetry, ...] = ()
    fault: Change | None = None

    def build(self, subject: Subject = INSTALLED) -> Element:
        """Return the element; with a fault that finds no place in it, the optimizer itself."""
        z = _family(subject.optimizer, self.group, self.family, self.target, self.options)
        z, free = z.expand() if self.expanded else z, z.parameters
        values = {name: x for name, x in self.values if name in free}
        z = z.substitute(values) if values else z
        for symmetry in self.symmetries:
            z = symmetry(z, subject)
        return self.fault.plant(z, target=self.target) if self.fault else z


@lru_cache(maxsize=1024)
def _family(
    optimizer: Callable[[AbelianGroup, str, Target], Element],
    group: AbelianGroup,
    family: str,
    target: Target,
    options: tuple[tuple[str, Any], ...],
) -> Element:
    """Return the optimizer; the same few are asked for all the time."""
    if options:
        return optimizers.build(group, family, target=target, **dict(options))
    return optimizer(group, family, target)
