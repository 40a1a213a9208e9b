"""The best name for the nodes of one frequency: compositions, short blocks, general blocks.

All frequencies are matched at once, those that have the same number of nodes together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import final

import numpy as np

from algebra.numbers.arrays import Complexes, Mask, Reals
from numeric.recognition.composition_fit import Fit, canonical, fit
from numeric.recognition.compositions import COMPOSITIONS, CORNERS, ORDER_4, ORDER_42
from numeric.recognition.conditions import GENERIC, character_conditions
from numeric.recognition.report import (
    GENERAL,
    NONE,
    ONE_REAL,
    REAL_GENERAL,
    SERVED,
    SHORT_2,
    SHORT_3,
    SHORT_3_GENERAL,
    SHORT_4,
    SHORT_4_GENERAL,
    UNKNOWN,
)
from numeric.recognition.short_fits import ShortFit, fit_order3, fit_order4

#: Up to this residual a composition is said to fit.
FITS = 0.1
#: A composition with fewer parameters is preferred up to this ratio of residuals.
SIMPLER = 1.15
#: Up to this residual a member with a name is preferred to the family that it belongs to.
SPECIAL = 0.03
#: Up to this residual nodes are said to be of a family with many parameters.
NEAR = 0.05
#: A block's nodes below this share of its largest are weak: they add its cube to the conditions.
WEAK = 0.25


@final
@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The nodes of one frequency, each in its balanced gauge.

    Args:
        character: the order of the character.
        z: entries ``a, b, c`` at the frequency, shape (3, n).
        halves: half the constant parts ``(a_0 + b_0) / 2``, shape (n,).
        constant: which nodes have a tenth of their power or more in the constant.
        strong: which nodes are not weak.
        balance: ``s`` by node: ``z`` is ``(s a, s b, c/s^2)`` of the network's entries.
        defect: the norm of the conditions that constant-part nodes of other frequencies help to
            meet; infinite if there are no such nodes.
    """

    character: int
    z: Complexes
    halves: Reals
    constant: Mask
    strong: Mask
    balance: Reals
    defect: float = float("inf")

    @property
    def kind(self) -> int:
        """The order of the character, `GENERIC` for all orders from there on."""
        return min(self.character, GENERIC)

    def inputs(self) -> Reals:
        """Return the vectors ``v`` of `numeric.recognition.conditions`, shape (n, r)."""
        a, b, _ = self.z
        if self.character == 2:
            return np.stack([a.real, b.real], axis=-1)
        plain = [a.real, a.imag, b.real, b.imag]
        return np.stack([self.halves, *plain] if self.character == 3 else plain, axis=-1)


@final
@dataclass(slots=True, eq=False)
class Match:
    """What was found for a block; `model` and `gauge` are of all its nodes, weak ones 0 and 1."""

    name: str
    model: Complexes
    gauge: Reals
    residual: float = float("inf")
    parameters: Mapping[str, float] = field(default_factory=dict)
    turns: tuple[float, float] = (0.0, 0.0)
    tried: dict[str, float] = field(default_factory=dict)
    reason: str = ""


def match(blocks: Mapping[int, Block]) -> dict[int, Match]:
    """Return the best match of each block.

    >>> one, yes = np.ones(1), np.ones(1, dtype=bool)
    >>> blocks = {k: Block(2, c * np.ones((3, 1)) + 0j, 0 * one, ~yes, yes, one)
    ...     for k, c in ((1, 1.0), (2, 0.3))}
    >>> [x.name for x in match(blocks).values()]
    ['short 2', 'unknown']
    """
    found = {
        k: Match(UNKNOWN if x.z.shape[1] else NONE, x.z[:, :0], 1 / x.balance)
        for k, x in blocks.items()
    }
    _compositions(blocks, found)
    _short(blocks, found)
    _with_constants(blocks, found)
    _general(blocks, found)
    return found


def _groups(
    blocks: Mapping[int, Block], ks: Iterable[int], *, strong: bool
) -> dict[tuple[int, int], list[int]]:
    """Return the frequencies by kind of character and number of (strong) nodes."""
    groups: dict[tuple[int, int], list[int]] = {}
    for k in ks:
        x = blocks[k]
        n = int(x.strong.sum()) if strong else x.z.shape[1]
        if n:
            groups.setdefault((x.kind, n), []).append(k)
    return groups


def _strong(blocks: Mapping[int, Block], ks: Iterable[int]) -> Complexes:
    return np.stack([blocks[k].z[:, blocks[k].strong] for k in ks])


