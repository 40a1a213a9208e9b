"""How near a node is to one of the closed form, in whatever basis of a representation.

A node of the closed form over an orthogonal representation is, for three unit vectors,

    a(x) = s u.rho(x)v,    b(y) = t v.rho(y)w,    c(g) = r u.rho(g)w.
"""

from __future__ import annotations

import numpy as np

from algebra.networks.table_network import interned
from algebra.numbers.arrays import Reals
from algebra.numbers.to_float import to_reals
from algebra.representations.representation import Representation

#: Starts of the ascent, steps, and what a step gains at least.
STARTS, STEPS, GAIN = 12, 200, 1e-10


def matrices_of(rho: Representation) -> Reals:
    """Return the real matrices of a representation in an orthonormal basis, shape (d, N, N).

    >>> from algebra.representations.irreducibles import irreducibles
    >>> from algebra.groups.group_names import group
    >>> m = matrices_of(irreducibles(group("S3"))[1])
    >>> bool(np.allclose(m @ m.swapaxes(1, 2), np.eye(2)))
    True
    """
    form = np.sqrt(to_reals(rho.diagonal()))
    found = interned(rho.matrices())
    matrices: Reals = to_reals(found.scalars)[found.ids] * form / form[:, None]
    return matrices


def explained(a: Reals, b: Reals, c: Reals, *, matrices: Reals) -> Reals:
    """Return the most of ``|a|^2 + |b|^2 + |c|^2`` that lies in a node of the closed form.

    With ``A = sum_x a(x) rho(x)`` and so on it is ``(N/d) ((u.Av)^2 + (v.Bw)^2 + (u.Cw)^2)``, which
    is convex in each vector: going where it grows fastest, one vector after the other, never
    decreases it. The best of several starts counts.

    Args:
        a: values of nodes on first inputs, shape (d, q).
        b: the same on second inputs.
        c: the same at outputs.
        matrices: of an orthogonal representation, shape (d, N, N).

    >>> import cogo
    >>> from algebra.representations.irreducibles import irreducibles
    >>> w = cogo.embed(cogo.build("S3", "representation"))
    >>> a, b, c = (x[:, :8] for x in (w.layera.T, w.layerb.T, w.layerc))
    >>> most = explained(a, b, c, matrices=matrices_of(irreducibles(cogo.group("S3"))[1]))
    >>> bool(np.allclose(most, (a**2 + b**2 + c**2).sum(axis=0)))
    True
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
