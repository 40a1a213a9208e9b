"""Exact networks for a finite group: from its representations, or a node for each pair.

The closed form with ``rho(x) D rho(x)^T = D`` is on docs/theory/finite-groups.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.isotopy import Table
from algebra.networks.table_network import Node, TableNetwork, interned, table_network
from algebra.numbers.arrays import Exacts, Int64
from algebra.numbers.parse import parse
from algebra.numbers.scalar import ONE, ZERO, Exact, Scalar, added, to_scalar
from algebra.numbers.units import zeta
from algebra.optimizers.table import build as abelian
from algebra.representations.irreducibles import irreducibles, trivial
from algebra.representations.representation import Representation
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
    rhos = (rho for rho in irreducibles(group) if not trivial(rho))
    return _network(group, (x for rho in rhos for x in _closed_form(rho, turn=t)), "representation")


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
    quotient, at = group.abelian_quotient
    abelian_part = from_element(abelian(quotient, linear, target="onehot")).nodes()
    nodes: list[Node] = [
        ([a[i] for i in at], [b[i] for i in at], [c[i] for i in at]) for a, b, c in abelian_part
    ]
    for rho in irreducibles(group):
        if rho.values.shape[1] > 1 or rho.kind == 4:  # no character, nor a conjugate pair of them
            products = sign_products(rho)
            nodes += _closed_form(rho) if products is None else _squares(rho, products)
    return _network(group, nodes, "short")


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
    if len(products) != 3:
        raise ValueError(f"{len(products)} arrays of products; pass three, such as STRASSEN")
    u, v, w = (np.array(x, dtype=object, ndmin=1) * ONE for x in products)
    if {x.shape for x in (u, v, w)} != {(len(u), found[of].functions)}:
        raise ValueError(
            f"products of shapes {u.shape}, {v.shape}, {w.shape}; pass (R, {found[of].functions}) "
            f"three times, {of} having so many different entries"
        )
    twice = np.concatenate([u, u]), np.concatenate([v, -v]), np.concatenate([w, -w]) / 2
    nodes: list[Node] = []
    for name, rho in found.items():
        nodes += _squares(rho, twice) if name == of else _closed_form(rho)
    return _network(group, nodes, "doubled")


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

    def nodes() -> Iterator[Node]:
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
    every = np.arange(group.order)
    exponents = group.character_exponents(every[:, None], every)  # [k, x]
    term = cache(lambda x, e: x * zeta(group.exponent, e))
    rows = {"a": exponents, "b": exponents, "c": -exponents % group.exponent}

    def values(node: dict[tuple[str, int], Scalar], row: str) -> list[Scalar]:
        live = [(x, rows[row][k].tolist()) for (p, k), x in node.items() if p == row]
        return [added([term(x, turns[g]) for x, turns in live]) for g in every]

    found = z.substitute(dict.fromkeys(z.parameters, ONE)).nodes.with_conjugates().entries()
    nodes = ((values(x, "a"), values(x, "b"), values(x, "c")) for x in found)
    return table_network(group.products, nodes, name=str(group), family=z.name or "")


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


def _closed_form(rho: Representation, *, turn: Scalar = ZERO) -> Iterator[Node]:
    """Yield ``N^3/e`` nodes for ``D_k x_ik`` and ``y_kj``, the frame of k turned if asked."""
    form, n = rho.diagonal(), rho.dimension
    values = rows = columns = rho.matrices()
    if turn and n > 1:
        frame, scale = _turned(form, turn), np.array(form, dtype=object)
        rows = values @ frame
        columns = (scale[:, None] * frame.T / scale) @ values  # the inverse: it keeps the form
    distinct = interned(values), interned(rows)

    @cache
    def times(which: int, factor: Scalar) -> Exacts:
        scaled = [factor * x for x in distinct[which].scalars]
        return np.array(scaled, dtype=object)[distinct[which].ids]

    for i, j in np.ndindex(n, n // rho.kind):
        column = j * rho.kind
        for k in range(n):
            c = times(0, n * form[column] / (form[i] * form[k]))[:, i, column]
            yield times(1, form[k])[:, i, k].tolist(), columns[:, k, column].tolist(), c.tolist()


def _squares(rho: Representation, products: Algorithm) -> Iterator[Node]:
    """Yield one node for each product of forms; a form u may have a constant as one entry more."""
    entries = rho.values.transpose(0, 1, 3, 2).reshape(len(rho.values), -1)
    ratios = [rho.dimension * s / r for r in rho.diagonal() for s in rho.form]
    size, weighted = len(ratios), entries * np.array(ratios, dtype=object)
    for u, v, w in zip(*products, strict=True):
        a, b, c = entries @ u[:size] + u[size:].sum(), entries @ v, weighted @ w
        yield a.tolist(), b.tolist(), c.tolist()


def _network(group: FiniteGroup, nodes: Iterable[Node], family: str) -> TableNetwork:
    """Return the network of nodes that are right up to a constant at each output.

    It is what one pair lacks, and goes to a node that is constant, or to one more.
    """
    made, d, product = list(nodes), group.order, group.products[0, 0]
    there = [(ZERO - (a[0] + b[0]) ** 2, c) for a, b, c in made if a[0] + b[0]]
    lacking = [
        added([ONE * 2 * d * int(g == product), *(x * c[g] for x, c in there)]) for g in range(d)
    ]
    if any(lacking):
        constant = (
            bool(a[0] + b[0]) and all(x == a[0] for x in a) and all(y == b[0] for y in b)
            for a, b, _ in made
        )
        j = next((j for j, found in enumerate(constant) if found), len(made))
        made += [([ONE] * d, [ZERO] * d, [ZERO] * d)] if j == len(made) else []
        a, b, c = made[j]
        square = (a[0] + b[0]) ** 2
        made[j] = a, b, [x + y / square for x, y in zip(c, lacking, strict=True)]
    return table_network(group.products, made, name=group.name, family=family)


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
