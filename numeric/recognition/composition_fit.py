"""The fit of a composition to the nodes of many frequencies, whatever their gauge and order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations, product
from typing import final

import numpy as np
from numpy.typing import NDArray

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

    Args:
        composition: what was fitted.
        parameters: shape (F, P), radians.
        model: shape (F, 3, n): the exact composition in the nodes' order and gauge.
        residual: shape (F,): ``|nodes - model| / |model|``.
        place: shape (F, n): the node that stands at each column of the table.
    """

    composition: PhaseTable
    parameters: Reals
    model: Complexes
    residual: Reals
    place: NDArray[np.int64]


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


def _placements(composition: PhaseTable, *, transitive: bool) -> NDArray[np.int64]:
    """Return which nodes may stand at the anchors that determine the parameters, shape (S, P)."""
    columns = sorted(set(composition.anchored[1].tolist()))
    first = [(0,)] if transitive else [(j,) for j in range(composition.order)]
    rest = [permutations(set(range(composition.order)) - {*x}, len(columns) - 1) for x in first]
    placed = np.array([x + y for x, ys in zip(first, rest, strict=True) for y in ys])
    return placed[:, [columns.index(j) for j in composition.anchored[1]]]


def _scores(unit: Complexes, composition: PhaseTable, parameters: Reals) -> Reals:
    """Return how well nodes agree with columns, up to a sign of both inputs.

    Shapes (F, 3, n) and (F, S, P) to (F, S, n, n), nodes by columns.
    """
    template = np.exp(1j * composition.phases(parameters))
    inputs = np.einsum("fpi,fspj->fsij", unit[:, :2].conj(), template[:, :, :2], optimize=True)
    outputs = np.einsum("fi,fsj->fsij", unit[:, 2].conj(), template[:, :, 2], optimize=True)
    score: Reals = np.abs(inputs.real) + outputs.real
    return score


def _bound(score: Reals) -> Reals:
    """Return a bound of the best assignment's score."""
    bound: Reals = np.minimum(score.max(axis=-1).sum(axis=-1), score.max(axis=-2).sum(axis=-1))
    return bound


def _least_squares(ordered: Complexes, composition: PhaseTable) -> tuple[Reals, Reals, Complexes]:
    """Return the parameters of the phases of many ``F`` nodes in the order of the table.

    And the signs of these nodes, and their entries with it.
    """
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
    nodes: Complexes,
    composition: PhaseTable,
    parameters: Reals,
    place: NDArray[np.int64],
    sign: Reals,
) -> Fit:
    """Choose the gauge of each node and the factor ``t``; return the model beside the nodes.

    In logarithms ``(a, b, c)`` is ``(u + s + t, u + s - t, u - 2 s)`` with ``3 u = log |abc|``.
    """
    ordered = np.take_along_axis(nodes, place[:, None, :], axis=2)
    size = np.log(np.maximum(np.abs(ordered), 1e-300))
    u = np.log(np.maximum(composition.size(parameters), 1e-9)) / 3
    t = (size[:, 0] - size[:, 1]).mean(axis=1, keepdims=True) / 2
    s = (size[:, 0] + size[:, 1] - 2 * size[:, 2]) / 6
    modulus = np.exp(np.stack([u + s + t, u + s - t, u - 2 * s], axis=1))
    phase = composition.phases(parameters)
    signs = np.stack([sign, sign, np.ones_like(sign)], axis=1)
    table = modulus * signs * np.exp(1j * phase)
    model = np.empty_like(table)
    np.put_along_axis(model, place[:, None, :], table, axis=2)
    norm = np.linalg.norm(model.reshape(len(model), -1), axis=1)
    gap = np.linalg.norm((nodes - model).reshape(len(model), -1), axis=1)
    return Fit(composition, parameters, model, gap / norm, place)


