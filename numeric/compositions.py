"""Compositions of one frequency as tables of phases, and their fit to the nodes of a network.

All entries of an exact composition have moduli that the order fixes, so a composition is a table
of phases, linear in its parameters:

    arg z[p, j] = constant[p, j] + sum_i coefficient[p, j, i] * parameter[i]     (mod 2 pi).

The first two parameters turn ``a`` by ``p``, ``b`` by ``r`` and ``c`` by ``-(p + r)``. This is a
symmetry of the loss beyond translations, since a potential that must keep its value contains
``a, b, c`` once each, and one that must vanish may be turned. Nodes carry a sign of their own,
``(a, b, c) ~ (-a, -b, c)``, and their order means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from numeric.embed import Complexes, Reals

#: Third of a turn, quarter of a turn.
THIRD, QUARTER = 2 * np.pi / 3, np.pi / 2
ORDER_9_NODES = 9


@final
@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """A composition as a table of phases.

    Args:
        name: as in the paper's table, ``nu(i)*xi``.
        parameters: names of the free parameters, the two turns ``p, r`` first.
        constant: shape (3, n): phases for parameters zero.
        coefficient: shape (3, n, number of parameters), integers.
        anchors: one ``(row, node)`` for each parameter; their phases determine the parameters.
        free_first: whether the first node may be any node; else the composition has a symmetry
            that takes any node to the first.
    """

    name: str
    parameters: tuple[str, ...]
    constant: Reals
    coefficient: Reals
    anchors: tuple[tuple[int, int], ...]
    free_first: bool = False

    @property
    def order(self) -> int:
        """The number of nodes."""
        return int(self.constant.shape[1])

    def phases(self, parameters: Reals) -> Reals:
        """Return the phases for parameters of shape (..., P): shape (..., 3, n)."""
        turned: Reals = self.constant + np.einsum("pji,...i->...pj", self.coefficient, parameters)
        return turned

    def size(self, parameters: Reals) -> Reals:
        """Return ``|a_j b_j c_j|``, the same for all nodes: ``1/n``, or more for ``order 4``."""
        if self.name != ORDER_4.name:
            return np.full(parameters.shape[:-1], 1 / self.order, dtype=np.float64)
        first, second = parameters[..., 0] + parameters[..., 1], _second_product(parameters)
        return 0.25 / np.maximum(np.abs(np.sin(first - second)), 1e-3)

    def solved(self, phases: Reals) -> Reals:
        """Return the parameters that the anchors' phases determine; (..., 3, n) to (..., P)."""
        rows, nodes = np.array(self.anchors).T
        inverse = np.linalg.inv(self.coefficient[rows, nodes])
        solved: Reals = (phases[..., rows, nodes] - self.constant[rows, nodes]) @ inverse.T
        return solved


def _second_product(parameters: Reals) -> Reals:
    return parameters[..., 2] + parameters[..., 3]


def _table(
    name: str, free: Sequence[str], nodes: Sequence[Any], anchors: Sequence[tuple[int, int]]
) -> Composition:
    """Return a table from nodes ``((constant, multiples of the free), for each of a, b, c)``.

    The turns ``p, r, -(p + r)`` are added here.
    """
    count = 2 + len(free)
    constant = np.zeros((3, len(nodes)))
    coefficient = np.zeros((3, len(nodes), count))
    coefficient[0, :, 0] = coefficient[1, :, 1] = 1
    coefficient[2, :, :2] = -1
    for j, node in enumerate(nodes):
        for p, (phase, *multiples) in enumerate(node):
            constant[p, j] = phase
            coefficient[p, j, 2:] = multiples
    return Composition(name, ("p", "r", *free), constant, coefficient, ((0, 0), (1, 0), *anchors))


def _syn_nu() -> Composition:
    nodes = []
    for t in (0, 1):
        for m in range(3):
            w = THIRD * m
            nodes.append([(w, t), (w + np.pi * t, t), (w + np.pi * t, -2 * t)])
    return _table("nu*syn", ("nu",), nodes, [(0, 3)])


def _nu_i_syn_ab() -> Composition:
    nodes = []
    for m in range(3):
        for t in (0, 1):
            w, turn, al, be = THIRD * m, QUARTER * t, int(m == 1), int(m == 2)
            nodes.append([(w + turn, al, be), (w - turn, -al, -be), (w, 0, 0)])
    return _table("nu(i)*syn(al,be)", ("alpha", "beta"), nodes, [(0, 2), (0, 4)])


