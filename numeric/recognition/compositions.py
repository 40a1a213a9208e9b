"""Compositions of one frequency as tables of phases.

All entries of an exact composition have moduli that the order fixes, so a composition is a table
of phases, linear in its parameters:

    arg z[p, j] = constant[p, j] + sum_i coefficient[p, j, i] * parameter[i]     (mod 2 pi).

The first two parameters turn ``a`` by ``p``, ``b`` by ``r`` and ``c`` by ``-(p + r)``. This is a
symmetry of the loss beyond translations, since a potential that must keep its value contains
``a, b, c`` once each, and one that must vanish may be turned. Nodes carry a sign of their own,
``(a, b, c) ~ (-a, -b, c)``, and their order means nothing. Products of factors add phases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from typing import final

import numpy as np

from algebra.numbers.arrays import Int64, Reals

TWELFTH = np.pi / 6
#: Products of factors have at most this number of nodes.
WIDEST = 12


@final
@dataclass(frozen=True, slots=True, eq=False)
class PhaseTable:
    """A composition as a table of phases.

    Its name as in the paper's table, ``nu(i)*xi``; the names of its parameters, the two turns ``p,
    r`` first; phases for parameters zero, shape (3, n); integers of shape (3, n, parameters); one
    ``(row, node)`` for each parameter, whose phases determine the parameters; whether a symmetry of
    the composition takes any node to the first.
    """

    name: str
    parameters: tuple[str, ...]
    constant: Reals
    coefficient: Reals
    anchors: tuple[tuple[int, int], ...]
    transitive: bool

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
        """Return the parameters that the anchors' phases determine; shape (..., P)."""
        rows, columns = self.anchored
        inverse = np.linalg.inv(self.coefficient[rows, columns])
        solved: Reals = (phases - self.constant[rows, columns]) @ inverse.T
        return solved

    @property
    def anchored(self) -> tuple[Int64, Int64]:
        """The rows and the columns of the anchors."""
        rows, columns = np.array(self.anchors, dtype=np.int64).T
        return rows, columns


def second_product(parameters: Reals) -> Reals:
    """Return the angle of ``a2 b2`` of ``order 4``."""
    return parameters[..., 2] + parameters[..., 3]


#: The factors: phases of ``a, b, c`` by node, in twelfths of a turn, and of each free parameter the
#: node that it turns and how often it turns ``a, b, c`` there.
_Factor = tuple[Sequence[tuple[int, int, int]], dict[str, tuple[int, tuple[int, int, int]]]]
FACTORS: dict[str, _Factor] = {
    "nu(i)": ([(0, 0, 0), (3, -3, 0)], {}),
    "nu": ([(0, 0, 0), (0, 6, 6)], {"nu": (1, (1, 1, -2))}),
    "nu(1)": ([(0, 0, 0), (0, 6, 6)], {}),
    "xi": ([(0, 0, 0), (0, -3, 3)], {"xi": (1, (1, -1, 0))}),
    "(1+(1,i,-i))": ([(0, 0, 0), (0, 3, -3)], {}),
    "syn": ([(0, 0, 0), (4, 4, 4), (8, 8, 8)], {}),
    "syn(al,be)": (
        [(0, 0, 0), (4, 4, 4), (8, 8, 8)],
        {"alpha": (1, (1, -1, 0)), "beta": (2, (1, -1, 0))},
    ),
    "three_c": ([(0, 0, 0), (4, 8, 0), (8, 4, 0)], {}),
}
#: These have no parameters of their own.
FIXED = ("nu(1)", "(1+(1,i,-i))")


def product(*names: str) -> PhaseTable:
    """Return the product of factors; the nodes of the first one run fastest.

    Without ``xi``, dividing by a node gives another member; of the fixed factors both together.

    >>> product("nu(i)", "nu(1)", "(1+(1,i,-i))").order, product("nu", "syn", "nu").parameters
    (8, ('p', 'r', 'nu', 'nu2'))
    """
    constant, coefficient, free = np.zeros((3, 1)), np.zeros((3, 1, 0)), list[str]()
    for i, name in enumerate(names):
        phases, parameters = FACTORS[name]
        own = np.array(phases, dtype=np.float64).T * TWELFTH
        turns = np.zeros((3, own.shape[1], len(parameters)))
        for column, (node, multiples) in enumerate(parameters.values()):
            turns[:, node, column] = multiples
        n, m = constant.shape[1], own.shape[1]
        constant = (own[:, :, None] + constant[:, None, :]).reshape(3, -1)
        coefficient = np.concatenate(
            [np.tile(coefficient, (1, m, 1)), np.repeat(turns, n, axis=1)], axis=2
        )
        again = names[:i].count(name)
        free += [f"{x}{again + 1}" if again else x for x in parameters]
    return _table("*".join(names), free, constant, coefficient, transitive="xi" not in names)


