"""What the nodes of one frequency are: short blocks, compositions, blocks that meet all conditions.

Each pass looks at all frequencies that are left at once, those that have the same number of nodes
together, and returns a `Match` for those that it has anything to say of; the first with a name
wins. A frequency without a name keeps what the compositions said of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from algebra.numbers.arrays import Complexes, Mask, Reals
from numeric.recognition.compositions import (
    COMPOSITIONS,
    CORNERS,
    ORDER_4,
    ORDER_42,
    PRODUCTS,
    WIDEST,
    Fit,
    canonical,
    fit,
)
from numeric.recognition.frequencies import GENERIC, character_conditions
from numeric.recognition.report import GENERAL, NONE, RANDOM_PHASES, SERVED, UNKNOWN, Match
from numeric.recognition.short_blocks import distance_to_short, family_angles, in_family_of_order_3

#: Two nodes at a real character.
ONE_REAL = "real"
#: Three nodes at characters of order 3 and 4: the angles of the family that has the short block.
FAMILIES = {3: ("gap", "next gap"), 4: ("sum", "gap")}
#: Up to this residual a composition is said to fit.
FITS = 0.1
#: A composition with fewer parameters is preferred up to this ratio of residuals; and one that
#: training ends with to all other products up to the second.
SIMPLER, RARE = 1.15, 1.3
#: Up to this residual a member with a name is preferred to the family that it belongs to.
SPECIAL = 0.03
#: Up to this residual nodes are said to be of a family with many parameters.
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
        """Return the vectors ``v`` of `numeric.recognition.frequencies`, shape (n, r)."""
        a, b, _ = self.z
        if self.character == 2:
            return np.stack([a.real, b.real], axis=-1)
        plain = [a.real, a.imag, b.real, b.imag]
        return np.stack([self.halves, *plain] if self.character == 3 else plain, axis=-1)


Blocks = Mapping[int, Block]
Matches = dict[int, Match]


def match(blocks: Blocks) -> Matches:
    """Return the best match of each block."""
    seen: dict[int, list[Match]] = {k: [] for k in blocks}
    rest = {k: x for k, x in blocks.items() if x.z.shape[1]}
    for attempt in (_short, _compositions, _with_constants, _general, _random_phases):
        found = attempt(rest)
        for k, x in found.items():
            seen[k].append(x)
        rest = {k: x for k, x in rest.items() if k not in found or found[k].composition == UNKNOWN}
    return {k: _first(matches) for k, matches in seen.items()}


def _first(matches: list[Match]) -> Match:
    """Return the match with a name, which is the last one, or the one with a model."""
    if not matches:
        return Match(NONE)
    tried = {name: residual for x in matches for name, residual in x.tried.items()}
    last = matches[-1]
    if last.composition == UNKNOWN:
        fitted = next((x for x in matches if x.model.size), last)
        last = replace(fitted, reason=last.reason)
    return replace(last, tried=tried)


def _groups(blocks: Blocks, ks: Iterable[int], *, strong: bool) -> dict[tuple[int, int], list[int]]:
    """Return the frequencies by kind of character and number of (strong) nodes."""
    groups: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k in ks:
        x = blocks[k]
        n = int(x.strong.sum()) if strong else x.z.shape[1]
        if n:
            groups[x.kind, n].append(k)
    return groups


def _strong(blocks: Blocks, ks: Iterable[int]) -> Complexes:
    return np.stack([blocks[k].z[:, blocks[k].strong] for k in ks])


def _spread(block: Block, model: Complexes, nodes: Mask) -> Complexes:
    """Return a model of some nodes as one of all nodes, 0 at the others."""
    whole = np.zeros_like(block.z)
    whole[:, nodes] = model
    return whole


def _compositions(blocks: Blocks) -> Matches:
    """Match the compositions that have as many nodes."""
    fits: dict[int, list[tuple[Fit, int]]] = defaultdict(list)
    for (kind, n), ks in _groups(blocks, blocks, strong=True).items():
        for composition in (*COMPOSITIONS, *PRODUCTS):
            if composition.order == n and kind != 2:
                fitted = fit(_strong(blocks, ks), composition)
                for i, k in enumerate(ks):
                    fits[k].append((fitted, i))
    return {
        k: replace(
            _composed(blocks[k], *chosen_fit(tried), blocks[k].strong),
            tried={x.composition.name: float(x.residual[i]) for x, i in tried},
        )
        for k, tried in fits.items()
    }


def _composed(block: Block, fitted: Fit, i: int, nodes: Mask) -> Match:
    """Return a fitted composition, with its name only if it fits."""
    composition, residual = fitted.composition, float(fitted.residual[i])
    model = _spread(block, fitted.model[i], nodes)
    if residual > FITS:
        return Match(UNKNOWN, residual, model=model)
    names = ("xi", "angle") if composition is ORDER_4 else composition.parameters[2:]
    angles = map(float, np.degrees(canonical(fitted)[i]))
    return Match(composition.name, residual, dict(zip(names, angles, strict=True)), model)


def chosen_fit(fits: list[tuple[Fit, int]]) -> tuple[Fit, int]:
    """Return the fit to report; the compositions with fewer parameters come first."""
    best, at = fits[0]
    for fitted, i in fits[1:]:
        old = float(best.residual[at])
        special = SPECIAL if fitted.composition is ORDER_4 else 0.0
        ratio = SIMPLER if fitted.composition in COMPOSITIONS else RARE
        if old > special and float(fitted.residual[i]) * ratio < old:
            best, at = fitted, i
    return best, at


def _short(blocks: Blocks) -> Matches:
    """Match what exists at characters of order 2, 3 and 4 only."""
    found: Matches = {}
    for (kind, n), ks in _groups(blocks, blocks, strong=True).items():
        if kind == 2 and n <= 2:
            found |= _real(blocks, ks)
        elif kind in FAMILIES and n == 3:
            near = _nearest(blocks, ks, strong=True)
            found |= {k: _of_family(blocks[k], *near[k]) for k in ks}
    return found


def _of_family(x: Block, model: Complexes, gap: float) -> Match:
    """Match three nodes, the nearest that meet all conditions being these."""
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


def _real(blocks: Blocks, ks: list[int]) -> Matches:
    """Match one or two nodes at real characters, where ``abc = 1`` is the only condition."""
    found: Matches = {}
    for k, (model, gap) in _nearest(blocks, ks, strong=True).items():
        block, name, tried = blocks[k], "short 2", {"short 2": gap}
        if model.shape[1] == 2:
            two, special = _two_real(block.z[:, block.strong])
            tried, name = {ONE_REAL: special, "real, general": gap}, "real, general"
            if special <= SPECIAL or gap * SIMPLER >= special:
                name, model, gap = ONE_REAL, two, special
        model = _spread(block, model, block.strong)
        found[k] = Match(name if gap <= FITS else UNKNOWN, gap, model=model, tried=tried)
    return found


def _two_real(z: Complexes) -> tuple[Complexes, float]:
    """Return the nearest of ``a = (1, 1), b = (1, -1), c = (1/2, -1/2)``, and its residual."""
    x = z.real
    size = np.log(np.maximum(np.abs(x), 1e-300))
    sign = np.sign(x)
    sign[2] = sign[0] * sign[1]
    ratio = (size[0] - size[1]).mean() / 2
    s = (size[0] + size[1] - 2 * size[2]) / 6
    u = np.log(0.5) / 3
    model = sign * np.exp(np.stack([u + s + ratio, u + s - ratio, u - 2 * s]))
    opposite = sign[2, 0] * sign[2, 1] < 0
    gap = float(np.linalg.norm(z - model) / np.linalg.norm(model))
    return model.astype(np.complex128), gap if opposite else float("inf")


def _with_constants(blocks: Blocks) -> Matches:
    """Match four nodes whose squares are cancelled: by constant-part nodes, or as ``4k = 0``."""
    four = {
        k: x
        for k, x in blocks.items()
        if int(x.plain.sum()) == 4
        and (x.character == 4 or np.isfinite(x.defect) or int((x.strong & ~x.plain).sum()) == 2)
    }
    if not four:
        return {}
    nodes = np.stack([x.z[:, x.plain] for x in four.values()])
    fits = fit(nodes, ORDER_42), fit(nodes, CORNERS)
    own = [k for k, x in four.items() if not np.isfinite(x.defect)]
    gaps = {k: gap for k, (_, gap) in _nearest(blocks, own).items()}
    found: Matches = {}
    for i, (k, x) in enumerate(four.items()):
        fitted = min(fits if x.character == 4 else fits[:1], key=lambda y: float(y.residual[i]))
        composed = _composed(x, fitted, i, x.plain)
        gap = gaps.get(k, x.defect)
        tried = {fitted.composition.name: composed.residual}
        if k not in gaps:
            tried[SERVED] = x.defect
        found[k] = Match(UNKNOWN, tried=tried)
        if gap <= (NEAR if k in gaps else FITS):
            if composed.composition != UNKNOWN:
                found[k] = replace(composed, tried=tried)
            elif k not in gaps:
                found[k] = Match(SERVED, gap, tried=tried)
    return found


def _nearest(
    blocks: Blocks, ks: Iterable[int], *, strong: bool = False
) -> dict[int, tuple[Complexes, float]]:
    """Return the nearest nodes that meet all conditions, by frequency, and the distance."""
    near: dict[int, tuple[Complexes, float]] = {}
    for (kind, _), group in _groups(blocks, ks, strong=strong).items():
        kept = [blocks[k].strong if strong else slice(None) for k in group]
        v = np.stack([blocks[k].inputs()[i] for k, i in zip(group, kept, strict=True)])
        c = np.stack([blocks[k].z[2, i][:, None] for k, i in zip(group, kept, strict=True)])
        v, c, gap = character_conditions(kind).nearest(v, c)
        v = v[..., 1:] if kind == 3 else v
        a, b = (v[..., :1], v[..., 1:]) if kind == 2 else (v[..., :2], v[..., 2:])
        turns = np.array([1, 1j])[: a.shape[-1]]
        models = np.stack([a @ turns, b @ turns, c[..., 0]], axis=1)
        near |= {k: (models[i], float(gap[i])) for i, k in enumerate(group)}
    return near


def _general(blocks: Blocks) -> Matches:
    """Match blocks of any number of nodes that meet all conditions; say why others do not."""
    found: Matches = {}
    for k, (model, gap) in _nearest(blocks, blocks).items():
        x, tried = blocks[k], {GENERAL: gap}
        n = x.z.shape[1]
        if gap > NEAR:
            found[k] = Match(UNKNOWN, tried=tried, reason=_reason(x, gap))
            continue
        parts = " with constant parts" if x.character == 3 else ""
        reason = (
            f"{n} node{'s' if n > 1 else ''}{parts} within {gap:.1%} of meeting every condition of "
            f"a character of order {x.character}"
        )
        found[k] = Match(GENERAL, gap, model=model, tried=tried, reason=reason)
    return found


def _random_phases(blocks: Blocks) -> Matches:
    """Match more nodes than products have, whose phases add up to 0 and are else anything."""
    found: Matches = {}
    for k, x in blocks.items():
        n = x.z.shape[1]
        if n <= WIDEST or x.character == 2:
            continue
        a, b, c = x.z
        off = float(np.median(np.abs(np.degrees(np.angle(a * b * c)))))
        means = [np.exp(1j * m * np.angle(row)).mean() for row in (a, b) for m in HARMONICS]
        if off <= ALIGNED and np.abs(means).max() <= SPREAD / np.sqrt(n):
            model = np.stack([a, b, np.abs(c) * np.exp(-1j * np.angle(a * b))])
            residual = float(np.linalg.norm(x.z - model) / np.linalg.norm(model))
            reason = (
                f"{n} nodes whose phases arg a, arg b are spread over the circle, and add up to 0 "
                f"with arg c within {off:.1f} degrees in the median"
            )
            found[k] = Match(RANDOM_PHASES, residual, model=model, reason=reason)
    return found


def _reason(block: Block, gap: float) -> str:
    """Say which condition is missed by most, in words."""
    rules = character_conditions(block.kind)
    missed = np.abs(rules.residual(block.inputs(), block.z[2][:, None]))[:, 0]
    worst = int(missed.argmax())
    names = {rules.group.order - 1: "-k", 1: "k", 0: "0"}
    names |= {2: "2k"} if rules.group.order > 3 else {}
    names |= {rules.group.order - 2: "-2k"} if rules.group.order > 4 else {}
    k1, k2 = rules.keys[worst]
    ideal = "1" if rules.target[worst, 0] else "0"
    n = block.z.shape[1]
    near = f"; the nearest that meet all are {gap:.0%} away" if np.isfinite(gap) else ""
    return (
        f"its {n} node{'s' if n > 1 else ''} miss{'' if n > 1 else 'es'} "
        f"T[{names[k1]},{names[k2]},k] = {ideal} by {missed[worst]:.2g}{near}"
    )
