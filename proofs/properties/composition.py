"""What compositions kill: the lemmas on zero sets, and the polynomial construction."""

from __future__ import annotations

from hypothesis import strategies as st

from algebra.groups.spectrum import PAIR
from algebra.semiring.element import Element
from proofs.claims.composition import LEMMAS, construction_fails, lemma_fails, values
from proofs.properties.property import holds
from proofs.strategies.elements import elements, entries
from proofs.strategies.potentials import constructions
from proofs.subjects.subject import BLOCKS, Subject

#: Random elements kill little; half are blocks of theory, which do.
_EITHER = st.one_of(
    st.sampled_from(sorted(name for name in BLOCKS if name != "real")),
    entries(("roots", "parameters")).flatmap(lambda x: elements(PAIR, x, depth=1)),
)


@holds("composition.zero-sets", "composition.*", lambda among: st.tuples(_EITHER, _EITHER))
def zero_sets(s: Subject, value: tuple[Element | str, Element | str]) -> str:
    """a product kills what a factor kills, and nothing else; a sum what both kill"""
    x, y = (s.blocks[z]() if isinstance(z, str) else z for z in value)
    pair = [(z, values(s, z)) for z in (x, y)]
    found = (lemma_fails(s, operation, may, *pair) for *_, operation, may in LEMMAS)
    return next(filter(None, found), "")


@holds("composition.polynomial", "composition.*", lambda among: constructions())
def polynomial(s: Subject, value: tuple[Element, tuple[str, ...]]) -> str:
    """the polynomial in a generator kills what it was made for, and not abc"""
    return construction_fails(s, *value)


PROPERTIES = (zero_sets, polynomial)
