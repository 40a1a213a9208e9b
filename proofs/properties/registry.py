"""Properties, what `cogo fuzz` attacks: of exact values, of networks, and of the float mirror."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from types import MappingProxyType
from typing import Any, final, get_args

import hypothesis
import numpy as np
from hypothesis import event, strategies as st

from algebra.criterion.target import Target
from algebra.criterion.tensor import routes
from algebra.files import element_file
from algebra.groups.group import AbelianGroup
from algebra.groups.spectrum import PAIR
from algebra.numbers.scalar import ZERO
from algebra.numbers.to_float import to_complex
from algebra.semiring.element import Element
from algebra.semiring.potential import Potential
from proofs.certificates import certificate
from proofs.claims.claim import Side, first_difference
from proofs.claims.composition import LEMMAS, constructed, lemma_fails, values
from proofs.claims.criterion import by_every_route, losses
from proofs.claims.laws import AXIOMS, LAWS
from proofs.claims.symmetries import moved
from proofs.strategies.elements import (
    WITHOUT_PARAMETERS,
    constructions,
    elements,
    entries,
    group_elements,
    potentials,
    same_spectrum,
)
from proofs.strategies.groups import symmetries, zero_loss_paths
from proofs.strategies.optimizers import near_misses, optimizer_recipes
from proofs.subjects import brute_force
from proofs.subjects.near_miss import is_wrong
from proofs.subjects.recipe import Recipe, Symmetry
from proofs.subjects.subject import BLOCKS, INSTALLED, Subject

Check = Callable[[Subject, Any], "str | Iterable[Side]"]


@final
@dataclass(frozen=True, slots=True)
class Property:
    """A property of drawn values."""

    id: str
    statement: str
    attacks: tuple[str, ...]  # claims that a failure would refute; ``laws.*`` is a whole family
    strategy: Callable[..., st.SearchStrategy[Any]]  # given ``among``, the groups to draw from
    check: Check  # of a drawn value: what is wrong, in words, or "", or what has to be equal
    max_order: int = 16  # larger groups are not given to the strategy

    def counterexample(self, subject: Subject, value: Any) -> str:
        """Return "" or what is wrong; an exception of the code under test is wrong as well."""
        try:
            found = self.check(subject, value)
            return found if isinstance(found, str) else first_difference(found)
        except Exception as error:
            return f"raised {type(error).__name__}: {error}"

    def test(
        self,
        groups: Sequence[AbelianGroup | str],
        subject: Subject = INSTALLED,
        *,
        seed: int = 0,
        **options: Any,
    ) -> Callable[[], None]:
        """Return a Hypothesis test that the property holds: call it, or decorate it.

        Options are those of ``hypothesis.settings``; an AssertionError has what is wrong, shrunk.
        """

        # A seed that is given last would take the database away.
        @hypothesis.seed(seed)
        def attack(value: Any) -> None:
            wrong = self.counterexample(subject, value)
            if wrong:
                raise AssertionError(wrong)

        every = {"deadline": None, "suppress_health_check": list(hypothesis.HealthCheck)}
        over = [AbelianGroup(G) if isinstance(G, str) else G for G in groups]
        drawn = hypothesis.given(self.strategy(among=over))(attack)
        return hypothesis.settings(**{**every, "database": None, **options})(drawn)

    def is_about(self, pattern: str) -> bool:
        """Whether an id, its beginning or a glob names this property, or a claim it attacks."""
        return any(
            fnmatchcase(name, pattern)
            or fnmatchcase(pattern, name)
            or name.startswith(f"{pattern}.")
            for name in (self.id, *self.attacks)
        )


def holds(
    id: str, attacks: str, strategy: Callable[..., st.SearchStrategy[Any]], *, max_order: int = 16
) -> Callable[[Check], Property]:
    """Make a property of a function: its check, with the statement as docstring."""

    def made(check: Check) -> Property:
        assert check.__doc__, "a property states something"
        return Property(id, check.__doc__, tuple(attacks.split()), strategy, check, max_order)

    return made


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
def polynomial(s: Subject, value: tuple[Element, tuple[str, ...]]) -> Iterator[Side]:
    """the polynomial in a generator kills what it was made for, and not abc"""
    return constructed(s, *value)


@holds("criterion.near-misses", "criterion.*", near_misses)
def spoilt(subject: Subject, recipe: Recipe) -> Iterator[Side]:
    """an optimizer with one fault has a loss, by every route"""
    z = recipe.build(subject)
    if is_wrong(z, target=recipe.target):
        yield f"{recipe.fault}, has a loss", bool(subject.loss(z, recipe.target)), True
        for route in routes(z):
            wrong = bool(len(subject.tensor(z, route).minus(recipe.target)))
            yield f"{recipe.fault}, is wrong by the {route} route", wrong, True


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


_NARROW = partial(optimizer_recipes, max_width=64)


@holds(
    "optimizers.zero-loss",
    "optimizers.*",
    partial(optimizer_recipes, max_width=300),  # many checks are wanted, not large ones
    max_order=400,
)
def zero_loss(subject: Subject, recipe: Recipe) -> str:
    """every optimizer has zero loss, for all values of its free parameters"""
    found = subject.loss(recipe.build(subject), recipe.target)
    return f"the {recipe.target} loss is {found!r}" if found else ""


@holds("optimizers.routes", "optimizers.* criterion.*", _NARROW)
def optimizer_routes(subject: Subject, recipe: Recipe) -> Iterator[Side]:
    """every optimizer has the target's function tensor by every route"""
    z = recipe.build(subject)
    for route in routes(z):
        rest = subject.tensor(z, route).minus(recipe.target)
        yield f"T - target by the {route} route", dict(rest), {}


