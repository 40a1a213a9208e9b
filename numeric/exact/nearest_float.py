"""The nearest float network of zero loss: with few entries, or with all weights free.

What recognition found says which entries of a node may be non-zero
(`numeric.exact.sparse_network`): a node reads and writes what it reads and writes now. Most
trained networks are nearest to such a network. At characters of small order, where nodes were still
dying when training ended, and where nodes are many, small entries elsewhere matter: then all
weights are free (`numeric.exact.free_network`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Mask
from numeric.exact.free_network import FreeNetwork
from numeric.exact.projection import STEPS, ProjectionError, project
from numeric.exact.sparse_network import sparse_network
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
TERMS, SHARE = 20_000, 0.01
#: Nodes are left out whose norm together is this share of the distance, which is not known
#: before: the first guess is too large by as much as it likes.
LEFT_OUT, GUESSES = 0.1, 4
#: The checker's limits: products of three entries for one output, and in all.
MOST_HELD, MOST_WORK = 5 * 10**6, 5 * 10**8
#: Of that work what is made exact and checked in a second; at least this share of the time is
#: left to the search.
A_SECOND, SEARCH = 2.5e6, 0.2


@final
@dataclass(frozen=True, slots=True, eq=False)
class NearestFloat:
    """A float network of zero loss near a trained one, both by spectral coordinates (3, d, q).

    Its own are zero where they may not be non-zero; ``free`` says whether all of its nodes' may be.
    """

    trained: Complexes
    z: Complexes
    free: bool
    error: float

    @property
    def distance(self) -> float:
        """``|z - trained| / |trained|`` of the plain networks."""
        return _relative(self.z - self.trained, self.trained)

    @property
    def left_out(self) -> float:
        """The norm of the trained entries that are zero here, relative to all."""
        return _relative(np.where(self.z, 0, self.trained), self.trained)


def _relative(z: Complexes, whole: Complexes) -> float:
    return float(np.linalg.norm(_plain(z)) / np.linalg.norm(_plain(whole)))


def _plain(z: Complexes) -> Complexes:
    """Return the plain network's coordinates, constants over the outputs left out."""
    scaled = z.copy()
    scaled[2] /= 2 * z.shape[1]
    scaled[2, 0] = 0
    return scaled


def nearest_float(
    found: Recognition, *, deadline: float = np.inf, progress: Progress | None = None
) -> NearestFloat:
    """Return the nearest network of zero loss that is found.

    Args:
        found: what was recognised in a trained network.
        deadline: when what is found is to be exact and checked, as `time.monotonic` has it.
        progress: called with what is done, how much of it, and of how much.

    Raises:
        ProjectionError: if there is none near it, or one that would have too many entries for the
            checker.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> from numeric.recognition.recognise import recognise
    >>> z = optimizers.six_per_frequency(AbelianGroup("Z5"), nu=1)
    >>> near = nearest_float(recognise(embed(z, gauge="balanced")))
    >>> near.distance < 1e-12, int(near.z.any(axis=(0, 1)).sum())
    (True, 12)
    """
    import scipy.linalg  # noqa: F401  its threads are limited, too
    from threadpoolctl import threadpool_limits

    def report(step: int, gap: float) -> None:
        if progress is not None:
            progress(f"projecting, off by {gap:.0e}", step, STEPS)

    near: NearestFloat | None = None
    # The last digits of sums would differ with the number of threads.
    with threadpool_limits(1):
        with suppress(ProjectionError):
            near = _few_entries(found, deadline, report)
        if near is None or near.distance > FAR or near.left_out > MISSED * near.distance:
            near = _free(found, near, deadline, report)
    return near


def _few_entries(
    found: Recognition, deadline: float, report: Callable[[int, float], None]
) -> NearestFloat:
    """Return the nearest network with the entries that recognition finds."""
    z = found.table.z
    network = sparse_network(found.group, _entries(found))
    live = found.width - len(found.dead)
    if len(network.weight) > max(TERMS, SHARE * found.group.order**3 * live):
        raise ProjectionError(f"{live} nodes have more than a few entries")
    projection = project(network, network.coordinates(z), deadline=deadline, progress=report)
    near = np.zeros_like(z)
    near[network.places] = network.embedding @ projection.w
    return NearestFloat(z, near, False, projection.error)


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
    found: Recognition,
    near: NearestFloat | None,
    deadline: float,
    report: Callable[[int, float], None],
) -> NearestFloat:
    """Return the nearest network with all weights free, or ``near`` if that is not much farther."""
    group, z = found.group, found.table.z
    plain = from_spectrum(_plain(z), group)
    w = np.stack([plain.w_a, plain.w_b, plain.w_c]).astype(np.float64)
    power = (w**2).sum(axis=(0, 1))
    order = np.argsort(-power, kind="stable")
    whole = float(np.sqrt(power.sum()))
    # The norm of the nodes from this one on, the largest first.
    rest = np.append(np.sqrt(power[order][::-1].cumsum()[::-1]), 0.0)
    goal = near.distance * whole if near is not None else np.inf
    guess = min(goal, LEFT_OUT * whole)
    best = near
    for _ in range(GUESSES):
        count = int((rest > LEFT_OUT * guess).sum())
        held, work = _products(group, count)
        exact = held <= MOST_HELD and work <= MOST_WORK
        now = time.monotonic()
        stop = max(deadline - work / A_SECOND, now + SEARCH * (deadline - now))
        if best is not None and not exact:
            break
        chosen = np.sort(order[:count])
        try:
            projection = project(
                FreeNetwork(group, count),
                w[:, :, chosen],
                bound=WORTH * goal,
                deadline=stop if exact else deadline,
                progress=report,
            )
        except ProjectionError:
            if best is None:
                raise
            break
        total = float(np.hypot(projection.total, rest[count]))
        if not exact:
            raise ProjectionError(
                f"a zero of the loss in floats is at {projection.distance / whole:.4%}, with "
                f"errors of norm {projection.error:.1e}; it was not made exact, because {count} "
                f"nodes over {group} have more products of entries than the checker takes"
            )
        if total >= WORTH * goal:
            break
        goal = total
        entries = np.zeros_like(z)
        for p, row in enumerate("abc"):
            entries[p][:, chosen] = spectrum_of(projection.w[p], group, row=row)
        entries[2] *= 2 * group.order
        entries[2, 0] = 0
        best = NearestFloat(z, entries, True, projection.error)
        if rest[count] <= 2 * LEFT_OUT * total or count == z.shape[2]:
            break
        guess = projection.total
    assert best is not None
    return best


def _products(group: AbelianGroup, nodes: int) -> tuple[int, int]:
    """Return the products of so many nodes, all entries non-zero, for an output, and in all."""
    linear = 4 * group.order
    products = nodes * (linear * (linear + 1) // 2 + 1) * 2
    return products, 2 * group.order * products
