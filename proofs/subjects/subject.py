"""What the claims are about: the code under test, as a value.

Every claim asks its `Subject` for blocks, optimizers, potentials, function tensors, ... and never
imports them, so that a fault can be planted in one place, in data or as a wrong function, and the
claims be asked whether they notice (`proofs/self_test/run.py`). `INSTALLED` is the code as it is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import final

from algebra.blocks import paper as building_blocks
from algebra.criterion import tensor
from algebra.criterion.target import Target
from algebra.criterion.tensor import FunctionTensor, Route
from algebra.groups.group import AbelianGroup, Automorphism, Index
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import I
from algebra.optimizers import table as optimizers
from algebra.optimizers.width_bounds import BOUNDS
from algebra.semiring import polynomial, symmetry
from algebra.semiring.element import Element
from algebra.semiring.potential import Potential
from numeric.weights.embed import Gauge, Weights, embed
from proofs.certificates import (
    certificate,
    checker,
    existence_checker,
    infeasible_checker,
    network_checker,
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


def _evaluate_expanded(r: Potential, z: Element) -> Scalar:
    return r(z, expanded=True)


def _tensor(z: Element, route: Route) -> FunctionTensor:
    return tensor.function_tensor(z, route=route)


def _loss(z: Element, target: Target) -> Scalar:
    return tensor.loss(z, target=target)


def _optimizer(group: AbelianGroup, family: str, target: Target) -> Element:
    return optimizers.build(group, family, target=target)


def _embed(z: Element, gauge: Gauge) -> Weights:
    return embed(z, gauge=gauge)


def _certificate(z: Element, target: Target) -> bytes:
    return certificate.to_text(z, target=target).encode()


def _network(statement: bytes, weights: bytes) -> tuple[int, str]:
    held = {"x.verify.json": statement}
    return network_checker.check("x.verify.json", lambda path, most: held.get(path, weights))


@final
@dataclass(frozen=True, slots=True)
class Subject:
    """The code under test; every field is a function that a planted fault may replace.

    Attributes:
        group: makes a group from its name.
        blocks: makes a block, by the name it has in the table of theory.
        normalised: scales a block so that ``abc = 1``.
        add: the semiring's sum.
        multiply: the semiring's product.
        evaluate: a potential of an element, along its composition.
        evaluate_expanded: the same on its expanded nodes.
        construct: the polynomial construction.
        tensor: the function tensor by a route.
        loss: the exact loss.
        optimizer: an optimizer by group, family and target, all parameters free.
        families: the families that exist for a group and target.
        width: the width a family is said to have.
        lower_bound: a width below which there is said to be no network, by the name of the bound.
        swapped: rows a and b exchanged.
        translated: inputs moved.
        relabelled: characters moved by an automorphism.
        scaled_nodes: nodes scaled.
        certificate: the bytes that certify an element.
        checker: exit code and message for the bytes of a certificate.
        existence: the same for a certificate of existence.
        infeasible: the same for a certificate of an infeasible width.
        network: the same for what is stated of a network, and the bytes of its weights.
        embed: the float weights of an element, in a gauge.
    """

    group: Callable[[str], AbelianGroup] = AbelianGroup
    blocks: Mapping[str, Callable[[], Element]] = field(default_factory=lambda: BLOCKS)
    normalised: Callable[[Element], Element] = building_blocks.normalised
    add: Callable[[Element, Element], Element] = operator.add
    multiply: Callable[[Element, Element], Element] = operator.mul
    evaluate: Callable[[Potential, Element], Scalar] = operator.call
    evaluate_expanded: Callable[[Potential, Element], Scalar] = _evaluate_expanded
    construct: Callable[[Element, Sequence[str]], polynomial.Construction] = polynomial.construct
    tensor: Callable[[Element, Route], FunctionTensor] = _tensor
    loss: Callable[[Element, Target], Scalar] = _loss
    optimizer: Callable[[AbelianGroup, str, Target], Element] = _optimizer
    families: Callable[..., list[str]] = optimizers.families
    width: Callable[..., int] = optimizers.width
    lower_bound: Callable[[AbelianGroup, str], int] = lambda group, kind: BOUNDS[kind](group)
    swapped: Callable[[Element], Element] = symmetry.swapped
    translated: Callable[[Element, Index, Index], Element] = symmetry.translated
    relabelled: Callable[[Element, Automorphism], Element] = symmetry.relabelled
    scaled_nodes: Callable[[Element, Sequence[int | Fraction]], Element] = symmetry.scaled_nodes
    certificate: Callable[[Element, Target], bytes] = _certificate
    checker: Callable[[bytes], tuple[int, str]] = checker.check
    existence: Callable[[bytes], tuple[int, str]] = existence_checker.check
    infeasible: Callable[[bytes], tuple[int, str]] = infeasible_checker.check
    network: Callable[[bytes, bytes], tuple[int, str]] = _network
    embed: Callable[[Element, Gauge], Weights] = _embed

    def block(self, name: str) -> Element:
        """Return a block by name, or a product of blocks: ``"syn * nu"``.

        >>> INSTALLED.block("nu(i) * xi").order
        4
        """
        first, *rest = name.split(" * ")
        z = self.blocks[first]()
        for other in rest:
            z = self.multiply(z, self.blocks[other]())
        return z


INSTALLED = Subject()
