"""A finite group given by its Cayley table: checked, and with the invariants that tell it apart."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import Table, coordinates, not_associative
from algebra.numbers.arrays import Int64

MAX_ELEMENTS = 1000


class NotAGroupError(ValueError):
    """Raised for a table that is no group's; the message says which axiom fails, and where."""


@final
@dataclass(frozen=True, slots=False)
class FiniteGroup:
    """The group whose product of the elements numbered ``x`` and ``y`` has number ``table[x][y]``.

    Args:
        table: the Cayley table on ``0..d-1``, rows of numbers.
        name: such as ``"S4"``.
        labels: the elements in writing, by default their numbers.

    Raises:
        NotAGroupError: if it is no group's; the message names the axiom and the elements.

    Example:
        >>> FiniteGroup([[0, 1, 2], [1, 2, 0], [2, 0, 1]], name="Z3").orders
        array([1, 3, 3])
    """

    table: tuple[tuple[int, ...], ...]
    name: str = ""
    labels: tuple[str, ...] = ()

    def __init__(
        self, table: Table | Sequence[Sequence[int]], name: str = "", labels: Sequence[str] = ()
    ) -> None:
        try:
            t = np.asarray(table)
        except ValueError:
            raise ValueError("table: rows of different lengths; pass d rows of d numbers") from None
        d = len(t) if t.ndim else 0
        if t.shape != (d, d) or not 1 <= d <= MAX_ELEMENTS or t.dtype.kind not in "iu":
            raise ValueError(
                f"table of shape {t.shape}, {t.dtype}: pass d rows of d whole numbers, "
                f"1 <= d <= {MAX_ELEMENTS}"
            )
        if labels and (len(labels) != d or len({*labels}) != d):
            raise ValueError(f"labels={labels!r:.60}: pass {d} different ones")
        _require_group(t.astype(np.int64))
        object.__setattr__(self, "table", tuple(map(tuple, t.tolist())))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "labels", tuple(labels) or tuple(map(str, range(d))))

    def __repr__(self) -> str:
        return f"<FiniteGroup {self}>"

    def __str__(self) -> str:
        return f"{self.name or 'group'} (order {self.order})"

    @property
    def order(self) -> int:
        """The number ``d`` of elements."""
        return len(self.table)

    @cached_property
    def products(self) -> Int64:
        """The table as an array, shape (d, d)."""
        return np.array(self.table, dtype=np.int64)

    @cached_property
    def identity(self) -> int:
        """The neutral element."""
        return int(np.flatnonzero((self.products == np.arange(self.order)).all(axis=1))[0])

    @cached_property
    def inverses(self) -> Int64:
        """The inverse of each element."""
        return np.argwhere(self.products == self.identity)[:, 1]

    @cached_property
    def orders(self) -> Int64:
        """The order of each element."""
        every = np.arange(self.order)
        order, power = np.zeros_like(every), every
        for m in range(1, self.order + 1):
            order[(order == 0) & (power == self.identity)] = m
            power = self.products[power, every]
        return order

    @cached_property
    def classes(self) -> Int64:
        """The least element conjugate to each element."""
        t = self.products
        conjugates = t[t, self.inverses[:, None]]  # [y, x] -> y x y^-1
        least: Int64 = conjugates.min(axis=0)
        return least

    @cached_property
    def generators(self) -> tuple[int, ...]:
        """A few elements that generate it, each chosen to give the most with those before."""
        chosen: list[int] = []
        size = 1
        while size < self.order:
            sizes = [len(self.generated(*chosen, x)) for x in range(self.order)]
            chosen.append(int(np.argmax(sizes)))
            size = max(sizes)
        return tuple(chosen)

    @cached_property
    def words(self) -> list[tuple[int, int, int]]:
        """Each element but one as a word in the generators, see `words_in`."""
        return self.words_in(self.generators)

    def words_in(self, generators: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return each element but one as ``y g_i`` with an earlier y: ``(x, y, i)``."""
        known, found = [self.identity], []
        for y in known:
            for i, s in enumerate(generators):
                x = self.table[y][s]
                if x not in known:
                    known.append(x)
                    found.append((x, y, i))
        return found

    def generated(self, *elements: int) -> Int64:
        """Return the elements of the subgroup that some elements generate."""
        inside = np.zeros(self.order, dtype=bool)
        inside[self.identity] = True
        new = np.array([self.identity])
        while len(new):
            reached = np.unique(self.products[np.ix_(new, np.array(elements))])
            new = reached[~inside[reached]]
            inside[new] = True
        return np.flatnonzero(inside)

    @cached_property
    def commutators(self) -> Int64:
        """The elements of the commutator subgroup, by which the quotient is Abelian."""
        t, inv = self.products, self.inverses
        found = np.unique(t[t, t[np.ix_(inv, inv)]])  # x y x^-1 y^-1
        return self.generated(*found.tolist())

    @cached_property
    def abelian_quotient(self) -> tuple[AbelianGroup, Int64]:
        """The quotient by the commutator subgroup, and the image of each element."""
        coset = self.products[:, self.commutators].min(axis=1)
        chosen, at = np.unique(coset, return_inverse=True)
        found = coordinates(at[self.products[np.ix_(chosen, chosen)]], int(at[self.identity]))
        assert found is not None
        return found[0], found[1][at]

    @property
    def is_abelian(self) -> bool:
        """Whether ``x y = y x``."""
        return bool((self.products == self.products.T).all())

    @cached_property
    def kinds(self) -> Int64:
        """A number for each element that says its order and how many are conjugate to it."""
        sizes = np.bincount(self.classes, minlength=self.order)
        found: Int64 = self.orders * (self.order + 1) + sizes[self.classes]
        return found

    @cached_property
    def invariants(self) -> tuple[Any, ...]:
        """What isomorphic groups have in common: kinds of elements and of their squares, roots."""
        squares = np.diag(self.products)
        kinds = Counter(zip(self.kinds.tolist(), self.orders[squares].tolist(), strict=True))
        roots = Counter(np.bincount(squares, minlength=self.order).tolist())
        counts = (tuple(sorted(count.items())) for count in (kinds, roots))
        return self.order, len(self.commutators), *counts


def isomorphism_of(g: FiniteGroup, h: FiniteGroup) -> Int64 | None:
    """Return the image in ``h`` of each element of ``g`` under an isomorphism, or None."""
    if g.invariants != h.invariants:
        return None
    choices = [np.flatnonzero(h.kinds == g.kinds[x]).tolist() for x in g.generators]
    tried = (isomorphism_by(g, h, images) for images in product(*choices))
    return next((found for found in tried if found is not None), None)


def isomorphism_by(g: FiniteGroup, h: FiniteGroup, images: Sequence[int]) -> Int64 | None:
    """Return the isomorphism that takes the generators of ``g`` to images in ``h``, or None."""
    if len(images) != len(g.generators) or not all(0 <= x < h.order for x in images):
        return None
    image = np.empty(g.order, dtype=np.int64)
    image[g.identity] = h.identity
    for x, y, i in g.words:
        image[x] = h.table[image[y]][images[i]]
    if len(np.unique(image)) == g.order and all(
        (image[g.products[:, x]] == h.products[image, y]).all()
        for x, y in zip(g.generators, images, strict=True)
    ):
        return image
    return None


def _require_group(t: Int64) -> None:
    """Refuse a table that is no group's."""
    every = np.arange(len(t))
    if t.min() < 0 or t.max() >= len(t):
        x, y = np.argwhere((t < 0) | (t >= len(t)))[0]
        raise NotAGroupError(
            f"table: not closed: row {x}, column {y} has {t[x, y]}, which is not in 0..{len(t) - 1}"
        )
    neutral = np.flatnonzero((t == every).all(axis=1) & (every == t.T).all(axis=1))
    if not len(neutral):
        raise NotAGroupError("table: no neutral element: no row and column repeat their headings")
    e = int(neutral[0])
    lacking = np.flatnonzero(~((t == e) & (e == t.T)).any(axis=1))
    if len(lacking):
        x = lacking[0]
        there = f"{e} is neutral, and row {x} never gives it"
        if (t[x] == e).any():
            there = f"row {x} gives {e}, which is neutral, where column {x} does not"
        raise NotAGroupError(f"table: {x} has no inverse: {there}")
    if wrong := not_associative(t):
        x, g, y = wrong
        raise NotAGroupError(
            f"table: not associative: ({x} * {g}) * {y} = {t[t[x, g], y]}, and "
            f"{x} * ({g} * {y}) = {t[x, t[g, y]]}"
        )
