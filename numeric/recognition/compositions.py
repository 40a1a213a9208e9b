"""Compositions of one frequency as tables of phases.

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
from typing import Any, final

import numpy as np

from algebra.numbers.arrays import Reals

#: Third of a turn, quarter of a turn.
THIRD, QUARTER = 2 * np.pi / 3, np.pi / 2


@final
@dataclass(frozen=True, slots=True, eq=False)
class PhaseTable:
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
        """Return ``|a_j b_j c_j|``, shape (..., n): ``1/n``, or what the parameters make it."""
        shape = (*parameters.shape[:-1], self.order)
        if self.name == ORDER_4.name:
            first, second = parameters[..., 0] + parameters[..., 1], second_product(parameters)
            size = 0.25 / np.maximum(np.abs(np.sin(first - second)), 1e-3)
            return np.broadcast_to(size[..., None], shape)
        if self.name == ORDER_42.name:
            phi = parameters[..., 2]
            sine2 = np.maximum(np.sin(phi) ** 2, 1e-3)
            m = 1 / (8 * sine2 * np.maximum(np.abs(np.cos(phi)), 1e-3))
            fourth = np.full_like(m, 0.25)
            return np.stack([m, m, np.cos(phi) ** 2 / (4 * sine2), fourth], axis=-1)
        return np.full(shape, 1 / self.order, dtype=np.float64)

    def solved(self, phases: Reals) -> Reals:
        """Return the parameters that the anchors' phases determine; (..., 3, n) to (..., P)."""
        rows, nodes = np.array(self.anchors).T
        inverse = np.linalg.inv(self.coefficient[rows, nodes])
        solved: Reals = (phases[..., rows, nodes] - self.constant[rows, nodes]) @ inverse.T
        return solved


def second_product(parameters: Reals) -> Reals:
    """Return the angle of ``a2 b2`` of ``order 4``."""
    return parameters[..., 2] + parameters[..., 3]


def _table(
    name: str, free: Sequence[str], nodes: Sequence[Any], anchors: Sequence[tuple[int, int]]
) -> PhaseTable:
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
    return PhaseTable(name, ("p", "r", *free), constant, coefficient, ((0, 0), (1, 0), *anchors))


def _syn_nu() -> PhaseTable:
    nodes = []
    for t in (0, 1):
        for m in range(3):
            w = THIRD * m
            nodes.append([(w, t), (w + np.pi * t, t), (w + np.pi * t, -2 * t)])
    return _table("nu*syn", ("nu",), nodes, [(0, 3)])


def _nu_i_syn_ab() -> PhaseTable:
    nodes = []
    for m in range(3):
        for t in (0, 1):
            w, turn, al, be = THIRD * m, QUARTER * t, int(m == 1), int(m == 2)
            nodes.append([(w + turn, al, be), (w - turn, -al, -be), (w, 0, 0)])
    return _table("nu(i)*syn(al,be)", ("alpha", "beta"), nodes, [(0, 2), (0, 4)])


def _nu_i_xi() -> PhaseTable:
    nodes = []
    for s in (0, 1):
        for t in (0, 1):
            turn = QUARTER * t
            nodes.append([(turn, s), (-turn - QUARTER * s, -s), (QUARTER * s, 0)])
    table = _table("nu(i)*xi", ("xi",), nodes, [(0, 2)])
    return PhaseTable(
        table.name,
        table.parameters,
        table.constant,
        table.coefficient,
        table.anchors,
        free_first=True,
    )


def _order_4() -> PhaseTable:
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
    return PhaseTable(
        "order 4",
        ("a1", "b1", "a2", "b2"),
        constant,
        coefficient,
        ((0, 0), (1, 0), (0, 2), (1, 2)),
        free_first=True,
    )


def _order_42() -> PhaseTable:
    """Return the nodes of `algebra.blocks.order42.four_nodes`, ``phi`` from 0 to 90 degrees."""
    half = np.pi
    nodes = [
        [(0, -1), (0, -1), (half, -1)],
        [(0, 1), (0, 1), (half, 1)],
        [(0, 0), (0, 0), (0, 0)],
        [(0, 0), (half, 0), (half, 0)],
    ]
    table = _table("order42", ("phi",), nodes, [])
    anchors = ((0, 2), (1, 2), (2, 1))  # no sign is attached to c
    return PhaseTable(
        table.name, table.parameters, table.constant, table.coefficient, anchors, free_first=True
    )


def _corners() -> PhaseTable:
    """Return the nodes of `algebra.blocks.short_families.corners`, at characters of order 4."""
    eighth = np.pi / 4
    phases = [(-1, -1, 2), (-1, 1, 0), (1, 3, 4), (1, 1, -2)]
    nodes = [[(eighth * a,), (eighth * b,), (eighth * c,)] for a, b, c in phases]
    table = _table("corners", (), nodes, [])
    return PhaseTable(
        table.name,
        table.parameters,
        table.constant,
        table.coefficient,
        table.anchors,
        free_first=True,
    )


def _syn() -> PhaseTable:
    nodes = [[(THIRD * m,)] * 3 for m in range(3)]
    return _table("syn", (), nodes, [])


def _three_c_syn() -> PhaseTable:
    nodes = [
        [(THIRD * (m + n),), (THIRD * (m - n),), (THIRD * m,)] for n in range(3) for m in range(3)
    ]
    return _table("three_c*syn", (), nodes, [])


SYN_NU, NU_I_SYN_AB, NU_I_XI = _syn_nu(), _nu_i_syn_ab(), _nu_i_xi()
ORDER_4, SYN, THREE_C_SYN = _order_4(), _syn(), _three_c_syn()
#: Solves the task only with constant-part nodes, or where ``4k = 0``.
ORDER_42 = _order_42()
#: At characters of order 4 only, turned by quarters only.
CORNERS = _corners()
#: The compositions tried for each number of nodes; those with fewer parameters first.
COMPOSITIONS = (NU_I_XI, ORDER_4, SYN_NU, NU_I_SYN_AB, SYN, THREE_C_SYN)
