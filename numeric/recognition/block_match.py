"""What the nodes of one frequency are: short blocks, compositions, blocks that meet all conditions.

The first pass that gives a name wins. A frequency without a name keeps what the compositions said
of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import final

import numpy as np

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
    PhaseTable,
    canonical,
    fit,
)
from numeric.recognition.frequencies import GENERIC, character_conditions
from numeric.recognition.report import GENERAL, NONE, RANDOM_PHASES, SERVED, UNKNOWN, Match
from numeric.recognition.short_blocks import (
    distance_to_short,
    family_angles,
    in_family_of_order_3,
)

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
    infinite without such nodes; by what the outputs were multiplied.
    """

    character: int
    z: Complexes
    halves: Reals
    constant: Mask
    strong: Mask
    defect: float = float("inf")
    scale: float = 1.0

    @property
    def kind(self) -> int:
        """The order of the character, `GENERIC` for all orders from there on."""
        return min(self.character, GENERIC)

    @property
    def plain(self) -> Mask:
        """The strong nodes but, at characters of order 3, those with constant parts."""
        return self.strong & ~self.constant if self.character == 3 else self.strong

    @property
    def like(self) -> tuple[int, ...]:
        """What blocks have in common that are matched by the same arithmetic."""
        counts = (self.z.shape[1], int(self.strong.sum()), int(self.plain.sum()))
        return (self.kind, *counts, int(np.isfinite(self.defect)))

    def inputs(self) -> Reals:
        """Return the vectors ``v`` of `Conditions`, shape (n, r)."""
        z = np.zeros((3, 2, self.z.shape[1]), dtype=np.complex128)
        z[0, 0], z[:, 1] = 2 * self.halves, self.z
        return character_conditions(self.kind).inputs(z)


def matches(blocks: Iterable[Block]) -> list[Match]:
    """Return the best match of each block; those alike are fitted together."""
    every = [(x, list[Match]()) for x in blocks]
    alike = defaultdict(list)
    for x, seen in every:
        alike[x.like].append((x, seen))
    for left in alike.values():
        for attempt in ATTEMPTS:
            for (_, seen), found in zip(left, attempt([x for x, _ in left]), strict=False):
                seen.append(found)
            left = [(x, seen) for x, seen in left if not seen or seen[-1].composition == UNKNOWN]
            if not left:
                break
    return [_best(seen) for _, seen in every]


def _best(seen: list[Match]) -> Match:
    """Return the last match, or of those without a name the first with a model."""
    last, tried = seen[-1], {name: gap for one in seen for name, gap in one.tried.items()}
    if last.composition == UNKNOWN:
        reason = next(one.reason for one in reversed(seen) if one.reason)
        last = replace(next((one for one in seen if one.model.size), last), reason=reason)
    return replace(last, tried=tried)


def _none(xs: list[Block]) -> Iterator[Match]:
    if not xs[0].z.shape[1]:
        yield from [Match(NONE)] * len(xs)


def _spread(x: Block, model: Complexes, nodes: Mask) -> Complexes:
    """Return a model of some nodes as one of all nodes, 0 at the others."""
    whole = np.zeros_like(x.z)
    whole[:, nodes] = model
    return whole


def _fits(z: Sequence[Complexes], *tables: PhaseTable) -> Iterator[tuple[Fit, ...]]:
    """Yield the fits of all tables to the nodes of each block."""
    stacked = np.stack(z)
    return zip(*(fit(stacked, one) for one in tables), strict=True)


def _composition(xs: list[Block]) -> Iterator[Match]:
    """Match the compositions that have as many nodes."""
    tables = [one for one in (*COMPOSITIONS, *PRODUCTS) if one.order == xs[0].strong.sum()]
    if xs[0].kind == 2 or not tables:
        return
    for x, fits in zip(xs, _fits([x.z[:, x.strong] for x in xs], *tables), strict=True):
        tried = {one.composition.name: one.residual for one in fits}
        yield replace(_composed(x, chosen_fit(fits), x.strong), tried=tried)


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


def _of_family(xs: list[Block]) -> Iterator[Match]:
    """Match three nodes at characters of order 3 and 4 by the nearest that meet all conditions."""
    kind = xs[0].kind
    if kind not in FAMILIES or xs[0].strong.sum() != 3:
        return
    name = f"short {kind}"
    family = f"{name}, general"
    v, c = _vectors(xs, strong=True)
    shorts = distance_to_short(kind, v, c).tolist()
    for x, short, (model, gap) in zip(xs, shorts, _nearest(kind, v, c), strict=True):
        a, b, _ = model
        if kind == 3 and in_family_of_order_3(a, b) > NEAR:
            gap = float("inf")  # there are others
        tried = {name: short, family: gap}
        whole = _spread(x, model, x.strong)
        if gap > NEAR:
            yield Match(UNKNOWN, tried=tried)
        elif short <= SPECIAL or short < SIMPLER * gap:
            yield Match(name, short, model=whole, tried=tried)
        else:
            angles = dict(zip(FAMILIES[kind], family_angles(kind, *model), strict=True))
            yield Match(family, gap, angles, whole, tried)


