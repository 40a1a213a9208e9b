"""Nodes, elements of given order and support, compositions; potentials, and what to construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from hypothesis import event, strategies as st

from algebra.blocks import paper as blocks
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import PAIR, REAL, Spectrum
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import param, unit, zeta
from algebra.semiring.element import Element
from algebra.semiring.made import element, total
from algebra.semiring.potential import PAIR_SETS, Potential, parse_potential
from proofs.strategies.groups import groups, seen, spectra
from proofs.strategies.scalars import BIG, small_rationals
from proofs.subjects.generic import representatives

Values = st.SearchStrategy[Scalar]

_short_units = st.builds(zeta, st.sampled_from([1, 2, 3, 4, 12]), st.integers(0, 11))
_short_rationals = st.sampled_from([Fraction(q) for q in ("1", "-1", "2", "1/2", "-2/3", "3/4")])
_short_parameters = st.sampled_from(["u", "v"]).flatmap(
    lambda name: st.sampled_from([param(name), param(name) ** -1, param(name) ** 2])
)
_LONG = [
    *(unit(Fraction(t, BIG)) for t in (10**12 + 39, 1)),
    *(Scalar(q) for q in (Fraction(10**30, 7), Fraction(1, BIG**2))),
]
#: The kinds of entries; an element is drawn with one kind.
ENTRIES: Mapping[str, Values] = MappingProxyType(
    {
        "roots": st.builds(lambda q, x: q * x, _short_rationals, _short_units),
        "several terms": st.builds(
            lambda q, x, y: q * x + y, _short_rationals, _short_units, _short_units
        ),
        "parameters": st.builds(
            lambda q, x, m: q * x * m,
            _short_rationals,
            _short_units,
            st.one_of(st.just(Scalar(1)), _short_parameters),
        ),
        "sums with parameters": st.builds(
            lambda x, y, m: x + y * m, _short_units, _short_rationals.map(Scalar), _short_parameters
        ),
        "beyond int64": st.builds(lambda x, y: x * y, _short_units, st.sampled_from(_LONG)),
        "other fields": st.builds(zeta, st.sampled_from([5, 7, 16]), st.integers(0, 15)),
    }
)
WITHOUT_PARAMETERS = ("roots", "several terms", "beyond int64", "other fields")


def entries(kinds: Sequence[str] = tuple(ENTRIES)) -> st.SearchStrategy[Values]:
    """Return a strategy for a kind of entries: itself a strategy, from which all are drawn."""
    return st.sampled_from(kinds).map(ENTRIES.__getitem__)


@st.composite
def nodes(
    draw: st.DrawFn,
    spectrum: Spectrum,
    values: Values,
    *,
    support: Sequence[int] | None = None,
) -> dict[tuple[str, int], Scalar]:
    """One node: each row on a random part of the support, the constant part included.

    The spectrum is a group, `PAIR` or `REAL`; rows have at most three entries, at the indices
    of the support, the smaller of each ``{k, -k}``, by default all of these.
    """
    inside = representatives(spectrum) if support is None else list(support)
    most = min(3, len(inside))
    # Empty rows are drawn, but not often: without a, b or c a node does nothing.
    sizes = st.sampled_from([*range(1, most + 1), *range(1, most + 1), 0])
    ks = st.sampled_from(inside)
    node = {}
    for p in "abc":
        for _ in range(draw(sizes)):
            k, x = draw(ks), draw(values)
            node[p, k] = x + x.conjugate() if spectrum.negate(k) == k else x
    return node


@st.composite
def leaves(
    draw: st.DrawFn,
    spectrum: Spectrum,
    values: Values,
    *,
    max_order: int = 3,
    order: int | None = None,
    support: Sequence[int] | None = None,
) -> Element:
    """An element given node by node, some of them equal; of a given order if that is given."""
    # No nodes at all are drawn now and then only: most laws say little about them.
    count = draw(st.sampled_from([*range(1, max_order + 1), 0])) if order is None else order
    drawn = [draw(nodes(spectrum, values, support=support)) for _ in range(count)]
    if count > 1 and draw(st.integers(0, 3)) == 3:
        drawn[-1] = drawn[0]
        event("nodes: some repeated")
    return element(spectrum, drawn)


@st.composite
def elements(
    draw: st.DrawFn, spectrum: Spectrum, values: Values, *, depth: int = 2, max_order: int = 12
) -> Element:
    """A random composition of at most ``max_order`` nodes: sums, products, powers, placements."""
    kinds = ["leaf", "leaf", "sum", "sum", "product", "power", "scaled", "named"]
    if isinstance(spectrum, AbelianGroup) and spectrum.order > 1:
        kinds += ["placed", "placed", "placed"]
    kind = draw(st.sampled_from(kinds)) if depth else "leaf"
    event(f"operation: {kind}")

    def part(over: Spectrum = spectrum) -> Element:
        return draw(elements(over, values, depth=depth - 1, max_order=max_order))

    several = st.sampled_from([2, 1, 3, 0])
    match kind:
        case "sum":
            z = total(spectrum, [part() for _ in range(draw(several))])
        case "product":
            z = part() * part()
        case "power":
            z = part() ** draw(st.sampled_from([2, 1, 0]))
        case "scaled":
            z = part().scaled(c=draw(small_rationals))
        case "named":
            z = part().named("some")
        case "placed":
            assert isinstance(spectrum, AbelianGroup)
            real = set(spectrum.real_characters())
            paired = [k for k in range(1, spectrum.order) if k not in real]
            use_real = not paired or (bool(real) and draw(st.booleans()))
            places = st.sampled_from(sorted(real) if use_real else paired)
            ks = [draw(places) for _ in range(draw(several))]
            z = part(REAL if use_real else PAIR).at(spectrum, *ks)
        case _:
            z = draw(leaves(spectrum, values))
    return z if z.order <= max_order else draw(leaves(spectrum, values))


@st.composite
def group_elements(
    draw: st.DrawFn,
    *,
    kinds: Sequence[str] = tuple(ENTRIES),
    among: Sequence[AbelianGroup] | None = None,
    depth: int = 2,
    max_order: int = 10,
) -> Element:
    """A random element over a random group."""
    group = draw(st.sampled_from(among) if among else groups(max_order=8))
    seen(group)
    values = draw(entries(kinds))
    return draw(elements(group, values, depth=depth, max_order=max_order))


@st.composite
def same_spectrum(
    draw: st.DrawFn,
    count: int,
    *,
    kinds: Sequence[str] = tuple(ENTRIES),
    among: Sequence[AbelianGroup] | None = None,
) -> list[Element]:
    """Elements over one spectrum, a group or an abstract frequency."""
    spectrum = draw(spectra(st.sampled_from(among) if among else groups(max_order=8)))
    seen(spectrum)
    values = draw(entries(kinds))
    return [draw(elements(spectrum, values, depth=1, max_order=4)) for _ in range(count)]


#: Every potential of one conjugate pair but ``abc``, each with ``c`` once.
KILLABLE = tuple(sorted(str(r) for name, s in PAIR_SETS.items() if name != "R_g" for r in s))


@st.composite
def potentials(draw: st.DrawFn, spectrum: Spectrum, *, min_degree: int = 0) -> Potential:
    """One monomial potential; half of them have the form ``p q c`` that occurs in the loss."""
    ks = st.integers(0, spectrum.order - 1)
    any_rows = st.lists(st.sampled_from("abc"), min_size=min_degree, max_size=3)
    rows = draw(st.one_of(st.sampled_from(["abc", "aac", "bbc"]), any_rows))
    return Potential(spectrum, [(p, draw(ks)) for p in rows])


def generators() -> st.SearchStrategy[Element]:
    """Return a strategy for one-node blocks of roots of unity, generators of partial solutions."""
    entry = st.builds(zeta, st.sampled_from([1, 2, 3, 4, 6, 12]), st.integers(0, 11))
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
    some = st.lists(st.sampled_from(possible), unique=True, max_size=5) if possible else st.just([])
    return u, tuple(draw(some))
