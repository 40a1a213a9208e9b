"""The nearest float network of zero loss: with few entries, or with all weights free.

What recognition found says which entries of a node may be non-zero (`numeric.sparse_start`), and
most trained networks are nearest to such a network (`numeric.projection`). At characters of small
order, and where nodes were still dying when training ended, small entries elsewhere matter. Where
that is affordable, all weights are free then (`numeric.free_projection`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.group import AbelianGroup
from algebra.short_blocks import character_order
from numeric.embed import Complexes, Reals, from_spectrum, spectrum_of
from numeric.free_projection import AFFORDABLE, affordable, free_network, project_free
from numeric.projection import Projection, ProjectionError, project
from numeric.recognition import Recognition
from numeric.sparse_network import SparseNetwork, SparseNode, sparse_network
from numeric.sparse_start import replaced, sparse_nodes, widened, with_carrier

#: If the projection is farther than this, relatively, all nodes may write everywhere, as long as
#: that many outputs are affordable, and the result is taken if it is nearer by this ratio.
FAR, WRITERS, NEARER = 5e-3, 1500, 0.8
#: With so many weights a free projection takes a second or two, and is always tried.
CHEAP = 2000
#: Else it is tried for groups with non-trivial characters up to this order, and where nodes that
#: count as dead are this share of the distance; it is given up unless it is nearer by this ratio.
SMALL_ORDER, DYING, WORTH = 5, 0.3, 0.9
#: Nodes are left out whose norm together is this share of the distance, which is not known
#: before: the first guess is too large by as much as it likes.
LEFT_OUT, GUESSES = 0.1, 4

Report = Callable[[str, int, float], None]


@final
@dataclass(frozen=True, slots=True, eq=False)
class NearestFloat:
    """A float network of zero loss near a trained one.

    Args:
        trained: the spectral coordinates of the trained network, and of columns that are added.
        z: those of this one, of the same shape; columns that it leaves out are zero.
        nodes: which of its entries may be non-zero.
        free: whether all entries of its nodes may.
        replaced: why, for each frequency whose trained nodes were given up.
    """

    trained: Complexes
    z: Complexes
    nodes: tuple[SparseNode, ...]
    free: bool
    replaced: Mapping[str, str]

    @property
    def distance(self) -> float:
        """``|z - trained| / |trained|`` of the plain networks."""
        norm = float(np.linalg.norm(plain(self.trained)))
        return float(np.linalg.norm(plain(self.z - self.trained))) / norm


def plain(z: Complexes) -> Complexes:
    """Return the plain network's coordinates, constants over the outputs left out."""
    scaled = z.copy()
    scaled[2] /= 2 * z.shape[1]
    scaled[2, 0] = 0
    return scaled


