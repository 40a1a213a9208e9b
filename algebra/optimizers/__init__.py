"""Families of global optimizers for every finite Abelian group, and bounds on their width."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.optimizers.carriers import FamilyError as FamilyError
    from algebra.optimizers.from_blocks import *
    from algebra.optimizers.from_blocks import (
        four_plus_constant as order4_const,
        four_plus_real as order4_real,
        four_plus_six as order46,
        four_two_plus_constant as order42,
        nine_per_frequency as order9,
        six_per_frequency as order6,
    )
    from algebra.optimizers.from_short import (
        few_plus_constant as few_plus_constant,
        few_plus_constant as order431,
        few_plus_real as few_plus_real,
        few_plus_real as order431_real,
        three_plus_shared as order431_shared,
        three_plus_shared as three_plus_shared,
    )
    from algebra.optimizers.table import (
        ALIASES as ALIASES,
        FAMILIES as FAMILIES,
        build as build,
        families as families,
        width as width,
    )
    from algebra.optimizers.width_bounds import (
        lower_bound as lower_bound,
        onehot_bound as onehot_bound,
        projected_bound as projected_bound,
    )

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
