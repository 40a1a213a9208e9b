"""The exact network nearest to a trained one, for the table of any operation.

All weights are free: the nearest zero in floats is rounded to dyadic numbers, and small nodes take
away what rounding leaves. With ``e_u`` one at u and zero elsewhere, nodes ``h (e_u(x) + e_v(y))``
change the outputs of each pair by any amount, up to functions of one input, and nodes ``h e_u``
change these: ``d^2`` nodes, as in memorization.
"""

import time
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from math import log2
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from algebra.groups.isotopy import Isotopy
from algebra.networks.table_network import TableNetwork, table_network
from algebra.numbers.arrays import Int64, Reals
from numeric.exact.free_network import FreeNetwork
from numeric.exact.projection import NearestFloat, NoneNearError, norm, plain, project
from numeric.recognition.over_a_table import TableRecognition
from numeric.weights.performance import Progress
from numeric.weights.plain_network import Weights

Node: TypeAlias = tuple[list[Fraction], list[Fraction], list[Fraction]]

#: Groups of larger order are refused: the search, and as many correcting nodes, take too long.
LARGEST = 32
#: Binary digits after the point; beyond these the correcting nodes are smaller than rounding.
BITS = 52
#: The share of the time that the search may take; the rest is for rounding and checking.
SEARCH = 0.75
#: Nodes of less than this share of the norm are left out.
LEFT_OUT = 1e-9


def nearest_over_a_table(
    w: Weights, found: TableRecognition, *, deadline: float, progress: Progress | None
) -> NearestFloat:
    """Return the nearest network of zero loss that is found, by the deadline of `time.monotonic`.

    Raises:
        NoneNearError: if there is none near it, or the group is too large.
    """
    over, d = found.multiplication, found.group.order
    if d > LARGEST:
        raise NoneNearError(
            f"{found.group} is too large: networks over a table are made exact up to order "
            f"{LARGEST}, since the search and {d * d} correcting nodes take too "
            f"long; what is proved of the network itself, cogo verify says"
        )
    trained = plain(w)
    whole = norm(trained)
    kept = np.flatnonzero(np.sqrt((trained**2).sum(axis=(0, 1))) > LEFT_OUT * whole)
    network = FreeNetwork(w.group, len(kept), table=over.table())
    stop = (now := time.monotonic()) + SEARCH * (deadline - now)
    near = np.zeros_like(trained)
    with threadpool_limits(1):  # the last digits of sums would differ with the number of threads
        projection = project(network, trained[:, :, kept], deadline=stop, progress=progress)
    near[:, :, kept] = projection.w
    there = Weights(w.group, near[0], near[1], 2 * d * near[2])
    return NearestFloat(there, projection.distance / whole, True, partial(_exact, over, there))


def _exact(over: Isotopy, w: Weights) -> tuple[TableNetwork, int]:
    table, floats = over.table(), plain(w)
    floats = floats[:, :, floats.any(axis=(0, 1))]
    nodes = [*_rounded(floats), *corrections(*_left(floats, table))]
    z = table_network(table, nodes, name=over.name, family="nearest optimizer")
    return z, floats.shape[2]


def _whole(w: Reals) -> Any:
    """Return weights in units of the last binary digit, as integers of any size."""
    return np.vectorize(int, otypes=[object])(np.rint(np.ldexp(w, BITS)))


def _rounded(w: Reals) -> Iterator[Node]:
    """Yield the nodes of a plain network, rounded, ``1/2d`` taken out of the outputs."""
    unit, d = Fraction(1, 2**BITS), w.shape[1]
    for a, b, c in _whole(w).transpose(2, 0, 1).tolist():
        yield [x * unit for x in a], [x * unit for x in b], [2 * d * x * unit for x in c]


def _left(w: Reals, table: Int64) -> tuple[Any, Fraction]:
    """Return what rounded weights leave of the errors, integers and their unit.

    A number is taken off all outputs of a pair, which are free up to a constant.
    """
    a, b, c = _whole(w)
    x, y = np.indices(table.shape)
    left = np.array([(row + b) ** 2 @ c.T for row in a])
    left[x, y, table] -= 1 << 3 * BITS
    left -= (left.sum(axis=2) // len(table))[:, :, None]
    return left, Fraction(1, 2 ** (3 * BITS))


def corrections(left: Any, unit: Fraction) -> Iterator[Node]:
    """Yield nodes that take exact errors (d, d, d), integers times a unit, off the outputs.

    ``(h e_u + h e_v)^2 = h^2 (2 e_u e_v + e_u + e_v)``: of mixed terms at ``u, v > 0``, then of
    functions of one input.
    """
    d = len(left)
    mixed = left - left[:, :1] - left[:1] + left[:1, :1]
    some = range(1, d)
    values = [({"a": x, "b": y}, mixed[x, y]) for x in some for y in some]
    values += [({"a": x}, 2 * left[x, 0] - mixed[x].sum(axis=0)) for x in range(d)]
    values += [({"b": y}, 2 * (left[0, y] - left[0, 0]) - mixed[:, y].sum(axis=0)) for y in some]
    for at, wanted in values:
        if largest := max(map(abs, wanted)):
            size = log2(largest) + log2(unit)
            h = Fraction(2) ** round(size / 3)  # about the least norm
            a, b = ([h * (x == at.get(p)) for x in range(d)] for p in "ab")
            yield a, b, [-d * x * unit / h**2 for x in wanted]
