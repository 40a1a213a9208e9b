"""Valid optimizers, and near misses: optimizers with exactly one fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from hypothesis import assume, event, strategies as st

from algebra.criterion.target import Target
from algebra.groups.group import AbelianGroup
from algebra.numbers.scalar import Scalar
from algebra.numbers.units import unit, zeta
from algebra.optimizers.table import FAMILIES, families, named, width
from algebra.semiring.element import Element
from proofs.strategies.groups import groups, seen, symmetries
from proofs.subjects.near_miss import CHANGES, Change
from proofs.subjects.recipe import Recipe, Symmetry

#: Values of parameters: short, since every check multiplies three of them.
_VALUES = (
    *(zeta(n, e) for n in (1, 2, 3, 4, 8, 12, 5) for e in range(n)),
    *(unit(t) for t in (2, 3)),
)
_THREE_VALUES = st.tuples(*[st.sampled_from(_VALUES)] * 3)
#: Whether parameters are free or set, and whether the composition is kept, which is slow. The
#: first is what failures shrink to: the shortest recipe.
_MODES = st.sampled_from(
    ["free, composed", "free", "set", "set", "set", "some set", "set, composed"]
)


Options = tuple[tuple[str, bool | int | str], ...]
Choice = tuple[str, Target, Options]


@lru_cache(maxsize=256)
def _symmetries(group: AbelianGroup, lengthen: bool) -> st.SearchStrategy[list[Symmetry]]:
    return st.lists(symmetries(group, lengthen=lengthen), max_size=2)


@lru_cache(maxsize=256)
def _choices(
    group: AbelianGroup, chosen: tuple[str, ...] | None, max_width: int | None
) -> st.SearchStrategy[Choice]:
    """Return a strategy for families, targets and options, the narrowest first, to shrink to.

    Where the width allows none of them, the narrowest is taken all the same.
    """
    targets: tuple[Target, Target] = ("projected", "onehot")
    every: list[Choice] = [
        (family, target, options)
        for target in targets
        for family in families(group, target=target)
        if chosen is None or family in map(named, chosen)
        for options in _options(group, family)
    ]
    fitting = [
        choice
        for choice in every
        if max_width is None or width(group, choice[0], target=choice[1]) <= max_width
    ]
    return st.sampled_from(fitting or every[:1])


def _options(group: AbelianGroup, family: str) -> list[Options]:
    """Return the options of `algebra.optimizers.table.build` beyond parameters, one at a time."""
    kinds: list[Options] = [()]
    if "xi" in FAMILIES[family].parameters and group.conjugate_pairs():
        kinds.append((("mirror", True),))
    if family == "six-per-frequency":
        kinds.append((("form", "nu(i)*syn_ab"),))
    homes = {"four-plus-six": group.conjugate_pairs(), "four-plus-real": group.real_characters()}
    if homes.get(family):
        kinds.append((("carrier", homes[family][-1]),))
    return kinds


@st.composite
def optimizer_recipes(
    draw: st.DrawFn,
    *,
    among: Sequence[AbelianGroup] | None = None,
    max_order: int = 12,
    chosen: Sequence[str] | None = None,
    max_width: int | None = None,
    moved: bool = True,
) -> Recipe:
    """A valid optimizer as a `proofs.subjects.recipe.Recipe`.

    The groups are those of `groups` up to ``max_order`` if none are given, the families, chosen by
    name, those up to ``max_width`` for the group; symmetries are applied if it may be ``moved``.
    """
    group = draw(st.sampled_from(among) if among else groups(max_order=max_order))
    choices = _choices(group, tuple(chosen) if chosen else None, max_width)
    family, target, options = draw(choices)
    suffixes = ["_".join(map(str, group.tuple(k))) for k in group.conjugate_pairs()]
    names = [f"{name}_{k}" for name in FAMILIES[family].parameters for k in suffixes]
    mode = draw(_MODES)
    composed = mode.endswith("composed")
    values: tuple[tuple[str, Scalar], ...] = ()
    if names and not mode.startswith("free"):
        # Three values, taken in turn, are as good as many and quicker to draw and to shrink.
        some = draw(_THREE_VALUES)
        set_here = names[: len(names) // 2] if mode == "some set" else names
        values = tuple((name, some[i % 3]) for i, name in enumerate(set_here))
    motions: tuple[Symmetry, ...] = ()
    if moved and not composed:
        narrow = width(group, family, target=target) <= 64
        motions = tuple(draw(_symmetries(group, narrow)))
    seen(group)
    event(f"family: {family}")
    event(f"target: {target}")
    event(f"parameters: {mode.partition(',')[0] if names else 'none'}")
    event(f"composition: {'kept' if composed else 'forgotten'}")
    for name, _ in options:
        event(f"option: {name}")
    for symmetry in motions:
        event(f"symmetry: {symmetry.kind}")
    return Recipe(group, family, target, values, options, not composed, motions)


def optimizers(*, target: Target = "projected", **options: Any) -> st.SearchStrategy[Element]:
    """Return a strategy for global optimizers of a target; options are of `optimizer_recipes`.

    An optimizer of the one-hot target is one of the projected target as well.
    """
    recipes = optimizer_recipes(**options)
    if target == "onehot":
        recipes = recipes.map(lambda recipe: replace(recipe, target="onehot"))
    return recipes.map(Recipe.build)


@st.composite
def near_misses(
    draw: st.DrawFn,
    /,
    *,
    max_width: int | None = 64,
    faults: Sequence[str] = tuple(CHANGES),
    **options: Any,
) -> Recipe:
    """The recipe of an optimizer with one fault: no optimizer, as its outputs in floats show.

    Where a kind of fault finds no place, the draw is rejected. The trivial group takes the one-hot
    target. Options are those of `optimizer_recipes`.
    """
    recipe = draw(optimizer_recipes(max_width=max_width, **options))
    if recipe.group.order == 1:
        recipe = replace(recipe, target="onehot")
    z, kind = recipe.build(), draw(st.sampled_from(faults))
    fault = Change(kind, draw(st.integers(0, max(0, len(Change(kind).places(z)) - 1))))
    assume(fault.plant(z, target=recipe.target) is not z)
    event(f"fault: {kind}")
    return replace(recipe, fault=fault)
