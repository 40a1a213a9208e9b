"""Finite groups; Abelian ones with characters; operations; the frequencies of a spectrum."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.groups.finite_group import (
        FiniteGroup as FiniteGroup,
        NotAGroupError as NotAGroupError,
    )
    from algebra.groups.group import (
        AbelianGroup as AbelianGroup,
        Automorphism as Automorphism,
        isomorphism_types as isomorphism_types,
    )
    from algebra.groups.group_names import group as group
    from algebra.groups.isotopy import (
        Isotopy as Isotopy,
        NotAbelianError as NotAbelianError,
        NotIsotopicError as NotIsotopicError,
        isotopy_of as isotopy_of,
    )
    from algebra.groups.spectrum import PAIR as PAIR, REAL as REAL, Spectrum as Spectrum

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
