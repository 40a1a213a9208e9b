"""What the nodes of one frequency are: short blocks, compositions, blocks that meet all conditions.

The first pass that gives a name wins. A frequency without a name keeps what the compositions said
of it. Short blocks exist at characters of order 3, 4 and 5. At orders 3 and 4 they are members of
families with two angles. For ``u_1 u_2 u_3 = 1`` of modulus one, and for ``Sum = theta + Theta``,
up to translations

    order 3   a_j = b_j = u_j,  a_0 + b_0 = Re(u_k conj(u_l)),  c_j = (conj(u_k)^2 - conj(u_l)^2)/D
    order 4   direction of a: 90 - Theta, theta, theta - 90, of b: 90 - theta, Theta, Theta + 90,
              c: (1/sin(Sum) - i/cos(Sum))/4, i/(4 cos(Sum)), 1/(4 sin(Sum))        (degrees)

Source of these: this project; docs/theory/proofs/narrow.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import final

import numpy as np

from algebra.blocks.short import short_block
from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Mask, Reals
from numeric.recognition.compositions import (
    COMPOSITIONS,
    CORNERS,
    ORDER_4,
    ORDER_42,
    PRODUCTS,
    REAL,
    WIDEST,
    Fit,
    assigned,
    canonical,
    fit,
)
from numeric.recognition.frequencies import (
    GENERIC,
    Conditions,
    character_conditions,
    conditions,
    least,
    node_table,
)
from numeric.recognition.report import GENERAL, NONE, RANDOM_PHASES, SERVED, UNKNOWN, Match
from numeric.weights.embed import embed

#: Three nodes at characters of order 3 and 4: the angles of the family that has the short block.
FAMILIES = {3: ("gap", "next gap"), 4: ("sum", "gap")}
#: Up to this residual a composition is said to fit.
FITS = 0.1
#: A composition with fewer parameters is preferred up to this ratio of residuals; and one that
#: training ends with to all other products up to the second.
SIMPLER, RARE = 1.15, 1.3
#: Up to this residual a member with a name is preferred to the family that it belongs to.
SPECIAL = 0.03
#: Up to this residual nodes are said to be of a family with many parameters, or to fit together.
NEAR = 0.05
#: Copies of a short block for which the best assignment of nodes is looked for.
FEW = 4
#: A third of a turn.
THIRD = 2 * np.pi / 3
#: Degrees by which the phases of many nodes may be off, in the median.
ALIGNED = 15
#: For ``n`` phases drawn at random a mean of ``exp(i m phase)`` above this ``/ sqrt(n)`` is rare.
SPREAD, HARMONICS = 2.7, (2, 4, 6, 8)
#: A block's nodes below this share of its largest are weak: they add its cube to the conditions.
WEAK = 0.25


@final
@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The nodes of one frequency, each in its balanced gauge.

    The order of the character; entries ``a, b, c``, shape (3, n); half the constant parts ``(a_0 +
    b_0) / 2``; which nodes have a tenth of their power or more in the constant, and which are not
    weak; the norm of the conditions that constant-part nodes of other frequencies help to meet,
    infinite without such nodes.
    """

    character: int
    z: Complexes
    halves: Reals
    constant: Mask
    strong: Mask
    defect: float = float("inf")

    @property
    def kind(self) -> int:
        """The order of the character, `GENERIC` for all orders from there on."""
        return min(self.character, GENERIC)

    @property
    def plain(self) -> Mask:
        """The strong nodes but, at characters of order 3, those with constant parts."""
        return self.strong & ~self.constant if self.character == 3 else self.strong

    def inputs(self) -> Reals:
        """Return the vectors ``v`` of `Conditions`, shape (n, r)."""
        z = np.zeros((3, 2, self.z.shape[1]), dtype=np.complex128)
        z[0, 0], z[:, 1] = 2 * self.halves, self.z
        return character_conditions(self.kind).inputs(z)


