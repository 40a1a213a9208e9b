"""Which of the families that `algebra.optimizers.build` knows a network is, parameters and all.

What a file says of itself is not asked. A family of the network's width is built with values of its
parameters that are read off the nodes, up to the symmetries of a block, and translated as they are;
and what the weights match to the precision of floats is the answer.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from itertools import product
from math import gcd, pi
from typing import Any, NamedTuple

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.group import AbelianGroup, Index
from algebra.networks.any_group import FAMILIES as FINITE
from algebra.networks.families import memorization
from algebra.networks.table_network import TableNetwork
from algebra.numbers.arrays import Complexes, Int64, Mask
from algebra.numbers.parse import parse
from algebra.numbers.scalar import Exact
from algebra.optimizers.table import FAMILIES, build, width
from algebra.semiring.element import Element
from algebra.semiring.symmetry import relabelled, translated
from numeric.exact.named import unit_near
from numeric.exact.projection import distance, floats
from numeric.recognition.compositions import (
    NU_I_SYN_AB,
    NU_I_XI,
    ORDER_4,
    ORDER_42,
    SYN_NU,
    PhaseTable,
    fit,
    orbit,
)
from numeric.recognition.frequencies import NodeTable, node_table
from numeric.recognition.over_a_table import TableRecognition
from numeric.recognition.recognise import recognised
from numeric.recognition.report import FrequencyReport, Recognition
from numeric.weights.embed import embed
from numeric.weights.plain_network import Weights

#: Weights match that are no farther apart than this, relatively.
MATCH = 2e-6
#: Parameters are roots of unity up to this order, or numbers of ``Q(i)`` up to this height.
ROOTS, HEIGHT = 120, 90_000
#: Elements of other numberings are tried in cyclic groups up to this order.
TURNED = 64
#: Inputs of a node that are not zero, and, squared, nodes that are the same; translations tried.
CLEAR, FEW = 0.01, 4
#: Which block has these free parameters; by what part of a turn each of its angles may be moved,
#: and at which it does not exist.
BLOCKS: Mapping[tuple[str, ...], tuple[PhaseTable, tuple[int, ...], tuple[str, ...]]] = {
    ("xi",): (NU_I_XI, (4,), ()),
    ("nu",): (SYN_NU, (6,), ()),
    ("phi",): (ORDER_42, (2,), ("1", "i", "-1", "-i")),
    ("epsilon", "xi"): (ORDER_4, (1, 4), ("1", "-1")),
    ("alpha", "beta"): (NU_I_SYN_AB, (4, 4), ()),
}


class Built(NamedTuple):
    """The family, and what `algebra.optimizers.build` has to be given.

    Its parameters, by name, as ``cogo build --param`` takes them (``xi``, or ``xi@3``), and other
    options; then by which elements the two inputs are moved, as `algebra.semiring.symmetry` does
    it, and what elements of a cyclic group are multiplied by before that.
    """

    family: str
    parameters: dict[str, str]
    options: dict[str, Any]
    translation: tuple[str, str] | None = None
    times: int = 1

    def named(self, group: object) -> str:
        """Return it in words."""
        given = [f"{name} = {x}" for name, x in self.parameters.items()]
        given += [name if x is True else f"{name} = {x}" for name, x in self.options.items()]
        if self.times != 1:
            given.append(f"elements times {self.times}")
        if self.translation is not None:
            given.append(f"inputs moved by {self.translation[0]} and {self.translation[1]}")
        return ", ".join([f"{self.family} of {group}", *given])


def family_of(
    w: Weights, found: Recognition | TableRecognition
) -> tuple[Element | TableNetwork, Built] | None:
    """Return the optimizer that a balanced network is, to the precision of floats, and its name."""
    if isinstance(found, TableRecognition):
        return _over_a_table(w, found)
    group, d = found.group, found.group.order
    match = _family_of(w, found)
    for u in range(2, d if match is None and len(group.moduli) == 1 and d <= TURNED else 0):
        if gcd(u, d) > 1 or not _wide(found):
            continue
        rows = group.multiply(u, np.arange(d))
        turned = Weights(group, w.w_a[rows], w.w_b[rows], w.w_c[rows])
        match = _family_of(turned, recognised(turned))
        if match is not None:
            times = pow(u, -1, d)
            z = relabelled(match[0], group.scaling(times))
            return z, match[1]._replace(times=times)
    return match


def _over_a_table(w: Weights, found: TableRecognition) -> tuple[TableNetwork, Built] | None:
    """Return one of `algebra.networks.any_group`, in the numbering of the given network."""
    over = found.multiplication
    p, s, r = (np.array(at) for at in (over.p, over.s, over.r))
    known = FINITE if isinstance(over.group, FiniteGroup) else {"memorization": memorization}
    for family, made in known.items():
        z = made(over.group if known is FINITE else over.table())
        z = TableNetwork(over.table(), z.a[p], z.b[s], z.c[r], z.scalars, over.name, family)
        if distance(floats(z, w), w).relative < MATCH:
            return z, Built(family, {}, {})
    return None


def _wide(found: Recognition) -> list[str]:
    """Return the families that have as many nodes."""
    live = found.width - len(found.dead)
    return [
        name
        for name, info in FAMILIES.items()
        if info.exists(found.group) and width(found.group, name) == live
    ]


def _family_of(w: Weights, found: Recognition) -> tuple[Element, Built] | None:
    for name in _wide(found):
        every = list(_options(name, found))
        for options in every:
            for free in _free(name, options, found):
                match = _matched(w, found, partial(build, found.group, name, **options), free)
                if match is not None:
                    z, values, (s, t) = match
                    texts, label = _shortened(found, values), found.group.label
                    moved = (label(s), label(t)) if s or t else None
                    told = {x: value for x, value in options.items() if value != every[0][x]}
                    return z, Built(name, texts, told, moved)
    return None


def _options(name: str, found: Recognition) -> Iterator[dict[str, Any]]:
    """Yield the options to try, the defaults first: a block is where a carrier is."""
    at = found.group.real_characters()
    if name == "four-plus-six":
        at = [x.frequency for x in found.frequencies if x.order == SYN_NU.order]
    every: dict[str, list[Any]] = {
        "mirror": [False, True],
        "form": ["syn*nu", "nu(i)*syn_ab"],
        "carrier": [None, *at],
    }
    choices = {x: values for x, values in every.items() if x in FAMILIES[name].options}
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def _free(
    name: str, options: Mapping[str, Any], found: Recognition
) -> Iterator[dict[int, tuple[str, ...]]]:
    """Yield the parameters at each frequency, those that are not set by default included."""
    names = build(found.group, name, **options).parameters
    pairs = found.group.conjugate_pairs()
    free: dict[int, tuple[str, ...]] = {}
    for k in pairs:
        at = "_".join(["", *map(str, found.group.tuple(k))])
        if here := tuple(sorted(x for x in FAMILIES[name].parameters if x + at in names)):
            free[k] = here
    yield free
    for more in (("phi",), ("epsilon", "xi")):
        if more[0] in FAMILIES[name].options and not options.get("mirror"):
            yield dict.fromkeys(pairs, more)


def _matched(
    w: Weights,
    found: Recognition,
    made: Callable[..., Element],
    free: Mapping[int, tuple[str, ...]],
) -> tuple[Element, dict[int, dict[str, str]], tuple[int, int]] | None:
    """Return the element that is the network, its parameters' values, and how it is translated."""
    group, reports = found.group, {x.frequency: x for x in found.frequencies}
    tries = {k: _candidates(found, reports[k], bases) for k, bases in free.items()}
    # Where a block's nodes are not told apart from others, another frequency's values are tried.
    for k, bases in free.items():
        tries[k] = tries[k] or [x for at, some in tries.items() if free[at] == bases for x in some]
    if not all(tries.values()):
        return None

    def element(texts: Mapping[int, Mapping[str, str]]) -> Element:
        values: dict[str, dict[Index | None, Exact | None]] = {}
        for k, some in texts.items():
            for base, text in some.items():
                values.setdefault(base, {})[k] = parse(text)
        return made(**values)

    # By frequency: values of its parameters, and the translations that then make its block that of
    # the network, as many as there are roots of unity.
    fits: dict[int, list[tuple[dict[str, str], Mask]]] = {int(k): [] for k in reports}
    for i in range(max(map(len, tries.values()), default=1)):
        exact = element({k: some[min(i, len(some) - 1)] for k, some in tries.items()})
        table = node_table(embed(exact))
        for k, some in fits.items():
            if i < len(tries.get(k, [{}])):
                turns = _turns(_block(table, k), _block(found.table, k), reports[k].character)
                some += [(tries[k][i] if k in tries else {}, turns)] if turns.any() else []
        if all(any(turns[0, 0] for _, turns in some) for some in fits.values()):
            break
    for s, t in _translations(group, fits):
        texts = {}
        for k in tries:
            at = _roots(group, reports[k].character, k, np.array([s, t]))
            texts[k] = next(x for x, turns in fits[k] if turns[tuple(at)])
        moved = element(texts)
        if s or t:
            moved = translated(moved, group.tuple(s), group.tuple(t))
        if distance(embed(moved), w).relative < MATCH:
            return moved, texts, (s, t)
    return None


