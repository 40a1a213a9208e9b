"""Pictures as matplotlib figures, one column wide, or on axes that are given with ``ax=``.

>>> import cogo
>>> figure = cogo.pictures.phases(cogo.build("Z7"))  # figure.savefig("phases.pdf")
"""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from numeric.pictures.composition import tree as tree
    from numeric.pictures.entries import phases as phases
    from numeric.pictures.figure import save_figure as save_figure
    from numeric.pictures.recognition import orders as orders, phases as recognised
    from numeric.pictures.tensors import function_tensors as function_tensors

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
