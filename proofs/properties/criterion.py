"""The two-sided criterion: routes agree, brute force agrees, near misses are seen."""

from __future__ import annotations

from functools import partial

from algebra.criterion.target import Target
from algebra.criterion.tensor import routes
from algebra.semiring.element import Element
from proofs.properties.property import Property
from proofs.strategies.elements import group_elements
from proofs.strategies.optimizers import near_miss_recipes
from proofs.subjects import brute_force
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import Subject

TARGETS: tuple[Target, ...] = ("projected", "onehot")


def _routes_agree(subject: Subject, z: Element) -> str:
    first, *others = routes(z)
    T = subject.tensor(z, first)
    for route in others:
        other = subject.tensor(z, route)
        if other == T:
            continue
        for key in {**dict(T), **dict(other)}:
            if T[key] != other[key]:
                return f"T{list(key)} is {T[key]!r} by the {first} route, {other[key]!r} by {route}"
        return f"the {first} and {route} routes store different entries"
    return ""


def _loss(subject: Subject, z: Element) -> str:
    for target in TARGETS:
        found, wanted = subject.loss(z, target), brute_force.loss(z, target=target)
        if found != wanted:
            return f"the {target} loss is {found!r}; over all pairs it is {wanted!r}"
    return ""


def _seen(subject: Subject, recipe: Recipe) -> str:
    z = recipe.build(subject)
    if recipe.fault is None or not recipe.fault.places(
        recipe.without_fault(subject), target=recipe.target
    ):
        return ""
    if not subject.loss(z, recipe.target):
        return f"the loss is 0 in spite of a fault: {recipe.fault.kind}"
    for route in routes(z):
        if not len(subject.tensor(z, route).minus(recipe.target)):
            return (
                f"by the {route} route nothing is wrong, in spite of a fault: {recipe.fault.kind}"
            )
    return ""


PROPERTIES = (
    Property(
        "criterion.routes",
        "the sparse, dense and composed routes give the same function tensor",
        ("criterion.*",),
        group_elements,
        _routes_agree,
        max_order=12,
    ),
    Property(
        "criterion.loss",
        "the loss is that of the network run on all pairs, exactly",
        ("criterion.*",),
        partial(group_elements, kinds=("roots", "parameters"), depth=1, max_order=3),
        _loss,
        max_order=4,
    ),
    Property(
        "criterion.near-misses",
        "an optimizer with one fault has a loss, by every route",
        ("criterion.*",),
        near_miss_recipes,
        _seen,
    ),
)
