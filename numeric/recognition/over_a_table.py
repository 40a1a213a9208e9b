"""What recognition says of a network over a group that is not Abelian."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from algebra.groups.finite_group import FiniteGroup
from algebra.representations.irreducibles import trivial
from algebra.semiring.shown import text_table
from numeric.operations.by_representation import ByRepresentation, by_representation
from numeric.recognition.report import LEARNED
from numeric.weights.given import Reading
from numeric.weights.performance import Performance, Progress, performance

#: Of the table of representations.
COUNTS = ("dimension", "nodes", "single", "closed form")
HEADINGS = ("representation", *COUNTS, "share of c", "gain", "distance")
#: At most so many nodes of several representations are listed, with shares from the second number.
SHOWN, SHARE = 12, 0.05


@final
@dataclass(frozen=True, slots=True, eq=False)
class TableRecognition:
    """What is in a network over a group that is not Abelian.

    Args:
        held: by representation.
        measured: loss and accuracy on all pairs.
        width: the number of hidden nodes.
        wrong_scale: how outputs that are right differ from one-hot by their scale, or None.
    """

    held: ByRepresentation
    measured: Performance
    width: int
    wrong_scale: str | None

    @property
    def group(self) -> FiniteGroup:
        """The group."""
        group: FiniteGroup = self.held.multiplication.group
        return group

    @property
    def dead(self) -> tuple[int, ...]:
        """Nodes without effect."""
        return tuple(np.flatnonzero(~self.held.live).tolist())

    @property
    def compositions(self) -> dict[str, int]:
        """The number of nodes by the representation that has most of their inputs."""
        return {x["representation"]: x["nodes"] for x in self.held.rows() if x["nodes"]}

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
        for rho, x in zip(self.held.representations, self.held.rows(), strict=True):
            gain = "" if trivial(rho) else f"{x['gain']:.3f}"
            apart = f"{x['distance']:.1%}" if x["nodes"] else ""
            yield rho.name, *(str(x[key]) for key in COUNTS), f"{x['share of c']:.1%}", gain, apart

    def lines(self) -> list[str]:
        """Return the distance to the closed form, and the nodes of several representations."""
        held = self.held
        lines = [
            f"distance of the nodes from nodes u.rho(x)v, v.rho(y)w, u.rho(g)w of the closed form: "
            f"{held.distance():.2%} (measured)"
        ]
        several = np.flatnonzero(held.live & ~held.single).tolist()
        names = [rho.name for rho in held.representations]
        for j in several[:SHOWN]:
            parts = (
                ", ".join(
                    f"{name} {x:.0%}" for name, x in zip(names, row, strict=True) if x > SHARE
                )
                for row in held.shares[:, :, j]
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
            f"the network has not learned {self.held.multiplication.name}: "
            f"{self.measured.accuracy:.1%} of all pairs are answered correctly, loss "
            f"{self.measured.loss:.3g}"
        )

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        measured = {"loss": self.measured.loss, "accuracy": self.measured.accuracy}
        return {"group": self.group.name, "width": self.width, **measured, **self.held.as_json()}


def over_a_table(read: Reading, *, progress: Progress | None = None) -> TableRecognition:
    """Return what a network over a group that is not Abelian holds, as `recognise`.

    >>> import cogo
    >>> from numeric.weights.given import reading
    >>> over_a_table(reading(cogo.embed(cogo.build("S3"))))
    <TableRecognition of 10 nodes over S3: [3] 1, [2,1] 8, [1,1,1] 1; loss ..., accuracy 100.00%>
    """
    over, w = read.multiplication, read.weights
    assert over is not None
    held = by_representation(w.w_a, w.w_b, w.w_c / (2 * len(w.w_c)), over)
    measured = performance(w, table=over.table(), progress=progress)
    off = measured.wrong_scale(normalised=read.normalised)
    return TableRecognition(held, measured, w.width, off)
