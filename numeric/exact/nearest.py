"""The exact network nearest to a trained one: found in floats, rounded, and corrected.

What recognition found says which entries of a node may be non-zero. Most trained networks are
nearest to such a network. At characters of small order, where nodes were still dying when training
ended, and where nodes are many, small entries elsewhere matter: then all weights are free.

Rounding the entries to dyadic numbers leaves residuals ``T - target`` of the size of the rounding.
Each residual is the ``c`` of a node with fixed tiny inputs:

    a = h or ih at m, b = h or ih at n      cancels T[+-m, +-n, k] (four nodes for all k)
    a = h or ih at m, b = h at 0            cancels T[+-m, 0, k]    (two nodes; b likewise)
    a = h or h(1+i) at m, b = 0             cancels T[+-2m, 0, k]   (two nodes; b likewise)
    a = h at 0, b = 0                       cancels T[0, 0, k]      (one node)

in this order, since each kind disturbs only later ones: the second is for ``m`` that are not twice
a frequency, and disturbs ``2m``.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial
from itertools import product
from math import hypot, log2

import numpy as np

from algebra.criterion.tensor import FunctionTensor, function_tensor, residual
from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.arrays import Complexes, Mask
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import I
from algebra.semiring.element import Element
from algebra.semiring.made import element
from numeric.exact.free_network import FreeNetwork
from numeric.exact.projection import (
    NearestFloat,
    NoneNearError,
    plain,
    project,
    sparse_network,
)
from numeric.recognition.report import Recognition
from numeric.weights.embed import from_spectrum, spectrum_of
from numeric.weights.performance import Progress

#: Entries with less than this share of the power of a node's inputs are taken for zero.
READ = 1e-4
#: Of nodes that read more frequencies than this, only the larger shares count; small ones are
#: given up.
FEW = 4
#: A free projection is given up unless it is nearer than few entries are by this ratio.
WORTH = 0.9
#: It is tried where few entries lead farther than this, or leave out entries of the trained
#: network that are this part of the distance.
FAR, MISSED = 5e-3, 0.8
#: With more terms than this in the equations, and than this share of those of all entries, entries
#: are not few, and all weights are free at once.
TERMS, SHARE = 16_000, 0.008
#: Nodes are left out whose norm together is this share of the distance, which is not known before:
#: that of few entries, this at most.
LEFT_OUT, NEAR = 0.1, 1e-3
#: The checker's limits: products of three entries for one output, and in all.
MOST_HELD, MOST_WORK = 5 * 10**6, 5 * 10**8
#: Of that work what is made exact and checked in a second; at least this share of the time is
#: left to the search.
A_SECOND, SEARCH = 2.5e6, 0.2
#: An exact node: its entries at one of ``k, -k``.
Node = dict[tuple[str, Index], Exact]
#: What is left of ``T - target``, by ``(k1, k2)`` and output.
Residuals = dict[tuple[int, int], dict[int, Scalar]]
#: Binary digits after the point of inputs, and of outputs, where they are rounded.
INPUT_BITS, OUTPUT_BITS = 46, 40
#: The most where all weights are free, and those beyond the errors of the floats.
FREE_BITS, MORE_BITS = 54, 14
#: The turns of an input: 1 and i, or at real characters 1 alone.
TURNS = (Scalar(1), I)


def _near(found: Recognition, z: Complexes, error: float, *, free: bool) -> NearestFloat:
    """Return a float network by its spectral coordinates, zero where they may not be non-zero."""
    group, digits = found.group, (INPUT_BITS, OUTPUT_BITS)
    if free:
        # Rounding adds little to errors that are there already; few digits are checked sooner.
        wanted = MORE_BITS - int(np.log2(max(error, 2.0**-60)))
        inputs = min(max(wanted, INPUT_BITS // 2), FREE_BITS)
        digits = inputs, inputs - 2
    apart = _part(z - found.table.z, found.table.z)
    return NearestFloat(from_spectrum(z, group), apart, free, partial(_exact, group, z, digits))


def _exact(group: AbelianGroup, z: Complexes, digits: tuple[int, int]) -> tuple[Element, int]:
    live = np.flatnonzero(z.any(axis=(0, 1)))
    nodes = [_dyadic(group, z[:, :, j], digits) for j in live]
    more = corrections(group, nodes)
    return element(group, nodes + more, name="nearest optimizer"), len(nodes)


def _part(z: Complexes, whole: Complexes) -> float:
    """Return the norm of a plain network relative to another, constants over outputs left out."""
    sizes = (
        (np.abs(x[:2]) ** 2).sum() + (np.abs(x[2, 1:] / (2 * len(x[2]))) ** 2).sum()
        for x in (z, whole)
    )
    return float(np.sqrt(np.divide(*sizes)))


def nearest_float(
    found: Recognition, *, deadline: float = np.inf, progress: Progress | None = None
) -> NearestFloat:
    """Return the nearest network of zero loss that is found, by the deadline of `time.monotonic`.

    Raises:
        NoneNearError: if there is none near it, or one that would have too many entries for the
            checker.
    """
    import scipy.linalg  # noqa: F401  its threads are limited, too
    from threadpoolctl import threadpool_limits

    z = found.table.z
    near: NearestFloat | None = None
    # The last digits of sums would differ with the number of threads.
    with threadpool_limits(1):
        with suppress(NoneNearError):
            few, error = _few_entries(found, deadline, progress)
            near, left_out = _near(found, few, error, free=False), _part(np.where(few, 0, z), z)
            if near.distance <= FAR and left_out <= MISSED * near.distance:
                return near
        return _free(found, near, deadline, progress)


def _few_entries(
    found: Recognition, deadline: float, progress: Progress | None
) -> tuple[Complexes, float]:
    """Return the nearest network with the entries that recognition finds, and its error."""
    z = found.table.z
    network = sparse_network(found.group, _entries(found))
    live = found.width - len(found.dead)
    if len(network.weight) > max(TERMS, SHARE * found.group.order**3 * live):
        raise NoneNearError(f"{live} nodes have more than a few entries")
    projection = project(network, network.coordinates(z), deadline=deadline, progress=progress)
    near = np.zeros_like(z)
    near[network.places] = network.embedding @ projection.w
    return near, projection.error


def _entries(found: Recognition) -> Mask:
    """Return which entries may be non-zero: carriers and nodes of several write everywhere."""
    group, table = found.group, found.table
    given_up = {x.node for x in found.several if x.weak and len(x.reads) > FEW}
    of_order_3 = [x.frequency for x in found.frequencies if x.character == 3]
    lends = table.constant & ~(np.isin(table.home, of_order_3) & (table.output == table.home))
    # Linear terms at k are where squares at k are, if 3k = 0: any node may have a constant part
    # there once one has.
    linear = {k for k in of_order_3 if any(0 in table.reads(int(j)) for j in table.at(k))}
    # What constant-part nodes write elsewhere, the other nodes of their frequency cancel there.
    special: dict[int, set[int]] = {}
    for j in map(int, np.flatnonzero(lends & ~table.mixed)):
        special.setdefault(int(table.home[j]), set()).update(table.writes(j))
    for x in found.frequencies:
        for j in x.place.serving:
            special.setdefault(x.frequency, set()).update(table.writes(j))
    may = np.zeros(table.z.shape, dtype=bool)

    def allow(rows: slice, ks: Iterable[int], j: int) -> None:
        at = np.array([*ks], dtype=np.int64)
        may[rows, at, j] = may[rows, group.negate(at), j] = True

    for j in map(int, np.flatnonzero(table.live)):
        home, read = int(table.home[j]), table.reads(j, share=READ)
        every = j in found.carriers or table.mixed[j] or not home
        if j in given_up:
            continue
        if table.mixed[j]:
            allow(slice(2), read if len(read) <= FEW else table.reads(j), j)
        else:
            constant = table.constant[j] or 0 in read or not home or home in linear
            allow(slice(2), {home, 0} if constant else {home}, j)
        allow(slice(2, 3), range(group.order) if every else {home} | special.get(home, set()), j)
    may[2, 0] = False
    return may


def _free(
    found: Recognition, near: NearestFloat | None, deadline: float, progress: Progress | None
) -> NearestFloat:
    """Return the nearest network with all weights free, or ``near`` if that is not much farther."""
    group, z = found.group, found.table.z
    w = plain(from_spectrum(z, group))
    power = (w**2).sum(axis=(0, 1))
    order = np.argsort(-power, kind="stable")
    whole = float(np.sqrt(power.sum()))
    # The norm of the nodes from this one on, the largest first.
    rest = np.append(np.sqrt(power[order][::-1].cumsum()[::-1]), 0.0)
    goal = np.inf if near is None else near.distance
    count = int((rest > LEFT_OUT * min(goal, NEAR) * whole).sum())
    # Products of dense nodes, for an output, and in all.
    linear = 4 * group.order
    held = count * (linear * (linear + 1) // 2 + 1) * 2
    work = 2 * group.order * held
    exact = held <= MOST_HELD and work <= MOST_WORK
    if near is not None and not exact:
        return near
    now, chosen = time.monotonic(), np.sort(order[:count])
    stop = max(deadline - work / A_SECOND, now + SEARCH * (deadline - now))
    try:
        projection = project(
            FreeNetwork(group, count),
            w[:, :, chosen],
            bound=WORTH * goal * whole,
            deadline=stop if exact else deadline,
            progress=progress,
        )
    except NoneNearError:
        if near is None:
            raise
        return near
    if not exact:
        raise NoneNearError(
            f"a zero of the loss in floats is at {projection.distance / whole:.4%}, with "
            f"errors of norm {projection.error:.1e}; it was not made exact, because {count} "
            f"nodes over {group} have more products of entries than the checker takes"
        )
    if near is not None and np.hypot(projection.total, rest[count]) >= WORTH * goal * whole:
        return near
    entries = np.zeros_like(z)
    for p, row in enumerate("abc"):
        entries[p][:, chosen] = spectrum_of(projection.w[p], group, row=row)
    entries[2] *= 2 * group.order
    entries[2, 0] = 0
    return _near(found, entries, projection.error, free=True)


def _dyadic(group: AbelianGroup, z: Complexes, digits: tuple[int, int]) -> Node:
    """Return a node's entries, rounded to so many binary digits of inputs and of outputs."""
    entries: Node = {}
    for p, k in np.argwhere(z[:, group.representatives]):
        m = int(group.representatives[k])
        grid = 1 << digits[int(p == 2)]
        x, y = (Fraction(round(part * grid), grid) for part in (z[p, m].real, z[p, m].imag))
        if whole := x if group.negate(m) == m else x + y * I:
            entries["abc"[p], m] = whole
    return entries


