"""The exact global optimizer next to trained weights."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from numeric.exact.certify import Certified as Certified

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
