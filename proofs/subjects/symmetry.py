"""A symmetry of the loss as plain data: a named function ``Element -> Element`` and its action.

The action says what it does to the function tensor: ``T'[image] = phase * T[key]``.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from typing import Literal, final, get_args

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import Spectrum
from algebra.numbers.scalar import ONE, Scalar
from algebra.numbers.units import zeta
from algebra.semiring.element import Element, uniform
from algebra.semiring.made import total
from algebra.semiring.symmetry import permuted
from proofs.subjects.subject import INSTALLED, Subject

Kind = Literal["permuted", "scaled", "swapped", "translated", "relabelled", "lengthened"]
Key = tuple[int, int, int]
Argument = int | Fraction | tuple[int, ...]


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
    arguments: tuple[Argument, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind={self.kind!r}; pass one of {', '.join(get_args(Kind))}")
        numbers = [Fraction(x) for x in self.arguments if isinstance(x, int | Fraction)]
        if self.kind == "scaled" and not (numbers and all(numbers)):
            raise ValueError(f"arguments={self.arguments}: pass factors other than 0")
        if self.kind == "lengthened" and sum(t**3 for t in numbers) != 1:
            raise ValueError(f"arguments={self.arguments}: the cubes of a path add up to 1")

    def __call__(self, z: Element) -> Element:
        """Return the image of an element."""
        return self.apply(INSTALLED, z)

    def apply(self, subject: Subject, z: Element) -> Element:
        """Return the image of an element, made by the code under test."""
        match self.kind:
            case "permuted":
                order = list(range(z.order))
                random.Random(self._integers()[0]).shuffle(order)
                return permuted(z, order)
            case "scaled":
                return subject.scaled_nodes(z, list(islice(cycle(self._fractions()), z.order)))
            case "swapped":
                return subject.swapped(z)
            case "translated":
                return subject.translated(z, *self._integers())
            case "relabelled":
                return subject.relabelled(z, z.group.automorphism(self._images()))
            case "lengthened":
                return subject.multiply(z, falling(z.spectrum, self._fractions()))

    def action(self, group: AbelianGroup) -> Callable[[Key], tuple[Key, Scalar]]:
        """Return ``key -> (image, phase)`` with ``T'[image] = phase * T[key]``."""
        match self.kind:
            case "swapped":
                return lambda key: ((key[1], key[0], key[2]), ONE)
            case "translated":
                s, t = self._integers()
                chi, n = group.character, group.exponent
                return lambda key: (
                    key,
                    zeta(n, chi(key[0], s) + chi(key[1], t) - chi(key[2], s) - chi(key[2], t)),
                )
            case "relabelled":
                phi = group.automorphism(self._images())
                image = phi.on_characters(np.arange(group.order)).tolist()
                return lambda key: ((image[key[0]], image[key[1]], image[key[2]]), ONE)
            case _:
                return lambda key: (key, ONE)

    def _integers(self) -> list[int]:
        return [x for x in self.arguments if isinstance(x, int)]

    def _fractions(self) -> list[Fraction]:
        return [Fraction(x) for x in self.arguments if isinstance(x, int | Fraction)]

    def _images(self) -> list[tuple[int, ...]]:
        return [x for x in self.arguments if isinstance(x, tuple)]
