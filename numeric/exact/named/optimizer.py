"""An exact global optimizer near a trained one, made of named blocks with parameters in ``Q(i)``.

Every frequency gets the composition that `numeric.recognition.recognise` found there, with
parameters that are unit numbers of small height within a tolerance (`numeric.exact.named.blocks`).
What the blocks leave over, one constant ``T[0,0,k]`` for each output, is computed exactly and
divided among the blocks that carry it in the trained network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, final

import numpy as np

from algebra.criterion.tensor import residual
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Reals
from algebra.numbers.scalar import Scalar, to_scalar
from algebra.semiring.element import Element
from algebra.semiring.made import element
from numeric.exact.certified import Certified
from numeric.exact.named.blocks import NamedBlock, named_block, standard_block
from numeric.exact.named.exact_nodes import ExactNode, UnnamedError
from numeric.exact.named.small_height import checked_tolerance, ratio_near, simple_fraction
from numeric.recognition.frequencies import NodeTable
from numeric.recognition.recognise import learned
from numeric.recognition.report import Recognition
from numeric.weights.embed import Weights, embed

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
        name: the block's frequency, or ``"constant"`` for one node with ``a_0`` and ``b_0`` alone.
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

    def lines(self, distance: float, width: int) -> list[str]:
        """Return the same in words: the blocks, and for each share the carriers that have it."""
        by_share: dict[Fraction, list[str]] = {}
        for x in self.carriers:
            by_share.setdefault(x.share, []).append(x.name)
        return [
            f"optimizer of named blocks: relative distance {distance:.4%} after the best gauge; "
            f"angles within {self.tolerance:g} degrees of the fitted ones, moduli within "
            f"{np.expm1(np.radians(self.tolerance)):.2%}",
            *(x.line() for x in self.blocks),
            *(
                f"{', '.join(names)}: {'carry' if len(names) > 1 else 'carries'} {share} "
                f"{'each ' * (len(names) > 1)}of what the other blocks leave over, T[0,0,k]"
                for share, names in by_share.items()
            ),
        ]


def named_optimizer(
    w: Weights,
    *,
    tolerance: float = TOLERANCE,
    general: bool = False,
    progress: Callable[[str, int, float], None] | None = None,
) -> Certified[Naming]:
    """Return an exact network near a trained one, of named blocks with parameters in ``Q(i)``.

    Args:
        w: the trained weights.
        tolerance: in degrees. All angles are within it of the fitted ones; ratios of moduli are
            within the same number of radians, as logarithms.
        general: write blocks of order 4 with their own angle ``epsilon``: nearer, and less simple.
        progress: called with the phase, a number of steps that is 0, and 0.

    Raises:
        NotLearnedError: if the network does not solve the task.
        ValueError: for a tolerance that is too small or too large.

    Source: docs/certify.md.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from algebra.criterion.tensor import loss
    >>> z = optimizers.order46(AbelianGroup("Z5"), xi=zeta(16), nu=zeta(40))
    >>> found = named_optimizer(embed(z, gauge="balanced"))
    >>> for block in found.made.blocks: print(block)
    k=1: nu*syn, nu = (84+13i)/85
    k=2: nu(i)*xi, xi = (12+5i)/13
    >>> loss(found.element), found.distance < 0.01
    (0, True)
    """
    checked_tolerance(tolerance)
    found = learned(w)
    report = progress or (lambda phase, step, gap: None)
    report("naming the blocks", 0, 0.0)
    blocks, replaced, free = _blocks(found, tolerance, general)
    nodes = [dict(node) for block in blocks for node in block.nodes]
    columns = [j for block in blocks for j in block.columns]
    report("carrying", 0, 0.0)
    left = {
        k: to_scalar(value)
        for (k1, k2, k), value in residual(element(found.group, nodes))
        if not k1 and not k2
    }
    candidates = _carrying_blocks(blocks) + _constants(found.table, tolerance)
    if left and not candidates:
        candidates = [_new_constant(found.group, left, next(free), tolerance)]
    shares, measured = _shares(found.table, candidates, left)
    place = {j: i for i, j in enumerate(columns)}
    for one, share in zip(candidates, shares, strict=True):
        if not share:
            continue
        for node, j, s in zip(one.nodes, one.columns, one.moduli, strict=True):
            if j not in place:
                place[j] = len(nodes)
                nodes.append(dict(node))
                columns.append(j)
            for k, value in left.items():
                nodes[place[j]]["c", k] = -share / (one.energy * s**2) * value
    carriers = tuple(
        Carrier(x.name, share, float(seen))
        for x, share, seen in zip(candidates, shares, measured, strict=True)
        if share
    )
    order = np.argsort(columns, kind="stable")
    exact = element(found.group, [nodes[i] for i in order], name="named optimizer")
    places = tuple(columns[i] for i in order)
    return Certified(
        element=exact,
        columns=places,
        distance=_distance(w, exact, places),
        replaced=replaced,
        made=Naming(tuple(blocks), carriers, tolerance),
        recognition=found,
    )


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    """Nodes on which ``c_k = 1/s^2`` adds ``energy`` to ``T[0,0,k]``, and nothing else."""

    name: str
    nodes: tuple[ExactNode, ...]
    columns: tuple[int, ...]
    moduli: tuple[Fraction, ...]
    energy: Fraction


def _blocks(
    found: Recognition, tolerance: float, general: bool
) -> tuple[list[NamedBlock], dict[str, str], Iterator[int]]:
    """Return the block of every frequency, why some were replaced, and the columns left over."""
    free = iter([*found.dead, *range(found.width, found.width + 4 * found.group.order)])
    blocks: list[NamedBlock] = []
    replaced: dict[str, str] = {}
    for x in found.frequencies:
        try:
            block = named_block(found.table, x, tolerance=tolerance, general=general)
        except UnnamedError as error:
            replaced[x.label] = str(error)
            count = 2 if found.group.negate(x.frequency) == x.frequency else 4
            columns = [next(free) for _ in range(count)]
            block = standard_block(found.group, x.frequency, columns=columns, tolerance=tolerance)
        blocks.append(block)
    return blocks, replaced, free


def _carrying_blocks(blocks: Sequence[NamedBlock]) -> list[_Candidate]:
    return [
        _Candidate(f"k={x.label}", x.nodes, x.columns, x.moduli, x.carrying)
        for x in blocks
        if x.carrying
    ]


def _constants(table: NodeTable, tolerance: float) -> list[_Candidate]:
    """Return the live nodes whose inputs are constant: ``(a_0 + b_0)^2 c_k / 2`` is theirs."""
    found = []
    radius = np.radians(tolerance)
    for j in np.flatnonzero(table.live & (table.home == 0) & ~table.mixed):
        a, b = table.z[:2, 0, j].real
        size = abs(float(a + b))
        if size > abs(float(a - b)) / 100:
            s = ratio_near(size * np.exp(-radius), size * np.exp(radius))
            share = simple_fraction(float(a / (a + b)), tolerance=tolerance)
            found.append(_constant(int(j), s if a + b > 0 else -s, share))
    return found


def _constant(column: int, s: Fraction, share: Fraction) -> _Candidate:
    """Return the node with ``a_0 + b_0 = s``, which may be negative."""
    rows = (("a", share), ("b", 1 - share))
    node: ExactNode = {(p, 0): s * part for p, part in rows if part}
    return _Candidate("constant", (node,), (column,), (s,), Fraction(1, 2))


def _new_constant(
    group: AbelianGroup, left: Mapping[int, Scalar], column: int, tolerance: float
) -> _Candidate:
    """Return a constant node of about the least plain norm."""
    power = 2 * sum(abs(2 * complex(x)) ** 2 for x in left.values())
    size = float(np.cbrt(np.sqrt(2 * power) / (2 * group.order)))
    radius = np.radians(tolerance)
    return _constant(column, ratio_near(size * np.exp(-radius), size * np.exp(radius)), Fraction(1))


def _shares(
    table: NodeTable, candidates: Sequence[_Candidate], left: Mapping[int, Scalar]
) -> tuple[list[Fraction], Reals]:
    """Return what each carrier takes, and what it takes in the trained network, of the whole.

    Multiples of ``1/N`` with the least ``N`` that is near enough.
    """
    count = len(candidates)
    if not left:
        return [Fraction(0)] * count, np.zeros(count)
    width = table.z.shape[2]
    inner = (np.abs(table.z[:2]) ** 2).sum(axis=(0, 1)) / 2
    inner += (table.z[0, 0] * table.z[1, 0]).real
    ks = list(left)
    wanted = -np.array([complex(left[k]) for k in ks])
    measured = np.zeros(count)
    for i, x in enumerate(candidates):
        columns = [j for j in x.columns if j < width]
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


def _distance(w: Weights, exact: Element, columns: Sequence[int]) -> float:
    """Return the relative distance of the plain networks' weights."""
    ours = embed(exact)
    width = max(w.width, max(columns) + 1)
    norms = []
    for left_out in (False, True):
        total = 0.0
        for p in ("w_a", "w_b", "w_c"):
            trained = np.zeros((w.group.order, width))
            trained[:, : w.width] = getattr(w, p)
            if not left_out:
                trained[:, list(columns)] -= getattr(ours, p)
            if p == "w_c":
                trained = (trained - trained.mean(axis=0)) / (2 * w.group.order)
            total += float((trained**2).sum())
        norms.append(np.sqrt(total))
    return float(norms[0] / norms[1])
