"""Elements as files and formulas: JSON, LaTeX, cosines, SymPy scripts."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.files.closed_form import to_latex as to_latex, to_sympy_source as to_sympy_source
    from algebra.files.element_file import (
        ElementFileError as ElementFileError,
        from_text as from_text,
        write as write,
    )

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
