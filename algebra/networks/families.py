"""Exact networks for a finite group: from its representations, or a node for each pair.

The closed form with ``rho(x) D rho(x)^T = D`` is on docs/theory/finite-groups.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from algebra.criterion.dense_nodes import dense
from algebra.groups.finite_group import FiniteGroup
from algebra.groups.isotopy import Table
from algebra.networks.table_network import (
    Nodes,
    Pool,
    TableNetwork,
    gathered,
    interned,
    table_network,
)
from algebra.numbers.arrays import Exacts, Int64
from algebra.numbers.parse import parse
from algebra.numbers.scalar import ONE, ZERO, Exact, Scalar, added, to_scalar
from algebra.numbers.units import zeta
from algebra.optimizers.table import build as abelian
from algebra.representations.induced import abelian_quotient
from algebra.representations.irreducibles import irreducibles, trivial
from algebra.representations.representation import Representation
from algebra.semiring.column import Column
from algebra.semiring.element import Element


def _signs(text: str, scale: Scalar = ONE) -> Exacts:
    """Return rows of ``+``, ``-`` and ``0``, times a factor."""
    value = {"+": scale, "-": -scale, "0": ZERO}
    return np.array([[value[s] for s in row] for row in text.split()], dtype=object)


#: Signs of the forms of eight products that multiply quaternions, of 1, i, j and k, found by
#: search; the weights are a quarter of ``_W``.
_U = "++++ +++- ++-+ ++-- +-++ +-+- +--+ +---"
_V = "++++ ++-+ +-++ +-+- +++- +--+ ++-- +---"
_W = "-+++ ++-- +--+ +++- +-+- +-++ ++-+ ----"
#: Squares of one input, of x and then of y, with weights +-1/2: ``x_0 x_1`` and ``x_2 x_3`` again.
_FORMS, _WEIGHTS = "++++ +++-", "+--+ --+- +-+- ---+"
#: Forms u and v and 8 times the weights w, as matrices by rows, of two products that are turned.
_TURNED = (
    ((1, 0, 0, -1, 0, -1, 0, 0, 1), (1, 1, 1, 0, 0, 0, 1, 1, 1), (-1, 0, 1, -1, -2, -1, 1, 0, -1)),
    ((1, 0, 0, 0, -1, 0, -1, -1, 0), (1, -1, 1, 1, -1, 1, 0, 0, 0), (1, -1, 0, -1, 1, 0, -1, 1, 0)),
)
#: Forms u and v, and weights w: component s of a product is ``sum_r w_rs (u_r.x)(v_r.y)``.
Algorithm = tuple[Exacts, Exacts, Exacts]
#: Seven products of 2 x 2 matrices by rows, u, v and w: V. Strassen, Numer. Math. 13 (1969).
STRASSEN: Algorithm = (
    _signs("+00+ 00++ +000 000+ ++00 -0+0 0+0-"),
    _signs("+00+ +000 0+0- -0+0 000+ ++00 00++"),
    _signs("+00+ 00+- 0+0+ +0+0 -+00 000+ +000"),
)


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
    in place of 16 nodes, those of dicyclic groups twelve squares; turns of the tetrahedron take 26
    in place of 27; the rest is as in `representation`.

    Raises:
        NoRepresentationsError: as `irreducibles`.
        FamilyError: if the quotient has no such family.

    >>> from algebra.groups.group_names import group
    >>> short(group("A4")).order, short(group("Q8")).order
    (30, 12)
    """
    parts = _Parts(group)
    quotient, at = abelian_quotient(group)
    parts.pull_back(from_element(abelian(quotient, linear, target="onehot")), at)
    for rho in irreducibles(group):
        if not _is_linear(rho):
            products = sign_products(rho)
            parts.add(rho) if products is None else parts.squares(rho, products)
    return parts.network("short")


