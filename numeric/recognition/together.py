"""How the nodes of a frequency act together, however many they are, and up to scale.

The function tensor at a frequency knows sums over nodes alone. What dozens of nodes leave over,
relative to ``T[k,k,k]``, is compared with what blocks with few nodes leave; and how alike these
nodes are is said in a few numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import final

import numpy as np

from algebra.numbers.arrays import Int64, Reals
from numeric.recognition.frequencies import NodeTable

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


@final
@dataclass(frozen=True, slots=True)
class Together:
    """What all live nodes are at one frequency.

    Args:
        gain: the real part of ``T[k,k,k]``, 1 in a network of zero loss.
        share: of the power of all live nodes' inputs but their constants, every node scaled such
            that its inputs have the size of its output.
        effective: how many nodes there are if those count that matter, ``(sum p)^2 / sum p^2`` with
            ``p = |a b c|`` of each node.
        alone: the least share of the power of their inputs that the frequency's nodes have at it.
        phase: the median of ``|arg a + arg b + arg c|`` of its nodes, in degrees.
        acts_as: the block that leaves over what these nodes leave, or ``no known block``.
        off: the largest difference of the moduli of potentials from that block's, by ``|abc|``.
    """

    gain: float
    share: float
    effective: float
    alone: float
    phase: float
    acts_as: str
    off: float


@final
@dataclass(frozen=True, slots=True)
class UpToScale:
    """What a network is like whose outputs have no scale.

    Args:
        gains: the least and the largest ``T[k,k,k]``.
        least: the least share of the power of its inputs that a node has at one frequency.
        median: the median of these shares.
        same: the share of nodes that write to the frequency that they read.
        phase: the median of ``|arg a + arg b + arg c|`` over all nodes, each at its frequency.
    """

    gains: tuple[float, float]
    least: float
    median: float
    same: float
    phase: float

    def __str__(self) -> str:
        low, high = self.gains
        return (
            f"up to scale: T[k,k,k] is {low:.3g} to {high:.3g}; nodes have at least "
            f"{self.least:.1%} (median {self.median:.1%}) of the power of their inputs at one "
            f"frequency, and {self.same:.0%} of them write to it most; "
            f"|arg a + arg b + arg c| is {self.phase:.1f} degrees in the median"
        )

    def as_json(self) -> dict[str, object]:
        """Return plain data."""
        return asdict(self)


def together(
    table: NodeTable, k: int, nodes: Int64, potentials: Mapping[str, complex], gain: complex
) -> Together:
    """Return what nodes are at a frequency.

    Args:
        table: all nodes.
        k: the frequency.
        nodes: those that make its block.
        potentials: of all live nodes at the frequency.
        gain: ``T[k,k,k]``.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> from numeric.recognition.recognise import recognise
    >>> z = optimizers.nine_per_frequency(AbelianGroup("Z7"))
    >>> found = recognise(embed(z)).frequencies[0].together
    >>> round(found.effective, 6), round(found.phase, 6), found.acts_as, found.off < 1e-12
    (9.0, 0.0, 'nu*syn', True)
    """
    a, b, c = table.z[:, k]
    size = np.abs(a * b * c)[table.live]
    total = float((size**2).sum())
    one = max(abs(potentials["abc"]), 1e-300)
    off = {
        name: max(abs(abs(x) / one - left.get(r, 0.0)) for r, x in potentials.items() if r != "abc")
        for name, left in LEAVES.items()
    }
    if table.group.negate(k) == k:  # where abc = 1 is the only condition
        off = {"real": 0.0}
    best = min(off, key=lambda name: off[name])
    at, phase = table.alone[nodes], _phases(table, np.full(len(nodes), k), nodes)
    return Together(
        gain=float(gain.real),
        share=float(table.share[table.group.representatives == k].sum()),
        effective=float(size.sum() ** 2 / total) if total else 0.0,
        alone=float(at.min(initial=1.0)),
        phase=median(phase.tolist()) if len(nodes) else 0.0,
        acts_as=best if off[best] <= ACTS else NONE_KNOWN,
        off=off[best],
    )


def up_to_scale(table: NodeTable, gains: Mapping[int, float]) -> UpToScale:
    """Return what a network is like, given ``T[k,k,k]`` by frequency."""
    nodes = np.flatnonzero(table.live & (table.home > 0))
    alone = table.alone[nodes]
    phase = _phases(table, table.home[nodes], nodes)
    values = list(gains.values()) or [0.0]
    return UpToScale(
        gains=(min(values), max(values)),
        least=float(alone.min(initial=1.0)),
        median=median(alone.tolist()) if len(nodes) else 0.0,
        same=float((table.output == table.home)[nodes].mean()) if len(nodes) else 0.0,
        phase=median(phase.tolist()) if len(nodes) else 0.0,
    )


def _phases(table: NodeTable, k: Int64, nodes: Int64) -> Reals:
    """Return ``|arg a + arg b + arg c|`` of nodes, each at a frequency, in degrees."""
    a, b, c = table.z[:, k, nodes]
    return np.asarray(np.degrees(np.abs(np.angle(a * b * c))), dtype=np.float64)