def _nu_i_xi() -> Composition:
    nodes = []
    for s in (0, 1):
        for t in (0, 1):
            turn = QUARTER * t
            nodes.append([(turn, s), (-turn - QUARTER * s, -s), (QUARTER * s, 0)])
    table = _table("nu(i)*xi", ("xi",), nodes, [(0, 2)])
    return Composition(
        table.name,
        table.parameters,
        table.constant,
        table.coefficient,
        table.anchors,
        free_first=True,
    )


def _order_4() -> Composition:
    """Return all blocks of order 4 in closed form (docs/recognition.md, "All blocks of order 4").

    ``a = a1 (1, i), a2 (1, i); b = b1 (1, -i), b2 (1, -i)`` and, with ``P = ab``,
    ``c = conj(P2) / (4i Im(P1 conj(P2)))`` twice, ``-conj(P1) / (4i Im(P1 conj(P2)))`` twice.
    Parameters: the phases of ``a1, b1, a2, b2``; of the two orders of the pairs one has
    ``Im(P1 conj(P2)) > 0``, which the phases of ``c`` here assume.
    """
    constant = np.zeros((3, 4))
    coefficient = np.zeros((3, 4, 4))
    for s in (0, 1):
        for t in (0, 1):
            j = 2 * s + t
            constant[:, j] = QUARTER * t, -QUARTER * t, -QUARTER + np.pi * s
            coefficient[0, j, 2 * s] = coefficient[1, j, 2 * s + 1] = 1
            coefficient[2, j, 2 - 2 * s : 4 - 2 * s] = -1
    return Composition(
        "order 4",
        ("a1", "b1", "a2", "b2"),
        constant,
        coefficient,
        ((0, 0), (1, 0), (0, 2), (1, 2)),
        free_first=True,
    )


def _syn() -> Composition:
    nodes = [[(THIRD * m,)] * 3 for m in range(3)]
    return _table("syn", (), nodes, [])


def _three_c_syn() -> Composition:
    nodes = [
        [(THIRD * (m + n),), (THIRD * (m - n),), (THIRD * m,)] for n in range(3) for m in range(3)
    ]
    return _table("three_c*syn", (), nodes, [])


