"""An exact optimizer over an Abelian group as a network over its table: characters summed up."""

from __future__ import annotations

import numpy as np

from algebra.criterion.dense_nodes import dense
from algebra.networks.table_network import Pool, TableNetwork, gathered
from algebra.numbers.arrays import Int64
from algebra.numbers.scalar import ONE, Scalar, added
from algebra.numbers.units import zeta
from algebra.semiring.element import Element


def from_element(z: Element) -> TableNetwork:
    """Return ``a[x] = sum_k z[a,k] chi_k(x)``, b alike, ``c[g] = sum_k z[c,k] conj(chi_k(g))``.

    Free parameters are set to 1.

    >>> from algebra import optimizers
    >>> from algebra.networks.verdict import table_check
    >>> table_check(from_element(optimizers.build("Z6"))).accepted
    True
    """
    group = z.group
    weights = dense(z.substitute(dict.fromkeys(z.parameters, ONE)).nodes)
    every = np.arange(group.order)
    exponents = group.character_exponents(every[:, None], every)  # [k, x]
    roots = [zeta(group.exponent, e) for e in range(group.exponent)]
    pool, zero = Pool({}), len(weights.scalars) - 1
    known: dict[tuple[int, int], Scalar] = {}

    def term(s: int, e: int) -> Scalar:
        if (s, e) not in known:
            known[s, e] = weights.scalars[s] * roots[e]
        return known[s, e]

    columns: list[list[Int64]] = [[], [], []]
    for rows, ids, sign in zip(columns, weights.rows(), (1, 1, -1), strict=True):
        turns = (sign * exponents % group.exponent).tolist()
        for node in ids.T.tolist():
            live = [(k, s) for k, s in enumerate(node) if s != zero]
            rows.append(pool.ids(added([term(s, turns[k][x]) for k, s in live]) for x in every))
    return gathered(group.products, columns, pool, name=str(group), family=z.name or "")
