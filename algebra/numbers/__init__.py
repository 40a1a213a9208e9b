"""Exact numbers: Laurent polynomials over roots of unity, their text, the door to floats."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.numbers.parse import parse as parse
    from algebra.numbers.scalar import (
        ONE as ONE,
        ZERO as ZERO,
        Scalar as Scalar,
        root as root,
        to_scalar as to_scalar,
    )
    from algebra.numbers.units import I as I, param as param, unit as unit, zeta as zeta

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
