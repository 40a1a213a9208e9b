"""Which entries of a trained network may be non-zero in the exact one, and where it starts from.

What recognition found is taken as it is: a node reads and writes what it reads and writes now.
Frequencies whose conditions are missed by far are given up, and standard blocks are put in.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from algebra.groups.group import AbelianGroup
from algebra.numbers.arrays import Complexes
from numeric.exact.nearest.sparse_network import SparseNode, sparse_network
from numeric.recognition.compositions import NU_I_XI
from numeric.recognition.frequency_report import FrequencyReport
from numeric.recognition.report import Recognition

#: A block whose conditions are off by more than this is replaced.
HOPELESS = 0.4
#: A carrier is added if ``T[0,0,k]`` is off by more than this.
LOAD = 0.5
#: Entries with less than this share of the power of a node's inputs are taken for zero.
SHARE = 1e-4
#: Of nodes that read more frequencies than this, only the larger shares count; small ones are
#: given up.
FEW = 4


def replaced(found: Recognition) -> tuple[Complexes, dict[str, str], set[int]]:
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
            skipped |= {*x.place.nodes, *x.place.serving}
            blocks.append((x, _standard(found.group, x.frequency)))
    z = found.table.z
    free = list(found.dead)
    needed = sum(block.shape[1] for _, block in blocks)
    if needed > len(free):
        free += range(z.shape[2], z.shape[2] + needed - len(free))
        z = widened(z, free[-1] + 1)
    z = z.copy()
    for x, block in blocks:
        negative = found.group.negate(x.frequency)
        for entries in block.T:
            j = free.pop(0)
            z[:, :, j] = 0
            z[:, negative, j] = entries.conj()
            z[:, x.frequency, j] = entries
    return z, reasons, skipped


def _hopeless(x: FrequencyReport) -> str | None:
    if not x.order:
        return "no node reads it alone"
    if x.sums.missed <= HOPELESS:
        return None
    return f"its conditions are off by up to {x.sums.missed:.2f}"


def _standard(group: AbelianGroup, k: int) -> Complexes:
    """Return ``nu(i)*xi(1)``, or the block of a real character, of least plain norm."""
    if group.negate(k) != k:
        phases = NU_I_XI.phases(np.zeros(3))
    else:
        phases = np.pi * np.array([[0, 0], [0, 1], [0, 1]])
    size = np.cbrt(1 / (phases.shape[1] * 2 * group.order))
    scale = np.array([size, size, 2 * group.order * size])[:, None]
    block: Complexes = scale * np.exp(1j * phases)
    return block


def sparse_nodes(
    found: Recognition, z: Complexes, given_up: Mapping[str, str], skipped: set[int]
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
        if x.place.serving and x.label not in given_up:
            written = {k for j in x.place.serving for k in table.writes(j)}
            special.setdefault(x.frequency, set()).update(written)
    carriers = set(found.carriers)
    nodes = []
    for j in map(int, np.flatnonzero(table.live)):
        if j in skipped:
            continue
        home = int(table.home[j])
        read = table.reads(j, share=SHARE)
        if table.mixed[j]:
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
        if x.label in given_up:
            size = np.abs(z[0, x.frequency])
            new = [
                int(j) for j in np.flatnonzero(size > 0) if int(j) not in used and _only(z, int(j))
            ]
            nodes += [SparseNode(j, (x.frequency,), (x.frequency,)) for j in new]
    return nodes


def with_carrier(
    found: Recognition, z: Complexes, nodes: list[SparseNode]
) -> tuple[Complexes, list[SparseNode]]:
    """Add a node with ``a_0`` alone that cancels every ``T[0,0,k]``, where one is far from zero."""
    group = found.group
    network = sparse_network(group, nodes)
    at = np.flatnonzero((network.keys[0] == 0) & (network.keys[1] == 0))
    left = dict(zip(network.keys[2][at], network.residual(network.coordinates(z))[at], strict=True))
    if max(map(abs, left.values()), default=0.0) < LOAD:
        return z, nodes
    size = np.cbrt(float(np.linalg.norm(list(left.values()))) / group.order)
    used = {x.column for x in nodes}
    column = next(j for j in range(z.shape[2] + 1) if j not in used)
    z = widened(z, column + 1).copy()
    z[:, :, column] = 0
    z[0, 0, column] = size
    for k, x in left.items():
        z[2, k, column] = -2 * x / size**2
        z[2, group.negate(k), column] = z[2, k, column].conj()
    reps = tuple(int(k) for k in group.representatives if k)
    return z, [*nodes, SparseNode(column, (0,), reps)]


def _only(z: Complexes, j: int) -> bool:
    """Return whether a column is one of the standard blocks put in: two non-zero characters."""
    return bool((np.abs(z[0, :, j]) > 0).sum() <= 2)


def widened(z: Complexes, width: int) -> Complexes:
    """Return coordinates of shape (3, d, q) with columns of zeros up to this width."""
    return np.pad(z, ((0, 0), (0, 0), (0, max(0, width - z.shape[2]))))
