"""Compositions of one frequency as tables of phases, and their fit to nodes.

The order fixes the moduli of an exact composition, so that it is a table of phases, linear in its
parameters:

    arg z[p, j] = constant[p, j] + sum_i coefficient[p, j, i] * parameter[i]     (mod 2 pi).

The first two parameters turn ``a`` by ``p``, ``b`` by ``r`` and ``c`` by ``-(p + r)``: what must
keep its value contains ``a, b, c`` once each, what must vanish may be turned. Nodes carry a sign of
their own, ``(a, b, c) ~ (-a, -b, c)``, and their order means nothing. Products add phases.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, permutations, product
from typing import final

import numpy as np

from algebra.numbers.arrays import Complexes, Int64, Reals

TWELFTH, QUARTER = np.pi / 6, np.pi / 2
#: Products of factors have at most this number of nodes.
WIDEST = 12
#: Of the simplest fit: how far, in each entry, what the anchors determine may be from the best.
CLOSE = 0.1
#: Scores that are compared at once, 8 bytes each.
AT_ONCE = 1 << 18
#: Misfits closer than this are of one and the same solution.
SAME = 1e-9


@final
@dataclass(frozen=True, slots=True, eq=False)
class PhaseTable:
    """A composition as a table of phases.

    Its name as in the paper's table, ``nu(i)*xi``; the names of its parameters, the two turns ``p,
    r`` first; phases for parameters zero, shape (3, n); integers of shape (3, n, parameters); a row
    and a node for each parameter, whose phases determine the parameters, shape (2, parameters);
    whether a symmetry of the composition takes any node to the first.
    """

    name: str
    parameters: tuple[str, ...]
    constant: Reals
    coefficient: Reals
    anchors: Int64
    transitive: bool

    @property
    def order(self) -> int:
        """The number of nodes."""
        return int(self.constant.shape[1])

    def phases(self, parameters: Reals) -> Reals:
        """Return the phases for parameters of shape (..., P): shape (..., 3, n)."""
        turned: Reals = self.constant + np.einsum("pji,...i->...pj", self.coefficient, parameters)
        return turned

    def size(self, parameters: Reals) -> Reals:
        """Return ``|a_j b_j c_j|``, shape (..., n): ``1/n``, or what the parameters make it."""
        every = np.ones((*parameters.shape[:-1], self.order))
        if self is ORDER_4:
            return every * 0.25 / np.maximum(np.abs(np.sin(parameters[..., 3:])), 1e-3)
        if self is ORDER_42:
            phi = parameters[..., 2]
            sine2 = np.maximum(np.sin(phi) ** 2, 1e-3)
            m = 1 / (8 * sine2 * np.maximum(np.abs(np.cos(phi)), 1e-3))
            fourth = np.full_like(m, 0.25)
            return np.stack([m, m, np.cos(phi) ** 2 / (4 * sine2), fourth], axis=-1)
        return every / self.order

    def solved(self, phases: Reals) -> Reals:
        """Return the parameters that the anchors' phases determine; shape (..., P)."""
        rows, columns = self.anchors
        solved: Reals = (phases - self.constant[rows, columns]) @ _inverses(self)[0].T
        return solved


@cache
def _inverses(table: PhaseTable) -> tuple[Reals, Reals]:
    """Return what takes the phases of the anchors to parameters, and those of all entries."""
    rows, columns = table.anchors
    every = np.linalg.pinv(table.coefficient.reshape(3 * table.order, -1))
    return np.linalg.inv(table.coefficient[rows, columns]), np.asarray(every, dtype=np.float64)