def match(x: Block) -> Match:
    """Return the best match of a block."""
    if not x.z.shape[1]:
        return Match(NONE)
    seen: list[Match] = []
    for attempt in (_real, _of_family, _composition, _with_constants, _general, _random_phases):
        if (found := attempt(x)) is not None:
            seen.append(found)
            if found.composition != UNKNOWN:
                break
    last, tried = seen[-1], {name: gap for one in seen for name, gap in one.tried.items()}
    if last.composition == UNKNOWN:
        fitted = next((one for one in seen if one.model.size), last)
        last = replace(fitted, reason=last.reason)
    return replace(last, tried=tried)


def _spread(x: Block, model: Complexes, nodes: Mask) -> Complexes:
    """Return a model of some nodes as one of all nodes, 0 at the others."""
    whole = np.zeros_like(x.z)
    whole[:, nodes] = model
    return whole


def _composition(x: Block) -> Match | None:
    """Match the compositions that have as many nodes."""
    tables = [one for one in (*COMPOSITIONS, *PRODUCTS) if one.order == x.strong.sum()]
    if x.kind == 2 or not tables:
        return None
    fits = [fit(x.z[:, x.strong], one) for one in tables]
    tried = {one.composition.name: one.residual for one in fits}
    return replace(_composed(x, chosen_fit(fits), x.strong), tried=tried)


def _composed(x: Block, fitted: Fit, nodes: Mask) -> Match:
    """Return a fitted composition, with its name only if it fits."""
    composition, residual = fitted.composition, fitted.residual
    model = _spread(x, fitted.model, nodes)
    if residual > FITS:
        return Match(UNKNOWN, residual, model=model)
    names = ("xi", "angle") if composition is ORDER_4 else composition.parameters[2:]
    angles = np.degrees(canonical(composition, fitted.parameters)).tolist()
    return Match(composition.name, residual, dict(zip(names, angles, strict=True)), model)


def chosen_fit(fits: Sequence[Fit]) -> Fit:
    """Return the fit to report; the compositions with fewer parameters come first."""
    best = fits[0]
    for fitted in fits[1:]:
        special = SPECIAL if fitted.composition is ORDER_4 else 0.0
        ratio = SIMPLER if fitted.composition in COMPOSITIONS else RARE
        if best.residual > special and fitted.residual * ratio < best.residual:
            best = fitted
    return best


def _of_family(x: Block) -> Match | None:
    """Match three nodes at characters of order 3 and 4 by the nearest that meet all conditions."""
    if x.kind not in FAMILIES or x.strong.sum() != 3:
        return None
    model, gap = _nearest(x, x.strong)
    name = f"short {x.kind}"
    family = f"{name}, general"
    short = distance_to_short(x.kind, x.inputs()[x.strong], x.z[2, x.strong][:, None])
    a, b, _ = model
    if x.kind == 3 and in_family_of_order_3(a, b) > NEAR:
        gap = float("inf")  # there are others
    tried = {name: short, family: gap}
    whole = _spread(x, model, x.strong)
    if gap > NEAR:
        return Match(UNKNOWN, tried=tried)
    if short <= SPECIAL or short < SIMPLER * gap:
        return Match(name, short, model=whole, tried=tried)
    parameters = dict(zip(FAMILIES[x.kind], family_angles(x.kind, *model), strict=True))
    return Match(family, gap, parameters, whole, tried)


def _real(x: Block) -> Match | None:
    """Match one or two nodes at real characters, where ``abc = 1`` is the only condition."""
    if x.kind != 2 or x.strong.sum() not in (1, 2):
        return None
    model, gap = _nearest(x, x.strong)
    name, tried = "short 2", {"short 2": gap}
    if model.shape[1] == 2:
        two, name = fit(x.z[:, x.strong], REAL), "real, general"
        tried = {REAL.name: two.residual, name: gap}
        if two.residual <= SPECIAL or gap * SIMPLER >= two.residual:
            name, model, gap = REAL.name, two.model, two.residual
    model = _spread(x, model, x.strong)
    return Match(name if gap <= FITS else UNKNOWN, gap, model=model, tried=tried)


