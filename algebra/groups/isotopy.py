"""Operations ``x * y = r^-1(p(x) + s(y))``, additions in disguise, found from their tables."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from algebra.groups.group import AbelianGroup, isomorphism_types
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import factorise

Table = NDArray[np.integer[Any]]
#: Rows, columns and outputs.
Numbers = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


class NotIsotopicError(ValueError):
    """Raised for a table that is no addition in disguise; the message says why."""


class NotAbelianError(NotIsotopicError):
    """Raised for a Latin square that is isotopic to no Abelian group, or not to that asked for."""


@final
@dataclass(frozen=True, slots=True)
class Isotopy:
    """The operation ``r^-1(p(x) + s(y))`` over a group, written ``p(x) s(y)`` if it is not Abelian.

    Args:
        group: the group, of order n: an `AbelianGroup`, or a `FiniteGroup`.
        p: the element that stands for each ``x``, a permutation of ``0..n-1``.
        s: the same for each ``y``.
        r: the same for each output.
        name: such as ``"x - y over Z7"``.
        numbers: the rows, columns and outputs of a larger table that ``x``, ``y`` and the output
            run through, n of each; None if they are ``0..n-1``.

    >>> Isotopy(AbelianGroup("Z3"), (0, 1, 2), (0, 2, 1), (0, 1, 2), "x - y over Z3").table()
    array([[0, 2, 1], [1, 0, 2], [2, 1, 0]])
    """

    group: Any
    p: tuple[int, ...]
    s: tuple[int, ...]
    r: tuple[int, ...]
    name: str = ""
    numbers: Numbers | None = None

    def __post_init__(self) -> None:
        n = self.group.order
        for letter, q in (("p", self.p), ("s", self.s), ("r", self.r)):
            if len(q) != n or set(q) != set(range(n)):
                raise ValueError(f"{letter}={q!r:.60} is no permutation of 0..{n - 1}")
        if any(len(set(x)) != n or len(x) != n for x in self.numbers or ()):
            raise ValueError(f"numbers={self.numbers!r:.60}: pass {n} of each, for {self.group}")

    def table(self) -> Int64:
        """Return the operation's table on ``0..n-1``, shape (n, n)."""
        table: Int64 = self.group.products[np.ix_(self.p, self.s)]
        return np.argsort(self.r)[table]

    def places(self) -> tuple[Int64, Int64, Int64]:
        """Return the row, the column and the output that stand for each element of the group.

        With ``x, y, g = places()``, weights ``w_a[x], w_b[y], w_c[g]`` are those of a network for
        addition.
        """
        x, y, g = (np.argsort(q) for q in (self.p, self.s, self.r))
        if self.numbers is None:
            return x, y, g
        rows, columns, outputs = map(np.array, self.numbers)
        return rows[x], columns[y], outputs[g]

    @property
    def is_addition(self) -> bool:
        """Whether it is ``x + y`` with the group's own numbering, and nothing is left out."""
        every = tuple(range(self.group.order))
        return self.numbers is None and self.p == self.s == self.r == every

    def agreement(self, answers: Table) -> tuple[int, int]:
        """Return on how many pairs of a table of answers it agrees, and of how many."""
        n = self.group.order
        wanted = self.table()
        if self.numbers is not None:
            rows, columns, outputs = map(np.array, self.numbers)
            answers, wanted = answers[np.ix_(rows, columns)], outputs[wanted]
        return int((answers == wanted).sum()), n * n

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        names = ("rows", "columns", "outputs")
        numbers = dict(zip(names, map(list, self.numbers or ()), strict=False))
        bijections = {"p": list(self.p), "s": list(self.s), "r": list(self.r)}
        group = getattr(self.group, "name", str(self.group))
        return {"name": self.name, "group": group, **bijections, **numbers}


def is_latin(table: Table) -> bool:
    """Return whether every row and every column of a square table has each of its numbers once."""
    try:
        _require_latin(np.asarray(table).astype(np.int64))
    except NotIsotopicError:
        return False
    return True


def isotopy_of(table: Table, *, group: AbelianGroup | None = None) -> Isotopy:
    """Return how a table is an addition in disguise; every pair is then checked.

    The group is by default the one of its type in `isomorphism_types`. The other isotopies are
    ``phi p + a, phi s + b, phi r + a + b`` for automorphisms ``phi``.

    Raises:
        NotIsotopicError: if it is no Latin square.
        NotAbelianError: if it is isotopic to no group, with a quadrangle that shows it; to a group
            that is not Abelian; or to another than was asked for.

    Source: the quadrangle criterion; Keedwell and Denes, Latin Squares and their Applications,
    2nd ed. 2015, section 1.2.

    >>> x = np.arange(6)
    >>> isotopy_of((x[:, None] - x + 3) % 6).group
    AbelianGroup('Z6')
    """
    t: Int64 = np.asarray(table).astype(np.int64)
    d = len(t)
    _require_latin(t)
    loop = np.empty_like(t)
    loop[t[:, :1], t[:1]] = t  # the principal isotope at (0, 0); t[0, 0] is neutral
    found = coordinates(loop, int(t[0, 0]))
    if found is not None:
        type_, at = found
        over = group or next(G for G in isomorphism_types(d) if isomorphic(G, type_))
        if isomorphic(over, type_):
            at = isomorphism(type_, over)[at]
            p, s = at[t[:, 0]], at[t[0]]
            if (at[t] == over.add(p[:, None], s[None])).all():
                return Isotopy(over, tuple(p.tolist()), tuple(s.tolist()), tuple(at.tolist()))
        elif (at[loop] == type_.add(at[:, None], at[None])).all():
            raise NotAbelianError(f"it is isotopic to {type_}, which is not isomorphic to {group}")
    wrong = not_associative(loop)
    if wrong is None:
        raise NotAbelianError(f"it is isotopic to a group of order {d} that is not Abelian")
    raise NotAbelianError(f"it is isotopic to no group: {_quadrangle(t, *wrong)}")


