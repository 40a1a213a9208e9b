"""Every closed-form optimizer has zero loss: moved, lengthened, parameters set or free."""

from __future__ import annotations

from functools import partial

from algebra.criterion.tensor import routes
from proofs.properties.property import holds
from proofs.strategies.optimizers import optimizer_recipes
from proofs.subjects import brute_force
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import Subject

#: Wider optimizers are not drawn: a campaign wants many checks, not large ones.
MAX_WIDTH = 300


_NARROW = partial(optimizer_recipes, max_width=64)


@holds(
    "optimizers.zero-loss",
    "optimizers.*",
    partial(optimizer_recipes, max_width=MAX_WIDTH),
    max_order=400,
)
def zero_loss(subject: Subject, recipe: Recipe) -> str:
    """every optimizer has zero loss, for all values of its free parameters"""
    found = subject.loss(recipe.build(subject), recipe.target)
    return f"the {recipe.target} loss is {found!r}" if found else ""


@holds("optimizers.routes", "optimizers.* criterion.*", _NARROW)
def every_route(subject: Subject, recipe: Recipe) -> str:
    """every optimizer has the target's function tensor by every route"""
    z = recipe.build(subject)
    for route in routes(z):
        rest = subject.tensor(z, route).minus(recipe.target)
        for key, value in rest:
            return f"T - target is {value!r} at {list(key)}, by the {route} route"
    return ""


@holds("optimizers.network", "optimizers.* criterion.*", _NARROW, max_order=4)
def network(subject: Subject, recipe: Recipe) -> str:
    """every optimizer, run on all pairs, outputs x + y exactly"""
    for (x, y), row in brute_force.errors(recipe.build(subject), target=recipe.target).items():
        if any(row):
            return f"on the pair ({x}, {y}) the network is wrong by {row!r}"
    return ""


@holds(
    "optimizers.width",
    "width.* optimizers.*",
    partial(optimizer_recipes, moved=False),
    max_order=32,
)
def width(subject: Subject, recipe: Recipe) -> str:
    """every optimizer has the number of nodes that its family is said to have"""
    width = subject.width(recipe.group, recipe.family, target=recipe.target)
    order = recipe.build(subject).order
    return f"{order} nodes where the table says {width}" if order != width else ""


PROPERTIES = (zero_loss, every_route, network, width)
