"""The stand-alone checker accepts what is right and refuses what is wrong; files read back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from hypothesis import strategies as st

from algebra.criterion.target import Target
from algebra.files import element_file
from algebra.groups.group import AbelianGroup
from algebra.semiring.element import Element
from proofs.certificates import certificate
from proofs.properties.property import Property
from proofs.strategies.elements import group_elements
from proofs.strategies.optimizers import near_miss_recipes, optimizer_recipes
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import Subject


def _elements(among: Sequence[AbelianGroup]) -> st.SearchStrategy[tuple[Element, Target]]:
    targets: tuple[Target, ...] = ("projected", "onehot")
    return st.tuples(group_elements(among=among), st.sampled_from(targets))


def _accepts(subject: Subject, recipe: Recipe) -> str:
    code, message = subject.checker(subject.certificate(recipe.build(subject), recipe.target))
    return "" if code == 0 else f"the checker does not accept: {message}"


def _refuses(subject: Subject, recipe: Recipe) -> str:
    if recipe.fault is None or not recipe.fault.places(
        recipe.without_fault(subject), target=recipe.target
    ):
        return ""
    code, message = subject.checker(subject.certificate(recipe.build(subject), recipe.target))
    if code == 1:
        return ""
    return f"exit code {code} in spite of a fault, {recipe.fault.kind}: {message}"


def _verdicts(subject: Subject, value: tuple[Element, Target]) -> str:
    z, target = value
    wrong = bool(subject.loss(z, target))
    code, message = subject.checker(subject.certificate(z, target))
    return "" if code == wrong else f"exit code {code}, loss {subject.loss(z, target)!r}: {message}"


def _round_trip(subject: Subject, value: tuple[Element, Target]) -> str:
    z, target = value
    read, goal = certificate.from_bytes(subject.certificate(z, target))
    if (read, goal) != (z, target):
        return f"the certificate reads back as {read!r}, target {goal}"
    text = element_file.to_text(z)
    again = element_file.from_text(text)
    if again != z or element_file.to_text(again) != text:
        return f"the element file reads back as {again!r}"
    return ""


PROPERTIES = (
    Property(
        "checker.accepts",
        "the stand-alone checker accepts the certificate of every optimizer",
        ("checker.*", "optimizers.*"),
        partial(optimizer_recipes, max_width=64),
        _accepts,
    ),
    Property(
        "checker.refuses",
        "the stand-alone checker refutes the certificate of every near miss",
        ("checker.*",),
        near_miss_recipes,
        _refuses,
    ),
    Property(
        "checker.verdicts",
        "the stand-alone checker and the exact loss agree about any element",
        ("checker.*", "criterion.*"),
        _elements,
        _verdicts,
        max_order=12,
    ),
    Property(
        "checker.round-trip",
        "certificates and element files read back what was written",
        ("checker.*",),
        _elements,
        _round_trip,
        max_order=12,
    ),
)
