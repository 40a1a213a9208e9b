"""Three-node blocks at characters of order 3 and 4: the fit of their closed forms.

Order 3, with constant parts: for numbers ``u_1 u_2 u_3 = 1`` of modulus one

    a_j = b_j = u_j,   g_j = a_0 + b_0 = Re(u_k conj(u_l)),   c_j = (conj(u_k)^2 - conj(u_l)^2) / D;

order 4, without: for angles ``theta, Theta`` and ``Sum = theta + Theta``

    direction of a: 90 - Theta, theta, theta - 90;   of b: 90 - theta, Theta, Theta + 90   (degrees)
    c: (1/sin(Sum) - i/cos(Sum)) / 4,  i / (4 cos(Sum)),  1 / (4 sin(Sum))

with ``|a/b| = sin(theta)/sin(Theta)`` on the first node, ``cos(Theta)/cos(theta)`` on the others.
The short blocks of `algebra.blocks.short` are members of both families. Translations are turns by
thirds and by quarters here, and no other turns are symmetries.

Source: this project; docs/theory/proofs/narrow.md proves that there are no other blocks of order 4
with three nodes, and which others there are of order 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations, product
from typing import final

import numpy as np

from algebra.numbers.arrays import Complexes, Reals

#: A third of a turn, and the eighth that takes the coordinates of order 4 to those of a number.
THIRD = 2 * np.pi / 3
EIGHTH = np.exp(-0.25j * np.pi)
#: ``theta = Theta`` of the short block of order 4, whose entries are rational.
NAMED = float(np.arctan(0.5))


@final
@dataclass(frozen=True, slots=True, eq=False)
class ShortFit:
    """A family of three-node blocks fitted to ``F`` frequencies.

    Args:
        angles: the invariants of the family in degrees, shape (F, 2).
        model: the fitted block in the nodes' order and gauge, shape (F, 3, 3).
        residual: ``|nodes - model| / |model|``, shape (F,).
        named: the residual of the short block itself.
    """

    angles: Reals
    model: Complexes
    residual: Reals
    named: Reals


def fit_order3(nodes: Complexes, constants: Reals) -> ShortFit:
    """Fit the family of order 3; the invariants are the two smaller gaps between the ``u_j^2``.

    Args:
        nodes: entries of shape (F, 3, 3), every node in its balanced gauge.
        constants: ``g / 2`` of each node in the same gauge, shape (F, 3).

    >>> w, s = np.exp(1j * THIRD * np.arange(3)), np.cbrt(1 / 3 / np.sqrt(2.0625 / 2))
    >>> found = fit_order3(np.stack([s * w, s * w, w / (3 * s * s)])[None], np.full((1, 3), -s / 4))
    >>> found.angles.round(6).tolist(), bool(found.residual[0] < 1e-12)
    ([[120.0, 120.0]], True)
    """
    a, b, _ = nodes.swapaxes(0, 1)
    apart = np.angle((a * b.conj() / np.maximum(np.abs(a * b), 1e-300)).sum(axis=1))
    turn = np.round(apart / THIRD)[:, None] * THIRD
    squares = np.angle(a * b) + turn
    squares = squares - np.angle(np.exp(1j * squares.sum(axis=1)))[:, None] / 3
    gaps = np.sort(squares % (2 * np.pi), axis=1)
    gaps = np.diff(np.concatenate([gaps, gaps[:, :1] + 2 * np.pi], axis=1), axis=1)
    model, residual = _order3(nodes, constants, squares, turn)
    first = squares[:, :1]
    around = np.angle(np.exp(1j * (squares[:, 1:2] - first))) < 0
    thirds = np.where(around, -1, 1) * THIRD * np.arange(3)
    whole = first * 3 + thirds.sum(axis=1)[:, None]
    even = first + thirds - np.angle(np.exp(1j * whole)) / 3
    even += _mean_turn(squares - even)[:, None]
    _, named = _order3(nodes, constants, even, turn)
    return ShortFit(np.degrees(np.sort(gaps, axis=1)[:, :2]), model, residual, named)


def _mean_turn(gap: Reals) -> Reals:
    """Return the multiple of a third of a turn nearest to the mean of these angles."""
    mean = np.angle(np.exp(1j * gap).sum(axis=1))
    turned: Reals = np.round(mean / THIRD) * THIRD
    return turned


def _order3(
    nodes: Complexes, constants: Reals, squares: Reals, turn: Reals
) -> tuple[Complexes, Reals]:
    """Return the member with ``u_j^2`` of these angles, ``b`` turned back, and its residual."""
    z = np.exp(1j * squares)
    u = np.exp(0.5j * squares)
    after, before = np.roll(z, -1, axis=1), np.roll(z, 1, axis=1)
    c = after.conj() - before.conj()
    whole = (z * c).sum(axis=1, keepdims=True)
    c = c / np.where(np.abs(whole) > 1e-9, whole, 1e-9)
    g = ((z.sum(axis=1, keepdims=True).conj() / 2) * u.conj() - u.conj() ** 3 / 2).real
    back = np.exp(-1j * turn)
    # With a = u and b = u/turn; the first input is not turned, so that g keeps its meaning.
    entries = np.stack([u, u * back, c / back], axis=1)
    return _gauged(nodes, entries, constants, g / 2)


def fit_order4(nodes: Complexes) -> ShortFit:
    """Fit the family of order 4; the invariants are ``theta + Theta`` and ``|theta - Theta|``.

    The sum is brought to 0 to 90 degrees and the gap to 0 to 45: turning one input by a quarter
    adds 90 to one of the angles, and ``-k`` for ``k`` takes both from 90.

    Args:
        nodes: entries of shape (F, 3, 3), every node in its balanced gauge.

    >>> a, c = np.array([3 - 1j, 3 + 1j, 1 - 3j]), np.array([(3 + 4j) / 96, -1j / 24, 1 / 32])
    >>> s = np.cbrt(np.abs(c / a))
    >>> found = fit_order4(np.stack([s * a, s * a * [1, 1, -1], c / s**2])[None])
    >>> found.angles.round(4).tolist(), bool(found.named[0] < 1e-12)
    ([[53.1301, 0.0]], True)
    """
    options = [
        (list(order), m, n, conjugated)
        for order in permutations(range(3))
        for m, n in product(range(4), repeat=2)
        if m < 2
        for conjugated in (False, True)
    ]
    orders = np.array([x[0] for x in options])
    m, n = (np.array([x[i] for x in options], dtype=np.float64) for i in (1, 2))
    turned = np.array([x[3] for x in options])
    placed = nodes[:, :, orders].transpose(0, 2, 1, 3)
    placed = np.where(turned[None, :, None, None], placed.conj(), placed)
    turns = 1j ** np.stack([m, n, -(m + n)], axis=1)
    straight = placed * turns.conj()[None, :, :, None]
    a, b = (np.angle(straight[:, :, p] / EIGHTH) for p in (0, 1))
    theta = _half(_doubled(a[..., 1]) - _doubled(a[..., 2]) - _doubled(-b[..., 0]))
    other = _half(_doubled(b[..., 1]) - _doubled(b[..., 2]) - _doubled(-a[..., 0]))
    model, residual = _gauged(straight, _order4(theta, other))
    best = residual.argmin(axis=1)
    rows = np.arange(len(nodes))
    chosen = model[rows, best] * turns[best][:, :, None]
    chosen = np.where(turned[best][:, None, None], chosen.conj(), chosen)
    back = np.empty_like(chosen)
    np.put_along_axis(back, orders[best][:, None, :].repeat(3, axis=1), chosen, axis=2)
    fixed = np.full(theta.shape, NAMED)
    _, named = _gauged(straight, _order4(fixed, fixed))
    angles = np.stack([theta[rows, best], other[rows, best]], axis=1)
    return ShortFit(_invariants(angles), back, residual[rows, best], named.min(axis=1))


def _doubled(angle: Reals) -> Complexes:
    return np.asarray(np.exp(2j * angle))


def _half(z: Complexes) -> Reals:
    return np.asarray(np.angle(z) / 2, dtype=np.float64)


def _order4(theta: Reals, other: Reals) -> Complexes:
    """Return the member with these angles, shape (..., 3, 3): rows ``a, b, c``, then nodes."""
    both = theta + other
    sine, cosine = (_away(f(both)) for f in (np.sin, np.cos))
    straight = np.pi / 2
    a = np.exp(1j * np.stack([straight - other, theta, theta - straight], axis=-1)) * EIGHTH
    b = np.exp(1j * np.stack([straight - theta, other, other + straight], axis=-1)) * EIGHTH
    c = np.stack([1 / sine - 1j / cosine, 1j / cosine, 1 / sine], axis=-1) / 4
    first = _away(np.sin(theta)) / _away(np.sin(other))
    rest = _away(np.cos(other)) / _away(np.cos(theta))
    ratio = np.stack([first, rest, rest], axis=-1)
    root, sign = np.sqrt(np.abs(ratio)), np.sign(ratio)
    return np.stack([a * root, b * sign / root, c * sign], axis=-2)


def _away(x: Reals) -> Reals:
    """Return numbers that are kept away from zero."""
    kept: Reals = np.where(np.abs(x) < 1e-6, np.where(x < 0, -1e-6, 1e-6), x)
    return kept


def _invariants(angles: Reals) -> Reals:
    both = angles.sum(axis=1)
    steps = np.floor(both / (np.pi / 2))
    both = both - steps * np.pi / 2
    gap = (angles[:, 0] - angles[:, 1] - steps * np.pi / 2) % np.pi
    gap = np.minimum(gap, np.pi - gap)
    far = gap > np.pi / 4
    pair = [np.where(far, np.pi / 2 - x, x) for x in (both, gap)]
    degrees: Reals = np.degrees(np.stack(pair, axis=1))
    return degrees


def _gauged(
    nodes: Complexes,
    entries: Complexes,
    constants: Reals | None = None,
    model_constants: Reals | None = None,
) -> tuple[Complexes, Reals]:
    """Bring a model to the balanced gauge, the signs of its nodes and, without constants, to ``t``.

    ``(t a, b / t, c)`` is no symmetry where constant parts cancel squares.
    """
    if constants is None:
        size = np.log(np.maximum(np.abs(nodes), 1e-300))
        own = np.log(np.maximum(np.abs(entries), 1e-300))
        gap = (size[..., 0, :] - size[..., 1, :]) - (own[..., 0, :] - own[..., 1, :])
        t = np.exp(gap.mean(axis=-1, keepdims=True) / 2)
        entries = entries * np.stack([t, 1 / t, np.ones_like(t)], axis=-2)
    inputs = (np.abs(entries[..., :2, :]) ** 2).sum(axis=-2)
    agree = (nodes[..., :2, :] * entries[..., :2, :].conj()).real.sum(axis=-2)
    if constants is not None and model_constants is not None:
        inputs = inputs + model_constants**2
        agree = agree + constants * model_constants
    s = np.cbrt(np.abs(entries[..., 2, :]) / np.sqrt(np.maximum(inputs / 2, 1e-300)))
    s = np.maximum(s, 1e-30) * np.where(agree < 0, -1.0, 1.0)
    model = entries * np.stack([s, s, s**-2], axis=-2)
    gap2 = (np.abs(nodes - model) ** 2).sum(axis=(-2, -1))
    norm2 = (np.abs(model) ** 2).sum(axis=(-2, -1))
    if constants is not None and model_constants is not None:
        gap2 = gap2 + ((constants - s * model_constants) ** 2).sum(axis=-1)
        norm2 = norm2 + ((s * model_constants) ** 2).sum(axis=-1)
    return model, np.sqrt(gap2 / np.maximum(norm2, 1e-300))
