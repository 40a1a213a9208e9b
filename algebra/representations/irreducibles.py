"""All irreducible real representations of a group, each checked before it is used."""

from __future__ import annotations

from functools import lru_cache

from algebra.groups.finite_group import FiniteGroup, isomorphism_of
from algebra.groups.group_names import Factor, product_of
from algebra.numbers.scalar import ONE
from algebra.representations.induced import induced
from algebra.representations.representation import Representation, require_complete
from algebra.representations.symmetric import symmetric

#: The symmetric groups by their orders.
_SYMMETRIC = {6: 3, 24: 4, 120: 5}


class NoRepresentationsError(ValueError):
    """Raised for a group not all of whose exact representations are found."""


@lru_cache(maxsize=32)
def irreducibles(group: FiniteGroup) -> tuple[Representation, ...]:
    """Return the irreducible real representations of a group, each checked exactly.

    Those of symmetric groups, in any numbering, are Young's; all others are cut out of induced
    ones, ``"3.1"`` the second of dimension 3. What is checked is the whole list: homomorphisms,
    forms, norms of characters, and ``sum of N^2 / e = d``.

    Raises:
        NoRepresentationsError: if not all are found; of order up to 63 all are.

    Source: docs/theory/finite-groups.md.

    >>> from algebra.groups.group_names import group
    >>> [(x.name, x.dimension, x.kind) for x in irreducibles(group("Q8"))][-2:]
    [('1.3', 1, 1), ('4.0', 4, 4)]
    """
    n = _SYMMETRIC.get(group.order, 1)
    image = isomorphism_of(group, product_of((Factor("S", n),)))
    found = induced(group) if image is None else [x.of(image.tolist()) for x in symmetric(n)]
    if sum(rho.functions for rho in found) < group.order:
        raise NoRepresentationsError(
            f"{group}: not all of its representations are found as parts of what characters of "
            f"subgroups induce; take memorization"
        )
    require_complete(group, found)
    return tuple(found)


def trivial(rho: Representation) -> bool:
    """Return whether a representation is the trivial one."""
    return rho.dimension == 1 and all(x == ONE for x in rho.values.ravel())
