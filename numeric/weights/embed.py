"""From exact elements to real weights, and from these to spectral coordinates, by FFT."""

from __future__ import annotations

from typing import Any, get_args, overload

import numpy as np
from numpy.typing import DTypeLike

from algebra.groups.group import AbelianGroup
from algebra.machine.memory import require_memory
from algebra.networks.table_network import TableNetwork
from algebra.numbers.arrays import Complexes, Floats, Reals
from algebra.numbers.scalar import Scalar
from algebra.numbers.to_float import to_complex, to_reals
from algebra.semiring.element import Element
from algebra.semiring.nodes import ROWS
from numeric.weights.plain_network import DTYPES, Gauge, TwoLayer, Weights

#: Nodes are embedded in blocks of about this many entries a matrix, so that the work beside the
#: weights themselves takes little memory.
BLOCK = 1 << 16
#: Bytes a block takes per entry of a matrix, while it is embedded; measured.
BLOCK_BYTES = 600


@overload
def embed(z: Element, *, gauge: Gauge = ..., dtype: DTypeLike = ...) -> Weights: ...
@overload
def embed(z: TableNetwork, *, gauge: Gauge = ..., dtype: DTypeLike = ...) -> TwoLayer: ...
def embed(
    z: Element | TableNetwork, *, gauge: Gauge = "rational", dtype: DTypeLike = np.float64
) -> Weights | TwoLayer:
    """Return an exact network as floats: ``w_a[x, j] = sum_k z[a,k,j] chi_k(x)``, ...

    Everything is computed in float64 and rounded once to ``dtype``. The output ``f`` of the
    network is the same in both gauges.

    Args:
        z: an element over an Abelian group, all of its parameters set to numbers; or a network
            over a table, which becomes ``layerc((layera[x] + layerb[y])**2)``, with the ``1/2d``.
        gauge: ``"rational"`` leaves values as they are; ``"balanced"`` scales each node to
            ``(s a, s b, c / s^2)`` of least norm, ``s^6 = 2 |c|^2 / (|a|^2 + |b|^2)``. Nodes
            with ``a = b = 0`` or ``c = 0`` have no least norm and stay.
        dtype: float32 or float64.

    Raises:
        ValueError: if ``z`` is a block of one frequency, has free parameters, or has an entry
            that no float of ``dtype`` holds; for another gauge or dtype.
        MemoryEstimateError: if the weights would not fit into memory.

    Source: docs/reference/weights.md.

    >>> import cogo
    >>> cogo.embed(cogo.build("S3")), cogo.embed(cogo.build("Z5"))
    (<TwoLayer of 10 nodes, d = 6, float64, family short, gauge rational, operation S3>,
     <Weights of 8 nodes over Z5, float64, gauge rational>)
    """
    if gauge not in get_args(Gauge):
        raise ValueError(f"gauge={gauge!r}; pass 'rational' or 'balanced'")
    kind = np.dtype(dtype)
    if kind not in DTYPES:
        raise ValueError(f"dtype={kind}; pass float32 or float64")
    return _of_element(z, gauge, kind) if isinstance(z, Element) else _of_table(z, gauge, kind)


def _of_table(z: TableNetwork, gauge: Gauge, kind: np.dtype[Any]) -> TwoLayer:
    value = to_reals(z.scalars)
    w = np.array([value[m] for m in (z.a, z.b, z.c)])
    a, b, c = _balanced(w) if gauge == "balanced" else w
    a, b, c = (_rounded(x, kind) for x in (a, b, c / (2 * len(z.table))))
    known = {"gauge": gauge, "operation": z.name, "family": z.family}
    metadata = {name: text for name, text in known.items() if text}
    return TwoLayer((a,), (b,), (c.T,), metadata=metadata)


