"""The float mirror: weights agree with the exact element, and the gauge changes no output.

These are measurements against a stated tolerance, not exact checks.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from algebra.numbers.to_float import to_complex
from algebra.semiring.element import Element
from proofs.properties.property import holds
from proofs.strategies.elements import WITHOUT_PARAMETERS, group_elements
from proofs.subjects import brute_force
from proofs.subjects.subject import Subject

#: Units in the last place of ``sum_k |z[p,k,j]|``, the size of the terms that a weight adds up.
MAX_ULPS = 16
#: Of an output, relative to the sum of the moduli of the terms that it adds up.
MAX_RELATIVE = 1e-12


_NUMBERS = partial(group_elements, kinds=WITHOUT_PARAMETERS, max_order=4)


@holds("mirror.weights", "mirror.*", _NUMBERS, max_order=9)
def weights(subject: Subject, z: Element) -> str:
    """float64 weights are within 16 ulps of the exact ones (measured)"""
    rounded = subject.embed(z, "rational")
    found = (rounded.w_a, rounded.w_b, rounded.w_c)
    sizes = {p: np.zeros(z.order) for p in "abc"}
    for j, node in enumerate(z.node_list()):
        for (p, k), x in node.items():
            pair = 1 + (z.group.negate(k) != k)
            sizes[p][j] += pair * abs(to_complex(x))
    for p, w, exact in zip("abc", found, brute_force.real_weights(z), strict=True):
        for g, row in enumerate(exact):
            for j, x in enumerate(row):
                ulp = np.spacing(sizes[p][j])
                off = abs(w[g, j] - to_complex(x).real)
                if off > MAX_ULPS * ulp:
                    return f"w_{p}[{g}, {j}] is off by {off / ulp:.1f} ulps, more than {MAX_ULPS}"
    return ""


@holds("mirror.gauges", "mirror.* norms.*", _NUMBERS, max_order=12)
def gauges(subject: Subject, z: Element) -> str:
    """the balanced gauge lowers the norm and changes no output (measured)"""
    rational, balanced = subject.embed(z, "rational"), subject.embed(z, "balanced")
    if balanced.squared_norm() > rational.squared_norm() * (1 + MAX_RELATIVE):
        return f"balancing raises the norm to {balanced.squared_norm()!r}"
    outputs, sizes = [], []
    for w in (rational, balanced):
        hidden = np.square(w.w_a[:, None] + w.w_b[None])
        outputs.append(hidden @ w.w_c.T)
        terms = np.square(np.abs(w.w_a)[:, None] + np.abs(w.w_b)[None]) @ np.abs(w.w_c).T
        sizes.append(terms.max(initial=0.0))
    off = np.abs(outputs[0] - outputs[1]).max(initial=0.0)
    if off > MAX_RELATIVE * max(sizes):
        return f"balancing changes an output by {off:.3g}, of terms of size {max(sizes):.3g}"
    return ""


PROPERTIES = (weights, gauges)
