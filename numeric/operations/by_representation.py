"""Which irreducible representations the nodes of a network over a finite group hold.

The share of a representation ``rho`` in a function ``w`` on the group is ``|P w|^2 / |w|^2`` with
the projection ``P w(x) = (N/(e d)) sum_y chi(x y^-1) w(y)``, ``chi`` its character, ``N`` its
real dimension and ``e`` that of its commutant. It depends neither on how the group is numbered, up
to automorphisms, nor on the scale of a node.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup
from algebra.groups.isotopy import Isotopy
from algebra.networks.table_network import interned
from algebra.numbers.arrays import Floats, Int64, Mask, Reals
from algebra.numbers.to_float import to_reals
from algebra.representations.irreducibles import NoRepresentationsError, irreducibles, trivial
from algebra.representations.representation import Representation

#: From this share on a node is of one representation alone; below this of the largest, it is none.
SINGLE, NOTHING = 0.95, 1e-6
#: Of groups with more representations training keeps no records of each: two columns in a file.
MAX_FOLLOWED = 40
#: Of the ascent to nodes of the closed form: starts, steps, and what a step gains at least.
STARTS, STEPS, GAIN = 12, 200, 1e-10


@final
@dataclass(frozen=True, slots=True, eq=False)
class ByRepresentation:
    """What the nodes of a network over a finite group hold; measured in floats.

    Args:
        multiplication: the group, and what its inputs and outputs stand for.
        representations: its irreducible real representations.
        shares: of each representation in a and b together, without their constant parts if these
            are not 95 % of them, and in c, without its mean, which is free; shape (2, R, q).
        live: which nodes count: those of the norm of at least a millionth of the largest.
        main: the representation of the largest share in each node's inputs.
        single: whether 95 % of a node's inputs are of it, and of its outputs too.
        powers: squared norms of nodes of least norm, up to a factor.
        gains: of each representation, as `powers_and_gains` has them.
        apart: how far each node is from the nearest one that a closed form may have, relative.
    """

    multiplication: Isotopy
    representations: tuple[Representation, ...]
    shares: Reals
    live: Mask
    main: Int64
    single: Mask
    powers: Reals
    gains: Reals
    apart: Reals

    def distance(self, nodes: Mask | bool = True) -> float:
        """Return the distance of some live nodes from nodes of the closed form, relative."""
        power = np.where(self.live & nodes, self.powers, 0)
        return float(np.sqrt((power * self.apart**2).sum() / (power.sum() or 1)))

    def rows(self) -> list[dict[str, Any]]:
        """Return what nodes hold of each representation: how many have most of their inputs in it,
        and nothing else, how many the closed form has, and their distance from such nodes.
        """
        found, shares = [], self.shares[1][:, self.live].sum(axis=1)
        for i, rho in enumerate(self.representations):
            mine = self.live & (self.main == i)
            found.append(
                {
                    "representation": rho.name,
                    "dimension": rho.dimension,
                    "closed form": 1 if trivial(rho) else rho.dimension * rho.functions,
                    "nodes": int(mine.sum()),
                    "single": int((mine & self.single).sum()),
                    "share of c": float(shares[i] / (shares.sum() or 1.0)),
                    "gain": float(self.gains[i]),
                    "distance": self.distance(mine),
                }
            )
        return found

    def as_json(self) -> dict[str, Any]:
        """Return plain data; distances are those to the closed form."""
        names = [rho.name for rho in self.representations]
        inputs, outputs = np.round(self.shares, 6).transpose(0, 2, 1).tolist()
        return {
            "operation": self.multiplication.as_json(),
            "live nodes": int(self.live.sum()),
            "distance": self.distance(),
            "representations": self.rows(),
            "nodes": [
                {
                    "node": j,
                    "main": names[self.main[j]],
                    "single": bool(self.single[j]),
                    "distance": float(self.apart[j]),
                    "inputs": dict(zip(names, inputs[j], strict=True)),
                    "outputs": dict(zip(names, outputs[j], strict=True)),
                }
                for j in np.flatnonzero(self.live).tolist()
            ],
        }


def by_representation(a: Floats, b: Floats, c: Floats, over: Isotopy) -> ByRepresentation:
    """Return the share of each representation in every node.

    Args:
        a: the values of nodes on first inputs, shape (d, q).
        b: the same on second inputs.
        c: the same at outputs, ``1/2d`` included; scales matter to gains alone.
        over: the group, and which of its elements inputs and outputs stand for.

    Raises:
        NoRepresentationsError: if the representations of the group are not known.

    >>> import cogo
    >>> from algebra.groups.group_names import multiplication
    >>> S3 = cogo.group("S3")
    >>> w = cogo.embed(cogo.build(S3))
    >>> found = by_representation(w.layera.T, w.layerb.T, w.layerc, multiplication(S3))
    >>> [(row["representation"], row["nodes"], round(row["gain"], 6)) for row in found.rows()]
    [('[3]', 1, 1.0), ('[2,1]', 8, 1.0), ('[1,1,1]', 1, 1.0)]
    """
    rhos = irreducibles(over.group)
    a, b, c = (
        w.astype(np.float64)[np.argsort(at)]
        for w, at in zip((a, b, c), (over.p, over.s, over.r), strict=True)
    )
    powers, gains = powers_and_gains(a, b, c, over.group)
    varies = np.array([not trivial(rho) for rho in rhos])[:, None]
    constant = len(a) / 2 * (a.mean(axis=0) + b.mean(axis=0)) ** 2  # of a + t, b - t the least
    moving = np.where(varies, powers[0] + powers[1], 0)
    outputs = np.where(varies, powers[2], 0)  # a constant over outputs is free
    whole = moving.sum(axis=0) + constant, outputs.sum(axis=0)
    moves = moving.sum(axis=0) > (1 - SINGLE) * whole[0]
    inputs = np.where(moves, moving, ~varies * constant)
    shares = [x / np.where(x.sum(axis=0) > 0, x.sum(axis=0), 1) for x in (inputs, outputs)]
    norms = np.cbrt(whole[0] ** 2 * whole[1])
    live = norms > NOTHING * norms.max(initial=0)
    missing = np.zeros(len(norms))
    scale = [np.sqrt(np.where(live, x, 1)) for x in (whole[0] / 2, whole[0] / 2, whole[1])]
    main = shares[0].argmax(axis=0)
    single = live & (np.take_along_axis(np.array(shares), main[None, None], axis=1) >= SINGLE).all(
        axis=(0, 1)
    )
    for i, rho in enumerate(rhos):
        mine = np.flatnonzero(live & (main == i))
        if trivial(rho):
            missing[mine] = 2 * moving.sum(axis=0)[mine] / whole[0][mine]
        elif len(mine):
            of = (x[:, mine] / s[mine] for x, s in zip((a, b, c), scale, strict=True))
            missing[mine] = 3 - explained(*of, matrices=matrices_of(rho))
    apart = np.sqrt(np.maximum(missing, 0) / 3)
    return ByRepresentation(over, rhos, np.array(shares), live, main, single, norms, gains, apart)


def powers_and_gains(a: Reals, b: Reals, c: Reals, group: FiniteGroup) -> tuple[Reals, Reals]:
    """Return ``|P a|^2, |P b|^2, |P c|^2`` by node, shape (3, R, q), and gains, shape (R,).

    The gain of a representation is ``sum f t / sum t^2``, ``t(x, y)[g] = (N/(e d)) chi(x y g^-1)``
    being its part of ``[x y = g]``; the trivial one's, whose part is free, counts as 1. All pairs
    are taken a first input at a time.

    >>> from algebra.groups.group_names import group
    >>> w = np.zeros((6, 2))
    >>> [x.shape for x in powers_and_gains(w, w, w, group("S3"))]
    [(3, 3, 2), (3,)]
    """
    projections = _projections(group)
    squares = np.zeros_like(a)  # sum of (a_j(x) + b_j(y))^2 over x y = g
    for x, products in enumerate(group.products):
        squares[products] += (a[x] + b) ** 2
    projected = np.array([[p @ w for p in projections] for w in (a, b, c)])
    sizes = np.array([rho.functions for rho in irreducibles(group)])
    gains = np.einsum("gq,rgq->r", squares, projected[2]) / (group.order * sizes)
    gains[[trivial(rho) for rho in irreducibles(group)]] = 1
    return (projected**2).sum(axis=2), gains


def representations_of(group: AbelianGroup | FiniteGroup) -> tuple[str, ...]:
    """Return the names of the representations that training follows: none of an Abelian group.

    >>> from algebra.groups.group_names import named_group
    >>> representations_of(named_group("S3"))
    ('[3]', '[2,1]', '[1,1,1]')
    """
    if isinstance(group, FiniteGroup):
        with suppress(NoRepresentationsError):
            names = tuple(rho.name for rho in irreducibles(group))
            return names if len(names) <= MAX_FOLLOWED else ()
    return ()


@lru_cache(maxsize=4)
def _projections(group: FiniteGroup) -> Reals:
    """Return the matrices of the projections onto the functions of each representation."""
    quotients = group.products[:, group.inverses]
    found = []
    for rho in irreducibles(group):
        character = to_reals(rho.character())
        found.append(character[quotients] * (rho.dimension / (rho.kind * group.order)))
    return np.array(found)


def matrices_of(rho: Representation) -> Reals:
    """Return the real matrices of a representation in an orthonormal basis, shape (d, N, N)."""
    form = np.sqrt(to_reals(rho.diagonal()))
    found = interned(rho.matrices())
    matrices: Reals = to_reals(found.scalars)[found.ids] * form / form[:, None]
    return matrices


def explained(a: Reals, b: Reals, c: Reals, *, matrices: Reals) -> Reals:
    """Return the most of ``|a|^2 + |b|^2 + |c|^2`` that lies in a node of the closed form, which is
    ``s u.rho(x)v, t v.rho(y)w, r u.rho(g)w`` for three unit vectors, rho an orthogonal one.

    With ``A = sum_x a(x) rho(x)`` and so on it is ``(N/d) ((u.Av)^2 + (v.Bw)^2 + (u.Cw)^2)``, which
    is convex in each vector: going where it grows fastest, one vector after the other, never
    decreases it. The best of several starts counts.
    """
    d, n, _ = matrices.shape
    ab, bb, cb = (np.einsum("xq,xij->qij", w, matrices)[:, None] for w in (a, b, c))
    u, v, w = _unit(np.random.default_rng(0).normal(size=(3, a.shape[1], STARTS, n)))
    best = np.full(a.shape[1], -np.inf)
    for _ in range(STEPS):
        u = _turned(u, _right(ab, v), _right(cb, w))
        v = _turned(v, _left(ab, u), _right(bb, w))
        w = _turned(w, _left(bb, v), _left(cb, u))
        parts = (
            (u * _right(ab, v)).sum(-1),
            (v * _right(bb, w)).sum(-1),
            (u * _right(cb, w)).sum(-1),
        )
        before, best = best, sum(x**2 for x in parts).max(axis=1) * n / d
        if (best - before <= GAIN * best).all():
            break
    return best


def _turned(u: Reals, p: Reals, r: Reals) -> Reals:
    """Return where ``(u.p)^2 + (u.r)^2`` grows fastest."""
    return _unit((u * p).sum(-1)[..., None] * p + (u * r).sum(-1)[..., None] * r)


def _right(m: Reals, v: Reals) -> Reals:
    return np.asarray((m @ v[..., None])[..., 0])


def _left(m: Reals, u: Reals) -> Reals:
    return np.asarray((u[..., None, :] @ m)[..., 0, :])


def _unit(x: Reals) -> Reals:
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-300))
