"""Exact networks for a finite group: from its representations, or a node for each pair.

For an irreducible real representation with ``rho(x) D rho(x)^T = D``, and each pair (i, j),

    sum_k (1/D_k) (D_k rho_ik(x) + rho_kj(y))^2 = D_i + 1/D_j + 2 rho_ij(xy),

so that N nodes give one matrix entry of the product and a constant, and one constant node carries
all constants. With ``e`` the dimension of the commutant, ``N^2/e`` entries are different, and

    2d [xy = g] = 2 sum_rho N sum_ij (D_j/D_i) rho_ij(xy) rho_ij(g)    over different entries.

Source: this project; docs/theory/finite-groups.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import final

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.isotopy import Table
from algebra.networks.bilinear import Algorithm, sign_products
from algebra.networks.from_element import from_element
from algebra.networks.table_network import (
    Nodes,
    Pool,
    TableNetwork,
    gathered,
    interned,
    table_network,
)
from algebra.numbers.arrays import Int64
from algebra.numbers.parse import parse
from algebra.numbers.scalar import ONE, ZERO, Exact, Scalar, added, to_scalar
from algebra.optimizers.table import build as abelian
from algebra.representations.induced import abelian_quotient
from algebra.representations.irreducibles import irreducibles, trivial
from algebra.representations.representation import Exacts, Representation
from algebra.semiring.column import Column


def representation(group: FiniteGroup, *, turn: Exact | str = 0) -> TableNetwork:
    """Return the closed form: ``N^3/e`` nodes for each representation, and a constant node.

    Width ``W(G) = 1 + sum N^3/e`` over the non-trivial irreducible real representations, exact for
    both targets. ``turn`` is a free real parameter t: the sum over k is in a turned frame, as any
    ``Q D Q^T = D`` gives; here by ``t = tan(angle/2)`` in its first two directions.

    Raises:
        NoRepresentationsError: as `irreducibles`.
        ValueError: if t is no real number.

    >>> from algebra.groups.group_names import group
    >>> representation(group("S4"), turn="1/3").order
    64
    """
    t = parse(turn) if isinstance(turn, str) else to_scalar(turn)
    if t.parameters or t != t.conjugate():
        raise ValueError(f"turn={turn!r} is no real number; pass such as 1/3")
    parts = _Parts(group)
    for rho in irreducibles(group):
        if not trivial(rho):
            parts.add(rho, turn=t)
    return parts.network("representation")


def short(group: FiniteGroup, *, linear: str = "auto") -> TableNetwork:
    """Return a narrower network where one is known.

    What depends on the Abelian quotient by commutators alone is a network of the Abelian theory, of
    the family ``linear``; quaternions that are ``+-1, +-i, +-j, +-k`` take eight products of signs
    in place of 16 nodes, those of dicyclic groups twelve squares; the rest is as in
    `representation`.

    Raises:
        NoRepresentationsError: as `irreducibles`.
        FamilyError: if the quotient has no such family.

    >>> from algebra.groups.group_names import group
    >>> short(group("A4")).order, short(group("Q8")).order
    (31, 12)
    """
    parts = _Parts(group)
    quotient, at = abelian_quotient(group)
    parts.pull_back(from_element(abelian(quotient, linear, target="onehot")), at)
    for rho in irreducibles(group):
        if not _is_linear(rho):
            algorithm = sign_products(rho)
            parts.add(rho) if algorithm is None else parts.squares(rho, algorithm)
    return parts.network("short")


def doubled(group: FiniteGroup, algorithm: Algorithm, *, of: str) -> TableNetwork:
    """Return a network with ``u v = ((u + v)^2 - (u - v)^2)/4`` for each product of an algorithm.

    One that multiplies the matrices of a representation by R products gives 2R nodes without a
    constant; the other representations are as in `representation`.
    """
    found = irreducibles(group)
    if of not in (names := [rho.name for rho in found if not trivial(rho)]):
        there = ", ".join(names)
        raise ValueError(f"of={of!r} is no representation of {group}; pass one of {there}")
    parts = _Parts(group)
    for rho in found:
        if rho.name == of:
            parts.doubled(rho, algorithm)
        elif not trivial(rho):
            parts.add(rho)
    return parts.network("doubled")


def memorization(operation: FiniteGroup | Table | Sequence[Sequence[int]]) -> TableNetwork:
    """Return a node for each pair of inputs, for the table of any operation.

    ``(e_x + e_y)^2`` is ``2 e_x e_y`` and functions of one input, which nodes of one input cancel
    where they do depend on the output: none for a Latin square, but a constant node. Exact for
    both targets.

    >>> from algebra.groups.group_names import group
    >>> memorization(group("S3")).order
    37
    """
    name, given = "", operation
    if isinstance(operation, FiniteGroup):
        name, given = operation.name, operation.products
    t: Int64 = np.asarray(given).astype(np.int64)
    d = len(t)
    one = np.eye(d, dtype=np.int64).tolist()

    def nodes() -> Nodes:
        for x, y in np.ndindex(d, d):
            yield one[x], one[y], [d * v for v in one[t[x, y]]]
        counts = [np.array([np.bincount(line, minlength=d) for line in m]) for m in (t, t.T)]
        least = [m.min(axis=0) for m in counts]
        for m, shared, first in zip(counts, least, (True, False), strict=True):
            for x, row in enumerate(m):
                if (row != shared).any():
                    c = (-d * (row - shared)).tolist()
                    yield (one[x], [0] * d, c) if first else ([0] * d, one[x], c)
        yield [1] * d, [0] * d, (-d * sum(least)).tolist()

    return table_network(t, nodes(), name=name, family="memorization")


def _is_linear(rho: Representation) -> bool:
    """Return whether it is a character, or a conjugate pair of them: of the Abelian quotient."""
    return rho.values.shape[1] == 1 and rho.kind < 4


@final
class _Parts:
    """The nodes of a network as they come, and the constants that they leave over.

    ``constant`` is what a constant node must still add at each output: at first the trivial part.
    """

    def __init__(self, group: FiniteGroup) -> None:
        self.group = group
        self.pool = Pool({})
        self.columns: tuple[list[Int64], list[Int64], list[Int64]] = ([], [], [])
        self.constant = [[Scalar(2)] for _ in range(group.order)]

    def node(self, *rows: Int64) -> None:
        """Add a node: the ids of a, b and c."""
        for column, row in zip(self.columns, rows, strict=True):
            column.append(row)

    def scaled(self, values: Column, factor: Scalar) -> Int64:
        """Return ids of the different values times a factor."""
        return self.pool.ids(factor * x for x in values.scalars)

    def add(self, rho: Representation, *, turn: Scalar = ZERO) -> None:
        """Add the closed form of a representation, in a frame that may be turned."""
        m = rho.matrices()
        values, form, n = interned(m), rho.diagonal(), rho.dimension
        rows = columns = values
        if turn and n > 1:
            frame = _turned(form, turn)
            scale = np.array(form, dtype=object)
            back = scale[:, None] * frame.T / scale  # its inverse, since it keeps the form
            rows, columns = interned(m @ frame), interned(back @ m)
        right = self.scaled(columns, ONE)[columns.ids]
        left = [self.scaled(rows, form[k])[rows.ids] for k in range(n)]
        for i, j in np.ndindex(n, rho.values.shape[1]):
            column = j * rho.kind
            weight = n * form[column] / form[i]
            for k in range(n):
                c = self.scaled(values, weight / form[k])[values.ids[:, i, column]]
                self.node(left[k][:, i, k], right[:, k, column], c)
            self.leave(values, values.ids[:, i, column], -weight * (form[i] + 1 / form[column]))

    def leave(self, values: Column, ids: Int64, factor: Scalar) -> None:
        """Note a constant of all pairs, at each output a multiple of a value."""
        multiples = [factor * x for x in values.scalars]
        for constants, s in zip(self.constant, ids.tolist(), strict=True):
            constants.append(multiples[s])

    def products(self, rho: Representation, algorithm: Algorithm) -> Iterator[tuple[Exacts, ...]]:
        """Yield ``u_r(x)``, ``v_r(y)`` and the weight at outputs of each product."""
        entries = rho.values.transpose(0, 1, 3, 2).reshape(self.group.order, -1)
        ratios = [rho.dimension * s / r for r in rho.diagonal() for s in rho.form]
        algorithm.require_size(entries.shape[1], rho.name)
        weighted = entries * np.array(ratios, dtype=object)
        for u, v, w in zip(algorithm.left, algorithm.right, algorithm.out, strict=True):
            yield entries @ u, entries @ v, weighted @ w

    def squares(self, rho: Representation, algorithm: Algorithm) -> None:
        """Add one node for each product of forms whose weighted squares sum to constants."""
        for u, v, w in self.products(rho, algorithm):
            self.node(*map(self.pool.ids, (u, v, w)))
            square = u[0] * u[0] + v[0] * v[0]
            for constants, x in zip(self.constant, w, strict=True):
                constants.append(-square * x)

    def doubled(self, rho: Representation, algorithm: Algorithm) -> None:
        """Add two nodes for each product."""
        for u, v, w in self.products(rho, algorithm):
            for sign in (1, -1):
                half = Scalar(sign) / 2
                self.node(*map(self.pool.ids, (u, v * Scalar(sign), w * half)))

    def pull_back(self, z: TableNetwork, at: Int64) -> None:
        """Add the nodes of a network over a quotient, which does the trivial part as well."""
        ids = self.pool.ids(z.scalars)
        for j in range(z.order):
            self.node(*(ids[m[at, j]] for m in (z.a, z.b, z.c)))
        for constants in self.constant:
            constants.append(Scalar(-2))

    def carrier(self) -> tuple[int, Scalar]:
        """Return a node that is constant, and its square; a new one if there is none."""
        scalars = list(self.pool.known)
        for j, (a, b) in enumerate(zip(*self.columns[:2], strict=True)):
            root = scalars[a[0]] + scalars[b[0]]
            if root and (a == a[0]).all() and (b == b[0]).all():
                return j, root * root
        one, zero = (self.pool.ids([x] * self.group.order) for x in (ONE, ZERO))
        self.node(one, zero, zero)
        return len(self.columns[0]) - 1, ONE

    def network(self, family: str) -> TableNetwork:
        """Return the network: constants go to a node that is constant, or to one more."""
        constant = [added(x) for x in self.constant]
        if any(constant):
            j, square = self.carrier()
            scalars = list(self.pool.known)
            there = [scalars[i] for i in self.columns[2][j].tolist()]
            carried = (x + y / square for x, y in zip(there, constant, strict=True))
            self.columns[2][j] = self.pool.ids(carried)
        table = self.group.products
        return gathered(table, self.columns, self.pool, name=self.group.name, family=family)


def _turned(form: Sequence[Scalar], t: Scalar) -> Exacts:
    """Return a matrix with ``Q D Q^T = D`` that turns the first two directions.

    With ``k = D_2/D_1`` it is ``[[c, -s], [s k, c]]``, ``c = (1 - k t^2)/(1 + k t^2)`` and
    ``s = 2 t/(1 + k t^2)``, so that ``c^2 + k s^2 = 1``.
    """
    k = form[1] / form[0]
    over = (1 + k * t * t).inverse()
    c, s = (1 - k * t * t) * over, 2 * t * over
    frame = np.full((len(form),) * 2, ZERO, dtype=object)
    frame[np.arange(len(form)), np.arange(len(form))] = ONE
    frame[:2, :2] = [[c, -s], [s * k, c]]
    return frame
