"""How far networks are apart, and the nearest one of zero loss, by steps of Gauss and Newton.

A node's function ``c (a(x) + b(y))^2`` is also that of ``(s a, s b, c / s^2)`` for any ``s``, and
of ``a + t, b - t``. Of all these `balanced` takes the one of least norm, and `distance` compares
nodes so written, each with the one it is assigned to.

What the weights are, and how steps are solved for, is the network's business: all weights of dense
nodes (`numeric.exact.free_network`), or few entries of many (`SparseNetwork`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.networks.table_network import TableNetwork
from algebra.numbers.arrays import Complexes, Int64, Mask, Reals
from algebra.semiring.element import Element
from numeric.exact.free_network import FreeNetwork, StoppedError
from numeric.weights.embed import embed
from numeric.weights.performance import Progress
from numeric.weights.plain_network import Weights

#: The penalty on the distance at first, by what it is multiplied after a step that went as
#: predicted, or not, and its end, relative to the root mean square column of the derivative.
BEGIN, FAST, SLOW, END = 0.1, 0.1, 0.3, 1e-6
#: A step went as predicted if this share of the errors was not.
PREDICTED, ALMOST = 0.1, 0.5
#: The damping of a step by its own length grows where a whole step is too long, and shrinks again.
MORE, LESS = 3.0, 0.2
#: Steps in all; halvings of a step.
STEPS, HALVINGS = 40, 5
#: Steps stop once the errors' norm is below the first, or so many did not make the result nearer
#: by this share.
ZERO, PATIENCE, GAIN = 1e-14, 4, 1e-3
#: With a penalty below this the distance is that of the nearest zero, if what is left is small.
CLOSE = 1e-3
#: What the corrections may add to the distance, relative to the weights' norm, at most.
TOO_MUCH = 0.5
#: Of few entries: relative accuracy of a step, and the iterations that it may take.
TOLERANCE, ITERATIONS = 1e-6, 4000


class NoneNearError(ValueError):
    """Raised where no exact optimizer is near a network, with the reason."""


def balanced(w: Weights) -> Weights:
    """Return the same network with every node of least norm; nodes without effect become zero.

    ``|s a|^2 + |s b|^2 + |c / (2d s^2)|^2`` is least at ``s^6 = 2 |c / 2d|^2 / (|a|^2 + |b|^2)``.
    ``a`` and ``b`` have the same mean, and ``c`` has mean zero, as constants over the outputs are
    free.
    """
    a, b, c = plain(w)
    shift = (a.mean(axis=0) - b.mean(axis=0)) / 2
    a, b = a - shift, b + shift
    with np.errstate(all="ignore"):
        inputs, outputs = np.sqrt((a**2 + b**2).sum(axis=0)), np.sqrt((c**2).sum(axis=0))
        s = np.cbrt(np.sqrt(2) * outputs / inputs)
        alive = (inputs > 0) & (outputs > 0) & np.isfinite(s) & (s > 0)
        s = np.where(alive, s, 1.0)
        a, b, c = (np.where(alive, x, 0.0) for x in (s * a, s * b, 2 * w.group.order * c / s**2))
    return Weights(w.group, a, b, c)


class Distance(NamedTuple):
    """``|network - trained| / |trained|``, and which trained column each node is compared with."""

    relative: float
    columns: tuple[int, ...]


def distance(w: Weights, trained: Weights) -> Distance:
    """Return how far one network is from another of the same group."""
    from scipy.optimize import linear_sum_assignment

    ours, theirs = (plain(balanced(x)).reshape(3 * w.group.order, -1) for x in (w, trained))
    inputs, new = 2 * w.group.order, max(0, ours.shape[1] - theirs.shape[1])
    theirs = np.pad(theirs, ((0, 0), (0, new)))
    turned, fixed = ours[:inputs].T @ theirs[:inputs], ours[inputs:].T @ theirs[inputs:]
    alike = np.maximum(np.abs(turned) + fixed, 0)
    places = linear_sum_assignment(alike, maximize=True)[1]
    near, other = ours.copy(), theirs[:, places]
    near[:inputs] *= np.where(turned[np.arange(len(places)), places] < 0, -1, 1)
    # A node that is nothing like its column counts as a new one, and the column as left out.
    apart = np.minimum(((near - other) ** 2).sum(axis=0), (near**2 + other**2).sum(axis=0))
    rest = np.delete(theirs, places, axis=1)
    relative = np.sqrt((apart.sum() + (rest**2).sum()) / (theirs**2).sum())
    return Distance(float(relative), tuple(places.tolist()))


def floats(element: Element | TableNetwork, like: Weights) -> Weights:
    """Return an exact network as weights over the group of others."""
    w = embed(element)
    return w if isinstance(w, Weights) else w.weights(like.group)


def plain(w: Weights) -> Reals:
    """Return ``a, b, c / 2d`` in float64, constants over the outputs left out; shape (3, d, q)."""
    a, b, c = (x.astype(np.float64) for x in (w.w_a, w.w_b, w.w_c))
    return np.stack([a, b, (c - c.mean(axis=0)) / (2 * w.group.order)])


@final
@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A float network ``w`` of almost zero loss: how far it is, and once small nodes correct it."""

    w: Reals
    distance: float
    error: float
    total: float
    steps: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class NearestFloat:
    """A float network of zero loss at a relative distance of a trained one.

    ``free`` says whether all weights of its nodes may be non-zero; ``exact()`` is an exact network
    near it, and how many nodes the floats have: the others, which come last, cancel what rounding
    leaves.
    """

    weights: Weights
    distance: float
    free: bool
    exact: Callable[[], tuple[Element | TableNetwork, int]]


