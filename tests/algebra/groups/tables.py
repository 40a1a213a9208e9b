"""Tables that several modules test with: groups in other numberings, and what is no group."""

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group_names import group
from algebra.numbers.arrays import Int64

#: A loop of order 5 that is no group; every group of order 5 is cyclic.
LOOP = np.array(
    [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 0, 1, 3], [3, 2, 4, 0, 1], [4, 3, 1, 2, 0]]
)
_R, _S = np.arange(21) % 7, np.arange(21) // 7
#: Z7 : Z3, a group without a name.
ORDER_21 = (_R[:, None] + np.array([1, 2, 4])[_S][:, None] * _R) % 7 + 7 * ((_S[:, None] + _S) % 3)


def renumbered(name: str, seed: int) -> FiniteGroup:
    """A group by its name, its elements in random order."""
    g = group(name)
    p = np.random.default_rng(seed).permutation(g.order)
    table = np.empty_like(g.products)
    table[np.ix_(p, p)] = p[g.products]
    return FiniteGroup(table)


def isotope(products: Int64, seed: int) -> Int64:
    """A table with its rows, columns and entries renamed at random, each in its own way."""
    random = np.random.default_rng(seed)
    rows, columns, entries = (random.permutation(len(products)) for _ in range(3))
    return entries[products[np.ix_(rows, columns)]]
