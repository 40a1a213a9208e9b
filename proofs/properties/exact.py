"""Properties of exact values: scalars, semiring, homomorphisms, compositions, the criterion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from hypothesis import strategies as st

from algebra.criterion.tensor import routes
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import PAIR
from algebra.numbers.parse import parse
from algebra.numbers.scalar import ONE, ZERO, Scalar
from algebra.semiring.element import Element
from algebra.semiring.potential import Potential
from proofs.claims.claim import Side
from proofs.claims.composition import LEMMAS, construction_fails, lemma_fails, values
from proofs.claims.criterion import by_every_route, losses
from proofs.claims.laws import AXIOMS, LAWS
from proofs.properties.property import holds
from proofs.strategies.elements import (
    constructions,
    elements,
    entries,
    group_elements,
    potentials,
    same_spectrum,
)
from proofs.strategies.optimizers import near_miss_recipes
from proofs.strategies.scalars import scalars
from proofs.subjects.near_miss import is_wrong
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import BLOCKS, Subject

Triple = tuple[Scalar, Scalar, Scalar]
_TRIPLES = st.tuples(scalars, scalars, scalars)


@holds("scalars.ring", "laws.*", lambda among: _TRIPLES)
def ring(subject: Subject, value: Triple) -> Iterator[Side]:
    """scalars are a commutative ring"""
    x, y, z = value
    yield "(x + y) + z = x + (y + z)", (x + y) + z, x + (y + z)
    yield "x + y = y + x", x + y, y + x
    yield "x + 0 = x", x + ZERO, x
    yield "x - x = 0", x - x, ZERO
    yield "(x y) z = x (y z)", (x * y) * z, x * (y * z)
    yield "x y = y x", x * y, y * x
    yield "x 1 = x", x * ONE, x
    yield "x (y + z) = x y + x z", x * (y + z), x * y + x * z
    if x and (not x.parameters or x.as_monomial()):
        yield "x / x = 1", x / x, ONE


@holds("scalars.text", "laws.*", lambda among: scalars)
def text(subject: Subject, x: Scalar) -> Iterator[Side]:
    """scalars read back what they print"""
    yield "parse(repr(x)) = x", parse(repr(x)), x
    yield "equal hashes", hash(parse(repr(x))), hash(x)


@holds("scalars.conjugates", "laws.*", lambda among: _TRIPLES)
def conjugates(subject: Subject, value: Triple) -> Iterator[Side]:
    """conjugation is an automorphism of order two"""
    x, y, _ = value
    bar = Scalar.conjugate
    yield "the conjugate of the conjugate", bar(bar(x)), x
    yield "conj(x + y) = conj(x) + conj(y)", bar(x + y), bar(x) + bar(y)
    yield "conj(x y) = conj(x) conj(y)", bar(x * y), bar(x) * bar(y)
    yield "x conj(x) is real", bar(x * bar(x)), x * bar(x)


@st.composite
def _with_a_potential(
    draw: st.DrawFn, *, among: Sequence[AbelianGroup]
) -> tuple[Element, Element, Potential]:
    x, y = draw(same_spectrum(2, among=among))
    return x, y, draw(potentials(x.spectrum))


@holds("laws.semiring", "laws.*", partial(same_spectrum, 3), max_order=8)
def semiring(s: Subject, value: Sequence[Element]) -> Iterator[Side]:
    """elements are a commutative semiring, orders add and multiply"""
    x, y, _ = value
    for _, law, n, sides in AXIOMS:
        yield law, *sides(s, *value[:n])
    yield "orders add", s.add(x, y).order, x.order + y.order
    yield "orders multiply", s.multiply(x, y).order, x.order * y.order


@holds("laws.homomorphism", "laws.*", _with_a_potential, max_order=12)
def homomorphism(s: Subject, value: tuple[Element, Element, Potential]) -> Iterator[Side]:
    """potentials are homomorphisms, expanded and composed agree"""
    *elements, r = value
    for _, _, n, law, _ in LAWS:
        yield from law(s, [r], *elements[:n])
    for z in elements:
        yield "expanded and along the composition", s.evaluate_expanded(r, z), s.evaluate(r, z)
    conjugate = s.evaluate(r, elements[0]).conjugate()
    yield "the conjugate potential", s.evaluate(r.conjugate(), elements[0]), conjugate


#: Random elements kill little; half are blocks of theory, which do.
_EITHER = st.one_of(
    st.sampled_from(sorted(name for name in BLOCKS if name != "real")),
    entries(("roots", "parameters")).flatmap(lambda x: elements(PAIR, x, depth=1)),
)


@holds("composition.zero-sets", "composition.*", lambda among: st.tuples(_EITHER, _EITHER))
def zero_sets(s: Subject, value: tuple[Element | str, Element | str]) -> str:
    """a product kills what a factor kills, and nothing else; a sum what both kill"""
    x, y = (s.blocks[z]() if isinstance(z, str) else z for z in value)
    pair = (x, values(s, x)), (y, values(s, y))
    composed = {name: values(s, getattr(s, name)(x, y)) for name in ("add", "multiply")}
    found = (lemma_fails(may, *pair, composed[operation]) for *_, operation, may in LEMMAS)
    return next(filter(None, found), "")


@holds("composition.polynomial", "composition.*", lambda among: constructions())
def polynomial(s: Subject, value: tuple[Element, tuple[str, ...]]) -> str:
    """the polynomial in a generator kills what it was made for, and not abc"""
    return construction_fails(s, *value)


@holds("criterion.near-misses", "criterion.*", near_miss_recipes)
def near_misses(subject: Subject, recipe: Recipe) -> str:
    """an optimizer with one fault has a loss, by every route"""
    z = recipe.build(subject)
    if not is_wrong(z, target=recipe.target):
        return ""
    if not subject.loss(z, recipe.target):
        return f"the loss is 0 in spite of a fault: {recipe.fault}"
    for route in routes(z):
        if not len(subject.tensor(z, route).minus(recipe.target)):
            return f"by the {route} route nothing is wrong, in spite of a fault: {recipe.fault}"
    return ""


@holds("criterion.routes", "criterion.*", group_elements, max_order=12)
def every_route(s: Subject, z: Element) -> Iterator[Side]:
    """the sparse, dense and composed routes give the same function tensor"""
    return by_every_route(s, z)


@holds(
    "criterion.loss",
    "criterion.*",
    partial(group_elements, kinds=("roots", "parameters"), depth=1, max_order=3),
    max_order=4,
)
def loss(s: Subject, z: Element) -> Iterator[Side]:
    """the loss is that of the network run on all pairs, exactly"""
    return losses(s, z)


PROPERTIES = (
    *(ring, text, conjugates, semiring, homomorphism, zero_sets, polynomial),
    *(every_route, loss, near_misses),
)
