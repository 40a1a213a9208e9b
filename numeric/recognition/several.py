"""Frequencies that are tied together by nodes that read several of them.

A node that reads ``k`` and ``2k`` meets conditions at products of both, so such frequencies are
looked at together: the short block of order 5 (`algebra.blocks.short`), or any nodes that meet all
conditions on nodes of these frequencies (`numeric.recognition.conditions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import final

import numpy as np

from algebra.blocks.short import short_block
from algebra.groups.group import AbelianGroup, character_order
from algebra.numbers.arrays import Complexes, Int64, Reals
from numeric.recognition.composition_fit import assigned
from numeric.recognition.conditions import Conditions, conditions
from numeric.recognition.frequencies import NodeTable, node_table
from numeric.recognition.frequency_report import GENERAL, SHORT_5, UNKNOWN, Match
from numeric.recognition.report import SeveralNode, a_few
from numeric.weights.embed import embed

#: Up to these residuals the short block of order 5, and a general cluster, are said to fit.
FITS, NEAR = 0.05, 0.05
#: Clusters of more real parameters than this are named, and not fitted.
MAX_PARAMETERS = 600
FIVE = 5


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Frequencies that nodes read together, and what these nodes are.

    Args:
        frequencies: the frequencies.
        nodes: the nodes that read one of them alone, and the shared ones.
        shared: the nodes that read several.
        match: what these nodes are.
    """

    frequencies: tuple[int, ...]
    nodes: tuple[int, ...]
    shared: tuple[int, ...]
    match: Match


def several_nodes(table: NodeTable) -> tuple[SeveralNode, ...]:
    """Return which frequencies each node reads that reads several.

    >>> w = embed(short_block(AbelianGroup("Z5"), 1))
    >>> for x in several_nodes(node_table(w)): print(x)
    node 4 reads 3 frequencies (0, 1, 2) and writes to 1, 2
    node 5 reads 3 frequencies (0, 1, 2) and writes to 1, 2
    node 6 reads 3 frequencies (0, 1, 2) and writes to 1, 2
    """
    label = table.group.label
    return tuple(
        SeveralNode(
            int(j),
            tuple(map(label, table.reads(int(j)))),
            tuple(map(label, table.writes(int(j)))),
            bool(table.small[j]),
        )
        for j in np.flatnonzero(table.mixed)
    )


def clusters(table: NodeTable) -> list[Cluster]:
    """Return the frequencies that are tied together, with what their nodes are.

    Small nodes tie nothing together.

    >>> clusters(node_table(embed(short_block(AbelianGroup("Z5"), 1))))[0].match.composition
    'short 5'
    """
    mixed = np.flatnonzero(table.mixed & ~table.small)
    groups: list[tuple[set[int], list[int]]] = []
    for j in mixed:
        reads, nodes = {k for k in table.reads(int(j)) if k}, [int(j)]
        for other in [x for x in groups if x[0] & reads]:
            groups.remove(other)
            reads |= other[0]
            nodes += other[1]
        groups.append((reads, nodes))
    return [_cluster(table, tuple(sorted(reads)), sorted(nodes)) for reads, nodes in groups]


def _cluster(table: NodeTable, frequencies: tuple[int, ...], shared: list[int]) -> Cluster:
    group = table.group
    own = [int(j) for k in frequencies for j in table.at(k)]
    nodes = np.array(sorted([*own, *shared]), dtype=np.int64)
    known = tuple(int(j) for j in nodes)
    names = a_few([group.label(k) for k in frequencies])

    def ended(name: str, residual: float, tried: dict[str, float], why: str) -> Cluster:
        match = Match(name, residual, tried=tried, reason=why)
        return Cluster(frequencies, known, tuple(shared), match)

    tried: dict[str, float] = {}
    if _is_five(group, frequencies) and len(_strong(table, nodes)) == 7:
        tried[SHORT_5] = _short5(table, frequencies[0], _strong(table, nodes))
        if tried[SHORT_5] <= FITS:
            return ended(SHORT_5, tried[SHORT_5], tried, "")
    if len(nodes) * (1 + 6 * len(frequencies)) > MAX_PARAMETERS:
        why = (
            f"{len(nodes)} nodes read {len(frequencies)} frequencies together, which is not fitted"
        )
        return ended(UNKNOWN, float("inf"), tried, why)
    rules = conditions(group, frequencies, constant=True)
    z = table.z[:, :, nodes]
    v, c = _balanced(rules.inputs(z), rules.outputs(z))
    gap = float(rules.nearest(v[None], c[None])[2][0])
    tried[GENERAL] = gap
    if gap <= NEAR:
        why = (
            f"{len(nodes)} nodes, {len(shared)} of them of several frequencies, within {gap:.1%} "
            f"of meeting every condition on nodes of {names}"
        )
        return ended(GENERAL, gap, tried, why)
    missed = float(np.abs(rules.residual(v, c)).max())
    far = f"; the nearest that meet all are {gap:.0%} away" if np.isfinite(gap) else ""
    why = f"the {len(nodes)} nodes of {names} together miss a condition by {missed:.2g}{far}"
    return ended(UNKNOWN, gap, tried, why)


