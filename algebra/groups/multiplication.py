"""Operations that are a multiplication in disguise: isotopies of groups that are not Abelian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np

from algebra.groups.finite_group import MAX_ELEMENTS, FiniteGroup, NotAGroupError
from algebra.groups.group_names import factors_of, identified, product_of
from algebra.groups.isotopy import Table, is_latin
from algebra.numbers.arrays import Int64


@final
@dataclass(frozen=True, slots=True)
class Multiplication:
    """The operation ``r^-1(p(x) s(y))`` over a finite group.

    Args:
        group: the group, of order n.
        p: the element that stands for each ``x``, a permutation of ``0..n-1``.
        s: the same for each ``y``.
        r: the same for each output.
        name: such as ``"x*y over S4"``.
    """

    group: FiniteGroup
    p: tuple[int, ...]
    s: tuple[int, ...]
    r: tuple[int, ...]
    name: str
    #: All rows, columns and outputs are the group's, as in an `Isotopy` without numbers.
    numbers: None = None

    def table(self) -> Int64:
        """Return the operation's table on ``0..n-1``, shape (n, n)."""
        products = self.group.products[np.array(self.p)[:, None], np.array(self.s)]
        return np.asarray(np.argsort(self.r)[products])

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        bijections = {"p": list(self.p), "s": list(self.s), "r": list(self.r)}
        return {"name": self.name, "group": self.group.name, **bijections}


def multiplication(group: FiniteGroup) -> Multiplication:
    """Return ``x*y`` with the group's own numbering."""
    every = tuple(range(group.order))
    return Multiplication(group, every, every, every, f"x*y over {group.name or group}")


def multiplication_of(table: Table) -> Multiplication | None:
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
    return Multiplication(known, p, s, r, f"x*y over {name}, renamed")