#: The factors: phases of ``a, b, c`` by node, in twelfths of a turn, and of each free parameter the
#: node that it turns and how often it turns ``a, b, c`` there.
_Factor = tuple[Sequence[tuple[int, int, int]], dict[str, tuple[int, tuple[int, int, int]]]]
FACTORS: dict[str, _Factor] = {
    "nu(i)": ([(0, 0, 0), (3, -3, 0)], {}),
    "nu": ([(0, 0, 0), (0, 6, 6)], {"nu": (1, (1, 1, -2))}),
    "nu(1)": ([(0, 0, 0), (0, 6, 6)], {}),
    "xi": ([(0, 0, 0), (0, -3, 3)], {"xi": (1, (1, -1, 0))}),
    "(1+(1,i,-i))": ([(0, 0, 0), (0, 3, -3)], {}),
    "syn": ([(0, 0, 0), (4, 4, 4), (8, 8, 8)], {}),
    "syn(al,be)": (
        [(0, 0, 0), (4, 4, 4), (8, 8, 8)],
        {"alpha": (1, (1, -1, 0)), "beta": (2, (1, -1, 0))},
    ),
    "three_c": ([(0, 0, 0), (4, 8, 0), (8, 4, 0)], {}),
}


def composed(name: str) -> PhaseTable:
    """Return the product of the factors in a name; the nodes of the first one run fastest.

    Without ``xi``, dividing by a node gives another member; of the fixed factors both together.
    """
    constant, coefficient, free = np.zeros((3, 1)), np.zeros((3, 1, 0)), list[str]()
    names = name.split("*")
    for i, factor in enumerate(names):
        phases, parameters = FACTORS[factor]
        own = np.array(phases, dtype=np.float64).T * TWELFTH
        turns = np.zeros((3, own.shape[1], len(parameters)))
        for column, (node, multiples) in enumerate(parameters.values()):
            turns[:, node, column] = multiples
        n, m = constant.shape[1], own.shape[1]
        constant = (own[:, :, None] + constant[:, None, :]).reshape(3, -1)
        coefficient = np.concatenate(
            [np.tile(coefficient, (1, m, 1)), np.repeat(turns, n, axis=1)], axis=2
        )
        again = names[:i].count(factor)
        free += [f"{x}{again + 1}" if again else x for x in parameters]
    return _table(name, free, constant, coefficient, transitive="xi" not in names)


def _table(
    name: str,
    free: Sequence[str],
    constant: Reals,
    coefficient: Reals,
    *,
    anchors: Sequence[tuple[int, int]] = (),
    transitive: bool = False,
) -> PhaseTable:
    """Return a table of these phases, with turns; anchors are the first ``a`` that each turns."""
    turns = np.zeros((*constant.shape, 2))
    turns[0, :, 0] = turns[1, :, 1] = 1
    turns[2] = -1
    alone = np.abs(coefficient[0]).sum(axis=1) == 1
    first = [(0, int(np.argmax(alone & (x != 0)))) for x in coefficient[0].T]
    whole = np.concatenate([turns, coefficient], axis=2)
    places = np.array(anchors or [(0, 0), (1, 0), *first]).T
    return PhaseTable(name, ("p", "r", *free), constant, whole, places, transitive)


