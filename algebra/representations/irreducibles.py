"""All irreducible real representations of a group: of products, and carried over an isomorphism."""

from __future__ import annotations

from functools import lru_cache, reduce

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group_names import Factor, factors_of, identified, product_of
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.representations.constructed import CONSTRUCTED
from algebra.representations.induced import induced
from algebra.representations.representation import (
    Exacts,
    Representation,
    real_blocks,
    require_complete,
)


class NoRepresentationsError(ValueError):
    """Raised for a group whose exact representations are not known here."""


@lru_cache(maxsize=32)
def irreducibles(group: FiniteGroup) -> tuple[Representation, ...]:
    """Return the irreducible real representations of a group, each checked exactly.

    They are constructed for the named group that it is isomorphic to, and for others induced from
    characters of subgroups. What is checked is the whole list: homomorphisms, forms, norms of
    characters, and ``sum of N^2 / e = d``.

    Raises:
        NoRepresentationsError: for a group that is isomorphic to no named one and has others, such
            as ``SL(2,3)``, or ``A6``.

    Source: docs/theory/finite-groups.md.

    >>> from algebra.groups.group_names import group
    >>> [(x.name, x.dimension, x.kind) for x in irreducibles(group("Q8"))][-2:]
    [('altdet', 1, 1), ('quat1', 4, 4)]
    """
    name, image = group.name, None
    try:
        factors = factors_of(name)
    except ValueError:
        factors = ()
    if not factors or product_of(factors).table != group.table:
        name, image = identified(group)
        if image is None:
            found = induced(group)
            if sum(rho.functions for rho in found) < group.order:
                raise NoRepresentationsError(
                    f"{name}: it is isomorphic to no product of cyclic, dihedral, dicyclic, "
                    f"symmetric and alternating groups, and not all of its representations are "
                    f"induced from characters of subgroups; take memorization"
                )
            require_complete(group, found)
            return tuple(found)
        factors = factors_of(name)
    if any(x.kind == "A" and x.n > 5 for x in factors):
        raise NoRepresentationsError(f"{name}: no exact representations are known of A6 here")
    found = _of_product(factors)
    if image is not None:
        found = [x.of(image.tolist()) for x in found]
    require_complete(group, found)
    return tuple(found)


def _of_product(factors: tuple[Factor, ...]) -> list[Representation]:
    lists = [CONSTRUCTED[x.kind](x.n) for x in factors]
    return reduce(lambda xs, ys: [z for x in xs for y in ys for z in tensor(x, y)], lists)


def tensor(x: Representation, y: Representation) -> list[Representation]:
    """Return the irreducible parts of ``x (x) y``, each once, on a product of two groups.

    Over the reals such a product is irreducible if one of them is of real type. Two of complex type
    give two, ``x y`` and ``x conj(y)``; complex and quaternionic type give one of complex type
    twice; two of quaternionic type one of real type four times, ``v -> p v conj(q)``.
    """
    name = f"{x.name}*{y.name}"
    kinds = {x.kind, y.kind}
    form = tuple(s * t for s in x.form for t in y.form)
    if 1 in kinds:
        return [Representation(name, _kronecker(x.values, y.values), form)]
    if kinds == {2}:
        other = y.values.copy()
        other[..., 1] *= -1
        pairs = (name, y.values), (f"{x.name}*conj({y.name})", other)
        return [Representation(text, _kronecker(x.values, v), form) for text, v in pairs]
    if kinds == {2, 4}:
        left, right = (_complex(z.values) if z.kind == 4 else z.values for z in (x, y))
        twice = tuple(s * t for s in _doubled(x) for t in _doubled(y))
        return [Representation(name, _kronecker(left, right), twice)]
    return [
        Representation(name, _two_sided(x.values, y.values), tuple(s for s in form for _ in "1ijk"))
    ]


def _two_sided(left: Exacts, right: Exacts) -> Exacts:
    """Return ``v -> p v conj(q)`` on quaternions, for all entries of two matrices of them."""
    d, n = len(left) * len(right), left.shape[1] * right.shape[1]
    p = real_blocks(left).reshape(*left.shape[:2], 4, -1, 4)
    q = real_blocks(right, right=True).reshape(*right.shape[:2], 4, -1, 4)
    rows = [
        [sum(_outer(p[:, :, s, :, u], q[:, :, u, :, t]) for u in range(4)) for t in range(4)]
        for s in range(4)
    ]
    values = np.array(rows, dtype=object).reshape(4, 4, d, n, n)
    return values.transpose(2, 3, 0, 4, 1).reshape(d, 4 * n, 4 * n, 1)


def _outer(p: Exacts, q: Exacts) -> Exacts:
    """Return ``p[x, i, j] q[y, k, l]`` at ``[x, y, i, k, j, l]``."""
    product: Exacts = p[:, None, :, None, :, None] * q[None, :, None, :, None, :]
    return product


def _kronecker(left: Exacts, right: Exacts) -> Exacts:
    """Return the tensor products of matrices, where one is real or both are complex."""
    e = max(left.shape[3], right.shape[3])
    d, n = len(left) * len(right), left.shape[1] * right.shape[1]
    parts = [
        [_outer(left[..., s], right[..., t]) for t in range(right.shape[3])]
        for s in range(left.shape[3])
    ]
    if min(left.shape[3], right.shape[3]) == 1:
        components = [part for row in parts for part in row]
    else:
        (ac, ad), (bc, bd) = parts
        components = [ac - bd, ad + bc]
    return np.stack([z.reshape(d, n, n) for z in components], axis=-1).reshape(d, n, n, e)


def _complex(values: Exacts) -> Exacts:
    """Return quaternions ``z + w j`` as the complex matrices ``[[z, w], [-conj w, conj z]]``."""
    d, n, _, _ = values.shape
    z, w = values[..., :2], values[..., 2:]
    sign = np.array([Scalar(1), Scalar(-1)], dtype=object)
    result = np.full((d, n, 2, n, 2, 2), ZERO, dtype=object)
    result[:, :, 0, :, 0], result[:, :, 0, :, 1] = z, w
    result[:, :, 1, :, 0], result[:, :, 1, :, 1] = w * -sign, z * sign
    return result.reshape(d, 2 * n, 2 * n, 2)


def _doubled(x: Representation) -> tuple[Scalar, ...]:
    return tuple(s for s in x.form for _ in range(2 if x.kind == 4 else 1))


def trivial(rho: Representation) -> bool:
    """Return whether a representation is the trivial one."""
    return rho.dimension == 1 and all(x == ONE for x in rho.values.ravel())