def _spread(block: Block, model: Complexes) -> Complexes:
    """Return a model of the strong nodes as one of all nodes."""
    whole = np.zeros_like(block.z)
    whole[:, block.strong] = model
    return whole


def _compositions(blocks: Mapping[int, Block], found: dict[int, Match]) -> None:
    fits: dict[int, list[tuple[Fit, int]]] = {}
    for (kind, n), ks in _groups(blocks, blocks, strong=True).items():
        for composition in COMPOSITIONS:
            if composition.order != n or kind == 2:
                continue
            fitted = fit(_strong(blocks, ks), composition)
            for i, k in enumerate(ks):
                fits.setdefault(k, []).append((fitted, i))
    for k, tried in fits.items():
        found[k].tried = {x.composition.name: float(x.residual[i]) for x, i in tried}
        chosen = chosen_fit(tried)
        if chosen is not None:
            _take(found[k], blocks[k], *chosen, limit=FITS)


def _take(match: Match, block: Block, fitted: Fit, i: int, *, limit: float) -> None:
    """Take over a fitted composition, its name only if the residual is below the limit."""
    composition = fitted.composition
    match.residual = float(fitted.residual[i])
    match.model = _spread(block, fitted.model[i])
    match.name = composition.name if match.residual <= limit else UNKNOWN
    names = ("xi", "angle") if composition is ORDER_4 else composition.parameters[2:]
    angles = np.degrees(canonical(fitted)[i])
    if match.name != UNKNOWN:
        match.parameters = dict(zip(names, map(float, angles), strict=True))
    p, r = np.degrees(fitted.parameters[i][:2]) % 360
    match.turns = float(p), float(r)
    gauge = 1 / block.balance
    gauge[block.strong] = fitted.gauge[i] / block.balance[block.strong]
    match.gauge = gauge


def chosen_fit(fits: list[tuple[Fit, int]]) -> tuple[Fit, int] | None:
    """Return the fit to report; the compositions with fewer parameters come first."""
    best: tuple[Fit, int] | None = None
    for fitted, i in fits:
        new = float(fitted.residual[i])
        if best is None:
            best = fitted, i
            continue
        old = float(best[0].residual[best[1]])
        if fitted.composition is ORDER_4:
            better = old > SPECIAL and new * SIMPLER < old
        else:
            better = new * SIMPLER < old
        if better:
            best = fitted, i
    return best


def _short(blocks: Mapping[int, Block], found: dict[int, Match]) -> None:
    """Match what exists at characters of order 2, 3 and 4 only."""
    for (kind, n), ks in _groups(blocks, blocks, strong=True).items():
        if kind == 2 and n <= 2:
            _real(blocks, ks, found)
        elif kind == 3 and n == 3:
            halves = np.stack([blocks[k].halves[blocks[k].strong] for k in ks])
            fitted = fit_order3(_strong(blocks, ks), halves)
            _take_short(blocks, found, ks, fitted, (SHORT_3, SHORT_3_GENERAL), ("gap", "next gap"))
        elif kind == 4 and n == 3:
            fitted = fit_order4(_strong(blocks, ks))
            _take_short(blocks, found, ks, fitted, (SHORT_4, SHORT_4_GENERAL), ("sum", "gap"))


def _take_short(
    blocks: Mapping[int, Block],
    found: dict[int, Match],
    ks: list[int],
    fitted: ShortFit,
    names: tuple[str, str],
    parameters: tuple[str, str],
) -> None:
    for i, k in enumerate(ks):
        match, residual = found[k], float(fitted.residual[i])
        named = float(fitted.named[i])
        match.tried |= {names[0]: named, names[1]: residual}
        if residual > NEAR:
            continue
        special = named <= SPECIAL or named < SIMPLER * residual
        match.name, match.residual = names[0 if special else 1], named if special else residual
        match.model, match.gauge = _spread(blocks[k], fitted.model[i]), 1 / blocks[k].balance
        match.turns = 0.0, 0.0
        angles = map(float, fitted.angles[i])
        match.parameters = {} if special else dict(zip(parameters, angles, strict=True))


def _real(blocks: Mapping[int, Block], ks: list[int], found: dict[int, Match]) -> None:
    """Match one or two nodes at real characters, where ``abc = 1`` is the only condition."""
    inputs = np.stack([blocks[k].inputs()[blocks[k].strong] for k in ks])
    outputs = _strong(blocks, ks)[:, 2, :, None]
    v, c, distance = character_conditions(2).nearest(inputs, outputs)
    general = np.stack([v[..., 0], v[..., 1], c[..., 0]], axis=1).astype(np.complex128)
    for i, k in enumerate(ks):
        block, match, gap, model = blocks[k], found[k], float(distance[i]), general[i]
        name = SHORT_2
        match.tried = {SHORT_2: gap}
        if model.shape[1] == 2:
            two, special = _two_real(block.z[:, block.strong])
            match.tried = {ONE_REAL: special, REAL_GENERAL: gap}
            name = REAL_GENERAL
            if special <= SPECIAL or gap * SIMPLER >= special:
                name, model, gap = ONE_REAL, two, special
        match.residual, match.model = gap, _spread(block, model)
        match.name = name if gap <= FITS else UNKNOWN


