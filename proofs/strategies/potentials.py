"""Potentials, generators of partial solutions, and what to construct from them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from algebra.blocks import paper as blocks
from algebra.groups.spectrum import Spectrum
from algebra.numbers.units import zeta
from algebra.semiring.element import Element
from algebra.semiring.potential import PAIR_SETS, Potential, parse_potential

#: Every potential of one conjugate pair but ``abc``, each with ``c`` once.
KILLABLE = tuple(sorted(str(r) for name, s in PAIR_SETS.items() if name != "R_g" for r in s))


@st.composite
def potentials(
    draw: st.DrawFn,
    spectrum: Spectrum,
    *,
    min_degree: int = 0,
    max_degree: int = 3,
    support: Sequence[int] | None = None,
) -> Potential:
    """One monomial potential; half of them have the form ``p q c`` that occurs in the loss."""
    ks = st.sampled_from(support) if support else st.integers(0, spectrum.order - 1)
    if draw(st.booleans()):
        rows = draw(st.sampled_from(["abc", "aac", "bbc"]))
    else:
        rows = "".join(
            draw(st.lists(st.sampled_from("abc"), min_size=min_degree, max_size=max_degree))
        )
    return Potential(spectrum, [(p, draw(ks)) for p in rows])


def generators(*, orders: Sequence[int] = (1, 2, 3, 4, 6, 12)) -> st.SearchStrategy[Element]:
    """Return a strategy for one-node blocks of roots of unity, generators of partial solutions."""
    entry = st.builds(zeta, st.sampled_from(orders), st.integers(0, 11))
    return st.builds(blocks.node, entry, entry, entry)


@st.composite
def constructions(draw: st.DrawFn) -> tuple[Element, tuple[str, ...]]:
    """A generator and names of potentials that a polynomial in it can kill [Tian24, Theorem 4].

    Those with ``r(u) = abc(u)``, or their conjugate, are left out: that would kill ``abc``.
    """
    u = draw(generators())
    abc = parse_potential("abc")(u)
    values = {name: parse_potential(name)(u) for name in KILLABLE}
    possible = [name for name, x in values.items() if abc not in (x, x.conjugate())]
    if not possible:
        return u, ()
    return u, tuple(draw(st.lists(st.sampled_from(possible), unique=True, max_size=5)))
