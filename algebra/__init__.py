"""Exact algebra of the solutions of two-layer networks on finite Abelian groups."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra import blocks as blocks, optimizers as optimizers
    from algebra.criterion import *
    from algebra.groups import *
    from algebra.numbers import *
    from algebra.representations.irreducibles import irreducibles as irreducibles
    from algebra.semiring import *

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
