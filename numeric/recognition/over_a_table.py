"""What recognition says of a network over a group that is not Abelian, or over any table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.isotopy import Isotopy
from algebra.groups.operation import Magma
from algebra.networks.table_network import interned
from algebra.numbers.arrays import Int64, Mask, Reals
from algebra.numbers.to_float import to_reals
from algebra.representations.irreducibles import irreducibles, trivial
from algebra.representations.representation import Representation
from algebra.semiring.shown import text_table
from numeric.operations.by_representation import powers_and_gains
from numeric.recognition.report import LEARNED
from numeric.weights.performance import Performance, Progress, performance
from numeric.weights.plain_network import Weights

#: Of the table of representations.
COUNTS = ("dimension", "nodes", "single", "closed form")
HEADINGS = ("representation", *COUNTS, "share of c", "gain", "distance")
#: At most so many nodes of several representations are listed, with shares from the second number.
SHOWN, SHARE = 12, 0.05
#: From this share on a node is of one representation alone; below this of the largest, it is none.
SINGLE, NOTHING = 0.95, 1e-6
#: Of the ascent to nodes of the closed form: starts, steps, and what a step gains at least.
STARTS, STEPS, GAIN = 12, 200, 1e-10


@final
@dataclass(frozen=True, slots=True, eq=False)
class TableRecognition:
    """What is in a network over a group that is not Abelian, or over any table; in floats.

    Args:
        multiplication: the group, and what its inputs and outputs stand for.
        representations: its irreducible real representations; of no group there are none.
        shares: of each representation in a and b together, without their constant parts if these
            are not 95 % of them, and in c, without its mean, which is free; shape (2, R, q).
        live: which nodes count: those of the norm of at least a millionth of the largest.
        main, single: the representation of the largest share in each node's inputs, and whether
            95 % of them are of it, and of its outputs too.
        powers: squared norms of nodes of least norm, up to a factor.
        gains: of each representation, as `powers_and_gains` has them.
        apart: how far each node is from the nearest one that a closed form may have, relative.
        measured, wrong_scale: as of `Recognition`.
    """

    multiplication: Isotopy
    representations: tuple[Representation, ...]
    shares: Reals
    live: Mask
    main: Int64
    single: Mask
    powers: Reals
    gains: Reals
    apart: Reals
    measured: Performance
    wrong_scale: str | None

    @property
    def group(self) -> FiniteGroup | Magma:
        """The group, or the operation."""
        group: FiniteGroup | Magma = self.multiplication.group
        return group

    @property
    def width(self) -> int:
        """The number of hidden nodes."""
        return len(self.live)

    @property
    def dead(self) -> tuple[int, ...]:
        """Nodes without effect."""
        return tuple(np.flatnonzero(~self.live).tolist())

    @property
    def compositions(self) -> dict[str, int]:
        """The number of nodes by the representation that has most of their inputs."""
        return {x["representation"]: x["nodes"] for x in self.rows() if x["nodes"]}

    def __repr__(self) -> str:
        what = ", ".join(f"{name} {n}" for name, n in self.compositions.items()) or "none"
        return (
            f"<TableRecognition of {self.width} nodes over {self.group.name}: {what}; "
            f"loss {self.measured.loss:.4g}, accuracy {self.measured.accuracy:.2%}>"
        )

    def __str__(self) -> str:
        return "\n".join([repr(self), *text_table([HEADINGS, *self.cells()]), *self.lines()])

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Yield the rows of a table with `HEADINGS`."""
        for rho, x in zip(self.representations, self.rows(), strict=True):
            gain = "" if trivial(rho) else f"{x['gain']:.3f}"
            apart = f"{x['distance']:.1%}" if x["nodes"] else ""
            yield rho.name, *(str(x[key]) for key in COUNTS), f"{x['share of c']:.1%}", gain, apart

    def lines(self) -> list[str]:
        """Return the distance to the closed form, and the nodes of several representations."""
        if not self.representations:
            name = self.multiplication.name
            return [f"{name}: no group's operation, so nodes are of no representations"]
        lines = [
            f"distance of the nodes from nodes u.rho(x)v, v.rho(y)w, u.rho(g)w of the closed form: "
            f"{self.distance():.2%} (measured)"
        ]
        several = np.flatnonzero(self.live & ~self.single).tolist()
        names = [rho.name for rho in self.representations]
        for j in several[:SHOWN]:
            parts = (
                ", ".join(
                    f"{name} {x:.0%}" for name, x in zip(names, row, strict=True) if x > SHARE
                )
                for row in self.shares[:, :, j]
            )
            reads, writes = (x or "nothing" for x in parts)
            lines.append(f"node {j} reads {reads} and writes {writes}")
        more = len(several) - SHOWN
        return [*lines, *([f"{more} more nodes of several representations"] if more > 0 else [])]

    def not_learned(self) -> str | None:
        """Return why there is no exact solution to look for in these weights, or None."""
        if self.measured.accuracy >= LEARNED:
            return self.wrong_scale
        return (
            f"the network has not learned {self.multiplication.name}: "
            f"{self.measured.accuracy:.1%} of all pairs are answered correctly, loss "
            f"{self.measured.loss:.3g}"
        )

    def distance(self, nodes: Mask | bool = True) -> float:
        """Return the distance of some live nodes from nodes of the closed form, relative."""
        power = np.where(self.live & nodes, self.powers, 0)
        return float(np.sqrt((power * self.apart**2).sum() / (power.sum() or 1)))

    def rows(self) -> list[dict[str, Any]]:
        """Return what nodes hold of each representation: how many have most of their inputs in it,
        and nothing else, how many the closed form has, and their distance from such nodes.
        """
        found, shares = [], self.shares[1][:, self.live].sum(axis=1)
        for i, rho in enumerate(self.representations):
            mine = self.live & (self.main == i)
            found.append(
                {
                    "representation": rho.name,
                    "dimension": rho.dimension,
                    "closed form": 1 if trivial(rho) else rho.dimension * rho.functions,
                    "nodes": int(mine.sum()),
                    "single": int((mine & self.single).sum()),
                    "share of c": float(shares[i] / (shares.sum() or 1.0)),
                    "gain": float(self.gains[i]),
                    "distance": self.distance(mine),
                }
            )
        return found

    def as_json(self) -> dict[str, Any]:
        """Return plain data; distances are those to the closed form."""
        names = [rho.name for rho in self.representations]
        inputs, outputs = np.round(self.shares, 6).transpose(0, 2, 1).tolist()
        return {
            "group": self.group.name,
            "width": self.width,
            "loss": self.measured.loss,
            "accuracy": self.measured.accuracy,
            "operation": self.multiplication.as_json(),
            "live nodes": int(self.live.sum()),
            "distance": self.distance(),
            "representations": self.rows(),
            "nodes": [
                {
                    "node": j,
                    "main": names[self.main[j]],
                    "single": bool(self.single[j]),
                    "distance": float(self.apart[j]),
                    "inputs": dict(zip(names, inputs[j], strict=True)),
                    "outputs": dict(zip(names, outputs[j], strict=True)),
                }
                for j in np.flatnonzero(self.live & bool(names)).tolist()
            ],
        }


