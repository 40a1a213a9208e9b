"""How much nodes of a network over a finite group hold of each irreducible representation.

The share of a representation ``rho`` in a function ``w`` on the group is ``|P w|^2 / |w|^2`` with
the projection ``P w(x) = (N/(e d)) sum_y chi(x y^-1) w(y)``, ``chi`` its character, ``N`` its
real dimension and ``e`` that of its commutant. It depends neither on how the group is numbered, up
to automorphisms, nor on the scale of a node.
"""

from contextlib import suppress
from functools import lru_cache

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Reals
from algebra.numbers.to_float import to_reals
from algebra.representations.irreducibles import NoRepresentationsError, irreducibles, trivial

#: Of groups with more representations training keeps no records of each: two columns in a file.
MAX_FOLLOWED = 40


def powers_and_gains(a: Reals, b: Reals, c: Reals, group: FiniteGroup) -> tuple[Reals, Reals]:
    """Return ``|P a|^2, |P b|^2, |P c|^2`` by node, shape (3, R, q), and gains, shape (R,).

    The gain of a representation is ``sum f t / sum t^2``, ``t(x, y)[g] = (N/(e d)) chi(x y g^-1)``
    being its part of ``[x y = g]``; the trivial one's, whose part is free, counts as 1. All pairs
    are taken a first input at a time.
    """
    projections = _projections(group)
    squares = np.zeros_like(a)  # sum of (a_j(x) + b_j(y))^2 over x y = g
    for x, products in enumerate(group.products):
        squares[products] += (a[x] + b) ** 2
    projected = np.array([[p @ w for p in projections] for w in (a, b, c)])
    sizes = np.array([rho.functions for rho in irreducibles(group)])
    gains = np.einsum("gq,rgq->r", squares, projected[2]) / (group.order * sizes)
    gains[[trivial(rho) for rho in irreducibles(group)]] = 1
    return (projected**2).sum(axis=2), gains


def representations_of(group: AbelianGroup | FiniteGroup) -> tuple[str, ...]:
    """Return the names of the representations that training follows: none of an Abelian group."""
    if isinstance(group, FiniteGroup):
        with suppress(NoRepresentationsError):
            names = tuple(rho.name for rho in irreducibles(group))
            return names if len(names) <= MAX_FOLLOWED else ()
    return ()


@lru_cache(maxsize=4)
def _projections(group: FiniteGroup) -> Reals:
    """Return the matrices of the projections onto the functions of each representation."""
    quotients = group.products[:, group.inverses]
    found = []
    for rho in irreducibles(group):
        character = to_reals(rho.character())
        found.append(character[quotients] * (rho.dimension / (rho.kind * group.order)))
    return np.array(found)
