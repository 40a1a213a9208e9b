"""Families of global optimizers for every finite Abelian group, and bounds on their width."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.optimizers.carriers import FamilyError as FamilyError
    from algebra.optimizers.from_blocks import (
        order4_const as order4_const,
        order4_real as order4_real,
        order6 as order6,
        order9 as order9,
        order42 as order42,
        order46 as order46,
    )
    from algebra.optimizers.from_short import (
        order431 as order431,
        order431_real as order431_real,
        order431_shared as order431_shared,
    )
    from algebra.optimizers.node_per_pair import memorization as memorization
    from algebra.optimizers.table import (
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