def corrections_norm(d: int, error: float) -> float:
    """Return about the norm of the nodes that cancel errors of this norm.

    The errors are ``d^2`` functions of ``x, y`` with outputs of norm ``R = error / d^(3/2)``
    in the function tensor; a node with inputs ``h = (R/2d)^(1/3)`` has norm ``(6d)^(1/2) h``.
    """
    return float(np.sqrt(6 * d**3) * np.cbrt(error / (2 * d**2.5)))


def project(
    network: SparseNetwork | FreeNetwork,
    w0: Reals,
    *,
    bound: float = np.inf,
    deadline: float = np.inf,
    progress: Progress | None = None,
) -> Projection:
    """Return a zero of the errors near ``w0``, nearest to first order.

    Steps of Gauss and Newton decrease ``|F(w)|^2 + mu^2 |w - w0|^2`` for ever smaller ``mu``.
    Near a point where the zeros are no smooth manifold, and trained networks are near such points,
    steps with a small ``mu`` from the start would lead far away. There the errors vanish slowly
    while the distance grows, and what is returned has the least distance with corrections.

    Steps stop at the distance ``bound``, and at ``deadline``, as `time.monotonic` has it.

    Raises:
        NoneNearError: if the steps do not converge, or reach the bound.
    """
    step, worst = 0, np.inf

    def go_on() -> bool:
        if progress is not None:
            progress(f"projecting, off by {worst:.0e}", step, STEPS)
        return time.monotonic() < deadline

    def seen(w: Reals) -> Projection:
        nonlocal worst
        gap = network.errors(w)
        worst, error, away = float(np.abs(gap).max()), norm(gap), norm(w - w0)
        more = corrections_norm(network.group.order, error)
        return Projection(w, away, error, float(np.hypot(away, more)), step)

    def solved(w: Reals, *, penalty: float, damping: float) -> tuple[Reals, float, float]:
        """Return a step, the weight of the distance, and the error that the step should leave.

        The least ``|F + J v|^2 + m |w + v - w0|^2 + n |v|^2`` is at ``v = u - m/(m + n) (w - w0)``,
        where ``|J u - r|^2 + (m + n) |u|^2`` is least, ``r = m/(m + n) J (w - w0) - F``.
        ``m`` and ``n`` are the squares of penalty and damping, times the mean square column.
        """
        at: Any = network.derivative(w)
        scale = network.mean_square(at)
        m, n = penalty**2 * scale, damping**2 * scale
        back = m / (m + n) * (w - w0)
        right = at @ back - network.errors(w)
        u = network.solved(at, right, weight=m + n, go_on=go_on)
        return u - back, m, norm(at @ u - right)

    now = best = seen(w0)
    mu, damping = BEGIN, 0.0
    with suppress(StoppedError):
        while step < min(STEPS, best.steps + PATIENCE) and now.error > ZERO and go_on():
            if mu < CLOSE and best.total < (1 + GAIN) * best.distance:
                break
            step += 1
            move, weight, predicted = solved(now.w, penalty=mu, damping=damping)
            whole = seen(now.w + move)
            missed = abs(whole.error - predicted) / max(predicted, ZERO)
            for halving in range(HALVINGS + 1):
                new = seen(now.w + move / 2**halving) if halving else whole
                if _merit(new, weight) < _merit(now, weight):
                    now = new
                    break
            best = now if now.total < (1 - GAIN) * best.total else best
            if now.distance > bound:
                raise NoneNearError(f"all networks of zero loss seem farther than {bound:.2g}")
            if halving:
                damping = max(MORE * damping, mu)
            elif missed < ALMOST:
                damping = LESS * damping if damping > mu else 0.0
            mu = max(END, mu * (FAST if missed < PREDICTED else SLOW))
    if not best.total - best.distance < TOO_MUCH * norm(w0):
        raise NoneNearError(
            f"no network of zero loss was found near this one: the errors stay at {best.error:.2g}"
        )
    return best


