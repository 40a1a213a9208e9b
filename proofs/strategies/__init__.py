"""Hypothesis strategies for everything the theory speaks of, for anyone's own tests.

    from hypothesis import given
    from proofs import strategies as draw

    @given(draw.optimizers())
    def test_mine(z): ...

Strategies without arguments are values (`scalars`, `unit_numbers`), the others functions. Each
reaches its hard cases often: groups of order 1 and with factors 1, real characters, elements of
order 3 and 4 in the dual group, repeated and dead nodes, constant parts, numbers beyond 64 bits.
"""

try:
    import hypothesis as _hypothesis
except ImportError as error:
    raise ImportError(
        "proofs.strategies needs Hypothesis; install it with: pip install 'cogo-algebra[fuzz]'"
    ) from error

from proofs.strategies.elements import (
    ENTRIES,
    WITHOUT_PARAMETERS,
    compositions,
    elements,
    entries,
    group_elements,
    leaves,
    nodes,
    same_spectrum,
)
from proofs.strategies.groups import GROUPS, automorphisms, characters, groups, spectra
from proofs.strategies.optimizers import (
    NearMiss,
    near_miss_recipes,
    near_misses,
    optimizer_recipes,
    optimizers,
    zero_loss_paths,
)
from proofs.strategies.potentials import constructions, generators, potentials
from proofs.strategies.scalars import (
    FIELDS,
    PARAMETERS,
    Term,
    added,
    monomial_scalars,
    monomials,
    numbers,
    rationals,
    roots,
    scalars,
    small_rationals,
    terms,
    unit_numbers,
    unit_parameters,
)
from proofs.strategies.symmetries import symmetries

__all__ = [
    "ENTRIES",
    "FIELDS",
    "GROUPS",
    "PARAMETERS",
    "WITHOUT_PARAMETERS",
    "NearMiss",
    "Term",
    "added",
    "automorphisms",
    "characters",
    "compositions",
    "constructions",
    "elements",
    "entries",
    "generators",
    "group_elements",
    "groups",
    "leaves",
    "monomial_scalars",
    "monomials",
    "near_miss_recipes",
    "near_misses",
    "nodes",
    "numbers",
    "optimizer_recipes",
    "optimizers",
    "potentials",
    "rationals",
    "roots",
    "same_spectrum",
    "scalars",
    "small_rationals",
    "spectra",
    "symmetries",
    "terms",
    "unit_numbers",
    "unit_parameters",
    "zero_loss_paths",
]
