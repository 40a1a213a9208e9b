"""Exact algebra of the solutions of two-layer networks on finite Abelian groups."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra import blocks as blocks, optimizers as optimizers
    from algebra.criterion.target import Target as Target
    from algebra.criterion.tensor import (
        FunctionTensor as FunctionTensor,
        function_tensor as function_tensor,
        loss as loss,
    )
    from algebra.criterion.verdict import Verdict as Verdict, check as check
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
    from algebra.numbers.parse import parse as parse
    from algebra.numbers.scalar import (
        ONE as ONE,
        ZERO as ZERO,
        Scalar as Scalar,
        root as root,
        to_scalar as to_scalar,
    )
    from algebra.numbers.units import I as I, param as param, unit as unit, zeta as zeta
    from algebra.representations.irreducibles import irreducibles as irreducibles
    from algebra.semiring.element import Element as Element, one as one, zero as zero
    from algebra.semiring.made import block as block, element as element, total as total
    from algebra.semiring.norm import balanced_norm as balanced_norm
    from algebra.semiring.potential import (
        Potential as Potential,
        omega_0 as omega_0,
        omega_1 as omega_1,
        parse_potential as parse_potential,
        potential_sets as potential_sets,
    )
    from algebra.semiring.symmetry import permuted as permuted

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
