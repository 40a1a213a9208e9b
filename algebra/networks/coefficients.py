"""Networks over a finite group in Fourier space: entries indexed by matrix coefficients.

The different entries ``phi_k = rho_ij`` of all irreducible real representations are a spectrum, and
``phi_u phi_v = sum_m M[u,v;m] phi_m`` takes the place of characters: docs/theory/finite-groups.md.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, partial
from typing import final

import numpy as np

from algebra.criterion.target import Target, as_target
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.spectrum import K
from algebra.networks.table_network import TableNetwork, interned
from algebra.networks.verdict import SHOWN, TableVerdict
from algebra.numbers.scalar import ONE, ZERO, Scalar, added
from algebra.representations.irreducibles import irreducibles, trivial
from algebra.representations.representation import Representation, real_blocks
from algebra.semiring.element import Element
from algebra.semiring.made import element
from algebra.semiring.nodes import Column
from algebra.semiring.potential import Potential

Tensor = dict[tuple[int, int, int], Scalar]


@final
@dataclass(frozen=True, slots=False)
class Coefficients:
    """The matrix coefficients of a group, one whose representations are known, as a real spectrum.

    >>> from algebra.groups.group_names import group
    >>> over = Coefficients(group("S3"))
    >>> [over.label(k) for k in range(6)]
    ['[3]', '[2,1]_11', '[2,1]_12', '[2,1]_21', '[2,1]_22', '[1,1,1]']
    """

    group: FiniteGroup

    @property
    def order(self) -> int:
        """The number ``d`` of functions."""
        return self.group.order

    def negate(self, k: K) -> K:
        """Return the index itself: the functions are real."""
        return k

    def label(self, k: int) -> str:
        """Return the representation, row and column, counted from 1."""
        rho, i, j = self.places[k]
        return rho.name if rho.dimension == 1 else f"{rho.name}_{i + 1}{j + 1}"

    def __str__(self) -> str:
        return f"matrix coefficients of {self.group.name}"

    @cached_property
    def places(self) -> tuple[tuple[Representation, int, int], ...]:
        """The representation, real row and column of each function."""
        return tuple(
            (rho, i, j)
            for rho in irreducibles(self.group)
            for i, j in np.ndindex(rho.dimension, rho.values.shape[1])
        )

    @cached_property
    def constant(self) -> int:
        """The constant function."""
        return next(k for k, (rho, _, _) in enumerate(self.places) if trivial(rho))

    @cached_property
    def functions(self) -> Column:
        """Their values, shape (d functions, d elements)."""
        columns = [
            rho.values.transpose(1, 3, 2, 0).reshape(-1, self.order)
            for rho in irreducibles(self.group)
        ]
        return interned(np.concatenate(columns))

    @cached_property
    def norms(self) -> tuple[Scalar, ...]:
        """``sum_x phi_k(x)^2 = (d/N) D_i/D_j``."""
        d = self.order
        return tuple(
            rho.diagonal()[i] / rho.form[j] * d / rho.dimension for rho, i, j in self.places
        )

    def expanded(self, values: Column) -> list[Scalar]:
        """Return the coefficients of a function: ``sum_x w(x) phi_k(x) / |phi_k|^2``."""
        functions = self.functions
        size = len(functions.scalars)

        @cache
        def product(code: int) -> Scalar:
            w, phi = divmod(code, size)
            return values.scalars[w] * functions.scalars[phi]

        found = []
        for row, norm in zip(functions.ids, self.norms, strict=True):
            count = Counter((values.ids * size + row).tolist())
            found.append(added(product(code) * times for code, times in count.items()) / norm)
        return found

    def multiplied(self, k: int) -> Iterator[tuple[int, int, Scalar]]:
        """Yield ``phi_k(xy)`` as multiples of ``phi_k1(x) phi_k2(y)``."""
        rho, i, j = self.places[k]
        e, n = rho.kind, rho.values.shape[1]
        start = k - i * n - j
        units = np.full((e, 1, 1, e), ZERO, dtype=object)
        units[np.arange(e), 0, 0, np.arange(e)] = ONE
        blocks = real_blocks(units)  # [s] is left multiplication by the unit number s
        for column in range(n * e):
            block, t = divmod(column, e)
            s = next(s for s in range(e) if blocks[s, i % e, t])
            first = start + (i // e * e + s) * n + block
            yield first, start + column * n + j, blocks[s, i % e, t]

    @cached_property
    def target(self) -> Tensor:
        """``T`` of the group's multiplication."""
        found: Tensor = {}
        for k, (rho, i, j) in enumerate(self.places):
            weight = rho.dimension * rho.form[j] / rho.diagonal()[i]
            for first, second, x in self.multiplied(k):
                found[first, second, k] = weight * x
        return found


