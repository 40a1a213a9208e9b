"""The symmetries act on the function tensor as they should; the zero-loss path changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import event, strategies as st

from algebra.groups.group import AbelianGroup
from algebra.semiring.element import Element
from algebra.semiring.potential import Potential
from proofs.claims.claim import first_difference
from proofs.claims.symmetries import moved
from proofs.properties.property import holds
from proofs.strategies.elements import group_elements
from proofs.strategies.optimizers import zero_loss_paths
from proofs.strategies.potentials import potentials
from proofs.strategies.symmetries import symmetries
from proofs.subjects.subject import Subject
from proofs.subjects.symmetry import Symmetry


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


@holds("symmetry.loss", "symmetry.* path.*", _moved, max_order=12)
def loss(subject: Subject, value: tuple[Element, Symmetry]) -> str:
    """every symmetry keeps the loss of every element"""
    z, symmetry = value
    before = subject.loss(z, "projected")
    after = subject.loss(symmetry.apply(subject, z), "projected")
    return f"the loss {before!r} becomes {after!r}" if before != after else ""


@holds("path.potentials", "path.*", _paths, max_order=12)
def cubic_potentials(subject: Subject, value: tuple[Element, Symmetry, Potential]) -> str:
    """an element of the zero-loss path keeps every potential of degree three"""
    z, path, r = value
    before = subject.evaluate(r, z)
    after = subject.evaluate_expanded(r, path.apply(subject, z))
    return f"{r} = {before!r} becomes {after!r} on the path" if before != after else ""


@holds("symmetry.tensor", "symmetry.*", _moved, max_order=12)
def tensor(s: Subject, value: tuple[Element, Symmetry]) -> str:
    """every symmetry moves the entries of the function tensor as its action says"""
    return first_difference([moved(s, *value)])


PROPERTIES = (tensor, loss, cubic_potentials)