def _table(
    name: str,
    free: Sequence[str],
    constant: Reals,
    coefficient: Reals,
    *,
    anchors: Sequence[tuple[int, int]] = (),
    transitive: bool = False,
) -> PhaseTable:
    """Return a table of these phases, with turns; anchors are the first ``a`` that each turns."""
    turns = np.zeros((*constant.shape, 2))
    turns[0, :, 0] = turns[1, :, 1] = 1
    turns[2] = -1
    alone = np.abs(coefficient[0]).sum(axis=1) == 1
    found = [(0, int(np.argmax(alone & (x != 0)))) for x in coefficient[0].T]
    return PhaseTable(
        name,
        ("p", "r", *free),
        constant,
        np.concatenate([turns, coefficient], axis=2),
        tuple(anchors) or ((0, 0), (1, 0), *found),
        transitive,
    )


def _order_4() -> PhaseTable:
    """Return all blocks of order 4 (docs/theory/all-blocks.md): the phases of a1, b1, a2, b2."""
    # Of the two orders of the pairs one has Im(P1 conj(P2)) > 0, which the phases of c assume.
    constant = TWELFTH * np.array([[0, 3, 0, 3], [0, -3, 0, -3], [-3, -3, 3, 3]], dtype=np.float64)
    coefficient = np.zeros((3, 4, 4))
    for s in (0, 1):
        pair = slice(2 * s, 2 * s + 2)
        coefficient[0, pair, 2 * s] = coefficient[1, pair, 2 * s + 1] = 1
        coefficient[2, pair, 2 - 2 * s : 4 - 2 * s] = -1
    anchors = ((0, 0), (1, 0), (0, 2), (1, 2))
    return PhaseTable(
        "order 4", ("a1", "b1", "a2", "b2"), constant, coefficient, anchors, transitive=False
    )


def _order_42() -> PhaseTable:
    """Return the nodes of `algebra.blocks.order4.four_nodes`, ``phi`` from 0 to 90 degrees."""
    constant = np.pi * np.array([[0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 0, 1]], dtype=np.float64)
    coefficient = np.array([[[-1], [1], [0], [0]]] * 3, dtype=np.float64)
    anchors = ((0, 2), (1, 2), (2, 1))  # no sign is attached to c
    return _table("order42", ("phi",), constant, coefficient, anchors=anchors)


def _corners() -> PhaseTable:
    """Return the nodes of `algebra.blocks.short.corners`, at characters of order 4."""
    eighths = [[-1, -1, 1, 1], [-1, 1, 3, 1], [2, 0, 4, -2]]
    return _table("corners", (), np.pi / 4 * np.array(eighths), np.zeros((3, 4, 0)))


def _solves(composition: PhaseTable) -> bool:
    """Return whether all conditions but those on ``aa-c, bb-c`` hold, whatever the parameters."""
    angles: Reals = 0.1 * np.arange(1.0, len(composition.parameters) + 1) ** 2
    a, b, c = np.exp(1j * composition.phases(angles))
    bar = np.conj
    sums = [bar(a) * b * c, a * bar(b) * c, a * b * bar(c), a * a * c, bar(a * a) * c]
    sums += [b * b * c, bar(b * b) * c]
    return float(np.abs(np.sum(sums, axis=1)).max()) < 1e-9


@cache
def products() -> tuple[PhaseTable, ...]:
    """Return all other products of up to three factors that solve, fewer parameters first.

    Those that are members of another one are left out, but the one of the max-margin network.

    >>> from collections import Counter
    >>> sorted(Counter(x.order for x in products()).items())
    [(6, 1), (8, 3), (9, 1), (12, 6)]
    """
    free = [name for name in FACTORS if name not in FIXED]
    known = [sorted(x.name.split("*")) for x in COMPOSITIONS]
    found = [product("nu(i)", *FIXED)]
    for count in (2, 3):
        for names in combinations_with_replacement(free, count):
            wider = ("nu", *names[1:]) if names[0] == "nu(i)" else ()
            if (
                np.prod([len(FACTORS[x][0]) for x in names]) <= WIDEST
                and sorted(names) not in known
                and _solves(product(*names))
                and not (wider and _solves(product(*wider)))
            ):
                found.append(product(*names))
    return tuple(sorted(found, key=lambda x: (x.order, len(x.parameters))))


NU_I_XI, SYN_NU, NU_I_SYN_AB = (
    product(*names) for names in (("nu(i)", "xi"), ("nu", "syn"), ("nu(i)", "syn(al,be)"))
)
SYN, THREE_C_SYN = product("syn"), product("three_c", "syn")
ORDER_4 = _order_4()
#: Solves the task only with constant-part nodes, or where ``4k = 0``.
ORDER_42 = _order_42()
#: At characters of order 4 only, turned by quarters only.
CORNERS = _corners()
#: What training ends with. Tried for each number of nodes before all other `products`.
COMPOSITIONS = (NU_I_XI, ORDER_4, SYN_NU, NU_I_SYN_AB, SYN, THREE_C_SYN)