def _of_element(z: Element, gauge: Gauge, kind: np.dtype[Any]) -> Weights:
    group = z.group
    if z.parameters:
        names = z.parameters
        shown = ", ".join(names[:8]) + (f", ... ({len(names)} in all)" if len(names) > 8 else "")
        raise ValueError(
            f"weights are numbers, and these parameters are free: {shown}; set them when building, "
            f"such as xi=zeta(8), or with z.substitute({{{names[0]!r}: zeta(8), ...}})"
        )
    _require_memory(z, kind)
    nodes = z.nodes
    value = np.array([_number(x) for x in nodes.value.scalars], dtype=np.complex128)
    w = np.empty((len(ROWS), group.order, nodes.order), dtype=kind)
    row, k = np.divmod(nodes.row, group.order)
    step = max(1, BLOCK // group.order)
    for first in range(0, nodes.order, step):
        part = slice(*np.searchsorted(nodes.node, (first, first + step)))
        width = min(step, nodes.order - first)
        table = np.zeros((len(ROWS), group.order, width), dtype=np.complex128)
        node, entry = nodes.node[part] - first, value[nodes.value.ids[part]]
        table[row[part], k[part], node] = entry
        table[row[part], group.negate(k[part]), node] = entry.conj()
        matrices = _transformed(table, group)
        if gauge == "balanced":
            matrices = _balanced(matrices)
        w[:, :, first : first + width] = _rounded(matrices, kind)
    a, b, c = w
    return Weights(group, a, b, c, gauge)


def spectrum_of(w: Floats, group: AbelianGroup, *, row: str) -> Complexes:
    """Return spectral coordinates ``z[k, j] = (1/d) sum_x w[x, j] conj(chi_k(x))``.

    Of ``w_c``, which holds conjugate characters, ``z[k, j] = (1/d) sum_g w[g, j] chi_k(g)``: the
    row has to be said. Inverse of `embed`, up to rounding.

    Returns:
        complex128, shape (d, q): all characters, conjugates included.

    Raises:
        ValueError: for a row other than "a", "b" and "c", or a matrix that is not (d, q).

    Source: docs/reference/weights.md.

    >>> from algebra import AbelianGroup, element, zeta
    >>> G = AbelianGroup("Z5")
    >>> w = embed(element(G, [{("a", 1): 2, ("b", 1): 1, ("c", 1): zeta(4)}]))
    >>> spectrum_of(w.w_c, G, row="c")[:, 0].round(9) + 0
    array([0.+0.j, 0.+1.j, 0.+0.j, 0.+0.j, 0.-1.j])
    """
    if row not in ROWS:
        raise ValueError(f"row={row!r}: rows are 'a', 'b' and 'c'")
    w = np.asarray(w)
    if w.ndim != 2 or len(w) != group.order:
        raise ValueError(f"w has shape {w.shape}; {group} needs ({group.order}, q)")
    table = np.ascontiguousarray(w, dtype=np.float64).reshape(*group.moduli, w.shape[1])
    z = np.fft.fftn(table, axes=tuple(range(len(group.moduli))), norm="forward").reshape(w.shape)
    return z.conj() if row == "c" else z


def from_spectrum(z: Complexes, group: AbelianGroup) -> Weights:
    """Return the real weights of spectral coordinates, ``w_a[x, j] = sum_k z[a,k,j] chi_k(x)``, ...

    Inverse of `spectrum_of` on all three rows, up to rounding. Entries at ``k`` and ``-k`` must
    be conjugates; that is checked to the accuracy of the dtype.

    Args:
        z: complex64 or complex128, shape (3, d, q): rows a, b, c, all characters.

    Raises:
        ValueError: for another shape or dtype, or if the weights would not be real.

    Source: docs/reference/weights.md.

    >>> from algebra import AbelianGroup
    >>> z = np.zeros((3, 5, 1), dtype=complex)
    >>> z[0, 1], z[0, 4] = 0.5j, -0.5j
    >>> from_spectrum(z, AbelianGroup("Z5")).w_a[:, 0].round(3) + 0
    array([ 0.   , -0.951, -0.588,  0.588,  0.951])
    """
    z = np.asarray(z)
    if z.ndim != 3 or z.shape[:2] != (len(ROWS), group.order):
        raise ValueError(f"z has shape {z.shape}; {group} needs (3, {group.order}, q)")
    if z.dtype not in (np.dtype(np.complex64), np.dtype(np.complex128)):
        raise ValueError(f"z has dtype {z.dtype}; pass complex64 or complex128")
    kind = z.real.dtype
    other = group.negate(np.arange(group.order))
    gap = np.abs(z - z[:, other].conj()).max(initial=0.0)
    if not gap <= 64 * np.finfo(kind).eps * np.abs(z).max(initial=0.0):
        raise ValueError(
            f"z[p, k] and z[p, -k] differ from conjugates by {gap:.2g}, so the weights would not "
            f"be real; pass both halves of the spectrum"
        )
    return Weights(group, *_rounded(_transformed(z, group), kind))


def _transformed(z: Complexes, group: AbelianGroup) -> Reals:
    """Return ``sum_k z[p,k,j] chi_k(x)``, ``chi_k`` conjugate for ``p = c``, shape (3, d, q)."""
    table = np.stack([z[0], z[1], z[2].conj()], dtype=np.complex128)
    axes = tuple(range(1, 1 + len(group.moduli)))
    w = np.fft.ifftn(table.reshape(len(ROWS), *group.moduli, -1), axes=axes, norm="forward")
    return w.real.reshape(z.shape).copy()


def _balanced(w: Reals) -> Reals:
    """Return nodes ``(s a, s b, c / s^2)`` of least norm; those without one stay. No overflow."""
    a, b, c = w
    inputs, output = np.hypot.reduce(np.concatenate([a, b])), np.hypot.reduce(c)
    live = (inputs > 0) & (output > 0)
    s = np.where(live, 2 ** (1 / 6) * np.cbrt(output) / np.cbrt(np.where(live, inputs, 1.0)), 1.0)
    return np.array([a * s, b * s, c / s / s])


def _number(x: Scalar) -> complex:
    """Return a scalar that is not zero as a complex float that is neither zero nor infinite."""
    try:
        value = to_complex(x)
    except OverflowError:
        raise ValueError(f"the entry {x!r:.60} is too large for a float") from None
    if not value:
        raise ValueError(f"the entry {x!r:.60} is too small for a float")
    return value


def _rounded(w: Reals, kind: np.dtype[Any]) -> Floats:
    with np.errstate(over="ignore"):
        rounded: Floats = w.astype(kind, copy=False)
    if not np.isfinite(rounded).all():
        raise ValueError(f"a weight is too large for {kind}; pass dtype=float64, or scale the node")
    return rounded


def _require_memory(z: Element, kind: np.dtype[Any]) -> None:
    d = z.spectrum.order
    require_memory(
        len(ROWS) * kind.itemsize * d * z.order + BLOCK_BYTES * max(BLOCK, d),
        f"embedding {z.order:,} nodes as matrices of shape ({d}, {z.order})",
        instead="take a narrower family; a composed element is checked without its weights",
    )
