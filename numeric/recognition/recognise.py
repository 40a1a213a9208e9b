"""Recognition: from float weights to the composition of every frequency.

Which nodes are whose, what fits them best, and what they add up to, is put together here.
Frequencies that nodes read together, such as ``k`` and ``2k``, meet conditions at products of both,
and are looked at together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Unpack, final, overload

import numpy as np

from algebra.groups.group import AbelianGroup, character_order
from algebra.numbers.arrays import Complexes, Int64
from numeric.recognition.block_match import NEAR, WEAK, Block, matches
from numeric.recognition.frequencies import NodeTable, conditions, least, memorized, node_table
from numeric.recognition.over_a_table import TableRecognition, over_a_table
from numeric.recognition.report import (
    GENERAL,
    UNKNOWN,
    FrequencyReport,
    Match,
    Place,
    Recognition,
    SeveralNode,
    Sums,
    Together,
    UpToScale,
    a_few,
)
from numeric.recognition.short_blocks import distance_to_short, short_conditions
from numeric.weights.given import Given, How, reading
from numeric.weights.performance import Progress, performance
from numeric.weights.plain_network import Weights

POTENTIALS = ("abc", "a-bc", "ab-c", "abc-", "aa-c", "bb-c", "aac", "a-a-c", "bbc", "b-b-c")
#: Up to this entry of ``T - target`` a frequency's conditions are met, if by the help of others.
HELPED = 0.03
#: From this accuracy on outputs without a scale near 1 are analysed up to scale.
RIGHT = 0.9
STAR = ("aac", "a-a-c", "bbc", "b-b-c")
#: Moduli of the potentials that blocks leave, ``abc`` being 1; all others are 0.
LEAVES: dict[str, dict[str, float]] = {
    "nu*syn": {},
    "nu(i)*xi": {"aa-c": 0.5**0.5, "bb-c": 0.5**0.5},
    "syn": {"aac": 1.0, "bbc": 1.0},
    "syn, one input conjugated": {"a-a-c": 1.0, "b-b-c": 1.0},
}
#: A sum acts as a block if no potential is farther than this from the block's.
ACTS = 0.35
NONE_KNOWN = "no known block"
#: Frequencies read together with more real parameters than this are named, and not fitted.
MAX_PARAMETERS = 600


@overload
def recognise(given: Weights, *, progress: Progress | None = ...) -> Recognition: ...
@overload
def recognise(given: Given, *, progress: Progress | None = ..., **how: Unpack[How]) -> Any: ...
def recognise(
    given: Given, *, progress: Progress | None = None, **how: Unpack[How]
) -> Recognition | TableRecognition:
    """Return the composition of every frequency of a network, or what each representation holds.

    Args:
        given: a path, ``model.state_dict()``, a module, arrays by name, a plain network, weights.
        progress: called with what is done, how much of it, and of how much; what takes long
            for large groups is to evaluate all pairs.
        how: as `numeric.weights.given.reading` takes it: the group, the layout, ...

    Returns:
        A `Recognition`; of a network over a group that is not Abelian, a `TableRecognition`.

    Raises:
        WeightFileError: if what is given is no such network.
        NoRepresentationsError: if the representations of its group are not known.

    Source: docs/theory/recognition.md; compositions from [Tian24], Corollaries 2-4.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from numeric import embed, plain_network
    >>> z = optimizers.four_plus_six(AbelianGroup("Z7"), xi=zeta(16), nu=zeta(20))
    >>> found = recognise(plain_network(embed(z, gauge="balanced")).state())
    >>> for x in found.frequencies:
    ...     print(x.label, x.composition, *(f"{a:.1f}" for a in x.match.parameters.values()))
    1 nu*syn 18.0
    2 nu(i)*xi 22.5
    3 nu(i)*xi 22.5
    """
    read = reading(given, **how)
    with np.errstate(over="ignore", invalid="ignore"):  # of weights near the largest floats
        w, over, normalised = read.weights, read.operation, read.normalised
        if over is not None and read.over_a_table:
            return over_a_table(w, over, normalised=normalised, progress=progress)
        found = recognised(w, normalised=normalised, progress=progress)
    return replace(found, isotopy=over)


def recognised(
    w: Weights, *, normalised: bool = False, progress: Progress | None = None
) -> Recognition:
    """Return the same of weights, whose outputs were multiplied by 1/2d if somebody said so."""
    table = node_table(w)
    group = w.group
    measured = performance(w, progress=progress)
    off = measured.wrong_scale(normalised=normalised)
    free = measured.accuracy >= RIGHT and off is not None
    pairs = int(memorized(w, np.flatnonzero(table.live)))
    pairs = pairs if 2 * pairs >= group.order**2 else 0
    tied: dict[int, Cluster] = {}
    if table.mixed.any() and not pairs and not free:
        tied = {k: x for x in clusters(table) for k in x.frequencies}
    blocks = {k: _block(table, k, free=free) for k in group.representatives[1:].tolist()}
    alone = [k for k in blocks if k not in tied]
    found = dict(zip(alone, matches(blocks[k] for k in alone), strict=True))
    reports = tuple(_report(table, k, x, tied.get(k) or found[k]) for k, x in blocks.items())
    label = group.label
    several = tuple(
        SeveralNode(
            j,
            tuple(map(label, table.reads(j))),
            tuple(map(label, table.writes(j))),
            bool(table.small[j]),
        )
        for j in np.flatnonzero(table.mixed).tolist()
    )
    return Recognition(
        group=group,
        width=w.width,
        frequencies=reports,
        dead=tuple(np.flatnonzero(~table.live).tolist()),
        carriers=tuple(table.carriers().tolist()),
        constants=tuple(np.flatnonzero(table.constant).tolist()),
        several=several,
        memorized=pairs,
        measured=measured,
        wrong_scale=off,
        up_to_scale=_up_to_scale(table, [x.together.gain for x in reports]) if free else None,
        table=table,
    )


def _block(table: NodeTable, k: int, *, free: bool) -> Block:
    """Return the nodes of a frequency in their balanced gauge; scaled if outputs are free."""
    nodes, serving = table.at(k), table.serving(k)
    gain = abs(complex(table.terms(k, k, k).sum())) if free else 1.0
    scale = 1 / gain if gain else 1.0
    character = character_order(table.group, table.group.tuple(k))
    z = table.z[:, k][:, nodes]
    halves = (table.z[0, 0, nodes] + table.z[1, 0, nodes]).real / 2
    defect = float("inf")
    if len(serving) and scale == 1:
        defect = _defect(_potentials(z), _served(table, k, serving))
    halves = halves if character == 3 else 0 * halves
    v, c = least(np.stack([halves, *z[:2]], axis=-1), scale * z[2][:, None])
    z = np.stack([v[:, 1], v[:, 2], c[:, 0]])
    size = np.abs(z[2])
    return Block(
        character=character,
        z=z,
        halves=v[:, 0].real,
        constant=table.constant[nodes],
        strong=size >= WEAK * max(float(size.max(initial=0.0)), 1e-300),
        defect=defect,
        scale=scale,
    )


def _report(table: NodeTable, k: int, block: Block, found: Match | Cluster) -> FrequencyReport:
    tied = found if isinstance(found, Cluster) else None
    own, serving, label = table.at(k), table.serving(k), table.group.label
    shared = tuple(j for j in tied.shared if k in table.reads(j)) if tied else ()
    nodes = (*own.tolist(), *shared)
    constants, missed = table.terms(0, 0, k), table.missed(k, scale=block.scale)
    leftover = complex(constants[list(tied.nodes if tied else nodes)].sum())
    best = found.match if isinstance(found, Cluster) else found
    if best.composition == UNKNOWN and missed <= HELPED:
        reason = (
            f"{len(nodes)} nodes that, with what nodes of other frequencies add, miss no condition "
            f"by more than {missed:.1g}"
        )
        best = replace(best, composition=GENERAL, reason=reason)
    return FrequencyReport(
        frequency=k,
        label=label(k),
        character=block.character,
        match=best,
        place=Place(
            nodes=nodes,
            weak=tuple(own[~block.strong].tolist()),
            shared=shared,
            partners=tuple(label(m) for m in tied.frequencies if m != k) if tied else (),
            serving=tuple(serving.tolist()),
        ),
        sums=Sums(
            potentials=_potentials(table.z[:, k][:, list(nodes)]),
            leftover=leftover,
            carried=complex(constants.sum()) - leftover,
            served=_served(table, k, serving),
            missed=missed,
        ),
        together=_together(table, k, own),
        entries=block.z,
    )


def _potentials(z: Complexes) -> dict[str, complex]:
    a, b, c = z
    rows = np.stack([a, b, a.conj(), b.conj()])
    sums = (rows * c) @ rows.T
    # All but abc-, in order: abc, a-bc, ab-c, aa-c, bb-c, aac, a-a-c, bbc, b-b-c.
    found = sums[[0, 2, 0, 0, 1, 0, 2, 1, 3], [1, 1, 3, 2, 3, 0, 2, 1, 3]].tolist()
    found.insert(POTENTIALS.index("abc-"), complex((a * b) @ c.conj()))
    return dict(zip(POTENTIALS, found, strict=True))


def _served(table: NodeTable, k: int, serving: Int64) -> tuple[complex, ...]:
    """Return what these nodes add to ``aac, a-a-c, bbc, b-b-c``, twice their part of ``T``.

    ``T[2k,0,k]`` is ``aac / 2`` of the block plus ``sum_j (a_0 + b_0) a_2k c_k``.
    """
    if not len(serving):
        return (0j,) * len(STAR)
    a, b, c = table.z[:, :, serving]
    double = table.group.multiply(2, k)
    minus = table.group.negate(double)
    factor = 2 * (a[0] + b[0]) * c[k]
    return tuple(complex((factor * x).sum()) for x in (a[double], a[minus], b[double], b[minus]))


def _defect(potentials: Mapping[str, complex], served: tuple[complex, ...]) -> float:
    """Return the norm of ``abc - 1``, of R_c, and of R_* with what constant-part nodes add."""
    gaps = [potentials["abc"] - 1, *(potentials[name] for name in ("a-bc", "ab-c", "abc-"))]
    gaps += [potentials[name] + x for name, x in zip(STAR, served, strict=True)]
    return float(np.linalg.norm(gaps))


def _together(table: NodeTable, k: int, nodes: Int64) -> Together:
    """Return what all live nodes are at a frequency, of which these make its block."""
    gain = complex(table.terms(k, k, k).sum())
    z = table.z[:, k][:, table.live]
    potentials, size = _potentials(z), np.abs(z.prod(axis=0))
    total = float((size**2).sum())
    one = max(abs(potentials.pop("abc")), 1e-300)
    off = {
        name: max(abs(abs(x) / one - left.get(r, 0.0)) for r, x in potentials.items())
        for name, left in LEAVES.items()
    }
    if table.group.negate(k) == k:  # where abc = 1 is the only condition
        off = {"real": 0.0}
    best = min(off, key=lambda name: off[name])
    return Together(
        gain=float(gain.real),
        share=float(table.share[table.group.representatives == k].sum()),
        effective=float(size.sum() ** 2 / total) if total else 0.0,
        alone=float(table.alone[nodes].min(initial=1.0)),
        phase=_phase(table, np.full(len(nodes), k), nodes),
        acts_as=best if off[best] <= ACTS else NONE_KNOWN,
        off=off[best],
    )


def _up_to_scale(table: NodeTable, gains: Sequence[float]) -> UpToScale:
    nodes = np.flatnonzero(table.live & (table.home > 0))
    alone = table.alone[nodes]
    return UpToScale(
        gains=(min(gains, default=0.0), max(gains, default=0.0)),
        least=float(alone.min(initial=1.0)),
        median=median(alone.tolist()) if len(nodes) else 0.0,
        same=float((table.output == table.home)[nodes].mean()) if len(nodes) else 0.0,
        phase=_phase(table, table.home[nodes], nodes),
    )


def _phase(table: NodeTable, k: Int64, nodes: Int64) -> float:
    """Return the median of ``|arg a + arg b + arg c|`` of nodes, each at a frequency."""
    phases = np.degrees(np.abs(np.angle(table.z[:, k, nodes].prod(axis=0))))
    return median(phases.tolist()) if len(nodes) else 0.0


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
        match = _cluster_match(table, frequencies, nodes, len(shared))
        found.append(Cluster(frequencies, tuple(nodes), tuple(sorted(shared)), match))
    return found


def _cluster_match(
    table: NodeTable, frequencies: tuple[int, ...], nodes: list[int], shared: int
) -> Match:
    group = table.group
    tried: dict[str, float] = {}
    strong = [j for j in nodes if not table.small[j]]
    if len(strong) == 7 and (pairs := _pairs_of_five(group, frequencies)):
        rules = short_conditions(5)
        z = np.stack([table.z[:, [0, *pair]][:, :, strong] for pair in pairs])
        tried["short 5"] = float(distance_to_short(5, rules.inputs(z), rules.outputs(z)).min())
        if tried["short 5"] <= NEAR:
            return Match("short 5", tried["short 5"], tried=tried)
    count = len(nodes)
    if count * (1 + 6 * len(frequencies)) > MAX_PARAMETERS:
        why = f"{count} nodes read {len(frequencies)} frequencies together, which is not fitted"
        return Match(UNKNOWN, tried=tried, reason=why)
    all_of_them = conditions(group, frequencies, constant=True)
    z = table.z[:, :, nodes]
    v, c = least(all_of_them.inputs(z), all_of_them.outputs(z))
    gap = tried[GENERAL] = float(all_of_them.nearest(v, c)[2])
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
    doubled = others in ([group.multiply(2, first)], [group.multiply(3, first)])
    if not doubled or character_order(group, group.tuple(first)) != 5:
        return []
    return [(group.multiply(t, first), group.multiply(2 * t, first)) for t in range(1, 5)]


class NotLearnedError(ValueError):
    """Raised for a network that does not solve the task, with what was seen."""
