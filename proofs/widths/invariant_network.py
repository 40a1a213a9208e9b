"""Networks as linear forms of integers: those that a search for narrow ones looked among.

They are orbits of nodes (`numeric.narrow.symmetric`). Symmetries without a translation permute
Fourier coefficients and conjugate some; with translations the values of functions are permuted, and
spaces of given frequencies have integer bases there if the group has exponent 2, 3, 4 or 6, and
those of rational representations.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, final

import numpy as np

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Int64, Reals
from numeric.narrow.orbits import Kind, Orbit, kinds
from numeric.narrow.problem import Problem, Task, products, spaces
from numeric.narrow.signed_symmetry import SignedPermutation
from numeric.narrow.symmetric import Structure, structure
from numeric.weights.plain_network import TwoLayer
from proofs.certificates import existence_checker

Basis = Literal["functions", "characters"]
#: A node as the format of existence certificates writes it: rows ``a, b, c`` of entries
#: ``[index, form]``.
Node = dict[str, list[Any]]
#: Of such a certificate the radius is ``2**-RADIUS``; numbers have ``SCALE`` bits after the point.
SCALE, RADIUS = 80, 60


@final
@dataclass(frozen=True, slots=True)
class Network:
    """The weights of a network as linear forms in real unknowns, which are numbered from 1.

    Entries are values of functions, or parts of Fourier coefficients, by the basis; nodes are
    written as in the format.
    """

    group: Task
    target: Target
    basis: Basis
    nodes: Sequence[Node]
    unknowns: int

    @property
    def document(self) -> dict[str, Any]:
        """What a certificate says, with nothing proved: no values, free unknowns and inverse."""
        over: dict[str, Any] = {"group": [self.group.order], "table": products(self.group).tolist()}
        if isinstance(self.group, AbelianGroup):
            over = {"group": list(self.group.moduli)}
        return {
            "format": "cogo-existence",
            "version": 1,
            **over,
            "basis": self.basis,
            "target": self.target,
            "scale": SCALE,
            "radius": 1 << SCALE - RADIUS,
            "values": [0] * self.unknowns,
            "free": [],
            "nodes": list(self.nodes),
            "inverse_scale": 0,
            "inverse": [],
        }


def equations(network: Network) -> list[existence_checker.Polynomial]:
    """Return the equations of an exact network that do not follow from those before them."""
    start = existence_checker.read(json.dumps(network.document).encode())
    return existence_checker.independent([f for f in existence_checker.expand(start) if f])


def coordinates(network: Network, weights: TwoLayer) -> list[float]:
    """Return the unknowns of a network with given weights, by least squares."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import lsqr

    group, d = network.group, network.group.order
    a, b, c = weights.plain()
    values: dict[str, Any] = {"a": a.T, "b": b.T, "c": 2 * d * c}
    if network.basis == "characters":
        assert isinstance(group, AbelianGroup)
        table = _transform(group)
        values = {p: (table.conj() if p == "c" else table) @ w for p, w in values.items()}
    entries: list[float] = []
    places: list[tuple[int, int, int]] = []
    for j, node in enumerate(network.nodes):
        for p, row in node.items():
            for index, *forms in row:
                at = group.index(tuple(index)) if isinstance(group, AbelianGroup) else index[0]
                z = complex(values[p][at, j])
                for part, form in zip((z.real, z.imag), forms, strict=False):
                    places += [(len(entries), i - 1, coefficient) for coefficient, i in form]
                    entries.append(part)
    rows, columns, coefficients = zip(*places, strict=True)
    shape = (len(entries), network.unknowns)
    matrix = csr_matrix((np.array(coefficients, dtype=float), (rows, columns)), shape=shape)
    found: list[float] = lsqr(matrix, np.array(entries), atol=1e-15, btol=1e-15)[0].tolist()
    return found


def network_of(problem: Problem, *, start: int, seed: int) -> Network:
    """Return the networks among which a start was searched.

    Functions are written by their values over a table, or where all characters of the group have
    degree at most 2; by Fourier coefficients otherwise, or where nodes keep to some frequencies.
    """
    group = problem.group
    free = problem.symmetry is None and kinds(problem)[0] is None
    if free and isinstance(group, AbelianGroup) and not _rational(group):
        everywhere = tuple(group.representatives.tolist())
        problem = replace(problem, support=(everywhere,) * problem.width)
    return invariant(structure(problem, start, seed=seed))


def invariant(structure: Structure) -> Network:
    """Return the networks of a structure, with what its nodes read and how b is tied to a.

    Where that cannot be written with integers, the symmetry alone is asked for.
    """
    symmetry, group = structure.symmetry, structure.symmetry.group
    restricted = any(orbit.kind is not None for orbit in structure.orbits)
    still = isinstance(group, AbelianGroup) and all(
        g[0][x] % group.order == 0 for g in symmetry.elements for x in (0, group.order)
    )
    basis: Basis = "characters" if restricted and still else "functions"
    kept = still or _rational(group)
    nodes: list[Node] = []
    unknowns = 0
    for orbit in structure.orbits:
        solved = _solved(group, orbit, orbit.kind if kept else None, basis, structure.target)
        for g in orbit.cosets:
            nodes.append(_node(group, _acts(group, g, basis) @ solved, unknowns, basis))
        unknowns += solved.shape[1]
    return Network(group, structure.target, basis, nodes, unknowns)