def _with_constants(x: Block) -> Match | None:
    """Match four nodes whose squares are cancelled: by constant-part nodes, or as ``4k = 0``."""
    served, two = bool(np.isfinite(x.defect)), int((x.strong & ~x.plain).sum()) == 2
    if int(x.plain.sum()) != 4 or not (x.character == 4 or served or two):
        return None
    tables = (ORDER_42, CORNERS) if x.character == 4 else (ORDER_42,)
    fitted = min((fit(x.z[:, x.plain], one) for one in tables), key=lambda one: one.residual)
    composed = _composed(x, fitted, x.plain)
    tried = {fitted.composition.name: composed.residual}
    gap = x.defect if served else _nearest(x)[1]
    if served:
        tried[SERVED] = gap
    if gap <= (FITS if served else NEAR):
        if composed.composition != UNKNOWN:
            return replace(composed, tried=tried)
        if served:
            return Match(SERVED, gap, tried=tried)
    return Match(UNKNOWN, tried=tried)


def _nearest(x: Block, nodes: Mask | slice = slice(None)) -> tuple[Complexes, float]:
    """Return the nearest nodes that meet all conditions, shape (3, n), and the distance."""
    v, c, gap = character_conditions(x.kind).nearest(x.inputs()[nodes], x.z[2, nodes][:, None])
    v = v[:, 1:] if x.kind == 3 else v
    a, b = (v[:, :1], v[:, 1:]) if x.kind == 2 else (v[:, :2], v[:, 2:])
    turns = np.array([1, 1j])[: a.shape[1]]
    return np.stack([a @ turns, b @ turns, c[:, 0]]), gap


def _general(x: Block) -> Match:
    """Match a block of any number of nodes that meets all conditions; say why others do not."""
    (model, gap), n = _nearest(x), x.z.shape[1]
    tried = {GENERAL: gap}
    if gap > NEAR:
        return Match(UNKNOWN, tried=tried, reason=_reason(x, gap))
    parts = " with constant parts" if x.character == 3 else ""
    reason = (
        f"{n} node{'s' if n > 1 else ''}{parts} within {gap:.1%} of meeting every condition of "
        f"a character of order {x.character}"
    )
    return Match(GENERAL, gap, model=model, tried=tried, reason=reason)


def _random_phases(x: Block) -> Match | None:
    """Match more nodes than products have, whose phases add up to 0 and are else anything."""
    n = x.z.shape[1]
    if n <= WIDEST or x.character == 2:
        return None
    a, b, c = x.z
    off = float(np.median(np.abs(np.degrees(np.angle(a * b * c)))))
    means = [np.exp(1j * m * np.angle(row)).mean() for row in (a, b) for m in HARMONICS]
    if off > ALIGNED or np.abs(means).max() > SPREAD / np.sqrt(n):
        return None
    model = np.stack([a, b, np.abs(c) * np.exp(-1j * np.angle(a * b))])
    residual = float(np.linalg.norm(x.z - model) / np.linalg.norm(model))
    reason = (
        f"{n} nodes whose phases arg a, arg b are spread over the circle, and add up to 0 "
        f"with arg c within {off:.1f} degrees in the median"
    )
    return Match(RANDOM_PHASES, residual, model=model, reason=reason)


def _reason(block: Block, gap: float) -> str:
    """Say which condition is missed by most, in words."""
    rules = character_conditions(block.kind)
    missed = np.abs(rules.residual(block.inputs(), block.z[2][:, None]))[:, 0]
    worst = int(missed.argmax())
    d = rules.group.order
    names = {d - 2: "-2k", 2: "2k", d - 1: "-k", 1: "k", 0: "0"}  # of equal ones the last
    k1, k2 = rules.keys[worst]
    ideal = "1" if rules.target[worst, 0] else "0"
    n = block.z.shape[1]
    near = f"; the nearest that meet all are {gap:.0%} away" if np.isfinite(gap) else ""
    return (
        f"its {n} node{'s' if n > 1 else ''} miss{'' if n > 1 else 'es'} "
        f"T[{names[k1]},{names[k2]},k] = {ideal} by {missed[worst]:.2g}{near}"
    )