def over_a_table(
    w: Weights, over: Isotopy, *, normalised: bool = False, progress: Progress | None = None
) -> TableRecognition:
    """Return what a network over a group that is not Abelian holds, as `recognise`.

    Raises:
        NoRepresentationsError: if the representations of the group are not known.

    >>> import cogo
    >>> from numeric.weights.given import reading
    >>> read = reading(cogo.embed(cogo.build("S3")))
    >>> over_a_table(read.weights, read.operation)
    <TableRecognition of 10 nodes over S3: [3] 1, [2,1] 8, [1,1,1] 1; loss ..., accuracy 100.00%>
    """
    measured = performance(w, table=over.table(), progress=progress)
    off = measured.wrong_scale(normalised=normalised)
    if isinstance(over.group, Magma):
        none, zero = np.zeros((2, 0, w.width)), np.zeros(w.width)
        there = np.array(w.w_a.any(axis=0) | w.w_b.any(axis=0))
        main = zero.astype(np.int64)
        return TableRecognition(
            over, (), none, there, main, there, zero, zero[:0], zero, measured, off
        )
    rhos = irreducibles(over.group)
    a, b, c = (
        x.astype(np.float64)[np.argsort(at)]
        for x, at in zip((w.w_a, w.w_b, w.w_c), (over.p, over.s, over.r), strict=True)
    )
    c = c / (2 * len(c))
    powers, gains = powers_and_gains(a, b, c, over.group)
    varies = np.array([not trivial(rho) for rho in rhos])[:, None]
    constant = len(a) / 2 * (a.mean(axis=0) + b.mean(axis=0)) ** 2  # of a + t, b - t the least
    moving = np.where(varies, powers[0] + powers[1], 0)
    outputs = np.where(varies, powers[2], 0)  # a constant over outputs is free
    whole = moving.sum(axis=0) + constant, outputs.sum(axis=0)
    moves = moving.sum(axis=0) > (1 - SINGLE) * whole[0]
    inputs = np.where(moves, moving, ~varies * constant)
    both = np.array([inputs, outputs])
    shares = both / np.where(both.sum(axis=1) > 0, both.sum(axis=1), 1)[:, None]
    norms = np.cbrt(whole[0] ** 2 * whole[1])
    live = norms > NOTHING * norms.max(initial=0)
    missing = np.zeros(len(norms))
    scale = [np.sqrt(np.where(live, x, 1)) for x in (whole[0] / 2, whole[0] / 2, whole[1])]
    main = shares[0].argmax(axis=0)
    single = live & (np.take_along_axis(shares, main[None, None], axis=1) >= SINGLE).all((0, 1))
    for i, rho in enumerate(rhos):
        mine = np.flatnonzero(live & (main == i))
        if trivial(rho):
            missing[mine] = 2 * moving.sum(axis=0)[mine] / whole[0][mine]
        elif len(mine):
            of = (x[:, mine] / s[mine] for x, s in zip((a, b, c), scale, strict=True))
            missing[mine] = 3 - explained(*of, matrices=matrices_of(rho))
    apart = np.sqrt(np.maximum(missing, 0) / 3)
    return TableRecognition(
        over, rhos, shares, live, main, single, norms, gains, apart, measured, off
    )


