"""Finite Abelian groups, their characters and automorphisms, without ``d x d`` tables."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import gcd, lcm, prod
from typing import Any, SupportsIndex, final

import numpy as np

from algebra.groups.spectrum import K
from algebra.numbers.arrays import Int64
from algebra.numbers.roots_of_unity import factorise
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import zeta

#: A group element or character: its index, or its tuple of residues.
Index = SupportsIndex | Sequence[int]

MAX_ORDER = 10**6
#: A number, in brackets or not, and a cyclic group: ``Z7``, ``C_7``, ``Cyclic(7)``, ``Z/7Z``.
_NUMBER = r"(?:[0-9]+|\([0-9]+\)|\{[0-9]+\})"
_CYCLIC = rf"(?:(?:[zcℤ]|cyclic(?:group)?)_?{_NUMBER}|(?:zz?|ℤ)/{_NUMBER}(?:zz?|ℤ)?|[0-9]+)"
_FACTOR = re.compile(rf"(?:{_CYCLIC}|\({_CYCLIC}\))(?:\^{_NUMBER})?\Z", re.IGNORECASE)
#: Longer numbers are not turned into integers: no group is of that order.
_MAX_DIGITS = 30


def _one_or_many(k: int | Int64) -> Any:
    """Return an array as it is, and a number as an int."""
    return k if isinstance(k, np.ndarray) and k.ndim else int(k)


@final
@dataclass(frozen=True, slots=False)
class AbelianGroup:
    """The group ``Z/n_1 x ... x Z/n_r``; also the index set of the spectrum of its functions.

    Args:
        spec: ``"Z7"``, ``"7"``, ``"Z2xZ4"``, ``"2x4"``, ``"Z2^3"``, ``"C7"``, ``"Z/7Z"``, an
            integer, or the cyclic orders as a sequence; factors stay in the given order.

    Raises:
        ValueError: if it is nothing of that, or the order is above ``MAX_ORDER``.

    Example:
        >>> G = AbelianGroup("Z2xZ4")
        >>> G.order, G.exponent, G.conjugate_pairs(), G.real_characters()
        (8, 4, [1, 5], [2, 4, 6])
    """

    moduli: tuple[int, ...]

    def __init__(self, spec: str | int | Sequence[int]) -> None:
        numbers = _integers((spec,)) or _integers(spec) or ()
        moduli = _parse(spec) if isinstance(spec, str) else numbers
        if not moduli or any(n < 1 for n in moduli):
            raise ValueError(f"group={spec!r}: cyclic orders are integers >= 1, such as Z2xZ4")
        order = prod(moduli)
        if order > MAX_ORDER:
            size = str(order) if order < 10**12 else f"about 2^{order.bit_length() - 1}"
            raise ValueError(f"group={spec!r} has order {size}; at most {MAX_ORDER}")
        object.__setattr__(self, "moduli", moduli)

    def __str__(self) -> str:
        return "x".join(f"Z{n}" for n in self.moduli)

    def __repr__(self) -> str:
        return f"AbelianGroup('{self}')"

    def _repr_latex_(self) -> str:
        return "$" + r" \times ".join(rf"\mathbb{{Z}}_{{{n}}}" for n in self.moduli) + "$"

    @cached_property
    def order(self) -> int:
        """The number ``d`` of elements, and of characters."""
        return prod(self.moduli)

    @cached_property
    def exponent(self) -> int:
        """The least ``n`` with ``n g = 0`` for all ``g``; characters are powers of ``zeta_n``."""
        return lcm(*self.moduli)

    def index(self, k: Index) -> int:
        """Return the row-major index of a tuple; an index is passed through."""
        if isinstance(k, (int, SupportsIndex)):
            if not 0 <= operator.index(k) < self.order:
                raise ValueError(f"index={k} is not in {self}; pass 0 <= index < {self.order}")
            return operator.index(k)
        residues = _integers(k)
        if (
            residues is None
            or len(residues) != len(self.moduli)
            or any(not 0 <= x < n for x, n in zip(residues, self.moduli, strict=True))
        ):
            raise ValueError(
                f"index={k!r} is not in {self}; pass {len(self.moduli)} residues with "
                f"0 <= k_i < n_i, the orders being {self.moduli}"
            )
        return int(np.ravel_multi_index(residues, self.moduli))

    def tuple(self, k: int) -> tuple[int, ...]:
        """Return the tuple of residues of an index."""
        return tuple(map(int, np.unravel_index(k, self.moduli)))

    def label(self, k: int) -> str:
        """Return a short name: the number for a cyclic group, else the tuple without spaces."""
        return str(k) if len(self.moduli) == 1 else f"({','.join(map(str, self.tuple(k)))})"

    def residues(self, k: Int64) -> Int64:
        """Return the residues of an array of indices, shape ``(r,) + k.shape``."""
        return np.array(np.unravel_index(k, self.moduli), dtype=np.int64)

    def _join(self, numbers: Int64) -> Int64:
        """Return the indices of tuples of integers, reduced."""
        indices: Int64 = np.ravel_multi_index(tuple(numbers), self.moduli, mode="wrap")
        return indices

    def negate(self, k: K) -> K:
        """Return the index of ``-k``, the conjugate character, or the indices of several."""
        return self.multiply(-1, k)

    def add(self, k: K, m: K) -> K:
        """Return the index of ``k + m``, or the indices of several, with broadcasting."""
        if len(self.moduli) == 1:
            sums: K = _one_or_many((k + m) % self.order)
        else:
            x, y = np.broadcast_arrays(k, m)
            sums = _one_or_many(self._join(self.residues(x) + self.residues(y)))
        return sums

    @property
    def products(self) -> Int64:
        """The table of all sums, shape (d, d), as a `FiniteGroup` has its own."""
        every = np.arange(self.order)
        return self.add(every[:, None], every)

    def multiply(self, t: int, k: K) -> K:
        """Return the index of ``t k`` for an integer ``t``, or the indices of several."""
        if len(self.moduli) == 1:
            multiples: K = _one_or_many(k * t % self.order)
        else:
            multiples = _one_or_many(self._join(self.residues(np.asarray(k)) * t))
        return multiples

    def character_exponents(self, k: Int64, g: Int64) -> Int64:
        """Return ``e`` with ``chi_k(g) = zeta_n^e``, ``n`` the exponent; with broadcasting."""
        k, g = np.broadcast_arrays(k, g)
        weights = np.array([self.exponent // n for n in self.moduli])
        weights = weights.reshape((-1,) + (1,) * k.ndim)
        turns: Int64 = (self.residues(k) * self.residues(g) * weights).sum(axis=0)
        return turns % self.exponent

    def character(self, k: Index, g: Index) -> int:
        """Return ``e`` with ``chi_k(g) = zeta_n^e``, ``n`` the exponent of the group."""
        return int(self.character_exponents(np.array(self.index(k)), np.array(self.index(g))))

    def character_value(self, k: Index, g: Index) -> Scalar:
        """Return ``chi_k(g)`` exactly."""
        return zeta(self.exponent, self.character(k, g))

    @cached_property
    def representatives(self) -> Int64:
        """One index of each ``{k, -k}``, the smaller, in order; zero and real ones included."""
        k = np.arange(self.order, dtype=np.int64)
        return k[k <= self.negate(k)]

    def conjugate_pairs(self) -> list[int]:
        """Return the smaller index of each pair ``{k, -k}`` with ``2k != 0``."""
        k = self.representatives
        found: list[int] = k[self.negate(k) != k].tolist()
        return found

    def real_characters(self) -> list[int]:
        """Return the non-zero ``k`` with ``2k = 0``: real characters, for even order only."""
        k = self.representatives
        return [int(x) for x in k[(self.negate(k) == k) & (k > 0)]]

    def automorphism(self, images: Sequence[Index]) -> Automorphism:
        """Return the automorphism that maps the i-th standard generator to ``images[i]``."""
        rows = tuple(self.tuple(self.index(h)) for h in images)
        if len(rows) != len(self.moduli):
            raise ValueError(
                f"images={images!r}: {self} has {len(self.moduli)} generators, one image each"
            )
        for n, h in zip(self.moduli, rows, strict=True):
            if self.multiply(n, self.index(h)):
                raise ValueError(
                    f"images={images!r}: {n} * {h} is not zero, so this is no "
                    f"homomorphism of {self}"
                )
        phi = Automorphism(self, rows)
        if len(np.unique(phi.on_elements(np.arange(self.order)))) != self.order:
            raise ValueError(
                f"images={images!r} do not generate {self}, so this is no automorphism"
            )
        return phi

    def automorphisms(self) -> Iterator[Automorphism]:
        """Yield all automorphisms: ``O(d^r)`` candidates, meant for small groups."""
        every = np.arange(self.order)
        choices = [np.flatnonzero(self.multiply(n, every) == 0).tolist() for n in self.moduli]
        for images in product(*choices):
            phi = Automorphism(self, tuple(self.tuple(h) for h in images))
            if len(np.unique(phi.on_elements(every))) == self.order:
                yield phi

    def scaling(self, t: int) -> Automorphism:
        """Return the automorphism ``g -> t g`` for ``t`` coprime to the exponent."""
        if gcd(t, self.exponent) != 1:
            raise ValueError(f"t={t} is not coprime to the exponent {self.exponent} of {self}")
        r = len(self.moduli)
        return self.automorphism(
            [tuple(t % n if i == j else 0 for j, n in enumerate(self.moduli)) for i in range(r)]
        )


@final
@dataclass(frozen=True, slots=True)
class Automorphism:
    """An automorphism ``phi`` of ``G``: ``images[i] = phi(e_i)``, as tuples of residues."""

    group: AbelianGroup
    images: tuple[tuple[int, ...], ...]

    def on_elements(self, g: Int64) -> Int64:
        """Return the indices of ``phi(g)``."""
        return self._apply(np.array(self.images, dtype=np.int64), g)

    def on_characters(self, k: Int64) -> Int64:
        """Return the indices of ``chi_k o phi``: ``k'_i = n_i sum_j k_j h_ij/n_j``."""
        n, moduli = self.group.exponent, self.group.moduli
        dual = [
            [m_i * h * (n // m_j) // n for h, m_j in zip(row, moduli, strict=True)]
            for row, m_i in zip(self.images, moduli, strict=True)
        ]
        return self._apply(np.array(dual, dtype=np.int64).T, k)

    def _apply(self, matrix: Int64, k: Int64) -> Int64:
        return self.group._join(np.tensordot(matrix.T, self.group.residues(k), 1))


def isomorphism_types(order: int) -> list[AbelianGroup]:
    """Return one group of each isomorphism type of an order, primary factors, cyclic first.

    >>> isomorphism_types(8), len(isomorphism_types(32))
    ([AbelianGroup('Z8'), AbelianGroup('Z4xZ2'), AbelianGroup('Z2xZ2xZ2')], 7)
    """
    if not 1 <= order <= MAX_ORDER:
        raise ValueError(f"order={order}; pass 1 <= order <= {MAX_ORDER}")
    choices = [[tuple(p**e for e in parts) for parts in partitions(m)] for p, m in factorise(order)]
    types = [tuple(n for factors in choice for n in factors) for choice in product(*choices)]
    groups = [AbelianGroup(moduli or (1,)) for moduli in types]
    return [AbelianGroup(order) if G.exponent == order else G for G in groups]


def partitions(m: int, most: int | None = None) -> Iterator[tuple[int, ...]]:
    """Yield the partitions of ``m``, parts decreasing, the one part ``m`` first."""
    if m == 0:
        yield ()
    for part in range(min(m, most or m), 0, -1):
        for rest in partitions(m - part, part):
            yield (part, *rest)


def _integers(values: object) -> tuple[int, ...] | None:
    """Return a sequence of integers as a tuple; None if it is anything else."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        return None
    found = tuple(values)
    try:
        return (
            None if any(isinstance(x, bool) for x in found) else tuple(map(operator.index, found))
        )
    except TypeError:
        return None


def _parse(text: str) -> tuple[int, ...]:
    moduli: list[int] = []
    for factor in re.split(r"[xX×⊕]|(?<!\*)\*(?!\*)", text.strip()):
        if not _FACTOR.match(factor.strip()):
            wrong = f"cannot read {factor!r:.60}" if factor.strip() else "a factor is missing"
            raise ValueError(
                f"group={text!r:.60}: {wrong}; write an Abelian group: Z7, 7, Z2xZ4, 2x4 or Z2^3"
            )
        order, power = (*re.findall("[0-9]+", factor), "1")[:2]
        if len(order) > _MAX_DIGITS or len(power) > 3:
            raise ValueError(f"group={text!r:.60} is too large; at most order {MAX_ORDER}")
        moduli += [int(order)] * int(power)
    return tuple(moduli)


def character_order(group: AbelianGroup, k: Index) -> int:
    """Return the least ``n >= 1`` with ``n k = 0``."""
    parts = zip(group.moduli, group.tuple(group.index(k)), strict=True)
    return lcm(*(n // gcd(n, part) for n, part in parts))