def _block(table: NodeTable, k: int) -> Complexes:
    """Return the nodes that read a frequency alone, inputs of norm 1, shape (3, n)."""
    z = table.z[:, k][:, table.live & (table.home == k) & ~table.mixed]
    size = np.sqrt((np.abs(z[:2]) ** 2).sum(axis=0))
    block: Complexes = z * np.stack([1 / size, 1 / size, size**2])
    return block


def _turns(ours: Complexes, theirs: Complexes, order: int) -> Mask:
    """Return with which roots of unity ``u a, v b, conj(u v) c`` these nodes are those.

    Up to their order and signs; shape (order, order).
    """
    found = np.zeros((order, order), dtype=bool)
    if ours.shape != theirs.shape:
        return found
    whole = np.flatnonzero(np.abs(ours[:2]).min(axis=0, initial=1) > CLEAR)
    if not len(whole):  # nodes of one input alone are those up to the turn that they have
        found[:] = True
        return found
    first = ours[:2, whole[0], None]
    angle = np.angle(theirs[:2] / first) * order / (2 * np.pi)
    pairs = {tuple(x) for half in (0, order / 2) for x in np.round(angle + half).T % order}
    for i, j in pairs:
        u, v = np.exp(2j * np.pi * np.array([i, j]) / order)
        turned = ours * np.array([u, v, np.conj(u * v)])[:, None]
        apart = [np.abs(turned[:2, :, None] - x * theirs[:2, None]).max(axis=0) for x in (1, -1)]
        far = np.minimum(*apart) + np.abs(turned[2, :, None] - theirs[2]) / np.abs(ours[2]).max()
        close = far < CLEAR**2
        found[int(i), int(j)] = close.any(axis=0).all() and close.any(axis=1).all()
    return found


