"""Monomial potentials ``r(z) = sum_j prod_{(p, k) in idx} z[p, k, j]``: semiring homomorphisms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import product
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup, Index
from algebra.groups.spectrum import PAIR, REAL, Frequency, Spectrum
from algebra.numbers.scalar import ONE, ZERO, Scalar, added
from algebra.semiring.element import Element, Leaf, Placed, Product, Sum, index_of, one, uniform
from algebra.semiring.nodes import ROWS, Nodes


@final
@dataclass(frozen=True, slots=True)
class Potential:
    """A monomial potential; call it on an element to evaluate it.

    Args:
        spectrum: the group, `PAIR` or `REAL`.
        indices: the multiset ``((row letter, k), ...)``, kept sorted; the empty one counts nodes.

    Example:
        >>> from algebra import blocks
        >>> r = parse_potential("abc-")         # sum_j a_j b_j conj(c_j)
        >>> r(blocks.syn()), r(blocks.nu()), r(blocks.syn() * blocks.nu())
        (0, 1 + nu**4, 0)
    """

    spectrum: Spectrum
    indices: tuple[tuple[str, int], ...]

    def __init__(self, spectrum: Spectrum, indices: Iterable[tuple[str, Index]]) -> None:
        checked = []
        for p, k in indices:
            if p not in ROWS:
                raise ValueError(f"row={p!r}: rows are 'a', 'b' and 'c'")
            checked.append((p, index_of(spectrum, k)))
        object.__setattr__(self, "spectrum", spectrum)
        object.__setattr__(self, "indices", tuple(sorted(checked)))

    def __call__(self, z: Element) -> Scalar:
        """Return ``r(z)``, through the homomorphism: of ``z.expand()``, on its nodes."""
        if z.spectrum != self.spectrum:
            raise ValueError(f"{self} is a potential over {self.spectrum}, not {z.spectrum}")
        return _along(self.indices, z, {})

    def conjugate(self) -> Potential:
        """Return the potential whose value is the conjugate of this one's.

        >>> str(parse_potential("abc-").conjugate())
        'a-b-c'
        """
        return Potential(self.spectrum, [(p, self.spectrum.negate(k)) for p, k in self.indices])

    def __str__(self) -> str:
        if isinstance(self.spectrum, Frequency):
            return "".join(p + "-" * k for p, k in self.indices)
        return "*".join(f"{p}[{self.spectrum.label(k)}]" for p, k in self.indices)

    def __repr__(self) -> str:
        return f"<potential {self} over {self.spectrum}>"

    def _repr_html_(self) -> str:
        return f"<code>{escape(str(self))}</code>: {self._repr_latex_()}"

    def _repr_latex_(self) -> str:
        if isinstance(self.spectrum, Frequency):
            factors = [rf"\bar{{{p}}}_j" if k else f"{p}_j" for p, k in self.indices]
        else:
            factors = [f"{p}_{{{self.spectrum.label(k)},j}}" for p, k in self.indices]
        return rf"$\sum_j {' '.join(factors) or 1}$"


def parse_potential(text: str, *, spectrum: Spectrum = PAIR) -> Potential:
    """Return the potential of one frequency that ``text`` names, ``-`` marking a conjugate.

    >>> parse_potential("aa-c").indices
    (('a', 0), ('a', 1), ('c', 0))
    """
    indices: list[tuple[str, Index]] = []
    for letter in text:
        if letter == "-" and indices and indices[-1][1] == 0 and spectrum == PAIR:
            indices[-1] = indices[-1][0], 1
        elif letter in ROWS:
            indices.append((letter, 0))
        else:
            raise ValueError(f"potential={text!r}: write letters a, b, c, conjugates as in 'a-bc'")
    return Potential(spectrum, indices)


#: The potentials of one conjugate pair, and of one real character: R_g must be 1, the others 0.
PAIR_NAMES = {
    "R_g": ("abc",),
    "R_c": ("a-bc", "ab-c", "abc-"),
    "R_n": ("aa-c", "bb-c"),
    "R_*": ("aac", "a-a-c", "bbc", "b-b-c"),
}
REAL_NAMES = {"R_g": ("abc",), "R_n": ("aac", "bbc")}


def _sets(
    spectrum: Frequency, names: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[Potential]]:
    every = names.items()
    return {key: frozenset(parse_potential(x, spectrum=spectrum) for x in r) for key, r in every}


PAIR_SETS, REAL_SETS = _sets(PAIR, PAIR_NAMES), _sets(REAL, REAL_NAMES)


def potential_sets(spectrum: Spectrum) -> dict[str, frozenset[Potential]]:
    """Return the sets R_g, R_c, R_n, R_* of one abstract frequency, or of a whole group.

    Over a group, for all non-zero ``k``: R_g ``rho_kkk``; R_c ``rho_{k1 k2 k}``, indices not all
    equal; R_n ``rho_{p,k',-k',k}``; R_* ``rho_{p,k',m-k',k}``, ``m != 0`` [Tian24, Theorem 1].
    That is ``O(d^3)`` potentials: for small groups; `function_tensor` checks large ones.

    >>> {name: len(r) for name, r in potential_sets(AbelianGroup("Z5")).items()}
    {'R_g': 4, 'R_c': 60, 'R_n': 16, 'R_*': 64}
    """
    if isinstance(spectrum, Frequency):
        return PAIR_SETS if spectrum == PAIR else REAL_SETS
    assert isinstance(spectrum, AbelianGroup)
    group = spectrum
    every = list(product(range(1, group.order), repeat=3))
    negative = group.negate(np.arange(group.order)).tolist()

    def rho(inputs: str, x: int, y: int, k: int) -> Potential:
        return Potential(group, [(inputs[0], x), (inputs[1], y), ("c", k)])

    return {
        "R_g": frozenset(rho("ab", k, k, k) for k in range(1, group.order)),
        "R_c": frozenset(rho("ab", *k) for k in every if not k[0] == k[1] == k[2]),
        "R_n": frozenset(rho(p, *k) for p in ("aa", "bb") for k in every if k[1] == negative[k[0]]),
        "R_*": frozenset(rho(p, *k) for p in ("aa", "bb") for k in every if k[1] != negative[k[0]]),
    }


def _all(z: Element) -> frozenset[Potential]:
    return frozenset().union(*potential_sets(z.spectrum).values())


def omega_0(z: Element, potentials: Iterable[Potential] | None = None) -> frozenset[Potential]:
    """Return ``Omega_0(z) = {r : r(z) = 0}`` among the given potentials (default: all four sets).

    ``Omega_0(z1 * z2)`` is the union of ``Omega_0(z1)`` and ``Omega_0(z2)``.

    >>> from algebra import blocks
    >>> omega_0(blocks.nu()) <= omega_0(blocks.nu() * blocks.syn())
    True
    """
    return frozenset(r for r in (_all(z) if potentials is None else potentials) if not r(z))


def omega_1(z: Element, potentials: Iterable[Potential] | None = None) -> frozenset[Potential]:
    """Return ``Omega_1(z) = {r : r(z) = 1}`` among the given potentials (default: all four sets).

    >>> from algebra import blocks
    >>> [str(r) for r in omega_1(blocks.normalised(blocks.syn() * blocks.nu()))]
    ['abc']
    """
    return frozenset(r for r in (_all(z) if potentials is None else potentials) if r(z) == ONE)


_Indices = tuple[tuple[str, int], ...]


def _along(indices: _Indices, z: Element, memo: dict[tuple[int, _Indices], Scalar]) -> Scalar:
    key = id(z), indices
    if key in memo:
        return memo[key]
    value = ZERO
    match z.operation:
        case Leaf(nodes):
            value = _on_nodes(indices, nodes)
        case Sum(parts):
            value = added(_along(indices, part, memo) for part in parts)
        case Product(parts):
            value = ONE
            for part in parts:
                value = value * _along(indices, part, memo)
                if not value:
                    break
        case Placed(base, ks):
            assert isinstance(z.spectrum, AbelianGroup)
            value = _placed(indices, base, ks.tolist(), z.spectrum, memo)
    memo[key] = value
    return value


def _placed(
    indices: _Indices,
    base: Element,
    ks: list[int],
    group: AbelianGroup,
    memo: dict[tuple[int, _Indices], Scalar],
) -> Scalar:
    if not indices:
        return Scalar(base.order * len(ks))
    first = indices[0][1]
    pair = {first, group.negate(first)}
    value = ZERO
    if all(k in pair for _, k in indices):
        for home in ks:
            if home in pair:
                local = tuple(sorted((p, 0 if k == home else 1) for p, k in indices))
                value = value + _along(local, base, memo)
    return value


def _on_nodes(indices: _Indices, nodes: Nodes) -> Scalar:
    """Return ``sum_j prod z[p, k, j]`` over expanded nodes."""
    return added(_products(indices, nodes).values()) if indices else Scalar(nodes.order)


@lru_cache(maxsize=8)
def _products(indices: _Indices, nodes: Nodes) -> dict[int, Scalar]:
    """Return ``prod z[p, k, j]`` by node; potentials in a row often begin alike."""
    *first, (p, k) = indices
    size = nodes.spectrum.order
    other = nodes.spectrum.negate(k)
    found = np.flatnonzero(nodes.row == ROWS.index(p) * size + min(k, other))
    entries = dict(zip(nodes.node[found].tolist(), nodes.value[found].tolist(), strict=True))
    if k > other:
        entries = {j: x.conjugate() for j, x in entries.items()}
    if not first:
        return entries
    products = _products(tuple(first), nodes)
    return {j: x * entries[j] for j, x in products.items() if j in entries}


@final
@dataclass(frozen=True, slots=True)
class Construction:
    """The ``element``, ``abc`` not normalised; with nodes of equal a and b merged; and ``S``."""

    element: Element
    merged: Element
    values: tuple[Scalar, ...]


def construct(u: Element, kill: Iterable[Potential | str]) -> Construction:
    """Return ``prod_{s in S} (u + (1, 1, -s))`` for ``S`` the distinct ``r(u)``, which kills all r.

    One that contains the conjugate of ``c`` is replaced by its own. Source: [Tian24, Theorem 4].
    """
    if u.order != 1:
        raise ValueError(f"u={u!r} has {u.order} nodes; a generator has one")
    goal = parse_potential("abc", spectrum=u.spectrum)(u)
    values: dict[Scalar, None] = {}
    for item in kill:
        r = parse_potential(item, spectrum=u.spectrum) if isinstance(item, str) else item
        outputs = [k for p, k in r.indices if p == "c"]
        if len(outputs) != 1:
            raise ValueError(
                f"potential {r} contains c {len(outputs)} times; the construction needs it once"
            )
        value = (r.conjugate() if outputs[0] == 1 else r)(u)
        if value == goal:
            raise ValueError(
                f"{r}(u) = abc(u) = {goal!r}: no polynomial in u kills {r} and leaves abc; "
                f"take another generator, or another block for {r}"
            )
        values[value] = None
    result = one(u.spectrum)
    for s in values:
        result = result * (u + uniform(u.spectrum, c=-s))
    return Construction(result, result.merged(), tuple(values))