def _two_real(z: Complexes) -> tuple[Complexes, float]:
    """Return the nearest block of a real character, ``a b c = 1/2`` twice, and its residual.

    ``a = (1, 1), b = (1, -1), c = (1/2, -1/2)`` up to signs, gauge and ``(t a, b/t, c)``.
    """
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


def _with_constants(blocks: Mapping[int, Block], found: dict[int, Match]) -> None:
    """Match four nodes whose squares are cancelled: by constant-part nodes, or as ``4k = 0``."""
    four: dict[int, Mask] = {}
    for k, x in blocks.items():
        plain = x.strong & ~x.constant if x.character == 3 else x.strong
        helped = (
            x.character == 4
            or np.isfinite(x.defect)
            or (x.character == 3 and int((x.strong & x.constant).sum()) == 2)
        )
        if found[k].name == UNKNOWN and helped and int(plain.sum()) == 4:
            four[k] = plain
    if not four:
        return
    nodes = np.stack([blocks[k].z[:, plain] for k, plain in four.items()])
    fits = fit(nodes, ORDER_42), fit(nodes, CORNERS)
    own = [k for k in four if not np.isfinite(blocks[k].defect)]
    gaps = {k: gap for k, (_, _, gap) in _nearest(blocks, own).items()}
    for i, (k, plain) in enumerate(four.items()):
        x, match = blocks[k], found[k]
        fitted = min(fits if x.character == 4 else fits[:1], key=lambda y: float(y.residual[i]))
        residual = float(fitted.residual[i])
        gap = gaps.get(k, x.defect)
        match.tried |= {fitted.composition.name: residual}
        if np.isfinite(x.defect):
            match.tried |= {SERVED: x.defect}
        if gap > (NEAR if k in gaps else FITS):
            continue
        if residual <= FITS:
            only = Block(x.character, x.z, x.halves, x.constant, plain, x.balance)
            _take(match, only, fitted, i, limit=FITS)
        elif k not in gaps:
            match.name, match.residual = SERVED, gap
            match.model, match.gauge = x.z[:, :0], 1 / x.balance
            match.turns, match.parameters = (0.0, 0.0), {}


def _nearest(
    blocks: Mapping[int, Block], ks: Iterable[int]
) -> dict[int, tuple[Reals, Complexes, float]]:
    """Return the nearest nodes that meet all conditions, by frequency, and the distance."""
    near: dict[int, tuple[Reals, Complexes, float]] = {}
    for (kind, _), group in _groups(blocks, ks, strong=False).items():
        v = np.stack([blocks[k].inputs() for k in group])
        c = np.stack([blocks[k].z[2][:, None] for k in group])
        v, c, gap = character_conditions(kind).nearest(v, c)
        near |= {k: (v[i], c[i], float(gap[i])) for i, k in enumerate(group)}
    return near


def _general(blocks: Mapping[int, Block], found: dict[int, Match]) -> None:
    """Match blocks of any number of nodes that meet all conditions; say why others do not."""
    rest = [k for k, x in found.items() if x.name == UNKNOWN]
    for k, (v, c, gap) in _nearest(blocks, rest).items():
        x, match = blocks[k], found[k]
        n = x.z.shape[1]
        match.tried[GENERAL] = gap
        if gap > NEAR:
            match.reason = _reason(x, gap)
            continue
        first = 1 if x.character == 3 else 0
        step = 1 if x.character == 2 else 2
        a, b = (v[:, first + i * step].astype(np.complex128) for i in (0, 1))
        if step == 2:
            a, b = a + 1j * v[:, first + 1], b + 1j * v[:, first + 3]
        match.name, match.residual, match.parameters = GENERAL, gap, {}
        match.model, match.gauge = np.stack([a, b, c[:, 0]]), 1 / x.balance
        match.turns = 0.0, 0.0
        parts = " with constant parts" if x.character == 3 else ""
        match.reason = (
            f"{n} node{'s' if n > 1 else ''}{parts} within {gap:.1%} of meeting every condition of "
            f"a character of order {x.character}"
        )


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
