"""Symmetries of the loss, drawn as named functions with their action on the function tensor."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from algebra.groups.group import AbelianGroup
from proofs.strategies.groups import automorphisms
from proofs.subjects.symmetry import Symmetry

#: Rational ``t`` with ``sum t_i^3 = 1``; zeros and repeated entries on purpose.
PATHS = (
    (Fraction(1),),
    (Fraction(1), Fraction(0)),
    (Fraction(1), Fraction(1), Fraction(-1)),
    (Fraction(1, 2), Fraction(2, 3), Fraction(5, 6)),
    (Fraction(9), Fraction(-8), Fraction(-6)),
)
FACTORS = tuple(Fraction(x) for x in ("-1", "2", "1/2", "-3/2", "1"))


def symmetries(group: AbelianGroup, *, lengthen: bool = True) -> st.SearchStrategy[Symmetry]:
    """Return a strategy for symmetries of elements over a group.

    Args:
        group: the group.
        lengthen: whether an element of the zero-loss path may be multiplied in, up to three
            times as many nodes.
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
    if lengthen:
        kinds.append(st.sampled_from(PATHS).map(lambda t: Symmetry("lengthened", t)))
    return st.one_of(kinds)