def matrices_of(rho: Representation) -> Reals:
    """Return the real matrices of a representation in an orthonormal basis, shape (d, N, N)."""
    form = np.sqrt(to_reals(rho.diagonal()))
    found = interned(rho.matrices())
    matrices: Reals = to_reals(found.scalars)[found.ids] * form / form[:, None]
    return matrices


def explained(a: Reals, b: Reals, c: Reals, *, matrices: Reals) -> Reals:
    """Return the most of ``|a|^2 + |b|^2 + |c|^2`` that lies in a node of the closed form, which is
    ``s u.rho(x)v, t v.rho(y)w, r u.rho(g)w`` for three unit vectors, rho an orthogonal one.

    With ``A = sum_x a(x) rho(x)`` and so on it is ``(N/d) ((u.Av)^2 + (v.Bw)^2 + (u.Cw)^2)``, which
    is convex in each vector: going where it grows fastest, one vector after the other, never
    decreases it. The best of several starts counts.
    """
    d, n, _ = matrices.shape
    ab, bb, cb = (np.einsum("xq,xij->qij", w, matrices)[:, None] for w in (a, b, c))
    u, v, w = _unit(np.random.default_rng(0).normal(size=(3, a.shape[1], STARTS, n)))
    best = np.full(a.shape[1], -np.inf)
    for _ in range(STEPS):
        u = _turned(u, _at(ab, v), _at(cb, w))
        v = _turned(v, _at(ab.swapaxes(2, 3), u), _at(bb, w))
        w = _turned(w, _at(bb.swapaxes(2, 3), v), _at(cb.swapaxes(2, 3), u))
        parts = (u * _at(ab, v), v * _at(bb, w), u * _at(cb, w))
        before, best = best, sum(x.sum(-1) ** 2 for x in parts).max(axis=1) * n / d
        if (best - before <= GAIN * best).all():
            break
    return best


def _turned(u: Reals, p: Reals, r: Reals) -> Reals:
    """Return where ``(u.p)^2 + (u.r)^2`` grows fastest."""
    return _unit((u * p).sum(-1)[..., None] * p + (u * r).sum(-1)[..., None] * r)


def _at(m: Reals, v: Reals) -> Reals:
    return np.asarray((m @ v[..., None])[..., 0])


def _unit(x: Reals) -> Reals:
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-300))
