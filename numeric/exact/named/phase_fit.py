"""The parameters of one frequency's composition, in the order of its nodes that makes them least.

`numeric.recognition.recognise` says which composition is there; many orders and signs of the nodes
describe it equally well, with other values of its parameters. Here they are chosen for the sake of
those values, because they are going to be written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations, product
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from algebra.numbers.arrays import Complexes, Reals
from numeric.recognition.compositions import ORDER_4, PhaseTable

#: Above this number of nodes the first one determines the order of the others.
ALL_ORDERS = 6
#: Misfits closer than this are of one and the same solution.
SAME = 1e-9


@final
@dataclass(frozen=True, slots=True, eq=False)
class PhaseFit:
    """A composition's parameters at the nodes of one frequency.

    Args:
        turns: the angles by which ``a`` and ``b`` are turned, in radians.
        free: the free parameters' angles; of ``order 4`` those of ``xi = a2/a1`` and ``epsilon
            = a2 b2 / (a1 b1)``.
        place: the node that stands at each column of the composition's table.
        sign: by column, -1 where both inputs are turned round.
    """

    turns: tuple[float, float]
    free: tuple[float, ...]
    place: NDArray[np.int64]
    sign: NDArray[np.int64]


def phase_fit(z: Complexes, composition: PhaseTable, *, sizes: Any = None) -> PhaseFit:
    """Return the least-squares fit of all phases, the free parameters as near to 0 as can be.

    Args:
        z: the nodes' entries, shape (3, n).
        composition: of order n.
        sizes: a function from parameters, shape (M, P), to ``|abc|`` of each column, (M, n), where
            these differ: then they count as well as the phases.

    >>> from numeric.recognition.compositions import SYN_NU
    >>> z = np.exp(1j * SYN_NU.phases(np.array([0.1, 0.2, 0.3])))
    >>> found = phase_fit(z[:, ::-1], SYN_NU)
    >>> [round(x, 9) for x in (*found.turns, *found.free)]
    [0.1, 0.2, 0.3]
    """
    n = composition.order
    unit = z / np.maximum(np.abs(z), 1e-300)
    signs = _anchor_signs(composition)
    orders = np.repeat(_orders(unit, composition), len(signs), axis=0)
    flipped = np.tile(signs, (len(orders) // len(signs), 1))
    ordered = unit[:, orders].transpose(1, 0, 2)
    ordered[:, :2] *= flipped[:, None]
    start = composition.solved(np.angle(ordered))
    template = np.exp(1j * composition.phases(start))
    agreement = (ordered[:, :2] * template[:, :2].conj()).real.sum(axis=1)
    sign = np.where(agreement < 0, -1.0, 1.0)
    signed = ordered * np.stack([sign, sign, np.ones_like(sign)], axis=1)
    gap = np.angle(signed * template.conj())
    inverse = np.linalg.pinv(composition.coefficient.reshape(3 * n, -1))
    parameters = start + gap.reshape(len(gap), 3 * n) @ inverse.T
    model = np.exp(1j * composition.phases(parameters))
    misfit = (np.abs(signed - model) ** 2).sum(axis=(1, 2))
    if sizes is not None:
        logs = np.log(np.abs(z).prod(axis=0))[orders] - np.log(sizes(parameters))
        misfit += (logs**2).sum(axis=1)
    free = _free(parameters, composition)
    same = np.flatnonzero(misfit <= misfit.min() + SAME)
    turned = np.concatenate([free[same], parameters[same, :2]], axis=1)
    # Angles of -1e-12 and of 1e-12 are the same one.
    turned = (turned + SAME) % (2 * np.pi)
    key = [*(turned[:, i] for i in range(turned.shape[1])), turned[:, : free.shape[1]].sum(axis=1)]
    best = int(same[np.lexsort([x.round(6) for x in key])[0]])
    return PhaseFit(
        turns=(float(parameters[best, 0]), float(parameters[best, 1])),
        free=tuple(map(float, free[best])),
        place=orders[best],
        sign=(sign[best] * flipped[best]).astype(np.int64),
    )


def _free(parameters: Reals, composition: PhaseTable) -> Reals:
    if composition is not ORDER_4:
        return parameters[:, 2:]
    first, second = parameters[:, :2], parameters[:, 2:]
    return np.stack([second[:, 0] - first[:, 0], (second - first).sum(axis=1)], axis=1)


def _anchor_signs(composition: PhaseTable) -> Reals:
    """Return all signs of the nodes that determine the parameters, shape (M, n); others 1."""
    nodes = sorted({j for _, j in composition.anchors})
    signs = np.ones((2 ** len(nodes), composition.order))
    signs[:, nodes] = list(product((1.0, -1.0), repeat=len(nodes)))
    return signs


def _orders(unit: Complexes, composition: PhaseTable) -> NDArray[np.int64]:
    """Return all orders of few nodes; of many, the best one for each choice of the first."""
    from scipy.optimize import linear_sum_assignment

    n = composition.order
    if n <= ALL_ORDERS:
        return np.array(list(permutations(range(n))))
    found = []
    for first in range(n):
        moved = np.roll(np.arange(n), -first)
        template = np.exp(1j * composition.phases(composition.solved(np.angle(unit[:, moved]))))
        product = (unit[:, None, :].conj() * template[:, :, None]).real
        score = np.abs(product[0] + product[1]) + product[2]
        found.append(linear_sum_assignment(score, maximize=True)[1])
    return np.array(found)