@holds("optimizers.network", "optimizers.* criterion.*", _NARROW, max_order=4)
def network(subject: Subject, recipe: Recipe) -> Iterator[Side]:
    """every optimizer, run on all pairs, outputs x + y exactly"""
    for pair, row in brute_force.errors(recipe.build(subject), target=recipe.target).items():
        yield f"the error on the pair {pair}", row, [ZERO] * len(row)


@holds(
    "optimizers.width",
    "width.* optimizers.*",
    partial(optimizer_recipes, moved=False),
    max_order=32,
)
def width(subject: Subject, recipe: Recipe) -> Iterator[Side]:
    """every optimizer has the number of nodes that its family is said to have"""
    said = subject.width(recipe.group, recipe.family, target=recipe.target)
    yield "nodes, and what the table says", recipe.build(subject).order, said


def _elements(among: Sequence[AbelianGroup]) -> st.SearchStrategy[tuple[Element, Target]]:
    return st.tuples(group_elements(among=among), st.sampled_from(get_args(Target)))


@holds("checker.accepts", "checker.* optimizers.*", _NARROW)
def accepts(subject: Subject, recipe: Recipe) -> Iterator[Side]:
    """the stand-alone checker accepts the certificate of every optimizer"""
    code, message = subject.checker(subject.certificate(recipe.build(subject), recipe.target))
    yield f"exit code, {message}", code, 0


@holds("checker.refuses", "checker.*", near_misses)
def refuses(subject: Subject, recipe: Recipe) -> Iterator[Side]:
    """the stand-alone checker refutes the certificate of every near miss"""
    z = recipe.build(subject)
    if is_wrong(z, target=recipe.target):
        code, message = subject.checker(subject.certificate(z, recipe.target))
        yield f"{recipe.fault}, exit code, {message}", code, 1


@holds("checker.verdicts", "checker.* criterion.*", _elements, max_order=12)
def verdicts(subject: Subject, value: tuple[Element, Target]) -> Iterator[Side]:
    """the stand-alone checker and the exact loss agree about any element"""
    loss = subject.loss(*value)
    code, message = subject.checker(subject.certificate(*value))
    yield f"exit code, loss {loss!r}, {message}", code, int(bool(loss))


@holds("checker.round-trip", "checker.*", _elements, max_order=12)
def round_trip(subject: Subject, value: tuple[Element, Target]) -> Iterator[Side]:
    """certificates and element files read back what was written"""
    z, text = value[0], element_file.to_text(value[0])
    again = element_file.from_text(text)
    yield "the certificate", certificate.from_bytes(subject.certificate(*value)), value
    yield "the element file", again, z
    yield "the element file, written again", element_file.to_text(again), text


@st.composite
def _moved(draw: st.DrawFn, *, among: Sequence[AbelianGroup]) -> tuple[Element, Symmetry]:
    z = draw(group_elements(among=among, max_order=6))
    symmetry = draw(symmetries(z.group))
    event(f"symmetry: {symmetry.kind}")
    return z, symmetry


@st.composite
def _paths(
    draw: st.DrawFn, *, among: Sequence[AbelianGroup]
) -> tuple[Element, Symmetry, Potential]:
    z = draw(group_elements(among=among, max_order=6))
    return z, draw(zero_loss_paths()), draw(potentials(z.spectrum, min_degree=3))


