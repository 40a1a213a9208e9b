"""The exact optimizer nearest to trained weights."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from numeric.nearest.optimizer import Nearest as Nearest, nearest_optimizer as nearest_optimizer

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