@lru_cache(maxsize=1 << 14)
def product(over: Coefficients, u: int, v: int) -> list[tuple[int, Scalar]]:
    """Return the coefficients ``M[u,v;m]`` of ``phi_u phi_v`` that are not 0."""
    functions = over.functions
    size = len(functions.scalars)
    codes, ids = np.unique(functions.ids[u] * size + functions.ids[v], return_inverse=True)
    pairs = (divmod(x, size) for x in codes.tolist())
    values = Column(ids, tuple(functions.scalars[x] * functions.scalars[y] for x, y in pairs))
    return [(m, x) for m, x in enumerate(over.expanded(values)) if x]


def to_coefficients(network: TableNetwork, group: FiniteGroup) -> Element:
    """Return a network over a group's table as an element over its matrix coefficients.

    >>> from algebra.groups.group_names import group
    >>> from algebra.networks.families import representation
    >>> z = to_coefficients(representation(group("S3")), group("S3"))
    >>> z.order, z.node_list()[0]
    (10, {('a', 1): 1, ('b', 1): 1, ('c', 1): 2})
    """
    over = Coefficients(group)

    @cache
    def row(ids: tuple[int, ...]) -> list[Scalar]:
        return over.expanded(Column(np.array(ids), network.scalars))

    nodes = []
    for columns in zip(network.a.T, network.b.T, network.c.T, strict=True):
        parts = zip("abc", map(tuple, columns), strict=True)
        nodes.append({(p, k): x for p, ids in parts for k, x in enumerate(row(ids)) if x})
    return element(over, nodes, name=network.family or None)


def coefficient_tensor(z: Element) -> Tensor:
    """Return ``T`` of an element over matrix coefficients, the entries that are not 0."""
    over, one = _over(z), _over(z).constant
    parts: dict[tuple[int, int, int], list[Scalar]] = defaultdict(list)
    half = ONE / 2
    for node in z.node_list():
        a, b, c = ([(k, x) for (p, k), x in node.items() if p == row] for row in "abc")
        linear = [(u, v, x * y) for u, x in a for v, y in b]
        for side, entries in enumerate((a, b)):
            square: dict[int, list[Scalar]] = defaultdict(list)
            for u, x in entries:
                for v, y in entries:
                    for m, w in product(over, u, v):
                        square[m].append(x * y * w * half)
            linear += [
                (one, m, added(x)) if side else (m, one, added(x)) for m, x in square.items()
            ]
        for k, z_k in c:
            for u, v, x in linear:
                parts[u, v, k].append(x * z_k)
    totals = {at: added(x) for at, x in parts.items()}
    return {at: x for at, x in totals.items() if x}


def coefficient_check(z: Element, *, target: Target = "projected") -> TableVerdict:
    """Decide exactly, in matrix coefficients, whether an element has loss zero; and what fails."""
    over, target = _over(z), as_target(target)
    rest = coefficient_tensor(z)
    for at, x in over.target.items():
        rest[at] = rest.get(at, ZERO) - x
    free = target == "projected"
    kept = {at: x for at, x in rest.items() if x and not (free and at[2] == over.constant)}
    wrong = tuple(sorted(kept)[:SHOWN])
    return TableVerdict(
        accepted=not kept,
        what=f"{z.name or 'element'}, {z.order} nodes, {over}, target {target}",
        how="matrix coefficients",
        wrong=wrong,
        told=tuple(_told(z, at, kept[at]) for at in wrong),
        measure=partial(_loss, over, kept),
    )


def _loss(over: Coefficients, rest: Tensor) -> Scalar:
    """Return the exact loss: squares of ``T - target``, times the norms of the functions."""
    norms = over.norms
    squares = (x * x * norms[u] * norms[v] * norms[k] for (u, v, k), x in rest.items())
    return added(squares) / over.order**4


def _told(z: Element, at: tuple[int, int, int], rest: Scalar) -> str:
    """Say what an entry is, and the potentials that make it up."""
    over, expected = _over(z), _over(z).target.get(at, ZERO)
    where, parts = ", ".join(map(over.label, at)), "; ".join(_potentials(z, *at))
    return f"T[{where}] = {rest + expected!r}, expected {expected!r}: {parts}"


def _potentials(z: Element, u: int, v: int, k: int) -> Iterator[str]:
    """Yield the potentials that ``T[u,v,k]`` is the sum of and that do not vanish."""
    over = _over(z)
    rho = Potential(over, [("a", u), ("b", v), ("c", k)])
    if rho(z) or (u, v, k) in over.target:
        yield f"{rho} = {rho(z)!r}"
    for p, m, other in (("a", u, v), ("b", v, u)):
        live = sorted({at for node in z.node_list() for q, at in node if q == p})
        for i, s in enumerate(live if other == over.constant else []):
            for t in live[i:]:
                factor = dict(product(over, s, t)).get(m, ZERO) * (ONE if s < t else ONE / 2)
                r = Potential(over, [(p, s), (p, t), ("c", k)])
                if factor and r(z):
                    yield f"{factor!r} * {r} = {factor * r(z)!r}"


def _over(z: Element) -> Coefficients:
    if not isinstance(z.spectrum, Coefficients):
        raise ValueError(f"{z!r} is not over the matrix coefficients of a group")
    return z.spectrum