def _strong(table: NodeTable, nodes: Int64) -> Int64:
    return nodes[~table.small[nodes]]


def _is_five(group: AbelianGroup, frequencies: tuple[int, ...]) -> bool:
    """Return whether these are two frequencies ``k, 2k`` of order 5, up to sign."""
    if len(frequencies) != 2 or character_order(group, group.tuple(frequencies[0])) != FIVE:
        return False
    return frequencies[1] in _multiples(group, frequencies[0])[1:3]


def _multiples(group: AbelianGroup, k: int) -> list[int]:
    """Return ``k, 2k, 3k, 4k``."""
    return [group.multiply(t, k) for t in range(1, FIVE)]


def _balanced(v: Reals, c: Complexes) -> tuple[Reals, Complexes]:
    """Return nodes scaled to their least norm; shapes (n, r) and (n, outputs)."""
    inputs = np.sqrt((v**2).sum(axis=1) / 2)
    s = np.cbrt(np.linalg.norm(c, axis=1) / np.maximum(inputs, 1e-300))[:, None]
    return v * s, c / np.maximum(s, 1e-300) ** 2


@cache
def _rules() -> Conditions:
    return conditions(AbelianGroup("Z5"), (1, 2), constant=True)


@cache
def _template() -> tuple[Reals, Complexes]:
    """Return the short block of order 5 under all of its symmetries but the order of the nodes.

    Shapes (50, 7, 9) and (50, 7, 2): translations of both inputs, and their exchange.
    """
    group = AbelianGroup("Z5")
    z = node_table(embed(short_block(group, 1))).z
    rules = _rules()
    v, c = _balanced(rules.inputs(z), rules.outputs(z))
    inputs, outputs = [], []
    root = np.exp(2j * np.pi * np.arange(FIVE) / FIVE)
    for s, t, exchanged in product(range(FIVE), range(FIVE), (False, True)):
        turned, out = v.copy(), c.copy()
        for i in (0, 1):
            k = i + 1
            a, b = (v[:, m] + 1j * v[:, m + 1] for m in (1 + 4 * i, 3 + 4 * i))
            a, b = a * root[s * k % FIVE], b * root[t * k % FIVE]
            a, b = (b, a) if exchanged else (a, b)
            turned[:, 1 + 4 * i : 5 + 4 * i] = np.stack([a.real, a.imag, b.real, b.imag], axis=1)
            out[:, i] = c[:, i] * root[-(s + t) * k % FIVE]
        inputs.append(turned)
        outputs.append(out)
    return np.stack(inputs), np.stack(outputs)


def _short5(table: NodeTable, k: int, nodes: Int64) -> float:
    """Return the relative distance to the short block of ``k, 2k``, over all symmetries."""
    inputs, outputs = _template()
    norm = float((inputs[0] ** 2).sum() + (np.abs(outputs[0]) ** 2).sum())
    best = np.inf
    multiples = _multiples(table.group, k)
    rules = _rules()
    for t in range(1, FIVE):
        reads = multiples[t - 1], multiples[2 * t % FIVE - 1]
        z = table.z[:, [0, *reads]][:, :, nodes]
        v, c = _balanced(rules.inputs(z), rules.outputs(z))
        agree = np.abs(np.einsum("ia,sja->sij", v, inputs))
        agree += np.einsum("io,sjo->sij", c, outputs.conj()).real
        size = (v**2).sum() + (np.abs(c) ** 2).sum() + norm
        bound = size - 2 * agree.max(axis=2).sum(axis=1)
        at = int(bound.argmin())
        rows = assigned(agree[at][None])[0]
        best = min(best, size - 2 * float(agree[at][rows, np.arange(len(rows))].sum()))
    return float(np.sqrt(max(best, 0.0) / norm))