def norm(x: Reals) -> float:
    """Return the Euclidean norm, summed in an order that does not depend on threads."""
    return float(np.sqrt((x**2).sum()))


def _merit(x: Projection, weight: float) -> float:
    return x.error**2 + weight * x.distance**2


@final
@dataclass(frozen=True, slots=True, eq=False)
class SparseNetwork:
    """The coordinates of networks with few entries, and the equations of zero loss.

    The entries that may be non-zero are given by real coordinates ``w``, scaled so that ``|w|`` is
    the length of the plain network's weights, ``|w|^2 = (|layera|^2 + |layerb|^2 + |layerc|^2)/d``,
    constants over the outputs left out. The conditions ``T[k1,k2,k] = [k1 = k2 = k]`` are cubic in
    ``w``, with few terms.

    ``places`` are ``row, k, node`` of each entry, conjugates included, and ``embedding`` is the
    sparse matrix from ``w`` to them, ``w_c`` without ``1/2d``. Each monomial has an equation, three
    entries that are multiplied, shape (3, M), and a coefficient; each equation a target, and a
    scale that makes the squares add up to ``d^2 loss``.
    """

    group: AbelianGroup
    places: tuple[Int64, Int64, Int64]
    embedding: Any
    equation: Int64
    factors: Int64
    weight: Reals
    target: Reals
    scale: Reals

    def errors(self, w: Reals) -> Reals:
        """Return ``T - target``, real parts, then imaginary ones, scaled."""
        u, v, c = (self.embedding @ w)[self.factors]
        products, size = self.weight * u * v * c, len(self.target)
        real = np.bincount(self.equation, products.real, size) - self.target
        imaginary = np.bincount(self.equation, products.imag, size)
        return np.concatenate([self.scale * real, self.scale * imaginary])

    def derivative(self, w: Reals) -> Any:
        """Return the derivative of `errors`, a sparse matrix."""
        from scipy import sparse

        u, v, c = (self.embedding @ w)[self.factors]
        parts = self.scale[self.equation] * self.weight * np.stack([v * c, u * c, u * v])
        places = np.tile(self.equation, 3), self.factors.ravel()
        shape = len(self.target), self.embedding.shape[0]
        whole = sparse.csr_matrix((parts.ravel(), places), shape=shape) @ self.embedding
        return sparse.vstack([whole.real, whole.imag]).tocsr()

    def mean_square(self, at: Any) -> float:
        """Return the mean square of a column of a derivative."""
        return float((at.data**2).sum() / at.shape[1])

    def solved(self, at: Any, right: Reals, *, weight: float, go_on: Callable[[], bool]) -> Reals:
        """Return the ``u`` with the least ``|J u - right|^2 + weight |u|^2``."""
        from scipy.sparse.linalg import lsmr

        options = {"atol": TOLERANCE, "btol": TOLERANCE, "conlim": 0, "maxiter": ITERATIONS}
        return np.asarray(lsmr(at, right, damp=np.sqrt(weight), **options)[0])

    def coordinates(self, z: Complexes) -> Reals:
        """Return the ``w`` nearest to spectral coordinates of shape (3, d, q)."""
        length = np.asarray(abs(self.embedding).power(2).sum(axis=0)).ravel()
        found: Reals = np.real(self.embedding.conj().T @ z[self.places]) / length
        return found