@cache
def short_conditions(order: int) -> Conditions:
    """Return the conditions on the short block, at the smallest group that has it."""
    reads = (1, 2) if order == 5 else (1,)
    return conditions(AbelianGroup(f"Z{order}"), reads, constant=order != 4)


@cache
def _copies(order: int) -> tuple[Reals, Complexes]:
    """Return the short block translated, its inputs exchanged, and of ``-k`` for ``k``."""
    group, rules = AbelianGroup(f"Z{order}"), short_conditions(order)
    a, b, c = node_table(embed(short_block(group, 1))).z
    root = np.exp(2j * np.pi * np.arange(order) / order)[:, None]
    inputs, outputs = [], []
    for s, t, swap, bar in product(range(order), range(order), (False, True), (False, True)):
        z = np.stack([root**s * a, root**t * b, root ** -(s + t) * c])
        z = z[[1, 0, 2]] if swap else z
        z = z.conj() if bar else z
        v, out = least(rules.inputs(z), rules.outputs(z))
        inputs.append(v)
        outputs.append(out)
    return np.stack(inputs), np.stack(outputs)


def distance_to_short(order: int, v: Reals, c: Complexes) -> float:
    """Return the relative distance of nodes to the short block of a character of order 3, 4 or 5.

    In any symmetry; inputs (n, r) and outputs as `Conditions` has them.
    """
    inputs, outputs = _copies(order)
    if order == 4:  # where (t a, b/t) is the same block
        a, b = (np.linalg.norm(x, axis=1) for x in (v[:, :2], v[:, 2:]))
        t = np.exp(np.log(b / a).mean() / 2)
        v = v * np.repeat([t, 1 / t], 2)
    v, c = least(v, c)
    agree = np.abs(np.einsum("ia,sja->sij", v, inputs))
    agree += np.einsum("io,sjo->sij", c, outputs.conj()).real
    best = agree[agree.max(axis=2).sum(axis=1).argsort()[-FEW:]]
    places = assigned(best)
    whole = np.take_along_axis(best, places[:, None], axis=1)[:, 0].sum(axis=1).max()
    norm = float((inputs[0] ** 2).sum() + (np.abs(outputs[0]) ** 2).sum())
    away = float((v**2).sum() + (np.abs(c) ** 2).sum()) + norm - 2 * float(whole)
    return float(np.sqrt(max(away, 0.0) / norm))


def family_angles(order: int, a: Complexes, b: Complexes, c: Complexes) -> tuple[float, float]:
    """Return the two angles of a member of a family, in degrees, that no symmetry changes.

    At order 3 the two smaller gaps between the ``u_j^2``; at order 4 ``theta + Theta``, from 0 to
    90, and ``|theta - Theta|``, from 0 to 45.
    """
    if order == 3:
        squares = np.sort(np.degrees(np.angle(a * b)) % 360)
        gaps = np.sort(np.diff(squares, append=squares[0] + 360))
        return float(gaps[0]), float(gaps[1])
    j = int(np.abs(a * b * c).argmin())  # the first node has the largest product
    theta, other = (float(np.degrees(np.angle(x[j]))) + 45 for x in (a, b))
    steps, total = divmod(theta + other, 90)
    gap = (theta - other - 90 * steps) % 180
    gap = min(gap, 180 - gap)
    return (total, gap) if gap <= 45 else (90 - total, 90 - gap)


def in_family_of_order_3(a: Complexes, b: Complexes) -> float:
    """Return how far ``a`` and ``b``, one of them translated, are from being equal, relatively."""
    turn = np.round(np.angle((a * b.conj()).sum()) / THIRD) * THIRD
    return float(np.linalg.norm(a - b * np.exp(1j * turn)) / np.linalg.norm(a))
