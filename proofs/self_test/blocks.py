"""Faults in the building blocks and in the polynomial construction: data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import MappingProxyType

from algebra.blocks import paper as building_blocks
from algebra.numbers.units import I, zeta
from algebra.semiring import polynomial
from algebra.semiring.element import Element, one, uniform
from algebra.semiring.made import block
from proofs.self_test.fault import Edit, Mutant, conjugated, dropped, edited, exchanged, times
from proofs.subjects.subject import Subject


def _instead(name: str, make: Callable[[], Element]) -> Callable[[Subject], Subject]:
    def plant(s: Subject) -> Subject:
        return replace(s, blocks=MappingProxyType({**s.blocks, name: make}))

    return plant


def _edit(name: str, edit: Edit) -> Callable[[Subject], Subject]:
    return lambda s: _instead(name, lambda: edited(s.blocks[name](), edit))(s)


def _fault(
    name: str, sentence: str, plant: Callable[[Subject], Subject], *noticed_by: str
) -> Mutant:
    return Mutant(f"blocks.{name}", sentence, plant, noticed_by)


def _unscaled(z: Element) -> Element:
    return z


def _twice(z: Element) -> Element:
    return building_blocks.normalised(z).scaled(c=2)


def _short(u: Element, kill: Sequence[str]) -> polynomial.Construction:
    """The construction, without its last factor."""
    found = polynomial.construct(u, kill)
    z = one(u.spectrum)
    for s in found.values[:-1]:
        z = z * (u + uniform(u.spectrum, c=-s))
    return polynomial.Construction(z, z.merged(), found.values)


def _plus(u: Element, kill: Sequence[str]) -> polynomial.Construction:
    """The construction with s instead of -s."""
    found = polynomial.construct(u, kill)
    z = one(u.spectrum)
    for s in found.values:
        z = z * (u + uniform(u.spectrum, c=s))
    return polynomial.Construction(z, z.merged(), found.values)


W = zeta(6)
MUTANTS: tuple[Mutant, ...] = (
    _fault(
        "syn-sign",
        "c of one node of syn negated",
        _edit("syn", times(-1, row="c", node=1)),
        "blocks.syn",
        "composition.syn",
        "blocks.syn*nu",
    ),
    _fault(
        "syn-root",
        "syn with sixth roots of unity",
        _instead("syn", lambda: block([1, W, W**2], [1, W, W**2], [1, W, W**2])),
        "blocks.syn",
        "optimizers.syn-alone",
    ),
    _fault("syn-order", "syn without its last node", _edit("syn", dropped(2)), "blocks.syn"),
    _fault(
        "nu-square",
        "nu with c = -v^2 in place of its conjugate",
        _edit("nu", conjugated(row="c", node=1)),
        "blocks.nu",
        "blocks.syn*nu",
    ),
    _fault(
        "nu-i-root",
        "nu(zeta(8)) in place of nu(i)",
        _instead("nu(i)", lambda: building_blocks.nu(zeta(8))),
        "blocks.nu(i)",
        "blocks.nu(i)*xi",
        "blocks.nu(i)*syn(alpha,beta)",
    ),
    _fault(
        "xi-conjugate",
        "b of xi with x in place of its conjugate",
        _instead("xi", lambda: _xi(conjugate=False)),
        "blocks.xi",
    ),
    _fault(
        "xi-mirror",
        "the mirror of xi is xi itself",
        _instead("xi'", building_blocks.xi),
        "blocks.order4-leftover",
    ),
    _fault(
        "xi-mirror-half",
        "the mirror of xi with c not mirrored",
        _edit("xi'", conjugated(row="c", node=1)),
        "blocks.xi'",
    ),
    _fault(
        "syn-ab-conjugate",
        "b of syn(alpha,beta) with beta in place of its conjugate",
        _edit("syn(alpha,beta)", conjugated(row="b", node=2)),
        "blocks.syn(alpha,beta)",
    ),
    _fault(
        "three-c-rows",
        "b and c of one node of three_c exchanged",
        _edit("three_c", exchanged("b", "c", node=1)),
        "blocks.three_c",
        "blocks.three_c*syn",
    ),
    _fault(
        "real-node",
        "the real block without its second node",
        _edit("real", dropped(1)),
        "blocks.real",
    ),
    _fault(
        "normalised",
        "blocks are not normalised",
        lambda s: replace(s, normalised=_unscaled),
        "blocks.normalised",
        "norms.blocks",
        "norms.ordering",
    ),
    _fault(
        "normalised-twice",
        "blocks are normalised to abc = 2",
        lambda s: replace(s, normalised=_twice),
        "blocks.normalised",
        "blocks.order4-leftover",
    ),
    _fault(
        "construct-factor",
        "the polynomial construction leaves out a factor",
        lambda s: replace(s, construct=_short),
        "composition.polynomial",
        "composition.syn",
    ),
    _fault(
        "construct-sign",
        "the polynomial construction adds s where it should subtract it",
        lambda s: replace(s, construct=_plus),
        "composition.polynomial",
        "composition.syn",
    ),
)


def _xi(*, conjugate: bool) -> Element:
    from algebra.numbers.units import param

    x = param("xi")
    y = x.conjugate() if conjugate else x
    return block([1, x], [1, -I * y], [1, I], name="xi")
