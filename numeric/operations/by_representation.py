"""Which irreducible representations the nodes of a network over a finite group hold.

The share of a representation ``rho`` in a function ``w`` on the group is ``|P w|^2 / |w|^2`` with
the projection ``P w(x) = (N/(e d)) sum_y chi(x y^-1) w(y)``, ``chi`` its character, ``N`` its
real dimension and ``e`` that of its commutant. It depends neither on how the group is numbered, up
to automorphisms, nor on the scale of a node.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.groups.isotopy import Isotopy
from algebra.numbers.arrays import Floats, Reals
from algebra.numbers.to_float import to_complex
from algebra.representations.irreducibles import irreducibles, trivial
from algebra.representations.representation import Representation

#: From this share on a node is of one representation alone; below this of the largest, it is none.
SINGLE, NOTHING = 0.95, 1e-6


@final
@dataclass(frozen=True, slots=True, eq=False)
class ByRepresentation:
    """What the nodes of a network over a finite group hold; measured in floats.

    Args:
        multiplication: the group, and what its inputs and outputs stand for.
        representations: its irreducible real representations.
        shares: of each representation in a and b together, without their constant parts, and in
            c, without its mean, which is free; shape (2, R, q).
        live: which nodes count: those of the norm of at least a millionth of the largest.
    """

    multiplication: Isotopy
    representations: tuple[Representation, ...]
    shares: Reals
    live: Any

    @property
    def main(self) -> Any:
        """The representation of the largest share in each node's inputs, shape (q,)."""
        return self.shares[0].argmax(axis=0)

    @property
    def single(self) -> Any:
        """Whether 95 % of a node's inputs are of one representation, and of its outputs too."""
        both = np.take_along_axis(self.shares, self.main[None, None], axis=1)[:, 0]
        return self.live & (both >= SINGLE).all(axis=0)

    def rows(self) -> list[tuple[str, int, int, int, int, float]]:
        """Return name, dimension, nodes of the closed form, nodes, single ones, share of c."""
        found = []
        total = self.shares[1][:, self.live].sum() or 1.0
        for i, rho in enumerate(self.representations):
            mine = self.live & (self.main == i)
            closed = 1 if trivial(rho) else rho.dimension * rho.functions
            single = int((mine & self.single).sum())
            share = float(self.shares[1][i, self.live].sum() / total)
            found.append((rho.name, rho.dimension, closed, int(mine.sum()), single, share))
        return found

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        keys = ("representation", "dimension", "closed form", "nodes", "single", "share of c")
        return {
            "operation": self.multiplication.as_json(),
            "live nodes": int(self.live.sum()),
            "representations": [dict(zip(keys, row, strict=True)) for row in self.rows()],
        }


def by_representation(a: Floats, b: Floats, c: Floats, over: Isotopy) -> ByRepresentation:
    """Return the share of each representation in every node.

    Args:
        a: the values of nodes on first inputs, shape (d, q); scales do not matter.
        b: the same on second inputs.
        c: the same at outputs.
        over: the group, and which of its elements inputs and outputs stand for.

    Raises:
        NoRepresentationsError: if the representations of the group are not known.

    >>> import cogo
    >>> from algebra.groups.multiplication import multiplication
    >>> S3 = cogo.group("S3")
    >>> w = cogo.embed(cogo.build(S3))
    >>> found = by_representation(w.layera.T, w.layerb.T, w.layerc, multiplication(S3))
    >>> [(name, nodes) for name, _, _, nodes, _, _ in found.rows()]
    [('[3]', 1), ('[2,1]', 8), ('[1,1,1]', 1)]
    """
    rhos = irreducibles(over.group)
    a, b, c = (
        w.astype(np.float64)[np.argsort(at)]
        for w, at in zip((a, b, c), (over.p, over.s, over.r), strict=True)
    )
    projections = [_projection(over.group, rho) for rho in rhos]
    inputs = np.array([((p @ a) ** 2 + (p @ b) ** 2).sum(axis=0) for p in projections])
    outputs = np.array([((p @ c) ** 2).sum(axis=0) for p in projections])
    norms = np.cbrt(inputs.sum(axis=0) ** 2 * outputs.sum(axis=0))
    varies = np.array([not trivial(rho) for rho in rhos])[:, None]
    moving = np.where(varies, inputs, 0)
    inputs = np.where(moving.sum(axis=0) > NOTHING * inputs.sum(axis=0), moving, inputs)
    outputs = np.where(varies, outputs, 0)  # a constant over outputs is free
    shares = [x / np.where(x.sum(axis=0) > 0, x.sum(axis=0), 1) for x in (inputs, outputs)]
    live = norms > NOTHING * norms.max(initial=0)
    return ByRepresentation(over, rhos, np.array(shares), live)


def _projection(group: FiniteGroup, rho: Representation) -> Reals:
    """Return the matrix of the projection onto the functions of a representation."""
    character = np.array([to_complex(x).real for x in rho.character()])
    quotients = group.products[:, group.inverses]
    matrix: Reals = character[quotients] * (rho.dimension / (rho.kind * group.order))
    return matrix
