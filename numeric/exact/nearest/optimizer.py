"""The exact global optimizer nearest to a trained network.

Three steps: the nearest float network of zero loss (`numeric.exact.nearest.in_floats`), its entries
rounded (blocks of order 4 by their closed form, `numeric.exact.nearest.exact_order4`; all others to
dyadic numbers), and small nodes that cancel exactly what rounding leaves
(`numeric.exact.nearest.corrections`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, final

import numpy as np

from algebra.groups.group import AbelianGroup, Index
from algebra.numbers.arrays import Complexes
from algebra.numbers.scalar import Exact, Scalar
from algebra.numbers.units import I
from algebra.semiring.element import Element
from algebra.semiring.made import element
from numeric.exact.distance import size
from numeric.exact.nearest.corrections import Entries, Ledger
from numeric.exact.nearest.exact_order4 import FINE, exact_order4, smooth
from numeric.exact.nearest.gaussian import Gaussian
from numeric.exact.nearest.in_floats import NearestFloat, Progress, nearest_float
from numeric.exact.nearest.sparse_network import SparseNode
from numeric.recognition.composition_fit import fit
from numeric.recognition.compositions import ORDER_4
from numeric.recognition.report import Recognition
from numeric.weights.embed import Weights, embed

#: Binary digits after the point of inputs, and of outputs, where they are rounded.
INPUT_BITS, OUTPUT_BITS = 46, 40
#: The most where all weights are free, those beyond the errors of the floats, and the smallest
#: inputs of correcting nodes there.
FREE_BITS, MORE_BITS, FINEST = 54, 14, 30
#: Four projected nodes this close to a block of order 4 get its closed form.
CLOSED = 1e-4
#: Rounding leaves less than this, unless a block of order 4 is not quite one by itself and other
#: nodes make up for it: then there are no closed forms.
LEFT = 1e-9
#: Nodes whose scales differ by less than this share one.
EQUAL = 1e-3


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
    found: Recognition, *, deadline: float = np.inf, progress: Progress | None = None
) -> tuple[Element, Rounded]:
    """Return an exact network near a trained one, all of its conditions met by construction.

    Args:
        found: what was recognised in the trained network, its nodes balanced.
        deadline: the search in floats stops then, as `time.monotonic` has it; what it has found is
            made exact.
        progress: called with the phase, the step and the largest residual.

    Raises:
        ProjectionError: if no network of zero loss is found near it, or none that the checker
            could take.

    Source: docs/certify.md.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from algebra.criterion.tensor import loss
    >>> from numeric import embed, recognise
    >>> z = optimizers.order46(AbelianGroup("Z5"), xi=zeta(8), nu=1)
    >>> exact, made = nearest_optimizer(recognise(embed(z, gauge="balanced")))
    >>> loss(exact), made.projected < 1e-3, made.closed
    (0, True, 1)
    """
    near = nearest_float(found, deadline=deadline, progress=progress)
    report = progress or (lambda phase, step, gap: None)
    report("rounding", 0, 0.0)
    ledger, closed = _rounded(found.group, near, closed_forms=True)
    if closed and _worst(ledger) > LEFT:
        ledger, closed = _rounded(found.group, near, closed_forms=False)
    main = len(ledger.nodes)
    ledger.settle(constant=_constant(ledger))
    report("rounding", 1, 0.0)
    exact = element(found.group, [_node(x) for x in ledger.nodes], name="nearest optimizer")
    w = embed(exact)
    small = Weights(w.group, w.w_a[:, main:], w.w_b[:, main:], w.w_c[:, main:])
    corrected = size(small) / size(w)
    more = len(ledger.nodes) - main
    return exact, Rounded(near.distance, near.free, closed, more, corrected)


def _rounded(group: AbelianGroup, near: NearestFloat, *, closed_forms: bool) -> tuple[Ledger, int]:
    """Return a ledger with the rounded nodes, and the number of closed forms."""
    ledger = Ledger(group)
    ledger.expect(int(k) for k in group.representatives if k)
    if near.free:
        # Rounding adds little to errors that are there already; fewer digits are quicker to check.
        wanted = MORE_BITS - int(np.log2(max(near.error, 2.0**-60)))
        inputs = min(max(wanted, INPUT_BITS // 2), FREE_BITS)
        bits = inputs, inputs - 2
        ledger.add_dense([_dyadic(group, x, near.z[:, :, x.column], bits) for x in near.nodes])
        ledger.small = _smallness(ledger)
        return ledger, 0
    closed = 0
    homes: dict[int, list[SparseNode]] = {}
    for node in near.nodes:
        homes.setdefault(node.reads[0], []).append(node)
    z = near.z.copy()
    rest: list[SparseNode] = []
    for k, nodes in homes.items():
        block = _closed(group, k, nodes, z) if closed_forms else None
        if block is None:
            rest += nodes
            continue
        closed += 1
        for entries in block:
            ledger.add(entries)
        _recarry(group, k, z, [x.column for x in nodes], ledger.residuals[0, 0][k])
    for node in rest:
        ledger.add(_dyadic(group, node, z[:, :, node.column], (INPUT_BITS, OUTPUT_BITS)))
    return ledger, closed


def _worst(ledger: Ledger) -> float:
    """Return the largest modulus among the residuals."""
    rows = ledger.residuals.values()
    return max((abs(complex(x)) for row in rows for x in row.values()), default=0.0)


def _smallness(ledger: Ledger) -> int:
    """Return the ``s`` for which correcting nodes with inputs ``2^-s`` have about the least norm.

    If an output of norm ``R`` is wanted, that is ``(R/2d)^(1/3)``; these are ``d^2`` functions.
    """
    d = ledger.group.order
    power = sum(float(x.square()) for row in ledger.residuals.values() for x in row.values())
    return int(np.clip(np.ceil(-np.log2(np.cbrt(np.sqrt(2 * power) / d / (2 * d)))), 5, FINEST))


def _recarry(group: AbelianGroup, k: int, z: Complexes, own: list[int], leftover: Gaussian) -> None:
    """Scale what other nodes write to ``k`` so that it carries the rounded block's ``T[0,0,k]``.

    They meet conditions at ``k`` that are homogeneous in ``c_k``, so all of them stay true.
    """
    inner = ((np.abs(z[:2]) ** 2).sum(axis=(0, 1)) + 2 * (z[0, 0] * z[1, 0]).real) / 2
    others = np.ones(z.shape[2], dtype=bool)
    others[own] = False
    carried = (inner[others] * z[2, k, others]).sum()
    if abs(carried) > 0.1:
        z[2, k, others] *= -complex(leftover) / carried
        z[2, group.negate(k), others] = z[2, k, others].conj()


def _closed(
    group: AbelianGroup, k: int, nodes: list[SparseNode], z: Complexes
) -> list[Entries] | None:
    """Return the exact block of order 4 near four nodes that are nothing else, or None."""
    alone = all(x.reads == (k,) and x.outputs == (k,) for x in nodes)
    if len(nodes) != 4 or not alone or group.negate(k) == k:
        return None
    columns = [x.column for x in nodes]
    entries = z[:, k][:, columns]
    s = np.cbrt(np.abs(entries[2]) / np.abs(entries[0]))
    found = fit((entries * np.stack([s, s, s**-2]))[None], ORDER_4)
    if not found.residual[0] < CLOSED:
        return None
    place = found.place[0]
    a, b, _ = entries[:, place]
    # The two nodes of a pair may be scaled differently; the closed form is at the first one's.
    ratio = [_ratio(abs(a[i] * b[i]) / abs(a[i - i % 2] * b[i - i % 2])) for i in range(4)]
    a, b = (x / np.array([float(r) for r in ratio]) for x in (a, b))
    sign = np.array([np.sign((a[1] / (1j * a[0])).real), np.sign((a[3] / (1j * a[2])).real)])
    starts = [
        ((a[i] + sign[i // 2] * a[i + 1] / 1j) / 2, (b[i] - sign[i // 2] * b[i + 1] / 1j) / 2)
        for i in (0, 2)
    ]
    (a1, b1), (a2, b2) = starts
    exact = exact_order4(complex(a1), complex(b1), complex(a2), complex(b2))
    turn = [1, int(sign[0]), 1, int(sign[1])]
    found_nodes: list[Entries] = []
    for i in range(4):
        t = turn[i] * ratio[i]
        x, y, c = exact.a[i] * t, exact.b[i] * t, exact.c[i] * (1 / t**2)
        found_nodes.append({("a", k): x, ("b", k): y, ("c", k): c})
    return found_nodes


def _ratio(square: float) -> Fraction:
    """Return a product of small primes near the root of this, 1 if it is within a thousandth."""
    root = float(np.sqrt(square))
    if abs(root - 1) < EQUAL:
        return Fraction(1)
    return Fraction(smooth(root * 2.0**FINE), 2**FINE)


def _dyadic(
    group: AbelianGroup, node: SparseNode, z: Complexes, digits: tuple[int, int]
) -> Entries:
    """Return a node's entries, rounded to so many binary digits of inputs and of outputs."""
    entries: Entries = {}
    for p, row, bits in ((0, "a", digits[0]), (1, "b", digits[0]), (2, "c", digits[1])):
        for k in node.reads if p < 2 else node.outputs:
            real = group.negate(k) == k
            x = z[p, k]
            grid = 1 << bits
            parts = round(x.real * grid), 0 if real else round(x.imag * grid)
            if any(parts):
                entries[row, k] = Gaussian(Fraction(parts[0], grid), Fraction(parts[1], grid))
    return entries


def _constant(ledger: Ledger) -> int:
    """Return how small the input of the node that cancels ``T[0,0,k]`` may be."""
    rest = ledger.residuals.get((0, 0), {})
    most = max((abs(complex(x)) for x in rest.values()), default=0.0)
    plain = np.cbrt(max(most, 1e-300) / ledger.group.order)
    return int(np.clip(np.floor(-np.log2(plain)), 0, ledger.small))


def _node(entries: Entries) -> dict[tuple[str, Index], Exact]:
    return {
        at: Scalar(x.re) + Scalar(x.im) * I if x.im else Scalar(x.re) for at, x in entries.items()
    }
