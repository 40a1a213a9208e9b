"""What the tests of `algebra` draw: groups, exact scalars, nodes, and composed elements."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from algebra import (
    PAIR,
    REAL,
    AbelianGroup,
    Element,
    Scalar,
    element,
    param,
    root,
    total,
    unit,
    zeta,
)
from algebra.spectrum import Spectrum

#: Order 1, cyclic or not, factors in either order, with and without real characters.
GROUPS = (
    *("Z1", "Z2", "Z3", "Z4", "Z2xZ2", "Z5", "Z6", "Z3xZ2", "Z7", "Z8", "Z2xZ4", "Z4xZ2", "Z2^3"),
    *("Z9", "Z3xZ3", "Z10", "Z11", "Z12", "Z2xZ6", "Z1xZ3"),
)
FIELDS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 20)
PARAMETERS = ("u", "v", "nu_1")
#: Prime, and beyond 32 bits when multiplied by anything.
BIG = 10**9 + 7


def groups(*, max_order: int = 12, min_order: int = 1) -> st.SearchStrategy[AbelianGroup]:
    fitting = [G for G in map(AbelianGroup, GROUPS) if min_order <= G.order <= max_order]
    return st.sampled_from(fitting)


#: A term ``q * zeta_n^e * m`` as plain data, so that a test can evaluate it on its own.
Term = tuple[Fraction, int, int, dict[str, int]]

small_rationals = st.fractions(-3, 3, max_denominator=6)
rationals = st.one_of(
    small_rationals,
    st.fractions(max_denominator=BIG),
    st.builds(Fraction, st.integers(-(10**20), 10**20), st.sampled_from([1, BIG, BIG**3])),
)
monomials = st.dictionaries(st.sampled_from(PARAMETERS), st.integers(-2, 2), max_size=2)


@st.composite
def terms(draw, *, parameters: bool = True, fields=FIELDS, numbers=rationals, max_size=4):
    """A list of terms, mostly in one field, so that sums cancel now and then."""
    home = draw(st.sampled_from(fields))
    found: list[Term] = []
    for _ in range(draw(st.integers(0, max_size))):
        n = draw(st.sampled_from([home, home, draw(st.sampled_from(fields))]))
        m = draw(monomials) if parameters else {}
        found.append((draw(numbers), n, draw(st.integers(0, n - 1)), m))
    return found


def added(parts: list[Term]) -> Scalar:
    total = Scalar(0)
    for q, n, e, m in parts:
        total = total + root(e, n, q, m)
    return total


def numbers(*, rationals=rationals, max_size: int = 4) -> st.SearchStrategy[Scalar]:
    """Sums of roots of unity in several fields, without parameters."""
    return terms(parameters=False, numbers=rationals, max_size=max_size).map(added)


#: Laurent polynomials over them as well.
scalars = terms().map(added)

roots = st.builds(
    lambda n, e: zeta(n, e % n), st.sampled_from([*FIELDS, 24, 60]), st.integers(0, 99)
)
unit_numbers = st.one_of(
    roots,
    st.builds(unit, small_rationals),
    st.builds(lambda t, x: unit(t) * x, st.fractions(max_denominator=BIG), roots),
)
monomial_scalars = st.builds(
    lambda q, x, m: q * x * root(0, 1, Fraction(1), m),
    rationals.filter(bool),
    roots,
    monomials,
)

_short_units = st.builds(zeta, st.sampled_from([1, 2, 3, 4, 12]), st.integers(0, 11))
_short_rationals = st.sampled_from([Fraction(q) for q in ("1", "-1", "2", "1/2", "-2/3", "3/4")])
_short_parameters = st.sampled_from(["u", "v"]).flatmap(
    lambda name: st.sampled_from([param(name), param(name) ** -1, param(name) ** 2])
)
#: The kinds of entries; an element is drawn with one kind.
ENTRIES: dict[str, st.SearchStrategy[Scalar]] = {
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
    "beyond int64": st.builds(
        lambda x, y: x * y,
        _short_units,
        st.sampled_from(
            [
                unit(Fraction(10**12 + 39, BIG)),
                unit(Fraction(1, BIG)),
                Scalar(Fraction(10**30, 7)),
                Scalar(Fraction(1, BIG**2)),
            ]
        ),
    ),
    "other fields": st.builds(zeta, st.sampled_from([5, 7, 16]), st.integers(0, 15)),
}
WITHOUT_PARAMETERS = ("roots", "several terms", "beyond int64", "other fields")


def entries(kinds=tuple(ENTRIES)) -> st.SearchStrategy[st.SearchStrategy[Scalar]]:
    return st.sampled_from(kinds).map(ENTRIES.__getitem__)


def representatives(spectrum: Spectrum) -> list[int]:
    k = np.arange(spectrum.order)
    return k[k <= spectrum.negate(k)].tolist()


def is_real(spectrum: Spectrum, k: int) -> bool:
    return int(spectrum.negate(np.array(k))) == k


@st.composite
def nodes(draw, spectrum: Spectrum, values, *, most: int = 3) -> dict[tuple[str, int], Scalar]:
    """One node: each row on a random support, the constant part included."""
    ks = st.lists(st.sampled_from(representatives(spectrum)), unique=True, max_size=most)
    node = {}
    for p in "abc":
        for k in draw(ks):
            x = draw(values)
            node[p, k] = x + x.conjugate() if is_real(spectrum, k) else x
    return node


@st.composite
def leaves(draw, spectrum: Spectrum, values, *, max_order: int = 3) -> Element:
    """Given nodes, some of them equal."""
    listed = draw(st.lists(nodes(spectrum, values), max_size=max_order))
    if listed and len(listed) < max_order and draw(st.booleans()):
        listed.append(listed[0])
    return element(spectrum, listed)


@st.composite
def elements(draw, spectrum: Spectrum, values, *, depth: int = 2, max_order: int = 12) -> Element:
    """A random composition of at most ``max_order`` nodes."""
    kinds = ["leaf", "sum", "product", "power", "scaled", "named"]
    if isinstance(spectrum, AbelianGroup) and spectrum.order > 1:
        kinds += ["placed", "placed"]
    kind = draw(st.sampled_from(kinds)) if depth else "leaf"

    def part(over: Spectrum = spectrum) -> Element:
        return draw(elements(over, values, depth=depth - 1, max_order=max_order))

    match kind:
        case "sum":
            z = total(spectrum, [part() for _ in range(draw(st.integers(0, 3)))])
        case "product":
            z = part() * part()
        case "power":
            z = part() ** draw(st.integers(0, 2))
        case "scaled":
            z = part().scaled(c=draw(small_rationals))
        case "named":
            z = part().named("some")
        case "placed":
            assert isinstance(spectrum, AbelianGroup)
            real = set(spectrum.real_characters())
            paired = [k for k in range(1, spectrum.order) if k not in real]
            use_real = not paired or (bool(real) and draw(st.booleans()))
            ks = draw(st.lists(st.sampled_from(sorted(real) if use_real else paired), max_size=3))
            z = part(REAL if use_real else PAIR).at(spectrum, *ks)
        case _:
            z = draw(leaves(spectrum, values))
    return z if z.order <= max_order else draw(leaves(spectrum, values))


@st.composite
def group_elements(
    draw, *, kinds=tuple(ENTRIES), max_group: int = 8, depth: int = 2, max_order: int = 10
) -> Element:
    """A random element over a random group."""
    group = draw(groups(max_order=max_group))
    values = draw(entries(kinds))
    return draw(elements(group, values, depth=depth, max_order=max_order))


@st.composite
def same_spectrum(draw, count: int, *, kinds=tuple(ENTRIES), depth: int = 1) -> list[Element]:
    """Elements over one spectrum, a group or an abstract frequency."""
    spectrum = draw(st.one_of(st.sampled_from([PAIR, REAL]), groups(max_order=8)))
    values = draw(entries(kinds))
    return [draw(elements(spectrum, values, depth=depth, max_order=4)) for _ in range(count)]