def sparse_network(group: AbelianGroup, may: Mask) -> SparseNetwork:
    """Return the networks whose spectral coordinates ``may`` be non-zero, shape (3, d, q)."""
    from scipy import sparse

    d = group.order
    row, k, node = np.nonzero(may)
    other = group.negate(k)
    first, paired = np.minimum(k, other), k != other
    # One real number for each entry at a real character, two for each pair of conjugates.
    _, at, number = np.unique(
        (row * d + first) * may.shape[2] + node, return_index=True, return_inverse=True
    )
    ends = np.cumsum(1 + paired[at])
    real = (ends - 1 - paired[at])[number]
    size = np.where(row == 2, 2.0 * d, 1.0) / np.where(paired, np.sqrt(2), 1.0)
    turned = 1j * (size * np.where(k == first, 1, -1))[paired]
    every = np.arange(len(row))
    places = np.append(every, every[paired]), np.append(real, real[paired] + 1)
    shape = len(row), int(ends[-1]) if len(ends) else 0
    embedding = sparse.csr_matrix((np.append(size + 0j, turned), places), shape=shape)
    # The products of two inputs of a node and an output, of each {k, -k} one.
    codes, factors, weights = [], [], []
    for j in range(may.shape[2]):
        inputs = np.flatnonzero((node == j) & (row < 2))
        outputs = np.flatnonzero((node == j) & (row == 2) & (k == first))
        left, right = np.triu_indices(len(inputs))
        x, y = (np.repeat(inputs[i], len(outputs)) for i in (left, right))
        z = np.tile(outputs, len(left))
        k1, k2 = (group.add(*(np.where(row[i] == p, k[i], 0) for i in (x, y))) for p in (0, 1))
        codes.append((k1 * d + k2) * d + k[z])
        factors.append(np.stack([x, y, z]))
        weights.append(np.where(x == y, 0.5, 1.0))
    wanted = group.representatives[group.representatives > 0]
    codes.append((wanted * d + wanted) * d + wanted)
    keys, equation = np.unique(np.concatenate(codes), return_inverse=True)
    target = np.zeros(len(keys))
    target[equation[-len(wanted) :]] = 1.0
    outputs = keys % d
    return SparseNetwork(
        group=group,
        places=(row, k, node),
        embedding=embedding,
        equation=equation[: -len(wanted)],
        factors=np.concatenate(factors, axis=1),
        weight=np.concatenate(weights),
        target=target,
        scale=np.sqrt(d * np.where(group.negate(outputs) == outputs, 1.0, 2.0)),
    )
