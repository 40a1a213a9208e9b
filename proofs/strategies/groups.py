"""Groups, their characters and automorphisms, and the symmetries of the loss."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
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
#: Automorphism groups of at most this many candidates are listed in full.
MAX_LISTED = 600


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


@lru_cache(maxsize=64)
def _listed(group: AbelianGroup) -> list[Automorphism]:
    return list(group.automorphisms())


@st.composite
def automorphisms(draw: st.DrawFn, group: AbelianGroup) -> Automorphism:
    """One automorphism: any of a small group; of a large one a product of a scaling and shears.

    A shear maps one generator ``e_i`` to ``e_i + m (n_j / gcd(n_i, n_j)) e_j``.
    """
    if group.order ** len(group.moduli) <= MAX_LISTED:
        return draw(st.sampled_from(_listed(group)))
    n, moduli = group.exponent, group.moduli
    found = group.scaling(draw(st.sampled_from([t for t in range(1, n + 1) if gcd(t, n) == 1])))
    rank = len(moduli)
    for _ in range(draw(st.integers(0, 3)) if rank > 1 else 0):
        i, m = draw(st.integers(0, rank - 1)), draw(st.integers(1, n))
        j = (i + draw(st.integers(1, rank - 1))) % rank
        step = moduli[j] // gcd(moduli[i], moduli[j])
        images = [[int(x == y) for y in range(rank)] for x in range(rank)]
        images[i][j] = m * step % moduli[j]
        shear = group.automorphism(
            [[x % q for x, q in zip(h, moduli, strict=True)] for h in images]
        )
        after = shear.on_elements(np.array([group.index(h) for h in found.images])).tolist()
        found = group.automorphism(after)
    return found


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
