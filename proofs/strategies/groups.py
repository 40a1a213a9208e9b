"""Groups, their characters and automorphisms, and the symmetries of the loss."""

from fractions import Fraction
from itertools import permutations
from math import gcd

import numpy as np
from hypothesis import event, strategies as st

from algebra.groups.group import AbelianGroup, Automorphism, character_order
from algebra.groups.spectrum import PAIR, REAL, Spectrum
from proofs.subjects.recipe import Symmetry

#: Order 1, cyclic or not, factors in either order, with and without real characters, with
#: characters of order 3 and 4.
GROUPS = (
    *("Z1", "Z2", "Z3", "Z4", "Z2xZ2", "Z5", "Z6", "Z3xZ2", "Z7", "Z8", "Z2xZ4", "Z4xZ2", "Z2^3"),
    *("Z9", "Z3xZ3", "Z10", "Z11", "Z12", "Z2xZ6", "Z1xZ3"),
    *("Z13", "Z14", "Z15", "Z16", "Z4xZ4", "Z2xZ8", "Z2^2xZ4", "Z2^4"),
)


def groups(*, max_order: int = 12, min_order: int = 1) -> st.SearchStrategy[AbelianGroup]:
    """Return a strategy for the groups of `GROUPS` of these orders.

    >>> groups(max_order=2)
    sampled_from([AbelianGroup('Z1'), AbelianGroup('Z2')])
    """
    fitting = [G for G in map(AbelianGroup, GROUPS) if min_order <= G.order <= max_order]
    return st.sampled_from(fitting)


def seen(spectrum: Spectrum) -> None:
    """Tell Hypothesis' statistics over what a value was drawn."""
    if not isinstance(spectrum, AbelianGroup):
        event(f"over: {'a conjugate pair' if spectrum.order == 2 else 'a real character'}")
        return
    event(f"group: {spectrum}")
    for order in (2, 3, 4):
        if spectrum.exponent % order == 0:
            event(f"characters: of order {order}")
    if spectrum.order == 1:
        event("characters: the trivial one only")


def spectra(groups: st.SearchStrategy[AbelianGroup]) -> st.SearchStrategy[Spectrum]:
    """Return a strategy for spectra: a group, or one abstract frequency of either kind."""
    return st.one_of(st.sampled_from([PAIR, REAL]), groups)


def characters(group: AbelianGroup) -> st.SearchStrategy[int]:
    """Return a strategy for indices of characters, those of order 1 to 4 more often.

    Those are where ``k = 0``, ``2k = 0``, ``2k = -k`` and ``2k = -2k``.
    """
    special = [k for k in range(min(group.order, 1000)) if character_order(group, k) <= 4]
    return st.one_of(st.sampled_from(special), st.integers(0, group.order - 1))


@st.composite
def automorphisms(draw: st.DrawFn, group: AbelianGroup) -> Automorphism:
    """One automorphism: a product of multiplications of the generators by units, and of shears.

    A shear maps one generator ``e_i`` to ``e_i + m (n_j / g) e_j``, with ``g = gcd(n_i, n_j)``.
    """
    moduli = group.moduli
    units = [[t % n for t in range(1, n + 1) if gcd(t, n) == 1] for n in moduli]
    images = np.diag([draw(st.sampled_from(some)) for some in units])
    shears = [
        (i, j, m * moduli[j] // g)
        for i, j in permutations(range(len(moduli)), 2)
        for g in [gcd(moduli[i], moduli[j])]
        for m in range(1, g)
    ]
    for i, j, factor in draw(st.lists(st.sampled_from(shears), max_size=12)) if shears else ():
        images[i] = (images[i] + factor * images[j]) % moduli
    return group.automorphism(images.tolist())


#: Rational ``t`` with ``sum t_i^3 = 1``; zeros and repeated entries on purpose.
PATHS = (
    (Fraction(1),),
    (Fraction(1), Fraction(0)),
    (Fraction(1), Fraction(1), Fraction(-1)),
    (Fraction(1, 2), Fraction(2, 3), Fraction(5, 6)),
    (Fraction(9), Fraction(-8), Fraction(-6)),
)
FACTORS = tuple(Fraction(x) for x in ("-1", "2", "1/2", "-3/2", "1"))


def zero_loss_paths() -> st.SearchStrategy[Symmetry]:
    """Return a strategy for elements of the zero-loss path, as symmetries to multiply with."""
    return st.sampled_from(PATHS).map(lambda t: Symmetry("lengthened", t))


def symmetries(group: AbelianGroup, *, lengthen: bool = True) -> st.SearchStrategy[Symmetry]:
    """Return a strategy for symmetries of elements over a group.

    Those that lengthen multiply in an element of the zero-loss path, of up to three nodes.
    """
    index = st.integers(0, group.order - 1)
    kinds = [
        st.just(Symmetry("swapped")),
        st.builds(lambda s, t: Symmetry("translated", (s, t)), index, index),
        automorphisms(group).map(lambda phi: Symmetry("relabelled", phi.images)),
        st.lists(st.sampled_from(FACTORS), min_size=1, max_size=3).map(
            lambda factors: Symmetry("scaled", tuple(factors))
        ),
        st.integers(0, 99).map(lambda seed: Symmetry("permuted", (seed,))),
    ]
    return st.one_of(kinds + [zero_loss_paths()] * lengthen)
