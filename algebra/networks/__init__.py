"""Exact networks over the table of any finite operation, and families for groups."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.networks.any_group import build as build, check as check, loss as loss
    from algebra.networks.coefficients import (
        Coefficients as Coefficients,
        to_coefficients as to_coefficients,
    )
    from algebra.networks.families import (
        doubled as doubled,
        from_element as from_element,
        memorization as memorization,
        representation as representation,
        short as short,
    )
    from algebra.networks.table_network import (
        TableNetwork as TableNetwork,
        table_network as table_network,
    )

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
