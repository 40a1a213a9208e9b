"""What is known of a width before anything is searched for: proved families, and a lower bound."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.networks import any_group
from algebra.networks.families import memorization
from algebra.networks.width_bounds import table_bound
from algebra.numbers.arrays import Int64
from algebra.optimizers import table as optimizers
from algebra.optimizers.width_bounds import onehot_bound, projected_bound
from algebra.representations.irreducibles import NoRepresentationsError
from numeric.narrow.problem import Task, products

#: Families whose nodes have no constant part.
PLAIN = (
    "few-plus-real",
    "four-plus-real",
    "four-plus-six",
    "six-per-frequency",
    "nine-per-frequency",
    "memorization",
)


@final
@dataclass(frozen=True, slots=False)
class KnownWidths:
    """What is known for a task, over a group of order 2 or more, or the table of an operation.

    >>> known = KnownWidths(AbelianGroup("Z5"), "onehot")
    >>> known.proved["few-plus-constant"], known.least
    (8, 8)
    >>> print(known)
    Z5, target onehot: known: few-plus-constant has 8 nodes; proved: at least 8 (...)
    """

    group: Task
    target: Target
    constants: bool = True  # nodes may have a constant part

    @cached_property
    def proved(self) -> dict[str, int]:
        """The proved families, with their widths, narrowest first."""
        G, target, found = self.group, self.target, dict[str, int]()
        if isinstance(G, AbelianGroup):
            for name in optimizers.families(G, target=target):
                nodes = optimizers.width(G, name, target=target)
                # The one-hot target takes a constant node where there is no carrier.
                carried = nodes == optimizers.width(G, name)
                if self.constants or (name in PLAIN and carried):
                    found[name] = nodes
            return found
        for name in any_group.FAMILIES if self.constants else ():
            with suppress(NoRepresentationsError):
                found[name] = self.built(name).order
        return dict(sorted(found.items(), key=lambda item: item[1]))

    def built(self, family: str) -> Any:
        """Return the network of a family."""
        if isinstance(self.group, AbelianGroup | FiniteGroup):
            return any_group.build(self.group, family, target=self.target)
        if family != "memorization":
            raise NoRepresentationsError(f"{self.group} is no group")
        return memorization(self.group.table)

    @property
    def narrowest(self) -> tuple[str, int] | None:
        """The narrowest proved family, and its width; None if none is known."""
        return next(iter(self.proved.items()), None)

    def suffices(self, width: int) -> bool:
        """Whether a family is known to be that narrow."""
        return self.narrowest is not None and self.narrowest[1] <= width

    @property
    def least(self) -> int:
        """The width below which none suffices, with real weights."""
        return self._bound[0]

    @cached_property
    def _bound(self) -> tuple[int, str, str]:
        """The least width, how that is known, and where the theorem is."""
        if isinstance(self.group, AbelianGroup):
            bound = onehot_bound if self.target == "onehot" else projected_bound
            least = bound(self.group, constants=self.constants)
            theorem = self.target if least == bound(self.group) else "plain"
            return least, "proved", f"Coq: {theorem}_width_of_products"
        if isinstance(self.group, FiniteGroup):
            least, source = table_bound(self.group, target=self.target)
            return least, "cited", source
        return dimension_bound(products(self.group), target=self.target), "proved", "exact ranks"

    def __str__(self) -> str:
        plain = "" if self.constants else ", no constant parts"
        best = "no family" if self.narrowest is None else "{} has {} nodes".format(*self.narrowest)
        return (
            f"{self.group}, target {self.target}{plain}: known: {best}; "
            f"{self._bound[1]}: at least {self.least} ({self._bound[2]})"
        )

    def verdict(self, width: int, *, said: str | None = None) -> str:
        """Return what follows for a width, said of a group; that nodes suffice is proved anew.

        >>> print(KnownWidths(AbelianGroup("Z5"), "projected").verdict(7))
        whether 7 nodes suffice is not known
        """
        if width < self.least:
            return f"{self._bound[1]}: {width} nodes do not suffice, with real weights"
        if self.narrowest is None or not self.suffices(width):
            return f"whether {width} nodes suffice is not known"
        family = self.narrowest[0]
        found = any_group.check(self.built(family), target=self.target)
        assert found.accepted, found
        return (
            f"proved: {width} nodes suffice: {found}\nits certificate: cogo build "
            f"{said or self.group} --target {self.target} --family {family} -o FILE.cert.json"
        )


def dimension_bound(table: Int64, *, target: Target) -> int:
    """Return a width below which no network computes a table: ranks of its functions, exact.

    Modulo functions of x alone and of y alone ``[table[x, y] = g]`` is a sum of q products, so that
    q is at least its rank, seen from x, from y, or from g; for the one-hot task one more, since the
    squares span 1, and at least as many as there are outputs. A ValueError for more than 128 rows,
    whose sums of products could exceed 64 bits.

    >>> dimension_bound(np.array([[0, 0], [0, 1]]), target="onehot")
    2
    """
    from sympy import QQ
    from sympy.polys.matrices import DM

    d = len(table)
    if d > 128:  # numbers are at most 8 d^3 here, and d^2 squares of them are added
        raise ValueError(f"table of {d} rows: ranks are computed of at most 128")
    t = (table[:, :, None] == np.arange(d)).astype(np.int64)
    for axis in (0, 1, 2) if target == "projected" else (0, 1):
        t = d * t - t.sum(axis=axis, keepdims=True)
    rows = [np.moveaxis(t, axis, 0).reshape(d, -1) for axis in range(3)]
    mixed = max(int(DM((x @ x.T).tolist(), QQ).rank()) for x in rows)
    return max(mixed + 1, len(np.unique(table))) if target == "onehot" else mixed
