"""The simplest name of an isotopy: a formula over a group or modulo n, and what is renamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from math import gcd
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import Isotopy, Numbers, coordinates, isomorphic, isomorphism
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import units

#: At most so many groups and numberings of an order are tried.
NUMBERINGS = 32


def simplest(
    found: Isotopy, *, group: AbelianGroup | None = None, only: bool = False, modulus: int = 0
) -> Isotopy:
    """Return the same operation, with a numbering and bijections of which most are affine."""
    forms: list[_Form] = []
    for over, at, n in _numberings(found, group, modulus):
        if not only or over == group:
            forms.append(_Form.of(found, over, at, n))
            if forms[-1].rank == (3, 0):
                break
    return max(forms, key=lambda form: form.rank).isotopy(found)


def factorisations(d: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways to write ``d`` as a product, factors above 1, in order; the shortest first."""
    level: list[tuple[tuple[int, ...], int]] = [((), d)]
    while level:
        yield from ((*head, rest) for head, rest in level)
        level = [
            ((*head, n), rest // n)
            for head, rest in level
            for n in range(2, rest // 2 + 1)
            if rest % n == 0
        ]


def sum_of(s: int, t: int) -> str:
    """Return ``s x + t y`` in writing, a positive term first."""
    terms = sorted([(s, "x"), (t, "y")], key=lambda term: term[0] < 0)
    texts = [f"{abs(n) if abs(n) > 1 else ''}{name}" for n, name in terms]
    first, second = (n < 0 for n, _ in terms)
    return f"{'-' * first}{texts[0]} {'-' if second else '+'} {texts[1]}"


def constant_of(c: int, group: AbelianGroup) -> str:
    """Return ``+ c`` in writing; of two ways to write a residue the shorter."""
    if not c:
        return ""
    if len(group.moduli) == 1 and 2 * c > group.order:
        return f" - {group.order - c}"
    return f" + {group.label(c)}"


#: A group, which of its elements ``0..d-1`` are, or the residues prime to n, and n or 0.
_Numbering = tuple[AbelianGroup, Int64, int]


def _numberings(found: Isotopy, asked: AbelianGroup | None, modulus: int) -> Iterator[_Numbering]:
    d, own = found.group.order, asked or found.group
    every = np.arange(d)
    yield from _of_residues(own, modulus)
    yield own, every, 0
    groups = (AbelianGroup(moduli) for moduli in factorisations(d))
    for other in islice((G for G in groups if own != G and isomorphic(G, own)), NUMBERINGS):
        yield other, every, 0
    numbers = np.array((found.numbers or (every,))[0])
    for n in sorted(moduli_of(d), key=lambda n: not np.array_equal(units(n), numbers)):
        yield from _of_residues(own, n)


def moduli_of(d: int) -> list[int]:
    """Return the n with d residues prime to n, for d below 10^6 / 6: ``n / phi(n)`` is below 6."""
    totient = np.arange(6 * d + 1)
    for p in range(2, len(totient)):
        if totient[p] == p:
            totient[p::p] -= totient[p::p] // p
    found: list[int] = (np.flatnonzero(totient[2:] == d) + 2).tolist()
    return found


def _of_residues(group: AbelianGroup, n: int) -> Iterator[_Numbering]:
    residues = units(n) if n > 1 else units(1)[:0]
    if len(residues) == group.order:
        found = coordinates(np.searchsorted(residues, residues[:, None] * residues % n), 0)
        assert found is not None
        if isomorphic(found[0], group):
            yield group, isomorphism(found[0], group)[found[1]], n


def _generators(group: AbelianGroup) -> list[int]:
    steps = np.cumprod((1, *group.moduli[:0:-1]))[::-1].tolist()
    return [e for e, n in zip(steps, group.moduli, strict=True) if n > 1] or [0]


@final
@dataclass(frozen=True, slots=True)
class _Form:
    """Bijections in a numbering, as simple as automorphisms permit, ``linear`` where affine."""

    group: AbelianGroup
    at: Int64
    modulus: int
    maps: tuple[Int64, Int64, Int64]
    linear: tuple[Int64 | None, Int64 | None, Int64 | None]

    @classmethod
    def of(cls, found: Isotopy, group: AbelianGroup, at: Int64, modulus: int) -> _Form:
        """Return it with ``r = 1``, else ``p = 1``, else ``s = 1``, where one of them is affine."""
        phi, number = isomorphism(found.group, group), np.argsort(at)
        maps = [phi[np.array(q)[number]] for q in (found.p, found.s, found.r)]
        linear = [_linear(group, q) for q in maps]
        chosen, first = next(
            ((i, linear[i]) for i in (2, 0, 1) if linear[i] is not None), (3, None)
        )
        if first is not None:
            back = np.argsort(first)
            maps = [back[q] for q in maps]
            linear = [None if q is None else back[q] for q in linear]
        p, s, r = maps
        if chosen == 2:  # r(0) = p(0) = 0
            s = group.add(s, group.add(p[:1], group.negate(r[:1])))
            r = _from_zero(group, r)
        else:  # p(0) = s(0) = 0
            r = group.add(r, group.negate(group.add(p[:1], s[:1])))
            s = _from_zero(group, s)
        a, b, c = linear
        return cls(group, at, modulus, (_from_zero(group, p), s, r), (a, b, c))

    @property
    def rank(self) -> tuple[int, int]:
        """How many are affine, if not one alone, and minus how many multiply by no integer."""
        affine = [q for q in self.linear if q is not None]
        return len(affine) if affine[1:] else 0, -sum(
            _factor(self.group, q) is None for q in affine
        )

    def isotopy(self, found: Isotopy) -> Isotopy:
        """Return it with its name."""
        n, numbers = self.modulus, found.numbers
        name, maps = self._named()
        if numbers is not None and not (n and _are_residues(numbers, n)):
            name += f" on {_listed(numbers)}"
        p, s, r = (tuple(q[self.at].tolist()) for q in maps)
        return replace(found, group=self.group, p=p, s=s, r=r, name=name)

    def _text(self, a: int | None, b: int | None, c: int) -> str:
        """Return ``A x + B y + c``; an automorphism that multiplies by no integer is None."""
        group = self.group
        if not self.modulus:
            formula = sum_of(1 if a is None else a, 1 if b is None else b)
            formula = formula if a else formula.replace("x", "A(x)")
            formula = formula if b else formula.replace("y", "B(y)")
            return f"{formula}{constant_of(c, group)} over {group}"
        n, residues = self.modulus, units(self.modulus)
        number = np.argsort(self.at)
        powers = [("x", a), ("y", b)]
        over = [str(residues[number[c]])] if c else []
        over += [
            f"{z}^{e}" if e and e > 1 else z if e else f"{'AB'[i]}({z})"
            for i, (z, e) in enumerate(powers)
            if e is None or e > 0
        ]
        under = [f"{z}^{-e}" if e < -1 else z for z, e in powers if e is not None and e < 0]
        formula = "*".join(over) or "1"
        if under:
            formula += f"/({'*'.join(under)})" if under[1:] else f"/{under[0]}"
        on = f"1..{n - 1}" if len(residues) == n - 1 else f"the residues prime to {n}"
        by = ", ".join(str(residues[number[e]]) for e in _generators(group))
        return f"{formula} mod {n} on {on}: {group} by powers of {by}"

    def _named(self) -> tuple[str, tuple[Int64, Int64, Int64]]:
        group, text = self.group, self._text
        p, s, r = maps = self.maps
        a, b = (1 if q is None else _factor(group, q) for q in self.linear[:2])
        letters = zip(("x", "y", "the outputs"), self.linear, strict=True)
        renamed = [letter for letter, q in letters if q is None]
        same = _sign(group, p, s)
        if not renamed:
            return text(a, b, int(s[0])), maps
        if renamed[2:]:
            t, u = _sign(group, r, p), _sign(group, r, s)
            if t and u:
                return self._elements_renamed(t, u)
            if same:
                name = f"a renaming of the inputs, and one of the outputs, of {text(1, same, 0)}"
                return name, maps
            return f"a table of order {group.order}, isotopic to {group}", maps
        if renamed == ["x", "y"] and same:
            k = _solution(group, 1 + same, s[:1])
            p, c = group.add(p, k), group.add(s[:1], group.multiply(-1 - same, k))
            name = f"a renaming of the inputs of {text(1, same, int(c[0]))}"
            return name, (p, group.add(group.multiply(same, p), c), r)
        if renamed == ["x"]:
            maps = group.add(p, s[:1]), _from_zero(group, s), r
        kind = "different renamings" if renamed[1:] else "a renaming"
        within = "of" if renamed == ["the outputs"] else "in"
        return f"{kind} of {' and of '.join(renamed)} {within} {text(a, b, 0)}", maps

    def _elements_renamed(self, t: int, u: int) -> tuple[str, tuple[Int64, Int64, Int64]]:
        """Return ``q(z) = t q(x) + u q(y) + c``, ``q = r + k``, c zero if it can be."""
        group, r = self.group, self.maps[2]
        k = _solution(group, 1 - t - u, r[:1])
        c = group.add(group.multiply(1 - t - u, k), group.negate(r[:1]))
        q = group.add(_from_zero(group, r), k)
        name = f"a renaming of the elements of {self._text(t, u, int(c[0]))}"
        return name, (group.multiply(t, q), group.add(group.multiply(u, q), c), q)


def _solution(group: AbelianGroup, n: int, c: Int64) -> Int64:
    """Return the first k with ``n k = c``, or 0."""
    every = np.arange(group.order)
    return every[[int((group.multiply(n, every) == c).argmax())]]


def _are_residues(numbers: Numbers, n: int) -> bool:
    """Return whether the numbers are the residues prime to n."""
    return numbers[0] == numbers[1] == numbers[2] == tuple(units(n).tolist())


def _listed(numbers: Numbers) -> str:
    texts = []
    for x in numbers:
        few = ", ".join(map(str, x[:4])) + (", ..." if len(x) > 4 else "")
        texts.append(f"{x[0]}..{x[-1]}" if x[-1] - x[0] == len(x) - 1 else few)
    rows, columns, outputs = texts
    if rows == columns == outputs:
        return f"the numbers {rows}"
    return f"rows {rows}, columns {columns} and outputs {outputs}"


def _from_zero(group: AbelianGroup, q: Int64) -> Int64:
    return group.add(q, group.negate(q[:1]))


def _linear(group: AbelianGroup, q: Int64) -> Int64 | None:
    """Return ``q - q(0)`` if that is an automorphism."""
    at, every = _from_zero(group, q), np.arange(group.order)
    affine = all(
        (at[group.add(every, every[[e]])] == group.add(at, at[[e]])).all()
        for e in _generators(group)
    )
    return at if affine else None


def _factor(group: AbelianGroup, q: Int64) -> int | None:
    """Return the integer by which an automorphism multiplies, the one nearest to 0, or None."""
    n, generators = group.exponent, _generators(group)
    for t in sorted(range(1 - n, n + 1), key=lambda t: (abs(t), -t)):
        if t and gcd(t, n) == 1 and all(q[e] == group.multiply(t, e) for e in generators):
            return t
    return None


def _sign(group: AbelianGroup, q: Int64, other: Int64) -> int:
    """Return 1 if the second is the first and a constant, -1 if its negative is, else 0."""
    for t in (1, -1):
        if len(np.unique(group.add(other, group.multiply(-t, q)))) == 1:
            return t
    return 0
