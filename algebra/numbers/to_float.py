"""The one door from exact numbers to floats; nothing in `algebra` computes with what leaves it."""

import cmath
from collections.abc import Iterable, Mapping

import numpy as np

from algebra.numbers.arrays import Reals
from algebra.numbers.monomial import Polynomial


def to_complex(x: Polynomial, values: Mapping[str, complex] | None = None) -> complex:
    """Return the complex float of an exact scalar, within a few units in the last place of ``|x|``.

    With ``values`` for parameters, floats themselves, the error is that of the largest term.
    """
    missing = [name for name in x.parameters if name not in (values or {})]
    if missing:
        raise ValueError(
            f"{x!r} has the free parameters {', '.join(missing)}; substitute exact numbers first"
        )
    single = x.as_monomial()
    terms = [single] if single else list(x.terms())
    total, size = 0j, 0.0
    for q, e, m in terms:
        term = float(q) * root_to_complex(e, x.field)
        for name, k in m:
            term *= complex((values or {})[name]) ** k
        total += term
        size += abs(term)
    if len(terms) > 1 and not x.parameters and abs(total) * 64 < size * len(terms):
        return _with_digits(x)
    return total


def to_reals(xs: Iterable[Polynomial]) -> Reals:
    """Return the real parts of exact scalars as an array of floats."""
    return np.array([to_complex(x).real for x in xs])


def _with_digits(x: Polynomial) -> complex:
    """Add the terms with more and more binary digits until 60 of them are left of ``|x| > 0``."""
    import mpmath

    bits = 128
    while True:
        with mpmath.workprec(bits):
            total, size = mpmath.mpc(0), mpmath.mpf(0)
            for q, e, _ in x.terms():
                term = mpmath.mpf(q.numerator) / q.denominator
                total += term * mpmath.expjpi(mpmath.mpf(2 * e) / x.field)
                size += abs(term)
            if abs(total) > mpmath.ldexp(size * len(list(x.terms())), 64 - bits):
                return complex(total)
        bits *= 2


def root_to_complex(e: int, n: int) -> complex:
    """Return ``exp(2 pi i e/n)``, reduced to the first octant so that quarter turns are exact."""
    quarter, rest = divmod(4 * (e % n), n)
    z = (
        cmath.exp(0.5j * cmath.pi * (rest / n))
        if 2 * rest <= n
        else (1j * cmath.exp(-0.5j * cmath.pi * ((n - rest) / n)))
    )
    return (z, complex(-z.imag, z.real), -z, complex(z.imag, -z.real))[quarter] + 0
