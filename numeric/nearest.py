"""The exact global optimizer nearest to a trained network.

Three steps: the nearest float network of zero loss (`numeric.projection`), its entries rounded
(blocks of order 4 by their closed form, `numeric.exact_order4`; all others to dyadic numbers),
and small nodes that cancel exactly what rounding leaves (`numeric.corrections`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import final

import numpy as np

from algebra.element import Element, element
from algebra.group import AbelianGroup, Index
from algebra.scalar import Exact, I, Scalar
from numeric.composition_fit import fit
from numeric.compositions import NU_I_XI, ORDER_4
from numeric.corrections import SMALL, Entries, Ledger
from numeric.embed import Complexes, Weights
from numeric.exact_order4 import FINE, Rational, exact_order4, smooth
from numeric.projection import Projection, ProjectionError, project
from numeric.recognise import FrequencyReport, Recognition, recognise
from numeric.sparse_network import SparseNetwork, SparseNode, sparse_network

#: Binary digits after the point of inputs, and of outputs, where they are rounded.
INPUT_BITS, OUTPUT_BITS = 46, 40
#: A block whose conditions are off by more than this is replaced.
HOPELESS = 0.4
#: If the projection is farther than this, relatively, all nodes may write everywhere, as long as
#: that many outputs are affordable, and the result is taken if it is nearer by this ratio.
FAR, AFFORDABLE, NEARER = 5e-3, 1500, 0.8
#: Entries with less than this share of the power of a node's inputs are taken for zero.
SHARE = 1e-4
#: Of nodes that read more frequencies than this, only the larger shares count; small ones are
#: given up.
FEW = 4
#: Four projected nodes this close to a block of order 4 get its closed form.
CLOSED = 1e-4
#: Nodes whose scales differ by less than this share one.
EQUAL = 1e-3


class NotLearnedError(ValueError):
    """Raised for a network that does not solve the task, with what was seen."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """An exact network near a trained one; that it is an optimizer is for a checker to decide.

    Args:
        element: the exact network; its nodes in the order of ``columns``.
        columns: for each of its nodes the column in the trained weights that it stands for;
            columns from the trained width on are new.
        distance: ``|exact - trained| / |trained|``, of the plain network's weights, constants
            over the outputs left out; the best gauge is part of what was minimised.
        projected: the same of the float network that was rounded.
        rounding: the largest change of an entry by rounding, of the plain network's entries.
        replaced: why, for each frequency whose trained nodes were given up.
        closed: the number of blocks of order 4 in closed form.
        corrections: the number of small nodes added.
        corrected: their norm relative to the network's.
        recognition: what was found in the trained network.
    """

    element: Element
    columns: tuple[int, ...]
    distance: float
    projected: float
    rounding: float
    replaced: Mapping[str, str]
    closed: int
    corrections: int
    corrected: float
    recognition: Recognition = field(repr=False)

    @property
    def agreeing(self) -> int:
        """The pairs on which the trained network predicts ``x + y``, as the exact one does."""
        return round(self.recognition.measured.accuracy * self.recognition.group.order**2)


def nearest_optimizer(
    w: Weights, *, progress: Callable[[str, int, float], None] | None = None
) -> Nearest:
    """Return an exact network near a trained one, all of its conditions met by construction.

    Args:
        w: the trained weights.
        progress: called with the phase, the step and the largest residual.

    Raises:
        NotLearnedError: if the network does not solve the task.
        ProjectionError: if no network of zero loss is found near it.

    Source: docs/certify.md.

    >>> from algebra import AbelianGroup, optimizers, zeta
    >>> from algebra.tensor import loss
    >>> from numeric import embed
    >>> z = optimizers.order46(AbelianGroup("Z5"), xi=zeta(8), nu=1)
    >>> found = nearest_optimizer(embed(z, gauge="balanced"))
    >>> loss(found.element), found.distance < 1e-3, found.closed
    (0, True, 1)
    """
    found = recognise(w)
    reason = found.not_learned()
    if reason is not None:
        raise NotLearnedError(reason)
    z, replaced, skipped = _replaced(found)
    nodes = _sparse_nodes(found, z, replaced, skipped)
    if not any(len(x.outputs) > 1 or x.reads == (0,) for x in nodes):
        z, nodes = _with_carrier(found, z, nodes)
    network, projection = _projected(
        found.group,
        z,
        nodes,
        None if progress is None else lambda n, x: progress("projecting", n, x),
    )
    if progress is not None:
        progress("rounding", 0, projection.residual)
    projected = np.zeros_like(z)
    _fill(network, projected, network.embedding @ projection.x)
    ledger, columns, closed = _rounded(network, projected)
    main = len(ledger.nodes)
    ledger.settle(constant=_constant(ledger))
    if progress is not None:
        progress("rounding", 1, 0.0)
    free = [j for j in range(z.shape[2]) if j not in set(columns)]
    more = len(ledger.nodes) - main
    columns += (free + list(range(z.shape[2], z.shape[2] + more)))[:more]
    exact = _floats(found.group, ledger.nodes, columns, max(z.shape[2], max(columns) + 1))
    width = exact.shape[2]
    trained, near = (_plain(_widened(x, width)) for x in (found.table.z, projected))
    ours = _plain(exact)
    norm = float(np.linalg.norm(trained))
    order = np.argsort(columns, kind="stable")
    kept = np.array(columns[:main])
    return Nearest(
        element=element(
            found.group, [_node(ledger.nodes[i]) for i in order], name="nearest optimizer"
        ),
        columns=tuple(columns[i] for i in order),
        distance=float(np.linalg.norm(ours - trained)) / norm,
        projected=float(np.linalg.norm(near - trained)) / norm,
        rounding=float(np.abs(ours - near)[:, :, kept].max()),
        replaced=replaced,
        closed=closed,
        corrections=more,
        corrected=float(np.linalg.norm(ours[:, :, np.array(columns[main:], dtype=int)])) / norm,
        recognition=found,
    )


def _projected(
    group: AbelianGroup,
    z: Complexes,
    nodes: list[SparseNode],
    progress: Callable[[int, float], None] | None,
) -> tuple[SparseNetwork, Projection]:
    """Return the nearest network of zero loss; if it is far, also of nodes that write everywhere.

    At characters of small order, and where constant parts help, small entries matter that nodes of
    other groups do not have.
    """
    reps = tuple(int(k) for k in group.representatives if k)
    network = sparse_network(group, nodes)
    affordable = len(nodes) * len(reps) <= AFFORDABLE
    near: Projection | None = None
    start = network.coordinates(z)
    try:
        near = project(network, start, progress=progress)
    except ProjectionError:
        if not affordable:
            raise
    if near is None or (affordable and near.distance > FAR * float(np.linalg.norm(start))):
        wide = sparse_network(group, [SparseNode(x.column, x.reads, reps) for x in nodes])
        try:
            found = project(wide, wide.coordinates(z), progress=progress)
        except ProjectionError:
            if near is None:
                raise
        else:
            if near is None or found.distance < NEARER * near.distance:
                return wide, found
    assert near is not None
    return network, near


def _replaced(found: Recognition) -> tuple[Complexes, dict[str, str], set[int]]:
    """Give up hopeless blocks: their nodes are skipped, and standard blocks put in.

    Returns the spectral coordinates with the new blocks in dead or new columns, the reasons, and
    the columns that are given up.
    """
    reasons: dict[str, str] = {}
    skipped = {x.node for x in found.several if x.weak and len(x.reads) > FEW}
    blocks: list[tuple[FrequencyReport, Complexes]] = []
    for x in found.frequencies:
        why = _hopeless(x)
        if why is not None:
            reasons[x.label] = why
            skipped |= {*x.nodes, *x.serving}
            blocks.append((x, _standard(found.group, x.frequency)))
    z = found.table.z
    free = list(found.dead)
    needed = sum(block.shape[1] for _, block in blocks)
    if needed > len(free):
        free += range(z.shape[2], z.shape[2] + needed - len(free))
        z = _widened(z, free[-1] + 1)
    z = z.copy()
    for x, block in blocks:
        negative = int(found.group.negate(np.array(x.frequency)))
        for entries in block.T:
            j = free.pop(0)
            z[:, :, j] = 0
            z[:, negative, j] = entries.conj()
            z[:, x.frequency, j] = entries
    return z, reasons, skipped


def _hopeless(x: FrequencyReport) -> str | None:
    if not x.order:
        return "no node reads it alone"
    if x.missed <= HOPELESS:
        return None
    return f"its conditions are off by up to {x.missed:.2f}"


def _standard(group: AbelianGroup, k: int) -> Complexes:
    """Return ``nu(i)*xi(1)``, or the block of a real character, of least plain norm."""
    if int(group.negate(np.array(k))) != k:
        phases = NU_I_XI.phases(np.zeros(3))
    else:
        phases = np.pi * np.array([[0, 0], [0, 1], [0, 1]])
    size = np.cbrt(1 / (phases.shape[1] * 2 * group.order))
    scale = np.array([size, size, 2 * group.order * size])[:, None]
    block: Complexes = scale * np.exp(1j * phases)
    return block


def _sparse_nodes(
    found: Recognition, z: Complexes, replaced: Mapping[str, str], skipped: set[int]
) -> list[SparseNode]:
    """Return which entries may be non-zero: carriers and nodes of several write everywhere."""
    table = found.table
    reps = tuple(int(k) for k in found.group.representatives if k)
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
        if x.serving and x.label not in replaced:
            written = {k for j in x.serving for k in table.writes(j)}
            special.setdefault(x.frequency, set()).update(written)
    carriers = set(found.carriers)
    nodes = []
    for j in map(int, np.flatnonzero(table.live)):
        if j in skipped:
            continue
        home = int(table.home[j])
        read = table.reads(j, share=SHARE)
        if table.mixed[j] or len([k for k in read if k]) > 1:
            read = read if len(read) <= FEW else table.reads(j)
            nodes.append(SparseNode(j, (*(k for k in read if k), *(0,) * (0 in read)), reps))
            continue
        reads = (home,) if home else ()
        if table.constant[j] or 0 in read or not home or home in linear:
            reads = (*reads, 0)
        outputs = {home} | special.get(home, set()) if home else set(reps)
        nodes.append(SparseNode(j, reads, reps if j in carriers else tuple(sorted(outputs))))
    used = {x.column for x in nodes} | skipped | set(np.flatnonzero(table.live).tolist())
    for x in found.frequencies:
        if x.label in replaced:
            size = np.abs(z[0, x.frequency])
            new = [
                int(j) for j in np.flatnonzero(size > 0) if int(j) not in used and _only(z, int(j))
            ]
            nodes += [SparseNode(j, (x.frequency,), (x.frequency,)) for j in new]
    return nodes


def _with_carrier(
    found: Recognition, z: Complexes, nodes: list[SparseNode]
) -> tuple[Complexes, list[SparseNode]]:
    """Add a node with ``a_0`` alone that cancels every ``T[0,0,k]``, where one is far from zero."""
    group = found.group
    network = sparse_network(group, nodes)
    at = np.flatnonzero((network.keys[0] == 0) & (network.keys[1] == 0))
    left = dict(zip(network.keys[2][at], network.residual(network.coordinates(z))[at], strict=True))
    if max(map(abs, left.values()), default=0.0) < HOPELESS:
        return z, nodes
    size = np.cbrt(float(np.linalg.norm(list(left.values()))) / group.order)
    used = {x.column for x in nodes}
    column = next(j for j in range(z.shape[2] + 1) if j not in used)
    z = _widened(z, column + 1).copy()
    z[:, :, column] = 0
    z[0, 0, column] = size
    for k, x in left.items():
        z[2, k, column] = -2 * x / size**2
        z[2, int(group.negate(np.array(k))), column] = z[2, k, column].conj()
    reps = tuple(int(k) for k in group.representatives if k)
    return z, [*nodes, SparseNode(column, (0,), reps)]


def _only(z: Complexes, j: int) -> bool:
    """Return whether a column is one of the standard blocks put in: two non-zero characters."""
    return bool((np.abs(z[0, :, j]) > 0).sum() <= 2)


def _fill(network: SparseNetwork, z: Complexes, entries: Complexes) -> None:
    columns = np.array([x.column for x in network.nodes], dtype=np.int64)
    z[network.row, network.k, columns[network.node]] = entries


def _rounded(network: SparseNetwork, z: Complexes) -> tuple[Ledger, list[int], int]:
    """Return a ledger with the rounded nodes, their columns, and the number of closed forms."""
    group = network.group
    ledger = Ledger(group)
    ledger.expect(int(k) for k in group.representatives if k)
    columns: list[int] = []
    closed = 0
    homes: dict[int, list[SparseNode]] = {}
    for node in network.nodes:
        homes.setdefault(node.reads[0], []).append(node)
    z = z.copy()
    rest: list[SparseNode] = []
    for k, nodes in homes.items():
        block = _closed(group, k, nodes, z)
        if block is None:
            rest += nodes
            continue
        closed += 1
        for entries, column in block:
            ledger.add(entries)
            columns.append(column)
        _recarry(group, k, z, [x.column for x in nodes], ledger.residuals[0, 0][k])
    for node in rest:
        ledger.add(_dyadic(group, node, z[:, :, node.column]))
        columns.append(node.column)
    return ledger, columns, closed


def _recarry(group: AbelianGroup, k: int, z: Complexes, own: list[int], leftover: Rational) -> None:
    """Scale what other nodes write to ``k`` so that it carries the rounded block's ``T[0,0,k]``.

    They meet conditions at ``k`` that are homogeneous in ``c_k``, so all of them stay true.
    """
    inner = ((np.abs(z[:2]) ** 2).sum(axis=(0, 1)) + 2 * (z[0, 0] * z[1, 0]).real) / 2
    others = np.ones(z.shape[2], dtype=bool)
    others[own] = False
    carried = (inner[others] * z[2, k, others]).sum()
    if abs(carried) > 0.1:
        z[2, k, others] *= -complex(*map(float, leftover)) / carried
        z[2, int(group.negate(np.array(k))), others] = z[2, k, others].conj()


def _closed(
    group: AbelianGroup, k: int, nodes: list[SparseNode], z: Complexes
) -> list[tuple[Entries, int]] | None:
    """Return the exact block of order 4 near four nodes that are nothing else, or None."""
    alone = all(x.reads == (k,) and x.outputs == (k,) for x in nodes)
    if len(nodes) != 4 or not alone or int(group.negate(np.array(k))) == k:
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
    found_nodes: list[tuple[Entries, int]] = []
    for i in range(4):
        x, y, c = exact.a[i], exact.b[i], exact.c[i]
        t = turn[i] * ratio[i]
        node: Entries = {
            ("a", k): (t * x[0], t * x[1]),
            ("b", k): (t * y[0], t * y[1]),
            ("c", k): (c[0] / t**2, c[1] / t**2),
        }
        found_nodes.append((node, columns[place[i]]))
    return found_nodes


def _ratio(square: float) -> Fraction:
    """Return a product of small primes near the root of this, 1 if it is within a thousandth."""
    root = float(np.sqrt(square))
    if abs(root - 1) < EQUAL:
        return Fraction(1)
    return Fraction(smooth(root * 2.0**FINE), 2**FINE)


def _dyadic(group: AbelianGroup, node: SparseNode, z: Complexes) -> Entries:
    entries: Entries = {}
    for p, row, bits in ((0, "a", INPUT_BITS), (1, "b", INPUT_BITS), (2, "c", OUTPUT_BITS)):
        for k in node.reads if p < 2 else node.outputs:
            real = int(group.negate(np.array(k))) == k
            x = z[p, k]
            grid = 1 << bits
            parts = round(x.real * grid), 0 if real else round(x.imag * grid)
            if any(parts):
                entries[row, k] = Fraction(parts[0], grid), Fraction(parts[1], grid)
    return entries


def _constant(ledger: Ledger) -> int:
    """Return how small the input of the node that cancels ``T[0,0,k]`` may be."""
    rest = ledger.residuals.get((0, 0), {})
    most = max((abs(complex(*map(float, x))) for x in rest.values()), default=0.0)
    plain = np.cbrt(max(most, 1e-300) / ledger.group.order)
    return int(np.clip(np.floor(-np.log2(plain)), 0, SMALL))


def _floats(group: AbelianGroup, nodes: list[Entries], columns: list[int], width: int) -> Complexes:
    z = np.zeros((3, group.order, width), dtype=np.complex128)
    for node, j in zip(nodes, columns, strict=True):
        for (p, k), x in node.items():
            value = complex(float(x[0]), float(x[1]))
            row = "abc".index(p)
            z[row, int(group.negate(np.array(k))), j] = value.conjugate()
            z[row, k, j] = value
    return z


def _node(entries: Entries) -> dict[tuple[str, Index], Exact]:
    return {at: Scalar(x) + Scalar(y) * I if y else Scalar(x) for at, (x, y) in entries.items()}


def _widened(z: Complexes, width: int) -> Complexes:
    return np.pad(z, ((0, 0), (0, 0), (0, max(0, width - z.shape[2]))))


def _plain(z: Complexes) -> Complexes:
    """Return the plain network's coordinates, constants over the outputs left out."""
    plain = z.copy()
    plain[2] /= 2 * z.shape[1]
    plain[2, 0] = 0
    return plain


__all__ = ["Nearest", "NotLearnedError", "ProjectionError", "nearest_optimizer"]
