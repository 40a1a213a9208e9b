"""Frequencies that are tied together by nodes that read several of them.

A node that reads ``k`` and ``2k`` meets conditions at products of both, so such frequencies are
looked at together: the short block of order 5, or any nodes that meet all conditions on nodes of
these frequencies (`numeric.recognition.frequencies`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup, character_order
from numeric.recognition.frequencies import NodeTable, conditions, least
from numeric.recognition.report import GENERAL, UNKNOWN, Match, a_few
from numeric.recognition.short_blocks import distance_to_short, short_conditions

#: Up to these residuals the short block of order 5, and a general cluster, are said to fit.
FITS, NEAR = 0.05, 0.05
#: Clusters of more real parameters than this are named, and not fitted.
MAX_PARAMETERS = 600


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Frequencies that nodes read together: all nodes that read them, those that read several."""

    frequencies: tuple[int, ...]
    nodes: tuple[int, ...]
    shared: tuple[int, ...]
    match: Match


def clusters(table: NodeTable) -> list[Cluster]:
    """Return the frequencies that are tied together, with what their nodes are.

    Small nodes tie nothing together.
    """
    groups: list[tuple[set[int], list[int]]] = []
    for j in map(int, np.flatnonzero(table.mixed & ~table.small)):
        reads, nodes = {k for k in table.reads(j) if k}, [j]
        for other in [x for x in groups if x[0] & reads]:
            groups.remove(other)
            reads |= other[0]
            nodes += other[1]
        groups.append((reads, nodes))
    found = []
    for reads, shared in groups:
        frequencies = tuple(sorted(reads))
        nodes = sorted({*shared, *(int(j) for k in frequencies for j in table.at(k))})
        match = _match(table, frequencies, nodes, len(shared))
        found.append(Cluster(frequencies, tuple(nodes), tuple(sorted(shared)), match))
    return found


def _match(table: NodeTable, frequencies: tuple[int, ...], nodes: list[int], shared: int) -> Match:
    group = table.group
    tried: dict[str, float] = {}
    strong = [j for j in nodes if not table.small[j]]
    if len(strong) == 7 and (pairs := _pairs_of_five(group, frequencies)):
        rules = short_conditions(5)
        every = (table.z[:, [0, *pair]][:, :, strong] for pair in pairs)
        tried["short 5"] = min(
            distance_to_short(5, rules.inputs(z), rules.outputs(z)) for z in every
        )
        if tried["short 5"] <= FITS:
            return Match("short 5", tried["short 5"], tried=tried)
    count = len(nodes)
    if count * (1 + 6 * len(frequencies)) > MAX_PARAMETERS:
        why = f"{count} nodes read {len(frequencies)} frequencies together, which is not fitted"
        return Match(UNKNOWN, tried=tried, reason=why)
    all_of_them = conditions(group, frequencies, constant=True)
    z = table.z[:, :, nodes]
    v, c = least(all_of_them.inputs(z), all_of_them.outputs(z))
    gap = tried[GENERAL] = all_of_them.nearest(v, c)[2]
    names = a_few([group.label(k) for k in frequencies])
    if gap <= NEAR:
        why = (
            f"{count} nodes, {shared} of them of several frequencies, within {gap:.1%} of meeting "
            f"every condition on nodes of {names}"
        )
        return Match(GENERAL, gap, tried=tried, reason=why)
    missed = float(np.abs(all_of_them.residual(v, c)).max())
    far = f"; the nearest that meet all are {gap:.0%} away" if np.isfinite(gap) else ""
    why = f"the {count} nodes of {names} together miss a condition by {missed:.2g}{far}"
    return Match(UNKNOWN, gap, tried=tried, reason=why)


def _pairs_of_five(group: AbelianGroup, frequencies: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return ``(k, 2k)`` for all multiples of a ``k`` of order 5, if these are the frequencies."""
    first, *others = frequencies
    if len(others) != 1 or character_order(group, group.tuple(first)) != 5:
        return []
    if others[0] not in (group.multiply(2, first), group.multiply(3, first)):
        return []
    return [(group.multiply(t, first), group.multiply(2 * t, first)) for t in range(1, 5)]