@lru_cache(maxsize=64)
def _solved(group: Task, orbit: Orbit, kind: Kind | None, basis: Basis, target: str) -> Any:
    """Return an integer basis of the weights of the representative: one column for an unknown."""
    from sympy import QQ
    from sympy.polys.matrices import DM

    size = group.order  # real numbers in a row, of either basis
    one, rows = np.eye(size, dtype=np.int64), np.eye(3, dtype=np.int64)
    conditions = [np.zeros((1, 3 * size), dtype=np.int64)]
    for h, sign in orbit.fixes:
        conditions.append(_acts(group, h, basis) - np.kron(np.diag([sign, sign, 1]), one))
    if kind is not None:
        conditions.append(np.kron(rows[:2], _unread(group, kind, basis)))
        if kind.tie:
            conditions.append(np.kron([kind.tie, -1, 0], one))
    if basis == "characters" and target == "projected":
        conditions.append(np.kron(rows[2], one[:1]))  # the task sees no constant part of c
    every = DM(np.unique(np.concatenate(conditions), axis=0).tolist(), QQ)
    found = every.nullspace().clear_denoms_rowwise(convert=True)[1].to_list()
    return np.array([[int(x) for x in vector] for vector in found]).reshape(-1, 3 * size).T


def _unread(group: Task, kind: Kind, basis: Basis) -> Int64:
    """Return the matrix that takes the weights of an input to what has to vanish."""
    others = [k for k in spaces(group).names if k not in kind.reads]
    if isinstance(group, AbelianGroup) and basis == "characters":
        return np.diag([int(k in others) for k, _ in _slots(group)])
    none = np.zeros((group.order, group.order))
    return np.rint(sum((_projector(group, k) for k in others), start=none)).astype(np.int64)


@lru_cache(maxsize=64)
def _rational(group: Task) -> bool:
    """Return whether the projections on all spaces of functions are of integers, times d."""
    projectors = (_projector(group, k) for k in spaces(group).names)
    return all(np.allclose(x, np.rint(x)) for x in projectors)


def _projector(group: Task, k: int) -> Reals:
    """Return d times the projection on a space of functions."""
    f = spaces(group).basis[:, spaces(group).labels == k]
    return group.order * f @ f.T


def _slots(group: AbelianGroup) -> list[tuple[int, int]]:
    """Return the real numbers that a row has in Fourier coefficients: ``(k, 0 or 1)``."""
    representatives: list[int] = group.representatives.tolist()
    return [(k, part) for k in representatives for part in range(1 + (group.negate(k) != k))]


def _acts(group: Task, g: SignedPermutation, basis: Basis) -> Any:
    """Return the matrix by which an element acts on the rows a, b, c of a node."""
    d = group.order
    matrix = np.zeros((3 * d, 3 * d), dtype=np.int64)
    matrix[[*g[0], *(2 * d + i for i in g[1])], np.arange(3 * d)] = 1
    if isinstance(group, AbelianGroup) and basis == "characters":
        table = _transform(group)
        parts = np.array([(table[k].real, table[k].imag)[part] for k, part in _slots(group)])
        rows = np.kron(np.eye(3), parts)
        matrix = np.rint(rows @ matrix @ np.linalg.inv(rows)).astype(np.int64)  # 0, 1 and -1
    return matrix


def _transform(group: AbelianGroup) -> Complexes:
    """Return what takes values of a function to its Fourier coefficients, for the inputs."""
    x = np.arange(group.order)
    turns = group.character_exponents(x[:, None], x) / group.exponent
    table: Complexes = np.exp(-2j * np.pi * turns) / group.order
    return table


def _node(group: Task, weights: Any, first: int, basis: Basis) -> Node:
    """Return a node as the format writes it."""
    size = len(weights) // 3
    forms: Sequence[list[list[int]]] = [
        [[int(x), first + int(i) + 1] for i, x in enumerate(row) if x] for row in weights
    ]
    node: Node = {}
    for p, name in enumerate("abc"):
        row = forms[p * size : (p + 1) * size]
        entries = {x: [form] for x, form in enumerate(row)}
        if isinstance(group, AbelianGroup) and basis == "characters":
            entries = {k: [[], []] for k in group.representatives.tolist()}
            for (k, part), form in zip(_slots(group), row, strict=True):
                entries[k][part] = form
        index = group.tuple if isinstance(group, AbelianGroup) else lambda x: (x,)
        node[name] = [[list(index(x)), *found] for x, found in entries.items() if any(found)]
    return node