def corrections(group: AbelianGroup, nodes: Sequence[Node]) -> list[Node]:
    """Return nodes that cancel ``T - target`` of some nodes exactly, and do nothing else."""
    left = _added({}, residual(element(group, nodes), route="sparse"))
    stages = (
        partial(_products, constants=0),
        partial(_products, constants=1),
        _squares,
        _constant,
    )
    found: list[Node] = []
    for stage in stages:
        more = [scaled for node in stage(group, left) if (scaled := _scaled(group, node))]
        if more:
            left = _added(left, function_tensor(element(group, more), route="sparse"))
        found += more
    assert not left
    return found


def _scaled(group: AbelianGroup, node: Node) -> Node:
    """Return ``(h a, h b, c / h^2)``, which does the same, of about the least norm; without zeros.

    Nothing, if all of c is zero.
    """
    outputs = [abs(complex(x)) for (p, _), x in node.items() if p == "c" and x]
    if not outputs:
        return {}
    h = Fraction(2) ** round(log2(hypot(*outputs) / (2 * group.order)) / 3)
    scales = {"a": h, "b": h, "c": 1 / h**2}
    return {(p, k): scales[p] * x for (p, k), x in node.items() if x}


def _added(left: Residuals, more: FunctionTensor) -> Residuals:
    """Return residuals with more added, without zeros."""
    total: Residuals = {at: dict(row) for at, row in left.items()}
    for (k1, k2, k), x in more:
        row = total.setdefault((k1, k2), {})
        row[k] = row.get(k, Scalar(0)) + x
    kept = {at: {k: x for k, x in row.items() if x} for at, row in total.items()}
    return {at: row for at, row in kept.items() if row}