def isomorphic(g: AbelianGroup, h: AbelianGroup) -> bool:
    """Return whether two groups have the same primary factors."""
    one, other = (Counter(p**e for n in x.moduli for p, e in factorise(n)) for x in (g, h))
    return one == other


def isomorphism(g: AbelianGroup, h: AbelianGroup) -> Int64:
    """Return the image in ``h`` of each element of an isomorphic group ``g``."""
    if g == h:
        return np.arange(g.order)
    x, y = coordinates(g.products, 0), coordinates(h.products, 0)
    assert x is not None
    assert y is not None
    result: Int64 = np.argsort(y[1])[x[1]]
    return result


def coordinates(sums: Int64, zero: int) -> tuple[AbelianGroup, Int64] | None:
    """Return a product of cyclic groups, and each element of a loop as one of it; else None.

    What comes out of a table that is no group is None, or wrong.
    """
    every = np.arange(len(sums))
    sub: Int64 = np.array([zero])
    moduli: list[int] = []
    while len(sub) < len(sums):
        inside = np.zeros(len(sums), dtype=bool)
        inside[sub] = True
        relative, order, multiple = (np.zeros_like(every) for _ in range(3))
        multiple[:] = zero
        for m in range(1, len(sums) + 1):
            multiple = sums[multiple, every]
            relative[(relative == 0) & inside[multiple]] = m
            order[(order == 0) & (multiple == zero)] = m
            if order.all():
                break
        m = int(relative.max())
        chosen = np.flatnonzero((relative == m) & (order == m))
        if not len(chosen) or len(sub) * m > len(sums):
            return None
        multiples = [zero]
        for _ in range(m - 1):
            multiples.append(int(sums[multiples[-1], chosen[0]]))
        sub = sums[sub[:, None], np.array(multiples)].ravel()
        moduli.append(m)
    if len(np.unique(sub)) < len(sub):
        return None
    return AbelianGroup(moduli or [1]), np.argsort(sub)


def _require_latin(t: Int64) -> None:
    d = len(t)
    if t.shape != (d, d) or not d:
        raise NotIsotopicError(f"a table of shape {t.shape} is not square")
    if t.min() < 0 or t.max() >= d:
        wrong = t.min() if t.min() < 0 else t.max()
        raise NotIsotopicError(f"it has the entry {wrong}, which is not in 0..{d - 1}")
    for name, lines in (("row", t), ("column", t.T)):
        ordered = np.sort(lines, axis=1)
        twice = np.argwhere(ordered[:, 1:] == ordered[:, :-1])
        if len(twice):
            i, j = twice[0]
            raise NotIsotopicError(
                f"it is no Latin square: {name} {i} has {ordered[i, j]} more than once"
            )


def not_associative(loop: Int64) -> tuple[int, int, int] | None:
    """Return a, b, c with ``(a b) c != a (b c)``, or None, by Light's test."""
    inside = np.zeros(len(loop), dtype=bool)
    while not inside.all():
        b = int(inside.argmin())
        wrong = np.argwhere(loop[loop[:, b]] != loop[:, loop[b]])
        if len(wrong):
            return int(wrong[0, 0]), b, int(wrong[0, 1])
        inside[b] = True
        before = 0
        while before < inside.sum():
            before, (sub,) = inside.sum(), np.nonzero(inside)
            inside[loop[np.ix_(sub, sub)]] = True
    return None


def _quadrangle(t: Int64, a: int, b: int, c: int) -> str:
    """Return two quadrangles with three equal corners and a fourth that differs, in words."""
    x, y = np.argsort(t[:, 0]), np.argsort(t[0])
    ab, bc = t[x[a], y[b]], t[x[b], y[c]]
    rows, columns = ((x[t[0, 0]], x[a]), (x[b], x[ab])), ((y[b], y[bc]), (y[t[0, 0]], y[c]))
    corners = [t[np.ix_(i, j)].ravel().tolist() for i, j in zip(rows, columns, strict=True)]
    first, second = (
        f"rows {i[0]}, {i[1]} and columns {j[0]}, {j[1]} cross at {'{}, {}, {}, {}'.format(*four)}"
        for i, j, four in zip(rows, columns, corners, strict=True)
    )
    return f"{first}, and {second}"
