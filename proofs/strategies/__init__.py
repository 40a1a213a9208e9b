"""Hypothesis strategies for everything the theory speaks of, for anyone's own tests.

    from hypothesis import given
    from proofs import strategies as draw

    @given(draw.optimizers())
    def test_mine(z): ...

Strategies without arguments are values (`scalars`, `unit_numbers`), the others functions. Each
reaches its hard cases often: groups of order 1 and with factors 1, real characters, elements of
order 3 and 4 in the dual group, repeated and dead nodes, constant parts, numbers beyond 64 bits.
"""

from algebra.machine.install import install

try:
    import hypothesis as _hypothesis
except ImportError as error:
    raise ImportError(f"proofs.strategies needs Hypothesis: {install('fuzz')}") from error

from proofs.strategies.elements import (
    ENTRIES as ENTRIES,
    WITHOUT_PARAMETERS as WITHOUT_PARAMETERS,
    constructions as constructions,
    elements as elements,
    entries as entries,
    generators as generators,
    group_elements as group_elements,
    leaves as leaves,
    nodes as nodes,
    potentials as potentials,
    same_spectrum as same_spectrum,
)
from proofs.strategies.groups import (
    GROUPS as GROUPS,
    automorphisms as automorphisms,
    characters as characters,
    groups as groups,
    spectra as spectra,
    symmetries as symmetries,
    zero_loss_paths as zero_loss_paths,
)
from proofs.strategies.optimizers import (
    near_misses as near_misses,
    optimizer_recipes as optimizer_recipes,
    optimizers as optimizers,
)
from proofs.strategies.scalars import (
    PARAMETERS as PARAMETERS,
    numbers as numbers,
    rationals as rationals,
    roots as roots,
    scalars as scalars,
    unit_numbers as unit_numbers,
    unit_parameters as unit_parameters,
)
