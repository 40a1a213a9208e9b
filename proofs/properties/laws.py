"""The semiring, and potentials as its homomorphisms [Tian24, Theorems 2 and 3]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from hypothesis import strategies as st

from algebra.groups.group import AbelianGroup
from algebra.semiring.element import Element
from algebra.semiring.potential import Potential
from proofs.claims.claim import Side, first_difference
from proofs.claims.laws import AXIOMS, LAWS
from proofs.properties.property import holds
from proofs.strategies.elements import same_spectrum
from proofs.strategies.potentials import potentials
from proofs.subjects.subject import Subject


@st.composite
def _with_a_potential(
    draw: st.DrawFn, *, among: Sequence[AbelianGroup]
) -> tuple[Element, Element, Potential]:
    x, y = draw(same_spectrum(2, among=among))
    return x, y, draw(potentials(x.spectrum))


@holds("laws.semiring", "laws.*", partial(same_spectrum, 3), max_order=8)
def semiring(s: Subject, value: Sequence[Element]) -> str:
    """elements are a commutative semiring, orders add and multiply"""
    x, y, _ = value
    orders = ("orders add", s.add(x, y).order, x.order + y.order)
    products = ("orders multiply", s.multiply(x, y).order, x.order * y.order)
    laws = ((law, *sides(s, *value[:n])) for _, law, n, sides in AXIOMS)
    return first_difference([*laws, orders, products])


@holds("laws.homomorphism", "laws.*", _with_a_potential, max_order=12)
def homomorphism(s: Subject, value: tuple[Element, Element, Potential]) -> str:
    """potentials are homomorphisms, expanded and composed agree"""
    *elements, r = value

    def sides() -> Iterator[Side]:
        for _, _, n, law, _ in LAWS:
            yield from law(s, [r], *elements[:n])
        for z in elements:
            yield "expanded and along the composition", s.evaluate_expanded(r, z), s.evaluate(r, z)
        conjugate = s.evaluate(r, elements[0]).conjugate()
        yield "the conjugate potential", s.evaluate(r.conjugate(), elements[0]), conjugate

    return first_difference(sides())


PROPERTIES = (semiring, homomorphism)
