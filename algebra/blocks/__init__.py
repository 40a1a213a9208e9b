"""Exact building blocks of one frequency: of the paper, of order 4 to 6, and short ones."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.blocks.order4 import *
    from algebra.blocks.order6 import *
    from algebra.blocks.paper import *
    from algebra.blocks.short import *

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