def _turns(group: AbelianGroup, m: int) -> Sequence[Scalar]:
    return TURNS[:1] if group.negate(m) == m else TURNS


def _products(group: AbelianGroup, left: Residuals, *, constants: int) -> Iterator[Node]:
    """Yield nodes that cancel ``T[+-m,+-n,k]``: ``a`` is 1 or i at m, ``b`` at n.

    Of m and n so many are 0, and the other one is no double then.
    """
    # T[sm, tn] = sum_uv c_uv u_s v_t, u_s being u or its conjugate: c is the sum over signs of T
    # with the opposite turns, over 4.
    doubles = {*group.multiply(2, np.arange(group.order)).tolist()}
    pairs = {tuple(min(k, group.negate(k)) for k in at) for at in left if at.count(0) == constants}
    for m, n in sorted(pairs):
        if constants and m + n in doubles:
            continue
        signs = list(product(sorted({m, group.negate(m)}), sorted({n, group.negate(n)})))
        for u, v in product(_turns(group, m), _turns(group, n)):
            node: Node = {("a", m): u, ("b", n): v}
            for s, t in signs:
                turn = (u.conjugate() if s == m else u) * (v.conjugate() if t == n else v)
                for k, x in left.get((s, t), {}).items():
                    node["c", k] = node.get(("c", k), Scalar(0)) - turn * x / len(signs)
            yield node


def _squares(group: AbelianGroup, left: Residuals) -> Iterator[Node]:
    """Yield nodes that cancel ``T[+-2m,0,k]``, ``T[0,+-2m,k]``: 1 or 1 + i at m."""
    half = {int(group.multiply(2, m)): m for m in range(group.order)}
    places = {("ab"[not at[0]], min(k, group.negate(k))) for at in left if (k := max(at))}
    for row, m in sorted(places):
        other = group.negate(m)
        plus, minus = (left.get((k, 0) if row == "a" else (0, k), {}) for k in (m, other))
        pairs = {k: (plus.get(k, Scalar(0)), minus.get(k, Scalar(0))) for k in {*plus, *minus}}
        if m == other:
            yield {(row, half[m]): 1, **{("c", k): -x for k, x in plus.items()}}
            continue
        yield {(row, half[m]): 1, **{("c", k): -(x + y) for k, (x, y) in pairs.items()}}
        yield {(row, half[m]): 1 + I, **{("c", k): (x - y) / 2 * I for k, (x, y) in pairs.items()}}


def _constant(group: AbelianGroup, left: Residuals) -> Iterator[Node]:
    """Yield the node that cancels ``T[0,0,k]``."""
    yield {("a", 0): 1, **{("c", k): -2 * x for k, x in left.get((0, 0), {}).items()}}
