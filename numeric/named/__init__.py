"""The same, made of named blocks with parameters of small height."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from numeric.named.optimizer import Named as Named, named_optimizer as named_optimizer

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
