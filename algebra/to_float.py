"""The one door from exact numbers to floats; nothing in `algebra` computes with what leaves it.

The dense route of the checking engine holds *integers* in float64 arrays, below ``2**53``, and
is no exception: it uses floats as exact integers, and checks that bound.
"""

from __future__ import annotations

import cmath
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from algebra.scalar import Scalar


def to_complex(x: Scalar, values: Mapping[str, complex] | None = None) -> complex:
    """Return the nearest complex float, to a few units in the last place per term.

    Args:
        x: an exact scalar.
        values: a complex number of modulus one for every parameter that occurs.

    Raises:
        ValueError: if a parameter has no value.

    >>> from algebra import zeta
    >>> to_complex(zeta(4))
    1j
    """
    missing = [name for name in x.parameters if name not in (values or {})]
    if missing:
        raise ValueError(
            f"{x!r} has the free parameters {', '.join(missing)}; substitute exact numbers first"
        )
    total = 0j
    for q, e, m in x.terms():
        term = float(q) * root_to_complex(e, x.field)
        for name, k in m:
            term *= complex((values or {})[name]) ** k
        total += term
    return total


def root_to_complex(e: int, n: int) -> complex:
    """Return ``exp(2 pi i e/n)``, reduced to the first octant so that quarter turns are exact.

    >>> root_to_complex(3, 4)
    -1j
    """
    quarter, rest = divmod(4 * (e % n), n)
    z = (
        cmath.exp(0.5j * cmath.pi * (rest / n))
        if 2 * rest <= n
        else (1j * cmath.exp(-0.5j * cmath.pi * ((n - rest) / n)))
    )
    return (z, complex(-z.imag, z.real), -z, complex(z.imag, -z.real))[quarter] + 0
