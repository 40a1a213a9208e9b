"""An exact global optimizer near a trained one, made of named blocks with parameters in ``Q(i)``.

Every frequency gets the composition that `numeric.recognition.recognise` found there, with
parameters that are unit numbers of small height within a tolerance (`numeric.exact.named.blocks`).
What the blocks leave over, one constant ``T[0,0,k]`` for each output, is computed exactly and
divided among the blocks that carry it in the trained network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, final

import numpy as np

from algebra.criterion.tensor import residual
from algebra.numbers.arrays import Reals
from algebra.numbers.scalar import Scalar, to_scalar
from algebra.semiring.element import Element
from algebra.semiring.made import element
from numeric.exact.named.blocks import (
    NamedBlock,
    UnnamedError,
    named_block,
    standard_block,
)
from numeric.recognition.frequencies import NodeTable
from numeric.recognition.report import Recognition

#: In degrees.
TOLERANCE = 0.5
#: Shares of carriers are rounded by up to this part of the largest.
SHARES = 0.05
#: A network whose blocks carry less than this share of what they have to is not followed in it.
CARRIED = 0.1


@final
@dataclass(frozen=True, slots=True, eq=False)
class Carrier:
    """Nodes that cancel ``T[0,0,k]`` by entries of ``c`` at other frequencies.

    Args:
        name: the block's frequency, or ``"constant"`` for one node with ``a_0`` alone.
        share: its share in what is cancelled, the same for every output.
        measured: the share that it has in the trained network, of what its carriers do together.
    """

    name: str
    share: Fraction
    measured: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class Naming:
    """Of what named blocks an exact network is made.

    Args:
        blocks: by frequency.
        carriers: the blocks and constant nodes that carry.
        tolerance: in degrees.
    """

    blocks: tuple[NamedBlock, ...]
    carriers: tuple[Carrier, ...]
    tolerance: float

    @property
    def kind(self) -> Literal["named"]:
        """Every entry has a closed form."""
        return "named"

    def as_json(self) -> dict[str, Any]:
        """Return what is reported of this kind alone, as plain data."""
        return {
            "tolerance in degrees": self.tolerance,
            "blocks": [x.as_json() for x in self.blocks],
            "carriers": {x.name: str(x.share) for x in self.carriers},
        }

    def lines(self) -> list[str]:
        """Return the same in words: the blocks, and for each share the carriers that have it."""
        by_share: dict[Fraction, list[str]] = {}
        for x in self.carriers:
            by_share.setdefault(x.share, []).append(x.name)
        return [
            f"named blocks, angles within {self.tolerance:g} degrees of the fitted ones:",
            *(x.line() for x in self.blocks),
            *(
                f"{', '.join(names)}: {'carry' if len(names) > 1 else 'carries'} {share} "
                f"{'each ' * (len(names) > 1)}of what the other blocks leave over, T[0,0,k]"
                for share, names in by_share.items()
            ),
        ]


def named_optimizer(
    found: Recognition, *, tolerance: float = TOLERANCE, general: bool = False
) -> tuple[Element, Naming, dict[str, str]]:
    """Return an exact network near a trained one, of named blocks with parameters in ``Q(i)``.

    And why, for each frequency whose nodes have no name, a standard block stands in their place.

    Args:
        found: what was recognised in the trained network, its nodes balanced.
        tolerance: in degrees. All angles are within it of the fitted ones.
        general: write blocks of order 4 with their own angle ``epsilon``: nearer, and less simple.

    Raises:
        ValueError: for a tolerance that is too small or too large.

    Source: docs/theory/certify.md.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from algebra.criterion.tensor import loss
    >>> from numeric import embed, recognise
    >>> z = optimizers.four_plus_six(AbelianGroup("Z5"), xi=zeta(16), nu=zeta(40))
    >>> exact, made, _ = named_optimizer(recognise(embed(z, gauge="balanced")))
    >>> for block in made.blocks: print(block)
    k=1: nu*syn, nu=(84+13i)/85
    k=2: nu(i)*xi, xi=(12+5i)/13
    >>> loss(exact)
    0
    """
    blocks: list[NamedBlock] = []
    replaced: dict[str, str] = {}
    for x in found.frequencies:
        try:
            block = named_block(found.table, x, tolerance=tolerance, general=general)
        except UnnamedError as error:
            replaced[x.label] = str(error)
            block = standard_block(found.group, x.frequency)
        blocks.append(block)
    nodes = [dict(node) for block in blocks for node in block.nodes]
    left = {
        k: to_scalar(value)
        for (k1, k2, k), value in residual(element(found.group, nodes))
        if not k1 and not k2
    }
    candidates = _candidates(found.table, blocks)
    shares, measured = _shares(found.table, candidates, left)
    for one, share in zip(candidates, shares, strict=True):
        if share and not one.nodes:
            nodes.append({("a", 0): 1})
        for node in (nodes[i] for i in one.nodes or [-1] if share):
            node |= {("c", k): -share / one.energy * value for k, value in left.items()}
    carriers = tuple(
        Carrier(x.name, share, float(seen))
        for x, share, seen in zip(candidates, shares, measured, strict=True)
        if share
    )
    exact = element(found.group, nodes, name="named optimizer")
    return exact, Naming(tuple(blocks), carriers, tolerance), replaced


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """Nodes on which ``c_k = 1`` adds ``energy`` to ``T[0,0,k]``, and nothing else.

    Their numbers, or none for a constant node to be added; and their columns in the network.
    """

    name: str
    nodes: range
    columns: tuple[int, ...]
    energy: Fraction


def _candidates(table: NodeTable, blocks: Sequence[NamedBlock]) -> list[_Candidate]:
    """Return the blocks that carry, and the live nodes whose inputs are constant, or a new one."""
    found, first = [], 0
    for x in blocks:
        if x.carrying:
            places = range(first, first + len(x.nodes))
            found.append(_Candidate(f"k={x.label}", places, x.columns, x.carrying))
        first += len(x.nodes)
    constant = np.flatnonzero(table.live & (table.home == 0) & ~table.mixed)
    own: list[tuple[int, ...]] = [(int(j),) for j in constant]
    if not found and not own:
        own = [()]
    return found + [_Candidate("constant", range(0), x, Fraction(1, 2)) for x in own]


def _shares(
    table: NodeTable, candidates: Sequence[_Candidate], left: Mapping[int, Scalar]
) -> tuple[list[Fraction], Reals]:
    """Return what each carrier takes, and what it takes in the trained network, of the whole.

    Multiples of ``1/N`` with the least ``N`` that is near enough.
    """
    count = len(candidates)
    if not left:
        return [Fraction(0)] * count, np.zeros(count)
    inner = (np.abs(table.z[:2]) ** 2).sum(axis=(0, 1)) / 2
    inner += (table.z[0, 0] * table.z[1, 0]).real
    ks = list(left)
    wanted = -np.array([complex(left[k]) for k in ks])
    measured = np.zeros(count)
    for i, x in enumerate(candidates):
        columns = list(x.columns)
        done = table.z[2][np.ix_(ks, columns)] @ inner[columns]
        measured[i] = max(0.0, float((done / wanted).real.mean()))
    if measured.sum() < CARRIED:
        measured[:] = 1
    measured /= measured.sum()
    number = 0
    while True:
        number += 1
        counts = _apportioned(measured, number)
        if np.abs(counts / number - measured).max() <= SHARES * measured.max():
            return [Fraction(int(n), number) for n in counts], measured


def _apportioned(shares: Reals, number: int) -> Reals:
    """Return whole numbers with this sum, by largest remainders."""
    counts: Reals = np.floor(shares * number + 1e-9)
    rest = round(number - counts.sum())
    counts[np.argsort(counts - shares * number, kind="stable")[:rest]] += 1
    return counts
