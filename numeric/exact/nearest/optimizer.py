"""The exact global optimizer nearest to a trained network.

Three steps: the nearest float network of zero loss (`numeric.exact.nearest.in_floats`), its entries
rounded (blocks of order 4 by their closed form, `numeric.exact.nearest.corrections`; all others to
dyadic numbers), and small nodes that cancel exactly what rounding leaves
(`numeric.exact.nearest.corrections`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, final

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes
from algebra.numbers.units import I
from algebra.semiring.element import Element
from algebra.semiring.made import element
from numeric.exact.certified import NoneNearError, distance, far, size
from numeric.exact.nearest.corrections import Node, corrections, exact_order4, residuals, worst
from numeric.exact.nearest.in_floats import NearestFloat, Progress, nearest_float
from numeric.exact.nearest.sparse_network import SparseNode
from numeric.recognition.composition_fit import fit
from numeric.recognition.compositions import ORDER_4
from numeric.recognition.report import Recognition
from numeric.weights.embed import Weights, embed, from_spectrum
from numeric.work.time_limit import OutOfTimeError, given_up_at

#: Seconds beyond the deadline after which rounding is given up.
GRACE = 3.0
#: Binary digits after the point of inputs, and of outputs, where they are rounded.
INPUT_BITS, OUTPUT_BITS = 46, 40
#: The most where all weights are free, and those beyond the errors of the floats.
FREE_BITS, MORE_BITS = 54, 14
#: Four projected nodes this close to a block of order 4 get its closed form.
CLOSED = 1e-4
#: Rounding leaves less than this, unless a block of order 4 is not quite one by itself and other
#: nodes make up for it: then there are no closed forms.
LEFT = 1e-9


@final
@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """How an exact network was rounded from the nearest one of floats.

    Args:
        projected: the relative distance of the float network that was rounded.
        free: whether all weights of the nodes were free, and not only those of their frequencies.
        closed: the number of blocks of order 4 in closed form.
        corrections: the number of small nodes added.
        corrected: their norm relative to the network's.
    """

    projected: float
    free: bool
    closed: int
    corrections: int
    corrected: float

    @property
    def kind(self) -> Literal["nearest"]:
        """Nothing is asked of its entries but to be near."""
        return "nearest"

    def as_json(self) -> dict[str, Any]:
        """Return what is reported of this kind alone, as plain data."""
        return {
            "distance of the float optimum": float(f"{self.projected:.6g}"),
            "all weights free": self.free,
            "blocks of order 4 in closed form": self.closed,
            "small correcting nodes": self.corrections,
            "their relative norm": float(f"{self.corrected:.3g}"),
        }

    def lines(self) -> list[str]:
        """Return the same in words."""
        made = f"{self.closed} blocks of order 4 in closed form"
        if self.free:
            made = "all weights of the trained ones were free"
        return [
            f"a zero of the loss in floats at {self.projected:.4%}, rounded: {made}, all entries "
            f"in Q(i); {self.corrections} small nodes, relative norm {self.corrected:.1e}, cancel "
            f"what rounding leaves"
        ]


def nearest_optimizer(
    found: Recognition,
    *,
    deadline: float = np.inf,
    anyway: bool = False,
    progress: Progress | None = None,
) -> tuple[Element, Rounded]:
    """Return an exact network near a trained one, all of its conditions met by construction.

    Args:
        found: what was recognised in the trained network, its nodes balanced.
        deadline: as `time.monotonic` has it. The search in floats stops so long before it as it
            may take to make exact, and to check, what it has found.
        anyway: make also exact what has too little to do with the network.
        progress: called with the phase, the step and the largest residual.

    Raises:
        ProjectionError: if no network of zero loss is found near it, or none that the checker
            could take.
        NoneNearError: if the one that is found has too little to do with it, or there is no time
            to make it exact.

    Source: docs/theory/certify.md.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from algebra.criterion.tensor import loss
    >>> from numeric import embed, recognise
    >>> z = optimizers.four_plus_six(AbelianGroup("Z5"), xi=zeta(8), nu=1)
    >>> exact, made = nearest_optimizer(recognise(embed(z, gauge="balanced")))
    >>> loss(exact), made.projected < 1e-3, made.closed
    (0, True, 1)
    """
    near = nearest_float(found, deadline=deadline, progress=progress)
    trained = from_spectrum(near.trained, found.group)
    apart = distance(from_spectrum(near.z, found.group), trained).relative
    if not anyway and (reason := far(apart, found)) is not None:
        raise NoneNearError(reason)
    report = progress or (lambda phase, step, gap: None)
    report("rounding", 0, 0.0)
    try:
        with given_up_at(deadline + GRACE):
            made = _made_exact(found.group, near)
    except OutOfTimeError:
        raise NoneNearError(
            f"a zero of the loss in floats is at {apart:.4%}, with errors of norm "
            f"{near.error:.1e}; the time limit came before it was made exact: pass a longer one"
        ) from None
    report("rounding", 1, 0.0)
    return made


def _made_exact(group: AbelianGroup, near: NearestFloat) -> tuple[Element, Rounded]:
    """Return a float network rounded and corrected."""
    nodes, closed = _rounded(group, near, closed_forms=not near.free)
    left = residuals(group, nodes)
    if closed and worst(left) > LEFT:
        nodes, closed = _rounded(group, near, closed_forms=False)
        left = residuals(group, nodes)
    more = corrections(group, left)
    exact = element(group, nodes + more, name="nearest optimizer")
    w = embed(exact)
    main = len(nodes)
    small = Weights(w.group, w.w_a[:, main:], w.w_b[:, main:], w.w_c[:, main:])
    return exact, Rounded(near.distance, near.free, closed, len(more), size(small) / size(w))


def _rounded(
    group: AbelianGroup, near: NearestFloat, *, closed_forms: bool
) -> tuple[list[Node], int]:
    """Return the rounded nodes, and the number of closed forms among them."""
    digits = INPUT_BITS, OUTPUT_BITS
    if near.free:
        # Rounding adds little to errors that are there already; fewer digits are quicker to check.
        wanted = MORE_BITS - int(np.log2(max(near.error, 2.0**-60)))
        inputs = min(max(wanted, INPUT_BITS // 2), FREE_BITS)
        digits = inputs, inputs - 2
    homes: dict[int, list[SparseNode]] = {}
    for node in near.nodes:
        homes.setdefault(node.reads[0], []).append(node)
    z = near.z.copy()
    found: list[Node] = []
    rest: list[SparseNode] = []
    for k, nodes in homes.items():
        block = _closed(group, k, nodes, z) if closed_forms else None
        if block is None:
            rest += nodes
            continue
        found += block
        _recarry(group, k, z, [x.column for x in nodes], block)
    closed = len(found) // 4
    return found + [_dyadic(group, x, z[:, :, x.column], digits) for x in rest], closed


def _recarry(group: AbelianGroup, k: int, z: Complexes, own: list[int], block: list[Node]) -> None:
    """Scale what other nodes write to ``k`` so that it carries the rounded block's ``T[0,0,k]``.

    They meet conditions at ``k`` that are homogeneous in ``c_k``, so all of them stay true.
    """
    a, b, c = (np.array([complex(x[p, k]) for x in block]) for p in "abc")
    leftover = (c * (np.abs(a) ** 2 + np.abs(b) ** 2)).sum()
    inner = ((np.abs(z[:2]) ** 2).sum(axis=(0, 1)) + 2 * (z[0, 0] * z[1, 0]).real) / 2
    others = np.ones(z.shape[2], dtype=bool)
    others[own] = False
    carried = (inner[others] * z[2, k, others]).sum()
    if abs(carried) > 0.1:
        z[2, k, others] *= -leftover / carried
        z[2, group.negate(k), others] = z[2, k, others].conj()


def _closed(
    group: AbelianGroup, k: int, nodes: list[SparseNode], z: Complexes
) -> list[Node] | None:
    """Return the exact block of order 4 near four nodes that are nothing else, or None."""
    alone = all(x.reads == (k,) and x.outputs == (k,) for x in nodes)
    if len(nodes) != 4 or not alone or group.negate(k) == k:
        return None
    entries = z[:, k][:, [x.column for x in nodes]]
    s = np.cbrt(np.abs(entries[2]) / np.abs(entries[0]))
    found = fit((entries * np.stack([s, s, s**-2]))[None], ORDER_4)
    if not found.residual[0] < CLOSED:
        return None
    (a1, _, a2, _), (b1, _, b2, _), _ = entries[:, found.place[0]]
    return exact_order4(complex(a1), complex(b1), complex(a2), complex(b2), k=k)


def _dyadic(group: AbelianGroup, node: SparseNode, z: Complexes, digits: tuple[int, int]) -> Node:
    """Return a node's entries, rounded to so many binary digits of inputs and of outputs."""
    entries: Node = {}
    for p, row, bits in ((0, "a", digits[0]), (1, "b", digits[0]), (2, "c", digits[1])):
        for k in node.reads if p < 2 else node.outputs:
            grid = 1 << bits
            x, y = round(z[p, k].real * grid), round(z[p, k].imag * grid)
            whole = Fraction(x, grid) + (0 if group.negate(k) == k else Fraction(y, grid) * I)
            if whole:
                entries[row, k] = whole
    return entries
