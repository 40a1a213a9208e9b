"""What the claims are about: the code under test, as a value.

Claims ask their `Subject` for blocks, optimizers, ... and never import them, so that a fault can be
planted in one place, and they be asked whether they notice. `INSTALLED` is the code as it is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import final

from algebra.blocks import paper as building_blocks
from algebra.blocks.order6 import coplanar, cubic, mirrors, opposites, triples
from algebra.criterion import tensor
from algebra.criterion.target import Target
from algebra.criterion.tensor import FunctionTensor, Route
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup, Automorphism, Index
from algebra.networks import any_group
from algebra.networks.table_network import TableNetwork
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import I, param, unit, zeta
from algebra.optimizers import table as optimizers
from algebra.optimizers.width_bounds import BOUNDS
from algebra.representations.irreducibles import irreducibles
from algebra.representations.representation import Representation
from algebra.semiring import symmetry
from algebra.semiring.element import Element
from algebra.semiring.potential import Construction, Potential, construct
from numeric.weights.embed import embed
from numeric.weights.plain_network import Gauge, Weights
from proofs.certificates import (
    certificate,
    checker,
    existence_checker,
    infeasible_checker,
    network_checker,
    table_checker,
)

#: The rows of the table of building blocks, and the four optimizers of one frequency.
BLOCKS: Mapping[str, Callable[[], Element]] = MappingProxyType(
    {
        "syn": building_blocks.syn,
        "nu": building_blocks.nu,
        "nu(i)": lambda: building_blocks.nu(I),
        "xi": building_blocks.xi,
        "xi'": lambda: building_blocks.xi(mirror=True),
        "syn(alpha,beta)": building_blocks.syn_ab,
        "three_c": building_blocks.three_c,
        "real": building_blocks.real_character,
    }
)


def _order6() -> dict[str, Element]:
    y: list[Exact] = [1, unit(Fraction(1, 3)), zeta(3)]
    return {
        "triples": triples(y, y[::-1]),
        "opposites": opposites(y, ratios=[1, 2, -3]),
        "mirrors": mirrors(y, [1, param("o"), param("p")], ratio=2),
        "cubic": cubic([1, -1, 2, -2, 3, -3], [1 + I, -1 - I], root=1, scale=I),
        "coplanar": coplanar([0, 1], [[1, 0, 1], [1, 2, 0]], direction=2 + I, ratio=-2),
    }


def _network(statement: bytes, weights: bytes) -> tuple[int, str]:
    held = {"x.verify.json": statement}
    return network_checker.check("x.verify.json", lambda path, most: held.get(path, weights))


@final
@dataclass(frozen=True, slots=True)
class Subject:
    """The code under test; every field is a function that a planted fault may replace."""

    group: Callable[[str], AbelianGroup] = AbelianGroup
    # Blocks by the names that they have in the table of theory.
    blocks: Mapping[str, Callable[[], Element]] = field(default_factory=lambda: BLOCKS, hash=False)
    order6: Callable[[], Mapping[str, Element]] = _order6  # one block of each family but products
    normalised: Callable[[Element], Element] = building_blocks.normalised
    add: Callable[[Element, Element], Element] = operator.add
    multiply: Callable[[Element, Element], Element] = operator.mul
    # Potentials, along the composition of an element and on its expanded nodes.
    evaluate: Callable[[Potential, Element], Scalar] = operator.call
    evaluate_expanded: Callable[[Potential, Element], Scalar] = lambda r, z: r(z.expand())
    construct: Callable[[Element, Sequence[str]], Construction] = construct
    tensor: Callable[[Element, Route], FunctionTensor] = lambda z, route: tensor.function_tensor(
        z, route=route
    )
    loss: Callable[[Element, Target], Scalar] = lambda z, target: tensor.loss(z, target=target)
    optimizer: Callable[[AbelianGroup, str, Target], Element] = lambda group, family, target: (
        optimizers.build(group, family, target=target)
    )
    families: Callable[..., list[str]] = optimizers.families
    width: Callable[..., int] = optimizers.width  # that a family is said to have
    # A width below which there is said to be no network, by the name of the bound.
    lower_bound: Callable[[AbelianGroup, str], int] = lambda group, kind: BOUNDS[kind](group)
    swapped: Callable[[Element], Element] = symmetry.swapped
    translated: Callable[[Element, Index, Index], Element] = symmetry.translated
    relabelled: Callable[[Element, Automorphism], Element] = symmetry.relabelled
    scaled_nodes: Callable[[Element, Sequence[int | Fraction]], Element] = symmetry.scaled_nodes
    certificate: Callable[[Element, Target], bytes] = lambda z, target: certificate.to_text(
        z, target=target
    ).encode()
    # Exit code and message; the last is given the bytes of the weights as well.
    checker: Callable[[bytes], tuple[int, str]] = checker.check
    existence: Callable[[bytes], tuple[int, str]] = existence_checker.check
    infeasible: Callable[[bytes], tuple[int, str]] = infeasible_checker.check
    table: Callable[[bytes], tuple[int, str]] = table_checker.check
    network: Callable[[bytes, bytes], tuple[int, str]] = _network
    # A network for a group that is not Abelian.
    finite: Callable[[FiniteGroup, str], TableNetwork] = any_group.build
    irreducibles: Callable[[FiniteGroup], Sequence[Representation]] = irreducibles
    embed: Callable[[Element, Gauge], Weights] = lambda z, gauge: embed(z, gauge=gauge)

    def block(self, name: str) -> Element:
        """Return a block by name, or a product of blocks: ``"syn * nu"``."""
        first, *rest = name.split(" * ")
        z = self.blocks[first]()
        for other in rest:
            z = self.multiply(z, self.blocks[other]())
        return z


INSTALLED = Subject()
#: Returns the code with a fault.
Plant = Callable[[Subject], Subject]


@final
@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault, in data or functions, and what must notice it."""

    id: str  # a dotted name, the first part saying where it is planted
    sentence: str  # what is wrong
    plant: Plant  # returns the subject with the fault
    noticed_by: str  # ids of claims, each of which must be refuted
    group: str = "Z5"  # for claims about one