def nearest_float(found: Recognition, *, progress: Report | None = None) -> NearestFloat:
    """Return the nearest network of zero loss that is found.

    Args:
        found: what was recognised in a trained network.
        progress: called with the phase, the step and the largest residual.

    Raises:
        ProjectionError: if there is none near it.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> from numeric.recognise import recognise
    >>> z = optimizers.order6(AbelianGroup("Z5"), nu=1)
    >>> near = nearest_float(recognise(embed(z, gauge="balanced")))
    >>> near.distance < 1e-12, len(near.nodes)
    (True, 12)
    """
    group = found.group
    z, given_up, skipped = replaced(found)
    nodes = sparse_nodes(found, z, given_up, skipped)
    if not any(len(x.outputs) > 1 or x.reads == (0,) for x in nodes):
        z, nodes = with_carrier(found, z, nodes)
    trained = widened(found.table.z, z.shape[2])

    def result(network: SparseNetwork, projection: Projection) -> NearestFloat:
        entries = np.zeros_like(z)
        columns = np.array([x.column for x in network.nodes], dtype=np.int64)
        entries[network.row, network.k, columns[network.node]] = network.embedding @ projection.x
        return NearestFloat(trained, entries, network.nodes, False, given_up)

    def report(step: int, gap: float) -> None:
        if progress is not None:
            progress("projecting", step, gap)

    network = sparse_network(group, nodes)
    start = network.coordinates(z)
    near: NearestFloat | None = None
    refusal: ProjectionError | None = None
    distance = 0.0
    try:
        projection = project(network, start, progress=report)
        near, distance = result(network, projection), projection.distance
    except ProjectionError as error:
        refusal = error
    if not given_up:
        free = _free(found, near, report)
        if free is not None:
            return free
    # At characters of small order, and where constant parts help, small entries matter that nodes
    # of other groups do not have.
    reps = tuple(int(k) for k in group.representatives if k)
    far = near is None or distance > FAR * float(np.linalg.norm(start))
    if far and len(nodes) * len(reps) <= WRITERS:
        wide = sparse_network(group, [SparseNode(x.column, x.reads, reps) for x in nodes])
        try:
            projection = project(wide, wide.coordinates(z), progress=report)
        except ProjectionError as error:
            refusal = error
        else:
            if near is None or projection.distance < NEARER * distance:
                near = result(wide, projection)
    if near is None:
        assert refusal is not None
        raise refusal
    return near


def _free(
    found: Recognition, near: NearestFloat | None, report: Callable[[int, float], None]
) -> NearestFloat | None:
    """Return the nearest network with all weights free, if it is nearer, and affordable."""
    group, z = found.group, found.table.z
    w = _functions(group, plain(z))
    power = (w**2).sum(axis=(0, 1))
    order = np.argsort(-power, kind="stable")
    norm = float(np.sqrt(power.sum()))
    # The norm of the nodes from this one on, the largest first.
    rest = np.append(np.sqrt(power[order][::-1].cumsum()[::-1]), 0.0)
    goal = near.distance * norm if near is not None else np.inf
    dying = float(np.sqrt(power[~found.table.live].sum())) > DYING * goal
    rows = AFFORDABLE if dying or _has_small_characters(group) else CHEAP
    guess = min(goal, LEFT_OUT * norm)
    best: NearestFloat | None = None
    network = free_network(group)
    for _ in range(GUESSES):
        count = int((rest > LEFT_OUT * guess).sum())
        if not affordable(group, count, rows=rows):
            break
        chosen = np.sort(order[:count])
        try:
            projection = project_free(network, w[:, :, chosen], bound=WORTH * goal, progress=report)
        except ProjectionError:
            break
        total = float(np.hypot(projection.total, rest[count]))
        if total >= WORTH * goal:
            break
        goal = total
        entries = np.zeros_like(z)
        entries[:, :, chosen] = _spectrum(group, projection.w)
        reps = tuple(int(k) for k in group.representatives)
        nodes = tuple(SparseNode(int(j), reps, reps[1:]) for j in chosen)
        best = NearestFloat(z, entries, nodes, True, {})
        if rest[count] <= 2 * LEFT_OUT * total or count == z.shape[2]:
            break
        guess = projection.total
    return best


def _has_small_characters(group: AbelianGroup) -> bool:
    orders = (character_order(group, group.tuple(int(k))) for k in group.representatives if k)
    return any(x <= SMALL_ORDER for x in orders)


def _functions(group: AbelianGroup, z: Complexes) -> Reals:
    """Return the weights with these spectral coordinates, shape (3, d, q)."""
    w = from_spectrum(z, group)
    return np.stack([w.w_a, w.w_b, w.w_c]).astype(np.float64)


def _spectrum(group: AbelianGroup, w: Reals) -> Complexes:
    """Return the spectral coordinates of a plain network's weights, ``w_c`` without ``1/2d``."""
    scale = (1.0, 1.0, 2.0 * group.order)
    rows = zip("abc", w, scale, strict=True)
    return np.stack([s * spectrum_of(x, group, row=p) for p, x, s in rows])
