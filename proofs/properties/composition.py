"""What compositions kill: the lemma on zero sets, and the polynomial construction."""

from __future__ import annotations

from hypothesis import strategies as st

from algebra.groups.spectrum import PAIR
from algebra.numbers.scalar import ONE
from algebra.semiring.element import Element
from algebra.semiring.potential import PAIR_SETS, parse_potential
from proofs.properties.property import Property
from proofs.strategies.elements import elements, entries
from proofs.strategies.potentials import constructions
from proofs.subjects.subject import BLOCKS, Subject

_ALL = sorted((r for members in PAIR_SETS.values() for r in members), key=str)


#: Random elements kill little; half are blocks of theory, which do.
_EITHER = st.one_of(
    st.sampled_from(sorted(name for name in BLOCKS if name != "real")),
    entries(("roots", "parameters")).flatmap(lambda x: elements(PAIR, x, depth=1)),
)


def _zero_sets(subject: Subject, value: tuple[Element | str, Element | str]) -> str:
    x, y = (subject.blocks[z]() if isinstance(z, str) else z for z in value)
    product, total = subject.multiply(x, y), subject.add(x, y)
    for r in _ALL:
        left, right = subject.evaluate(r, x), subject.evaluate(r, y)
        of_product, of_sum = subject.evaluate(r, product), subject.evaluate(r, total)
        if (not of_product) != (not left or not right):
            return f"{r}(x y) = {of_product!r}, but {r}(x) = {left!r} and {r}(y) = {right!r}"
        if not left and not right and of_sum:
            return f"{r}(x) = {r}(y) = 0, but {r}(x + y) = {of_sum!r}"
        if left == ONE and right == ONE and of_product != ONE:
            return f"{r}(x) = {r}(y) = 1, but {r}(x y) = {of_product!r}"
    return ""


def _polynomial(subject: Subject, value: tuple[Element, tuple[str, ...]]) -> str:
    u, kill = value
    built = subject.construct(u, kill)
    for z, name in ((built.element, "the polynomial"), (built.merged, "the merged polynomial")):
        for r in _ALL:
            found = subject.evaluate_expanded(r, z)
            if str(r) in kill and found:
                return f"{name} leaves {r} = {found!r}, which it should kill"
            if str(r) == "abc" and not found:
                return f"{name} kills abc"
            # The construction speaks of potentials with c, and not conj(c), once.
            if "c-" not in str(r) and found != subject.evaluate(r, built.element):
                return f"{name} has another {r} when expanded: {found!r}"
    if parse_potential("abc") not in _ALL:
        return "abc is missing from the potentials"
    return ""


PROPERTIES = (
    Property(
        "composition.zero-sets",
        "a product kills what a factor kills, and nothing else; a sum what both kill",
        ("composition.*",),
        lambda among: st.tuples(_EITHER, _EITHER),
        _zero_sets,
    ),
    Property(
        "composition.polynomial",
        "the polynomial in a generator kills what it was made for, and not abc",
        ("composition.*",),
        lambda among: constructions(),
        _polynomial,
    ),
)
