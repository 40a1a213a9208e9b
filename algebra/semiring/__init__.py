"""The semiring of weights: elements, ``+``, ``*``, homomorphisms (potentials), symmetries."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.semiring.element import Element as Element, one as one, zero as zero
    from algebra.semiring.made import block as block, element as element, total as total
    from algebra.semiring.potential import (
        Potential as Potential,
        omega_0 as omega_0,
        omega_1 as omega_1,
        parse_potential as parse_potential,
        potential_sets as potential_sets,
    )
    from algebra.semiring.symmetry import balanced_norm as balanced_norm, permuted as permuted

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
