"""The two-sided criterion: routes agree, brute force agrees, near misses are seen."""

from __future__ import annotations

from functools import partial

from algebra.criterion.tensor import routes
from proofs.claims.claim import first_difference
from proofs.claims.criterion import by_every_route, losses
from proofs.properties.property import Property
from proofs.strategies.elements import group_elements
from proofs.strategies.optimizers import near_miss_recipes
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import Subject


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
        lambda s, z: first_difference(by_every_route(s, z)),
        max_order=12,
    ),
    Property(
        "criterion.loss",
        "the loss is that of the network run on all pairs, exactly",
        ("criterion.*",),
        partial(group_elements, kinds=("roots", "parameters"), depth=1, max_order=3),
        lambda s, z: first_difference(losses(s, z)),
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