NU_I_XI, SYN_NU, NU_I_SYN_AB = map(composed, ("nu(i)*xi", "nu*syn", "nu(i)*syn(al,be)"))
#: All blocks of order 4 (docs/theory/all-blocks.md): ``xi = a2/a1, epsilon = a2 b2/(a1 b1)``, the
#: order of the two pairs the one with ``Im(epsilon) < 0``, which the phases of c assume.
ORDER_4 = _table(
    "order 4",
    ["xi", "epsilon"],
    np.array([[0, 3, 0, 3], [0, -3, 0, -3], [-3, -3, 3, 3]]) * TWELFTH,
    np.array(
        [
            [[0, 0], [0, 0], [1, 0], [1, 0]],
            [[0, 0], [0, 0], [-1, 1], [-1, 1]],
            [[0, -1], [0, -1], [0, 0], [0, 0.0]],
        ]
    ),
    anchors=[(0, 0), (1, 0), (0, 2), (1, 2)],
)
#: The nodes of `algebra.blocks.order4.four_nodes`, ``phi`` from 0 to 90 degrees, which solve the
#: task only with constant-part nodes, or where ``4k = 0``. No sign is attached to c.
ORDER_42 = _table(
    "order42",
    ["phi"],
    np.pi * np.array([[0, 0, 0, 0], [0, 0, 0, 1], [1, 1, 0, 1.0]]),
    np.array([[[-1.0], [1], [0], [0]]] * 3),
    anchors=[(0, 2), (1, 2), (2, 1)],
)
#: The nodes of `algebra.blocks.short.corners`, at characters of order 4 only.
CORNERS = _table(
    "corners",
    [],
    np.array([[-1, -1, 1, 1], [-1, 1, 3, 1], [2, 0, 4, -2]]) * np.pi / 4,
    np.zeros((3, 4, 0)),
)
#: Two nodes at a real character, where ``abc = 1`` is the only condition.
REAL = replace(composed("nu(1)"), name="real")
#: A turn by so much, or the other way round, is a symmetry.
PERIODS = {"nu*syn": np.pi / 3, "nu(i)*xi": QUARTER, "order42": np.pi}
#: What training ends with. Tried for each number of nodes before all other products.
COMPOSITIONS = NU_I_XI, ORDER_4, SYN_NU, NU_I_SYN_AB, composed("syn"), composed("three_c*syn")
#: All other products of up to three factors, of up to `WIDEST` nodes, that meet all conditions but
#: those on ``aa-c, bb-c``, whatever their parameters. Those that are members of another one are
#: left out, but the one of the max-margin network.
PRODUCTS = tuple(
    composed(name)
    for names in (
        ("xi*three_c", "nu(i)*nu(1)*(1+(1,i,-i))", "nu(i)*nu*xi", "nu(i)*xi*xi"),
        ("syn(al,be)*three_c", "nu*nu*syn", "nu*xi*syn", "nu*xi*three_c", "xi*xi*three_c"),
        ("nu(i)*nu*syn(al,be)", "nu(i)*xi*syn(al,be)"),
    )
    for name in names
)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A composition fitted to nodes.

    Its parameters in radians; by column of the table the node that stands there, and its sign; the
    model in the nodes' order and gauge, and ``|nodes - model| / |model|``.
    """

    composition: PhaseTable
    parameters: Reals
    place: Int64
    sign: Reals
    model: Complexes
    residual: float


def fit(nodes: Complexes, composition: PhaseTable, *, simplest: bool = False) -> list[Fit]:
    """Return the best fit of a composition to the nodes of each frequency, shape (F, 3, n).

    Over all orders of the nodes and all parameters, up to each node's gauge
    ``(s a, s b, c / s^2)``, the two turns, and one factor ``(t a, b / t, c)``. Many orders and
    signs describe nodes equally well, with other values of the parameters: the simplest ones are as
    near to 0 as can be, since they are to be written down.
    """
    (rows, columns), n = composition.anchors, composition.order
    flips = sorted({*columns.tolist()}) if simplest else []
    signs = np.ones((2 ** len(flips), n))  # all signs of the nodes at anchors
    signs[:, flips] = list(product((1.0, -1.0), repeat=len(flips)))
    placements = _placements(composition, transitive=composition.transitive and not simplest)
    tried = len(signs) * len(placements)
    step = max(1, AT_ONCE // (tried * n * n))
    if len(nodes) > step:
        parts = (nodes[i : i + step] for i in range(0, len(nodes), step))
        return [x for part in parts for x in fit(part, composition, simplest=simplest)]
    unit = np.sign(nodes)
    turned = np.pi * ((signs[:, columns] < 0) & (rows < 2))
    phases = turned[:, None] + np.angle(unit)[:, None, rows, placements]
    solved = composition.solved(phases).reshape(len(nodes), tried, -1)
    score = _scores(unit, composition, solved)
    bound = np.minimum(*(score.max(axis=i).sum(axis=-1) for i in (-1, -2)))  # of any assignment
    of, kept = np.arange(len(nodes)), bound.argmax(axis=1)
    if simplest:
        of, kept = np.nonzero(bound >= bound.max(axis=1, keepdims=True) - CLOSE * 3 * n)
    places = assigned(score[of, kept])
    flipped = signs[kept // len(placements)]
    ordered = np.take_along_axis(unit[of], places[:, None], axis=2)
    ordered[:, :2] *= flipped[:, None]
    parameters, sign, signed = _least_squares(ordered, composition)
    sign = sign * flipped
    if simplest:
        each = [np.flatnonzero(of == i) for i in range(len(nodes))]
        best = [
            mine[_simplest(z, composition, places[mine], parameters[mine], signed[mine])]
            for z, mine in zip(nodes, each, strict=True)
        ]
        places, parameters, sign = places[best], parameters[best], sign[best]
    # In logarithms (a, b, c) is (u + s + t, u + s - t, u - 2 s) with 3 u = log |abc|.
    size = np.log(np.maximum(np.abs(np.take_along_axis(nodes, places[:, None], axis=2)), 1e-300))
    u = np.log(np.maximum(composition.size(parameters), 1e-9)) / 3
    t = (size[:, 0] - size[:, 1]).mean(axis=1, keepdims=True) / 2
    s = (size[:, 0] + size[:, 1] - 2 * size[:, 2]) / 6
    modulus = np.exp(np.stack([u + s + t, u + s - t, u - 2 * s], axis=1))
    modulus[:, :2] *= sign[:, None]
    model = np.empty_like(nodes)
    exact = modulus * np.exp(1j * composition.phases(parameters))
    np.put_along_axis(model, places[:, None], exact, axis=2)
    gaps = np.linalg.norm(nodes - model, axis=(1, 2)) / np.linalg.norm(model, axis=(1, 2))
    every = zip(parameters, places, sign, model, gaps.tolist(), strict=True)
    return [Fit(composition, *x) for x in every]


def _simplest(
    z: Complexes, composition: PhaseTable, places: Int64, parameters: Reals, signed: Complexes
) -> int:
    """Return which of the best fits has the free parameters nearest to 0, then the turns."""
    misfit = (np.abs(signed - np.exp(1j * composition.phases(parameters))) ** 2).sum(axis=(1, 2))
    if composition is ORDER_42:  # its moduli differ, and say which node is which
        logs = np.log(np.abs(z).prod(axis=0))[places] - np.log(composition.size(parameters))
        misfit += (logs**2).sum(axis=1)
    same, free = np.flatnonzero(misfit <= misfit.min() + SAME), parameters[:, 2:]
    angles = np.concatenate([free[same], parameters[same, :2]], axis=1)
    angles = (angles + SAME) % (2 * np.pi)  # -1e-12 and 1e-12 are the same one
    key = [*angles.T, angles[:, : free.shape[1]].sum(axis=1)]
    return int(same[np.lexsort([x.round(6) for x in key])[0]])


@cache
def _placements(composition: PhaseTable, *, transitive: bool) -> Int64:
    """Return which nodes may stand at the anchors that determine the parameters, shape (S, P)."""
    columns = sorted({*composition.anchors[1].tolist()})
    first = [(0,)] if transitive else [(j,) for j in range(composition.order)]
    rest = [permutations(set(range(composition.order)) - {*x}, len(columns) - 1) for x in first]
    placed = np.array([x + y for x, ys in zip(first, rest, strict=True) for y in ys])
    return placed[:, [columns.index(j) for j in composition.anchors[1]]]


def _scores(unit: Complexes, composition: PhaseTable, parameters: Reals) -> Reals:
    """Return how well nodes agree with columns, up to a sign of both inputs: (F, S, n, n)."""
    template = np.exp(1j * composition.phases(parameters))
    inputs = unit[:, None, :2].conj().swapaxes(2, 3) @ template[:, :, :2]
    outputs = unit[:, None, 2, :, None].conj() * template[:, :, 2, None]
    score: Reals = np.abs(inputs.real) + outputs.real
    return score


def _least_squares(ordered: Complexes, composition: PhaseTable) -> tuple[Reals, Reals, Complexes]:
    """Return parameters of nodes in the order of the table, their signs, and entries with them."""
    rows, columns = composition.anchors
    start = composition.solved(np.angle(ordered)[:, rows, columns])
    template = np.exp(1j * composition.phases(start))
    agree = (ordered[:, :2] * template[:, :2].conj()).real.sum(axis=1)
    sign = np.where(agree < 0, -1.0, 1.0)
    signed = ordered * np.stack([sign, sign, np.ones_like(sign)], axis=1)
    gap = np.angle(signed * template.conj())
    inverse = _inverses(composition)[1]
    return start + gap.reshape(len(gap), 3 * composition.order) @ inverse.T, sign, signed


def canonical(composition: PhaseTable, x: Reals) -> Reals:
    """Return the free ones of parameters, without turns, in their fundamental domain; radians.

    docs/theory/recognition.md lists it. Of ``order 4`` these are the angle of ``a2/a1``, and that
    of ``a1 b1 / (a2 b2)``, which is ``pi/2`` for ``nu(i)*xi``.
    """
    if composition.name in PERIODS:
        return _folded(x[..., 2:], PERIODS[composition.name])
    if composition is ORDER_4:
        return np.stack([_folded(x[..., 2], QUARTER), -x[..., 3] % (2 * np.pi)], axis=-1)
    if composition is NU_I_SYN_AB:
        pairs = orbit(x[..., 2:])
        rounded = pairs.round(9) % QUARTER
        least = (rounded[..., 0] * 1e3 + rounded[..., 1]).argmin(axis=-1)
        return np.take_along_axis(pairs, least[..., None, None], axis=-2)[..., 0, :]
    return (x[..., 2:] + SAME) % np.pi - SAME


def _folded(angle: Reals, period: float) -> Reals:
    rest = angle % period
    return np.minimum(rest, period - rest)


def orbit(pair: Reals) -> Reals:
    """Return the twelve ``(alpha, beta)`` of one solution, modulo a quarter turn: (..., 12, 2)."""
    pairs = []
    al, be = pair[..., 0], pair[..., 1]
    for _ in range(3):
        al, be = be - al, -al
        pairs += [(al, be), (-al, -be), (be, al), (-be, -al)]
    return np.stack([np.stack(x, axis=-1) for x in pairs], axis=-2) % QUARTER


def assigned(score: Reals) -> Int64:
    """Return the node at each column in the assignment of the largest sum of scores (F, n, n)."""
    place: Int64 = score.argmax(axis=1)
    clash = (np.diff(np.sort(place, axis=1), axis=1) == 0).any(axis=1)
    if clash.any():
        place[clash] = _by_sets(score[clash])
    return place


def _by_sets(score: Reals) -> Int64:
    """Return the same by sets of nodes: ``best(S) = max_i best(S - i) + score[i, |S|-1]``.

    Loading `scipy.optimize` takes longer than all of recognition; up to a dozen nodes this is fast.
    """
    count, n, _ = score.shape
    best = np.zeros((count, 1 << n))
    last = np.zeros((count, 1 << n), dtype=np.int64)
    for column, (sets, members) in enumerate(_subsets(n)):
        before = sets[:, None] ^ (1 << members)
        values = best[:, before] + score[:, members, column]
        chosen = values.argmax(axis=2)
        best[:, sets] = np.take_along_axis(values, chosen[..., None], axis=2)[..., 0]
        last[:, sets] = members[np.arange(len(sets)), chosen]
    place = np.empty((count, n), dtype=np.int64)
    rest, every = np.full(count, (1 << n) - 1), np.arange(count)
    for column in reversed(range(n)):
        place[:, column] = last[every, rest]
        rest ^= 1 << place[:, column]
    return place


@cache
def _subsets(n: int) -> list[tuple[Int64, Int64]]:
    """Return all sets of 1, 2, ... nodes, as bits and as lists."""
    lists = [np.array(list(combinations(range(n), size))) for size in range(1, n + 1)]
    return [((1 << members).sum(axis=1), members) for members in lists]
