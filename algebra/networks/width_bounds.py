"""Lower bounds on the width of an exact network over a group's table: docs/theory/proofs/narrow.md.

A. Alder, V. Strassen, Theoret. Comput. Sci. 15 (1981); M. Bläser, FOCS 1999, and J. Complexity 19
(2003); H. F. de Groote, Theoret. Comput. Sci. 7 (1978).
"""

from collections import Counter

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.finite_group import FiniteGroup
from algebra.representations.irreducibles import NoRepresentationsError, irreducibles, trivial

#: What bounds rest on, for print.
OURS = "docs/theory/proofs/narrow.md"
ALDER_STRASSEN = f"{OURS}; Alder and Strassen 1981"


def rank_bound(group: FiniteGroup) -> tuple[int, str]:
    """Return a number of products below which none multiply in ``R[G]`` without its trivial part.

    ``2 dim - 1`` for each simple factor, and 8 for quaternions; for N x N real matrices, N > 2, if
    no others are left, ``2 N^2 + N - 2`` or ``5/2 N^2 - 3 N``. Without known representations
    ``2 (d - 1) - t``, t the number of classes of elements up to inversion, but one.
    """
    factors = _factors(group)
    if factors is None:
        inverse = group.classes[group.inverses]
        pairs = {(min(x), max(x)) for x in zip(group.classes, inverse, strict=True)}
        return 2 * (group.order - 1) - (len(pairs) - 1), ALDER_STRASSEN
    bound = sum(m * (2 * n * n // e - 1) for (n, e), m in factors.items()) + factors[4, 4]
    matrices = [(n, e) for (n, e), m in factors.items() for _ in range(m) if n > e]
    if len(matrices) == 1 and matrices[0][1] == 1 and (n := matrices[0][0]) > 2:
        known = max(2 * n * n + n - 2, (5 * n * n + 1) // 2 - 3 * n)
        return bound - (2 * n * n - 1) + known, f"{OURS}; Bläser {2003 if n < 7 else 1999}"
    return bound, ALDER_STRASSEN if matrices else OURS


def table_bound(group: FiniteGroup, *, target: Target) -> tuple[int, str]:
    """Return a width below which no network multiplies in a group, and what that rests on.

    That of `rank_bound`; one more for the one-hot task, and for the projected task if the group has
    a subgroup of index 2. Where the algebra is ``R^r x M_2(R)``, for S3 and D4, one more again: for
    the one-hot task, and from r = 3 on for the projected one.
    """
    bound, source = rank_bound(group)
    real = group.order // len(group.generated(*group.commutators, *np.diag(group.products)))
    bound += target == "onehot" or real > 1
    split = _factors(group) == {(1, 1): real - 1, (2, 1): 1}
    if split and (target == "onehot" or real > 3):
        return bound + 1, f"{source}, de Groote 1978"
    return bound, source


def _factors(group: FiniteGroup) -> Counter[tuple[int, int]] | None:
    """Return the non-trivial simple factors, as ``(N, e)``; None where they are not known."""
    try:
        return Counter((x.dimension, x.kind) for x in irreducibles(group) if not trivial(x))
    except NoRepresentationsError:
        return None