def _real(xs: list[Block]) -> Iterator[Match]:
    """Match one or two nodes at real characters, where ``abc = 1`` is the only condition."""
    n = int(xs[0].strong.sum())
    if xs[0].kind != 2 or n not in (1, 2):
        return
    fits = _fits([x.z[:, x.strong] for x in xs], REAL) if n == 2 else repeat(())
    near = _nearest(2, *_vectors(xs, strong=True))
    for x, (model, gap), fitted in zip(xs, near, fits, strict=False):
        name, tried = "short 2", {"short 2": gap}
        for two in fitted:
            name = "real, general"
            tried = {REAL.name: two.residual, name: gap}
            if two.residual <= SPECIAL or gap * SIMPLER >= two.residual:
                name, model, gap = REAL.name, two.model, two.residual
        model = _spread(x, model, x.strong)
        yield Match(name if gap <= FITS else UNKNOWN, gap, model=model, tried=tried)


def _with_constants(xs: list[Block]) -> Iterator[Match]:
    """Match four nodes whose squares are cancelled: by constant-part nodes, or as ``4k = 0``."""
    one = xs[0]
    served, two = bool(np.isfinite(one.defect)), int((one.strong & ~one.plain).sum()) == 2
    if int(one.plain.sum()) != 4 or not (one.kind == 4 or served or two):
        return
    tables = (ORDER_42, CORNERS) if one.kind == 4 else (ORDER_42,)
    gaps = [x.defect for x in xs]
    if not served:
        gaps = [gap for _, gap in _nearest(one.kind, *_vectors(xs))]
    fits = _fits([x.z[:, x.plain] for x in xs], *tables)
    for x, gap, tried_fits in zip(xs, gaps, fits, strict=True):
        fitted = min(tried_fits, key=lambda one: one.residual)
        composed = _composed(x, fitted, x.plain)
        tried = {fitted.composition.name: composed.residual}
        if served:
            tried[SERVED] = gap
        if gap > (FITS if served else NEAR):
            yield Match(UNKNOWN, tried=tried)
        elif served and composed.composition == UNKNOWN:
            yield Match(SERVED, gap, tried=tried)
        else:
            yield replace(composed, tried=tried)


def _vectors(xs: list[Block], *, strong: bool = False) -> tuple[Reals, Complexes]:
    """Return inputs and outputs of all nodes, or the strong ones, as `Conditions` has them."""
    masks = [x.strong if strong else slice(None) for x in xs]
    v = np.stack([x.inputs()[nodes] for x, nodes in zip(xs, masks, strict=True)])
    return v, np.stack([x.z[2, nodes][:, None] for x, nodes in zip(xs, masks, strict=True)])


def _nearest(kind: int, v: Reals, c: Complexes) -> Iterator[tuple[Complexes, float]]:
    """Yield the nearest nodes that meet all conditions, shape (3, n), and the distance."""
    v, c, gaps = character_conditions(kind).nearest(v, c)
    v = v[..., 1:] if kind == 3 else v
    a, b = (v[..., :1], v[..., 1:]) if kind == 2 else (v[..., :2], v[..., 2:])
    turns = np.array([1, 1j])[: a.shape[-1]]
    return zip(np.stack([a @ turns, b @ turns, c[..., 0]], axis=1), gaps.tolist(), strict=True)


def _general(xs: list[Block]) -> Iterator[Match]:
    """Match blocks of any number of nodes that meet all conditions; say why others do not."""
    for x, (model, gap) in zip(xs, _nearest(xs[0].kind, *_vectors(xs)), strict=True):
        tried, n = {GENERAL: gap}, x.z.shape[1]
        if gap > NEAR:
            yield Match(UNKNOWN, tried=tried, reason=_reason(x, gap))
            continue
        parts = " with constant parts" if x.character == 3 else ""
        reason = (
            f"{n} node{'s' if n > 1 else ''}{parts} within {gap:.1%} of meeting every condition of "
            f"a character of order {x.character}"
        )
        yield Match(GENERAL, gap, model=model, tried=tried, reason=reason)


def _random_phases(xs: list[Block]) -> Iterator[Match]:
    """Match more nodes than products have, whose phases add up to 0 and are else anything."""
    n = xs[0].z.shape[1]
    if n <= WIDEST or xs[0].kind == 2:
        return
    for x in xs:
        a, b, c = x.z
        off = float(np.median(np.abs(np.degrees(np.angle(a * b * c)))))
        means = [np.exp(1j * m * np.angle(row)).mean() for row in (a, b) for m in HARMONICS]
        if off > ALIGNED or np.abs(means).max() > SPREAD / np.sqrt(n):
            yield Match(UNKNOWN)
            continue
        model = np.stack([a, b, np.abs(c) * np.exp(-1j * np.angle(a * b))])
        residual = float(np.linalg.norm(x.z - model) / np.linalg.norm(model))
        reason = (
            f"{n} nodes whose phases arg a, arg b are spread over the circle, and add up to 0 "
            f"with arg c within {off:.1f} degrees in the median"
        )
        yield Match(RANDOM_PHASES, residual, model=model, reason=reason)


#: Tried on blocks alike, one after the other, until one has a name; some yield nothing for them.
ATTEMPTS = (
    _none, _real, _of_family, _composition, _with_constants, _general, _random_phases,
)  # fmt: skip


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
