"""Operations that are a multiplication in disguise: isotopies of groups that are not Abelian."""

from __future__ import annotations

import numpy as np

from algebra.groups.finite_group import MAX_ELEMENTS, FiniteGroup, NotAGroupError
from algebra.groups.group_names import factors_of, identified, product_of
from algebra.groups.isotopy import Isotopy, Table, is_latin
from algebra.numbers.arrays import Int64


def multiplication(group: FiniteGroup) -> Isotopy:
    """Return ``x*y`` with the group's own numbering."""
    every = tuple(range(group.order))
    return Isotopy(group, every, every, every, f"x*y over {group.name or group}")


def multiplication_of(table: Table) -> Isotopy | None:
    """Return how a Latin square is the multiplication of a group in disguise; None if it is not.

    Of an Abelian group it is none: that is an addition, `isotopy_of`.

    The principal isotope at (0, 0) is that group, ``(x 0) o (0 y) = x y``; that it is one is
    checked, and that it is the group named by an isomorphism.
    """
    t: Int64 = np.asarray(table).astype(np.int64)
    if len(t) > MAX_ELEMENTS or not is_latin(t):
        return None
    loop = np.empty_like(t)
    loop[t[:, :1], t[:1]] = t
    try:
        found = FiniteGroup(loop)
    except NotAGroupError:
        return None
    if found.is_abelian:
        return None
    name, image = identified(found)
    if image is None:
        image, known = np.arange(len(t)), found
    else:
        known = product_of(factors_of(name))
        if (known.products == t).all():
            return multiplication(known)
    p, s, r = (tuple(image[x].tolist()) for x in (t[:, 0], t[0], np.arange(len(t))))
    return Isotopy(known, p, s, r, f"x*y over {name}, renamed")
