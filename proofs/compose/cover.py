"""Two searches by mixed-integer programming: the cheapest cover, and a function of least support.

The solver computes with floats, so its answer is a proposal: `algebra` proves each one exactly, and
what cannot be proved is not returned. That nothing cheaper exists rests on the solver, and is
said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import final

import numpy as np

from algebra.compose.direct import inputs, solve_on
from algebra.compose.entry import Node, character


@final
@dataclass(frozen=True, slots=True)
class Cover:
    """The cheapest set of partial solutions that together kill everything.

    Attributes:
        chosen: positions in the list that was given.
        order: the product of their orders.
    """

    chosen: tuple[int, ...]
    order: int


def cheapest_cover(kinds: Sequence[tuple[int, int]], *, full: int) -> Cover | None:
    """Return the cover of least product of orders: a set cover with weights ``log(order)``.

    Args:
        kinds: for each partial solution the bits it kills and its order.
        full: the bits to be killed.

    Returns:
        The cover, checked on the bits, or None if there is none.

    >>> cheapest_cover([(0b001, 2), (0b110, 2), (0b111, 6)], full=0b111)
    Cover(chosen=(0, 1), order=4)
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not kinds:
        return None
    bits = [b for b in range(full.bit_length()) if full >> b & 1]
    matrix = np.array([[k >> b & 1 for k, _ in kinds] for b in bits], dtype=float)
    weights = np.array([log(q) for _, q in kinds])
    result = milp(
        weights,
        integrality=np.ones(len(kinds)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, lb=np.ones(len(bits))),
    )
    if result.x is None:
        return None
    chosen = tuple(int(i) for i in np.flatnonzero(result.x > 0.5))
    killed, order = 0, 1
    for i in chosen:
        killed |= kinds[i][0]
        order *= kinds[i][1]
    return Cover(chosen, order) if killed & full == full else None


def least_support(
    names: Sequence[str], *, n: int, largest: int = 8, bound: float = 2.0, seconds: float = 60.0
) -> tuple[Node, ...] | None:
    """Return a solution over n-th roots of unity of few nodes, proved exactly, or None.

    Minimises the number of inputs with ``c != 0`` subject to the prescribed Fourier values, real
    and imaginary parts of ``c`` at most ``bound``; one node is ``a = b = 1``, by translation.

    Args:
        names: the potentials to kill.
        n: the order of the roots of unity.
        largest: solutions of more nodes are not returned.
        bound: the largest ``|Re c|`` and ``|Im c|`` admitted.
        seconds: the time limit of the solver; the best solution found until then is taken.

    >>> nodes = least_support(["a-bc", "ab-c", "abc-"], n=3)
    >>> len(nodes)
    3
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    every = inputs(n)
    count = len(every)
    characters = [(1, 1), *dict.fromkeys(character(name) for name in names)]
    angle = 2 * np.pi / n
    phase = np.array([[angle * (x * i + y * j) for i, j in every] for x, y in characters])
    cosine, sine = np.cos(phase), np.sin(phase)
    # Unknowns: Re c, Im c, and whether the input is in the support.
    none = np.zeros_like(cosine)
    fourier = np.vstack([np.hstack([cosine, -sine, none]), np.hstack([sine, cosine, none])])
    target = np.zeros(2 * len(characters))
    target[0] = 1
    eye, off = np.eye(count), np.zeros((count, count))
    switches = np.vstack(
        [np.hstack([s * eye if p == 0 else off, s * eye if p == 1 else off, -bound * eye])
         for p in (0, 1) for s in (1, -1)]
    )  # fmt: skip
    low = np.concatenate([np.full(2 * count, -bound), np.zeros(count)])
    high = np.concatenate([np.full(2 * count, bound), np.ones(count)])
    low[2 * count] = 1
    result = milp(
        np.concatenate([np.zeros(2 * count), np.ones(count)]),
        integrality=np.concatenate([np.zeros(2 * count), np.ones(count)]),
        bounds=Bounds(low, high),
        constraints=[
            LinearConstraint(fourier, lb=target, ub=target),
            LinearConstraint(switches, ub=np.zeros(4 * count)),
        ],
        options={"time_limit": seconds},
    )
    if result.x is None:
        return None
    size = np.abs(result.x[:count]) + np.abs(result.x[count : 2 * count])
    support = [every[i] for i in np.flatnonzero(size > 1e-6)]
    return solve_on(support, names, n=n) if len(support) <= largest else None