def canonical(found: Fit) -> Reals:
    """Return the free parameters, without the turns, in their fundamental domain; radians.

    Relabelling nodes and turning phases changes the parameters of one and the same solution:

    * ``nu`` stands for ``-nu, w nu, 1/nu``: its angle is brought to ``[0, pi/6]``;
    * ``xi`` for ``i xi, 1/xi``: to ``[0, pi/4]``;
    * ``(alpha, beta)`` for ``(i alpha, beta)``, ``(alpha, i beta)``, ``(beta/alpha, 1/alpha)``,
      and, exchanging ``a, b`` or ``k, -k``, for ``(1/alpha, 1/beta)`` and ``(1/beta, 1/alpha)``:
      the least of the twelve pairs of angles in ``[0, pi/2)``, which fill the triangle
      ``2 alpha <= beta <= pi/4 + alpha/2``;
    * ``order 4`` has two invariants: the angle of ``a2/a1`` to ``[0, pi/4]``, and that of
      ``a1 b1 / (a2 b2)`` in ``(0, pi)``, which is ``pi/2`` for ``nu(i)*xi``;
    * ``phi`` of ``order42`` for ``-phi``, ``phi + pi``: to ``[0, pi/2]``;
    * the parameters of all other products may be turned by half a turn: to ``[0, pi)``.
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


@final
@dataclass(frozen=True, slots=True, eq=False)
class PhaseFit:
    """A composition's parameters at the nodes of one frequency.

    Args:
        turns: the angles by which ``a`` and ``b`` are turned, in radians.
        free: the free parameters' angles; of ``order 4`` those of ``xi = a2/a1`` and ``epsilon
            = a2 b2 / (a1 b1)``.
        place: the node that stands at each column of the composition's table.
        sign: by column, -1 where both inputs are turned round.
    """

    turns: tuple[float, float]
    free: tuple[float, ...]
    place: NDArray[np.int64]
    sign: NDArray[np.int64]


def simplest_fit(z: Complexes, composition: PhaseTable) -> PhaseFit:
    """Return the least-squares fit of one frequency with free parameters as near to 0 as can be.

    Many orders and signs of the nodes describe a composition equally well, with other values of its
    parameters. Here they are chosen for the sake of those values, which are to be written down.

    Args:
        z: the nodes' entries, shape (3, n).
        composition: of order n.

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
    free = _free(parameters, composition)
    same = np.flatnonzero(misfit <= misfit.min() + SAME)
    angles = np.concatenate([free[same], parameters[same, :2]], axis=1)
    # Angles of -1e-12 and of 1e-12 are the same one.
    angles = (angles + SAME) % (2 * np.pi)
    key = [*(angles[:, i] for i in range(angles.shape[1])), angles[:, : free.shape[1]].sum(axis=1)]
    best = int(same[np.lexsort([x.round(6) for x in key])[0]])
    return PhaseFit(
        turns=(float(parameters[best, 0]), float(parameters[best, 1])),
        free=tuple(map(float, free[best])),
        place=places[best],
        sign=(sign[best] * flipped[best]).astype(np.int64),
    )


def _free(parameters: Reals, composition: PhaseTable) -> Reals:
    if composition is not ORDER_4:
        return parameters[:, 2:]
    first, second = parameters[:, :2], parameters[:, 2:]
    return np.stack([second[:, 0] - first[:, 0], (second - first).sum(axis=1)], axis=1)


def _anchor_signs(composition: PhaseTable) -> Reals:
    """Return all signs of the nodes that determine the parameters, shape (M, n); others 1."""
    nodes = sorted({j for _, j in composition.anchors})
    signs = np.ones((2 ** len(nodes), composition.order))
    signs[:, nodes] = list(product((1.0, -1.0), repeat=len(nodes)))
    return signs


def assigned(score: Reals) -> NDArray[np.int64]:
    """Return the node at each column in the assignment of the largest sum of scores.

    Dynamic programming over sets of nodes: ``best(S) = max_i best(S - i) + score[i, |S|-1]``.
    Loading `scipy.optimize` takes longer than all of recognition; up to a dozen nodes this is fast.

    Args:
        score: shape (F, n, n), nodes by columns.

    Returns:
        Shape (F, n).

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
