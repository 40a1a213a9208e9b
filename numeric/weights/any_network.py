"""Exact networks as floats: of Abelian groups by characters, over a table as they are."""

from __future__ import annotations

from typing import get_args, overload

import numpy as np
from numpy.typing import DTypeLike

from algebra.networks.table_network import TableNetwork
from algebra.numbers.to_float import to_reals
from algebra.semiring.element import Element
from numeric.weights import embed as abelian
from numeric.weights.embed import DTYPES, Gauge, Weights
from numeric.weights.plain_network import PlainNetwork


@overload
def embed(z: Element, *, gauge: Gauge = ..., dtype: DTypeLike = ...) -> Weights: ...
@overload
def embed(z: TableNetwork, *, gauge: Gauge = ..., dtype: DTypeLike = ...) -> PlainNetwork: ...
def embed(
    z: Element | TableNetwork, *, gauge: Gauge = "rational", dtype: DTypeLike = np.float64
) -> Weights | PlainNetwork:
    """Return an exact network as floats: ``w_a[x, j] = sum_k z[a,k,j] chi_k(x)``, ...

    Everything is computed in float64 and rounded once to ``dtype``. The output ``f`` of the
    network is the same in both gauges.

    Args:
        z: an element over an Abelian group, all of its parameters set to numbers, or a network
            over a table.
        gauge: ``"rational"`` leaves values as they are; ``"balanced"`` scales each node to
            ``(s a, s b, c / s^2)`` of least norm, ``s^6 = 2 |c|^2 / (|a|^2 + |b|^2)``. Nodes
            with ``a = b = 0`` or ``c = 0`` have no least norm and stay.
        dtype: float32 or float64.

    Returns:
        `Weights` over an Abelian group; over a table the `PlainNetwork`
        ``layerc((layera[x] + layerb[y])**2)``, the ``1/2d`` in ``layerc``.

    Raises:
        ValueError: if ``z`` is a block of one frequency, has free parameters, or has an entry
            that no float of ``dtype`` holds; for another gauge or dtype.
        MemoryEstimateError: if the weights would not fit into memory.

    Source: docs/reference/weights.md.

    >>> import cogo
    >>> cogo.embed(cogo.build("S3")), cogo.embed(cogo.build("Z5"))
    (<PlainNetwork of 10 nodes, d = 6, float64, family short, gauge rational, operation S3>,
     <Weights of 8 nodes over Z5, float64, gauge rational>)
    """
    if isinstance(z, Element):
        return abelian.embed(z, gauge=gauge, dtype=dtype)
    if gauge not in get_args(Gauge):
        raise ValueError(f"gauge={gauge!r}; pass 'rational' or 'balanced'")
    if np.dtype(dtype) not in DTYPES:
        raise ValueError(f"dtype={np.dtype(dtype)}; pass float32 or float64")
    value = to_reals(z.scalars)
    a, b, c = (value[m] for m in (z.a, z.b, z.c))
    if gauge == "balanced":
        inputs, output = (a * a + b * b).sum(axis=0), (c * c).sum(axis=0)
        live = (inputs > 0) & (output > 0)
        s = np.where(live, 2 * output / np.where(live, inputs, 1), 1) ** (1 / 6)
        a, b, c = a * s, b * s, c / s**2
    a, b, c = (x.astype(dtype) for x in (a.T, b.T, c / (2 * len(z.table))))
    known = {"gauge": gauge, "operation": z.name, "family": z.family}
    a, b, c = map(np.ascontiguousarray, (a, b, c))
    return PlainNetwork(a, b, c, {name: text for name, text in known.items() if text})