def doubled(group: FiniteGroup, products: Algorithm, *, of: str) -> TableNetwork:
    """Return a network with ``4 u v = (u + v)^2 - (u - v)^2`` for R products: 2R nodes.

    Args:
        group: the group.
        products: forms u, v and weights w, each of shape (R, N^2/e), exact: component s of a
            product of matrices is ``sum_r w[r,s] (u_r.x)(v_r.y)``, by rows; such as `STRASSEN`.
        of: the name of the representation that they multiply; others are as in `representation`.

    Raises:
        ValueError: if there is no such representation, or the shapes are others.

    >>> from algebra.groups.group_names import group
    >>> doubled(group("S3"), STRASSEN, of="[2,1]").order
    16
    """
    found = {rho.name: rho for rho in irreducibles(group) if not trivial(rho)}
    if of not in found:
        raise ValueError(
            f"of={of!r} is no representation of {group}; pass one of {', '.join(found)}"
        )
    u, v, w = (np.array(x, dtype=object) * ONE for x in products)
    if {x.shape for x in (u, v, w)} != {(len(u), found[of].functions)}:
        raise ValueError(
            f"products of shapes {u.shape}, {v.shape}, {w.shape}; pass (R, {found[of].functions}) "
            f"three times, {of} having so many different entries"
        )
    parts, half = _Parts(group), w / 2
    for name, rho in found.items():
        if name == of:
            u, v, w = (np.concatenate(x) for x in ((u, u), (v, -v), (half, -half)))
            parts.squares(rho, (u, v, w))
        else:
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


def from_element(z: Element) -> TableNetwork:
    """Return ``a[x] = sum_k z[a,k] chi_k(x)``, b alike, ``c[g] = sum_k z[c,k] conj(chi_k(g))``.

    That is an exact optimizer over an Abelian group as a network over its table; free parameters
    are set to 1.

    >>> from algebra import optimizers
    >>> from algebra.networks.verdict import table_check
    >>> table_check(from_element(optimizers.build("Z6"))).accepted
    True
    """
    group = z.group
    weights = dense(z.substitute(dict.fromkeys(z.parameters, ONE)).nodes)
    every = np.arange(group.order)
    exponents = group.character_exponents(every[:, None], every)  # [k, x]
    roots = [zeta(group.exponent, e) for e in range(group.exponent)]
    pool, zero = Pool({}), len(weights.scalars) - 1
    known: dict[tuple[int, int], Scalar] = {}

    def term(s: int, e: int) -> Scalar:
        if (s, e) not in known:
            known[s, e] = weights.scalars[s] * roots[e]
        return known[s, e]

    columns: list[list[Int64]] = [[], [], []]
    for rows, ids, sign in zip(columns, weights.ids, (1, 1, -1), strict=True):
        turns = (sign * exponents % group.exponent).tolist()
        for node in ids.T.tolist():
            live = [(k, s) for k, s in enumerate(node) if s != zero]
            rows.append(pool.ids(added([term(s, turns[k][x]) for k, s in live]) for x in every))
    return gathered(group.products, columns, pool, name=str(group), family=z.name or "")


def quaternions() -> Algorithm:
    """Return eight products that multiply quaternions; docs/theory/finite-groups.md."""
    return _signs(_U), _signs(_V), _signs(_W, ONE / 4)


def sign_products(rho: Representation) -> Algorithm | None:
    """Return forms whose products multiply quaternions, and whose squares sum to constants.

    For quaternions that are ``+-1, +-i, +-j, +-k`` each form of signs is ``+-1``. For those in
    ``R + Ri`` or ``Rj + Rk``, of dicyclic groups, its square is ``1 +- 2 x_0 x_1 +- 2 x_2 x_3``,
    and four squares of one input cancel what is left. For turns of the tetrahedron: `turns`.
    """
    if rho.values.shape[1:] != (1, 1, 4):
        return turns(rho) if rho.values.shape[1:] == (3, 3, 1) else None
    elements = rho.values.reshape(-1, 4)
    if all(sorted(repr(x * x) for x in q) == ["0", "0", "0", "1"] for q in elements):
        return quaternions()
    if any(any(q[:2]) and any(q[2:]) for q in elements):
        return None
    forms, none = _signs(_FORMS), np.full((2, 4), ZERO, dtype=object)
    four = np.concatenate([forms, none]), np.concatenate([none, forms]), _signs(_WEIGHTS, ONE / 2)
    u, v, w = (np.concatenate(pair) for pair in zip(quaternions(), four, strict=True))
    return u, v, w


