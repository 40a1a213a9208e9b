"""Whether an element is an optimizer: the function tensor by three routes, and the verdict."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.criterion.target import Target as Target
    from algebra.criterion.tensor import (
        FunctionTensor as FunctionTensor,
        function_tensor as function_tensor,
        loss as loss,
    )
    from algebra.criterion.verdict import Verdict as Verdict, check as check

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
