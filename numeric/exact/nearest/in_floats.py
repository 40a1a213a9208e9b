"""The nearest float network of zero loss: with few entries, or with all weights free.

What recognition found says which entries of a node may be non-zero
(`numeric.exact.nearest.sparse_start`), and most trained networks are nearest to such a network
(`numeric.exact.nearest.projection`). At characters of small order, where nodes were still dying
when training ended, and where nodes are many, small entries elsewhere matter: then all weights are
free (`numeric.exact.nearest.free_projection`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes, Reals
from numeric.exact.nearest.free_network import free_network
from numeric.exact.nearest.free_projection import project_free
from numeric.exact.nearest.projection import ProjectionError, project
from numeric.exact.nearest.sparse_network import SparseNode, sparse_network
from numeric.exact.nearest.sparse_start import replaced, sparse_nodes, widened, with_carrier
from numeric.recognition.report import Recognition
from numeric.weights.embed import from_spectrum, spectrum_of

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
        error: the norm of its errors, where it is not that of rounding.
        left_out: the norm of the trained entries that may not be non-zero, relative to all.
    """

    trained: Complexes
    z: Complexes
    nodes: tuple[SparseNode, ...]
    free: bool
    replaced: Mapping[str, str]
    left_out: float
    error: float = 0.0

    @property
    def distance(self) -> float:
        """``|z - trained| / |trained|`` of the plain networks."""
        return _relative(self.z - self.trained, self.trained)


def _relative(z: Complexes, whole: Complexes) -> float:
    return float(np.linalg.norm(plain(z)) / np.linalg.norm(plain(whole)))


def plain(z: Complexes) -> Complexes:
    """Return the plain network's coordinates, constants over the outputs left out."""
    scaled = z.copy()
    scaled[2] /= 2 * z.shape[1]
    scaled[2, 0] = 0
    return scaled


class InexactError(ProjectionError):
    """Raised for a zero of the loss in floats that cannot be made exact, with the reason."""


def nearest_float(
    found: Recognition, *, deadline: float = np.inf, progress: Report | None = None
) -> NearestFloat:
    """Return the nearest network of zero loss that is found.

    Args:
        found: what was recognised in a trained network.
        deadline: when to stop looking, as `time.monotonic` has it.
        progress: called with the phase, the step and the largest residual.

    Raises:
        ProjectionError: if there is none near it.
        InexactError: if there is one that would have too many entries for the checker.

    >>> from algebra import AbelianGroup, optimizers
    >>> from numeric import embed
    >>> from numeric.recognition.recognise import recognise
    >>> z = optimizers.order6(AbelianGroup("Z5"), nu=1)
    >>> near = nearest_float(recognise(embed(z, gauge="balanced")))
    >>> near.distance < 1e-12, len(near.nodes)
    (True, 12)
    """

    def report(step: int, gap: float) -> None:
        if progress is not None:
            progress("projecting", step, gap)

    near: NearestFloat | None = None
    with suppress(ProjectionError):
        near = _few_entries(found, report)
    if near is None or near.distance > FAR or near.left_out > MISSED * near.distance:
        try:
            near = _free(found, near, deadline, report)
        except ProjectionError as error:
            if near is None:
                raise error from None
    assert near is not None
    return near


def _few_entries(found: Recognition, report: Callable[[int, float], None]) -> NearestFloat:
    """Return the nearest network with the entries that recognition finds."""
    z, given_up, skipped = replaced(found)
    nodes = sparse_nodes(found, z, given_up, skipped)
    if not any(len(x.outputs) > 1 or x.reads == (0,) for x in nodes):
        z, nodes = with_carrier(found, z, nodes)
    network = sparse_network(found.group, nodes)
    live = found.width - len(found.dead)
    if len(network.weight) > max(TERMS, SHARE * found.group.order**3 * live):
        raise ProjectionError(f"{len(nodes)} nodes have more than a few entries")
    projection = project(network, network.coordinates(z), progress=report)
    columns = np.array([x.column for x in network.nodes], dtype=np.int64)
    place = network.row, network.k, columns[network.node]
    entries, kept = np.zeros_like(z), np.zeros_like(z)
    entries[place] = network.embedding @ projection.x
    kept[place] = z[place]
    trained = widened(found.table.z, z.shape[2])
    left_out = _relative(trained - kept, trained)
    return NearestFloat(trained, entries, network.nodes, False, given_up, left_out)


def _free(
    found: Recognition,
    near: NearestFloat | None,
    deadline: float,
    report: Callable[[int, float], None],
) -> NearestFloat:
    """Return the nearest network with all weights free, or ``near`` if that is not much farther."""
    group, z = found.group, found.table.z
    w = _functions(group, plain(z))
    power = (w**2).sum(axis=(0, 1))
    order = np.argsort(-power, kind="stable")
    whole = float(np.sqrt(power.sum()))
    # The norm of the nodes from this one on, the largest first.
    rest = np.append(np.sqrt(power[order][::-1].cumsum()[::-1]), 0.0)
    goal = near.distance * whole if near is not None else np.inf
    guess = min(goal, LEFT_OUT * whole)
    best = near
    network = free_network(group)
    for _ in range(GUESSES):
        count = int((rest > LEFT_OUT * guess).sum())
        exact = _checkable(group, count)
        if best is not None and not exact:
            break
        chosen = np.sort(order[:count])
        try:
            projection = project_free(
                network, w[:, :, chosen], bound=WORTH * goal, deadline=deadline, progress=report
            )
        except ProjectionError:
            if best is None:
                raise
            break
        total = float(np.hypot(projection.total, rest[count]))
        if not exact:
            raise InexactError(
                f"a zero of the loss in floats is at {projection.distance / whole:.4%}, with "
                f"errors of norm {projection.error:.1e}; it was not made exact, because {count} "
                f"nodes over {group} have more products of entries than the checker takes"
            )
        if total >= WORTH * goal:
            break
        goal = total
        entries = np.zeros_like(z)
        entries[:, :, chosen] = _spectrum(group, projection.w)
        reps = tuple(int(k) for k in group.representatives)
        nodes = tuple(SparseNode(int(j), reps, reps[1:]) for j in chosen)
        left_out = float(rest[count]) / whole
        best = NearestFloat(z, entries, nodes, True, {}, left_out, projection.error)
        if rest[count] <= 2 * LEFT_OUT * total or count == z.shape[2]:
            break
        guess = projection.total
    assert best is not None
    return best


def _checkable(group: AbelianGroup, nodes: int) -> bool:
    """Return whether the checker takes a network with so many nodes, all entries non-zero."""
    d = group.order
    linear = 4 * d
    products = nodes * (linear * (linear + 1) // 2 + 1) * 2
    return products <= MOST_HELD and 2 * d * products <= MOST_WORK


def _functions(group: AbelianGroup, z: Complexes) -> Reals:
    """Return the weights with these spectral coordinates, shape (3, d, q)."""
    w = from_spectrum(z, group)
    return np.stack([w.w_a, w.w_b, w.w_c]).astype(np.float64)


def _spectrum(group: AbelianGroup, w: Reals) -> Complexes:
    """Return the spectral coordinates of a plain network's weights, ``w_c`` without ``1/2d``."""
    scale = (1.0, 1.0, 2.0 * group.order)
    rows = zip("abc", w, scale, strict=True)
    return np.stack([s * spectrum_of(x, group, row=p) for p, x, s in rows])
