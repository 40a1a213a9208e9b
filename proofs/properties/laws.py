"""The semiring, and potentials as its homomorphisms [Tian24, Theorems 2 and 3]."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hypothesis import strategies as st

from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import ONE, ZERO
from algebra.semiring.element import Element, one, zero
from algebra.semiring.potential import Potential
from proofs.claims.claim import first_difference
from proofs.properties.property import Property
from proofs.strategies.elements import same_spectrum
from proofs.strategies.potentials import potentials
from proofs.subjects.subject import Subject


@st.composite
def _with_a_potential(
    draw: st.DrawFn, *, among: Sequence[AbelianGroup]
) -> tuple[Element, Element, Potential]:
    x, y = draw(same_spectrum(2, among=among))
    return x, y, draw(potentials(x.spectrum))


def _semiring(subject: Subject, value: Sequence[Element]) -> str:
    x, y, z = value
    add, times = subject.add, subject.multiply
    nothing, unity = zero(x.spectrum), one(x.spectrum)
    return first_difference(
        [
            ("(x + y) + z = x + (y + z)", add(add(x, y), z), add(x, add(y, z))),
            ("x + y = y + x", add(x, y), add(y, x)),
            ("x + 0 = x", add(x, nothing), x),
            ("(x y) z = x (y z)", times(times(x, y), z), times(x, times(y, z))),
            ("x y = y x", times(x, y), times(y, x)),
            ("x 1 = x", times(x, unity), x),
            ("x 0 = 0", times(x, nothing), nothing),
            ("x (y + z) = x y + x z", times(x, add(y, z)), add(times(x, y), times(x, z))),
            ("orders add", add(x, y).order, x.order + y.order),
            ("orders multiply", times(x, y).order, x.order * y.order),
        ]
    )


def _homomorphism(subject: Subject, value: tuple[Element, Element, Potential]) -> str:
    x, y, r = value
    value_of, expanded = subject.evaluate, subject.evaluate_expanded
    total, product = subject.add(x, y), subject.multiply(x, y)
    return first_difference(
        [
            ("r(0) = 0", value_of(r, zero(x.spectrum)), ZERO),
            ("r(1) = 1", value_of(r, one(x.spectrum)), ONE),
            ("r(x + y) = r(x) + r(y)", value_of(r, total), value_of(r, x) + value_of(r, y)),
            ("r(x y) = r(x) r(y)", value_of(r, product), value_of(r, x) * value_of(r, y)),
            ("r(x), expanded and along the composition", expanded(r, x), value_of(r, x)),
            ("r(x + y), the same", expanded(r, total), value_of(r, total)),
            ("r(x y), the same", expanded(r, product), value_of(r, product)),
            ("the conjugate potential", value_of(r.conjugate(), x), value_of(r, x).conjugate()),
        ]
    )


PROPERTIES = (
    Property(
        "laws.semiring",
        "elements are a commutative semiring, orders add and multiply",
        ("laws.*",),
        partial(same_spectrum, 3),
        _semiring,
        max_order=8,
    ),
    Property(
        "laws.homomorphism",
        "potentials are homomorphisms, expanded and composed agree",
        ("laws.*",),
        _with_a_potential,
        _homomorphism,
        max_order=12,
    ),
)
