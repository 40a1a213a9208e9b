"""The two-sided criterion: routes agree, brute force agrees, near misses are seen."""

from __future__ import annotations

from functools import partial

from algebra.criterion.tensor import routes
from algebra.semiring.element import Element
from proofs.claims.claim import first_difference
from proofs.claims.criterion import by_every_route, losses
from proofs.properties.property import holds
from proofs.strategies.elements import group_elements
from proofs.strategies.optimizers import near_miss_recipes
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import Subject


@holds("criterion.near-misses", "criterion.*", near_miss_recipes)
def near_misses(subject: Subject, recipe: Recipe) -> str:
    """an optimizer with one fault has a loss, by every route"""
    z = recipe.build(subject)
    fault = recipe.planted(subject)
    if fault and not subject.loss(z, recipe.target):
        return f"the loss is 0 in spite of a fault: {fault}"
    for route in routes(z) if fault else ():
        if not len(subject.tensor(z, route).minus(recipe.target)):
            return f"by the {route} route nothing is wrong, in spite of a fault: {fault}"
    return ""


@holds("criterion.routes", "criterion.*", group_elements, max_order=12)
def every_route(s: Subject, z: Element) -> str:
    """the sparse, dense and composed routes give the same function tensor"""
    return first_difference(by_every_route(s, z))


@holds(
    "criterion.loss",
    "criterion.*",
    partial(group_elements, kinds=("roots", "parameters"), depth=1, max_order=3),
    max_order=4,
)
def loss(s: Subject, z: Element) -> str:
    """the loss is that of the network run on all pairs, exactly"""
    return first_difference(losses(s, z))


PROPERTIES = (every_route, loss, near_misses)