def _translations(
    group: AbelianGroup, fits: Mapping[int, list[tuple[dict[str, str], Mask]]]
) -> list[tuple[int, int]]:
    """Return the first translations that all frequencies allow."""
    s, t = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    allowed = {k: np.any([turns for _, turns in some], axis=0) for k, some in fits.items() if some}
    if len(allowed) < len(fits):
        return []
    if not all(turns[0, 0] for turns in allowed.values()):
        s, t = (x.ravel() for x in np.indices((group.order, group.order)))
    for k, turns in allowed.items():
        at = turns[_roots(group, len(turns), k, s), _roots(group, len(turns), k, t)]
        s, t = s[at], t[at]
    return list(zip(s[:FEW].tolist(), t[:FEW].tolist(), strict=True))


def _roots(group: AbelianGroup, order: int, k: int, g: Int64) -> Int64:
    """Return ``e`` with ``chi_k(g) = zeta_n^e``, ``n`` the order of the character."""
    exponents: Int64 = group.character_exponents(np.asarray(k), g) * order // group.exponent
    return exponents


def _candidates(
    found: Recognition, x: FrequencyReport, free: tuple[str, ...]
) -> list[dict[str, str]]:
    """Return values of a block's parameters that describe its nodes, up to its symmetries."""
    composition, parts, without = BLOCKS[free]
    nodes = [j for j in x.place.nodes if composition is not ORDER_42 or j not in found.constants]
    if len(nodes) != composition.order:
        return []
    z = found.table.z[:, x.frequency][:, nodes]
    [fitted] = fit(z[None], composition, simplest=True)
    angles = fitted.parameters[2:]
    angles = angles[::-1] if composition is ORDER_4 else angles
    pair = composition is NU_I_SYN_AB
    images = orbit(angles[None])[0] if pair else np.outer([1, -1], angles)
    texts = {
        tuple(_number(a + 2 * np.pi * t / n) for a, t, n in zip(image, moved, parts, strict=True))
        for image in images
        for moved in product(*map(range, parts))
    }
    named = [t for t in texts if "" not in t and t[0] not in without]
    named.sort(key=lambda t: (sum(map(len, t)), ["-" in x for x in t], t))
    return [dict(zip(free, t, strict=True)) for t in named]


def _number(angle: float) -> str:
    """Return the root of unity, or number of ``Q(i)``, with an angle, in writing; or nothing."""
    if root := root_near(angle, order=ROOTS, within=MATCH):
        return root
    near = unit_near(angle, tolerance=float(np.degrees(MATCH)))
    return str(near) if near.D <= HEIGHT else ""


def root_near(angle: float, *, order: int, within: float) -> str:
    """Return the root of unity with an angle, in writing, or nothing; in radians."""
    turns = Fraction(angle / (2 * pi)).limit_denominator(order)
    if abs(2 * pi * float(turns) - angle) > within:
        return ""
    n, power = turns.denominator, turns.numerator % turns.denominator
    if n in (1, 2, 4):
        return ("1", "i", "-1", "-i")[power * 4 // n]
    return f"zeta({n})" if power == 1 else f"zeta({n})^{power}"


def _shortened(found: Recognition, values: Mapping[int, Mapping[str, str]]) -> dict[str, str]:
    """Return ``xi`` for what is the same at all frequencies, else ``xi@3``, or ``xi@1,0``."""
    shown = {}
    for base in sorted({base for texts in values.values() for base in texts}):
        texts = {k: x[base] for k, x in values.items() if base in x}
        if len(set(texts.values())) == 1:
            shown[base] = next(iter(texts.values()))
        else:
            places = {k: ",".join(map(str, found.group.tuple(k))) for k in texts}
            shown |= {f"{base}@{places[k]}": text for k, text in texts.items()}
    return shown
