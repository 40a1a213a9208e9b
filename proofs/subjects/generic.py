"""Elements whose entries are independent variables, and random exact ones.

An entry ``u + v`` with two parameters of modulus one runs through the whole disc ``|z| <= 2`` as
they vary, and ``u + 1/u`` through the real interval ``[-2, 2]``. A polynomial identity in entries
and their conjugates that holds as an identity of Laurent polynomials in the parameters holds on
an open set, and so for all entries.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations_with_replacement, product
from random import Random

import numpy as np

from algebra.groups.group import AbelianGroup, Index
from algebra.groups.spectrum import PAIR, Spectrum
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import param, zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element
from algebra.semiring.potential import Potential

Nodes = list[dict[tuple[str, Index], Exact]]


def representatives(spectrum: Spectrum, *, constant_parts: bool = True) -> list[int]:
    """Return the smaller index of each ``{k, -k}``; of a group, 0 if constant parts are wanted."""
    k = np.arange(spectrum.order)
    kept: list[int] = k[k <= spectrum.negate(k)].tolist()
    return kept[1:] if isinstance(spectrum, AbelianGroup) and not constant_parts else kept


def generic(
    name: str, order: int, *, spectrum: Spectrum = PAIR, constant_parts: bool = True
) -> Element:
    """Return an element whose entries are independent variables, real where they have to be.

    Their parameters begin with the name; over a group constant parts are the entries at ``k = 0``.
    """
    nodes: Nodes = [{} for _ in range(order)]
    ks = representatives(spectrum, constant_parts=constant_parts)
    for (j, node), p, k in product(enumerate(nodes), "abc", ks):
        u = param(f"{name}{p}{j}_{k}")
        real = spectrum.negate(k) == k
        node[p, k] = u + (u.conjugate() if real else param(f"{name}{p}{j}_{k}_"))
    return element(spectrum, nodes)


def sample(
    random: Random, group: AbelianGroup, *, order: int, constant_parts: bool = True
) -> Element:
    """Return a random element: small Gaussian rationals and roots of unity, some entries zero."""
    nodes: Nodes = [{} for _ in range(order)]
    ks = representatives(group, constant_parts=constant_parts)
    for node, p, k in product(nodes, "abc", ks):
        if random.random() < 0.7:
            x = _number(random)
            node[p, k] = x + x.conjugate() if group.negate(k) == k else x
    return element(group, nodes)


def _number(random: Random) -> Scalar:
    q = Fraction(random.choice([-2, -1, 1, 2, 3]), random.choice([1, 1, 2, 3]))
    return q * zeta(random.choice([1, 3, 4, 12]), random.randrange(12)) + random.choice([0, 0, 1])


def multisets(degree: int) -> Iterator[Potential]:
    """Yield the potentials of a pair of all index multisets up to a degree, the empty one too."""
    indices = list(product("abc", range(PAIR.order)))
    for size in range(degree + 1):
        for chosen in combinations_with_replacement(indices, size):
            yield Potential(PAIR, chosen)
