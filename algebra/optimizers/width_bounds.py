"""Lower bounds on the width of an exact network; `proofs.claims.width` says what is proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations_with_replacement, product
from types import MappingProxyType
from typing import Any

import numpy as np

from algebra.blocks.shared import long_characters, shared_doubles
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Int64

#: Up to this order all patterns of signs on pairs of inputs are gone through: 2^(d^2 - 1).
MAX_SIGNS = 4
#: The order of all non-trivial characters where the count of Alder and Strassen is attained.
ATTAINED = 3
#: The group of this order takes so many nodes without constant parts (docs/theory/all-blocks.md).
PLAIN_ORDER, PLAIN_BOUND = 3, 6


def lower_bound(group: AbelianGroup) -> int:
    """Return ``2 (d - 1) - m``, ``m`` the number of non-trivial simple factors over the reals.

    Source: A. Alder, V. Strassen, "On the algorithmic complexity of associative algebras",
    Theoretical Computer Science 15 (1981).

    >>> lower_bound(AbelianGroup("Z7")), lower_bound(AbelianGroup("Z2^3"))
    (9, 7)
    """
    factors = len(group.conjugate_pairs()) + len(group.real_characters())
    return 2 * (group.order - 1) - factors


def squares_of_the_sum(group: AbelianGroup) -> int:
    """Return the dimension of the span of all squares ``(a(x) + b(y))^2`` that depend on ``x + y``.

    The root of such a square is ``+-u(x + y)``, of vanishing mixed differences: a linear system for
    ``u`` for each of ``2^(d^2 - 1)`` patterns of signs. Source: docs/theory/narrow.md.

    >>> squares_of_the_sum(AbelianGroup("Z3")), squares_of_the_sum(AbelianGroup("Z2^2"))
    (1, 4)
    """
    import sympy
    from sympy.polys.matrices import DomainMatrix

    d = group.order
    systems = _mixed_differences(group)
    gram = np.einsum("sri,srj->sij", systems, systems)
    found: set[tuple[Any, ...]] = set()
    for system in np.unique(systems[_determinant(gram) == 0], axis=0):
        rows = [[sympy.QQ(int(v)) for v in row] for row in system]
        basis = DomainMatrix(rows, (len(rows), d), sympy.QQ).nullspace().to_list()
        for u, v in combinations_with_replacement(basis, 2):
            found.add(tuple(p * q for p, q in zip(u, v, strict=True)))
    vectors = [list(v) for v in found if any(v)]
    if not vectors:
        return 0
    return int(DomainMatrix(vectors, (len(vectors), d), sympy.QQ).rank())


def _mixed_differences(group: AbelianGroup) -> Int64:
    """Return, for each pattern of signs, the linear system for ``u``: rows (x, y), columns g."""
    d = group.order
    sums = group.products
    pairs = list(product(range(1, d), repeat=2))
    signs = 1 - 2 * (np.arange(1 << (d * d - 1))[:, None] >> np.arange(d * d - 1) & 1)
    s = np.concatenate([np.ones((len(signs), 1), dtype=np.int64), signs], axis=1)
    s = s.reshape(-1, d, d)
    systems = np.zeros((len(s), len(pairs), d), dtype=np.int64)
    for row, (x, y) in enumerate(pairs):
        for i, j, sign in ((0, 0, 1), (x, 0, -1), (0, y, -1), (x, y, 1)):
            systems[:, row, sums[i, j]] += sign * s[:, i, j]
    return systems


def _determinant(m: Int64) -> Int64:
    """Return the determinants of small integer matrices, by cofactors, exactly."""
    if m.shape[-1] == 1:
        return m[:, 0, 0]
    total = np.zeros(len(m), dtype=np.int64)
    for j in range(m.shape[-1]):
        minor = np.delete(m[:, 1:], j, axis=2)
        total += (1 - 2 * (j % 2)) * m[:, 0, j] * _determinant(minor)
    return total


def onehot_bound(group: AbelianGroup, *, constants: bool = True) -> int:
    """Return a width below which no network solves the one-hot task.

    That of `lower_bound` and one more; two more if a character has order 5 or more; three more if
    at least three pairs of them have, and their doubles are not all the same up to sign.
    ``constants``: whether nodes may have a constant part.

    Source: this project, docs/theory/narrow.md.

    >>> [onehot_bound(AbelianGroup(name)) for name in ("Z2^2", "Z3", "Z4xZ4", "Z5", "Z7", "Z8")]
    [4, 4, 22, 8, 12, 12]
    """
    long = len(long_characters(group))
    apart = long >= 3 and len(shared_doubles(group)) >= 2
    bound = lower_bound(group) + 1 + (long > 0) + apart
    return max(bound, projected_bound(group, constants=constants))


def projected_bound(group: AbelianGroup, *, constants: bool = True) -> int:
    """Return a width below which no network solves the projected task.

    That of `lower_bound`, and one more unless all characters have order 3; two more if there are
    pairs of order 5 or more, and with the real characters they are three or more. Without
    ``constants``, constant parts, it is one more for ``Z3^n`` too, and 6 for ``Z3``.

    Source: this project, docs/theory/narrow.md and docs/theory/all-blocks.md.

    >>> [projected_bound(AbelianGroup(name)) for name in ("Z2^3", "Z3", "Z4", "Z5", "Z7", "Z8")]
    [8, 3, 5, 7, 11, 12]
    >>> [projected_bound(AbelianGroup(name), constants=False) for name in ("Z3", "Z3^2", "Z5")]
    [6, 13, 7]
    """
    if group.order == PLAIN_ORDER and not constants:
        return PLAIN_BOUND
    attained = group.exponent == 1 or (group.exponent == ATTAINED and constants)
    long, reals = len(long_characters(group)), len(group.real_characters())
    return lower_bound(group) + (not attained) + (0 < long >= 3 - reals)


BOUNDS: Mapping[str, Callable[[AbelianGroup], int]] = MappingProxyType(
    {
        "dimension": lambda group: group.order,
        "lower-bound": lower_bound,
        "projected": projected_bound,
        "onehot": onehot_bound,
    }
)
