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
from proofs.properties.property import holds
from proofs.strategies.elements import group_elements
from proofs.strategies.optimizers import near_miss_recipes, optimizer_recipes
from proofs.subjects.recipe import Recipe
from proofs.subjects.subject import Subject


def _elements(among: Sequence[AbelianGroup]) -> st.SearchStrategy[tuple[Element, Target]]:
    targets: tuple[Target, ...] = ("projected", "onehot")
    return st.tuples(group_elements(among=among), st.sampled_from(targets))


@holds("checker.accepts", "checker.* optimizers.*", partial(optimizer_recipes, max_width=64))
def accepts(subject: Subject, recipe: Recipe) -> str:
    """the stand-alone checker accepts the certificate of every optimizer"""
    code, message = subject.checker(subject.certificate(recipe.build(subject), recipe.target))
    return "" if code == 0 else f"the checker does not accept: {message}"


@holds("checker.refuses", "checker.*", near_miss_recipes)
def refuses(subject: Subject, recipe: Recipe) -> str:
    """the stand-alone checker refutes the certificate of every near miss"""
    fault = recipe.planted(subject)
    code, message = subject.checker(subject.certificate(recipe.build(subject), recipe.target))
    wrong = fault and code != 1
    return f"exit code {code} in spite of a fault, {fault}: {message}" if wrong else ""


@holds("checker.verdicts", "checker.* criterion.*", _elements, max_order=12)
def verdicts(subject: Subject, value: tuple[Element, Target]) -> str:
    """the stand-alone checker and the exact loss agree about any element"""
    z, target = value
    wrong = bool(subject.loss(z, target))
    code, message = subject.checker(subject.certificate(z, target))
    return "" if code == wrong else f"exit code {code}, loss {subject.loss(z, target)!r}: {message}"


@holds("checker.round-trip", "checker.*", _elements, max_order=12)
def round_trip(subject: Subject, value: tuple[Element, Target]) -> str:
    """certificates and element files read back what was written"""
    z, target = value
    read, goal = certificate.from_bytes(subject.certificate(z, target))
    if (read, goal) != (z, target):
        return f"the certificate reads back as {read!r}, target {goal}"
    text = element_file.to_text(z)
    again = element_file.from_text(text)
    if again != z or element_file.to_text(again) != text:
        return f"the element file reads back as {again!r}"
    return ""


PROPERTIES = (accepts, refuses, verdicts, round_trip)