SYN_NU, NU_I_SYN_AB, NU_I_XI = _syn_nu(), _nu_i_syn_ab(), _nu_i_xi()
ORDER_4, SYN, THREE_C_SYN = _order_4(), _syn(), _three_c_syn()
#: The compositions tried for each number of nodes; those with fewer parameters first.
COMPOSITIONS = (NU_I_XI, ORDER_4, SYN_NU, NU_I_SYN_AB, SYN, THREE_C_SYN)


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
        gauge: shape (F, n): ``s`` with ``(a, b, c) = (s a', s b', c' / s^2)``, ``a' b' c'`` of
            the composition with ``|a'| = |b'| = |c'|``; negative where the sign is turned.
    """

    composition: Composition
    parameters: Reals
    model: Complexes
    residual: Reals
    place: NDArray[np.int64]
    gauge: Reals


def fit(nodes: Complexes, composition: Composition) -> Fit:
    """Return the best fit of a composition to the entries of many frequencies.

    Over all orders of the nodes and all parameters, up to each node's gauge
    ``(s a, s b, c / s^2)``, the two turns, and one factor ``(t a, b / t, c)`` per frequency.

    Args:
        nodes: shape (F, 3, n), the entries ``a, b, c`` at ``k`` in the normalisation where
            ``abc = 1`` for an optimizer; all three rows are used.
        composition: of order n.

    Raises:
        ValueError: if the number of nodes is not the composition's order.

    >>> z = SYN_NU.phases(np.array([[0.1, 0.2, 0.3]]))
    >>> found = fit(np.exp(1j * z[..., ::-1]) / 6 ** (1 / 3), SYN_NU)
    >>> bool(found.residual[0] < 1e-9), round(float(canonical(found)[0, 0]), 9)
    (True, 0.3)
    """
    if nodes.ndim != 3 or nodes.shape[1:] != (3, composition.order):
        raise ValueError(
            f"nodes have shape {nodes.shape}; {composition.name} needs (F, 3, {composition.order})"
        )
    size = np.abs(nodes)
    unit = nodes / np.where(size > 0, size, 1.0)
    place = (
        _best_order(unit, composition)
        if composition.order < ORDER_9_NODES
        else _assigned(unit, composition)
    )
    ordered = np.take_along_axis(unit, place[:, None, :], axis=2)
    start = composition.solved(np.angle(ordered))
    template = np.exp(1j * composition.phases(start))
    sign = np.where(_agreement(ordered, template)[0] < 0, -1.0, 1.0)
    signed = ordered * np.stack([sign, sign, np.ones_like(sign)], axis=1)
    gap = np.angle(signed * template.conj())
    inverse = np.linalg.pinv(composition.coefficient.reshape(3 * composition.order, -1))
    parameters = start + gap.reshape(len(gap), 3 * composition.order) @ inverse.T
    return _with_moduli(nodes, composition, parameters, place, sign)


def _agreement(ordered: Complexes, template: Complexes) -> tuple[Reals, Reals]:
    """Return ``Re(conj(a) a') + Re(conj(b) b')`` and ``Re(conj(c) c')`` of unit entries."""
    real = ordered.real * template.real + ordered.imag * template.imag
    return real[..., 0, :] + real[..., 1, :], real[..., 2, :]


def _best_order(unit: Complexes, composition: Composition) -> NDArray[np.int64]:
    """Return the order of the nodes that fits best, all orders tried."""
    n = composition.order
    heads = (
        permutations(range(n))
        if composition.free_first
        else ((0, *rest) for rest in permutations(range(1, n)))
    )
    orders = np.array(list(heads))
    place = np.zeros((len(unit), n), dtype=np.int64)
    phase = np.angle(unit)
    step = max(1, 2000 // len(orders)) * 16
    for first in range(0, len(unit), step):
        part = slice(first, first + step)
        ordered = unit[part][:, :, orders].transpose(0, 2, 1, 3)
        start = composition.solved(phase[part][:, :, orders].transpose(0, 2, 1, 3))
        inputs, outputs = _agreement(ordered, np.exp(1j * composition.phases(start)))
        score = (np.abs(inputs) + outputs).sum(axis=-1)
        place[part] = orders[score.argmax(axis=1)]
    return place


def _assigned(unit: Complexes, composition: Composition) -> NDArray[np.int64]:
    """Return the best order of the nodes for a composition that its first node determines."""
    from scipy.optimize import linear_sum_assignment

    template = np.exp(1j * composition.phases(composition.solved(np.angle(unit))))
    product = (unit[:, :, None, :].conj() * template[:, :, :, None]).real
    score = np.abs(product[:, 0] + product[:, 1]) + product[:, 2]
    return np.array([linear_sum_assignment(x, maximize=True)[1] for x in score])


def _with_moduli(
    nodes: Complexes,
    composition: Composition,
    parameters: Reals,
    place: NDArray[np.int64],
    sign: Reals,
) -> Fit:
    """Choose the gauge of each node and the factor ``t``; return the model beside the nodes.

    In logarithms ``(a, b, c)`` is ``(u + s + t, u + s - t, u - 2 s)`` with ``3 u = log |abc|``.
    """
    ordered = np.take_along_axis(nodes, place[:, None, :], axis=2)
    size = np.log(np.maximum(np.abs(ordered), 1e-300))
    u = np.log(composition.size(parameters))[:, None] / 3
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
    gauge = np.empty_like(s)
    np.put_along_axis(gauge, place, sign * np.exp(s), axis=1)
    return Fit(composition, parameters, model, gap / norm, place, gauge)


def canonical(found: Fit) -> Reals:
    """Return the free parameters, without the turns, in their fundamental domain; radians.

    Relabelling nodes and turning phases changes the parameters of one and the same solution:

    * ``nu`` stands for ``-nu, w nu, 1/nu``: its angle is brought to ``[0, pi/6]``;
    * ``xi`` for ``i xi, 1/xi``: to ``[0, pi/4]``;
    * ``(alpha, beta)`` for ``(i alpha, beta)``, ``(alpha, i beta)``, ``(beta/alpha, 1/alpha)``,
      and, exchanging ``a, b`` or ``k, -k``, for ``(1/alpha, 1/beta)`` and ``(1/beta, 1/alpha)``:
      the least of the twelve pairs of angles in ``[0, pi/2)``;
    * ``order 4`` has two invariants: the angle of ``a2/a1`` to ``[0, pi/4]``, and that of
      ``a1 b1 / (a2 b2)`` in ``(0, pi)``, which is ``pi/2`` for ``nu(i)*xi``.
    """
    x = found.parameters
    match found.composition.name:
        case "nu*syn":
            return _folded(x[:, 2:], np.pi / 3)
        case "nu(i)*xi":
            return _folded(x[:, 2:], np.pi / 2)
        case "order 4":
            ratio = _folded(x[:, 2:3] - x[:, :1], np.pi / 2)
            product = (x[:, :1] + x[:, 1:2] - _second_product(x)[:, None]) % (2 * np.pi)
            return np.concatenate([ratio, product], axis=1)
        case "nu(i)*syn(al,be)":
            return _least(orbit(x[:, 2:]))
    return x[:, 2:]


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
