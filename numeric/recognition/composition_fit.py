"""The fit of a composition to the nodes of many frequencies, whatever their gauge and order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations, product
from typing import NamedTuple, final

import numpy as np

from algebra.numbers.arrays import Complexes, Int64, Reals
from numeric.recognition.compositions import ORDER_4, ORDER_42, PhaseTable, second_product

#: Scores computed at once.
CHUNK = 1 << 21
#: Of the simplest fit: how far, in each entry, what the anchors determine may be from the best.
CLOSE = 0.1
QUARTER = np.pi / 2
#: Misfits closer than this are of one and the same solution.
SAME = 1e-9


@final
@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A composition fitted to ``F`` frequencies of ``n`` nodes each.

    Its parameters in radians, shape (F, P); the exact composition in the nodes' order and gauge,
    (F, 3, n); the residual ``|nodes - model| / |model|``, (F,).
    """

    composition: PhaseTable
    parameters: Reals
    model: Complexes
    residual: Reals


def fit(nodes: Complexes, composition: PhaseTable) -> Fit:
    """Return the best fit of a composition to the entries of many frequencies.

    Over all orders of the nodes and all parameters, up to each node's gauge
    ``(s a, s b, c / s^2)``, the two turns, and one factor ``(t a, b / t, c)`` per frequency.

    Args:
        nodes: shape (F, 3, n), the entries ``a, b, c`` at ``k`` in the normalisation where
            ``abc = 1`` for an optimizer; all three rows are used.
        composition: of order n.

    Raises:
        ValueError: if the number of nodes is not the composition's order.

    >>> from numeric.recognition.compositions import SYN_NU
    >>> z = SYN_NU.phases(np.array([[0.1, 0.2, 0.3]]))
    >>> found = fit(np.exp(1j * z[..., ::-1]) / 6 ** (1 / 3), SYN_NU)
    >>> bool(found.residual[0] < 1e-9), round(float(canonical(found)[0, 0]), 9)
    (True, 0.3)
    """
    if nodes.ndim != 3 or nodes.shape[1:] != (3, composition.order):
        raise ValueError(
            f"nodes have shape {nodes.shape}; {composition.name} needs (F, 3, {composition.order})"
        )
    unit, rows = _unit(nodes), composition.anchored[0]
    placements = _placements(composition, transitive=composition.transitive)
    place = np.empty((len(nodes), composition.order), dtype=np.int64)
    step = max(1, CHUNK // (len(placements) * composition.order**2))
    for first in range(0, len(nodes), step):
        part = slice(first, first + step)
        start = composition.solved(np.angle(unit[part])[:, rows, placements])
        score = _scores(unit[part], composition, start)
        best = _bound(score).argmax(axis=1)
        place[part] = assigned(score[np.arange(len(best)), best])
    ordered = np.take_along_axis(unit, place[:, None, :], axis=2)
    parameters, sign, _ = _least_squares(ordered, composition)
    return _with_moduli(nodes, composition, parameters, place, sign)


def _unit(nodes: Complexes) -> Complexes:
    size = np.abs(nodes)
    return nodes / np.where(size > 0, size, 1.0)


def _placements(composition: PhaseTable, *, transitive: bool) -> Int64:
    """Return which nodes may stand at the anchors that determine the parameters, shape (S, P)."""
    columns = sorted(set(composition.anchored[1].tolist()))
    first = [(0,)] if transitive else [(j,) for j in range(composition.order)]
    rest = [permutations(set(range(composition.order)) - {*x}, len(columns) - 1) for x in first]
    placed = np.array([x + y for x, ys in zip(first, rest, strict=True) for y in ys])
    return placed[:, [columns.index(j) for j in composition.anchored[1]]]


def _scores(unit: Complexes, composition: PhaseTable, parameters: Reals) -> Reals:
    """Return how well nodes agree with columns, up to a sign of both inputs: (F, S, n, n)."""
    template = np.exp(1j * composition.phases(parameters))
    inputs = np.einsum("fpi,fspj->fsij", unit[:, :2].conj(), template[:, :, :2], optimize=True)
    outputs = np.einsum("fi,fsj->fsij", unit[:, 2].conj(), template[:, :, 2], optimize=True)
    score: Reals = np.abs(inputs.real) + outputs.real
    return score


def _bound(score: Reals) -> Reals:
    """Return a bound of the best assignment's score."""
    return np.asarray(np.minimum(*(score.max(axis=i).sum(axis=-1) for i in (-1, -2))))


def _least_squares(ordered: Complexes, composition: PhaseTable) -> tuple[Reals, Reals, Complexes]:
    """Return parameters of nodes in the order of the table, their signs, and entries with them."""
    rows, columns = composition.anchored
    start = composition.solved(np.angle(ordered)[:, rows, columns])
    template = np.exp(1j * composition.phases(start))
    agree = (ordered[:, :2] * template[:, :2].conj()).real.sum(axis=1)
    sign = np.where(agree < 0, -1.0, 1.0)
    signed = ordered * np.stack([sign, sign, np.ones_like(sign)], axis=1)
    gap = np.angle(signed * template.conj())
    inverse = np.linalg.pinv(composition.coefficient.reshape(3 * composition.order, -1))
    return start + gap.reshape(len(gap), 3 * composition.order) @ inverse.T, sign, signed


def _with_moduli(
    nodes: Complexes, composition: PhaseTable, parameters: Reals, place: Int64, sign: Reals
) -> Fit:
    """Choose the gauge of each node and the factor ``t``; return the model beside the nodes."""
    # In logarithms (a, b, c) is (u + s + t, u + s - t, u - 2 s) with 3 u = log |abc|.
    ordered = np.take_along_axis(nodes, place[:, None, :], axis=2)
    size = np.log(np.maximum(np.abs(ordered), 1e-300))
    u = np.log(np.maximum(composition.size(parameters), 1e-9)) / 3
    t = (size[:, 0] - size[:, 1]).mean(axis=1, keepdims=True) / 2
    s = (size[:, 0] + size[:, 1] - 2 * size[:, 2]) / 6
    modulus = np.exp(np.stack([u + s + t, u + s - t, u - 2 * s], axis=1))
    modulus[:, :2] *= sign[:, None]
    model = np.empty_like(nodes)
    table = modulus * np.exp(1j * composition.phases(parameters))
    np.put_along_axis(model, place[:, None, :], table, axis=2)
    gap, norm = (np.linalg.norm(x, axis=(1, 2)) for x in (nodes - model, model))
    return Fit(composition, parameters, model, gap / norm)


def canonical(found: Fit) -> Reals:
    """Return the free parameters, without the turns, in their fundamental domain; radians.

    Relabelling nodes and turning phases changes the parameters of one and the same solution:
    docs/theory/recognition.md lists how. Of ``order 4`` these are the angle of ``a2/a1``, and that
    of ``a1 b1 / (a2 b2)``, which is ``pi/2`` for ``nu(i)*xi``.
    """
    x = found.parameters
    match found.composition.name:
        case "nu*syn":
            return _folded(x[:, 2:], np.pi / 3)
        case "nu(i)*xi":
            return _folded(x[:, 2:], np.pi / 2)
        case "order 4":
            ratio = _folded(x[:, 2:3] - x[:, :1], np.pi / 2)
            product = (x[:, :1] + x[:, 1:2] - second_product(x)[:, None]) % (2 * np.pi)
            return np.concatenate([ratio, product], axis=1)
        case "order42":
            return _folded(x[:, 2:], np.pi)
        case "nu(i)*syn(al,be)":
            return _least(orbit(x[:, 2:]))
    return (x[:, 2:] + SAME) % np.pi - SAME


def _folded(angle: Reals, period: float) -> Reals:
    rest = angle % period
    return np.minimum(rest, period - rest)


def orbit(pair: Reals) -> Reals:
    """Return the twelve ``(alpha, beta)`` of one solution, angles modulo a quarter turn.

    >>> orbit(np.array([[0.1, 0.3]])).shape
    (1, 12, 2)
    """
    pairs = []
    al, be = pair[..., 0], pair[..., 1]
    for _ in range(3):
        al, be = be - al, -al
        pairs += [(al, be), (-al, -be), (be, al), (-be, -al)]
    return np.stack([np.stack(x, axis=-1) for x in pairs], axis=-2) % QUARTER


def _least(pairs: Reals) -> Reals:
    rounded = pairs.round(9) % QUARTER
    key = rounded[..., 0] * 1e3 + rounded[..., 1]
    return np.take_along_axis(pairs, key.argmin(axis=-1)[..., None, None], axis=-2)[..., 0, :]


class PhaseFit(NamedTuple):
    """A composition's parameters at the nodes of one frequency, in radians.

    The turns of ``a`` and ``b``; the free parameters, of ``order 4`` ``xi = a2/a1`` and ``epsilon =
    a2 b2 / (a1 b1)``; by column of the table the node that stands there, and its sign.
    """

    turns: tuple[float, float]
    free: tuple[float, ...]
    place: Int64
    sign: Int64


def simplest_fit(z: Complexes, composition: PhaseTable) -> PhaseFit:
    """Return the fit of one frequency's (3, n) entries with free parameters as near to 0 as can be.

    Many orders and signs of the nodes describe a composition equally well, with other values of its
    parameters. Here they are chosen for the sake of those values, which are to be written down.

    >>> from numeric.recognition.compositions import SYN_NU
    >>> z = np.exp(1j * SYN_NU.phases(np.array([0.1, 0.2, 0.3])))
    >>> found = simplest_fit(z[:, ::-1], SYN_NU)
    >>> [round(x, 9) for x in (*found.turns, *found.free)]
    [0.1, 0.2, 0.3]
    """
    unit, (rows, columns) = _unit(z[None]), composition.anchored
    signs = _anchor_signs(composition)
    turned = np.pi * ((signs[:, columns] < 0) & (rows < 2))
    anchors = np.angle(unit[0])[rows, _placements(composition, transitive=False)]
    start = composition.solved(turned[:, None] + anchors).reshape(-1, len(rows))
    score = _scores(unit, composition, start[None])[0]
    bound = _bound(score)
    kept = np.flatnonzero(bound >= bound.max() - CLOSE * 3 * composition.order)
    places = assigned(score[kept])
    flipped = signs[kept // len(anchors)]
    ordered = unit[0][:, places].transpose(1, 0, 2)
    ordered[:, :2] *= flipped[:, None]
    parameters, sign, signed = _least_squares(ordered, composition)
    model = np.exp(1j * composition.phases(parameters))
    misfit = (np.abs(signed - model) ** 2).sum(axis=(1, 2))
    if composition is ORDER_42:  # its moduli differ, and say which node is which
        logs = np.log(np.abs(z).prod(axis=0))[places] - np.log(composition.size(parameters))
        misfit += (logs**2).sum(axis=1)
    free = parameters[:, 2:]
    if composition is ORDER_4:
        first, second = parameters[:, :2], parameters[:, 2:]
        free = np.stack([second[:, 0] - first[:, 0], (second - first).sum(axis=1)], axis=1)
    same = np.flatnonzero(misfit <= misfit.min() + SAME)
    angles = np.concatenate([free[same], parameters[same, :2]], axis=1)
    # Angles of -1e-12 and of 1e-12 are the same one.
    angles = (angles + SAME) % (2 * np.pi)
    key = [*angles.T, angles[:, : free.shape[1]].sum(axis=1)]
    best = int(same[np.lexsort([x.round(6) for x in key])[0]])
    p, r = map(float, parameters[best, :2])
    signs = (sign[best] * flipped[best]).astype(np.int64)
    return PhaseFit((p, r), tuple(map(float, free[best])), places[best], signs)


def _anchor_signs(composition: PhaseTable) -> Reals:
    """Return all signs of the nodes that determine the parameters, shape (M, n); others 1."""
    nodes = sorted({j for _, j in composition.anchors})
    signs = np.ones((2 ** len(nodes), composition.order))
    signs[:, nodes] = list(product((1.0, -1.0), repeat=len(nodes)))
    return signs


def assigned(score: Reals) -> Int64:
    """Return the node at each column in the assignment of the largest sum of scores (F, n, n).

    Dynamic programming over sets of nodes: ``best(S) = max_i best(S - i) + score[i, |S|-1]``.
    Loading `scipy.optimize` takes longer than all of recognition; up to a dozen nodes this is fast.

    >>> assigned(np.array([[[5.0, 6.0], [1.0, 4.0]], [[1.0, 3.0], [2.0, 1.0]]])).tolist()
    [[0, 1], [1, 0]]
    """
    count, n, _ = score.shape
    best = np.zeros((count, 1 << n))
    last = np.zeros((count, 1 << n), dtype=np.int64)
    for column, (sets, members) in enumerate(_subsets(n)):
        before = sets[:, None] ^ (1 << members)
        values = best[:, before] + score[:, members, column]
        chosen = values.argmax(axis=2)
        best[:, sets] = np.take_along_axis(values, chosen[..., None], axis=2)[..., 0]
        last[:, sets] = members[np.arange(len(sets)), chosen]
    place = np.empty((count, n), dtype=np.int64)
    rest, every = np.full(count, (1 << n) - 1), np.arange(count)
    for column in reversed(range(n)):
        place[:, column] = last[every, rest]
        rest ^= 1 << place[:, column]
    return place


@cache
def _subsets(n: int) -> list[tuple[Int64, Int64]]:
    """Return all sets of 1, 2, ... nodes, as bits and as lists."""
    lists = [np.array(list(combinations(range(n), size))) for size in range(1, n + 1)]
    return [((1 << members).sum(axis=1), members) for members in lists]
