"""Exact building blocks of one frequency: of the paper, of order 4 to 6, and short ones."""

from typing import TYPE_CHECKING

from algebra.machine.handed_on import handed_on

if TYPE_CHECKING:
    from algebra.blocks.order4 import (
        four_nodes as four_nodes,
        leftover as leftover,
        order4_block as order4_block,
        order42_at as order42_at,
        xi_pair as xi_pair,
    )
    from algebra.blocks.order6 import (
        coplanar as coplanar,
        cubic as cubic,
        mirrors as mirrors,
        opposites as opposites,
        syn_at as syn_at,
        triples as triples,
    )
    from algebra.blocks.paper import (
        node as node,
        normalised as normalised,
        nu as nu,
        real_character as real_character,
        syn as syn,
        syn_ab as syn_ab,
        three_c as three_c,
        xi as xi,
    )
    from algebra.blocks.short import (
        corners as corners,
        long_characters as long_characters,
        shared_doubles as shared_doubles,
        sharing_blocks as sharing_blocks,
        short_block as short_block,
        three_nodes_of_order_3 as three_nodes_of_order_3,
        three_nodes_of_order_4 as three_nodes_of_order_4,
    )

__getattr__, __dir__, __all__ = handed_on(__name__, __file__)
