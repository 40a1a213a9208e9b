"""Which node stands where: assignments of few nodes, of many frequencies at once."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from algebra.numbers.arrays import Int64, Reals


def assigned(score: Reals) -> NDArray[np.int64]:
    """Return the node at each column in the assignment of the largest sum of scores.

    Dynamic programming over sets of nodes: ``best(S) = max_i best(S - i) + score[i, |S|-1]``.
    Loading `scipy.optimize` takes longer than all of recognition; up to a dozen nodes this is fast.

    Args:
        score: shape (F, n, n), nodes by columns.

    Returns:
        Shape (F, n).

    >>> assigned(np.array([[[5.0, 6.0], [1.0, 4.0]], [[1.0, 3.0], [2.0, 1.0]]])).tolist()
    [[0, 1], [1, 0]]
    """
    count, n, _ = score.shape
    best = np.zeros((count, 1 << n))
    last = np.zeros((count, 1 << n), dtype=np.int64)
    for column, (sets, members) in enumerate(_subsets(n)):
        before = sets[:, None] ^ (1 << members)
        values = best[:, before] + score[:, members, column]
        chosen = values.argmax(axis=2)
        best[:, sets] = np.take_along_axis(values, chosen[..., None], axis=2)[..., 0]
        last[:, sets] = members[np.arange(len(sets)), chosen]
    place = np.empty((count, n), dtype=np.int64)
    rest, every = np.full(count, (1 << n) - 1), np.arange(count)
    for column in reversed(range(n)):
        place[:, column] = last[every, rest]
        rest ^= 1 << place[:, column]
    return place


@cache
def _subsets(n: int) -> list[tuple[Int64, Int64]]:
    """Return all sets of 1, 2, ... nodes, as bits and as lists."""
    lists = [np.array(list(combinations(range(n), size))) for size in range(1, n + 1)]
    return [((1 << members).sum(axis=1), members) for members in lists]