@holds("symmetry.tensor", "symmetry.*", _moved, max_order=12)
def tensor(s: Subject, value: tuple[Element, Symmetry]) -> Iterable[Side]:
    """every symmetry moves the entries of the function tensor as its action says"""
    return [moved(s, *value)]


@holds("symmetry.loss", "symmetry.* path.*", _moved, max_order=12)
def kept_loss(subject: Subject, value: tuple[Element, Symmetry]) -> Iterator[Side]:
    """every symmetry keeps the loss of every element"""
    z, symmetry = value
    moved = symmetry(z, subject)
    yield "the loss", subject.loss(moved, "projected"), subject.loss(z, "projected")


@holds("path.potentials", "path.*", _paths, max_order=12)
def cubic_potentials(
    subject: Subject, value: tuple[Element, Symmetry, Potential]
) -> Iterator[Side]:
    """an element of the zero-loss path keeps every potential of degree three"""
    z, path, r = value
    after = subject.evaluate_expanded(r, path(z, subject))
    yield f"{r} on the path", after, subject.evaluate(r, z)


#: Units in the last place of ``sum_k |z[p,k,j]|``, the size of the terms that a weight adds up.
MAX_ULPS = 16
#: Of an output, relative to the sum of the moduli of the terms that it adds up.
MAX_RELATIVE = 1e-12


_NUMBERS = partial(group_elements, kinds=WITHOUT_PARAMETERS, max_order=4)


@holds("mirror.weights", "mirror.*", _NUMBERS, max_order=9)
def weights(subject: Subject, z: Element) -> str:
    """float64 weights are within 16 ulps of the exact ones (measured)"""
    rounded = subject.embed(z, "rational")
    found = (rounded.w_a, rounded.w_b, rounded.w_c)
    sizes = {p: np.zeros(z.order) for p in "abc"}
    for j, node in enumerate(z.node_list()):
        for (p, k), x in node.items():
            pair = 1 + (z.group.negate(k) != k)
            sizes[p][j] += pair * abs(to_complex(x))
    for p, w, exact in zip("abc", found, brute_force.real_weights(z), strict=True):
        off = np.abs(w - [[to_complex(x).real for x in row] for row in exact])
        if (off > MAX_ULPS * np.spacing(sizes[p])).any():
            return f"w_{p} is off by {off.max()!r}, more than {MAX_ULPS} ulps"
    return ""


@holds("mirror.gauges", "mirror.* norms.*", _NUMBERS, max_order=12)
def gauges(subject: Subject, z: Element) -> str:
    """the balanced gauge lowers the norm and changes no output (measured)"""
    rational, balanced = subject.embed(z, "rational"), subject.embed(z, "balanced")
    if balanced.squared_norm() > rational.squared_norm() * (1 + MAX_RELATIVE):
        return f"balancing raises the norm to {balanced.squared_norm()!r}"

    def run(a: Any, b: Any, c: Any) -> Any:
        return np.square(a[:, None] + b[None]) @ c.T

    both = [(w.w_a, w.w_b, w.w_c) for w in (rational, balanced)]
    size = max(run(*map(np.abs, rows)).max(initial=0.0) for rows in both)
    off = np.abs(run(*both[0]) - run(*both[1])).max(initial=0.0)
    if off > MAX_RELATIVE * size:
        return f"balancing changes an output by {off:.3g}, of terms of size {size:.3g}"
    return ""


#: Every property, by id.
PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {found.id: found for found in tuple(globals().values()) if isinstance(found, Property)}
)


def property_named(name: str) -> Property:
    """Return a property by its id; a ValueError names those that exist."""
    if name not in PROPERTIES:
        raise ValueError(f"property={name!r} does not exist; these do: {', '.join(PROPERTIES)}")
    return PROPERTIES[name]


def chosen(patterns: tuple[str, ...]) -> list[Property]:
    """Return the properties that the patterns are about; all of them for no pattern.

    The id of a property means that one alone; a ValueError says that a pattern is about none.
    """
    names: set[str] = set() if patterns else set(PROPERTIES)
    for pattern in patterns:
        about = [name for name, found in PROPERTIES.items() if found.is_about(pattern)]
        if not about:
            there = ", ".join(PROPERTIES)
            raise ValueError(f"claims={pattern!r} is attacked by no property; these exist: {there}")
        names.update([pattern] if pattern in PROPERTIES else about)
    return [found for name, found in PROPERTIES.items() if name in names]
