"""Elements whose entries are independent variables, and random exact ones.

An entry ``u + v`` with two parameters of modulus one runs through the whole disc ``|z| <= 2`` as
they vary, and ``u + 1/u`` through the real interval ``[-2, 2]``. A polynomial identity in entries
and their conjugates that holds as an identity of Laurent polynomials in the parameters holds on
an open set, and so for all entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations_with_replacement
from random import Random

import numpy as np

from algebra.groups.group import AbelianGroup, Index
from algebra.groups.spectrum import PAIR, Spectrum
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import param, zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element
from algebra.semiring.potential import Potential


def generic(
    name: str, order: int, *, spectrum: Spectrum = PAIR, constant_parts: bool = True
) -> Element:
    """Return an element whose entries are independent variables, real where they have to be.

    Their parameters begin with the name; over a group constant parts are the entries at ``k = 0``.
    """
    nodes: list[dict[tuple[str, Index], Exact]] = []
    for j in range(order):
        node: dict[tuple[str, Index], Exact] = {}
        for p in "abc":
            for k in _representatives(spectrum, constant_parts):
                u = param(f"{name}{p}{j}_{k}")
                real = spectrum.negate(k) == k
                node[p, k] = u + (u.conjugate() if real else param(f"{name}{p}{j}_{k}_"))
        nodes.append(node)
    return element(spectrum, nodes)


def _representatives(spectrum: Spectrum, constant_parts: bool) -> list[int]:
    k = np.arange(spectrum.order)
    kept = [int(x) for x in k[k <= spectrum.negate(k)]]
    leave_out = isinstance(spectrum, AbelianGroup) and not constant_parts
    return [x for x in kept if x or not leave_out]


def sample(
    random: Random, group: AbelianGroup, *, order: int, constant_parts: bool = True
) -> Element:
    """Return a random element: small Gaussian rationals and roots of unity, some entries zero."""
    nodes: list[dict[tuple[str, Index], Exact]] = []
    for _ in range(order):
        node: dict[tuple[str, Index], Exact] = {}
        for p in "abc":
            for k in _representatives(group, constant_parts):
                if random.random() < 0.7:
                    x = _number(random)
                    real = group.negate(k) == k
                    node[p, k] = x + x.conjugate() if real else x
        nodes.append(node)
    return element(group, nodes)


def _number(random: Random) -> Scalar:
    q = Fraction(random.choice([-2, -1, 1, 2, 3]), random.choice([1, 1, 2, 3]))
    return q * zeta(random.choice([1, 3, 4, 12]), random.randrange(12)) + random.choice([0, 0, 1])


def multisets(degree: int, *, spectrum: Spectrum = PAIR) -> Iterator[Potential]:
    """Yield the potentials of all index multisets up to a degree, the empty one included."""
    indices = [(p, k) for p in "abc" for k in range(spectrum.order)]
    for size in range(degree + 1):
        for chosen in combinations_with_replacement(indices, size):
            yield Potential(spectrum, chosen)