def turns(rho: Representation) -> Algorithm | None:
    """Return 26 forms for the 12 turns of the tetrahedron as signed permutations; else None.

    Two products of matrices, each in all 12 turns, and two of traces:
    ``(1 + 2/3 tr x + tr y)^2 - (tr y - 1/3 tr x)^2``.

    Source: this project, found by search; docs/theory/proofs/narrow.md.
    """
    every = {tuple(x.ravel()): x for x in rho.values[..., 0]}
    signed = all(y * y in (ZERO, ONE) for y in {*sum(every, ())})
    if len(every) != 12 or len({*rho.form}) > 1 or not signed:
        return None
    cycle = next(x for x in every.values() if not any(x.diagonal()))
    signs, j = np.full(3, ONE, dtype=object), 0
    for _ in range(2):  # in the frame of these signs it is a permutation
        i = next(i for i in range(3) if cycle[i, j])
        signs[i], j = signs[j] * cycle[i, j], i
    frame = np.outer(signs, signs)
    found: tuple[list[Exacts], ...] = ([], [], [])
    for product in _TURNED:
        for x in every.values():
            for forms, pattern, scale in zip(found, product, (ONE, ONE, ONE / 8), strict=True):
                moved = x @ (frame * np.array(pattern).reshape(3, 3)) @ x.T
                forms.append(moved.ravel() * scale)
    one = np.eye(3, dtype=int).ravel() * ONE
    for forms, scales in zip(
        found, ((ONE * 2 / 3, -ONE / 3), (ONE, ONE), (ONE, -ONE)), strict=True
    ):
        forms += [one * x for x in scales]
    shift = np.array([ZERO] * 24 + [ONE, ZERO], dtype=object)[:, None]
    u, v, w = (np.array(forms) for forms in found)
    return np.concatenate([u, shift], axis=1), v, w


def _is_linear(rho: Representation) -> bool:
    """Return whether it is a character, or a conjugate pair of them: of the Abelian quotient."""
    return rho.values.shape[1] == 1 and rho.kind < 4


@final
class _Parts:
    """The nodes of a network as they come, and what a constant node must add at each output."""

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

    def squares(self, rho: Representation, products: Algorithm) -> None:
        """Add one node for each product of forms whose weighted squares sum to constants.

        A form u may have a constant as one entry more.
        """
        entries = rho.values.transpose(0, 1, 3, 2).reshape(self.group.order, -1)
        ratios = [rho.dimension * s / r for r in rho.diagonal() for s in rho.form]
        weighted = entries * np.array(ratios, dtype=object)
        for u, v, w in zip(*products, strict=True):
            shift = u[entries.shape[1] :].sum()
            a, b, c = entries @ u[: entries.shape[1]] + shift, entries @ v, weighted @ w
            self.node(*map(self.pool.ids, (a, b, c)))
            square = a[0] * a[0] + b[0] * b[0] + 2 * shift * b[0]
            for constants, x in zip(self.constant, c, strict=True):
                constants.append(-square * x)

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

    With ``k = D_2/D_1`` it is ``[[c, -s], [s k, c]]``, ``c^2 + k s^2 = 1``, ``t = tan(angle/2)``.
    """
    k = form[1] / form[0]
    over = (1 + k * t * t).inverse()
    c, s = (1 - k * t * t) * over, 2 * t * over
    frame = np.full((len(form),) * 2, ZERO, dtype=object)
    frame[np.arange(len(form)), np.arange(len(form))] = ONE
    frame[:2, :2] = [[c, -s], [s * k, c]]
    return frame
